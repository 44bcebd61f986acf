"""Survival, hazard and expected months against published values and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpcli.rank.retention import (
    expected_months,
    kaplan_meier,
    mean_cumulative_orders,
    nelson_aalen,
    restricted_mean,
)

# Miller (1981), Survival Analysis: remission in acute myelogenous leukaemia, weeks; + is censored.
MAINTAINED = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
NOT_MAINTAINED = ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1])


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

    months = expected_months(
        np.array([1.0, 2.0, 4.0, np.nan]), np.array([False, True, False, False]), curve, horizon_months=12
    )

    assert months[:3].tolist() == [1 + 1 + 10 * 0.5, 2.0, 12.0]
    assert np.isnan(months[3])


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0.1, 60), st.booleans()), min_size=2, max_size=40))
def test_censoring_everybody_never_lowers_what_is_expected(rows: list[tuple[float, bool]]):
    """Not having been seen to leave can only lengthen the stay that is expected."""
    tenure = np.array([t for t, _ in rows])
    churned = np.array([c for _, c in rows])
    nobody = np.zeros(len(rows), dtype=bool)

    as_seen = expected_months(tenure, churned, kaplan_meier(tenure, churned), horizon_months=36)
    censored = expected_months(tenure, nobody, kaplan_meier(tenure, nobody), horizon_months=36)

    assert (censored >= as_seen - 1e-9).all()


def test_the_hazard_of_each_customer_by_hand():
    """Three customers: one leaves at month 1 of three, one at month 2 of two; the third enters at month 1.5."""
    hazard = nelson_aalen(np.array([0.0, 0.0, 1.5]), np.array([1.0, 2.0, 3.0]), np.array([True, True, False]))

    assert hazard == pytest.approx([1 / 2, 1 / 2 + 1 / 2, 1 / 2])


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0.5, 60), st.booleans()), min_size=3, max_size=60))
def test_the_churns_expected_are_the_churns_seen(rows: list[tuple[float, bool]]):
    """Summed over the book, martingale residuals are zero: nobody is better than everybody."""
    leave = np.array([t for t, _ in rows])
    churned = np.array([c for _, c in rows])

    assert nelson_aalen(np.zeros(len(rows)), leave, churned).sum() == pytest.approx(churned.sum())


def test_the_mean_customers_orders_by_hand():
    """Two customers followed 10 months, one 2: an order at month 1 counts a third, one at month 5 a half."""
    mean = mean_cumulative_orders(np.array([10.0, 10.0, 2.0]), np.array([1.0, 5.0]))

    assert mean == pytest.approx([1 / 3 + 1 / 2, 1 / 3 + 1 / 2, 1 / 3])
