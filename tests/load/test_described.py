"""What rows of deals, invoices and people say of their companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc
from exported import rows

from icpcli.model.common import CrmObject, Kind

if TYPE_CHECKING:
    from collections.abc import Callable


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
