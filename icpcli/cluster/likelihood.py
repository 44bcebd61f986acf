"""How well rules explain the parts, many rules at once.

For criterion p and the accounts i that have it: part_pi ~ N(mu_p + t_pi + g_p * delta * inside_i, s2_p), with the parts
standardised, delta > 0 half-normal with scale 1, g a non-empty set of criteria, t small trends along the ordered fields,
log-likelihoods scaled by the weights and the accounts' voices (heard.py). A blank cell belongs by the share of the chosen values in its
column: while rules are drawn its account counts by that share on both sides (mean field), in their evidence it is a mixture of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, logsumexp

from icpcli.cluster.prior import criteria_sets, log_prior_of_sets

if TYPE_CHECKING:
    from icpcli.cluster.heard import Heard

LEAST_VARIANCE = 0.05
LEAST_WEIGHT = 1e-9
TREND_SD = 0.1  # of a part per standard deviation of an ordered field
MOST_TREND = 0.15  # a part's trends reach no further (sd): what goes with size beyond that is worth a rule
FITS = 6
MOST_GAIN = 50.0  # in nats; beyond, exp would overflow
AT_ONCE = 512  # rules, so that memory stays level


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Over the accounts inside each rule: how many have a part (the sum of their voices), its total (rules, criteria), and its trends (..., ordered)."""

    count: np.ndarray
    total: np.ndarray
    sloping: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Improvement:
    """For each set of criteria that may improve: the log evidence, and the normal that delta follows above zero (rules, sets)."""

    log_evidence: np.ndarray
    centre: np.ndarray
    spread: np.ndarray

    def expected(self, sets: np.ndarray) -> np.ndarray:
        """The expected g * delta (rules, criteria)."""
        share = np.exp(self.log_evidence - logsumexp(self.log_evidence, axis=1, keepdims=True))
        at = self.centre / self.spread
        hazard = np.exp(-(at**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(at))
        shift: np.ndarray = (share * (self.centre + self.spread * hazard)) @ sets
        return shift


class Likelihood:
    """The parts as some accounts have them, and what explains them beside the rule.

    ``training`` (rules, or 1 for all, accounts) bool or 0/1 says which accounts each rule hears. ``mean``, ``variance``
    (rules, criteria) and ``slope`` (rules, criteria, ordered fields) are those fitted last.
    """

    def __init__(self, trends: np.ndarray, heard: Heard, training: np.ndarray) -> None:
        weights, voices = heard.weights, heard.voices
        raw = np.nan_to_num(heard.parts)
        values = raw * voices
        training = training.astype(float)
        size = trends.shape[1]
        sloping = (voices[:, :, None] * trends[:, None, :]).reshape(len(raw), -1)  # part by part
        self.heard = np.concatenate([values, voices, sloping], axis=1)
        self.weights = np.maximum(weights / weights.mean() if weights.any() else weights, LEAST_WEIGHT)
        self.sets = criteria_sets(len(weights))
        self.prior = log_prior_of_sets(self.sets)
        self.count = training @ voices
        self.total = training @ values
        self.squares = training @ (raw * values)
        each = (len(training), len(weights), size)
        self.trend_total = (training @ sloping).reshape(each)
        self.trend_part = (training @ (np.repeat(raw, size, axis=1) * sloping)).reshape(each)
        pairs = np.einsum("ip,if,ig->ipfg", voices, trends, trends).reshape(len(raw), -1)
        self.trend_pairs = (training @ pairs).reshape(*each, size)
        self._forget()

    def _forget(self) -> None:
        """Begin as if nothing were fitted."""
        self.slope = np.zeros_like(self.trend_total)
        self.mean = np.zeros_like(self.total)
        self.variance = np.ones_like(self.total)

    def sums(self, inside: np.ndarray) -> Sums:
        """What each rule holds; ``inside`` (rules, accounts heard) is 0-1, 0 for accounts that a rule does not hear."""
        criteria = len(self.weights)
        sums = inside @ self.heard
        sloping = sums[:, 2 * criteria :].reshape(len(inside), *self.trend_total.shape[1:])
        return Sums(sums[:, criteria : 2 * criteria], sums[:, :criteria], sloping)

    def gain(self, shift: np.ndarray) -> np.ndarray:
        """How much better each account is explained inside than outside (rules, accounts); ``shift``: g * delta."""
        rise = self.weights * shift / self.variance
        level = -rise * (self.mean + shift / 2)
        bend = -(rise[:, :, None] * self.slope).reshape(
            len(shift), self.heard.shape[1] - 2 * len(self.weights)
        )
        gain: np.ndarray = np.concatenate([rise, level, bend], axis=1) @ self.heard.T
        return gain

    def fit(self, shift: np.ndarray, held: Sums, heat: np.ndarray) -> None:
        """Fit trends, means and variances to what the rules leave; ``heat`` (rules, 1)."""
        self._fit_trends(shift, held.sloping, heat)
        total = self._straightened()
        self.mean = (total - shift * held.count) / np.maximum(self.count, 1.0)
        excess = self._inside(held) - self.mean * held.count
        fitted = self._spread() - 2 * shift * excess + shift**2 * held.count
        self.variance = np.maximum(fitted / np.maximum(self.count, 1.0), LEAST_VARIANCE)

    def improvement(self, held: Sums, heat: np.ndarray) -> Improvement:
        """What may improve, and by how much, given the means fitted last."""
        return self._improvement(self._inside(held) - self.mean * held.count, held.count, heat)

    def evidence(self, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The log evidence of each rule (rules,), means, delta and g integrated out, and the improvement it brings.

        With n accounts that have a part, m of them inside and y its sum there: for a set g, delta half-normal,
        exp(a^2 / 2) * 2 Phi(a) / sqrt(K) with K = 1 + sum k_p and a = sum w_p (y_p - m_p * mean_p) / v_p / sqrt(K), over
        p in g, where k_p = w_p (m_p - m_p^2 / n_p) / v_p. Trends and variances are those that fit best. Accounts that may
        be inside add what a mixture of inside and outside explains better than their shares do, at the shift expected.
        """
        blocks = [self._evidence(inside[start : start + AT_ONCE]) for start in range(0, len(inside), AT_ONCE)]
        logs, improvement = zip(*blocks, strict=True) if blocks else ((np.zeros(0),), (np.zeros(0),))
        return np.concatenate(logs), np.concatenate(improvement)

    def _evidence(self, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self._forget()
        held = self.sums(inside)
        heat = np.ones((len(inside), 1))
        shift = np.zeros_like(held.count)
        number = np.maximum(self.count, 1.0)
        for _ in range(FITS):
            self.fit(shift, held, heat)
            self.mean = self._straightened() / number
            excess = self._inside(held) - self.mean * held.count
            found = self._improvement(excess, held.count - held.count**2 / number, heat)
            shift = found.expected(self.sets)
        logs = self.without_rule() + logsumexp(found.log_evidence, axis=1)
        self.mean = (self._straightened() - shift * held.count) / number
        return logs + self._mixed(inside, shift), (shift * self.weights).mean(axis=1)

    def _mixed(self, inside: np.ndarray, shift: np.ndarray) -> np.ndarray:
        """What a mixture explains better (rules,): log(1 + b (exp(gain) - 1)) - b gain over accounts that belong by 0 < b < 1."""
        gain = np.minimum(self.gain(shift), MOST_GAIN)
        better = np.log1p(inside * np.expm1(gain)) - inside * gain
        added: np.ndarray = np.where((inside > 0) & (inside < 1), better, 0.0).sum(axis=1)
        return added

    def without_rule(self) -> np.ndarray:
        """The log-likelihood of the means, trends and variances fitted last, were nobody inside (rules,)."""
        fit = self._spread() / self.variance + self.count * np.log(self.variance)
        ridge = (self.slope**2).sum(axis=(1, 2)) / TREND_SD**2 / 2
        likelihood: np.ndarray = -(self.weights * fit / 2).sum(axis=1) - ridge
        return likelihood

    def _improvement(self, excess: np.ndarray, size: np.ndarray, heat: np.ndarray) -> Improvement:
        linear = heat * self.weights * excess / self.variance @ self.sets.T
        precision = 1.0 + heat * self.weights * size / self.variance @ self.sets.T
        at = linear / np.sqrt(precision)
        log_evidence = at**2 / 2 + log_ndtr(at) - np.log(precision) / 2 + self.prior
        return Improvement(log_evidence, linear / precision, 1 / np.sqrt(precision))

    def _fit_trends(self, shift: np.ndarray, sloping: np.ndarray, heat: np.ndarray) -> None:
        """The trends' coefficients by ridge regression on what the rules leave; ``sloping``: their sums inside."""
        size = self.slope.shape[2]
        if not size:
            return
        left = self.trend_part - self.mean[:, :, None] * self.trend_total - shift[:, :, None] * sloping
        ridge = self.variance / (self.weights * heat) / TREND_SD**2
        matrix = self.trend_pairs + ridge[:, :, None, None] * np.eye(size)
        slope = np.linalg.solve(matrix, left[..., None])[..., 0]
        reach = np.sqrt(np.maximum(self._bent(slope), 0.0) / np.maximum(self.count, 1.0))
        self.slope = slope * np.minimum(1.0, MOST_TREND / np.maximum(reach, 1e-12))[:, :, None]

    def _bent(self, slope: np.ndarray) -> np.ndarray:
        """The sum of squares of the trends (rules, criteria)."""
        bent: np.ndarray = ((self.trend_pairs @ slope[..., None])[..., 0] * slope).sum(axis=2)
        return bent

    def _inside(self, held: Sums) -> np.ndarray:
        """The sum of each part inside less its trends (rules, criteria)."""
        inside: np.ndarray = held.total - (self.slope * held.sloping).sum(axis=2)
        return inside

    def _straightened(self) -> np.ndarray:
        """The sum of each part less its trends (rules, criteria)."""
        total: np.ndarray = self.total - (self.slope * self.trend_total).sum(axis=2)
        return total

    def _spread(self) -> np.ndarray:
        """The sum of squares about the means of those outside, less the trends (rules, criteria)."""
        squares = self.squares - 2 * (self.slope * self.trend_part).sum(axis=2) + self._bent(self.slope)
        spread: np.ndarray = squares - 2 * self.mean * self._straightened() + self.mean**2 * self.count
        return spread
