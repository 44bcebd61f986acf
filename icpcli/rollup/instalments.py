"""Contracts that no file dates, known by their instalments: who pays at regular gaps has left when nothing follows the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.units import DAYS_PER_MONTH
from icpcli.rollup.billing import common_cycles
from icpcli.rollup.columns import dates, numbers

if TYPE_CHECKING:
    import numpy as np

REGULAR = 0.2  # of their mean is what gaps between instalments vary by at most; those of orders placed at random vary by all of it
MOSTLY = 0.6  # of those with three purchases or more must pay at regular gaps
MIN_SHARE = 0.2  # of customers must have bought so often for their gaps to speak of the book
LATE_CYCLES = 0.5  # an instalment is late by so much of its cycle, or by a month, and then it is not to come
LATE_MONTHS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Instalments:
    """The day on which each account's last instalment ran out, where none followed, and since when that could have been seen.

    ``share``: of the customers with three purchases or more, how many pay at regular gaps.
    """

    left_on: pd.Series
    followed_from: pd.Series
    share: float


def instalments_of(book: pd.DataFrame, is_customer: np.ndarray, today: pd.Timestamp) -> Instalments | None:
    """What instalments tell of who left; None where customers do not pay by them.

    How long an only purchase pays for is not known where several cycles are common. Customers are followed there from the day
    after the longest would be over, so that whoever is billed by the month was as long at risk unseen as whoever is by the year.
    """
    variation = numbers(book, "gap_variation")[is_customer].dropna()
    if len(variation) < max(MIN_SHARE * is_customer.sum(), 1) or (variation < REGULAR).mean() < MOSTLY:
        return None
    common = common_cycles(book["billing_cycle"])
    longest = max(common, default=0)
    cycle = book["billing_cycle"].fillna(longest)
    ran_out = dates(book, "last_order_on") + _days(cycle)
    late = _days((LATE_CYCLES * cycle).clip(upper=LATE_MONTHS))
    unseen = pd.Timedelta(days=round(longest * DAYS_PER_MONTH) + 1 if len(common) > 1 else 0)
    return Instalments(
        left_on=ran_out.where(is_customer & (ran_out + late < today)),
        followed_from=dates(book, "first_order_on") + unseen,
        share=float((variation < REGULAR).mean()),
    )


def _days(months: pd.Series) -> pd.Series:
    return pd.to_timedelta((months * DAYS_PER_MONTH).round(), unit="D").astype("timedelta64[s]")
