"""Whole simulations of planted people: how many kinds are answered, and how well they are found again.

Counts are small, so bounds are binomial; the full runs are tests/benchmarks/planted_people.py, whose printed table stands beside it.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.metrics import adjusted_rand_score

from icpcli.people.how_many import find_classes

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def planted(root: Path) -> ModuleType:
    """The script of planted people."""
    pytest.importorskip("kmodes", reason="kmodes, of the extra dev, is not installed")
    path = root / "tests" / "benchmarks" / "planted_people.py"
    spec = importlib.util.spec_from_file_location("planted_people", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["planted_people"] = module
    spec.loader.exec_module(module)
    return module


def answers(
    planted: ModuleType, worlds: int, people: int, kinds: int, **how
) -> tuple[list[int], list[float]]:
    """The number of kinds answered in each world, and the adjusted Rand index of the answer."""
    cell = planted.Cell(people, kinds, how.pop("concentration", 1.0), **how)
    numbers, rand = [], []
    for seed in range(500, 500 + worlds):
        world = planted.world(cell, seed)
        found = find_classes(world.codes, planted.SIZES, blocks=cell.blocks, maximum=3, seed=0)
        numbers.append(len(found.mixture.shares))
        rand.append(adjusted_rand_score(world.kind, found.probabilities.argmax(axis=1)))
    return numbers, rand


@pytest.mark.slow
@pytest.mark.parametrize("people", [80, 250])
@pytest.mark.parametrize("titles", [False, True])
def test_one_kind_is_answered_where_one_is_true(planted: ModuleType, people: int, *, titles: bool):
    """Nothing planted: a second kind is claimed in at most 5 % of books, within chance, however titles are made."""
    numbers, _ = answers(planted, 40, people, 1, titles=titles)

    assert sum(n > 1 for n in numbers) <= binom.ppf(0.999, 40, 0.05)


@pytest.mark.slow
@pytest.mark.parametrize(("people", "least"), [(80, 0.85), (250, 0.90)])
def test_two_clear_kinds_are_told_apart(planted: ModuleType, people: int, least: float):
    """Two clear kinds: more than one is answered in 85 % of books of 80 people, and in 90 % of 250, within chance."""
    numbers, _ = answers(planted, 30, people, 2)

    assert sum(n > 1 for n in numbers) >= binom.ppf(0.001, 30, least)


@pytest.mark.slow
def test_kinds_are_found_again_among_many_people(planted: ModuleType):
    """1,000 people of two or three clear kinds: an adjusted Rand index of 0.85 on the mean, within chance."""
    rand = [r for kinds in (2, 3) for r in answers(planted, 3, 1000, kinds)[1]]

    assert np.mean(rand) >= 0.85 - 2 * np.std(rand, ddof=1) / np.sqrt(len(rand))
