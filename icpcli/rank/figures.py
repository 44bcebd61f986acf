"""The criteria in their own units, inside a profile against outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.common import Criterion
from icpcli.model.profile import Figure
from icpcli.rank.criteria import criteria_of, stays, survival_of
from icpcli.rank.retention import Z95, restricted_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from icpcli.model.tables import Book, Ranking
    from icpcli.settings import Settings

REDRAWS = 400
MIN_INSIDE = 2


def compare(book: Book, ranking: Ranking, is_inside: np.ndarray, settings: Settings) -> tuple[Figure, ...]:
    """Each criterion inside and outside, with the 95 % interval of the inside; one Figure per criterion there is.

    ``is_inside``: 1, 0, or NaN where membership is not known (left out). Acquisition cost is that of the
    type: everything spent on it, won or lost, per customer won. Retention is the restricted mean within
    the horizon (Kaplan-Meier, Greenwood); the others are means over customers, with a seeded bootstrap.
    """
    figures = criteria_of(book, settings).figures
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    found = []
    for source in ranking.criteria:
        if not source.customers:
            continue
        values = figures[source.criterion].to_numpy(dtype=float)
        inside, outside = (_Side(values, is_customer, is_inside == side) for side in (1, 0))
        if source.criterion is Criterion.RETENTION and book.regime == "contract":
            found.append(_retention(book, source.unit, is_inside, settings))
        elif source.criterion is Criterion.ACQUISITION_COST and source.unit != "index":
            found.append(_figure(source.criterion, source.unit, inside, outside, _cost_per_win, settings))
        else:
            found.append(_figure(source.criterion, source.unit, inside, outside, _mean, settings))
    return tuple(found)


class _Side:
    """The accounts on one side whose figure is known; ``won`` marks the customers among them."""

    def __init__(self, values: np.ndarray, is_customer: np.ndarray, chosen: np.ndarray) -> None:
        use = chosen & np.isfinite(values)
        self.values = values[use]
        self.won = is_customer[use].astype(float)

    @property
    def customers(self) -> int:
        """How many customers stand behind the figure."""
        return int(self.won.sum())


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


def _figure(  # noqa: PLR0913, PLR0917  a figure is one criterion on two sides
    criterion: Criterion,
    unit: str,
    inside: _Side,
    outside: _Side,
    statistic: Callable[[np.ndarray, np.ndarray], np.ndarray],
    settings: Settings,
) -> Figure:
    low, high = None, None
    if inside.customers >= MIN_INSIDE:
        draws = np.random.default_rng(settings.seed).integers(
            0, len(inside.values), (REDRAWS, len(inside.values))
        )
        redrawn = statistic(inside.values[draws], inside.won[draws])
        low, high = (float(q) for q in np.nanquantile(redrawn, (0.025, 0.975)))
    return Figure(
        criterion=criterion,
        unit=unit,
        inside=_known(float(statistic(inside.values, inside.won))),
        outside=_known(float(statistic(outside.values, outside.won))),
        low=low,
        high=high,
        customers_inside=inside.customers,
        customers_outside=outside.customers,
    )


def _retention(book: Book, unit: str, is_inside: np.ndarray, settings: Settings) -> Figure:
    stay = stays(book)
    known = np.isfinite(stay.tenure_months)
    counts = [int((known & (is_inside == side)).sum()) for side in (1, 0)]
    means = [
        restricted_mean(survival_of(stay, is_inside == side), settings.horizon_months) for side in (1, 0)
    ]
    reach = Z95 * means[0].standard_error
    return Figure(
        criterion=Criterion.RETENTION,
        unit=unit,
        inside=means[0].months if counts[0] else None,
        outside=means[1].months if counts[1] else None,
        low=max(means[0].months - reach, 0.0) if counts[0] >= MIN_INSIDE else None,
        high=min(means[0].months + reach, float(settings.horizon_months))
        if counts[0] >= MIN_INSIDE
        else None,
        customers_inside=counts[0],
        customers_outside=counts[1],
    )


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
