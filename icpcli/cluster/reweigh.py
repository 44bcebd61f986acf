"""What the search would print if other things mattered: the sampled rules re-weighed, without new chains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.likelihood import Likelihood
from icpcli.cluster.prior import log_prior_of_rules
from icpcli.cluster.sampled import with_weights
from icpcli.cluster.selection import best_rule, overlap
from icpcli.model.common import Criterion
from icpcli.model.profile import Sensitivity
from icpcli.wording import CRITERION_NAMES, WIN_RATE, count, statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icpcli.cluster.heard import Heard
    from icpcli.cluster.sampled import Rules
    from icpcli.cluster.search import Search

LARGEST_SHARE = 0.01
LEAST_LARGEST = 3


def sensitivities(
    rules: Rules, profile: int, search: Search, worth: np.ndarray, *, knows_costs: bool
) -> tuple[Sensitivity, ...]:
    """What would be printed without each criterion, with each counted twice, and without the largest customers.

    A sampled rule's weight is multiplied by the ratio of its evidence as things would be to that as they are
    (importance sampling); where even the best is less likely than none, no type of company stands out. ``worth``:
    what each account is worth, by which the largest are known, NaN where unknown. Where no customer's cost is known
    (``knows_costs``), what is heard of acquisition is who was won.
    """
    nobody = np.zeros((1, len(search.heard.parts)))
    everybody = np.ones(len(search.heard.parts))
    belongs = np.concatenate([rules.levels.belonging(rules.chosen, rules.used, everybody), nobody])
    trends = rules.levels.trends()
    base = _evidence(belongs, trends, search.heard)
    prior = log_prior_of_rules(rules.levels, rules.chosen, rules.used)
    found = []
    for change, heard in _changes(search.heard, _in_words(search.names, knows_costs=knows_costs), worth):
        evidence = _evidence(belongs, trends, heard)
        ratio = (evidence - base)[:-1]
        weight = rules.weight * np.exp(ratio - ratio.max())
        other = best_rule(with_weights(rules, weight / weight.sum()), search.floor)
        if evidence[other] + prior[other] < evidence[-1]:
            found.append(Sensitivity(change, statement(()), 0.0))
        else:
            alike = overlap(rules.inside[other : other + 1], rules.inside[profile : profile + 1])[0, 0]
            found.append(Sensitivity(change, statement(rules.conditions(other)), float(np.round(alike, 9))))
    return tuple(found)


def _in_words(names: Sequence[str], *, knows_costs: bool) -> list[str]:
    rate = {} if knows_costs else {Criterion.ACQUISITION_COST: f"the {WIN_RATE}"}
    return [(CRITERION_NAMES | rate)[Criterion(name)] for name in names]


def _changes(heard: Heard, names: Sequence[str], worth: np.ndarray) -> Iterator[tuple[str, Heard]]:
    """Each change in words, with what would then be heard; ``names`` of the criteria, in words."""
    criteria = range(len(heard.weights)) if len(heard.weights) > 1 else ()
    for p in criteria:
        yield f"without {names[p]}", heard.without_part(p)
    for p in criteria:
        weights = heard.weights.copy()
        weights[p] *= 2
        yield f"with {names[p]} counted twice", replace(heard, weights=weights)
    largest = _largest(worth)
    if len(largest):
        words = f"without the {count(len(largest), 'largest customer', 'largest customers')}"
        yield words, heard.without(largest)


def _evidence(belongs: np.ndarray, trends: np.ndarray, heard: Heard) -> np.ndarray:
    """The log evidence of each rule (rules,): of none where ``belongs`` (rules, accounts) holds nobody."""
    logs, _ = Likelihood(trends, heard, np.ones((1, len(heard.parts)))).evidence(belongs)
    return logs


def _largest(worth: np.ndarray) -> np.ndarray:
    """The places of the few customers worth most: a hundredth of them, at least three."""
    known = np.flatnonzero(np.isfinite(worth))
    few = max(LEAST_LARGEST, round(LARGEST_SHARE * len(known)))
    return known[np.argsort(-worth[known], kind="stable")[:few]] if len(known) > few else known[:0]
