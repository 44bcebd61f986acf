"""The criteria in their own units, inside a profile against outside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from icpcli.model.common import Criterion
from icpcli.model.profile import Figure
from icpcli.model.units import Z95, positive_floor
from icpcli.rank.buying import buying_of
from icpcli.rank.criteria import criteria_of
from icpcli.rank.pooling import pooled_means
from icpcli.rank.reordering import reordering_of
from icpcli.rank.retention import compared, survival_of
from icpcli.rank.shared import fewest_months, mean_value, months_variance, shared_months
from icpcli.rank.survival import restricted_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from icpcli.model.profile import CriterionSource
    from icpcli.model.tables import Book, Ranking
    from icpcli.rank.buying import Buying
    from icpcli.rank.criteria import Criteria
    from icpcli.rank.reordering import Reordering
    from icpcli.settings import Settings

REDRAWS = 400
CELLS_AT_ONCE = 1_000_000  # of redraws held in memory: some 32 MB
MIN_INSIDE = 2
INSIDE, OUTSIDE = 1, 0
BOUGHT = (Criterion.RETENTION, Criterion.LIFETIME_VALUE)  # what purchases tell


@dataclass(frozen=True, slots=True)
class _Told:
    """What one side's customers show: a figure, its variance (NaN where too few tell it), and how many they are."""

    value: float
    variance: float
    customers: int


def compare(book: Book, ranking: Ranking, is_inside: np.ndarray, settings: Settings) -> tuple[Figure, ...]:
    """Each criterion inside and outside, with the 95 % interval of the inside; one Figure per criterion there is.

    ``is_inside``: 1, 0, or NaN where membership is not known (left out). Acquisition cost is that of the
    type: everything spent on it, won or lost, per customer won. Retention is the restricted mean within
    the horizon (Kaplan-Meier, Greenwood), of repeat buyers the rate at which they ordered again (``Buying``, or
    ``_order_rate`` where they were followed too shortly); the others are means over customers, their variance by a seeded
    bootstrap. Where customers leave on a date or buy again, retention and lifetime value are those of the months for which
    both sides were followed (``shared_months``).
    The two sides are partially pooled (``pooled_means``): what differs by no more than chance is shown alike. The interval is
    that of the inside's own figure and of how far pooling moved it, variance + shift^2: how far two sides lie apart is not
    known well enough to narrow it (the correction of Morris 1983, JASA 78, needs four groups). Months are bounded, and have one
    of their own (``_of_months``).
    """
    sides = (is_inside == INSIDE, is_inside == OUTSIDE)
    criteria = criteria_of(book, settings)
    criteria = replace(criteria, stay=compared(criteria.stay, is_inside))
    shared = None
    if book.regime != "single":
        shared = shared_months(criteria.stay, sides, settings.horizon_months)
    found = []
    for source in ranking.criteria:
        if not source.customers:
            continue
        if source.criterion is Criterion.LIFETIME_VALUE:
            found += _paid(source, book, sides, settings)
        told, within = _teller(source, book, criteria, shared, settings)
        found.append(_figure(source, [told(side) for side in sides], within, settings))
    return tuple(found)


def _teller(
    source: CriterionSource, book: Book, criteria: Criteria, shared: float | None, settings: Settings
) -> tuple[Callable[[np.ndarray], _Told], float | None]:
    """What tells a side's figure of a criterion, and the months within which it does; None for all of the horizon."""
    within = shared if shared is not None and shared < settings.horizon_months else None
    monthly = book.accounts["monthly_value"].to_numpy(dtype=float)
    values = criteria.of_groups[source.criterion].to_numpy(dtype=float)
    if source.criterion is Criterion.RETENTION and book.regime == "contract":
        return lambda side: _retention(criteria, side, within or settings.horizon_months, settings), within
    if source.criterion in BOUGHT and book.regime == "repeat" and shared is not None:
        buying = buying_of(book, criteria.stay, settings)
        return lambda side: _bought(buying, source.criterion, side, shared), within
    if source.criterion is Criterion.RETENTION and book.regime == "repeat":
        again = reordering_of(book)
        return lambda side: _order_rate(again, side, settings), None
    if source.criterion is Criterion.LIFETIME_VALUE and shared is not None and np.isfinite(monthly).any():
        return lambda side: _value(criteria, monthly, side, shared, settings), within
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    per_win = source.criterion is Criterion.ACQUISITION_COST and source.unit != "index"
    statistic = _cost_per_win if per_win else _mean
    return lambda side: _mean_side(values, is_customer, side, statistic, settings), None


def _paid(
    source: CriterionSource, book: Book, sides: Sequence[np.ndarray], settings: Settings
) -> list[Figure]:
    """What the search hears of lifetime value: what customers pay a month, or an order, as the geometric mean of each side.

    Who stays long and pays little has a high lifetime value and a low one of these: the certainty of the one says nothing of the
    other. Nothing where all that is known is a total, which is heard as it is told.
    """
    monthly = book.accounts["monthly_value"].to_numpy(dtype=float)
    by_month = book.regime == "contract" and bool(np.isfinite(monthly).any())
    if not by_month and book.orders.empty:
        return []
    logs = (
        np.log(np.maximum(monthly, positive_floor(monthly)))
        if by_month
        else book.accounts["order_value_log_mean"].to_numpy(dtype=float)
    )
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    logs = np.where(is_customer, logs, np.nan)
    if not np.isfinite(logs).any():
        return []
    told = [_mean_side(logs, is_customer, side, _mean, settings) for side in sides]
    heard = _figure(source, told, None, settings)
    inside, outside, low, high = (
        None if figure is None else float(np.exp(figure))
        for figure in (heard.inside, heard.outside, heard.low, heard.high)
    )
    name = "value a month" if by_month else "value an order"
    return [replace(heard, inside=inside, outside=outside, low=low, high=high, of=name)]


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


def _mean_side(
    values: np.ndarray,
    is_customer: np.ndarray,
    chosen: np.ndarray,
    statistic: Callable[[np.ndarray, np.ndarray], np.ndarray],
    settings: Settings,
) -> _Told:
    use = chosen & np.isfinite(values)
    figures, won = values[use], is_customer[use].astype(float)
    customers = int(won.sum())
    variance = np.nan
    if customers >= MIN_INSIDE:
        variance = float(np.nanvar(_redrawn(figures, won, statistic, settings.seed)))
    return _Told(float(statistic(figures, won)), variance, customers)


def _redrawn(
    figures: np.ndarray,
    won: np.ndarray,
    statistic: Callable[[np.ndarray, np.ndarray], np.ndarray],
    seed: int,
) -> np.ndarray:
    """The statistic of so many customers drawn again with replacement, some draws at a time: a book may be large."""
    rng = np.random.default_rng(seed)
    at_once = max(1, CELLS_AT_ONCE // len(figures))
    found = []
    for start in range(0, REDRAWS, at_once):
        draws = rng.integers(0, len(figures), (min(at_once, REDRAWS - start), len(figures)))
        found.append(statistic(figures[draws], won[draws]))
    return np.concatenate(found)


def _retention(criteria: Criteria, chosen: np.ndarray, within_months: float, settings: Settings) -> _Told:
    stay = criteria.stay
    customers = int((chosen & stay.known()).sum())
    if not customers:
        return _Told(np.nan, np.nan, 0)
    mean = restricted_mean(survival_of(stay, chosen, criteria.lifetimes, within_months), within_months)
    variance = np.nan
    if customers >= MIN_INSIDE and stay.shape is not None:
        variance = months_variance(stay, chosen, within_months, criteria.lifetimes.curve, settings)
    elif customers >= MIN_INSIDE:
        nobody_left = mean.standard_error <= 0 and mean.months >= within_months
        least = fewest_months(stay, chosen & stay.known(), within_months) if nobody_left else None
        error = mean.standard_error if least is None else (within_months - least) / Z95
        variance = error**2
    return _Told(mean.months, variance, customers)


def _value(
    criteria: Criteria, monthly: np.ndarray, chosen: np.ndarray, within_months: float, settings: Settings
) -> _Told:
    values = criteria.figures[Criterion.LIFETIME_VALUE].to_numpy(dtype=float)
    customers = int((chosen & np.isfinite(values)).sum())
    mean, variance = mean_value(criteria.stay, monthly, chosen, within_months, settings)
    return _Told(mean, variance if customers >= MIN_INSIDE else np.nan, customers)


def _bought(buying: Buying, criterion: Criterion, chosen: np.ndarray, within_months: float) -> _Told:
    customers = int((chosen & np.isfinite(buying.ages)).sum())
    tell = buying.orders_yearly if criterion is Criterion.RETENTION else buying.value
    mean, variance = tell(chosen, within_months)
    return _Told(mean, variance if customers >= MIN_INSIDE else np.nan, customers)


def _order_rate(again: Reordering, chosen: np.ndarray, settings: Settings) -> _Told:
    """Orders a year of a side, as if it had been followed as long as the book: placed / expected, times the rate of the book.

    Expected by the mean cumulative orders of the book at each one's age: new customers order more often than old ones, and a
    rate by time would take a young side for a loyal one. Source: indirect standardisation, Breslow & Day (1987), section 2.3.
    """
    use = chosen & np.isfinite(again.placed)
    placed, expected = again.placed[use], again.expected[use]

    def rate(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Of each row of draws."""
        total = weights.sum(axis=-1)
        found: np.ndarray = np.where(total > 0, values.sum(axis=-1) / np.where(total > 0, total, 1.0), np.nan)
        return found * again.rate_yearly

    customers = int(use.sum())
    variance = np.nan
    if customers >= MIN_INSIDE and expected.any():
        variance = float(np.nanvar(_redrawn(placed, expected, rate, settings.seed)))
    return _Told(float(rate(placed, expected)), variance, customers)


def _figure(
    source: CriterionSource, sides: Sequence[_Told], within: float | None, settings: Settings
) -> Figure:
    inside, outside = sides
    values = np.array([inside.value, outside.value])
    variances = np.array([inside.variance, outside.variance])
    pooled = pooled_means(values, variances)
    shown = np.where(np.isfinite(pooled.estimates), pooled.estimates, values)
    reach = Z95 * float(np.sqrt(inside.variance + (float(shown[0]) - inside.value) ** 2))
    low, high = float(shown[0]) - reach, float(shown[0]) + reach
    if source.unit == "months":
        most = within or float(settings.horizon_months)
        low, high = _of_months(inside, most)
        low, high = min(low, float(shown[0])), max(high, float(shown[0]))
    return Figure(
        criterion=source.criterion,
        unit=source.unit,
        inside=_known(float(shown[0])),
        outside=_known(float(shown[1])),
        low=_known(low),
        high=_known(high),
        customers_inside=inside.customers,
        customers_outside=outside.customers,
        within_months=within,
    )


def _of_months(side: _Told, most: float) -> tuple[float, float]:
    """The 95 % interval of a side's own months, which ends where they do: symmetric on the logit of their share of the most.

    To either side in months it is too short where few left, and lies too high. Where nobody left it reaches down as far as
    ``fewest_months``, and ends at the most.
    """
    reach, share = Z95 * float(np.sqrt(side.variance)), side.value / most
    if not 0 < share < 1:
        return max(side.value - reach, 0.0), min(side.value + reach, most)
    middle, wide = np.log(share / (1 - share)), reach / most / (share * (1 - share))
    return most * float(expit(middle - wide)), most * float(expit(middle + wide))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
