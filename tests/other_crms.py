"""The book of ``crms`` as further CRMs and billing tools export it, people included, each in its own shape."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from crms import LOST, OPEN, WON, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crms import Book, Company, Deal, Files

TITLES = ("Chief Financial Officer", "Head of Operations", "IT Manager")
WAYS_IN = ("Referral", "Trade show", "Outbound")
OPEN_STAGE = "Negotiation"


def number_of(company: Company) -> int:
    """The company's place in the book, from 1."""
    return int(company.id) - 5_551_000_000


def domain_of(company: Company) -> str:
    """The company's web domain."""
    return f"firm{number_of(company):03}.example"


def title_of(company: Company) -> str:
    """The job title of the company's only contact."""
    return TITLES[number_of(company) % len(TITLES)]


def way_in_of(company: Company) -> str:
    """How the company came to us."""
    return WAYS_IN[number_of(company) % len(WAYS_IN)]


def range_of(company: Company) -> str:
    """The employees as a range with an en dash."""
    for low, high in ((1, 10), (11, 50), (51, 200), (201, 500), (501, 1000)):
        if company.employees <= high:
            return f"{low}–{high}"
    return "1000+"


def american(day: date) -> str:
    """A date with the month first, without zeros."""
    return f"{day.month}/{day.day}/{day.year}"


def case_id(prefix: str, number: int) -> str:
    """A Salesforce id of 15 characters; neighbours differ in nothing but case."""
    return f"{prefix}A0000{number // 2:06}{'q' if number % 2 else 'Q'}"


def salesforce_data_loader(book: Book) -> Files:
    """API names, every value quoted, dates in ISO with a zone; stages of one's own, which only IsWon explains."""
    stages = {WON: "Signature", LOST: "Closed No Opportunity", OPEN: OPEN_STAGE}
    accounts = [
        ["Id", "Name", "Industry", "NumberOfEmployees", "BillingCountry", "AccountSource", "OwnerId"],
        *(
            [case_id("001", number_of(c)), c.name, c.industry, c.employees, c.country, way_in_of(c), "005A0"]
            for c in book.companies
        ),
    ]
    contacts = [
        ["Id", "AccountId", "FirstName", "LastName", "Title", "Email"],
        *(
            [case_id("003", number_of(c)), case_id("001", number_of(c)), "Ada", "Tell", title_of(c), f"ada@{domain_of(c)}"]
            for c in book.companies
        ),
    ]  # fmt: skip
    opportunities = [
        ["Id", "AccountId", "Name", "StageName", "Amount", "Probability", "CloseDate", "CreatedDate", "IsClosed", "IsWon"],
        *(
            [case_id("006", int(d.id)), case_id("001", number_of(d.company)), d.name, stages[d.outcome], d.amount, 50, d.closed,
             f"{d.created}T09:30:00.000Z", str(d.outcome != OPEN).lower(), str(d.outcome == WON).lower()]
            for d in book.deals
        ),
    ]  # fmt: skip
    roles = [
        ["Id", "OpportunityId", "ContactId", "Role", "IsPrimary"],
        *(
            [case_id("00K", int(d.id)), case_id("006", int(d.id)), case_id("003", number_of(d.company)), "Economic Buyer", "true"]
            for d in book.deals
        ),
    ]  # fmt: skip
    tables = {
        "Account": accounts,
        "Contact": contacts,
        "Opportunity": opportunities,
        "OpportunityContactRole": roles,
    }
    return {
        f"{name}.csv": text_of(rows, quoted=True, end="\n").encode("utf-8") for name, rows in tables.items()
    }


EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  workbooks hold no zone
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook_of(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook as Dynamics writes it: a hidden sheet first, then the table; dates are numbers with a style."""
    sheets = {"hiddenSheet": [["account:checksum:", "accountid"]], "Export": rows}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"{state}/>'
        for i, (name, state) in enumerate(zip(sheets, (' state="veryHidden"', ""), strict=True), 1)
    )
    targets = ("worksheets/sheet1.xml", "worksheets/sheet2.xml", "styles.xml")
    kinds = ("worksheet", "worksheet", "styles")
    links = "".join(
        f'<Relationship Id="r{i}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(zip(kinds, targets, strict=True), 1)
    )
    types = "".join(
        f'<Override PartName="/xl/{target}" ContentType="{CONTENT}.{kind}+xml"/>'
        for kind, target in zip(kinds, targets, strict=True)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{CONTENT}.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{RELATED}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATED}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": f'<styleSheet {MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>',
    }
    parts |= {f"xl/worksheets/sheet{i}.xml": _sheet(table) for i, table in enumerate(sheets.values(), 1)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def _sheet(rows: Sequence[Sequence[object]]) -> str:
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    return f"<worksheet {MAIN}><sheetData>{lines}</sheetData></worksheet>"


def _cell(value: object) -> str:
    match value:
        case None:
            return "<c/>"
        case datetime():
            return f'<c s="1"><v>{(value - EXCEL_EPOCH) / timedelta(days=1)}</v></c>'
        case int() | float():
            return f"<c><v>{value!r}</v></c>"
        case _:
            return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def dynamics(book: Book) -> Files:
    """Workbooks with a hidden first sheet and the three columns that nobody may modify; dates are cells of dates."""
    states = {WON: ("Won", "Won"), LOST: ("Lost", "Out-Sold"), OPEN: ("Open", "In Progress")}
    changed = datetime(2025, 6, 30, 8, 15)  # noqa: DTZ001  workbooks hold no zone

    def service(kind: str) -> list[str]:
        return [f"(Do Not Modify) {word}" for word in (kind, "Row Checksum", "Modified On")]

    def guid(number: int) -> str:
        return f"{{0A1B2C3D-0000-4000-8000-{number:012X}}}"

    accounts = [
        [*service("Account"), "Account Name", "Industry", "Number of Employees", "Address 1: Country/Region", "Email (Primary Contact) (Contact)"],
        *(
            [guid(number_of(c)), f"c2hl{number_of(c):06}Y2s=", changed, c.name, c.industry, c.employees, c.country, f"ada@{domain_of(c)}"]
            for c in book.companies
        ),
    ]  # fmt: skip
    opportunities = [
        [*service("Opportunity"), "Topic", "Account", "Est. revenue", "Status", "Status Reason", "Created On", "Actual Close Date"],
        *(
            [guid(int(d.id)), f"c2hl{d.id}Y2s=", changed, d.name, d.company.name, float(d.amount), *states[d.outcome],
             _midnight(d.created), None if d.outcome == OPEN else _midnight(d.closed)]
            for d in book.deals
        ),
    ]  # fmt: skip
    return {
        "All Accounts 6-30-2025 8-15-00 AM.xlsx": workbook_of(accounts),
        "All Opportunities 6-30-2025 8-16-00 AM.xlsx": workbook_of(opportunities),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def dynamics_internal(book: Book) -> Files:
    """Internal names, and numbers for the state and its reason."""
    states = {WON: (1, 3), LOST: (2, 5), OPEN: (0, 1)}
    accounts = [
        ["accountid", "name", "industrycode", "numberofemployees", "address1_country"],
        *(
            [f"0a1b2c3d-{number_of(c):04}", c.name, c.industry, c.employees, c.country]
            for c in book.companies
        ),
    ]
    opportunities = [
        ["opportunityid", "name", "parentaccountid", "estimatedvalue", "createdon", "actualclosedate", "statecode", "statuscode"],
        *(
            [f"0f{d.id}", d.name, f"0a1b2c3d-{number_of(d.company):04}", d.amount, f"{d.created}T09:30:00Z",
             "" if d.outcome == OPEN else d.closed, *states[d.outcome]]
            for d in book.deals
        ),
    ]  # fmt: skip
    return {"accounts.csv": text_of(accounts).encode(), "opportunities.csv": text_of(opportunities).encode()}


def attio(book: Book) -> Files:
    """Titles of attributes, links by name, several values by comma, an emoji in a stage, ranges, no close date."""
    stages = {WON: "Won 🎉", LOST: "Lost", OPEN: "In Progress"}
    companies = [
        ["Record ID", "Name", "Domains", "Industry", "Employee range", "Primary location", "Created at"],
        *(
            [f"co-{c.id}", c.name, f"{domain_of(c)}, old-{domain_of(c)}", c.industry, range_of(c), c.country, "2022-12-01T10:00:00.000Z"]
            for c in book.companies
        ),
    ]  # fmt: skip
    people = [
        ["Record ID", "Name", "Job title", "Email addresses", "Company"],
        *(
            [f"pe-{c.id}", "Ada Tell", title_of(c), f"ada@{domain_of(c)}, a.tell@{domain_of(c)}", c.name]
            for c in book.companies
        ),
    ]
    deals = [
        ["Record ID", "Deal name", "Deal stage", "Deal owner", "Deal value", "Associated people", "Associated company", "Created at"],
        *(
            [f"de-{d.id}", d.name, stages[d.outcome], "Sam Sells", d.amount, "Ada Tell", d.company.name, f"{d.created}T09:30:00.000Z"]
            for d in book.deals
        ),
    ]  # fmt: skip
    tables = {"companies": companies, "people": people, "deals": deals}
    return {f"{name} - all - 2025-06-30.csv": text_of(rows).encode() for name, rows in tables.items()}


def copper(book: Book) -> Files:
    """Fields of one's own by number, checkboxes in words, American dates, bare numbers, repeated phones."""
    states = {WON: "Won", LOST: "Lost", OPEN: "Open"}
    companies = [
        ["Copper ID", "Name", "Owned By", "Country", "Industry cf_698261", "Employees cf_698262", "Newsletter cf_698263", "Phone Number",
         "Phone Number 2"],
        *(
            [c.id, c.name, "Sam Sells", c.country, c.industry, c.employees, "checked" if number_of(c) % 5 else "unchecked", "0102030405", ""]
            for c in book.companies
        ),
    ]  # fmt: skip
    deals = [
        ["Copper ID", "Name", "Company", "Company Id", "Pipeline Name", "Stage", "Value", "Status", "Loss Reason", "Created At", "Closed Date"],
        *(
            [d.id, d.name, d.company.name, d.company.id, "Sales", OPEN_STAGE, d.amount, states[d.outcome], "Price" if d.outcome == LOST else "",
             american(d.created), american(d.closed)]
            for d in book.deals
        ),
    ]  # fmt: skip
    return {"companies.csv": text_of(companies).encode(), "opportunities.csv": text_of(deals).encode()}


def close(book: Book) -> Files:
    """Leads with their first contact and fields of one's own; opportunities in a file of their own."""
    states = {WON: ("Signed", "won"), LOST: ("No budget", "lost"), OPEN: ("Proposal", "active")}
    leads = [
        ["id", "display_name", "status_label", "url", "primary_contact_name", "primary_contact_title", "primary_contact_primary_email",
         "custom.Industry", "custom.Employees", "custom.Country", "num_calls", "num_emails"],
        *(
            [f"lead_{c.id}", c.name, "Qualified", f"https://www.{domain_of(c)}/", "Ada Tell", title_of(c), f"ada@{domain_of(c)}", c.industry,
             c.employees, c.country, 3, 7]
            for c in book.companies
        ),
    ]  # fmt: skip
    deals = [
        ["id", "lead_id", "lead_name", "status_label", "status_type", "value", "date_created", "date_won"],
        *(
            [f"oppo_{d.id}", f"lead_{d.company.id}", d.company.name, *states[d.outcome], d.amount, f"{d.created}T09:30:00+00:00",
             d.closed if d.outcome == WON else ""]
            for d in book.deals
        ),
    ]  # fmt: skip
    return {
        "Acme Inc leads 2025-06-30 08-15.csv": text_of(leads).encode(),
        "Acme Inc opportunities 2025-06-30 08-15.csv": text_of(deals).encode(),
    }


def monday(book: Book) -> Files:
    """Boards: title, then for each group its title and the header; below some items a block of sub-items."""
    return {
        "Accounts.csv": _board("Accounts", _monday_accounts(book)),
        "Deals.csv": _board("Deals", _monday_deals(book)),
    }


def _monday_accounts(book: Book) -> list[list[list[object]]]:
    header = ["Name", "Industry", "Employees", "Country", "VIP", "Item ID (auto generated)"]
    items: list[list[object]] = [
        [c.name, c.industry, c.employees, c.country, "v" if number_of(c) % 3 else "", c.id]
        for c in book.companies
    ]
    return [[["Accounts"], header, *items]]


def _monday_deals(book: Book) -> list[list[list[object]]]:
    header = ["Name", "Subitems", "Account", "Stage", "Deal Value", "Created", "Close Date", "Item ID (auto generated)"]  # fmt: skip
    stages = {WON: "Won", LOST: "Lost", OPEN: OPEN_STAGE}
    groups = []
    for title, wanted in (("Active Deals", {OPEN}), ("Closed", {WON, LOST})):
        rows: list[list[object]] = [[title], list(header)]
        for d in (d for d in book.deals if d.outcome in wanted):
            rows.append(_monday_item(d, stages[d.outcome]))
            if int(d.id) % 4 == 0:
                rows += [["Subitems", "Name", "Owner", "Status", "Date", "Hours", "Item ID (auto generated)"]]
                rows += [
                    ["", f"Step {n}", "Sam Sells", "Done", "2024-05-02", 40_000 + n, 9_000 + n]
                    for n in (1, 2)
                ]
        groups.append(rows)
    return groups


def _monday_item(deal: Deal, stage: str) -> list[object]:
    return [
        deal.name,
        "Step 1, Step 2" if int(deal.id) % 4 == 0 else "",
        deal.company.name,
        stage,
        deal.amount,
        f"{deal.created:%b} {deal.created.day}, {deal.created.year} 3:04 PM",
        deal.closed,
        deal.id,
    ]


def _board(title: str, groups: Sequence[Sequence[Sequence[object]]]) -> bytes:
    rows: list[Sequence[object]] = [[title]]
    for group in groups:
        rows += [*group, []]
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def freshsales(book: Book) -> Files:
    """Accounts, and deals with the two dates of closing: expected and real."""
    stages = {WON: "Won", LOST: "Lost", OPEN: OPEN_STAGE}
    accounts = [
        ["Id", "Name", "Industry", "Number of employees", "Country", "Owner"],
        *([c.id, c.name, c.industry, c.employees, c.country, "Sam Sells"] for c in book.companies),
    ]
    deals = [
        ["Id", "Deal Name", "Deal Value", "Type", "Expected close date", "Closed date", "Created at", "Deal Pipeline", "Deal Stage", "Account",
         "Related Contacts", "Source", "Campaign"],
        *(
            [d.id, d.name, d.amount, "New Business", d.closed, "" if d.outcome == OPEN else d.closed, f"{d.created} 09:30:00", "Default Pipeline",
             stages[d.outcome], d.company.name, "Ada Tell", way_in_of(d.company), ""]
            for d in book.deals
        ),
    ]  # fmt: skip
    return {"accounts.csv": text_of(accounts).encode(), "deals.csv": text_of(deals).encode()}


OTHER_CRMS: dict[str, Callable[[Book], Files]] = {
    "Salesforce Data Loader": salesforce_data_loader,
    "Dynamics 365": dynamics,
    "Dynamics 365, internal names": dynamics_internal,
    "Attio": attio,
    "Copper": copper,
    "Close": close,
    "monday": monday,
    "Freshsales": freshsales,
}


def stripe(book: Book) -> Files:
    """Subscriptions: one for each deal won, of which every third was cancelled."""
    rows = [
        ["id", "Customer ID", "Customer Name", "Customer Email", "Status", "Plan", "Amount", "Interval", "Created (UTC)", "Start (UTC)",
         "Canceled At (UTC)", "Ended At (UTC)", "Cancellation Reason"],
    ]  # fmt: skip
    for d in (d for d in book.deals if d.outcome == WON):
        has_ended = int(d.id) % 3 == 0
        ended = f"{d.closed} 23:59" if has_ended else ""
        status = "canceled" if has_ended else "active"
        rows.append(
            [f"sub_{d.id}", f"cus_{d.company.id}", d.company.name, f"ada@{domain_of(d.company)}", status, "plan_pro", str(d.amount), "month",
             f"{d.created} 09:30", f"{d.created} 09:30", ended, ended, "too_expensive" if has_ended else ""]
        )  # fmt: skip
    return {"subscriptions.csv": text_of(rows).encode()}
