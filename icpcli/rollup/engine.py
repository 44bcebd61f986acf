"""The embedded DuckDB that runs the roll-up's Ibis expressions."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa


def connect() -> ibis.BaseBackend:
    """A private in-memory database: no network, no extensions, dates only, spills outside the working folder."""
    return ibis.duckdb.connect(
        ":memory:",
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        temp_directory=tempfile.gettempdir(),
    )


def table_of(table: pa.Table, columns: Sequence[str]) -> ir.Table:
    """The named columns of a canonical table, as an expression; ones that its files did not have are null text."""
    held = table.select([c for c in columns if c in table.column_names])
    return ibis.memtable(held)


def fetch(backend: ibis.BaseBackend, expression: ir.Table) -> pd.DataFrame:
    """The rows of an expression; order them by a key afterwards, a database gives none."""
    frame: pd.DataFrame = backend.to_pyarrow(expression).to_pandas()
    return frame
