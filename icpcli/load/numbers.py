"""Numbers as people and CRMs write them: signs, currencies, groups, decimal commas, ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009 ", "") | {"\u2212": "-", "\u2019": "'"})
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}
CODE = re.compile(
    r"(?<![A-Za-z])(EUR|USD|GBP|CHF|CAD|AUD|JPY|INR|SEK|NOK|DKK|PLN|MAD|TND|XOF|BRL|MXN)(?![A-Za-z])",
    re.IGNORECASE,
)
CURRENCY = re.compile(f"[{''.join(SYMBOLS)}]|{CODE.pattern}", re.IGNORECASE)
MULTIPLIERS = {"k": 10**3, "m": 10**6, "md": 10**9, "mrd": 10**9, "bn": 10**9, "b": 10**9}
NUMBER = re.compile(
    r"(?P<digits>\d[\d.,']*|[.,]\d+)(?P<times>k|md|mrd|m|bn|b)?(?P<percent>%)?", re.IGNORECASE
)
RANGE = re.compile(
    r"(?P<low>\d[\d.,' ]*?)(?P<low_k>k)?\s*(?:-|–|—|à|to|bis|a)\s*(?P<high>\d[\d.,']*)(?P<k>k)?"
)
WORDS = re.compile(
    r"\b(employees|employes|employés|salariés|salaries|agents|people|personnes|mitarbeiter)\b\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """Which sign is the decimal one in a column; ``ambiguous`` where its values do not tell."""

    decimal: str
    ambiguous: bool = False
    quantum: Decimal = Decimal("0.0001")


def number_style(distinct: Iterable[str]) -> NumberStyle:
    """The decimal sign that a column's values settle.

    A value with both signs tells (the last is decimal), as does one or two digits after a sign, or a
    sign that occurs twice (it groups). 1,234 all along tells nothing: the comma is then taken to group.
    """
    votes = {",": 0, ".": 0}
    unsure = {",": 0, ".": 0}
    for text in distinct:
        digits = re.sub(r"[^\d.,]", "", text)
        comma, dot = digits.rfind(","), digits.rfind(".")
        if comma >= 0 and dot >= 0:
            votes["," if comma > dot else "."] += 1
        elif comma >= 0 or dot >= 0:
            sign = "," if comma >= 0 else "."
            other = "." if sign == "," else ","
            tail = len(digits) - max(comma, dot) - 1
            if digits.count(sign) > 1:
                votes[other] += 1
            elif tail != 3 or digits[0] in "0.,":
                votes[sign] += 1
            elif max(comma, dot) > 3:
                votes[sign] += 1  # 1234.567 has no groups
            else:
                unsure[sign] += 1
    if votes[","] != votes["."]:
        return NumberStyle("," if votes[","] > votes["."] else ".")
    if unsure["."] and not unsure[","]:
        return NumberStyle(".", ambiguous=True)
    return NumberStyle(".", ambiguous=bool(unsure[","]))


def read_number(text: str, style: NumberStyle) -> Decimal | None:
    """The number in a cell: currency, groups, k/M, parentheses, trailing minus and percent understood."""
    bare = CURRENCY.sub("", text.translate(SPACES))
    negative = bare.startswith(("-", "(")) or bare.endswith("-")
    match = NUMBER.fullmatch(bare.strip("()+-"))
    if match is None:
        return None
    value = _decimal(match["digits"], style)
    if value is None:
        return None
    value *= MULTIPLIERS.get((match["times"] or "").casefold(), 1)
    if match["percent"]:
        value /= 100
    return -value if negative else value


def read_count(text: str, style: NumberStyle) -> float | None:
    """A count; of a range (51-200, 10 à 19 salariés, 1000+, 5-6k) its lower end."""
    bare = WORDS.sub("", text).strip().rstrip("+").strip()
    number = read_number(bare, style)
    if number is not None:
        return float(number)
    match = RANGE.fullmatch(bare.casefold())
    if match is None:
        return None
    low = read_number(match["low"], style)
    if low is None:
        return None
    return float(low) * (1000 if match["low_k"] or match["k"] else 1)


def currency_of(text: str) -> str | None:
    """The ISO code of the currency a cell names, by symbol or code."""
    match = CURRENCY.search(text)
    if match is None:
        return None
    return SYMBOLS.get(match[0], match[0].upper())


def _decimal(digits: str, style: NumberStyle) -> Decimal | None:
    group = "," if style.decimal == "." else "."
    plain = digits.replace("'", "").replace(group, "").replace(style.decimal, ".")
    if plain.count(".") > 1:
        plain = plain.replace(".", "")
    return Decimal(plain) if re.fullmatch(r"\d*\.?\d*", plain) and plain.strip(".") else None
