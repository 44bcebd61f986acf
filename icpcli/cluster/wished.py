"""What the user insists on and forbids, as levels of the attributes to search."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.rules import membership
from icpcli.errors import SettingsError
from icpcli.model.spelling import same_word, same_words
from icpcli.wording import condition as in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.cluster.attributes import Attribute
    from icpcli.cluster.constraints import Constraints
    from icpcli.model.profile import Condition
    from icpcli.model.tables import Book

NEVER_BOTH = frozenset({"industry", "sector"})


def with_wishes(
    made: Sequence[Attribute], wishes: Constraints, ruled_out: np.ndarray
) -> tuple[Attribute, ...]:
    """Attributes with the levels that the user forbids and requires, and the fields they are never beside.

    ``ruled_out`` (accounts,): those with a forbidden value. A word that only they have is forbidden too, whatever field it
    is of: the code of a forbidden industry, a city of a forbidden country.
    """
    wished = []
    for attribute in made:
        name = attribute.field
        forbidden = np.zeros(attribute.size, dtype=bool)
        for c in wishes.forbidden.get(name, ()):
            forbidden |= _covers(c, attribute)
        if attribute.kind == "one_of":
            has_level = attribute.codes[:, None] == np.arange(attribute.size)
            forbidden |= has_level.any(axis=0) & ~has_level[~ruled_out].any(axis=0)
        required = _required(attribute, wishes, forbidden)
        rivals = NEVER_BOTH - {name} if name in NEVER_BOTH else frozenset()
        wished.append(replace(attribute, is_allowed=~forbidden, required=required, rivals=rivals))
    return tuple(a for a in wished if a.is_allowed.any())


def _required(attribute: Attribute, wishes: Constraints, forbidden: np.ndarray) -> np.ndarray | None:
    """The levels that a rule must hold, None where the user insists on none; raises SettingsError where all are forbidden."""
    each = [_covers(c, attribute) for c in wishes.required.get(attribute.field, ())]
    if not each:
        return None
    required: np.ndarray = np.all(each, axis=0) if attribute.kind == "between" else np.any(each, axis=0)
    if attribute.is_item and not required.any():
        return None
    if not (required & ~forbidden).any():
        raise SettingsError(f"--require and --forbid leave no value of {attribute.field!r}.")
    allowed: np.ndarray = required & ~forbidden
    if attribute.kind == "between" and np.ptp(np.flatnonzero(allowed)) >= allowed.sum():
        raise SettingsError(
            f"--require and --forbid leave {attribute.field!r} in two pieces, and a profile names one span of numbers."
        )
    return allowed


def _covers(c: Condition, attribute: Attribute) -> np.ndarray:
    """Which levels a condition of the user's covers."""
    if attribute.kind == "one_of":
        wanted = same_words(c.values)
        return np.array([same_word(level) in wanted for level in attribute.levels], dtype=bool)
    lows = np.array(attribute.edges[:-1])
    at_least = -np.inf if c.at_least is None else c.at_least
    return (lows >= at_least) & (lows < (np.inf if c.below is None else c.below))


def ruled_out_by(wishes: Constraints, book: Book) -> np.ndarray:
    """Which accounts have a value that the user forbids (accounts,); an item of a list forbids its own name alone."""
    held = [
        membership([c], book.attributes) == 1
        for named in wishes.forbidden.values()
        for c in named
        if c.kind != "has"
    ]
    ruled_out: np.ndarray = np.any([np.zeros(len(book.accounts), dtype=bool), *held], axis=0)
    return ruled_out


def refuse_to_require_twice(copies: Mapping[str, tuple[str, ...]], wishes: Constraints) -> None:
    """Raise SettingsError where two fields that say the same are both insisted on; ``copies``: field -> fields like it."""
    for first, same in copies.items():
        twice = [name for name in (first, *same) if name in wishes.required]
        if len(twice) > 1:
            raise SettingsError(
                f"--require names {' and '.join(twice)}, which say the same in every row: one of them is enough."
            )


def refuse_what_no_field_holds(wishes: Constraints, attributes: Sequence[Attribute]) -> None:
    """Raise SettingsError where a condition that the user insists on would be in no rule."""
    for name, conditions in wishes.required.items():
        held = [a for a in attributes if a.field == name and a.required is not None]
        for c in conditions:
            if not any(_covers(c, a).any() for a in held):
                raise SettingsError(
                    f"--require: {in_words(c)} cannot be asked for, since {name!r} tells too few companies apart."
                )
