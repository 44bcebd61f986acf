"""What the search hears: parts that stay fair when customers were followed for different times.

Percentiles of expected months "find" differences in books where one segment is merely younger; these
parts do not. Each is standardised over the accounts that have it; a missing part is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.common import Criterion
from icpcli.model.tables import Utility
from icpcli.model.units import DAYS_PER_MONTH, positive_floor
from icpcli.rank.acquisition import acquisition_costs
from icpcli.rank.advocacy import advocacy
from icpcli.rank.retention import mean_cumulative_orders, months_between, nelson_aalen

if TYPE_CHECKING:
    from icpcli.model.tables import Book
    from icpcli.settings import Settings

MIN_ACCOUNTS = 8  # below, a part says nothing
GRAIN = 2.0**20  # parts are multiples of 1 / GRAIN, so that sums are exact in any order


def hear(book: Book, settings: Settings) -> Utility:
    """The parts of the accounts worked, one per criterion that exists and weighs something."""
    makers = {
        Criterion.ACQUISITION_COST: _acquisition,
        Criterion.RETENTION: _retention,
        Criterion.LIFETIME_VALUE: _value,
        Criterion.ADVOCACY: _advocacy,
    }
    parts = {c: standardised(make(book)) for c, make in makers.items() if settings.weight_of(c) > 0}
    heard = [c for c, part in parts.items() if np.isfinite(part).sum() >= MIN_ACCOUNTS]
    columns = [np.round(parts[c] * GRAIN) / GRAIN for c in heard]
    return Utility(
        parts=np.column_stack(columns) if columns else np.empty((len(book.accounts), 0)),
        criteria=tuple(heard),
        weights=np.array([settings.weight_of(c) for c in heard], dtype=float),
        groups=book.accounts["group"].to_numpy(dtype=np.int64),
    )


def standardised(part: np.ndarray) -> np.ndarray:
    """The part with mean 0 and standard deviation 1 over those who have it; all NaN where it does not vary."""
    known = np.isfinite(part)
    if known.sum() < 2:
        return np.full(len(part), np.nan)
    spread = float(np.std(part[known]))
    if spread < 1e-12:
        return np.full(len(part), np.nan)
    return (part - float(np.mean(part[known]))) / spread


def _acquisition(book: Book) -> np.ndarray:
    """(z(won) + z(-log cost)) / sqrt 2, or the one of the two that exists; of all accounts worked."""
    costs = acquisition_costs(book)
    cost = costs.figures
    if costs.is_money:
        cost = np.log(np.maximum(cost, positive_floor(cost)))
    won = standardised(book.accounts["is_customer"].to_numpy(dtype=float))
    cheap = standardised(-cost)
    both = (won + cheap) / np.sqrt(2)
    return np.where(np.isfinite(both), both, np.where(np.isfinite(cheap), cheap, won))


def _retention(book: Book) -> np.ndarray:
    """Martingale residuals of customers: churns expected under the book's hazard less churns.

    For repeat buyers: repeat orders less those of the mean customer of the same age.
    """
    accounts = book.accounts
    today = pd.Timestamp(book.as_of)
    part = np.full(len(accounts), np.nan)
    if book.regime == "contract":
        entry = months_between(accounts["customer_since"], accounts["followed_from"])
        leave = months_between(accounts["customer_since"], accounts["churned_on"].fillna(today))
        use = np.isfinite(entry) & np.isfinite(leave) & (leave >= entry)
        churned = accounts["churned_on"].notna().to_numpy()
        part[use] = nelson_aalen(entry[use], leave[use], churned[use]) - churned[use]
    elif book.regime == "repeat":
        ages = months_between(accounts["customer_since"], today)
        use = np.isfinite(ages)
        repeats = np.maximum(accounts["orders"].to_numpy(dtype=float) - 1, 0.0)
        part[use] = repeats[use] - mean_cumulative_orders(ages[use], _repeat_order_ages(book))
    return part


def _repeat_order_ages(book: Book) -> np.ndarray:
    """Months from each customer's first order to each of their later ones."""
    orders = book.orders[book.orders["account_key"].isin(book.accounts["account_key"])]
    first = orders.groupby("account_key", sort=True)["ordered_on"].transform("min")
    later = orders.groupby("account_key", sort=True).cumcount() > 0
    days = (orders["ordered_on"] - first)[later].dt.days.to_numpy(dtype=float)
    return np.maximum(days[np.isfinite(days)], 0.0) / DAYS_PER_MONTH


def _value(book: Book) -> np.ndarray:
    """Log of margin a month where customers pay by the month, else mean log of margin per purchase. Customers only."""
    accounts = book.accounts
    is_customer = accounts["is_customer"].to_numpy(dtype=bool)
    monthly = accounts["monthly_value"].to_numpy(dtype=float)
    if book.regime == "contract" and np.isfinite(monthly).any():
        part = np.log(np.maximum(monthly, positive_floor(monthly)))
    else:
        part = accounts["order_value_log_mean"].to_numpy(dtype=float)
    return np.where(is_customer, part, np.nan)


def _advocacy(book: Book) -> np.ndarray:
    """The rating, shrunk by the number of answers. Those who answered only."""
    return np.where(book.accounts["is_customer"].to_numpy(dtype=bool), advocacy(book), np.nan)
