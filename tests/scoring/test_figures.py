"""Figures of a list in the measure of the profile: shares, ranges, money."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from profiles_by_hand import SIZE, of_one_figure, rows_of
from tellings import derivation_of

from icpcli.load.exports import load_exports
from icpcli.model.common import Verdict
from icpcli.model.profile import Condition
from icpcli.pipeline.score import score_frame
from icpcli.pipeline.sources import account_readings, field_sources
from icpcli.settings import Settings
from icpcli.store import to_json
from icpcli.wording import condition

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Export share", "12 %"),
        ("Export share", "0.12"),
        ("Export share (%)", "12"),
        ("Export share %", "12,0 %"),
    ],
)
def test_a_share_is_known_by_the_sign_in_its_cells_or_its_header(header: str, cell: str):
    """12 % is below 20 %, whether the percent sign stands in the cells, in the header, or nowhere for 0.12."""
    low = Condition("Export share", "between", below=0.2, unit="%")
    saved = derivation_of(Verdict.SUPPORTED)
    saved = dataclasses.replace(saved, profile=dataclasses.replace(saved.profile, conditions=(low,)))

    scored = score_frame(saved, pd.DataFrame({header: [cell, cell.replace("1", "9")]}))

    assert condition(low) == "Export share below 20 %"
    assert scored["icp_match"].tolist() == ["yes", "no"]


def test_plain_numbers_beyond_one_are_percent_where_the_profile_is(icp: Callable, tmp_path: Path):
    """A list with 50, 5 and 85 under the header of the export's 45 % holds percent, no 5,000 %; so does one with 45 % beside 50."""
    high = Condition("Remote share", "between", at_least=0.4, unit="%")
    (tmp_path / "icp.json").write_text(to_json(of_one_figure(high)), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Remote share\n50\n5\n1\n45 %\n85\n", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert [row["icp_match"] for row in rows_of(ran.stdout)] == ["yes", "no", "no", "yes", "yes"]
    assert "plain numbers go up to 85, so they were read as percent" in ran.stderr


def test_a_sign_in_the_cells_is_known_where_the_export_had_it_in_the_header():
    """45 % is 45 to a profile whose export wrote 45 under "Remote (%)"."""
    high = Condition("Remote (%)", "between", at_least=40.0)

    scored = score_frame(of_one_figure(high), pd.DataFrame({"Remote (%)": ["45 %", "35 %", "45"]}))

    assert scored["icp_match"].tolist() == ["yes", "no", "yes"]


REVENUE = Condition("annual_revenue", "between", at_least=1e6, below=2e7)


@pytest.mark.parametrize("header", ["Chiffre d'affaires", "Annual Revenue"])
def test_ranges_of_money_are_ranges_and_what_is_none_is_told(icp: Callable, tmp_path: Path, header: str):
    """Revenue in ranges is read under the profile's header and under another; cells that say nothing readable are counted."""
    (tmp_path / "icp.json").write_text(
        to_json(of_one_figure(REVENUE, "Chiffre d'affaires")), encoding="utf-8"
    )
    cells = [
        "entre 2 et 10 M€",
        "Moins de 500 k€",
        "2 M€ à 10 M€",
        "> 50 M€",
        "10-50 M€",
        "$1M - $10M",
        "3 à 4 fois",
        "3 à 4 fois",
        "",
        "gros",
    ]
    (tmp_path / "leads.csv").write_text(
        "\n".join([f"Company;{header}", *(f"A;{c}" for c in cells)]), encoding="utf-8"
    )

    ran = icp("score", "leads.csv")

    told = [row["icp_match"] for row in rows_of(ran.stdout, ";")]
    assert told == ["yes", "no", "yes", "no", "unknown", "yes", "unknown", "unknown", "unknown", "unknown"]
    assert "3 of 9 filled cells could not be read as money (3 à 4 fois, gros): unknown there" in ran.stderr
    assert "has no column" not in ran.stderr


def test_a_profile_of_revenue_bands_is_asked_of_plain_revenue(icp: Callable, tmp_path: Path):
    """An export with bands of revenue makes a profile with bounds, which a list of plain numbers and other bands meets or not."""
    rng = np.random.default_rng(4)
    bands = ["< 1 M€", "1 à 10 M€", "10 à 50 M€", "50 à 100 M€", "> 100 M€"]
    of = rng.integers(0, 5, 300)
    fees = np.exp(rng.normal(5.5, 0.5, 300) + 1.0 * (of == 2))
    rows = [
        f"F{i:03d};{bands[b]};2024-01-01;{fee:.2f}" for i, (b, fee) in enumerate(zip(of, fees, strict=True))
    ]
    export = "\n".join(["Société;Chiffre d'affaires;Client depuis;MRR", *rows])
    (tmp_path / "crm.csv").write_text(export, encoding="utf-8")
    lines = ["Company,Annual Revenue", "A,20000000", "B,500000", "C,€10M-€25M", "D,€1M-€25M"]
    (tmp_path / "leads.csv").write_text("\n".join(lines), encoding="utf-8")

    derived = icp("derive", "crm.csv", "--as-of", "2026-01-01")
    scored = icp("score", "leads.csv")

    assert "annual revenue of 10,000,000 to below 50,000,000" in derived.stdout
    assert [row["icp_match"] for row in rows_of(scored.stdout)] == ["yes", "no", "yes", "unknown"]


def test_a_column_of_which_nothing_can_be_read_is_not_said_to_be_missing(icp: Callable, tmp_path: Path):
    """Of employees such as "a hundred" the note says which column and shows two cells, for the fix is another than naming a column."""
    (tmp_path / "icp.json").write_text(to_json(of_one_figure(SIZE)), encoding="utf-8")
    (tmp_path / "leads.csv").write_text(
        "Company,Employees\nA,a hundred\nB,cent vingt\nC,a hundred\n", encoding="utf-8"
    )

    ran = icp("score", "leads.csv")

    assert (
        "'Employees': 3 of 3 filled cells could not be read as a number (a hundred, cent vingt)" in ran.stderr
    )
    assert "has no column" not in ran.stderr


@pytest.mark.parametrize(
    ("rates", "match", "told"),
    [
        (
            "",
            ["yes", "unknown", "unknown", "yes"],
            "1 amount in GBP and 1 amount in JPY, and the profile is in EUR: unknown there",
        ),
        ("[rates]\nJPY = 0.006\nGBP = 1.2\n", ["yes", "no", "yes", "yes"], "converted to EUR at your rates"),
    ],
)
def test_other_currencies_are_converted_or_unknown(
    icp: Callable, tmp_path: Path, rates: str, match: list[str], told: str
):
    """Two million yen are 12,000 euros: no company of a million, and without a rate nobody knows."""
    (tmp_path / "icp.json").write_text(
        to_json(of_one_figure(REVENUE, "CA", "EUR", currency="EUR")), encoding="utf-8"
    )
    (tmp_path / "icp.toml").write_text(rates, encoding="utf-8")
    (tmp_path / "leads.csv").write_text("CA\n2 000 000 €\n¥ 2000000\n900 000 £\n2000000\n", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert [row["icp_match"] for row in rows_of(ran.stdout)] == match
    assert told in ran.stderr


def test_the_currency_of_a_list_is_told_by_a_column_of_its_own_or_its_header(icp: Callable, tmp_path: Path):
    """Plain amounts beside a currency column, or under "(k$)", are in that currency."""
    (tmp_path / "icp.json").write_text(
        to_json(of_one_figure(REVENUE, "CA", "EUR", currency="EUR")), encoding="utf-8"
    )
    (tmp_path / "beside.csv").write_text(
        "Annual revenue,Currency\n2000000,EUR\n2000000,USD\n", encoding="utf-8"
    )
    (tmp_path / "header.csv").write_text("CA (k$)\n2000\n", encoding="utf-8")

    beside, header = (icp("score", name) for name in ("beside.csv", "header.csv"))

    assert [row["icp_match"] for row in rows_of(beside.stdout)] == ["yes", "unknown"]
    assert [row["icp_match"] for row in rows_of(header.stdout)] == ["unknown"]
    assert "amount in USD, and the profile is in EUR" in header.stderr


def test_salesforces_own_currency_column_beside_an_amount_is_heard(icp: Callable, tmp_path: Path):
    """2,000,000 under "Annual Revenue" beside "Annual Revenue Currency" are yen where that says so."""
    (tmp_path / "icp.json").write_text(
        to_json(of_one_figure(REVENUE, "CA", "EUR", currency="EUR")), encoding="utf-8"
    )
    rows = "EUR,2000000\nJPY,2000000\n"
    (tmp_path / "leads.csv").write_text(f"Annual Revenue Currency,Annual Revenue\n{rows}", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert [row["icp_match"] for row in rows_of(ran.stdout)] == ["yes", "unknown"]
    assert "1 amount in JPY" in ran.stderr


def test_rates_are_in_the_currency_of_the_field_where_the_book_tells_none(icp: Callable, tmp_path: Path):
    """Of a book whose own amounts name no currency, the rate that the message asks for is followed."""
    (tmp_path / "icp.json").write_text(to_json(of_one_figure(REVENUE, "CA", "EUR")), encoding="utf-8")
    (tmp_path / "icp.toml").write_text("[rates]\nJPY = 0.006\n", encoding="utf-8")
    (tmp_path / "leads.csv").write_text("CA\n¥ 200000000\n¥ 2000000\n", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert [row["icp_match"] for row in rows_of(ran.stdout)] == ["yes", "no"]
    assert "2 amounts in JPY converted to EUR at your rates" in ran.stderr


def test_the_profile_keeps_the_currency_and_the_ranges_of_its_fields(tmp_path: Path):
    """What revenue was told in is written down, so that a list in another currency is not compared with it; and where ranges end."""
    (tmp_path / "a.csv").write_text(
        "Company,Annual revenue,MRR,Employees\nA,1 200 k€,$5,51-200\nB,2 M€,$6,500+\nC,3 M€,$6,70\n",
        encoding="utf-8",
    )

    sources = field_sources(account_readings(load_exports([str(tmp_path / "a.csv")], Settings())))

    assert sources["annual_revenue"].unit == "EUR"
    assert sources["employees"].values == {
        "500": ("500+",),
        "51": ("51-200",),
    }  # a plain number is none of them
    assert sources["employees"].ends == {"500+": None, "51-200": 200.0}
