"""Texts to the phrases in them that can be shown: no name, no address, no number, no company."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icpcli.model.personas import About
    from icpcli.model.tables import Names

LONGEST = 3
SHORTEST_WORD = 3
GENERIC_NAMES = 3
"""A word in the names of so many companies is a word of a trade ("logistics"), and names none of them."""
PROPER = 0.5
"""A word written with a capital within sentences this often is a proper noun."""

_ADDRESS = re.compile(
    r"\S*@\S+|https?://\S+|www\.\S+|\S+\.(?:com|fr|net|org|io|co|eu|de|uk|be|ch|ca|example)\b\S*",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^<>]{1,200}>|&[a-z]{2,8};|&#\d+;")
_SENTENCE = re.compile(r"[.!?;:\n\r•|()\[\]\"«»“”]+|\s[-–—]\s|,")
_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BREAK = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row: ``key`` to compare them by (without accents, plurals and case), ``said`` as it was written."""

    key: str
    said: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """The phrases of one sentence, each once, and what the sentence is about (pain, motive, objection; None = unsaid)."""

    phrases: tuple[Phrase, ...]
    about: About | None


@dataclass(frozen=True, slots=True)
class _Lists:
    stop: frozenset[str]
    links: frozenset[str]
    denying: frozenset[str]
    acronyms: frozenset[str]
    ordinary: frozenset[str]
    attitudes: frozenset[str]
    cues: tuple[tuple[About, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Words and rows of words that are not to be shown, folded.

    ``people`` and ``proper`` are hidden wherever they stand; ``companies`` are rows of words.
    """

    people: frozenset[str]
    proper: frozenset[str]
    companies: frozenset[tuple[str, ...]]


def hidden_among(texts: Iterable[str], names: Names | None) -> Hidden:
    """What must not be shown of these texts: the names that the exports know, and what is written like a name."""
    people = names.people if names is not None else frozenset[str]()
    companies = names.companies if names is not None else frozenset[tuple[str, ...]]()
    in_names = Counter(word for name in companies for word in set(name))
    alone = {name[0] for name in companies if len(name) == 1}
    brands = {w for w, times in in_names.items() if times < GENERIC_NAMES and len(w) >= SHORTEST_WORD}
    proper = _proper(texts)
    small = {w for w in brands - alone if proper.get(w, 1.0) == 0.0}
    written_large = {word for word, share in proper.items() if share >= PROPER}
    return Hidden(people, frozenset(written_large | alone | (brands - small)), companies)


def _proper(texts: Iterable[str]) -> dict[str, float]:
    """For each word within sentences how often it is written with a capital (0-1); texts all in capitals do not tell."""
    large: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    acronyms = _lists().acronyms
    for text in texts:
        if _is_shouted(text):
            continue
        for sentence in _SENTENCE.split(_plain(text)):
            for token in _TOKEN.findall(sentence)[1:]:
                word = fold(token)
                seen[word] += 1
                large[word] += token[0].isupper() and word not in acronyms
    return {word: large[word] / times for word, times in seen.items()}


def sentences_of(text: str, hidden: Hidden) -> list[Sentence]:
    """The sentences of a text with the phrases that can be shown, of up to three words."""
    shouted = _is_shouted(text)
    sentences = []
    for part in _SENTENCE.split(_plain(text)):
        tokens = list(_TOKEN.finditer(part))
        if tokens:
            kept = _shown([token[0] for token in tokens], hidden, shouted=shouted)
            phrases = tuple(_phrases(kept, tokens, part))
            sentences.append(Sentence(phrases, _about([fold(word) for word in kept if word != _BREAK])))
    return sentences


def says_something(word: str) -> bool:
    """Whether a folded word is none of the small ones that say nothing by themselves."""
    return word not in _lists().stop


def names_a_thing(word: str) -> bool:
    """Whether a folded word stands for something: neither a small word nor one that tells how somebody feels."""
    lists = _lists()
    return not (word in lists.stop or word in lists.attitudes or any(word in cue for _, cue in lists.cues))


def _plain(text: str) -> str:
    return _ADDRESS.sub(" | ", _MARKUP.sub(" | ", text)).replace("’", "'")


def _is_shouted(text: str) -> bool:
    return text.isupper()


def _shown(tokens: Sequence[str], hidden: Hidden, *, shouted: bool) -> list[str]:
    """The tokens, with a break in the place of each that must not be shown."""
    folded = [fold(token) for token in tokens]
    lists = _lists()
    kept = list(tokens)
    for place, (token, word) in enumerate(zip(tokens, folded, strict=True)):
        small = token[0].islower() and not shouted
        named = any(
            part in hidden.people and not (part in lists.ordinary and small) for part in word.split("-")
        )
        cried = token.isupper() and len(token) > 1 and word not in lists.acronyms and not shouted
        inside = place > 0 and token[0].isupper() and word not in lists.acronyms and not shouted
        if named or cried or inside or word in hidden.proper or any(c.isdigit() for c in token):
            kept[place] = _BREAK
    for start in range(len(folded)):
        for length in range(1, min(6, len(folded) - start) + 1):
            if tuple(folded[start : start + length]) in hidden.companies:
                kept[start : start + length] = [_BREAK] * length
    return kept


def _phrases(kept: Sequence[str], tokens: Sequence[re.Match[str]], sentence: str) -> Iterable[Phrase]:
    lists = _lists()
    seen = set()
    folded = [fold(token) for token in kept]
    for start in range(len(kept)):
        for length in range(1, LONGEST + 2):  # small words inside do not count
            words = folded[start : start + length]
            if len(words) < length or _BREAK in words:
                break
            if not _is_phrase(words, lists):
                continue
            key = " ".join(_singular(word) for word in words)
            if key not in seen:
                seen.add(key)
                said = sentence[tokens[start].start() : tokens[start + length - 1].end()]
                yield Phrase(key, " ".join(said.lower().split()))


def _is_phrase(words: Sequence[str], lists: _Lists) -> bool:
    """Whether these words in a row say something: small words only inside, and denying ones only first."""
    first, last = words[0], words[-1]
    telling = [w for w in words if w not in lists.stop]
    small = {w for w in words[1:] if w in lists.stop or w in lists.denying}
    if last in small or _is_scrap(last, lists) or not small <= lists.links:
        return False
    if first in lists.denying:
        return len(words) > 1 and bool(telling)
    if first in lists.stop or first in lists.attitudes or _is_scrap(first, lists):
        return False
    return len(telling) <= LONGEST and not set(telling) <= lists.attitudes


def _is_scrap(word: str, lists: _Lists) -> bool:
    return len(word) < SHORTEST_WORD and word not in lists.acronyms


def _singular(word: str) -> str:
    if len(word) > SHORTEST_WORD and word[-1] in "sx" and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _about(words: Sequence[str]) -> About | None:
    """What a sentence is about, by the words that tell; the first kind in the list where several do."""
    said = set(words)
    return next((about for about, cue in _lists().cues if said & cue), None)


@cache
def _lists() -> _Lists:
    data = tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))
    lists = {name: frozenset(words.split()) for name, words in data["stop"].items()}
    stop = lists["english"] | lists["french"] | lists["crm"]
    cues = tuple((cue["about"], frozenset(cue["words"].split())) for cue in data["cue"])
    return _Lists(
        stop=stop,
        links=lists["links"],
        denying=lists["denying"],
        acronyms=lists["acronyms"],
        ordinary=lists["ordinary"],
        attitudes=lists["attitudes"],
        cues=cues,
    )
