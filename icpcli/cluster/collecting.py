"""What to collect: how much each field tells about the differences between companies, and what to do about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from icpcli.cluster.attributes import CONSTANT, EMPTY
from icpcli.cluster.permutation import permuted_orders
from icpcli.model.common import Criterion
from icpcli.model.profile import FieldReport, ToCollect
from icpcli.wording import CRITERION_NAMES, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cluster.attributes import Attribute, Candidates
    from icpcli.model.profile import CriterionSource
    from icpcli.model.tables import Book, Utility
    from icpcli.settings import Settings

SHUFFLES = 199
MOST_ACCOUNTS = 5000
WELL_FILLED = 0.7
WOULD_HAVE_SHOWN = (
    0.03  # of the differences; where chance stays below it, a field worth having would have shown
)
LIKELY_IN_RULE = 0.1
RIDGE = 1e-6  # of an account, so that items that always go together can be solved for
LEAST_COST = 0.002  # of the differences
MOST_TO_COLLECT = 3
DESCRIBING = (
    "industry",
    "employees",
    "country",
    "channel",
)  # the first that a profile is made of, in that order
HOW_TO_COLLECT = {
    Criterion.ACQUISITION_COST: ("acquisition_cost", "what each customer cost to win, or a spend by channel"),
    Criterion.RETENTION: ("churned_on", "when a customer left, or dated orders"),
    Criterion.LIFETIME_VALUE: ("mrr", "what a customer pays a month, or amounts of orders"),
    Criterion.ADVOCACY: ("nps", "how customers rate you, or whom they referred"),
}
SINCE_WHEN = ("customer_since", "since when each is a customer, who pays a known amount a month")


@dataclass(frozen=True, slots=True)
class Telling:
    """The share of the differences that a field tells beyond chance, and what chance alone reaches once in twenty."""

    tells: float
    noise: float


def tellings(
    attributes: Sequence[Attribute], utility: Utility, rng: np.random.Generator
) -> dict[str, Telling]:
    """For each field, the variance it explains of each criterion (weighted mean), less its mean over shuffled companies.

    eta2 = between / total sum of squares over the known cells, R2 of all items together where they are lists; groups of related
    companies are shuffled whole. Above 5,000 companies a sample. Subtracting the mean of the shuffles corrects for the number of groups. Source: Kelley
    (1935), PNAS 21, with the bias taken from permutations instead of its formula.
    """
    total = len(utility.groups)
    rows = np.arange(total)
    if total > MOST_ACCOUNTS:
        rows = np.sort(rng.choice(total, MOST_ACCOUNTS, replace=False))
    orders = permuted_orders(utility.groups[rows], SHUFFLES, rng)
    by_field: dict[str, list[Attribute]] = defaultdict(list)
    for attribute in attributes:
        by_field[attribute.field].append(attribute)
    told = {}
    for field, same in by_field.items():
        own, among = rows, orders
        if same[0].is_of_customers:
            # among those without a cell, shuffled parts would have what the field's own lack
            own = rows[same[0].codes[rows] >= 0]
            among = permuted_orders(utility.groups[own], SHUFFLES, rng)
        told[field] = _beyond_chance(_explained(same, utility, own, among))
    return told


def _explained(
    same: Sequence[Attribute], utility: Utility, rows: np.ndarray, orders: np.ndarray
) -> np.ndarray:
    """The weighted mean over criteria of what a field explains among some accounts (places), per shuffle (shuffles,).

    ``same``: the field, or all items of its lists.
    """
    codes = same[0].codes[rows]
    if same[0].is_item:
        design = (
            np.column_stack([np.ones(len(rows)), *(a.codes[rows] == 0 for a in same)]) * (codes >= 0)[:, None]
        )
        measure = partial(_r_squared, design)
    else:
        measure = partial(_eta_squared, (codes[:, None] == np.unique(codes[codes >= 0])).astype(float))
    explained = np.zeros(len(orders))
    for p, weight in enumerate(utility.weights):
        part = utility.parts[rows, p]
        explained += weight * measure(np.nan_to_num(part)[orders].T, np.isfinite(part)[orders].T)
    mean: np.ndarray = explained / utility.weights.sum()
    return mean


def _beyond_chance(explained: np.ndarray) -> Telling:
    chance = float(explained[1:].mean())
    tells = float(np.round(explained[0] - chance, 9))
    return Telling(tells, float(np.round(np.quantile(explained[1:], 0.95) - chance, 9)))


def _eta_squared(hot: np.ndarray, values: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Between over total sum of squares, per shuffle (shuffles,); blank cells and missing parts are left out."""
    sums, counts = hot.T @ values, hot.T @ observed.astype(float)
    heard = hot.sum(axis=1) @ observed
    mean = sums.sum(axis=0) / np.maximum(heard, 1.0)
    between = (sums**2 / np.maximum(counts, 1.0)).sum(axis=0) - heard * mean**2
    total = hot.sum(axis=1) @ values**2 - heard * mean**2
    eta: np.ndarray = np.maximum(between, 0.0) / np.maximum(total, 1e-9)
    return eta


def _r_squared(design: np.ndarray, values: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Explained over total sum of squares of least squares on a design whose first column is one where the field is known.

    Per shuffle (shuffles,); rows of zeros and missing parts are left out.
    """
    size = design.shape[1]
    pairs = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    gram = (pairs.T @ observed.astype(float)).T.reshape(-1, size, size)
    moved = (design.T @ values).T
    heard = np.maximum(gram[:, 0, 0], 1.0)
    fitted = np.linalg.solve(gram + RIDGE * np.eye(size), moved[:, :, None])[:, :, 0]
    level = moved[:, 0] ** 2 / heard
    total = design[:, 0] @ values**2 - level
    explained: np.ndarray = np.maximum((fitted * moved).sum(axis=1) - level, 0.0) / np.maximum(total, 1e-9)
    return explained


def advised(
    reports: Sequence[FieldReport], found: Candidates, utility: Utility, book: Book, rng: np.random.Generator
) -> tuple[FieldReport, ...]:
    """The reports with what each field tells and the advice; those that say nothing at all, or what another says, come last."""
    told = tellings(found.attributes, utility, rng) if len(utility.criteria) else {}
    with_advice = [_advised(r, told.get(r.field), found) for r in reports]
    empty = [
        _dropped(field, book, "collect" if field in DESCRIBING else "stop collecting")
        for field, reason in found.useless.items()
        if reason == EMPTY or (reason == CONSTANT and field not in DESCRIBING)
    ]
    copies = [_dropped(field, book, "stop collecting") for same in found.copies.values() for field in same]
    return (*with_advice, *sorted([*empty, *copies], key=lambda r: r.field))


def _dropped(field: str, book: Book, advice: Literal["stop collecting", "collect"]) -> FieldReport:
    return FieldReport(field, 0.0, float(book.attributes[field].notna().mean()), None, advice=advice)


def _advised(report: FieldReport, telling: Telling | None, found: Candidates) -> FieldReport:
    speaks_of: Literal["all", "customers"] = "customers" if report.field in found.customers_only else "all"
    if telling is None:
        return replace(report, advice="keep", speaks_of=speaks_of)
    is_telling = telling.tells > telling.noise or report.information >= LIKELY_IN_RULE
    advice: Literal["keep", "stop collecting", "collect"] = "keep"
    if is_telling and report.filled < WELL_FILLED:
        advice = "collect"
    elif not is_telling and telling.noise < WOULD_HAVE_SHOWN:
        advice = "stop collecting"
    return replace(report, tells=telling.tells, noise=telling.noise, advice=advice, speaks_of=speaks_of)


def to_collect(
    reports: Sequence[FieldReport], criteria: Sequence[CriterionSource], book: Book, settings: Settings
) -> tuple[ToCollect, ...]:
    """The three fields, at most, whose absence costs most, the costliest first.

    A criterion without figures costs its share of the weights, one known for some that share of the others; blanks
    of a telling field cost what it tells of a known cell, times their share. What a field that was never
    exported would tell is not known: those come last.
    """
    customers = max(int(book.accounts["is_customer"].sum()), 1)
    pays = book.accounts["monthly_value"].notna().any()
    weights = {c.criterion: settings.weight_of(c.criterion) for c in criteria}
    costs = []
    for c in criteria:
        blank = 1 - min(c.customers / customers, 1.0)
        cost = weights[c.criterion] / max(sum(weights.values()), 1e-9) * blank
        field, what = HOW_TO_COLLECT[c.criterion]
        if c.criterion is Criterion.LIFETIME_VALUE and not c.customers and pays:
            field, what = SINCE_WHEN
        have = f"known for {percent(1 - blank)} of customers" if c.customers else "absent"
        costs.append(ToCollect(field, f"{what}; {CRITERION_NAMES[c.criterion]} is {have}.", cost))
    for r in reports:
        if r.tells is not None and r.noise is not None and r.tells > r.noise:
            gap = (
                "blank until a deal is won"
                if r.speaks_of == "customers"
                else f"blank for {percent(1 - r.filled)}"
            )
            why = f"it tells {percent(r.tells)} of the differences between companies, and is {gap}."
            costs.append(ToCollect(r.field, why, r.tells * (1 - r.filled)))
    known = sorted((c for c in costs if (c.cost or 0) >= LEAST_COST), key=lambda c: (-(c.cost or 0), c.field))
    absent = [
        ToCollect(field, "not exported; what it would tell is not known, and most profiles rest on it.", None)
        for field in DESCRIBING
        if field not in book.attributes.columns
        and not (field == "channel" and book.pursuits["channel"].notna().any())
    ]
    return (*known, *absent)[:MOST_TO_COLLECT]
