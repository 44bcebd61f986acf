"""Books with nothing in them: customers who differ in how long they were followed, and in nothing else.

Each maker gives the book and who is in the segment that must not be called different.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from books import AS_OF, book_of

from icpcli.rank.ranking import mid_rank_percentiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from icpcli.model.tables import Book

DAYS_PER_MONTH = 30.436875
TODAY = pd.Timestamp(AS_OF)
CUSTOMERS, IN_SEGMENT = 200, 80


@dataclass(frozen=True, slots=True, eq=False)
class NullBook:
    """A book in which ``is_segment`` marks customers who are merely younger, or came before the export opened."""

    book: Book
    is_segment: np.ndarray


def younger_segment(rng: np.random.Generator) -> np.ndarray:
    """Months each customer was followed: the first eighty of 200 for less than a year, the others for one to four."""
    return np.where(
        np.arange(CUSTOMERS) < IN_SEGMENT, rng.uniform(1, 12, CUSTOMERS), rng.uniform(12, 48, CUSTOMERS)
    )


def _days(months: np.ndarray) -> pd.TimedeltaIndex:
    return pd.to_timedelta(np.round(months * DAYS_PER_MONTH), unit="D")


def _contracts(
    rng: np.random.Generator, followed: np.ndarray, life: np.ndarray, opened: np.ndarray
) -> NullBook:
    """Contract customers with these lives; ``opened``: since what age their leaving could have been seen."""
    since = pd.Series(TODAY - _days(followed))
    left = pd.Series(since + _days(life)).where(life < followed)
    book = book_of(
        CUSTOMERS,
        customer_since=since,
        followed_from=pd.Series(since + _days(opened)),
        churned_on=left,
        monthly_value=rng.lognormal(5, 1, CUSTOMERS),
    )
    return NullBook(book, np.arange(CUSTOMERS) < IN_SEGMENT)


def steady_churn(rng: np.random.Generator) -> NullBook:
    """All leave at one rate, whatever their age."""
    return _contracts(rng, younger_segment(rng), rng.exponential(20, CUSTOMERS), np.zeros(CUSTOMERS))


def slowing_churn(rng: np.random.Generator) -> NullBook:
    """The longer a customer stayed, the seldomer it leaves; the same for all."""
    return _contracts(rng, younger_segment(rng), 15 * rng.weibull(0.7, CUSTOMERS), np.zeros(CUSTOMERS))


def undated_churn(rng: np.random.Generator) -> NullBook:
    """All leave at one rate, and it is told who did, and of nobody when."""
    found = steady_churn(rng)
    accounts = found.book.accounts.assign(churned_on=pd.Series([pd.NaT] * CUSTOMERS).astype("datetime64[s]"))
    return NullBook(
        dataclasses.replace(found.book, accounts=accounts, leaving_is_dated=False), found.is_segment
    )


def late_export(rng: np.random.Generator) -> NullBook:
    """The export opens 24 months ago: of older customers only those still there then are in it."""
    followed = np.where(
        np.arange(CUSTOMERS) < IN_SEGMENT, rng.uniform(24, 60, CUSTOMERS), rng.uniform(1, 24, CUSTOMERS)
    )
    opened = np.maximum(followed - 24, 0.0)
    life = opened + rng.exponential(20, CUSTOMERS)
    return _contracts(rng, followed, life, opened)


def recent_buyers(rng: np.random.Generator) -> NullBook:
    """Buyers who all order at the same rate; the segment began to buy within the last year."""
    followed = younger_segment(rng)
    repeats = rng.poisson(followed / 4)
    since = TODAY - _days(followed)
    keys, days = [], []
    for i in range(CUSTOMERS):
        ages = np.concatenate([[0.0], np.sort(rng.uniform(0, followed[i], repeats[i]))])
        keys += [f"A{i:05d}"] * len(ages)
        days += list(since[i] + _days(ages))
    amounts = rng.lognormal(4, 0.5, len(keys))
    ordered = pd.Series(days).astype("datetime64[s]")
    orders = pd.DataFrame(
        {
            "account_key": keys,
            "ordered_on": ordered,
            "amount": amounts,
            "revenue": amounts,
            "is_purchase": True,
        }
    )
    logs = np.log(orders["amount"]).groupby(orders["account_key"], sort=True).mean().to_numpy()
    totals = orders["amount"].groupby(orders["account_key"], sort=True).sum().to_numpy()
    book = book_of(
        CUSTOMERS,
        regime="repeat",
        customer_since=pd.Series(since),
        followed_from=pd.Series(since),
        orders=repeats + 1,
        order_value_log_mean=logs,
        realised_margin=totals,
    )
    return NullBook(dataclasses.replace(book, orders=orders), np.arange(CUSTOMERS) < IN_SEGMENT)


FAMILIES: dict[str, Callable[[np.random.Generator], NullBook]] = {
    "a younger segment": steady_churn,
    "churn that slows with age": slowing_churn,
    "churn without dates": undated_churn,
    "an export that opens 24 months ago": late_export,
    "recent repeat buyers": recent_buyers,
}


def so_far_percentiles(book: Book) -> tuple[np.ndarray, np.ndarray]:
    """Percentiles of the months each customer stayed so far, and of the money paid so far: what a spreadsheet ranks by."""
    end = book.accounts["churned_on"].fillna(TODAY)
    months = (end - book.accounts["customer_since"]).dt.days / DAYS_PER_MONTH
    paid = book.accounts["realised_margin"].fillna(book.accounts["monthly_value"] * months)
    stayed, spent = (mid_rank_percentiles(figures, lower_is_better=False) for figures in (months, paid))
    return stayed, spent


def differs(figures: np.ndarray, is_segment: np.ndarray) -> bool:
    """Whether the segment's mean is called different: |t| > 1.96 (Welch), NaN left out."""
    inside, outside = (figures[side & np.isfinite(figures)] for side in (is_segment, ~is_segment))
    error = np.sqrt(inside.var(ddof=1) / len(inside) + outside.var(ddof=1) / len(outside))
    return bool(abs(inside.mean() - outside.mean()) > 1.96 * error)
