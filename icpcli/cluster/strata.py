"""Companies that were first worked at about the same time: shuffled among each other, they differ by chance alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from icpcli.model.tables import Book

MOST_STRATA = 5  # leave a tenth of the bias of what goes with time (Cochran 1968, Biometrics 24)
LEAST_GROUPS = 40  # of related companies in each


def began_on(book: Book) -> np.ndarray:
    """The day since 1970 on which each account was first worked, as far as is told (accounts,): NaN where nothing is.

    The first of its deals' opening, of becoming a customer and of being lost.
    """
    opened = book.pursuits.groupby("account_key", sort=True)["worked_on"].min()
    told = [
        opened.reindex(book.accounts["account_key"]),
        book.accounts["customer_since"],
        book.accounts["lost_on"],
    ]
    days = [column.to_numpy().astype("datetime64[D]") for column in told]
    first = np.fmin.reduce(days)
    found: np.ndarray = np.where(np.isnat(first), np.nan, first.astype(float))
    return found


def strata_of(began: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A stratum (int, accounts) by when each was first worked; related accounts share that of the first of them.

    What goes with time (prices, the years in which customers left, deals that are still open) makes a type of company that is
    merely newer look different; among companies of one stratum it does not. As many strata of like size as hold forty groups each,
    five at most; accounts of which no day is told are dealt to them by chance.
    """
    group = np.unique(groups, return_inverse=True)[1]
    first = np.full(group.max(initial=-1) + 1, np.inf)
    np.minimum.at(first, group, np.where(np.isfinite(began), began, np.inf))
    is_told = np.isfinite(first)
    count = int(np.clip(is_told.sum() // LEAST_GROUPS, 1, MOST_STRATA))
    strata = rng.permutation(len(first)) % count
    if is_told.any():
        edges = np.quantile(first[is_told], np.arange(1, count) / count)
        strata[is_told] = np.searchsorted(edges, first[is_told], side="right")
    found: np.ndarray = strata[group]
    return found


__all__ = ["began_on", "strata_of"]
