"""Rates and means of groups, each drawn towards all groups' by how little it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import betaln

from icpcli.rank.fits import best_fit

FEW_GROUPS = 4  # below, the correction for an estimated variance is not defined


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """One estimate per group, what they were drawn towards, and how far (0 = not at all, 1 = all the way).

    ``variances`` are those of the estimates, that of what they were drawn towards included.
    """

    estimates: np.ndarray
    centre: float
    shrinkage: np.ndarray
    variances: np.ndarray


def pooled_rates(successes: np.ndarray, trials: np.ndarray) -> Pooled:
    """Rates of groups, partially pooled: (a + successes) / (a + b + trials), with beta(a, b) by marginal likelihood.

    Where the groups do not differ by more than chance, all are the common rate. A group without trials has it too.
    Source: Skellam (1948), JRSS-B 10(2), the beta-binomial; Casella (1985), Am. Statistician 39(2).
    """
    x, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    total = float(n.sum())
    if total <= 0:
        nothing = np.full(len(x), np.nan)
        return Pooled(nothing, float("nan"), np.ones(len(x)), nothing)
    centre = float(x.sum()) / total

    def log_likelihood(parameters: np.ndarray) -> float:
        a, b = parameters
        return float(np.sum(betaln(a + x, b + n - x) - betaln(a, b)))

    mean = min(max(centre, 1e-6), 1 - 1e-6)
    fit = best_fit(log_likelihood, [(mean * s, (1 - mean) * s) for s in (2.0, 50.0)])
    a, b = map(float, fit.parameters)
    if not fit.converged:  # no variance between the groups that chance does not explain, or no failure at all
        spread = np.full(len(x), centre * (1 - centre) / total)
        return Pooled(np.full(len(x), centre), centre, np.ones(len(x)), spread)
    rates = (a + x) / (a + b + n)
    return Pooled(rates, a / (a + b), (a + b) / (a + b + n), rates * (1 - rates) / (a + b + n + 1))


def pooled_means(means: np.ndarray, variances: np.ndarray) -> Pooled:
    """Means of groups, partially pooled: centre + (1 - B) (mean - centre), B = c * variance / (variance + between).

    ``variances`` are those of the means. The variance between groups maximises the marginal likelihood with the centre
    integrated out; c = (k - 3) / (k - 1) allows for its being estimated, and is 1 with fewer than four
    groups, where it is not defined. With equal variances it is the James-Stein estimator of the paper.
    Source: Efron & Morris (1975), JASA 70(350); Morris (1983), JASA 78(381). NaN stays NaN.
    """
    y, v = np.asarray(means, dtype=float), np.asarray(variances, dtype=float)
    known = np.isfinite(y) & np.isfinite(v)
    k = int(known.sum())
    if k < 2:
        centre = float(y[known][0]) if k else float("nan")
        return Pooled(y.copy(), centre, np.zeros(len(y)), v.copy())
    between = _between(y[known], v[known])
    weights = 1 / np.maximum(v[known] + between, 1e-300)
    centre = float(np.sum(weights * y[known]) / weights.sum())
    correction = (k - 3) / (k - 1) if k >= FEW_GROUPS else 1.0
    shrinkage = np.where(known, correction * v / np.maximum(v + between, 1e-300), np.nan)
    spread = (1 - shrinkage) * v + shrinkage**2 / weights.sum()
    return Pooled(centre + (1 - shrinkage) * (y - centre), centre, shrinkage, spread)


def _between(y: np.ndarray, v: np.ndarray) -> float:
    """The variance between groups of greatest marginal likelihood, the centre integrated out (restricted likelihood)."""
    spread = float(np.var(y)) + float(v.max()) + 1e-300

    def minus_log_likelihood(share: float) -> float:
        total = v + share * spread
        weights = 1 / total
        centre = np.sum(weights * y) / weights.sum()
        return float(
            0.5 * (np.sum(np.log(total)) + np.log(weights.sum()) + np.sum(weights * (y - centre) ** 2))
        )

    if not (v > 0).all():
        return float(np.var(y, ddof=1))
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 4.0, 60)])
    place = int(np.argmin([minus_log_likelihood(s) for s in grid]))
    if place == 0:
        return 0.0
    low, high = grid[place - 1], grid[min(place + 1, len(grid) - 1)]
    found = minimize_scalar(
        minus_log_likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-10}
    )
    return float(found.x) * spread


__all__ = ["Pooled", "pooled_means", "pooled_rates"]
