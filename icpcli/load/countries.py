"""Countries to one spelling: names in four languages and ISO codes to the short English name."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale

ALIASES = {
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "united states of america": "US",
    "etats unis": "US",
    "etats-unis d'amerique": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "angleterre": "GB",
    "grande-bretagne": "GB",
    "republique tcheque": "CZ",
    "czech republic": "CZ",
    "holland": "NL",
    "turkey": "TR",
    "hong kong": "HK",
    "ivory coast": "CI",
    "south korea": "KR",
    "russia": "RU",
    "vietnam": "VN",
}
LANGUAGES = ("es", "de", "fr", "en")  # where two languages share a spelling, the later decides


def country_name(text: str) -> str:
    """The short English name of a country, however it was written; what is no country stays as it is."""
    code = _codes().get(fold(text))
    return " ".join(text.split()) if code is None else _names()[code]


def fold(text: str) -> str:
    """A text without case, accents and typographic apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


@cache
def _names() -> dict[str, str]:
    return {
        code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()
    }


@cache
def _codes() -> dict[str, str]:
    names = _names()
    codes = {
        fold(name): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if code in names
    }
    return codes | {code.casefold(): code for code in names} | ALIASES
