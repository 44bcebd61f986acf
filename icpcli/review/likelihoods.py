"""How well a lift explains what newcomers show, by month of acquisition; what hits everybody in a month cancels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln

from icpcli.model.claim import WINNING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icpcli.model.claim import ClaimedPart

MOST_SPREADS = 3.0  # beyond so many from the month's median a figure counts as that limit
LEAST_FREEDOM = 8  # below, the newcomers' own spread is not known


@dataclass(frozen=True, slots=True, eq=False)
class Newcomers:
    """The companies decided since a profile was derived, an entry each.

    ``month``: int, months since then, from 0. ``inside``: 1, 0, or NaN where a blank leaves it open. ``figures``: by
    part, on the saved scale (standard deviations), NaN = not known. ``counts``: by part, events seen and expected under
    the saved curve, NaN = not followed. ``won``: 1, 0, NaN = nothing is known of a decision.
    """

    month: np.ndarray
    inside: np.ndarray
    figures: Mapping[str, np.ndarray]
    counts: Mapping[str, tuple[np.ndarray, np.ndarray]]
    won: np.ndarray

    @property
    def months(self) -> int:
        """How many months newcomers span."""
        return int(self.month.max(initial=-1)) + 1

    def since(self, month: int) -> Newcomers:
        """Those of this month and later."""
        use = self.month >= month
        return Newcomers(
            self.month[use],
            self.inside[use],
            {name: figures[use] for name, figures in self.figures.items()},
            {name: (seen[use], expected[use]) for name, (seen, expected) in self.counts.items()},
            self.won[use],
        )


def log_likelihoods(newcomers: Newcomers, part: ClaimedPart, lifts: np.ndarray) -> np.ndarray:
    """For one part the log-likelihood of each lift in each month (months, lifts), but for a constant per month.

    Members whose side is not known are left out; a part that newcomers lack says nothing (zeros).
    """
    known = np.isfinite(newcomers.inside)
    month, inside, months = newcomers.month, newcomers.inside == 1, newcomers.months
    if part.part == WINNING:
        use = known & np.isfinite(newcomers.won)
        return wins(month[use], inside[use], newcomers.won[use] == 1, lifts, months)
    if part.part in newcomers.counts:
        seen, expected = newcomers.counts[part.part]
        use = known & np.isfinite(expected)
        return events(month[use], inside[use], seen[use], expected[use], lifts, months) / part.spread
    if part.part in newcomers.figures:
        figures = newcomers.figures[part.part]
        use = known & np.isfinite(figures)
        return differences(month[use], inside[use], figures[use], part.spread, lifts, months)
    return np.zeros((months, len(lifts)))


def differences(  # noqa: PLR0913, PLR0917  three columns, the spread, and where to look
    month: np.ndarray, inside: np.ndarray, figures: np.ndarray, spread: float, lifts: np.ndarray, months: int
) -> np.ndarray:
    """Normal figures, each month with a level of its own: n1 n0 / (n1 + n0) * (d * lift - lift^2 / 2) / s^2.

    d is the month's mean inside less that outside; s the larger of the saved spread and the newcomers' own. Figures
    further than three spreads from the month's median count as that limit, so that heavy tails raise no alarm.
    """
    figures = _within_reach(month, figures, spread, months)
    n1, n0 = _sums(month, inside, months), _sums(month, ~inside, months)
    s1, s0 = _sums(month, inside * figures, months), _sums(month, ~inside * figures, months)
    m1, m0 = s1 / np.maximum(n1, 1), s0 / np.maximum(n0, 1)
    freedom = float(np.maximum(n1 - 1, 0).sum() + np.maximum(n0 - 1, 0).sum())
    left = float(np.sum((figures - np.where(inside, m1[month], m0[month])) ** 2))
    variance = max(spread**2, left / freedom if freedom >= LEAST_FREEDOM else 0.0)
    pairs = n1 * n0 / np.maximum(n1 + n0, 1)
    told: np.ndarray = pairs[:, None] * ((m1 - m0)[:, None] * lifts - lifts**2 / 2) / variance
    return told


def events(  # noqa: PLR0913, PLR0917  four columns and where to look
    month: np.ndarray,
    inside: np.ndarray,
    seen: np.ndarray,
    expected: np.ndarray,
    lifts: np.ndarray,
    months: int,
) -> np.ndarray:
    """Poisson events with a common level in each month: given their sum, those inside are binomial.

    The share inside is e1 exp(lift) / (e1 exp(lift) + e0), e the events expected on each side. Source: Przyborowski &
    Wilenski (1940), Biometrika 31.
    """
    d1, d0 = _sums(month, inside * seen, months), _sums(month, ~inside * seen, months)
    e1, e0 = _sums(month, inside * expected, months), _sums(month, ~inside * expected, months)
    usable = (e1 > 0) & (e0 > 0)
    odds = np.log(np.where(usable, e1, 1.0) / np.where(usable, e0, 1.0))[:, None] + lifts
    told = d1[:, None] * odds - (d1 + d0)[:, None] * np.logaddexp(0.0, odds)
    return np.where(usable[:, None], told, 0.0)


def wins(
    month: np.ndarray, inside: np.ndarray, won: np.ndarray, lifts: np.ndarray, months: int
) -> np.ndarray:
    """Companies won, given how many were worked on each side and won in all: noncentral hypergeometric.

    Source: Fisher (1935), JRSS 98; McCullagh & Nelder (1989), section 7.3.
    """
    worked_inside, worked = _sums(month, inside, months), np.bincount(month, minlength=months)
    won_inside, won_all = _sums(month, inside & won, months), _sums(month, won, months)
    told = np.zeros((months, len(lifts)))
    for m in range(months):
        told[m] = _noncentral(
            int(won_inside[m]), int(worked_inside[m]), int(worked[m]), int(won_all[m]), lifts
        )
    return told


def _noncentral(k: int, drawn_from: int, everyone: int, drawn: int, lifts: np.ndarray) -> np.ndarray:
    counts = np.arange(max(0, drawn - (everyone - drawn_from)), min(drawn_from, drawn) + 1)
    if len(counts) < 2:
        return np.zeros(len(lifts))
    ways = _log_choose(drawn_from, counts) + _log_choose(everyone - drawn_from, drawn - counts)
    terms = ways[:, None] + counts[:, None] * lifts
    told: np.ndarray = terms[k - counts[0]] - np.logaddexp.reduce(terms, axis=0)
    return told


def _log_choose(n: int, k: np.ndarray) -> np.ndarray:
    ways: np.ndarray = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return ways


def _within_reach(month: np.ndarray, figures: np.ndarray, spread: float, months: int) -> np.ndarray:
    order = np.lexsort((figures, month))
    ranked = figures[order]
    count = np.bincount(month, minlength=months)
    start = np.cumsum(count) - count
    last = max(len(ranked) - 1, 0)
    low, high = np.minimum(start + (count - 1) // 2, last), np.minimum(start + count // 2, last)
    middle = (
        (ranked[low] + ranked[high]) / 2 if len(ranked) else np.zeros(months)
    )  # of an empty month nobody asks
    reach = MOST_SPREADS * spread
    clipped: np.ndarray = np.clip(figures, middle[month] - reach, middle[month] + reach)
    return clipped


def _sums(month: np.ndarray, values: np.ndarray, months: int) -> np.ndarray:
    sums: np.ndarray = np.bincount(month, weights=values.astype(float), minlength=months)
    return sums
