"""How customers stay or leave in this book: by contract, by buying again, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.errors import DataError
from icpcli.model.common import Finding
from icpcli.model.spelling import fold
from icpcli.rollup.columns import dates, first_known, has_any, numbers
from icpcli.rollup.instalments import instalments_of
from icpcli.wording import percent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import numpy as np

    from icpcli.rollup.instalments import Instalments
    from icpcli.settings import Settings

REGIME = "ICP202"
TRUNCATED = "ICP203"
UNDATED_CHURN = "ICP204"
CONTRADICTORY_CHURN = "ICP205"
NOT_ACTIVATED = "ICP206"
UNRENEWED = "ICP207"
BOUGHT_BEFORE = "ICP209"
LONG_BEFORE_DAYS = 92
FEWEST_GONE = (
    8  # customers who left on no day that is told, for their number to tell how many leave by which age
)
INACTIVE = re.compile(r"\b(?:inactive?s?|inactifs?|inaktiv|inactiv[oa]s?|dormant|lapsed)\b")
EXAMPLES = 3
MIN_REPEAT_SHARE = 0.2  # of customers must have bought twice for repeat purchases to tell who stays
EXPECTED_EVENTS_UNSEEN = 3.0  # P(no churn | 3 expected) = exp(-3) = 5 %: then churn was not recorded yet
MIN_BOUGHT = (
    0.5  # of customers must have bought by the files of purchases, or those files are but a part of them
)
SINCE = ("customer_since", "first_won_on", "first_order_on", "first_start")
RECURRING = ("mrr", "arr", "subscriptions", "contract_mrr", "deal_mrr")
BOUGHT = (*RECURRING, "orders", "total_revenue", "contract_value")
SOURCES = {
    "account": "the account's churn date",
    "subscriptions": "every subscription ended",
    "events": "churn events",
    "contracts": "every contract ended and none was renewed",
}


@dataclass(frozen=True, slots=True, eq=False)
class Retention:
    """Since when each account worked is a customer, until when, and since when churn could have been seen.

    ``is_activated``: False for customers who never bought anything, or left, beside others, on a day that nothing tells; they are followed
    from nowhere and never left. ``has_left``: of whom it is told that they did. ``leaving_is_dated``: False where of nobody it is told when.
    ``by_instalments``: that who left is known only by what was not paid any more.
    """

    regime: str
    customer_since: pd.Series
    churned_on: pd.Series
    followed_from: pd.Series
    is_activated: pd.Series
    has_left: pd.Series
    findings: tuple[Finding, ...]
    leaving_is_dated: bool = True
    by_instalments: bool = False


def retention_of(
    book: pd.DataFrame, is_customer: np.ndarray, settings: Settings, as_of: date, *, purchases_exported: bool
) -> Retention:
    """The regime of a book and the dates behind it; dates are missing for lost accounts.

    ``purchases_exported``: invoices or subscriptions stand in files of their own, so that who is not in them bought
    nothing.
    """
    today = pd.Timestamp(as_of)
    since = first_known(dates(book, name) for name in SINCE).where(is_customer)
    activated, inactive = _activated(book, is_customer, purchases_exported=purchases_exported)
    churn = _churned_on(book, is_customer, today, settings)
    gone = _gone(book, is_customer, today)
    churned = churn.dates.where(is_customer & activated & ~gone)
    regime, why = _regime(book, is_customer, churned, churn.source)
    is_dated = not _is_known_by_status(gone & activated, churned, since, regime, settings)
    if is_dated:
        activated &= ~gone
    else:
        regime, why = "contract", f"customers leave ({int(gone.sum()):,} did), on days that nothing tells"
    paid = instalments_of(book, is_customer, today) if regime == "repeat" else None
    if paid is not None:
        regime, why = "contract", _paid(paid)
    if settings.retention is not None and settings.retention != regime:
        why = f"you said so (the data read as {regime}: {why})"
        regime = settings.retention
    by_instalments = paid is not None and regime == "contract"
    followed, truncation = _followed_from(since.where(activated), churned, today)
    if paid is not None and by_instalments:
        churned, followed = paid.left_on.where(activated), paid.followed_from.where(activated)
    told = Finding(REGIME, f"Retention is read as {regime}: {why}. Say otherwise with --retention.")
    undated = _undated(book, is_customer, gone, churned, is_dated=is_dated)
    findings = (told, *churn.findings, *undated, *inactive, *truncation, *_bought_before(book, since, regime))
    has_left = gone | churned.notna()
    return Retention(
        regime, since, churned, followed, activated, has_left, findings, is_dated, by_instalments
    )


def _is_known_by_status(
    gone: pd.Series, churned: pd.Series, since: pd.Series, regime: str, settings: Settings
) -> bool:
    """Whether all that is known of leaving is who did: then how many have by which age tells how long customers stay.

    Where one day is told the days of the others are but missing, and where customers buy again their orders tell more, unless the user says that they leave.
    """
    can_tell = settings.retention == "contract" or (settings.retention is None and regime != "repeat")
    return can_tell and not churned.notna().any() and int((gone & since.notna()).sum()) >= FEWEST_GONE


def _paid(paid: Instalments) -> str:
    return (
        f"customers pay in instalments ({percent(paid.share)} of those with three purchases or more at regular gaps), and leave when the last "
        f"has run out ({int(paid.left_on.notna().sum()):,} did)"
    )


def _regime(book: pd.DataFrame, is_customer: np.ndarray, churned: pd.Series, source: str) -> tuple[str, str]:
    left = int(churned.notna().sum())
    if left or any(has_any(book, name) for name in RECURRING):
        return "contract", f"customers leave on a date ({source}; {left:,} did)"
    repeats = float((book.loc[is_customer, "orders"] > 1).mean())
    if repeats >= MIN_REPEAT_SHARE and book["last_order_on"].notna().any():
        return "repeat", f"no end dates, but {percent(repeats)} of customers bought more than once"
    return "single", "no end dates, and few customers bought more than once"


def _activated(
    book: pd.DataFrame, is_customer: np.ndarray, *, purchases_exported: bool
) -> tuple[pd.Series, tuple[Finding, ...]]:
    """Who ever bought anything. A company won that never did is not activated, rather than a customer who left."""
    everyone = pd.Series(data=True, index=book.index)
    if not purchases_exported:
        return everyone, ()
    bought = pd.concat([numbers(book, name).fillna(0) > 0 for name in BOUGHT], axis=1).any(axis=1)
    if bought[is_customer].mean() < MIN_BOUGHT:
        return everyone, ()
    inactive = int((~bought & is_customer).sum())
    if not inactive:
        return everyone, ()
    message = (
        f"{inactive:,} customers were won and never bought anything: they are not activated, rather than lost again, and "
        "say nothing of retention."
    )
    return bought | ~pd.Series(is_customer, index=book.index), (Finding(NOT_ACTIVATED, message, inactive),)


@dataclass(frozen=True, slots=True, eq=False)
class _Churn:
    dates: pd.Series
    source: str
    findings: tuple[Finding, ...]


def _churned_on(
    book: pd.DataFrame, is_customer: np.ndarray, today: pd.Timestamp, settings: Settings
) -> _Churn:
    """Churn dates from the source the user named, else the strongest that has any."""
    told = _evidence(book, today)
    known = [name for name, found in told.items() if found.notna().any()]
    findings: list[Finding] = []
    if settings.churn is not None:
        if settings.churn not in known:
            raise DataError(
                f"--churn {settings.churn}: no customer left by that evidence.",
                (
                    f"Looked for: {SOURCES[settings.churn]}",
                    f"There is: {', '.join(known) or 'no date of leaving at all'}",
                ),
            )
        chosen: str = settings.churn
    elif "contracts" in known and known[0] == "contracts" and not (numbers(book, "contracts") > 1).any():
        # Where nobody's second contract is exported, renewals are not recorded, and an end is no leaving.
        ended = int(told["contracts"].notna().sum())
        message = f"{ended:,} customers' contracts ended and no renewal of any customer is exported: they count as renewed. If they left: --churn contracts."
        findings.append(Finding(UNRENEWED, message, ended))
        chosen = ""
    else:
        chosen = known[0] if known else ""
    if not chosen:
        none = pd.Series(pd.NaT, index=book.index, dtype="datetime64[s]")
        return _Churn(none, "no churn date is exported", tuple(findings))
    findings += _contradictions(book, is_customer, told, chosen)
    return _Churn(told[chosen], SOURCES[chosen], tuple(findings))


def _evidence(book: pd.DataFrame, today: pd.Timestamp) -> dict[str, pd.Series]:
    """The day each account left by each evidence there is, strongest first; days after ``today`` have not come."""
    is_over = (numbers(book, "running") == 0) & ~(numbers(book, "ended_undated") > 0)
    ended = dates(book, "last_end").where(is_over)
    expired = dates(book, "contract_end").where(numbers(book, "running_contracts") == 0)
    told = {
        "account": dates(book, "churned_on"),
        "subscriptions": ended,
        "events": dates(book, "event_churned_on"),
        "contracts": expired,
    }
    return {name: found.where(found <= today) for name, found in told.items()}


def _gone(book: pd.DataFrame, is_customer: np.ndarray, today: pd.Timestamp) -> pd.Series:
    """Who is said to have left, and on no day that anything tells: how long they stayed is not known."""
    says_gone = (numbers(book, "running") == 0) & (numbers(book, "ended_undated") > 0)
    if has_any(book, "has_churned"):
        says_gone |= _says_left(book)
    dated = pd.concat([found.notna() for found in _evidence(book, today).values()], axis=1).any(axis=1)
    gone: pd.Series = says_gone & ~dated & is_customer
    return gone


def _undated(
    book: pd.DataFrame, is_customer: np.ndarray, gone: pd.Series, churned: pd.Series, *, is_dated: bool
) -> tuple[Finding, ...]:
    """What it means that customers left without a date, or may have."""
    findings = _perhaps_gone(book, pd.Series(is_customer, index=book.index) & ~gone & churned.isna())
    count = int(gone.sum())
    if not count:
        return findings
    left = f"{count:,} customers left by a flag, a status or a cancelled subscription, without a date"
    message = (
        f"{left}: how long they stayed is not known, nor their lifetime value by the month, and they say nothing of retention."
        if is_dated
        else f"{left}, and none with one: how long customers stay is what the share that has left among those of each age tells. Dates of "
        "leaving would tell it better."
    )
    return (Finding(UNDATED_CHURN, message, count), *findings)


def _says_left(book: pd.DataFrame) -> pd.Series:
    told: pd.Series = book["has_churned"].fillna(value=False).astype(bool)
    return told


def _perhaps_gone(book: pd.DataFrame, is_there: pd.Series) -> tuple[Finding, ...]:
    """Customers whose status is "inactive", of whom nothing says that they left."""
    if "lifecycle_stage" not in book:
        return ()
    stages = book.loc[is_there, "lifecycle_stage"].dropna().astype(str)
    inactive = stages[stages.map(lambda words: INACTIVE.search(fold(words)) is not None).astype(bool)]
    if inactive.empty:
        return ()
    message = (
        f"{len(inactive):,} customers have the status {', '.join(sorted(set(inactive))[:EXAMPLES])}, which need not mean that they left: they count as "
        "still there. If they left, call them former customers, or give the day in a column of its own."
    )
    return (Finding(UNDATED_CHURN, message, len(inactive)),)


def _bought_before(book: pd.DataFrame, since: pd.Series, regime: str) -> tuple[Finding, ...]:
    """That customers were there long before the first purchase exported, by which they are measured."""
    if regime == "contract":
        return ()
    early = int(((dates(book, "first_order_on") - since).dt.days > LONG_BEFORE_DAYS).sum())
    if not early:
        return ()
    message = (
        f"{early:,} customers were customers more than three months before their first purchase exported: what they bought until then is not "
        "known, and they are measured from that purchase on."
    )
    return (Finding(BOUGHT_BEFORE, message, early),)


def _contradictions(
    book: pd.DataFrame, is_customer: np.ndarray, told: Mapping[str, pd.Series], chosen: str
) -> list[Finding]:
    """Other evidence of who left that does not name the same accounts as the one used."""
    left = told[chosen].notna()
    others = {
        SOURCES[name]: found.notna() for name, found in told.items() if name != chosen and found.notna().any()
    }
    if has_any(book, "has_churned"):
        others = {"a flag or status": _says_left(book) & is_customer, **others}
    findings = []
    for source, says_left in others.items():
        differ = int((says_left != left).sum())
        if differ:
            message = (
                f"Churn is told twice: {int(left.sum()):,} accounts left by {SOURCES[chosen]}, {int(says_left.sum()):,} by {source}, "
                f"{int((left & says_left).sum()):,} by both; {differ:,} differ. Used: {SOURCES[chosen]} (--churn says otherwise)."
            )
            findings.append(Finding(CONTRADICTORY_CHURN, message, differ))
    return findings


def _followed_from(
    since: pd.Series, churned: pd.Series, today: pd.Timestamp
) -> tuple[pd.Series, tuple[Finding, ...]]:
    """Since when each customer's churn could have been seen (left truncation).

    The book's first churn date is when recording began if, at the rate seen from then on, three or more
    customers would have left before it. Customers of earlier years then enter on the day before, so that all of
    them were there to leave on that first day.
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
    eve = start - pd.Timedelta(days=1)
    return since.where(since.isna() | (since > eve), eve), (Finding(TRUNCATED, message, early),)
