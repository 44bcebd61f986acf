"""Which accounts belong together: a parent, its subsidiaries, and companies on one web domain."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def related_accounts(book: pd.DataFrame) -> np.ndarray:
    """One number per account (int64); equal for accounts that share a parent or a web domain, or are parent and child.

    Evidence permutes and folds these groups whole: related accounts resemble each other.
    """
    parents = np.arange(len(book))

    def root(i: int) -> int:
        while parents[i] != i:
            parents[i] = parents[parents[i]]
            i = int(parents[i])
        return i

    for positions in _shared(book).values():
        for other in positions[1:]:
            first, second = sorted((root(positions[0]), root(other)))
            parents[second] = first
    return np.array([root(i) for i in range(len(book))], dtype=np.int64)


def _shared(book: pd.DataFrame) -> dict[str, list[int]]:
    """Positions by what they share; a parent's own id or name counts as its children's parent."""
    shared: dict[str, list[int]] = defaultdict(list)
    for name, prefix in (("parent", "parent:"), ("domain", "domain:")):
        if name in book:
            for position, value in enumerate(book[name]):
                if isinstance(value, str) and value:
                    shared[prefix + value.casefold()].append(position)
    for name in ("account_id", "name"):
        if name in book:
            for position, value in enumerate(book[name]):
                if isinstance(value, str) and f"parent:{value.casefold()}" in shared:
                    shared[f"parent:{value.casefold()}"].append(position)
    return shared
