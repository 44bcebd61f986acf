"""What CRMs export beside companies and deals: people with traits of companies, roles, roll-ups of deals."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from crms import LOST, OPEN, PLANTED, WON, book_of, hubspot_en, odoo, pipedrive_fr, text_of
from other_crms import TITLES, american, case_id, domain_of, number_of, title_of

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.pipeline.derive import derive
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from icpcli.model.tables import Exports

BOOK = book_of()
CUSTOMERS = {d.company.name for d in BOOK.deals if d.outcome == WON}


def loaded(folder: Path, files: Mapping[str, bytes]) -> Exports:
    """The files in a folder of their own, read."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return load_exports([str(folder)], DEFAULTS)


def employees_in(exports: Exports) -> dict[str, float]:
    """The employees of each company, by its name."""
    accounts = exports.tables[CrmObject.ACCOUNT].to_pandas()
    return dict(zip(accounts["name"], accounts["employees"], strict=True))


def test_people_of_a_portal_do_not_speak_for_their_companies(tmp_path: Path):
    """HubSpot's contacts have a lifecycle stage and a range of employees of their own: their company's stay as they are."""
    people = [
        ["Record ID", "First Name", "Last Name", "Email", "Job Title", "Company Name", "Lifecycle Stage", "Number of Employees",
         "Associated Company", "Associated Company IDs"],
        *(
            [f"30{number_of(c):04}{k}", "Ada", "Tell", f"ada{k}@{domain_of(c)}", title_of(c), c.name, "Customer", "5000+", c.name, c.id]
            for c in BOOK.companies
            for k in (1, 2)
        ),
    ]  # fmt: skip

    exports = loaded(tmp_path, {**hubspot_en(BOOK), "all-contacts.csv": text_of(people).encode()})
    accounts = exports.tables[CrmObject.ACCOUNT].to_pandas()
    source = next(s for s in exports.sources if s.path.endswith("all-contacts.csv"))

    assert employees_in(exports) == {c.name: float(c.employees) for c in BOOK.companies}
    assert "won" not in set(accounts["outcome"])
    assert (source.object, source.kept, source.merged) == (CrmObject.CONTACT, 600, 0)


def test_a_report_with_contact_roles_counts_deals_once_and_keeps_everyone(tmp_path: Path):
    """Salesforce repeats an opportunity for each person on it: one deal, two people, each with a role."""
    stages = {WON: "Closed Won", LOST: "Closed Lost", OPEN: "Negotiation"}
    people = [["Contact ID", "Title", "Account ID", "Account Name"]]
    people += [
        [case_id(f"003{k}", number_of(c)), TITLES[k], case_id("001", number_of(c)), c.name]
        for c in BOOK.companies
        for k in (0, 1)
    ]
    deals = [
        ["Opportunity ID", "Opportunity Name", "Account ID", "Account Name", "Stage", "Amount Currency", "Amount", "Close Date",
         "Created Date", "Contact ID", "Role", "Primary"],
        *(
            [case_id("006", int(d.id)), d.name, case_id("001", number_of(d.company)), d.company.name, stages[d.outcome], "EUR", d.amount,
             american(d.closed), american(d.created), case_id(f"003{k}", number_of(d.company)), ("Decision Maker", "Evaluator")[k], 1 - k]
            for d in BOOK.deals
            for k in (0, 1)
        ),
    ]  # fmt: skip
    files = {"report1.csv": people, "report2.csv": deals}

    exports = loaded(
        tmp_path, {n: text_of(rows, quoted=True, end="\n").encode("latin-1") for n, rows in files.items()}
    )
    table = exports.tables[CrmObject.DEAL]
    links = exports.deal_contacts

    assert sum(table["amount"].to_pylist(), Decimal(0)) == sum((d.amount for d in BOOK.deals), Decimal(0))
    assert links is not None
    assert links.num_rows == 2 * len(BOOK.deals)
    assert set(links["buying_role"].to_pylist()) == {"Decision Maker", "Evaluator"}


def test_people_in_a_table_of_companies_are_no_companies(tmp_path: Path):
    """Odoo keeps people and companies in one table, a person called "Company, Person", who may be the customer of a deal."""
    partners = [
        [
            "Name",
            "Is a Company",
            "Related Company",
            "Job Position",
            "Email",
            "Industry",
            "Employees",
            "Country",
        ]
    ]
    for c in BOOK.companies:
        partners.append([c.name, "True", "", "", "", c.industry, str(c.employees), c.country])
        partners.append(
            [f"{c.name}, Ada Tell", "", c.name, title_of(c), f"ada@{domain_of(c)}", "", "", c.country]
        )
    files = odoo(BOOK)
    leads = list(csv.reader(io.StringIO(files["Lead_Opportunity (crm.lead).csv"].decode())))
    for row in leads[1::2]:
        row[1] = f"{row[1]}, Ada Tell"

    exports = loaded(
        tmp_path,
        {
            "Contact (res.partner).csv": text_of(partners, quoted=True).encode(),
            "Lead_Opportunity (crm.lead).csv": text_of(leads, quoted=True).encode(),
        },
    )
    accounts = exports.tables[CrmObject.ACCOUNT].to_pandas().set_index("account_key")["name"]
    deals = exports.tables[CrmObject.DEAL].to_pandas()

    assert sorted(accounts) == sorted(c.name for c in BOOK.companies)
    assert exports.tables[CrmObject.CONTACT].num_rows == len(BOOK.companies)
    assert set(deals["account_key"][deals["outcome"] == WON].map(accounts)) == CUSTOMERS


def test_what_a_crm_counts_of_its_deals_is_no_trait_of_a_company(tmp_path: Path):
    """Pipedrive's organisations have the numbers of their deals, won, lost and closed: no profile is made of these."""
    won, lost = (
        Counter(d.company.name for d in BOOK.deals if d.outcome == outcome) for outcome in (WON, LOST)
    )
    files = pipedrive_fr(BOOK)
    header, *rows = csv.reader(io.StringIO(files["organizations-1.csv"].decode()))
    counts = ("Affaires gagnées", "Affaires perdues", "Affaires clôturées")
    table = [
        [*header, *(f"Organisation - {name}" for name in counts)],
        *([*row, won[row[0]], lost[row[0]], won[row[0]] + lost[row[0]]] for row in rows),
    ]
    for name, data in {**files, "organizations-1.csv": text_of(table).encode()}.items():
        (tmp_path / name).write_bytes(data)

    found = derive([str(tmp_path)], Settings(permutations=19), base=tmp_path)

    assert [(c.field, set(c.values)) for c in found.profile.conditions] == [("industry", set(PLANTED))]
