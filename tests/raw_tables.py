"""The files of tests/data, and tables as the reader gives them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from icpcli.load.files.read import RawTable, table_in

DATA = Path(__file__).parent / "data"


def read_table(path: Path) -> RawTable:
    """The only table in a file, called by the file's name."""
    return table_in(path.read_bytes(), shown_as=path.name)


def table_of(name: str) -> RawTable:
    """A file of tests/data as read."""
    return read_table(DATA / name)


def rows_of(table: RawTable) -> list[list[str]]:
    """The cells kept, a list per record."""
    return [list(row.values()) for row in table.cells.to_pylist()]


def raw(path: str = "crm.csv", **columns: list[str]) -> RawTable:
    """A file of these columns, as read."""
    cells = pa.table({f"c{i}": pa.array(cells, pa.string()) for i, cells in enumerate(columns.values())})
    return RawTable(
        path=path,
        sha256="",
        headers=tuple(columns),
        cells=cells,
        lines=pa.array(range(2, cells.num_rows + 2), pa.int64()),
        read=cells.num_rows,
        dropped={},
        rejects=(),
        findings=(),
        encoding="utf-8",
        delimiter=",",
    )
