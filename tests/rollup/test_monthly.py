"""What customers pay a month, by their subscriptions, contracts and purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from book_files import book_of_files, by_name

from icpcli.load.exports import load_exports
from icpcli.rank.ranking import rank_customers
from icpcli.rollup import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path


def test_several_subscriptions_make_one_customer(tmp_path: Path):
    """A customer has churned only when every subscription has ended, and pays the sum of those that run, or ended last."""
    (tmp_path / "accounts.csv").write_text("account_id,account_name\nA,Alpha\nB,Beta\n", encoding="utf-8")
    (tmp_path / "subscriptions.csv").write_text(
        "subscription_id,account_id,start_date,end_date,mrr_amount,plan_tier\n"
        "1,A,2024-01-01,2024-06-30,10,Basic\n2,A,2024-07-01,,20,Pro\n3,A,2024-12-01,,5,Basic\n"
        "4,B,2024-01-01,2024-03-31,40,Pro\n5,B,2024-02-01,2024-09-30,30,Pro\n",
        encoding="utf-8",
    )

    accounts = by_name(roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS))

    assert pd.isna(accounts["churned_on"]["Alpha"])
    assert accounts["churned_on"]["Beta"] == pd.Timestamp("2024-09-30")
    assert accounts["monthly_value"].to_dict() == {"Alpha": 25.0, "Beta": 30.0}


def test_a_subscription_says_what_is_paid_in_any_of_three_ways(tmp_path: Path):
    """Per row the MRR stands, else a twelfth of the ARR, else the amount over its interval."""
    (tmp_path / "subscriptions.csv").write_text(
        "Subscription ID,Company,Start date,MRR,ARR,Amount,Interval\n"
        "s1,Alpha,2024-01-01,100,,999,year\ns2,Beta,2024-01-01,,2400,999,year\ns3,Gamma,2024-01-01,,,3600,year\n",
        encoding="utf-8",
    )

    book = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS)

    assert by_name(book)["monthly_value"].to_dict() == {"Alpha": 100.0, "Beta": 200.0, "Gamma": 300.0}


def test_a_contract_signed_last_month_is_no_twelfth_of_its_price_a_month(tmp_path: Path):
    """Bought once a year, a purchase is a year's, however young the customer; bought monthly, a month's."""
    companies = "Company ID,Company name,Customer since,Churn date\n1,Alpha,2024-01-01,\n2,Beta,2025-12-01,\n3,Gamma,2023-01-01,2024-12-31\n"
    deals = "Deal ID,Company ID,Deal stage,Amount,Close date\n"
    yearly = ["1,2024-01-01", "1,2025-01-01", "2,2025-12-01", "3,2023-01-01", "3,2024-01-01"]
    monthly = [f"1,2025-{month:02d}-01" for month in range(1, 13)]

    books = []
    for name, won in (("yearly", yearly), ("monthly", monthly)):
        rows = [f"{i},{row.split(',')[0]},Closed Won,1200,{row.split(',')[1]}" for i, row in enumerate(won)]
        (tmp_path / name).mkdir()
        books.append(book_of_files(tmp_path / name, companies=companies, deals=deals + "\n".join(rows)))

    assert by_name(books[0])["monthly_value"].to_numpy() == pytest.approx([100, 100, 100], rel=0.005)
    assert by_name(books[1]).loc["Alpha", "monthly_value"] == pytest.approx(1200, rel=0.01)
    told = [next(f.message for f in book.findings if f.code == "ICP208") for book in books]
    assert "as they are billed: 2 by the year and 1 once so far." in told[0]
    assert "as they are billed: 1 by the month." in told[1]


def test_a_year_paid_in_advance_is_worth_no_more_than_twelve_months(tmp_path: Path):
    """At one price a month all ways to be billed are worth the same, however long ago the last bill was; what is not told is missing."""
    starts = {
        "Monthly": ("2024-01-10", 1, 17),
        "Quarterly": ("2024-01-10", 3, 6),
        "Yearly": ("2023-05-10", 12, 3),
    }
    once = {"Recent": ("2025-02-01", 12, 1), "New": ("2025-05-20", 1, 1), "Gone": ("2023-02-10", 1, 1)}
    rows = [
        f"{name},{(pd.Timestamp(first) + pd.DateOffset(months=cycle * i)).date()},{100 * cycle}"
        for name, (first, cycle, times) in (starts | once).items()
        for i in range(times)
    ]
    gone = {"Gone": "2025-02-10"}
    companies = "".join(
        f"{name},{first},{gone.get(name, '')}\n" for name, (first, _, _) in (starts | once).items()
    )

    book = book_of_files(
        tmp_path,
        companies=f"Company name,Customer since,Churn date\n{companies}",
        invoices="\n".join(["Company,Invoice date,Amount", *rows, "Monthly,2025-06-01,100"]),
    )

    worth = by_name(book)["monthly_value"]
    assert worth[["Monthly", "Quarterly", "Yearly", "Recent"]].to_numpy() == pytest.approx(100, rel=0.04)
    assert np.isnan(worth["New"])
    assert worth["Gone"] == pytest.approx(100 / 24, rel=0.02)
    assert "For 1 of the last nothing tells which it is." in next(
        f.message for f in book.findings if f.code == "ICP208"
    )


def test_a_subscription_that_never_began_makes_no_customer(tmp_path: Path):
    """Trials and incomplete subscriptions are dropped; the period that is billed now is not since when one is a customer."""
    text = (
        "Subscription ID,Company,Status,Start Date (UTC),Current Period Start (UTC),Amount,Interval\n"
        "s1,Alpha,active,2023-01-05,2024-06-05,10,month\ns2,Beta,trialing,2024-05-01,2024-06-01,10,month\n"
        "s3,Gamma,incomplete_expired,2024-05-01,2024-06-01,10,month\ns4,Delta,canceled,2023-05-01,2024-05-01,20,month\n"
    )

    accounts = by_name(book_of_files(tmp_path, subscriptions=text))

    assert sorted(accounts.index) == ["Alpha", "Delta"]
    assert accounts.loc["Alpha", "customer_since"] == pd.Timestamp("2023-01-05")


def test_rows_that_are_contracts_add_up(tmp_path: Path):
    """Several products of a company, each with a price and a start, are its contracts; an ended one that goes on is no leaving."""
    rows = ["Company,Industry,Product,MRR,Start date,End date"]
    for i in range(6):
        rows += [
            f"Firm {i},Retail,CRM,500,2023-01-0{i + 1},2024-01-01",
            f"Firm {i},Retail,Chat,80,2024-01-01,",
        ]

    accounts = by_name(book := book_of_files(tmp_path, contracts="\n".join(rows)))

    assert accounts["monthly_value"].tolist() == [80.0] * 6
    assert accounts["churned_on"].isna().all()
    assert accounts["customer_since"].dt.year.tolist() == [2023] * 6
    assert book.attributes["industry"].tolist() == ["Retail"] * 6


def test_several_prices_of_one_company_are_told(tmp_path: Path):
    """Prices of products among companies are no sum: one amount counts, and the report says so."""
    rows = [f"Firm {i},Product {product},{100 * product}" for i in range(4) for product in range(1, 4)]
    (tmp_path / "a.csv").write_text("\n".join(["Company,Product,MRR", *rows]), encoding="utf-8")

    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert [f.rows for f in exports.findings if f.code == "ICP137"] == [4]


@pytest.mark.parametrize(
    ("header", "fee", "told"),
    [("MRR", 20, True), ("MRR", 90, False), ("MRR", 10000, True), ("MRR (cents)", 10000, False)],
)
def test_an_mrr_far_from_what_is_billed_is_told(tmp_path: Path, header: str, fee: int, told: bool):
    """Whoever bills usage beside a base fee, or exports cents, learns that value counts an MRR a fifth, or a hundred times, of the bills."""
    subscriptions = [f"{i},Firm {i},2024-01-05,{fee}" for i in range(12)]
    bills = [f"{i}-{m},Firm {i},2024-{m:02d}-05,{80 + 5 * (m % 9)}" for i in range(12) for m in range(1, 13)]
    for name, head, lines in (
        ("subscriptions", f"Subscription ID,Company,Start date,{header}", subscriptions),
        ("invoices", "Invoice number,Company,Invoice date,Amount", bills),
    ):
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *lines]), encoding="utf-8")

    findings = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS).findings

    assert [f.rows for f in findings if f.code == "ICP216"] == ([12] if told else [])


@pytest.mark.parametrize(("bill", "value"), [(100, 100.0), (300, None)])
def test_bills_tell_what_is_paid_where_they_agree_with_the_mrr_of_others(
    tmp_path: Path, bill: int, value: float | None
):
    """A plan by usage has no MRR: what is billed stands for it if it does so for those who have both, and else nothing is guessed."""
    subscriptions = [f"{i},Firm {i},2024-01-05,{100 if i else ''}" for i in range(12)]
    bills = [
        f"{i}-{m},Firm {i},2024-{m:02d}-05,{bill if i else 100}" for i in range(12) for m in range(1, 13)
    ]
    for name, head, lines in (
        ("subscriptions", "Subscription ID,Company,Start date,MRR", subscriptions),
        ("invoices", "Invoice number,Company,Invoice date,Amount", bills),
    ):
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *lines]), encoding="utf-8")

    book = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS)

    paid = by_name(book)["monthly_value"]["Firm 0"]
    assert pd.isna(paid) if value is None else paid == pytest.approx(value, rel=0.01)
    assert [f.rows for f in book.findings if f.code == "ICP208"] == ([] if value is None else [1])


def test_an_annual_contract_value_is_what_a_year_pays(tmp_path: Path):
    """A list whose only money is the ACV had no value a month; where ARR stands beside it, that is what counts."""
    alone = "Company,Customer since,ACV\nAlpha,2024-01-01,1200\nBeta,2024-02-01,2400\n"
    beside = "Company,Customer since,ACV,ARR\nAlpha,2024-01-01,9999,1200\nBeta,2024-02-01,9999,2400\n"

    for number, text in enumerate((alone, beside)):
        folder = tmp_path / str(number)
        folder.mkdir()
        accounts = by_name(book_of_files(folder, crm=text))
        assert accounts["monthly_value"].to_dict() == {"Alpha": 100.0, "Beta": 200.0}


def test_customers_are_worth_their_contracts_where_nothing_else_is_told(tmp_path: Path):
    """A profile rested on contract values and showed no figure; they are no total so far that grows with age."""
    rows = "".join(f"C{i},2024-01-{i % 28 + 1:02d},{100 * (i + 1)}\n" for i in range(30))
    book = book_of_files(tmp_path, crm=f"Company,Customer since,Contract value\n{rows}")

    ranked = rank_customers(book, DEFAULTS)

    values = ranked.customers.set_index("name")["lifetime_value"]
    assert values.to_dict() == {f"C{i}": 100.0 * (i + 1) for i in range(30)}
    assert (
        next(c.source for c in ranked.criteria if c.criterion == "lifetime_value")
        == "the value of their contracts"
    )
