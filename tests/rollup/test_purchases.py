"""What customers bought, as their invoices say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from book_files import book_of_files, by_name

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rollup import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_amounts_kept_apart_do_not_make_revenue_margin(tmp_path: Path):
    """Without a rate, invoices in a second currency make customers whose value is not known, and value stays revenue."""
    bills = "Invoice ID,Company,Amount,Currency,Invoice date\n1,Alpha,10,EUR,2024-01-01\n2,Beta,20,EUR,2024-01-02\n"
    (tmp_path / "invoices.csv").write_text(f"{bills}3,Gamma,30,USD,2024-01-03\n", encoding="utf-8")

    book = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS)

    accounts = by_name(book)
    assert accounts["is_customer"].all()
    assert accounts["realised_revenue"].isna().to_dict() == {"Alpha": False, "Beta": False, "Gamma": True}
    assert any(f.message.startswith("Value is revenue") for f in book.findings)


def test_the_size_of_companies_in_another_currency_takes_no_unit_from_what_is_summed(tmp_path: Path):
    """Revenue of the customers in dollars beside invoices in euros: values are in euros."""
    (tmp_path / "companies.csv").write_text(
        "Company,Industry,Annual revenue ($)\nAlpha,Retail,100\nBeta,Energy,200\n", encoding="utf-8"
    )
    (tmp_path / "invoices.csv").write_text(
        "Invoice ID,Company,Amount (EUR),Invoice date\n1,Alpha,10,2024-01-01\n2,Beta,20,2024-01-02\n",
        encoding="utf-8",
    )

    assert roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS).currency == "EUR"


def test_lines_without_an_invoice_number_are_one_invoice_a_day(tmp_path: Path):
    """Blank numbers do not make one purchase of a customer's whole history."""
    lines = ["1,Alpha,10,2024-01-01", ",Alpha,20,2024-02-01", ",Alpha,30,2024-02-01", ",Alpha,40,2024-03-01"]
    text = "\n".join(["Invoice ID,Company,Amount,Invoice date", *lines, "5,Beta,50,2024-01-05"])
    (tmp_path / "invoices.csv").write_text(text, encoding="utf-8")

    alpha = by_name(roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS)).loc["Alpha"]

    assert (alpha["orders"], alpha["realised_revenue"]) == (3, 100.0)
    assert alpha["last_order_on"] == pd.Timestamp("2024-03-01")


def test_real_invoices_add_up_to_the_cent(exports_of_others: Callable[[str], Path]):
    """AdventureWorks: 632 of 701 resellers have invoices, and their revenue is the sum of all lines."""
    folder = exports_of_others("adventureworks")

    exports = load_exports([str(folder)], DEFAULTS)
    book = roll_up_accounts(exports, DEFAULTS)

    lines = exports.tables[CrmObject.INVOICE].column("amount").to_pylist()
    assert (len(book.accounts), book.not_worked) == (632, 69)
    assert round(book.accounts["realised_revenue"].sum(), 2) == float(round(sum(lines), 2))


def test_what_was_not_sold_is_dropped_for_a_reason(tmp_path: Path):
    """Drafts, cancelled invoices and trials are no purchases, and the rows add up; amounts before tax come first."""
    invoices = (
        "N° facture,Client,Date,Total,Total HT,Statut\n1,Alpha,2024-01-01,120,100,Comptabilisé\n2,Alpha,2024-02-01,120,100,Brouillon\n"
        "3,Beta,2024-02-01,240,200,Payée\n4,Beta,2024-03-01,240,200,Annulée\n"
    )
    (tmp_path / "factures.csv").write_text(invoices, encoding="utf-8")

    exports = load_exports([str(tmp_path)], DEFAULTS)
    book = roll_up_accounts(exports, DEFAULTS)

    assert by_name(book)["realised_revenue"].to_dict() == {"Alpha": 100.0, "Beta": 200.0}
    (source,) = exports.sources
    assert (source.read, source.kept, source.dropped) == (4, 2, {"a draft, cancelled or refunded invoice": 2})


def test_credit_notes_without_a_sign_take_back(tmp_path: Path):
    """What a document is, a credit note or a refund, decides over the sign of its amount."""
    text = (
        "N° facture,Client,Date,Montant HT,Type de pièce,Statut\n1,Alpha,2024-01-01,200,Facture,Payée\n2,Alpha,2024-02-01,50,Avoir,Payée\n"
        "3,Beta,2024-02-01,100,Facture,Payée\n4,Beta,2024-03-01,70,Facture,Remboursée\n5,Beta,2024-03-02,-10,Avoir,Payée\n"
    )

    accounts = by_name(book_of_files(tmp_path, factures=text))

    assert accounts["realised_revenue"].to_dict() == {"Alpha": 150.0, "Beta": 90.0}
