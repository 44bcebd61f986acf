"""One row per company worked: who is a customer, since when, worth what."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd
import pytest
from book_files import COMPANIES, CONTACTS, DEALS, book_of_files, by_name

from icpcli.errors import DataError
from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rollup import facts, roll_up_accounts, roll_up_people
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from icpcli.model.tables import Exports


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    """Five companies, their deals and people."""
    for name, text in (("companies", COMPANIES), ("deals", DEALS), ("contacts", CONTACTS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return load_exports([str(tmp_path)], DEFAULTS)


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


def test_people_carry_the_outcomes_of_their_deals(exports: Exports):
    """Who took part in won and lost deals is known from the deals' associated contacts."""
    people = roll_up_people(exports)

    contacts = people.contacts.set_index("contact_id")
    assert people.ties_known
    assert not people.one_each
    assert contacts["won_tie"].to_dict() == {"71": True, "72": True, "73": False}
    assert contacts["lost_tie"].to_dict() == {"71": False, "72": True, "73": True}


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


@pytest.mark.parametrize("stages", ["Deal stage", "Stage"])
def test_the_closing_date_of_a_lost_deal_makes_no_customer(tmp_path: Path, stages: str):
    """On a row of a company and its deal, the date on which the deal was lost is not since when it is a customer."""
    text = f"Company,{stages},Close date,MRR\nAlpha,Closed won,2024-01-05,10\nBeta,Closed lost,2024-02-05,\nGamma,Demo,2024-03-05,\n"

    book = book_of_files(tmp_path, companies=text)

    assert by_name(book)["is_customer"].to_dict() == {"Alpha": True, "Beta": False}
    assert book.not_worked == 1


def test_where_nobody_is_a_customer_the_files_not_used_are_named(tmp_path: Path):
    """Who exports the general ledger is told that it was left out and why, not that it was read."""
    ledger = "Journal,Date,N° pièce,Client,Débit,Crédit\nVE,2024-01-05,1,Alpha,120,\n"

    with pytest.raises(DataError, match="is a customer") as raised:
        book_of_files(tmp_path, companies=COMPANIES, ledger=ledger)

    told = "\n".join(raised.value.details)
    assert f"Read: {tmp_path / 'companies.csv'}\n" in told
    assert f"{tmp_path / 'ledger.csv'}: not used: it holds debits and credits" in told
