"""Which accounts belong together: a parent, its subsidiaries, and companies on one web domain."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    import pandas as pd


def related_accounts(book: pd.DataFrame) -> np.ndarray:
    """One number per account (int64); equal for accounts that share a parent or a web domain, or are parent and child.

    ``book``: ``account_key``, and ``parent_key`` and ``site`` where they are known. Evidence permutes and folds these
    groups whole: related accounts resemble each other.
    """
    links = [(held[0], other) for held in _shared(book).values() for other in held[1:]]
    rows, columns = np.array(links, dtype=int).reshape(-1, 2).T
    graph = coo_array((np.ones(len(links)), (rows, columns)), shape=(len(book), len(book)))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)
    numbers: np.ndarray = np.asarray(first, dtype=np.int64)[labels]
    return numbers


def _shared(book: pd.DataFrame) -> dict[str, list[int]]:
    """Positions by what they share; a parent's own key counts as its children's parent."""
    shared: dict[str, list[int]] = defaultdict(list)
    for name in ("parent_key", "site"):
        if name in book:
            for position, value in enumerate(book[name]):
                if isinstance(value, str):
                    shared[f"{name}:{value}"].append(position)
    for position, key in enumerate(book["account_key"]):
        if f"parent_key:{key}" in shared:
            shared[f"parent_key:{key}"].append(position)
    return shared
