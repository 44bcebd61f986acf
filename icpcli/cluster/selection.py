"""The one rule to print, and what is read off the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cluster.levels import Floor
    from icpcli.cluster.sampled import Rules

MOST_CANDIDATES = 400  # rules compared in full: those that agree best with the weightiest
VOTE_POWER = 2
CLOSE_CALL = 0.01  # of expected F1
HALF = 0.5
ALIKE = 0.8
LEAST_PROBABILITY = 0.01  # of a runner-up worth telling


def overlap(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The F1 of every rule of one set against every rule of another (rules, rules): 2 |A and B| / (|A| + |B|)."""
    a, b = one.astype(np.float32), other.astype(np.float32)  # counts below 2^24 are exact
    both = (a @ b.T).astype(float)
    sizes = one.sum(axis=1)[:, None] + other.sum(axis=1)[None, :]
    f1: np.ndarray = 2 * both / np.maximum(sizes, 1.0)
    return f1


def best_rule(rules: Rules, floor: Floor) -> int:
    """The rule that agrees best (expected F1) with all, each weighted by the square of the improvement it brings.

    The square is hardly better than the improvement itself: by 0.00-0.02 of F1, within the noise of 60 books.
    The candidates are those that agree best with the weightiest. Of those that agree as well as the best but for
    CLOSE_CALL the most probable is taken, so that the luck of the draws seldom decides; then that of fewer conditions,
    fewer values, and the order of the alphabet. -1 where none holds enough.
    """
    if not len(rules.weight):
        return -1
    vote = rules.weight * np.maximum(rules.improvement, 1e-9) ** VOTE_POWER
    allowed = np.flatnonzero(floor.allows(rules.certain == 1))
    if not len(allowed):
        return -1
    if len(allowed) > MOST_CANDIDATES:
        first = slice(0, MOST_CANDIDATES)
        score = overlap(rules.inside[allowed], rules.inside[first]) @ vote[first]
        allowed = np.sort(allowed[np.argsort(-np.round(score, 9), kind="stable")[:MOST_CANDIDATES]])
    score = np.round(overlap(rules.inside[allowed], rules.inside) @ vote / vote.sum(), 9)
    close = allowed[score >= score.max() - CLOSE_CALL]
    chosen, used = rules.chosen[close], rules.used[close]
    probability = np.round(rules.weight[close], 9)
    order = np.lexsort((*(~chosen.T[::-1]), chosen.sum(axis=1), used.sum(axis=1), -probability))
    return int(close[order[0]])


def agreement(rules: Rules, rule: int, exists: float) -> float:
    """The expected F1 of a rule with the true one: its mean overlap with all sampled rules, 0 should no type exist at all.

    ``exists``: how probable it is that one does.
    """
    return exists * float(overlap(rules.inside[rule : rule + 1], rules.inside)[0] @ rules.weight)


def field_probabilities(rules: Rules) -> np.ndarray:
    """The probability that each attribute is in the rule."""
    if not len(rules.weight):
        return np.zeros(len(rules.levels.attributes))
    probabilities: np.ndarray = rules.weight @ rules.used
    return np.round(probabilities, 12)


def condition_probabilities(rules: Rules, profile: int, completed: Sequence[np.ndarray]) -> np.ndarray:
    """How surely each attribute of the profile belongs (attributes,): the share of sampled rules with a like condition.

    Alike is a condition on the same field that holds for half the same companies (F1 of 0.5 or more), or one on another
    that holds for nearly the same (0.8): sales and revenue, or region and city, say the same in two ways.
    """
    certain = np.zeros(len(rules.levels.attributes))
    for own in map(int, np.flatnonzero(rules.used[profile])):
        mine = _holds(rules, np.array([profile]), own, completed)
        alike = np.zeros(len(rules.weight), dtype=bool)
        for other in range(len(rules.levels.attributes)):
            users = np.flatnonzero(rules.used[:, other])
            if len(users):
                theirs = _holds(rules, users, other, completed)
                alike[users[overlap(theirs, mine)[:, 0] >= (HALF if other == own else ALIKE)]] = True
        certain[own] = rules.weight @ alike
    return np.round(certain, 12)


def _holds(rules: Rules, which: np.ndarray, a: int, completed: Sequence[np.ndarray]) -> np.ndarray:
    """For which accounts the condition of some rules on one attribute holds (rules, accounts)."""
    wanted = rules.chosen[which][:, rules.levels.of(a)]
    padded = np.concatenate([wanted, np.zeros((len(wanted), 1), dtype=bool)], axis=1)
    holds: np.ndarray = padded[:, completed[a]]
    return holds


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """A rule that overlaps the profile by less than half, and how probable its kind is."""

    rule: int
    probability: float


def kind_probability(rules: Rules, rule: int) -> float:
    """How probable the kind of a rule is: the share of sampled rules that overlap with it by half or more."""
    return float(rules.weight @ (overlap(rules.inside, rules.inside[rule : rule + 1])[:, 0] >= HALF))


def runners_up(rules: Rules, profile: int, most: int = 2) -> list[RunnerUp]:
    """The best rules among the samples that overlap less than half with the profile and with each other."""
    first = slice(0, MOST_CANDIDATES)
    f1 = overlap(rules.inside[first], rules.inside)
    free = overlap(rules.inside, rules.inside[profile : profile + 1])[:, 0] < HALF
    found: list[RunnerUp] = []
    while free[first].any() and len(found) < most:
        support = (f1 >= HALF) @ (rules.weight * free)
        place = int(np.argmax(np.where(free[first], np.round(support, 9), -1.0)))
        alike = free & (f1[place] >= HALF)
        probability = float(rules.weight[alike].sum())
        if probability < LEAST_PROBABILITY:
            break
        found.append(RunnerUp(place, probability))
        free &= ~alike
        free[place] = False
    return found
