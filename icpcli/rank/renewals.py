"""Contracts that renew: how many renew next time, and the times after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln

from icpcli.rank.fits import best_fit

MIN_PERIODS = 3  # fewer hold no two parameters


@dataclass(frozen=True, slots=True)
class ShiftedBetaGeometric:
    """Each customer's chance of leaving at a renewal is their own, and beta(alpha, beta) over customers.

    ``converged`` False: the data hold no such model, and its parameters are no estimate. Source: Fader & Hardie (2007),
    J. Interactive Marketing 21(1), equations 5 and 7; P(left at t) is the hazard alpha / (alpha + beta + t - 1) after surviving.
    """

    alpha: float
    beta: float
    log_likelihood: float
    converged: bool

    def survival(self, periods: np.ndarray) -> np.ndarray:
        """The share still there after so many periods, S(t) = B(alpha, beta + t) / B(alpha, beta); fractions are allowed."""
        share: np.ndarray = np.exp(betaln(self.alpha, self.beta + periods) - betaln(self.alpha, self.beta))
        return share


def renewals_of(before: np.ndarray, left: np.ndarray, at_risk: np.ndarray) -> ShiftedBetaGeometric:
    """The model of who left among who could, period by period: where customers joined at different times.

    ``before``: how many renewals those of a period had come through; periods in which nobody was followed are left out.
    log L = sum of d log h + (n - d) log(1 - h), with h(t) = alpha / (alpha + beta + t - 1), t - 1 of them before. With one cohort it
    is the likelihood of Fader & Hardie (2007).
    """
    if len(left) < MIN_PERIODS or left.sum() <= 0 or (left >= at_risk).all():
        return ShiftedBetaGeometric(np.nan, np.nan, np.nan, converged=False)
    stayed = at_risk - left

    def log_likelihood(parameters: np.ndarray) -> float:
        alpha, beta = parameters
        whole = np.log(alpha + beta + before)
        return float(np.sum(left * (np.log(alpha) - whole) + stayed * (np.log(beta + before) - whole)))

    fit = best_fit(log_likelihood, [(1.0, 1.0), (0.5, 5.0), (5.0, 50.0)])
    alpha, beta = map(float, fit.parameters)
    return ShiftedBetaGeometric(alpha, beta, fit.log_likelihood, fit.converged)


__all__ = ["ShiftedBetaGeometric", "renewals_of"]
