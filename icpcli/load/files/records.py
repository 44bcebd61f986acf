"""The records of a text: those that fit its header as cells, the others as they stand, all with their numbers."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from icpcli.errors import InputError

if TYPE_CHECKING:
    from icpcli.load.files.dialect import Layout

BLOCK_BYTES = 1 << 20  # record numbers stay right with one thread, and larger blocks are no faster
LARGEST_BLOCK_BYTES = 1 << 30
LARGE_BYTES = 1 << 24
REPEATED = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class Misfit:
    """A record that does not have the header's width: its number, its cells and its text."""

    number: int
    cells: tuple[str, ...]
    text: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """What a text holds below its header.

    ``cells`` has columns c0, c1, ... of text, those of large files that repeat as dictionaries (``texts_of`` gives
    strings), blank cells "" and never null; ``numbers`` (int64) gives
    each row's record as a spreadsheet counts it, from 1. ``blanks`` counts the records without anything; ``last`` is
    the number of the last record of all.
    """

    cells: pa.Table
    numbers: np.ndarray
    misfits: tuple[Misfit, ...]
    blanks: int
    last: int = 0

    def line_numbers(self) -> pa.Array:
        """The record number of each row of ``cells``, as int64."""
        return pa.array(self.numbers, pa.int64())


@dataclass(slots=True)
class _Handler:
    """Collects the records that do not have the header's width, as the parser meets them."""

    first_record: int
    rows: list[arrow_csv.InvalidRow] = field(default_factory=list)

    def take(self, row: arrow_csv.InvalidRow) -> str:
        self.rows.append(row)
        return "skip"


def records_of(utf8: bytes, layout: Layout, *, shown_as: str) -> Records:
    """Every record below the header; raises InputError where the text cannot be read as a table."""
    handler = _Handler(layout.header_record + 1)
    parsed = _parsed(utf8, layout, handler, shown_as)
    numbers = _record_numbers(parsed.num_rows, handler)
    last = layout.header_record + parsed.num_rows + len(handler.rows)
    blank = blank_rows(parsed)
    if len(blank):
        filled = np.ones(parsed.num_rows, dtype=bool)
        filled[blank] = False
        parsed, numbers = parsed.filter(pa.array(filled)), numbers[filled]
    misfits = [_misfit(row, handler, layout) for row in handler.rows if row.text.strip()]
    fitting = [misfit for misfit in misfits if any(map(str.strip, misfit.cells))]
    blanks = len(blank) + len(handler.rows) - len(fitting)
    return Records(parsed, numbers, tuple(fitting), blanks, last)


def blank_rows(cells: pa.Table) -> np.ndarray:
    """The positions of the rows that hold nothing but spaces."""
    at = np.arange(cells.num_rows)
    for column in cells.columns:
        if not len(at):
            break
        at = at[is_blank(column if len(at) == cells.num_rows else column.take(pa.array(at)))]
    return at


def texts_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of cells as strings."""
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column


def is_blank(cells: pa.ChunkedArray) -> np.ndarray:
    """Which cells hold nothing but spaces."""
    column = texts_of(cells)
    empty = pc.equal(pc.binary_length(column), 0).to_numpy()
    spaced = pc.utf8_is_space(column)
    return np.asarray(empty | spaced.to_numpy() if pc.any(spaced).as_py() else empty)


def _parsed(utf8: bytes, layout: Layout, handler: _Handler, shown_as: str) -> pa.Table:
    """Every record of the header's width as strings; the others go to ``handler``, but for their numbers.

    Only one thread numbers them; several are faster, and do where all records fit. Blank lines are read
    so that they can be counted. A record longer than a block needs a larger one.
    """
    names = [f"c{i}" for i in range(len(layout.headers))]
    body = pa.py_buffer(utf8).slice(layout.body_start)
    repeats = layout.repeating if body.size > LARGE_BYTES and layout.repeating else [False] * len(names)
    types = {name: REPEATED if often else pa.string() for name, often in zip(names, repeats, strict=True)}
    block, threads = BLOCK_BYTES, True
    while body.size:
        handler.rows.clear()
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(body),
                read_options=arrow_csv.ReadOptions(use_threads=threads, block_size=block, column_names=names),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=layout.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=handler.take,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=types,
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid as err:
            if "straddling" not in str(err) or block >= LARGEST_BLOCK_BYTES:
                raise InputError(f"{shown_as} is not a table: {err}.") from err
            block = min(8 * block, LARGEST_BLOCK_BYTES)
            continue
        if not (threads and handler.rows):
            return table
        threads = False
    return pa.table({name: pa.array([], pa.string()) for name in names})


def _record_numbers(count: int, handler: _Handler) -> np.ndarray:
    """The record number of each row that was parsed: those of the misfits are taken."""
    taken = np.asarray([row.number - 1 for row in handler.rows], dtype=np.int64)
    return np.delete(np.arange(count + len(taken), dtype=np.int64), taken) + handler.first_record


def _misfit(row: arrow_csv.InvalidRow, handler: _Handler, layout: Layout) -> Misfit:
    reason = f"{row.actual_columns} cells where the header has {row.expected_columns}"
    return Misfit(
        handler.first_record + row.number - 1, _cells_of(row.text, layout.delimiter), row.text, reason
    )


def _cells_of(text: str, delimiter: str) -> tuple[str, ...]:
    """The cells of one record's text, as far as the csv module can tell them apart."""
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error:  # a cell beyond the module's limit
        return (text,)
    return tuple(cell for row in rows for cell in row)
