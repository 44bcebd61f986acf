"""icp.json is read back as it was written, or refused in one sentence."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpcli.errors import ProfileFileError
from icpcli.model.common import Verdict
from icpcli.model.profile import AccountCounts, Condition, Derivation, Personas, Profile, WeightedRule
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
