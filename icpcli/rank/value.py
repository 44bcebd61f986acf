"""What a customer is worth over the horizon: what they paid, and what they should still pay, discounted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.units import DAYS_PER_MONTH
from icpcli.rank.retention import months_between

if TYPE_CHECKING:
    from icpcli.model.tables import Book
    from icpcli.settings import Settings

MONTHS_PER_YEAR = 12
FEW_ORDERS = 1.0  # a customer's own order rate is averaged with this many of the book's


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """One lifetime value per account (currency; NaN = not known), and where it came from."""

    figures: np.ndarray
    source: str


def lifetime_values(book: Book, months: np.ndarray, settings: Settings) -> Values:
    """Margin over the horizon from the first purchase, in that day's money.

    contract: monthly value over the ``months`` expected within the horizon; repeat: realised plus the
    order rate (pooled with the book's) times the mean order over the months left; single: realised.
    """
    if book.regime == "contract" and book.accounts["monthly_value"].notna().any():
        monthly = book.accounts["monthly_value"].to_numpy(dtype=float)
        return Values(
            monthly * annuity_months(months, settings.discount_rate_yearly),
            "monthly value and expected months",
        )
    if book.regime == "repeat":
        return Values(_repeat(book, settings), "purchases so far, and those to expect")
    return Values(book.accounts["realised_margin"].to_numpy(dtype=float), "purchases so far")


def annuity_months(months: np.ndarray, discount_rate_yearly: float) -> np.ndarray:
    """What one unit a month over so many months is worth on the first day.

    integral from 0 to m of (1 + r)^(-t / 12) dt = (1 - (1 + r)^(-m / 12)) / (ln(1 + r) / 12).
    Source: Gupta & Lehmann (2003), "Customers as Assets": the finite horizon, not the perpetuity.
    """
    force = np.log1p(discount_rate_yearly) / MONTHS_PER_YEAR
    return months if force == 0 else -np.expm1(-force * months) / force


def _repeat(book: Book, settings: Settings) -> np.ndarray:
    """Realised within the horizon, and the purchases to expect in what is left of it, discounted."""
    accounts = book.accounts
    horizon = float(settings.horizon_months)
    age = np.maximum(months_between(accounts["customer_since"], pd.Timestamp(book.as_of)), 0.0)
    left = np.maximum(horizon - age, 0.0)
    realised = _realised(book, settings)
    repeats = np.maximum(accounts["orders"].to_numpy(dtype=float) - 1, 0.0)
    exposure = np.minimum(age, horizon)
    rate_of_book = np.nansum(repeats) / max(np.nansum(age), 1.0)
    mean_exposure = max(float(np.nanmean(exposure)), 1.0)
    rate = (repeats + FEW_ORDERS * rate_of_book * mean_exposure) / (age + FEW_ORDERS * mean_exposure)
    mean_order = accounts["realised_margin"].to_numpy(dtype=float) / np.maximum(
        accounts["orders"].to_numpy(dtype=float), 1.0
    )
    rate_yearly = settings.discount_rate_yearly
    still_to_come = annuity_months(age + left, rate_yearly) - annuity_months(age, rate_yearly)
    total: np.ndarray = realised + rate * mean_order * still_to_come
    return total


def _realised(book: Book, settings: Settings) -> np.ndarray:
    """Margin of the purchases within the horizon, each discounted to the customer's first day."""
    accounts, orders = book.accounts, book.orders
    if orders.empty or not orders["ordered_on"].notna().any():
        return accounts["realised_margin"].to_numpy(dtype=float)
    since = orders["account_key"].map(accounts.set_index("account_key")["customer_since"])
    months = np.maximum((orders["ordered_on"] - since).dt.days.to_numpy(dtype=float), 0.0) / DAYS_PER_MONTH
    discount = (1 + settings.discount_rate_yearly) ** (-months / MONTHS_PER_YEAR)
    worth = (orders["amount"] * discount).where(months <= settings.horizon_months)
    by_account = worth.groupby(orders["account_key"], sort=True).sum(min_count=1)
    realised: np.ndarray = accounts["account_key"].map(by_account).to_numpy(dtype=float)
    return realised
