"""Whether exports still hold the companies behind a saved profile, and tell of them what they told when it was derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.rules import membership
from icpcli.model.common import FIELDS_CHANGED, MONEY_CHANGED, NO_DATE, NOT_ALL_THERE, Criterion, Finding
from icpcli.rank.acquisition import acquisition_costs
from icpcli.review.signals import FIGURES, decided_after, decided_on
from icpcli.wording import CRITERION_NAMES, HEARD_NAMES, count, field_name, listed, number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd

    from icpcli.model.claim import Claim
    from icpcli.model.profile import Condition, Derivation, FieldReport
    from icpcli.model.scale import Scale
    from icpcli.model.tables import Book

MOST_MISSING = 0.1  # of the companies behind a profile: deletions, and duplicates that were merged since
MOST_MOVED = 0.2  # of those inside it, by corrections of their fields
LEAST_NAMED = 5  # companies: of fewer nothing is said
LEAST_OPEN = 3  # newcomers
MOST_SHOWN = 5
OTHER_MONEY = (
    2.0  # times as much from the same companies: no price rises so, but a month's fee told for a year does
)


@dataclass(frozen=True, slots=True, eq=False)
class Then:
    """The companies of a newer export that were there when the profile was derived.

    ``told``: the fields that the profile asks, in its own spellings; ``of_then``, ``is_customer``: which of all accounts
    worked were decided by then (a day that is not known counts as then), and which are customers; ``inside``: 1, 0, NaN.
    """

    saved: Derivation
    book: Book
    told: pd.DataFrame
    inside: np.ndarray
    of_then: np.ndarray
    is_customer: np.ndarray

    @property
    def customers(self) -> int:
        """How many of the customers of then there are."""
        return int((self.of_then & self.is_customer).sum())

    @property
    def dated(self) -> int:
        """How many of them are known to have been won by then; none where then is not known."""
        if self.saved.as_of == NO_DATE:
            return 0
        is_dated = decided_on(self.book).notna().to_numpy(dtype=bool)
        return int((self.of_then & self.is_customer & is_dated).sum())

    @property
    def lost(self) -> int:
        """How many of the companies lost by then there are."""
        return int((self.of_then & ~self.is_customer).sum())


def then_of(saved: Derivation, book: Book, told: pd.DataFrame, inside: np.ndarray) -> Then:
    """Who of a book was there when a profile was derived."""
    customers = book.accounts["is_customer"].to_numpy(dtype=bool)
    return Then(saved, book, told, inside, ~decided_after(book, saved.as_of), customers)


def basis_findings(then: Then) -> tuple[Finding, ...]:
    """What a reader must know of the exports before the decision: who is missing, and which fields tell something else."""
    return (*_not_all_there(then), *_told_otherwise(then), *_not_placed(then))


def money_by_then(scale: Scale, then: Then) -> dict[Criterion, float]:
    """How many times as much the companies of then pay, or cost, by this export as by the one behind the scale; only from twice on."""
    found = {
        Criterion.LIFETIME_VALUE: _value_ratio(scale, then),
        Criterion.ACQUISITION_COST: _cost_ratio(scale, then),
    }
    return {c: r for c, r in found.items() if r is not None and max(r, 1 / r) >= OTHER_MONEY}


def figures_missing(saved: Derivation, claim: Claim, told: Collection[str]) -> tuple[Finding, ...]:
    """That no figure exists of a criterion for which the profile claims a difference; ``told``: the criteria that have some."""
    names = CRITERION_NAMES | HEARD_NAMES
    sources = {held.criterion: held.source for held in saved.criteria}
    return tuple(
        Finding(
            NOT_ALL_THERE,
            f"{names[criterion].capitalize()}: the profile claims a difference, and these exports tell nothing of it. When the profile was "
            f"derived it was read from: {sources.get(criterion, 'not known')}.",
        )
        for criterion in FIGURES
        if criterion not in told and any(part.part == criterion for part in claim.parts)
    )


def money_findings(ratios: dict[Criterion, float]) -> tuple[Finding, ...]:
    """That figures are told otherwise than when the profile was derived."""
    names = CRITERION_NAMES | HEARD_NAMES
    return tuple(
        Finding(
            MONEY_CHANGED,
            f"{names[criterion].capitalize()}: the companies behind the profile have {_times(ratio)} what they had when it was "
            "derived. A year's fee for a month's, cents, another currency or another column would do that: newcomers are not compared "
            "by it. Name the right column (--column), or, if this is so from now on, run icp derive.",
        )
        for criterion, ratio in ratios.items()
    )


def _not_all_there(then: Then) -> Iterator[Finding]:
    saved = then.saved.accounts
    missing, surplus = saved.customers - then.customers, then.dated - saved.customers
    if _is_many(missing, saved.customers):
        message = (
            f"These exports hold {then.customers:,} of the {count(saved.customers, 'customer')} behind the profile. Filtered (active "
            "customers only, the last months) or cut exports show neither who left nor whom the profile covers: review all of them."
        )
        yield Finding(NOT_ALL_THERE, message, missing)
    elif _nobody_left_any_more(then):
        message = (
            "Nobody has left by these exports, and customers had when the profile was derived: the column that says who left is missing, "
            "or former customers are. How long newcomers stay is not reviewed."
        )
        yield Finding(NOT_ALL_THERE, message)
    if _is_many(surplus, saved.customers):
        message = (
            f"These exports hold {count(then.dated, 'customer')} won up to {then.saved.as_of.isoformat()}, and {saved.customers:,} were behind the "
            "profile: it was derived from some of them, or customers count otherwise now. Run icp derive on all of them."
        )
        yield Finding(NOT_ALL_THERE, message, surplus)
    if saved.lost >= LEAST_NAMED and not then.lost:
        message = (
            f"These exports hold none of the {count(saved.lost, 'company', 'companies')} lost by then, so whether those inside are won more easily "
            "is not reviewed: export the lost deals too."
        )
        yield Finding(NOT_ALL_THERE, message, saved.lost)


def _is_many(others: int, customers: int) -> bool:
    return others >= LEAST_NAMED and others > MOST_MISSING * customers


def _nobody_left_any_more(then: Then) -> bool:
    claim = then.saved.review.claim if then.saved.review else None
    somebody_had = claim is not None and claim.scale.hazard is not None and any(claim.scale.hazard.level)
    return somebody_had and then.book.regime == "contract" and not _has_left(then.book).any()


def _has_left(book: Book) -> np.ndarray:
    left: np.ndarray = (
        book.accounts["has_left"].astype(bool) | book.accounts["churned_on"].notna()
    ).to_numpy(dtype=bool)
    return left


def _told_otherwise(then: Then) -> Iterator[Finding]:
    """That far fewer, or more, of the customers of then are inside than were: their fields are told otherwise."""
    saved = then.saved
    if _is_many(abs(then.customers - saved.accounts.customers), saved.accounts.customers):
        return
    was, now = saved.profile.customers, int((then.of_then & then.is_customer & (then.inside == 1)).sum())
    if abs(now - was) < LEAST_NAMED or abs(now - was) <= MOST_MOVED * was:
        return
    moved = [c for c in saved.profile.conditions if _has_moved(then, c)]
    which = listed([field_name(c.field) for c in moved or saved.profile.conditions])
    message = (
        f"{count(was, 'customer')} were inside the profile when it was derived; of the same customers {now:,} are now. {which.capitalize()} is told "
        "otherwise than then (relabelled, in other bands, blank), or icp.json was edited: bring the column back, or run icp derive."
    )
    yield Finding(FIELDS_CHANGED, message, abs(now - was))


def _has_moved(then: Then, asked: Condition) -> bool:
    """Whether much fewer or more companies worked by then meet a condition than did."""
    saved = then.saved
    report = next((r for r in saved.fields if r.field == asked.field), None)
    was = companies_with(report, asked)
    worked = saved.accounts.customers + saved.accounts.lost
    now = int((membership([asked], then.told)[then.of_then] == 1).sum())
    due = was * int(then.of_then.sum()) / max(worked, 1)
    return abs(now - due) > MOST_MOVED / 2 * due


def companies_with(report: FieldReport | None, asked: Condition) -> int:
    """How many of the companies worked met a condition when the profile was derived; rare values are not counted."""
    levels = report.levels if report else ()
    if asked.kind != "between":
        return sum(level.companies for level in levels if level.value in asked.values)
    low, high = _bounds(asked.at_least, asked.below)
    return sum(
        level.companies
        for level in levels
        if level.value is None
        and (level.at_least, level.below) != (None, None)
        and _bounds(level.at_least, level.below)[0] >= low
        and _bounds(level.at_least, level.below)[1] <= high
    )


def _bounds(at_least: float | None, below: float | None) -> tuple[float, float]:
    return (-np.inf if at_least is None else at_least, np.inf if below is None else below)


def _not_placed(then: Then) -> Iterator[Finding]:
    """Why far more of the newcomers than of the customers of then are neither inside nor outside."""
    new = ~then.of_then & then.is_customer
    open_, placed = new & np.isnan(then.inside), then.inside[then.of_then & then.is_customer]
    usual = float(np.isnan(placed).mean()) if len(placed) else 0.0
    if open_.sum() < LEAST_OPEN or open_.sum() <= (usual + MOST_MISSING) * new.sum():
        return
    why = [_why(then, c.field, open_) for c in then.saved.profile.conditions]
    message = (
        f"{int(open_.sum()):,} of {count(int(new.sum()), 'customer')} since then cannot be placed, inside or outside: {'; '.join(filter(None, why))}. "
        "Fill in what is blank; where values were renamed or are new, run icp derive."
    )
    yield Finding(FIELDS_CHANGED, message, int(open_.sum()))


def _why(then: Then, field: str, open_: np.ndarray) -> str:
    cells = then.book.attributes[field][open_]
    blank = int(cells.isna().sum())
    values = cells[then.told[field][open_].isna() & cells.notna()].astype(str).value_counts()
    shown = sorted(values.items(), key=lambda pair: (-pair[1], str(pair[0])))[:MOST_SHOWN]
    new = listed([f"{value} ({times})" for value, times in shown], "and")
    told = [f"blank for {blank:,}"] if blank else []
    told += [f"{new} unknown to the profile"] if new else []
    return f"{field_name(field)} is {' and '.join(told)}" if told else ""


def _value_ratio(scale: Scale, then: Then) -> float | None:
    part = scale.of(Criterion.LIFETIME_VALUE)
    if part is None or scale.totals is not None:
        return None
    accounts = then.book.accounts
    if part.unit.startswith("money a month"):
        logs = _logs(accounts["monthly_value"].to_numpy(dtype=float))
    elif part.unit.startswith("money a purchase"):
        logs = accounts["order_value_log_mean"].to_numpy(dtype=float)
    else:
        return None
    return _ratio(logs[then.of_then & then.is_customer], part.mean)


def _cost_ratio(scale: Scale, then: Then) -> float | None:
    part, cheap = scale.of(Criterion.ACQUISITION_COST), scale.inner.get("cheap")
    costs = acquisition_costs(then.book)
    if part is None or cheap is None or not part.unit.startswith("money") or not costs.is_money:
        return None
    is_new = then.book.accounts["is_new_business"].to_numpy(dtype=bool)
    return _ratio(_logs(costs.figures)[then.of_then & is_new], -cheap.mean)


def _logs(amounts: np.ndarray) -> np.ndarray:
    logs: np.ndarray = np.log(np.where(amounts > 0, amounts, np.nan))
    return logs


def _ratio(logs: np.ndarray, mean: float) -> float | None:
    known = logs[np.isfinite(logs)]
    return float(np.exp(known.mean() - mean)) if len(known) >= LEAST_NAMED else None


def _times(ratio: float) -> str:
    return (
        f"{number(round(ratio, 1 if ratio < 10 else 0))} times"
        if ratio >= 1
        else f"one part in {number(round(1 / ratio, 1 if ratio > 0.1 else 0))} of"
    )


__all__ = [
    "Then",
    "basis_findings",
    "companies_with",
    "figures_missing",
    "money_by_then",
    "money_findings",
    "then_of",
]
