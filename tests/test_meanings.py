"""Words of the user's for words of exports and lists, through whole runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INDUSTRIES = {"Logistics": "Transport & Co", "Software": "62.01Z", "Retail": "Commerce", "Energy": "Énergies"}


def saved(folder: Path) -> dict[str, Any]:
    """The icp.json that a run left in a folder."""
    return json.loads((folder / "icp.json").read_text(encoding="utf-8"))


def settings_file(values: dict[str, str]) -> str:
    """An icp.toml that says what words of industries mean."""
    return "\n".join(
        ["[values.industry]", *(f"{json.dumps(w)} = {json.dumps(m)}" for w, m in values.items())]
    )


def test_words_given_back_their_meaning_give_the_same_profile(
    icp: Callable, derived: Callable, tmp_path: Path, examples: Path
):
    """Industries called otherwise in the export, and back again in icp.toml, change no condition, figure or point; the query reads the export's own words."""
    text = (examples / "crm.csv").read_text(encoding="utf-8")
    derived("crm.csv")
    before = saved(tmp_path)
    for industry, other in INDUSTRIES.items():
        text = text.replace(f",{industry},", f",{other},")
    (tmp_path / "other.csv").write_text(text, encoding="utf-8")
    (tmp_path / "icp.toml").write_text(settings_file({o: i for i, o in INDUSTRIES.items()}), encoding="utf-8")

    ran = icp("derive", "other.csv")
    query = icp("export", "--to", "sql")

    after = saved(tmp_path)
    assert ran.code == 0
    for same in ("profile", "posterior", "scorecard", "personas", "accounts", "criteria"):
        assert after[same] == before[same]
    assert "'transport & co'" in query.stdout.casefold()


def test_a_list_in_other_words_is_scored_by_what_they_mean(icp: Callable, derived: Callable, tmp_path: Path):
    """Codes of a list that the profile never met are unknown, said with the table that helps, and known once it says them."""
    derived("crm.csv")
    rows = "Company,Industry,Employees\nAcme,H49,120\nBolt,49.41A,120\nCrux,Divers,120\n"
    (tmp_path / "leads.csv").write_text(rows, encoding="utf-8")

    unknown = icp("score", "leads.csv", "--format", "json")
    (tmp_path / "icp.toml").write_text(
        settings_file({"49*": "Logistics", "H49": "Logistics", "Divers": ""}), encoding="utf-8"
    )
    known = icp("score", "leads.csv", "--format", "json")

    assert [row["match"] for row in json.loads(unknown.stdout)["rows"]] == ["unknown"] * 3
    assert "say what other words mean below [values.industry] in icp.toml" in unknown.stderr
    assert [row["match"] for row in json.loads(known.stdout)["rows"]] == ["yes", "yes", "unknown"]
    assert "never held" not in known.stderr


def test_what_words_meant_in_the_exports_they_mean_in_lists_too(
    icp: Callable, tmp_path: Path, examples: Path
):
    """A pattern that the profile was derived with holds for codes that its export had not, without the icp.toml."""
    text = (examples / "crm.csv").read_text(encoding="utf-8").replace(",Logistics,", ",49.41A,")
    (tmp_path / "crm.csv").write_text(text, encoding="utf-8")
    (tmp_path / "icp.toml").write_text(settings_file({"49*": "Logistics"}), encoding="utf-8")
    icp("derive", "crm.csv")
    (tmp_path / "icp.toml").unlink()
    (tmp_path / "leads.csv").write_text("Company,Industry,Employees\nAcme,49.20Z,120\n", encoding="utf-8")

    told = icp("score", "leads.csv", "--format", "json")

    assert [row["match"] for row in json.loads(told.stdout)["rows"]] == ["yes"]


def test_new_words_for_a_list_leave_those_of_the_exports_known(icp: Callable, tmp_path: Path, examples: Path):
    """A word added in icp.toml for a list takes nothing from what the profile was derived with, and comes before it."""
    text = (examples / "crm.csv").read_text(encoding="utf-8").replace(",Logistics,", ",49.41A,")
    (tmp_path / "crm.csv").write_text(text, encoding="utf-8")
    (tmp_path / "icp.toml").write_text(settings_file({"49*": "Logistics", "X": "Retail"}), encoding="utf-8")
    icp("derive", "crm.csv")
    (tmp_path / "icp.toml").write_text(
        settings_file({"H53": "Logistics", "X": "Logistics"}), encoding="utf-8"
    )
    rows = "Company,Industry,Employees\nAcme,49.20Z,120\nBolt,H53,120\nCrux,X,120\n"
    (tmp_path / "leads.csv").write_text(rows, encoding="utf-8")

    told = icp("score", "leads.csv", "--format", "json")

    assert [row["match"] for row in json.loads(told.stdout)["rows"]] == ["yes"] * 3


def test_words_said_of_a_header_hold_for_its_field_under_another(
    icp: Callable, tmp_path: Path, examples: Path
):
    """Sizes in words under "Employees" are known in a list that calls them "Effectif"; another word is told with the table that helps."""
    text = (examples / "crm.csv").read_text(encoding="utf-8").replace(",120,", ",PME,")
    (tmp_path / "crm.csv").write_text(text, encoding="utf-8")
    (tmp_path / "icp.toml").write_text('[values.Employees]\nPME = "50-249"\n', encoding="utf-8")
    icp("derive", "crm.csv")
    (tmp_path / "icp.toml").unlink()
    rows = "Company,Industry,Effectif\nAcme,Logistics,PME\nBolt,Logistics,ETI\n"
    (tmp_path / "leads.csv").write_text(rows, encoding="utf-8")

    told = icp("score", "leads.csv", "--format", "json")

    assert [row["match"] for row in json.loads(told.stdout)["rows"]] == ["yes", "unknown"]
    assert "could not be read as a number (ETI): unknown there" in told.stderr
    assert "below [values.employees] in icp.toml" in told.stderr


def test_in_lists_words_of_items_are_known_in_exports_lists_and_queries(
    icp: Callable, tmp_path: Path, examples: Path
):
    """A tool of two names, one of several in a cell, is one in the profile; a list and the query know it by either, and by commas."""
    lines = (examples / "crm.csv").read_text(encoding="utf-8").splitlines()
    tools = ["MS Teams;SAP", "Teams;Zoom", "SAP;MS Teams;Zoom"]
    others = ["SAP", "Zoom", "SAP;Zoom", "Slack"]
    good = ("Logistics", "Manufacturing", "Wholesale")
    text = [f"{lines[0]},Tools"]
    for i, line in enumerate(lines[1:]):
        is_good = any(f",{industry}," in line for industry in good)
        text.append(f"{line},{(tools if is_good else others)[i % (3 if is_good else 4)]}")
    (tmp_path / "crm.csv").write_text("\n".join(text), encoding="utf-8")
    (tmp_path / "icp.toml").write_text('[values.Tools]\n"MS Teams" = "Teams"\n', encoding="utf-8")
    rows = 'Company,Tools,Employees\nAcme,"MS Teams, SAP",120\nBolt,SAP;Teams,120\nCrux,Slack,120\n'
    (tmp_path / "leads.csv").write_text(rows, encoding="utf-8")

    icp("derive", "crm.csv", "--ignore", "industry")
    told = icp("score", "leads.csv", "--format", "json")
    query = icp("export", "--to", "sql")

    assert "Tools include Teams" in saved(tmp_path)["profile"]["statement"]
    assert [row["match"] for row in json.loads(told.stdout)["rows"]] == ["yes", "yes", "no"]
    assert "';ms teams;'" in query.stdout
