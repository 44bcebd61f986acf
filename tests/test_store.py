"""icp.json is read back as it was written, or refused in one sentence."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpcli.errors import ProfileFileError
from icpcli.model.common import Verdict
from icpcli.model.personas import Personas
from icpcli.model.profile import AccountCounts, Condition, Derivation, Profile, WeightedRule
from icpcli.schemas import schema
from icpcli.store import from_json, json_text, read_profile, to_json

if TYPE_CHECKING:
    from pathlib import Path


def derivation(*, agreement: float | None = 0.75, values: tuple[str, ...] = ("Logistics",)) -> Derivation:
    """A small derivation whose figures a reader can check by eye."""
    conditions = (Condition("industry", "one_of", values=values, probability=0.9),)
    return Derivation(
        icpcli_version="1",
        as_of=date(2026, 9, 30),
        settings={"seed": 0},
        sources=(),
        accounts=AccountCounts(customers=10, lost=2, not_worked=3, matching_not_worked=1),
        findings=(),
        criteria=(),
        profile=Profile(
            verdict=Verdict.SUPPORTED,
            statement="Logistics companies.",
            conditions=conditions,
            customers=4,
            share_of_customers=0.4,
            share_of_value=None,
            figures=(),
            agreement=agreement,
            lift={},
            evidence=None,
            alternatives=(),
        ),
        posterior=(WeightedRule(conditions, 0.5, 1.0),),
        scorecard=None,
        personas=Personas(verdict="none", basis="", people=0, maximum=3, items=()),
        fields=(),
    )


@given(agreement=st.floats(0, 1), values=st.lists(st.text(), min_size=1).map(tuple))
def test_what_is_written_is_read_back(agreement: float, values: tuple[str, ...]):
    """Text of a profile, read and written again, is the same text, whatever its words and figures."""
    text = to_json(derivation(agreement=agreement, values=values))

    assert to_json(from_json(text, where="icp.json")) == text


def test_keys_are_sorted_and_figures_have_six_digits():
    """Two profiles can be compared line by line, and the last digits of a processor do not show."""
    text = to_json(derivation(agreement=2 / 3))

    keys = list(json.loads(text))
    assert keys == sorted(keys)
    assert '"agreement": 0.666667' in text


def test_what_is_no_number_is_missing():
    """NaN and infinity are no JSON: they are written as null."""
    assert (
        json_text({"a": float("nan"), "b": [float("inf"), 1.0]})
        == '{\n  "a": null,\n  "b": [\n    null,\n    1.0\n  ]\n}\n'
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"schema_version": 1, "prof', "line 1 is not valid JSON"),
        ("[]", "has no schema_version"),
        ('{"schema_version": 99}', "written by a newer icpcli"),
        ('{"schema_version": 1}', "is damaged"),
    ],
)
def test_a_damaged_or_foreign_profile_is_one_sentence(text: str, says: str):
    """A half-written, foreign, newer or hand-edited icp.json is named as what it is."""
    with pytest.raises(ProfileFileError, match=says):
        from_json(text, where="icp.json")


def test_a_wrong_value_is_named_by_its_place():
    """A slip in an edited icp.json is found by its path."""
    plain = json.loads(to_json(derivation()))
    plain["profile"]["conditions"][0]["kind"] = "maybe"

    with pytest.raises(ProfileFileError, match=r"\$\.profile\.conditions\[0\]\.kind"):
        from_json(json.dumps(plain), where="icp.json")


def test_no_profile_says_how_to_make_one(tmp_path: Path):
    """Asking for a profile that is not there tells the command that makes it."""
    with pytest.raises(ProfileFileError, match="There is no profile at") as caught:
        read_profile(tmp_path / "icp.json")

    assert "icp derive" in caught.value.details[0]


def changed(place: str, value: object) -> str:
    """The text of the small derivation with one value replaced, as by hand; a last name that is new is added."""
    plain = json.loads(to_json(derivation()))
    *way, last = place.split(".")
    held = plain
    for name in way:
        held = held[int(name)] if name.isdigit() else held[name]
    held[last] = value
    return json.dumps(plain)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "icp.json is not a profile: it is empty."),
        ("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n", "it holds a merge conflict"),
        (to_json(derivation())[:400], "is not valid JSON"),
        ("[" * 100_000, "is damaged"),
        ("9" * 5000, "is damaged"),
        ('{"schema_version": true}', "has no schema_version"),
        ('{"schema_version": 0}', "there never was a schema 0"),
        ('{"schema_version": 1, "schema_version": 1}', "'schema_version' is given twice"),
        (
            changed("profile.agreement", "high"),
            "Expected `float | null`, got `str` - at `$.profile.agreement`",
        ),
        (changed("profile.agreement", float("nan")), "NaN is no number"),
        (changed("profile.agreement", 0.5).replace("0.5", "1e999"), "is no number"),
        (changed("profile.agrement", 0.9), "$.profile has no 'agrement'"),
        (changed("profile.agreement", 1.7), "$.profile.agreement: 1.7 is not between 0 and 1"),
        (changed("profile.customers", 11), "$.profile.customers: 11 of 10 customers"),
        (changed("profile.customers", -1), "$.profile.customers: -1 is below 0"),
        (changed("accounts.matching_not_worked", 4), "4 of 3 companies not worked"),
        (changed("profile.conditions.0.values", []), "industry is one of no values"),
        (changed("posterior.0.weight", 1.5), "the weights of its rules sum to 1.5"),
        (changed("settings", {"sed": 1}), "settings: there is no setting 'sed'"),
        (changed("settings", {"gross_margin": 2}), "gross_margin"),
        (
            changed(
                "sources",
                [
                    {
                        "path": "a",
                        "sha256": "",
                        "object": "deal",
                        "read": 5,
                        "kept": 3,
                        "merged": 1,
                        "dropped": {},
                    }
                ],
            ),
            "5 rows read, but 4 kept, merged or dropped",
        ),
        (
            changed("profile.lift", {"net": {"value": 1.0, "low": 2.0, "high": 0.0, "improved": 1.0}}),
            "its interval ends (0)",
        ),
    ],
)
def test_whatever_became_of_a_profile_is_one_sentence(text: str, says: str):
    """Cut off, merged, of wrong types, with names that do not exist or counts that cannot be: refused, and said why."""
    with pytest.raises(ProfileFileError) as caught:
        from_json(text, where="icp.json")

    assert str(caught.value).startswith("icp.json ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_misspelt_name_in_a_profile_is_told_the_nearest():
    """A slip of the hand is corrected at once."""
    with pytest.raises(ProfileFileError) as caught:
        from_json(changed("profile.agrement", 0.9), where="icp.json")

    assert caught.value.details[0] == "Did you mean 'agreement'?"


@given(cut=st.integers(0, len(to_json(derivation())) - 2))
def test_no_beginning_of_a_profile_passes_for_one(cut: int):
    """Wherever a writer was cut off, what is left is not taken for a profile."""
    with pytest.raises(ProfileFileError):
        from_json(to_json(derivation())[:cut], where="icp.json")


def test_a_profile_saved_by_an_editor_with_a_byte_order_mark_is_read(tmp_path: Path):
    """Windows editors put a mark before the text; it is no damage."""
    path = tmp_path / "icp.json"
    path.write_text(to_json(derivation()), encoding="utf-8-sig")

    assert read_profile(path) == derivation()


def test_the_small_derivation_keeps_the_schema():
    """What is written is what the schema that ships with the package says."""
    plain = json.loads(to_json(derivation()))

    jsonschema.Draft202012Validator(schema("icp.json")).validate(plain)
