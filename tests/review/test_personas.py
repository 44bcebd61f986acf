"""The kinds of people of a saved profile are known again by who they are, not by what they are called."""

from __future__ import annotations

import dataclasses

import pytest
from tellings import derivation_of, persona

from icpcli.model.common import Verdict
from icpcli.model.personas import Personas, Share
from icpcli.review.difference import differences
from icpcli.review.personas import persona_shifts


def in_it(name: str, people: int, *levels: tuple[str, float]):
    """People in IT who stand at these levels."""
    return dataclasses.replace(
        persona(0),
        name=name,
        contacts=people,
        share=people / 100,
        functions=(Share("IT", people, 1.0),),
        seniorities=tuple(Share(level, round(people * share), share) for level, share in levels),
    )


def kinds(*items):
    """A hundred people in these kinds."""
    return Personas("supported", "everyone", 100, 3, items)


def test_a_kind_whose_usual_title_changed_is_the_same_kind():
    """An "IT Manager" becomes "IT Staff" when two more individuals answer: its share is told, and neither is gone nor new."""
    saved = in_it("IT Manager", 32, ("manager", 0.4), ("individual", 0.38), ("director", 0.22))
    now = in_it("IT Staff", 33, ("individual", 0.41), ("manager", 0.38), ("director", 0.21))

    shift, *others = persona_shifts(kinds(saved), kinds(now))

    assert others == []
    assert (shift.name, shift.saved, shift.renamed) == ("IT Manager", 0.32, "IT Staff")
    assert shift.now is not None
    assert shift.now.value == pytest.approx(0.33)


def test_other_people_are_another_kind():
    """Where directors took the place of managers, one kind is gone and another new, whatever both do at work."""
    saved = in_it("IT Manager", 32, ("manager", 0.9), ("director", 0.1))
    now = in_it("Head of IT", 33, ("director", 0.8), ("manager", 0.2))

    gone, new = persona_shifts(kinds(saved), kinds(now))

    assert (gone.name, gone.saved, gone.now) == ("IT Manager", 0.32, None)
    assert (new.name, new.saved) == ("Head of IT", None)


def test_another_name_for_the_same_people_is_no_difference():
    """Between a saved profile and one derived again a name that changed with two people says nothing."""
    saved, derived = derivation_of(Verdict.SUPPORTED), derivation_of(Verdict.SUPPORTED)
    first, *others = derived.personas.items
    called = dataclasses.replace(first, name="Operations Staff, decision maker")
    derived = dataclasses.replace(
        derived, personas=dataclasses.replace(derived.personas, items=(called, *others))
    )

    assert differences(saved, derived) == ()
