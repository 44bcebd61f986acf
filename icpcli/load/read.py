"""Bytes to tables of strings: encoding, dialect, rows that do not fit, every record accounted for."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from icpcli.errors import InputError
from icpcli.load.encoding import decoded
from icpcli.model.common import Finding
from icpcli.model.tables import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SUFFIXES = (".csv", ".tsv", ".txt")
DELIMITERS = (",", ";", "\t", "|")
STDIN = "-"
BLOCK_BYTES = 1 << 20  # record numbers stay right with one thread, and larger blocks are no faster
LARGEST_BLOCK_BYTES = 1 << 30
SAMPLE_LINES = 200
MAX_TITLE_LINES = 20
MAX_RAGGED_SHARE = 0.5

NOT_A_TABLE = "ICP101"
MANY_RAGGED = "ICP102"
SWALLOWED_ROWS = "ICP103"
TITLE_ROWS = "ICP104"


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """One file as strings.

    ``cells`` has columns c0, c1, ... of type string, blank cells "", one row per record kept, in file
    order; ``lines`` gives each row's record number in the file, the header being 1 and ragged rows counted.
    ``read == cells.num_rows + sum(dropped)``.
    """

    path: str
    sha256: str
    headers: tuple[str, ...]
    cells: pa.Table
    lines: pa.Array
    read: int
    dropped: Mapping[str, int]
    rejects: tuple[Reject, ...]
    findings: tuple[Finding, ...]
    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as the user names it, and its bytes."""

    shown_as: str
    data: bytes


@dataclass(slots=True)
class _Misfits:
    """Collects the records that do not have the header's width."""

    path: str
    first_line: int
    rejects: list[Reject] = field(default_factory=list)

    def take(self, row: arrow_csv.InvalidRow) -> str:
        reason = f"{row.actual_columns} cells where the header has {row.expected_columns}"
        line = self.first_line + (row.number or 1) - 1
        self.rejects.append(Reject(self.path, line, reason, row.text))
        return "skip"


def read_exports(paths: Sequence[str]) -> tuple[tuple[RawTable, ...], tuple[Finding, ...]]:
    """Every table in these files and folders.

    In a folder, a file that holds no table becomes a finding. Raises InputError where a path is not
    there, a file named by the user holds no table, or nothing readable is left.
    """
    tables: list[RawTable] = []
    findings: list[Finding] = []
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            found, noticed = _read_folder(Path(path))
            tables += found
            findings += noticed
        else:
            tables.append(read_table(_file_at(path)))
    return tuple(tables), tuple(findings)


def _read_folder(folder: Path) -> tuple[list[RawTable], list[Finding]]:
    tables, findings = [], []
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    candidates = [p for p in files if p.suffix.lower() in SUFFIXES]
    for path in candidates:
        try:
            tables.append(read_table(_file_at(str(path))))
        except InputError as err:
            findings.append(Finding(NOT_A_TABLE, f"{err} It was left out."))
    if not tables:
        names = ", ".join(p.name for p in files[:5]) or "nothing"
        raise InputError(
            f"{folder} holds no export that can be read.",
            (f"Looked for: *{', *'.join(SUFFIXES)}", f"It has: {names}", *(f.message for f in findings[:3])),
        )
    return tables, findings


def _file_at(path: str) -> RawFile:
    if path == STDIN:
        return RawFile(STDIN, sys.stdin.buffer.read())
    try:
        return RawFile(path, Path(path).read_bytes())
    except FileNotFoundError as err:
        raise InputError(f"There is no file {path}.", _near(Path(path))) from err
    except OSError as err:
        raise InputError(f"{path} cannot be read ({err.strerror}).") from err


def _near(path: Path) -> tuple[str, ...]:
    if not path.parent.is_dir():
        return (f"There is no folder {path.parent} either.",)
    here = [p.name for p in path.parent.iterdir() if not p.name.startswith(".")]
    close = difflib.get_close_matches(path.name, here, n=3)
    return (f"Did you mean: {', '.join(close)}?",) if close else ()


def read_table(file: RawFile) -> RawTable:
    """The table a file holds, as strings; raises InputError where it holds none."""
    if not file.data.strip():
        raise InputError(f"{file.shown_as} is empty.", ("Export it again with at least one row.",))
    text = decoded(file.data, shown_as=file.shown_as)
    lines = _first_lines(text.text)
    delimiter, skipped = _dialect(lines, file.shown_as)
    headers, body_start = _header(text.text, delimiter, skipped)
    body = text.text[body_start:]
    if not body.strip():
        raise InputError(
            f"{file.shown_as} has a header and no rows.", ("Export it again with at least one row.",)
        )
    misfits = _Misfits(file.shown_as, skipped + 2)
    cells = _parsed(body.encode(), delimiter, len(headers), misfits, file.shown_as)
    read = cells.num_rows + len(misfits.rejects)
    if len(misfits.rejects) > MAX_RAGGED_SHARE * read:
        raise InputError(
            f"{file.shown_as} is not a table: {len(misfits.rejects):,} of {read:,} rows do not have the "
            f"{len(headers)} cells of its header.",
            (
                f"First: line {misfits.rejects[0].line}, {misfits.rejects[0].reason}.",
                "Export it again as CSV.",
            ),
        )
    numbers = _record_numbers(cells.num_rows, skipped + 2, [r.line for r in misfits.rejects])
    filled = _filled_rows(cells)
    kept = cells.filter(filled)
    dropped = {"ragged": len(misfits.rejects), "blank": cells.num_rows - kept.num_rows}
    return RawTable(
        path=file.shown_as,
        sha256=hashlib.sha256(file.data).hexdigest(),
        headers=headers,
        cells=kept,
        lines=numbers.filter(filled),
        read=read,
        dropped={reason: n for reason, n in dropped.items() if n},
        rejects=tuple(misfits.rejects),
        findings=tuple(_noticed(file.shown_as, kept, len(misfits.rejects), read, skipped)),
        encoding=text.encoding,
        delimiter=delimiter,
    )


def _first_lines(text: str) -> list[str]:
    return list(_take(io.StringIO(text, newline=None), SAMPLE_LINES))


def _take(lines: io.StringIO, n: int) -> Iterator[str]:
    for _, line in zip(range(n), lines, strict=False):
        yield line


def _dialect(lines: list[str], shown_as: str) -> tuple[str, int]:
    """The delimiter that gives a constant width, and how many lines stand above the header."""
    declared = lines[0].strip().strip('"').casefold()
    if declared.startswith("sep=") and len(declared) <= len("sep=") + 1:
        return (declared[4:] or "\t"), 1
    best = max(DELIMITERS, key=lambda d: _steadiness(lines, d))
    widths = _widths(lines, best)
    usual = _usual_width(widths)
    if usual < 2:
        return best, 0
    above = next((i for i, width in enumerate(widths) if width >= max(2, usual * 0.6)), 0)
    if above > MAX_TITLE_LINES:
        raise InputError(f"{shown_as} is not a table: its first {above} lines have no columns.")
    return best, above


def _steadiness(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How constant a delimiter's width is, weighed by how many columns it gives."""
    widths = _widths(lines, delimiter)
    usual = _usual_width(widths)
    if usual < 2:
        return (0.0, 0)
    return (sum(width == usual for width in widths) / len(widths), usual)


def _widths(lines: list[str], delimiter: str) -> list[int]:
    try:
        return [len(row) for row in csv.reader(lines, delimiter=delimiter) if row] or [0]
    except csv.Error:
        return [line.count(delimiter) + 1 for line in lines if line.strip()] or [0]


def _usual_width(widths: list[int]) -> int:
    return max(Counter(widths).items(), key=lambda pair: (pair[1], pair[0]))[0]


def _header(text: str, delimiter: str, skipped: int) -> tuple[tuple[str, ...], int]:
    """The header's cells, and where the first record starts in the text."""
    stream = io.StringIO(text, newline="")
    consumed = 0

    def lines() -> Iterator[str]:
        nonlocal consumed
        for line in stream:
            consumed += len(line)
            yield line

    feed = lines()
    for _ in range(skipped):
        next(feed)
    row: list[str] = []
    rows = csv.reader(feed, delimiter=delimiter)
    while not any(cell.strip() for cell in row):
        row = next(rows, ["?"])
    return tuple(cell.strip().lstrip("\ufeff") for cell in row), consumed


def _parsed(data: bytes, delimiter: str, width: int, misfits: _Misfits, shown_as: str) -> pa.Table:
    """Every record of the header's width as strings; the others go to ``misfits``.

    Threads would spoil record numbers; blank lines are kept so that they can be counted.
    """
    names = [f"c{i}" for i in range(width)]
    block = BLOCK_BYTES
    while True:
        misfits.rejects.clear()
        try:
            return arrow_csv.read_csv(
                pa.BufferReader(data),
                read_options=arrow_csv.ReadOptions(use_threads=False, block_size=block, column_names=names),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=width > 1,
                    invalid_row_handler=misfits.take,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid as err:
            if "straddling" not in str(err) or block >= LARGEST_BLOCK_BYTES:
                raise InputError(f"{shown_as} is not a table: {err}.") from err
            block *= 8


def _record_numbers(count: int, first: int, misfits: list[int]) -> pa.Array:
    """The record number of each row that was parsed: those of the misfits are taken."""
    taken = set(misfits)
    numbers = [n for n in range(first, first + count + len(taken)) if n not in taken]
    return pa.array(numbers[:count], pa.int64())


def _filled_rows(cells: pa.Table) -> pa.Array:
    """Which rows hold anything."""
    filled = pa.array([False] * cells.num_rows, pa.bool_())
    for column in cells.columns:
        has = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(column.combine_chunks())), 0)
        filled = pc.or_(filled, has)
    return filled


def _noticed(shown_as: str, cells: pa.Table, ragged: int, read: int, skipped: int) -> Iterator[Finding]:
    if skipped:
        yield Finding(TITLE_ROWS, f"{shown_as}: {skipped} line(s) above the header were skipped.", skipped)
    if ragged:
        share = 100 * ragged / read
        yield Finding(
            MANY_RAGGED,
            f"{shown_as}: {ragged:,} of {read:,} rows ({share:.0f} %) do not have the header's number of cells and were "
            "left out (icp inspect --rejects FILE writes them).",
            ragged,
        )
    swallowed = sum(_swallowed(column, cells.num_columns) for column in cells.columns)
    if swallowed:
        message = f"{shown_as}: {swallowed:,} cell(s) hold what looks like whole rows: a quote was opened and not closed."
        yield Finding(SWALLOWED_ROWS, message, swallowed)


def _swallowed(column: pa.ChunkedArray, width: int) -> int:
    """Cells in which a newline is followed by a line with the usual number of delimiters."""
    if width < 3:
        return 0
    suspects = column.filter(pc.match_substring(column, "\n")).to_pylist()
    return sum(
        any(max(line.count(d) for d in DELIMITERS) == width - 1 for line in cell.splitlines()[1:])
        for cell in suspects
    )
