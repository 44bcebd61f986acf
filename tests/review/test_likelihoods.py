"""The likelihoods of newcomers are those of textbooks, and hear only inside against outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, nchypergeom_fisher, norm

from icpcli.model.claim import LEAVING, WINNING, ClaimedPart
from icpcli.review.likelihoods import Newcomers, differences, events, log_likelihoods, wins

LIFTS = np.array([-1.0, -0.3, 0.0, 0.4, 1.2])
ONE_MONTH = np.zeros(12, dtype=int)


def relative(curve: np.ndarray) -> np.ndarray:
    """Log-likelihoods are known but for a constant."""
    return curve - curve[2]


def test_wins_are_noncentral_hypergeometric():
    """Of 12 companies worked, 5 inside, 7 won, 4 of them inside: scipy's distribution, for each log odds ratio."""
    inside = np.arange(12) < 5
    won = np.isin(np.arange(12), [0, 1, 2, 3, 6, 7, 8])

    told = wins(ONE_MONTH, inside, won, LIFTS, 1)[0]

    expected = [nchypergeom_fisher.logpmf(4, 12, 5, 7, np.exp(lift)) for lift in LIFTS]
    assert told == pytest.approx(expected)


def test_leaving_is_binomial_given_how_many_left():
    """Three left of 5 inside, where 2.5 of 6 were expected; given four in all, those inside are binomial."""
    inside = np.arange(12) < 5
    seen = np.isin(np.arange(12), [0, 1, 2, 7]).astype(float)
    expected = np.where(inside, 0.5, 0.5)

    told = events(ONE_MONTH, inside, seen, expected, LIFTS, 1)[0]

    odds = 2.5 * np.exp(LIFTS) / (2.5 * np.exp(LIFTS) + 3.5)
    assert relative(told) == pytest.approx(relative(binom.logpmf(3, 4, odds)))


def test_figures_are_normal_with_a_level_for_each_month():
    """The likelihood of the difference of two means, by brute force over the month's level."""
    rng = np.random.default_rng(1)
    inside, figures = np.arange(12) < 5, rng.normal(0, 0.5, 12)

    told = differences(ONE_MONTH, inside, figures, 1.0, LIFTS, 1)[0]

    levels = np.linspace(-8, 8, 4001)
    brute = [
        np.logaddexp.reduce(
            norm.logpdf(figures[:, None], levels[None, :] + lift * inside[:, None], 1.0).sum(axis=0)
        )
        for lift in LIFTS
    ]
    assert relative(told) == pytest.approx(relative(np.array(brute)), abs=1e-6)


def newcomers(seed: int, n: int = 60, months: int = 4) -> Newcomers:
    """Newcomers of chance, with every kind of signal and every kind of blank."""
    rng = np.random.default_rng(seed)
    inside = rng.choice([1.0, 0.0, np.nan], n, p=[0.3, 0.5, 0.2])
    won = rng.choice([1.0, 0.0, np.nan], n)
    expected = np.where(won == 1, rng.uniform(0, 1, n), np.nan)
    return Newcomers(
        rng.integers(0, months, n),
        inside,
        {"lifetime_value": np.where(won == 1, rng.normal(size=n), np.nan)},
        {LEAVING: (np.where(won == 1, rng.poisson(0.4, n), np.nan), expected)},
        won,
    )


PARTS = (
    ClaimedPart("lifetime_value", 0.6, 0.2, 0.9),
    ClaimedPart(LEAVING, -0.9, 0.4),
    ClaimedPart(WINNING, 0.5, 0.3),
)


@given(seed=st.integers(0, 10_000), shift=st.floats(-3, 3), part=st.sampled_from(PARTS))
@settings(max_examples=40, deadline=None)
def test_what_hits_everybody_in_a_month_says_nothing(seed: int, shift: float, part: ClaimedPart):
    """All figures of a month moved together, or all expected events scaled together, change no likelihood."""
    one = newcomers(seed)
    value = one.figures["lifetime_value"] + np.where(one.month == 1, shift, 0.0)
    seen, expected = one.counts[LEAVING]
    scaled = expected * np.where(one.month == 2, np.exp(shift), 1.0)
    other = Newcomers(one.month, one.inside, {"lifetime_value": value}, {LEAVING: (seen, scaled)}, one.won)

    before, after = log_likelihoods(one, part, LIFTS), log_likelihoods(other, part, LIFTS)

    assert after - after[:, 2:3] == pytest.approx(before - before[:, 2:3], abs=1e-8)


@given(seed=st.integers(0, 10_000), part=st.sampled_from(PARTS))
@settings(max_examples=40, deadline=None)
def test_the_order_of_newcomers_does_not_matter(seed: int, part: ClaimedPart):
    """Rows in another order give the same likelihoods."""
    one = newcomers(seed)
    order = np.random.default_rng(seed).permutation(len(one.month))
    seen, expected = one.counts[LEAVING]
    other = Newcomers(
        one.month[order],
        one.inside[order],
        {name: figures[order] for name, figures in one.figures.items()},
        {LEAVING: (seen[order], expected[order])},
        one.won[order],
    )

    assert log_likelihoods(other, part, LIFTS) == pytest.approx(log_likelihoods(one, part, LIFTS), abs=1e-9)


def test_one_wild_figure_does_not_decide():
    """A figure a hundred spreads away counts as one three spreads away."""
    inside, figures = np.arange(12) < 5, np.zeros(12)
    wild, far = figures.copy(), figures.copy()
    wild[7], far[7] = 100.0, 3.0

    assert differences(ONE_MONTH, inside, wild, 1.0, LIFTS, 1) == pytest.approx(
        differences(ONE_MONTH, inside, far, 1.0, LIFTS, 1)
    )
