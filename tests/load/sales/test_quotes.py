"""Quotes are deals: accepted they were won, refused or expired they were lost, and none of them is a sale."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.load.fields.objects import infer_object
from icpcli.load.fields.quotes import answer_to
from icpcli.model.common import CrmObject
from icpcli.rollup import roll_up_accounts
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from icpcli.model.tables import Exports

SELLSY = "Numéro;Statut;Date;Date d'expiration;Client;Objet;Total HT;Total TVA;Total TTC"
QUOTES = (
    f"{SELLSY}\n"
    "D-1;Accepté;03/01/2024;03/02/2024;Acme;Site;1000,00;200,00;1200,00\n"
    "D-2;Refusé;05/01/2024;05/02/2024;Bolt;Site;2000,00;400,00;2400,00\n"
    "D-3;Expiré;15/01/2024;15/02/2024;Crux;Site;500,00;100,00;600,00\n"
    "D-4;Envoyé;25/06/2024;25/07/2024;Dyna;Site;700,00;140,00;840,00\n"
)
INVOICES = "Numéro de facture;Date de facture;Client;Montant HT;Statut\nF-1;10/02/2024;Acme;950,00;Payée\n"
DEALS = "Nom de l'opportunité;Société;Montant;Étape;Date de création\nSite;Acme;1000,00;Gagnée;02/01/2024\nSite;Bolt;2000,00;Perdue;04/01/2024\n"


def loaded(folder: Path, files: dict[str, str], settings: Settings = DEFAULTS) -> Exports:
    """The files, written to a folder and read."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_exports([str(folder)], settings)


def outcomes_in(exports: Exports) -> dict[str, str]:
    """The outcome of each company's deal, by name."""
    names = {r["account_key"]: r["name"] for r in exports.tables[CrmObject.ACCOUNT].to_pylist()}
    return {names[r["account_key"]]: r["outcome"] for r in exports.tables[CrmObject.DEAL].to_pylist()}


@pytest.mark.parametrize("name", ["devis.csv", "export.csv"])
def test_quotes_are_deals_and_no_sales(name: str, tmp_path: Path):
    """By the file's name, or by statuses that no invoice has: one company bought, for the price before tax."""
    exports = loaded(tmp_path, {name: QUOTES})
    book = roll_up_accounts(exports, DEFAULTS).accounts

    assert CrmObject.INVOICE not in exports.tables
    assert outcomes_in(exports) == {"Acme": "won", "Bolt": "lost", "Crux": "lost", "Dyna": "open"}
    assert book.set_index("name")["realised_revenue"].dropna().to_dict() == {"Acme": 1000.0}
    assert [f.message.partition("holds ")[2] for f in exports.findings if f.code == "ICP152"] == [
        "quotes, which are deals and no sales: 1 accepted count as won, 2 refused or expired as lost, 1 as open."
    ]


def test_what_was_billed_counts_beside_quotes(tmp_path: Path):
    """With invoices beside them quotes say who was lost, and the invoices what was sold."""
    exports = loaded(tmp_path, {"devis.csv": QUOTES, "factures.csv": INVOICES})
    book = roll_up_accounts(exports, DEFAULTS).accounts.set_index("name")

    assert book["realised_revenue"].dropna().to_dict() == {"Acme": 950.0}


def test_quotes_of_deals_that_are_there_count_once(tmp_path: Path):
    """Where the opportunities themselves are exported, their quotes are left out, and it is told."""
    exports = loaded(tmp_path, {"devis.csv": QUOTES, "opportunites.csv": DEALS})

    assert exports.tables[CrmObject.DEAL].num_rows == 2
    assert [f.message.partition(": ")[2] for f in exports.findings if f.code == "ICP122"] == [
        "it holds quotes, and another file the deals that they belong to."
    ]


@pytest.mark.parametrize(
    ("headers", "stem", "expected"),
    [
        ("Angebotsnummer,Angebotsdatum,Kunde,Nettobetrag,Status", "export", CrmObject.DEAL),
        ("Kundennummer,Kunde,Datum,Betrag,Status", "Angebote", CrmObject.DEAL),
        ("Num,Fecha,Cliente,Subtotal,Total,Estado", "presupuestos", CrmObject.DEAL),
        ("Quote number,Date,Customer,Subtotal,Total,Status,Order number", "quotes", CrmObject.DEAL),
        (
            "Id tiers,Nom du tiers,Réf. propale,Date de proposition,Montant HT,État propale",
            "x",
            CrmObject.DEAL,
        ),
        (
            "Numéro de facture,Numéro de devis,Date de facture,Client,Montant HT",
            "factures",
            CrmObject.INVOICE,
        ),
        ("Client,Date,Montant HT", "devis signés 2024", CrmObject.INVOICE),
        ("Société,Email,Date devis,Montant devis,Statut devis", "CRM", CrmObject.DEAL),
        ("Client,Secteur,Effectif,Date devis,Montant devis,Statut", "clients", CrmObject.ACCOUNT),
        ("Chantier,Client,N° devis,Date de fin,Montant HT", "chantiers", CrmObject.INVOICE),
    ],
)
def test_what_is_a_quote_and_what_came_of_one(headers: str, stem: str, expected: CrmObject):
    """Lists of quotes in four languages; what was billed or done under the number of a quote stays a sale."""
    assert infer_object(headers.split(","), stem).object is expected


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("Signée (à facturer)", "won"),
        ("Non signée (fermée)", "lost"),
        ("Facturée", "won"),
        ("Accepted", "won"),
        ("Abgelehnt", "lost"),
        ("Rechazado", "lost"),
        ("Validée (propale ouverte)", None),
        ("À signer", None),
        ("Brouillon", None),
    ],
)
def test_what_became_of_a_quote(status: str, outcome: str | None):
    """The words of Dolibarr and of other tools; a quote that is out for signature is open."""
    assert answer_to(status) == outcome


def test_dolibarrs_numbers_are_not_those_of_opportunities(tmp_path: Path):
    """In its exports 2 is signed, 3 is not signed and 4 billed; Dynamics' opportunities call 3 won."""
    text = "Nom du tiers,Réf. propale,Date de proposition,Montant HT,État propale\n" + "".join(
        f"{name},PR{i},2024-01-0{i},10.00,{i}\n" for i, name in enumerate(("Acme", "Bolt", "Crux", "Dyna"), 1)
    )

    assert outcomes_in(loaded(tmp_path, {"export_propale_1.csv": text})) == {
        "Acme": "open", "Bolt": "won", "Crux": "lost", "Dyna": "won",
    }  # fmt: skip


def test_the_users_word_for_a_status_counts(tmp_path: Path):
    """A status that icp.toml explains keeps the user's meaning."""
    settings = Settings(stages={"Envoyé": "won", "Expiré": "open"})

    found = outcomes_in(loaded(tmp_path, {"devis.csv": QUOTES}, settings))

    assert found == {"Acme": "won", "Bolt": "lost", "Crux": "open", "Dyna": "won"}


def test_quotes_without_a_status_are_told(tmp_path: Path):
    """Nothing says which were accepted, so none counts as sold, and the user hears why."""
    text = "Client;Date;Montant HT\nAcme;03/01/2024;10,00\nBolt;04/01/2024;20,00\n"

    exports = loaded(tmp_path, {"devis.csv": text})

    assert Counter(exports.tables[CrmObject.DEAL]["outcome"].to_pylist()) == {"open": 2}
    assert [
        "no column says which were accepted" in f.message for f in exports.findings if f.code == "ICP152"
    ] == [True]


def test_the_lines_of_a_quote_are_added_up(tmp_path: Path):
    """A quote on several rows is worth what its lines come to, and one whose total stands on each of them counts once."""
    head = "Numéro de devis;Statut;Date;Client;Désignation;Montant HT\n"
    lines = "D-1;Accepté;03/01/2024;Acme;a;75,00\nD-1;Accepté;03/01/2024;Acme;b;25,00\nD-2;Refusé;03/01/2024;Bolt;a;10,00\nD-2;Refusé;03/01/2024;Bolt;b;5,00\n"
    totals = lines.replace("75,00", "100,00").replace("25,00", "100,00").replace(";5,00", ";10,00")
    worth = {}
    for name, rows in (("lines", lines), ("totals", totals)):
        (tmp_path / name).mkdir()
        exports = loaded(tmp_path / name, {"devis.csv": head + rows})
        deals = exports.tables[CrmObject.DEAL].to_pylist()
        worth[name] = sorted((r["deal_id"], float(r["amount"]), r["outcome"]) for r in deals)

    assert worth["lines"] == [("D-1", 100.0, "won"), ("D-2", 15.0, "lost")]
    assert worth["totals"] == [("D-1", 100.0, "won"), ("D-2", 10.0, "lost")]
    told = [f.message.partition("no sales: ")[2] for f in exports.findings if f.code == "ICP152"]
    assert told == ["1 accepted count as won, 1 refused or expired as lost, 0 as open."]


def test_quotes_and_invoices_in_one_file_are_told_apart_by_their_type(tmp_path: Path):
    """An export of all documents holds sales: its invoices count, and its quotes do not."""
    text = (
        "Type;Numéro;Statut;Date;Client;Total HT\n"
        "Devis;D-1;Accepté;03/01/2024;Acme;10,00\nDevis;D-2;Refusé;04/01/2024;Bolt;20,00\n"
        "Facture;F-1;Payée;03/02/2024;Acme;9,00\n"
    )

    exports = loaded(tmp_path, {"documents.csv": text})

    assert exports.tables[CrmObject.INVOICE]["invoice_id"].to_pylist() == ["F-1"]
