"""Strings to typed values, decided per column from the values, never from the header's language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.texts.cells import Cells, blank_to_null
from icpcli.load.texts.countries import country_name
from icpcli.load.texts.dates import dates_of, first_of_month, looks_like_dates, period_in, year_of
from icpcli.load.texts.habits import UNKNOWN
from icpcli.load.texts.headcounts import class_as_range, class_between, insee_classes, range_behind_date
from icpcli.load.texts.numbers import (
    Number,
    NumberStyle,
    count_between,
    currency_in,
    ends_in,
    money_between,
    number_in,
    number_style,
    value_of,
)
from icpcli.load.texts.surveys import answer_in, are_on_several_scales
from icpcli.model.common import Kind
from icpcli.model.fields import NEVER_SUMMED
from icpcli.model.lists import holds_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from icpcli.load.texts.habits import Habit

MONEY_TYPE = pa.decimal128(18, 4)
WIDE_MONEY_TYPE = pa.decimal128(38, 12)
MAX_MONEY = 10**14

TRUE = frozenset(
    {"true", "yes", "y", "1", "checked", "v", "oui", "vrai", "ja", "sí", "si", "x", "t", "o", "j"}
)
FALSE = frozenset({"false", "no", "n", "0", "unchecked", "non", "faux", "nein", "f"})
CHECKED = frozenset({"true", "checked", "v", "x", "1", "vrai", "t"})  # who writes Yes would have written No
TICKS = ({"v"}, {"x"})  # alone in their column: a box that is ticked or not
YES_NO = (TRUE | FALSE) - {"1", "0", "x", "v"}

PLAIN_NUMBER = r"^-?\d{1,13}(\.\d{1,12})?$"
CENTS = r"^-?\d{1,13}(\.\d{1,4})?$"
TELLING_NUMBER = r"^-?(0\.\d+|\d+\.(\d{1,2}|\d{4,})|\d{4,}\.\d+)$"  # its point can only be decimal
UNDECIDED_NUMBER = r"^-?[1-9]\d{0,2}\.\d{3}$"
ISO_DATE = r"^(19|20)\d\d-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|UTC|[+-]\d\d:?\d\d))?)?$"
CODE_WITH_POINT = r"^\d+\.0$"
TIME_OF_DAY = r"[T ,]+(?:(?:à|at) )?\d\d?[:h]\d\d.*$"

MOSTLY = 0.9  # of a column's values must read as a kind for the column to be of it
LONG_TEXT_CHARACTERS = 40
NEARLY_UNIQUE = 0.9
LARGEST_SAMPLE = 2000  # distinct values that a kind is guessed from, evenly spaced in their order
FIRST_LOOK = 1000
FEWEST_RANGES, MOST_RANGES = 3, 30
FEW = 20  # values, all different, that may still be a category's


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """A column as values. ``array``: null = missing. ``unit``: the currency code of its money, where one is told.

    ``units`` gives the code of each cell where the cells tell several. ``unreadable`` counts the filled cells that became null; ``ambiguous`` says that 1,234 or 03/04
    could be read two ways all along, and the usual one was taken. ``ends``: where the ranges among the numbers end, of which ``array``
    holds the lower ends; null where a cell is one number. ``without_day`` counts the cells that tell a month, a quarter or a year, of
    which the middle was taken.
    """

    array: pa.Array
    kind: Kind
    unit: str | None = None
    unreadable: int = 0
    ambiguous: bool = False
    units: pa.Array | None = None
    ends: pa.Array | None = None
    without_day: int = 0


PARTED = "; "
BY_FIRST_DAY = frozenset({"month", "invoiced_on"})  # of what is paid each month
ENOUGH_DATES = 3  # to tell a column of dates from one of words


def read_as(  # noqa: PLR0911  one kind, one return
    cells: Cells | pa.Array | pa.ChunkedArray,
    kind: Kind,
    *,
    field: str | None = None,
    habit: Habit = UNKNOWN,
) -> Typed:
    """The cells as values of ``kind``; ``field`` is the canonical field where there is one.

    ``habit`` settles what no cell of the column does.

    MONEY is decimal(18, 4), of what is summed no range is an amount; COUNT and SHARE (20 % is 0.2) float64, DATE date32, BOOLEAN bool, the others text. Checkboxes that are
    only ever True are False where blank, since that is how CRMs export them.
    """
    raw = cells if isinstance(cells, Cells) else Cells.of(cells)
    filled = blank_to_null(raw, field=field)
    match kind:
        case Kind.MONEY:
            return _money(filled, habit, has_ranges=field in NEVER_SUMMED)
        case Kind.COUNT | Kind.SHARE:
            return replace(_counts(filled, field, habit), kind=kind)
        case Kind.DATE:
            return _dates(filled, field, habit)
        case Kind.BOOLEAN:
            return _booleans(filled, raw)
        case Kind.ID:
            return Typed(_ids(filled), Kind.ID)
        case Kind.CATEGORY if field == "country":
            return Typed(filled.mapped(country_name, pa.string()), kind)
        case Kind.CATEGORY | Kind.TEXT:
            return Typed(_single_spaced(filled, are_words=kind is Kind.CATEGORY), kind)


def guess_kind(cells: Cells | pa.Array | pa.ChunkedArray) -> Kind:
    """What a column that no synonym knows holds, from its values alone."""
    filled = blank_to_null(cells)
    distinct = filled.distinct
    if not distinct:
        return Kind.CATEGORY
    present = len(filled) - filled.null_count
    sample = distinct[:: -(-len(distinct) // LARGEST_SAMPLE)]
    if all(text.casefold() in YES_NO for text in sample) or {t.casefold() for t in distinct} in TICKS:
        return Kind.BOOLEAN
    if looks_like_dates(sample):
        return Kind.DATE
    # What stands in brackets behind a figure is its name here: "1 (low)", "75 (Paris)".
    numbers = [
        None if text.endswith(")") and not text.startswith("(") else number_in(text) for text in sample
    ]
    style = number_style(numbers)
    known = [n for n in numbers if n is not None and value_of(n, style) is not None]
    if len(known) < MOSTLY * len(sample):
        return _kind_of_ranges(distinct) or _kind_of_text(distinct, present)
    if _are_codes(distinct, present):
        return Kind.ID
    return _kind_of_numbers({text: n for text, n in zip(sample, numbers, strict=True) if n is not None})


def _kind_of_numbers(numbers: Mapping[str, Number]) -> Kind:
    if any(number.currency for number in numbers.values()):
        return Kind.MONEY
    return Kind.SHARE if all("%" in text for text in numbers) else Kind.COUNT


def _are_codes(distinct: Sequence[str], present: int) -> bool:
    """Numbers of one length that never repeat are codes; a leading zero is never a quantity."""
    if any(len(text) > 1 and text[0] == "0" and text.isdecimal() for text in distinct):
        return True
    if len(distinct) < present or present <= FEW or not all(text.isdecimal() for text in distinct):
        return False
    lengths = {len(text) for text in distinct}
    return (len(lengths) == 1 and min(lengths) >= 5) or _is_running_number(distinct)


def _is_running_number(distinct: Sequence[str]) -> bool:
    """1, 2, 3, ...: a row's number, no property of a company."""
    numbers = sorted(int(text) for text in distinct)
    return numbers[-1] - numbers[0] == len(numbers) - 1


def _kind_of_ranges(distinct: Sequence[str]) -> Kind | None:
    """10-19, 20-49, 50+, or 1-10 M€: a band of a user's own is a quantity, in the order of its lower ends; None where it is no band."""
    if not FEWEST_RANGES <= len(distinct) <= MOST_RANGES:
        return None
    is_money = any(map(currency_in, distinct))
    read = money_between if is_money else count_between
    lows = {ends[0] for text in distinct if (ends := read(text, NumberStyle(".")))}
    return None if len(lows) < len(distinct) else Kind.MONEY if is_money else Kind.COUNT


def _kind_of_text(distinct: Sequence[str], present: int) -> Kind:
    if holds_lists(distinct):
        return Kind.CATEGORY
    mean_length = sum(map(len, distinct)) / len(distinct)
    if mean_length > LONG_TEXT_CHARACTERS:
        return Kind.TEXT
    if present > FEW and len(distinct) >= NEARLY_UNIQUE * present:
        return Kind.ID if all(" " not in text for text in distinct) else Kind.TEXT
    return Kind.CATEGORY


def _money(filled: Cells, habit: Habit, *, has_ranges: bool) -> Typed:
    if _is_plain(filled.values):
        return Typed(filled.placed(_exact(filled.values)), Kind.MONEY)
    numbers = {text: number_in(text) for text in filled.distinct}
    read = money_between if has_ranges else None
    style = _style_of(numbers, habit, is_grouped=True, between=read)
    asked = [text for text, number in numbers.items() if number is None] if has_ranges else []
    ranges = {text: ends for text in asked if (ends := money_between(text, style)) is not None}
    codes = {text: number.currency for text, number in numbers.items() if number and number.currency}
    codes |= {text: code for text in ranges if (code := currency_in(text)) is not None}
    units = set(codes.values())

    def amount(text: str) -> Decimal | None:
        number = numbers[text]
        low = Decimal(ranges[text][0]) if text in ranges else None
        value = low if number is None else value_of(number, style)
        return None if value is None or abs(value) >= MAX_MONEY else round(value, 4)

    array = filled.mapped(amount, MONEY_TYPE)
    upper = {text: high for text, (low, high) in ranges.items() if high > low}
    return Typed(
        array,
        Kind.MONEY,
        min(units) if len(units) == 1 else None,
        _lost(array, filled),
        style.ambiguous,
        filled.mapped(codes.get, pa.string()) if len(units) > 1 else None,
        filled.mapped(upper.get, pa.float64()) if upper else None,
    )


def _exact(plain: pa.Array) -> pa.Array:
    """Plain numbers as money; those of more than four decimals rounded half to even."""
    if _all_match(plain, CENTS):
        return pc.cast(plain, MONEY_TYPE)
    return pc.cast(pc.round(pc.cast(plain, WIDE_MONEY_TYPE), ndigits=4), MONEY_TYPE)


def _counts(filled: Cells, field: str | None, habit: Habit) -> Typed:
    if field == "employees" and insee_classes(filled.distinct):
        return _counted(filled, class_between, NumberStyle("."))
    is_year = field == "founded_year"
    if not is_year and _is_plain(filled.values):
        return Typed(filled.placed(pc.cast(filled.values, pa.float64())), Kind.COUNT)
    numbers = {text: number_in(text) for text in filled.distinct}
    style = _style_of(numbers, habit, is_grouped=field is not None, between=count_between)

    is_mixed = field == "satisfaction" and are_on_several_scales(filled.distinct)

    def between(text: str) -> tuple[float, float] | None:
        if is_year and (year := year_of(text)):
            return year, year
        if not is_mixed and (answer := answer_in(text, field)) is not None:
            return answer, answer
        ends = count_between(class_as_range(text) if field == "employees" else text, style)
        return range_behind_date(text) if ends is None and field == "employees" else ends

    return _counted(filled, between, style)


def _style_of(
    numbers: Mapping[str, Number | None],
    habit: Habit,
    *,
    is_grouped: bool,
    between: Callable[[str, NumberStyle], tuple[float, float] | None] | None,
) -> NumberStyle:
    """The decimal sign of a column, told by the ends of its ranges too (1.000 - 4.999); these are no reason for doubt."""
    told = list(numbers.values())
    style = number_style(told, is_grouped=is_grouped, usual_decimal=habit.decimal)
    if between is None:
        return style
    ranges = [text for text, number in numbers.items() if number is None and between(text, style)]
    told += [end for text in ranges for end in ends_in(text)]
    whole = number_style(told, is_grouped=is_grouped, usual_decimal=habit.decimal)
    return replace(whole, ambiguous=style.ambiguous)


def _counted(
    filled: Cells, between: Callable[[str], tuple[float, float] | None], style: NumberStyle
) -> Typed:
    ends = {text: ends for text in filled.distinct if (ends := between(text)) is not None}
    lower = filled.mapped(lambda text: ends[text][0] if text in ends else None, pa.float64())
    upper = {text: high for text, (low, high) in ends.items() if high > low}
    return Typed(
        lower,
        Kind.COUNT,
        unreadable=_lost(lower, filled),
        ambiguous=style.ambiguous,
        ends=filled.mapped(upper.get, pa.float64()) if upper else None,
    )


def _is_plain(texts: pa.Array) -> bool:
    """Whether all are numbers such as 1234.5, which Arrow reads, and no 1.234 is left that may be a thousand."""
    if not _all_match(texts, PLAIN_NUMBER):
        return False
    return _any_matches(texts, TELLING_NUMBER) or not _any_matches(texts, UNDECIDED_NUMBER)


def _dates(filled: Cells, field: str | None, habit: Habit) -> Typed:
    """The days; where enough cells are dates, words ("en cours") and zeros (00/00/0000) say that there is none."""
    typed = _days(filled, field, habit)
    if typed.unreadable and len(typed.array) - typed.array.null_count >= ENOUGH_DATES:
        says_none = filled.placed(pc.invert(pc.match_substring_regex(filled.values, "[1-9]")))
        fillers = pc.sum(pc.and_(pc.fill_null(says_none, False), pc.is_null(typed.array))).as_py() or 0
        return replace(typed, unreadable=typed.unreadable - fillers)
    return typed


def _days(filled: Cells, field: str | None, habit: Habit) -> Typed:
    iso = _iso_dates(filled.values)
    if iso is not None:
        return Typed(filled.placed(iso), Kind.DATE)
    days = filled.changed(pc.replace_substring_regex(filled.values, TIME_OF_DAY, ""))
    read = dates_of(days.distinct, is_asked_for=True, usual_month_first=habit.month_first)
    if field in BY_FIRST_DAY:
        known = {t: d for t in days.distinct if (d := read.values.get(t) or first_of_month(t)) is not None}
        array = days.mapped(known.get, pa.date32())
        return Typed(array, Kind.DATE, unreadable=_lost(array, filled), ambiguous=read.ambiguous)
    middles = _middles(days.distinct, read.values) if field else {}
    array = days.mapped({**middles, **read.values}.get, pa.date32())
    return Typed(
        array,
        Kind.DATE,
        unreadable=_lost(array, filled),
        ambiguous=read.ambiguous,
        without_day=sum(times for text, times in days.times().items() if text in middles) if middles else 0,
    )


def _middles(distinct: Sequence[str], days: Mapping[str, date]) -> dict[str, date]:
    """The middle of each month, quarter or year that stands without a day; of one in which the days of the column end, no later day."""
    periods = {text: period for text in distinct if text not in days and (period := period_in(text))}
    last = max(days.values(), default=date.min)
    return {
        text: min(period.middle, last) if last >= period.first else period.middle
        for text, period in periods.items()
    }


def _iso_dates(texts: pa.Array) -> pa.Array | None:
    """Dates such as 2024-01-31 or 2024-01-31T10:00Z, read by Arrow; None where a cell needs more care."""
    if not _all_match(texts, ISO_DATE):
        return None
    try:
        return pc.cast(pc.utf8_slice_codeunits(texts, 0, 10), pa.date32())
    except pa.ArrowInvalid:  # a 31st of February
        return None


def _booleans(filled: Cells, raw: Cells) -> Typed:
    array = filled.mapped(yes_or_no, pa.bool_())
    unreadable = max(_lost(array, filled), 0)
    words = {text.casefold() for text in filled.distinct}
    if words and words <= CHECKED:
        is_blank = raw.placed(pc.equal(pc.utf8_trim_whitespace(raw.values), ""))
        array = pc.if_else(is_blank, pa.scalar(False), array)
    return Typed(array, Kind.BOOLEAN, unreadable=unreadable)


def yes_or_no(text: str) -> bool | None:
    """What a cell that means yes or no says, in four languages and in ticks, whatever spaces are around; None where it says neither."""
    folded = text.strip().casefold()
    return True if folded in TRUE else False if folded in FALSE else None


def _ids(filled: Cells) -> pa.Array:
    """Codes as they are; 585.0 becomes 585 where every code of the column was written so."""
    texts = filled.values
    if texts.null_count < len(texts) and _all_match(texts, CODE_WITH_POINT):
        texts = pc.replace_substring_regex(texts, r"\.0$", "")
    return filled.placed(texts)


def _single_spaced(filled: Cells, *, are_words: bool) -> pa.Array:
    """Texts with single spaces; where a cell of words breaks its line it holds several values, and is read as a; b."""
    texts = filled.values
    if _any_matches(texts, r"\s{2}|[^\S ]"):
        if are_words:
            texts = pc.replace_substring_regex(texts, r"\s*[\r\n]+\s*", PARTED)
        texts = pc.replace_substring_regex(texts, r"\s+", " ")
    return filled.placed(texts)


def _any_matches(texts: pa.Array, pattern: str) -> bool:
    """Whether any text matches; the first few are looked at first, since they often tell."""
    return any(
        bool(pc.any(pc.match_substring_regex(part, pattern)).as_py())
        for part in (texts.slice(0, FIRST_LOOK), texts.slice(FIRST_LOOK))
    )


def _all_match(texts: pa.Array, pattern: str) -> bool:
    """Whether all texts match that are not null, and so of none; the first few are looked at first."""
    return all(
        pc.all(pc.match_substring_regex(part, pattern)).as_py() is not False
        for part in (texts.slice(0, FIRST_LOOK), texts.slice(FIRST_LOOK))
    )


def _lost(array: pa.Array, filled: Cells) -> int:
    return int(array.null_count - filled.null_count)


__all__ = ["MONEY_TYPE", "Typed", "guess_kind", "read_as"]
