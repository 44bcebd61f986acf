"""Bytes to tables of strings: rows that do not fit set aside, every record accounted for."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from icpcli.errors import InputError
from icpcli.load.dialect import layout_of
from icpcli.load.encoding import decoded
from icpcli.load.files import STDIN, bytes_of, find_files, nothing_in
from icpcli.model.common import Finding
from icpcli.model.tables import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from icpcli.load.dialect import Layout
    from icpcli.load.encoding import Text

BLOCK_BYTES = 1 << 20  # record numbers stay right with one thread, and larger blocks are no faster
LARGEST_BLOCK_BYTES = 1 << 30
MAX_RAGGED_SHARE = 0.5
EXPORT_AGAIN = "Export it again with at least one row."

NOT_A_TABLE = "ICP101"
RAGGED_ROWS = "ICP102"
SWALLOWED_ROWS = "ICP103"
TITLE_ROWS = "ICP104"
LOST_CHARACTERS = "ICP105"
SAME_BYTES = "ICP106"


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """One file as strings.

    ``path`` is as the user would type it. ``headers`` are in file order, duplicates kept, blank ones "".
    ``cells`` has columns c0, c1, ... of type string, blank cells "" and never null, the records kept in file
    order; ``lines`` (int64) numbers them as a spreadsheet does: records from 1, header, titles, blank and
    ragged ones counted. ``dropped`` gives for each reason (title, blank, ragged) the records left out:
    ``read == cells.num_rows + sum(dropped)``. ``rejects`` are the ragged records, ``encoding`` and ``delimiter``
    what the file was read with.
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


@dataclass(slots=True)
class _Misfits:
    """Collects the records that do not have the header's width; blank ones are only numbered."""

    path: str
    first_record: int
    rejects: list[Reject] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)

    def take(self, row: arrow_csv.InvalidRow) -> str:
        record = self.first_record + row.number - 1
        if row.text.strip():
            reason = f"{row.actual_columns} cells where the header has {row.expected_columns}"
            self.rejects.append(Reject(self.path, record, reason, row.text))
        else:
            self.blanks.append(record)
        return "skip"

    def clear(self) -> None:
        self.rejects.clear()
        self.blanks.clear()

    def records(self) -> list[int]:
        return [*(reject.line for reject in self.rejects), *self.blanks]


def read_exports(paths: Sequence[str]) -> tuple[tuple[RawTable, ...], tuple[Finding, ...]]:
    """Every table in these files and folders, and the files left out.

    In a folder, a file that holds no table becomes a finding, as does a file with the bytes of another. Raises
    InputError where a path leads nowhere, a file named by the user holds no table, or a folder holds none.
    """
    tables: list[RawTable] = []
    findings: list[Finding] = []
    for path in dict.fromkeys(paths):
        if path != STDIN and Path(path).is_dir():
            found, noticed = _read_folder(Path(path))
            tables += found
            findings += noticed
        else:
            tables.append(table_in(bytes_of(path), shown_as=path))
    return _without_copies(tables, findings)


def read_table(path: Path, *, shown_as: str) -> RawTable:
    """The table a file holds, as strings; raises InputError where it cannot be read or holds none."""
    return table_in(bytes_of(str(path)), shown_as=shown_as)


def table_in(data: bytes, *, shown_as: str) -> RawTable:
    """The table that these bytes hold, as strings; raises InputError where they hold none."""
    if not data.strip():
        raise InputError(f"{shown_as} is empty.", (EXPORT_AGAIN,))
    text = decoded(data, shown_as=shown_as)
    layout = layout_of(text.utf8, shown_as=shown_as)
    misfits = _Misfits(shown_as, layout.header_record + 1)
    parsed = _parsed(text.utf8, layout, misfits)
    _refuse_mostly_ragged(parsed.num_rows, misfits.rejects, layout, shown_as)
    filled = _filled_rows(parsed)
    kept = parsed.filter(filled)
    if not kept.num_rows:
        raise _no_rows(layout, shown_as)
    blanks = layout.blanks + len(misfits.blanks) + parsed.num_rows - kept.num_rows
    dropped = {"title": layout.titles, "blank": blanks, "ragged": len(misfits.rejects)}
    return RawTable(
        path=shown_as,
        sha256=hashlib.sha256(data).hexdigest(),
        headers=layout.headers,
        cells=kept,
        lines=_record_numbers(parsed.num_rows, misfits).filter(filled),
        read=kept.num_rows + sum(dropped.values()),
        dropped={reason: n for reason, n in dropped.items() if n},
        rejects=tuple(misfits.rejects),
        findings=tuple(_noticed(shown_as, text, layout, kept, misfits.rejects)),
        encoding=text.encoding,
        delimiter=layout.delimiter,
    )


def _read_folder(folder: Path) -> tuple[list[RawTable], list[Finding]]:
    tables, findings = [], []
    for path in find_files([str(folder)]):
        try:
            tables.append(read_table(path, shown_as=str(path)))
        except InputError as err:
            findings.append(Finding(NOT_A_TABLE, f"{err} It was left out."))
    if not tables:
        raise nothing_in(folder, [finding.message for finding in findings])
    return tables, findings


def _without_copies(
    tables: Sequence[RawTable], findings: Sequence[Finding]
) -> tuple[tuple[RawTable, ...], tuple[Finding, ...]]:
    """Of files with the same bytes the first: read twice, every sale would count twice."""
    first: dict[str, RawTable] = {}
    copies = []
    for table in tables:
        original = first.setdefault(table.sha256, table)
        if original is not table:
            message = f"{table.path} has the same bytes as {original.path} and was left out."
            copies.append(Finding(SAME_BYTES, message, table.read))
    return tuple(first.values()), (*findings, *copies)


def _parsed(utf8: bytes, layout: Layout, misfits: _Misfits) -> pa.Table:
    """Every record of the header's width as strings; the others go to ``misfits``.

    Threads would spoil record numbers; blank lines are read so that they can be counted.
    """
    names = [f"c{i}" for i in range(len(layout.headers))]
    body = pa.py_buffer(utf8).slice(layout.body_start)
    block = BLOCK_BYTES
    while body.size:
        misfits.clear()
        try:
            return arrow_csv.read_csv(
                pa.BufferReader(body),
                read_options=arrow_csv.ReadOptions(use_threads=False, block_size=block, column_names=names),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=layout.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=misfits.take,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid as err:
            if "straddling" not in str(err) or block >= LARGEST_BLOCK_BYTES:
                raise InputError(f"{misfits.path} is not a table: {err}.") from err
            block = min(8 * block, LARGEST_BLOCK_BYTES)
    return pa.table({name: pa.array([], pa.string()) for name in names})


def _refuse_mostly_ragged(parsed: int, rejects: Sequence[Reject], layout: Layout, shown_as: str) -> None:
    if len(rejects) <= MAX_RAGGED_SHARE * (parsed + len(rejects)):
        return
    raise InputError(
        f"{shown_as} is not a table: {len(rejects):,} of its {parsed + len(rejects):,} rows do not have the "
        f"{len(layout.headers)} cells of its header.",
        (f"First: row {rejects[0].line}, {rejects[0].reason}.", "Export it again as CSV."),
    )


def _no_rows(layout: Layout, shown_as: str) -> InputError:
    if any("\n" in header for header in layout.headers):
        return InputError(f"{shown_as} has no rows: a quote is opened in its header and not closed.")
    return InputError(f"{shown_as} has a header and no rows.", (EXPORT_AGAIN,))


def _record_numbers(count: int, misfits: _Misfits) -> pa.Array:
    """The record number of each row that was parsed: those of the misfits are taken."""
    taken = np.asarray(misfits.records(), dtype=np.int64)
    numbers = np.arange(count + len(taken), dtype=np.int64) + misfits.first_record
    return pa.array(np.delete(numbers, taken - misfits.first_record), pa.int64())


def _filled_rows(cells: pa.Table) -> pa.Array:
    """Which rows hold anything."""
    filled = pa.array(np.zeros(cells.num_rows, dtype=bool))
    for column in cells.columns:
        blank = pc.equal(pc.utf8_trim_whitespace(column.combine_chunks()), "")
        filled = pc.or_(filled, pc.invert(blank))
    return filled


def _noticed(
    shown_as: str, text: Text, layout: Layout, cells: pa.Table, rejects: Sequence[Reject]
) -> Iterator[Finding]:
    if text.damaged:
        message = f"{shown_as}: {text.damaged:,} character(s) could not be read as {text.encoding} and show as \ufffd."
        yield Finding(LOST_CHARACTERS, message)
    if layout.titles:
        message = f"{shown_as}: {layout.titles:,} row(s) above the header were left out as titles."
        yield Finding(TITLE_ROWS, message, layout.titles)
    if rejects:
        rows = cells.num_rows + len(rejects)
        message = (
            f"{shown_as}: {len(rejects):,} of {rows:,} rows ({_percent(len(rejects), rows)}) do not have the header's number of cells and "
            "were left out (icp inspect --rejects FILE writes them)."
        )
        yield Finding(RAGGED_ROWS, message, len(rejects))
    if swallowed := _swallowed_rows(cells, rejects, layout.delimiter):
        message = (
            f"{shown_as}: {swallowed:,} row(s) seem to be lost inside a cell of another row: a quote was opened and "
            "not closed."
        )
        yield Finding(SWALLOWED_ROWS, message, swallowed)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if 100 * part >= whole else "<1 %"


def _swallowed_rows(cells: pa.Table, rejects: Sequence[Reject], delimiter: str) -> int:
    """Rows inside cells: a newline, and the usual number of delimiters for each newline or after one."""
    usual = cells.num_columns - 1
    if usual < 2:
        return 0
    suspects = [reject.text for reject in rejects if "\n" in reject.text]
    for column in cells.columns:
        crowded = pc.greater_equal(pc.count_substring(column, delimiter), usual)
        suspects += column.filter(pc.and_(crowded, pc.match_substring(column, "\n"))).to_pylist()
    # In a sentence a space follows the comma, in a row hardly ever.
    separator = re.compile(re.escape(delimiter) + r"(?! )")
    return sum(_rows_inside(text, separator, usual) for text in suspects)


def _rows_inside(text: str, separator: re.Pattern[str], usual: int) -> int:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    counts = [len(separator.findall(line)) for line in lines]
    whole = sum(count == usual for count in counts[1:])
    return len(lines) - 1 if len(lines) > 1 and sum(counts) == usual * (len(lines) - 1) else whole


__all__ = ["RawTable", "find_files", "read_exports", "read_table", "table_in"]
