"""Survival, hazard and expected months against published values and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpcli.rank.retention import Stay, expected_months, lifetimes_of, survival_of
from icpcli.rank.survival import (
    cumulative_hazard,
    expected_churns,
    kaplan_meier,
    level_at,
    mean_cumulative_orders,
    restricted_mean,
)

# Miller (1981), Survival Analysis: remission in acute myelogenous leukaemia, weeks; + is censored.
MAINTAINED = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
NOT_MAINTAINED = ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1])


def stay_of(tenure: np.ndarray, churned: np.ndarray) -> Stay:
    """Stays that were followed from the first day."""
    return Stay(tenure, np.zeros(len(tenure)), churned)


def curve_of(data: tuple[list[int], list[int]]):
    """The Kaplan-Meier curve of published durations."""
    return kaplan_meier(np.array(data[0], dtype=float), np.array(data[1], dtype=bool))


@pytest.mark.parametrize(
    ("data", "times", "survival"),
    [
        (MAINTAINED, [9, 13, 18, 23, 31, 34, 48], [0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184]),
        (
            NOT_MAINTAINED,
            [5, 8, 12, 23, 27, 30, 33, 43, 45],
            [0.8333, 0.6667, 0.5833, 0.4861, 0.3889, 0.2917, 0.1944, 0.0972, 0.0],
        ),
    ],
)
def test_kaplan_meier_reproduces_millers_leukaemia_table(
    data: tuple[list[int], list[int]], times: list[int], survival: list[float]
):
    """Survival after each event is that of Miller (1981) to the printed digits."""
    curve = curve_of(data)

    digits = 3 if survival[0] == 0.909 else 4
    assert curve.times.tolist() == times
    assert np.round(curve.survival, digits).tolist() == survival


def test_greenwoods_standard_errors_are_those_of_r():
    """The variance behind every interval: the std.err that R's survival package prints for Miller's maintained patients."""
    errors = np.sqrt(curve_of(MAINTAINED).variance)

    assert np.round(errors, 4).tolist() == [0.0867, 0.1163, 0.1397, 0.1526, 0.1642, 0.1627, 0.1535]


def test_customers_who_enter_late_are_at_risk_from_then_on():
    """Of six customers three are seen only from month 6 on: a leaver at month 3 is one of three, at month 8 one of five."""
    stay = np.array([3.0, 20, 20, 8, 20, 20])
    left = np.array([True, False, False, True, False, False])
    entered = np.array([0.0, 0, 0, 6, 6, 6])

    hazard = cumulative_hazard(entered, stay, left)

    assert hazard.level == pytest.approx([1 / 3, 1 / 3 + 1 / 5])


def test_beyond_what_was_seen_the_curve_goes_on_as_projected():
    """A book followed 10 months of which half stay goes on losing customers as the projection says, not level for ever."""
    curve = kaplan_meier(np.array([5.0, 10.0]), np.array([True, False]))

    longer = curve.extended(lambda months: np.exp(-months / 10), 20)

    assert longer.at(np.array([4.0, 7.0])).tolist() == [1.0, 0.5]
    assert longer.at(np.array([10.2, 19.9])) == pytest.approx([0.5 * np.exp(-0.05), 0.5 * np.exp(-0.95)])
    assert restricted_mean(longer, 20).months == pytest.approx(
        5 + 2.5 + sum(0.5 * np.exp(-(k + 0.5) / 10) for k in range(10))
    )


@pytest.mark.parametrize(("data", "mean"), [(MAINTAINED, 52.6), (NOT_MAINTAINED, 22.7)])
def test_the_restricted_mean_reproduces_the_published_one(data: tuple[list[int], list[int]], mean: float):
    """The mean remission to week 161 is the one that R's survival package prints for Miller's data."""
    assert round(restricted_mean(curve_of(data), 161).months, 1) == mean


def test_without_censoring_the_restricted_mean_is_the_mean_and_its_error_the_means():
    """When everybody was seen to leave, the area under the curve is the plain mean, and its error sd / sqrt(n)."""
    stays = np.array([2.0, 4.0, 6.0, 8.0])

    found = restricted_mean(kaplan_meier(stays, np.ones(4, dtype=bool)), 36)

    assert found.months == pytest.approx(5.0)
    assert found.standard_error == pytest.approx(np.std(stays) / np.sqrt(4))


def test_expected_months_by_hand():
    """Half leave at month 2: who is there at month 1 has 2 + half of the rest; who left stayed what they stayed."""
    curve = kaplan_meier(np.array([2.0, 10.0]), np.array([True, False]))

    tenure = np.array([1.0, 2.0, 4.0, np.nan])
    months = expected_months(stay_of(tenure, np.array([False, True, False, False])), curve, horizon_months=12)

    assert months[:3].tolist() == [1 + 1 + 10 * 0.5, 2.0, 12.0]
    assert np.isnan(months[3])


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0.1, 60), st.booleans()), min_size=2, max_size=40))
def test_censoring_everybody_never_lowers_what_is_expected(rows: list[tuple[float, bool]]):
    """Not having been seen to leave can only lengthen the stay that is expected."""
    tenure = np.array([t for t, _ in rows])
    churned = np.array([c for _, c in rows])
    nobody = np.zeros(len(rows), dtype=bool)

    as_seen = expected_months(stay_of(tenure, churned), kaplan_meier(tenure, churned), horizon_months=36)
    censored = expected_months(stay_of(tenure, nobody), kaplan_meier(tenure, nobody), horizon_months=36)

    assert (censored >= as_seen - 1e-9).all()


def test_the_hazard_of_each_customer_by_hand():
    """Three customers: one leaves at month 1 of three, one at month 2 of two; the third enters at month 1.5."""
    entered, left = np.array([0.0, 0.0, 1.5]), np.array([1.0, 2.0, 3.0])

    hazard = cumulative_hazard(entered, left, np.array([True, True, False]))

    assert level_at(hazard, left) - level_at(hazard, entered) == pytest.approx([1 / 2, 1 / 2 + 1 / 2, 1 / 2])


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans()), min_size=3, max_size=60))
def test_the_churns_expected_are_the_churns_seen(rows: list[tuple[int, int, bool]]):
    """Whoever enters when, up to the very day of leaving: residuals add up to zero, and no share still there is below 0."""
    entered = np.array([start for start, _, _ in rows], dtype=float)
    leave = entered + np.array([months for _, months, _ in rows])
    churned = np.array([c for _, _, c in rows])

    hazard = cumulative_hazard(entered, leave, churned)
    curve = kaplan_meier(leave, churned, entered)

    assert expected_churns(hazard, entered, leave).sum() == pytest.approx(churned.sum())
    assert ((curve.survival >= 0) & (curve.survival <= 1)).all()


def test_a_group_that_was_followed_for_less_time_is_expected_to_leave_as_the_book_does():
    """One hazard for all: young customers, of whom nobody was seen to leave late, are not shown as loyal."""
    rng = np.random.default_rng(8)
    n = 4000
    followed = np.where(np.arange(n) % 2 == 0, rng.uniform(1, 12, n), rng.uniform(12, 60, n))
    life = rng.exponential(20, n)
    stay = Stay(np.minimum(life, followed), np.zeros(n), life <= followed)
    young = np.arange(n) % 2 == 0

    lifetimes = lifetimes_of(stay, 36.0)
    months = [
        restricted_mean(survival_of(stay, group, lifetimes, 36.0), 36.0).months for group in (young, ~young)
    ]

    truth = 20 * (1 - np.exp(-36 / 20))
    assert months == pytest.approx([truth, truth], abs=1.0)


def test_a_batch_that_left_on_the_first_day_recorded_is_a_batch_among_all_who_were_there():
    """Forty imported customers of whom ten left on the day recording began: a quarter left, and not all."""
    entered = np.full(40, 24.0) - 1 / 30
    leave = np.where(np.arange(40) < 10, 24.0, 36.0)

    curve = kaplan_meier(leave, np.arange(40) < 10, entered)

    assert curve.survival.tolist() == [0.75]


def test_the_mean_customers_orders_by_hand():
    """Two customers followed 10 months, one 2: an order at month 1 counts a third, one at month 5 a half."""
    ages = np.array([10.0, 10.0, 2.0])

    mean = mean_cumulative_orders(ages, np.array([1.0, 5.0]))

    assert level_at(mean, ages) == pytest.approx([1 / 3 + 1 / 2, 1 / 3 + 1 / 2, 1 / 3])
