"""Reports in groups, with subtotals, as Salesforce, QuickBooks and pivot tables write them."""

from __future__ import annotations

import pytest

from icpcli.load.exports import load_exports
from icpcli.load.files.memory import InMemory
from icpcli.load.files.read import table_in
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

SALESFORCE = """Industry,Account Name,Employees,MRR
Food,Acme,20,100
,Bolt,40,200
Subtotal,,60,300
Count,2,,
Retail,Crux,10,50
,Dove,30,70
Subtotal,,40,120
Count,2,,
Total,,100,420
"""
QUICKBOOKS = """Transaction List by Customer

,Date,Transaction Type,Num,Memo/Description,Amount
Acme
,01/15/2024,Invoice,1001,,"1,200.00"
,02/15/2024,Credit Memo,1002,,-200.00
Total for Acme,,,,,"$1,000.00"
Bolt,,,,,
,01/20/2024,Invoice,1003,,300.00
Total for Bolt,,,,,$300.00
TOTAL,,,,,"$1,300.00"
"""


def test_the_name_of_a_group_holds_for_each_of_its_rows():
    """The industry on the first row of a group is that of all, and neither subtotals nor counts are companies."""
    exports = load_exports([InMemory("report", SALESFORCE.encode())], DEFAULTS)

    companies = exports.tables[CrmObject.ACCOUNT]
    assert [companies.column(n).to_pylist() for n in ("name", "industry", "employees")] == [
        ["Acme", "Bolt", "Crux", "Dove"],
        ["Food", "Food", "Retail", "Retail"],
        [20, 40, 10, 30],
    ]
    assert [(s.read, s.kept, s.dropped) for s in exports.sources] == [(9, 4, {"total": 5})]


def test_a_group_may_be_named_above_its_rows():
    """QuickBooks writes the customer on a line of its own, in a column without a header, and totals below: neither is an invoice."""
    data = QUICKBOOKS.encode()
    exports = load_exports([InMemory("Transaction List by Customer", data)], DEFAULTS)

    invoices = exports.tables[CrmObject.INVOICE].select(["account_key", "invoice_id", "amount"]).to_pylist()
    assert [tuple(row.values()) for row in invoices] == [
        ("name:acme", "1001", 1200),
        ("name:acme", "1002", -200),
        ("name:bolt", "1003", 300),
    ]
    assert exports.sources[0].dropped == {"title": 1, "blank": 1, "group title": 2, "total": 3}


@pytest.mark.parametrize("closing", ["{0} Total", "Total {0}", "Sous-total", "Total pour {0} :"])
def test_a_total_may_be_called_by_its_group(closing: str):
    """A spreadsheet's pivot closes "Food" with "Food Total", others with "Total Food"."""
    rows = [
        line
        for group in ("Food", "Retail", "Total Energies")
        for line in (f"{group},a{group},1", f",b{group},2", f"{closing.format(group)},,3")
    ]

    raw = table_in("\n".join(["Industry,Name,MRR", *rows]).encode(), shown_as="pivot.csv")

    assert raw.cells.column(0).to_pylist() == ["Food"] * 2 + ["Retail"] * 2 + ["Total Energies"] * 2


def test_a_company_called_total_has_a_group_too():
    """Behind a closed group a name with rows below it is a group's, even Total: its rows are neither lost nor another's."""
    text = (
        "Account,Deal,Amount\nAcme,D1,10\n,D2,20\nSubtotal,,30\nTotal,D3,5\n,D4,5\nSubtotal,,10\nTotal,,40\n"
    )

    read = table_in(text.encode(), shown_as="report")

    assert read.cells.column(0).to_pylist() == ["Acme", "Acme", "Total", "Total"]
    assert read.dropped == {"total": 3}


def test_blanks_below_a_cell_are_no_group_without_subtotals():
    """A parent that few companies have, one of them called Total, is no group's name: blank stays blank."""
    text = "Parent,Name,MRR\nHolding,Acme,1\n,Bolt,2\nTotal,Crux,3\n,Dove,4\nGroup,Echo,5\n"

    raw = table_in(text.encode(), shown_as="companies.csv")

    assert raw.cells.column(0).to_pylist() == ["Holding", "", "Total", "", "Group"]
    assert raw.dropped == {}


def test_groups_below_titles_have_their_name_in_a_column_of_its_own():
    """Titles and totals between the companies of a report by region are no companies, and the region is not lost."""
    text = (
        "Company name,Employees,MRR\nNorth,,\nAcme,20,100\nBolt,40,200\nTotal North,60,300\nSouth,,\nCrux,10,50\nDove,30,70\n"
        "Total South,40,120\nGrand total,100,420\n"
    )

    raw = table_in(text.encode(), shown_as="companies by region.csv")

    assert raw.headers == ("Company name", "Employees", "MRR", "Region")
    assert raw.cells.column(0).to_pylist() == ["Acme", "Bolt", "Crux", "Dove"]
    assert raw.cells.column(3).to_pylist() == ["North", "North", "South", "South"]
    assert raw.dropped == {"group title": 2, "total": 3}


def pivot(rows: list[str]) -> list[list[str]]:
    """The first two columns of a table of companies, as read."""
    raw = table_in("\n".join(["Industry,City,Name,MRR", *rows]).encode(), shown_as="pivot.csv")
    told = [f.message for f in raw.findings if f.code == "ICP141"]
    assert told == (
        []
        if "" in raw.cells.column(0).to_pylist()
        else [
            "pivot.csv: 'Industry', 'City' stands on the first row of each group alone, as in a pivot table, and was taken for all rows below it."
        ]
    )
    return [raw.cells.column(i).to_pylist() for i in range(2)]


def test_a_pivot_table_names_a_group_on_its_first_row_alone():
    """Names in the order of the alphabet, those of cities within each industry, hold for the rows below, as far as the next."""
    rows = [
        "Banks,Lyon,a,1",
        ",,b,2",
        ",Paris,c,3",
        "Food,Lyon,d,4",
        ",,e,5",
        ",Nice,f,6",
        "Retail,Paris,g,7",
    ]
    rows += [",,h,8", "Sport,Lyon,i,9", ",,j,10", ",Paris,k,11", "Total,,,66"]

    industries, cities = pivot(rows)
    assert pivot(rows[:-1]) == [industries, cities]

    assert industries == ["Banks"] * 3 + ["Food"] * 3 + ["Retail"] * 2 + ["Sport"] * 3
    assert cities == "Lyon Lyon Paris Lyon Lyon Nice Paris Paris Lyon Lyon Paris".split()


@pytest.mark.parametrize(
    "firsts",
    [
        ["Sport", "", "", "Food", "", "Retail", "", "Banks", ""],
        ["Banks", "Food", "Retail", "Sport", "", "", "", "", ""],
        ["", "Banks", "", "Food", "", "Retail", "", "Sport", ""],
        ["Banks", "", "Banks", "", "Food", "", "Retail", "", "Sport"],
    ],
    ids=["in no order", "sorted, with the blanks last", "none on the first row", "one name twice"],
)
def test_blanks_are_blank_where_names_are_no_groups(firsts: list[str]):
    """A column that is often empty says nothing of the rows below a name."""
    assert pivot([f"{first},Lyon,n{i},{i}" for i, first in enumerate(firsts)])[0] == firsts
