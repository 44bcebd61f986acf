"""Whether the people who buy are still the same kinds of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.model.review import PersonaShift
from icpcli.review.coverage import share_of

if TYPE_CHECKING:
    from icpcli.model.personas import Personas


def persona_shifts(saved: Personas, now: Personas) -> tuple[PersonaShift, ...]:
    """Each persona's share of the people described, when it was saved and now, with the 95 % interval of now."""
    before = {persona.name: persona.share for persona in saved.items}
    today = {
        persona.name: share_of(min(persona.contacts, now.people), now.people)
        for persona in now.items
        if now.people
    }
    names = [*before, *(name for name in today if name not in before)]
    return tuple(PersonaShift(name, before.get(name), today.get(name)) for name in names)
