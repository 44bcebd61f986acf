"""Groups drawn together, against Efron & Morris and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpcli.rank.pooling import pooled_means, pooled_rates

# Efron & Morris (1975), JASA 70, Table 1: 18 batting averages of the first 45 at bats, and of the rest of the season.
FIRST_45 = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
SEASON = [.346, .298, .276, .222, .273, .270, .263, .210, .269, .230, .264, .256, .303, .264, .226, .285, .316, .200]  # fmt: skip


def test_pooled_means_reproduce_the_batting_averages_of_efron_and_morris_1975():
    """Mean .2654, James-Stein factor .212, and a squared error of .0213 where the raw averages have .0753 (Table 1)."""
    raw = np.array(FIRST_45) / 45
    mean = float(raw.mean())
    variances = np.full(18, mean * (1 - mean) / 45)

    pooled = pooled_means(raw, variances)

    assert round(pooled.centre, 4) == 0.2654
    assert round(1 - float(pooled.shrinkage[0]), 3) == 0.212
    assert round(float(np.sum((raw - SEASON) ** 2)), 4) == 0.0753
    assert round(float(np.sum((pooled.estimates - SEASON) ** 2)), 4) == 0.0213


def test_rates_of_groups_are_nearer_to_the_truth_when_pooled():
    """Win rates of 30 channels of 2 to 200 deals: pooled, the mean squared error is less than half of the raw one."""
    rng = np.random.default_rng(8)
    truth, trials = rng.beta(6, 18, 30), rng.integers(2, 200, 30)
    won = rng.binomial(trials, truth)

    pooled = pooled_rates(won, trials)

    assert np.mean((pooled.estimates - truth) ** 2) < 0.5 * np.mean((won / trials - truth) ** 2)
    assert pooled.shrinkage[np.argmin(trials)] > pooled.shrinkage[np.argmax(trials)]


def test_groups_that_differ_by_chance_alone_are_shown_alike():
    """Forty groups with one true rate: nobody is told apart from the common rate by more than a hair."""
    trials = np.full(40, 50)
    won = np.random.default_rng(2).binomial(trials, 0.3)

    pooled = pooled_rates(won, trials)

    assert np.ptp(pooled.estimates) < 0.25 * np.ptp(won / trials)


def test_a_group_without_a_deal_has_the_common_rate():
    """Nothing is known of a channel without a deal but what is known of all."""
    pooled = pooled_rates(np.array([5, 30, 0]), np.array([20, 60, 0]))

    assert pooled.estimates[2] == pytest.approx(pooled.centre, abs=0.02)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(0.01, 20)), min_size=2, max_size=12),
    st.floats(0.01, 100),
)
def test_pooled_means_lie_between_a_group_and_the_centre_in_any_unit(
    rows: list[tuple[float, float]], unit: float
):
    """No group is drawn beyond what all share, and cents or thousands give the same figures."""
    means, variances = (np.array(v) for v in zip(*rows, strict=True))

    pooled = pooled_means(means, variances)
    scaled = pooled_means(unit * means, unit**2 * variances)

    low, high = np.minimum(means, pooled.centre), np.maximum(means, pooled.centre)
    assert ((pooled.estimates >= low - 1e-6) & (pooled.estimates <= high + 1e-6)).all()
    assert scaled.estimates == pytest.approx(unit * pooled.estimates, rel=1e-3, abs=1e-2 * unit)
