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

from icpcli.cluster.levels import SURE, Levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cluster.attributes import Attribute
    from icpcli.cluster.levels import Floor

TEMPERATURES = np.array([1.0, 0.75, 0.55, 0.4, 0.28])
ATTRIBUTE_COST = 2.0
VALUE_LOG_ODDS = float(np.log(0.25 / 0.75))
ALL_CRITERIA = 0.8
MAX_ATTRIBUTES = 4
LEAST_VARIANCE = 0.05
TREND_SD = 0.1  # of a part per standard deviation of an ordered field
MOST_TREND = 0.15  # a part's trends reach no further (sd): what goes with size beyond that is worth a rule
GRAIN = 2.0**20  # log-odds are rounded to 1 / GRAIN, so that a processor's last digit changes no draw


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Sampled rules.

    ``chosen`` (draws, levels of all attributes) bool; ``used`` (draws, attributes) bool; ``improvement``
    (draws,) g * delta averaged over the criteria by weight.
    """

    chosen: np.ndarray
    used: np.ndarray
    improvement: np.ndarray


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
        observed, values = np.isfinite(parts).astype(float), np.nan_to_num(parts)
        trends = self.levels.trends()
        size = trends.shape[1]
        sloping = (observed[:, :, None] * trends[:, None, :]).reshape(len(parts), -1)  # part by part
        self.heard = np.concatenate([values, observed, sloping], axis=1)
        self.weights = weights / weights.mean()
        per_group = ladders * len(TEMPERATURES)
        self.training = np.repeat(training.astype(float), per_group, axis=0)
        self.chains = len(self.training)
        self.heat = np.tile(TEMPERATURES, self.chains // len(TEMPERATURES))
        self.floor = floor
        self.rng = rng
        self.sets = criteria_sets(len(weights))
        self.chosen = np.tile(self.levels.start, (self.chains, 1))
        self.used = np.tile(self.levels.is_required, (self.chains, 1))
        self.inside = self._without(-1, np.arange(self.chains))
        self.mean = np.zeros((self.chains, len(weights)))
        self.variance = np.ones((self.chains, len(weights)))
        self.improves = np.ones((self.chains, len(weights)))
        self.delta = np.full(self.chains, 0.3)
        self.count = self.training @ observed
        self.total = self.training @ values
        self.squares = self.training @ values**2
        each = (self.chains, len(weights), size)
        self.slope = np.zeros(each)
        self.trend_total = (self.training @ sloping).reshape(each)
        self.trend_part = (self.training @ (np.repeat(values, size, axis=1) * sloping)).reshape(each)
        pairs = np.einsum("ip,if,ig->ipfg", observed, trends, trends).reshape(len(parts), -1)
        self.trend_pairs = (self.training @ pairs).reshape(*each, size)

    def sweep(self) -> None:
        """Draw every attribute, then what improves and by how much, then exchange temperatures."""
        gain = self._gain()
        weighed = self.inside * gain
        for a in range(len(self.levels.attributes)):
            if not self.levels.is_required[a]:
                self._draw_attribute(a, gain, weighed)
        self._draw_improvement()
        self._exchange()

    def _gain(self) -> np.ndarray:
        """How much better each account is explained inside than outside (chains, accounts)."""
        shift = self.improves * self.delta[:, None]
        rise = self.weights * shift / self.variance
        level = -rise * (self.mean + shift / 2)
        bend = -(rise[:, :, None] * self.slope).reshape(self.chains, -1)
        gain: np.ndarray = np.concatenate([rise, level, bend], axis=1) @ self.heard.T
        return gain

    def _draw_attribute(self, a: int, gain: np.ndarray, weighed: np.ndarray) -> None:
        """Draw one attribute of every chain given its others; keep the old where too few remain.

        ``weighed`` is the gain of those inside; it is brought up to date. A chain that does not use the
        attribute has it for its others already, so only the chains that use it are multiplied anew.
        """
        users = np.flatnonzero(self.used[:, a])
        rest = self._without(a, users)
        scores, unused = self.levels.scores(a, weighed), weighed.sum(axis=1)
        if len(users):
            open_to = rest * gain[users]
            scores[users], unused[users] = self.levels.scores(a, open_to), open_to.sum(axis=1)
        full = self.used.sum(axis=1) - self.used[:, a] >= MAX_ATTRIBUTES
        full |= self.levels.has_rival(a, self.used)
        draw = self._draw_values if self.levels.attributes[a].kind == "one_of" else self._draw_interval
        chosen, uses = draw(a, scores * self.heat[:, None], unused * self.heat, full)
        place = np.full(self.chains, -1)
        place[users] = np.arange(len(users))
        freed = users[~uses[users]]
        if len(freed):
            self._take(a, freed, np.zeros_like(chosen[freed]), rest[place[freed]])
        rows = np.flatnonzero(uses & chosen.any(axis=1) & (~chosen.all(axis=1) | self.levels.has_rest[a]))
        if len(rows):
            others = self.inside[rows]
            had = place[rows] >= 0
            others[had] = rest[place[rows[had]]]
            inside = others * self.levels.share(a, chosen[rows])
            enough = self.floor.allows(inside >= SURE)
            rows = rows[enough]
            self._take(a, rows, chosen[rows], inside[enough])
        changed = np.concatenate([freed, rows])
        weighed[changed] = self.inside[changed] * gain[changed]

    def _without(self, a: int, rows: np.ndarray) -> np.ndarray:
        """How much accounts belong to some chains' rules by all attributes but one (rows, accounts)."""
        rest: np.ndarray = self.training[rows]
        if not len(rows):
            return rest
        for b in map(int, np.flatnonzero(self.used[rows].any(axis=0))):
            if b != a:
                which = np.flatnonzero(self.used[rows, b])
                rest[which] *= self.levels.share(b, self.chosen[rows[which], self.levels.of(b)])
        return rest

    def _take(self, a: int, rows: np.ndarray, chosen: np.ndarray, inside: np.ndarray) -> None:
        """Let some chains use these levels of an attribute (none: not use it), with who is then inside."""
        self.chosen[rows, self.levels.of(a)] = chosen
        self.used[rows, a] = chosen.any(axis=1)
        self.inside[rows] = inside

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

    def _draw_improvement(self) -> None:
        """Draw the improved criteria and delta given who is inside; means, trends and variances are refitted."""
        criteria = len(self.weights)
        sums = self.inside @ self.heard
        inside_count, sloping = (
            sums[:, criteria : 2 * criteria],
            sums[:, 2 * criteria :].reshape(self.slope.shape),
        )
        shift = self.improves * self.delta[:, None]
        self._fit_trends(shift, sloping)
        total, inside_sum = self._total(), sums[:, :criteria] - (self.slope * sloping).sum(axis=2)
        self.mean = (total - shift * inside_count) / np.maximum(self.count, 1.0)
        excess = inside_sum - self.mean * inside_count
        fitted = self._spread() - 2 * shift * excess + shift**2 * inside_count
        self.variance = np.maximum(fitted / np.maximum(self.count, 1.0), LEAST_VARIANCE)
        heat = self.heat[:, None]
        linear = heat * self.weights * excess / self.variance @ self.sets.T
        precision = 1.0 + heat * self.weights * inside_count / self.variance @ self.sets.T
        at = linear / np.sqrt(precision)
        log_evidence = at**2 / 2 + log_ndtr(at) - np.log(precision) / 2 + log_prior(self.sets)
        noise = -np.log(-np.log(self.rng.random(log_evidence.shape)))
        best = np.argmax(np.round(log_evidence * GRAIN) / GRAIN + noise, axis=1)
        rows = np.arange(self.chains)
        self.improves = self.sets[best]
        spread_of_delta = 1 / np.sqrt(precision[rows, best])
        centre = linear[rows, best] / precision[rows, best]
        self.delta = _truncated_normal(centre, spread_of_delta, self.rng.random(self.chains))

    def _exchange(self) -> None:
        """Neighbouring temperatures of a ladder change places with the Metropolis probability."""
        likelihood = self._log_likelihood()
        size = len(TEMPERATURES)
        position = np.argsort(-self.heat.reshape(-1, size), axis=1) + np.arange(0, self.chains, size)[:, None]
        for step in range(size - 1):
            warm, warmer = position[:, step].copy(), position[:, step + 1].copy()
            log_odds = (self.heat[warm] - self.heat[warmer]) * (likelihood[warmer] - likelihood[warm])
            accept = np.log(self.rng.random(len(warm))) < np.round(log_odds * GRAIN) / GRAIN
            one, other = warm[accept], warmer[accept]
            self.heat[one], self.heat[other] = self.heat[other].copy(), self.heat[one].copy()
            position[accept, step], position[accept, step + 1] = other, one

    def _fit_trends(self, shift: np.ndarray, sloping: np.ndarray) -> None:
        """The trends' coefficients by ridge regression on what the rule leaves; ``sloping``: their sums inside."""
        size = self.slope.shape[2]
        if not size:
            return
        left = self.trend_part - self.mean[:, :, None] * self.trend_total - shift[:, :, None] * sloping
        ridge = self.variance / (self.weights * self.heat[:, None]) / TREND_SD**2
        matrix = self.trend_pairs + ridge[:, :, None, None] * np.eye(size)
        slope = np.linalg.solve(matrix, left[..., None])[..., 0]
        reach = np.sqrt(np.maximum(self._bent(slope), 0.0) / np.maximum(self.count, 1.0))
        self.slope = slope * np.minimum(1.0, MOST_TREND / np.maximum(reach, 1e-12))[:, :, None]

    def _bent(self, slope: np.ndarray) -> np.ndarray:
        """The sum of squares of the trends (chains, criteria)."""
        bent: np.ndarray = ((self.trend_pairs @ slope[..., None])[..., 0] * slope).sum(axis=2)
        return bent

    def _total(self) -> np.ndarray:
        """The sum of each part less its trends (chains, criteria)."""
        total: np.ndarray = self.total - (self.slope * self.trend_total).sum(axis=2)
        return total

    def _spread(self) -> np.ndarray:
        """The sum of squares about the mean of those outside, less the trends (chains, criteria)."""
        squares = self.squares - 2 * (self.slope * self.trend_part).sum(axis=2) + self._bent(self.slope)
        spread: np.ndarray = squares - 2 * self.mean * self._total() + self.mean**2 * self.count
        return spread

    def _log_likelihood(self) -> np.ndarray:
        fit = self._spread() / self.variance + self.count * np.log(self.variance)
        ridge = (self.slope**2).sum(axis=(1, 2)) / TREND_SD**2 / 2
        likelihood: np.ndarray = -(self.weights * fit / 2).sum(axis=1) + (self._gain() * self.inside).sum(
            axis=1
        )
        likelihood -= ridge
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
            kept.append((self.chosen[cold], self.used[cold], improvement))
        chosen, used, improvement = (np.stack(column) for column in zip(*kept, strict=True))
        return [Draws(chosen[:, i], used[:, i], improvement[:, i]) for i in range(chosen.shape[1])]


def criteria_sets(criteria: int) -> np.ndarray:
    """Every non-empty set of criteria, the whole first (sets, criteria)."""
    numbers = np.arange(2**criteria - 1, 0, -1)[:, None]
    sets: np.ndarray = np.bitwise_and(numbers >> np.arange(criteria), 1).astype(float)
    return sets


def log_prior(sets: np.ndarray) -> np.ndarray:
    """The log prior probability of each set of criteria being the improved ones."""
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
