"""How often each customer is billed, as the days of its purchases tell, and for how long what it bought pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.units import DAYS_PER_MONTH
from icpcli.rollup.columns import dates

if TYPE_CHECKING:
    from collections.abc import Sequence

CYCLES = {
    1: "by the month",
    2: "every two months",
    3: "by the quarter",
    6: "by the half-year",
    12: "by the year",
    24: "every two years",
}
NEAR = 0.2  # off such a cycle, bills are late or early; further off, they go by none of them
COMMON_SHARE = 0.05  # of those with a cycle must have one for another customer's only bill to be one of its


def billing_of(orders: pd.DataFrame) -> pd.DataFrame:
    """Per account: billing_cycle (months), the median gap between the days of its purchases, brought to the usual one that it is near.

    And gap_variation, the coefficient of variation of the gaps. NaN where there are too few of them: one for the cycle, two for the
    variation. ``orders`` as ``Book.orders``.
    """
    bought = orders.loc[orders["is_purchase"] & orders["ordered_on"].notna(), ["account_key", "ordered_on"]]
    days = bought.drop_duplicates().sort_values(["account_key", "ordered_on"], ignore_index=True)
    gaps = days.groupby("account_key")["ordered_on"].diff().dt.days / DAYS_PER_MONTH
    by_account = gaps.groupby(days["account_key"])
    cycles, spread = by_account.median(), by_account.std(ddof=0).where(by_account.count() > 1)
    usual = pd.Series(_usual(cycles.to_numpy(dtype=float)), index=cycles.index)
    return pd.DataFrame({"billing_cycle": usual, "gap_variation": spread / by_account.mean()})


def _usual(gaps: np.ndarray) -> np.ndarray:
    """Gaps in months, brought to a usual cycle where they are near one."""
    usual = np.array(list(CYCLES), dtype=float)
    with np.errstate(divide="ignore"):
        nearest = usual[np.abs(np.log(gaps[:, None] / usual)).argmin(axis=1)]
    brought: np.ndarray = np.where(np.abs(gaps / nearest - 1) <= NEAR, nearest, gaps)
    return brought


def paid_months(book: pd.DataFrame, end: pd.Series) -> pd.Series:
    """The months that all purchases pay for: from the first to the last and one cycle, or until ``end`` where that is longer.

    An only purchase pays for the one common cycle of the book that is not over yet; for the time since where all are over; and for
    nobody knows how long (NaN) where several are not: a month's bill and a year's look alike when they are new.
    """
    last = dates(book, "last_order_on")
    since = ((end - last).dt.days / DAYS_PER_MONTH).clip(lower=0)
    span = (last - dates(book, "first_order_on")).dt.days / DAYS_PER_MONTH
    cycle = book["billing_cycle"].fillna(_cycle_of_one(since, common_cycles(book["billing_cycle"])))
    return (span + np.maximum(cycle, since)).clip(lower=1)


def common_cycles(cycles: pd.Series) -> list[int]:
    """The usual cycles that are not rare in a book, shortest first; a year where nobody bought twice."""
    known = cycles.dropna()
    return [c for c in CYCLES if (known == c).mean() >= COMMON_SHARE] if len(known) else [12]


def _cycle_of_one(since: pd.Series, common: Sequence[int]) -> pd.Series:
    """The cycle of a customer's only purchase, made ``since`` months ago: see ``paid_months``."""
    lasting = np.array([since <= c * (1 + NEAR) for c in common]).reshape(len(common), len(since))
    count, longest = lasting.sum(axis=0), (lasting * np.reshape(common, (-1, 1))).max(axis=0, initial=0)
    return since.where(count == 0, np.where(count == 1, longest, np.nan))
