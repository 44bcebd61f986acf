"""How customers stay or leave in this book: by contract, by buying again, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.common import Finding

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

REGIME = "ICP202"
TRUNCATED = "ICP203"
UNDATED_CHURN = "ICP204"
CONTRADICTORY_CHURN = "ICP205"
MIN_REPEAT_SHARE = 0.2  # of customers must have bought twice for repeat purchases to tell who stays
EXPECTED_EVENTS_UNSEEN = 3.0  # P(no churn | 3 expected) = exp(-3) = 5 %: then churn was not recorded yet


@dataclass(frozen=True, slots=True, eq=False)
class Retention:
    """Since when each account worked is a customer, until when, and since when churn could have been seen."""

    regime: str
    customer_since: pd.Series
    churned_on: pd.Series
    followed_from: pd.Series
    findings: tuple[Finding, ...]


def retention_of(book: pd.DataFrame, is_customer: np.ndarray, orders: pd.DataFrame, as_of: date) -> Retention:
    """The regime of a book and the dates behind it; dates are missing for lost accounts."""
    today = pd.Timestamp(as_of)
    since = _customer_since(book).where(is_customer)
    churn = _churned_on(book, today)
    churned = churn.dates.where(is_customer)
    repeats = float((book.loc[is_customer, "orders"] > 1).mean())
    if (
        churned.notna().any()
        or _has_any(book, "mrr")
        or _has_any(book, "arr")
        or _has_any(book, "subscriptions")
    ):
        regime, why = (
            "contract",
            f"customers leave on a date ({churn.source}; {int(churned.notna().sum()):,} did)",
        )
    elif repeats >= MIN_REPEAT_SHARE and orders["ordered_on"].notna().any():
        regime, why = "repeat", f"no end dates, but {repeats:.0%} of customers bought more than once"
    else:
        regime, why = "single", "no end dates, and few customers bought more than once"
    followed, truncation = _followed_from(since, churned, today)
    findings = (Finding(REGIME, f"Retention is read as {regime}: {why}."), *churn.findings, *truncation)
    return Retention(regime, since, churned, followed, findings)


@dataclass(frozen=True, slots=True, eq=False)
class _Churn:
    dates: pd.Series
    source: str
    findings: tuple[Finding, ...]


def _customer_since(book: pd.DataFrame) -> pd.Series:
    """The account's own date, else its first won deal, first purchase, or first subscription."""
    since = pd.Series(pd.NaT, index=book.index, dtype="datetime64[s]")
    for name in ("customer_since", "first_won_on", "first_order_on", "first_start"):
        if name in book:
            since = since.fillna(pd.to_datetime(book[name]).astype("datetime64[s]"))
    return since


def _churned_on(book: pd.DataFrame, today: pd.Timestamp) -> _Churn:
    """Churn dates from the strongest source: the account's column, else ended subscriptions, else churn events."""
    none = pd.Series(pd.NaT, index=book.index, dtype="datetime64[s]")
    findings = []
    ended = none
    if _has_any(book, "last_end"):
        ended = pd.to_datetime(book["last_end"]).astype("datetime64[s]").where(book["running"] == 0)
    if _has_any(book, "churned_on"):
        dates, source = book["churned_on"], "the account's churn date"
    elif ended.notna().any():
        dates, source = ended, "every subscription ended"
    elif _has_any(book, "event_churned_on"):
        dates, source = pd.to_datetime(book["event_churned_on"]).astype("datetime64[s]"), "churn events"
    else:
        dates, source = none, "no churn date is exported"
    dates = dates.where(dates <= today)
    if _has_any(book, "has_churned"):
        findings += _flag_against(book["has_churned"].fillna(value=False).astype(bool), dates, source)
    return _Churn(dates.astype("datetime64[s]"), source, tuple(findings))


def _flag_against(flag: pd.Series, dates: pd.Series, source: str) -> list[Finding]:
    """A churn flag has no date; where dates are known, the two may contradict each other."""
    flagged, dated = int(flag.sum()), int(dates.notna().sum())
    if dated == 0:
        message = f"{flagged:,} accounts are flagged as churned without a date; retention needs dates and was left out."
        return [Finding(UNDATED_CHURN, message, flagged)]
    differ = int((flag != dates.notna()).sum())
    if not differ:
        return []
    message = (
        f"Churn is told twice: {flagged:,} accounts are flagged, {dated:,} have a date ({source}), and {differ:,} accounts "
        "differ. The dates were used."
    )
    return [Finding(CONTRADICTORY_CHURN, message, differ)]


def _followed_from(
    since: pd.Series, churned: pd.Series, today: pd.Timestamp
) -> tuple[pd.Series, tuple[Finding, ...]]:
    """Since when each customer's churn could have been seen (left truncation).

    The book's first churn date is when recording began if, at the rate seen from then on, three or more
    customers would have left before it. Customers of earlier years then enter on that date.
    """
    if not churned.notna().any():
        return since, ()
    start = churned.min()
    end = churned.fillna(today)
    after = (end - since.clip(lower=start)).dt.days.clip(lower=0).sum()
    before = (start - since).dt.days.clip(lower=0).sum()
    rate = churned.notna().sum() / after if after > 0 else 0.0
    if before * rate < EXPECTED_EVENTS_UNSEEN:
        return since, ()
    early = int((since < start).sum())
    message = (
        f"No churn is recorded before {start.date()}, although {early:,} customers were there: they are followed from that "
        "date on."
    )
    return since.where(since.isna() | (since > start), start), (Finding(TRUNCATED, message, early),)


def _has_any(book: pd.DataFrame, name: str) -> bool:
    if name not in book:
        return False
    column = book[name]
    return (
        bool((column.fillna(0) > 0).any())
        if pd.api.types.is_numeric_dtype(column.dtype)
        else bool(column.notna().any())
    )
