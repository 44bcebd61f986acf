"""How the customers behind a profile leave since: each month of each of them against the hazard of then."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from books import book_of

from icpcli.model.claim import EARLIER, ClaimedPart
from icpcli.model.scale import Scale, Steps
from icpcli.model.units import DAYS_PER_MONTH
from icpcli.review.drift import stopped_parts
from icpcli.review.likelihoods import Newcomers
from icpcli.review.signals import earlier_customers

SINCE = date(2025, 10, 1)
STEADY = Steps(tuple(np.arange(0.0, 60.0)), tuple(0.02 * np.arange(0.0, 60.0)))


def days(*texts: str | None) -> pd.Series:
    """A column of days."""
    return pd.Series(pd.to_datetime(list(texts))).astype("datetime64[s]")


def test_who_was_there_counts_for_each_month_until_leaving():
    """Of a stayer, one who leaves in the second month, one who had left before and one who came since: three months, two, none, none."""
    since = days("2024-10-01", "2024-10-01", "2024-10-01", "2025-11-01")
    left = days(None, "2025-11-15", "2025-09-01", None)
    book = book_of(4, customer_since=since, followed_from=since, churned_on=left, has_left=left.notna())

    found = earlier_customers(book, Scale("contract", (), STEADY), np.array([1.0, 0.0, 1.0, 0.0]), SINCE)
    seen, expected = found.counts[EARLIER]

    assert len(found.month) == 4 + 2  # as of 2026-01-01, 92 days later, is three months and two days
    assert found.month[found.inside == 0].tolist() == [0, 1]
    assert seen[found.inside == 0].tolist() == [0.0, 1.0]
    assert seen[found.inside == 1].sum() == 0
    assert expected[found.inside == 1].sum() == pytest.approx(0.02 * 92 / DAYS_PER_MONTH, abs=0.02)


def test_without_days_of_leaving_nobody_is_followed():
    """A status tells who has left and not in which month: nothing is compared."""
    since = days("2024-10-01", "2024-10-01")
    book = book_of(2, customer_since=since, followed_from=since, has_left=[True, False])
    repeat = book_of(2, regime="repeat", customer_since=since, followed_from=since)

    assert len(earlier_customers(book, None, np.ones(2), SINCE).month) == 0
    assert len(earlier_customers(repeat, Scale("repeat", (), None), np.ones(2), SINCE).month) == 0


def leaving(inside_rate: float, seed: int) -> Newcomers:
    """A year of 150 customers inside and 300 outside, of whom 3 % leave a month."""
    rng = np.random.default_rng(seed)
    month = np.tile(np.arange(12), 450)
    inside = np.repeat(np.arange(450) < 150, 12).astype(float)
    seen = (rng.random(len(month)) < np.where(inside == 1, inside_rate, 0.03)).astype(float)
    return Newcomers(
        month, inside, {}, {EARLIER: (seen, np.full(len(month), 0.025))}, np.full(len(month), np.nan)
    )


def test_a_part_is_gone_only_where_it_is():
    """Where those inside leave at a third of the rate as claimed no part is gone, in any of ten books; where as fast, it is in most."""
    claim = [ClaimedPart(EARLIER, float(np.log(1 / 3)), 0.12)]

    kept = [stopped_parts(leaving(0.01, seed), claim, 5) for seed in range(10)]
    gone = [stopped_parts(leaving(0.03, seed), claim, 5) for seed in range(10)]

    assert kept == [{}] * 10
    assert sum(set(found) == {EARLIER} for found in gone) >= 8
