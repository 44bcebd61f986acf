"""How often customers without a contract bought again, beside the mean customer of the same age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.units import DAYS_PER_MONTH, MONTHS_PER_YEAR
from icpcli.rank.retention import stays
from icpcli.rank.survival import level_at, mean_cumulative_orders

if TYPE_CHECKING:
    from icpcli.model.scale import Steps
    from icpcli.model.tables import Book


@dataclass(frozen=True, slots=True, eq=False)
class Reordering:
    """Per account worked (NaN where not followed): repeat orders ``placed``, months since the first (``ages``), and ``expected``.

    Expected are those of the mean customer of the same age by ``mean``, the mean cumulative orders of a book.
    """

    placed: np.ndarray
    ages: np.ndarray
    expected: np.ndarray
    mean: Steps

    @property
    def rate_yearly(self) -> float:
        """Repeat orders a year of all who were followed; NaN where nobody was."""
        years = float(np.nansum(self.ages)) / MONTHS_PER_YEAR
        return float(np.nansum(self.placed)) / years if years > 0 else np.nan


def reordering_of(book: Book, mean: Steps | None = None) -> Reordering:
    """The repeat orders of a book, measured by its own mean customer, or by that of an earlier book."""
    stay = stays(book)
    ages = np.where(stay.known(), stay.tenure_months, np.nan)
    if mean is None:
        mean = mean_cumulative_orders(ages[np.isfinite(ages)], _repeat_order_ages(book))
    placed = np.maximum(book.accounts["orders"].to_numpy(dtype=float) - 1, 0.0)
    expected = level_at(mean, np.nan_to_num(ages))
    followed = np.isfinite(ages)
    return Reordering(np.where(followed, placed, np.nan), ages, np.where(followed, expected, np.nan), mean)


def _repeat_order_ages(book: Book) -> np.ndarray:
    """Months from each customer's first order to each of their later ones."""
    orders = book.orders[
        book.orders["is_purchase"] & book.orders["account_key"].isin(book.accounts["account_key"])
    ]
    first = orders.groupby("account_key", sort=True)["ordered_on"].transform("min")
    later = orders.groupby("account_key", sort=True).cumcount() > 0
    days = (orders["ordered_on"] - first)[later].dt.days.to_numpy(dtype=float)
    return np.maximum(days[np.isfinite(days)], 0.0) / DAYS_PER_MONTH


__all__ = ["Reordering", "reordering_of"]
