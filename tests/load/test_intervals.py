"""What subscriptions pay a month: amounts over the months of their billing interval."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from icpcli.load.exports import load_exports
from icpcli.load.files.memory import InMemory
from icpcli.load.tables.derived import months_in
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS


def test_a_yearly_amount_is_a_twelfth_a_month():
    """A billing tool's amounts are per interval: without one they are left unknown and counted, never taken for a month's."""
    text = (
        "id,Customer ID,Customer Name,Status,Plan,Amount,Interval,Start (UTC)\n"
        "sub_1,c1,Acme,active,Pro,1200,year,2024-01-01 00:00\nsub_2,c2,Bolt,active,Pro,100,Monthly,2024-01-01 00:00\n"
        "sub_3,c3,Crux,active,Pro,300,trimestriel,2024-01-01 00:00\nsub_4,c4,Dove,active,Pro,50,,2024-01-01 00:00\n"
    )

    exports = load_exports([InMemory("subscriptions", text.encode())], DEFAULTS)

    paid = exports.tables[CrmObject.SUBSCRIPTION].sort_by("subscription_id")["mrr"].to_pylist()
    assert paid == [Decimal(100), Decimal(100), Decimal(100), None]
    assert [(f.code, f.rows) for f in exports.findings if f.code == "ICP129"] == [("ICP129", 1)]


@pytest.mark.parametrize(
    ("interval", "months"),
    [
        ("Semi-annual", 6),
        ("half-yearly", 6),
        ("halbjährlich", 6),
        ("vierteljährlich", 3),
        ("12 months", 12),
        ("every 3 months", 3),
        ("3 mois", 3),
        ("24 months", 24),
        ("2 years", 24),
        ("yearly (12 months)", 12),
        ("mensuelle", 1),
        ("30 days", 1),
        ("bimestriel", 2),
        ("weekly", Fraction(12, 52)),
        ("monthly, 12 months", None),
        ("Annual (billed monthly)", None),
        ("biannual", None),
        ("one time", None),
    ],
)
def test_an_interval_is_as_long_as_its_words_say(interval: str, months: int | None):
    """What is paid every N months is told from every month and every year; what could be two lengths is none."""
    assert months_in(interval) == months


def test_the_number_of_an_interval_may_stand_beside_its_unit():
    """Chargebee writes 3 and Month in two columns: 300 are then 100 a month, of several seats as often."""
    text = (
        "Subscription Id,Customer Company,Status,Plan Name,Plan Quantity,Plan Unit Price,Billing Period,Billing Period Unit,Started At,MRR,Cancelled At\n"
        "1,Acme,Active,Pro,1,300,3,Month,2024-01-01,,\n2,Bolt,Active,Pro,2,1200,1,Year,2024-01-01,,\n3,Crux,Active,Pro,1,50,,Month,2024-01-01,,\n"
        "4,Dove,Cancelled,Pro,2,30,1,Month,2024-01-01,0,2024-06-01\n5,Elm,Active,Pro,2,30,1,Month,2024-01-01,0,\n"
    )

    exports = load_exports([InMemory("subscriptions", text.encode())], DEFAULTS)

    paid = exports.tables[CrmObject.SUBSCRIPTION].sort_by("subscription_id")["mrr"].to_pylist()
    assert paid == [100, 200, 50, 60, 0]
