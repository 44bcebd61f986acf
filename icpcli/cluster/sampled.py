"""The distinct rules among the draws, who is in each, and how much each deserves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit, logsumexp

from icpcli.cluster.posterior import GRAIN
from icpcli.cluster.prior import (
    TYPE_EXISTS,
    log_mass_of_rules,
    log_prior_of_rules,
    log_prior_of_share,
    prior_share_seen,
)
from icpcli.cluster.rules import LEAST_ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cluster.levels import Levels
    from icpcli.cluster.likelihood import Likelihood
    from icpcli.cluster.posterior import Draws
    from icpcli.model.profile import Condition

ENOUGH_CELLS = 2000  # accounts with their blanks filled in, over which rules are compared


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Distinct sampled rules, the weightiest first (of equal weight, those drawn first).

    ``chosen`` (rules, levels), ``used`` (rules, attributes); ``weight`` sums to 1; ``improvement`` is what a rule can be
    expected to bring, g * delta averaged over the criteria by weight; ``inside`` (rules, accounts or some times as
    many) bool, blanks completed at random; ``certain`` (rules, accounts): 1, 0, or NaN where a blank leaves membership open.
    """

    levels: Levels
    chosen: np.ndarray
    used: np.ndarray
    weight: np.ndarray
    improvement: np.ndarray
    inside: np.ndarray
    certain: np.ndarray

    def conditions(self, rule: int, probability: np.ndarray | None = None) -> tuple[Condition, ...]:
        """One rule in the fields' own terms, by field; ``probability`` per attribute."""
        return tuple(
            self.levels.attributes[a].condition(
                self.chosen[rule][self.levels.of(a)], None if probability is None else float(probability[a])
            )
            for a in map(int, np.flatnonzero(self.used[rule]))
        )

    def among(self, kept: np.ndarray, weight: np.ndarray) -> Rules:
        """Some of the rules (places, in their order) with other weights."""
        return Rules(
            self.levels,
            self.chosen[kept],
            self.used[kept],
            weight,
            self.improvement[kept],
            self.inside[kept],
            self.certain[kept],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """The distinct rules among the draws, those of the first sweeps of a batch first, not weighed yet.

    ``visits`` (rules, ladders): how often each ladder drew a rule; ``log_posterior`` (rules,) as the chains know it, but for a
    constant, and ``log_none`` that of no rule at all. The chains know nothing of the prior of shares.
    """

    rules: Rules
    visits: np.ndarray
    log_posterior: np.ndarray
    log_none: float

    def weighed(self, ladders: slice = slice(None)) -> Rules:
        """The rules that some ladders drew, the weightiest first: as they deserve, by the prior of their shares."""
        visits = self.visits[:, ladders].sum(axis=1)
        drawn = np.flatnonzero(visits)
        prior = log_prior_of_share(self.rules.inside[drawn].mean(axis=1))
        weight = deserved(visits[drawn], self.log_posterior[drawn])
        weight = weight * np.exp(prior - prior.max(initial=-np.inf))
        weight /= max(weight.sum(), np.finfo(float).tiny)
        order = np.argsort(-np.round(weight, 12), kind="stable")
        return self.rules.among(drawn[order], weight[order])

    def exists(self) -> float:
        """How probable it is (0-1) that any type stands out, rather than none.

        The evidence of all rules together is that of those drawn more than once, over their share of the draws. A type that
        holds for fewer accounts than a rule must hold is as none: among 50 accounts, a quarter of the types.
        """
        visits = self.visits.sum(axis=1)
        often = visits > 1
        if not often.any():
            return 0.0
        log_seen = np.log(visits[often].sum() / visits.sum())
        all_rules = logsumexp(self.log_posterior[often]) - log_seen - log_mass_of_rules(self.rules.levels)
        before = TYPE_EXISTS * prior_share_seen(LEAST_ACCOUNTS / self.rules.certain.shape[1])
        return float(np.round(expit(logit(before) + all_rules - self.log_none), 9))


def deserved(visits: np.ndarray, log_posterior: np.ndarray) -> np.ndarray:
    """How much each rule deserves (rules,), from how often each was drawn and its computed log posterior.

    Counts are noisy and the posterior is known but for its total, so rules drawn more than once share by it. Rules drawn
    once stand for the many that were not drawn, and keep their share of the draws: it estimates what is left unseen
    (Good 1953, Biometrika 40).
    """
    weight: np.ndarray = visits / max(visits.sum(), 1)
    often = visits > 1
    if often.any():
        posterior = np.exp(log_posterior[often] - log_posterior[often].max())
        weight[often] = weight[often].sum() * posterior / posterior.sum()
    return weight


def distinct_rules(
    draws: Sequence[Sequence[Draws]],
    levels: Levels,
    completed: Sequence[np.ndarray],
    likelihood: Likelihood,
    training: np.ndarray,
) -> Sampled:
    """The distinct rules of batches of draws, one Draws per ladder in each.

    ``completed``: each attribute's codes, blanks filled in; ``likelihood`` of the accounts in ``training`` (accounts,).
    """
    flat = [d for batch in draws for d in batch]
    chosen = np.concatenate([d.chosen for d in flat])
    used = np.concatenate([d.used for d in flat])
    ladder = np.concatenate([np.full(len(d.used), k) for batch in draws for k, d in enumerate(batch)])
    sweep = np.concatenate([np.arange(len(d.used)) for d in flat])
    nonempty = used.any(axis=1)
    chosen, used, ladder, sweep = chosen[nonempty], used[nonempty], ladder[nonempty], sweep[nonempty]
    packed = np.packbits(np.concatenate([used, chosen], axis=1), axis=1)
    _, first, inverse = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(sweep[first], kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    visits = np.zeros((len(order), len(draws[0])))
    np.add.at(visits, (place[inverse.ravel()], ladder), 1)
    chosen, used = chosen[first[order]], used[first[order]]
    nobody = np.zeros((1, len(training)))
    logs, improvement = likelihood.evidence(
        np.concatenate([levels.belonging(chosen, used, training), nobody])
    )
    logs, improvement, log_none = logs[:-1], improvement[:-1], float(logs[-1])
    posterior = np.round((logs + log_prior_of_rules(levels, chosen, used)) * GRAIN) / GRAIN
    inside, certain = _who(levels, chosen, used, completed)
    weight = np.full(len(order), 1 / max(len(order), 1))
    rules = Rules(levels, chosen, used, weight, np.round(improvement, 9), inside, certain)
    return Sampled(rules, visits, posterior, log_none)


def with_weights(rules: Rules, weight: np.ndarray) -> Rules:
    """The same rules, in the same order, with other weights (which sum to 1)."""
    return replace(rules, weight=weight)


def _who(
    levels: Levels, chosen: np.ndarray, used: np.ndarray, completed: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    accounts = len(levels.attributes[0].codes)
    inside = np.ones((len(chosen), len(completed[0])), dtype=bool)
    fails = np.zeros((len(chosen), accounts), dtype=bool)
    unknown = np.zeros((len(chosen), accounts), dtype=bool)
    for a, attribute in enumerate(levels.attributes):
        rows = np.flatnonzero(used[:, a])
        if not len(rows):
            continue
        wanted = np.concatenate([chosen[rows, levels.of(a)], np.zeros((len(rows), 1), dtype=bool)], axis=1)
        inside[rows] &= wanted[:, completed[a]]
        blank = attribute.codes < 0
        unknown[rows] |= blank
        fails[rows] |= ~wanted[:, np.maximum(attribute.codes, 0)] & ~blank
    certain = np.where(fails, 0.0, np.where(unknown, np.nan, 1.0))
    return inside, certain


def completed_codes(levels: Levels) -> list[np.ndarray]:
    """Each attribute's codes with blanks filled from its known cells, or overlaps of rules come out too small.

    Which of two rules that are nearly as good is printed must not hang on the luck of the fill: it is the same for every
    seed, and a small book is filled several times over, each blank by values spread over its column (Latin hypercube).
    """
    rng = np.random.default_rng(0)
    accounts = len(levels.attributes[0].codes) if levels.attributes else 0
    has_blanks = any((a.codes < 0).any() for a in levels.attributes)
    copies = -(-ENOUGH_CELLS // accounts) if has_blanks else 1
    filled = []
    for attribute in levels.attributes:
        codes = np.tile(attribute.codes, (copies, 1))
        blank = attribute.codes < 0
        known = np.sort(attribute.codes[~blank])
        shape = (copies, int(blank.sum()))
        place = (np.argsort(rng.random(shape), axis=0) + rng.random(shape)) / copies
        codes[:, blank] = known[(place * len(known)).astype(int)] if len(known) else 0
        filled.append(codes.ravel())
    return filled
