"""Whole simulations: how often a planted profile is found, and how often nothing is called something.

Counts are small, so bounds are binomial (or four standard errors of a mean); the full runs are the scripts
in benchmarks/, whose printed tables stand beside them.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binom

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

WORLDS = 24


@pytest.fixture(scope="module")
def worlds(root: Path) -> ModuleType:
    """The script of planted worlds."""
    path = root / "tests" / "benchmarks" / "planted_worlds.py"
    spec = importlib.util.spec_from_file_location("planted_worlds", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["planted_worlds"] = module
    spec.loader.exec_module(module)
    return module


def family(worlds: ModuleType, name: str):
    """The family of worlds of this name."""
    return next(f for f in worlds.FAMILIES if f.name == name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least_f1", "least_power"), [("400, 1.4", 0.70, 0.85), ("200, 1.4", 0.45, 0.55)]
)
def test_a_planted_profile_is_found_on_companies_never_seen(
    worlds: ModuleType, name: str, least_f1: float, least_power: float
):
    """Mean F1 on fresh companies and the share of p-values at most 0.05 stay above their floors, within chance."""
    played = [worlds.play(family(worlds, name), seed) for seed in range(WORLDS)]

    f1 = np.array([world.f1 for world in played])
    significant = sum(world.p_value <= 0.05 for world in played)
    assert f1.mean() >= least_f1 - 2 * f1.std(ddof=1) / np.sqrt(WORLDS)
    assert significant >= binom.ppf(0.001, WORLDS, least_power)


@pytest.mark.slow
def test_the_agreement_that_is_said_is_the_agreement_that_is_reached(worlds: ModuleType):
    """Over worlds, the mean of the expected F1 is near the mean of the true one."""
    played = [worlds.play(family(worlds, "400, 1.4"), seed) for seed in range(WORLDS)]

    gap = np.array([world.said - world.f1 for world in played])
    assert abs(gap.mean()) <= 0.07 + 2 * gap.std(ddof=1) / np.sqrt(WORLDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["200, nothing", "400, nothing"])
def test_nothing_is_seldom_called_supported(worlds: ModuleType, name: str):
    """In books with nothing in them at most 5 % are called supported, and 5 % significant, within chance."""
    played = [worlds.play(family(worlds, name), 1000 + seed) for seed in range(2 * WORLDS)]

    most = binom.ppf(0.999, 2 * WORLDS, 0.05)
    assert sum(world.verdict == "supported" for world in played) <= most
    assert sum(world.p_value <= 0.05 for world in played) <= most
