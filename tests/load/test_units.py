"""What a header tells of the units of its numbers: thousands, millions, a currency."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from raw_tables import raw

from icpcli.load.fields.understood import understand
from icpcli.load.texts.headers import fold_header, unit_of
from icpcli.model.common import CrmObject


@pytest.mark.parametrize(
    ("header", "name", "factor", "currency"),
    [
        ("CA (k€)", "ca", 1000, "EUR"),
        ("CA k€ HT", "ca", 1000, "EUR"),
        ("CA en K€", "ca", 1000, "EUR"),
        ("Umsatz (T€)", "umsatz", 1000, "EUR"),
        ("Umsatz (Mio. €)", "umsatz", 10**6, "EUR"),
        ("Revenue (in thousands)", "revenue", 1000, None),
        ("ARR [kEUR]", "arr", 1000, "EUR"),
        ("mrr_usd", "mrr", 1, "USD"),
        ("MRR (€ HT)", "mrr", 1, "EUR"),
        ("CA (milliers d'euros)", "ca", 1000, "EUR"),
        ("CA en milliers d’euros", "ca", 1000, "EUR"),
        ("Umsatz in TEUR", "umsatz", 1000, "EUR"),
        ("Revenue (in 000s USD)", "revenue", 1000, "USD"),
        ("Revenue (000s)", "revenue", 1000, None),
        ("Revenue in 000s", "revenue", 1000, None),
        ("Revenue (000)", "revenue", 1000, None),
        ("Revenue (£'000)", "revenue", 1000, "GBP"),
        ("Revenue ’000", "revenue", 1000, None),
        ("Revenue (000 EUR)", "revenue", 1000, "EUR"),
        ("Revenue (USD 000's)", "revenue", 1000, "USD"),
        ("Revenue $000", "revenue", 1000, "USD"),
        ("Revenue in thousands USD", "revenue", 1000, "USD"),
        ("Revenue (USD, in thousands)", "revenue", 1000, "USD"),
        ("Revenue (thousands of dollars)", "revenue", 1000, None),
        ("Revenue (K USD)", "revenue", 1000, "USD"),
        ("Revenue (USDk)", "revenue", 1000, "USD"),
        ("Revenue (in millions)", "revenue", 10**6, None),
        ("Revenue ($M)", "revenue", 10**6, "USD"),
        ("MRR (cents)", "mrr", Decimal("0.01"), None),
        ("mrr_cents", "mrr", Decimal("0.01"), None),
        ("unit_amount_in_cents", "unit amount", Decimal("0.01"), None),
        ("Montant (centimes)", "montant", Decimal("0.01"), None),
        ("MRR (EUR cents)", "mrr", Decimal("0.01"), "EUR"),
        ("Percents", "percents", 1, None),
        ("Floor 51 000", "floor 51 000", 1, None),
        ("Probability (%)", "probability", 1, None),
        ("Last seen (AEDT)", "last seen", 1, None),
        ("Last seen (UTC+01:00)", "last seen", 1, None),
        ("Sales cycle (days)", "sales cycle", 1, None),
        ("Sales cycle (in days)", "sales cycle", 1, None),
        ("Sales cycle (months)", "sales cycle months", 1, None),
        ("Amount (converted)", "amount converted", 1, None),
        ("Account ID (18)", "account id 18", 1, None),
        ("Email (Work)", "email work", 1, None),
        ("Associated Company (Primary)", "associated company primary", 1, None),
        ("Team M", "team m", 1, None),
    ],
)
def test_a_unit_is_no_part_of_a_name_and_is_not_lost(
    header: str, name: str, factor: Decimal, currency: str | None
):
    """Thousands and a currency are told from the header, and what only looks like a unit stays in the name."""
    unit = unit_of(header)

    assert (fold_header(header), unit.factor, unit.currency) == (name, factor, currency)


def test_ranges_in_thousands_are_read_in_units():
    """Under "CA (k€)" the cell 500-1000 begins at half a million euros and ends at one."""
    names, cells = ["Acme", "Bolt", "Crux"], ["500-1000", "< 500", "> 1000"]
    file = understand(raw(**{"Raison sociale": names, "Secteur": ["a", "b", "c"], "CA (k€)": cells}), {})

    typed = file.of(CrmObject.ACCOUNT)["annual_revenue"].typed

    assert [int(low) for low in typed.array.to_pylist()] == [500_000, 0, 1_000_000]
    assert typed.ends is not None
    assert typed.ends.to_pylist() == [1_000_000, 500_000, math.inf]
    assert typed.unit == "EUR"


@pytest.mark.parametrize("header", ["Annual revenue (k€)", "Revenue (in 000s EUR)"])
def test_amounts_in_thousands_are_read_in_units(header: str):
    """Under "CA (k€)" the cell 1,200.5 is 1,200,500 euros, and so it is under ZoomInfo's "Revenue (in 000s EUR)"."""
    file = understand(
        raw(
            **{
                "Company name": ["Acme", "Bolt"],
                "Industry": ["a", "b"],
                header: ["1,200.5", "90"],
            }
        ),
        {},
    )

    column = file.of(CrmObject.ACCOUNT)["annual_revenue"]
    assert ([int(value) for value in column.typed.array.to_pylist()], column.typed.unit) == (
        [1_200_500, 90_000],
        "EUR",
    )
