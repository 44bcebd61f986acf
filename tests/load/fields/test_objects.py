"""Which object a row stands for, where few headers tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.load.fields.objects import infer_object
from icpcli.load.files.memory import InMemory
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


@pytest.mark.parametrize(
    "headers",
    [
        "Client,Date,Montant",
        "Date,Libellé,Client,Montant TTC",
        "Kunde,Datum,Betrag",
        "Cliente,Fecha,Importe",
        "Email,Date,Amount",
        "customer_email,paid_at,amount",
        "Customer,Payment date,Amount paid",
        "Client,Date de règlement,Montant réglé",
        "Company,Sale date,Total",
    ],
)
@pytest.mark.parametrize("stem", ["export", "transactions", "ventes"])
def test_who_paid_when_and_how_much_is_a_list_of_sales(headers: str, stem: str):
    """The plainest list of what customers paid is read, in four languages, whatever the file is called."""
    names = headers.split(",")

    assert infer_object(names, stem).object is CrmObject.INVOICE


@pytest.mark.parametrize(
    ("headers", "stem", "expected"),
    [
        ("Client,Date,Montant,Étape", "export", CrmObject.DEAL),
        ("Client,Date,Montant,Statut", "affaires", CrmObject.DEAL),
        ("Company,Date,Amount", "pipeline", CrmObject.DEAL),
        ("Client,Date,Montant,Effectif,Secteur", "export", CrmObject.ACCOUNT),
        ("Email,First name,Last name,Date,Amount", "export", CrmObject.CONTACT),
        ("Source,Date,Cost", "export", CrmObject.COST),
        ("Client,Montant annuel,Date de signature,Durée (mois),Date de fin", "contrats", CrmObject.ACCOUNT),
        ("Client,Montant HT,Périodicité,Date de début,Date de fin", "contrats", CrmObject.SUBSCRIPTION),
    ],
)
def test_what_says_more_than_a_sale_is_no_list_of_sales(headers: str, stem: str, expected: CrmObject):
    """A stage or a status makes deals of it, a headcount companies, a name people."""
    assert infer_object(headers.split(","), stem).object is expected


def test_the_days_and_amounts_of_payments_are_heard():
    """Three columns tell when each customer paid and what."""
    text = 'Client,Date de paiement,Montant réglé\nAcme,03/01/2024,"1 200,50 €"\nAcme,15/02/2024,80 €\nBolt,31/03/2024,10 €\n'

    exports = load_exports([InMemory("paiements.csv", text.encode())], DEFAULTS)

    names = {r["account_key"]: r["name"] for r in exports.tables[CrmObject.ACCOUNT].to_pylist()}
    paid: list[tuple[str, date, Decimal]] = sorted(
        (names[r["account_key"]], r["invoiced_on"], r["amount"])
        for r in exports.tables[CrmObject.INVOICE].to_pylist()
    )
    assert [(name, str(day), float(amount)) for name, day, amount in paid] == [
        ("Acme", "2024-01-03", 1200.5),
        ("Acme", "2024-02-15", 80.0),
        ("Bolt", "2024-03-31", 10.0),
    ]


def test_odoos_name_for_an_invoice_is_no_list_of_accounts():
    """Its file is called account.move, and holds invoices."""
    headers = "Numéro,Nom d'affichage du partenaire de la facture,Date de facturation,Montant hors taxes signé,Total signé,Statut"

    found = infer_object(headers.split(","), "Pièce comptable (account.move)")

    assert found.object is CrmObject.INVOICE
