"""DataFrames scored as files are."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from tellings import derivation_of

from icpcli.api import Profile
from icpcli.errors import UnsupportedError
from icpcli.model.common import CrmObject, Verdict
from icpcli.model.profile import Condition, FieldReport, FieldSource, LevelCount
from icpcli.pipeline.score import score_frame
from icpcli.store import from_json

if TYPE_CHECKING:
    from pathlib import Path


def test_a_frame_is_scored_under_its_index_by_raw_or_canonical_names(examples: Path, profile: Path):
    """A notebook's frame gives what the file gives, blank rows and an odd index included."""
    saved = from_json(profile.read_text(encoding="utf-8"), where="icp.json")
    raw = pd.read_csv(examples / "crm.csv", dtype=str)
    canonical = pd.DataFrame(
        {"industry": ["Logistics", None, "Software"], "employees": [120, np.nan, 120]}, index=[7, 7, "x"]
    )

    of_file = Profile(saved).score(raw)
    few = Profile(saved).score(canonical)

    assert len(of_file) == len(raw)
    assert few.index.tolist() == [7, 7, "x"]
    assert few["icp_match"].tolist() == ["yes", "unknown", "no"]
    assert score_frame(saved, canonical.head(0)).empty
    unsupported = dataclasses.replace(
        saved, profile=dataclasses.replace(saved.profile, verdict=Verdict.UNSUPPORTED)
    )
    assert len(Profile(unsupported).score(canonical, hypothesis=True)) == 3
    with pytest.raises(UnsupportedError, match="support no profile"):
        Profile(unsupported).score(canonical)
    assert (of_file["icp_points"] >= 0).all()


def test_cells_of_a_frame_mean_the_same_in_a_book_and_in_a_list():
    """Trade codes in a column with gaps, and lists in cells, are read by score as derive reads them."""
    told = derivation_of(Verdict.SUPPORTED)
    conditions = (Condition("naf", "one_of", ("6201",)), Condition("tools", "has", ("Slack",)))
    fields = tuple(
        FieldReport(
            name,
            0.9,
            1.0,
            FieldSource(CrmObject.ACCOUNT, name, {}),
            levels=tuple(LevelCount(9, v) for v in values),
        )
        for name, values in (("naf", ("4711", "6201")), ("tools", ("Slack", "Zoom")))
    )
    saved = dataclasses.replace(
        told,
        profile=dataclasses.replace(told.profile, conditions=conditions),
        fields=fields,
        posterior=(),
        scorecard=None,
    )
    frame = pd.DataFrame(
        {"naf": [6201.0, np.nan, 4711.0], "tools": [["Zoom", "Slack"], ["Slack"], ["Slack"]]}
    )

    assert score_frame(saved, frame)["icp_match"].tolist() == ["yes", "unknown", "no"]
