"""Which of the customers one would like more of a profile holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.common import Interval
from icpcli.model.review import Coverage
from icpcli.model.units import Z95

if TYPE_CHECKING:
    from icpcli.model.tables import Book, Ranking

TOP_SHARE = 1 / 3
ACTIVE_DAYS = 365  # a repeat buyer without an order for so long is not called active


def good_customers(book: Book, ranking: Ranking) -> np.ndarray:
    """Which accounts are satisfied customers (bool): active, and in the top third by score."""
    scores = ranking.customers.set_index("account_key")["score"]
    score = book.accounts["account_key"].map(scores).to_numpy(dtype=float)
    known = np.isfinite(score)
    if not known.any():
        return np.zeros(len(score), dtype=bool)
    active = (book.accounts["is_customer"].astype(bool) & ~book.accounts["has_left"]).to_numpy(dtype=bool)
    if book.regime == "repeat":
        quiet = (pd.Timestamp(book.as_of) - book.accounts["last_order_on"]).dt.days.to_numpy(dtype=float)
        active = active & ~(quiet > ACTIVE_DAYS)  # a frame's own array may not be written to
    good: np.ndarray = active & known & (score >= np.quantile(score[known], 1 - TOP_SHARE))
    return good


def coverage_of(inside: np.ndarray, good: np.ndarray) -> Coverage:
    """The share of good customers inside (1), of those whose side is known.

    ``good`` should leave out whoever has a blank in a field that is asked: one misfit settles "outside", while "inside" needs
    every cell, so that blanks would take the share down.
    """
    known = good & np.isfinite(inside)
    total, covered = int(known.sum()), int((good & (inside == 1)).sum())
    return Coverage(total, covered, share_of(covered, total) if total else None)


def share_of(count: int, total: int) -> Interval:
    """A share with its 95 % interval. Source: Wilson (1927), JASA 22."""
    share, z2 = count / total, Z95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    reach = Z95 * np.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return Interval(share, max(0.0, float(centre - reach)), min(1.0, float(centre + reach)))
