"""One word written in several ways: without case, accents and double spaces they are the same."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WORD = re.compile(r"[a-z0-9]+")


def fold(text: str) -> str:
    """A text without case, accents, typographic apostrophes and double spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def words_of(text: str) -> str:
    """The words of a text, folded, with single spaces and no punctuation."""
    return " ".join(WORD.findall(fold(text)))


def usual_spellings(times: Mapping[str, int]) -> dict[str, str]:
    """For each text the spelling most frequent among those that fold alike; ``times``: how often each was written.

    Of spellings as frequent the one in mixed case, then in small letters, then the alphabetically first.
    """
    alike = defaultdict(list)
    for text in times:
        alike[fold(text)].append(text)
    usual: dict[str, str] = {}
    for spellings in alike.values():
        best = min(spellings, key=lambda s: (-times[s], s.isupper(), s.islower(), s))
        usual |= dict.fromkeys(spellings, best)
    return usual
