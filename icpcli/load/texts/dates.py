"""Dates as exports write them; day before month or after is settled on the whole column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TIME = r"(?:(?:[T ]|, ?)\s*(?:à |at )?\d{1,2}[:h]\d{2}.*)?"
ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){TIME}")
COMPACT = re.compile(rf"(19\d\d|20\d\d)(\d\d)(\d\d){TIME}")
PARTS = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){TIME}")
WEEKDAY = r"(?:[a-z]{3,10}\.?,? )?"
DAY_FIRST_WORD = re.compile(
    rf"{WEEKDAY}(\d{{1,2}})(?:er|st|nd|rd|th|\.)?(?: de |[-/ ]) ?([a-z]{{3,10}})\.?,?(?: de |[-/ ]) ?(\d{{4}}|\d{{2}}){TIME}"
)
MONTH_FIRST_WORD = re.compile(rf"{WEEKDAY}([a-z]{{3,10}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){TIME}")
YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
MONTH_THEN_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
WORD_THEN_YEAR = re.compile(r"([a-z]{3,10})\.?,?[-/ ](\d{4})")
SHORT_MONTH_YEAR = re.compile(r"([a-z]{3,10})\.?[-'](\d{2})")  # as spreadsheets show the first of a month
MONTH_YEAR = re.compile(r"([a-z]{3,10})\.?[- ]?(\d{2})")
DAY_MONTH = re.compile(r"(\d{1,2})[- ]([a-z]{3,10})\.?|([a-z]{3,10})\.?[- ](\d{1,2})")
QUARTER, HALF = "qt", "hs"  # Q1, T1; H1, S1
PART = rf"(?P<part>[{QUARTER}{HALF}])(?P<number>[1-4])"
PART_OF_YEAR = re.compile(
    rf"{PART}[-/ ]*(?P<year>\d{{4}})|(?P<its_year>\d{{4}})[-/ ]*{PART.replace('?P<', '?P<its_')}"
)
YEAR = re.compile(r"(?:19|20)\d\d")
FEWEST_FIRSTS = 4  # different months, for 1/2, 1/3, ... to be firsts of months rather than days of one
FIRST_RECENT_YEAR = 2000  # a spreadsheet takes 30 to 99 for years before, 00 to 29 for years since
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
EPOCH = re.compile(r"[12]\d{9}(?:\d{3})?(?:\.0+)?")
EXCEL_ZERO = date(1899, 12, 30)  # day 0 of a serial number, the year 1900 taken for a leap year
FIRST_SERIAL, LAST_SERIAL = 25_000, 60_000  # 1968 to 2064
FIRST_YEAR, LAST_YEAR = 1900, 2100
FIRST_FOUNDED = 1000  # companies are older than what happens to them
MONTHS = (
    "january janvier januar enero jan",
    "february fevrier februar febrero",
    "march mars marz maerz marzo mrz",
    "april avril abril",
    "may mai mayo",
    "june juin juni junio",
    "july juillet juli julio",
    "august aout agosto",
    "september septembre septiembre sept",
    "october octobre oktober octubre",
    "november novembre noviembre",
    "december decembre dezember diciembre",
)


@dataclass(frozen=True, slots=True)
class Dates:
    """Each distinct text that is a date, and whether 03/04 could be read two ways all along."""

    values: Mapping[str, date]
    ambiguous: bool


def dates_of(distinct: Sequence[str], *, is_asked_for: bool, usual_month_first: bool | None = None) -> Dates:
    """The date of each text, of times the day; where nothing tells, as ``usual_month_first`` says, else day first.

    Excel's serial numbers and epoch seconds or milliseconds only where a date is asked for.
    """
    parts = [match for text in distinct if (match := PARTS.fullmatch(text))]
    day_first = sum(int(m[1]) > 12 >= int(m[3]) for m in parts)
    month_first = sum(int(m[3]) > 12 >= int(m[1]) for m in parts)
    if day_first == month_first == 0:
        day_first, month_first = _firsts_of_months(parts)
    is_told = day_first != month_first
    is_month_first = month_first > day_first if is_told else bool(usual_month_first)
    read = {}
    for text in distinct:
        value = _date(text, month_first=is_month_first)
        if value is None and is_asked_for:
            value = _serial(text)
        if value is not None and FIRST_YEAR <= value.year <= LAST_YEAR:
            read[text] = value
    is_settled = is_told or usual_month_first is not None
    return Dates(read, ambiguous=not is_settled and any(m[1] != m[3] for m in parts))


def _firsts_of_months(parts: Sequence[re.Match[str]]) -> tuple[int, int]:
    """How many texts say day first, and month first, where all are the first of some month: 1/2/2024, 1/3/2024, ..."""
    pairs = {(int(m[1]), int(m[3])) for m in parts}
    if len(pairs) < FEWEST_FIRSTS:
        return 0, 0
    return (
        len(pairs) if all(first == 1 for first, _ in pairs) else 0,
        len(pairs) if all(second == 1 for _, second in pairs) else 0,
    )


def month_comes_first(distinct: Sequence[str]) -> bool | None:
    """Whether the month stands before the day in these texts; None where no number above 12 tells, or some tell either."""
    parts = [match for text in distinct if (match := PARTS.fullmatch(text))]
    told = {int(m[3]) > 12 for m in parts if (int(m[1]) > 12) != (int(m[3]) > 12)}
    return told.pop() if len(told) == 1 else None


def looks_like_dates(distinct: Sequence[str]) -> bool:
    """Whether nearly all texts of a column are dates; plain numbers and durations are none."""
    if all(text.isdigit() for text in distinct):
        return False
    return len(dates_of(distinct, is_asked_for=False).values) >= 0.9 * len(distinct)


def month_and_year(text: str) -> tuple[int, int] | None:
    """Month and two-digit year of a month before 2000, shown short (Nov-50) or in full (1950-11-01); else None."""
    folded = fold(text)
    if match := MONTH_YEAR.fullmatch(folded):
        month, year = month_number(match[1]), int(match[2])
        return (month, year) if month and year > 31 else None
    value = _date(text, month_first=False)
    if value is None or value.day != 1 or value.year >= FIRST_RECENT_YEAR:
        return None
    return (value.month, value.year % 100)


def day_and_month(text: str) -> tuple[int, int] | None:
    """Day and month of a date without its year (1-May, mai-01) or of this century (2024-10-01); else None."""
    if match := DAY_MONTH.fullmatch(fold(text)):
        month = month_number(match[2] or match[3])
        return (int(match[1] or match[4]), month) if month else None
    value = _date(text, month_first=False)
    if value is None or value.year < FIRST_RECENT_YEAR:
        return None
    return (value.day, value.month)


def _date(text: str, *, month_first: bool) -> date | None:
    if match := ISO.fullmatch(text):
        return _valid(int(match[1]), int(match[3]), int(match[4]))
    if match := COMPACT.fullmatch(text):
        return _valid(int(match[1]), int(match[2]), int(match[3]))
    if match := PARTS.fullmatch(text):
        day, month = (int(match[3]), int(match[1])) if month_first else (int(match[1]), int(match[3]))
        return _valid(_year(match[4]), month, day)
    folded = fold(text)
    if match := DAY_FIRST_WORD.fullmatch(folded):
        return _valid(_year(match[3]), month_number(match[2]), int(match[1]))
    if match := MONTH_FIRST_WORD.fullmatch(folded):
        return _valid(int(match[3]), month_number(match[1]), int(match[2]))
    return None


def first_of_month(cell: str) -> date | None:
    """The first day of a month that stands without a day: 2024-03, 03/2024, March 2024, Mar-24; None where it is none."""
    text = fold(cell)
    if match := YEAR_MONTH.fullmatch(text):
        return _valid(int(match[1]), int(match[2]), 1)
    if match := MONTH_THEN_YEAR.fullmatch(text):
        return _valid(int(match[2]), int(match[1]), 1)
    if match := WORD_THEN_YEAR.fullmatch(text) or SHORT_MONTH_YEAR.fullmatch(text):
        return _valid(_year(match[2]), month_number(match[1]), 1)
    return None


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a quarter, a half or a whole of a year that stands where a day is asked for: its first day, and the one in its middle."""

    first: date
    middle: date


def period_in(cell: str) -> Period | None:
    """The month, quarter, half or year that a cell names without a day: mars 2023, T1 2024, 2024-Q1, S2 2024, 2023; None where it is none."""
    month = first_of_month(cell)
    if month is not None:
        return Period(month, month.replace(day=15))
    text = fold(cell)
    if match := PART_OF_YEAR.fullmatch(text):
        part, number, year = (match[name] or match[f"its_{name}"] for name in ("part", "number", "year"))
        return _part_of(int(year), int(number), 3 if part in QUARTER else 6)
    return Period(date(int(text), 1, 1), date(int(text), 7, 1)) if YEAR.fullmatch(text) else None


def _part_of(year: int, number: int, months: int) -> Period | None:
    """The nth part of a year that has this many months; None where it would lie beyond it."""
    first = _valid(year, months * (number - 1) + 1, 1)
    if first is None:
        return None
    middle = first.month + months // 2
    return Period(first, first.replace(month=middle, day=15 if months % 2 else 1))


def year_of(text: str) -> int | None:
    """The year of a day or a month, in whichever order they stand; None where a text is neither, as a bare year is."""
    days = (_date(text, month_first=is_month_first) for is_month_first in (False, True))
    day = next(filter(None, days), None) or first_of_month(text) or _serial(text)
    return day.year if day and FIRST_FOUNDED <= day.year <= LAST_YEAR else None


def _serial(text: str) -> date | None:
    if (match := SERIAL.fullmatch(text)) and FIRST_SERIAL <= int(match[1]) <= LAST_SERIAL:
        return EXCEL_ZERO + timedelta(days=int(match[1]))
    if EPOCH.fullmatch(text):
        number = int(text.partition(".")[0])
        return datetime.fromtimestamp(number / (1000 if number >= 10**12 else 1), tz=UTC).date()
    return None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def month_number(word: str) -> int:
    """The number of a month's name or its beginning, in four languages; 0 where it is none."""
    return next((n for n, names in enumerate(MONTHS, 1) if any(m.startswith(word) for m in names.split())), 0)
