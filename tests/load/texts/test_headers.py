"""Whole header rows of the CRMs, in four languages: the object of each file, and the field of each column."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from icpcli.load.fields.understood import understand
from icpcli.load.files.read import table_in
from icpcli.load.texts.headers import fold_header, is_personal
from icpcli.model.common import CrmObject

ACCOUNT, DEAL = CrmObject.ACCOUNT, CrmObject.DEAL

OWN = "(our own)"  # Odoo's "Company" is whose CRM it is, and never a customer

# What the cells of each field look like, so that a column's values agree with its header.
CELLS = {
    "account_id": ("5551000001", "5551000002", "5551000003"),
    "contact_id": ("7001", "7002", "7003"),
    "deal_id": ("9001", "9002", "9003"),
    "deal_ids": ("9001; 9002", "9002", "9003"),
    "contact_names": ("Ann Lee", "Bob Ray", "Cy Fox"),
    "contact_ids": ("7001; 7002", "7002", "7003"),
    "subscription_id": ("sub_1", "sub_2", "sub_3"),
    "invoice_id": ("#1001", "#1002", "#1003"),
    "invoiced_on": ("2024-04-01", "2024-05-01", "2024-06-01"),
    "invoice_type": ("Invoice", "Credit note", "Invoice"),
    "activity_id": ("a1", "a2", "a3"),
    "related_id": ("9001", "9002", "9003"),
    "name": ("Acme SA", "Bolt Ltd", "Crux GmbH"),
    "account_name": ("Acme SA", "Bolt Ltd", "Crux GmbH"),
    "domain": ("acme.fr", "bolt.co.uk", "crux.de"),
    "account_domain": ("acme.fr", "bolt.co.uk", "crux.de"),
    "industry": ("Retail", "Energy", "Retail"),
    "employees": ("120", "30", "900"),
    "annual_revenue": ("1200000", "300000", "90000"),
    "country": ("France", "Germany", "France"),
    "region": ("Bretagne", "Hessen", "Alsace"),
    "city": ("Paris", "Leeds", "Bonn"),
    "postal_code": ("75001", "06000", "53111"),
    "created_on": ("2024-01-31", "2024-02-01", "2024-02-15"),
    "customer_since": ("2024-03-31", "2024-04-01", ""),
    "churned_on": ("", "2025-01-01", ""),
    "last_activity_on": ("2025-01-31", "2025-02-01", "2025-02-15"),
    "closed_on": ("2024-03-31", "2024-04-01", "2024-04-15"),
    "won_on": ("2024-03-31", "", ""),
    "lost_on": ("", "2024-04-01", ""),
    "contract_start": ("2024-04-01", "", ""),
    "contract_end": ("2025-04-01", "", ""),
    "started_on": ("2024-04-01", "2024-05-01", "2024-06-01"),
    "ended_on": ("2025-04-01", "", ""),
    "trial_ends_on": ("2024-04-15", "", ""),
    "occurred_on": ("2024-04-01", "2024-05-01", "2024-06-01"),
    "amount": ("1200.50", "300", "90"),
    "unit_price": ("120.50", "30", "9"),
    "quantity": ("1", "5", "2"),
    "interval_count": ("1", "3", "1"),
    "refunded": ("0.00", "30", "0.00"),
    "mrr": ("100.50", "30", "9"),
    "arr": ("1206", "360", "108"),
    "total_revenue": ("5000", "600", "70"),
    "contract_value": ("5000", "600", "70"),
    "acquisition_cost": ("500", "60", "70"),
    "currency": ("EUR", "EUR", "EUR"),
    "probability": ("100", "0", "40"),
    "nps": ("9", "4", ""),
    "times_contacted": ("12", "3", "7"),
    "deal_count": ("1", "2", "3"),
    "contact_count": ("1", "2", "3"),
    "days_to_close": ("30", "45", "60"),
    "founded_year": ("1999", "2010", "2015"),
    "would_recommend": ("yes", "no", "yes"),
    "satisfaction": ("5", "3", "4"),
    "term_months": ("12", "24", "12"),
    "is_won": ("true", "false", "false"),
    "is_lost": ("false", "true", "false"),
    "is_closed": ("true", "true", "false"),
    "is_active": ("True", "", "True"),
    "email": ("ann@acme.fr", "bob@bolt.co.uk", "cy@crux.de"),
    "full_name": ("Ann Lee", "Bob Ray", "Cy Fox"),
    "job_title": ("CFO", "IT Manager", "Buyer"),
    "notes": ("Wants shorter lead times.", "Too many manual exports.", "No budget this year."),
    "body": ("Wants shorter lead times.", "Too many manual exports.", "No budget this year."),
    "description": ("Wants shorter lead times.", "Too many manual exports.", "No budget this year."),
    "nps_comment": ("Great support.", "Too slow.", ""),
    "won_reason": ("Fast rollout", "", ""),
    "lost_reason": ("", "Price too high", ""),
    "activity_type": ("Call", "Email", "Meeting"),
    "direction": ("Inbound", "Outbound", "Inbound"),
    "result": ("Connected", "", "Completed"),
    "emails_sent": ("12", "3", "7"),
    "emails_opened": ("6", "1", "7"),
    "emails_clicked": ("2", "0", "1"),
    "emails_replied": ("1", "0", "1"),
    "stage": ("Closed Won", "Closed Lost", "Proposal"),
    "status": ("Won", "Lost", "Open"),
    OWN: ("Our Company", "Our Company", "Our Company"),
}
WORDS = ("alpha", "beta", "alpha")


@dataclass(frozen=True)
class Export:
    """One file: the CRM and language it is in, its object, and its headers with the field that each must be."""

    crm: str
    object: CrmObject
    columns: tuple[tuple[str, str | None], ...]


def exports() -> list[Export]:
    """The exports that stand in crm_headers.txt."""
    text = (Path(__file__).parent / "crm_headers.txt").read_text(encoding="utf-8")
    found = []
    for block in text.split("\n[")[1:]:
        title, *lines = block.strip().splitlines()
        crm, _, wanted = title.removesuffix("]").rpartition(": ")
        pairs = [line.partition(" = ") for line in lines]
        columns = tuple((header.strip(), field.strip() or None) for header, _, field in pairs)
        found.append(Export(crm, CrmObject(wanted), columns))
    return found


EXPORTS = exports()


def written(one: Export) -> bytes:
    """The export as a CSV file of three rows."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([header for header, _ in one.columns])
    for row in range(3):
        writer.writerow([CELLS.get(field or "", WORDS)[row] for _, field in one.columns])
    return stream.getvalue().encode()


@pytest.mark.parametrize("one", EXPORTS, ids=[one.crm for one in EXPORTS])
def test_every_column_of_a_crm_is_the_field_it_is(one: Export):
    """The file's name tells nothing here: headers and values alone give the object and each column's field."""
    raw = table_in(written(one), shown_as="export.csv")

    understood = understand(raw, {}, is_alone=True)

    fields = {column.header: column.field for column in understood.columns if column.object is one.object}
    assert understood.object is one.object
    expected = {header: None if field == OWN else field for header, field in one.columns}
    assert {header: fields.get(header) for header, _ in one.columns} == expected


@pytest.mark.parametrize(
    "headers",
    [
        "Lead ID,First Name,Last Name,Title,Company,Lead Source,Lead Status,Lead Owner",
        "Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Email,Lead Source,Lead Status,Industry",
        "ID de piste,Prénom,Nom,Société/Compte,Statut de la piste,Origine de la piste,Propriétaire de la piste",
        "Lead - Title,Lead - Value,Lead - Owner,Lead - Lead created",
        "Ticket ID,Ticket name,Ticket status,Pipeline,Priority,Category,Source,Create date,Close date",
        "customer_name,effective_date,movement_type,cmrr_movement,current_cmrr",
        "Journal,Date,N° pièce,Compte,Client,Libellé,Débit,Crédit",
    ],
)
def test_what_is_no_customer_yet_is_left_out_for_a_reason(headers: str):
    """Leads, tickets and movements of committed revenue are known by their headers alone, and the reason is said."""
    raw = table_in(f"{headers}\n{','.join('abcdefghijk'[: headers.count(',') + 1])}\n".encode(), shown_as="-")

    understood = understand(raw, {}, is_alone=True)

    assert understood.object is CrmObject.OTHER
    assert understood.reason


def test_the_companies_beside_deals_are_described_too():
    """A report of deals with the industry and the country of each deal's company tells of both."""
    text = (
        "Opportunity Name,Account Name,Amount,Stage,Close Date,Industry,Employees,Billing Country\n"
        "a,Acme,10,Closed Won,2024-01-31,Retail,120,France\nb,Bolt,20,Closed Lost,2024-02-28,Energy,30,Spain\n"
    )

    understood = understand(table_in(text.encode(), shown_as="export.csv"), {})

    assert understood.object is DEAL
    assert {f: c.header for f, c in understood.of(ACCOUNT).items()} == {
        "name": "Account Name",
        "industry": "Industry",
        "employees": "Employees",
        "country": "Billing Country",
    }


@pytest.mark.parametrize(
    "prefix", ["Organization - ", "Organisation – ", "Company: ", "Entreprise - ", "Account."]
)
def test_a_column_of_deals_that_says_it_is_the_companys_describes_it(prefix: str):
    """Pipedrive puts the fields of organisations beside deals: those that only their owner knows count as much as the sector."""
    text = (
        f"Deal ID,Deal title,Organization,Status,Value,{prefix}Sector,{prefix}Has shop,{prefix}Owner,{prefix}Created,Priority\n"
        "1,a,Acme,Won,10,Food,Yes,Ann Lee,2024-01-01,High\n2,b,Bolt,Lost,20,Retail,No,Bob Ray,2024-01-02,Low\n"
    )

    understood = understand(table_in(text.encode(), shown_as="deals.csv"), {})

    assert understood.object is DEAL
    assert [column.header for column in understood.custom()] == [f"{prefix}Has shop"]
    assert understood.of(ACCOUNT)["industry"].header == f"{prefix}Sector"


def test_two_columns_of_one_name_are_two():
    """A duplicate header neither hides the first column nor makes a field of the wrong one."""
    text = (
        "Affaire - Titre,Affaire - Valeur,Affaire - Organisation,Affaire - Statut,Affaire - Région,Affaire - Région\n"
        "a,10,Acme,Gagnée,Nord,Sud\nb,20,Bolt,Perdue,Sud,Nord\n"
    )

    understood = understand(table_in(text.encode(), shown_as="export.csv"), {})

    assert set(understood.of(DEAL)) == {"deal_name", "amount", "account_name", "status"}


@pytest.mark.parametrize(
    "header", ["Signataire du contrat", "Visité par", "Signée par", "Visited by", "Sold by"]
)
def test_who_signed_or_visited_is_a_person(header: str):
    """The other side of a contract and who went there are named, and describe no company."""
    assert is_personal(header)


@pytest.mark.parametrize("header", ["Type de contrat", "Contract", "Durée du contrat", "Pays par défaut"])
def test_what_kind_of_contract_it_is_names_nobody(header: str):
    """A contract's kind, its length, and a default are no person."""
    assert not is_personal(header)


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("Satisfaction /5", "satisfaction"),
        ("Satisfaction (1-5)", "satisfaction"),
        ("Note de satisfaction (sur 10)", "note de satisfaction"),
        ("NPS (0-10)", "nps"),
        ("Kundenzufriedenheit 1 bis 5", "kundenzufriedenheit"),
        ("Résilié (O/N)", "resilie"),
        ("Churned? (yes/no)", "churned"),
        ("How likely are you to recommend us, NPS 0-10", "how likely are you to recommend us nps 0 10"),
        ("Contact 10", "contact 10"),
    ],
)
def test_what_answers_are_given_in_is_no_part_of_what_is_asked(header: str, known: str):
    """A list kept by hand writes the scale, or "yes/no", behind the question."""
    assert fold_header(header) == known
