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
from icpcli.rank.retention import Lifetimes, Stay, expected_months, lifetimes_of, stays
from icpcli.rank.value import Values, expectations_in, lifetime_values

if TYPE_CHECKING:
    from icpcli.model.common import Finding
    from icpcli.model.tables import Book
    from icpcli.rank.purchases import Expectations
    from icpcli.settings import Settings

LOWER_IS_BETTER = frozenset({Criterion.ACQUISITION_COST})


@dataclass(frozen=True, slots=True, eq=False)
class Criteria:
    """``figures``: one column per criterion, rows as ``Book.accounts``, NaN = not known. ``sources`` in order.

    ``of_groups`` holds what the mean of a group is made of: answers as they were given, the rest as it stands in ``figures``.
    Beside them what they rest on: stays and lifetimes (months), the parts of value, the purchases to expect (None
    where customers do not buy again without a contract), and what was noticed.
    """

    figures: pd.DataFrame
    of_groups: pd.DataFrame
    sources: tuple[CriterionSource, ...]
    stay: Stay
    lifetimes: Lifetimes
    values: Values
    expectations: Expectations | None
    findings: tuple[Finding, ...]


def criteria_of(book: Book, settings: Settings) -> Criteria:
    """Acquisition cost, retention, lifetime value and advocacy of every account worked."""
    stay = stays(book)
    lifetimes = lifetimes_of(stay, settings.horizon_months)
    expectations = expectations_in(book, settings)
    months = np.full(len(book.accounts), np.nan)
    if book.regime == "contract":
        months = expected_months(stay, lifetimes.curve, horizon_months=settings.horizon_months)
    retention = _retention(months, stay, lifetimes, expectations)
    costs, recommends = acquisition_costs(book), advocacy(book)
    values = lifetime_values(book, stay, months, expectations, settings)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    figures = pd.DataFrame(
        {
            Criterion.ACQUISITION_COST: costs.figures,
            Criterion.RETENTION: np.where(is_customer, retention.figures, np.nan),
            Criterion.LIFETIME_VALUE: np.where(is_customer, values.figures, np.nan),
            Criterion.ADVOCACY: recommends.figures,
        }
    )
    money = book.currency or "currency"
    sources = (
        (Criterion.ACQUISITION_COST, costs.source, costs.unit),
        (Criterion.RETENTION, retention.source, retention.unit),
        (Criterion.LIFETIME_VALUE, values.source, money),
        (Criterion.ADVOCACY, recommends.source, recommends.unit),
    )
    return Criteria(
        figures=figures,
        of_groups=figures.assign(**{Criterion.ADVOCACY: recommends.answered}),
        sources=tuple(_source(c, words, of, figures[c][is_customer], settings) for c, words, of in sources),
        stay=stay,
        lifetimes=lifetimes,
        values=values,
        expectations=expectations,
        findings=(*costs.findings, *recommends.findings),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Retention:
    """How long, or how often, customers stay: one figure per account worked, where it came from, its unit."""

    figures: np.ndarray
    source: str
    unit: str


def _retention(
    months: np.ndarray, stay: Stay, lifetimes: Lifetimes, expectations: Expectations | None
) -> _Retention:
    """What tells who stays, by how customers stay in this book.

    The months expected within the horizon where they leave on a date, the orders to expect within a year
    where they buy again without a contract; not known where nobody ever left, or they buy once.
    """
    if expectations is not None:
        return _Retention(expectations.orders, f"orders to expect: {expectations.source}", "orders a year")
    beyond = f", beyond them {lifetimes.projection}" if lifetimes.projection else ""
    known = months if stay.has_churned.any() else np.full(len(months), np.nan)
    told = "contract dates" if stay.shape is None else "who has left, among customers of each age"
    return _Retention(known, f"{told}{beyond}", "months")


def _source(
    criterion: Criterion, source: str, unit: str, figures: pd.Series, settings: Settings
) -> CriterionSource:
    known = int(figures.notna().sum())
    if not known:
        return CriterionSource(criterion, "not exported", unit, 0.0, 0)
    return CriterionSource(criterion, source, unit, settings.weight_of(criterion), known)
