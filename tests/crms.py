"""One book of companies and deals, written as seven CRMs export it; a planted kind of company buys for more."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INDUSTRIES = ("Construction", "Education", "Logistics", "Media", "Retail", "Software")
COUNTRIES = ("France", "Germany", "Spain")
PLANTED = frozenset({"Logistics", "Retail"})
SEED = 20_260_131
WON, LOST, OPEN = "won", "lost", "open"
FIRST_DAY = date(2023, 1, 2)


@dataclass(frozen=True)
class Company:
    """One company; names and ids sort alike, so that every CRM's key gives the same order."""

    id: str
    name: str
    industry: str
    employees: int
    country: str


@dataclass(frozen=True)
class Deal:
    """One deal; ``closed`` is the expected date where it is open."""

    id: str
    name: str
    company: Company
    amount: Decimal
    created: date
    closed: date
    outcome: str


@dataclass(frozen=True)
class Book:
    """The companies, each with one to three deals."""

    companies: tuple[Company, ...]
    deals: tuple[Deal, ...]


def book_of(count: int = 300, seed: int = SEED) -> Book:
    """A seeded book: companies of the planted industries win more often, and buy for twice as much and more."""
    rng = np.random.default_rng(seed)
    companies = tuple(
        Company(
            id=str(5_551_000_001 + i),
            name=f"Firm {i + 1:03} & Fils, SARL" if i % 7 == 0 else f"Firm {i + 1:03}",
            industry=str(rng.choice(INDUSTRIES)),
            employees=int(rng.lognormal(4, 1)) + 2,
            country=str(rng.choice(COUNTRIES)),
        )
        for i in range(count)
    )
    deals = []
    for company in companies:
        effect = 1.0 if company.industry in PLANTED else 0.0
        for _ in range(int(rng.integers(1, 4))):
            number = len(deals) + 1
            created = FIRST_DAY + timedelta(days=int(rng.integers(0, 700)))
            outcome = str(rng.choice([WON, LOST, OPEN], p=[0.5 + 0.15 * effect, 0.35 - 0.15 * effect, 0.15]))
            deals.append(
                Deal(
                    id=str(7_000_001 + number),
                    name=f"Deal {number:04}",
                    company=company,
                    amount=Decimal(round(float(np.exp(rng.normal(8 + effect, 0.5))), 2)).quantize(
                        Decimal("0.01")
                    ),
                    created=created,
                    closed=created + timedelta(days=int(rng.integers(20, 120))),
                    outcome=outcome,
                )
            )
    return Book(companies, tuple(deals))


Files = dict[str, bytes]


def text_of(
    rows: Sequence[Sequence[object]], *, delimiter: str = ",", quoted: bool = False, end: str = "\r\n"
) -> str:
    """Rows as a CSV text."""
    stream = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    return stream.getvalue()


def hubspot_en(book: Book) -> Files:
    """Labels in English, minutes in dates, stage names and flags."""
    stages = {WON: "Closed Won", LOST: "Closed Lost", OPEN: "Presentation Scheduled"}
    companies = [["Record ID", "Company name", "Industry", "Number of Employees", "Country/Region"]]
    companies += [[c.id, c.name, c.industry, c.employees, c.country] for c in book.companies]
    deals = [
        ["Record ID", "Deal Name", "Deal Stage", "Amount", "Create Date", "Close Date", "Is Closed Won", "Associated Company",
         "Associated Company IDs", 'Cumulative time in "Closed Won (Sales Pipeline)" (HH:mm:ss)'],
    ]  # fmt: skip
    deals += [
        [d.id, d.name, stages[d.outcome], d.amount, f"{d.created} 09:30", f"{d.closed} 17:45", str(d.outcome == WON).lower(),
         d.company.name, d.company.id, "2705:47:48" if d.outcome == WON else ""]
        for d in book.deals
    ]  # fmt: skip
    return {"all-companies.csv": text_of(companies).encode(), "all-deals.csv": text_of(deals).encode()}


def hubspot_internal(book: Book) -> Files:
    """A French portal with internal names and values, in UTF-8 with a mark."""
    stages = {WON: "closedwon", LOST: "closedlost", OPEN: "presentationscheduled"}
    companies = [["hs_object_id", "name", "industry", "numberofemployees", "country"]]
    companies += [[c.id, c.name, c.industry, c.employees, c.country] for c in book.companies]
    deals = [
        [
            "hs_object_id",
            "dealname",
            "dealstage",
            "amount",
            "createdate",
            "closedate",
            "Associated Company IDs",
        ]
    ]
    deals += [
        [d.id, d.name, stages[d.outcome], d.amount, f"{d.created} 09:30", f"{d.closed} 17:45", f"{d.company.name} ({d.company.id})"]
        for d in book.deals
    ]  # fmt: skip
    return {
        "toutes-les-entreprises.csv": text_of(companies).encode("utf-8-sig"),
        "toutes-les-transactions.csv": text_of(deals).encode("utf-8-sig"),
    }


def salesforce_report(book: Book) -> Files:
    """One report of opportunities with their accounts: all quoted, latin-1, American dates, a footer."""
    stages = {WON: "Closed Won", LOST: "Closed Lost", OPEN: "Negotiation"}
    rows: list[list[object]] = [
        ["Opportunity ID", "Opportunity Name", "Account ID", "Account Name", "Industry", "Employees", "Billing Country", "Stage",
         "Amount", "Created Date", "Close Date"],
    ]  # fmt: skip
    for d in book.deals:
        c = d.company
        created, closed = (f"{day.month}/{day.day}/{day.year}" for day in (d.created, d.closed))
        rows.append(
            [
                d.id,
                d.name,
                c.id,
                c.name,
                c.industry,
                c.employees,
                c.country,
                stages[d.outcome],
                f"{d.amount:,}",
                created,
                closed,
            ]
        )
    footer = (
        f'\n"Grand Totals ({len(book.deals)} records)"\n\n"Confidential Information - Do Not Distribute"\n'
        '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
    )
    return {"report1689016159928.csv": (text_of(rows, quoted=True, end="\n") + footer).encode("latin-1")}


def pipedrive_fr(book: Book) -> Files:
    """French labels with their object before them; a lost deal keeps its stage, and companies are joined by name."""
    words = {WON: "Gagnée", LOST: "Perdue", OPEN: "En cours"}
    organisations = [
        ["Organisation - Nom", "Organisation - Secteur", "Organisation - Effectif", "Organisation - Pays"]
    ]
    organisations += [[c.name, c.industry, c.employees, c.country] for c in book.companies]
    deals = [
        ["Affaire - ID", "Affaire - Titre", "Affaire - Valeur", "Affaire - Organisation", "Affaire - Étape", "Affaire - Statut",
         "Affaire - Affaire créée", "Affaire - Date de gain", "Affaire - Date de perte", "Affaire - Date de clôture prévue",
         "Affaire - Région", "Affaire - Région"],
    ]  # fmt: skip
    deals += [
        [d.id, d.name, d.amount, d.company.name, "Négociation", words[d.outcome], f"{d.created} 09:30:00",
         f"{d.closed} 10:00:00" if d.outcome == WON else "", f"{d.closed} 10:00:00" if d.outcome == LOST else "", d.closed, "", ""]
        for d in book.deals
    ]  # fmt: skip
    return {"organizations-1.csv": text_of(organisations).encode(), "deals-1.csv": text_of(deals).encode()}


def zoho(book: Book) -> Files:
    """Ids of 18 digits with a prefix of the module, pairs of id and name, spelled-out dates."""
    stages = {WON: "Closed Won", LOST: "Closed Lost", OPEN: "Qualification"}

    def identifier(number: str) -> str:
        return f"zcrm_41230000{number}"

    accounts = [["Record Id", "Account Name", "Industry", "Employees", "Billing Country"]]
    accounts += [[identifier(c.id), c.name, c.industry, c.employees, c.country] for c in book.companies]
    deals = [
        [
            "Record Id",
            "Deal Name",
            "Account Name.id",
            "Account Name",
            "Amount",
            "Stage",
            "Created Time",
            "Closing Date",
        ]
    ]
    deals += [
        [identifier(d.id), d.name, identifier(d.company.id), d.company.name, f"$ {d.amount:,}", stages[d.outcome],
         f"{d.created} 09:30:00", d.closed.strftime("%b %d, %Y")]
        for d in book.deals
    ]  # fmt: skip
    return {
        "Accounts_2026_03_17.csv": text_of(accounts).encode(),
        "Deals_2026_03_17.csv": text_of(deals).encode(),
    }


def odoo(book: Book) -> Files:
    """Everything quoted; phones of a second contact on rows of their own; lost is archived and without a chance."""
    partners: list[list[object]] = [["Name", "Industry", "Employees", "Country", "Contacts/Phone"]]
    for c in book.companies:
        partners.append([c.name, c.industry, c.employees, c.country, f"'+33 1 {c.id[-4:]}"])
        partners += [["", "", "", "", f"'+33 2 {c.id[-4:]}"]] if int(c.id) % 3 == 0 else []
    leads = [
        [
            "Opportunity",
            "Customer",
            "Company",
            "Stage",
            "Expected Revenue",
            "Probability",
            "Active",
            "Created on",
            "Closed Date",
        ]
    ]
    chances = {WON: 100.0, LOST: 0.0, OPEN: 40.0}
    leads += [
        [d.name, d.company.name, "My Company (FR)", "Won" if d.outcome == WON else "Proposition", d.amount, chances[d.outcome],
         "" if d.outcome == LOST else "True", f"{d.created} 09:30:00", "" if d.outcome == OPEN else f"{d.closed} 10:00:00"]
        for d in book.deals
    ]  # fmt: skip
    return {
        "Contact (res.partner).csv": text_of(partners, quoted=True).encode(),
        "Lead_Opportunity (crm.lead).csv": text_of(leads, quoted=True).encode(),
    }


def french_excel(book: Book) -> Files:
    """Two sheets saved by a French Excel: semicolons, cp1252, decimal commas, days first, a total below."""
    words = {WON: "Gagné", LOST: "Perdu", OPEN: "En cours"}
    clients = [["Raison sociale", "Secteur", "Effectif", "Pays"]]
    clients += [[c.name, c.industry, c.employees, c.country] for c in book.companies]
    deals = [
        ["N° affaire", "Affaire", "Client", "Montant (€)", "Étape", "Date de création", "Date de clôture"]
    ]
    deals += [
        [
            d.id,
            d.name,
            d.company.name,
            euros(d.amount),
            words[d.outcome],
            f"{d.created:%d/%m/%Y}",
            f"{d.closed:%d/%m/%Y}",
        ]
        for d in book.deals
    ]
    deals.append(["Total", "", "", euros(sum((d.amount for d in book.deals), Decimal(0))), "", "", ""])
    return {
        "clients.csv": text_of(clients, delimiter=";").encode("cp1252"),
        "affaires.csv": ("sep=;\r\n" + text_of(deals, delimiter=";")).encode("cp1252"),
    }


def euros(amount: Decimal) -> str:
    """An amount as a French spreadsheet shows it, its groups apart by spaces that do not break."""
    return f"{amount:,.2f}".replace(",", "\u00a0").replace(".", ",") + "\u00a0€"


CRMS: dict[str, Callable[[Book], Files]] = {
    "HubSpot, English": hubspot_en,
    "HubSpot, internal names": hubspot_internal,
    "Salesforce report": salesforce_report,
    "Pipedrive, French": pipedrive_fr,
    "Zoho": zoho,
    "Odoo": odoo,
    "French Excel": french_excel,
}
