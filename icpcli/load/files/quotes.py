"""Quotes in cells: guarded by a backslash, or opened and never closed; the rows they swallowed, read again."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.files.records import Misfit, Records, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icpcli.load.files.dialect import Layout

FEWEST_DELIMITERS = 2  # a sentence over two lines may have one comma in each
TORN = "a quote is opened in it, or before it, and not closed"
GUARDED = re.compile(rb'(?<!\\)((?:\\\\)*)\\"')


@dataclass(frozen=True, slots=True, eq=False)
class Unswallowed:
    """The records with the swallowed ones read again, in the place of the record that had swallowed them.

    ``recovered`` counts the rows that were whole again, ``lost`` the lines that were not (they are misfits).
    """

    records: Records
    recovered: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Swallower:
    """A record with whole rows inside one of its cells. ``position`` is its row, None for a misfit."""

    position: int | None
    number: int
    lines: tuple[str, ...]


def without_guards(utf8: bytes) -> bytes:
    """The text with each quote that a backslash guards doubled instead, as the standard writes it."""
    return GUARDED.sub(rb'\1""', utf8)


def unswallowed(records: Records, layout: Layout, utf8: bytes) -> Unswallowed:
    """The records with what stray quotes had swallowed; ``utf8`` is the text they were read from.

    A cell that holds line breaks, and between them nothing but lines with a row's number of delimiters, is
    no text, unless its quotes are opened and closed where they should be: its lines are rows. Those that are
    whole come back; the first and last, torn by the quote, are misfits if they are not. (In a sentence a space
    follows the comma, in a row hardly ever.)
    """
    usual = len(layout.headers) - 1
    if usual < FEWEST_DELIMITERS or not _has_long_records(records, layout, utf8):
        return Unswallowed(records, 0, 0)
    row_break = re.compile(re.escape(layout.delimiter) + r"(?! )")
    found = [*_among_rows(records, layout, utf8, row_break), *_among_misfits(records, layout, row_break)]
    return _read_again(records, layout, found) if found else Unswallowed(records, 0, 0)


def _has_long_records(records: Records, layout: Layout, utf8: bytes) -> bool:
    """Whether any record is of several lines: then there are more lines than records."""
    ends = [end for end in (b"\n", b"\r") if end in utf8]  # the one that is absent is soon sought
    lines = max((utf8.count(end, layout.body_start) for end in ends), default=0)
    return bool(lines > records.cells.num_rows + len(records.misfits) + records.blanks)


def _among_rows(
    records: Records, layout: Layout, utf8: bytes, row_break: re.Pattern[str]
) -> Iterator[_Swallower]:
    usual = len(layout.headers) - 1
    suspects: set[int] = set()
    for column in map(texts_of, records.cells.columns):
        broken = pc.match_substring(column, "\n")
        if pc.any(broken).as_py():
            at = np.flatnonzero(broken.to_numpy())
            counts = pc.count_substring(column.take(pa.array(at)), layout.delimiter).to_numpy()
            suspects |= set(at[counts >= usual].tolist())
    for position in sorted(suspects):
        cells = [column[position].as_py() for column in records.cells.columns]
        suspect = next(c for c in cells if "\n" in c and c.count(layout.delimiter) >= usual)
        if _holds_rows(_lines(suspect)[1:], row_break, usual) and not _is_closed(suspect, layout, utf8):
            lines = _lines(layout.delimiter.join(cells))
            yield _Swallower(position, int(records.numbers[position]), tuple(lines))


def _is_closed(cell: str, layout: Layout, utf8: bytes) -> bool:
    """Whether a cell stands in the text between quotes that open and close it."""
    quoted = re.escape('"' + cell.replace('"', '""') + '"')
    edge = rf"(?:{re.escape(layout.delimiter)}|[\r\n]|\Z)"
    return re.search(f"{quoted}{edge}".encode(), utf8) is not None


def _among_misfits(records: Records, layout: Layout, row_break: re.Pattern[str]) -> Iterator[_Swallower]:
    usual = len(layout.headers) - 1
    for misfit in records.misfits:
        lines = _lines(misfit.text)
        is_torn = len(lines) > 1 and not _is_well_quoted(misfit.text, layout.delimiter)
        if is_torn and _holds_rows(lines[1:], row_break, usual):
            yield _Swallower(None, misfit.number, tuple(lines))


def _is_well_quoted(text: str, delimiter: str) -> bool:
    try:
        list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")


def _holds_rows(lines: Sequence[str], row_break: re.Pattern[str], usual: int) -> bool:
    """Whether the lines after the first are rows, all but the last, which another quote may have torn."""
    counts = [len(row_break.findall(line)) for line in lines]
    return (len(counts) > 1 and all(n == usual for n in counts[:-1])) or counts == [usual]


def _read_again(records: Records, layout: Layout, found: Sequence[_Swallower]) -> Unswallowed:
    width = len(layout.headers)
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    torn: list[Misfit] = []
    for swallower in found:
        for line in swallower.lines:
            cells = tuple(cell.strip('"') for cell in line.split(layout.delimiter))
            if len(cells) == width:
                rows.append(cells)
                numbers.append(swallower.number)
            elif line.strip():
                torn.append(Misfit(swallower.number, cells, line, TORN))
    positions = {s.position for s in found if s.position is not None}
    again = {s.number for s in found if s.position is None}
    kept = np.array([i for i in range(records.cells.num_rows) if i not in positions], dtype=np.int64)
    added = pa.table({f"c{i}": pa.array([row[i] for row in rows], pa.string()) for i in range(width)})
    all_numbers = np.concatenate([records.numbers[kept], np.array(numbers, dtype=np.int64)])
    order = np.argsort(all_numbers, kind="stable")
    left = pa.table({n: texts_of(records.cells.column(n)) for n in records.cells.column_names}).take(
        pa.array(kept)
    )
    cells = pa.concat_tables([left, added]).take(pa.array(order))
    misfits = [m for m in records.misfits if m.number not in again]
    every = tuple(sorted([*misfits, *torn], key=lambda m: m.number))
    return Unswallowed(
        Records(cells, all_numbers[order], every, records.blanks, records.last), len(rows), len(torn)
    )
