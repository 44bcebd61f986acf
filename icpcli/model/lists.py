"""Cells that hold several values at once, such as technologies or tags: A;B;C, or ["A", "B"] as programs write them."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRM = re.compile(r"[;|]")
SOFT = ","
SIGNS = (";", "|", SOFT)  # one of which is between any two items
ARRAY = re.compile(r"""\[\s*(?:["'].*["']\s*)?\]""", re.DOTALL)
TEXT = r"""(?:'[^'\\]*'|"[^"\\]*")"""  # as Python writes a text without anything odd in it
TEXTS = re.compile(rf"\[\s*{TEXT}(?:\s*,\s*{TEXT})*\s*\]")
FEWEST_LISTS = 3
LIST_SHARE = 0.1  # of the distinct cells must hold more than one item


def items_of(cell: str) -> tuple[str, ...]:
    """The items of a cell in its order, each once: those of an array, else parted by ; or |, where there are none by commas.

    Line breaks were read as ;.
    """
    parts = _in_array(cell)
    if parts is None:
        parts = FIRM.split(cell) if FIRM.search(cell) else cell.split(SOFT)
    return tuple(dict.fromkeys(stripped for part in parts if (stripped := " ".join(part.split()))))


def with_items(cell: str, usual: Mapping[str, str]) -> str:
    """The cell with some of its items written otherwise, as ``usual`` says; what parts them stays, but for an array's quotes."""
    if _in_array(cell) is not None:
        items = items_of(cell)
        return cell if usual.keys().isdisjoint(items) else "; ".join(usual.get(item, item) for item in items)
    sign = FIRM if FIRM.search(cell) else re.compile(SOFT)
    ends = [0, *(place for match in sign.finditer(cell) for place in match.span()), len(cell)]
    pieces = [cell[start:end] for start, end in pairwise(ends)]
    return "".join(_respelled(piece, usual) for piece in pieces)


def _respelled(piece: str, usual: Mapping[str, str]) -> str:
    item = " ".join(piece.split())
    return piece.replace(piece.strip(), usual[item]) if item in usual else piece


def _in_array(cell: str) -> list[str] | None:
    """The texts in an array as JSON or Python writes it; None where a cell is none."""
    if not ARRAY.fullmatch(cell):
        return None
    if TEXTS.fullmatch(cell) and "'" in cell:
        return [text[1:-1] for text in re.findall(TEXT, cell)]
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else None


def holds_lists(cells: Iterable[str]) -> bool:
    """Whether a column's distinct cells are lists: the same items come back in other combinations.

    "Hotels, Restaurants & Leisure" or "Lyon, France" are no lists: there are more items than cells.
    """
    distinct = list(cells)
    fewest = max(FEWEST_LISTS, LIST_SHARE * len(distinct))
    if sum(any(sign in cell for sign in SIGNS) for cell in distinct) < fewest:
        return False
    lists = [items_of(cell) for cell in distinct]
    if sum(len(held) > 1 for held in lists) < fewest:
        return False
    return len({item for held in lists for item in held}) < len(lists)
