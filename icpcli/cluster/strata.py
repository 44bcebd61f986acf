"""Companies that were first worked at about the same time: among each other they are shuffled and compared, and what goes with time alone is taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.heard import VOICE_GRAIN, Heard, heard_of

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


def strata_of(began: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """A stratum (int, accounts) by when each was first worked; related accounts share that of the first of them.

    What goes with time (prices, the years in which customers left, deals that are still open) makes a type of company that is
    merely newer look different; among companies of one stratum it does not. As many strata of like size as hold forty groups each,
    five at most; accounts of which no day is told are dealt in turn to those of which one is.
    """
    group = np.unique(groups, return_inverse=True)[1]
    first = np.full(group.max(initial=-1) + 1, np.inf)
    np.minimum.at(first, group, np.where(np.isfinite(began), began, np.inf))
    is_told = np.isfinite(first)
    count = int(np.clip(is_told.sum() // LEAST_GROUPS, 1, MOST_STRATA))
    strata = np.zeros(len(first), dtype=int)
    if is_told.any():
        edges = np.quantile(first[is_told], np.arange(1, count) / count)
        strata[is_told] = np.searchsorted(edges, first[is_told], side="right")
        held = np.unique(strata[is_told])  # fewer than meant, where many began on one day
        strata[~is_told] = held[np.arange((~is_told).sum()) % len(held)]
    found: np.ndarray = strata[group]
    return found


def levelled(heard: Heard, began: np.ndarray) -> Heard:
    """What is heard less what goes with time alone, told by the means of the strata; ``began`` (accounts,): see ``began_on``.

    Of each part, how far the mean of a stratum lies from that of all, times how much of that is more than chance: 1 - (k - 1) s2 / b, never
    below 0, for k strata with b the sum of squares between them and s2 the variance within (the moment estimate; Efron & Morris 1973, JASA 68,
    have k - 3 of known variance). Between the middles of strata in a straight line. Of accounts of which no day is told, nothing is taken off.
    """
    parts = heard.parts.copy()
    for p in range(parts.shape[1]):
        known = np.isfinite(began) & np.isfinite(parts[:, p])
        if known.any():
            parts[known, p] -= _beside_time(
                parts[known, p], heard.voices[known, p], began[known], heard.strata[known]
            )
    whole = np.round(parts * VOICE_GRAIN) / VOICE_GRAIN
    return heard_of(whole, heard.weights, heard.groups, heard.strata)


def _beside_time(part: np.ndarray, voices: np.ndarray, began: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """What goes with time in a part of accounts that have it (accounts,), against the mean of all."""
    place = np.unique(strata, return_inverse=True)[1]
    count = np.bincount(place, voices)
    means, middles = (np.bincount(place, voices * of) / count for of in (part, began))
    overall = float(voices @ part) / float(count.sum())
    means -= overall
    between = float(count @ means**2)
    left = part - overall - means[place]
    within = float(voices @ left**2) / max(float(count.sum()) - len(count), 1.0)
    true = 1 - (len(count) - 1) * within / between if between > 0 else 0.0
    order = np.argsort(middles)
    beside: np.ndarray = max(true, 0.0) * np.interp(began, middles[order], means[order])
    return beside


__all__ = ["began_on", "levelled", "strata_of"]
