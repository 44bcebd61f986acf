"""What it costs to win a customer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from icpcli.model.common import Finding
from icpcli.rank.retention import months_between
from icpcli.rank.spending import share_spend
from icpcli.rank.standard import mean_of_known, standard_of, standardised_by
from icpcli.wording import count, listed, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.model.scale import Standard
    from icpcli.model.tables import Book

SPEND_UNSHARED = "ICP212"
SPEND_UNTOLD = "ICP213"
KNOWN_CUSTOMERS = "ICP214"
SPEND_RENAMED = "ICP217"
SPEND_AT_LARGE = "ICP218"
TWO_COSTS = "ICP219"
MOST_TOLD = 5  # channels; campaigns may be hundreds
EFFORT = {
    "touches": "touches",
    "activities": "activities",
    "hours": "hours of work",
    "days_to_close": "days to close",
    "discount": "discounts",
}
OF_LIFE = ("touches", "activities")  # may be counted on after a company was won
COLUMN = "acquisition cost column"
SHARES = "spend per channel over its deals"


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """One cost per account worked (NaN = not known), where it came from, its unit, and what was noticed.

    ``inner``: by what the signs of effort were standardised, where they stand in for money.
    """

    figures: np.ndarray
    source: str
    unit: str
    is_money: bool
    inner: Mapping[str, Standard]
    findings: tuple[Finding, ...] = ()


def acquisition_costs(book: Book, inner: Mapping[str, Standard] | None = None) -> Costs:
    """What was spent on each account worked, won or lost: the cost column, else shared spend, else an index of effort.

    A column that tells the cost of fewer than half of them stands back behind spend. The index is the mean z-score of the logs of
    touches, activities, hours of work, days to close and discounts, measured by
    ``inner`` where it is given; it orders accounts but is no money. Accounts of which all deals are with known
    customers say nothing of what winning costs, and have no effort.
    """
    cost = book.accounts["acquisition_cost"].to_numpy(dtype=float)
    currency = book.currency or "currency"
    told = int(np.isfinite(cost).sum())
    by_column = Costs(cost, COLUMN, currency, is_money=True, inner={})
    if not len(book.spend):
        return by_column if told else _effort(book, currency, inner)
    if told and not book.costs_are_by_channel:
        return replace(
            by_column,
            findings=_two_costs(told, len(cost), counts="the column counts, and the spend does not"),
        )
    shared = share_spend(book.spend, book.pursuits)
    figures = book.accounts["account_key"].map(shared.costs).to_numpy(dtype=float)
    unshared = _unshared(shared.unshared, book.pursuits["channel"])
    if not np.isfinite(figures).any():
        other = by_column if told else _effort(book, currency, inner)
        return replace(other, findings=(*unshared, *other.findings))
    findings = (
        *(_two_costs(told, len(cost), counts="the spend counts, and the column does not") if told else ()),
        *_counted(shared.counted),
        *_at_large(shared.at_large),
        *unshared,
        *_untold(shared.untold),
    )
    return Costs(figures, SHARES, currency, is_money=True, inner={}, findings=findings)


def _two_costs(told: int, worked: int, *, counts: str) -> tuple[Finding, ...]:
    message = f"A column tells what winning {told:,} of {worked:,} companies cost, and files what was spent per channel: {counts}."
    return (Finding(TWO_COSTS, message, told),)


def _effort(book: Book, currency: str, inner: Mapping[str, Standard] | None) -> Costs:
    is_new = book.accounts["is_new_business"].to_numpy(dtype=bool)
    logs = {
        name: np.where(is_new, np.log1p(np.maximum(book.accounts[name].to_numpy(dtype=float), 0.0)), np.nan)
        for name in EFFORT
    }
    for name in OF_LIFE:
        logs[name] = _at_one_tenure(book, logs[name], name)
    told = (
        inner if inner is not None else {n: s for n, v in logs.items() if (s := standard_of(v)) is not None}
    )
    scores = [standardised_by(logs[name], told[name]) for name in EFFORT if name in told]
    findings = _known_customers(is_new)
    if not scores:
        missing = np.full(len(is_new), np.nan)
        return Costs(missing, "not exported", currency, is_money=True, inner={}, findings=findings)
    index = mean_of_known(scores)
    source = f"effort: {', '.join(EFFORT[n] for n in EFFORT if n in told)}"
    return Costs(index, source, "index", is_money=False, inner=told, findings=findings)


def _at_one_tenure(book: Book, logs: np.ndarray, name: str) -> np.ndarray:
    """The logs, those of customers whose counts go on to this day brought to one tenure: who stayed long was called often.

    What they are expected to be, an increasing fit on the months as a customer (isotonic least squares: Barlow et al. 1972,
    Statistical Inference under Order Restrictions), is taken off and its mean put back.
    """
    accounts = book.accounts
    end = accounts["churned_on"].fillna(pd.Timestamp(book.as_of))
    stayed = months_between(
        accounts["customer_since"], end.mask(accounts["has_left"] & accounts["churned_on"].isna())
    )
    goes_on = accounts[["is_customer", f"{name}_of_life"]].to_numpy(dtype=bool).all(axis=1)
    use = goes_on & np.isfinite(logs) & np.isfinite(stayed)
    if not use.any():
        return logs
    # Means of ties first, so that the order of rows does not matter.
    _, places, sizes = np.unique(stayed[use], return_inverse=True, return_counts=True)
    means = np.bincount(places, weights=logs[use]) / sizes
    expected = isotonic_regression(means, weights=sizes).x[places]
    even = logs.copy()
    even[use] += expected.mean() - expected
    return even


def _known_customers(is_new: np.ndarray) -> tuple[Finding, ...]:
    known = int((~is_new).sum())
    if not known:
        return ()
    message = (
        f"{known:,} of {len(is_new):,} companies were worked only as customers one has (renewals, upsells, existing clients): "
        "they say nothing of what it takes to win a new one."
    )
    return (Finding(KNOWN_CUSTOMERS, message, known),)


def _counted(counted: Mapping[str, str]) -> tuple[Finding, ...]:
    if not counted:
        return ()
    told = _first_of([f"{name} for {channel}" for name, channel in counted.items()])
    name = next(iter(counted))
    message = f'Spend counts for deals of a channel with another name: {told}. Below [channels] in icp.toml "{name}" = "..." says otherwise.'
    return (Finding(SPEND_RENAMED, message, len(counted)),)


def _at_large(at_large: Mapping[str, float]) -> tuple[Finding, ...]:
    if not at_large:
        return ()
    told = _first_of([f"{channel} ({number(amount)})" for channel, amount in at_large.items()])
    message = (
        f"Spend of no month went in equal parts to all deals of its channel, of more than a year: {told}. Export it by the month, so that "
        "deals cost what was spent in their time."
    )
    return (Finding(SPEND_AT_LARGE, message, len(at_large)),)


def _unshared(unshared: Mapping[str, float], channels: pd.Series) -> tuple[Finding, ...]:
    spent = {channel: amount for channel, amount in unshared.items() if amount}
    if not spent:
        return ()
    largest = sorted(spent, key=lambda channel: (-spent[channel], channel))
    told = _first_of([f"{channel} ({number(spent[channel])})" for channel in largest])
    if len(spent) > 1:
        told += f", {number(sum(spent.values()))} in all"
    known = channels.dropna().value_counts().sort_index().sort_values(ascending=False, kind="stable").index
    says = (
        f'Below [channels] in icp.toml "{largest[0]}" = "..." says for which channel of your deals it was ({_first_of(list(known))}); '
        "a file's name there stands for all that it holds."
        if len(known)
        else "No deal and no company says by which channel it came."
    )
    message = f"Spend of channels without a deal is shared over none: {told}. {says}"
    return (Finding(SPEND_UNSHARED, message),)


def _first_of(texts: Sequence[str]) -> str:
    more = len(texts) - MOST_TOLD
    return listed([*texts[:MOST_TOLD], *([f"{more:,} more"] if more > 0 else [])], "and")


def _untold(untold: Mapping[str, int]) -> tuple[Finding, ...]:
    if not untold:
        return ()
    deals = sum(untold.values())
    told = listed([f"{channel} ({n:,})" for channel, n in untold.items()], "and")
    message = (
        f"{count(deals, 'deal')} of channels, or times, without spend have a cost that is not known: {told}. If nothing was spent, "
        "say 0."
    )
    return (Finding(SPEND_UNTOLD, message, deals),)
