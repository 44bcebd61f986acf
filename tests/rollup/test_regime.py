"""How customers stay, and who left, read from exports as they come."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from icpcli.errors import DataError
from icpcli.load.exports import load_exports
from icpcli.rank.acquisition import acquisition_costs
from icpcli.rollup import roll_up_accounts
from icpcli.settings import Settings, Spend

if TYPE_CHECKING:
    from pathlib import Path

    from icpcli.model.tables import Book


def book_from(folder: Path, settings: Settings | None = None, **files: str) -> Book:
    """The book of these files (name -> text)."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    asked = dataclasses.replace(settings or Settings(), as_of=date(2025, 6, 1))
    return roll_up_accounts(load_exports([str(folder)], asked), asked)


def codes(book: Book) -> list[str]:
    """The findings' codes."""
    return [finding.code for finding in book.findings]


COMPANIES = "Company name,Industry\nAcme,Retail\nBeta,Retail\nGamma,Media\nDelta,Media\n"
SUBSCRIPTIONS = (
    "Subscription ID,Customer,Start date,End date,MRR\nS1,Acme,2024-01-01,2024-12-31,100\nS2,Acme,2025-01-01,,150\n"
    "S3,Beta,2024-01-01,2025-03-31,80\nS4,Gamma,2024-06-01,,60\nS5,Gamma,2024-07-01,,40\n"
)


def test_several_subscriptions_are_one_customer_who_left_when_the_last_ended(tmp_path: Path):
    """Acme renewed, Beta let its only subscription end, Gamma runs two at once and pays for both."""
    book = book_from(tmp_path, companies=COMPANIES, subscriptions=SUBSCRIPTIONS)

    accounts = book.accounts.set_index("name")
    assert book.regime == "contract"
    assert accounts["churned_on"].notna().to_dict() == {"Acme": False, "Beta": True, "Gamma": False}
    assert accounts["monthly_value"].to_dict() == {"Acme": 150.0, "Beta": 80.0, "Gamma": 100.0}


def test_a_subscription_cancelled_without_a_date_is_over(tmp_path: Path):
    """Who cancelled all of them left on a day that nothing tells: no tenure, no running MRR, and it is said."""
    text = "Subscription ID,Customer,Status,Start date,End date,MRR\nS1,Acme,active,2024-01-01,,100\nS2,Beta,canceled,2024-01-01,,80\nS3,Gamma,canceled,2024-01-01,2025-01-01,60\n"

    book = book_from(tmp_path, companies=COMPANIES, subscriptions=text)

    accounts = book.accounts.set_index("name")
    assert accounts["is_activated"].to_dict() == {"Acme": True, "Beta": False, "Gamma": True}
    assert accounts["churned_on"].notna().to_dict() == {"Acme": False, "Beta": False, "Gamma": True}
    assert [f.rows for f in book.findings if f.code == "ICP204"] == [1]


def test_who_left_paid_all_that_ended_last(tmp_path: Path):
    """A platform and an add-on that end together are what a customer paid when leaving, as for those who still run both."""
    text = (
        "Subscription ID,Customer,Start date,End date,MRR\nS1,Acme,2023-01-01,2024-06-30,400\nS2,Acme,2023-01-01,2024-06-30,300\n"
        "S3,Acme,2023-01-01,2023-06-30,50\nS4,Beta,2023-01-01,,400\nS5,Beta,2023-01-01,,300\n"
    )

    accounts = book_from(tmp_path, companies=COMPANIES, subscriptions=text).accounts.set_index("name")

    assert accounts["monthly_value"].to_dict() == {"Acme": 700.0, "Beta": 700.0}


def test_companies_with_an_open_deal_are_in_the_pipeline(tmp_path: Path):
    """Who has a first deal open is being worked: neither lost nor "never worked"."""
    deals = "Deal ID,Company,Deal stage,Close date,Amount\nD1,Acme,Closed Won,2024-05-01,5\nD2,Beta,Proposal,,5\nD3,Gamma,Closed Lost,2024-05-01,5\n"

    book = book_from(tmp_path, companies=COMPANIES, deals=deals)

    assert (len(book.accounts), book.in_pipeline, book.not_worked) == (2, 1, 1)
    assert book.accounts.set_index("name")["lost_on"].notna().to_dict() == {"Acme": False, "Gamma": True}


def test_what_is_signed_ahead_is_not_paid_beside_what_it_renews(tmp_path: Path):
    """A contract that starts later adds nothing to today's MRR, and keeps its customer."""
    contracts = (
        "Deal ID,Company,Deal stage,Close date,Contract start,Contract end,MRR\n"
        "D1,Acme,Closed Won,2024-06-01,2024-07-01,2025-06-30,100\nD2,Acme,Closed Won,2025-05-20,2025-07-01,2026-06-30,110\n"
    )

    accounts = book_from(tmp_path, companies=COMPANIES, deals=contracts).accounts.set_index("name")

    assert accounts["monthly_value"].to_dict() == {"Acme": 100.0}
    assert accounts["churned_on"].isna().all()


def test_a_company_won_that_never_bought_is_not_activated_rather_than_churned(tmp_path: Path):
    """Delta was won and has no subscription: it is a customer without retention, and is counted in a finding."""
    deals = "Deal ID,Company,Deal stage,Close date\nD1,Delta,Closed Won,2024-05-01\nD2,Acme,Closed Won,2023-12-01\n"

    book = book_from(tmp_path, companies=COMPANIES, subscriptions=SUBSCRIPTIONS, deals=deals)

    delta = book.accounts.set_index("name").loc["Delta"]
    assert (delta["is_customer"], delta["is_activated"]) == (True, False)
    assert delta[["churned_on", "followed_from"]].isna().all()
    assert "1 customers were won and never bought anything" in next(
        f.message for f in book.findings if f.code == "ICP206"
    )


CHURN = "Churn event ID,Company,Churn date\nE1,Acme,2025-02-01\nE2,Gamma,2025-02-01\n"


def test_churn_told_twice_says_which_was_used_and_how_many_differ(tmp_path: Path):
    """Subscriptions say Beta left, events say Acme and Gamma did: the first are used, unless the user says otherwise."""
    book = book_from(tmp_path, companies=COMPANIES, subscriptions=SUBSCRIPTIONS, churn_events=CHURN)
    other = book_from(
        tmp_path,
        Settings(churn="events"),
        companies=COMPANIES,
        subscriptions=SUBSCRIPTIONS,
        churn_events=CHURN,
    )

    message = next(f.message for f in book.findings if f.code == "ICP205")
    assert "1 accounts left by every subscription ended, 2 by churn events, 0 by both; 3 differ" in message
    assert other.accounts.set_index("name")["churned_on"].notna().to_dict() == {
        "Acme": True,
        "Beta": False,
        "Gamma": True,
    }


def test_evidence_that_is_not_there_is_refused_with_what_there_is(tmp_path: Path):
    """Asking for churn events where none are exported names the evidence that is."""
    with pytest.raises(DataError, match="--churn events") as caught:
        book_from(tmp_path, Settings(churn="events"), companies=COMPANIES, subscriptions=SUBSCRIPTIONS)
    assert "There is: subscriptions" in caught.value.details


CONTRACTS = "Deal ID,Company,Deal stage,Close date,Contract term (months),Amount\n"


def test_contracts_of_which_some_were_renewed_tell_who_left(tmp_path: Path):
    """A contract of 12 months that another follows is renewed; one that nothing follows ended, and pays amount over term."""
    rows = "D1,Acme,Closed Won,2023-01-01,12,1200\nD2,Acme,Closed Won,2024-01-01,24,2880\nD3,Beta,Closed Won,2023-01-01,12,2400\n"
    last = "D4,Gamma,Closed Won,2024-10-01,12,600\n"

    book = book_from(tmp_path, companies=COMPANIES, deals=CONTRACTS + rows + last)

    accounts = book.accounts.set_index("name")
    assert accounts["churned_on"].dropna().dt.date.to_dict() == {"Beta": date(2024, 1, 1)}
    assert accounts["monthly_value"].to_dict() == {"Acme": 120.0, "Beta": 200.0, "Gamma": 50.0}


def test_contracts_that_nobody_is_seen_to_renew_are_no_evidence_of_leaving(tmp_path: Path):
    """Where renewals are not recorded an end is no leaving; it is said, and can be overridden."""
    rows = "D1,Acme,Closed Won,2023-01-01,12,1200\nD3,Beta,Closed Won,2023-02-01,12,2400\nD4,Gamma,Closed Won,2024-10-01,12,600\n"

    silent = book_from(tmp_path, companies=COMPANIES, deals=CONTRACTS + rows)
    said = book_from(tmp_path, Settings(churn="contracts"), companies=COMPANIES, deals=CONTRACTS + rows)

    assert "ICP207" in codes(silent)
    assert silent.accounts["churned_on"].isna().all()
    assert said.accounts["churned_on"].notna().sum() == 2


def test_the_regime_can_be_overridden(tmp_path: Path):
    """A book that reads as contracts is read as single sales where the user says so, and the finding says both."""
    book = book_from(tmp_path, Settings(retention="single"), companies=COMPANIES, subscriptions=SUBSCRIPTIONS)

    message = next(f.message for f in book.findings if f.code == "ICP202")
    assert book.regime == "single"
    assert "you said so (the data read as contract" in message


INVOICES = "Invoice number,Customer,Invoice date,Amount\n"


def test_credit_notes_take_purchases_back(tmp_path: Path):
    """An invoice that a credit note takes back whole is no purchase, and the sum is net to the cent."""
    rows = "I1,Acme,2024-01-01,100.10\nI2,Acme,2024-02-01,50.05\nC1,Acme,2024-02-05,-50.05\nI3,Beta,2024-03-01,80\n"

    book = book_from(tmp_path, companies=COMPANIES, invoices=INVOICES + rows)

    accounts = book.accounts.set_index("name")
    assert accounts["orders"].to_dict() == {"Acme": 1, "Beta": 1}
    assert accounts["realised_revenue"].to_dict() == {"Acme": 100.10, "Beta": 80.0}


def instalments(name: str, first: str, every: int, times: int) -> str:
    """The invoices of a customer that pays so often, every so many months."""
    days = [(pd.Timestamp(first) + pd.DateOffset(months=every * i)).date() for i in range(times)]
    return "".join(f"{name}{i},{name},{day},{100 * every}\n" for i, day in enumerate(days))


def test_who_pays_in_instalments_has_left_when_none_follows_the_last(tmp_path: Path):
    """Regular invoices are no orders placed again: an instalment a month or a year is one contract, over when it has run out."""
    rows = (
        instalments("Acme", "2023-06-01", 1, 24)
        + instalments("Beta", "2023-06-01", 1, 10)
        + instalments("Gamma", "2022-05-20", 12, 3)
        + instalments("Delta", "2021-03-01", 12, 3)
        + instalments("Once", "2023-03-01", 12, 1)
    )
    files = {"companies": COMPANIES + "Once,Media\n", "invoices": INVOICES + rows}

    book = book_from(tmp_path, **files)
    asked = book_from(tmp_path, Settings(retention="repeat"), **files)

    accounts = book.accounts.set_index("name")
    assert (book.regime, asked.regime) == ("contract", "repeat")
    assert accounts["churned_on"].dropna().dt.date.to_dict() == {
        "Beta": date(2024, 3, 31),
        "Delta": date(2024, 2, 29),
        "Once": date(2024, 2, 29),
    }
    assert accounts["monthly_value"].dropna().to_numpy() == pytest.approx([100] * 4, rel=0.01)
    assert asked.accounts["churned_on"].isna().all()
    assert "customers pay in instalments (100 %" in next(
        f.message for f in book.findings if f.code == "ICP202"
    )
    # Of one bill alone nobody knows whether it was a month's, so nobody is followed from before a year.
    assert accounts["followed_from"]["Acme"].date() == date(2024, 6, 1)


def test_orders_placed_when_needed_are_no_instalments(tmp_path: Path):
    """Customers who buy at irregular gaps are repeat buyers, whoever among them happens to be regular."""
    days = {"Acme": (1, 9, 70, 300), "Beta": (5, 200, 230), "Gamma": (1, 31, 62), "Delta": (40, 50, 333)}
    rows = "".join(
        f"{name}{day},{name},{(pd.Timestamp('2024-01-01') + pd.Timedelta(days=day)).date()},10\n"
        for name, bought in days.items()
        for day in bought
    )

    book = book_from(tmp_path, companies=COMPANIES, invoices=INVOICES + rows)

    assert book.regime == "repeat"


def test_spend_is_read_from_a_file_of_costs_and_from_settings(tmp_path: Path):
    """costs.csv names a channel, a month and an amount; icp.toml adds to it."""
    companies = "Company name,Customer since,Original source\nAcme,2024-01-05,Ads\nBeta,2024-01-20,Ads\n"
    asked = Settings(costs=(Spend("Ads", 70.0),))

    book = book_from(tmp_path, asked, companies=companies, costs="Channel,Month,Spend\nAds,2024-01,500\n")

    costs = acquisition_costs(book)
    assert sorted(book.spend["amount"]) == [70.0, 500.0]
    assert costs.figures.tolist() == [285.0, 285.0]


def test_renewals_and_upsells_are_no_new_business(tmp_path: Path):
    """A company whose only closed deal is a renewal says nothing of what winning costs."""
    deals = (
        "Deal ID,Company,Deal stage,Deal type,Close date,Amount\nD1,Acme,Closed Won,New Business,2024-01-01,10\n"
        "D2,Acme,Closed Won,Renewal,2025-01-01,10\nD3,Beta,Closed Won,Renewal,2024-06-01,20\nD4,Gamma,Closed Lost,New Business,2024-06-01,5\n"
    )

    book = book_from(tmp_path, companies=COMPANIES, deals=deals)

    told = book.accounts.set_index("name")["is_new_business"].to_dict()
    assert told == {"Acme": True, "Beta": False, "Gamma": True}
