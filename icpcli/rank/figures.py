"""The criteria in their own units, inside a profile against outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.common import Criterion
from icpcli.model.profile import Figure
from icpcli.model.units import Z95
from icpcli.rank.criteria import criteria_of
from icpcli.rank.pooling import pooled_means
from icpcli.rank.reordering import reordering_of
from icpcli.rank.retention import survival_of
from icpcli.rank.survival import restricted_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from icpcli.model.profile import CriterionSource
    from icpcli.model.tables import Book, Ranking
    from icpcli.rank.criteria import Criteria
    from icpcli.rank.reordering import Reordering
    from icpcli.settings import Settings

REDRAWS = 400
CELLS_AT_ONCE = 1_000_000  # of redraws held in memory: some 32 MB
MIN_INSIDE = 2
INSIDE, OUTSIDE = 1, 0


@dataclass(frozen=True, slots=True)
class _Told:
    """What one side's customers show: a figure, its variance (NaN where too few tell it), and how many they are."""

    value: float
    variance: float
    customers: int


def compare(book: Book, ranking: Ranking, is_inside: np.ndarray, settings: Settings) -> tuple[Figure, ...]:
    """Each criterion inside and outside, with the 95 % interval of the inside; one Figure per criterion there is.

    ``is_inside``: 1, 0, or NaN where membership is not known (left out). Acquisition cost is that of the
    type: everything spent on it, won or lost, per customer won. Retention is the restricted mean within
    the horizon (Kaplan-Meier, Greenwood), of repeat buyers the rate at which they ordered again (``_order_rate``); the others
    are means over customers; the variance of all but the first by a seeded bootstrap.
    The two sides are partially pooled (``pooled_means``): what differs by no more than chance is shown alike.
    """
    criteria = criteria_of(book, settings)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    found = []
    for source in ranking.criteria:
        if not source.customers:
            continue
        if source.criterion is Criterion.RETENTION and book.regime == "contract":
            sides = [_retention(criteria, is_inside == side, settings) for side in (INSIDE, OUTSIDE)]
        elif source.criterion is Criterion.RETENTION and book.regime == "repeat":
            again = reordering_of(book)
            sides = [_order_rate(again, is_inside == side, settings) for side in (INSIDE, OUTSIDE)]
        else:
            values = criteria.figures[source.criterion].to_numpy(dtype=float)
            per_win = source.criterion is Criterion.ACQUISITION_COST and source.unit != "index"
            sides = [
                _mean_side(
                    values, is_customer, is_inside == side, _cost_per_win if per_win else _mean, settings
                )
                for side in (INSIDE, OUTSIDE)
            ]
        found.append(_figure(source, sides, settings))
    return tuple(found)


def _mean(values: np.ndarray, won: np.ndarray) -> np.ndarray:
    """The mean over customers, of each row of draws."""
    total = won.sum(axis=-1)
    mean: np.ndarray = np.where(total > 0, (values * won).sum(axis=-1) / np.maximum(total, 1), np.nan)
    return mean


def _cost_per_win(values: np.ndarray, won: np.ndarray) -> np.ndarray:
    """Everything spent, per customer won, of each row of draws."""
    total = won.sum(axis=-1)
    cost: np.ndarray = np.where(total > 0, values.sum(axis=-1) / np.maximum(total, 1), np.nan)
    return cost


def _mean_side(
    values: np.ndarray,
    is_customer: np.ndarray,
    chosen: np.ndarray,
    statistic: Callable[[np.ndarray, np.ndarray], np.ndarray],
    settings: Settings,
) -> _Told:
    use = chosen & np.isfinite(values)
    figures, won = values[use], is_customer[use].astype(float)
    customers = int(won.sum())
    variance = np.nan
    if customers >= MIN_INSIDE:
        variance = float(np.nanvar(_redrawn(figures, won, statistic, settings.seed)))
    return _Told(float(statistic(figures, won)), variance, customers)


def _redrawn(
    figures: np.ndarray,
    won: np.ndarray,
    statistic: Callable[[np.ndarray, np.ndarray], np.ndarray],
    seed: int,
) -> np.ndarray:
    """The statistic of so many customers drawn again with replacement, some draws at a time: a book may be large."""
    rng = np.random.default_rng(seed)
    at_once = max(1, CELLS_AT_ONCE // len(figures))
    found = []
    for start in range(0, REDRAWS, at_once):
        draws = rng.integers(0, len(figures), (min(at_once, REDRAWS - start), len(figures)))
        found.append(statistic(figures[draws], won[draws]))
    return np.concatenate(found)


def _retention(criteria: Criteria, chosen: np.ndarray, settings: Settings) -> _Told:
    customers = int((chosen & criteria.stay.known()).sum())
    if not customers:
        return _Told(np.nan, np.nan, 0)
    curve = survival_of(criteria.stay, chosen, criteria.lifetimes, settings.horizon_months)
    mean = restricted_mean(curve, settings.horizon_months)
    return _Told(mean.months, mean.standard_error**2 if customers >= MIN_INSIDE else np.nan, customers)


def _order_rate(again: Reordering, chosen: np.ndarray, settings: Settings) -> _Told:
    """Orders a year of a side, as if it had been followed as long as the book: placed / expected, times the rate of the book.

    Expected by the mean cumulative orders of the book at each one's age: new customers order more often than old ones, and a
    rate by time would take a young side for a loyal one. Source: indirect standardisation, Breslow & Day (1987), section 2.3.
    """
    use = chosen & np.isfinite(again.placed)
    placed, expected = again.placed[use], again.expected[use]

    def rate(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Of each row of draws."""
        total = weights.sum(axis=-1)
        found: np.ndarray = np.where(total > 0, values.sum(axis=-1) / np.where(total > 0, total, 1.0), np.nan)
        return found * again.rate_yearly

    customers = int(use.sum())
    variance = np.nan
    if customers >= MIN_INSIDE and expected.any():
        variance = float(np.nanvar(_redrawn(placed, expected, rate, settings.seed)))
    return _Told(float(rate(placed, expected)), variance, customers)


def _figure(source: CriterionSource, sides: Sequence[_Told], settings: Settings) -> Figure:
    inside, outside = sides
    values = np.array([inside.value, outside.value])
    variances = np.array([inside.variance, outside.variance])
    pooled = pooled_means(values, variances)
    shown = np.where(np.isfinite(pooled.estimates), pooled.estimates, values)
    reach = Z95 * float(np.sqrt(pooled.variances[0]))
    low, high = float(shown[0]) - reach, float(shown[0]) + reach
    if source.unit == "months":
        low, high = max(low, 0.0), min(high, float(settings.horizon_months))
    return Figure(
        criterion=source.criterion,
        unit=source.unit,
        inside=_known(float(shown[0])),
        outside=_known(float(shown[1])),
        low=_known(low),
        high=_known(high),
        customers_inside=inside.customers,
        customers_outside=outside.customers,
    )


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
