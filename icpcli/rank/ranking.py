"""Customers, best first: the weighted mean of their mid-rank percentiles on each criterion."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.errors import SettingsError
from icpcli.model.common import Criterion, Finding, Kind
from icpcli.model.tables import Ranking, Reweighing
from icpcli.rank.criteria import LOWER_IS_BETTER, criteria_of
from icpcli.wording import CRITERION_NAMES, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.profile import CriterionSource
    from icpcli.model.tables import Book
    from icpcli.settings import Settings

CRITERION_ABSENT = "ICP210"
UNRANKED = "ICP211"
FIRMOGRAPHIC = frozenset({"annual_revenue"})  # money of a company's own
FACTORS = (0.5, 1.5)
SCORE_DIGITS = 9  # what differs beyond them is the rounding of a sum
MIN_RANKED = 3  # a rank correlation of fewer says nothing


def rank_customers(book: Book, settings: Settings) -> Ranking:
    """The customers of a book in order of their score; see ``Ranking`` for the columns.

    score = weighted mean of the percentiles of the criteria a customer has. A customer with none has
    neither score nor rank. Ties (to nine digits, as ranks) go by account key. Raises SettingsError where all the weight is on criteria without figures.
    """
    criteria = criteria_of(book, settings)
    _require_weight(criteria.sources)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    customers = book.accounts.loc[is_customer, ["account_key", "name"]].reset_index(drop=True)
    figures = criteria.figures[is_customer].reset_index(drop=True)
    percentiles = pd.DataFrame(
        {c: mid_rank_percentiles(figures[c], lower_is_better=c in LOWER_IS_BETTER) for c in Criterion}
    )
    weights = np.array([source.weight for source in criteria.sources])
    columns = {
        "score": weighted_score(percentiles.to_numpy(), weights),
        "criteria_known": (percentiles.notna().to_numpy() & (weights > 0)).sum(axis=1),
    }
    for criterion in Criterion:
        columns[criterion.value] = figures[criterion]
        columns[f"{criterion}_percentile"] = percentiles[criterion]
    columns["realised_value"] = book.accounts["realised_margin"].to_numpy(dtype=float)[is_customer]
    columns["value_to_date"] = criteria.values.to_date[is_customer]
    columns["value_expected"] = criteria.values.expected[is_customer]
    ranked = customers.assign(**columns).sort_values(
        ["score", "account_key"],
        ascending=[False, True],
        na_position="last",
        ignore_index=True,
        key=lambda held: held.round(SCORE_DIGITS) if held.name == "score" else held,
    )
    place = ranked["score"].round(SCORE_DIGITS).rank(method="min", ascending=False).astype("Int64")
    ranked.insert(2, "rank", place)
    return Ranking(
        ranked,
        criteria.sources,
        (*criteria.findings, *_findings(ranked, criteria.sources, book)),
        stability=_stability(ranked, criteria.sources),
    )


def _require_weight(sources: Sequence[CriterionSource]) -> None:
    known = [s for s in sources if s.customers]
    if known and not any(s.weight > 0 for s in known):
        told = listed([CRITERION_NAMES[s.criterion] for s in known], "and")
        raise SettingsError(
            "All the weight is on criteria without figures, so no customer could be ranked.",
            (f"Figures there are for {told}: give it some weight (--weight {known[0].criterion}=1).",),
        )


def weighted_score(percentiles: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted mean (0-100) of the percentiles that are known; rows customers, columns criteria; NaN where none is."""
    known = np.isfinite(percentiles) & (weights > 0)
    total = (known * weights).sum(axis=1)
    weighted = np.where(known, percentiles, 0.0) @ weights
    score: np.ndarray = np.where(total > 0, weighted / np.where(total > 0, total, 1.0), np.nan)
    return score


def mid_rank_percentiles(figures: pd.Series, *, lower_is_better: bool) -> np.ndarray:
    """The share (0-100) of customers with a worse figure, half of those with an equal one counted; NaN where missing.

    100 * (rank - 1/2) / n with mean ranks for ties, so that one customer stands at 50.
    """
    ranks = figures.rank(method="average", ascending=not lower_is_better)
    return (100 * (ranks - 0.5) / max(int(figures.notna().sum()), 1)).to_numpy(dtype=float)


def _stability(ranked: pd.DataFrame, sources: Sequence[CriterionSource]) -> tuple[Reweighing, ...]:
    """The order with each weight halved, and raised by half, against the order as it is (Spearman's rank correlation)."""
    heard = [k for k, source in enumerate(sources) if source.weight > 0]
    scored = ranked["score"].notna()
    if len(heard) < 2 or scored.sum() < MIN_RANKED:
        return ()
    percentiles = ranked.loc[scored, [f"{c}_percentile" for c in Criterion]].to_numpy(dtype=float)
    weights = np.array([s.weight for s in sources])
    now = ranked.loc[scored, "score"].round(SCORE_DIGITS).rank()
    found = []
    for k in heard:
        for factor in FACTORS:
            changed = np.where(np.arange(len(weights)) == k, weights * factor, weights)
            then = pd.Series(weighted_score(percentiles, changed), index=now.index).round(SCORE_DIGITS).rank()
            found.append(Reweighing(sources[k].criterion, factor, float(now.corr(then))))
    return tuple(found)


def _findings(ranked: pd.DataFrame, sources: Sequence[CriterionSource], book: Book) -> tuple[Finding, ...]:
    absent = [s.criterion.value.replace("_", " ") for s in sources if not s.customers]
    findings = []
    if absent:
        rests = "the ranking rests on the other criteria."
        if len(absent) == len(sources):
            pays = book.accounts["monthly_value"].notna().any()
            rests = (
                "no date says since when anybody is a customer, so they cannot be ranked; a search hears what they pay a month."
                if pays
                else "customers cannot be ranked, and a search hears only who was won and who was lost."
            )
        message = f"No figures for {', '.join(absent)}: {rests}{_perhaps_paid(book, absent)}"
        findings.append(Finding(CRITERION_ABSENT, message))
    unranked = int(ranked["score"].isna().sum())
    if unranked:
        message = f"{unranked:,} of {len(ranked):,} customers have no figure on any criterion, and no rank."
        findings.append(Finding(UNRANKED, message, unranked))
    return tuple(findings)


def _perhaps_paid(book: Book, absent: Sequence[str]) -> str:
    """Where no value is known, the columns of the user's own that hold money: one may be what customers pay."""
    if "lifetime value" not in absent:
        return ""
    money = sorted(
        name for name, kind in book.attribute_kinds.items() if kind is Kind.MONEY and name not in FIRMOGRAPHIC
    )
    if not money:
        return ""
    quoted = ", ".join(repr(name) for name in money)
    return (
        f" Money stands in {quoted}: if customers pay it a month, --column account.mrr={shlex.quote(money[0])} says so, and "
        "account.total_revenue if it is all they paid."
    )
