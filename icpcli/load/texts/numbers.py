"""Numbers as people and CRMs write them: signs, currencies, groups, decimal commas, ranges."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SIGNS = str.maketrans(dict.fromkeys("\u00a0\u202f\u2007\u2009", " ") | {"\u2212": "-", "\u2019": "'"})
SIGNS_BEFORE = frozenset({"", "-", "+", "(", "(-"})
CURRENCIES = {
    "€": "EUR", "$": "USD", "US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD",
    "R$": "BRL", "£": "GBP", "¥": "JPY", "₹": "INR", "ZŁ": "PLN",
}  # fmt: skip
CODES = "EUR|USD|GBP|CHF|CAD|AUD|NZD|JPY|CNY|INR|SGD|HKD|SEK|NOK|DKK|PLN|CZK|HUF|RON|MAD|TND|DZD|XOF|XAF|BRL|MXN|ZAR|AED|ILS"
# A code stands alone, or behind the k or M of kEUR and MEUR.
CURRENCY = re.compile(
    rf"(?:US|CA|C|AU|A|NZ|HK|R)?\$|[€£¥₹]|zł|(?:(?<![A-Za-z])|(?<=^[kKmM])|(?<=[\d ][kKmM]))(?:{CODES})(?![A-Za-z])",
    re.IGNORECASE,
)
TIMES = {
    "k": 10**3,
    **dict.fromkeys(("m", "mn", "mio", "million", "millions"), 10**6),
    **dict.fromkeys(("md", "mds", "mrd", "bn", "b", "billion", "milliard", "milliards"), 10**9),
}
THOUSANDS = "|".join(sorted(TIMES, key=len, reverse=True))
CELL = re.compile(
    r"(?P<before>[^\d.,]*)(?P<digits>[\d.,][\d.,' ]*?)(?P<power>[eE][-+]?\d{1,2})?(?P<after>\D*)", re.ASCII
)
# Some write Swiss amounts with one apostrophe only, before the last three digits: 1000000'000.00.
DIGITS = re.compile(
    r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d*)?|\d+(?:'\d{3})+(?:[.,]\d*)?|\d[\d.,]*|[.,]\d+", re.ASCII
)
FIGURES = re.compile(r"\d(?:[\d.,]*\d)?", re.ASCII)
# What money is paid for: a month, before or with tax. What is paid a year would be another figure, and is not read.
PAID_FOR = re.compile(
    r"(?:\s*(?:/|per|par|pro|al|por)\s*(?:mois|month|mo|monat|mes)\.?|\s+(?:ht|ttc|h\.t\.|t\.t\.c\.|hors taxes?|net|brut|netto|brutto))+$",
    re.IGNORECASE,
)
AFTER = re.compile(
    rf"(?:(?P<times>{THOUSANDS})\.?)? ?(?P<percent>%)? ?(?P<end>[-)]?)",
    re.IGNORECASE,
)
ROUGHLY = re.compile(
    r"^(?:[~≈±]|\+/-|(?:environ|env|approx|about|around|circa|ca|etwa|rund|aprox|unos)\b\.?)\s*(?=[\d€$£])",
    re.IGNORECASE,
)
# "1200 € (renégocié)"; what names a currency, a unit of thousands or another time in brackets says what the figure is.
COMMENT = re.compile(r"(?<=\S)\s*\((?P<said>[^\W\d_][^()\d]{2,})\)$")
TELLS_UNIT = re.compile(
    rf"{CURRENCY.pattern}|\b(?:{THOUSANDS}|mille|thousands?|milliers?|tausend|miles|ans?|années?|annuel\w*|annual\w*|years?|yearly|jahre?s?|jährlich|"
    r"años?|anual\w*|p\.?a|mois|mensuel\w*|months?|monthly|monate?s?|monatlich|mes|meses|trimestr\w*|quarters?|quarterly|quartal\w*|semaines?|weeks?|"
    r"semestr\w*|jours?|days?|tage?|total|remise|discount|rabatt|hors|sans|ohne|excl\w*|incl\w*|dont|euros?|dollars?|avoir|rembours\w*|refund\w*|credit\w*|crédit\w*|gutschrift|annul\w*|cancel\w*)\b",
    re.IGNORECASE,
)
LONGEST = 60  # characters; what is longer is a sentence
GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")  # the latter is Indian
UNDECIDED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # a thousand and more, or three decimals
HEADS = (
    "employees|employee|employés|employé|employes|salariés|salarié|salaries|agents|people|persons|personnes|personne|"
    "mitarbeiter|empleados|collaborateurs|fte|etp|users|utilisateurs|seats|licences|licenses|days|jours|months|mois"
)
WORDS = re.compile(rf"\b(?:{HEADS})\b\.?", re.IGNORECASE)
AT_LEAST = re.compile(
    r"^(?:>=?|≥|over|more than|at least|plus de|au moins|mehr als|über|más de)\s*|\s*(?:\+|(?:et|ou) plus|(?:and|or) (?:more|over|above|up)|und mehr|[oy] más)$"
)
AT_MOST = re.compile(
    r"^(?:<=?|≤|under|up to|less than|fewer than|moins de|jusqu'à|weniger als|bis(?: zu)?|unter|menos de|hasta)\s*(?=\d)|\s*(?:(?:or|and) (?:less|under|below)|(?:et|ou) moins|und weniger|o menos)$"
)
RANGE = re.compile(
    rf"(?:(?:de|from|entre|between|von|zwischen) )?(?P<low>\d[\d.,' ]*?) ?(?:(?P<low_times>{THOUSANDS})\.?)? ?(?:-|–|—|à|to|bis|et|and|und|a|y|ou|or|oder|o) ?"
    rf"(?P<high>\d[\d.,' ]*?) ?(?:(?P<high_times>{THOUSANDS})\.?)?"
)
IN_WORDS = re.compile(r"(?:\bd'|\bde |\bof )?(?:\b|(?<=\d))(?:euros?|dollars?|pounds?)\b", re.IGNORECASE)
EUROS = re.compile(r"(?:\b|(?<=\d))euros?\b", re.IGNORECASE)  # whose dollars or pounds they are is not said
SHORT = {"mil": "m", "bil": "bn"}  # of dollars, with a point: "$500 mil" is half a million pesos in Spanish
SHORTENED = re.compile(r"\b(mil|bil)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A cell that is one number: its digits with their signs, what to multiply them by, the currency named."""

    digits: str
    factor: Decimal
    currency: str | None


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """Which sign is decimal in the cells that do not tell (1,234); ``ambiguous`` if no other cell tells either.

    An empty ``decimal`` means that both signs group thousands.
    """

    decimal: str
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class _Affixes:
    """What stands around a number's digits."""

    factor: Decimal
    currency: str | None


def number_in(text: str) -> Number | None:
    """The number a cell is: currency, groups, k/M/bn, parentheses, trailing minus, percent, "about" and a comment understood."""
    if len(text) > LONGEST:
        return None
    match = CELL.fullmatch(_bare(text.translate(SIGNS)))
    if match is None or not DIGITS.fullmatch(match["digits"]):
        return None
    around = _affixes(match["before"], match["after"])
    if around is None:
        return None
    factor = around.factor.scaleb(int(match["power"][1:])) if match["power"] else around.factor
    return Number(match["digits"], factor, around.currency)


def _bare(text: str) -> str:
    """A cell without "about" before its figure and a comment in brackets behind it, unless that says what the figure is."""
    figure = ROUGHLY.sub("", text)
    comment = COMMENT.search(figure)
    return figure[: comment.start()] if comment and not TELLS_UNIT.search(comment["said"]) else figure


def number_style(
    numbers: Iterable[Number | None], *, is_grouped: bool = False, usual_decimal: str | None = None
) -> NumberStyle:
    """The decimal sign of a column, settled by the cells that tell: two different signs, or a tail of 1-2 digits.

    Where none tells, ``usual_decimal`` is decimal, else a point, and the other sign groups; a sign that stands alone
    in the column groups in any case if ``is_grouped`` (money and heads have no three decimals).
    """
    votes = {",": 0, ".": 0}
    undecided = set[str]()
    for number in numbers:
        if number is None:
            continue
        sign = _decimal_sign(number.digits)
        if sign:
            votes[sign] += 1
        elif UNDECIDED.fullmatch(number.digits):
            undecided.add("," if "," in number.digits else ".")
    if votes[","] != votes["."]:
        is_split = min(votes.values()) > 0 and bool(undecided)
        return NumberStyle("," if votes[","] > votes["."] else ".", ambiguous=is_split)
    decimal = usual_decimal or "."
    is_settled = usual_decimal is not None
    return NumberStyle(
        "" if is_grouped and undecided == {decimal} else decimal, ambiguous=bool(undecided) and not is_settled
    )


def is_plain(text: str) -> bool:
    """Whether a cell is nothing but a figure, as a spreadsheet holds it."""
    return FIGURES.fullmatch(text.strip().removeprefix("-")) is not None


def value_of(number: Number, style: NumberStyle) -> Decimal | None:
    """A number's value; None where its groups are no thousands (a version, a telephone number)."""
    plain = number.digits.replace(" ", "").replace("'", "")
    sign = _decimal_sign(number.digits) or (style.decimal if UNDECIDED.fullmatch(number.digits) else "")
    head, _, tail = plain.rpartition(sign) if sign and sign in plain else (plain, "", "")
    if ("," in head or "." in head) and not GROUPED.fullmatch(head):
        return None
    whole = head.replace(",", "").replace(".", "")
    return Decimal(f"{whole or 0}.{tail or 0}") * number.factor if whole or tail else None


def read_number(text: str, style: NumberStyle) -> Decimal | None:
    """The value of a cell that is one number, else None."""
    number = number_in(text)
    return None if number is None else value_of(number, style)


def ends_in(text: str) -> list[Number | None]:
    """The numbers of a cell that is a range or a bound, as they are written."""
    return [number_in(digits) for digits in FIGURES.findall(text.translate(SIGNS))]


def count_between(text: str, style: NumberStyle) -> tuple[float, float] | None:
    """The ends of a range (51-200), 0 and a bound (< 50), a bound and infinity (1000+), or twice the count that a cell is."""
    number = read_number(text, style)
    if number is not None:
        return float(number), float(number)
    bare = WORDS.sub("", text.translate(SIGNS)).casefold().strip()
    if AT_MOST.search(bare):
        bound = read_number(AT_MOST.sub("", bare), style)
        return None if bound is None else (0.0, float(bound))
    least = AT_LEAST.sub("", bare).strip()
    number = read_number(least, style)
    if number is not None:
        return float(number), float(number) if least == bare else math.inf
    return _range(least, style)


def money_between(text: str, style: NumberStyle) -> tuple[float, float] | None:
    """The ends of a range of money ($1M-$10M, 10 à 50 M€, < 500 k€, $1 bil. and over), as of a range of counts."""
    plain = text.translate(SIGNS)
    if "$" in plain:
        plain = SHORTENED.sub(lambda short: SHORT[short[1].casefold()], plain)
    bare = " ".join(CURRENCY.sub(" ", IN_WORDS.sub("", plain)).split())
    return count_between(bare, style)


def currency_in(text: str) -> str | None:
    """The currency code that a cell names by sign, code or "euros"; None where it names none."""
    found = CURRENCY.search(text)
    if found is None:
        return "EUR" if EUROS.search(text) else None
    return CURRENCIES.get(found[0].upper(), found[0].upper())


@lru_cache(maxsize=1024)  # a column has few different surroundings, and they cost more than the digits
def _affixes(before: str, after: str) -> _Affixes | None:
    """What stands around the digits; None where it is anything but a sign, a currency, a unit of thousands, a percent."""
    after = PAID_FOR.sub("", after)
    named = CURRENCY.search(before) or CURRENCY.search(after.strip())
    sign = CURRENCY.sub("", before).replace(" ", "")
    match = AFTER.fullmatch(CURRENCY.sub("", after.strip()).strip())
    if match is None or sign not in SIGNS_BEFORE or (sign.startswith("(") != (match["end"] == ")")):
        return None
    if match["end"] == "-" and sign:
        return None
    is_negative = sign in {"-", "(", "(-"} or match["end"] == "-"
    factor = Decimal(TIMES.get((match["times"] or "").casefold(), 1)) / (100 if match["percent"] else 1)
    currency = CURRENCIES.get(named[0].upper(), named[0].upper()) if named else None
    return _Affixes(-factor if is_negative else factor, currency)


def _decimal_sign(digits: str) -> str:
    """The decimal sign that a number settles by itself; "" where it has none, or could be read two ways."""
    signs = [c for c in digits if c in ",."]
    if not signs or UNDECIDED.fullmatch(digits):
        return ""
    if len(signs) == 1 or len(set(signs)) == 2:
        return signs[-1]
    return "." if signs[0] == "," else ","  # a sign that occurs twice groups


def _range(bare: str, style: NumberStyle) -> tuple[float, float] | None:
    match = RANGE.fullmatch(bare)
    if match is None:
        return None
    low, high = read_number(match["low"], style), read_number(match["high"], style)
    if low is None or high is None:
        return None
    times = match["low_times"] or (match["high_times"] if low <= high else None)  # 5-6k, but not 500-1k
    low, high = low * TIMES.get(times or "", 1), high * TIMES.get(match["high_times"] or "", 1)
    return (float(low), float(high)) if low <= high else None
