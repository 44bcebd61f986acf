"""Money of several currencies: told in one where the user gives rates, else kept apart and never summed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.fields.matching import is_in_own_currency
from icpcli.load.texts.headers import fold_header
from icpcli.load.texts.numbers import CODES, CURRENCIES
from icpcli.load.texts.values import MONEY_TYPE
from icpcli.model.common import CrmObject, Finding, Kind
from icpcli.model.fields import NEVER_SUMMED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from icpcli.load.fields.columns import Column
    from icpcli.load.fields.understood import Understood
    from icpcli.settings import Settings

SEVERAL_CURRENCIES = "ICP127"
RATE_TYPE = pa.decimal128(18, 8)
CODE = re.compile(rf"\b(?:{CODES})\b")
LANGUAGES = ("es", "de", "fr", "en")  # where two languages share a name, the later decides
FEWEST_ELSEWHERE = 3  # amounts in another currency, and their share, from which on a book has several
SHARE_ELSEWHERE = 0.02
PAID = frozenset({"mrr", "arr", "total_revenue"})  # who has any of these is a customer, in whatever currency


@dataclass(frozen=True, slots=True, eq=False)
class OneCurrency:
    """The files with all money that is summed in one currency, and what was converted or kept apart."""

    files: tuple[Understood, ...]
    findings: tuple[Finding, ...]


def in_one_currency(files: Sequence[Understood], settings: Settings) -> OneCurrency:
    """The files with each money column in one currency: converted at the user's rates, else missing.

    The currency of a cell is its own sign or code, else that of its row's currency column, else the book's:
    the one the user names, else the one told most often.
    """
    told: Counter[str] = Counter()
    sizes: Counter[str] = Counter()  # of companies: they name the book's currency where nothing else does
    for file in files:
        for column in _money(file):
            (sizes if column.field in NEVER_SUMMED else told).update(_counts(_codes_of(column, file)))
    currency = settings.currency or _most_frequent(told) or _most_frequent(sizes)
    rates = _Rates.into_the_books(currency, settings)
    findings: list[Finding] = []
    converted = tuple(_converted(file, rates, findings) for file in files)
    findings += _untold(files, told, currency)
    return OneCurrency(converted, tuple(findings))


@dataclass(frozen=True, slots=True)
class _Rates:
    """What one unit of each currency is ``worth`` in the book's own, which is worth 1."""

    currency: str | None
    worth: Mapping[str, Decimal]

    @classmethod
    def into_the_books(cls, currency: str | None, settings: Settings) -> _Rates:
        """The user's rates, which are into the book's currency."""
        worth = {code: Decimal(str(rate)) for code, rate in settings.rates.items()}
        return cls(currency, worth if currency is None else {**worth, currency: Decimal(1)})

    def into(self, own: str) -> dict[str, Decimal]:
        """What one unit of each is worth in a column's own currency; nothing known where that has no rate itself."""
        if own not in self.worth:
            return {}
        return {code: rate / self.worth[own] for code, rate in self.worth.items()}


@lru_cache(maxsize=10_000)
def currency_code(text: str) -> str | None:
    """The ISO code that a currency is written with: EUR, €, "US Dollar", "USD - US Dollar"; None where it is none."""
    named = text.strip()
    found = CODE.search(named.upper())
    if found:
        return found[0]
    return CURRENCIES.get(named.upper()) or _codes_by_name().get(named.casefold())


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415  its names are read from files, and few exports spell a currency out

    known = frozenset(CODES.split("|"))
    return {
        name.casefold(): code
        for language in LANGUAGES
        for code, name in Locale(language).currencies.items()
        if code in known
    }


def _money(file: Understood) -> list[Column]:
    return [column for column in file.columns if column.typed.kind is Kind.MONEY]


def _codes_of(column: Column, file: Understood) -> pa.Array | None:
    """The currency code of each cell that has an amount; None where nothing tells any."""
    typed = column.typed
    codes: pa.Array | None = typed.units
    if codes is None and typed.unit is not None:
        codes = pa.repeat(pa.scalar(typed.unit, pa.string()), len(typed.array))
    stated = file.of(column.object).get("currency")
    if stated is not None and not _is_in_own_currency(column):
        rows = _as_codes(stated.typed.array)
        codes = rows if codes is None else pc.coalesce(codes, rows)
    if codes is None:
        return None
    return pc.if_else(pc.is_valid(typed.array), codes, pa.scalar(None, pa.string()))


def _is_in_own_currency(column: Column) -> bool:
    return is_in_own_currency(fold_header(column.header))


def _as_codes(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    encoded = (texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts).dictionary_encode()
    codes = [currency_code(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(codes, pa.string()).take(encoded.indices)


def _counts(codes: pa.Array | None) -> Counter[str]:
    if codes is None:
        return Counter()
    pairs = pc.value_counts(pc.drop_null(codes)).to_pylist()
    return Counter({pair["values"]: pair["counts"] for pair in pairs})


def _most_frequent(counts: Counter[str]) -> str | None:
    return min(counts, key=lambda code: (-counts[code], code), default=None)


def _converted(file: Understood, rates: _Rates, findings: list[Finding]) -> Understood:
    columns = []
    elsewhere: pa.Array | None = None
    for column in file.columns:
        codes = _codes_of(column, file) if column.typed.kind is Kind.MONEY else None
        if codes is None:
            columns.append(column)
            continue
        counts = _counts(codes)
        own = _most_frequent(counts) if column.field in NEVER_SUMMED else rates.currency
        others = sorted(set(counts) - {own})
        array, ends = column.typed.array, column.typed.ends
        if own is not None and others:
            array = _told_in(array, codes, others, rates.into(own))
            ends = None if ends is None else _ends_in(ends, codes, own, rates.into(own))
            if column.object is CrmObject.ACCOUNT and column.field in PAID:
                lost = pc.and_(pc.greater(column.typed.array, 0), pc.is_null(array))
                elsewhere = lost if elsewhere is None else pc.or_kleene(elsewhere, lost)
            findings.append(_finding(file.raw.path, column.header, own, counts, rates))
        columns.append(
            replace(column, typed=replace(column.typed, array=array, ends=ends, unit=own, units=None))
        )
    return replace(file, columns=tuple(columns), pays_elsewhere=elsewhere)


def _untold(files: Sequence[Understood], told: Counter[str], currency: str | None) -> list[Finding]:
    """The money of which nothing tells the currency, where other money is in several: taken for the book's, it may be each company's own."""
    others = sorted(code for code in told if code != currency)
    amounts = sum(told[code] for code in others)
    if currency is None or amounts < max(FEWEST_ELSEWHERE, SHARE_ELSEWHERE * told.total()):
        return []
    found = []
    for file in files:
        silent = [
            column.header
            for column in _money(file)
            if column.field not in NEVER_SUMMED
            and not _is_in_own_currency(column)
            and _codes_of(column, file) is None
        ]
        if silent:
            message = (
                f"{file.raw.path}: nothing tells the currency of {', '.join(map(repr, silent))}, which counts as {currency}; other amounts are in "
                f"{_listed(others, told)}. If it is each company's own, export a column of currencies beside it, or companies would differ by their rates alone."
            )
            found.append(Finding(SEVERAL_CURRENCIES, message, len(silent)))
    return found


def _told_in(
    amounts: pa.Array, codes: pa.Array, others: Iterable[str], rates: Mapping[str, Decimal]
) -> pa.Array:
    """The amounts with those of other currencies converted, or missing where there is no rate."""
    for code in others:
        rate = rates.get(code)
        theirs = pa.scalar(None, MONEY_TYPE)
        if rate is not None:
            exact = pa.scalar(round(rate, 8), RATE_TYPE)
            theirs = pc.cast(pc.round(pc.multiply(amounts, exact), ndigits=4), MONEY_TYPE)
        amounts = pc.if_else(pc.fill_null(pc.equal(codes, code), fill_value=False), theirs, amounts)
    return amounts


def _ends_in(ends: pa.Array, codes: pa.Array, own: str, rates: Mapping[str, Decimal]) -> pa.Array:
    """Where ranges end once they are converted; missing where there is no rate."""
    worth = {code: float(rate) for code, rate in rates.items()} | {own: 1.0}
    encoded = codes.dictionary_encode()
    factors = pa.array([worth.get(code) for code in encoded.dictionary.to_pylist()], pa.float64())
    return pc.multiply(ends, pc.if_else(pc.is_null(codes), 1.0, factors.take(encoded.indices)))


def _finding(path: str, header: str, own: str, counts: Counter[str], rates: _Rates) -> Finding:
    known = rates.into(own)
    converted = [code for code in sorted(counts) if code != own and code in known]
    apart = [code for code in sorted(counts) if code != own and code not in known]
    parts = []
    if converted:
        parts.append(f"{_listed(converted, counts)} converted to {own} at your rates")
    if apart:
        asked = ", ".join(f"{code} = ..." for code in sorted({own, *apart} - set(rates.worth)))
        parts.append(
            f"{_listed(apart, counts)} kept apart from the {own} and not counted (icp.toml, under [rates]: {asked} "
            f"says what one is in {rates.currency})"
        )
    message = f"{path}: {header!r} holds several currencies: {'; '.join(parts)}."
    return Finding(SEVERAL_CURRENCIES, message, sum(counts[code] for code in (*converted, *apart)))


def _listed(codes: Sequence[str], counts: Counter[str]) -> str:
    return ", ".join(f"{counts[code]:,} amounts in {code}" for code in codes)


__all__ = ["OneCurrency", "currency_code", "in_one_currency"]
