"""Whole histories: how often a review cries wolf, and how soon it sees that a rule has moved.

Counts are small, so bounds are binomial; the full run is benchmarks/review_histories.py, its printed table beside it.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import pytest
from scipy.stats import binom

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

HISTORIES = 48
YEARS = 2


@pytest.fixture(scope="module")
def histories(root: Path) -> ModuleType:
    """The script of review histories."""
    path = root / "tests" / "benchmarks" / "review_histories.py"
    spec = importlib.util.spec_from_file_location("review_histories", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["review_histories"] = module
    spec.loader.exec_module(module)
    return module


def played(histories: ModuleType, name: str, per_month: int) -> list:
    """What came of some histories of a family."""
    family = next(f for f in histories.FAMILIES if f.name == name)
    return [histories.play(histories.history_of(family, per_month, seed)) for seed in range(HISTORIES)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["unchanged", "common shift", "mix shift", "heavier tails", "wider spread", "unchanged, lost deals"],
)
def test_a_review_seldom_cries_wolf(histories: ModuleType, name: str):
    """Where nothing changed for the profile, at most 5 % of years bring an alarm, within chance."""
    alarmed = sum(p.alarms["review"] < histories.MONTHS for p in played(histories, name, 20))

    assert alarmed <= binom.ppf(0.999, YEARS * HISTORIES, 0.05)


@pytest.mark.slow
@pytest.mark.parametrize(("per_month", "least"), [(20, 0.45), (50, 0.70)])
def test_a_rule_that_moved_is_seen_within_six_months(histories: ModuleType, per_month: int, least: float):
    """At least so many are seen within six months, and 60 % by the twentieth newcomer inside, within chance."""
    fair = [p for p in played(histories, "moved", per_month) if p.alarms["review"] >= p.changed]
    seen = [p.alarms["review"] < p.changed + 6 for p in fair]
    by_twentieth = [p.alarms["review"] <= p.twentieth for p in fair if p.twentieth < histories.MONTHS]

    assert sum(seen) >= binom.ppf(0.001, len(seen), least)
    assert sum(by_twentieth) >= binom.ppf(0.001, len(by_twentieth), 0.60)
