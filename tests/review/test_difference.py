"""What differs between two profiles is told, and what does not is not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tellings import derivation_of, persona

from icpcli.model.common import Verdict
from icpcli.review.difference import choices_changed, differences, exports_changed, overlap_of
from icpcli.wording import score_item


def test_a_profile_does_not_differ_from_itself():
    """Nothing is told where nothing changed; another date or version is no difference."""
    saved = derivation_of(Verdict.SUPPORTED)
    later = dataclasses.replace(saved, icpcli_version="9.9", as_of=saved.as_of.replace(year=2030))

    assert differences(saved, later) == ()
    assert not exports_changed(saved, later)


def test_verdict_conditions_and_personas_are_told():
    """Another verdict, a condition gone and one new, a persona gone: a line each."""
    saved = derivation_of(Verdict.SUPPORTED)
    derived = derivation_of(Verdict.TENTATIVE, name="Mining", personas=1)

    lines = differences(saved, derived)

    assert "verdict: supported -> tentative" in lines
    assert "condition gone: industry is Logistics or Wholesale" in lines
    assert "condition new: industry is Mining or Wholesale" in lines
    assert f"persona gone: {persona(1).name}" in lines


def test_a_lift_within_its_interval_is_the_same():
    """Net lift may move inside the saved 95 % interval, and not beyond."""
    saved = derivation_of(Verdict.SUPPORTED)

    def with_net(value: float):
        lift = {**saved.profile.lift, "net": dataclasses.replace(saved.profile.lift["net"], value=value)}
        return dataclasses.replace(saved, profile=dataclasses.replace(saved.profile, lift=lift))

    assert differences(saved, with_net(0.7)) == ()
    assert differences(saved, with_net(0.9)) == ("lift to expect: 0.62 -> 0.90 sd",)


def test_a_lift_in_a_criterion_goes_by_the_name_of_the_report():
    """What customers pay is no "lifetime_value", and points are the whole numbers of the scorecard."""
    saved = derivation_of(Verdict.SUPPORTED)
    assert saved.scorecard is not None
    item = dataclasses.replace(saved.scorecard.items[0], points=saved.scorecard.items[0].points - 500)
    card = dataclasses.replace(saved.scorecard, items=(item, *saved.scorecard.items[1:]))
    lift = {"net": saved.profile.lift["net"]}
    derived = dataclasses.replace(
        saved, profile=dataclasses.replace(saved.profile, lift=lift), scorecard=card
    )

    lines = differences(saved, derived)

    assert "lift in what they pay: gone" in lines
    assert f"points for {score_item(item)}: {item.points + 500:+.0f} -> {item.points:+.0f}" in lines


def test_settings_that_differ_are_named():
    """Why a check differs: another choice, in words; a setting that one version lacks is no difference."""
    saved = dataclasses.replace(derivation_of(Verdict.SUPPORTED), settings={"forbid": [], "seed": 0})
    derived = dataclasses.replace(saved, settings={"forbid": ("industry",), "seed": 0, "new": 1})

    assert choices_changed(saved, derived) == ("setting forbid: none -> industry",)


def test_of_a_table_of_settings_the_entries_that_differ_are_named():
    """A word added below [values.industry] is one line, and not two whole tables in another language's signs."""
    saved = dataclasses.replace(
        derivation_of(Verdict.SUPPORTED),
        settings={"values": {"industry": {"62*": "Software", "Autre": ""}}, "stages": {}},
    )
    derived = dataclasses.replace(
        saved,
        settings={"values": {"industry": {"62*": "Software", "H49": "Transport"}}, "stages": {"S9": "won"}},
    )

    assert choices_changed(saved, derived) == (
        "setting stages, S9: none -> won",
        "setting values, industry, Autre: a blank -> none",
        "setting values, industry, H49: none -> Transport",
    )


def test_figures_points_and_personas_may_move_within_what_they_can_tell():
    """A figure within its interval, points by a twentieth, a persona by two people: nothing; beyond, a line each."""
    saved = derivation_of(Verdict.SUPPORTED)
    assert saved.scorecard is not None

    def moved(by: float):
        figures = tuple(dataclasses.replace(f, inside=None if f.inside is None else f.inside * by) for f in saved.profile.figures)  # fmt: skip
        items = tuple(dataclasses.replace(i, points=i.points * by) for i in saved.scorecard.items)
        return dataclasses.replace(
            saved,
            profile=dataclasses.replace(saved.profile, figures=figures),
            scorecard=dataclasses.replace(saved.scorecard, items=items),
        )

    assert differences(saved, moved(1.001)) == ()
    lines = differences(saved, moved(9.0))
    assert any(" inside: " in line for line in lines)
    assert any(line.startswith("points for ") for line in lines)


def test_the_overlap_of_two_profiles_counts_the_companies_known_to_both():
    """Two of three inside the one are inside the other, who has three too: F1 2/3; what either does not know is left out."""
    one = np.array([1.0, 1, 1, 0, 0, np.nan, 1])
    other = np.array([1.0, 1, 0, 1, 0, 1, np.nan])

    assert overlap_of(one, other) == pytest.approx(2 / 3)
    assert overlap_of(one, np.zeros(7)) == 0.0
    assert overlap_of(np.zeros(7), np.zeros(7)) == 0.0
