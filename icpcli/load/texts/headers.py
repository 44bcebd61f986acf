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

from icpcli.load.texts.numbers import CODES, CURRENCIES
from icpcli.model.common import CrmObject
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The object that a prefix speaks of: "Deal - Value", "Affaire - Valeur", "Opportunity: Stage", "property_name".
OWNERS = {
    CrmObject.DEAL: "deal|affaire|trato|negocio|transaction|opportunity|opportunite|opportunité|verkaufschance",
    CrmObject.ACCOUNT: "organization|organisation|organización|organizacion|account|company|entreprise|société|societe|compte"
    "|empresa|unternehmen",
    CrmObject.CONTACT: "person|personne|persona|contact|kontakt",
    CrmObject.SUBSCRIPTION: "subscription|rate plan charge|rate plan|rateplancharge|rateplan|abonnement",
    None: "property|properties|custom|lead",
}
OWNER_OF = {word: owner for owner, words in OWNERS.items() for word in words.split("|")}
PREFIX = re.compile(
    rf"(?P<owner>{'|'.join(OWNER_OF)})(?: name(?=[:.]))?(?P<sign>\s[-–]\s|:\s|\.|_(?=.*_))", re.IGNORECASE
)
SUFFIX = re.compile(r"(__c|\scf_\d+|_c)$", re.IGNORECASE)
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
ZONES = "utc|gmt|cet|cest|bst|est|edt|cst|cdt|mst|mdt|pst|pdt|aest|aedt|acst|awst|jst|ist|sast|nzst|nzdt"
MEASURES = (
    r"hors taxes?|%|hh:mm:ss|days?|jours?|tagen?|d[ií]as|nb|#"  # not months: a figure in days is another
)
NOUGHTS = r"'?000(?:'?s)?"
THOUSANDS = rf"k|t|tsd\.?|thousands?(?: of)?|milliers?(?: d'| de)?|tausend|miles(?: de)?|{NOUGHTS}"
MILLIONS = r"m|mm|mn|mio\.?|mln|millions?(?: of| d'| de)?|millionen|millones(?: de)?"
BILLIONS = r"md|mds|mrd\.?|bn|billions?(?: of)?|milliards?(?: d'| de)?|milliarden"
CENTS = r"(?:in[\s_])?(?:cents|centimes|minor[\s_]units?)"  # as billing tools' interfaces tell all money
MICROS = r"(?:in[\s_])?micros"  # as Google's interface tells what ads cost
TIMES = {
    THOUSANDS: Decimal(10**3),
    MILLIONS: Decimal(10**6),
    BILLIONS: Decimal(10**9),
    CENTS: Decimal("0.01"),
    MICROS: Decimal("0.000001"),
}
ANY_TIMES = "|".join(TIMES)
SIGN = rf"(?:euros?|dollars?|{CODES}|(?:us|ca|a)?\$|[€£¥₹])"
TAX = r"ht|ttc|hors taxes?|net|netto|brutto|excl\.? (?:vat|tax)|incl\.? (?:vat|tax)"
MONEY = rf"(?:(?:{ANY_TIMES})[\s,]*{SIGN}|{SIGN}[\s,]*(?:(?:in|en)\s)?(?:{ANY_TIMES})|{SIGN}|{ANY_TIMES})"
# Outside brackets only a sign or a code tells a unit from a word, "in" before it, or noughts that are no number.
BARE = (
    rf"(?:in|en)\s{MONEY}|(?:{ANY_TIMES})?\s?[€$£]|[€$£]\s?(?:{ANY_TIMES})|(?:(?:[km]|{NOUGHTS})\s?)?(?:{CODES})"
    rf"|(?:{CODES})\s?{NOUGHTS}|'000(?:'?s)?|000'?s|{CENTS}|{MICROS}"
)
# AEDT is a time zone, and no thousands of dirhams.
UNIT = re.compile(
    rf"\s*[(\[]\s*(?:(?:in|en)\s)?(?:(?:{ZONES})(?:\s?[+-]\d+(?::\d\d)?)?|{MEASURES}|(?P<inside>{MONEY}[\s,/]*(?:{TAX})?|{TAX}))\s*[)\]]$"
    rf"|[\s,_]+(?P<bare>(?:{BARE})(?:\s(?:{TAX}))?)$",
    re.IGNORECASE,
)
SIGN_OF_CURRENCY = re.compile(rf"(?<![^\W_kmt]){SIGN}(?=(?:k|mm?|mn|mds?|bn)?(?![a-z]))", re.IGNORECASE)
NO_TIMES = re.compile(rf"{SIGN}|\b(?:in|en|{TAX})(?!\w)|[,/]", re.IGNORECASE)
TIMES_OF_MONEY = {factor: re.compile(words, re.IGNORECASE) for words, factor in TIMES.items()}

# What an answer may be: "Actif (O/N)", "Satisfaction /5", "Note de satisfaction (1 à 10)".
YES_OR_NO = re.compile(r"(?<=\w) (?:o n|oui non|y n|yes no|j n|ja nein|si no)$")
RATED = re.compile(
    r"(?P<what>(?:\w+ ){0,3}(?:satisfaction|nps|csat|zufriedenheit|kundenzufriedenheit|satisfaccion)(?: (?:client|customer|score))?)"
    r"(?: (?:sur|out of|von|auf|de|[01](?: (?:a|to|bis))?))? (?:5|10|100)"
)
RECOMMENDED = re.compile(r"\b(?:weiter)?(?:recom|empfehl)")

# What a person is reached by or known as. With any other word it is still that ("email of the CFO"), unless the
# word says that the column counts, types or measures it ("email opens").
REACH = re.compile(
    r"\b(e ?mails?|mails?|emailaddress\d?|courriels?|correos?|phones?|tel|telephones?|telefono|telefon\w*|mobiles?|mobil|movil|handy\w*|"
    r"cell|fax|portable|linked ?in|twitter|facebook|instagram|skype|whatsapp|address(es)?|adresses?|direccion|anschrift|street|rue|"
    r"strasse|calle|birth\w*|naissance|nacimiento|geburts\w*|dob|first ?name|last ?name|given name|family name|surname|"
    r"forename|prenoms?|nom de famille|nom d usage|nom de naissance|vorname|nachname|apellidos?|full ?name|contact name|person name|nom du contact|nom du dirigeant|"
    r"salutation|civilite|anrede|courtesy|gender|sexe|geschlecht|genero)\b"
)
ABOUT = frozenset(
    "app apps application applications user users utilisateur utilisateurs open opens opened ouverture ouvertures click clicks "
    "clicked clic clics sent send envoye envoyes received delivered bounce bounced bounces bounce reason reply replies replied "
    "answered type types typ tipo system systems systeme provider fournisseur operator operateur count total nb nbr num anzahl "
    "rate taux share part ratio tool tools outil software logiciel platform plateforme marketing campaign campaigns campagne "
    "newsletter sequence template opt optout optin consent consentement unsubscribed subscribed status statut state quality "
    "qualite valid validity verified verification followers follower abonnes likes posts volume domain domaine channel canal "
    "calls call appel appels minutes support preference language langue score has is a plan usage licences licenses seats "
    "volume traffic revenue ads ad spend budget city ville town stadt ciudad country pays land pais region zip postal code "
    "plz latitude longitude geocode area department industry secteur sector market shop store parking lighting food hours "
    "per last dernier derniere next first date dates time days attempts interactions engagement activity activities first "
    "integration security hosting server archive archiving size taille format web website site internet ip mix diversity "
    "index".split()
)
COUNTING = frozenset("count number type date has is nb".split())
STILL_PERSONAL = re.compile(
    r"\b(first ?name|last ?name|nom de famille|birth\w*|naissance|geburts\w*|nacimiento|dob)\b"
)
COUNTED = re.compile(r"\bnumber of\b|\bnumero de (?!tel)\w+s\b|\bnombre d[e ] ?\w+s\b")

# Words for people of either side, and what may stand beside them without making another thing of them.
PEOPLE = frozenset(
    "owner owners proprietaire propietario besitzer inhaber eigentumer zustandiger verantwortlich verantwortliche verantwortlicher "
    "interlocuteur interlocutrice ansprechpartner ansprechpartnerin kontaktperson kontakt contact contacts contacto contactos "
    "manager responsable commercial commerciale comercial vendeur vendeuse vendedor salesperson seller rep representative "
    "vertriebsmitarbeiter vertriebler betreuer kundenbetreuer kundenberater agent executive csm assignee collaborateur "
    "conseiller gestionnaire charge chargee ceo cfo cto coo cmo founder founders fondateur dirigeant gerant geschaftsfuhrer "
    "directeur directrice director president presidente user utilisateur benutzer usuario parrain referrer "
    "person personne responsible responsabilite people auteur autrice author autor autora hauptkontakt gestor gestora asesor asesora login "
    "decideur signataire champion sponsor apporteur apporteuse prescripteur prescriptrice parrains sdr bdr".split()
)
BESIDE = frozenset(
    "deal account company opportunity lead client customer sales sale success key our record hub spot hubspot "
    "identifiant asignado asignada responsible charge in affaire transaction opportunite compte entreprise societe negocio empresa cuenta cliente piste "
    "primary principal principale secondary main hauptansprechpartner related associated associe associes lie lies assigned "
    "affecte attitre name names nom nombre id ids full en du de del des der d la le l of the to a 1 2 3 4 owned affaires business contrat contract contrato vertrag".split()
)
PHRASES = re.compile(
    r"\b(contact person|persona de contacto|personne a contacter|personne de contact|(assigned|attribue|assigne|zugewiesen) (to|a)\b.*|"
    r"(created|modified|updated|owned|closed|referred|introduced|entered|signed|visited|managed|handled|followed|met|sold) by|"
    r"(cree|modifie|ajoute|recommande|apporte|parraine|presente|gere|suivi|visite|signe|vendu|rencontre|contacte|traite)e? par|"
    r"(erstellt|geandert|vermittelt|betreut) (von|durch)|(creado|modificado|referido|recomendado) por|associated people|"
    r"(billing|shipping|delivery|recipient|cardholder|card holder|ship to|deliver to) name|name (billing|shipping)|nom (de facturation|de "
    r"livraison|du destinataire)|destinataire|empfanger\w*|destinatario|"
    r"account manager|key account manager|sales rep|account executive|nom du (responsable|commercial|gerant|dirigeant))\b"
)
NO_PERSON = frozenset({"nom commercial", "nombre comercial"})  # a company's trade name


FIRST_NAME = re.compile(r"\b(first ?name|given name|forename|prenoms?|vorname)\b")
# Whose first name it is: our own salesperson's, beside a company's name.
OF_OURS = re.compile(
    r"\b(?:commercial(?:e|s)?|vendeur|vendeuse|owner|proprietaire|sales|salesperson|assigne|assigned|auteur|author|createur|created|"
    r"responsable|utilisateur|user|besitzer|verantwortlich\w*|vertrieb\w*|comercial|vendedor|propietario)\b"
)
BARE_NAMES = frozenset({"nom", "name", "noms", "nombre", "apellidos", "nachname"})
SURNAME = re.compile(
    r"(?:contact )?(?:last ?name|surname|family name|nom de famille|nom|name|apellidos?|nachname)"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """What a header says of its figures: what to multiply them by, and their currency (None where it is not said)."""

    factor: Decimal
    currency: str | None


@cache
def synonyms() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    """Object -> field -> sure and hinted headers, folded; the package's own table."""
    text = resources.files("icpcli.load.texts").joinpath("headers.json").read_text(encoding="utf-8")
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
        if wanted is None or owner in {None, wanted} or words_of(rest).startswith(words_of(match["owner"])):
            text = rest
    text = UNIT.sub("", SUFFIX.sub("", text))
    words = YES_OR_NO.sub("", words_of(CAMEL.sub(" ", text)))
    rated = None if RECOMMENDED.search(words) else RATED.fullmatch(words)
    return rated["what"] if rated else words


@lru_cache(maxsize=10_000)
def prefix_owner(header: str) -> CrmObject | None:
    """The object that a header's prefix speaks of ("Affaire - Valeur"), None where it has none."""
    match = PREFIX.match(_plain(header))
    return OWNER_OF[match["owner"].casefold()] if match and match["sign"].strip() in {"-", "–", ":"} else None


def is_of_company(header: str) -> bool:
    """Whether a header's prefix says that the column is the company's: "Organization - Has shop", "Account.Tier"."""
    match = PREFIX.match(_plain(header))
    return (
        match is not None
        and match["sign"] != "_"
        and OWNER_OF[match["owner"].casefold()] is CrmObject.ACCOUNT
    )


def unit_of(header: str) -> Unit:
    """The unit that stands in a header: "CA (k€)" is in thousands of euros."""
    match = UNIT.search(SUFFIX.sub("", _plain(header)))
    text = (match["inside"] or match["bare"] or "") if match else ""
    times = NO_TIMES.sub(" ", text).strip()
    factor = next((factor for factor, words in TIMES_OF_MONEY.items() if words.fullmatch(times)), Decimal(1))
    named = SIGN_OF_CURRENCY.search(text)
    currency = _code(named[0]) if named else None
    return Unit(factor, currency)


@lru_cache(maxsize=10_000)
def is_personal(header: str) -> bool:
    """Whether a column names or reaches a person, on the customer's side or on ours; such columns describe no company.

    "Mobile app users" and "Email opens" count something; "Email of the CFO" reaches somebody.
    """
    texts = {fold_header(header), words_of(CAMEL.sub(" ", _plain(header)))}
    return not texts & NO_PERSON and any(_reaches(text) or _names(text) for text in texts)


def is_surname(header: str, headers: Sequence[str]) -> bool:
    """Whether a column that is called no more than "Nom" is of people, since another of its file holds their first names."""
    if fold_header(header) not in BARE_NAMES:
        return False
    return any(
        FIRST_NAME.search(folded) and not OF_OURS.search(folded) for folded in map(fold_header, headers)
    )


def is_first_name(folded: str) -> bool:
    """Whether a folded header of a list of people says first names; "nombre" beside "apellidos" is read with them."""
    return FIRST_NAME.search(folded) is not None


def is_surname_of(folded: str) -> bool:
    """Whether a folded header, beside one of first names, says surnames."""
    return SURNAME.fullmatch(folded) is not None


def _reaches(text: str) -> bool:
    if REACH.search(text) is None:
        return False
    if STILL_PERSONAL.search(text):
        return True
    rest = set(REACH.sub(" ", text).split())
    return not (rest & ABOUT or COUNTED.search(text))


def _names(text: str) -> bool:
    words = set(text.split())
    if COUNTED.search(text):
        return False
    if PHRASES.search(text):
        return not words & COUNTING
    return bool(words & PEOPLE) and words <= PEOPLE | BESIDE


def _code(sign: str) -> str | None:
    word = sign.upper().rstrip("S")
    return {"EURO": "EUR", "DOLLAR": None}.get(word, CURRENCIES.get(sign.upper(), sign.upper()))


def _plain(header: str) -> str:
    """The header on one line, without marks of required fields and what no keyboard types (emoji, zero-width signs)."""
    text = unicodedata.normalize("NFKC", header.replace("°", " ")).replace("\u2019", "'")
    return " ".join(
        "".join(" " if unicodedata.category(c) in {"So", "Cf"} else c for c in text).split()
    ).strip("* ")


__all__ = [
    "Unit",
    "fold_header",
    "is_first_name",
    "is_of_company",
    "is_personal",
    "is_surname",
    "is_surname_of",
    "prefix_owner",
    "synonyms",
    "unit_of",
]
