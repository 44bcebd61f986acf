"""Who recommends you: NPS, shrunk to the book's mean by the number of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from icpcli.model.tables import Book

LARGEST_RATING = 10


def advocacy(book: Book) -> np.ndarray:
    """One NPS rating per account (0-10; NaN = nobody answered), partially pooled.

    shrunk = mean + (rating - mean) * between / (between + within / answers), with the variance between
    accounts and within them by moments; where each account answered once, ratings stay as they are.
    Ratings on another scale than 0-10 are left out as a whole: scales are never mixed.
    Source: Efron & Morris (1975), JASA 70; the answers' variance is pooled over accounts.
    """
    rating = book.accounts["nps"].to_numpy(dtype=float)
    known = np.isfinite(rating)
    if not known.any() or rating[known].min() < 0 or rating[known].max() > LARGEST_RATING:
        return np.full(len(rating), np.nan)
    answers = np.maximum(book.accounts["nps_answers"].to_numpy(dtype=float), 1.0)
    if answers[known].max() <= 1:
        return rating
    mean = float(np.average(rating[known], weights=answers[known]))
    total = float(np.var(rating[known]))
    single = known & (answers == 1)
    within = max(float(np.var(rating[single])) - total / 2, 0.0) if single.sum() > 1 else total / 2
    between = max(total - within * float(np.mean(1 / answers[known])), 1e-9)
    shrunk: np.ndarray = mean + (rating - mean) * between / (between + within / answers)
    return shrunk
