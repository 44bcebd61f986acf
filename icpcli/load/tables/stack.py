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
    """Where each distinct row of a table first stands, and for each row of the table which of them it is."""

    firsts: pa.Array
    places: pa.Array


def distinct_rows(columns: Sequence[pa.Array | pa.ChunkedArray], count: int) -> Distinct:
    """The distinct rows of these columns, each ``count`` long; of no columns all rows are one."""
    codes = pa.array(np.zeros(count, dtype=np.int64))
    for column in columns:
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        encoded = whole.dictionary_encode()
        own = pc.fill_null(pc.cast(encoded.indices, pa.int64()), len(encoded.dictionary))
        codes = pc.add(pc.multiply(codes, len(encoded.dictionary) + 1), own)
        codes = pc.cast(codes.dictionary_encode().indices, pa.int64())
    places = codes.to_numpy()
    firsts = np.full(int(places.max(initial=-1)) + 1, count)
    np.minimum.at(firsts, places, np.arange(count))
    return Distinct(pa.array(firsts), codes)
