"""Movements of MRR, as tools of subscription analytics export them, are read as what companies pay from when to when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.load.files.memory import InMemory
from icpcli.model.common import CrmObject
from icpcli.settings import Settings

if TYPE_CHECKING:
    from icpcli.model.tables import Exports

COMPANIES = "Customer ID,Company,Industry\n" + "".join(f"C{i},{n},Retail\n" for i, n in enumerate("ABCDE"))
HEADERS = "date,movement_type,mrr_movement_in_account_currency,customer_name"
MOVEMENTS = [
    "2024-01-10,new_biz,100.10,A",
    "2024-03-05,expansion,50.05,A",
    "2024-02-01,new_biz,80,B",
    "2024-06-15,contraction,-20,B",
    "2024-09-30,churn,-60,B",
    "2024-01-20,new_biz,40,C",
    "2024-04-20,churn,-40,C",
    "2024-08-01,reactivation,55,C",
    "2024-05-01,churn,-70,D",
    "2024-07-01,expansion,30,E",
]
PAID = [
    ("A", date(2024, 1, 10), None, 150.15),
    ("B", date(2024, 2, 1), date(2024, 9, 30), 60.0),
    ("C", date(2024, 1, 20), date(2024, 4, 20), 40.0),
    ("C", date(2024, 8, 1), None, 55.0),
    ("D", None, date(2024, 5, 1), 70.0),
    ("E", date(2024, 7, 1), None, 30.0),
]


def loaded(rows: list[str], headers: str = HEADERS, **others: str) -> Exports:
    """The companies with these movements, and other files by their names."""
    files = {"companies.csv": COMPANIES, "movements.csv": "\n".join([headers, *rows]) + "\n", **others}
    return load_exports([InMemory(name, text.encode()) for name, text in files.items()], Settings())


def paid(exports: Exports) -> list[tuple]:
    """Who paid what from when to when, None where that is not known or not yet."""
    names = {r["account_key"]: r["name"] for r in exports.tables[CrmObject.ACCOUNT].to_pylist()}
    rows = exports.tables[CrmObject.SUBSCRIPTION].to_pylist()
    told = [(names[r["account_key"]], r["started_on"], r["ended_on"], float(r["mrr"])) for r in rows]
    return sorted(told, key=str)


@pytest.mark.parametrize("rows", [MOVEMENTS, MOVEMENTS[::-1]], ids=["as exported", "backwards"])
def test_movements_are_read_as_the_times_a_company_paid(rows: list[str]):
    """New, grown, shrunk, left and come back; whoever left without having come paid before, since when is not known."""
    exports = loaded(rows)

    assert paid(exports) == PAID
    assert exports.as_of == date(2024, 9, 30)
    (told,) = [finding for finding in exports.findings if finding.code == "ICP150"]
    assert told.rows == 5
    assert "2 have left" in told.message
    assert "1 paid before" in told.message
    assert [(s.read, s.kept, s.merged, s.dropped) for s in exports.sources if "movements" in s.path] == [
        (10, 10, 0, {})
    ]


def test_what_is_paid_from_then_on_tells_what_was_paid_before():
    """An export that begins with an expansion from 200 to 230 is of a company that pays 230, and not 30."""
    exports = loaded(
        ["2024-07-01,expansion,30,230,E", "2024-07-01,new_biz,10,10,A"], f"{HEADERS[:-14]},mrr,customer_name"
    )

    assert paid(exports) == [("A", date(2024, 7, 1), None, 10.0), ("E", None, None, 230.0)]


def test_cents_left_over_by_currencies_are_no_customer():
    """Who paid 100.00 and cancelled 99.99 has left."""
    exports = loaded(["2024-01-01,new_biz,100,A", "2024-05-01,churn,-99.99,A"])

    assert paid(exports) == [("A", date(2024, 1, 1), date(2024, 5, 1), 100.0)]


def test_subscriptions_beside_movements_count_once():
    """Where subscriptions tell what companies pay, their movements tell the same again."""
    subscriptions = "Subscription ID,Customer ID,Start date,End date,MRR\n" + "".join(
        f"S{i},C{i},2024-01-0{i + 1},,{10 + i}\n" for i in range(5)
    )

    exports = loaded(MOVEMENTS, **{"subscriptions.csv": subscriptions})

    assert [(name, mrr) for name, _, _, mrr in paid(exports)] == [
        (n, 10.0 + i) for i, n in enumerate("ABCDE")
    ]


def test_months_paid_beside_movements_count_once():
    """A company with a row for each month it paid is known by these; of the others the movements stand."""
    months = "Customer ID,Month,MRR\n" + "".join(
        f"C{i},2024-{m:02d}-01,{10 + i}\n" for i in range(3) for m in range(1, 10)
    )

    exports = loaded(MOVEMENTS, **{"mrr.csv": months})

    assert [(name, mrr) for name, _, _, mrr in paid(exports)] == [
        ("A", 10.0), ("B", 11.0), ("C", 12.0), ("D", 70.0), ("E", 30.0),
    ]  # fmt: skip
    assert any("8 change(s)" in finding.message for finding in exports.findings)
