"""Saved profiles built by hand, and what icp score says of a list by them."""

from __future__ import annotations

import csv
import dataclasses
import io
from typing import TYPE_CHECKING

import numpy as np
from tellings import derivation_of

from icpcli.model.common import Verdict
from icpcli.model.profile import (
    Condition,
    Derivation,
    FieldReport,
    FieldSource,
    LevelCount,
    Scorecard,
    ScoreItem,
    WeightedRule,
)
from icpcli.scoring.columns import NumberColumn, TextColumn
from icpcli.scoring.scores import score_columns
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INDUSTRY = Condition("industry", "one_of", ("Logistics", "Retail"))
SIZE = Condition("employees", "between", at_least=50.0, below=200.0)


def by_hand() -> Derivation:
    """A profile whose every score can be worked out in the margin.

    Of ten companies worked with an industry six are in Logistics or Retail; of ten with a size five have 50 to 199
    people. The rule of both weighs 0.6, that of industry alone 0.2.
    """
    levels = (LevelCount(4, "Logistics"), LevelCount(2, "Retail"), LevelCount(3, "Energy"), LevelCount(1))
    sizes = (
        LevelCount(3, below=50.0),
        LevelCount(5, at_least=50.0, below=200.0),
        LevelCount(2, at_least=200.0),
    )
    spelled = {
        "Logistics": ("LOGISTICS", "Logistics"),
        "Retail": ("Retail",),
        "Energy": ("Energy",),
        "Mining": ("Mining",),
    }
    told = derivation_of(Verdict.SUPPORTED)
    return dataclasses.replace(
        told,
        profile=dataclasses.replace(told.profile, conditions=(INDUSTRY, SIZE)),
        posterior=(WeightedRule((INDUSTRY, SIZE), 0.6, 1.0), WeightedRule((INDUSTRY,), 0.2, 0.8)),
        scorecard=Scorecard(
            base=20.0,
            items=(
                ScoreItem(Condition("industry", "one_of", ("Logistics",)), None, 40.0, 4),
                ScoreItem(Condition("industry", "one_of", ("Energy",)), None, -20.0, 3),
                ScoreItem(SIZE, None, 25.0, 5),
                ScoreItem(None, "employees", 10.0, 2),
                ScoreItem(None, None, 15.0, 3, "yes"),
                ScoreItem(None, None, 5.0, 2, "unknown"),
            ),
            fit_table=((0.0, 30.0), (50.0, 40.0), (100.0, 90.0)),
            r_squared=0.9,
        ),
        fields=(
            FieldReport("employees", 0.8, 1.0, None, levels=sizes),
            FieldReport("industry", 1.0, 1.0, FieldSource("account", "Branch", spelled), levels=levels),
        ),
    )


def scored_by_hand(industries: list[str | None], employees: list[float]) -> list[tuple[object, ...]]:
    """Match, probability, points and fit of companies against ``by_hand``."""
    columns = {"industry": TextColumn.of(industries), "employees": NumberColumn(np.array(employees))}
    scores = score_columns(by_hand(), columns, len(industries))
    rows = [scores.distinct[place] for place in scores.places]
    return [(s.match, round(s.probability or 0, 4), s.points, s.fit) for s in rows]


def of_one_figure(
    figure: Condition, header: str = "", unit: str | None = None, **settings: object
) -> Derivation:
    """A profile of one condition on a figure, which stood under this header in this currency."""
    told = derivation_of(Verdict.SUPPORTED)
    criteria = tuple(dataclasses.replace(c, unit="index") for c in told.criteria)
    return dataclasses.replace(
        told,
        profile=dataclasses.replace(told.profile, conditions=(figure,)),
        posterior=(),
        scorecard=None,
        criteria=criteria,
        settings=settings,
        fields=(
            FieldReport(figure.field, 1.0, 1.0, FieldSource("account", header or figure.field, {}, unit)),
        ),
    )


def rows_of(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a scored file."""
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def own_field() -> Derivation:
    """A profile by a box of one's own, ticked or blank in its export, and an industry that stood under a header of its own."""
    ticked = Condition("Certifié ISO ?", "one_of", ("yes",))
    retail = Condition("industry", "one_of", ("Retail",))
    told = derivation_of(Verdict.SUPPORTED)
    boxes = {"no": ("", "no"), "yes": ("x",)}
    return dataclasses.replace(
        told,
        profile=dataclasses.replace(told.profile, conditions=(ticked, retail)),
        posterior=(WeightedRule((ticked, retail), 1.0, 1.0),),
        scorecard=Scorecard(0.0, (ScoreItem(ticked, None, 100.0, 4),), ((0.0, 10.0), (100.0, 90.0)), 0.9),
        fields=(
            FieldReport("Certifié ISO ?", 1.0, 1.0, FieldSource("account", "Certifié ISO ?", boxes)),
            FieldReport("industry", 1.0, 1.0, FieldSource("account", "Secteur d'activité", {})),
        ),
    )


def matches_of(icp: Callable, tmp_path: Path, text: str, *flags: str) -> list[str]:
    """What a list of leads is said to match."""
    (tmp_path / "icp.json").write_text(to_json(own_field()), encoding="utf-8")
    (tmp_path / "leads.csv").write_text(text, encoding="utf-8")
    ran = icp("score", "leads.csv", *flags)
    assert ran.code == 0, ran.stderr
    return [row["icp_match"] for row in rows_of(ran.stdout)]
