"""What the search hears is fair to customers who were followed for different times."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of
from fair_books import FAMILIES, differs, so_far_percentiles
from scipy.stats import binom

from icpcli.model.common import Criterion
from icpcli.model.scale import Scale
from icpcli.rank.figures import compare
from icpcli.rank.ranking import rank_customers
from icpcli.rank.standard import standardised
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS, Settings

BOOKS = 40
LEVEL = 0.07  # the share of null books in which a fair part may call a segment different at |t| > 1.96


@pytest.mark.parametrize("family", FAMILIES)
def test_a_segment_that_was_followed_differently_is_not_called_better_or_worse(family: str):
    """In books where nothing differs but the time followed, each part calls the segment different in about 5 %."""
    called = np.zeros(2)
    for seed in range(BOOKS):
        null = FAMILIES[family](np.random.default_rng([seed, 17]))
        heard = hear(null.book, DEFAULTS)
        assert heard.criteria == (Criterion.RETENTION, Criterion.LIFETIME_VALUE)
        called += [differs(heard.parts[:, k], null.is_segment) for k in range(2)]

    assert called.max() <= binom.ppf(0.999, BOOKS, LEVEL)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_a_spreadsheet_would_rank_by_calls_nearly_every_such_segment_different(family: str):
    """Months stayed and money paid so far mislead in most books in which nothing differs, which is why they are not heard."""
    called = np.zeros(2)
    for seed in range(20):
        null = FAMILIES[family](np.random.default_rng([seed, 17]))
        called += [differs(so_far, null.is_segment) for so_far in so_far_percentiles(null.book)]

    assert called.max() >= 18


def test_a_later_book_is_measured_on_the_scale_of_the_first():
    """On its own scale a book has mean 0; a book of customers who pay twice as much lies higher on the first's."""
    rng = np.random.default_rng(12)
    monthly, cost = rng.lognormal(5, 1, 60), rng.lognormal(8, 1, 60)
    first = book_of(60, monthly_value=monthly, acquisition_cost=cost)
    later = book_of(60, monthly_value=2 * monthly, acquisition_cost=cost)

    heard = hear(first, DEFAULTS)
    same, moved = hear(first, DEFAULTS, heard.scale), hear(later, DEFAULTS, heard.scale)

    value = heard.criteria.index(Criterion.LIFETIME_VALUE)
    np.testing.assert_array_equal(same.parts, heard.parts)
    assert moved.parts[:, value].mean() > 0.5
    assert moved.parts[:, 0].tolist() == heard.parts[:, 0].tolist()


@pytest.mark.parametrize(
    ("currencies", "is_heard"), [((None, "EUR"), True), (("EUR", "EUR"), True), (("EUR", "USD"), False)]
)
def test_figures_in_another_unit_are_not_measured_on_the_first_scale(
    currencies: tuple[str | None, str | None], is_heard: bool
):
    """Touches say nothing on a scale of money, nor dollars on one of euros; what names no currency may be the same."""
    rng = np.random.default_rng(5)
    monthly, cost = rng.lognormal(5, 1, 60), rng.lognormal(8, 1, 60)
    first, later = (
        dataclasses.replace(book_of(60, monthly_value=monthly, acquisition_cost=cost), currency=currency)
        for currency in currencies
    )
    touched = dataclasses.replace(
        book_of(60, monthly_value=monthly, touches=cost.round()), currency=currencies[1]
    )
    scale = hear(first, DEFAULTS).scale

    one, other = hear(later, DEFAULTS, scale), hear(touched, DEFAULTS, scale)

    assert np.isfinite(one.parts).any(axis=0).tolist() == [is_heard, is_heard]
    assert np.isfinite(other.parts).any(axis=0).tolist() == [False, is_heard]


def test_no_whale_decides_what_value_is_heard():
    """One customer who pays ten thousand times as much counts as the limit, and moves the others' parts little."""
    rng = np.random.default_rng(2)
    monthly = rng.lognormal(5, 0.5, 100)
    whale = np.where(np.arange(100) == 0, 1e7, monthly)

    plain, heard = (hear(book_of(100, monthly_value=v), DEFAULTS).parts[:, 0] for v in (monthly, whale))

    assert heard[0] < 4
    assert np.abs(heard[1:] - plain[1:]).max() < 0.4


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
    """Of every three companies two are won and one is lost, for 100 each: winning one costs 150, not 100."""
    is_customer = [True, True, False, True, True, True] * 50
    book = book_of(300, is_customer=is_customer, acquisition_cost=[100.0] * 300)
    inside = np.array([1.0, 1.0, 1.0, 0.0, 0.0, np.nan] * 50)

    figure = compare(book, rank_customers(book, DEFAULTS), inside, DEFAULTS)[0]

    assert (figure.inside, figure.outside) == (pytest.approx(150.0, rel=0.01), 100.0)
    assert (figure.customers_inside, figure.customers_outside) == (100, 100)
    assert figure.low < 150 < figure.high


def test_to_be_tried_more_often_is_not_to_be_easier_to_win():
    """What is heard of winning is the first attempt, and being a customer where no deals tell it."""
    first = [0.0, 1.0, 0.0, np.nan, np.nan] * 4
    book = book_of(20, is_customer=[True, True, False, True, False] * 4, won_at_first=first)

    heard = hear(book, DEFAULTS).parts[:, 0]

    assert np.sign(heard[:5]).tolist() == [-1, 1, -1, 1, -1]


def test_what_differs_by_chance_alone_is_shown_nearly_alike():
    """Two customers against two, of whom one pays ten times as much: the two means are drawn together."""
    book = book_of(4, acquisition_cost=[100.0, 1000.0, 100.0, 100.0])

    figure = compare(book, rank_customers(book, DEFAULTS), np.array([1.0, 1.0, 0.0, 0.0]), DEFAULTS)[0]

    assert 100.0 <= figure.outside <= figure.inside < 550.0


def test_every_name_that_a_scale_holds_is_described():
    """What stands in icp.json under ``inner`` and ``limits`` is said where the scale is."""
    rng = np.random.default_rng(4)
    won = np.arange(60) % 2 == 0
    money = {"monthly_value": rng.lognormal(5, 1, 60), "acquisition_cost": rng.lognormal(8, 1, 60)}
    effort = {"touches": rng.poisson(9, 60), "discount": rng.random(60), "days_to_close": rng.poisson(40, 60)}
    books = [
        book_of(60, is_customer=won, nps=rng.integers(0, 11, 60), **money),
        book_of(60, referrals=rng.poisson(1, 60), **effort),
    ]

    scales = [hear(book, DEFAULTS).scale for book in books]
    names = {name for scale in scales for name in (*scale.inner, *scale.limits)}

    assert {"won", "cheap", "touches", "nps", "referrals", "cost", "value", "log value"} <= names
    assert [name for name in sorted(names) if f'"{name}"' not in (Scale.__doc__ or "")] == []
