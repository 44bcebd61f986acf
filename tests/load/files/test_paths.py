"""Paths to files: folders, misspelt names, copies, a pipe."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from raw_tables import DATA, rows_of

from icpcli.errors import InputError
from icpcli.load.files import paths
from icpcli.load.files.read import read_exports


def test_a_misspelt_path_suggests_its_neighbours(tmp_path: Path):
    """A missing file is an error that names the file that was probably meant."""
    (tmp_path / "crm_export.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"There is no file .*crm_exprot\.csv\.") as caught:
        read_exports([str(tmp_path / "crm_exprot.csv")])

    assert caught.value.details == ("Did you mean: crm_export.csv?",)


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Another user's file is refused with the path to make readable."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(paths.Path, "read_bytes", refuse)

    with pytest.raises(InputError, match=r"crm\.csv may not be read \(Permission denied\)"):
        read_exports([str(tmp_path / "crm.csv")])


def test_a_folder_gives_its_exports_in_order_and_nothing_else(tmp_path: Path):
    """Text, workbooks and archives count; hidden files, Excel's locks and folders inside do not."""
    for name in ("b.CSV", "a.tsv", "c.txt.gz", "d.xlsx", "e.zip", ".hidden.csv", "~$a.csv", "readme.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "inside.csv").mkdir()

    found = paths.files_in(tmp_path)

    assert [path.name for path in found] == ["a.tsv", "b.CSV", "c.txt.gz", "d.xlsx", "e.zip"]


def test_a_bad_file_in_a_folder_is_left_out_and_named(tmp_path: Path):
    """One picture among the exports costs a finding; named by the user, it is an error."""
    (tmp_path / "crm.csv").write_bytes(b"id,name\n1,Acme\n")
    (tmp_path / "logo.csv").write_bytes((DATA / "picture.csv").read_bytes())

    tables, findings = read_exports([str(tmp_path)])

    assert [Path(table.path).name for table in tables] == ["crm.csv"]
    assert [finding.code for finding in findings] == ["ICP101"]
    assert "PNG" in findings[0].message
    with pytest.raises(InputError, match="PNG"):
        read_exports([str(tmp_path / "crm.csv"), str(tmp_path / "logo.csv")])


@pytest.mark.parametrize("name", ["logo.png", "logo.csv"])
def test_a_folder_with_nothing_readable_says_what_was_looked_for(tmp_path: Path, name: str):
    """Whether no file has the right ending or none is a table: what was looked for, and what is there."""
    (tmp_path / name).write_bytes((DATA / "picture.csv").read_bytes())

    with pytest.raises(InputError, match="holds no export that can be read") as caught:
        read_exports([str(tmp_path)])

    assert caught.value.details[0].startswith("Looked for: *.csv, *.tsv, *.txt, *.xlsx,")
    assert caught.value.details[1] == f"It has: {name}"


def test_the_same_export_twice_counts_once(tmp_path: Path):
    """A copy such as "deals (1).csv" would double every sale; it is left out and said so."""
    for name in ("deals.csv", "deals (1).csv"):
        (tmp_path / name).write_bytes(b"id,amount\n1,100\n2,50\n")

    tables, findings = read_exports([str(tmp_path)])

    assert len(tables) == 1
    assert [(finding.code, finding.rows) for finding in findings] == [("ICP106", 2)]


def test_an_export_can_come_from_a_pipe(monkeypatch: pytest.MonkeyPatch):
    """A single dash reads standard input."""
    stdin = io.TextIOWrapper(io.BytesIO(b"id,name\n1,Acme\n"))
    monkeypatch.setattr(paths.sys, "stdin", stdin)

    tables, _ = read_exports(["-"])

    assert rows_of(tables[0]) == [["1", "Acme"]]
