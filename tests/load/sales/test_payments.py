"""Payments and the invoices that they pay, in one folder, are one sale each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.rollup.accounts import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

INVOICES = "id,Customer,Number,Currency,Subtotal,Tax,Total,Status,Date (UTC)\n" + "".join(
    f"in_{n},Firm {n % 3},A-{n},usd,100.00,{20 * (n % 2)}.00,{100 + 20 * (n % 2)}.00,paid,2024-0{n % 6 + 1}-05 08:00\n" for n in range(12)
)  # fmt: skip
PAYMENTS = "id,Created date (UTC),Amount,Amount Refunded,Currency,Status,Customer ID,Customer Name,Invoice ID\n" + "".join(
    f"ch_{n},2024-0{n % 6 + 1}-05 08:00,{100 + 20 * (n % 2)}.00,{'30.00' if n == 3 else '0.00'},usd,Paid,,Firm {n % 3},in_{n}\n" for n in range(12)
)  # fmt: skip


def paid(folder: Path, payments: str) -> list[float]:
    """What each of three customers paid, by name."""
    (folder / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    (folder / "unified_payments.csv").write_text(payments, encoding="utf-8")
    accounts = roll_up_accounts(load_exports([str(folder)], DEFAULTS), DEFAULTS).accounts
    return accounts.sort_values("name")["realised_revenue"].to_list()


def test_a_payment_of_an_exported_invoice_sold_nothing_more(tmp_path: Path):
    """400 was sold to each, and 30 of it paid back to one, however much tax the payments have: Stripe's numbers say what they pay."""
    assert paid(tmp_path, PAYMENTS) == [370, 400, 400]

    exports = load_exports([str(tmp_path)], DEFAULTS)
    payments = next(source for source in exports.sources if "payments" in source.path)
    assert (payments.read, payments.kept, payments.dropped) == (
        12,
        1,
        {"a payment or line of an exported invoice": 11},
    )
    assert [f.rows for f in exports.findings if f.code == "ICP142"] == [12]


@pytest.mark.parametrize(("was", "now"), [("in_", "other_"), (",in_", ",")])
def test_payments_of_other_invoices_are_sales(tmp_path: Path, was: str, now: str):
    """What names no invoice that is exported was sold beside them."""
    line = "ch_99,2024-03-09 08:00,7.00,0.00,usd,Paid,,Firm 1,in_99\n"

    assert paid(tmp_path, PAYMENTS + line)[1] == 407
    few = "\n".join(line.replace(was, now) for line in PAYMENTS.splitlines()[:4])
    assert paid(tmp_path, few) == [500, 520, 500]


def test_invoices_without_a_number_are_known_by_their_id(tmp_path: Path):
    """An export of invoices may leave their numbers out: what payments name is the id of its rows."""
    rows = [line.split(",") for line in INVOICES.splitlines()]
    (tmp_path / "invoices.csv").write_text(
        "\n".join(",".join((*row[:2], *row[3:])) for row in rows), encoding="utf-8"
    )
    (tmp_path / "unified_payments.csv").write_text(PAYMENTS, encoding="utf-8")
    accounts = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS).accounts

    assert accounts.sort_values("name")["realised_revenue"].to_list() == [370, 400, 400]


def test_numbers_that_meet_by_chance_are_no_payments(tmp_path: Path):
    """Two files that count their rows from 1 do not speak of each other."""
    bare = [text.replace("in_", "").replace("ch_", "9") for text in (INVOICES, PAYMENTS)]
    (tmp_path / "invoices.csv").write_text(bare[0], encoding="utf-8")
    (tmp_path / "unified_payments.csv").write_text(bare[1].replace("120.00", "77.00"), encoding="utf-8")
    accounts = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS).accounts

    assert accounts["realised_revenue"].sum() == 1200 + 6 * 177 - 30
