"""One word written in several ways: what stays of a text without case, accents and double spaces."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WORD = re.compile(r"[a-z0-9]+")
LATIN_MARKS = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")
CODE = re.compile(
    r"(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])(?:[A-Za-z0-9]{15}|[A-Za-z0-9]{18})"
)  # an id of Salesforce
# A code of INSEE's, as 2562B, 25.62 B and 25.62B - Mécanique industrielle write it.
NAF = re.compile(r"(\d\d)[. ]?(\d\d) ?([A-Za-z])(?: ?[-–—:] \D.*)?")
JOINTS = re.compile(r"(?:[\s_/&,-]|(?<![^\W_])(?:and|et|und)(?![^\W_]))+")
ONE_LETTER = str.maketrans({"\u2019": "'", "œ": "oe", "æ": "ae"})


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """A text without case, marks of any letter, ligatures, typographic apostrophes and double spaces: for look-ups."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(ONE_LETTER))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def words_of(text: str) -> str:
    """The words of a text, folded, with single spaces and no punctuation."""
    return " ".join(WORD.findall(fold(text)))


@lru_cache(maxsize=100_000)
def same_word(text: str) -> str:
    """What all spellings of one value share: no case, no accents of Latin letters, single spaces; of a NAF code the code.

    Marks of other scripts tell words apart and stay, as does the case of codes that are no words.
    """
    if match := NAF.fullmatch(" ".join(text.split())):
        return f"{match[1]}.{match[2]}{match[3].casefold()}"
    if CODE.fullmatch(text):
        return text
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(ONE_LETTER))
    return unicodedata.normalize("NFC", " ".join(LATIN_MARKS.sub("", decomposed).split()))


@lru_cache(maxsize=100_000)
def same_label(text: str) -> str:
    """What a label shares with one of another tool: not how its words are joined (Hospital & Health Care, HOSPITAL_HEALTH_CARE).

    Other signs stay, for C# is no C++; a text of nothing but joints is as it is.
    """
    word = same_word(text)
    return " ".join(JOINTS.sub(" ", word).split()) or word


def same_words(texts: Iterable[str]) -> frozenset[str]:
    """What the spellings of several values share."""
    return frozenset(map(same_word, texts))


def usual_spellings(times: Mapping[str, int]) -> dict[str, str]:
    """For each text that is not written as most of its kind are, how they are; ``times``: how often each was written.

    Of spellings as frequent the one in mixed case, then in small letters, then the alphabetically first.
    """
    alike = defaultdict(list)
    for text in times:
        alike[same_word(text)].append(text)
    usual: dict[str, str] = {}
    for spellings in alike.values():
        best = min(spellings, key=lambda s: (-times[s], s.isupper(), s.islower(), s))
        usual |= {text: best for text in spellings if text != best}
    return usual
