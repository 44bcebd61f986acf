"""Contracts that renew, against the published fits of Fader & Hardie (2007)."""

from __future__ import annotations

import numpy as np
import pytest

from icpcli.rank.renewals import ShiftedBetaGeometric, renewals_of
from icpcli.rank.retention import Stay, lifetimes_of

# Fader & Hardie (2007), J. Interactive Marketing 21(1), Table 1: % surviving, years 0-7, n = 1,000.
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]


def fit_of(surviving: np.ndarray) -> ShiftedBetaGeometric:
    """The model of one cohort, counted at the start and after each renewal."""
    return renewals_of(np.arange(len(surviving) - 1.0), left=-np.diff(surviving), at_risk=surviving[:-1])


@pytest.mark.parametrize(
    ("share", "alpha", "beta", "log_likelihood", "projected"),
    [
        (HIGH_END, 0.6681, 3.8061, -1611.1581, [46.0, 43.6, 41.4, 39.5, 37.8]),
        (REGULAR, 0.7041, 1.1820, -1680.2652, [22.0, 20.4, 19.1, 18.0, 17.0]),
    ],
)
def test_the_shifted_beta_geometric_reproduces_fader_and_hardie_2007(
    share: list[float], alpha: float, beta: float, log_likelihood: float, projected: list[float]
):
    """Parameters, log-likelihood and the projected survival of years 8-12 are those of the paper."""
    fit = fit_of(10 * np.array(share))

    assert fit.converged
    assert (round(fit.alpha, 4), round(fit.beta, 4)) == (alpha, beta)
    assert round(fit.log_likelihood, 4) == log_likelihood
    assert np.round(100 * fit.survival(np.arange(8, 13)), 1).tolist() == projected


def test_renewals_of_customers_who_joined_at_different_times_recover_the_planted_model():
    """Five thousand customers with their own chance of leaving, followed 1 to 24 periods: alpha and beta come back."""
    rng = np.random.default_rng(4)
    chance, seen = rng.beta(0.7, 3.8, 5000), rng.integers(1, 25, 5000)
    life = rng.geometric(chance)
    periods = np.arange(24)
    left = ((life[:, None] == periods + 1) & (seen[:, None] > periods)).sum(axis=0)
    at_risk = ((life[:, None] > periods) & (seen[:, None] > periods)).sum(axis=0)

    fit = renewals_of(periods.astype(float), left.astype(float), at_risk.astype(float))

    assert fit.converged
    assert (fit.alpha, fit.beta) == pytest.approx((0.7, 3.8), rel=0.15)


def test_renewals_seen_from_the_third_year_on_are_not_taken_for_the_first():
    """Customers whose leaving is recorded from month 24 to 48 at most: as many of month 48 are expected at month 84 as was planted."""
    rng = np.random.default_rng(6)
    life = rng.geometric(rng.beta(0.7, 12.0, 50_000)) - 0.5
    there = life > 24
    followed = rng.integers(30, 49, 50_000).astype(float)
    stay = Stay(np.minimum(life, followed)[there], np.full(there.sum(), 24.0), (life <= followed)[there])

    early, late = lifetimes_of(stay, 84.0).curve.at(np.array([48.0, 84.0]))

    assert late / early == pytest.approx((life > 84).sum() / (life > 48).sum(), abs=0.03)


@pytest.mark.parametrize("surviving", [[100, 100, 100, 100], [100, 0, 0, 0], [100, 60]])
def test_a_book_that_holds_no_model_says_so(surviving: list[float]):
    """Nobody left, everybody left at once, or too few periods: no parameters are presented as a fit."""
    fit = fit_of(np.array(surviving, dtype=float))

    assert not fit.converged


def test_beyond_the_longest_stay_fewer_are_expected_to_be_there():
    """Customers followed at most 20 months: to month 36 the curve goes on falling, by a model that the report can name."""
    rng = np.random.default_rng(9)
    life, followed = rng.exponential(20, 400), rng.uniform(1, 20, 400)
    stay = Stay(np.minimum(life, followed), np.zeros(400), life < followed)

    found = lifetimes_of(stay, 36)

    assert "shifted beta-geometric" in found.projection or "mean rate" in found.projection
    assert found.curve.at(np.array([35.0]))[0] == pytest.approx(np.exp(-35 / 20), abs=0.12)
    assert found.curve.at(np.array([35.0]))[0] < found.curve.at(np.array([19.9]))[0]
