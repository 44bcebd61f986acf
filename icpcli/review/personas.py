"""Whether the people who buy are still the same kinds of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.model.review import PersonaShift
from icpcli.review.coverage import share_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.personas import Persona, Personas, Share

Pair = tuple["Persona | None", "Persona | None"]

LEAST_ALIKE = (
    0.6  # of two kinds' people, for whom the same is said: less, and one is no other name for the other
)


def persona_shifts(saved: Personas, now: Personas) -> tuple[PersonaShift, ...]:
    """Each persona's share of the people described, when it was saved and now, with the 95 % interval of now."""
    return tuple(_shift(before, after, now.people) for before, after in paired(saved.items, now.items))


def paired(saved: Sequence[Persona], now: Sequence[Persona]) -> tuple[Pair, ...]:
    """The same kinds of people, when they were saved and now; None where a kind is gone, or is new.

    A kind is named after its usual title, which a few people more can change: kinds of one name are the same, then those who are
    most alike.
    """
    of = {a.name: b for a in saved for b in now if a.name == b.name}
    others = [b for b in now if b not in of.values()]
    ranked = sorted(
        (-_alike(a, b), i, j)
        for i, a in enumerate(saved)
        for j, b in enumerate(others)
        if a.name not in of and _alike(a, b) >= LEAST_ALIKE
    )
    taken: set[int] = set()
    for _, i, j in ranked:
        if saved[i].name not in of and j not in taken:
            of[saved[i].name] = others[j]
            taken.add(j)
    new = [b for j, b in enumerate(others) if j not in taken]
    return (*((a, of.get(a.name)) for a in saved), *((None, b) for b in new))


def _shift(before: Persona | None, after: Persona | None, people: int) -> PersonaShift:
    share = share_of(min(after.contacts, people), people) if after and people else None
    if before is None:
        return PersonaShift(after.name if after else "", None, share)
    renamed = after.name if after and after.name != before.name else ""
    return PersonaShift(before.name, before.share, share, renamed)


def _alike(one: Persona, other: Persona) -> float:
    """The share (0-1) of people of whom the same is said: the least of what they do, how high they stand and their part in buying.

    What is known of one kind alone says nothing; 0 where nothing is known of both.
    """
    traits = (
        (one.functions, other.functions),
        (one.seniorities, other.seniorities),
        (one.buying_roles, other.buying_roles),
    )
    return min((_common(a, b) for a, b in traits if a and b), default=0.0)


def _common(one: Sequence[Share], other: Sequence[Share]) -> float:
    shares = {held.value: held.share for held in other}
    return sum(min(held.share, shares.get(held.value, 0.0)) for held in one)
