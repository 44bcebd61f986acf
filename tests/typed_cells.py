"""Columns of cells as the reader gives them, and the values that they are read as."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from icpcli.load.texts.values import Typed


def column(*cells: str) -> pa.ChunkedArray:
    """Cells as the reader gives them."""
    return pa.chunked_array([list(cells)], pa.string())


def values_of(typed: Typed) -> list:
    """The values of a column; decimals as numbers that are easy on the eye."""
    return [float(v) if isinstance(v, Decimal) else v for v in typed.array.to_pylist()]
