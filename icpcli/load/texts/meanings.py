"""What the user says that words of a column mean: other words of the same column, a number, or nothing at all."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pyarrow as pa

from icpcli.model.blank import NULLS
from icpcli.model.spelling import same_label, same_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from icpcli.load.texts.cells import Cells

ANY = "*"


def meant(texts: Iterable[str], words: Mapping[str, str]) -> dict[str, str]:
    """For each of the texts that means another, that one; ``words``: the user's, each a text or a pattern with ``*``.

    A text is compared as it is, then without case, accents and what joins its words. Those written out come before patterns, and of
    patterns the longest, then the alphabetically first, counts. A pattern takes no text that says that there is nothing.
    """
    exact = {said: meaning for said, meaning in words.items() if ANY not in said}
    alike = {same_label(said): exact[said] for said in sorted(exact, reverse=True)}
    patterns = sorted((said for said in words if ANY in said), key=lambda said: (-len(said), said))
    found = {}
    for text in texts:
        bare = text.strip()
        meaning = exact.get(bare, alike.get(same_label(bare)))
        if meaning is None and bare.casefold() not in NULLS:
            first = next((said for said in patterns if _fits(bare, said)), None)
            meaning = None if first is None else words[first]
        if meaning is not None:
            found[text] = meaning
    return found


def _fits(text: str, pattern: str) -> bool:
    """Whether a text is as a pattern says, whatever its case and accents: 62* is 62.01Z, 6201Z and 62 - Programmation."""
    return fnmatchcase(same_word(text), same_word(_literal(pattern))) or fnmatchcase(
        text.casefold(), _literal(pattern).casefold()
    )


def _literal(pattern: str) -> str:
    """A pattern of which nothing but ``*`` is special."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def as_meant(cells: Cells, words: Mapping[str, str]) -> Cells:
    """The cells of a column, those that mean another text as that one."""
    texts = cells.values.to_pylist()
    other = meant({text for text in texts if text is not None}, words)
    return cells.changed(pa.array([other.get(text, text) for text in texts], pa.string())) if other else cells


__all__ = ["as_meant", "meant"]
