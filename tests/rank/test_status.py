"""How long customers stay where it is only told who has left: against formulas, and in books whose truth is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of
from fair_books import DAYS_PER_MONTH
from scipy.stats import binom

from icpcli.model.common import Criterion
from icpcli.model.scale import Steps
from icpcli.rank.figures import compare
from icpcli.rank.ranking import rank_customers
from icpcli.rank.retention import Stay, expected_months
from icpcli.rank.status import hazard_by_share, shape_of, share_by_hazard, share_left, survival_by_status
from icpcli.settings import DEFAULTS

BOOKS = 20
COVERED = 0.9  # of intervals that say 95 %
LEFT_EACH_MONTH = (0.012, 0.036)  # inside, outside


def test_the_share_that_has_left_by_hand():
    """Ages 1 to 5, of which 2, 4 and 5 have left: 3 stayed longer than 2, so both count together."""
    found = share_left(np.array([5.0, 3.0, 1.0, 2.0, 4.0]), np.array([True, False, False, True, True]))

    assert (found.months, found.level) == ((2.0, 4.0), (0.5, 1.0))


def test_customers_of_one_age_are_there_as_their_share_says():
    """Three of ten that came 20 months ago have left: at 20 months seven tenths are there, whatever the hazard's shape."""
    has_left = np.arange(10) < 3

    for shape in (0.5, 1.0, 2.0):
        curve = survival_by_status(np.full(10, 20.0), has_left, shape)
        assert curve.survival[-1] == pytest.approx(np.exp(np.log(0.7) * (19.5 / 20) ** shape))


@pytest.mark.parametrize(("has_left", "at_end"), [(np.zeros(8), 1.0), (np.ones(8), 0.0625 ** (11.5 / 12))])
def test_where_nobody_or_everybody_left_no_rate_runs_away(has_left: np.ndarray, at_end: float):
    """Nobody is expected to leave where nobody did; where all did, half of one counts as there."""
    curve = survival_by_status(np.full(8, 12.0), has_left.astype(bool), 1.0)

    assert curve.survival[-1] == pytest.approx(at_end)


@pytest.mark.parametrize("shape", [0.6, 1.0, 1.6])
def test_the_shape_of_the_hazard_is_found_without_a_date(shape: float):
    """Of 4,000 customers who leave by a Weibull hazard, who has left by which age tells its shape."""
    rng = np.random.default_rng(5)
    ages = rng.uniform(0.5, 60, 4000)

    found = shape_of(ages, 30 * rng.weibull(shape, 4000) < ages)

    assert found == pytest.approx(shape, rel=0.12)


def test_a_loyal_side_that_is_young_makes_no_rising_hazard():
    """All leave at a steady rate, the newcomers at a third of it: a rate for each side leaves the hazard steady."""
    rng = np.random.default_rng(6)
    side = (np.arange(4000) < 1500).astype(float)
    ages = rng.uniform(0.5, np.where(side == 1, 18.0, 60.0))
    has_left = rng.exponential(1 / np.where(side == 1, *LEFT_EACH_MONTH)) < ages

    assert shape_of(ages, has_left) > 1.15
    assert shape_of(ages, has_left, side) == pytest.approx(1.0, abs=0.1)


def test_who_left_stayed_what_those_who_leave_by_that_age_stay():
    """At a steady rate who left by t stayed 1 / rate - t / (e^(rate t) - 1) on average; who is there stays on."""
    rng = np.random.default_rng(7)
    ages = rng.uniform(1, 48, 3000)
    curve = survival_by_status(ages, rng.exponential(20, 3000) < ages, 1.0)
    stay = Stay(np.array([24.0, 24.0, np.nan]), np.zeros(3), np.array([True, False, False]), shape=1.0)

    gone, there, nobody = expected_months(stay, curve, horizon_months=36)

    assert gone == pytest.approx(20 - 24 / np.expm1(24 / 20), rel=0.03)
    assert there == pytest.approx(24 + 20 * -np.expm1(-12 / 20), rel=0.03)
    assert np.isnan(nobody)


@pytest.mark.parametrize("youngest", [60.0, 18.0])
def test_the_interval_of_the_inside_holds_the_truth_though_no_day_is_told(youngest: float):
    """100 of 400 leave a third as often, and perhaps came later: months and value lie in their 95 % interval in nearly all books."""
    held = np.zeros(2)
    for seed in range(BOOKS):
        rng = np.random.default_rng([seed, 41])
        inside = np.arange(400) < 100
        months = rng.uniform(0.5, np.where(inside, youngest, 60.0))
        since = pd.Series(pd.Timestamp(AS_OF) - pd.to_timedelta(np.round(months * DAYS_PER_MONTH), unit="D"))
        dated = book_of(
            400,
            customer_since=since,
            followed_from=since,
            has_left=rng.exponential(1 / np.where(inside, *LEFT_EACH_MONTH)) < months,
            monthly_value=rng.lognormal(6, 0.5, 400),
        )
        book = dataclasses.replace(dated, leaving_is_dated=False)
        told = compare(book, rank_customers(book, DEFAULTS), inside.astype(float), DEFAULTS)
        figures = {figure.criterion: figure for figure in told}
        force = np.log1p(DEFAULTS.discount_rate_yearly) / 12
        for place, (criterion, worth, discount) in enumerate(
            [(Criterion.RETENTION, 1.0, 0.0), (Criterion.LIFETIME_VALUE, np.exp(6 + 0.125), force)]
        ):
            within = figures[criterion].within_months or DEFAULTS.horizon_months
            rate = LEFT_EACH_MONTH[0] + discount
            truth = worth * -np.expm1(-rate * within) / rate
            held[place] += figures[criterion].low <= truth <= figures[criterion].high

    assert held.min() >= binom.ppf(0.001, BOOKS, COVERED)


def test_a_hazard_and_the_share_that_it_leaves_gone_are_one_curve():
    """F = 1 - exp(-H): a hazard of log 2 leaves half, there and back; a share of all is taken for 99 %."""
    hazard = Steps((1.0, 12.0), (0.1, float(np.log(2))))

    share = share_by_hazard(hazard)

    assert share.level == pytest.approx((0.0951626, 0.5))
    assert hazard_by_share(share).level == pytest.approx(hazard.level)
    assert hazard_by_share(Steps((1.0,), (1.0,))).level == pytest.approx((4.60517,))
