"""Customers, best first: the weighted mean of their mid-rank percentiles on each criterion."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.errors import DataError
from icpcli.model.common import Criterion, Finding
from icpcli.model.tables import Explanation, ExplanationRow, Ranking
from icpcli.rank.criteria import LOWER_IS_BETTER, criteria_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.profile import CriterionSource
    from icpcli.model.tables import Book
    from icpcli.settings import Settings

CRITERION_ABSENT = "ICP210"
UNRANKED = "ICP211"


def rank_customers(book: Book, settings: Settings) -> Ranking:
    """The customers of a book in order of their score; see ``Ranking`` for the columns.

    score = weighted mean of the percentiles of the criteria a customer has. A customer with none has
    neither score nor rank. Ties go by account key.
    """
    criteria = criteria_of(book, settings)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    customers = book.accounts.loc[is_customer, ["account_key", "name"]].reset_index(drop=True)
    figures = criteria.figures[is_customer].reset_index(drop=True)
    percentiles = pd.DataFrame(
        {c: mid_rank_percentiles(figures[c], lower_is_better=c in LOWER_IS_BETTER) for c in Criterion}
    )
    weights = np.array([source.weight for source in criteria.sources])
    known = percentiles.notna().to_numpy() & (weights > 0)
    total = (known * weights).sum(axis=1)
    weighted = np.nansum(np.where(known, percentiles.to_numpy(), 0.0) * weights, axis=1)
    score = np.where(total > 0, weighted / np.where(total > 0, total, 1.0), np.nan)
    columns = {"score": score, "criteria_known": known.sum(axis=1)}
    for criterion in Criterion:
        columns[criterion.value] = figures[criterion]
        columns[f"{criterion}_percentile"] = percentiles[criterion]
    ranked = customers.assign(**columns).sort_values(
        ["score", "account_key"], ascending=[False, True], na_position="last", ignore_index=True
    )
    place = ranked["score"].round(9).rank(method="min", ascending=False).astype("Int64")
    ranked.insert(2, "rank", place)
    return Ranking(ranked, criteria.sources, _findings(ranked, criteria.sources))


def mid_rank_percentiles(figures: pd.Series, *, lower_is_better: bool) -> np.ndarray:
    """The share (0-100) of customers with a worse figure, half of those with an equal one counted; NaN where missing.

    100 * (rank - 1/2) / n with mean ranks for ties, so that one customer stands at 50.
    """
    ranks = figures.rank(method="average", ascending=not lower_is_better)
    return (100 * (ranks - 0.5) / max(int(figures.notna().sum()), 1)).to_numpy(dtype=float)


def explain_customer(book: Book, ranking: Ranking, name: str) -> Explanation:
    """One customer's figures and places; raises DataError, with the nearest names, where there is none so called."""
    wanted = name.casefold().strip()
    names = ranking.customers["name"].str.casefold()
    matches = ranking.customers[
        (names == wanted) | (ranking.customers["account_key"].str.casefold() == wanted)
    ]
    if matches.empty:
        by_folded = dict(zip(names, ranking.customers["name"], strict=True))
        near = [by_folded[n] for n in difflib.get_close_matches(wanted, sorted(by_folded), n=3, cutoff=0.5)]
        raise DataError(
            f"No customer is called {name!r}.", (f"The nearest: {', '.join(near)}",) if near else ()
        )
    row = matches.iloc[0]
    account = book.accounts[book.accounts["account_key"] == row["account_key"]].iloc[0]
    rows = tuple(
        ExplanationRow(
            criterion=source.criterion,
            figure=_plain(row[source.criterion.value]),
            unit=source.unit,
            percentile=_plain(row[f"{source.criterion}_percentile"]),
            weight=source.weight,
            source=source.source,
        )
        for source in ranking.criteria
    )
    return Explanation(
        name=str(row["name"]),
        rank=None if pd.isna(row["rank"]) else int(row["rank"]),
        customers=int(ranking.customers["rank"].notna().sum()),
        score=_plain(row["score"]),
        customer_since=None if pd.isna(account["customer_since"]) else account["customer_since"].date(),
        churned_on=None if pd.isna(account["churned_on"]) else account["churned_on"].date(),
        rows=rows,
    )


def _plain(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _findings(ranked: pd.DataFrame, sources: Sequence[CriterionSource]) -> tuple[Finding, ...]:
    absent = [s.criterion.value.replace("_", " ") for s in sources if not s.customers]
    findings = []
    if absent:
        message = f"No figures for {', '.join(absent)}: the ranking rests on the other criteria."
        findings.append(Finding(CRITERION_ABSENT, message))
    unranked = int(ranked["score"].isna().sum())
    if unranked:
        message = f"{unranked:,} of {len(ranked):,} customers have no figure on any criterion, and no rank."
        findings.append(Finding(UNRANKED, message, unranked))
    return tuple(findings)
