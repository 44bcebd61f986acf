"""Headers as any CRM and language spells them: folding, and the vocabulary that maps them to fields."""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from importlib import resources
from typing import TYPE_CHECKING

from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNIT = (
    r"utc|gmt|[a-z]{3,4}t|eur|usd|gbp|chf|cad|aud|nzd|sek|nok|dkk|jpy|inr|brl|k?€|k?\$|k?£|%|hh:mm:ss"
    r"|days?|jours?|months?|mois|ht|h\.t\.|ttc"
)
_UNIT_IN_BRACKETS = re.compile(rf"\s*[(\[](?:{_UNIT})[)\]]\s*$", re.IGNORECASE)
_UNIT_AT_END = re.compile(r"[\s_]+(?:eur|usd|gbp|chf|cad|ht|utc)$", re.IGNORECASE)
_CRM_SUFFIX = re.compile(r"(?:__c|_c| cf_\d+)$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][^\W\d_A-Z])")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_OBJECT_PREFIX = re.compile(r"^\s*([^\W\d_]+)\s*(?: - |:|\.)\s*(?=\S)")
_TECHNICAL_PREFIX = re.compile(r"^(?:property_|properties_|properties\.|custom\.)", re.IGNORECASE)

# Word before " - ", ":" or "." -> the object whose field follows.
_PREFIXES: Mapping[str, CrmObject] = {
    word: known
    for known, words in {
        CrmObject.ACCOUNT: "account company organization organisation organizacion compte entreprise societe",
        CrmObject.CONTACT: "contact person personne persona",
        CrmObject.DEAL: "deal affaire trato opportunity opportunite transaction negocio",
    }.items()
    for word in words.split()
}


class Strength(IntEnum):
    """How firmly a header names a field: the lower, the firmer."""

    CHOSEN = 0
    FIRST = 1
    VERIFIED = 2
    HINT = 3
    WORDING = 4
    FUZZY = 5


@dataclass(frozen=True, slots=True)
class Naming:
    """A field that a header may name, and how firmly."""

    object: CrmObject
    field: str
    strength: Strength


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every known header (folded, without spaces) and the fields it may name; headers of personal data."""

    namings: Mapping[str, tuple[Naming, ...]]
    personal: frozenset[str]


def fold(header: str) -> str:
    """A header in lower-case ASCII words: no accents, punctuation, emoji or camel case."""
    repaired = _repair(header)
    # Casefolding before NFKD would lose the capitals that separate camelCase words.
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFKC", repaired))
    bare = "".join(c for c in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", bare.casefold()).strip()


def key_of(header: str) -> str:
    """The folded header without spaces, so that ``CustomerSince`` and ``Customer since`` are one."""
    return fold(header).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A key under which a header may be known; ``object`` where a prefix named one."""

    key: str
    object: CrmObject | None = None


def spellings(header: str) -> tuple[Spelling, ...]:
    """The keys a header may be known by, as written first, then without unit, suffix and prefix."""
    found = [Spelling(key_of(header))]
    bare = _CRM_SUFFIX.sub("", _UNIT_IN_BRACKETS.sub("", header.strip().strip("*").strip()))
    found.append(Spelling(key_of(bare)))
    found.append(Spelling(key_of(_UNIT_AT_END.sub("", bare))))
    if technical := _TECHNICAL_PREFIX.match(bare):
        found.append(Spelling(key_of(bare[technical.end() :])))
    if prefix := _OBJECT_PREFIX.match(bare):
        named = _PREFIXES.get(key_of(prefix.group(1)))
        if named is not None:
            found.append(Spelling(key_of(bare[prefix.end() :]), named))
    return tuple(s for s in dict.fromkeys(found) if s.key)


@functools.cache
def vocabulary() -> Vocabulary:
    """The headers in headers.json, which is their only source."""
    document = json.loads(resources.files(__package__).joinpath("headers.json").read_text(encoding="utf-8"))
    personal = frozenset(header.replace(" ", "") for header in document.pop("personal"))
    namings: dict[str, list[Naming]] = {}
    tiers = {"first": Strength.FIRST, "verified": Strength.VERIFIED, "hints": Strength.HINT}
    for name, fields in document.items():
        for field, by_tier in fields.items():
            for tier, headers in by_tier.items():
                naming = Naming(CrmObject(name), field, tiers[tier])
                for header in headers:
                    namings.setdefault(header.replace(" ", ""), []).append(naming)
    return Vocabulary({key: tuple(found) for key, found in namings.items()}, personal)


def _repair(text: str) -> str:
    """UTF-8 once read as cp1252 (``dÃ©pensÃ©``) put right; any other text unchanged."""
    if not ("Ã" in text or "Â" in text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
