"""Amounts as people and CRMs write them."""

from __future__ import annotations

import math
from decimal import Decimal

import pyarrow as pa
import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typed_cells import column, values_of

from icpcli.load.texts.values import read_as
from icpcli.model.common import Kind


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1250.0", 1250),
        ("1\u202f234,50\u00a0€", 1234.5),
        ("1 234,50 EUR", 1234.5),
        ("CHF 1’234.50", 1234.5),
        ("1.234.567,89", 1_234_567.89),
        ("$1,234,567.89", 1_234_567.89),
        ("₹12,34,567.50", 1_234_567.5),
        ("(€1,234.50)", -1234.5),
        ("-$45.10", -45.1),
        ("45,10-", -45.1),
        ("−45.10", -45.1),
        ("12,5 k€", 12_500),
        ("$45k", 45_000),
        ("1.2M€", 1_200_000),
        ("3 MEUR", 3_000_000),
        ("2 Md€", 2e9),
        ("1.5bn", 1.5e9),
        ("-45%", -0.45),
        ("1.2E+06", 1_200_000),
        ("1200 € (renégocié)", 1200),
        ("1 500 € HT (ancien tarif)", 1500),
        ("~1 200 €", 1200),
        ("env. 1 200,50 €", 1200.5),
        ("ca. 50", 50),
        ("about $1,200", 1200),
        ("'-5.25", -5.25),
    ],
)
def test_an_amount_is_read_however_it_is_written(cell: str, amount: float):
    """Groups, signs, currencies and suffixes of EN, FR, DE, CH and IN exports, and of Excel."""
    typed = read_as(column(cell), Kind.MONEY)

    assert values_of(typed) == [amount]
    assert typed.array.type == pa.decimal128(18, 4)


@pytest.mark.parametrize(
    "cell",
    [
        "12.05.2025",
        "1.2.3",
        "06 12 34 56 78",
        "5 rue Hoche",
        "--5",
        "(5",
        "5-7",
        "k",
        "1e999",
        "9" * 16,
        "1200 (par an)",
        "250 € (avoir)",
        "12 (k€)",
    ],
)
def test_what_is_no_amount_is_missing_and_counted(cell: str):
    """Dates, versions, telephone numbers and addresses are not turned into money; nor is a range into an amount, nor anything into 0."""
    typed = read_as(column(cell, "5,50"), Kind.MONEY, field="amount")

    assert values_of(typed) == [None, 5.5]
    assert typed.unreadable == 1


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("$0-1M", 0, 1e6),
        ("$1M - $10M", 1e6, 1e7),
        ("$500 mil. - $1 bil.", 5e8, 1e9),
        ("$1 bil. and over", 1e9, math.inf),
        ("Less than $1M", 0, 1e6),
        ("€1,000,000 - €5,000,000", 1e6, 5e6),
        ("< 1 M€", 0, 1e6),
        ("entre 10 et 50 M€", 1e7, 5e7),
        ("10 à 50 millions d'euros", 1e7, 5e7),
        ("500 000 € - 1 000 000 €", 5e5, 1e6),
        ("1 Md€ et plus", 1e9, math.inf),
        ("1-10 Mio. EUR", 1e6, 1e7),
        ("über 50 Mio. €", 5e7, math.inf),
        ("bis 1 Mio. €", 0, 1e6),
        ("1.000 - 5.000 €", 1e3, 5e3),
        ("10-50 MEUR", 1e7, 5e7),
        ("3 M€", 3e6, None),
    ],
)
def test_a_range_of_what_companies_turn_over_is_read_at_its_lower_end(
    cell: str, low: float, high: float | None
):
    """Bands of revenue as CRMs and data vendors write them keep both ends and their currency."""
    typed = read_as(column(cell), Kind.MONEY, field="annual_revenue")

    assert values_of(typed) == [low]
    assert (typed.ends.to_pylist() if typed.ends is not None else [None]) == [high]
    assert typed.unit == ("USD" if "$" in cell else "EUR")
    assert typed.unreadable == 0


def test_a_thousand_in_spanish_is_no_million_of_dollars():
    """Only "mil." with a point, as data vendors write it, is a million; "$500 mil" is half a million in Mexico, and is counted."""
    typed = read_as(column("menos de $500 mil", "$500 mil. - $1 bil."), Kind.MONEY, field="annual_revenue")

    assert values_of(typed) == [None, 5e8]
    assert typed.unreadable == 1


@pytest.mark.parametrize(
    ("cells", "amounts", "ambiguous"),
    [
        (["1.234", "12,50"], [1234, 12.5], False),
        (["1,234", "12.50"], [1234, 12.5], False),
        (["1,234", "12,5"], [1.234, 12.5], False),
        (["1.234", "1.234.567"], [1234, 1_234_567], False),
        (["1,234", "0,5"], [1.234, 0.5], False),
        (["1,234", "5,678"], [1234, 5678], True),
        (["1.234", "5.678"], [1234, 5678], True),
        (["1.234", "500"], [1234, 500], True),
        (["1,50", "1.50", "2,000"], [1.5, 1.5, 2000], True),
    ],
)
def test_a_thousand_and_a_decimal_are_told_apart_by_the_column(
    cells: list[str], amounts: list[float], *, ambiguous: bool
):
    """1,234 is read as the rest of its column tells; where nothing tells, as a thousand, and flagged."""
    typed = read_as(column(*cells), Kind.MONEY)

    assert values_of(typed) == amounts
    assert typed.ambiguous is ambiguous


def test_three_decimals_stay_decimals_in_a_column_of_your_own():
    """A ratio such as 1.234 in a column no synonym knows is not multiplied by a thousand; it is flagged."""
    typed = read_as(column("1.234", "2.345"), Kind.COUNT)

    assert values_of(typed) == [1.234, 2.345]
    assert typed.ambiguous


def test_the_currency_is_named_only_if_it_is_one():
    """Euros by sign and by code are euros; a column of two currencies has no unit."""
    assert read_as(column("5 €", "6 EUR", "7"), Kind.MONEY).unit == "EUR"
    assert read_as(column("5 €", "$6"), Kind.MONEY).unit is None
    assert read_as(column("5.5", "7"), Kind.MONEY).unit is None


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.sampled_from(["en", "fr", "fr_CA", "de", "de_CH", "es"]))
@example([Decimal("1000000000.00")], "de_CH")
def test_amounts_formatted_in_any_locale_come_back(amounts: list[Decimal], locale: str):
    """What babel writes as money or as a number in six locales is read as the same amount."""
    money = read_as(column(*(format_currency(a, "EUR", locale=locale) for a in amounts)), Kind.MONEY)
    numbers = read_as(column(*(format_decimal(a, "#,##0.00", locale=locale) for a in amounts)), Kind.MONEY)

    assert money.array.to_pylist() == amounts
    assert numbers.array.to_pylist() == amounts
    assert (money.unit, money.unreadable, money.ambiguous) == ("EUR", 0, False)


@settings(max_examples=60, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_the_fast_path_reads_what_the_careful_path_reads(amounts: list[Decimal]):
    """Plain numbers are read alike by Arrow and, behind a currency sign, by our own rules."""
    plain = read_as(column(*(f"{a:f}" for a in amounts)), Kind.MONEY)
    careful = read_as(column(*(f"{a:f} €" for a in amounts)), Kind.MONEY)

    assert plain.array.to_pylist() == careful.array.to_pylist() == amounts
