"""Books of accounts built by hand, with sensible defaults."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from icpcli.model.common import Kind
from icpcli.model.tables import Book
from icpcli.rollup.purchases import NO_PURCHASES
from icpcli.rollup.spending import NO_SPEND

AS_OF = date(2026, 1, 1)
NO_PURSUITS = pd.DataFrame(
    {"account_key": [], "channel": [], "worked_on": pd.Series([], dtype="datetime64[s]")}
)


def book_of(
    n: int, *, regime: str = "contract", attributes: dict[str, Any] | None = None, **columns: Any
) -> Book:
    """A book of ``n`` accounts; columns not given are missing, or say "a customer since a year"."""
    frame = pd.DataFrame(attributes or {}, index=range(n))
    kinds = {name: Kind.CATEGORY if frame[name].dtype == object else Kind.COUNT for name in frame}
    return Book(
        accounts=accounts_of(n, columns),
        attributes=frame,
        attribute_kinds=kinds,
        orders=NO_PURCHASES,
        spend=NO_SPEND,
        pursuits=NO_PURSUITS,
        regime=regime,
        currency=None,
        as_of=AS_OF,
        not_worked=0,
        not_worked_attributes=frame.iloc[:0],
        findings=(),
    )


def accounts_of(n: int, columns: dict[str, Any]) -> pd.DataFrame:
    """The rows of ``n`` accounts, customers since a year of whom nothing else is known but these columns."""
    since = pd.Series([pd.Timestamp("2025-01-01")] * n).astype("datetime64[s]")
    accounts = pd.DataFrame(
        {
            "account_key": [f"A{i:05d}" for i in range(n)],
            "name": [f"Company {i}" for i in range(n)],
            "group": np.arange(n),
            "is_customer": True,
            "is_new_business": True,
            "is_activated": True,
            "won_at_first": np.nan,
            "won_deals": 1,
            "lost_deals": 0,
            "customer_since": since,
            "churned_on": pd.Series([pd.NaT] * n).astype("datetime64[s]"),
            "has_left": False,
            "followed_from": since,
            "lost_on": pd.Series([pd.NaT] * n).astype("datetime64[s]"),
            "last_order_on": pd.Series([pd.NaT] * n).astype("datetime64[s]"),
            "orders": 0,
            "realised_revenue": np.nan,
            "realised_margin": np.nan,
            "monthly_value": np.nan,
            "order_value_log_mean": np.nan,
            "contract_value": np.nan,
            "acquisition_cost": np.nan,
            "touches": np.nan,
            "touches_of_life": False,
            "activities": np.nan,
            "activities_of_life": False,
            "days_to_close": np.nan,
            "discount": np.nan,
            "hours": np.nan,
            "nps": np.nan,
            "nps_answers": 0,
            "nps_squares": np.nan,
            "satisfaction": np.nan,
            "satisfaction_answers": 0,
            "satisfaction_squares": np.nan,
            "referrals": np.nan,
            "advocacy_signs": np.nan,
        }
    )
    for name, values in columns.items():
        held = pd.Series(values)
        accounts[name] = (
            held.astype("datetime64[s]") if name.endswith(("_on", "_since", "_from")) else held.to_numpy()
        )
    if "has_left" not in columns:
        accounts["has_left"] = accounts["churned_on"].notna()
    return accounts


def words(values: list[Any]) -> pd.Series:
    """A text column as the roll-up gives it: words, or None."""
    return pd.Series(values, dtype=object)
