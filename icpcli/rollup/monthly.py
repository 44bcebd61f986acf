"""What a customer pays a month, as far as the exports tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.common import Finding
from icpcli.model.units import DAYS_PER_MONTH, MONTHS_PER_YEAR
from icpcli.rollup.billing import CYCLES, paid_months
from icpcli.rollup.columns import dates, first_known, numbers
from icpcli.wording import listed

if TYPE_CHECKING:
    from datetime import date

    from icpcli.rollup.regime import Retention
    from icpcli.settings import Settings

SPREAD = "ICP208"
TOLD_OTHERWISE = "ICP216"
SOME_BILLS = 3  # of a customer tell what it is billed a month
FEWEST = 10  # customers with bills and an MRR, for their median to speak of the book
FAR_OFF = 2.0  # times as much, or as little: no price rise, nor a month that is not billed yet


@dataclass(frozen=True, slots=True, eq=False)
class MonthlyValue:
    """Margin a month per account (currency; NaN = not known), and what was assumed."""

    values: pd.Series
    findings: tuple[Finding, ...]


def monthly_value_of(
    book: pd.DataFrame,
    realised: pd.Series,
    retention: Retention,
    settings: Settings,
    as_of: date,
) -> MonthlyValue:
    """Margin a month: of MRR, else ARR / 12, else subscriptions, else contracts, else what was bought over the months it pays for.

    ``realised`` (accounts,): the margin of all purchases. A zero beside a churn date says what is paid now, not what was: missing.
    """
    running = numbers(book, "running_mrr").where(numbers(book, "running") > 0, numbers(book, "last_mrr"))
    recurring = first_known(
        (
            numbers(book, "mrr"),
            numbers(book, "arr") / MONTHS_PER_YEAR,
            running,
            numbers(book, "contract_mrr"),
            numbers(book, "deal_mrr"),
        )
    )
    monthly = recurring * (settings.gross_margin or 1.0)
    findings: tuple[Finding, ...] = ()
    if monthly.notna().sum() == 0 and retention.regime == "contract":
        monthly, findings = _spread(book, realised, retention, pd.Timestamp(as_of))
    else:
        monthly, findings = _beside_bills(book, realised, monthly, retention, pd.Timestamp(as_of))
    return MonthlyValue(monthly.where(~((monthly <= 0) & retention.has_left)), findings)


def _spread(
    book: pd.DataFrame, realised: pd.Series, retention: Retention, today: pd.Timestamp
) -> tuple[pd.Series, tuple[Finding, ...]]:
    """Purchases over the months they pay for, as each customer is billed; totals without days, over the tenure.

    A year paid in advance last month is no twelfth of its price a month.
    """
    end = _last_day(book, retention, today)
    tenure = _months_of_total(book, retention.customer_since, end)
    if retention.by_instalments:  # each pays for its cycle, and who left is known by nothing else
        end = book["last_order_on"]
    is_dated = book["last_order_on"].notna()
    months = paid_months(book, end).where(is_dated, tenure)
    found = (_told(book.loc[is_dated, "billing_cycle"], months[is_dated]),) if is_dated.any() else ()
    return realised / months, found


def _beside_bills(
    book: pd.DataFrame, realised: pd.Series, monthly: pd.Series, retention: Retention, today: pd.Timestamp
) -> tuple[pd.Series, tuple[Finding, ...]]:
    """The value a month, and what bills say of it where customers have both: as much, or another sum altogether.

    Where it is as much, who has bills and no MRR (a plan by usage) pays what is billed. Far from it, usage is billed beside a base fee, or
    one of the two is in another unit.
    """
    billed = (realised / paid_months(book, _last_day(book, retention, today))).where(
        numbers(book, "orders") >= SOME_BILLS
    )
    times = (billed / monthly)[(monthly > 0) & (billed > 0)]
    if len(times) < FEWEST:
        return monthly, ()
    middle = times.median()
    if not 1 / FAR_OFF <= middle <= FAR_OFF:
        message = (
            f"What {len(times):,} customers bought comes to {middle:.2g} times their MRR a month, in the median: lifetime value counts the MRR "
            "and nothing that is billed beside it (usage, single sales). If purchases tell better what they pay, leave the prices of subscriptions, "
            "or the MRR, out of the export; if one of the two is in cents, its header should say so."
        )
        return monthly, (Finding(TOLD_OTHERWISE, message, len(times)),)
    by_bills = int((monthly.isna() & billed.notna()).sum())
    if not by_bills:
        return monthly, ()
    message = f"{by_bills:,} customers have no MRR: they pay a month what they are billed, which is about the MRR of the {len(times):,} who have both."
    return monthly.fillna(billed), (Finding(SPREAD, message, by_bills),)


def _last_day(book: pd.DataFrame, retention: Retention, today: pd.Timestamp) -> pd.Series:
    """Until when each account was a customer; of those who left on no day that is told, the day they bought last."""
    last = pd.Series(today, index=book.index).mask(retention.has_left, book["last_order_on"])
    return retention.churned_on.fillna(last)


def _months_of_total(book: pd.DataFrame, since: pd.Series, end: pd.Series) -> pd.Series:
    """The months as a customer, as far as the total tells of them: it may be that of some years alone."""
    first, last = dates(book, "revenue_from"), dates(book, "revenue_until")
    start, stop = since.where(~(since < first), first), end.where(~(end > last), last)
    days = (stop - start).dt.days
    return (days.where(~(days < 0)) / DAYS_PER_MONTH).clip(lower=1)


def _told(cycles: pd.Series, months: pd.Series) -> Finding:
    """How many customers are billed how often, which the value a month rests on."""
    counts = {word: int((cycles == cycle).sum()) for cycle, word in CYCLES.items()}
    counts["at other gaps"] = int(cycles.notna().sum()) - sum(counts.values())
    counts["once so far"] = int(cycles.isna().sum())
    told = listed([f"{n:,} {word}" for word, n in counts.items() if n], "and")
    unknown = int(months.isna().sum())
    only = f" For {unknown:,} of the last nothing tells which it is." if unknown else ""
    message = (
        f"No MRR is exported: what customers bought counts for the months that it pays for, as they are billed: {told}.{only} If they are not, export "
        "an MRR, or the contracts' months (term)."
    )
    return Finding(SPREAD, message, len(cycles))
