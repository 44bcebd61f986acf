"""Exports to one row per account worked: who is a customer, since when, worth what."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd
import pytest

from icpcli.errors import DataError
from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rollup import facts, roll_up_accounts, roll_up_people
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from icpcli.model.tables import Book, Exports

COMPANIES = """Company ID,Company name,Industry,Parent company,Website
1,Alpha,Retail,,alpha.example
2,Beta,Energy,,beta.example
3,Gamma,Retail,Alpha,gamma.example
4,Delta,Energy,,delta.example
5,Epsilon,Media,,epsilon.example
"""
DEALS = """Deal ID,Deal name,Deal stage,Amount,Close date,Create date,Associated Company IDs,Associated Contact IDs
10,First,Closed Won,100.10,2025-01-15,2024-12-01,1,71
11,Second,Closed Won,200.20,2025-06-15,2025-05-01,1,71;72
12,Third,Closed Lost,50,2025-03-01,2025-02-01,2,73
13,Fourth,Proposal,70,2027-03-01,2025-02-01,4,
14,Fifth,Closed Won,300,2025-07-01,2025-06-01,3,
15,Sixth,Closed Lost,10,2025-08-01,2025-06-01,1,72
"""
CONTACTS = """Contact ID,First name,Last name,Job title,Company ID
71,Ann,Ash,CEO,1
72,Bob,Birch,CFO,1
73,Cid,Cole,CTO,2
"""


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    """Five companies, their deals and people."""
    for name, text in (("companies", COMPANIES), ("deals", DEALS), ("contacts", CONTACTS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return load_exports([str(tmp_path)], DEFAULTS)


def by_name(book: Book) -> pd.DataFrame:
    """The accounts of a book under their names."""
    return book.accounts.set_index("name")


def test_customers_lost_and_not_worked_are_told_apart(exports: Exports):
    """A won deal makes a customer, lost deals alone a lost company; with open deals alone one is in the pipeline."""
    book = roll_up_accounts(exports, DEFAULTS)

    accounts = by_name(book)
    assert accounts["is_customer"].to_dict() == {"Alpha": True, "Beta": False, "Gamma": True}
    assert (book.in_pipeline, book.not_worked) == (1, 1)
    assert len(book.not_worked_attributes) == 1


def test_deals_add_up_to_the_cent(exports: Exports):
    """Won amounts are summed as decimals, lost ones are counted, and open ones are neither."""
    alpha = by_name(roll_up_accounts(exports, DEFAULTS)).loc["Alpha"]

    assert alpha["realised_revenue"] == 300.30
    assert (alpha["won_deals"], alpha["lost_deals"], alpha["orders"]) == (2, 1, 2)
    assert alpha["customer_since"] == pd.Timestamp("2025-01-15")
    assert alpha["order_value_log_mean"] == pytest.approx((np.log(100.10) + np.log(200.20)) / 2)


@pytest.mark.parametrize(
    ("first", "second", "lost", "alpha"),
    [("40", "900", "35", 75.0), ("40", "40", "40", 40.0), ("", "900", "", None), ("0", "7", "0", 0.0)],
    ids=["summed", "one figure repeated", "known of other deals", "free"],
)
def test_what_deals_cost_is_what_their_company_cost(
    tmp_path: Path, first: str, second: str, lost: str, alpha: float | None
):
    """New business won or lost adds up, a later purchase does not count, and a company's figure repeated counts once."""
    (tmp_path / "companies.csv").write_text(COMPANIES, encoding="utf-8")
    costs = ["Acquisition cost", first, second, "30", "", "", lost]
    rows = [f"{row},{cost}" for row, cost in zip(DEALS.splitlines(), costs, strict=True)]
    # lost before the first win, so that it was new business too
    rows[6] = rows[6].replace("2025-08-01,2025-06-01", "2025-01-02,2024-06-01")
    (tmp_path / "deals.csv").write_text("\n".join(rows), encoding="utf-8")

    accounts = by_name(roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS))

    found = accounts["acquisition_cost"].astype(object).where(accounts["acquisition_cost"].notna(), None)
    assert found.to_dict() == {"Alpha": alpha, "Beta": 30.0, "Gamma": None}


def test_the_data_end_with_their_latest_past_event(exports: Exports):
    """The close date of an open deal lies in the future and is no event."""
    assert exports.as_of == date(2025, 8, 1)


def test_a_parent_and_its_subsidiary_are_one_group(exports: Exports):
    """Alpha is Gamma's parent: evidence moves the two together, and Beta by itself."""
    groups = by_name(roll_up_accounts(exports, DEFAULTS))["group"]

    assert groups["Alpha"] == groups["Gamma"] != groups["Beta"]


def test_the_gross_margin_turns_revenue_into_margin(exports: Exports):
    """With a gross margin of 80 %, 300.30 of revenue is 240.24 of margin."""
    alpha = by_name(roll_up_accounts(exports, Settings(gross_margin=0.8))).loc["Alpha"]

    assert alpha["realised_margin"] == pytest.approx(240.24)
    assert alpha["realised_revenue"] == 300.30


def test_amounts_kept_apart_do_not_make_revenue_margin(tmp_path: Path):
    """Without a rate, invoices in a second currency make customers whose value is not known, and value stays revenue."""
    bills = "Invoice ID,Company,Amount,Currency,Invoice date\n1,Alpha,10,EUR,2024-01-01\n2,Beta,20,EUR,2024-01-02\n"
    (tmp_path / "invoices.csv").write_text(f"{bills}3,Gamma,30,USD,2024-01-03\n", encoding="utf-8")

    book = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS)

    accounts = by_name(book)
    assert accounts["is_customer"].all()
    assert accounts["realised_revenue"].isna().to_dict() == {"Alpha": False, "Beta": False, "Gamma": True}
    assert any(f.message.startswith("Value is revenue") for f in book.findings)


def test_the_size_of_companies_in_another_currency_takes_no_unit_from_what_is_summed(tmp_path: Path):
    """Revenue of the customers in dollars beside invoices in euros: values are in euros."""
    (tmp_path / "companies.csv").write_text(
        "Company,Industry,Annual revenue ($)\nAlpha,Retail,100\nBeta,Energy,200\n", encoding="utf-8"
    )
    (tmp_path / "invoices.csv").write_text(
        "Invoice ID,Company,Amount (EUR),Invoice date\n1,Alpha,10,2024-01-01\n2,Beta,20,2024-01-02\n",
        encoding="utf-8",
    )

    assert roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS).currency == "EUR"


def test_people_carry_the_outcomes_of_their_deals(exports: Exports):
    """Who took part in won and lost deals is known from the deals' associated contacts."""
    people = roll_up_people(exports)

    contacts = people.contacts.set_index("contact_id")
    assert people.ties_known
    assert contacts["won_tie"].to_dict() == {"71": True, "72": True, "73": False}
    assert contacts["lost_tie"].to_dict() == {"71": False, "72": True, "73": True}


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


def test_lines_without_an_invoice_number_are_one_invoice_a_day(tmp_path: Path):
    """Blank numbers do not make one purchase of a customer's whole history."""
    lines = ["1,Alpha,10,2024-01-01", ",Alpha,20,2024-02-01", ",Alpha,30,2024-02-01", ",Alpha,40,2024-03-01"]
    text = "\n".join(["Invoice ID,Company,Amount,Invoice date", *lines, "5,Beta,50,2024-01-05"])
    (tmp_path / "invoices.csv").write_text(text, encoding="utf-8")

    alpha = by_name(roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS)).loc["Alpha"]

    assert (alpha["orders"], alpha["realised_revenue"]) == (3, 100.0)
    assert alpha["last_order_on"] == pd.Timestamp("2024-03-01")


def test_churn_told_twice_is_reported(tmp_path: Path):
    """A churn flag that contradicts the churn dates is a finding that says which was used."""
    rows = "".join(
        f"C{i},2024-01-{i + 1:02d},{'2024-06-01' if i < 3 else ''},{'yes' if i > 5 else 'no'}\n"
        for i in range(9)
    )
    (tmp_path / "crm.csv").write_text(
        f"Company name,Customer since,Churn date,Churned\n{rows}", encoding="utf-8"
    )

    book = roll_up_accounts(load_exports([str(tmp_path / "crm.csv")], DEFAULTS), DEFAULTS)

    told = [f for f in book.findings if f.code == "ICP205"]
    assert len(told) == 1
    assert told[0].rows == 6


def test_churn_that_was_not_recorded_before_a_date_is_found(tmp_path: Path):
    """Forty customers of 2020 and none left before 2024, when a third did: they are followed from there."""
    rows = [
        f"Old {i},2020-01-{i % 28 + 1:02d},{f'2024-0{i % 6 + 1}-15' if i % 3 == 0 else ''}" for i in range(40)
    ]
    (tmp_path / "crm.csv").write_text(
        "\n".join(["Company name,Customer since,Churn date", *rows]), encoding="utf-8"
    )

    book = roll_up_accounts(load_exports([str(tmp_path / "crm.csv")], DEFAULTS), DEFAULTS)

    assert any(f.code == "ICP203" for f in book.findings)
    assert book.accounts["followed_from"].min() == pd.Timestamp("2024-01-14")


def test_no_customer_is_one_clear_error(tmp_path: Path):
    """An export in which nobody ever bought says what a customer is told by."""
    (tmp_path / "crm.csv").write_text("Company name,Industry\nAlpha,Retail\nBeta,Energy\n", encoding="utf-8")
    exports = load_exports([str(tmp_path / "crm.csv")], DEFAULTS)

    with pytest.raises(DataError, match="None of the 2 companies is a customer"):
        roll_up_accounts(exports, DEFAULTS)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "snowflake", "bigquery", "pyspark"])
def test_the_roll_up_is_portable_sql(exports: Exports, dialect: str):
    """The same expressions compile for the warehouses that customers have."""
    sql = ibis.to_sql(facts.deals(exports.tables[CrmObject.DEAL]), dialect=dialect)

    assert "won_deals" in str(sql)


def test_real_invoices_add_up_to_the_cent(exports_of_others: Callable[[str], Path]):
    """AdventureWorks: 632 of 701 resellers have invoices, and their revenue is the sum of all lines."""
    folder = exports_of_others("adventureworks")

    exports = load_exports([str(folder)], DEFAULTS)
    book = roll_up_accounts(exports, DEFAULTS)

    lines = exports.tables[CrmObject.INVOICE].column("amount").to_pylist()
    assert (len(book.accounts), book.not_worked) == (632, 69)
    assert round(book.accounts["realised_revenue"].sum(), 2) == float(round(sum(lines), 2))


def book_of_files(folder: Path, **texts: str) -> Book:
    """The book of some files, by name."""
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return roll_up_accounts(load_exports([str(folder)], DEFAULTS), DEFAULTS)


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


@pytest.mark.parametrize("stages", ["Deal stage", "Stage"])
def test_the_closing_date_of_a_lost_deal_makes_no_customer(tmp_path: Path, stages: str):
    """On a row of a company and its deal, the date on which the deal was lost is not since when it is a customer."""
    text = f"Company,{stages},Close date,MRR\nAlpha,Closed won,2024-01-05,10\nBeta,Closed lost,2024-02-05,\nGamma,Demo,2024-03-05,\n"

    book = book_of_files(tmp_path, companies=text)

    assert by_name(book)["is_customer"].to_dict() == {"Alpha": True, "Beta": False}
    assert book.not_worked == 1


@pytest.mark.parametrize(
    ("header", "gone", "there"), [("Churned", "yes", "no"), ("Statut", "Résilié", "Client")]
)
def test_who_left_on_no_day_is_not_expected_to_stay(tmp_path: Path, header: str, gone: str, there: str):
    """A flag or a stage that says somebody left, without a date, leaves how long they stayed unknown."""
    text = f"Company,{header},Customer since,MRR\nAlpha,{gone},2024-01-05,10\nBeta,{there},2024-02-05,20\nGamma,{there},2025-02-05,20\n"

    book = book_of_files(tmp_path, companies=text)

    assert by_name(book)["is_activated"].to_dict() == {"Alpha": False, "Beta": True, "Gamma": True}
    assert [f.rows for f in book.findings if f.code == "ICP204"] == [1]


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


def test_what_was_not_sold_is_dropped_for_a_reason(tmp_path: Path):
    """Drafts, cancelled invoices and trials are no purchases, and the rows add up; amounts before tax come first."""
    invoices = (
        "N° facture,Client,Date,Total,Total HT,Statut\n1,Alpha,2024-01-01,120,100,Comptabilisé\n2,Alpha,2024-02-01,120,100,Brouillon\n"
        "3,Beta,2024-02-01,240,200,Payée\n4,Beta,2024-03-01,240,200,Annulée\n"
    )
    (tmp_path / "factures.csv").write_text(invoices, encoding="utf-8")

    exports = load_exports([str(tmp_path)], DEFAULTS)
    book = roll_up_accounts(exports, DEFAULTS)

    assert by_name(book)["realised_revenue"].to_dict() == {"Alpha": 100.0, "Beta": 200.0}
    (source,) = exports.sources
    assert (source.read, source.kept, source.dropped) == (4, 2, {"a draft, cancelled or refunded invoice": 2})


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


def test_fillers_among_dates_are_blanks_and_a_column_of_something_else_is_named(tmp_path: Path):
    """Zero dates and "en cours" say that nobody left yet; amounts a month are read; what is not used is told with an example."""
    ends = ["00/00/0000", "en cours", "0000-00-00", "31/12/2024"]
    rows = [f"Firm {i},01/0{i % 9 + 1}/2023,{ends[i % 4]},{100 + i} €/mois" for i in range(40)]
    (tmp_path / "a.csv").write_text(
        "\n".join(["Société,Client depuis,Date de résiliation,MRR", *rows]), encoding="utf-8"
    )
    (tmp_path / "b.csv").write_text(
        "Société,Secteur,Pays,MRR\n" + "\n".join(f"Firm {i},Retail,France,voir devis {i}" for i in range(40)),
        encoding="utf-8",
    )

    exports = load_exports([str(tmp_path / "a.csv")], DEFAULTS)
    accounts = by_name(roll_up_accounts(exports, DEFAULTS))
    doubted = load_exports([str(tmp_path / "a.csv"), str(tmp_path / "b.csv")], DEFAULTS)

    assert accounts["churned_on"].notna().sum() == 10
    assert accounts.loc["Firm 3", "monthly_value"] == 103
    assert not [f for f in exports.findings if f.code == "ICP125"]
    assert [f.message for f in doubted.findings if f.code == "ICP125" and "voir devis" in f.message]


def test_credit_notes_without_a_sign_take_back(tmp_path: Path):
    """What a document is, a credit note or a refund, decides over the sign of its amount."""
    text = (
        "N° facture,Client,Date,Montant HT,Type de pièce,Statut\n1,Alpha,2024-01-01,200,Facture,Payée\n2,Alpha,2024-02-01,50,Avoir,Payée\n"
        "3,Beta,2024-02-01,100,Facture,Payée\n4,Beta,2024-03-01,70,Facture,Remboursée\n5,Beta,2024-03-02,-10,Avoir,Payée\n"
    )

    accounts = by_name(book_of_files(tmp_path, factures=text))

    assert accounts["realised_revenue"].to_dict() == {"Alpha": 150.0, "Beta": 90.0}


def test_a_cancelled_subscription_has_ended_though_nothing_began_later(tmp_path: Path):
    """An end with a status that says so is an event; the agreed end of one that runs is none."""
    text = (
        "Subscription ID,Company,Status,Start date,End date,MRR\ns1,Alpha,active,2023-01-05,2030-01-05,10\n"
        "s2,Beta,canceled,2023-05-01,2024-06-30,10\ns3,Gamma,active,2023-12-01,,10\n"
    )

    book = book_of_files(tmp_path, subscriptions=text)

    assert book.as_of == date(2024, 6, 30)
    assert by_name(book)["churned_on"].notna().to_dict() == {"Alpha": False, "Beta": True, "Gamma": False}


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


def test_day_and_month_are_ordered_as_the_rest_of_the_file_tells(tmp_path: Path):
    """A column of firsts of the month is read as the column beside it, whose days go beyond twelve."""
    rows = [f"Firm {i},{i % 9 + 1}/1/2023,{i % 9 + 1}/28/2024,10" for i in range(12)]
    text = "\n".join(["Company,Customer since,Churn date,MRR", *rows])

    accounts = by_name(book_of_files(tmp_path, a=text))

    assert accounts.loc["Firm 2", "customer_since"] == pd.Timestamp("2023-03-01")


def test_totals_among_costs_are_no_spend(tmp_path: Path):
    """A total in the column of months, or of channels, doubles no cost."""
    costs = "Channel,Month,Spend\nAds,2024-01,300\nAds,2024-02,100\nAds,Total,400\nTotal,2024-01,300\n"
    deals = "Deal ID,Company,Deal stage,Amount,Close date,Source\n1,Alpha,Closed Won,10,2024-01-15,Ads\n2,Beta,Closed Won,10,2024-02-15,Ads\n"

    (tmp_path / "costs.csv").write_text(costs, encoding="utf-8")
    (tmp_path / "deals.csv").write_text(deals, encoding="utf-8")
    exports = load_exports([str(tmp_path)], DEFAULTS)
    book = roll_up_accounts(exports, DEFAULTS)

    assert book.spend["amount"].sum() == 400
    assert {s.object: s.dropped for s in exports.sources}[CrmObject.COST] == {"total": 2}


def test_a_ranking_of_our_own_is_no_export(tmp_path: Path):
    """What icp rank wrote beside the exports is left out with the reason."""
    head = "rank,account_key,name,score,criteria_known,value_to_date,value_expected\n1,1,Alpha,90,2,10,20\n"
    (tmp_path / "rank.csv").write_text(head, encoding="utf-8")
    (tmp_path / "companies.csv").write_text(COMPANIES, encoding="utf-8")

    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert [
        f.message for f in exports.findings if f.code == "ICP122" and "a ranking that icp wrote" in f.message
    ]


def test_the_care_of_a_customer_is_no_effort_to_win_one(tmp_path: Path):
    """Dated activities count until their company was won, by its deals or its own date; all of them where no day tells."""
    companies = "Company ID,Company name,Customer since\n1,Alpha,2024-09-01\n2,Beta,2024-03-01\n3,Gamma,\n4,Delta,2023-05-01\n"
    deals = (
        "Deal ID,Company ID,Deal stage,Close date\n1,1,Closed Won,2024-02-01\n2,3,Closed Lost,2024-02-01\n"
    )
    calls = [f"{company},2024-0{month}-01" for company in (1, 2, 3) for month in range(1, 7)]
    rows = "".join(
        f"{i},Call,{call}\n" for i, call in enumerate([*calls, "1,", "2,2024-02-05", "4,2024-02-05"])
    )

    book = book_of_files(
        tmp_path,
        companies=companies,
        deals=deals,
        activities=f"Activity ID,Activity type,Company ID,Date\n{rows}",
    )

    accounts = by_name(book)
    assert accounts["activities"].dropna().to_dict() == {"Alpha": 3, "Beta": 4, "Gamma": 6}
    assert accounts["activities_of_life"].to_dict() == {
        "Alpha": True,
        "Beta": False,
        "Gamma": True,
        "Delta": False,
    }


def test_touches_of_a_deal_end_with_it(tmp_path: Path):
    """A total of a company or of its people goes on after it was won; that of its deals does not."""
    companies = "Company ID,Company name,Number of times contacted\n1,Alpha,30\n2,Beta,\n3,Gamma,\n"
    deals = "Deal ID,Company ID,Deal stage,Close date,Number of times contacted\n"
    won = "1,1,Closed Won,2024-02-01,4\n2,2,Closed Won,2024-02-01,5\n3,3,Closed Won,2024-02-01,\n"
    people = "Contact ID,First name,Last name,Company ID,Number of times contacted\n7,Ann,Ash,3,9\n"

    accounts = by_name(book_of_files(tmp_path, companies=companies, deals=deals + won, contacts=people))

    assert accounts["touches"].to_dict() == {"Alpha": 30.0, "Beta": 5.0, "Gamma": 9.0}
    assert accounts["touches_of_life"].to_dict() == {"Alpha": True, "Beta": False, "Gamma": True}


def test_who_was_won_at_the_second_attempt_was_lost_at_the_first(tmp_path: Path):
    """The first deal decided tells how easy a company was to win, of one day a win; no deals, or a customer before them, tell nothing."""
    companies = "Company ID,Company name,Customer since\n" + "".join(
        f"{i},{name},{since}\n"
        for i, (name, since) in enumerate(
            [
                ("Again", ""),
                ("Once", ""),
                ("Never", ""),
                ("Twice", ""),
                ("Known", "2020-01-01"),
                ("Undated", ""),
            ]
        )
    )
    deals = [
        "0,Closed Lost,2023-02-01",
        "0,Closed Won,2024-02-01",
        "1,Closed Won,2024-02-01",
        "1,Closed Lost,2025-02-01",
        "2,Closed Lost,2024-03-01",
        "3,Closed Lost,2024-03-01",
        "3,Closed Won,2024-03-01",
        "4,Closed Lost,2023-02-01",
        "4,Closed Won,2024-02-01",
        "5,Closed Won,",
    ]
    text = "Deal ID,Company ID,Deal stage,Close date\n" + "".join(f"{i},{d}\n" for i, d in enumerate(deals))

    told = by_name(book_of_files(tmp_path, companies=companies, deals=text))["won_at_first"]

    assert told.dropna().to_dict() == {"Again": 0, "Once": 1, "Never": 0, "Twice": 1}
