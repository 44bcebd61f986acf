"""One customer: the figures, where each was read, and what would move it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.errors import DataError
from icpcli.model.common import Criterion, CrmObject
from icpcli.model.tables import Explanation, ExplanationRow, Origin
from icpcli.rank.acquisition import COLUMN, EFFORT, SHARES
from icpcli.rank.criteria import LOWER_IS_BETTER, criteria_of
from icpcli.rank.ranking import weighted_score
from icpcli.rank.spending import share_spend
from icpcli.wording import count, figure, number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icpcli.model.profile import CriterionSource
    from icpcli.model.tables import Book, Exports, Ranking
    from icpcli.rank.criteria import Criteria
    from icpcli.rank.retention import Stay
    from icpcli.settings import Settings

BEST_TENTH = 90.0  # percentile

COST_COLUMN: Mapping[CrmObject, tuple[str, ...]] = {
    CrmObject.ACCOUNT: ("acquisition_cost",),
    CrmObject.DEAL: ("acquisition_cost",),
}
SPEND: Mapping[CrmObject, tuple[str, ...]] = {
    CrmObject.ACCOUNT: ("channel",),
    CrmObject.DEAL: ("channel", "created_on", "closed_on"),
    CrmObject.COST: ("channel", "month", "until", "amount"),
}
# The fields that each other criterion, and the index of effort, may have been read from, by object.
READ_FROM: Mapping[Criterion, Mapping[CrmObject, tuple[str, ...]]] = {
    Criterion.ACQUISITION_COST: {
        CrmObject.ACCOUNT: ("times_contacted", "days_to_close"),
        CrmObject.DEAL: ("times_contacted", "days_to_close", "discount", "hours_spent"),
        CrmObject.ACTIVITY: ("activity_type", "occurred_on"),
        CrmObject.CONTACT: ("times_contacted",),
    },
    Criterion.RETENTION: {
        CrmObject.ACCOUNT: ("customer_since", "churned_on", "has_churned", "lifecycle_stage", "is_active"),
        CrmObject.DEAL: ("won_on", "closed_on", "contract_end"),
        CrmObject.SUBSCRIPTION: ("started_on", "ended_on"),
        CrmObject.INVOICE: ("invoiced_on",),
        CrmObject.CHURN: ("churned_on",),
    },
    Criterion.LIFETIME_VALUE: {
        CrmObject.ACCOUNT: ("mrr", "arr", "total_revenue", "contract_value"),
        CrmObject.SUBSCRIPTION: ("mrr", "arr", "amount"),
        CrmObject.INVOICE: ("amount", "cost"),
        CrmObject.DEAL: ("amount", "mrr", "arr"),
    },
    Criterion.ADVOCACY: {
        CrmObject.ACCOUNT: (
            "nps",
            "satisfaction",
            "referrals",
            "is_reference",
            "would_recommend",
            "has_review",
            "has_case_study",
        ),
        CrmObject.SURVEY: ("nps", "satisfaction"),
        CrmObject.CONTACT: ("nps", "satisfaction"),
    },
}


def explain_customer(
    book: Book, ranking: Ranking, name: str, *, exports: Exports, settings: Settings
) -> Explanation:
    """One customer's figures and places; raises DataError, with the nearest names, where there is none so called."""
    row = _found(ranking, name)
    place = int(np.flatnonzero(book.accounts["account_key"] == row["account_key"])[0])
    account = book.accounts.iloc[place]
    rows = tuple(
        ExplanationRow(
            criterion=source.criterion,
            figure=_plain(row[source.criterion.value]),
            unit=source.unit,
            percentile=_plain(row[f"{source.criterion}_percentile"]),
            weight=source.weight,
            source=source.source,
            origins=_origins(exports, _fields_of(source), str(row["account_key"]))
            if source.customers
            else (),
            would_move=_would_move(ranking, row, source.criterion) if source.weight > 0 else "",
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
        facts=(
            *_cost_facts(book, account, ranking),
            *_facts(book, row, account, place, criteria_of(book, settings)),
        ),
    )


def _found(ranking: Ranking, name: str) -> pd.Series:
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
    return matches.iloc[0]


def _fields_of(source: CriterionSource) -> Mapping[CrmObject, tuple[str, ...]]:
    """The fields that a criterion's source is read from."""
    if source.criterion is Criterion.ACQUISITION_COST and source.unit != "index":
        return COST_COLUMN if source.source == COLUMN else SPEND
    return READ_FROM[source.criterion]


def _origins(
    exports: Exports, read_from: Mapping[CrmObject, tuple[str, ...]], account_key: str
) -> tuple[Origin, ...]:
    """The columns that hold these fields, with how many rows of their kind are this customer's; of spend all."""
    found = []
    for wanted, fields in read_from.items():
        table = exports.tables.get(wanted)
        if table is None:
            continue
        keys = table.column("account_key").to_numpy(zero_copy_only=False)
        rows = table.num_rows if wanted is CrmObject.COST else int((keys == account_key).sum())
        if rows:
            found += [
                Origin(r.path, r.header, rows)
                for r in exports.readings
                if r.object is wanted and r.field in fields
            ]
    return tuple(found)


def _would_move(ranking: Ranking, row: pd.Series, criterion: Criterion) -> str:
    """Where the customer would stand with this criterion among the best tenth, all else as it is."""
    percentile = row[f"{criterion}_percentile"]
    unit = next(s.unit for s in ranking.criteria if s.criterion is criterion)
    if not pd.isna(percentile) and percentile >= BEST_TENTH:
        return "already among the best tenth"
    customers = ranking.customers
    figures = customers[criterion.value].dropna().to_numpy(dtype=float)
    level = float(np.quantile(figures, 0.1 if criterion in LOWER_IS_BETTER else 0.9))
    own = np.array([[row[f"{c}_percentile"] for c in Criterion]], dtype=float)
    own[0, list(Criterion).index(criterion)] = BEST_TENTH
    score = float(weighted_score(own, np.array([s.weight for s in ranking.criteria]))[0])
    others = customers.loc[customers["account_key"] != row["account_key"], "score"].dropna()
    place = 1 + int((others.round(9) > round(score, 9)).sum())
    return f"with {figure(level, unit)}, as the best tenth, it would rank {place:,}"


def _stayed(stay: Stay, place: int) -> str:
    if not stay.has_churned[place]:
        return "there for"
    return "stayed" if stay.shape is None else "left, on a day that nothing tells, within"


def _cost_facts(book: Book, account: pd.Series, ranking: Ranking) -> tuple[str, ...]:
    """Of what the customer's cost is made: its deals' shares in what was spent, or the signs of effort."""
    cost = next(s for s in ranking.criteria if s.criterion is Criterion.ACQUISITION_COST)
    if cost.unit == "index":
        signs = [
            f"{words} {number(float(account[name]))}"
            for name, words in EFFORT.items()
            if pd.notna(account[name])
        ]
        return (f"effort: {', '.join(signs)}",) if signs else ()
    if cost.source != SHARES:
        return ()
    portions = share_spend(book.spend, book.pursuits).portions
    money = book.currency or "currency"
    return tuple(
        f"acquisition cost: {figure(row.spent / row.among, money)} of {figure(row.spent, money)} spent on {row.channel} "
        f"{'in all' if pd.isna(row.since) else f'from {row.since:%Y-%m} on'}, shared by {count(int(row.among), 'deal')}"
        for row in portions[portions["account_key"] == account["account_key"]].itertuples()
        if pd.notna(row.spent)
    )


def _facts(book: Book, row: pd.Series, account: pd.Series, place: int, criteria: Criteria) -> tuple[str, ...]:
    """The figures behind the criteria that this customer has, in words."""
    money = book.currency or "currency"
    facts = []
    if account["orders"]:
        since = (
            f", the last on {account['last_order_on'].date()}" if pd.notna(account["last_order_on"]) else ""
        )
        facts.append(f"{count(int(account['orders']), 'purchase')}{since}")
    if pd.notna(row["realised_value"]):
        facts.append(f"realised so far {figure(float(row['realised_value']), money)}")
    if pd.notna(row["value_to_date"]):
        parts = f"{figure(float(row['value_to_date']), money)} to date, {figure(float(row['value_expected']), money)} to expect"
        facts.append(f"lifetime value within the horizon: {parts}")
    tenure = criteria.stay.tenure_months[place]
    if np.isfinite(tenure):
        facts.append(f"{_stayed(criteria.stay, place)} {number(float(tenure))} months")
    if criteria.expectations is not None and np.isfinite(criteria.expectations.alive[place]):
        facts.append(
            f"still buying with a probability of {percent(float(criteria.expectations.alive[place]))}"
        )
    for name, words in (("nps", "NPS"), ("satisfaction", "satisfaction")):
        if pd.notna(account[name]):
            facts.append(
                f"{words} {number(float(account[name]))} from {count(int(account[f'{name}_answers']), 'answer')}"
            )
    return tuple(facts)


def _plain(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
