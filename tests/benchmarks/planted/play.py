"""What icpcli makes of a world, measured against what was planted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.attributes import candidates
from icpcli.cluster.lift import lifts
from icpcli.cluster.profile import derive_profile
from icpcli.cluster.rules import membership
from icpcli.cluster.search import draw_rules, search_of
from icpcli.cluster.selection import agreement
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS, Settings
from icpcli.wording import statement
from planted.worlds import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icpcli.model.profile import Condition, Lift
    from icpcli.model.tables import Book
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
    fresh = world.fresh(FRESH)
    start = time.perf_counter()
    found = derive_profile(book, rank_customers(book, settings), hear(book, settings), settings).profile
    seconds = time.perf_counter() - start
    p_value = 1.0 if found.evidence is None else found.evidence.p_value
    said = NAN if found.agreement is None else found.agreement
    told = Told(found.conditions, said, p_value, str(found.verdict), found.lift)
    return measured(told, family, world.holds(fresh.attributes), fresh, seconds)


def play_quickly(family: Family, seed: int, settings: Settings = DEFAULTS) -> Outcome:
    """The same from the search, its p-value and the lift alone: nothing is tested on customers not seen.

    So the verdict is called supported where p <= 0.05 and the net lift is 80 % sure to be positive.
    """
    world = World(family, seed)
    book = world.book(family.accounts)
    fresh = world.fresh(FRESH)
    start = time.perf_counter()
    search, _ = search_of(book, candidates(book, settings), hear(book, settings), settings)
    drawn = draw_rules(search)
    p_value = search.p_value()
    if drawn.profile < 0:
        nothing = Told((), NAN, p_value, "", {})
        return measured(nothing, family, world.holds(fresh.attributes), fresh, time.perf_counter() - start)
    lift = lifts(drawn.rules, drawn.profile, search.heard, search.names, search.rng(7))
    seconds = time.perf_counter() - start
    verdict = "supported" if p_value <= 0.05 and lift["net"].improved >= 0.8 else ""
    said = agreement(drawn.rules, drawn.profile, drawn.exists)
    told = Told(drawn.rules.conditions(drawn.profile), said, p_value, verdict, lift)
    return measured(told, family, world.holds(fresh.attributes), fresh, seconds)


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one book."""

    conditions: tuple[Condition, ...]
    agreement: float
    p_value: float
    verdict: str
    lift: Mapping[str, Lift]


def measured(told: Told, family: Family, holds: np.ndarray, fresh: Book, seconds: float) -> Outcome:
    """What was said against the truth: ``holds`` says which fresh companies the hidden rule holds for."""
    truth = holds & (not family.is_null)
    said = membership(told.conditions, fresh.attributes) == 1
    utility = hear(fresh, DEFAULTS)
    lift = lift_of(said, utility.parts)
    best = net(lift_of(truth, utility.parts), utility.weights)
    true_net = net(lift, utility.weights)
    stated = told.lift.get("net")
    return Outcome(
        f1=NAN if family.is_null else f1_of(said, truth),
        captured=NAN if family.is_null else true_net / best,
        said=told.agreement,
        p_value=told.p_value,
        verdict=told.verdict,
        true_lift=true_net,
        is_covered=NAN if stated is None else float(stated.low <= true_net <= stated.high),
        harm_said=_harm_said(dict(zip(map(str, utility.criteria), lift, strict=True)), told.lift),
        seconds=seconds,
        statement=statement(told.conditions),
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


def _harm_said(true: dict[str, float], told: Mapping[str, Lift]) -> float:
    """Of the criteria truly worse by 0.2 sd or more, the share told as likely worse (improved below 0.5)."""
    harmed = [name for name, lift in true.items() if lift <= -0.2]
    if not harmed or not told:
        return NAN
    return float(np.mean([told[name].improved < 0.5 for name in harmed]))
