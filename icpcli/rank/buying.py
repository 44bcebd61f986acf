"""What customers without a contract bought within the months for which two sides were followed, each side by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.units import DAYS_PER_MONTH, MONTHS_PER_YEAR
from icpcli.rank.retention import first_purchases
from icpcli.rank.survival import mean_cumulative

if TYPE_CHECKING:
    from icpcli.model.tables import Book
    from icpcli.rank.retention import Stay
    from icpcli.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Buying:
    """``ages``: months each account worked was followed since its first purchase, NaN where it was not.

    Of each purchase and credit note since: the row of its account (``rows``), months since the first (``months``), whether it is a
    purchase, and its margin in the money of that first day (``worth``, 0 where it is not known).
    """

    ages: np.ndarray
    rows: np.ndarray
    months: np.ndarray
    is_purchase: np.ndarray
    worth: np.ndarray

    def orders_yearly(self, chosen: np.ndarray, within_months: float) -> tuple[float, float]:
        """Repeat orders a year of the chosen within so many months, and the variance; each one's first order is no repeat."""
        mean, variance = self._mean(chosen, self.is_purchase.astype(float), within_months)
        yearly = MONTHS_PER_YEAR / within_months
        return (mean - 1) * yearly, variance * yearly**2

    def value(self, chosen: np.ndarray, within_months: float) -> tuple[float, float]:
        """The discounted margin of a customer of the chosen within so many months, and the variance of that mean."""
        return self._mean(chosen, self.worth, within_months)

    def _mean(self, chosen: np.ndarray, marks: np.ndarray, within_months: float) -> tuple[float, float]:
        use = chosen & np.isfinite(self.ages)
        row_among = np.cumsum(use) - 1
        of = use[self.rows] & (self.months <= within_months)
        return mean_cumulative(self.ages[use], row_among[self.rows[of]], self.months[of], marks[of])


def buying_of(book: Book, stay: Stay, settings: Settings) -> Buying:
    """The dated purchases of a book while each customer was followed, in one order whatever that of the rows."""
    ages = np.where(stay.known(), stay.tenure_months, np.nan)
    keys = book.accounts["account_key"]
    row_of = pd.Series(np.arange(len(keys)), index=keys)
    first = pd.Series(first_purchases(book).to_numpy(), index=keys)
    of = book.orders["account_key"]
    days = (book.orders["ordered_on"] - of.map(first)).dt.days.to_numpy(dtype=float, na_value=np.nan)
    dated = np.isfinite(days)  # an account that was not worked has no first purchase
    orders, months = book.orders[dated], np.maximum(days[dated], 0.0) / DAYS_PER_MONTH
    rows = of[dated].map(row_of).to_numpy(dtype=int)
    worth = orders["amount"].fillna(0.0).to_numpy(dtype=float)
    worth = worth * (1 + settings.discount_rate_yearly) ** (-months / MONTHS_PER_YEAR)
    is_purchase = orders["is_purchase"].to_numpy(dtype=bool)
    order = np.lexsort((worth, is_purchase, months, rows))
    order = order[months[order] <= ages[rows[order]]]
    return Buying(ages, rows[order], months[order], is_purchase[order], worth[order])


__all__ = ["Buying", "buying_of"]
