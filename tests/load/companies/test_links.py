"""Who belongs to whom: deals, people and invoices joined to their companies and to each other."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING

from exported import HUBSPOT, rows

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rollup import roll_up_people
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_french_hubspot_folder_is_joined_by_id_domain_and_name(load: Callable):
    """Contacts find their company by association, else e-mail domain, else name; deals their outcome and amount."""
    exports = load(HUBSPOT)

    assert rows(exports, CrmObject.CONTACT, "contact_id", "account_key") == [
        ("1", "5551"),
        ("2", "5552"),
        ("3", "5552"),
    ]
    assert rows(exports, CrmObject.DEAL, "account_key", "deal_id", "outcome", "amount") == [
        ("5551", "9", "won", Decimal("1234.5")),
        ("5552", "10", "lost", Decimal(100)),
        ("5552", "11", "open", Decimal(70)),
    ]
    assert rows(exports, CrmObject.ACCOUNT, "name", "annual_revenue") == [
        ("Boulangeries Durand", Decimal("1200000.5")),
        ("Léa SAS", Decimal(800000)),
    ]


def test_who_takes_part_in_which_deal_is_kept(load: Callable):
    """Each association of a deal with a person is a link."""
    links = load(HUBSPOT).deal_contacts

    assert list(zip(*(links.column(n).to_pylist() for n in ("deal_id", "contact_key")), strict=True)) == [
        ("10", "2"),
        ("9", "1"),
        ("9", "2"),
    ]


NAMED = {
    "people.csv": "First name,Last name,Email,Job title,Company\n"
    "Marie,Dupont,marie@acme.example,CFO,Acme\nPaul,Petit,paul@acme.example,Buyer,Acme\nMarie,Dupont,md@bolt.example,CEO,Bolt\n",
}


def _taking_part(load: Callable, deals: str) -> list[tuple[str, str, str | None]]:
    """(job title, outcome of the deal, role) of everyone who takes part in a deal."""
    exports = load({**NAMED, "deals.csv": deals})
    titles = dict(rows(exports, CrmObject.CONTACT, "contact_key", "job_title"))
    outcomes = dict(rows(exports, CrmObject.DEAL, "deal_id", "outcome"))
    links = exports.deal_contacts.to_pylist()
    return sorted((titles[r["contact_key"]], outcomes[r["deal_id"]], r["buying_role"]) for r in links)


def test_who_takes_part_is_known_by_name_at_the_deals_company(load: Callable):
    """Pipedrive's contact person is the one of that name at the deal's company; a name nobody has there is nobody's."""
    deals = (
        "Deal - ID,Deal - Title,Deal - Organization,Deal - Contact person,Deal - Status,Deal - Value\n"
        "1,One,Acme,Dupont Marie,Won,9\n2,Two,Bolt,Mme Marie DUPONT,Lost,9\n3,Three,Bolt,Paul Petit,Won,9\n"
    )

    assert _taking_part(load, deals) == [("CEO", "lost", None), ("CFO", "won", None)]


def test_who_takes_part_is_known_by_name_and_address_in_one_cell(load: Callable):
    """HubSpot names several in a cell, each with an address, which counts more than the name."""
    deals = (
        "Record ID,Deal Name,Deal Stage,Amount,Associated Company,Associated Contact\n"
        "1,One,Closed Won,9,Acme,Marie Martin (marie@acme.example);Paul Petit (old@acme.example)\n"
    )

    assert _taking_part(load, deals) == [("Buyer", "won", None), ("CFO", "won", None)]


def test_a_report_with_a_row_for_each_role_counts_the_deal_once_and_everybody(load: Callable):
    """Salesforce's report on contact roles holds no ids: its deals are told by what each row repeats, its people by name."""
    deals = (
        "Account Name,Opportunity Name,Stage,Amount,Close Date,Contact Name,Role\n"
        "Acme,One,Closed Won,9,2024-03-01,Marie Dupont,Economic Buyer\nAcme,One,Closed Won,9,2024-03-01,Paul Petit,Evaluator\n"
        "Bolt,Two,Closed Lost,9,2024-04-01,Marie Dupont,Economic Buyer\n"
    )

    assert _taking_part(load, deals) == [
        ("Buyer", "won", "Evaluator"),
        ("CEO", "lost", "Economic Buyer"),
        ("CFO", "won", "Economic Buyer"),
    ]


def test_a_report_beside_the_deals_themselves_tells_no_deal_twice(load: Callable):
    """A deal of a report without ids is the one of that name at its company that another file numbers, unless their amounts differ."""
    report = (
        "Account Name,Opportunity Name,Stage,Amount,Close Date,Contact Name,Role\n"
        "Acme,One,Closed Won,9,2024-03-01,Marie Dupont,Economic Buyer\nAcme,One,Closed Won,9,2024-03-01,Paul Petit,Evaluator\n"
        "Bolt,Two,Closed Won,5,2024-04-01,Marie Dupont,\n"
    )
    deals = "Opportunity ID,Account Name,Opportunity Name,Stage,Amount,Close Date\n71,Acme,One,Closed Won,9,2024-03-01\n72,Bolt,Two,Closed Won,9,2024-05-01\n"

    exports = load({**NAMED, "report.csv": report, "deals.csv": deals})

    told = rows(exports, CrmObject.DEAL, "account_key", "amount")
    assert sorted(amount for _, amount in told) == [5, 9, 9]
    assert sorted(exports.deal_contacts.column("deal_id").to_pylist())[:2] == ["71", "71"]


def test_no_name_of_a_person_is_left_in_the_tables(load: Callable):
    """Names and addresses serve to join, and are in no table afterwards."""
    exports = load(
        {**NAMED, "deals.csv": "Deal ID,Company,Contact name,Stage\n1,Acme,Marie Dupont,Closed Won\n"}
    )

    assert "dupont" not in str([table.to_pylist() for table in exports.tables.values()]).casefold()


def test_namesakes_in_two_towns_are_two_companies_and_deals_of_the_bare_name_are_neithers(load: Callable):
    """Without ids or web sites two firms called Acme keep their MRR each; who of them won a deal of "Acme" is not guessed."""
    exports = load(
        {
            "companies.csv": "Company,City,MRR\nAcme,Paris,100\nAcme,Lyon,300\nBolt,Lyon,5\n",
            "deals.csv": "Deal ID,Company name,City,Amount,Stage\n1,Acme,Paris,9,Closed Won\n2,Bolt,Paris,9,Closed Won\n",
        }
    )

    assert rows(exports, CrmObject.ACCOUNT, "account_key", "mrr") == [
        ("name:acme", None),
        ("name:acme@lyon", Decimal(300)),
        ("name:acme@paris", Decimal(100)),
        ("name:bolt", Decimal(5)),
    ]
    assert rows(exports, CrmObject.DEAL, "account_key") == [("name:acme",), ("name:bolt",)]
    assert [(s.read, s.kept, s.merged) for s in exports.sources] == [(3, 3, 0), (2, 2, 0)]


def test_the_towns_of_people_do_not_part_their_company(load: Callable):
    """Two colleagues who live in different towns work for one company, also where their export gives it no id."""
    exports = load(
        {
            "contacts.csv": "First name,Last name,Email,Job title,Company,City,MRR\n"
            "Ann,A,a@gmail.com,CEO,Acme,Paris,5\nBob,B,b@gmail.com,CFO,Acme,Lyon,5\n"
        }
    )

    assert rows(exports, CrmObject.ACCOUNT, "account_key") == [("name:acme",)]


def test_deals_numbered_like_companies_are_not_joined_on_the_number(load: Callable):
    """Deal 1 of Bolt does not go to company 1, which is Acme."""
    exports = load(
        {
            "companies.csv": "id,company,industry,employees\n1,Acme,Retail,5\n2,Bolt,Energy,6\n",
            "deals.csv": "id,company,stage,amount,close date\n1,Bolt,Won,100,2024-01-15\n2,Acme,Lost,50,2024-02-15\n",
        }
    )

    assert set(rows(exports, CrmObject.DEAL, "account_key", "deal_id")) == {("1", "2"), ("2", "1")}


def test_a_person_with_two_roles_in_a_deal_keeps_both(load: Callable):
    """Salesforce has a row per role; none is lost, and none depends on which row comes last."""
    exports = load(
        {
            "Account.csv": "Id,Name,Industry\n1,Acme,Retail\n",
            "Contact.csv": "Id,AccountId,FirstName,LastName,Title\n5,1,Ann,B,CEO\n6,1,Cid,D,CFO\n",
            "Opportunity.csv": "Id,AccountId,Name,StageName,Amount,CloseDate,IsWon,IsClosed\n9,1,x,Closed Won,5,2024-03-31,true,true\n",
            "OpportunityContactRole.csv": "Id,OpportunityId,ContactId,Role\n1,9,5,Decision Maker\n2,9,5,Business User\n3,9,6,\n",
        }
    )

    assert exports.deal_contacts.to_pylist() == [
        {"deal_id": "9", "contact_key": "5", "buying_role": "Business User"},
        {"deal_id": "9", "contact_key": "5", "buying_role": "Decision Maker"},
        {"deal_id": "9", "contact_key": "6", "buying_role": None},
    ]


def test_companies_that_only_deals_name_are_kept(load: Callable):
    """A deal's company need not be in a file of companies; a deal without a company is counted."""
    exports = load(
        {
            "accounts.csv": "account,sector,employees\nAcme,Retail,5\nBolt,Energy,6\n",
            "deals.csv": "opportunity_id,account,deal_stage,close_date,close_value\n"
            "a,Acme,Won,2024-01-15,5\nb,Crux,Lost,2024-01-16,6\nc,,Lost,2024-01-17,7\n",
        }
    )

    assert [n for (n,) in rows(exports, CrmObject.ACCOUNT, "name")] == ["Acme", "Bolt", "Crux"]
    assert sorted(rows(exports, CrmObject.DEAL, "deal_id", "account_key")) == [
        ("a", "name:acme"),
        ("b", "name:crux"),
        ("c", None),
    ]
    assert ("ICP120", 1) in [(f.code, f.rows) for f in exports.findings]


def test_an_activity_is_of_the_company_of_the_person_it_names(load: Callable):
    """HubSpot's activities with contacts alone count for these people's companies; only those of nobody known are left out, and told."""
    exports = load(
        {
            "companies.csv": "Record ID,Company name,Customer since\n1,Acme,2024-01-15\n2,Bolt,2024-02-15\n",
            "contacts.csv": "Record ID,Email,Job title,Associated Company IDs\n7,,CFO,1\n8,,CTO,2\n",
            "activities.csv": "Record ID,Activity type,Activity date,Associated Contact IDs\n"
            "90,Call,2024-01-05,7\n91,Email,2024-01-06,7;8\n92,Call,2024-01-07,8\n93,Call,2024-01-08,9\n",
        }
    )

    found = exports.tables[CrmObject.ACTIVITY].column("account_key").to_pylist()
    assert found == ["1", "1", "2", None]
    told = [f.message for f in exports.findings if f.code == "ICP120"]
    assert told == ["1 of 4 activity rows name no company, and count for none."]


def test_every_invoice_line_of_a_real_export_finds_its_company(exports_of_others: Callable):
    """57,851 lines on 701 resellers: all joined, the sum to the cent as in the file."""
    folder = exports_of_others("adventureworks")
    invoices = load_exports([str(folder)], DEFAULTS).tables[CrmObject.INVOICE]

    with (folder / "adventureworks_invoice_lines.csv").open(encoding="utf-8") as file:
        total = sum(Decimal(line["SalesAmount"]).quantize(Decimal("0.0001")) for line in csv.DictReader(file))
    assert invoices.num_rows == 57851
    assert invoices.column("account_key").null_count == 0
    assert sum(invoices.column("amount").to_pylist()) == total


def test_glued_headers_of_a_data_loader_name_their_ids(load: Callable):
    """OPPORTUNITYID and CONTACTID join roles to deals and people as OpportunityId and ContactId do."""
    exports = load(
        {
            "Account.csv": "ID,NAME,INDUSTRY\n1,Acme,Retail\n",
            "Contact.csv": "ID,ACCOUNTID,FIRSTNAME,LASTNAME,TITLE\n7,1,Ann,Ash,CEO\n",
            "Opportunity.csv": "ID,ACCOUNTID,NAME,STAGENAME,AMOUNT,CLOSEDATE\n9,1,First,Closed Won,10,2024-01-31\n",
            "OpportunityContactRole.csv": "ID,OPPORTUNITYID,CONTACTID,ROLE,ISPRIMARY\n5,9,7,Decision Maker,true\n",
        }
    )

    assert exports.deal_contacts is not None
    assert [(r["deal_id"], r["buying_role"]) for r in exports.deal_contacts.to_pylist()] == [
        ("9", "Decision Maker")
    ]


def test_people_who_name_deals_that_have_no_ids_are_tied_to_none(load: Callable):
    """A column of deal ids among people means nothing beside deals without ids, and stops nothing."""
    exports = load(
        {
            "contacts.csv": "Contact ID,Job title,Company name,Associated Deal IDs\n1,CEO,Acme,77\n",
            "deals.csv": "Deal name,Company name,Deal stage,Amount,Close date\nOne,Acme,Closed Won,5,2024-01-01\n",
        }
    )

    assert exports.deal_contacts is None
    assert len(roll_up_people(exports).contacts) == 1
