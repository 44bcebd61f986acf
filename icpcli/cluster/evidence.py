"""Is it real? Lift on customers that the rule had not seen, the verdict, and what would settle it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from icpcli.model.common import Interval, Verdict
from icpcli.model.profile import NET
from icpcli.model.units import Z95

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.model.profile import Lift

FOLDS = 10
SUPPORTED_P = 0.05
TENTATIVE_P = 0.20
LIKELY_POSITIVE = 0.8
POWER = 0.8
NO_LIFT: Mapping[str, Interval] = {}
ALL_OF_IT: Mapping[str, float] = {NET: 1.0}
LEAST_Z = 0.3  # below, so little is seen that no number of customers can be named


def folds_of(groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A fold (0 to FOLDS - 1) per account; related accounts share theirs, and folds are of like size."""
    distinct = np.unique(groups)
    fold_of_group = np.empty(len(distinct), dtype=int)
    fold_of_group[rng.permutation(len(distinct))] = np.arange(len(distinct)) % FOLDS
    return fold_of_group[np.searchsorted(distinct, groups)]


def unseen_lift(
    is_inside: np.ndarray, parts: np.ndarray, weights: np.ndarray, names: Sequence[str], groups: np.ndarray
) -> dict[str, Interval]:
    """The difference of the parts' means, inside less outside, each account judged by the rule of a fold without it.

    ``is_inside``: 1, 0 or NaN (unknown, left out). Net is the weighted mean of the criteria; intervals are normal,
    from the squared influence of each group of related accounts (the infinitesimal jackknife; Huber 1967). Criteria
    with nobody on a side are left out.
    """
    observed = np.isfinite(parts)
    influence = np.zeros(len(parts))
    group = np.unique(groups, return_inverse=True)[1]
    found: dict[str, Interval] = {}
    net, heard = 0.0, 0.0
    for p, name in enumerate(names):
        sides = [observed[:, p] & (is_inside == side) for side in (1, 0)]
        counts = [int(side.sum()) for side in sides]
        if min(counts) < 2:
            continue
        means = [float(parts[side, p].mean()) for side in sides]
        own = np.zeros(len(parts))
        for side, mean, count, sign in zip(sides, means, counts, (1, -1), strict=True):
            own[side] = sign * (parts[side, p] - mean) / count
        lift = means[0] - means[1]
        found[name] = _interval(lift, np.bincount(group, own))
        net += weights[p] * lift
        heard += weights[p]
        influence += weights[p] * own
    if heard:
        found[NET] = _interval(net / heard, np.bincount(group, influence / heard))
    return found


def _interval(lift: float, influence: np.ndarray) -> Interval:
    reach = Z95 * float(np.sqrt((influence**2).sum()))
    return Interval(float(lift), float(lift) - reach, float(lift) + reach)


def verdict_of(
    p_value: float,
    lift: Mapping[str, Lift],
    unseen: Mapping[str, Interval],
    later: Mapping[str, Interval] = NO_LIFT,
    can_show: Mapping[str, float] = ALL_OF_IT,
) -> Verdict:
    """Supported: p <= 0.05, net lift 80 % likely to be positive, positive on customers not seen, and not surely missing in those won later.

    Tentative: p <= 0.20 and a positive net lift (what the user requires may have none). Else unsupported.
    """
    net = lift.get(NET)
    if net is None or net.value <= 0 or p_value > TENTATIVE_P:
        return Verdict.UNSUPPORTED
    is_likely = net.improved >= LIKELY_POSITIVE
    is_seen_again = NET in unseen and unseen[NET].value > 0 and is_shown_later(lift, later, can_show)
    return Verdict.SUPPORTED if p_value <= SUPPORTED_P and is_likely and is_seen_again else Verdict.TENTATIVE


def is_shown_later(
    lift: Mapping[str, Lift], later: Mapping[str, Interval], can_show: Mapping[str, float] = ALL_OF_IT
) -> bool:
    """Whether customers won later may show the lift too: half of what they can show of it lies within or below their interval.

    ``can_show``: how much of the lift of each criterion their net lift can hold, weights included. What is filled in with time they do not
    show. Where they are few, or dates do not allow the test, nothing speaks against it: a rule drawn without them is another
    one, and of 60 planted profiles in 400 customers three showed less than nothing in those won last.
    """
    expected = sum(lift[name].value * share for name, share in can_show.items() if name in lift)
    return NET not in later or later[NET].high >= expected / 2


def power_note(p_value: float, verdict: Verdict, accounts: int, *, shown_later: bool = True) -> str:
    """About how many more companies would settle it, were the pattern as strong as it looks.

    The z of p grows with the square root of the number of companies; a test of size 0.05 needs
    z = 1.64 + 0.84 to see an effect four times out of five.
    """
    if verdict is Verdict.SUPPORTED:
        return "The pattern is clear enough in these data."
    if p_value <= SUPPORTED_P and not shown_later:
        return "There is a pattern, but the customers won last do not show it: it may go with time, or be filled in with time."
    if p_value <= SUPPORTED_P:
        return "There is a pattern; which companies it is, is not settled."
    z = float(ndtri(1 - p_value)) if p_value < 1 else 0.0
    if z < LEAST_Z:
        return (
            f"{accounts:,} companies show next to nothing: better fields, rather than more rows, would help."
        )
    needed = accounts * ((ndtri(1 - SUPPORTED_P) + ndtri(POWER)) / z) ** 2
    more = float(f"{max(needed - accounts, 1):.1g}")
    return f"If the pattern is as strong as it looks, about {more:,.0f} more companies would settle it four times out of five."
