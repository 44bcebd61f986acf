"""Lists in archives and workbooks."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from html import escape
from typing import TYPE_CHECKING

from profiles_by_hand import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def workbook_of(rows: list[list[str]], template: bytes) -> bytes:
    """A workbook whose first sheet holds these rows; its second is the template's."""
    cells = "".join(
        f'<row r="{r}">'
        + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row)
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = re.sub(
                    rb"<sheetData>.*</sheetData>",
                    lambda _: f"<sheetData>{cells}</sheetData>".encode(),
                    content,
                )
            new.writestr(name, content)
    return out.getvalue()


def test_archives_and_workbooks_are_scored_and_what_is_written_is_said(
    icp: Callable, tmp_path: Path, root: Path, examples: Path, profile: Path
):
    """A .gz or .zip gives the rows inside it; of several tables none is guessed; a workbook becomes CSV, said so."""
    data = (examples / "crm.csv").read_bytes()
    (tmp_path / "crm.csv.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("one.csv", data)
        archive.writestr("other.csv", data[: data.index(b"C0100")])
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))[:31]
    (tmp_path / "crm.xlsx").write_bytes(workbook_of(rows, (root / "tests/data/two_sheets.xlsx").read_bytes()))

    plain = icp("score", examples / "crm.csv", "--profile", profile)
    packed = icp("score", "crm.csv.gz", "--profile", profile)
    several = icp("score", "two.zip", "--profile", profile)
    book = icp("score", "crm.xlsx", "--profile", profile, "-o", "out.csv")

    assert packed.stdout == plain.stdout
    assert several.code == 1
    assert "two.zip/one.csv, two.zip/other.csv" in several.stderr
    assert "written as CSV in UTF-8" in book.stderr
    rows = rows_of((tmp_path / "out.csv").read_text(encoding="utf-8-sig"))
    assert [row["icp_match"] for row in rows] == [row["icp_match"] for row in rows_of(plain.stdout)[:30]]


def test_one_table_of_an_archive_is_scored_by_its_name(icp: Callable, tmp_path: Path, profile: Path):
    """Of several tables that could be scored, the error names one as it must be typed, and that is scored."""
    book = tmp_path / "leads.zip"
    with zipfile.ZipFile(book, "w") as archive:
        for name in ("north.csv", "south.csv"):
            archive.writestr(name, "Company,Industry,Employees\nAlpha,Logistics,60\nBeta,Retail,20\n")

    both = icp("score", book, "--profile", profile)
    named = re.search(r"icp score (\S+)", both.stderr)

    assert both.code == 1
    assert named is not None
    assert icp("score", named[1], "--profile", profile).code == 0
    assert "holds no table" in icp("score", f"{book}/nothing.csv", "--profile", profile).stderr
