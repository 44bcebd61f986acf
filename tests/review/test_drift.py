"""The alarm is the sum of likelihood ratios it is said to be, and rises when the lift is gone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from icpcli.model.claim import ClaimedPart
from icpcli.review.drift import odds_of, watch
from icpcli.review.likelihoods import Newcomers

PART = ClaimedPart("lifetime_value", 0.8, 0.15, 1.0)


def arrivals(lifts: list[float], *, a_month: int = 40, share: float = 0.25, seed: int = 3) -> Newcomers:
    """So many newcomers a month, of whom a share is inside and better by that month's lift."""
    rng = np.random.default_rng(seed)
    month = np.repeat(np.arange(len(lifts)), a_month)
    inside = (np.tile(np.arange(a_month), len(lifts)) < share * a_month).astype(float)
    value = rng.normal(0, 1, len(month)) + inside * np.array(lifts)[month]
    return Newcomers(month, inside, {"lifetime_value": value}, {}, np.full(len(month), np.nan))


def test_the_statistic_is_the_sum_of_likelihood_ratios():
    """By brute force: month by month densities of the difference of means, the claim integrated over its prior."""
    found = odds_of(newcomers := arrivals([0.8, 0.2, 0.1], a_month=16), (PART,))

    inside, value = newcomers.inside == 1, newcomers.figures["lifetime_value"]
    middle = np.array([np.median(value[newcomers.month == m]) for m in range(3)])[newcomers.month]
    value = np.clip(value, middle - 3, middle + 3)
    d = np.array([value[inside & (newcomers.month == m)].mean() - value[~inside & (newcomers.month == m)].mean() for m in range(3)])  # fmt: skip
    left = sum(((v := value[(inside == side) & (newcomers.month == m)]) - v.mean()) @ (v - v.mean()) for m in range(3) for side in (True, False))  # fmt: skip
    error = np.sqrt(max(1.0, left / (48 - 6)) * (1 / 4 + 1 / 12))
    lifts = np.linspace(0.8 - 5 * 0.225, 0.8 + 5 * 0.225, 4001)
    prior = norm.pdf(lifts, 0.8, 0.225)
    prior /= prior.sum()
    likely = norm.pdf(d[:, None], lifts, error)
    ratios = [
        prior @ likely[:j].prod(axis=0) * norm.pdf(d[j:], 0, error).prod() / (prior @ likely.prod(axis=0))
        for j in range(3)
    ]
    assert np.exp(found.log_ratios) == pytest.approx(ratios, rel=1e-3)
    assert found.statistic == pytest.approx(sum(ratios) / 12, rel=1e-3)


def test_a_lift_that_is_gone_is_seen_and_dated():
    """Six months of the claimed lift, then none: an alarm, and the likeliest start is the month of the change or next to it."""
    holds, gone = watch(arrivals([0.8] * 14), (PART,)), watch(arrivals([0.8] * 6 + [0.0] * 8), (PART,))

    assert not holds.alarms
    assert holds.share is not None
    assert holds.share.low <= 1 <= holds.share.high
    assert gone.alarms
    assert abs(gone.start - 6) <= 1
    assert gone.share is not None
    assert gone.share.high < 0.8


def test_few_newcomers_cannot_tell_and_many_can():
    """With two newcomers a month nothing could be seen; with forty it could."""
    assert not watch(arrivals([0.8] * 2, a_month=8), (PART,)).can_tell
    assert watch(arrivals([0.8] * 12), (PART,)).can_tell


def test_nobody_new_is_no_alarm():
    """Without newcomers the statistic is 0 and nothing can be told."""
    found = watch(arrivals([]), (PART,))

    assert found.statistic == 0
    assert not found.can_tell
    assert found.share is None


def test_parts_that_tell_the_same_are_tempered():
    """Two copies of one part, said to depend wholly on each other, alarm no sooner than one."""
    one = arrivals([0.8] * 3 + [0.0] * 3)
    twice = Newcomers(one.month, one.inside, {"a": one.figures["lifetime_value"], "b": one.figures["lifetime_value"]}, {}, one.won)  # fmt: skip
    parts = tuple(ClaimedPart(name, PART.lift, PART.sd, PART.spread) for name in "ab")

    free, tempered = odds_of(twice, parts), odds_of(twice, parts, dependence=2.0)

    assert tempered.statistic < free.statistic
