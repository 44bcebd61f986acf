"""Repeat buyers of two sides are compared by what each bought within the months for which both were followed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of
from fair_books import DAYS_PER_MONTH
from scipy.stats import binom

from icpcli.model.common import Criterion
from icpcli.model.profile import CriterionSource
from icpcli.rank.buying import buying_of
from icpcli.rank.figures import _bought, _figure, compare
from icpcli.rank.ranking import rank_customers
from icpcli.rank.retention import stays
from icpcli.rank.shared import shared_months
from icpcli.rank.survival import mean_cumulative
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from icpcli.model.tables import Book

BOOKS = 20
COVERED = 0.9  # of intervals that say 95 %, of some seventy customers
RETENTION = CriterionSource(Criterion.RETENTION, "purchases", "orders a year", 1.0, 200)
RATES = (0.5, 0.25)  # repeat orders a month, inside and outside


def buyers(seed: int, youngest: float, customers: int = 200) -> tuple[Book, np.ndarray]:
    """A third buys twice as often, for 100 an order, and came within the last ``youngest`` months; the others within 40."""
    rng = np.random.default_rng([seed, 43])
    inside = np.arange(customers) < customers // 3
    months = rng.uniform(1, np.where(inside, youngest, 40.0))
    rate = np.where(inside, *RATES) * rng.gamma(4, 0.25, customers)
    ages = [np.append(0.0, rng.uniform(0, m, rng.poisson(r * m))) for m, r in zip(months, rate, strict=True)]
    owner = np.repeat(np.arange(customers), [len(a) for a in ages])
    ago = np.round((months[owner] - np.concatenate(ages)) * DAYS_PER_MONTH)
    book = book_of(customers, regime="repeat")
    orders = pd.DataFrame(
        {
            "account_key": book.accounts["account_key"].to_numpy()[owner],
            "ordered_on": (pd.Timestamp(AS_OF) - pd.to_timedelta(ago, unit="D")).astype("datetime64[s]"),
            "amount": 100.0,
            "revenue": 100.0,
            "is_purchase": True,
        }
    )
    accounts = book.accounts.assign(orders=np.bincount(owner))
    return dataclasses.replace(book, accounts=accounts, orders=orders), inside


@pytest.mark.parametrize("youngest", [40.0, 12.0])
def test_the_interval_of_the_inside_holds_the_rate_be_it_as_old_as_the_others_or_younger(youngest: float):
    """Who buys twice as often is shown to, also where all of them are new: the 95 % interval holds the true rate in nearly all books."""
    held = 0
    for seed in range(BOOKS):
        book, inside = buyers(seed, youngest)
        stay = stays(book)
        within = shared_months(stay, [inside, ~inside], 36.0)
        buying = buying_of(book, stay, DEFAULTS)
        sides = [_bought(buying, Criterion.RETENTION, side, within) for side in (inside, ~inside)]
        told = _figure(RETENTION, sides, within, DEFAULTS)
        held += told.low <= 12 * RATES[0] <= told.high

    assert held >= binom.ppf(0.01, BOOKS, COVERED)


def test_repeat_buyers_are_told_within_the_months_for_which_both_sides_were_followed():
    """A side of the last year is told within eleven months: six times a year, for 100 each, the first order beside them."""
    book, inside = buyers(1, 12.0, customers=600)

    told = {
        f.criterion: f for f in compare(book, rank_customers(book, DEFAULTS), inside.astype(float), DEFAULTS)
    }

    retention, value = told[Criterion.RETENTION], told[Criterion.LIFETIME_VALUE]
    assert retention.within_months == value.within_months == 11.0
    assert retention.inside == pytest.approx(6.0, rel=0.1)
    assert retention.outside == pytest.approx(3.0, rel=0.1)
    assert value.inside == pytest.approx(100 * (1 + 0.5 * 11 * 0.96), rel=0.1)


def test_the_order_of_the_purchases_in_the_files_does_not_matter():
    """Shuffled rows of purchases give the same figures to the last bit."""
    book, inside = buyers(2, 12.0)
    shuffled = dataclasses.replace(book, orders=book.orders.sample(frac=1, random_state=3))

    one, other = (buying_of(b, stays(b), DEFAULTS) for b in (book, shuffled))

    assert one.orders_yearly(inside, 11.0) == other.orders_yearly(inside, 11.0)
    assert one.value(inside, 11.0) == other.value(inside, 11.0)


def test_what_customers_accumulate_has_the_variance_of_their_mean():
    """All followed as long, the mean is that of customers and its variance theirs over n; by hand: 3, 1, 0 and 0 events."""
    customers = np.array([0, 0, 0, 1])

    mean, variance = mean_cumulative(np.full(4, 10.0), customers, np.array([1.0, 2.0, 7.0, 2.0]), np.ones(4))

    assert mean == pytest.approx(1.0)
    assert variance == pytest.approx(np.var([3, 1, 0, 0]) / 4)


def test_who_is_no_longer_followed_is_no_longer_counted_on():
    """Two customers, one followed to month 5: an event at 3 is a half, one at 8 a whole (Nelson's mean cumulative function)."""
    mean, _ = mean_cumulative(
        np.array([5.0, 10.0]), np.array([0, 1]), np.array([3.0, 8.0]), np.array([1.0, 1.0])
    )

    assert mean == pytest.approx(1.5)
