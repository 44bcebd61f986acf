"""Cells that hold several values at once, such as technologies or tags: A;B;C."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRM = re.compile(r"[;|]")
SOFT = ","
FEWEST_LISTS = 3
LIST_SHARE = 0.1  # of the distinct cells must hold more than one item


def items_of(cell: str) -> tuple[str, ...]:
    """The items of a cell in its order, each once: parted by ; or |, where there are none by commas. Line breaks were read as ;."""
    parts = FIRM.split(cell) if FIRM.search(cell) else cell.split(SOFT)
    return tuple(dict.fromkeys(stripped for part in parts if (stripped := " ".join(part.split()))))


def holds_lists(cells: Iterable[str]) -> bool:
    """Whether a column's distinct cells are lists: the same items come back in other combinations.

    "Hotels, Restaurants & Leisure" or "Lyon, France" are no lists: there are more items than cells.
    """
    lists = [items_of(cell) for cell in cells]
    several = [held for held in lists if len(held) > 1]
    if len(several) < max(FEWEST_LISTS, LIST_SHARE * len(lists)):
        return False
    return len({item for held in lists for item in held}) < len(lists)
