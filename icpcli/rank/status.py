"""How long customers stay where it is told who has left, and of nobody when: of each is known on which side of today the day lies."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq, isotonic_regression, minimize_scalar

from icpcli.model.scale import Steps
from icpcli.rank.survival import HALF, Curve

SHAPES = (0.3, 3.0)  # of a Weibull hazard: it falls fast with age, or rises with its square
MOST_LEFT = 0.99  # a share of all has no hazard
LEAST_AGE = 1 / 30  # months: a day


def share_left(ages_months: np.ndarray, has_left: np.ndarray) -> Steps:
    """The share that has left by each age: the increasing function of greatest likelihood, which asks for no shape.

    It is the increasing least-squares fit of the flags on the ages (pool adjacent violators), so that over the customers behind it
    the shares add up to those who left. Source: Ayer, Brunk, Ewing, Reid & Silverman (1955), Ann. Math. Stat. 26.
    """
    ages, places, sizes = np.unique(ages_months, return_inverse=True, return_counts=True)
    left = np.bincount(places, weights=has_left.astype(float)) / sizes
    share = np.clip(isotonic_regression(left, weights=sizes).x, 0.0, 1.0)
    rises = np.diff(share, prepend=0.0) > 0
    return Steps(tuple(map(float, ages[rises])), tuple(map(float, share[rises])))


def share_by_hazard(hazard: Steps) -> Steps:
    """The share that has left by each age where customers leave at this accumulated hazard: F = 1 - exp(-H)."""
    return Steps(hazard.months, tuple(float(-np.expm1(-level)) for level in hazard.level))


def hazard_by_share(share: Steps) -> Steps:
    """The hazard accumulated by each age at which this share has left: H = -log(1 - F); of all, as far as of MOST_LEFT."""
    return Steps(share.months, tuple(float(-np.log1p(-min(level, MOST_LEFT))) for level in share.level))


def shape_of(ages_months: np.ndarray, has_left: np.ndarray, side: np.ndarray | None = None) -> float:
    """How the hazard goes with age, as the shape of a Weibull distribution: 1 is steady, below it falls.

    By maximum likelihood of F(t) = 1 - exp(-rate t^shape): log L = sum of log F over those who left and log(1 - F) over the others,
    with a rate for each ``side`` (a number per customer; one for all if None), or a loyal side that is young would look like a hazard that
    rises. Source: Sun (2006), The Statistical Analysis of Interval-censored Failure Time Data, chapters 2 and 5.
    """
    ages, left = np.maximum(ages_months, LEAST_AGE), has_left.astype(bool)
    sides = [side == one for one in np.unique(side)] if side is not None else [np.ones(len(ages), dtype=bool)]
    telling = [of for of in sides if left[of].any() and not left[of].all()]
    if not telling:
        return 1.0

    def cost(log_shape: float) -> float:
        """Less the log-likelihood, each side's rate at its best."""
        exposures = ages ** float(np.exp(log_shape))
        return -sum(_log_likelihood(exposures[of], left[of]) for of in telling)

    return float(np.exp(minimize_scalar(cost, bounds=tuple(np.log(SHAPES)), method="bounded").x))


def _log_likelihood(exposures: np.ndarray, left: np.ndarray) -> float:
    hazard = _rate(exposures, left) * exposures
    return float(np.log(-np.expm1(-hazard[left])).sum() - hazard[~left].sum())


def survival_by_status(ages_months: np.ndarray, has_left: np.ndarray, shape: float) -> Curve:
    """The survival of customers whose hazard has the book's ``shape``: exp(-rate t^shape), month by month up to the oldest.

    A side of few customers holds one parameter and no more: its rate, by maximum likelihood. ``variance`` is 0 throughout: it is
    not Greenwood's, and has to be drawn anew.
    """
    if not len(ages_months):
        return Curve(np.zeros(0), np.zeros(0), np.zeros(0))
    end = float(ages_months.max())
    rate = _rate(np.maximum(ages_months, LEAST_AGE) ** shape, has_left.astype(bool))
    months = np.arange(0.0, end, 1.0)
    middles = np.minimum(months + HALF, end)  # the level of a month is that of its middle
    return Curve(months, np.exp(-rate * middles**shape), np.zeros(len(months)), end)


def _rate(exposures: np.ndarray, left: np.ndarray) -> float:
    """The rate at which sum over who left of x e^(-rate x) / (1 - e^(-rate x)) is the sum of x over who is there; 0 where nobody left.

    Where everybody left, as if half a customer were there.
    """
    if not left.any():
        return 0.0
    if left.all():
        return float(np.log(2 * len(left)) / exposures.mean())
    gone, there = exposures[left], float(exposures[~left].sum())

    def score(log_rate: float) -> float:
        """What those who left say for a higher rate, less what those who are there say against it."""
        return float((gone / np.expm1(np.minimum(np.exp(log_rate) * gone, 700.0))).sum()) - there

    start = float(np.log(left.mean() / exposures.mean()))
    return float(np.exp(brentq(score, start - 20.0, start + 20.0)))


__all__ = ["shape_of", "share_left", "survival_by_status"]
