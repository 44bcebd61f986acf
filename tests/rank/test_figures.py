"""The bootstrap behind a figure's interval holds a large book in memory, and draws the same however it is cut."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from icpcli.rank import figures
from icpcli.settings import DEFAULTS


def spread_of(values: np.ndarray) -> float:
    """The variance that the bootstrap gives the mean of these customers."""
    everyone = np.ones(len(values), dtype=bool)
    return figures._mean_side(values, everyone, everyone, figures._mean, DEFAULTS).variance


@pytest.mark.parametrize("cells", [1, 700, 5000, 99_999])
def test_some_redraws_at_a_time_give_what_all_at_once_give(cells: int, monkeypatch: pytest.MonkeyPatch):
    """The variance is the same to the last bit, whatever number of redraws is held at once."""
    values = np.random.default_rng(2).lognormal(8, 1, 333)
    draws = np.random.default_rng(DEFAULTS.seed).integers(0, 333, (figures.REDRAWS, 333))
    at_once = float(np.var(values[draws].mean(axis=1)))
    whole = spread_of(values)

    monkeypatch.setattr(figures, "CELLS_AT_ONCE", cells)

    assert whole == pytest.approx(at_once)
    assert spread_of(values) == whole


def test_a_book_of_30_000_customers_needs_no_more_memory_than_one_of_3_000():
    """400 redraws of 30,000 customers at once would be 366 MiB; some at a time are a tenth of that."""
    values = np.random.default_rng(2).lognormal(8, 1, 30_000)

    tracemalloc.start()
    spread_of(values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 64 * 2**20
