"""What is believed of rules before any account is heard: few conditions, few values, and most often every criterion better.

An attribute costs 2 in log probability, a value belongs with probability 0.25, all intervals are alike; the set g of
criteria that improve is all of them with probability 0.8, the other non-empty sets share the rest. That there is any type
at all is believed at 0.9: with that, the agreement said in planted books of 100 to 400 (worlds 400-449) was the one reached,
within 0.06.

A type worth selling to holds for a tenth to three tenths of the companies worked: the log prior falls off on both sides as a
normal of the log share does, with a deviation of 0.2. Among 200 companies this takes F1 from 0.65 to 0.68, among 400 with a
moderate effect from 0.63 to 0.68 (planted books 200-299, whose rules hold for 8 to 30 %).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.rules import MOST_CONDITIONS

if TYPE_CHECKING:
    from icpcli.cluster.levels import Levels

ATTRIBUTE_COST = 2.0
VALUE_PROBABILITY = 0.25
VALUE_LOG_ODDS = float(np.log(VALUE_PROBABILITY / (1 - VALUE_PROBABILITY)))
LOG_NOT_CHOSEN = float(np.log(1 - VALUE_PROBABILITY))
ALL_CRITERIA = 0.8
TYPE_EXISTS = 0.9
LEAST_SHARE = 0.10
MOST_SHARE = 0.30
SHARE_SD = 0.2  # of the log share, beyond these
SHARES = 10_000  # steps from 0 to 1


def criteria_sets(criteria: int) -> np.ndarray:
    """Every non-empty set of criteria, the whole first (sets, criteria)."""
    numbers = np.arange(2**criteria - 1, 0, -1)[:, None]
    sets: np.ndarray = np.bitwise_and(numbers >> np.arange(criteria), 1).astype(float)
    return sets


def log_prior_of_sets(sets: np.ndarray) -> np.ndarray:
    """The log prior probability of each set of criteria being the improved ones."""
    if len(sets) == 1:
        return np.zeros(1)
    rest = np.log((1 - ALL_CRITERIA) / (len(sets) - 1))
    prior = np.full(len(sets), rest)
    prior[sets.all(axis=1)] = np.log(ALL_CRITERIA)
    return prior


def log_prior_of_rules(levels: Levels, chosen: np.ndarray, used: np.ndarray) -> np.ndarray:
    """The log prior probability of each rule against that of none (rules,): what attributes, values and intervals cost."""
    total = np.zeros(len(used))
    for a, attribute in enumerate(levels.attributes):
        if attribute.kind == "between":
            cost = np.full(len(used), ATTRIBUTE_COST + np.log(max(len(levels.runs(a)), 1)))
        else:
            values = chosen[:, levels.of(a)].sum(axis=1)
            cost = ATTRIBUTE_COST - attribute.size * LOG_NOT_CHOSEN - values * VALUE_LOG_ODDS
        total -= np.where(used[:, a], cost, 0.0)
    return total


def log_mass_of_rules(levels: Levels) -> float:
    """The log of the sum of the prior over all rules that may be drawn, against that of none.

    Symmetric polynomials of the fields' own sums: a rule has what is required, and up to four conditions in all. Of fields
    that are never in one rule one at most is chosen, so their sums add up.
    """
    required = levels.is_required
    own: dict[object, float] = {}
    for a, attribute in enumerate(levels.attributes):
        if required[a] or levels.has_rival(a, required[None, :])[0]:
            continue
        which = attribute.rivals | {attribute.field} if attribute.rivals else a
        own[which] = own.get(which, 0.0) + np.exp(-ATTRIBUTE_COST) * _share_of_choices(levels, a)
    mass = np.zeros(MOST_CONDITIONS + 1 - int(required.sum()))
    mass[0] = 1.0
    for each in own.values():
        mass[1:] += each * mass[:-1]
    if not required.any():
        return float(np.log(mass[1:].sum()))
    fixed = log_prior_of_rules(levels, levels.start[None, :], required[None, :])[0]
    return float(fixed + np.log(mass.sum()))


def _share_of_choices(levels: Levels, a: int) -> float:
    """How probable it is (0-1) that an attribute's values, each chosen at random, are a condition that may be drawn."""
    attribute = levels.attributes[a]
    if attribute.kind == "between":
        return float(len(levels.runs(a)) > 0)
    allowed = int(attribute.is_allowed.sum())
    none = (1 - VALUE_PROBABILITY) ** attribute.size
    # All values together are no condition, unless rare ones are left outside.
    is_all = allowed == attribute.size and not levels.has_rest[a]
    every = VALUE_PROBABILITY**attribute.size if is_all else 0.0
    return float((1 - VALUE_PROBABILITY) ** (attribute.size - allowed) - none - every)


def log_prior_of_share(share: np.ndarray) -> np.ndarray:
    """The log prior of rules that hold for these shares (0-1) of the companies, but for a constant."""
    held = np.maximum(share, 1e-3)
    beyond = np.maximum(np.log(LEAST_SHARE / held), np.log(held / MOST_SHARE))
    log_prior: np.ndarray = -((np.maximum(beyond, 0.0) / SHARE_SD) ** 2) / 2
    return log_prior


def prior_share_seen(least: float) -> float:
    """How probable it is (0-1) that a type holds for at least this share (0-1) of the companies, by the prior of shares."""
    share = (np.arange(SHARES) + 0.5) / SHARES
    density = np.exp(log_prior_of_share(share))
    return float(density[share >= least].sum() / density.sum())
