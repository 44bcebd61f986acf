"""Every rule that could be the profile, as often as it deserves.

The model is that of likelihood.py and prior.py. Given delta and g the log-likelihood is additive over accounts, so
each attribute is drawn exactly: values independently, intervals by enumeration (Neill 2012, JRSS-B 74(2)); g by
enumeration, delta from its truncated normal. Parallel tempering (Geyer 1991) over TEMPERATURES; all chains are one matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, ndtr, ndtri

from icpcli.cluster.levels import SURE, Levels
from icpcli.cluster.likelihood import Likelihood
from icpcli.cluster.prior import ATTRIBUTE_COST, LOG_NOT_CHOSEN, VALUE_LOG_ODDS
from icpcli.cluster.rules import MOST_CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cluster.attributes import Attribute
    from icpcli.cluster.heard import Heard
    from icpcli.cluster.levels import Floor

TEMPERATURES = np.array([1.0, 0.75, 0.55, 0.4, 0.28])
GRAIN = 2.0**20  # log-odds are rounded to 1 / GRAIN, so that a processor's last digit changes no draw


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Sampled rules: ``chosen`` (draws, levels of all attributes) bool, ``used`` (draws, attributes) bool."""

    chosen: np.ndarray
    used: np.ndarray


class Sampler:
    """Chains over rules. ``training`` (groups of chains, accounts) bool says which accounts each group hears."""

    def __init__(  # noqa: PLR0913  what a chain needs to know
        self,
        attributes: Sequence[Attribute],
        heard: Heard,
        training: np.ndarray,
        *,
        ladders: int,
        floor: Floor,
        rng: np.random.Generator,
    ) -> None:
        self.levels = Levels(attributes)
        per_group = ladders * len(TEMPERATURES)
        self.training = np.repeat(training.astype(float), per_group, axis=0)
        self.chains = len(self.training)
        self.heat = np.tile(TEMPERATURES, self.chains // len(TEMPERATURES))
        self.floor = floor
        self.rng = rng
        self.likelihood = Likelihood(self.levels.trends(), heard, self.training)
        self.chosen = np.tile(self.levels.start, (self.chains, 1))
        self.used = np.tile(self.levels.is_required, (self.chains, 1))
        self.inside = self._without(-1, np.arange(self.chains))
        self.improves = np.ones((self.chains, len(heard.weights)))
        self.delta = np.full(self.chains, 0.3)
        self._weigh()

    def sweep(self) -> None:
        """Draw every attribute, then what improves and by how much, then exchange temperatures."""
        for a in range(len(self.levels.attributes)):
            if not self.levels.is_required[a]:
                self._draw_attribute(a)
        self._draw_improvement()
        self._weigh()
        self._exchange()

    def _weigh(self) -> None:
        """What every account gains by being inside, and the gain of those who are (chains, accounts)."""
        self.gain = self.likelihood.gain(self._shift())
        self.gained = self.inside * self.gain

    def _draw_attribute(self, a: int) -> None:
        """Draw one attribute of every chain given its others; keep the old where too few remain.

        A chain that does not use the attribute has what its others give already, so only those that use it are multiplied anew.
        """
        users = np.flatnonzero(self.used[:, a])
        rest = self._without(a, users)
        scores, unused = self.levels.scores(a, self.gained)
        if len(users):
            scores[users], unused[users] = self.levels.scores(a, rest * self.gain[users])
        full = self.used.sum(axis=1) - self.used[:, a] >= MOST_CONDITIONS
        full |= self.levels.has_rival(a, self.used)
        draw = self._draw_values if self.levels.attributes[a].kind == "one_of" else self._draw_interval
        chosen, uses = draw(a, scores * self.heat[:, None], unused * self.heat, full)
        is_free = ~uses[users]
        self._take(a, users[is_free], np.zeros_like(chosen[users[is_free]]), rest[is_free])
        rows = np.flatnonzero(uses & self.levels.tells(a, chosen))
        if len(rows):
            place = np.full(self.chains, -1)
            place[users] = np.arange(len(users))
            others, had = self.inside[rows], place[rows] >= 0
            others[had] = rest[place[rows[had]]]
            inside = others * self.levels.share(a, chosen[rows])
            enough = self.floor.allows(inside >= SURE)
            self._take(a, rows[enough], chosen[rows[enough]], inside[enough])

    def _without(self, a: int, rows: np.ndarray) -> np.ndarray:
        """How much accounts belong to some chains' rules by all attributes but one (rows, accounts)."""
        others = self.used[rows]  # a copy
        if a >= 0:
            others[:, a] = False
        return self.levels.belonging(self.chosen[rows], others, self.training[rows])

    def _shift(self) -> np.ndarray:
        """By how much each criterion is better inside (chains, criteria)."""
        shift: np.ndarray = self.improves * self.delta[:, None]
        return shift

    def _take(self, a: int, rows: np.ndarray, chosen: np.ndarray, inside: np.ndarray) -> None:
        """Let some chains use these levels of an attribute (none: not use it), with who is then inside."""
        if len(rows):
            self.chosen[rows, self.levels.of(a)] = chosen
            self.used[rows, a] = chosen.any(axis=1)
            self.inside[rows] = inside
            self.gained[rows] = inside * self.gain[rows]

    def _draw_values(
        self, a: int, scores: np.ndarray, unused: np.ndarray, full: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Use the attribute or not, with its value sets summed over; then each value by itself."""
        log_odds = np.where(self.levels.allowed(a), scores + VALUE_LOG_ODDS, -np.inf)
        used = -ATTRIBUTE_COST + np.sum(LOG_NOT_CHOSEN + np.logaddexp(0.0, log_odds), axis=1)
        heads = self._coins(np.concatenate([used - unused, log_odds.ravel()]))
        uses, chosen = heads[: self.chains], heads[self.chains :]
        return chosen.reshape(log_odds.shape), uses & ~full

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

    def _coins(self, log_odds: np.ndarray) -> np.ndarray:
        heads: np.ndarray = self.rng.random(log_odds.shape) < expit(np.round(log_odds * GRAIN) / GRAIN)
        return heads

    def _draw_improvement(self) -> None:
        """Draw the improved criteria and delta given who is inside; means, trends and variances are refitted."""
        held = self.likelihood.sums(self.inside)
        heat = self.heat[:, None]
        self.likelihood.fit(self._shift(), held, heat)
        found = self.likelihood.improvement(held, heat)
        noise = -np.log(-np.log(self.rng.random(found.log_evidence.shape)))
        best = np.argmax(np.round(found.log_evidence * GRAIN) / GRAIN + noise, axis=1)
        rows = np.arange(self.chains)
        self.improves = self.likelihood.sets[best]
        uniform = self.rng.random(self.chains)
        self.delta = _truncated_normal(found.centre[rows, best], found.spread[rows, best], uniform)

    def _exchange(self) -> None:
        """Neighbouring temperatures of a ladder change places with the Metropolis probability."""
        likelihood = self.likelihood.without_rule() + self.gained.sum(axis=1)
        size = len(TEMPERATURES)
        position = np.argsort(-self.heat.reshape(-1, size), axis=1) + np.arange(0, self.chains, size)[:, None]
        for step in range(size - 1):
            warm, warmer = position[:, step].copy(), position[:, step + 1].copy()
            log_odds = (self.heat[warm] - self.heat[warmer]) * (likelihood[warmer] - likelihood[warm])
            accept = np.log(self.rng.random(len(warm))) < np.round(log_odds * GRAIN) / GRAIN
            one, other = warm[accept], warmer[accept]
            self.heat[one], self.heat[other] = self.heat[other].copy(), self.heat[one].copy()
            position[accept, step], position[accept, step + 1] = other, one

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
            kept.append((self.chosen[cold], self.used[cold]))
        chosen, used = (np.stack(column) for column in zip(*kept, strict=True))
        return [Draws(chosen[:, i], used[:, i]) for i in range(chosen.shape[1])]


def _truncated_normal(centre: np.ndarray, spread: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """A normal draw above zero, by inversion."""
    below = ndtr(-centre / spread)
    draw = centre + spread * ndtri(np.clip(below + uniform * (1 - below), 1e-12, 1 - 1e-12))
    positive: np.ndarray = np.maximum(draw, 1e-6)
    return positive
