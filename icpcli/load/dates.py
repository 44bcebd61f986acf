"""Dates as exports write them; day before month or after is settled on the whole column."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
COMPACT = re.compile(r"(19\d\d|20\d\d)(\d\d)(\d\d)")
PARTS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T ,].*)?")
DAY_FIRST_WORD = re.compile(
    r"(\d{1,2})(?:er|st|nd|rd|th|\.)?[-\s/]+([a-z]{3,9})\.?,?[-\s/]+(\d{4}|\d{2})(?:[\s,].*)?"
)
MONTH_FIRST_WORD = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:[\s,].*)?")
SERIAL = re.compile(r"[2-5]\d{4}(?:\.\d+)?")
EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
EXCEL_ZERO = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2100
MONTHS = {
    stem: number
    for number, stems in enumerate(
        (
            "jan ene", "feb fev", "mar mars marz", "apr avr abr", "may mai mayo", "jun juin", "jul juil", "aug aou ago",
            "sep", "oct okt", "nov", "dec dez dic",
        ),
        start=1,
    )
    for stem in stems.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dates:
    """Each distinct text that is a date, and whether 03/04 could be read two ways all along."""

    values: Mapping[str, date]
    ambiguous: bool


def dates_of(distinct: Sequence[str], *, is_asked_for: bool) -> Dates:
    """The date of each text; Excel's serial numbers and epoch seconds only where a date is asked for."""
    parts = [match for text in distinct if (match := PARTS.fullmatch(text.strip()))]
    first = max((int(m[1]) for m in parts), default=0)
    second = max((int(m[2]) for m in parts), default=0)
    month_first = second > 12 and first <= 12
    read = {}
    for text in distinct:
        value = _date(text.strip(), month_first=month_first)
        if value is None and is_asked_for:
            value = _serial(text.strip())
        if value is not None and FIRST_YEAR <= value.year <= LAST_YEAR:
            read[text] = value
    same = all(m[1] == m[2] for m in parts)
    return Dates(read, ambiguous=bool(parts) and first <= 12 and second <= 12 and not same)


def looks_like_dates(distinct: Sequence[str]) -> bool:
    """Whether nearly all texts of a column are dates; plain numbers and durations are none."""
    read = dates_of(distinct, is_asked_for=False).values
    return len(read) >= 0.9 * len(distinct) and not all(text.isdigit() for text in distinct)


def _date(text: str, *, month_first: bool) -> date | None:
    if match := ISO.fullmatch(text) or COMPACT.fullmatch(text):
        return _valid(int(match[1]), int(match[2]), int(match[3]))
    if match := PARTS.fullmatch(text):
        day, month = (int(match[2]), int(match[1])) if month_first else (int(match[1]), int(match[2]))
        return _valid(_year(match[3]), month, day)
    folded = _fold(text)
    if match := DAY_FIRST_WORD.fullmatch(folded):
        return _valid(_year(match[3]), _month(match[2]), int(match[1]))
    if match := MONTH_FIRST_WORD.fullmatch(folded):
        return _valid(int(match[3]), _month(match[1]), int(match[2]))
    return None


def _serial(text: str) -> date | None:
    if SERIAL.fullmatch(text):
        return EXCEL_ZERO + timedelta(days=int(float(text)))
    if EPOCH.fullmatch(text):
        seconds = int(text) / (1000 if len(text) == 13 else 1)
        return datetime.fromtimestamp(seconds, tz=UTC).date()
    return None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _month(word: str) -> int:
    return next((MONTHS[word[:n]] for n in (4, 3) if word[:n] in MONTHS), 0)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
