"""Surveys in a file of their own: the question, the answers, and which kind of survey each is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

COMPANIES = (
    "Company name,Company Domain Name,Customer since\nAcme,acme.fr,2023-01-05\nBolt,bolt.fr,2023-02-05\n"
)
ACME, BOLT = "name:acme@acme.fr", "name:bolt@bolt.fr"


def answers(folder: Path, survey: str, field: str = "nps") -> dict[str, float]:
    """What each company answered."""
    (folder / "companies.csv").write_text(COMPANIES, encoding="utf-8")
    (folder / "survey_answers.csv").write_text(survey, encoding="utf-8")
    table = load_exports([str(folder)], DEFAULTS).tables[CrmObject.SURVEY].select(["account_key", field])
    return {row["account_key"]: row[field] for row in table.to_pylist() if row[field] is not None}


@pytest.mark.parametrize(
    "survey",
    [
        "Respondent ID,End Date,Email Address,How likely is it that you would recommend this company?\n1,2024-02-01,a@acme.fr,9\n2,2024-03-01,b@bolt.fr,3\n",
        "#,On a scale from 0 to 10 would you recommend us to a friend?,Your company,Submit Date (UTC)\n1,9,Acme,2024-01-02\n2,3,Bolt,2024-01-03\n",
        "Client;Date de réponse;Sur une échelle de 0 à 10, nous recommanderiez-vous ?\nAcme;02/01/2024;9\nBolt;03/01/2024;3\n",
        "Entreprise,Probabilité de recommandation (0-10),Date\nAcme,9,2024-01-02\nBolt,3,2024-01-03\n",
        "Survey Submission ID,Associated contact email,Rating,Survey submission date\n1,a@acme.fr,9,2024-01-02\n2,b@bolt.fr,3,2024-01-03\n",
    ],
    ids=["SurveyMonkey", "Typeform", "French question", "French label", "HubSpot"],
)
def test_the_question_of_the_net_promoter_score_is_known_however_it_is_put(tmp_path: Path, survey: str):
    """Forms write the whole question into the header, and know who answered by an address alone."""
    assert answers(tmp_path, survey) == {ACME: 9, BOLT: 3}


@pytest.mark.parametrize(
    ("nine", "nought"),
    [("9/10", "0/10"), ("9 - Promoter", "0 - Not at all likely"), ("9 (very likely)", "0 (never)")],
)
def test_an_answer_may_say_what_it_means(tmp_path: Path, nine: str, nought: str):
    """The number counts that an answer begins with; an answer on a scale of five is no NPS."""
    survey = (
        f"Company,NPS score,Date\nAcme,{nine},2024-01-02\nBolt,{nought},2024-01-03\nCrux,4/5,2024-01-04\n"
    )

    assert answers(tmp_path, survey) == {ACME: 9, BOLT: 0}


def test_a_rating_of_satisfaction_is_none_of_loyalty(tmp_path: Path):
    """In a file of several kinds of survey the best 5 of 5 for support is no detractor's 5 of 10, nor is a 7 for effort a passive's."""
    survey = (
        "Survey Type,Rating,Company,Survey submission date\nNPS,9,Acme,2024-01-02\nCSAT,5,Acme,2024-01-02\nCES,7,Bolt,2024-01-02\n"
        "Customer satisfaction,4,Bolt,2024-01-02\nNPS,3,Bolt,2024-01-03\n"
    )

    assert answers(tmp_path, survey) == {ACME: 9, BOLT: 3}
    assert answers(tmp_path, survey, "satisfaction") == {ACME: 5, BOLT: 4}


@pytest.mark.parametrize(
    ("cells", "ratings"),
    [(("4.5/5", "3/5"), (4.5, 3)), (("4,5 / 5", "3 / 5"), (4.5, 3)), (("100/100", "80/100"), (100, 80))],
)
def test_a_rating_of_satisfaction_may_be_a_mean_or_the_best_of_a_hundred(
    tmp_path: Path, cells: tuple[str, str], ratings: tuple[float, float]
):
    """Decimals and three digits before the best there is are read as well as one digit."""
    survey = 'Company,CSAT,Response date\nAcme,"{}",2024-01-02\nBolt,"{}",2024-01-03\n'.format(*cells)

    assert answers(tmp_path, survey, "satisfaction") == dict(zip((ACME, BOLT), ratings, strict=True))


def test_ratings_on_several_scales_in_one_column_have_no_mean(tmp_path: Path):
    """Four of five beside eight of ten is neither 4 nor 8: such answers are not read, plain numbers beside them are."""
    survey = "Company,CSAT,Response date\nAcme,4/5,2024-01-02\nAcme,8/10,2024-01-03\nBolt,7,2024-01-03\nBolt,8,2024-01-04\n"
    (tmp_path / "companies.csv").write_text(COMPANIES, encoding="utf-8")
    (tmp_path / "survey_answers.csv").write_text(survey, encoding="utf-8")

    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert exports.tables[CrmObject.SURVEY].column("satisfaction").to_pylist() == [None, None, 7, 8]
    assert [r.unreadable for r in exports.readings if r.field == "satisfaction"] == [2]
