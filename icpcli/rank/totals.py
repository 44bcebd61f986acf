"""What customers brought in so far, beside what those who are customers as long brought in on average.

A total grows with age: without this a group that is merely newer would look worth less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from icpcli.model.scale import Steps
from icpcli.rank.retention import months_between

if TYPE_CHECKING:
    from icpcli.model.tables import Book

MIN_DATED = 30  # an increasing fit has some n^(1/3) steps (Zhang 2002, Ann. Stat. 30): of fewer customers it leaves little
MIN_SHARE = 0.5  # of the totals must have an age, or most customers would not be heard


def tells_totals(book: Book) -> bool:
    """Whether customers are told by one total each, no purchases and no end."""
    has_totals = bool(book.accounts["realised_margin"].notna().any())
    return book.regime == "single" and book.orders.empty and has_totals


def ages_of(book: Book) -> np.ndarray:
    """Months since each customer's first day, whether they left or not; NaN where they have no total or no such day."""
    accounts = book.accounts
    has_total = accounts["is_customer"].astype(bool) & accounts["realised_margin"].notna()
    return months_between(accounts["customer_since"].where(has_total), pd.Timestamp(book.as_of))


def mean_totals(book: Book) -> Steps | None:
    """The mean log of the total by age, which never falls; None where totals are not told, or too few have an age.

    Equal ages are averaged first. Source: Barlow, Bartholomew, Bremner & Brunk (1972), Statistical Inference under Order
    Restrictions: least squares under a rising order.
    """
    if not tells_totals(book):
        return None
    ages, logs = ages_of(book), book.accounts["order_value_log_mean"].to_numpy(dtype=float)
    dated = np.isfinite(ages) & np.isfinite(logs)
    told = book.accounts["is_customer"].to_numpy(dtype=bool) & np.isfinite(logs)
    if dated.sum() < max(MIN_DATED, MIN_SHARE * told.sum()):
        return None
    order = np.lexsort((logs[dated], ages[dated]))  # sums in one order, whatever that of the rows
    months, place, customers = np.unique(ages[dated][order], return_inverse=True, return_counts=True)
    means = np.bincount(place, logs[dated][order]) / customers
    level = isotonic_regression(means, weights=customers).x
    rises = np.concatenate([[True], np.diff(level) > 0])
    return Steps(tuple(map(float, months[rises])), tuple(map(float, level[rises])))


def mean_log_at(mean: Steps, ages: np.ndarray) -> np.ndarray:
    """The mean log of the total at each age, that of the youngest before it; NaN where the age is."""
    places = np.searchsorted(np.asarray(mean.months), ages, side="right") - 1
    level: np.ndarray = np.asarray(mean.level)[np.maximum(places, 0)]
    return np.where(np.isfinite(ages), level, np.nan)


__all__ = ["ages_of", "mean_log_at", "mean_totals", "tells_totals"]
