"""What a customer is worth over the horizon: what they paid, and what they should still pay, discounted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.units import DAYS_PER_MONTH, MONTHS_PER_YEAR
from icpcli.rank.purchases import Expectations, expectations_of
from icpcli.rank.retention import first_purchases
from icpcli.rank.totals import ages_of, mean_log_at, mean_totals

if TYPE_CHECKING:
    from icpcli.model.scale import Steps
    from icpcli.model.tables import Book
    from icpcli.rank.retention import Stay
    from icpcli.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """Lifetime value per account in two parts, ``to_date`` and ``expected`` (currency; NaN = not known), and its source."""

    to_date: np.ndarray
    expected: np.ndarray
    source: str

    @property
    def figures(self) -> np.ndarray:
        """The lifetime value: both parts together."""
        whole: np.ndarray = self.to_date + self.expected
        return whole


def lifetime_values(
    book: Book, stay: Stay, months: np.ndarray, expected: Expectations | None, settings: Settings
) -> Values:
    """Margin over the horizon from the first purchase, in that day's money.

    contract: monthly value over the ``months`` expected within the horizon, of which the tenure is to date; repeat:
    purchases so far, and those to ``expected``; single: purchases so far, or a total of them brought to one age, else what
    their contracts come to.
    """
    if book.regime == "contract" and book.accounts["monthly_value"].notna().any():
        monthly = book.accounts["monthly_value"].to_numpy(dtype=float)
        rate = settings.discount_rate_yearly
        stayed = np.minimum(np.minimum(stay.tenure_months, settings.horizon_months), months)
        to_date = monthly * annuity_months(stayed, rate)
        whole = monthly * annuity_months(months, rate)
        return Values(to_date, whole - to_date, "monthly value and expected months")
    if (mean := mean_totals(book)) is not None:
        return _at_one_age(book, mean, settings)
    to_date = _to_date(book, settings)
    if book.regime == "repeat" and expected is not None:
        return Values(
            to_date,
            _expected(book, expected, settings),
            f"purchases so far, and those to expect: {expected.source}",
        )
    contracts = book.accounts["contract_value"].to_numpy(dtype=float)
    if not np.isfinite(to_date).any() and np.isfinite(contracts).any():
        return Values(
            contracts, np.where(np.isfinite(contracts), 0.0, np.nan), "the value of their contracts"
        )
    return Values(to_date, np.where(np.isfinite(to_date), 0.0, np.nan), "purchases so far")


def annuity_months(months: np.ndarray, discount_rate_yearly: float) -> np.ndarray:
    """What one unit a month over so many months is worth on the first day.

    integral from 0 to m of (1 + r)^(-t / 12) dt = (1 - (1 + r)^(-m / 12)) / (ln(1 + r) / 12).
    Source: Gupta & Lehmann (2003), "Customers as Assets": the finite horizon, not the perpetuity.
    """
    force = np.log1p(discount_rate_yearly) / MONTHS_PER_YEAR
    return months if force == 0 else -np.expm1(-force * months) / force


def _at_one_age(book: Book, mean: Steps, settings: Settings) -> Values:
    """Each total so far times what the mean grows from its age to the horizon, or to the oldest age seen if that is less.

    Of a customer older than that, what was paid by then is to date; of a younger one, what is still to come is expected.
    """
    ages = ages_of(book)
    to = min(float(settings.horizon_months), float(np.nanmax(ages)))
    growth = np.exp(mean_log_at(mean, np.full(1, to)) - mean_log_at(mean, ages))
    total = book.accounts["realised_margin"].to_numpy(dtype=float)
    to_date, expected = total * np.minimum(growth, 1.0), total * np.maximum(growth - 1.0, 0.0)
    return Values(to_date, expected, f"revenue so far, brought to {to:.0f} months")


def _to_date(book: Book, settings: Settings) -> np.ndarray:
    """Margin of the purchases within the horizon, each discounted to the customer's first one; credit notes take it back."""
    accounts, orders = book.accounts, book.orders
    realised: np.ndarray = accounts["realised_margin"].to_numpy(dtype=float)
    if orders.empty or not orders["ordered_on"].notna().any():
        return realised
    firsts = pd.Series(first_purchases(book).to_numpy(), index=accounts["account_key"])
    since = orders["account_key"].map(firsts)
    months = np.maximum((orders["ordered_on"] - since).dt.days.to_numpy(dtype=float), 0.0) / DAYS_PER_MONTH
    discount = (1 + settings.discount_rate_yearly) ** (-np.nan_to_num(months) / MONTHS_PER_YEAR)
    worth = (orders["amount"] * discount).where(~(months > settings.horizon_months), other=0.0)
    by_account = worth.groupby(orders["account_key"], sort=True).sum(min_count=1)
    found: np.ndarray = accounts["account_key"].map(by_account).to_numpy(dtype=float)
    return np.where(np.isfinite(found), found, realised)


def _expected(book: Book, expected: Expectations, settings: Settings) -> np.ndarray:
    """Orders to expect in what is left of the horizon, times the amount to expect of one, discounted as if evenly spread."""
    today = np.datetime64(book.as_of, "D")
    since = first_purchases(book).to_numpy().astype("datetime64[D]")
    age = (today - since).astype(float)
    age = np.where(np.isnat(since), np.nan, np.maximum(age, 0.0)) / DAYS_PER_MONTH
    left = np.maximum(settings.horizon_months - age, 0.0)
    rate = settings.discount_rate_yearly
    worth = annuity_months(age + left, rate) - annuity_months(age, rate)
    mean_discount = np.where(left > 0, worth / np.where(left > 0, left, 1.0), 0.0)
    to_come: np.ndarray = expected.orders_left * expected.value * mean_discount
    return to_come


def top_share(values: np.ndarray, count: int = 10) -> float | None:
    """The share (0-1) of all value that the most valuable customers bring; None where fewer than twice as many have one."""
    known = np.sort(values[np.isfinite(values) & (values > 0)])[::-1]
    if len(known) < 2 * count:
        return None
    return float(known[:count].sum() / known.sum())


def expectations_in(book: Book, settings: Settings) -> Expectations | None:
    """The purchases to expect, where customers buy again without a contract; None elsewhere."""
    if book.regime != "repeat" or not book.orders["ordered_on"].notna().any():
        return None
    return expectations_of(book, horizon_months=settings.horizon_months)
