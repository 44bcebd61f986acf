"""Amounts before discounts are what was billed only once these are off."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from exported import rows

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

STRIPE = "id,Customer,Number,Currency,Subtotal,Total Discount Amount,Tax,Total,Amount Due,Status,Date (UTC)"


def billed(folder: Path, *lines: str) -> tuple[list[Decimal], list[str]]:
    """The amounts of invoices under Stripe's headers in order, and what was told of discounts."""
    (folder / "invoices.csv").write_text("\n".join([STRIPE, *lines]), encoding="utf-8")
    exports = load_exports([str(folder)], DEFAULTS)
    amounts = sorted(amount for (amount,) in rows(exports, CrmObject.INVOICE, "amount"))
    return amounts, [f.message for f in exports.findings if f.code == "ICP147"]


def test_a_discount_is_taken_off_a_subtotal_before_it(tmp_path: Path):
    """Stripe's subtotal is before discounts: 100 less 20 and with 16 of tax are the total of 96, so that 80 was sold."""
    amounts, told = billed(
        tmp_path,
        "in_1,Acme,A-1,usd,100.00,20.00,16.00,96.00,0.00,paid,2024-01-05 08:00",
        "in_2,Acme,A-2,usd,100.00,,20.00,120.00,0.00,paid,2024-02-05 08:00",
        "in_3,Bolt,A-3,usd,33.33,3.33,,30.00,0.00,paid,2024-02-05 08:00",
    )

    assert amounts == [30, 80, 100]
    assert told == [
        f"{tmp_path / 'invoices.csv'}: 'Subtotal' is before discounts, as 'Total' tells: 'Total Discount Amount' is taken off in 2 rows."
    ]


@pytest.mark.parametrize(
    "line",
    [
        "in_1,Acme,A-1,usd,80.00,20.00,16.00,96.00,96.00,paid,2024-01-05 08:00",
        "in_1,Acme,A-1,usd,80.00,20.00,16.00,,,paid,2024-01-05 08:00",
        "in_1,Acme,A-1,usd,80.00,20.00,16.00,101.00,101.00,paid,2024-01-05 08:00",
    ],
    ids=["is off", "no total", "with shipping"],
)
def test_a_subtotal_after_discounts_is_what_was_sold(tmp_path: Path, line: str):
    """Where the total does not tell that the discount is still to come off, the amount stands as it is."""
    assert billed(tmp_path, line) == ([Decimal(80)], [])
