"""How a column is cut into levels: values that occur often, and numbers where people cut them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.common import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

RARE_SHARE = 0.01
RARE_COUNT = 4
NEVER_RARE = 8  # accounts can carry a rule by themselves
OWN_EDGES = 12  # a numeric column with no more distinct values keeps them as edges
QUANTILE_BINS = 8
WIDE = 10.0  # ratio of the 95th to the 5th percentile from which people count in 1, 2, 5, 10
MOSTLY_WHOLE = 0.95  # of the numbers are whole where people count: 12.5 heads are a part-time job
MAX_LEVELS = 40


def grouped(column: pd.Series, kept: Collection[str] = ()) -> tuple[tuple[str, ...], np.ndarray]:
    """The values that occur often enough, alphabetically, and the level of each cell (-1 blank).

    The rare ones (fewer than 1 % of the cells, within 4 and 8, and all beyond the 40 most frequent) share the
    level behind the last, which no rule chooses. ``kept`` are never rare.
    """
    counts = column.dropna().astype(str).value_counts()
    enough = float(np.clip(RARE_SHARE * len(column), RARE_COUNT, NEVER_RARE))
    ranked = sorted(counts.index, key=lambda value: (value not in kept, -counts[value], value))
    frequent = [value for value in ranked if value in kept or counts[value] >= enough][:MAX_LEVELS]
    levels = tuple(sorted(frequent))
    place = {value: i for i, value in enumerate(levels)}
    cells = zip(column, column.isna(), strict=True)
    codes = np.array([-1 if blank else place.get(str(v), len(levels)) for v, blank in cells], dtype=np.int64)
    return levels, codes


def binned(
    column: pd.Series, kind: Kind, bounds: Sequence[float] = ()
) -> tuple[tuple[float, ...], np.ndarray]:
    """The edges of the bins, the last one infinite, and the bin of each cell (-1 blank); ``bounds`` are edges too."""
    numbers = column.to_numpy(dtype=float)
    known = numbers[np.isfinite(numbers)]
    edges = edges_of(known, kind)
    inner = [bound for bound in bounds if known.min() < bound <= known.max()]
    edges = np.union1d(edges, inner)
    codes = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
    codes = np.where(np.isfinite(numbers), codes, -1).astype(np.int64)
    return tuple(float(e) for e in edges), codes


def edges_of(known: np.ndarray, kind: Kind) -> np.ndarray:
    """Where people cut: at every value of a few, counts and money over a wide range at 1, 2, 5, 10, ..., else at round quantiles."""
    distinct = np.unique(known)
    if len(distinct) <= OWN_EDGES:
        return np.append(distinct, np.inf)
    low, high = np.quantile(known, (0.05, 0.95))
    counts = kind is Kind.MONEY or float((known == np.round(known)).mean()) >= MOSTLY_WHOLE
    if counts and distinct[0] >= 0 and high >= WIDE * max(low, 1e-9):
        least = float(np.quantile(known[known > 0], 0.05))
        powers = np.arange(np.floor(np.log10(least)), np.ceil(np.log10(max(high, least))) + 1)
        cuts = np.array([step * 10**power for power in powers for step in (1, 2, 5)])
    else:
        step = _round_step((high - low) / QUANTILE_BINS)
        cuts = np.round(np.quantile(known, np.linspace(0, 1, QUANTILE_BINS + 1)[1:-1]) / step) * step
    return _filled(known, np.unique(cuts.round(12)))


def _filled(known: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """The cuts within the data that part at least two accounts from two others, between the least value and infinity."""
    ordered = np.sort(known)
    inner = cuts[(cuts > ordered[0]) & (cuts <= ordered[-1])]
    counts = np.diff(np.searchsorted(ordered, np.concatenate([[ordered[0]], inner, [np.inf]])))
    sides = zip(inner, counts[:-1], counts[1:], strict=True)
    kept = [cut for cut, before, after in sides if min(before, after) >= 2]
    return np.concatenate([[ordered[0]], kept, [np.inf]])


def _round_step(width: float) -> float:
    """The nearest 1, 2 or 5 times a power of ten below a width."""
    power = 10.0 ** np.floor(np.log10(max(width, 1e-12)))
    return float(power * max(s for s in (1, 2, 5) if s * power <= max(width, power)))
