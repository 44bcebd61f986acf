"""What a header says by itself: its words without what varies between exports, its unit, whether it means a person."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from icpcli.load.numbers import CODES, CURRENCIES, CURRENCY, TIMES
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Mapping

# The object that a prefix speaks of: "Deal - Value", "Affaire - Valeur", "Opportunity: Stage", "property_name".
OWNERS = {
    CrmObject.DEAL: "deal|affaire|trato|negocio|transaction|opportunity|opportunite|opportunité|verkaufschance",
    CrmObject.ACCOUNT: "organization|organisation|organización|organizacion|account|company|entreprise|société|societe|compte"
    "|empresa|unternehmen",
    CrmObject.CONTACT: "person|personne|persona|contact|kontakt",
    None: "property|properties|custom|lead",
}
OWNER_OF = {word: owner for owner, words in OWNERS.items() for word in words.split("|")}
PREFIX = re.compile(
    rf"(?P<owner>{'|'.join(OWNER_OF)})(?: name(?=[:.]))?(?P<sign>\s[-–]\s|:\s|\.|_(?=.*_))", re.IGNORECASE
)
SUFFIX = re.compile(r"(__c|\scf_\d+|_c)$", re.IGNORECASE)
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
ZONES = "utc|gmt|cet|cest|bst|est|edt|cst|cdt|mst|mdt|pst|pdt|aest|aedt|acst|awst|jst|ist|sast|nzst|nzdt"
MEASURES = "ht|ttc|hors taxes?|%|hh:mm:ss|days?|jours?|tage|dias|months?|mois|monate|meses|years?|ans|nb|#"
THOUSANDS = {
    "thousands": 1000,
    "milliers": 1000,
    "tausend": 1000,
    "miles": 1000,
    "millions": 10**6,
    "millionen": 10**6,
}
MONEY_UNIT = rf"(?:en |in |milliers d'|milliers de )?(?:k|m|md|mio|mn|bn)? ?(?:{CODES}|euros?|dollars?|(?:us|ca|a)?\$|[€£¥₹])"
UNIT = re.compile(
    rf"\s*\((?:(?:{MONEY_UNIT}|{MEASURES}|{'|'.join(THOUSANDS)}|(?:{ZONES})(?:[+-]\d+(?::\d\d)?)?)[ ,/]*)+\)$"
    rf"|\s(?:k|m)?[€$£]$",
    re.IGNORECASE,
)
TIMES_OF_MONEY = re.compile(
    rf"(?:(?<![a-z])(k|m|md|mio|mn|bn) ?(?=(?:{CODES}|euros?\b|dollars?\b|[€$£]))|\b({'|'.join(THOUSANDS)})\b)",
    re.IGNORECASE,
)

# Words for what names or reaches a person, and those that may stand beside them: "work email 2", "numéro de téléphone".
REACHES = (
    "email|emails|e mail|mail|courriel|correo|phone|telephone|tel|mobile|portable|handy|telefon|telefono|fax|linkedin|linked in|"
    "twitter|skype|whatsapp|address|adresse|direccion|anschrift|street|rue|strasse|calle"
)
NAMES = (
    "first name|last name|surname|firstname|lastname|prenom|nom de famille|vorname|nachname|apellidos|full name|fullname|"
    "nom complet|nombre completo|contact name|nom du contact|salutation|civilite|anrede|tratamiento|birth|birthday|birthdate|"
    "naissance|geburtsdatum|dob|gender|genre|sexe|geschlecht|genero"
)
PEOPLE = (
    "interlocuteur|interlocutrice|contact|contacts|contacto|ansprechpartner|ansprechpartnerin|kontaktperson|kontakt|"
    "persona de contacto|personne a contacter|contact person|commercial|comercial|account manager|account executive|owner|"
    "proprietaire|propietario|besitzer|vendeur|vendedor|salesperson|sales rep|sales representative|seller|referent|csm|"
    "customer success manager|charge de compte|charge d affaires|responsable|gestionnaire|vertriebsmitarbeiter|betreuer|"
    "dirigeant|gerant|geschaftsfuhrer|decideur|signataire|champion"
)
PERSON = re.compile(rf"\b(?:{REACHES}|{NAMES}|{PEOPLE})\b")
BESIDE = frozenset(
    "work home primary secondary main principal principale other autre business professional professionnel professionnelle pro "
    "perso personal personnel private direct contact person people customer client company account compte entreprise societe "
    "billing mailing shipping number no numero nummer de du des la le l d of the et and a url profile profil page line name nom "
    "travail domicile complete full postal postale date lieu place day jour id ids cle key key1 interne externe sales vente "
    "ventes commercial manager lead opportunity deal affaire email phone".split()
)
COUNTS = frozenset("number nb nombre num count total sum has is anzahl numero".split())


@dataclass(frozen=True, slots=True)
class Unit:
    """What a header says of its figures: what to multiply them by, and their currency (None where it is not said)."""

    factor: Decimal
    currency: str | None


@cache
def synonyms() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    """Object -> field -> sure and hinted headers, folded; the package's own table."""
    text = resources.files("icpcli.load").joinpath("headers.json").read_text(encoding="utf-8")
    table: Mapping[str, Mapping[str, Mapping[str, list[str]]]] = json.loads(text)
    return table


@lru_cache(maxsize=10_000)
def fold_header(header: str, wanted: CrmObject | None = None) -> str:
    """A header without what varies between exports: case, accents, spaces, prefixes, suffixes, units.

    The prefix of another object than ``wanted`` stays: among deals, "Organization - Name" is no deal's name.
    """
    text = _plain(header)
    if match := PREFIX.match(text):
        rest = text[match.end() :]
        owner = OWNER_OF[match["owner"].casefold()]
        if wanted is None or owner in {None, wanted} or _folded(rest).startswith(_folded(match["owner"])):
            text = rest
    text = UNIT.sub("", SUFFIX.sub("", text))
    return _folded(CAMEL.sub(" ", text))


@lru_cache(maxsize=10_000)
def prefix_owner(header: str) -> CrmObject | None:
    """The object that a header's prefix speaks of ("Affaire - Valeur"), None where it has none."""
    match = PREFIX.match(_plain(header))
    return OWNER_OF[match["owner"].casefold()] if match and match["sign"].strip() in {"-", "–", ":"} else None


def unit_of(header: str) -> Unit:
    """The unit that stands in a header: "CA (k€)" is in thousands of euros."""
    match = UNIT.search(SUFFIX.sub("", _plain(header)))
    if match is None:
        return Unit(Decimal(1), None)
    text = match[0]
    times = TIMES_OF_MONEY.search(text)
    word = (times[1] or times[2]).casefold() if times else ""
    factor = TIMES.get(word) or THOUSANDS.get(word) or 1
    named = CURRENCY.search(text)
    currency = (
        CURRENCIES.get(named[0].upper(), named[0].upper())
        if named
        else "EUR"
        if "euro" in text.casefold()
        else None
    )
    return Unit(Decimal(factor), currency)


@lru_cache(maxsize=10_000)
def is_personal(header: str) -> bool:
    """Whether a column names or reaches a person; such columns never describe a company.

    The words for it must be all that the header says: "Mobile app users" and "Email opens" are no people.
    """
    folded = fold_header(header)
    words = folded.split()
    if not words or (words[0] in COUNTS and words[1:2] == ["of"]) or words[0] in {"nb", "nombre", "num"}:
        return False
    rest, found = PERSON.subn(" ", folded)
    return found > 0 and all(word in BESIDE or word.isdecimal() for word in rest.split())


def _plain(header: str) -> str:
    """The header on one line, without marks of required fields and what no keyboard types (emoji, zero-width signs)."""
    text = unicodedata.normalize("NFKC", header.replace("°", " ")).replace("\u2019", "'")
    return " ".join(
        "".join(" " if unicodedata.category(c) in {"So", "Cf"} else c for c in text).split()
    ).strip("* ")


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", plain))


__all__ = ["Unit", "fold_header", "is_personal", "prefix_owner", "synonyms", "unit_of"]
