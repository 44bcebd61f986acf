"""Whole exports to canonical tables."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from book_files import COMPANIES

from icpcli.errors import DataError
from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject, Kind
from icpcli.rollup import roll_up_people
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from icpcli.model.tables import Exports

HUBSPOT = {
    "tous-les-entreprises.csv": (
        "ID de fiche d'informations;Nom de l'entreprise;Nom de domaine de l'entreprise;Secteur d'activité;Nombre d'employés;"
        "Pays/Région;Chiffre d'affaires annuel\n"
        "5551;Boulangeries Durand;durand.fr;Agroalimentaire;120;France;1 200 000,50\n"
        "5552;Léa SAS;lea.fr;Logiciel;12;Belgique;800 000,00\n"
    ),
    "tous-les-contacts.csv": (
        "ID de fiche d'informations,Prénom,Nom,E-mail,Intitulé du poste,Nom de l'entreprise,Entreprise associée,Rôle d'achat\n"
        "1,Anne,Lebrun,a@durand.fr,DAF,Boulangeries Durand,Boulangeries Durand (5551),Décideur\n"
        "2,Bob,Martin,b@lea.fr,PDG,,,Influenceur\n"
        "3,Zoé,Petit,z@gmail.com,Acheteuse,LEA,,\n"
    ),
    "tous-les-transactions.csv": (
        "ID de fiche d'informations,Nom de la transaction,Phase de la transaction,Montant,Date de fermeture,Date de création,"
        "Associated Company IDs,Associated Contact IDs\n"
        '9,Durand 1,Fermé gagné,"1 234,50",2024-03-30 10:00,2024-01-05 09:00,5551,1;2\n'
        "10,Lea 1,Fermé perdu,100,2024-04-01 10:00,2024-02-01 10:00,Léa SAS (5552),2\n"
        "11,Lea 2,Devis envoyé,70,2030-12-31 10:00,2024-04-20 10:00,5552,\n"
    ),
}


def in_order(table: pa.Table, names: list[str]) -> list[tuple]:
    """The rows of a table, sorted; companies and people must be so already."""
    return sorted((tuple(row.values()) for row in table.select(names).to_pylist()), key=str)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Exports]:
    """Loads a folder of these files."""

    def run(files: dict[str, str], settings: Settings = DEFAULTS) -> Exports:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return load_exports([str(tmp_path)], settings)

    return run


def rows(exports: Exports, wanted: CrmObject, *names: str) -> list[tuple[Any, ...]]:
    """These columns of a table, row by row."""
    table = exports.tables[wanted]
    return list(zip(*(table.column(name).to_pylist() for name in names), strict=True))


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


def test_as_of_is_the_latest_past_event(load: Callable):
    """The expected close of an open deal is no event; that the deal was created is."""
    assert load(HUBSPOT).as_of == date(2024, 4, 20)
    assert load(HUBSPOT, Settings(as_of=date(2024, 5, 31))).as_of == date(2024, 5, 31)


def test_the_agreed_end_of_a_subscription_is_not_today(load: Callable):
    """Subscriptions that end years ahead do not make everyone churned."""
    exports = load(
        {
            "accounts.csv": "account_id,account_name,industry\n1,Acme,Retail\n2,Bolt,Energy\n",
            "subscriptions.csv": "subscription_id,account_id,start_date,end_date,mrr_amount,billing_frequency\n"
            "1,1,2024-01-15,2027-12-31,100,monthly\n2,2,2024-02-20,2027-11-30,90,monthly\n",
        }
    )

    assert exports.as_of == date(2024, 2, 20)


def test_one_date_far_after_all_others_is_left_out_and_said(load: Callable):
    """A typing error of a decade does not move today."""
    days = "".join(f"C{i},Retail,5,2024-01-{i:02d}\n" for i in range(10, 30))
    exports = load(
        {"crm.csv": f"Company name,Industry,Employees,Customer since\n{days}Odd,Retail,5,2034-01-01\n"}
    )

    assert exports.as_of == date(2024, 1, 29)
    assert "ICP130" in [finding.code for finding in exports.findings]


def test_announced_leavings_do_not_move_the_end_of_the_data(tmp_path: Path):
    """A few days of leaving beyond everything else have not come; as many as before, or none, are the end of the data."""
    started = [f"2024-{month:02d}-01" for month in range(1, 13)] * 5
    left = {i: f"2024-{i % 6 + 6:02d}-28" for i in range(24)}
    texts = {}
    for name, late in {
        "none": {},
        "few": {30: "2025-06-30"},
        "many": dict.fromkeys(range(30, 50), "2025-06-30"),
    }.items():
        rows = [f"Firm {i},{day},{(left | late).get(i, '')},10" for i, day in enumerate(started)]
        texts[name] = "\n".join(["Company,Customer since,Churn date,MRR", *rows])

    ends = {}
    for name, text in texts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(text, encoding="utf-8")
        exports = load_exports([str(tmp_path / name)], DEFAULTS)
        ends[name] = (exports.as_of, sum(f.code == "ICP136" for f in exports.findings))

    assert ends == {
        "none": (date(2024, 12, 1), 0),
        "few": (date(2024, 12, 1), 1),
        "many": (date(2025, 6, 30), 0),
    }


def test_no_person_is_in_the_tables_or_the_samples(load: Callable):
    """Names, addresses and e-mails of people stay out of what the other rooms and the reports see."""
    exports = load(
        HUBSPOT | {"equipe.csv": "vendeur,manager\nJean Moulin,Cara Losch\nLucie Aubrac,Cara Losch\n"}
    )

    seen = (
        str([table.to_pylist() for table in exports.tables.values()])
        + str(exports.readings)
        + str(exports.findings)
    )
    for person in ("Lebrun", "Zoé", "@durand", "@gmail", "Moulin", "Cara Losch"):
        assert person not in seen


def test_every_row_of_every_file_is_accounted_for(load: Callable):
    """Read is kept, merged and dropped for a reason; a file that is not used says why."""
    exports = load(HUBSPOT | {"products.csv": "product,series\nA,1\nB,2\n"})

    products = next(s for s in exports.sources if s.path.endswith("products.csv"))
    assert [s.object for s in exports.sources] == sorted(s.object for s in exports.sources)
    assert (products.read, products.kept, sum(products.dropped.values())) == (2, 0, 2)


def test_a_ranking_of_our_own_is_no_export(tmp_path: Path):
    """What icp rank wrote beside the exports is left out with the reason."""
    head = "rank,account_key,name,score,criteria_known,value_to_date,value_expected\n1,1,Alpha,90,2,10,20\n"
    (tmp_path / "rank.csv").write_text(head, encoding="utf-8")
    (tmp_path / "companies.csv").write_text(COMPANIES, encoding="utf-8")

    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert [
        f.message for f in exports.findings if f.code == "ICP122" and "a ranking that icp wrote" in f.message
    ]


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


def test_a_contact_export_becomes_companies_and_people(load: Callable):
    """A row per person with the company's figures gives one account per company, conflicts settled by majority."""
    exports = load(
        {
            "contacts.csv": "First name,Last name,Email,Job title,Company,Industry,Employees,MRR,Customer since\n"
            "Ann,A,a@acme.com,CEO,Acme,Retail,10,5,2024-01-15\n"
            "Bob,B,b@acme.com,CFO,Acme Inc.,Retail,10,5,2024-01-15\n"
            "Cid,C,c@acme.com,CTO,ACME,Energy,12,5,2024-01-15\n"
            "Dan,D,d@bolt.com,CEO,Bolt,Energy,7,9,2024-02-20\n"
        }
    )

    assert rows(exports, CrmObject.ACCOUNT, "account_key", "industry", "employees") == [
        ("name:acme", "Retail", 10.0),
        ("name:bolt", "Energy", 7.0),
    ]
    assert [key for (key,) in rows(exports, CrmObject.CONTACT, "account_key")] == ["name:acme"] * 3 + [
        "name:bolt"
    ]
    assert (exports.sources[0].read, exports.sources[0].kept, exports.sources[0].merged) == (4, 2, 2)


def test_deals_numbered_like_companies_are_not_joined_on_the_number(load: Callable):
    """Deal 1 of Bolt does not go to company 1, which is Acme."""
    exports = load(
        {
            "companies.csv": "id,company,industry,employees\n1,Acme,Retail,5\n2,Bolt,Energy,6\n",
            "deals.csv": "id,company,stage,amount,close date\n1,Bolt,Won,100,2024-01-15\n2,Acme,Lost,50,2024-02-15\n",
        }
    )

    assert set(rows(exports, CrmObject.DEAL, "account_key", "deal_id")) == {("1", "2"), ("2", "1")}


def test_exports_that_overlap_count_a_deal_once(load: Callable):
    """The same deal in two files is merged and said."""
    companies = "Record ID,Company name,Industry\n1,Acme,Retail\n2,Bolt,Energy\n"
    header = "Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Company IDs\n"
    deal = "10,d,Closed Won,100,2024-01-15,1\n"
    exports = load(
        {
            "companies.csv": companies,
            "deals-2024.csv": header + deal + "11,e,Closed Lost,50,2024-02-20,2\n",
            "deals-all.csv": header + deal,
        }
    )

    assert [d for (d,) in rows(exports, CrmObject.DEAL, "deal_id")] == ["10", "11"]
    assert sum(s.merged for s in exports.sources) == 1


def test_a_column_of_words_here_and_numbers_there_is_text(load: Callable):
    """Two files that disagree on what a custom column holds are read all the same."""
    exports = load(
        {
            "north.csv": "Company name,Industry,Segment\nAcme,Retail,gold\nBolt,Retail,silver\n",
            "south.csv": "Company name,Industry,Segment\nCrux,Retail,1\nDent,Retail,2\n",
        }
    )

    assert sorted(s for (s,) in rows(exports, CrmObject.ACCOUNT, "custom:Segment")) == [
        "1",
        "2",
        "gold",
        "silver",
    ]


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


def test_orders_without_amounts_are_said_to_have_none(load: Callable):
    """Orders of unknown value are kept, and the report says that their value is not known."""
    exports = load(
        {
            "customers.csv": "customerID,companyName,city,country\nA,Acme,Lille,France\nB,Bolt,Lyon,France\n",
            "orders.csv": "orderID,customerID,orderDate,freight\n1,A,2024-01-15,3.5\n2,B,2024-01-16,4.5\n",
        }
    )

    assert "amount" not in exports.tables[CrmObject.INVOICE].column_names
    assert ("ICP126", 2) in [(f.code, f.rows) for f in exports.findings]


def test_a_file_without_a_company_says_what_was_looked_for_and_the_flag(load: Callable):
    """Colours and sizes are no companies: one error names the file, its headers and what to do."""
    with pytest.raises(DataError, match="no column that names a company") as caught:
        load({"crm.csv": "Colour,Size\nred,1\nblue,2\n"})

    text = "\n".join(caught.value.details)
    assert "Colour, Size" in text
    assert "--column account.name=" in text


def shuffled(text: str, seed: int) -> str:
    """The same table with its rows and columns in another order."""
    delimiter = ";" if text.splitlines()[0].count(";") else ","
    table = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    chance = random.Random(seed)  # noqa: S311  a shuffle, no secret
    order = list(range(len(table[0])))
    chance.shuffle(order)
    body = table[1:]
    chance.shuffle(body)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(
        [[r[i] for i in order] for r in [table[0], *body]]
    )
    return out.getvalue()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_and_columns_changes_nothing(load: Callable, seed: int):
    """Shuffled files give equal tables, links, readings, findings and as_of; only a person's row in the file moves."""
    files = HUBSPOT | {
        "factures.csv": "Numéro de facture,Client,Date de facture,Montant HT\n1,Crux Inc.,2024-01-15,5\n2,CRUX,2024-02-15,6\n"
    }
    before = load(files)
    after = load({name: shuffled(text, seed) for name, text in files.items()})

    assert before.tables.keys() == after.tables.keys()
    for wanted, table in before.tables.items():
        names = [n for n in table.column_names if n != "contact_row"]
        assert in_order(after.tables[wanted], names) == in_order(table, names)
    assert after.deal_contacts.equals(before.deal_contacts)
    assert (after.readings, after.findings, after.as_of) == (before.readings, before.findings, before.as_of)


@pytest.mark.parametrize(
    ("folder", "outcomes"),
    [
        ("salesforce_devorg", {"won": 12, "lost": 8, "open": 16}),
        ("maven_crm", {"won": 4238, "lost": 2473, "open": 2089}),
    ],
)
def test_deals_of_real_exports_are_counted_as_their_flags_say(
    exports_of_others: Callable, folder: str, outcomes: dict
):
    """Won, lost and open in exports that others wrote, counted independently with standard tools."""
    deals = load_exports([str(exports_of_others(folder))], DEFAULTS).tables[CrmObject.DEAL]

    counted = {pair["values"]: pair["counts"] for pair in deals.column("outcome").value_counts().to_pylist()}

    assert counted == outcomes


def test_every_invoice_line_of_a_real_export_finds_its_company(exports_of_others: Callable):
    """57,851 lines on 701 resellers: all joined, the sum to the cent as in the file."""
    folder = exports_of_others("adventureworks")
    invoices = load_exports([str(folder)], DEFAULTS).tables[CrmObject.INVOICE]

    with (folder / "adventureworks_invoice_lines.csv").open(encoding="utf-8") as file:
        total = sum(Decimal(line["SalesAmount"]).quantize(Decimal("0.0001")) for line in csv.DictReader(file))
    assert invoices.num_rows == 57851
    assert invoices.column("account_key").null_count == 0
    assert sum(invoices.column("amount").to_pylist()) == total


def test_what_a_report_of_deals_says_of_companies_describes_them(load: Callable):
    """Industry and country beside each deal become the company's, once, and the rows still count as deals."""
    exports = load(
        {
            "report.csv": (
                "Opportunity ID,Opportunity Name,Account Name,Industry,Billing Country,Amount,Stage,Close Date\n"
                "1,A1,Acme,Retail,France,10,Closed Won,2024-01-31\n"
                "2,A2,Acme,Retail,France,20,Closed Won,2024-02-28\n"
                "3,B1,Bolt,Energy,Spain,30,Closed Lost,2024-03-31\n"
            )
        }
    )

    accounts = exports.tables[CrmObject.ACCOUNT].select(["name", "industry", "country"]).to_pylist()
    assert accounts == [
        {"name": "Acme", "industry": "Retail", "country": "France"},
        {"name": "Bolt", "industry": "Energy", "country": "Spain"},
    ]
    assert [(s.object, s.read, s.kept, s.merged) for s in exports.sources] == [(CrmObject.DEAL, 3, 3, 0)]
    assert set(exports.tables[CrmObject.DEAL]["account_key"].to_pylist()) == set(
        exports.tables[CrmObject.ACCOUNT]["account_key"].to_pylist()
    )


def test_a_column_of_your_own_beside_deals_is_the_companys_once(load: Callable):
    """What every deal says of its company under "Organization - Has shop" is a trait of it, and is shown as one."""
    exports = load(
        {
            "deals.csv": (
                "Deal ID,Deal title,Organization,Status,Value,Won time,Organization - Has shop,Organization - Stores\n"
                "1,A1,Acme,Won,10,2024-01-31,Yes,3\n2,A2,Acme,Won,20,2024-02-28,Yes,3\n3,B1,Bolt,Lost,30,,No,\n"
            )
        }
    )

    traits = ["name", "custom:Organization - Has shop", "custom:Organization - Stores"]
    accounts = exports.tables[CrmObject.ACCOUNT].select(traits).to_pylist()
    assert [tuple(account.values()) for account in accounts] == [("Acme", True, 3.0), ("Bolt", False, None)]
    assert [(s.read, s.kept, s.merged) for s in exports.sources] == [(3, 3, 0)]
    (shown,) = (r for r in exports.readings if r.header == "Organization - Has shop")
    assert (shown.object, shown.kind, shown.field) == (CrmObject.ACCOUNT, Kind.BOOLEAN, None)


def test_what_invoices_say_of_companies_describes_them(load: Callable):
    """Sector, size and cost beside each invoice become the company's, once, and the rows still count as invoices."""
    exports = load(
        {
            "ventes.csv": (
                "N° facture,Client,Secteur,Effectif,Coût d'acquisition,Date de facture,Montant HT\n"
                "1,Acme,Retail,20,500,2024-01-31,10\n2,Acme,Retail,20,500,2024-02-28,20\n3,Bolt,Energy,30,700,2024-03-31,30\n"
            )
        }
    )

    accounts = exports.tables[CrmObject.ACCOUNT].select(["name", "industry", "employees"]).to_pylist()
    assert accounts == [
        {"name": "Acme", "industry": "Retail", "employees": 20.0},
        {"name": "Bolt", "industry": "Energy", "employees": 30.0},
    ]
    assert [float(c) for c in exports.tables[CrmObject.ACCOUNT]["acquisition_cost"].to_pylist()] == [500, 700]
    assert [(s.object, s.read, s.kept) for s in exports.sources] == [(CrmObject.INVOICE, 3, 3)]


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


def test_a_list_of_companies_is_believed_before_what_deals_say_of_them(load: Callable):
    """Where both files have an industry, that of the companies' own file stands."""
    exports = load(
        {
            "accounts.csv": "Account ID,Account Name,Industry\n1,Acme,Software\n2,Bolt,Energy\n",
            "report.csv": (
                "Opportunity ID,Account ID,Industry,Billing Country,Amount,Stage,Close Date\n"
                "1,1,Retail,France,10,Closed Won,2024-01-31\n2,1,Retail,France,20,Closed Won,2024-02-28\n"
            ),
        }
    )

    account = exports.tables[CrmObject.ACCOUNT].filter(
        pc.equal(exports.tables[CrmObject.ACCOUNT]["account_id"], "1")
    )
    assert account.select(["industry", "country"]).to_pylist() == [
        {"industry": "Software", "country": "France"}
    ]


def test_opportunities_repeated_for_their_contacts_count_once(load: Callable):
    """A report of opportunities with contact roles repeats each for every contact: its amount is not multiplied."""
    lines = [
        "Opportunity Name,Account Name,Amount,Stage,Close Date,Contact Name,Role",
        "A1,Acme,10,Closed Won,2024-01-31,Ann Lee,Buyer",
        "A1,Acme,10,Closed Won,2024-01-31,Bob Ray,User",
        "A2,Acme,20,Closed Won,2024-02-28,Ann Lee,Buyer",
    ]

    exports = load({"report.csv": "\n".join(lines)})

    deals = exports.tables[CrmObject.DEAL]
    assert sorted(deals["amount"].to_pylist()) == [Decimal(10), Decimal(20)]
    assert [(s.kept, s.merged) for s in exports.sources] == [(2, 1)]


def test_an_export_without_lost_deals_says_what_cannot_be_known(load: Callable):
    """Odoo archives what is lost, so its default export shows only wins: the report says so."""
    exports = load(
        {"deals.csv": "Deal Name,Company,Amount,Stage\nA,Acme,10,Won\nB,Bolt,20,Won\nC,Crux,5,New\n"}
    )

    assert [(f.code, f.rows) for f in exports.findings if f.code == "ICP128"] == [("ICP128", 3)]


def test_people_in_a_table_of_companies_are_no_companies(load: Callable):
    """Odoo lists people and companies together: a row that is no company is counted as a person, and not ranked."""
    exports = load(
        {
            "res.partner.csv": 'Name,Is a Company,Industry,Country\nAcme,True,Retail,France\n"Acme, Ann",,,France\nBolt,True,Energy,Spain\n'
        }
    )

    assert exports.tables[CrmObject.ACCOUNT]["name"].to_pylist() == ["Acme", "Bolt"]
    assert [(s.kept, dict(s.dropped)) for s in exports.sources] == [(2, {"a person, no company": 1})]


def test_an_address_under_any_header_is_masked(load: Callable):
    """A column of the user's own that turns out to hold e-mail addresses shows none of them."""
    exports = load({"crm.csv": "Company name,MRR,Who\nAcme,5,ann@acme.fr\nBolt,6,bob@bolt.fr\n"})

    assert [r.samples for r in exports.readings if r.header == "Who"] == [("a***", "b***")]


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


def test_what_serves_another_column_describes_no_company(load: Callable):
    """Dynamics' checksums and the currency beside a figure are no traits; a box ticked with v is one, and blank is no."""
    exports = load(
        {
            "accounts.csv": (
                "(Do Not Modify) Account,(Do Not Modify) Row Checksum,Account Name,Industry,Annual Revenue Currency,Annual Revenue,VIP\n"
                "a1,x==,Acme,Retail,EUR,100,v\na2,y==,Bolt,Energy,USD,200,\n"
            )
        }
    )

    accounts = exports.tables[CrmObject.ACCOUNT]
    assert [n for n in accounts.column_names if n.startswith("custom:")] == ["custom:VIP"]
    assert accounts["custom:VIP"].to_pylist() == [True, False]
