"""Whole simulations: how often a planted profile is found, and how often nothing is called something.

Counts are small, so bounds are binomial (or two standard errors of a mean); the full runs are the scripts
in benchmarks/, whose printed tables stand beside them.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest
from planted.families import family
from planted.play import Outcome, play
from scipy.stats import binom

WORLDS = 12
PLANTED = pytest.mark.xdist_group(
    "planted"
)  # one worker plays these worlds once for all that is asked of them


@functools.cache
def played(name: str, first: int = 0, worlds: int = WORLDS) -> tuple[Outcome, ...]:
    """What came of some worlds of a family."""
    return tuple(play(family(name), seed) for seed in range(first, first + worlds))


@pytest.mark.slow
@PLANTED
@pytest.mark.parametrize(
    ("name", "least_f1", "least_power"), [("400, 1.4", 0.80, 0.85), ("200, 1.4", 0.50, 0.60)]
)
def test_a_planted_profile_is_found_on_companies_never_seen(name: str, least_f1: float, least_power: float):
    """Mean F1 on fresh companies and the share of p-values at most 0.05 stay above their floors, within chance."""
    outcomes = played(name)

    f1 = np.array([o.f1 for o in outcomes])
    significant = sum(o.p_value <= 0.05 for o in outcomes)
    assert f1.mean() >= least_f1 - 2 * f1.std(ddof=1) / np.sqrt(WORLDS)
    assert significant >= binom.ppf(0.001, WORLDS, least_power)


@pytest.mark.slow
@PLANTED
@pytest.mark.parametrize("name", ["400, 1.4", "200, 1.4"])
def test_the_agreement_that_is_said_is_the_agreement_that_is_reached(name: str):
    """Over worlds, the mean of the expected F1 is within 0.07 of the mean of the true one, within chance."""
    gap = np.array([o.said - o.f1 for o in played(name)])

    assert abs(gap.mean()) <= 0.07 + 2 * gap.std(ddof=1) / np.sqrt(WORLDS)


@pytest.mark.slow
@PLANTED
def test_the_interval_of_the_net_lift_covers_the_truth():
    """The true lift of the printed rule lies in its 95 % interval in at least 90 % of worlds, within chance."""
    stated = [o.is_covered for name in ("400, 1.4", "200, 1.4") for o in played(name) if o.is_covered >= 0]

    assert sum(stated) >= binom.ppf(0.001, len(stated), 0.90)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["200, nothing", "200, nothing, by value", "200, nothing, subsidiaries"])
def test_nothing_is_seldom_called_supported(name: str):
    """In books with nothing in them at most 5 % are called supported, and 5 % significant, within chance."""
    outcomes = played(name, first=1000)

    most = binom.ppf(0.999, WORLDS, 0.05)
    assert sum(o.verdict == "supported" for o in outcomes) <= most
    assert sum(o.p_value <= 0.05 for o in outcomes) <= most
