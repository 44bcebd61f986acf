"""icp export: the table of a scorecard, and when nothing is exported."""

from __future__ import annotations

import csv
import dataclasses
import io
from typing import TYPE_CHECKING

from scored_cases import odd_case

from icpcli.model.common import Verdict
from icpcli.model.profile import (
    Condition,
    ScoreItem,
)
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_table_adds_up_and_escapes_formulas(icp: Callable, tmp_path: Path):
    """--to csv gives the base, every item with its companies, and the fit table; nothing a spreadsheet would run."""
    told = odd_case().saved
    assert told.scorecard is not None
    evil = ScoreItem(Condition("=cmd", "one_of", ("@SUM(A1)",)), None, 1.0, 4)
    card = dataclasses.replace(told.scorecard, items=(*told.scorecard.items, evil))
    (tmp_path / "icp.json").write_text(to_json(dataclasses.replace(told, scorecard=card)), encoding="utf-8")

    icp("export", "--to", "csv", "-o", "card.csv")

    rows = list(csv.DictReader(io.StringIO((tmp_path / "card.csv").read_text(encoding="utf-8-sig"))))
    assert [row["what"] for row in rows].count("fit") == 3
    assert (
        sum(float(row["points"]) for row in rows if row["what"] != "fit")
        == 17 + 30 - 12 + 7 - 5 + 11 + 4 + 2 - 6 + 8 + 20 + 3 + 1
    )
    assert rows[-4]["field"] == "'=cmd"
    assert rows[-4]["values"] == "'@SUM(A1)"


def test_unsupported_is_not_exported_unless_it_is_a_hypothesis(icp: Callable, tmp_path: Path):
    """The same refusal as of icp score, exit code 3, and the same way around it."""
    told = odd_case().saved
    unsupported = dataclasses.replace(
        told, profile=dataclasses.replace(told.profile, verdict=Verdict.UNSUPPORTED)
    )
    (tmp_path / "icp.json").write_text(to_json(unsupported), encoding="utf-8")

    refused = icp("export", "--to", "sql")
    allowed = icp("export", "--to", "sql", "--hypothesis")

    assert refused.code == 3
    assert refused.stdout == ""
    assert refused.stderr == icp("score", "leads.csv").stderr
    assert allowed.code == 0
    assert "(unsupported)" in allowed.stdout
