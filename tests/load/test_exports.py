"""Whole exports to canonical tables."""

from __future__ import annotations

import csv
import io
import random
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from book_files import COMPANIES
from exported import HUBSPOT, rows

from icpcli.errors import DataError
from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa


def in_order(table: pa.Table, names: list[str]) -> list[tuple]:
    """The rows of a table, sorted; companies and people must be so already."""
    return sorted((tuple(row.values()) for row in table.select(names).to_pylist()), key=str)


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
