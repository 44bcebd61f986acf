"""Tables of which several columns of a row are several rows: each with what the columns that stay say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from icpcli.load.files.read import RawTable

Place = int | str | None
"""Where a cell comes from: a column, by its place; the same text on every row; or nowhere, which is blank."""


def unfolded(
    table: RawTable, keys: Mapping[str, int], headers: Sequence[str], groups: Sequence[Sequence[Place]]
) -> RawTable:
    """A row for each row and group of which a column is filled: the ``keys``, by header, then the group's cells under ``headers``.

    Lines are those of the rows they come from, group after group; what was dropped of the table is told of the rows.
    """
    pieces, lines = [], []
    for group in groups:
        cells = [_texts(table, place) for place in group]
        told = [cell for cell, place in zip(cells, group, strict=True) if isinstance(place, int)]
        filled = pc.not_equal(pc.utf8_trim_whitespace(pc.binary_join_element_wise(*told, "")), "")
        columns = [*(_texts(table, index) for index in keys.values()), *cells]
        pieces.append(pa.table({f"c{i}": column for i, column in enumerate(columns)}).filter(filled))
        lines.append(table.lines.filter(filled))
    rows = pa.concat_tables(pieces).combine_chunks()
    return replace(
        table,
        headers=(*keys, *headers),
        cells=rows,
        lines=pa.concat_arrays(lines),
        read=rows.num_rows + sum(table.dropped.values()),
    )


def alone(rows: RawTable, path: str) -> RawTable:
    """The rows of a table that is kept as well, and tells itself what was dropped of it and why."""
    return replace(rows, path=path, read=rows.cells.num_rows, dropped={}, rejects=(), findings=())


def without_columns(table: RawTable, taken: Collection[int]) -> RawTable:
    """The table without some columns, by their places."""
    kept = [i for i in range(len(table.headers)) if i not in taken]
    cells = table.cells.select(kept).rename_columns([f"c{i}" for i in range(len(kept))])
    return replace(table, headers=tuple(table.headers[i] for i in kept), cells=cells)


def _texts(table: RawTable, place: Place) -> pa.Array:
    if not isinstance(place, int):
        return pa.array([place or ""] * table.cells.num_rows, pa.string())
    plain = pc.cast(table.cells.column(place), pa.string())
    return plain.combine_chunks() if isinstance(plain, pa.ChunkedArray) else plain


__all__ = ["alone", "unfolded", "without_columns"]
