"""What icpcli makes of a world, measured against what was planted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.profile import derive_profile
from icpcli.cluster.rules import membership
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS, Settings
from planted.worlds import World

if TYPE_CHECKING:
    from planted.families import Family

FRESH = 10_000
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one world gave. Shares are 0-1, lifts in standard deviations; NaN where there is nothing to measure.

    ``f1``: of membership, on fresh companies. ``captured``: their true net lift as a share of the hidden rule's.
    ``said``: the agreement. ``true_lift``: of the printed rule on fresh companies; ``is_covered``: within the 95 %
    interval of the net lift. ``harm_said``: a truly worse criterion is told as worse.
    """

    f1: float
    captured: float
    said: float
    p_value: float
    verdict: str
    true_lift: float
    is_covered: float
    harm_said: float
    seconds: float
    statement: str


def play(family: Family, seed: int, settings: Settings = DEFAULTS) -> Outcome:
    """Derive a profile in one world, and measure it on fresh companies of the same world."""
    world = World(family, seed)
    book = world.book(family.accounts)
    fresh = world.book(FRESH, blank_share=0)
    start = time.perf_counter()
    found = derive_profile(book, rank_customers(book, settings), hear(book, settings), settings).profile
    seconds = time.perf_counter() - start
    truth = world.holds(fresh.attributes) & (not family.is_null)
    said = membership(found.conditions, fresh.attributes) == 1
    utility = hear(fresh, settings)
    lifts = lift_of(said, utility.parts)
    best = net(lift_of(truth, utility.parts), utility.weights)
    true_net = net(lifts, utility.weights)
    stated = found.lift.get("net")
    return Outcome(
        f1=f1_of(said, truth) if not family.is_null else NAN,
        captured=true_net / best if not family.is_null else NAN,
        said=NAN if found.agreement is None else found.agreement,
        p_value=1.0 if found.evidence is None else found.evidence.p_value,
        verdict=str(found.verdict),
        true_lift=true_net,
        is_covered=NAN if stated is None else float(stated.low <= true_net <= stated.high),
        harm_said=_harm_said(dict(zip(map(str, utility.criteria), lifts, strict=True)), found.lift),
        seconds=seconds,
        statement=found.statement,
    )


def f1_of(said: np.ndarray, truth: np.ndarray) -> float:
    """2 |A and B| / (|A| + |B|)."""
    return float(2 * (said & truth).sum() / max(said.sum() + truth.sum(), 1))


def lift_of(inside: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """The difference of the means of each part, inside less outside; 0 where nobody is on a side."""
    if not inside.any() or inside.all():
        return np.zeros(parts.shape[1])
    gap: np.ndarray = np.nanmean(parts[inside], axis=0) - np.nanmean(parts[~inside], axis=0)
    return gap


def net(lifts: np.ndarray, weights: np.ndarray) -> float:
    """The weighted mean over the criteria."""
    return float(lifts @ weights / weights.sum())


def _harm_said(true: dict[str, float], told: object) -> float:
    """Of the criteria truly worse by 0.2 sd or more, the share told as likely worse (improved below 0.5)."""
    harmed = [name for name, lift in true.items() if lift <= -0.2]
    if not harmed or not told:
        return NAN
    return float(np.mean([told[name].improved < 0.5 for name in harmed]))  # type: ignore[index]
