"""Words of a list as the export behind the profile spelled them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from profiles_by_hand import by_hand, matches_of, own_field, rows_of, scored_by_hand

from icpcli.model.profile import Condition, FieldReport, FieldSource, WeightedRule
from icpcli.scoring.columns import TextColumn
from icpcli.scoring.scores import score_columns
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from icpcli.model.profile import Derivation


def test_a_spelling_is_known_by_its_case_and_accents_or_not_at_all():
    """Another case is the same industry; one that the export never held is unknown; a rare one it held is no."""
    matches = [
        row[0] for row in scored_by_hand(["lógistics ", "LOGISTICS", "Aerospace", "Mining"], [60.0] * 4)
    ]

    assert matches == ["yes", "yes", "unknown", "no"]


def test_a_word_of_a_field_too_full_to_list_is_known_by_its_letters_whatever_stands_beside_it():
    """Of cities no spellings are kept: Paris is PARIS, alone or among others, and Lyon is another city."""
    paris = Condition("city", "one_of", ("Paris",))
    saved = dataclasses.replace(
        by_hand(),
        profile=dataclasses.replace(by_hand().profile, conditions=(paris,)),
        posterior=(WeightedRule((paris,), 1.0, 1.0),),
        fields=(FieldReport("city", 1.0, 1.0, FieldSource("account", "City", {})),),
    )

    def matches(cities: list[str | None]) -> list[str]:
        scores = score_columns(saved, {"city": TextColumn.of(cities)}, len(cities))
        return [scores.distinct[place].match for place in scores.places]

    assert matches(["PARIS"]) == ["yes"]
    assert matches(["PARIS", "PARIS", "Paris", "pâris", "Lyon", None]) == ["yes"] * 4 + ["no", "unknown"]


def test_a_word_beside_yes_and_no_is_a_word(icp: Callable, tmp_path: Path):
    """Where the export said yes, no and maybe, maybe is as good an answer as no, and a blank is unknown."""
    told = own_field()
    source = FieldSource("account", "Certifié ISO ?", {"yes": ("yes",), "no": ("no",), "maybe": ("maybe",)})
    fields = (dataclasses.replace(told.fields[0], source=source), told.fields[1])
    (tmp_path / "icp.json").write_text(to_json(dataclasses.replace(told, fields=fields)), encoding="utf-8")
    rows = "".join(f"{cell},Retail\n" for cell in ("yes", "no", "maybe", ""))
    (tmp_path / "leads.csv").write_text(f"Certifié ISO ?,Secteur d'activité\n{rows}", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert [row["icp_match"] for row in rows_of(ran.stdout)] == ["yes", "no", "no", "unknown"]


def test_yes_and_no_are_read_cell_by_cell_and_a_blank_as_in_the_export(icp: Callable, tmp_path: Path):
    """Whatever else a column holds, Oui, X and 1 are yes, whatever spaces are around; a blank is a box not ticked; what says neither is unknown."""
    cells = ["x", "X ", "Oui", " 1", "", "Non", " non ", "NSP"]
    rows = "".join(f"{cell},Retail\n" for cell in cells)

    told = matches_of(icp, tmp_path, f"Certifié ISO ?,Secteur d'activité\n{rows}")

    assert told == ["yes", "yes", "yes", "yes", "no", "no", "no", "unknown"]


def _of_health(industry: str = "HOSPITAL_HEALTH_CARE") -> Derivation:
    """The profile by hand, of an industry as HubSpot spells it, beside one whose words differ by a sign."""
    told = by_hand()
    asked = Condition("industry", "one_of", (industry,))
    source = FieldSource("account", "Industry", {industry: (industry,), "C#": ("C#",), "C++": ("C++",)})
    return dataclasses.replace(
        told,
        profile=dataclasses.replace(told.profile, conditions=(asked,)),
        posterior=(WeightedRule((asked,), 1.0, 1.0),),
        fields=(FieldReport("industry", 1.0, 1.0, source),),
    )


def test_a_label_is_known_however_another_tool_joins_its_words():
    """Hospital & Health Care is HubSpot's HOSPITAL_HEALTH_CARE; C# is no C++, and Health alone is not known."""
    texts = ["Hospital & Health Care", "hospital and health care", "C#", "Health"]

    scores = score_columns(_of_health(), {"industry": TextColumn.of(texts)}, len(texts))

    assert [scores.distinct[p].match for p in scores.places] == ["yes", "yes", "no", "unknown"]


def test_of_a_code_and_its_label_the_column_counts_whose_words_the_profile_knows(
    icp: Callable, tmp_path: Path
):
    """Beside "NAF code" stands "Industries", whose words are those of the profile's export."""
    (tmp_path / "icp.json").write_text(to_json(_of_health()), encoding="utf-8")
    (tmp_path / "leads.csv").write_text(
        "Company,Code NAF,Industries\nAcme,8610Z,Hospital & Health Care\nBolt,6201Z,C#\n", encoding="utf-8"
    )

    ran = icp("score", "leads.csv")

    assert [row["icp_match"] for row in rows_of(ran.stdout)] == ["yes", "no"]


def test_words_that_the_profile_never_met_are_named_with_their_rows(icp: Callable, tmp_path: Path):
    """What leaves rows unknown is told on stderr: which words, on how many rows, and what the profile asks for; nothing where all are known."""
    (tmp_path / "icp.json").write_text(to_json(_of_health()), encoding="utf-8")
    rows = ["C#", "HOSPITAL_HEALTH_CARE", "", "Clinics", "Aerospace", "Clinics", "Hospital & Health Care"]
    (tmp_path / "leads.csv").write_text("Industry,x\n" + "".join(f"{r},1\n" for r in rows), encoding="utf-8")
    (tmp_path / "known.csv").write_text("Industry,x\nC#,1\n,2\n", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert "'Industry': 3 of 6 filled cells say what the export behind the profile never held" in ran.stderr
    assert "Clinics (2) and Aerospace (1)" in ran.stderr
    assert "asks for HOSPITAL_HEALTH_CARE" in ran.stderr
    assert "never held" not in icp("score", "known.csv").stderr
