"""Since when customers are there, and on which day they left."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from book_files import book_of_files, by_name

from icpcli.errors import NothingToRankError
from icpcli.load.exports import load_exports
from icpcli.rank.ranking import rank_customers
from icpcli.rollup import roll_up_accounts
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.mark.parametrize(
    ("header", "gone", "there"), [("Churned", "yes", "no"), ("Statut", "Résilié", "Client")]
)
def test_who_left_on_no_day_is_not_expected_to_stay(tmp_path: Path, header: str, gone: str, there: str):
    """A flag or a stage that says somebody left, without a date, leaves how long they stayed unknown."""
    text = f"Company,{header},Customer since,MRR\nAlpha,{gone},2024-01-05,10\nBeta,{there},2024-02-05,20\nGamma,{there},2025-02-05,20\n"

    book = book_of_files(tmp_path, companies=text)

    assert by_name(book)["is_activated"].to_dict() == {"Alpha": False, "Beta": True, "Gamma": True}
    assert [f.rows for f in book.findings if f.code == "ICP204"] == [1]


def test_where_nobody_has_a_day_of_leaving_the_flags_tell_how_long_customers_stay(tmp_path: Path):
    """A list of customers and former customers, none with a date, had no retention, and a lifetime value as if nobody left."""
    rows = [
        f"C{i},{'Ancien client' if i % 3 == 0 else 'Client'},2023-{i % 12 + 1:02d}-05,100" for i in range(60)
    ]
    text = "\n".join(["Entreprise,Statut,Client depuis,MRR", *rows]) + "\n"
    book = book_of_files(tmp_path, clients=text)

    assert not book.leaving_is_dated
    assert book.accounts["has_left"].sum() == 20
    assert book.accounts["is_activated"].all()
    told = [f.message for f in book.findings if f.code == "ICP204"]
    assert ["what the share that has left among those of each age tells" in m for m in told] == [True]
    ranked = rank_customers(book, DEFAULTS)
    retention = next(c for c in ranked.criteria if c.criterion == "retention")
    assert (retention.customers, retention.unit) == (60, "months")
    assert retention.source.startswith("who has left, among customers of each age")


@pytest.mark.parametrize("some", ["2024-06-01", ""])
def test_a_few_flags_or_one_date_leave_the_others_unknown(tmp_path: Path, some: str):
    """Beside a day of leaving the flags of others lack theirs, and of seven nothing can be told: they say nothing of retention."""
    gone = 12 if some else 7
    rows = [
        f"C{i},{'yes' if i < gone else 'no'},{some if i == 0 else ''},2023-{i % 12 + 1:02d}-05,100"
        for i in range(40)
    ]
    text = "\n".join(["Company,Churned,Churn date,Customer since,MRR", *rows]) + "\n"

    book = book_of_files(tmp_path, crm=text)

    assert book.leaving_is_dated
    assert book.accounts["is_activated"].sum() == 40 - gone + bool(some)


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


def test_a_cancelled_subscription_has_ended_though_nothing_began_later(tmp_path: Path):
    """An end with a status that says so is an event; the agreed end of one that runs is none."""
    text = (
        "Subscription ID,Company,Status,Start date,End date,MRR\ns1,Alpha,active,2023-01-05,2030-01-05,10\n"
        "s2,Beta,canceled,2023-05-01,2024-06-30,10\ns3,Gamma,active,2023-12-01,,10\n"
    )

    book = book_of_files(tmp_path, subscriptions=text)

    assert book.as_of == date(2024, 6, 30)
    assert by_name(book)["churned_on"].notna().to_dict() == {"Alpha": False, "Beta": True, "Gamma": False}


def test_day_and_month_are_ordered_as_the_rest_of_the_file_tells(tmp_path: Path):
    """A column of firsts of the month is read as the column beside it, whose days go beyond twelve."""
    rows = [f"Firm {i},{i % 9 + 1}/1/2023,{i % 9 + 1}/28/2024,10" for i in range(12)]
    text = "\n".join(["Company,Customer since,Churn date,MRR", *rows])

    accounts = by_name(book_of_files(tmp_path, a=text))

    assert accounts.loc["Firm 2", "customer_since"] == pd.Timestamp("2023-03-01")


def test_customers_called_inactive_are_told_and_stay(tmp_path: Path):
    """Inactive need not mean gone: they count as still there, and whoever reads the report can say otherwise."""
    (tmp_path / "clients.csv").write_text(
        "Client,Client depuis,MRR,Statut\nAcme,2023-01-05,100,Actif\nBolt,2023-02-01,90,Inactif\nCrux,2023-03-01,80,Actif\n",
        encoding="utf-8",
    )

    book = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS)

    told = [finding for finding in book.findings if finding.code == "ICP204"]
    assert [(finding.rows, "status Inactif" in finding.message) for finding in told] == [(1, True)]
    assert book.accounts["is_activated"].all()


@pytest.mark.parametrize(
    ("header", "as_of", "hint"),
    [
        ("Panier moyen", None, "Not understood: Panier moyen"),
        (
            "Client depuis",
            date(2020, 1, 1),
            "As of 2020-01-01, as --as-of says: what came later was left out.",
        ),
    ],
)
def test_the_error_that_nobody_is_a_customer_says_where_to_look(
    tmp_path: Path, header: str, as_of: date | None, hint: str
):
    """Told only what was looked for, nobody knows which of their columns might have been it."""
    cell = "2023-01-05" if as_of else "100 €"
    (tmp_path / "crm.csv").write_text(
        f"Client,Secteur,{header}\nAcme,BTP,{cell}\nBolt,Santé,{cell}\n", encoding="utf-8"
    )
    settings = Settings(as_of=as_of)

    with pytest.raises(NothingToRankError) as refused:
        roll_up_accounts(load_exports([str(tmp_path)], settings), settings)

    assert hint in refused.value.details


def test_where_no_value_is_known_columns_of_money_are_named(tmp_path: Path):
    """What customers pay may stand under a header that nobody knows, and be searched as a trait of theirs."""
    lines = [f"C{i},2023-01-05,{'2024-01-05' if i % 2 else ''},{100 + i} €" for i in range(40)]
    (tmp_path / "crm.csv").write_text(
        "\n".join(["Client,Client depuis,Résilié le,Ticket", *lines]), encoding="utf-8"
    )
    book = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS)

    (absent,) = [f.message for f in rank_customers(book, DEFAULTS).findings if f.code == "ICP210"]
    assert "--column account.mrr=Ticket" in absent


def test_flags_are_heard_beside_orders_where_the_user_says_that_customers_leave(tmp_path: Path):
    """Customers who buy again are told by their orders; with --retention contract, by who is said to have left."""
    flags = [f"C{i},{'yes' if i < 10 else 'no'},2023-{i % 12 + 1:02d}-05" for i in range(30)]
    (tmp_path / "crm.csv").write_text("\n".join(["Company,Churned,Customer since", *flags]), encoding="utf-8")
    bought = [f"{i}-{k},C{i},2024-0{k + 1}-1{i % 9},100" for i in range(30) for k in range(3)]
    (tmp_path / "invoices.csv").write_text(
        "\n".join(["Invoice number,Company,Invoice date,Amount", *bought]), encoding="utf-8"
    )
    contract = Settings(retention="contract")

    as_read, as_said = (
        roll_up_accounts(load_exports([str(tmp_path)], chosen), chosen) for chosen in (DEFAULTS, contract)
    )

    assert (as_read.leaving_is_dated, as_said.leaving_is_dated) == (True, False)
    assert as_said.accounts["has_left"].sum() == 10
