"""Every row of the input kept to the byte."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from profiles_by_hand import by_hand, rows_of

from icpcli.load.files.originals import originals_of
from icpcli.load.files.read import table_in
from icpcli.store import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_rows_of_the_example_keep_their_bytes_and_match_as_derive_counted(
    icp: Callable, tmp_path: Path, examples: Path, profile: Path
):
    """Without its last four cells the output is the input; its yes are the profile's customers, lost and not worked."""
    ran = icp("score", examples / "crm.csv", "--profile", profile, "-o", "scored.csv")

    before = (examples / "crm.csv").read_bytes().splitlines(keepends=True)
    after = (tmp_path / "scored.csv").read_bytes().splitlines(keepends=True)
    saved = from_json(profile.read_text(encoding="utf-8"), where="icp.json")
    assert ran.code == 0
    assert ran.stdout == ""
    assert len(before) == len(after)
    assert all(new.startswith(old.rstrip(b"\r\n") + b",") for old, new in zip(before, after, strict=True))
    rows = rows_of((tmp_path / "scored.csv").read_text(encoding="utf-8"))
    matching = [row for row in rows if row["icp_match"] == "yes"]
    assert sum(bool(row["Customer since"]) for row in matching) == saved.profile.customers
    assert (
        sum(row["Deal stage"] in {"Proposal", "Qualified"} for row in matching)
        == saved.accounts.matching_not_worked
    )
    assert all(0 <= int(row["icp_fit"]) <= 100 for row in rows)
    assert re.search(r"620 rows scored: \d+ yes, \d+ no, \d+ unknown\.", ran.stderr)


def test_what_is_no_row_is_copied_as_it_stands_and_counted(icp: Callable, tmp_path: Path, profile: Path):
    """Title, ragged rows, blank lines, footer and quoted line breaks keep their bytes and their place."""
    head = 'Report of leads\r\n\r\n"Company name",Industry,Employees,Country,Note\r\n'
    rows = [f'"Acme, {n}",Logistics,{n},Germany,"two\nlines"\r\n' for n in range(90, 110)]
    torn = "Ragged,Logistics\r\n\r\n"
    foot = '"Copyright (c) 2026 salesforce.com, inc. All rights reserved."'
    source = (head + "".join(rows) + torn + rows[0] + foot).encode()
    (tmp_path / "leads.csv").write_bytes(source)

    ran = icp("score", "leads.csv", "--profile", profile, "-o", "out.csv")

    out = (tmp_path / "out.csv").read_bytes()
    assert ran.code == 0
    assert b'\r\nRagged,Logistics\r\n\r\n"Acme' in out
    assert out.startswith(b"Report of leads\r\n\r\n")
    assert out.endswith(foot.encode())
    assert re.sub(rb",(icp_fit.*|[0-9]+,(yes|no|unknown),[^\r\n]*)(?=\r\n)", b"", out) == source
    assert "21 rows scored" in ran.stderr
    assert "1 row could not be read" in ran.stderr


CELLS = st.text(st.sampled_from(list('ab,;"\n\t é=+')), max_size=6)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=8),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16-le", "utf-16-be"]),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_records_are_found_byte_for_byte_in_any_dialect(
    rows: list[list[str]], encoding: str, delimiter: str, line_end: str
):
    """Whatever the csv module writes comes apart into its records, which put together are the file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows([["A", "B", "C"], *rows])
    data = out.getvalue().encode(encoding)

    found = originals_of(data, encoding, delimiter, len(rows) + 1)

    assert found is not None
    for record, row in zip(range(1, len(found)), rows, strict=True):
        text = io.StringIO(found.text(record), newline="")
        assert next(csv.reader(text, delimiter=delimiter)) == row
    nothing = np.array([], dtype=np.int64)
    assert found.with_appended(0, b"", nothing, [], nothing) == data


def test_a_stray_quote_inside_a_cell_opens_nothing():
    """5" pipes are no quoted cell, and a guarded quote is counted as its reader counted it."""
    plain = b'Name,Size\nPipe,5" wide\nTube,7\n'
    guarded = b'Name,Note\nA,"say \\"hi\\"\nand go"\nB,x\n'

    assert len(originals_of(plain, "utf-8", ",", 3) or ()) == 3
    assert (
        len(originals_of(guarded, "utf-8", ",", table_in(guarded, shown_as="x.csv").last_record) or ()) == 3
    )


def test_a_list_in_groups_is_scored_by_the_names_of_its_groups(icp: Callable, tmp_path: Path):
    """The industry above its companies is theirs; titles and totals stand as they are, and the header gets no cell too many."""
    (tmp_path / "icp.json").write_text(to_json(by_hand()), encoding="utf-8")
    lines = [
        "Company,Employees",
        "Logistics,",
        "A,100",
        "B,20",
        "Total Logistics,120",
        "Media,",
        "C,100",
        "Total Media,100",
    ]
    (tmp_path / "leads by industry.csv").write_text("\n".join(lines), encoding="utf-8")

    ran = icp("score", "leads by industry.csv")

    scored = ran.stdout.splitlines()
    assert scored[0] == "Company,Employees,icp_fit,icp_match,icp_probability,icp_reasons"
    assert [line.split(",")[3] for line in scored if len(line.split(",")) > 2] == [
        "icp_match",
        "yes",
        "no",
        "unknown",
    ]
    assert [line for line in scored if len(line.split(",")) == 2] == [lines[1], *lines[4:6], lines[7]]
