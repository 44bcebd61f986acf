"""Which column of a list holds which field of the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from profiles_by_hand import matches_of, of_one_figure, own_field, rows_of

from icpcli.model.profile import Condition
from icpcli.pipeline.score import score_frame
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_another_export_is_scored_by_what_its_headers_mean(icp: Callable, tmp_path: Path, profile: Path):
    """Leads in French, or contacts, are read by their meaning; what is not there is unknown and said."""
    (tmp_path / "leads.csv").write_bytes(
        "Société;Secteur d'activité;Nombre d'employés;Pays\r\nAcmé;Logistics;120;Allemagne\r\nBolt;Software;1 200;\r\n".encode(
            "cp1252"
        )
    )
    (tmp_path / "people.tsv").write_text(
        "Email\tCompany\tCompany industry\nx@y.example\tAcme\tRetail\n", encoding="utf-16"
    )

    french = icp("score", "leads.csv", "--profile", profile, "-o", "out.csv")
    people = icp("score", "people.tsv", "--profile", profile, "-o", "people.csv")

    lines = (tmp_path / "out.csv").read_bytes().decode("cp1252").split("\r\n")
    assert lines[0].endswith("Pays;icp_fit;icp_match;icp_probability;icp_reasons")
    assert lines[1].startswith("Acmé;Logistics;120;Allemagne;")
    assert [line.split(";")[5] for line in lines[1:3]] == ["yes", "no"]
    assert french.code == 0
    assert "people.tsv has no column for employees: unknown for every row" in people.stderr
    assert "\tno\t" in (tmp_path / "people.csv").read_bytes().decode("utf-16")


def test_a_file_without_any_field_of_the_profile_says_what_was_looked_for(
    icp: Callable, tmp_path: Path, profile: Path
):
    """The error names the fields, the headers that are there, and the flag that helps; and the flag does."""
    (tmp_path / "leads.csv").write_text(
        "Company,Branche X,Colour\nAcme,Retail,red\nBolt,Energy,blue\n", encoding="utf-8"
    )

    lost = icp("score", "leads.csv", "--profile", profile)
    told = icp("score", "leads.csv", "--profile", profile, "--column", "account.industry=Branche X")

    assert lost.code == 1
    assert "none of the fields that the profile asks" in lost.stderr
    assert "industry (Industry)" in lost.stderr
    assert "Branche X" in lost.stderr
    assert told.code == 0
    assert ",no," in told.stdout


def test_the_header_of_the_export_behind_the_profile_comes_before_one_that_looks_like_it(
    icp: Callable, tmp_path: Path
):
    """Beside "Secteur d'activité", which the profile was derived from, a column "Secteur" is something else."""
    told = matches_of(icp, tmp_path, "Certifié ISO ?,Secteur,Secteur d'activité\nx,B2B,Retail\n")

    assert told == ["yes"]


@pytest.mark.parametrize("behind", ["Country/Region", "Pays", "Company Country"])
@pytest.mark.parametrize("person", ["Country", "Country/Region"])
@pytest.mark.parametrize(
    "company", ["Company Country", "Organization Country", "Pays de l'entreprise", "company_country"]
)
def test_in_a_list_of_people_the_country_is_that_of_the_company(behind: str, person: str, company: str):
    """However full it is, and whatever header the profile's export had: a bare country is where the person lives."""
    there = Condition("country", "one_of", ("United States",))
    saved = of_one_figure(there, behind)
    people = pd.DataFrame(
        {
            "First Name": ["A", "B", "C", "D"],
            person: ["France", "France", "United States", "United States"],
            company: ["United States", "USA", None, "France"],
        }
    )

    assert score_frame(saved, people)["icp_match"].tolist() == ["yes", "yes", "unknown", "no"]


def test_state_and_city_of_a_person_are_none_of_the_company():
    """Company State and Company City come before State and City, and the only country is taken for the company's."""
    saved = of_one_figure(Condition("region", "one_of", ("Texas",)))
    people = pd.DataFrame(
        {"Title": ["CFO", "CFO"], "State": ["Texas", "Ohio"], "Company State": ["Ohio", "Texas"]}
    )

    assert score_frame(saved, people)["icp_match"].tolist() == ["no", "yes"]
    assert score_frame(saved, people.drop(columns="Company State"))["icp_match"].tolist() == ["yes", "no"]


def test_a_column_for_a_field_of_ones_own_is_named_as_the_hint_says(icp: Callable, tmp_path: Path):
    """The flag that the note suggests, spaces and signs quoted for a shell, is taken; a header that is not there is refused."""
    (tmp_path / "icp.json").write_text(to_json(own_field()), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Iso,Secteur d'activité\nx,Retail\n,Retail\n", encoding="utf-8")

    lost = icp("score", "leads.csv")
    told = icp("score", "leads.csv", "--column", "account.Certifié ISO ?=Iso")
    wrong = icp("score", "leads.csv", "--column", "account.Certifié ISO ?=ISO 9001")

    assert """--column 'account.Certifié ISO ?'="THAT COLUMN" names one""" in lost.stderr
    assert [row["icp_match"] for row in rows_of(told.stdout)] == ["yes", "no"]
    assert wrong.code == 1
    assert "leads.csv has no column 'ISO 9001'" in wrong.stderr


def test_a_column_of_a_file_that_is_not_read_is_refused(icp: Callable, tmp_path: Path, profile: Path):
    """A misspelt file in --column is told with the one there is; without a word its rows would be scored unknown."""
    (tmp_path / "leads.csv").write_text("Company,Branche X,Employees\nAcme,Retail,60\n", encoding="utf-8")
    words = ("score", "leads.csv", "--profile", profile, "--column")

    right = icp(*words, "leads.csv:account.industry=Branche X")
    wrong = icp(*words, "lst.csv:account.industry=Branche X")

    assert "industry is Retail" in right.stdout
    assert wrong.code == 1
    assert "no file lst.csv is read" in wrong.stderr
    assert "There is: leads.csv" in wrong.stderr


def test_columns_of_icp_toml_are_followed_in_lists_that_have_them(
    icp: Callable, tmp_path: Path, profile: Path
):
    """What icp.toml says of the exports neither stops the score of a list without those headers nor is lost on one with them."""
    (tmp_path / "icp.toml").write_text(
        '[columns]\n"account.industry" = "Branche X"\n"account.mrr" = "Fee"\n"deals.csv:deal.amount" = "Employees"\n',
        encoding="utf-8",
    )
    (tmp_path / "leads.csv").write_text("Company,Branche X,Employees\nAcme,Retail,60\n", encoding="utf-8")

    ran = icp("score", "leads.csv", "--profile", profile)

    assert ran.code == 0
    assert "industry is Retail" in ran.stdout
