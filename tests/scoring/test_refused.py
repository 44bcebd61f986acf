"""Profiles that nothing is scored by."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from profiles_by_hand import by_hand

from icpcli.model.common import Verdict
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_unsupported_is_refused_with_exit_3_unless_it_is_a_hypothesis(icp: Callable, tmp_path: Path):
    """Nothing is scored against what the data do not support, unless the user says so."""
    told = by_hand()
    unsupported = dataclasses.replace(
        told, profile=dataclasses.replace(told.profile, verdict=Verdict.UNSUPPORTED)
    )
    (tmp_path / "icp.json").write_text(to_json(unsupported), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Company,Industry,Employees\nAcme,Retail,60\n", encoding="utf-8")

    refused = icp("score", "leads.csv", "-o", "out.csv")
    allowed = icp("score", "leads.csv", "--hypothesis")

    assert refused.code == 3
    assert "support no profile" in refused.stderr
    assert "--hypothesis" in refused.stderr
    assert not (tmp_path / "out.csv").exists()
    assert allowed.code == 0
    assert ",yes," in allowed.stdout


def test_a_profile_without_conditions_scores_nothing(icp: Callable, tmp_path: Path):
    """Where no rule was found there is nothing to score with, hypothesis or not."""
    told = by_hand()
    empty = dataclasses.replace(told, profile=dataclasses.replace(told.profile, conditions=()))
    (tmp_path / "icp.json").write_text(to_json(empty), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Company,Industry\nAcme,Retail\n", encoding="utf-8")

    ran = icp("score", "leads.csv", "--hypothesis")

    assert ran.code == 1
    assert "has no conditions" in ran.stderr
