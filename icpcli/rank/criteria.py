"""The four criteria of every account worked, each in its own unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.common import Criterion
from icpcli.model.profile import CriterionSource
from icpcli.rank.acquisition import acquisition_costs
from icpcli.rank.advocacy import advocacy
from icpcli.rank.retention import Curve, expected_months, kaplan_meier, months_between
from icpcli.rank.value import lifetime_values

if TYPE_CHECKING:
    from icpcli.model.tables import Book
    from icpcli.settings import Settings

LOWER_IS_BETTER = frozenset({Criterion.ACQUISITION_COST})


@dataclass(frozen=True, slots=True, eq=False)
class Criteria:
    """``figures``: one column per criterion, rows as ``Book.accounts``, NaN = not known. ``sources`` in order."""

    figures: pd.DataFrame
    sources: tuple[CriterionSource, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stay:
    """How long each account stayed (months, NaN for those that never were customers) and whether it left."""

    tenure_months: np.ndarray
    has_churned: np.ndarray


def stays(book: Book) -> Stay:
    """Tenure until churn or as_of, per account worked."""
    accounts = book.accounts
    has_churned = accounts["churned_on"].notna().to_numpy()
    end = accounts["churned_on"].fillna(pd.Timestamp(book.as_of))
    return Stay(months_between(accounts["customer_since"], end), has_churned)


def survival_of(stay: Stay, chosen: np.ndarray) -> Curve:
    """The survival curve of the chosen accounts, those with a known tenure."""
    use = chosen & np.isfinite(stay.tenure_months)
    return kaplan_meier(stay.tenure_months[use], stay.has_churned[use])


def criteria_of(book: Book, settings: Settings) -> Criteria:
    """Acquisition cost, expected months within the horizon, lifetime value and advocacy of every account worked.

    Retention in months exists only where customers leave on a date; repeat buyers are told by their orders.
    """
    stay = stays(book)
    months = np.full(len(book.accounts), np.nan)
    if book.regime == "contract":
        curve = survival_of(stay, np.ones(len(months), dtype=bool))
        months = expected_months(
            stay.tenure_months, stay.has_churned, curve, horizon_months=settings.horizon_months
        )
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    costs = acquisition_costs(book)
    values = lifetime_values(book, months, settings)
    retention, unit = months, "months"
    if book.regime == "repeat":
        retention, unit = _orders_per_year(book), "orders a year"
    elif not stay.has_churned.any():
        retention = np.full(len(months), np.nan)
    figures = pd.DataFrame(
        {
            Criterion.ACQUISITION_COST: costs.figures,
            Criterion.RETENTION: np.where(is_customer, retention, np.nan),
            Criterion.LIFETIME_VALUE: np.where(is_customer, values.figures, np.nan),
            Criterion.ADVOCACY: np.where(is_customer, advocacy(book), np.nan),
        }
    )
    told = {
        Criterion.ACQUISITION_COST: (costs.source, costs.unit),
        Criterion.RETENTION: (f"{book.regime} dates", unit),
        Criterion.LIFETIME_VALUE: (values.source, book.currency or "currency"),
        Criterion.ADVOCACY: ("NPS", "of 10"),
    }
    sources = tuple(_source(c, *told[c], figures[c][is_customer], settings) for c in Criterion)
    return Criteria(figures, sources)


def _orders_per_year(book: Book) -> np.ndarray:
    """Repeat orders a year since the first, over at least a quarter; NaN for who has not been there a month."""
    accounts = book.accounts
    months = months_between(accounts["customer_since"], pd.Timestamp(book.as_of))
    repeats = np.maximum(accounts["orders"].to_numpy(dtype=float) - 1, 0.0)
    return np.where(months >= 1, repeats / np.maximum(months, 3.0) * 12, np.nan)


def _source(
    criterion: Criterion, source: str, unit: str, figures: pd.Series, settings: Settings
) -> CriterionSource:
    known = int(figures.notna().sum())
    if not known:
        return CriterionSource(criterion, "not exported", unit, 0.0, 0)
    return CriterionSource(criterion, source, unit, settings.weight_of(criterion), known)
