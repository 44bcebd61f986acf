"""Several exports of the same, and exports as they were on an earlier day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from exported import rows

from icpcli.load.exports import load_exports
from icpcli.load.files.memory import InMemory
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from icpcli.model.tables import Exports


def loaded(files: dict[str, str], settings: Settings = DEFAULTS) -> Exports:
    """These files, by their names."""
    return load_exports([InMemory(name, text.encode()) for name, text in files.items()], settings)


def test_an_earlier_today_leaves_out_what_came_later():
    """With --as-of, later orders are dropped for that reason, a deal decided later is open, and who came later is no customer yet."""
    files = {
        "companies.csv": "Company ID,Company name,Customer since,MRR\n1,Acme,2023-01-05,10\n2,Bolt,2024-03-01,20\n",
        "deals.csv": (
            "Deal ID,Deal name,Deal stage,Amount,Create date,Close date,Associated Company IDs\n"
            "7,One,Closed Won,5,2023-01-01,2023-02-01,1\n8,Two,Closed Won,5,2023-05-01,2024-02-01,1\n9,Three,Closed Lost,5,2024-01-01,2024-02-01,1\n"
        ),
        "invoices.csv": "Invoice ID,Company ID,Invoice date,Amount\na,1,2023-03-01,5\nb,1,2024-03-01,7\n",
    }

    exports = loaded(files, Settings(as_of=date(2023, 6, 30)))

    assert [s.dropped for s in exports.sources] == [
        {},
        {"after --as-of 2023-06-30": 1},
        {"after --as-of 2023-06-30": 1},
    ]
    assert rows(exports, CrmObject.DEAL, "deal_id", "outcome") == [("7", "won"), ("8", "open")]
    assert rows(exports, CrmObject.INVOICE, "invoice_id") == [("a",)]
    assert rows(exports, CrmObject.ACCOUNT, "name", "customer_since", "mrr") == [
        ("Acme", date(2023, 1, 5), Decimal(10)),
        ("Bolt", None, None),
    ]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_two_exports_of_the_same_deals_the_newer_counts(names: tuple[str, str]):
    """In a folder that an export is put in each month, a deal is what the newest says, whatever the files are called."""
    head = "Deal ID,Deal name,Company name,Deal stage,Amount,Create date,Close date\n"
    older = (
        f"{head}1,One,Acme,Proposal,5,2025-10-01,2026-03-01\n2,Two,Bolt,Closed Won,5,2025-11-01,2025-12-01\n"
    )
    newer = f"{head}1,One,Acme,Closed Lost,5,2025-10-01,2026-01-10\n3,Three,Crux,Proposal,5,2026-01-05,2026-09-01\n"

    exports = loaded({f"deals-{names[0]}.csv": older, f"deals-{names[1]}.csv": newer})

    assert sorted(rows(exports, CrmObject.DEAL, "deal_id", "outcome")) == [
        ("1", "lost"),
        ("2", "won"),
        ("3", "open"),
    ]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_two_lists_of_the_same_companies_the_newer_counts(names: tuple[str, str]):
    """Who grew, pays more, moved to another trade or left is what the newest list says, blanks too; who is only in the older stays."""
    head = "Company ID,Company name,Industry,Employees,MRR,Customer since,Churned\n"
    older = f"{head}1,Acme,Retail,20,100,2024-01-05,No\n2,Bolt,Food,9,50,2024-02-05,No\n3,Crux,Food,80,70,2024-03-05,No\n"
    newer = f"{head}1,Acme,Retail,60,180,2024-01-05,No\n2,Bolt,Energy,,40,2024-02-05,Yes\n4,Dove,Food,5,10,2024-06-05,No\n"

    exports = loaded({f"companies-{names[0]}.csv": older, f"companies-{names[1]}.csv": newer})

    assert rows(exports, CrmObject.ACCOUNT, "name", "industry", "employees", "mrr", "has_churned") == [
        ("Acme", "Retail", 60, 180, False),
        ("Bolt", "Energy", None, 40, True),
        ("Crux", "Food", 80, 70, False),
        ("Dove", "Food", 5, 10, False),
    ]
    assert sum(source.merged for source in exports.sources) == 2
    assert {f.code for f in exports.findings} & {"ICP137", "ICP139"} == set()


def test_lists_that_know_no_day_are_as_new_as_their_names_say():
    """In a quiet month nothing tells which list is newer but its name; lists of other headers say as much as each other."""
    head = "Company ID,Company name,MRR,Churned\n"
    lists = {
        f"companies_{month}.csv": f"{head}1,Acme,{mrr},{churned}\n"
        for month, mrr, churned in (
            ("2025-11", 10, "No"),
            ("2025-12", 10, "No"),
            ("2026-01", 30, "Yes"),
        )
    }

    exports = loaded({**lists, "sectors_2026-02.csv": "Company ID,Company name,Industry\n1,Acme,Food\n"})

    assert rows(exports, CrmObject.ACCOUNT, "name", "industry", "mrr", "has_churned") == [
        ("Acme", "Food", 30, True)
    ]


def test_a_list_without_a_date_in_its_name_is_no_older_than_one_with():
    """The list companies.csv beside that of a month may be the one of today: what they disagree in is not known, and is said."""
    head = "Company ID,Company name,Industry\n"

    exports = loaded(
        {"companies.csv": f"{head}1,Acme,Food\n", "companies_2024-01.csv": f"{head}1,Acme,Retail\n"}
    )

    assert rows(exports, CrmObject.ACCOUNT, "name", "industry") == [("Acme", None)]
    assert [f.rows for f in exports.findings if f.code == "ICP139"] == [1]
