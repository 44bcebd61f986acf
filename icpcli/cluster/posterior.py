"""Every rule that could be the profile, as often as it deserves.

For criterion p and the accounts i that have it: part_pi ~ N(mu_p + g_p * delta * inside_i, s2_p), with the
parts standardised, delta > 0 half-normal with scale 1, g a non-empty set of criteria (all of them with
probability 0.8, the other sets alike), log-likelihoods scaled by the weights. An attribute costs 2 in log
probability, a value belongs with probability 0.25, all intervals alike; a blank cell belongs by the share
of the chosen values in its column. Given delta and g the log-likelihood is additive over accounts, so each
attribute is drawn exactly: values independently, intervals by enumeration (Neill 2012, JRSS-B 74(2)); g by
enumeration, delta from its truncated normal. Parallel tempering (Geyer 1991) over TEMPERATURES; all chains
are one matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, log_ndtr, ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cluster.attributes import Attribute

TEMPERATURES = np.array([1.0, 0.75, 0.55, 0.4, 0.28])
ATTRIBUTE_COST = 2.0
VALUE_LOG_ODDS = float(np.log(0.25 / 0.75))
ALL_CRITERIA = 0.8
MAX_ATTRIBUTES = 4
MIN_INSIDE = 8.0
LEAST_VARIANCE = 0.05
SURE = 1 - 1e-9  # a blank belongs by a share below that
GRAIN = 2.0**20  # log-odds are rounded to 1 / GRAIN, so that a processor's last digit changes no draw


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """How few a rule may hold: ``least`` of the accounts that ``counts`` marks (1 or 0), certain members only."""

    counts: np.ndarray
    least: float

    def allows(self, certain: np.ndarray) -> np.ndarray:
        """Which rules hold enough, from who surely belongs (rules, accounts)."""
        enough: np.ndarray = certain @ self.counts >= self.least
        return enough


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Sampled rules.

    ``chosen`` (draws, levels of all attributes) bool; ``used`` (draws, attributes) bool; ``improvement``
    (draws,) g * delta averaged over the criteria by weight; ``criteria`` (draws, criteria) bool, the improved.
    """

    chosen: np.ndarray
    used: np.ndarray
    improvement: np.ndarray
    criteria: np.ndarray


class Sampler:
    """Chains over rules. ``training`` (groups of chains, accounts) bool says which accounts each group hears."""

    def __init__(  # noqa: PLR0913  what a chain needs to know
        self,
        attributes: Sequence[Attribute],
        parts: np.ndarray,
        weights: np.ndarray,
        training: np.ndarray,
        *,
        ladders: int,
        floor: Floor,
        rng: np.random.Generator,
    ) -> None:
        self.levels = Levels(attributes)
        self.observed = np.isfinite(parts).T.astype(float)
        self.parts = np.nan_to_num(parts).T
        self.weights = weights / weights.mean()
        per_group = ladders * len(TEMPERATURES)
        self.training = np.repeat(training.astype(float), per_group, axis=0)
        self.chains = len(self.training)
        self.heat = np.tile(TEMPERATURES, self.chains // len(TEMPERATURES))
        self.floor = floor
        self.rng = rng
        self.sets = _criteria_sets(len(weights))
        self.chosen = np.tile(self.levels.start, (self.chains, 1))
        self.used = np.tile(self.levels.is_required, (self.chains, 1))
        self.member = np.ones((len(attributes), self.chains, parts.shape[0]))
        for a in map(int, np.flatnonzero(self.levels.is_required)):
            self.member[a] = self.levels.membership(a, self.chosen)
        self.mean = np.zeros((self.chains, len(weights)))
        self.variance = np.ones((self.chains, len(weights)))
        self.improves = np.ones((self.chains, len(weights)))
        self.delta = np.full(self.chains, 0.3)

    def sweep(self) -> None:
        """Draw every attribute, then what improves and by how much, then exchange temperatures."""
        gain = self._gain() * self.training
        after = self._products_after()
        before = self.training.copy()
        for a in range(len(self.member)):
            rest = before * after[a]
            if not self.levels.is_required[a]:
                self._draw_attribute(a, rest, gain)
            before *= self.member[a]
        self._draw_improvement(before)
        self._exchange(before)

    def _products_after(self) -> list[np.ndarray]:
        """For each attribute, how much every account belongs by the attributes behind it."""
        after = [np.ones_like(self.training)]
        for member in self.member[:0:-1]:
            after.append(after[-1] * member)
        return after[::-1]

    def _gain(self) -> np.ndarray:
        """How much better each account is explained inside than outside (chains, accounts)."""
        shift = self.improves * self.delta[:, None]
        slope = self.weights * shift / self.variance
        level = -self.weights * (shift * self.mean + shift**2 / 2) / self.variance
        gain: np.ndarray = slope @ self.parts + level @ self.observed
        return gain

    def _draw_attribute(self, a: int, rest: np.ndarray, gain: np.ndarray) -> None:
        """Draw one attribute of every chain given its others; keep the old where too few remain."""
        here = self.levels.of(a)
        weighed = rest * gain
        scores = self.levels.scores(a, weighed) * self.heat[:, None]
        unused = weighed.sum(axis=1) * self.heat
        full = self.used.sum(axis=1) - self.used[:, a] >= MAX_ATTRIBUTES
        full |= self.levels.has_rival(a, self.used)
        kind = self.levels.attributes[a].kind
        draw = self._draw_values if kind == "one_of" else self._draw_interval
        chosen, uses = draw(a, scores, unused, full)
        freed = ~uses & self.used[:, a]
        self.chosen[freed, here], self.used[freed, a], self.member[a][freed] = False, False, 1.0
        rows = np.flatnonzero(uses & chosen.any(axis=1) & (~chosen.all(axis=1) | self.levels.has_rest[a]))
        member = self.levels.share(a, chosen[rows])
        enough = self.floor.allows(rest[rows] * member >= SURE)
        rows = rows[enough]
        self.chosen[rows, here], self.used[rows, a], self.member[a][rows] = chosen[rows], True, member[enough]

    def _draw_values(
        self, a: int, scores: np.ndarray, unused: np.ndarray, full: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Use the attribute or not, with its value sets summed over; then each value by itself."""
        log_odds = np.where(self.levels.allowed(a), scores + VALUE_LOG_ODDS, -np.inf)
        used = -ATTRIBUTE_COST + np.sum(np.log(0.75) + np.logaddexp(0.0, log_odds), axis=1)
        uses = self._coin(used - unused) & ~full
        chosen = self._coin(log_odds)
        return chosen, uses

    def _draw_interval(
        self, a: int, scores: np.ndarray, unused: np.ndarray, full: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Use the attribute or not and which interval, all enumerated."""
        runs = self.levels.runs(a)
        sums = np.concatenate([np.zeros((len(scores), 1)), np.cumsum(scores, axis=1)], axis=1)
        totals = sums[:, runs[:, 1] + 1] - sums[:, runs[:, 0]] - ATTRIBUTE_COST - np.log(len(runs))
        totals = np.concatenate([unused[:, None], np.where(full[:, None], -np.inf, totals)], axis=1)
        noise = -np.log(-np.log(self.rng.random(totals.shape)))
        best = np.argmax(np.round(totals * GRAIN) / GRAIN + noise, axis=1)
        run = runs[np.maximum(best - 1, 0)]
        places = np.arange(self.levels.attributes[a].size)
        chosen = (places >= run[:, :1]) & (places <= run[:, 1:])
        return chosen, best > 0

    def _coin(self, log_odds: np.ndarray) -> np.ndarray:
        rounded = np.round(np.clip(log_odds, -700, 700) * GRAIN) / GRAIN
        heads: np.ndarray = self.rng.random(log_odds.shape) < expit(rounded)
        return heads

    def _draw_improvement(self, inside: np.ndarray) -> None:
        """Draw the improved criteria and delta given who is inside; means and variances are refitted."""
        count = self.training @ self.observed.T
        inside_count = inside @ self.observed.T
        inside_sum = inside @ self.parts.T
        total = self.training @ self.parts.T
        squares = self.training @ (self.parts**2).T
        shift = self.improves * self.delta[:, None]
        self.mean = (total - shift * inside_count) / np.maximum(count, 1.0)
        excess = inside_sum - self.mean * inside_count
        spread = squares - 2 * self.mean * total + self.mean**2 * count
        fitted = (spread - 2 * shift * excess + shift**2 * inside_count) / np.maximum(count, 1.0)
        self.variance = np.maximum(fitted, LEAST_VARIANCE)
        heat = self.heat[:, None]
        linear = heat * self.weights * excess / self.variance @ self.sets.T
        precision = 1.0 + heat * self.weights * inside_count / self.variance @ self.sets.T
        at = linear / np.sqrt(precision)
        log_evidence = at**2 / 2 + log_ndtr(at) - np.log(precision) / 2 + _log_prior(self.sets)
        noise = -np.log(-np.log(self.rng.random(log_evidence.shape)))
        best = np.argmax(np.round(log_evidence * GRAIN) / GRAIN + noise, axis=1)
        rows = np.arange(self.chains)
        self.improves = self.sets[best]
        spread_of_delta = 1 / np.sqrt(precision[rows, best])
        centre = linear[rows, best] / precision[rows, best]
        self.delta = _truncated_normal(centre, spread_of_delta, self.rng.random(self.chains))

    def _exchange(self, inside: np.ndarray) -> None:
        """Neighbouring temperatures of a ladder change places with the Metropolis probability."""
        likelihood = self._log_likelihood(inside)
        size = len(TEMPERATURES)
        position = np.argsort(-self.heat.reshape(-1, size), axis=1) + np.arange(0, self.chains, size)[:, None]
        for step in range(size - 1):
            warm, warmer = position[:, step].copy(), position[:, step + 1].copy()
            log_odds = (self.heat[warm] - self.heat[warmer]) * (likelihood[warmer] - likelihood[warm])
            accept = np.log(self.rng.random(len(warm))) < np.round(log_odds * GRAIN) / GRAIN
            one, other = warm[accept], warmer[accept]
            self.heat[one], self.heat[other] = self.heat[other].copy(), self.heat[one].copy()
            position[accept, step], position[accept, step + 1] = other, one

    def _log_likelihood(self, inside: np.ndarray) -> np.ndarray:
        count = self.training @ self.observed.T
        total, squares = self.training @ self.parts.T, self.training @ (self.parts**2).T
        spread = squares - 2 * self.mean * total + self.mean**2 * count
        outside = -(self.weights * (spread / self.variance + count * np.log(self.variance)) / 2).sum(axis=1)
        likelihood: np.ndarray = outside + (self._gain() * inside).sum(axis=1)
        return likelihood

    def run(self, sweeps: int) -> None:
        """Sweep without keeping."""
        for _ in range(sweeps):
            self.sweep()

    def draw(self, sweeps: int) -> list[Draws]:
        """Sweep, keeping after each the coldest chain of every ladder; one Draws per ladder, in order."""
        kept = []
        for _ in range(sweeps):
            self.sweep()
            cold = np.flatnonzero(self.heat == 1.0)
            improvement = (self.improves[cold] * self.weights).mean(axis=1) * self.delta[cold]
            kept.append(
                (self.chosen[cold].copy(), self.used[cold].copy(), improvement, self.improves[cold] > 0)
            )
        chosen, used, improvement, criteria = (np.stack(column) for column in zip(*kept, strict=True))
        return [
            Draws(chosen[:, i], used[:, i], improvement[:, i], criteria[:, i]) for i in range(chosen.shape[1])
        ]


class Levels:
    """All attributes' levels side by side, and how accounts fall into them."""

    def __init__(self, attributes: Sequence[Attribute]) -> None:
        self.attributes = tuple(attributes)
        sizes = [a.size for a in attributes]
        self.offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
        self.is_required = np.array([a.required is not None for a in attributes], dtype=bool)
        empty = [np.zeros(a.size, dtype=bool) if a.required is None else a.required for a in attributes]
        self.start = np.concatenate(empty) if empty else np.zeros(0, dtype=bool)
        self.has_rest = [a.has_rest for a in attributes]
        self._rivals = [np.array([b.field in a.rivals for b in attributes], dtype=bool) for a in attributes]
        self._indicators = [a.indicators() for a in attributes]
        self._runs = [_runs(a) for a in attributes]

    def of(self, a: int) -> slice:
        """The columns of one attribute's levels."""
        return slice(self.offsets[a], self.offsets[a + 1])

    def has_rival(self, a: int, used: np.ndarray) -> np.ndarray:
        """Which rules use a field that is never beside this attribute (bool), from what each uses (rules, attributes)."""
        rival: np.ndarray = np.any(used[:, self._rivals[a]], axis=1)
        return rival

    def allowed(self, a: int) -> np.ndarray:
        """The levels of an attribute that may be chosen (bool)."""
        return self.attributes[a].is_allowed

    def runs(self, a: int) -> np.ndarray:
        """Every interval of an ordered attribute but the whole: first and last level (intervals, 2)."""
        return self._runs[a]

    def scores(self, a: int, weighed: np.ndarray) -> np.ndarray:
        """The sum over accounts that choosing each level adds (chains, levels)."""
        scores: np.ndarray = weighed @ self._indicators[a]
        return scores

    def share(self, a: int, chosen: np.ndarray) -> np.ndarray:
        """How much each account belongs (rows of chosen, accounts): 1, 0, or for a blank the share chosen."""
        share: np.ndarray = chosen @ self._indicators[a].T
        return share

    def membership(self, a: int, chosen: np.ndarray) -> np.ndarray:
        """``share`` of one attribute within all levels side by side."""
        return self.share(a, chosen[:, self.of(a)])


def _runs(attribute: Attribute) -> np.ndarray:
    size, allowed = attribute.size, attribute.is_allowed
    runs = [
        (low, high)
        for low in range(size)
        for high in range(low, size)
        if high - low + 1 < size and allowed[low : high + 1].all()
    ]
    return np.array(runs, dtype=int).reshape(-1, 2)


def _criteria_sets(criteria: int) -> np.ndarray:
    """Every non-empty set of criteria, the whole first (sets, criteria)."""
    numbers = np.arange(2**criteria - 1, 0, -1)[:, None]
    sets: np.ndarray = np.bitwise_and(numbers >> np.arange(criteria), 1).astype(float)
    return sets


def _log_prior(sets: np.ndarray) -> np.ndarray:
    if len(sets) == 1:
        return np.zeros(1)
    rest = np.log((1 - ALL_CRITERIA) / (len(sets) - 1))
    prior = np.full(len(sets), rest)
    prior[sets.all(axis=1)] = np.log(ALL_CRITERIA)
    return prior


def _truncated_normal(centre: np.ndarray, spread: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """A normal draw above zero, by inversion."""
    below = ndtr(-centre / spread)
    draw = centre + spread * ndtri(np.clip(below + uniform * (1 - below), 1e-12, 1 - 1e-12))
    positive: np.ndarray = np.maximum(draw, 1e-6)
    return positive
