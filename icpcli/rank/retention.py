"""How long customers stay: survival, hazard, and the months still to expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import CensoredData, ecdf

from icpcli.model.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    import pandas as pd

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A survival curve: ``survival`` holds from each of ``times`` (months, rising) until the next; 1 before the first."""

    times: np.ndarray
    survival: np.ndarray
    variance: np.ndarray

    def at(self, months: np.ndarray) -> np.ndarray:
        """The share still there after so many months; beyond the last time it stays level."""
        levels: np.ndarray = np.concatenate([[1.0], self.survival])
        return levels[np.searchsorted(self.times, months, side="right")]

    def area(self, start: np.ndarray, end: float) -> np.ndarray:
        """The integral of survival from each start to the end, in months."""
        edges = np.concatenate([[0.0], self.times[self.times < end], [max(end, 0.0)]])
        levels = np.concatenate([[1.0], self.survival])[: len(edges) - 1]
        cumulative = np.concatenate([[0.0], np.cumsum(levels * np.diff(edges))])
        below = np.interp(np.minimum(start, end), edges, cumulative)
        area: np.ndarray = cumulative[-1] - below
        return area


def kaplan_meier(durations_months: np.ndarray, observed: np.ndarray) -> Curve:
    """The product-limit estimate of survival; ``observed`` False means still there (right-censored).

    Source: Kaplan & Meier (1958), by scipy.stats.ecdf; variance by Greenwood's formula.
    """
    if not observed.any():
        return Curve(np.array([]), np.array([]), np.array([]))
    data = CensoredData(uncensored=durations_months[observed], right=durations_months[~observed])
    estimate = ecdf(data).sf
    times, survival = np.asarray(estimate.quantiles), np.asarray(estimate.probabilities)
    deaths = np.array([(durations_months[observed] == t).sum() for t in times], dtype=float)
    at_risk = np.array([(durations_months >= t).sum() for t in times], dtype=float)
    has_event = deaths > 0
    left = np.where(at_risk > deaths, at_risk * (at_risk - deaths), np.inf)
    greenwood = np.cumsum(deaths / left)
    return Curve(times[has_event], survival[has_event], (survival**2 * greenwood)[has_event])


@dataclass(frozen=True, slots=True)
class MeanMonths:
    """A restricted mean survival time in months, with its standard error."""

    months: float
    standard_error: float


def restricted_mean(curve: Curve, horizon_months: float) -> MeanMonths:
    """The mean months within the horizon: the area under the curve up to it.

    Its variance is sum over event times t of (area from t to the horizon)^2 * d(Greenwood sum at t).
    Source: Klein & Moeschberger (2003), Survival Analysis, section 4.5.
    """
    months = float(curve.area(np.zeros(1), horizon_months)[0])
    within = curve.times < horizon_months
    survival = np.maximum(curve.survival[within], 1e-12)
    terms = np.diff(np.concatenate([[0.0], curve.variance[within] / survival**2]))
    areas = curve.area(curve.times[within], horizon_months)
    return MeanMonths(months, float(np.sqrt(np.sum(areas**2 * terms))))


def expected_months(
    tenure_months: np.ndarray, has_churned: np.ndarray, curve: Curve, *, horizon_months: float
) -> np.ndarray:
    """The months each customer stays within the horizon, given the months already stayed; NaN where tenure is.

    Who churned stayed their tenure; who is there stays on as the curve says of those who got as far:
    t + integral from t to the horizon of S(u) / S(t) du, the conditional restricted mean.
    """
    stayed = np.minimum(tenure_months, horizon_months)
    level = np.maximum(curve.at(np.nan_to_num(stayed)), 1e-12)
    still_to_come = curve.area(np.nan_to_num(stayed), horizon_months) / level
    return np.where(np.isnan(tenure_months), np.nan, np.where(has_churned, stayed, stayed + still_to_come))


def nelson_aalen(entry: np.ndarray, exit_: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Each customer's accumulated hazard between entry and exit, in expected churns.

    H(t) = sum over event times of events / number at risk; customers are at risk from their entry
    (left truncation) to their exit. Source: Aalen (1978).
    """
    times = np.unique(exit_[observed])
    if not len(times):
        return np.zeros(len(exit_))
    events = np.searchsorted(np.sort(exit_[observed]), times, side="right")
    events = np.diff(np.concatenate([[0], events]))
    entered = np.searchsorted(np.sort(entry), times, side="left")
    left = np.searchsorted(np.sort(exit_), times, side="left")
    at_risk = np.maximum(entered - left, 1)
    cumulative = np.concatenate([[0.0], np.cumsum(events / at_risk)])
    at_exit: np.ndarray = cumulative[np.searchsorted(times, exit_, side="right")]
    at_entry: np.ndarray = cumulative[np.searchsorted(times, entry, side="right")]
    accumulated: np.ndarray = at_exit - at_entry
    return accumulated


def mean_cumulative_orders(ages: np.ndarray, order_ages: np.ndarray) -> np.ndarray:
    """The repeat orders that a customer of each age has placed on average: the mean cumulative function.

    ``ages`` (months since the first order, one per customer), ``order_ages`` (months from the first order
    to each repeat order, of all customers). M(t) = sum over orders of 1 / customers followed that long.
    Source: Nelson (1988), J. Quality Technology 20(1).
    """
    times = np.sort(order_ages)
    followed = np.sort(ages)
    at_risk = np.maximum(len(followed) - np.searchsorted(followed, times, side="left"), 1)
    cumulative = np.concatenate([[0.0], np.cumsum(1.0 / at_risk)])
    mean: np.ndarray = cumulative[np.searchsorted(times, ages, side="right")]
    return mean


def months_between(start: pd.Series, end: pd.Series | pd.Timestamp) -> np.ndarray:
    """Months from one date to another as doubles; NaN where a date is missing, never negative."""
    days = (end - start).dt.days.to_numpy(dtype=float, na_value=np.nan)
    return np.maximum(days, 0.0) / DAYS_PER_MONTH
