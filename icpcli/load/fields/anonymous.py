"""Files that name no company, of which the user says that every row is one of its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from icpcli.load.files.read import RawTable

# What a row says of the deal with its company; all else describes the company.
OF_THE_DEAL = frozenset(
    "stage status is_won is_lost is_closed amount mrr arr term_months contract_start contract_end created_on closed_on won_on "
    "lost_on deal_type days_to_close".split()
)


def row_keys(raw: RawTable) -> pa.Array:
    """A key per row from all its cells, so that the order of the rows does not matter; equal rows are numbered."""
    order = sorted(range(len(raw.headers)), key=lambda i: (raw.headers[i], i))
    columns = [raw.cells.column(i).cast(pa.string()).to_pylist() for i in order]
    seen: Counter[str] = Counter()
    keys = []
    for cells in zip(*columns, strict=True):
        key = hashlib.sha256("\x1f".join(cells).encode()).hexdigest()[:16]
        seen[key] += 1
        keys.append(f"row-{key}-{seen[key]}")
    return pa.array(keys, pa.string())


def row_names(raw: RawTable) -> pa.Array:
    """What a user calls a row that has no name: its number in the file."""
    return pa.array([f"row {line}" for line in raw.lines.to_pylist()], pa.string())


__all__ = ["OF_THE_DEAL", "row_keys", "row_names"]
