"""How much better customers inside the profile are, with an interval that knows the rule is uncertain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.profile import NET, Lift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cluster.heard import Heard
    from icpcli.cluster.sampled import Rules

DRAWS = 4000
PRIOR_SD = 1.0
LEAST_VARIANCE = (
    0.05  # of a part, whose variance over all accounts is 1: few on a side may happen to be alike
)
NOTHING_KNOWN = 1e6


def lifts(
    rules: Rules, profile: int, heard: Heard, names: Sequence[str], rng: np.random.Generator
) -> dict[str, Lift]:
    """The lift of the profile per criterion and net (their weighted mean), in standard deviations.

    For every sampled rule, the difference of a part's means inside and outside has a normal posterior
    (prior sd 1, sign free, so harm shows) from the accounts whose membership is certain, by their voices; times the rule's
    overlap with the profile (share of the profile's members inside the rule less that of the others).
    The mixture over rules gives mean, 95 % interval and the probability that the criterion is improved.
    """
    inside = rules.inside[profile].astype(float)
    within = rules.inside @ inside / max(inside.sum(), 1.0)
    without = rules.inside @ (1 - inside) / max((1 - inside).sum(), 1.0)
    overlaps = within - without
    mean, variance = posterior_of(*effects(rules.certain, heard.parts, heard.voices, heard.strata))
    picks = rng.choice(len(rules.weight), size=DRAWS, p=rules.weight)
    noise = (
        rng.standard_normal((DRAWS, heard.parts.shape[1])) @ np.linalg.cholesky(_correlation(heard.parts)).T
    )
    drawn = (mean[picks] + np.sqrt(variance)[picks] * noise) * overlaps[picks, None]
    columns = {name: drawn[:, i] for i, name in enumerate(names)}
    columns[NET] = drawn @ (heard.weights / heard.weights.sum())
    return {name: _summary(draws) for name, draws in columns.items()}


def effects(
    certain: np.ndarray, parts: np.ndarray, voices: np.ndarray, strata: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each rule's effect on each part, inside less outside among companies of the same time, and its error variance (rules, criteria).

    ``certain`` (rules, accounts): 1 or 0, NaN where membership is not known; ``voices``, ``strata``: see ``Heard``. The mean over strata of
    the difference of the means of the n1 inside and n0 outside, weighed by w = n1 n0 / (n1 + n0) (Cochran 1954, Biometrics 10); the variance, pooled over
    both sides of all strata, over the sum of w. A part that one side does not have tells nothing.
    """
    yes, no = (certain == 1).astype(float), (certain == 0).astype(float)
    raw = np.nan_to_num(parts)
    size = (len(certain), parts.shape[1])
    differences, weights = np.zeros(size), np.zeros(size)
    counts, squares, means = np.zeros((2, *size)), np.zeros((2, *size)), np.zeros((2, *size))
    for stratum in np.unique(strata):
        here = strata == stratum
        sides = [_side(side[:, here], raw[here], voices[here]) for side in (yes, no)]
        (n1, m1, _), (n0, m0, _) = sides
        weight = n1 * n0 / np.where(n1 + n0 > 0, n1 + n0, 1.0)
        differences += weight * (m1 - m0)
        weights += weight
        counts += [n for n, _, _ in sides]
        squares += [s for _, _, s in sides]
        means += [n > 0 for n, _, _ in sides]
    variances = np.maximum(squares / np.where(counts > 0, counts, 1.0), LEAST_VARIANCE)
    freed = counts - np.maximum(means - 1, 0)  # a mean for every stratum after the first takes one each
    pooled = (counts * variances).sum(axis=0) / np.maximum(freed.sum(axis=0), 1e-12)
    some = np.where(weights > 0, weights, 1.0)
    return differences / some, np.where(weights > 0, pooled / some, NOTHING_KNOWN)


def _side(side: np.ndarray, raw: np.ndarray, voices: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of one side of each rule the count of each part, its mean and its sum of squares about it (rules, criteria)."""
    count = side @ voices
    some = np.where(count > 0, count, 1.0)
    mean = side @ (raw * voices) / some
    return count, mean, np.maximum(side @ (raw**2 * voices) - count * mean**2, 0.0)


def posterior_of(effect: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of effects of which these were seen, with this error variance: normal prior, mean 0 and sd 1."""
    shrink = PRIOR_SD**2 / (PRIOR_SD**2 + error)
    return effect * shrink, error * shrink


def _correlation(parts: np.ndarray) -> np.ndarray:
    """The correlation of the parts over the accounts that have both; the errors of their means share it."""
    size = parts.shape[1]
    matrix = np.eye(size)
    for i in range(size):
        for j in range(i):
            both = np.isfinite(parts[:, i]) & np.isfinite(parts[:, j])
            if both.sum() > 2 and parts[both, i].std() > 0 and parts[both, j].std() > 0:
                matrix[i, j] = matrix[j, i] = 0.98 * np.corrcoef(parts[both, i], parts[both, j])[0, 1]
    least = float(np.linalg.eigvalsh(matrix)[0])
    return matrix if least > 1e-6 else (matrix + (1e-6 - least) * np.eye(size)) / (1 + 1e-6 - least)


def _summary(draws: np.ndarray) -> Lift:
    low, high = np.quantile(draws, (0.025, 0.975))
    return Lift(float(draws.mean()), float(low), float(high), float((draws > 0).mean()))
