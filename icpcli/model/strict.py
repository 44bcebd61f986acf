"""Names that a value gives and its type does not have: msgspec lets dataclasses pass over them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that nothing goes by: where it stands, what is known there."""

    place: str
    name: str
    known: tuple[str, ...]

    def nearest(self) -> str:
        """The hint for a misspelt name: the nearest known one, else all of them."""
        return nearest(self.name, self.known)


def nearest(name: str, known: Sequence[str]) -> str:
    """The hint for a misspelt name: the nearest known one, else all of them."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else f"There is: {', '.join(known)}."


def meant(name: str, known: Sequence[str]) -> str | None:
    """The known name that is meant: the same, else the only one alike but for case, blanks and underscores."""
    if name in known:
        return name
    alike = [other for other in known if _bare(other) == _bare(name)]
    return alike[0] if len(alike) == 1 else None


def _bare(name: str) -> str:
    return re.sub(r"[\s_]+", " ", name.strip()).casefold()


def unknown_names(plain: Any, converted: Any) -> Iterator[UnknownName]:
    """The names in ``plain`` (dicts, lists and values) that were lost when it became ``converted``."""
    yield from _lost(plain, msgspec.to_builtins(converted), "$")


def _lost(plain: Any, kept: Any, place: str) -> Iterator[UnknownName]:
    if isinstance(plain, dict) and isinstance(kept, dict):
        for name, held in plain.items():
            if name in kept:
                yield from _lost(held, kept[name], f"{place}.{name}")
            else:
                yield UnknownName(place, name, tuple(sorted(kept)))
    if isinstance(plain, list | tuple) and isinstance(kept, list | tuple):
        for position, (held, same) in enumerate(zip(plain, kept, strict=False)):
            yield from _lost(held, same, f"{place}[{position}]")
