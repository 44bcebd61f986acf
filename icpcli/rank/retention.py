"""How long customers stay, and the months still to expect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.units import DAYS_PER_MONTH
from icpcli.rank.renewals import renewals_of
from icpcli.rank.status import shape_of, survival_by_status
from icpcli.rank.survival import MIN_AT_RISK, Curve, kaplan_meier

if TYPE_CHECKING:
    from icpcli.model.tables import Book


@dataclass(frozen=True, slots=True, eq=False)
class Stay:
    """How long each account stayed, since when its leaving could have been seen (months), and whether it left.

    NaN for those that never were customers, or never bought anything. ``shape``: None, but where nothing tells when anybody left: then
    the months are those from the first day to today, by which each had left or not, and this is how the hazard goes with age (``shape_of``).
    """

    tenure_months: np.ndarray
    entered_months: np.ndarray
    has_churned: np.ndarray
    shape: float | None = None

    def known(self) -> np.ndarray:
        """Which accounts were followed at all."""
        followed: np.ndarray = np.isfinite(self.tenure_months) & np.isfinite(self.entered_months)
        return followed & (self.tenure_months >= self.entered_months)


@dataclass(frozen=True, slots=True, eq=False)
class Lifetimes:
    """The survival of a book, continued to the horizon where its customers were not followed so long.

    ``projection`` says in words by what it was continued, empty where it was not.
    """

    curve: Curve
    projection: str = ""


def stays(book: Book) -> Stay:
    """Tenure until churn or as_of, per account worked; only customers who ever bought are followed.

    Where nothing tells when anybody left, all are followed to as_of.

    Repeat buyers are followed from their first purchase, since only what they bought from then on is known.
    """
    accounts = book.accounts
    is_activated = accounts["is_activated"].astype(bool)
    starts = first_purchases(book) if book.regime == "repeat" else accounts["customer_since"]
    since = starts.where(is_activated)
    end = accounts["churned_on"].fillna(pd.Timestamp(book.as_of))
    has_churned = accounts["churned_on"].notna() if book.leaving_is_dated else accounts["has_left"]
    followed = since if book.regime == "repeat" else accounts["followed_from"]
    stay = Stay(
        months_between(since, end),
        months_between(since, followed),
        (has_churned & is_activated).to_numpy(dtype=bool),
    )
    if book.leaving_is_dated:
        return stay
    use = stay.known()
    return replace(stay, shape=shape_of(stay.tenure_months[use], stay.has_churned[use]))


def compared(stay: Stay, side: np.ndarray) -> Stay:
    """The same stays, to compare sides (a number per account, NaN for none): with days of leaving nothing changes.

    Without, the hazard's shape is one for all and its rate each side's own.
    """
    if stay.shape is None:
        return stay
    use = stay.known() & np.isfinite(side)
    return replace(stay, shape=shape_of(stay.tenure_months[use], stay.has_churned[use], side[use]))


def first_purchases(book: Book) -> pd.Series:
    """The day of the first purchase exported, per account worked; NaT where none is."""
    bought = book.orders[book.orders["is_purchase"]].groupby("account_key", sort=True)["ordered_on"].min()
    found = bought.reindex(book.accounts["account_key"]).astype("datetime64[s]")
    return found.set_axis(book.accounts.index)


def lifetimes_of(stay: Stay, horizon_months: float) -> Lifetimes:
    """The Kaplan-Meier curve of all who were followed; beyond it the shifted beta-geometric, month by month.

    Where that model does not converge, or days of leaving are not told, customers go on leaving at the mean rate of the book
    (events per month at risk; the rate that leads to the curve's end); where nobody ever left, none is expected to. Source of
    the model: Fader & Hardie (2007), see ``renewals_of``.
    """
    use = stay.known()
    curve = settled_curve(stay, use)
    if curve.end_months >= horizon_months or not stay.has_churned[use].any():
        return Lifetimes(curve)
    if stay.shape is None:
        fit = renewals_of(*_monthly_renewals(stay, use))
        if fit.converged:
            words = "a shifted beta-geometric model of monthly renewals"
            return Lifetimes(curve.extended(fit.survival, horizon_months), words)
    rate = _mean_rate(stay, use, curve)

    def steady(months: np.ndarray) -> np.ndarray:
        """Survival at the book's mean rate."""
        level: np.ndarray = np.exp(-rate * months)
        return level

    words = "the mean rate at which customers leave"
    return Lifetimes(curve.extended(steady, horizon_months), words)


def _mean_rate(stay: Stay, use: np.ndarray, curve: Curve) -> float:
    """How many leave a month, per customer there."""
    if stay.shape is not None:
        last = float(curve.at(np.array([curve.end_months]))[0])
        return -float(np.log(max(last, 1 / int(use.sum())))) / max(curve.end_months, 1.0)
    months_at_risk = float((stay.tenure_months - stay.entered_months)[use].sum())
    return float(stay.has_churned[use].sum()) / max(months_at_risk, 1.0)


def survival_of(stay: Stay, chosen: np.ndarray, lifetimes: Lifetimes, horizon_months: float) -> Curve:
    """The survival curve of the chosen accounts, beyond its end continued as the whole book's goes on from there.

    Level instead, a group of young customers would look loyal: nobody of them was seen to leave late.
    """
    use = chosen & stay.known()
    return settled_curve(stay, use).extended(lifetimes.curve.at, horizon_months)


def settled_curve(stay: Stay, use: np.ndarray) -> Curve:
    """The survival curve up to where the last few are at risk: beyond, one leaver would take it down to nothing."""
    tenure = stay.tenure_months[use]
    curve = curve_of(stay, np.flatnonzero(use))
    return curve.until(float(np.sort(tenure)[-MIN_AT_RISK])) if len(tenure) >= 2 * MIN_AT_RISK else curve


def curve_of(stay: Stay, customers: np.ndarray) -> Curve:
    """The survival of customers (places, some of them perhaps several times): by Kaplan-Meier, or by who had left at which age."""
    tenure, has_churned = stay.tenure_months[customers], stay.has_churned[customers]
    if stay.shape is not None:
        return survival_by_status(tenure, has_churned, stay.shape)
    return kaplan_meier(tenure, has_churned, stay.entered_months[customers])


def _monthly_renewals(stay: Stay, use: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per month since the first day in which anybody was seen: its number, how many left in it, and how many could have.

    Those could who were there at its start and either left in it or were seen to its end.
    """
    tenure, entered, churned = stay.tenure_months[use], stay.entered_months[use], stay.has_churned[use]
    months = np.arange(int(np.floor(tenure.max())) + 1)
    there = entered[:, None] <= months
    left = there & churned[:, None] & (np.floor(tenure)[:, None] == months)
    stayed = there & (tenure[:, None] >= months + 1)
    at_risk = (left | stayed).sum(axis=0)
    seen = at_risk > 0
    return months[seen].astype(float), left.sum(axis=0)[seen].astype(float), at_risk[seen].astype(float)


def expected_months(stay: Stay, curve: Curve, *, horizon_months: float) -> np.ndarray:
    """The months each account stays within the horizon, given the months already stayed; NaN where tenure is.

    Who churned stayed their tenure; who is there stays on as the curve says of those who got as far:
    t + integral from t to the horizon of S(u) / S(t) du, the conditional restricted mean. Who had left by t, on a day that nothing
    tells, stayed the integral from 0 to t of (S(u) - S(t)) / (1 - S(t)) du.
    """
    stayed = np.minimum(stay.tenure_months, horizon_months)
    until = np.nan_to_num(stayed)
    to_come = curve.area(until, horizon_months)
    gone = stayed
    if stay.shape is not None:
        left_by_then = 1 - curve.at(np.nan_to_num(stay.tenure_months))
        before = curve.area(np.zeros(1), horizon_months)[0] - to_come - until * (1 - left_by_then)
        gone = np.minimum(before / np.maximum(left_by_then, 1e-12), until)
    there = stayed + to_come / np.maximum(curve.at(until), 1e-12)
    return np.where(np.isnan(stayed), np.nan, np.where(stay.has_churned, gone, there))


def months_between(start: pd.Series, end: pd.Series | pd.Timestamp) -> np.ndarray:
    """Months from one date to another as doubles; NaN where a date is missing, never negative."""
    days = (end - start).dt.days.to_numpy(dtype=float, na_value=np.nan)
    return np.maximum(days, 0.0) / DAYS_PER_MONTH
