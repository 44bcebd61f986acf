"""Every file of tests/data, one fault each, and the table that it must become."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from raw_tables import DATA

from icpcli.errors import InputError
from icpcli.load.files.read import RawTable, read_exports

if TYPE_CHECKING:
    from pathlib import Path

BECOMES = DATA / "becomes"
FAULTS = sorted(path.name for path in DATA.iterdir() if path.is_file())


def told(path: Path) -> str:
    """What the reader makes of a file: its tables cell by cell, or its refusal, a line for each row."""
    try:
        tables, findings = read_exports([str(path)])
    except InputError as err:
        return "\n".join(["refused", str(err), *err.details]).replace(f"{DATA}/", "") + "\n"
    parts = [line for table in tables for line in _table_told(table)]
    parts += [f"finding {finding.code} {finding.message}" for finding in findings]
    return "\n".join(parts).replace(f"{DATA}/", "") + "\n"


def _table_told(table: RawTable) -> list[str]:
    rows = zip(table.lines.to_pylist(), table.cells.to_pylist(), strict=True)
    return [
        f"table {table.path} ({table.encoding}, {json.dumps(table.delimiter)})",
        f"header {json.dumps(table.headers, ensure_ascii=False)}",
        *(f"{line} {json.dumps(list(row.values()), ensure_ascii=False)}" for line, row in rows),
        f"read {table.read}, dropped {json.dumps(table.dropped)}",
        *(f"reject {r.line} {r.reason}: {json.dumps(r.text, ensure_ascii=False)}" for r in table.rejects),
        *(f"finding {f.code} {f.message}" for f in table.findings),
    ]


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_becomes_the_table_it_hides(name: str, *, update_golden: bool):
    """Each file of the corpus gives exactly the table, or the one sentence, that was approved for it."""
    approved = BECOMES / f"{name}.txt"
    found = told(DATA / name)
    if update_golden:
        approved.write_text(found, encoding="utf-8", newline="\n")

    assert found == approved.read_text(encoding="utf-8")


def test_no_approved_table_is_left_without_its_file():
    """A fault that is taken away takes its approved table along."""
    assert sorted(path.name for path in BECOMES.iterdir()) == [f"{name}.txt" for name in FAULTS]
