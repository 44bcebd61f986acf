"""Intervals of counted shares."""

from __future__ import annotations

from icpcli.model.common import Interval


def proportion(hits: int, trials: int, *, tail: float = 0.025) -> Interval:
    """A share (0-1) with the 95 % interval (``tail`` on each side beyond) of the beta posterior under Jeffreys' prior; one side at 0 or 1 is exact.

    Source: Brown, Cai & DasGupta (2001), "Interval estimation for a binomial proportion", Statistical Science 16(2).
    """
    from scipy.special import betaincinv  # noqa: PLC0415  exports without people do not pay for it

    won, lost = hits + 0.5, trials - hits + 0.5
    low = float(betaincinv(won, lost, tail)) if hits else 0.0
    high = float(betaincinv(won, lost, 1 - tail)) if hits < trials else 1.0
    return Interval(hits / trials, low, high)
