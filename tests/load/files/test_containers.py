"""Archives and workbooks: what is inside is read as if it had been unpacked, or refused in one sentence."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from raw_tables import DATA

from icpcli.errors import InputError
from icpcli.load.files import containers, paths
from icpcli.load.files.read import read_exports

TABLE = b"id,name\n1,Acme\n2,Bolt\n"


def zipped(**members: bytes) -> bytes:
    """A ZIP archive with these files; a double underscore in a name stands for a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return stream.getvalue()


def names_read(path: Path) -> list[list[str]]:
    """The second column of each table at a path."""
    return [table.cells.column(1).to_pylist() for table in read_exports([str(path)])[0]]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("crm.csv.gz", gzip.compress(TABLE, mtime=0)),
        ("crm.zip", zipped(crm__csv=TABLE)),
        ("crm.csv", zipped(crm__csv=TABLE)),
        (
            "crm.gz",
            gzip.compress(zipped(inside__zip=zipped(crm__csv__gz=gzip.compress(TABLE, mtime=0))), mtime=0),
        ),
    ],
)
def test_a_packed_export_reads_as_the_export_itself(tmp_path: Path, name: str, data: bytes):
    """However often an export was packed, and whatever the file is called, it is told by its bytes."""
    (tmp_path / name).write_bytes(data)

    tables, findings = read_exports([str(tmp_path / name)])

    assert [table.path for table in tables] == [str(tmp_path / name)]
    assert tables[0].cells.column(1).to_pylist() == ["Acme", "Bolt"]
    assert findings == ()


def test_a_workbook_comes_through_a_pipe(monkeypatch: pytest.MonkeyPatch):
    """Standard input may be a workbook: its sheets are named behind the dash."""
    data = (DATA / "two_sheets.xlsx").read_bytes()
    monkeypatch.setattr(paths.sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    tables, _ = read_exports(["-"])

    assert [table.path for table in tables] == ["-/Companies", "-/Deals"]


def test_a_quoted_pattern_finds_its_files(tmp_path: Path):
    """A pattern that no shell has spelled out gives its exports in order; one that matches nothing says so."""
    for name in ("b.csv", "a.csv", "notes.md"):
        (tmp_path / name).write_bytes(TABLE + name.encode() + b",x\n")

    tables, _ = read_exports([str(tmp_path / "*")])

    assert [Path(table.path).name for table in tables] == ["a.csv", "b.csv"]
    with pytest.raises(InputError, match=r"No file matches .*\*\.xlsx"):
        read_exports([str(tmp_path / "*.xlsx")])


def test_a_file_whose_name_looks_like_a_pattern_is_itself(tmp_path: Path):
    """Brackets in a file's name are no pattern where such a file exists."""
    (tmp_path / "deals [2026].csv").write_bytes(TABLE)

    assert names_read(tmp_path / "deals [2026].csv") == [["Acme", "Bolt"]]


def locked() -> bytes:
    """A ZIP archive whose only file claims to be encrypted."""
    data = bytearray(zipped(crm__csv=TABLE))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (gzip.compress(TABLE, mtime=0)[:-9], "is a damaged gzip archive"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (zipped(crm__csv=TABLE)[:-30], "is a damaged ZIP archive"),
        (zipped(logo__png=b"x"), "holds no export"),
        (zipped(a__csv=b"", b__csv=b""), "holds no table"),
        (zipped(**{"_rels__rels": b"", "xl/workbook__xml": b"<x"}), "cannot be read as a workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "cannot be read as a workbook"),
        (b"PK\x05\x06" + bytes(18), "is an empty ZIP archive"),
        (locked(), "is locked by a password"),
    ],
    ids=[
        "cut gzip",
        "empty gzip",
        "cut zip",
        "no export",
        "no table",
        "no sheets",
        "old workbook",
        "empty zip",
        "locked",
    ],
)
def test_what_cannot_be_unpacked_is_refused_in_one_sentence(tmp_path: Path, data: bytes, says: str):
    """A damaged, locked or empty archive is an error that names the file."""
    (tmp_path / "crm.zip").write_bytes(data)

    with pytest.raises(InputError, match=says) as caught:
        read_exports([str(tmp_path / "crm.zip")])

    assert str(tmp_path / "crm.zip") in str(caught.value)


@pytest.mark.parametrize("data", [gzip.compress(TABLE, mtime=0), zipped(crm__csv=TABLE)], ids=["gzip", "zip"])
def test_an_archive_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
):
    """A small archive may unpack to more than a machine holds: it is refused before it does."""
    monkeypatch.setattr(containers, "MAX_UNPACKED_BYTES", 10)
    (tmp_path / "crm.zip").write_bytes(data)

    with pytest.raises(InputError, match="unpacks to more than"):
        read_exports([str(tmp_path / "crm.zip")])


def test_a_bad_sheet_costs_a_finding_and_not_the_workbook(tmp_path: Path):
    """Beside a sheet of text that is no table, the tables of the others are read."""
    (tmp_path / "exports.zip").write_bytes(
        zipped(crm__csv=TABLE, picture__csv=b"\x89PNG\r\n", x__csv=TABLE + b"3,C\n")
    )

    tables, findings = read_exports([str(tmp_path / "exports.zip")])

    assert len(tables) == 2
    assert [finding.code for finding in findings] == ["ICP101"]
