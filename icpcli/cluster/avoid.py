"""The type of company to stop selling to: the search with every criterion turned, and its own evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.evidence import SUPPORTED_P, power_note, verdict_of
from icpcli.cluster.lift import lifts
from icpcli.cluster.rules import membership
from icpcli.cluster.search import SWEEPS, draw_rules, lift_unseen
from icpcli.cluster.selection import agreement, condition_probabilities
from icpcli.model.common import Interval, Verdict
from icpcli.model.profile import Avoid, Evidence, Lift
from icpcli.wording import statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icpcli.cluster.search import Drawn, Search, Unseen
    from icpcli.model.tables import Book

MOST_SWEEPS = SWEEPS  # a second reading, with half the chains: it is told only where it is plain
LADDERS = 4
LEAST_OUTSIDE = 30


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A type that is surely worse: the rules drawn, its lifts and tests on the turned scale, and its p-value."""

    drawn: Drawn
    worse: Mapping[str, Lift]
    unseen: Unseen
    p_value: float


def type_to_avoid(book: Book, search: Search, ideal: np.ndarray) -> Avoid | None:
    """The type of company that costs most, leaves first and is worth least; None where the data do not surely show one.

    Searched among the companies that are not surely in the profile (``ideal`` of all accounts: 1, 0, NaN),
    or it would be no more than the profile's opposite; lifts and customers are of these alone. Told only if it would be
    called supported, by a p-value of its own.
    """
    outside = np.flatnonzero(ideal[search.places] != 1)
    found = _worst(search.at(outside).turned()) if len(outside) >= LEAST_OUTSIDE else None
    return _told(found, book, search.settings.permutations, ideal) if found is not None else None


def _worst(turned: Search) -> _Found | None:
    """The best rule of a search whose criteria are turned, if it is supported; the cheapest test of it comes first."""
    p_value = turned.p_value()
    if p_value > SUPPORTED_P:
        return None
    drawn = draw_rules(turned, ladders=LADDERS, most_sweeps=MOST_SWEEPS)
    if drawn.profile < 0:
        return None
    unseen = lift_unseen(turned)
    worse = lifts(drawn.rules, drawn.profile, turned.heard, turned.names, turned.rng(7))
    if verdict_of(p_value, worse, unseen.folds, unseen.later, unseen.can_show) is not Verdict.SUPPORTED:
        return None
    return _Found(drawn, worse, unseen, p_value)


def _told(found: _Found, book: Book, permutations: int, ideal: np.ndarray) -> Avoid:
    """The type in plain values, its lifts turned back."""
    drawn, unseen = found.drawn, found.unseen
    certain = condition_probabilities(drawn.rules, drawn.profile, drawn.completed)
    conditions = drawn.rules.conditions(drawn.profile, certain)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    members = is_customer & (membership(conditions, book.attributes) == 1) & (ideal != 1)
    return Avoid(
        conditions=conditions,
        statement=statement(conditions),
        customers=int(members.sum()),
        share_of_customers=float(members.sum() / is_customer.sum()),
        agreement=agreement(drawn.rules, drawn.profile, drawn.exists),
        lift={
            name: Lift(-x.value, -x.high, -x.low, float(np.round(1 - x.improved, 12)))
            for name, x in found.worse.items()
        },
        evidence=Evidence(
            found.p_value,
            permutations,
            _turned(unseen.folds),
            power_note(found.p_value, Verdict.SUPPORTED, len(book.accounts)),
            _turned(unseen.later),
            unseen.later_since,
        ),
    )


def _turned(intervals: Mapping[str, Interval]) -> dict[str, Interval]:
    return {name: Interval(-x.value, -x.high, -x.low) for name, x in intervals.items()}
