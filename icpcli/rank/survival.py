"""Survival curves of customers, some of whom are still there: product-limit estimate, restricted mean, hazard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.scale import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

HALF = 0.5
MIN_AT_RISK = 5  # while customers still enter, smaller risk sets are passed over
FROM_THE_START = -1.0  # an entry before any duration: followed from the first day


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A survival curve: ``survival`` holds from each of ``times`` (months, rising) until the next; 1 before the first.

    ``variance`` is Greenwood's. ``end_months`` is the longest stay seen: beyond it the curve stays level unless extended.
    """

    times: np.ndarray
    survival: np.ndarray
    variance: np.ndarray
    end_months: float = 0.0

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

    def until(self, months: float) -> Curve:
        """The curve up to so many months, as if nobody had been seen longer."""
        kept = self.times <= months
        return Curve(self.times[kept], self.survival[kept], self.variance[kept], min(self.end_months, months))

    def extended(self, projected: Callable[[np.ndarray], np.ndarray], to_months: float) -> Curve:
        """The curve continued from its end as ``projected`` says: S(end) * projected(t) / projected(end), month by month."""
        if to_months <= self.end_months:
            return self
        edges = np.arange(self.end_months, to_months, 1.0)
        ahead = np.minimum(edges + HALF, to_months)  # the level of a month is that of its middle
        last = float(self.survival[-1]) if len(self.survival) else 1.0
        base = float(projected(np.array([self.end_months]))[0])
        levels = last * projected(ahead) / base if base > 0 else np.zeros(len(ahead))
        relative = float(self.variance[-1]) / last**2 if len(self.variance) and last > 0 else 0.0
        earlier = self.times < self.end_months
        return Curve(
            np.concatenate([self.times[earlier], edges]),
            np.concatenate([self.survival[earlier], levels]),
            np.concatenate([self.variance[earlier], levels**2 * relative]),
            to_months,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """At each time at which somebody left: how many left, and how many could have (floats, from counts)."""

    times: np.ndarray
    left: np.ndarray
    at_risk: np.ndarray


def _steps(exit_: np.ndarray, observed: np.ndarray, entered: np.ndarray) -> _Steps:
    """Who is at risk at a time has entered before it and not yet gone."""
    times, left = np.unique(exit_[observed], return_counts=True)
    starts = np.sort(_followed_after(entered, exit_))
    at_risk = np.searchsorted(starts, times, side="left") - np.searchsorted(
        np.sort(exit_), times, side="left"
    )
    return _Steps(times, left.astype(float), np.maximum(at_risk, 1).astype(float))


def _followed_after(entered: np.ndarray, exit_: np.ndarray) -> np.ndarray:
    """After which time each is at risk: its entry; before the first day if entered at 0.

    Who leaves as soon as followed was there to leave, so that no more leave than are at risk.
    """
    return np.where(entered <= 0, FROM_THE_START, np.minimum(entered, np.nextafter(exit_, FROM_THE_START)))


def kaplan_meier(
    durations_months: np.ndarray, observed: np.ndarray, entered_months: np.ndarray | None = None
) -> Curve:
    """The product-limit estimate of survival; ``observed`` False means still there (right-censored).

    ``entered_months``: since when, on the same clock, each customer's leaving could have been seen (left
    truncation); from the first day where not given. While customers still enter, risk sets of fewer than five
    are passed over, or a first leaver among two would halve the curve for good (Lai & Ying 1991, Ann. Stat. 19).
    Source: Kaplan & Meier (1958), JASA 53: S(t) = product of (1 - d / n); variance by Greenwood's formula,
    S^2 * sum of d / (n (n - d)).
    """
    end = float(durations_months.max()) if len(durations_months) else 0.0
    entered = np.zeros(len(durations_months)) if entered_months is None else entered_months
    steps = _steps(durations_months, observed, entered)
    settled = (steps.at_risk >= MIN_AT_RISK) | (steps.times >= entered.max(initial=0.0))
    times, left, at_risk = steps.times[settled], steps.left[settled], steps.at_risk[settled]
    survival = np.cumprod(1 - left / at_risk)
    stayed = np.where(at_risk > left, at_risk * (at_risk - left), np.inf)
    return Curve(times, survival, survival**2 * np.cumsum(left / stayed), end)


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
    return MeanMonths(months, float(np.sqrt(np.sum(areas**2 * np.maximum(terms, 0.0)))))


def level_at(steps: Steps, months: np.ndarray) -> np.ndarray:
    """The level of a step function at each of these months."""
    levels = np.concatenate([[0.0], np.asarray(steps.level, dtype=float)])
    found: np.ndarray = levels[np.searchsorted(np.asarray(steps.months, dtype=float), months, side="right")]
    return found


def cumulative_hazard(entered: np.ndarray, exit_: np.ndarray, observed: np.ndarray) -> Steps:
    """The hazard of a book accumulated since the first day: H(t) = sum of leavers / at risk up to t.

    Customers are at risk from their entry (left truncation) to their exit, in months.
    Source: Nelson (1972), Aalen (1978).
    """
    steps = _steps(exit_, observed, entered)
    return Steps(tuple(map(float, steps.times)), tuple(map(float, np.cumsum(steps.left / steps.at_risk))))


def expected_churns(hazard: Steps, entered: np.ndarray, exit_: np.ndarray) -> np.ndarray:
    """How often each customer should have left by the hazard of a book, while followed: H(exit) - H(entry).

    Over the book behind the hazard they add up to those who left. Source: Therneau, Grambsch & Fleming (1990), Biometrika 77.
    """
    expected: np.ndarray = level_at(hazard, exit_) - level_at(hazard, _followed_after(entered, exit_))
    return expected


def mean_cumulative_orders(ages: np.ndarray, order_ages: np.ndarray) -> Steps:
    """The repeat orders that a customer has placed on average by each age: the mean cumulative function.

    ``ages`` (months since the first order, one per customer), ``order_ages`` (months from the first order
    to each repeat order, of all customers). M(t) = sum over orders of 1 / customers followed that long.
    Source: Nelson (1988), J. Quality Technology 20(1).
    """
    times, orders = np.unique(order_ages, return_counts=True)
    followed = np.sort(ages)
    at_risk = np.maximum(len(followed) - np.searchsorted(followed, times, side="left"), 1)
    return Steps(tuple(map(float, times)), tuple(map(float, np.cumsum(orders / at_risk))))


def mean_cumulative(
    ages: np.ndarray, customers: np.ndarray, event_ages: np.ndarray, marks: np.ndarray
) -> tuple[float, float]:
    """What a customer has accumulated on average by the last event, and the variance of that mean.

    ``ages``: how long each customer was followed; of each event whose it is, at what age, and what it counts. Their sum over 1 /
    customers followed that long; the variance is that of customers, whose events need not be independent.
    Source: Nelson (1988), J. Quality Technology 20(1); Lawless & Nadeau (1995), Technometrics 37(2).
    """
    if not len(ages):
        return np.nan, np.nan
    followed = np.sort(ages)
    times, place = np.unique(event_ages, return_inverse=True)
    at_risk = len(ages) - np.searchsorted(followed, times, side="left")
    own = np.bincount(customers, marks / at_risk[place], minlength=len(ages))
    steps = np.concatenate([[0.0], np.cumsum(np.bincount(place, marks, minlength=len(times)) / at_risk**2)])
    of_all = steps[np.searchsorted(times, ages, side="right")]
    return float(own.sum()), float(np.sum((own - of_all) ** 2))


__all__ = [
    "Curve",
    "MeanMonths",
    "cumulative_hazard",
    "expected_churns",
    "kaplan_meier",
    "level_at",
    "mean_cumulative",
    "mean_cumulative_orders",
    "restricted_mean",
]
