"""What contract customers of two sides stay and pay within the months for which both were followed.

Beyond them one side would borrow the other's curve, which says nothing of that side: no interval could be right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.rank.retention import Stay, curve_of, expected_months, settled_curve
from icpcli.rank.value import annuity_months

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from icpcli.rank.survival import Curve
    from icpcli.settings import Settings

LEAST_MONTHS = 6.0  # within fewer hardly anybody leaves, and the curve of the book says more
ONE_IN_FORTY = 0.025
REDRAWS = 100  # a standard error needs 50 to 200: Efron & Tibshirani (1993), section 6.4
MOST_REDRAWN = 5000  # customers drawn at a time: of more, so many stand for all


def shared_months(stay: Stay, sides: Sequence[np.ndarray], horizon_months: float) -> float | None:
    """The whole months within the horizon for which every side with customers was followed; None where they are too few."""
    known = [side & stay.known() for side in sides]
    ends = [np.floor(settled_curve(stay, use).end_months) for use in known if use.any()]
    months = float(min([horizon_months, *ends]))
    return months if ends and months >= min(LEAST_MONTHS, horizon_months) else None


def mean_value(
    stay: Stay, monthly: np.ndarray, chosen: np.ndarray, within_months: float, settings: Settings
) -> tuple[float, float]:
    """The mean of what the chosen pay within so many months, as they themselves stay, and its variance.

    Each one's monthly value over the months to expect by the survival of the chosen (``curve_of``). The variance is that of the
    whole chain, the curve drawn anew with the customers (bootstrap: Efron 1981, JASA 76); of many, fewer are drawn, and
    their variance brought to all (m out of n: Bickel, Götze & van Zwet 1997, Statistica Sinica 7).
    """
    known = stay.known()

    def mean_of(drawn: np.ndarray) -> float:
        """Of these customers, some of them perhaps several times."""
        curve = curve_of(stay, drawn[known[drawn]])
        months = expected_months(_at(stay, drawn), curve, horizon_months=within_months)
        worth = monthly[drawn] * annuity_months(months, settings.discount_rate_yearly)
        told = np.isfinite(worth)
        return float(worth[told].mean()) if told.any() else np.nan

    customers = np.flatnonzero(chosen & np.isfinite(stay.tenure_months))
    return mean_of(customers), _redrawn_variance(mean_of, customers, settings.seed)


def months_variance(
    stay: Stay, chosen: np.ndarray, within_months: float, whole: Curve, settings: Settings
) -> float:
    """The variance of the mean months within so many where nothing tells when customers left, drawn anew with them (see ``mean_value``)."""

    def mean_of(drawn: np.ndarray) -> float:
        """The area under the curve of these customers."""
        curve = curve_of(stay, drawn).extended(whole.at, within_months)
        return float(curve.area(np.zeros(1), within_months)[0])

    return _redrawn_variance(mean_of, np.flatnonzero(chosen & stay.known()), settings.seed)


def fewest_months(stay: Stay, use: np.ndarray, within_months: float) -> float:
    """The lower bound of the mean months of customers none of whom left: at the rate at which that happens once in forty.

    rate = -log(0.025) / months followed, which for a share is the "rule of three" of Hanley & Lippman-Hand (1983), JAMA 249; the mean
    within m months is then (1 - exp(-rate m)) / rate.
    """
    followed = np.minimum(stay.tenure_months[use], within_months) - stay.entered_months[use]
    rate = -np.log(ONE_IN_FORTY) / max(float(np.maximum(followed, 0.0).sum()), 1e-9)
    return float(-np.expm1(-rate * within_months) / rate)


def _redrawn_variance(statistic: Callable[[np.ndarray], float], customers: np.ndarray, seed: int) -> float:
    """The variance of a statistic of customers (places) over books drawn from them with replacement; NaN of nobody."""
    rng = np.random.default_rng(seed)
    at_once = min(len(customers), MOST_REDRAWN)
    redrawn = [
        statistic(customers[rng.integers(0, len(customers), at_once)])
        for _ in range(REDRAWS if at_once else 0)
    ]
    settled = [figure for figure in redrawn if np.isfinite(figure)]
    return float(np.var(settled)) * at_once / len(customers) if settled else np.nan


def _at(stay: Stay, customers: np.ndarray) -> Stay:
    """The stays of some customers (places, some of them perhaps several times)."""
    return Stay(
        stay.tenure_months[customers], stay.entered_months[customers], stay.has_churned[customers], stay.shape
    )


__all__ = ["fewest_months", "mean_value", "months_variance", "shared_months"]
