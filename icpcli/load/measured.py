"""The figures of a list in the measure of a profile: ranges of money, shares in percent, other currencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.tables.currencies import currency_code
from icpcli.load.texts.cells import blank_to_null
from icpcli.wording import count, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icpcli.load.texts.cells import Cells
    from icpcli.load.texts.values import Typed


@dataclass(frozen=True, slots=True)
class Measure:
    """What a profile compares a field in: shares in percent or not, and a currency.

    ``is_share``: its export wrote percent, and the bounds are shares of one; ``in_percent``: its export had the sign in the header,
    and the bounds are percentages. ``currency`` is that of its money (None: not told), ``rates`` what one unit of others is worth in it.
    """

    is_share: bool = False
    in_percent: bool = False
    currency: str | None = None
    rates: Mapping[str, float] | None = None


AS_WRITTEN = Measure()


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Figures as doubles (null: none), where the ranges among them end, and what a reader must know of them."""

    array: pa.Array
    ends: pa.Array | None
    notes: tuple[str, ...]


def measured(
    cells: Cells, typed: Typed, header: str, measure: Measure, *, stated: pa.Array | None = None
) -> Measured:
    """The figures of a column that was read as ``typed``, as the profile has them.

    ``stated``: what the column of currencies beside it says, where there is one.
    """
    filled = blank_to_null(cells)
    found = _Ends(pc.cast(typed.array, pa.float64()), typed.ends)
    found, of_shares = _as_shares(filled, found, header, measure)
    codes = _told(_codes(typed), stated)
    if codes is None:
        return Measured(found.array, found.ends, of_shares)
    found, of_money = _in_currency(found, codes, header, measure)
    return Measured(found.array, found.ends, (*of_shares, *of_money))


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Where each cell begins and, where it is a range, ends."""

    array: pa.Array
    ends: pa.Array | None

    def times(self, factors: pa.Array | float) -> _Ends:
        """Both ends times a factor, of all cells or of each."""
        return _Ends(
            pc.multiply(self.array, factors), None if self.ends is None else pc.multiply(self.ends, factors)
        )


def _codes(typed: Typed) -> pa.Array | None:
    """The currency code of each cell, where a column tells any."""
    if typed.units is not None or typed.unit is None:
        return typed.units
    return pa.repeat(pa.scalar(typed.unit, pa.string()), len(typed.array))


def _as_shares(filled: Cells, found: _Ends, header: str, measure: Measure) -> tuple[_Ends, tuple[str, ...]]:
    """Percentages as the profile has them, whether the sign stands in the cells, in the header, or nowhere.

    Of a field that the export behind the profile wrote in percent, plain numbers beyond 1 are percent, too.
    """
    if not measure.is_share and not measure.in_percent:
        return found, ()
    has_sign = pc.fill_null(filled.placed(pc.match_substring(filled.values, "%")), fill_value=False)
    if measure.in_percent:
        return found.times(pc.if_else(has_sign, 100.0, 1.0)), ()
    plain = found.array.filter(pc.invert(has_sign))
    largest = pc.max(pc.abs(plain)).as_py() or 0.0
    is_told = "%" in header
    if not is_told and largest <= 1:
        return found, ()
    note = f"{header!r}: plain numbers go up to {largest:g}, so they were read as percent."
    return found.times(pc.if_else(has_sign, 1.0, 0.01)), () if is_told else (note,)


def _told(codes: pa.Array | None, stated: pa.Array | None) -> pa.Array | None:
    """The currency code of each cell: its own, else that of its row."""
    if stated is None:
        return codes
    rows = stated.combine_chunks() if isinstance(stated, pa.ChunkedArray) else stated
    encoded = rows.dictionary_encode()
    named = [None if text is None else currency_code(text) for text in encoded.dictionary.to_pylist()]
    of_row = pa.array(named, pa.string()).take(encoded.indices)
    return of_row if codes is None else pc.coalesce(codes, of_row)


def _in_currency(
    found: _Ends, codes: pa.Array, header: str, measure: Measure
) -> tuple[_Ends, tuple[str, ...]]:
    """The amounts in the profile's currency: converted where a rate is given, else unknown."""
    counts = pc.value_counts(codes.filter(pc.is_valid(found.array))).to_pylist()
    told = {each["values"]: each["counts"] for each in counts if each["values"] is not None}
    if measure.currency is None:
        return found, (_not_known(header, sorted(told)),) if len(told) > 1 else ()
    others = sorted(told.keys() - {measure.currency})
    if not others:
        return found, ()
    rates = {measure.currency: 1.0, **(measure.rates or {})}
    encoded = codes.dictionary_encode()
    by_code = pa.array([rates.get(code) for code in encoded.dictionary.to_pylist()], pa.float64())
    factors = pc.if_else(pc.is_null(codes), 1.0, by_code.take(encoded.indices))
    notes = []
    if converted := [code for code in others if code in rates]:
        notes.append(
            f"{header!r}: {_amounts(told, converted)} converted to {measure.currency} at your rates."
        )
    if apart := [code for code in others if code not in rates]:
        ways = ", ".join(f"{code} = ..." for code in apart)
        notes.append(
            f"{header!r}: {_amounts(told, apart)}, and the profile is in {measure.currency}: unknown there (icp.toml, under "
            f"[rates]: {ways} says what one is worth in the book's currency)."
        )
    return found.times(factors), tuple(notes)


def _amounts(told: Mapping[str, int], codes: list[str]) -> str:
    return listed([count(told[code], f"amount in {code}", f"amounts in {code}") for code in codes], "and")


def _not_known(header: str, codes: list[str]) -> str:
    return (
        f"{header!r} holds amounts in {listed(codes, 'and')}, and the profile does not say which is its own: they were compared as "
        "they stand (icp derive writes it down)."
    )


__all__ = ["AS_WRITTEN", "Measure", "Measured", "measured"]
