"""What a profile claims of the customers to come, part by part, with how sure that is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.lift import effects, posterior_of
from icpcli.model.claim import LEAVING, WINNING, Claim, ClaimedPart

if TYPE_CHECKING:
    from icpcli.model.scale import Scale
    from icpcli.review.signals import Signals

HALF = 0.5  # added to every count of events
LEAST_MEAN = 1e-9
FAR = 1e300  # a limit that is none, in a file without infinities
LOWER_IS_BETTER = frozenset({LEAVING})


def claim_of(
    signals: Signals, rules: np.ndarray, weights: np.ndarray, own: np.ndarray, scale: Scale
) -> Claim:
    """The claim of a profile from all sampled rules: ``rules`` (rules, accounts) 1, 0 or NaN, ``own`` the profile's.

    For every rule the effect on each part has a normal posterior (prior sd 1) from the accounts whose membership is
    certain, by their voices, as in the lift that is printed; times the rule's overlap with the profile, mixed by weight:
    mean and standard deviation. Parts that the profile does not improve are no claim.
    """
    share = weights / weights.sum()
    overlaps = np.array([_overlap(rule, own) for rule in rules])
    parts = []
    for name, (effect, error, spread) in _effects(signals, rules, own).items():
        mean, variance = posterior_of(effect, error)
        mean, variance = mean * overlaps, variance * overlaps**2
        lift = float(share @ mean)
        sd = float(np.sqrt(share @ (variance + mean**2) - lift**2))
        if lift * (-1 if name in LOWER_IS_BETTER else 1) > 0 and sd > 0:
            parts.append(ClaimedPart(name, lift, sd, spread))
    far = {name: (max(low, -FAR), min(high, FAR)) for name, (low, high) in scale.limits.items()}
    means = tuple(dataclasses.replace(p, mean=_settled(p.mean, p.spread)) for p in scale.parts)
    return Claim(tuple(parts), _dependence(signals, own), dataclasses.replace(scale, limits=far, parts=means))


def _settled(mean: float, spread: float) -> float:
    """A mean that is nothing but the rounding of a sum, and differs by processor, is zero."""
    return mean if abs(mean) > LEAST_MEAN * spread else 0.0


def _overlap(rule: np.ndarray, own: np.ndarray) -> float:
    """The share of the profile's members who are inside a rule, less that of the others."""
    known = np.isfinite(rule)
    members, others = rule[known & (own == 1)], rule[known & (own == 0)]
    if not len(members) or not len(others):
        return 0.0
    return float(members.mean() - others.mean())


def _effects(
    signals: Signals, rules: np.ndarray, own: np.ndarray
) -> dict[str, tuple[np.ndarray, np.ndarray, float]]:
    """By part: each rule's effect, its error variance, and the spread around the sides of the profile."""
    found = {}
    for name, figures in signals.figures.items():
        effect, error = effects(rules, figures[:, None], signals.voices(figures)[:, None], signals.times())
        found[name] = (effect[:, 0], error[:, 0], _spread(figures, own))
    for name, (seen, expected) in signals.counts.items():
        effect, error = _rate_ratios(seen, expected, rules, signals.voices(expected - seen))
        scatter = _overdispersion(seen, expected, own) if name != LEAVING else 1.0
        found[name] = (effect, error * scatter, scatter)
    if np.isfinite(signals.won).any():
        effect, error = _odds_ratios(signals.won, rules, signals.voices(signals.won))
        found[WINNING] = (effect, error, 1.0)
    return found


def _rate_ratios(
    seen: np.ndarray, expected: np.ndarray, rules: np.ndarray, voices: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """log of (seen / expected inside) / (seen / expected outside); variance 1 / seen + 1 / seen (Poisson), by voices."""
    yes, no = (rules == 1).astype(float), (rules == 0).astype(float)
    o, e = np.nan_to_num(seen) * voices, np.nan_to_num(expected) * voices
    d1, d0, e1, e0 = yes @ o + HALF, no @ o + HALF, yes @ e + HALF, no @ e + HALF
    return np.log(d1 / e1) - np.log(d0 / e0), 1 / d1 + 1 / d0


def _odds_ratios(won: np.ndarray, rules: np.ndarray, voices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log odds ratio of winning, by voices, a half added to each cell; variance the sum of the cells' inverses. Haldane (1956)."""
    yes, no = (rules == 1).astype(float), (rules == 0).astype(float)
    w, n = (won == 1) * voices, (won == 0) * voices
    a, b, c, d = yes @ w + HALF, yes @ n + HALF, no @ w + HALF, no @ n + HALF
    return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d


def _residuals(figures: np.ndarray, own: np.ndarray) -> np.ndarray:
    left = np.full(len(figures), np.nan)
    for side in (0, 1):
        here = (own == side) & np.isfinite(figures)
        if here.any():
            left[here] = figures[here] - figures[here].mean()
    return left


def _spread(figures: np.ndarray, own: np.ndarray) -> float:
    left = _residuals(figures, own)
    known = left[np.isfinite(left)]
    return float(np.sqrt(np.mean(known**2))) if len(known) else 1.0


def _overdispersion(seen: np.ndarray, expected: np.ndarray, own: np.ndarray) -> float:
    """Pearson's chi-square over its degrees of freedom, never below 1. McCullagh & Nelder (1989), section 6.2."""
    total, count = 0.0, 0
    for side in (0, 1):
        here = (own == side) & np.isfinite(expected) & (expected > 0)
        if here.any():
            mean = expected[here] * seen[here].sum() / expected[here].sum()
            total += float(np.sum((seen[here] - mean) ** 2 / np.maximum(mean, 1e-9)))
            count += int(here.sum())
    return max(total / max(count - 2, 1), 1.0)


def _dependence(signals: Signals, own: np.ndarray) -> float:
    """The variance of the sum of the figures over that of as many independent ones; 1 where they pull apart."""
    left = [_residuals(figures, own) for figures in signals.figures.values()]
    both = [
        float(np.corrcoef(one[use], other[use])[0, 1])
        for i, one in enumerate(left)
        for other in left[:i]
        if (use := np.isfinite(one) & np.isfinite(other)).sum() > 2 and one[use].std() * other[use].std() > 0
    ]
    return max(1.0, 1.0 + (len(left) - 1) * float(np.mean(both))) if both else 1.0
