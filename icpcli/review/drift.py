"""Whether the lift that a profile claims has stopped among the customers acquired since.

Every statistic is a function of plain arrays; the command and the simulated histories call the same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.common import Interval
from icpcli.review.likelihoods import Newcomers, log_likelihoods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.model.claim import ClaimedPart

ALARM = 20.0  # of a statistic that grows by one a year at most, if nothing changed: a false alarm in 5 % of first years
STARTS_A_YEAR = 12.0  # a change may begin in any month
STEPS = np.linspace(-5.0, 5.0, 101)  # standard deviations of a claim around its mean
WIDER = 1.5  # the truth scatters more widely than a posterior says
SHARES = np.linspace(-2.0, 4.0, 241)  # of the claimed lift
OWN_LIFTS = np.linspace(-3.0, 3.0, 241)  # of the newcomers by themselves, prior sd 1 as everywhere
LEAST_TELLING = (
    0.05  # of the information that a prior of sd 1 holds; with less, newcomers say nothing of a part
)


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """What newcomers say. ``statistic``: alarm at 20. ``start``: the likeliest month of a change (from 0).

    ``can_tell``: whether so many newcomers would show a lift that is gone. ``share``: of the claimed lift, what they
    show. ``shown``: by part, what they show of it by themselves; both since the change, where there is an alarm.
    """

    statistic: float
    start: int
    can_tell: bool
    share: Interval | None
    shown: Mapping[str, Interval]

    @property
    def alarms(self) -> bool:
        """Whether the lift has stopped."""
        return self.statistic >= ALARM


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """``log_ratios``: for each month j, log LR of a change in j. ``telling``: what log LR comes to if the lift is gone."""

    log_ratios: np.ndarray
    telling: float

    @property
    def statistic(self) -> float:
        """R = sum of LR_j / 12."""
        if not len(self.log_ratios):
            return 0.0
        return float(np.exp(min(float(_log_sum(self.log_ratios[None])[0]), 700.0))) / STARTS_A_YEAR


def odds_of(newcomers: Newcomers, claim: Sequence[ClaimedPart], dependence: float = 1.0) -> Odds:
    """The Shiryaev-Roberts rule on the newcomers' lift: alarm where the statistic reaches 20.

    For every start month j, LR_j = likelihood of no lift from j on, and of the claim before, against the claim
    throughout; R = sum of LR_j / 12. The claim of each part is a normal prior of its own, its spread widened by half;
    the parts' ratios multiply, tempered by ``dependence`` where parts go together. If the claim holds, R less a twelfth
    a month is a martingale: any number of looks, and an alarm in at most 5 % of first years. Sources: Shiryaev (1963), Theory
    Probab. Appl. 8; Roberts (1966), Technometrics 8; Pollak (1985), Ann. Stat. 13; tempering: Varin, Reid & Firth (2011),
    Statistica Sinica 21.
    """
    ratios, telling = np.zeros(newcomers.months), 0.0
    for part in claim:
        prior_sd = WIDER * part.sd
        lifts = np.append(part.lift + prior_sd * STEPS, 0.0)
        told = log_likelihoods(newcomers, part, lifts) / dependence
        if told.any():
            ratios += log_ratios(told[:, :-1], told[:, -1])
            information = _information(told[:, :-1].sum(axis=0), prior_sd)
            telling += _expected_log_ratio(part.lift, prior_sd, information)
    return Odds(ratios, telling)


def watch(newcomers: Newcomers, claim: Sequence[ClaimedPart], dependence: float = 1.0) -> Watch:
    """The rule of ``odds_of``, and what newcomers show in figures that a reader can compare with the claim."""
    odds = odds_of(newcomers, claim, dependence)
    start = int(np.argmax(odds.log_ratios)) if len(odds.log_ratios) else 0
    since = newcomers.since(start) if odds.statistic >= ALARM else newcomers
    shares, shown = np.zeros(len(SHARES)), {}
    for part in claim:
        shares += log_likelihoods(since, part, SHARES * part.lift).sum(axis=0) / dependence
        own = log_likelihoods(since, part, OWN_LIFTS).sum(axis=0)
        if float(np.ptp(own)) > LEAST_TELLING:
            shown[part.part] = _range(OWN_LIFTS, own - OWN_LIFTS**2 / 2)
    return Watch(
        statistic=odds.statistic,
        start=start,
        can_tell=bool(odds.telling >= np.log(ALARM * STARTS_A_YEAR)),
        share=_range(SHARES, shares) if shares.any() else None,
        shown=shown,
    )


def stopped_parts(newcomers: Newcomers, claim: Sequence[ClaimedPart], looks: int) -> dict[str, int]:
    """The parts of a claim that are gone by themselves, each with the likeliest month of it (from 0).

    The others may hold, and outweigh it in the rule of all. So many parts are ``looks`` at as many rules: each alarms at so many
    times the statistic, so that if the claim holds one of them does in at most 5 % of first years (Bonferroni).
    """
    odds = {part.part: odds_of(newcomers, (part,)) for part in claim}
    return {name: int(np.argmax(o.log_ratios)) for name, o in odds.items() if o.statistic >= ALARM * looks}


def log_ratios(told: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """log LR_j of one part for every start month j (months,).

    ``told`` (months, steps): log-likelihoods along STEPS, the claim's prior; ``gone`` (months,): those of no lift.
    """
    prior = -(STEPS**2) / 2
    prior -= _log_sum(prior[None])
    before = np.cumsum(np.vstack([np.zeros(len(STEPS)), told]), axis=0)
    evidence = _log_sum(before + prior)
    after = np.concatenate([np.cumsum(gone[::-1])[::-1], [0.0]])
    ratios: np.ndarray = (evidence + after)[:-1] - evidence[-1]
    return ratios


def _log_sum(rows: np.ndarray) -> np.ndarray:
    """The log of each row's sum of exponentials."""
    top = rows.max(axis=1)
    total: np.ndarray = np.log(np.exp(rows - top[:, None]).sum(axis=1)) + top
    return total


def _information(told: np.ndarray, prior_sd: float) -> float:
    """What the newcomers add to a prior: the inverse of the posterior's variance, less that of the prior."""
    weight = np.exp(told - STEPS**2 / 2 - np.max(told - STEPS**2 / 2))
    weight /= weight.sum()
    variance = float(weight @ (STEPS - weight @ STEPS) ** 2) * prior_sd**2
    return max(1 / max(variance, 1e-12) - 1 / prior_sd**2, 0.0)


def _expected_log_ratio(lift: float, prior_sd: float, information: float) -> float:
    """What log LR comes to where the lift is gone: that of a normal prior N(lift, sd^2) against zero, seen at zero."""
    if information <= 0:
        return 0.0
    variance = prior_sd**2 + 1 / information
    return float(0.5 * np.log1p(prior_sd**2 * information) + 0.5 * lift**2 / variance)


def _range(grid: np.ndarray, log_weight: np.ndarray) -> Interval:
    """Mean and 95 % interval of a distribution on a grid."""
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    below = np.cumsum(weight) - weight / 2
    low, high = np.interp((0.025, 0.975), below, grid)
    return Interval(float(weight @ grid), float(low), float(high))
