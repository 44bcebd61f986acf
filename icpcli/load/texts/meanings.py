"""What the user says that words of a column mean: other words of the same column, a number, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pyarrow as pa

from icpcli.model.blank import NULLS
from icpcli.model.lists import holds_lists, items_of, with_items
from icpcli.model.spelling import same_label, same_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from icpcli.load.texts.cells import Cells

ANY = "*"


def meant(texts: Iterable[str], words: Mapping[str, str], *, are_lists: bool | None = None) -> dict[str, str]:
    """For each of the texts that means another, that one; ``words``: the user's, each a text or a pattern with ``*``.

    A text is compared as it is, then without case, accents and what joins its words. Those written out come before patterns, and of
    patterns the longest, then the alphabetically first, counts. A pattern takes no text that says that there is nothing. In lists
    (``are_lists``; None: as the texts themselves look) each item is a text.
    """
    known = _Known.of(words)
    cells = list(texts)
    if holds_lists(cells) if are_lists is None else are_lists:
        found = {cell: known.in_list(cell) for cell in cells}
    else:
        found = {cell: known.said(cell) for cell in cells}
    return {cell: meaning for cell, meaning in found.items() if meaning is not None}


@dataclass(frozen=True, slots=True)
class _Known:
    """The user's words: those written out, the same by what they are known by, and the patterns in the order in which they count."""

    exact: Mapping[str, str]
    alike: Mapping[str, str]
    patterns: Mapping[str, str]

    @classmethod
    def of(cls, words: Mapping[str, str]) -> _Known:
        exact = {said: meaning for said, meaning in words.items() if ANY not in said}
        patterns = sorted((said for said in words if ANY in said), key=lambda said: (-len(said), said))
        return cls(
            exact,
            {same_label(said): exact[said] for said in sorted(exact, reverse=True)},
            {said: words[said] for said in patterns},
        )

    def written(self, text: str) -> str | None:
        """What a text means that is written out; None for any other."""
        bare = text.strip()
        return self.exact.get(bare, self.alike.get(same_label(bare)))

    def said(self, text: str) -> str | None:
        """What a text means; None where it keeps its own meaning."""
        meaning, bare = self.written(text), text.strip()
        if meaning is None and bare.casefold() not in NULLS:
            return next((self.patterns[said] for said in self.patterns if _fits(bare, said)), None)
        return meaning

    def in_list(self, cell: str) -> str | None:
        """What a cell means in which each item may mean another; None where it is left as it is."""
        meaning, items = self.written(cell), items_of(cell)
        if meaning is not None or len(items) <= 1:
            return self.said(cell)
        usual = {item: other for item in items if (other := self.said(item)) is not None}
        return with_items(cell, usual) if usual else None


def _fits(text: str, pattern: str) -> bool:
    """Whether a text is as a pattern says, whatever its case and accents: 62* is 62.01Z, 6201Z and 62 - Programmation."""
    return fnmatchcase(same_word(text), same_word(_literal(pattern))) or fnmatchcase(
        text.casefold(), _literal(pattern).casefold()
    )


def _literal(pattern: str) -> str:
    """A pattern of which nothing but ``*`` is special."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def as_meant(cells: Cells, words: Mapping[str, str], *, are_lists: bool | None = None) -> Cells:
    """The cells of a column, those that mean another text as that one; ``are_lists`` as in ``meant``."""
    texts = cells.values.to_pylist()
    other = meant({text for text in texts if text is not None}, words, are_lists=are_lists)
    return cells.changed(pa.array([other.get(text, text) for text in texts], pa.string())) if other else cells


__all__ = ["as_meant", "meant"]
