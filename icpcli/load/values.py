"""Strings to typed values, decided per column from the values, never from the header's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.countries import country_name
from icpcli.load.dates import dates_of, looks_like_dates
from icpcli.load.numbers import NumberStyle, currency_of, number_style, read_count, read_number
from icpcli.model.common import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

MONEY_TYPE = pa.decimal128(18, 4)
MAX_MONEY = 10**14

NULLS = frozenset(
    "-|--|—|–|n/a|na|#n/a|#n/d|#value!|#ref!|null|none|nan|(no value)|(blank)|unknown|nc|non renseigné|"
    "non défini|inconnu|effectif inconnu|tbd|?|.|:)".split("|")
)
NOT_NULL_IN = {"country": frozenset({"na"}), "region": frozenset({"na"})}
TRUE = frozenset({"true", "yes", "y", "1", "checked", "v", "oui", "vrai", "ja", "sí", "si", "x", "t"})
FALSE = frozenset({"false", "no", "n", "0", "unchecked", "non", "faux", "nein", "f"})
YES_NO = (TRUE | FALSE) - {"1", "0", "x", "v"}

MOSTLY = 0.9  # of a column's filled cells must read as a kind for the column to be of it
LONG_TEXT_CHARACTERS = 40
NEARLY_UNIQUE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """A column as values. ``array``: null = missing. ``unit``: a currency code seen on money, else None.

    ``unreadable`` counts the filled cells that became null; ``ambiguous`` says that 1,234 or 03/04
    could be read two ways all along, and the usual one was taken.
    """

    array: pa.Array | pa.ChunkedArray
    kind: Kind
    unit: str | None = None
    unreadable: int = 0
    ambiguous: bool = False


def blank_to_null(cells: pa.ChunkedArray, *, field: str | None = None) -> pa.ChunkedArray:
    """The same cells trimmed, with every way of writing "nothing" as null; NA is Namibia in a country column."""
    trimmed = pc.utf8_trim_whitespace(cells)
    nulls = NULLS - NOT_NULL_IN.get(field or "", frozenset())

    def clean(text: str) -> str | None:
        folded = " ".join(text.casefold().split())
        return None if not folded or folded in nulls else text

    return _mapped(trimmed, clean, pa.string())


def read_as(  # noqa: PLR0911  one kind, one return
    cells: pa.ChunkedArray, kind: Kind, *, field: str | None = None
) -> Typed:
    """The cells as values of ``kind``; ``field`` is the canonical field where there is one."""
    filled = blank_to_null(cells, field=field)
    match kind:
        case Kind.MONEY:
            return _money(filled)
        case Kind.COUNT:
            return _counts(filled)
        case Kind.DATE:
            read = dates_of(_distinct(filled), is_asked_for=True)
            return _typed(filled, read.values.get, pa.date32(), kind, ambiguous=read.ambiguous)
        case Kind.BOOLEAN:
            return _typed(filled, _boolean, pa.bool_(), kind)
        case Kind.ID:
            return _ids(filled)
        case Kind.CATEGORY if field == "country":
            return Typed(_mapped(filled, country_name, pa.string()), kind)
        case Kind.CATEGORY | Kind.TEXT:
            return Typed(_mapped(filled, _single_spaced, pa.string()), kind)


def guess_kind(cells: pa.ChunkedArray) -> Kind:
    """What a column that no synonym knows holds, from its values alone."""
    filled = blank_to_null(cells)
    distinct = _distinct(filled)
    present = len(filled) - filled.null_count
    if not distinct:
        return Kind.CATEGORY
    if all(text.casefold() in YES_NO for text in distinct):
        return Kind.BOOLEAN
    if looks_like_dates(distinct):
        return Kind.DATE
    style = number_style(distinct)
    numbers = sum(read_number(text, style) is not None for text in distinct)
    if numbers >= MOSTLY * len(distinct):
        return _kind_of_numbers(distinct, present)
    return _kind_of_text(distinct, present)


def _kind_of_numbers(distinct: Sequence[str], present: int) -> Kind:
    """Numbers of one length that hardly repeat are codes; a leading zero is never a quantity."""
    if any(len(text) > 1 and text[0] == "0" and text.isdigit() for text in distinct):
        return Kind.ID
    lengths = {len(text) for text in distinct}
    is_code = len(distinct) == present and present > 20 and all(t.isdigit() for t in distinct)
    if is_code and ((len(lengths) == 1 and min(lengths) >= 5) or _is_running_number(distinct)):
        return Kind.ID
    return Kind.MONEY if any(currency_of(text) for text in distinct[:50]) else Kind.COUNT


def _is_running_number(distinct: Sequence[str]) -> bool:
    """1, 2, 3, ...: a row's number, no property of a company."""
    numbers = sorted(int(text) for text in distinct)
    return numbers[-1] - numbers[0] == len(numbers) - 1


def _kind_of_text(distinct: Sequence[str], present: int) -> Kind:
    mean_length = sum(map(len, distinct)) / len(distinct)
    if mean_length > LONG_TEXT_CHARACTERS:
        return Kind.TEXT
    if present > 20 and len(distinct) >= NEARLY_UNIQUE * present:
        return Kind.ID if all(" " not in text for text in distinct) else Kind.TEXT
    return Kind.CATEGORY


def _money(filled: pa.ChunkedArray) -> Typed:
    plain = _fast_decimal(filled)
    if plain is not None:
        return Typed(plain, Kind.MONEY)
    distinct = _distinct(filled)
    style = number_style(distinct)
    units = {unit for text in distinct if (unit := currency_of(text))}

    def amount(text: str) -> Decimal | None:
        value = read_number(text, style)
        return None if value is None or abs(value) >= MAX_MONEY else value.quantize(style.quantum)

    typed = _typed(filled, amount, MONEY_TYPE, Kind.MONEY, ambiguous=style.ambiguous)
    return Typed(
        typed.array, typed.kind, min(units) if len(units) == 1 else None, typed.unreadable, typed.ambiguous
    )


def _fast_decimal(filled: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Plain numbers such as 1234.5, read by Arrow; None where a cell needs more care."""
    plain = pc.match_substring_regex(filled, r"^-?\d{1,13}(\.\d{1,4})?$")
    if not pc.all(pc.fill_null(plain, fill_value=True)).as_py():
        return None
    if pc.any(
        pc.fill_null(pc.match_substring_regex(filled, r"^-?\d{1,3}\.\d{3}$"), fill_value=False)
    ).as_py():
        return None  # 1.234 may be a thousand
    return pc.cast(filled, MONEY_TYPE)


def _counts(filled: pa.ChunkedArray) -> Typed:
    style = number_style(_distinct(filled))

    def count(text: str) -> float | None:
        return read_count(text, style)

    return _typed(filled, count, pa.float64(), Kind.COUNT, ambiguous=style.ambiguous)


def _ids(filled: pa.ChunkedArray) -> Typed:
    """Codes as they are; 585.0 becomes 585 where every number of the column was written so."""
    distinct = _distinct(filled)
    if distinct and all(text.endswith(".0") and text[:-2].isdigit() for text in distinct):
        return Typed(_mapped(filled, lambda text: text[:-2], pa.string()), Kind.ID)
    return Typed(filled, Kind.ID)


def _boolean(text: str) -> bool | None:
    folded = text.casefold()
    return True if folded in TRUE else False if folded in FALSE else None


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _distinct(column: pa.ChunkedArray) -> list[str]:
    return sorted(text for text in pc.unique(column).to_pylist() if text is not None)


def _typed(
    filled: pa.ChunkedArray,
    read: Callable[[str], object],
    kind_type: pa.DataType,
    kind: Kind,
    *,
    ambiguous: bool = False,
) -> Typed:
    array = _mapped(filled, read, kind_type)
    return Typed(array, kind, unreadable=array.null_count - filled.null_count, ambiguous=ambiguous)


def _mapped(column: pa.ChunkedArray, read: Callable[[str], object], value_type: pa.DataType) -> pa.Array:
    """Each distinct value read once, by careful Python, and put back in place by Arrow."""
    combined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = pc.dictionary_encode(combined)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values = pa.array([read(text) for text in encoded.dictionary.to_pylist()], type=value_type)
    return values.take(encoded.indices)


__all__ = ["MONEY_TYPE", "NumberStyle", "Typed", "blank_to_null", "guess_kind", "read_as"]
