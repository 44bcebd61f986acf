"""What the search hears is fair to customers who were followed for different times."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of
from scipy.stats import binom

from icpcli.model.common import Criterion
from icpcli.rank.figures import compare
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear, standardised
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from icpcli.model.tables import Book

BOOKS = 120
LEVEL = 0.07  # the share of null books in which a fair part may call a segment different at |t| > 1.96


def contract_book(rng: np.random.Generator, followed_months: np.ndarray, *, slowing: bool = False) -> Book:
    """Customers who all leave by the same law, whatever their age."""
    n = len(followed_months)
    life = rng.exponential(20, n) if not slowing else 15 * rng.weibull(0.7, n)
    today = pd.Timestamp(AS_OF)
    since = today - pd.to_timedelta(np.round(followed_months * 30.436875), unit="D")
    left = since + pd.to_timedelta(np.round(life * 30.436875), unit="D")
    dates = pd.Series(left).where(life < followed_months)
    return book_of(
        n, customer_since=since, followed_from=since, churned_on=dates, monthly_value=rng.lognormal(5, 1, n)
    )


def repeat_book(rng: np.random.Generator, followed_months: np.ndarray) -> Book:
    """Buyers who all order at the same rate, whatever their age."""
    n = len(followed_months)
    today = pd.Timestamp(AS_OF)
    since = today - pd.to_timedelta(np.round(followed_months * 30.436875), unit="D")
    repeats = rng.poisson(followed_months / 4)
    keys, days = [], []
    for i in range(n):
        ages = np.concatenate([[0.0], np.sort(rng.uniform(0, followed_months[i], repeats[i]))])
        keys += [f"A{i:05d}"] * len(ages)
        days += list(since[i] + pd.to_timedelta(np.round(ages * 30.436875), unit="D"))
    amounts = rng.lognormal(4, 0.5, len(keys))
    orders = pd.DataFrame(
        {
            "account_key": keys,
            "ordered_on": pd.Series(days).astype("datetime64[s]"),
            "amount": amounts,
            "revenue": amounts,
        }
    )
    value = np.log(orders["amount"]).groupby(orders["account_key"], sort=True).mean().to_numpy()
    book = book_of(n, regime="repeat", customer_since=since, orders=repeats + 1, order_value_log_mean=value)
    return dataclasses.replace(book, orders=orders)


def share_called_different(make: object, criterion: Criterion) -> float:
    """In how many null books a segment of younger customers differs on a part (|t| > 1.96)."""
    called = 0
    for seed in range(BOOKS):
        rng = np.random.default_rng([seed, 17])
        is_young = np.arange(200) < 80
        followed = np.where(is_young, rng.uniform(1, 12, 200), rng.uniform(12, 48, 200))
        heard = hear(make(rng, followed), DEFAULTS)
        part = heard.parts[:, heard.criteria.index(criterion)]
        young, old = part[is_young], part[~is_young]
        error = np.sqrt(young.var(ddof=1) / len(young) + old.var(ddof=1) / len(old))
        called += abs(young.mean() - old.mean()) > 1.96 * error
    return called / BOOKS


@pytest.mark.parametrize(
    ("make", "criterion"),
    [
        (contract_book, Criterion.RETENTION),
        (lambda rng, followed: contract_book(rng, followed, slowing=True), Criterion.RETENTION),
        (contract_book, Criterion.LIFETIME_VALUE),
        (repeat_book, Criterion.RETENTION),
        (repeat_book, Criterion.LIFETIME_VALUE),
    ],
    ids=["churn", "churn that slows", "monthly value", "repeat orders", "order value"],
)
def test_a_younger_segment_is_not_called_better_or_worse(make: object, criterion: Criterion):
    """In books where nothing differs but age, each part calls the younger segment different in about 5 %."""
    assert share_called_different(make, criterion) <= binom.ppf(0.999, BOOKS, LEVEL) / BOOKS


def test_left_truncation_keeps_older_customers_from_looking_loyal():
    """Where churn was recorded only in the last year, customers of earlier years count from then on."""
    rng = np.random.default_rng(5)
    start = pd.Timestamp("2025-01-01")
    since = pd.Series(pd.Timestamp(AS_OF) - pd.to_timedelta(rng.uniform(30, 1400, 400).round(), unit="D"))
    seen_from = since.where(since > start, start)
    left = seen_from + pd.to_timedelta(rng.exponential(600, 400).round(), unit="D")
    churned = left.where(left < pd.Timestamp(AS_OF))
    is_old = (since < start).to_numpy()

    heard = hear(book_of(400, customer_since=since, followed_from=seen_from, churned_on=churned), DEFAULTS)
    blind = hear(book_of(400, customer_since=since, followed_from=since, churned_on=churned), DEFAULTS)

    def gap(parts: np.ndarray) -> float:
        return float(parts[is_old, 0].mean() - parts[~is_old, 0].mean())

    assert abs(gap(heard.parts)) < 0.25
    assert abs(gap(blind.parts)) > 2 * abs(gap(heard.parts))


def test_parts_have_mean_zero_and_spread_one_and_miss_what_is_missing():
    """A part is standardised over those who have it, and missing for the others, never zero."""
    part = standardised(np.array([1.0, 2.0, 3.0, np.nan]))

    assert np.nanmean(part) == pytest.approx(0)
    assert np.nanstd(part) == pytest.approx(1)
    assert np.isnan(part[3])
    assert np.isnan(standardised(np.array([4.0, 4.0, 4.0]))).all()


def test_lost_accounts_speak_of_acquisition_alone():
    """A company that was never won says what winning costs, and nothing of retention or value."""
    won = [True] * 10 + [False] * 10
    rng = np.random.default_rng(3)
    book = book_of(
        20, is_customer=won, acquisition_cost=rng.lognormal(8, 1, 20), monthly_value=rng.lognormal(5, 1, 20)
    )

    heard = hear(book, DEFAULTS)

    value = heard.parts[:, heard.criteria.index(Criterion.LIFETIME_VALUE)]
    acquisition = heard.parts[:, heard.criteria.index(Criterion.ACQUISITION_COST)]
    assert np.isnan(value[10:]).all()
    assert np.isfinite(acquisition).all()
    assert acquisition[:10].mean() > acquisition[10:].mean()


def test_a_criterion_of_weight_zero_is_not_heard():
    """What the user gives no weight takes no part in the search."""
    book = book_of(20, acquisition_cost=np.arange(1.0, 21.0), monthly_value=np.arange(1.0, 21.0))

    heard = hear(book, Settings(weights={Criterion.LIFETIME_VALUE: 0.0}))

    assert heard.criteria == (Criterion.ACQUISITION_COST,)


def test_what_a_type_of_company_costs_counts_the_deals_that_were_lost():
    """Two customers won for 100 each and one company lost for 100: winning one costs 150."""
    book = book_of(6, is_customer=[True, True, False, True, True, True], acquisition_cost=[100.0] * 6)
    inside = np.array([1.0, 1.0, 1.0, 0.0, 0.0, np.nan])

    figure = compare(book, rank_customers(book, DEFAULTS), inside, DEFAULTS)[0]

    assert (figure.inside, figure.outside) == (150.0, 100.0)
    assert (figure.customers_inside, figure.customers_outside) == (2, 2)
