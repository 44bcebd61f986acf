"""What the search hears of the accounts, and how loudly: those that share their fate do not speak as so many witnesses."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

# Voices are multiples of 1 / VOICE_GRAIN, so that sums of parts stay exact in any order.
VOICE_GRAIN = 2.0**20


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """``parts`` (accounts, criteria), NaN where missing; ``weights`` (criteria,); ``voices`` (accounts, criteria) 0-1.

    ``groups`` (accounts,): one number for accounts that are related; ``strata`` (accounts,): one for those of the same time, by
    which they are shuffled and compared. A voice is how much an account counts in a criterion:
    1 where it stands alone, less among related accounts that resemble each other, 0 where the part is missing.
    """

    parts: np.ndarray
    weights: np.ndarray
    groups: np.ndarray
    voices: np.ndarray
    strata: np.ndarray

    def at(self, accounts: np.ndarray) -> Heard:
        """What is heard of some of the accounts (places), as if there were no others."""
        return heard_of(self.parts[accounts], self.weights, self.groups[accounts], self.strata[accounts])

    def turned(self) -> Heard:
        """The same, every part negated."""
        return replace(self, parts=-self.parts)

    def without_part(self, p: int) -> Heard:
        """What is heard without one criterion."""
        parts, weights, voices = (np.delete(of, p, axis=-1) for of in (self.parts, self.weights, self.voices))
        return Heard(parts, weights, self.groups, voices, self.strata)

    def without(self, accounts: np.ndarray) -> Heard:
        """What is heard if nothing is of some of the accounts (places)."""
        parts = self.parts.copy()
        parts[accounts] = np.nan
        return heard_of(parts, self.weights, self.groups, self.strata)


def heard_of(
    parts: np.ndarray, weights: np.ndarray, groups: np.ndarray, strata: np.ndarray | None = None
) -> Heard:
    """What is heard of accounts whose related ones share a number in ``groups`` (accounts,); all are of one time without ``strata``.

    Of m related accounts with a part, whose correlation is r, each has the voice 1 / (1 + (m - 1) r): the inverse of
    the design effect (Kish 1965, Survey Sampling, 5.4), and what generalised least squares gives where related accounts
    are alike in all that a rule asks. The correlation is that of the parts as they are: what a rule explains of it, which
    a search cannot know beforehand, makes voices a little too low.
    """
    observed = np.isfinite(parts)
    group = np.unique(groups, return_inverse=True)[1]
    voices = observed.astype(float)
    for p in range(parts.shape[1]):
        related = np.bincount(group, observed[:, p])[group] - 1.0
        resemblance = _resemblance(parts[:, p], group, related)
        voice = 1 / (1 + np.maximum(related, 0.0) * resemblance)
        voices[:, p] *= np.maximum(np.round(voice * VOICE_GRAIN), 1.0) / VOICE_GRAIN
    same_time = np.zeros(len(groups), dtype=int)
    return Heard(parts, weights, groups, voices, same_time if strata is None else strata)


def _resemblance(part: np.ndarray, group: np.ndarray, related: np.ndarray) -> float:
    """The correlation (0-1) of a part between related accounts, all of them alike in weight.

    The mean product of pairs over the mean square (Karlin, Cameron & Williams 1981, PNAS 78): the intraclass correlation.
    """
    use = np.isfinite(part) & (related > 0)
    if not use.any():
        return 0.0
    left, among = part[use] - part[np.isfinite(part)].mean(), group[use]
    squares, sums = np.bincount(among, left**2), np.bincount(among, left)
    others = np.maximum(np.bincount(among) - 1.0, 1.0)
    total = float(squares.sum())
    pairs = float(((sums**2 - squares) / others).sum())
    return float(np.clip(pairs / total, 0.0, 1.0)) if total > 0 else 0.0
