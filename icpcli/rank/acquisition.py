"""What it costs to win a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from icpcli.model.tables import Book


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """One cost per account worked (NaN = not known), where it came from, and its unit."""

    figures: np.ndarray
    source: str
    unit: str
    is_money: bool


def acquisition_costs(book: Book) -> Costs:
    """What was spent on each account worked, won or lost: the cost column, else the effort index.

    The index (mean z-score of the logs of touches, activities and days to close) orders accounts but is
    no money; it is used only where no account has a cost.
    """
    cost = book.accounts["acquisition_cost"].to_numpy(dtype=float)
    if np.isfinite(cost).any():
        return Costs(cost, "acquisition cost column", book.currency or "currency", is_money=True)
    effort = book.accounts["effort"].to_numpy(dtype=float)
    if np.isfinite(effort).any():
        return Costs(effort, "effort: touches, activities, days to close", "index", is_money=False)
    return Costs(cost, "not exported", book.currency or "currency", is_money=True)
