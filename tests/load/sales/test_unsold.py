"""What an invoice's status says of whether anything was sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path


def is_sold(folder: Path, status: str) -> bool:
    """Whether an invoice of this status counts beside one that is paid; else it is dropped, and that is counted."""
    lines = ["Invoice number,Customer,Invoice date,Amount,Status", "1,Acme,2024-01-05,100,Paid"]
    path = folder / "invoices.csv"
    path.write_text("\n".join([*lines, f"2,Acme,2024-02-05,50,{status}"]), encoding="utf-8")
    exports = load_exports([str(path)], DEFAULTS)
    dropped = exports.sources[0].dropped
    assert dropped in ({}, {"a draft, cancelled or refunded invoice": 1})
    count = exports.tables[CrmObject.INVOICE].num_rows
    assert count == 2 - sum(dropped.values())
    return count == 2


@pytest.mark.parametrize(
    "status",
    [
        "partially_refunded",
        "Partial Refunded",
        "Refunded (partially)",
        "Partiellement remboursée",
        "remboursé en partie",
        "teilweise erstattet",
        "Parcialmente reembolsado",
        "partially returned",
        "Teilweise storniert",
        "partially_paid",
    ],
)
def test_what_was_taken_back_in_part_was_sold(tmp_path: Path, status: str):
    """Shopify and Stripe call an order partially refunded of which one item came back: the sale is no less a sale."""
    assert is_sold(tmp_path, status)


@pytest.mark.parametrize(
    "status",
    ["uncollectible", "written_off", "refunded", "Remboursée", "Erstattet", "Reembolsado", "void", "Draft", "Draft (partial)", "partially paid, cancelled"],
)  # fmt: skip
def test_what_was_taken_back_whole_or_never_sent_was_not_sold(tmp_path: Path, status: str):
    """Refunds of everything, drafts and what was cancelled are no sale, whatever else the status says."""
    assert not is_sold(tmp_path, f'"{status}"')


@pytest.mark.parametrize(
    ("types", "counted"),
    [
        (("Devis", "Bon de commande", "Bon de livraison", "Facture", "Avoir", "Règlement facture"), ["Facture", "Avoir"]),
        (("Estimate", "Sales Order", "Invoice", "Credit Memo", "Payment"), ["Invoice", "Credit Memo"]),
        (("Sales Receipt", "Bill Payment", "Refund", "Journal Entry"), ["Sales Receipt", "Refund"]),
        (("out_invoice", "out_refund", "in_invoice", "in_refund", "entry"), ["out_invoice", "out_refund", "entry"]),
        (("Invoice", "Vendor Credit", "Supplier credit note", "Expense", "Check", "Billable Expense Charge"), ["Invoice"]),
        (("ACCREC", "ACCRECCREDIT", "ACCPAY", "ACCPAYCREDIT"), ["ACCREC", "ACCRECCREDIT"]),
        (("Facture", "Avoir", "Avoir fournisseur"), ["Facture", "Avoir"]),
        (("Order", "Order"), ["Order", "Order"]),
        (("Payment", "Refund"), ["Payment", "Refund"]),
    ],
    ids=["Sage", "QuickBooks", "QuickBooks, paid at once", "Odoo", "what was bought", "Xero", "what was given back", "orders alone", "payments alone"],
)  # fmt: skip
def test_of_all_documents_of_a_sale_its_invoice_counts(
    tmp_path: Path, types: tuple[str, ...], counted: list[str]
):
    """One sale has an offer, an order, a delivery, an invoice and a payment, each a row of the export; others' bills are none."""
    lines = [f"{i},Acme,2024-01-05,100,{kind}" for i, kind in enumerate(types)]
    path = tmp_path / "documents.csv"
    path.write_text(
        "\n".join(["Invoice number,Customer,Invoice date,Amount,Document type", *lines]), encoding="utf-8"
    )

    exports = load_exports([str(path)], DEFAULTS)

    assert exports.tables[CrmObject.INVOICE].column("invoice_type").to_pylist() == counted
    assert sum(exports.sources[0].dropped.values()) == len(types) - len(counted)


def test_a_credit_note_of_xero_is_taken_off(tmp_path: Path):
    """Xero tells a credit note by its type alone, its total being positive."""
    lines = ["InvoiceNumber,ContactName,InvoiceDate,Total,Type"]
    lines += ["1,Acme,2024-01-05,100,ACCREC", "2,Acme,2024-01-06,30,ACCRECCREDIT"]
    path = tmp_path / "xero.csv"
    path.write_text("\n".join(lines), encoding="utf-8")

    exports = load_exports([str(path)], DEFAULTS)

    assert exports.tables[CrmObject.INVOICE].column("amount").to_pylist() == [100, -30]


def spent(folder: Path, *lines: str) -> tuple[list[float], dict[str, int]]:
    """The amounts that a file of spend is read as, and what was left out of it."""
    (folder / "companies.csv").write_text("Company,Industry\nAcme,Retail\n", encoding="utf-8")
    path = folder / "spend.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    exports = load_exports([str(folder / "companies.csv"), str(path)], DEFAULTS)
    dropped = next(source.dropped for source in exports.sources if source.path == str(path))
    return [float(a) for a in exports.tables[CrmObject.COST]["amount"].to_pylist() if a], dict(dropped)


@pytest.mark.parametrize(
    "totals",
    [
        ["Total: Account,--,--,EUR,400.50", "Total: Search,--,--,EUR,400.50", "Total: Campaigns,--,--,EUR,400.50"],
        ["Total : compte,--,--,EUR,400.50"],
        ["Gesamt: Konto,--,--,EUR,400.50"],
        ["2024-01-01,,--,EUR,400.50"],
        ["2024-01-01,,,EUR,100", "2024-02-01,,,EUR,300.50"],
        ["2024-02-01,Sous-total Search,,EUR,400.50", "2024-02-01,Total Search,,EUR,400.50"],
    ],
    ids=["Google", "Google in French", "Google in German", "Meta, unnamed", "unnamed, by the month", "of a part"],
)  # fmt: skip
def test_what_ad_platforms_sum_up_is_not_spent_again(tmp_path: Path, totals: list[str]):
    """Google's "Total: Account" rows and Meta's total without a campaign's name add nothing to what was spent."""
    rows = ["2024-01-01,Brand,11,EUR,100", "2024-02-01,Brand,11,EUR,250.50", "2024-02-01,Generic,12,EUR,50"]

    amounts, dropped = spent(tmp_path, "Day,Campaign,Campaign ID,Currency code,Cost", *rows, *totals)

    assert amounts == [100, 250.5, 50]
    assert dropped == {"total": len(totals)}


def test_spend_of_no_channel_that_sums_up_nothing_is_kept(tmp_path: Path):
    """A row without a channel is only a total where its figure says so."""
    amounts, dropped = spent(
        tmp_path, "Month,Channel,Spend", "2024-01,Ads,100", "2024-01,,30", "2024-02,Ads,90"
    )

    assert (amounts, dropped) == ([100, 30, 90], {})


@pytest.mark.parametrize("status", ["Devis", "Devis envoyé", "Quotation Sent", "Quotation"])
def test_quotations_among_orders_sold_nothing(status: str, tmp_path: Path):
    """Odoo lists quotations and the orders that came of them together: one that is out is no sale."""
    text = f"Référence de la commande,Date de commande,Client,Montant hors taxes,Statut\nS1,2024-01-02,Acme,10.00,Bon de commande\nS2,2024-01-03,Bolt,20.00,{status}\n"
    path = tmp_path / "Bon de commande (sale.order).csv"
    path.write_text(text, encoding="utf-8")

    exports = load_exports([str(path)], DEFAULTS)

    assert exports.tables[CrmObject.INVOICE]["invoice_id"].to_pylist() == ["S1"]
    assert exports.sources[0].dropped == {"a draft, cancelled or refunded invoice": 1}
