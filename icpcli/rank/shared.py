"""What contract customers of two sides stay and pay within the months for which both were followed.

Beyond them one side would borrow the other's curve, which says nothing of that side: no interval could be right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.rank.retention import expected_months, settled_curve
from icpcli.rank.survival import kaplan_meier
from icpcli.rank.value import annuity_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.rank.retention import Stay
    from icpcli.settings import Settings

LEAST_MONTHS = 6.0  # within fewer hardly anybody leaves, and the curve of the book says more
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

    Each one's monthly value over the months to expect by the Kaplan-Meier curve of the chosen. The variance is that of the
    whole chain, the curve drawn anew with the customers (bootstrap: Efron 1981, JASA 76); of many, fewer are drawn, and
    their variance brought to all (m out of n: Bickel, Götze & van Zwet 1997, Statistica Sinica 7).
    """
    use = chosen & np.isfinite(stay.tenure_months)
    tenure, entered, churned = stay.tenure_months[use], stay.entered_months[use], stay.has_churned[use]
    known, pays = stay.known()[use], monthly[use]

    def mean_of(drawn: np.ndarray) -> float:
        """Of these customers, some of them perhaps several times."""
        seen = drawn[known[drawn]]
        curve = kaplan_meier(tenure[seen], churned[seen], entered[seen])
        months = expected_months(tenure[drawn], churned[drawn], curve, horizon_months=within_months)
        worth = pays[drawn] * annuity_months(months, settings.discount_rate_yearly)
        told = np.isfinite(worth)
        return float(worth[told].mean()) if told.any() else np.nan

    rng, customers = np.random.default_rng(settings.seed), int(use.sum())
    at_once = min(customers, MOST_REDRAWN)
    redrawn = [mean_of(rng.integers(0, customers, at_once)) for _ in range(REDRAWS if customers else 0)]
    settled = [mean for mean in redrawn if np.isfinite(mean)]
    variance = float(np.var(settled)) * at_once / customers if settled else np.nan
    return mean_of(np.arange(customers)), variance


__all__ = ["mean_value", "shared_months"]
