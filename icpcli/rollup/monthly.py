"""What a customer pays a month, as far as the exports tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.common import Finding
from icpcli.model.units import DAYS_PER_MONTH
from icpcli.rollup.columns import first_known, numbers

if TYPE_CHECKING:
    from datetime import date

    from icpcli.rollup.regime import Retention
    from icpcli.settings import Settings

SPREAD = "ICP208"
MONTHS_PER_YEAR = 12
MORE_THAN_YEARLY = 1.25  # times as many purchases as yearly contracts are no such contracts


@dataclass(frozen=True, slots=True, eq=False)
class MonthlyValue:
    """Margin a month per account (currency; NaN = not known), and what was assumed."""

    values: pd.Series
    findings: tuple[Finding, ...]


def monthly_value_of(
    book: pd.DataFrame, realised: pd.Series, retention: Retention, settings: Settings, as_of: date
) -> MonthlyValue:
    """Margin a month: of MRR, else ARR / 12, else subscriptions, else contracts, else what was bought, spread over the time.

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
    return MonthlyValue(monthly.where(~((monthly <= 0) & retention.churned_on.notna())), findings)


def _spread(
    book: pd.DataFrame, realised: pd.Series, retention: Retention, today: pd.Timestamp
) -> tuple[pd.Series, tuple[Finding, ...]]:
    """Purchases spread over a year each, where customers buy no more often than they would sign yearly contracts; else over the tenure.

    A contract signed last month is no twelfth of its price a month.
    """
    end = retention.churned_on.fillna(today)
    months = ((end - retention.customer_since).dt.days / DAYS_PER_MONTH).clip(lower=1)
    bought = book["orders"].where(book["orders"] > 0)
    known = months.notna() & bought.notna()
    yearly_contracts = float((1 + months[known] // MONTHS_PER_YEAR).sum())
    if not known.any() or float(bought[known].sum()) > MORE_THAN_YEARLY * yearly_contracts:
        return realised / months, ()
    message = (
        "No MRR is exported, and customers buy about once a year: what each purchase costs counts as a year's. If it does not, export "
        "an MRR, or the contracts' months (term)."
    )
    by_year = realised / (bought * MONTHS_PER_YEAR)
    return by_year.fillna(realised / months), (Finding(SPREAD, message, int(known.sum())),)
