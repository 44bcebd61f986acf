"""Refunds and credit notes in files of their own take back what was sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from exported import rows

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rollup.accounts import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

SALES = "Invoice ID,Customer,Invoice Date,Amount,Status\nI1,Acme,2024-01-05,100,paid\nI2,Acme,2024-02-05,100,paid\nI3,Bolt,2024-01-09,70,paid\n"
REFUNDS = "Refund ID,Invoice ID,Customer,Date,Amount,Status\nR1,I2,Acme,2024-02-09,30,succeeded\n"
CREDIT_NOTES = "Credit Note Number,Customer,Credit Note Date,Total,Status\nCN-1,Acme,2024-02-09,30,Refunded\n"


def left_after(folder: Path, name: str, text: str, sales: str = SALES) -> dict[str, float]:
    """What each customer has paid, beside a file of returns."""
    (folder / "invoices.csv").write_text(sales, encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    accounts = roll_up_accounts(load_exports([str(folder)], DEFAULTS), DEFAULTS).accounts
    return dict(zip(accounts["name"], accounts["realised_revenue"], strict=True))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("refunds.csv", REFUNDS),
        ("export.csv", REFUNDS),
        ("export.csv", CREDIT_NOTES),
        ("credit_notes.csv", CREDIT_NOTES.replace(",30,", ",-30,")),
        ("refunds-2024.csv", "Invoice ID,Customer,Date,Amount\nI2,Acme,2024-02-09,30\n"),
        ("refunds.csv", "Refund ID,Customer,Invoice ID,Amount,Refund Amount,Refund Date\nR1,Acme,I2,100,30,2024-02-09\n"),
        ("avoirs.csv", "N° avoir;Client;Date d'avoir;Montant HT\nA1;Acme;09/02/2024;30,00\nA2;Nobody;31/01/2024;1,00\n"),
    ],
)  # fmt: skip
def test_a_file_of_refunds_takes_back_what_was_sold(tmp_path: Path, name: str, text: str):
    """30 paid back of 200 leave 170, whatever sign the file of refunds has and whichever invoice it names."""
    paid = left_after(tmp_path, name, text)

    assert (paid["Acme"], paid["Bolt"]) == (170, 70)
    told = [f for f in load_exports([str(tmp_path)], DEFAULTS).findings if f.code == "ICP145"]
    assert [f.message for f in told] == [
        f"{tmp_path / name}: its rows are refunds or credit notes, and are taken off what was sold."
    ]


def test_two_exports_of_the_same_refunds_take_them_back_once(tmp_path: Path):
    """Files of refunds that overlap count each refund once, as files of invoices do."""
    (tmp_path / "refunds-old.csv").write_text(REFUNDS, encoding="utf-8")

    assert left_after(tmp_path, "refunds.csv", REFUNDS + "R2,I3,Bolt,2024-03-01,10,succeeded\n") == {
        "Acme": 170,
        "Bolt": 60,
    }


@pytest.mark.parametrize("name", ["orders-and-refunds.csv", "invoices_credit_notes.csv", "factures-avoirs.csv", "sales.csv"])  # fmt: skip
def test_a_file_that_holds_sales_too_is_of_sales(tmp_path: Path, name: str):
    """Only a file of nothing but refunds is taken off: one that is named for both has its own signs."""
    (tmp_path / name).write_text(SALES + "I4,Acme,2024-03-05,-30,paid\n", encoding="utf-8")
    table = load_exports([str(tmp_path)], DEFAULTS)

    assert sorted(rows(table, CrmObject.INVOICE, "amount")) == [(-30,), (70,), (100,), (100,)]


@pytest.mark.parametrize("numbers", [("", "R1", ""), ("0", "0", "0")])
def test_sales_with_the_number_of_their_refund_are_sales(tmp_path: Path, numbers: tuple[str, ...]):
    """A column for the refunds of orders is blank, or zero, on most rows: these were sold."""
    lines = [
        f"{line},{number}" for line, number in zip(SALES.splitlines(), ("Refund ID", *numbers), strict=True)
    ]
    (tmp_path / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    table = load_exports([str(tmp_path)], DEFAULTS)

    assert sorted(rows(table, CrmObject.INVOICE, "amount")) == [(70,), (100,), (100,)]


def test_a_credit_note_that_was_paid_out_takes_back_all_the_same(tmp_path: Path):
    """Refunded says of an invoice that nothing was sold, and of a credit note that it was paid; void ones take nothing back."""
    text = (
        "Invoice number,Customer,Invoice date,Amount,Type,Status\n1,Acme,2024-01-05,100,Invoice,Paid\n2,Acme,2024-02-05,50,Invoice,Refunded\n"
        "3,Acme,2024-02-07,30,Credit Note,Refunded\n4,Acme,2024-02-08,20,Credit Note,Void\n"
    )
    (tmp_path / "documents.csv").write_text(text, encoding="utf-8")
    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert sorted(rows(exports, CrmObject.INVOICE, "amount")) == [(-30,), (100,)]
    assert exports.sources[0].dropped == {"a draft, cancelled or refunded invoice": 2}


CHARGES = "id,Customer,Created date,Amount,Amount Refunded,Status\n" + "".join(
    f"ch_{i:04d},{'Acme' if i % 2 else 'Bolt'},2024-0{1 + i % 9}-05,{100 + i},{i if i > 6 else 0},Paid\n" for i in range(12)
)  # fmt: skip
THEIR_REFUNDS = "Refund ID,Customer,Date,Amount\n" + "".join(
    f"re_{i:04d},{'Acme' if i % 2 else 'Bolt'},2024-11-0{i - 6},{i}\n" for i in range(7, 12)
)


def test_refunds_told_beside_their_sales_and_in_a_file_of_their_own_count_once(tmp_path: Path):
    """Of 1,266 sold 45 was paid back, which the payments say and the refunds say again."""
    paid = left_after(tmp_path, "refunds.csv", THEIR_REFUNDS, CHARGES)

    assert (paid["Acme"], paid["Bolt"]) == (636 - 27, 630 - 18)
    told = [f for f in load_exports([str(tmp_path)], DEFAULTS).findings if f.code == "ICP142"]
    assert [f.rows for f in told] == [5]
    assert "'Amount Refunded'" in told[0].message


def test_other_refunds_than_those_beside_the_sales_count_too(tmp_path: Path):
    """Credit notes of other amounts than the payments tell are taken off as well."""
    others = THEIR_REFUNDS.replace("01,7", "01,70").replace("02,8", "02,80").replace("03,9", "03,90")

    paid = left_after(tmp_path, "refunds.csv", others, CHARGES)

    assert (paid["Acme"], paid["Bolt"]) == (636 - 27 - 171, 630 - 18 - 90)
