"""Whose deals spend was for, where a file of spend calls the channel otherwise than the CRM does."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

PAID = r"(?:ads?|advertising|cpc|ppc|paid|paid search|paid social|search ads?)"
PLATFORMS = {
    "google": re.compile(rf"\b(?:google {PAID}|(?:google )?ad ?words|gads)\b"),
    "microsoft": re.compile(rf"\b(?:bing|microsoft) {PAID}\b"),
    "linkedin": re.compile(rf"\blinked ?in {PAID}\b"),
    "meta": re.compile(rf"\b(?:meta|facebook|fb|instagram) {PAID}\b"),
}
KINDS = {
    "search": re.compile(
        r"\b(?:paid search|search ads|sea|sem|ppc|referencement payant|recherche payante|liens sponsorises|bezahlte suche|"
        r"busqueda (?:de )?pago|busqueda pagada)\b"
    ),
    "social": re.compile(
        r"\b(?:paid social|social paid|social ads|reseaux sociaux payants?|publicite sur les reseaux sociaux|bezahlte soziale medien|"
        r"redes sociales de pago)\b"
    ),
    "events": re.compile(
        r"\b(?:events?|trade ?shows?|fairs?|salons?|foires?|evenements?|evenementiel|messen?|ferias?|eventos?)\b"
    ),
}
KIND_OF = {"google": "search", "microsoft": "search", "linkedin": "social", "meta": "social"}
SHORTEST_PLURAL = 4


def counted_for(spent: Iterable[str], worked: Iterable[str]) -> dict[str, str]:
    """For each channel that money was spent on under another name than deals bear, the channel of the deals.

    The same words ("Salons", "Salon"; "google_ads", "Google Ads"), else the same platform ("google / cpc", "AdWords"), else
    the same kind of channel, where only one of the deals' has no spend under its own name: "Paid Search" for Google, and not
    "Bing Ads".
    """
    theirs = set(worked)
    others = sorted(set(spent) - theirs)
    free = sorted(theirs - set(spent))
    found: dict[str, str] = {}
    for alike in (_same_words, _same_platform, _same_kind):
        matched = {
            name: them[0]
            for name in others
            if name not in found and len(them := [c for c in free if alike(c, name)]) == 1
        }
        free = [channel for channel in free if channel not in matched.values()]
        found |= matched
    return found


def _same_words(one: str, other: str) -> bool:
    return bool(_letters(one)) and _letters(one) == _letters(other)


def _same_platform(one: str, other: str) -> bool:
    return _platform(one) is not None and _platform(one) == _platform(other)


def _same_kind(one: str, other: str) -> bool:
    """Whether both are of one kind, and not of two platforms."""
    is_one = _kind(one) is not None and _kind(one) == _kind(other)
    return is_one and None in {_platform(one), _platform(other)}


def _letters(text: str) -> str:
    words = words_of(text).split()
    return "".join(word.removesuffix("s") if len(word) >= SHORTEST_PLURAL else word for word in words)


@lru_cache(maxsize=10_000)
def _platform(text: str) -> str | None:
    """The platform that a channel's name tells; None where it tells none, or two."""
    return _only([name for name, words in PLATFORMS.items() if words.search(words_of(text))])


@lru_cache(maxsize=10_000)
def _kind(text: str) -> str | None:
    platform = _platform(text)
    if platform is not None:
        return KIND_OF[platform]
    return _only([name for name, words in KINDS.items() if words.search(words_of(text))])


def _only(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None


__all__ = ["counted_for"]
