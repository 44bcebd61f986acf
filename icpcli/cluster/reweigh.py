"""What the search would print if other things mattered: the sampled rules re-weighed, without new chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, logsumexp

from icpcli.cluster.posterior import ATTRIBUTE_COST, LEAST_VARIANCE, VALUE_LOG_ODDS, criteria_sets, log_prior
from icpcli.cluster.selection import best_rule, overlap, with_weights
from icpcli.model.common import Criterion
from icpcli.model.profile import Sensitivity
from icpcli.wording import CRITERION_NAMES, count, statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icpcli.cluster.search import Search
    from icpcli.cluster.selection import Rules

LARGEST_SHARE = 0.01
NO_RULE = float(np.log(0.5))  # the log evidence of a rule that holds for everybody
LEAST_LARGEST = 3


def log_evidence(inside: np.ndarray, parts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The log evidence of each rule (rules,) under the posterior's model, means, delta and g integrated out.

    ``inside`` (rules, accounts) is 0, 1 or NaN (unknown, left out). With d_p the difference of part p's means, inside
    less outside, and k_p = w_p / (v_p (1 / n1 + 1 / n0)) its precision: for a set g of criteria, delta half-normal,
    exp(a^2 / 2) * 2 Phi(a) / sqrt(K) with K = 1 + sum k_p and a = sum k_p d_p / sqrt(K), over p in g.
    """
    weights = weights / weights.mean() if weights.any() else weights
    observed, values = np.isfinite(parts).astype(float), np.nan_to_num(parts)
    yes, no = (inside == 1).astype(float), (inside == 0).astype(float)
    n1, n0 = yes @ observed, no @ observed
    mean1, mean0 = yes @ values / np.maximum(n1, 1), no @ values / np.maximum(n0, 1)
    squares = (yes + no) @ values**2 - n1 * mean1**2 - n0 * mean0**2
    variance = np.maximum(squares / np.maximum(n1 + n0, 1), LEAST_VARIANCE)
    precision = weights * n1 * n0 / np.maximum(n1 + n0, 1) / variance
    sets = criteria_sets(parts.shape[1])
    total = 1 + precision @ sets.T
    at = precision * (mean1 - mean0) @ sets.T / np.sqrt(total)
    evidence: np.ndarray = logsumexp(at**2 / 2 + log_ndtr(at) - np.log(total) / 2 + log_prior(sets), axis=1)
    return evidence


def sensitivities(rules: Rules, profile: int, search: Search, worth: np.ndarray) -> tuple[Sensitivity, ...]:
    """What would be printed without each criterion, with each counted twice, and without the largest customers.

    A sampled rule's weight is multiplied by the ratio of its evidence as things would be to that as they are
    (importance sampling); where even the best is less likely than none, no type of company stands out. ``worth``: what each account is worth, by which the largest are known, NaN where unknown.
    """
    base = log_evidence(rules.certain, search.parts, search.weights)
    found = []
    for change, parts, weights in _changes(search, worth):
        evidence = log_evidence(rules.certain, parts, weights)
        weight = rules.weight * np.exp(evidence - base - (evidence - base).max())
        other = best_rule(with_weights(rules, weight / weight.sum()), search.floor)
        if evidence[other] + log_prior_of(rules, other) < NO_RULE:
            found.append(Sensitivity(change, statement(()), 0.0))
        else:
            alike = overlap(rules.inside[other : other + 1], rules.inside[profile : profile + 1])[0, 0]
            found.append(Sensitivity(change, statement(rules.conditions(other)), float(np.round(alike, 9))))
    return tuple(found)


def _changes(search: Search, worth: np.ndarray) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each change in words, with the parts and weights that it gives."""
    criteria = range(len(search.weights)) if len(search.weights) > 1 else ()
    for factor, words in ((0.0, "without {}"), (2.0, "with {} counted twice")):
        for p in criteria:
            weights = search.weights.copy()
            weights[p] *= factor
            yield words.format(CRITERION_NAMES[Criterion(search.names[p])]), search.parts, weights
    largest = _largest(worth)
    if len(largest):
        parts = search.parts.copy()
        parts[largest] = np.nan
        words = f"without the {count(len(largest), 'largest customer', 'largest customers')}"
        yield words, parts, search.weights


def log_prior_of(rules: Rules, rule: int) -> float:
    """The log prior probability of a rule against that of none: what its attributes, values and intervals cost."""
    total = 0.0
    for a in map(int, np.flatnonzero(rules.used[rule])):
        attribute = rules.levels.attributes[a]
        if attribute.kind == "between":
            total -= ATTRIBUTE_COST + float(np.log(len(rules.levels.runs(a))))
        else:
            values = int(rules.chosen[rule, rules.levels.of(a)].sum())
            total += values * VALUE_LOG_ODDS + attribute.size * float(np.log(0.75)) - ATTRIBUTE_COST
    return total


def _largest(worth: np.ndarray) -> np.ndarray:
    """The places of the few customers worth most: a hundredth of them, at least three."""
    known = np.flatnonzero(np.isfinite(worth))
    few = max(LEAST_LARGEST, round(LARGEST_SHARE * len(known)))
    return known[np.argsort(-worth[known], kind="stable")[:few]] if len(known) > few else known[:0]
