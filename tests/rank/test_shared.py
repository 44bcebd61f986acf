"""Two sides that leave on a date are compared within the months for which both were followed, each by its own curve."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of
from fair_books import DAYS_PER_MONTH
from scipy.stats import binom

from icpcli.model.common import Criterion
from icpcli.model.profile import Figure
from icpcli.rank import shared
from icpcli.rank.figures import compare
from icpcli.rank.ranking import rank_customers
from icpcli.rank.retention import Stay
from icpcli.rank.shared import mean_value, shared_months
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from icpcli.model.tables import Book

BOOKS = 20
COVERED = 0.9  # of intervals that say 95 %, where some thirty leave
UNDISCOUNTED = dataclasses.replace(DEFAULTS, discount_rate_yearly=0.0)
LEFT_EACH_MONTH = (0.012, 0.036)  # inside, outside


def contract_book(months: np.ndarray, life: np.ndarray, monthly: np.ndarray) -> Book:
    """Customers since so many months, who leave after so many, and pay so much a month."""
    since = pd.Timestamp(AS_OF) - pd.to_timedelta(np.round(months * DAYS_PER_MONTH), unit="D")
    left = pd.Series(since + pd.to_timedelta(np.round(life * DAYS_PER_MONTH), unit="D"))
    return book_of(
        len(months),
        customer_since=pd.Series(since),
        followed_from=pd.Series(since),
        churned_on=left.where(life < months),
        monthly_value=monthly,
    )


def figures_of(book: Book, inside: np.ndarray) -> dict[Criterion, Figure]:
    """The figures of a side against the others, by criterion."""
    told = compare(book, rank_customers(book, DEFAULTS), inside.astype(float), DEFAULTS)
    return {figure.criterion: figure for figure in told}


def loyal_book(seed: int, youngest: float) -> dict[Criterion, Figure]:
    """100 of 400 leave a third as often, and all of them came within the last ``youngest`` months."""
    rng = np.random.default_rng([seed, 41])
    inside = np.arange(400) < 100
    months = rng.uniform(0.5, np.where(inside, youngest, 60.0))
    life = rng.exponential(1 / np.where(inside, *LEFT_EACH_MONTH))
    return figures_of(contract_book(months, life, rng.lognormal(6, 0.5, 400)), inside)


def truth(within: float, force: float) -> float:
    """Months to expect of the inside within so many, discounted: the integral of exp(-(hazard + force) t)."""
    rate = LEFT_EACH_MONTH[0] + force
    return -np.expm1(-rate * within) / rate


@pytest.mark.parametrize("youngest", [60.0, 18.0])
def test_the_interval_of_the_inside_holds_the_truth_be_it_as_old_as_the_others_or_younger(youngest: float):
    """A side that is loyal, and perhaps young: retention and lifetime value lie in their 95 % interval in nearly all books."""
    held = np.zeros(2)
    for seed in range(BOOKS):
        told = loyal_book(seed, youngest)
        months, value = told[Criterion.RETENTION], told[Criterion.LIFETIME_VALUE]
        within = months.within_months or DEFAULTS.horizon_months
        force = np.log1p(DEFAULTS.discount_rate_yearly) / 12
        held += [
            months.low <= truth(within, 0.0) <= months.high,
            value.low <= np.exp(6 + 0.5**2 / 2) * truth(within, force) <= value.high,
        ]

    assert held.min() >= binom.ppf(0.01, BOOKS, COVERED)


def test_a_figure_says_within_how_many_months_both_sides_were_followed():
    """A side of the last 18 months is told within the whole months of its fifth oldest; older ones within the horizon."""
    young, old = loyal_book(1, 18.0), loyal_book(1, 60.0)

    assert {told.within_months for told in young.values()} == {17.0}
    assert {told.within_months for told in old.values()} == {None}


def test_a_side_followed_for_less_than_half_a_year_is_continued_by_the_curve_of_the_book():
    """Within so few months hardly anybody leaves: such a side is told within the horizon, as the book goes on."""
    told = loyal_book(1, 5.0)

    assert {figure.within_months for figure in told.values()} == {None}
    assert told[Criterion.RETENTION].inside > 12


def test_the_value_of_a_side_is_that_of_its_own_curve():
    """Who pays 100 a month and stays is worth 1,200 within a year; where half leave at six months, 900 of those followed as long."""
    stays = Stay(np.full(20, 24.0), np.zeros(20), np.zeros(20, dtype=bool))
    left = np.arange(20) < 10
    leaves = Stay(np.where(left, 6.0, 24.0), np.zeros(20), left)
    everyone, monthly = np.ones(20, dtype=bool), np.full(20, 100.0)

    assert mean_value(stays, monthly, everyone, 12.0, UNDISCOUNTED) == (pytest.approx(1200.0), 0.0)
    mean, variance = mean_value(leaves, monthly, everyone, 12.0, UNDISCOUNTED)
    assert mean == pytest.approx(900.0)
    assert np.sqrt(variance) == pytest.approx(600 * np.sqrt(0.25 / 20), rel=0.25)


def test_a_side_without_customers_does_not_shorten_the_other():
    """Only sides with customers who were followed say how far the two can be compared."""
    stay = Stay(np.full(20, 24.7), np.zeros(20), np.zeros(20, dtype=bool))
    everyone = np.ones(20, dtype=bool)

    assert shared_months(stay, [everyone, ~everyone], 36.0) == 24.0
    assert shared_months(stay, [~everyone], 36.0) is None


def test_of_many_customers_fewer_are_drawn_and_their_variance_brought_to_all(monkeypatch: pytest.MonkeyPatch):
    """Half as many customers at a time give about the same variance of the mean of all."""
    rng = np.random.default_rng(6)
    stay = Stay(rng.uniform(1, 40, 400), np.zeros(400), rng.random(400) < 0.5)
    monthly = rng.lognormal(6, 0.6, 400)
    whole = mean_value(stay, monthly, np.ones(400, dtype=bool), 30.0, DEFAULTS)

    monkeypatch.setattr(shared, "MOST_REDRAWN", 200)
    fewer = mean_value(stay, monthly, np.ones(400, dtype=bool), 30.0, DEFAULTS)

    assert fewer[0] == whole[0]
    assert np.sqrt(fewer[1]) == pytest.approx(np.sqrt(whole[1]), rel=0.3)


def test_a_figure_saved_before_there_was_a_limit_is_read():
    """A profile of an earlier version says nothing of months: its figures are those of the horizon."""
    held = msgspec.to_builtins(loyal_book(1, 60.0)[Criterion.RETENTION])
    del held["within_months"]

    assert msgspec.convert(held, Figure).within_months is None
