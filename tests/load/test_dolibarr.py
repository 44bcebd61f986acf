"""Dolibarr's exports: third parties who are customers or suppliers, lines of invoices with their totals, codes for sizes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from icpcli.load.exports import load_exports
from icpcli.load.texts.values import read_as
from icpcli.model.common import CrmObject, Kind
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

    from icpcli.model.tables import Exports

COMPANIES = [
    "Id,Nom,Client,Fournisseur,Date création,Code client,Code fournisseur,Ville,Type du tiers,Effectif,Identifiant du commercial,Prénom du commercial,Nom du commercial",
    *(
        f"{i},Firme {i:02},{1 + i % 2},0,2023-01-{i:02} 09:00:00,CU{i:04},,Lyon,PME/PMI,{size},jdupont,Jean,Dupont"
        for i, size in zip(range(1, 25), ["EF1-5", "EF11-50", "EF500-"] * 8, strict=True)
    ),
]
PEOPLE = [
    "Id contact,Nom,Prénom,Poste/Fonction,Email,Id société,Raison sociale,Code client",
    *(f"{100 + i},Durand,Ada,Directeur général,a{i}@x.fr,{i},Firme {i:02},CU{i:04}" for i in range(1, 25)),
]
INVOICES = [
    "Id société,Raison sociale,Réf. facture,Date facturation,Montant HT,Montant TTC,Id ligne,Montant HT de la ligne,Montant TTC de la ligne",
    *(
        f"{i},Firme {i:02},FA{i:04},2024-03-{i:02},100.00,120.00,{2 * i + k},{part}.00,{part * 1.2:.2f}"
        for i in range(1, 13)
        for k, part in enumerate((75, 25))
    ),
]


@pytest.fixture
def read(tmp_path: Path) -> Exports:
    """The three exports, read."""
    tables = {"societe_1": COMPANIES, "societe_2": PEOPLE, "facture_1": INVOICES}
    for name, lines in tables.items():
        (tmp_path / f"export_{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_exports([str(tmp_path)], DEFAULTS)


def test_a_list_of_customers_and_suppliers_is_one_of_companies(read: Exports):
    """A supplier's code beside the customer's refuses nothing, and a salesperson's first name makes no person of a company."""
    names = read.tables[CrmObject.ACCOUNT]["name"].to_pylist()

    assert sorted(names) == [f"Firme {i:02}" for i in range(1, 25)]


def test_people_and_invoices_are_their_companys(read: Exports):
    """The id that all exports have joins them, and not the customer's code that some have."""
    keys = {r["account_key"]: r["name"] for r in read.tables[CrmObject.ACCOUNT].to_pylist()}
    people = read.tables[CrmObject.CONTACT].to_pylist()

    assert sorted(keys[p["account_key"]] for p in people) == sorted(keys.values())
    assert {p["job_title"] for p in people} == {"Directeur général"}


def test_lines_are_worth_their_own_amount(read: Exports):
    """Each line has the invoice's total beside its own amount: what was sold is 100 an invoice, and not 200."""
    invoices = read.tables[CrmObject.INVOICE]

    assert sum(invoices["amount"].to_pylist(), Decimal(0)) == Decimal(1200)


def test_the_codes_of_sizes_are_ranges(read: Exports):
    """EF1-5, EF11-50 and EF500- say what 1-5, 11-50 and 500+ do."""
    sizes = read.tables[CrmObject.ACCOUNT].sort_by("name")["employees"].to_pylist()[:3]
    plain = read_as(pa.array(["1-5", "11-50", "500+"]), Kind.COUNT, field="employees").array.to_pylist()

    assert sizes == plain


def test_who_sold_describes_no_company(read: Exports):
    """The salesperson's name is nobody's trait."""
    assert not [name for name in read.tables[CrmObject.ACCOUNT].column_names if "ommercial" in name]
