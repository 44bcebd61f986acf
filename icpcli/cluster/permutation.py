"""Could the whole search have found as much in nothing? By permuting accounts.

Knows nothing of the posterior's model. Two statistics, each in standard deviations of its permutations, are added up: one
sees a rule in which every criterion moves, the other a criterion or a field that moves alone. Ranks would not do: the
first of 200 is all that a rank can say of a pattern however strong.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.attributes import is_forbidden
from icpcli.cluster.rules import MOST_CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icpcli.cluster.attributes import Attribute
    from icpcli.cluster.heard import Heard

ATTRIBUTE_PENALTY = 3.0
LEVEL_PENALTY = 0.5
SCANNED_CONDITIONS = 3
STARTS = 2
TELLING_WEIGHT = 2.0  # sees more than 1 in books of 100, and where value alone differs


def search_p_value(
    attributes: Sequence[Attribute],
    heard: Heard,
    *,
    permutations: int,
    rng: np.random.Generator,
) -> float:
    """The p-value of the whole search: the share of permutations whose evidence is at least as strong.

    Statistics: the best scan of the utility (Neill 2012: the best set of values is a prefix of those in order of
    their means), and how telling the fields are of the utility and of each criterion. Whole groups of related accounts
    change places, with groups of their size and their time (``Heard.strata``). What the user forbids is no evidence of what is left, so its accounts are
    left out; the scan begins with what the user requires, and fields are asked what they tell of those inside it.
    """
    permitted = np.flatnonzero(~is_forbidden(attributes))
    if len(permitted) < len(heard.groups):
        attributes, heard = [a.at(permitted) for a in attributes], heard.at(permitted)
    if not len(permitted):
        return 1.0
    orders = permuted_orders(heard.groups, permutations, rng, heard.strata)
    values = np.nan_to_num(heard.parts) * heard.voices
    utility, voice = values @ heard.weights, heard.voices @ heard.weights
    utility = utility - voice * (utility.sum() / max(voice.sum(), 1e-12))
    # blank for every lost company, such a field is heard where shuffled parts are not: by shares, it would look telling
    filled = [a.completed(rng) if a.is_of_customers else a for a in attributes]
    inside = _inside_required(filled, len(permitted))
    fields = [(a.kind, a.indicators()[:, a.is_allowed]) for a in filled if a.required is None]
    y, k = utility[orders].T, voice[orders].T
    loudness = voice / np.maximum(np.isfinite(heard.parts) @ heard.weights, 1e-12)
    scale = float((utility**2 / np.where(loudness > 0, loudness, 1.0)).sum() / max(voice.sum(), 1e-12))
    alone = ((values[orders, p].T, heard.voices[orders, p].T) for p in range(values.shape[1]))
    most = min(SCANNED_CONDITIONS, MOST_CONDITIONS - len(filled) + len(fields))
    scan = _standardised(_best_scan(fields, y, k, scale, inside, most))
    told = chain([(y, k)], alone) if inside.all() else _among(inside, chain([(y, k)], alone))
    telling = _standardised(_tellingness([matrix for _, matrix in fields], told))
    joined = np.round(scan + TELLING_WEIGHT * telling, 9)
    return float((joined >= joined[0]).sum() / len(joined))


def _inside_required(attributes: Sequence[Attribute], accounts: int) -> np.ndarray:
    """How much each account belongs to what the user requires (accounts,): 1 for all where that is nothing."""
    inside = np.ones(accounts)
    for attribute in attributes:
        if attribute.required is not None:
            inside *= attribute.indicators() @ attribute.required
    return inside


def _among(
    inside: np.ndarray, heard: Iterable[tuple[np.ndarray, np.ndarray]]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Sums about their mean among those inside (accounts,), and counts."""
    for y, k in heard:
        sums, counts = y * inside[:, None], k * inside[:, None]
        yield sums - counts * (sums.sum(axis=0) / np.maximum(counts.sum(axis=0), 1e-12)), counts


def _tellingness(
    matrices: Sequence[np.ndarray], heard: Iterable[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """Over fields, the squares of what each tells of each value heard beyond the mean, in sd of its permutations.

    Squares, since most fields tell nothing: their noise would drown in a plain sum the one that tells much. ``heard``:
    sums and counts (accounts, permutations) of the utility and of each criterion.
    """
    excesses = (_standardised(_global_score(matrix, y, k)) for y, k in heard for matrix in matrices)
    told: np.ndarray = np.zeros(1)
    for excess in excesses:
        told = told + np.maximum(excess, 0.0) ** 2
    return told


def _standardised(statistic: np.ndarray) -> np.ndarray:
    """A statistic of every permutation (permutations,) in standard deviations from its mean over them all."""
    deviations: np.ndarray = (statistic - statistic.mean()) / max(float(statistic.std()), 1e-12)
    return deviations


def permuted_orders(
    groups: np.ndarray, permutations: int, rng: np.random.Generator, strata: np.ndarray | None = None
) -> np.ndarray:
    """Orders of the accounts (permutations + 1, accounts); the first is as it is.

    Groups move whole, among those of their size, and of their stratum where ``strata`` (accounts,) are given.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for position, group in enumerate(groups.tolist()):
        members[group].append(position)
    alike: dict[tuple[int, int], list[list[int]]] = defaultdict(list)
    for group in sorted(members, key=lambda g: members[g][0]):
        stratum = 0 if strata is None else int(strata[members[group][0]])
        alike[len(members[group]), stratum].append(members[group])
    orders = np.tile(np.arange(len(groups)), (permutations + 1, 1))
    for kind in sorted(alike):
        places = np.array(alike[kind])
        shuffles = np.argsort(rng.random((permutations, len(places))), axis=1)
        orders[1:, places.ravel()] = places[shuffles].reshape(permutations, -1)
    return orders


def _global_score(matrix: np.ndarray, y: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Squared sums over all levels of one attribute, by their count (permutations,)."""
    sums, counts = matrix.T @ y, matrix.T @ k
    score: np.ndarray = (sums**2 / np.maximum(counts, 1e-9)).sum(axis=0)
    return score


def _best_scan(  # noqa: PLR0913, PLR0917  what is scanned, of whom, within what
    fields: Sequence[tuple[str, np.ndarray]],
    y: np.ndarray,
    k: np.ndarray,
    scale: float,
    inside: np.ndarray,
    most: int,
) -> np.ndarray:
    """The best penalised score of up to ``most`` conditions, grown one within the other from each of the two best first ones.

    ``fields``: kind and indicators of each; ``scale``: the variance of the utility where an account that stands alone has
    one part of weight 1; ``inside``: how much accounts belong to what every rule must hold.
    """
    start = np.tile(inside[:, None], y.shape[1])
    best: np.ndarray = _score((y * start).sum(axis=0), (k * start).sum(axis=0), scale)
    if not fields or not most:
        return best
    alone = [
        _best_subset(kind, matrix.T @ (y * start), matrix.T @ (k * start), scale)[0]
        for kind, matrix in fields
    ]
    best = np.maximum(np.max(alone, axis=0), best)
    places = np.arange(len(fields))[:, None]
    for first in np.argsort(-np.array(alone), axis=0, kind="stable")[:STARTS]:
        allowed = places == first
        member = start
        for conditions in range(1, most + 1):
            open_to = zip(fields, allowed, strict=True)
            score, among, added = _best_condition(open_to, y * member, k * member, scale)
            # each condition's own penalty is in its score; those before it must be paid too
            best = np.maximum(best, score - ATTRIBUTE_PENALTY * (conditions - 1))
            member = member * among
            allowed = (allowed if conditions > 1 else True) & (places != added)
    return best


def _best_condition(
    fields: Iterable[tuple[tuple[str, np.ndarray], np.ndarray]], y: np.ndarray, k: np.ndarray, scale: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per permutation the best condition: its score, its members (accounts, permutations) and the number of its field.

    ``fields``: the kind and indicators of each, and whether it may be used (permutations,).
    """
    best = np.full(y.shape[1], -np.inf)
    member = np.ones_like(y)
    added = np.full(y.shape[1], -1)
    for number, ((kind, matrix), allowed) in enumerate(fields):
        score, chosen = _best_subset(kind, matrix.T @ y, matrix.T @ k, scale)
        better = allowed & (score > best)
        best = np.where(better, score, best)
        added = np.where(better, number, added)
        member[:, better] = matrix @ chosen[:, better]
    return best, member, added


def _best_subset(
    kind: str, sums: np.ndarray, counts: np.ndarray, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Score and levels (levels, permutations) of the best set, or interval, of one attribute."""
    if kind == "one_of" or len(sums) == 1:
        return _best_prefix(sums, counts, scale)
    return _best_interval(sums, counts, scale)


def _score(sums: np.ndarray, counts: np.ndarray, scale: float) -> np.ndarray:
    """The log-likelihood ratio of a higher mean inside."""
    score: np.ndarray = np.where(sums > 0, sums**2 / (2 * scale * np.maximum(counts, 1e-9)), 0.0)
    return score


def _best_prefix(sums: np.ndarray, counts: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-sums / np.maximum(counts, 1e-9), axis=0, kind="stable")
    total = np.cumsum(np.take_along_axis(sums, order, axis=0), axis=0)
    number = np.cumsum(np.take_along_axis(counts, order, axis=0), axis=0)
    sizes = np.arange(1, len(sums) + 1)[:, None]
    score = _score(total, number, scale) - ATTRIBUTE_PENALTY - LEVEL_PENALTY * sizes
    best = np.argmax(score[:-1], axis=0) if len(sums) > 1 else np.zeros(sums.shape[1], dtype=int)
    chosen = np.zeros_like(sums)
    np.put_along_axis(chosen, order, (np.arange(len(sums))[:, None] <= best).astype(float), axis=0)
    return score[best, np.arange(sums.shape[1])], chosen


def _best_interval(sums: np.ndarray, counts: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    size = len(sums)
    runs = [(low, high) for low in range(size) for high in range(low, size) if high - low + 1 < size]
    low, high = np.array(runs).T
    zero = np.zeros((1, sums.shape[1]))
    total, number = (np.concatenate([zero, np.cumsum(part, axis=0)]) for part in (sums, counts))
    bounds = (low > 0).astype(float) + (high < size - 1)
    score = _score(total[high + 1] - total[low], number[high + 1] - number[low], scale)
    score = score - ATTRIBUTE_PENALTY - LEVEL_PENALTY * bounds[:, None]
    best = np.argmax(score, axis=0)
    places = np.arange(size)[:, None]
    chosen = ((places >= low[best]) & (places <= high[best])).astype(float)
    return score[best, np.arange(sums.shape[1])], chosen
