"""Rows that go on with the record above, and rows that only look like it."""

from __future__ import annotations

import pytest
from raw_tables import rows_of

from icpcli.load.files.read import table_in


def test_a_board_of_thousands_of_items_keeps_each_and_none_of_its_sub_items():
    """monday's board of 4,000 items, each with a block of sub-items: the items are the rows, and the rest is counted."""
    block = "Company {0},Retail,{0}\nSubitems,Name,Owner\n,Call,Sales\n,Mail,Support\n"
    text = "Name,Sector,Employees\n" + "".join(block.format(i) for i in range(10, 4010))

    table = table_in(text.encode(), shown_as="board.csv")

    assert table.cells.num_rows == 4000
    assert table.dropped == {"sub-item": 3 * 4000}


FOUND = ("ann@a.com", "verified", "linkedin.com/in/a")
NOT_FOUND = ("", "", "")


def test_a_row_for_which_no_email_was_found_is_no_more_of_the_row_above():
    """A list whose first columns an enrichment left blank keeps all its rows, each with its own industry."""
    people = [
        (*(FOUND if i % 4 == 0 else NOT_FOUND), f"Ann {i}", f"Firm {i // 2}", f"Trade {i}") for i in range(40)
    ]
    rows = [("Email", "Email status", "LinkedIn URL", "First name", "Company", "Industry"), *people]

    table = table_in("\n".join(map(",".join, rows)).encode(), shown_as="list.csv")

    assert rows_of(table) == [list(row) for row in people]
    assert not table.dropped


@pytest.mark.parametrize("further", ["Person,Mail", "Contacts/Name,Contacts/Email", "Deal name,Amount"])
def test_further_contacts_and_deals_below_a_company_still_go_on_with_it(further: str):
    """A row that leaves the company's own fields blank belongs to the company above, whomever it names."""
    text = f"Company,Industry,City,{further}\nAcme,Food,Paris,Ann,a\n,,,Bob,b\nBolt,Retail,Lyon,Cid,c\n,,,Dan,d\n"

    table = table_in(text.encode(), shown_as="companies.csv")

    assert [row[3] for row in rows_of(table)] == ["Ann; Bob", "Cid; Dan"]
