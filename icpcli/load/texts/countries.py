"""Countries to one spelling: names in four languages and ISO codes to the short English name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

ALIASES = {
    "U.S.A.": "US", "U.S.": "US", "United States of America": "US", "America": "US", "Etats-Unis d'Amérique": "US",
    "EEUU": "US", "EE.UU.": "US", "UK": "GB", "U.K.": "GB", "Great Britain": "GB", "England": "GB", "Scotland": "GB",
    "Wales": "GB", "Northern Ireland": "GB", "Britain": "GB", "Angleterre": "GB", "Grande-Bretagne": "GB",
    "Ecosse": "GB", "République tchèque": "CZ", "Czech Republic": "CZ", "Holland": "NL", "The Netherlands": "NL",
    "Hollande": "NL", "Turkey": "TR", "Hong Kong": "HK", "Hong-Kong": "HK", "Macao": "MO", "Macau": "MO",
    "Ivory Coast": "CI", "Korea": "KR", "Republic of Korea": "KR", "Korea, Republic of": "KR", "Corée": "KR",
    "Russian Federation": "RU", "Viet Nam": "VN", "Burma": "MM", "Birmanie": "MM", "Myanmar": "MM",
    "Palestine": "PS", "Palestina": "PS", "Palästina": "PS", "UAE": "AE",
    "EAU": "AE", "Republic of Ireland": "IE", "BRD": "DE", "PRC": "CN",
    "People's Republic of China": "CN", "Slovak Republic": "SK", "Macedonia": "MK", "Macédoine": "MK",
    "Swaziland": "SZ", "Cape Verde": "CV", "Congo": "CG", "Congo, Democratic Republic of the": "CD", "RDC": "CD",
    "DRC": "CD", "Iran, Islamic Republic of": "IR", "Tanzania, United Republic of": "TZ", "Bolivia, Plurinational State of": "BO",
    "Venezuela, Bolivarian Republic of": "VE", "Moldova, Republic of": "MD", "Taiwan, Province of China": "TW",
    "Viêt Nam": "VN", "Vatican": "VA", "Biélorussie": "BY", "Bosnie": "BA",
}  # fmt: skip
# Shorter than the names babel has for these.
SHORT_NAMES = {
    "HK": "Hong Kong",
    "MO": "Macao",
    "MM": "Myanmar",
    "PS": "Palestine",
    "CI": "Côte d'Ivoire",
}
SHORTEST_NAME = 4  # letters; what is shorter is a code, and CA may be California
ALSO_STATES = frozenset({"georgia"})
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
LANGUAGES = ("es", "de", "fr", "en")  # where two languages share a spelling, the later decides


def country_name(text: str) -> str:
    """The short English name of a country, however it was written, alone or behind its town; what is no country stays as it is."""
    code = _codes().get(_folded_name(text)) or _behind_town(text)
    return " ".join(text.split()) if code is None else _names()[code]


def _behind_town(text: str) -> str | None:
    """The code of the country at the end of a place: "Lyon, Auvergne-Rhône-Alpes, France", but not the CA of "Austin, CA"."""
    town, _, last = text.rpartition(",")
    name = _folded_name(last)
    return _codes().get(name) if town and len(name) >= SHORTEST_NAME and name not in ALSO_STATES else None


def _folded_name(text: str) -> str:
    """A name without what its spellings differ in: dots, hyphens, a leading article, "and"."""
    bare = fold(text).replace(".", "").replace("-", " ").replace("&", " and ").replace(" et ", " and ")
    return " ".join(bare.split()).removeprefix("the ")


@cache
def _names() -> Mapping[str, str]:
    return {code: name for code, name in _territories("en").items() if _is_country(code)} | SHORT_NAMES


@cache
def _codes() -> Mapping[str, str]:
    """Folded name or code -> code of two letters."""
    from babel.core import get_global  # noqa: PLC0415  see _territories

    names = _names()
    spelled = {
        _folded_name(name): code
        for language in LANGUAGES
        for code, name in _territories(language).items()
        if code in names
    }
    short = {code.casefold(): code for code in names}
    long = {
        alias.casefold(): codes[0]
        for alias, codes in get_global("territory_aliases").items()
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1 and codes[0] in names
    }
    return spelled | short | long | {_folded_name(alias): code for alias, code in ALIASES.items()}


def _territories(language: str) -> Mapping[str, str]:
    from babel import Locale  # noqa: PLC0415  its names are read from files, and only a country column needs them

    return dict(Locale(language).territories)


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
