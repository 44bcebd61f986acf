"""Tables of several files one below the other, and their distinct rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence


def stacked(tables: Sequence[pa.Table]) -> pa.Table:
    """All rows of the tables; a column that some lack is null there.

    A column whose kind differs from file to file (numbers here, words there) is text in all of them.
    """
    kinds: dict[str, set[pa.DataType]] = {}
    for table in tables:
        for field in table.schema:
            kinds.setdefault(field.name, set()).add(field.type)
    mixed = {name for name, found in kinds.items() if len(found - {pa.null()}) > 1}
    return pa.concat_tables([_as_text(table, mixed) for table in tables], promote_options="default")


def _as_text(table: pa.Table, names: set[str]) -> pa.Table:
    for position, name in enumerate(table.column_names):
        if name in names:
            table = table.set_column(position, name, pc.cast(table.column(name), pa.string()))
    return table


@dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """Distinct rows of text, and for each row of the table which of them it is."""

    rows: list[tuple[str | None, ...]]
    places: np.ndarray


def distinct_rows(columns: Sequence[pa.ChunkedArray | None], count: int) -> Distinct:
    """The distinct rows of these columns of text, ``count`` long; a column that is None is blank."""
    codes = np.zeros(count, dtype=np.int64)
    for column in columns:
        if column is not None:
            encoded = column.combine_chunks().dictionary_encode()
            own = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy(zero_copy_only=False)
            _, codes = np.unique(codes * (len(encoded.dictionary) + 1) + own, return_inverse=True)
    _, firsts, places = np.unique(codes, return_index=True, return_inverse=True)
    cells = [[None] * len(firsts) if c is None else c.take(pa.array(firsts)).to_pylist() for c in columns]
    return Distinct(list(zip(*cells, strict=True)), places)
