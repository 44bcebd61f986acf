"""Rows that are no records: footers, totals, headers said again, titles of groups, blocks of sub-items, continuations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.files.continuations import continuations_in
from icpcli.load.files.footers import is_counted, is_footer, is_total
from icpcli.load.files.groups import MAY_CLOSE, groups_in, names_for_all
from icpcli.load.files.records import Records, is_blank, texts_of
from icpcli.load.texts.numbers import is_plain, number_in, number_style, value_of
from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.files.dialect import Layout

FOOTER = "footer"
TOTAL = "total"
HEADER_AGAIN = "header again"
GROUP_TITLE = "group title"
SUB_ITEM = "sub-item"
CONTINUATION = "continuation of the row above"

SUB_ITEMS = frozenset({"subitems", "sous-elements", "unterelemente", "subelementos"})
LONGEST_FOOTER = 30  # records from the end that may be one
MOST_CELLS_OF_A_FOOTER = 2
CLOSE_TO_SUM = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Structured:
    """The records that stand for something, and for each reason how many rows only shaped the page."""

    records: Records
    dropped: Mapping[str, int]
    names_told: int = 0  # leading columns whose cells hold for the blank ones below
    is_grouped: bool = False  # the first column, or one more behind the last, names the group of each row


@dataclass(frozen=True, slots=True)
class _Row:
    """A record as cells, wherever it stands: ``position`` in the table, or None for a misfit."""

    position: int | None
    cells: tuple[str, ...]

    @property
    def filled(self) -> list[str]:
        return [cell for cell in map(str.strip, self.cells) if cell]


def structured(records: Records, layout: Layout) -> Structured:
    """The records without the rows that only shape a page, which fit or do not fit the header.

    A continuation (Odoo writes one for each further tag, contact or line of the record above) gives its
    values to that record first.
    """
    page = _Page(records, layout)
    page.find_repeated_headers()
    page.find_sub_items()
    cells = page.with_groups_told()
    is_grouped = cells is not records.cells
    page.find_footer()
    named = page.names_for_all(cells)
    for index, names in enumerate(named):
        cells = cells.set_column(index, cells.column_names[index], names)
    continued = continuations_in(cells, page.positions_left(), layout.headers)
    page.mark(continued.positions.tolist(), CONTINUATION)
    whole = page.without_marked(continued.cells)
    return replace(whole, names_told=len(named), is_grouped=is_grouped)


class _Page:
    """The records of one text and what each structural one was found to be, by its place: rows first, then misfits.

    Not by its number: what an unclosed quote had swallowed shares that of the record that held it.
    """

    def __init__(self, records: Records, layout: Layout) -> None:
        self._records = records
        self._headers = layout.headers
        self._reasons: dict[int, str] = {}
        self._count = records.cells.num_rows
        unfit = np.array([m.number for m in records.misfits], dtype=np.int64)
        self._in_order = np.argsort(np.concatenate([records.numbers, unfit]), kind="stable")
        self._ranks = np.empty_like(self._in_order)
        self._ranks[self._in_order] = np.arange(len(self._in_order))

    def mark(self, places: Sequence[int], reason: str) -> None:
        """Say what these records are, where that is not known yet."""
        for place in places:
            self._reasons.setdefault(place, reason)

    def find_repeated_headers(self) -> None:
        """The header once more (files put together, monday's groups), with the title of its group above it."""
        headers = [header.replace("\ufeff", "").strip() for header in self._headers]
        at = np.arange(self._records.cells.num_rows)
        for column, header in zip(self._records.cells.columns, headers, strict=True):
            if not len(at):
                return
            cells = texts_of(column if len(at) == len(column) else column.take(pa.array(at)))
            same = pc.equal(pc.replace_substring(pc.utf8_trim_whitespace(cells), "\ufeff", ""), header)
            at = at[same.to_numpy()]
        for place in at.tolist():
            self.mark([place], HEADER_AGAIN)
            rank = self._ranks[place]
            above = int(self._in_order[rank - 1])
            if rank and len(self._row(above).filled) == 1:
                self.mark([above], GROUP_TITLE)

    def find_sub_items(self) -> None:
        """The blocks that monday puts below an item: a header of their own that begins with "Subitems", and its rows."""
        if not self._records.cells.num_columns:
            return
        first = pc.utf8_lower(pc.utf8_trim_whitespace(texts_of(self._records.cells.column(0))))
        known = pc.is_in(first, value_set=pa.array(sorted({*SUB_ITEMS, "sous-éléments"})))
        starts = np.flatnonzero(known.to_numpy()).tolist()
        misfits = enumerate(self._records.misfits, self._count)
        starts += [place for place, m in misfits if m.cells and fold(m.cells[0]) in SUB_ITEMS]
        for start in sorted(set(starts) - set(self._reasons), key=lambda place: self._ranks[place]):
            self.mark([start], SUB_ITEM)
            for place in map(
                int, self._in_order[self._ranks[start] + 1 :]
            ):  # a view: only the block is looked at
                row = self._row(place)
                if row.cells and row.cells[0].strip():
                    break
                self.mark([place], SUB_ITEM)

    def with_groups_told(self) -> pa.Table:
        """The cells with the name of its group on each row of a report in groups; their titles and totals are marked."""
        cells = self._records.cells
        if not self._may_be_grouped():
            return cells
        filled = np.sum([~is_blank(column) for column in cells.columns], axis=0).tolist()
        firsts = texts_of(cells.column(0)).to_pylist()
        for misfit in self._records.misfits:
            firsts.append(next(iter(misfit.cells), ""))
            filled.append(sum(bool(cell.strip()) for cell in misfit.cells))
        places = [place for place in self._in_order.tolist() if place not in self._reasons]
        found = groups_in([firsts[p].strip() for p in places], [filled[p] == 1 for p in places])
        if found is None:
            return cells
        self.mark([places[row] for row in found.titles], GROUP_TITLE)
        self.mark([places[row] for row in found.totals], TOTAL)
        told = [""] * len(firsts) if found.is_beside else firsts
        for row, label in found.labels.items():
            told[places[row]] = label
        names = pa.chunked_array([pa.array(told[: self._count], pa.string())])
        if found.is_beside:
            return cells.append_column(f"c{cells.num_columns}", names)
        return cells.set_column(0, cells.column_names[0], names)

    def names_for_all(self, cells: pa.Table) -> list[pa.ChunkedArray]:
        """The leading columns of a pivot table that name a group on its first row alone, with the name on each row."""
        left = self.positions_left()
        if len(left) < 2 or not cells.num_columns:
            return []
        is_named = ~is_blank(cells.column(0))[left]
        names = cells.column(0).take(pa.array(left[is_named]))
        if not is_named[0] or is_named.all() or pc.count_distinct(names).as_py() < len(names):
            return []
        filled = np.sum([~is_blank(column)[left] for column in cells.columns], axis=0).tolist()
        those = pa.array(left)
        columns = (
            [text.strip() for text in texts_of(column).take(those).to_pylist()] for column in cells.columns
        )
        told = []
        for column, names in zip(cells.columns, names_for_all(columns, filled), strict=False):
            texts = np.array(texts_of(column).to_pylist(), dtype=object)
            texts[left] = names
            told.append(pa.chunked_array([pa.array(texts.tolist(), pa.string())]))
        return told

    def _may_be_grouped(self) -> bool:
        """Whether several first cells may be those of subtotals."""
        if not self._records.cells.num_columns:
            return False
        others = pa.array([next(iter(m.cells), "") for m in self._records.misfits], pa.string())
        columns = (texts_of(self._records.cells.column(0)), others)
        return sum(pc.sum(pc.match_substring_regex(c, MAY_CLOSE)).as_py() or 0 for c in columns) > 1

    def find_footer(self) -> None:
        """The rows after the last record: totals whose figures agree, and lines of text of which one is a footer's."""
        lines: list[int] = []
        is_known = False
        for place in self._in_order[::-1][:LONGEST_FOOTER].tolist():
            row = self._row(place)
            if place in self._reasons:
                continue
            if self._is_total(row):
                self.mark([place], TOTAL)
            elif self._is_line(row):
                lines.append(place)
                is_known = is_known or any(map(is_footer, row.filled))
            else:
                break
        if is_known:
            self.mark(lines, FOOTER)

    def positions_left(self) -> np.ndarray:
        """The positions of the rows that nothing is known of."""
        left = np.ones(self._count, dtype=bool)
        left[[place for place in self._reasons if place < self._count]] = False
        return np.flatnonzero(left)

    def without_marked(self, cells: pa.Table) -> Structured:
        """The records that are none of these, with ``cells`` for their cells."""
        if not self._reasons:
            return Structured(replace(self._records, cells=cells), {})
        left = self.positions_left()
        misfits = tuple(
            m for place, m in enumerate(self._records.misfits, self._count) if place not in self._reasons
        )
        records = Records(
            cells.take(pa.array(left)), self._records.numbers[left], misfits, self._records.blanks
        )
        return Structured(records, dict(Counter(self._reasons.values())))

    def _row(self, place: int) -> _Row:
        if place >= self._count:
            return _Row(None, self._records.misfits[place - self._count].cells)
        return _Row(place, tuple(column[place].as_py() for column in self._records.cells.columns))

    def _is_line(self, row: _Row) -> bool:
        """Whether a row is text beside the table: narrower than it, with next to nothing in it."""
        few = len(row.filled) <= min(MOST_CELLS_OF_A_FOOTER, len(self._headers) - 1)
        return few and (row.position is None or 2 * len(row.filled) < len(self._headers))

    def _is_total(self, row: _Row) -> bool:
        """A label of a total, and figures of which one is its column's sum or middle; with no figures at all, a bare label."""
        filled = row.filled
        if not filled or not is_total(filled[0]) or (len(filled) == 1 and len(self._headers) < 3):
            return False
        figures = [number_in(cell) for cell in filled[1:] if not is_counted(cell)]
        if any(figure is None for figure in figures):
            return False
        if row.position is None or not figures:
            return True
        return any(
            self._is_sum(column, row.position)
            for column, cell in enumerate(row.cells)
            if number_in(cell.strip()) is not None
        )

    def _is_sum(self, index: int, position: int) -> bool:
        """Whether one cell is the sum, the count, the mean or the median of those above it in its column, other totals left out.

        A spreadsheet's sum passes over cells that hold more than a figure.
        """
        cells = self._records.cells.column(index)[: position + 1].to_pylist()
        numbers = [number_in(cell.strip()) for cell in cells]
        style = number_style(numbers, is_grouped=True)
        *above, total = [None if n is None else value_of(n, style) for n in numbers]
        end = position
        while end and is_total(next(iter(self._row(end - 1).filled), "")):
            end -= 1
        known = [float(value) for value in above[:end] if value is not None]
        if total is None or not known:
            return False
        plain = [
            float(value)
            for value, cell in zip(above[:end], cells, strict=False)
            if value is not None and is_plain(cell)
        ]
        told = (len(known), sum(known), sum(plain), sum(known) / len(known), median(known))
        return any(abs(float(total) - value) <= CLOSE_TO_SUM * abs(float(total)) for value in told)


__all__ = ["Structured", "structured"]
