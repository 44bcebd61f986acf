"""What the search hears: parts that stay fair when customers were followed for different times.

Percentiles of expected months "find" differences in books where one segment is merely younger; these
parts do not. Each is standardised over the accounts that have it; a missing part is missing.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.common import Criterion
from icpcli.model.scale import PartScale, Scale, Standard, Steps
from icpcli.model.tables import Utility
from icpcli.model.units import positive_floor
from icpcli.rank.acquisition import acquisition_costs
from icpcli.rank.advocacy import advocacy
from icpcli.rank.reordering import reordering_of
from icpcli.rank.retention import stays
from icpcli.rank.standard import standard_of, standardised_by
from icpcli.rank.status import hazard_by_share, share_by_hazard, share_left
from icpcli.rank.survival import cumulative_hazard, expected_churns
from icpcli.rank.totals import ages_of, mean_log_at, mean_totals, tells_totals

if TYPE_CHECKING:
    from icpcli.model.tables import Book
    from icpcli.rank.retention import Stay
    from icpcli.settings import Settings

MIN_ACCOUNTS = 8  # below, a part says nothing
GRAIN = 2.0**20  # parts are multiples of 1 / GRAIN, so that sums are exact in any order
ROBUST_SPREADS = (
    3.0  # beyond so many robust standard deviations from the median an amount counts as that limit
)
MAD_TO_SPREAD = 1.4826  # of a normal distribution; Rousseeuw & Croux (1993), JASA 88


def hear(book: Book, settings: Settings, scale: Scale | None = None) -> Utility:
    """The parts of the accounts worked, one per criterion that exists and weighs something.

    With a ``scale``, that of an earlier book, the parts are measured by it (its means, hazard, cumulative
    orders and totals by age), and a criterion it does not know is not heard, nor are figures in another unit; else by the book itself. A pure
    function of the book.
    """
    scale = _told_as(scale, book)
    raw = _raw_parts(book, scale)
    units = units_of(book)
    weighed = [c for c in Criterion if settings.weight_of(c) > 0]
    if scale is None:
        own = {
            c: standard_of(raw.parts[c]) for c in weighed if np.isfinite(raw.parts[c]).sum() >= MIN_ACCOUNTS
        }
        measured = {c: s for c, s in own.items() if s is not None}
        parts = tuple(PartScale(c, s.mean, s.spread, units.get(c, "")) for c, s in measured.items())
        scale = Scale(
            book.regime,
            parts,
            raw.hazard,
            raw.orders,
            dict(sorted(raw.inner.items())),
            raw.limits,
            raw.totals,
            leaving_is_dated=book.leaving_is_dated,
        )
    else:
        measured = {p.criterion: Standard(p.mean, p.spread) for p in scale.parts if p.criterion in weighed}
        for part in in_other_units(scale, book):
            raw.parts[part.criterion] = np.full(len(book.accounts), np.nan)
    columns = [np.round(standardised_by(raw.parts[c], s) * GRAIN) / GRAIN for c, s in measured.items()]
    return Utility(
        parts=np.column_stack(columns) if columns else np.empty((len(book.accounts), 0)),
        criteria=tuple(measured),
        weights=np.array([settings.weight_of(c) for c in measured], dtype=float),
        groups=book.accounts["group"].to_numpy(dtype=np.int64),
        scale=scale,
    )


def _told_as(scale: Scale | None, book: Book) -> Scale | None:
    """A scale whose hazard is told as the book tells who left: with days, or as the share that has."""
    if scale is None or scale.hazard is None or scale.leaving_is_dated == book.leaving_is_dated:
        return scale
    hazard = hazard_by_share(scale.hazard) if book.leaving_is_dated else share_by_hazard(scale.hazard)
    return dataclasses.replace(scale, hazard=hazard, leaving_is_dated=book.leaving_is_dated)


def units_of(book: Book) -> dict[Criterion, str]:
    """What costs and value are read in, which another export may tell otherwise: money or effort, a month, a purchase or so far, the currency."""
    currency = f", {book.currency}" if book.currency else ""
    cost = f"money{currency}" if acquisition_costs(book).is_money else "effort"
    per = "a month" if _pays_monthly(book) else "so far" if tells_totals(book) else "a purchase"
    value = f"money {per}{currency}"
    return {Criterion.ACQUISITION_COST: cost, Criterion.LIFETIME_VALUE: value}


def in_other_units(scale: Scale, book: Book) -> tuple[PartScale, ...]:
    """The parts of a scale that a book tells in another unit; a currency that either does not name is no other one."""
    now = units_of(book)
    return tuple(
        part
        for part in scale.parts
        if part.unit and not _same_unit(part.unit, now.get(part.criterion, part.unit))
    )


def _same_unit(one: str, other: str) -> bool:
    (kind, _, currency), (its_kind, _, its_currency) = one.partition(", "), other.partition(", ")
    return kind == its_kind and (not currency or not its_currency or currency == its_currency)


def _pays_monthly(book: Book) -> bool:
    return book.regime == "contract" and bool(book.accounts["monthly_value"].notna().any())


@dataclass(slots=True, eq=False)
class _Raw:
    """The parts before they are standardised, and by what they were measured."""

    parts: dict[Criterion, np.ndarray] = field(default_factory=dict)
    hazard: Steps | None = None
    orders: Steps | None = None
    totals: Steps | None = None
    inner: dict[str, Standard] = field(default_factory=dict)
    limits: dict[str, tuple[float, float]] = field(default_factory=dict)


def _raw_parts(book: Book, scale: Scale | None) -> _Raw:
    raw = _Raw()
    if scale is not None:
        raw.hazard, raw.orders, raw.totals = scale.hazard, scale.orders, scale.totals
        raw.inner, raw.limits = dict(scale.inner), dict(scale.limits)
    is_fixed = scale is not None
    raw.parts = {
        Criterion.ACQUISITION_COST: _acquisition(book, raw, is_fixed=is_fixed),
        Criterion.RETENTION: _retention(book, raw, is_fixed=is_fixed),
        Criterion.LIFETIME_VALUE: _value(book, raw, is_fixed=is_fixed),
        Criterion.ADVOCACY: _advocacy(book, raw, is_fixed=is_fixed),
    }
    return raw


def _acquisition(book: Book, raw: _Raw, *, is_fixed: bool) -> np.ndarray:
    """(z(won) + z(-log cost)) / sqrt 2, or the one of the two that exists; of accounts worked as new business.

    Won is whether the first attempt was, where it is known: of two companies as easy to win, that tried more often is won more often.
    """
    costs = acquisition_costs(book, raw.inner if is_fixed else None)
    raw.inner |= costs.inner
    cost = costs.figures
    if costs.is_money:
        cost = _logs(cost, "cost", raw, is_fixed=is_fixed)
    is_new = book.accounts["is_new_business"].to_numpy(dtype=bool)
    won_z = _inner(np.where(is_new, _won(book), np.nan), "won", raw, is_fixed=is_fixed)
    cheap_z = _inner(np.where(is_new, -cost, np.nan), "cheap", raw, is_fixed=is_fixed)
    both = (won_z + cheap_z) / np.sqrt(2)
    return np.where(np.isfinite(both), both, np.where(np.isfinite(cheap_z), cheap_z, won_z))


def _won(book: Book) -> np.ndarray:
    """Whether each account was won at the first attempt (1, 0), else at all; at all where nobody was lost for good.

    Of customers alone the first of many deals says little, and would be one more part of noise.
    """
    is_customer = book.accounts["is_customer"].to_numpy(dtype=float)
    at_first = book.accounts["won_at_first"].to_numpy(dtype=float)
    return is_customer if is_customer.all() else np.where(np.isfinite(at_first), at_first, is_customer)


def _retention(book: Book, raw: _Raw, *, is_fixed: bool) -> np.ndarray:
    """Martingale residuals of customers: churns expected under the book's hazard less churns.

    For repeat buyers: repeat orders less those of the mean customer of the same age. Sources: Therneau, Grambsch &
    Fleming (1990), Biometrika 77; Nelson (1988). Where it is only told who has left, the share that has among customers of the age, less
    whether this one has.
    """
    stay = stays(book)
    use = stay.known()
    part = np.full(len(book.accounts), np.nan)
    if book.regime == "contract":
        entered, left = stay.entered_months[use], stay.tenure_months[use]
        if not is_fixed:
            raw.hazard = _hazard(stay, use)
        hazard = raw.hazard or Steps()
        part[use] = expected_churns(hazard, entered, left) - stay.has_churned[use]
    elif book.regime == "repeat":
        found = reordering_of(book, (raw.orders or Steps()) if is_fixed else None)
        raw.orders = found.mean
        part = found.placed - found.expected
    return part


def _hazard(stay: Stay, use: np.ndarray) -> Steps:
    """The churns to expect by each age: the hazard accumulated; where nothing tells when they left, the share that has."""
    if stay.shape is None:
        return cumulative_hazard(stay.entered_months[use], stay.tenure_months[use], stay.has_churned[use])
    return share_left(stay.tenure_months[use], stay.has_churned[use])


def _value(book: Book, raw: _Raw, *, is_fixed: bool) -> np.ndarray:
    """Log of margin a month where customers pay by the month, else mean log of margin per purchase. Customers only.

    Of a total so far, the log less the mean log at that age (``totals``), or who is merely newer would be worth less. Logs further
    from the median than three robust standard deviations count as that limit, so that no whale decides.
    """
    accounts = book.accounts
    is_customer = accounts["is_customer"].to_numpy(dtype=bool)
    monthly = accounts["monthly_value"].to_numpy(dtype=float)
    if _pays_monthly(book):
        logs = _logs(monthly, "value", raw, is_fixed=is_fixed)
    else:
        logs = accounts["order_value_log_mean"].to_numpy(dtype=float)
        if not is_fixed:
            raw.totals = mean_totals(book)
        if raw.totals is not None and tells_totals(book):
            logs = logs - mean_log_at(raw.totals, ages_of(book))
    part = np.where(is_customer, logs, np.nan)
    if not is_fixed:
        raw.limits["log value"] = _robust_limits(part)
    low, high = raw.limits.get("log value", (-np.inf, np.inf))
    return np.minimum(np.maximum(part, low), high)


def _advocacy(book: Book, raw: _Raw, *, is_fixed: bool) -> np.ndarray:
    """How much customers recommend you; of those who answered, or of whom something is told."""
    found = advocacy(book, raw.inner if is_fixed else None)
    raw.inner |= found.inner
    return found.figures


def _logs(amounts: np.ndarray, name: str, raw: _Raw, *, is_fixed: bool) -> np.ndarray:
    """Logs of money; an amount of zero or less counts as half the smallest positive percentile of the book."""
    if not is_fixed:
        raw.limits[name] = (positive_floor(amounts), float("inf"))
    floor = raw.limits[name][0] if name in raw.limits else positive_floor(amounts)
    logs: np.ndarray = np.log(np.maximum(amounts, floor))
    return logs


def _inner(figures: np.ndarray, name: str, raw: _Raw, *, is_fixed: bool) -> np.ndarray:
    if not is_fixed and (found := standard_of(figures)) is not None:
        raw.inner[name] = found
    return standardised_by(figures, raw.inner.get(name))


def _robust_limits(logs: np.ndarray) -> tuple[float, float]:
    """Median and three robust standard deviations to either side; no limit where half the figures are the same."""
    known = logs[np.isfinite(logs)]
    if not len(known):
        return -np.inf, np.inf
    middle = float(np.median(known))
    reach = ROBUST_SPREADS * MAD_TO_SPREAD * float(np.median(np.abs(known - middle)))
    return (middle - reach, middle + reach) if reach > 0 else (-np.inf, np.inf)
