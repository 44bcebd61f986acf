"""The best parameters of a likelihood, and whether they were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, minimize

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EDGE = 12.0  # a parameter beyond exp(+-12) times its start has run away: the data do not hold it
SLACK = 0.01
WORST = 1e15  # stands for a likelihood that is not defined


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Positive parameters, their log-likelihood, and whether a maximum was found inside the bounds."""

    parameters: np.ndarray
    log_likelihood: float
    converged: bool


def best_fit(
    log_likelihood: Callable[[np.ndarray], float],
    starts: Sequence[Sequence[float]],
    limits: Sequence[tuple[float, float]] | None = None,
) -> Fit:
    """The positive parameters of greatest likelihood, searched on the log scale from each start.

    Not converged where the search ended without a maximum, or ran away from its start: then the parameters are no
    estimate. ``limits`` (lowest and highest value of each parameter) are where a model passes into a simpler one,
    such as customers who are all alike; to rest on one of them is an estimate.
    """
    found = []
    for start in starts:
        logs = np.log(np.asarray(start, dtype=float))
        low, high = (
            (logs - EDGE, logs + EDGE) if limits is None else np.log(np.asarray(limits, dtype=float)).T
        )
        found.append(_searched(log_likelihood, logs, low, high, may_rest_on_bound=limits is not None))
    best = max(range(len(found)), key=lambda i: round(found[i].log_likelihood, 9))
    return found[best]


def _searched(
    log_likelihood: Callable[[np.ndarray], float],
    start: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    *,
    may_rest_on_bound: bool,
) -> Fit:
    """The maximum that L-BFGS-B reaches from one start; all on the log scale."""

    def cost(logs: np.ndarray) -> float:
        value = -log_likelihood(np.exp(logs))
        return value if np.isfinite(value) else WORST

    result = minimize(
        cost,
        start,
        method="L-BFGS-B",
        bounds=Bounds(low, high),
        options={"ftol": 1e-13, "gtol": 1e-7, "maxiter": 2000, "maxfun": 20000},
    )
    reached, value = np.asarray(result.x, dtype=float), float(result.fun)
    is_inside = bool(np.all((reached > low + SLACK) & (reached < high - SLACK)))
    # a maximum: the search says so, or the gradient has all but vanished beside the likelihood
    is_flat = bool(result.success) or float(np.max(np.abs(result.jac))) <= 1e-5 * max(1.0, abs(value))
    return Fit(np.exp(reached), -value, is_flat and value < WORST and (is_inside or may_rest_on_bound))
