"""What accounts show of each part of a claim, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.cluster.heard import heard_of
from icpcli.cluster.strata import began_on, strata_of
from icpcli.model.claim import EARLIER, LEAVING, ORDERS
from icpcli.model.common import NO_DATE, Criterion
from icpcli.model.scale import Steps
from icpcli.model.units import DAYS_PER_MONTH
from icpcli.rank.reordering import reordering_of
from icpcli.rank.retention import stays
from icpcli.rank.survival import expected_churns
from icpcli.review.likelihoods import Newcomers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from icpcli.model.scale import Scale
    from icpcli.model.tables import Book, Utility

FIGURES = (Criterion.ACQUISITION_COST, Criterion.LIFETIME_VALUE, Criterion.ADVOCACY)
LEAST_SPREAD = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """Per account worked: ``figures`` of customers by criterion (sd; NaN = not known), ``counts`` (events seen, events
    expected on the saved scale; NaN = not followed), and ``won`` (1, 0; NaN where that is not what was exported).

    ``groups``: one number for accounts that are related; where it is not given nobody is. ``strata``: one for those first worked at
    about the same time; not given, all were.
    """  # noqa: D205  the summary names three arrays

    figures: Mapping[str, np.ndarray]
    counts: Mapping[str, tuple[np.ndarray, np.ndarray]]
    won: np.ndarray
    groups: np.ndarray | None = None
    strata: np.ndarray | None = None

    def times(self) -> np.ndarray:
        """The stratum of each account."""
        return np.zeros(len(self.won), dtype=int) if self.strata is None else self.strata

    def without(self, criteria: Collection[str]) -> Signals:
        """The same, but for the figures of some criteria."""
        return replace(
            self, figures={name: part for name, part in self.figures.items() if name not in criteria}
        )

    def voices(self, part: np.ndarray) -> np.ndarray:
        """How much each account counts in one part: less among related ones that resemble each other in it (``Heard``)."""
        groups = np.arange(len(part)) if self.groups is None else self.groups
        return heard_of(part[:, None], np.ones(1), groups).voices[:, 0]


def signals_of(book: Book, utility: Utility) -> Signals:
    """The signals of a book on the scale by which ``utility`` was heard."""
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    heard = list(utility.criteria)
    figures = {}
    for criterion in FIGURES:
        if criterion in heard:
            part = np.where(is_customer, utility.parts[:, heard.index(criterion)], np.nan)
            known = part[np.isfinite(part)]
            if len(known) and float(np.ptp(known)) > LEAST_SPREAD:  # of those won, only the cost differs
                figures[criterion.value] = part
    counts = _counts(book, utility.scale) if Criterion.RETENTION in heard else {}
    won = np.full(len(is_customer), np.nan)
    if Criterion.ACQUISITION_COST in heard and not is_customer.all():
        is_new = book.accounts["is_new_business"].to_numpy(dtype=bool)
        won = np.where(is_new, is_customer.astype(float), np.nan)
    return Signals(figures, counts, won, utility.groups, strata_of(began_on(book), utility.groups))


def _counts(book: Book, scale: Scale | None) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    if scale is None:
        return {}
    stay = stays(book)
    use = stay.known()
    if book.regime == "contract" and scale.hazard is not None:
        tenure, entered = np.nan_to_num(stay.tenure_months), np.nan_to_num(stay.entered_months)
        expected = expected_churns(scale.hazard, entered, tenure)
        return {LEAVING: _followed(use, stay.has_churned.astype(float), expected)}
    if book.regime == "repeat" and scale.orders is not None:
        found = reordering_of(book, scale.orders)
        return {ORDERS: (found.placed, found.expected)}
    return {}


def _followed(use: np.ndarray, seen: np.ndarray, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.where(use, seen, np.nan), np.where(use, expected, np.nan)


def decided_on(book: Book) -> pd.Series:
    """When each account became a customer, or was lost; NaT where not known.

    Both on the day of the decision: by the day their deals were opened, companies that take longer to say no would be missing.
    """
    is_customer = book.accounts["is_customer"].astype(bool)
    return book.accounts["customer_since"].where(is_customer, book.accounts["lost_on"])


def decided_after(book: Book, day: date) -> np.ndarray:
    """Which accounts were decided after a day (bool); none after one that stands for no date at all."""
    if day == NO_DATE:
        return np.zeros(len(book.accounts), dtype=bool)
    after: np.ndarray = (decided_on(book) > np.datetime64(day, "s")).to_numpy(dtype=bool)
    return after


def newcomers_of(book: Book, signals: Signals, inside: np.ndarray, since: date) -> Newcomers:
    """Those decided after ``since``, by months; of accounts that belong together the first counts for all."""
    days = (decided_on(book) - pd.Timestamp(since)).dt.days.to_numpy(dtype=float, na_value=np.nan)
    chosen = np.flatnonzero(decided_after(book, since))
    groups = book.accounts["group"].to_numpy()[chosen]
    chosen = chosen[np.sort(np.unique(groups, return_index=True)[1])]
    return Newcomers(
        month=np.floor((days[chosen] - 1) / DAYS_PER_MONTH).astype(np.int64),
        inside=inside[chosen],
        figures={name: part[chosen] for name, part in signals.figures.items()},
        counts={name: (seen[chosen], due[chosen]) for name, (seen, due) in signals.counts.items()},
        won=signals.won[chosen],
    )


def earlier_customers(book: Book, scale: Scale | None, inside: np.ndarray, since: date) -> Newcomers:
    """The customers of then who were still there: an entry for each month from ``since`` on that one of them began.

    Whether the customer left in it, and the churns to expect at that age; nobody where nothing tells the days.
    """
    is_told = (
        scale is not None and scale.hazard is not None and book.regime == "contract" and book.leaving_is_dated
    )
    stay = stays(book)
    ages = (pd.Timestamp(since) - book.accounts["customer_since"]).dt.days.to_numpy(
        dtype=float, na_value=np.nan
    ) / DAYS_PER_MONTH
    there = np.flatnonzero(stay.known() & (ages >= 0) & (stay.tenure_months > ages) & is_told)
    age, tenure, entered = ages[there], stay.tenure_months[there], stay.entered_months[there]
    months = np.arange(int(np.ceil((tenure - age).max(initial=0.0))))
    begin = age[None, :] + months[:, None]
    month, one = np.nonzero(begin < tenure[None, :])
    start, end = begin[month, one], np.minimum(begin[month, one] + 1, tenure[one])
    seen = stay.has_churned[there][one] & (tenure[one] <= begin[month, one] + 1)
    hazard = (scale.hazard if scale else None) or Steps()
    expected = expected_churns(hazard, np.minimum(np.maximum(start, entered[one]), end), end)
    return Newcomers(
        month=month,
        inside=inside[there][one],
        figures={},
        counts={EARLIER: (seen.astype(float), expected)},
        won=np.full(len(month), np.nan),
    )
