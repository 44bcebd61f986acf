"""Profiles with rows and what icp score gives them, for what other systems compute."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pandas as pd
from tellings import derivation_of

from icpcli.export.plan import FieldPlan, plan_of
from icpcli.model.blank import NULLS
from icpcli.model.common import CrmObject, Verdict
from icpcli.model.profile import (
    Condition,
    Derivation,
    FieldReport,
    FieldSource,
    LevelCount,
    Scorecard,
    ScoreItem,
)
from icpcli.pipeline.score import score_frame

EXPORTS = {"crm.csv": "crm.csv", "hubspot-fr": "hubspot-fr/entreprises.csv"}


@dataclasses.dataclass(frozen=True)
class Case:
    """A saved profile, the rows of its export as texts, and what icp score gives them."""

    saved: Derivation
    rows: pd.DataFrame
    points: list[int]
    matches: list[str]
    fits: list[int]


def case_of(saved: Derivation, rows: pd.DataFrame) -> Case:
    """The rows with their scores."""
    scored = score_frame(saved, rows)
    fits = [int(fit + 0.5) for fit in scored["icp_fit"]]
    return Case(saved, rows, scored["icp_points"].astype(int).tolist(), scored["icp_match"].tolist(), fits)


def odd_case() -> Case:
    """Quotes and accents in values, ranges for numbers, a field with too many values to list, spellings never seen."""
    told = derivation_of(Verdict.SUPPORTED)
    rule = (
        Condition("industry", "one_of", ("L'Énergie verte", 'Bois "brut"\\Papier')),
        Condition("employees", "between", at_least=11.0),
        Condition("Certified", "one_of", ("yes",)),
    )
    saved = dataclasses.replace(
        told,
        profile=dataclasses.replace(told.profile, conditions=rule),
        posterior=(),
        scorecard=Scorecard(17.0, odd_items(), ((0.0, 20.0), (40.0, 45.0), (80.0, 90.0)), 0.8),
        fields=odd_fields(),
    )
    columns = {
        "industry": 'Branch "A"',
        "employees": "Effectif",
        "city": "Ville",
        "Certified": "Certified",
    }
    frame = pd.DataFrame(odd_rows(), columns=list(columns))
    return dataclasses.replace(case_of(saved, frame), rows=frame.rename(columns=columns))


def odd_items() -> tuple[ScoreItem, ...]:
    """Points for values, ranges and blanks, and for the whole rule."""
    return (
        ScoreItem(Condition("industry", "one_of", ("L'Énergie verte",)), None, 30.0, 9),
        ScoreItem(Condition("industry", "one_of", ("Vente",)), None, -12.0, 8),
        ScoreItem(None, "industry", 7.0, 3),
        ScoreItem(Condition("employees", "between", below=11.0), None, -5.0, 4),
        ScoreItem(Condition("employees", "between", at_least=51.0), None, 11.0, 4),
        ScoreItem(Condition("city", "one_of", ("Lyon",)), None, 4.0, 5),
        ScoreItem(None, "city", 2.0, 5),
        ScoreItem(Condition("Certified", "one_of", ("no",)), None, -6.0, 9),
        ScoreItem(Condition("Certified", "one_of", ("yes",)), None, 8.0, 9),
        ScoreItem(None, None, 20.0, 5, "yes"),
        ScoreItem(None, None, 3.0, 5, "unknown"),
    )


def odd_fields() -> tuple[FieldReport, ...]:
    """The fields of the odd case, each as its export spelled it."""
    branch = {
        "L'Énergie verte": ("L'Énergie verte", "l'énergie verte "),
        'Bois "brut"\\Papier': ('Bois "brut"\\Papier',),
        "Vente": ("VENTE",),
    }
    size = {
        "1": ("1-10",),
        "5": ("5 - 60",),
        "11": ("11 à 50",),
        "20": ("20-60",),
        "30": ("30+",),
        "51": ("51-200",),
    }
    ends = {"1-10": 10.0, "5 - 60": 60.0, "11 à 50": 50.0, "20-60": 60.0, "30+": None, "51-200": 200.0}
    return (
        FieldReport(
            "industry",
            1.0,
            1.0,
            FieldSource(CrmObject.ACCOUNT, 'Branch "A"', branch),
            levels=(LevelCount(9, "Vente"),),
        ),
        FieldReport(
            "employees",
            1.0,
            1.0,
            FieldSource(CrmObject.ACCOUNT, "Effectif", size, ends=ends),
            levels=(
                LevelCount(7, below=11.0),
                LevelCount(5, None, 11.0, 51.0),
                LevelCount(9, at_least=51.0),
            ),
        ),
        FieldReport(
            "city", 0.2, 1.0, FieldSource(CrmObject.ACCOUNT, "Ville", {}), levels=(LevelCount(9, "Lyon"),)
        ),
        FieldReport(
            "Certified",
            0.9,
            1.0,
            FieldSource(CrmObject.ACCOUNT, "Certified", {"no": ("", "no"), "yes": ("X", "x")}),
            levels=(LevelCount(9, "yes"),),
        ),
    )


def odd_rows() -> list[tuple[str, str, str, str]]:
    """Each branch with each size, city and tick."""
    branches = ["L'Énergie verte", "vente", 'Bois "brut"\\Papier', "Aérospatiale", ""]
    sizes = ["1-10", "11 à 50", "51-200", "5 - 60", "20-60", "30+", "120", "8", ""]
    cities = ("Lyon", "Lille", "n/a", "")
    return [(b, s, c, t) for b in branches for s in sizes for c in cities for t in ("x", "X", "")]


def lists_case() -> Case:
    """Several values in a cell, parted in every way, names within names, two items that both earn points, an empty cell."""
    items = (
        ScoreItem(Condition("technologies", "has", ("Slack",)), None, 30.0, 9),
        ScoreItem(Condition("technologies", "has", ("L'Atelier", "Zoom")), None, -12.0, 8),
        ScoreItem(Condition("technologies", "has", ("Télécom",)), None, -5.0, 8),
        ScoreItem(None, "technologies", 7.0, 3),
        ScoreItem(Condition("city", "one_of", ("Lyon",)), None, 4.0, 5),
    )
    told = derivation_of(Verdict.SUPPORTED)
    rule = (Condition("city", "one_of", ("Lyon", "Lille")), Condition("technologies", "has", ("Slack",)))
    sources = {"technologies": "Tools", "city": "Ville"}
    spelled = {"technologies": {"Télécom": ("Télécom",), "Télécom; Teams": ("TELECOM; Teams",)}}
    saved = dataclasses.replace(
        told,
        profile=dataclasses.replace(told.profile, conditions=rule),
        posterior=(),
        scorecard=Scorecard(17.0, items, ((0.0, 20.0), (40.0, 45.5), (80.0, 90.0)), 0.8),
        fields=tuple(
            FieldReport(field, 0.5, 1.0, FieldSource(CrmObject.ACCOUNT, header, spelled.get(field, {})))
            for field, header in sources.items()
        ),
    )
    tools = [
        "Slack", "Zoom;Slack", "Slack Connect;Teams", "L'Atelier;Slack;Zoom", "", "Teams", "slack | Zoom", "Zoom, Slack",
        "Slack, Inc;Teams", "Teams\nSlack", "Teams;  Slack", "Teams\r\nZoom ; SLACK", "Télécom", "TELECOM; Teams", "N/A", "-",
        '["Slack", "Zoom"]', '["Slack","Teams"]', "['Zoom', 'Slack Connect']", '["T\\u00e9l\\u00e9com"]', '["L\'Atelier"]', "[]",
    ]  # fmt: skip
    rows = [(t, c) for t in tools for c in ("Lyon", "Lille", "Paris", "")]
    return case_of(saved, pd.DataFrame(rows, columns=list(sources.values())))


def fields_of(case: Case) -> list[dict[str, Any]]:
    """The rows by field, as a CRM holds them: numbers as numbers, blanks as nothing, spelled as the export has them."""
    plan = plan_of(case.saved, {})
    numbers = {field.field: dict(field.numbers) for field in plan.fields if field.is_number}
    held = []
    for row in case.rows.to_dict("records"):
        values: dict[str, Any] = {}
        for field in plan.fields:
            text = row[field.column].strip()
            value: Any = text or None
            if field.is_number and text and text not in dict(field.ranges):  # a number there, and no range
                value = numbers[field.field][text] if text in numbers[field.field] else float(text)
            values[field.field] = value
        held.append(values)
    return held


def exactly_spelled(case: Case) -> list[int]:
    """The rows whose words are spelled as the export had them; formulas of a CRM compare letter by letter."""
    plan = plan_of(case.saved, {})
    return [
        i for i, row in enumerate(fields_of(case)) if all(is_spelled(f, row[f.field]) for f in plan.fields)
    ]


def is_spelled(field: FieldPlan, cell: Any) -> bool:
    """Whether a cell is written as the profile has it, or as something else; a list as CRMs hold them: a;b."""
    if cell is None or field.is_number:
        return not isinstance(cell, str)
    if cell.lower() in NULLS:  # to a CRM it is a value
        return False
    if field.is_list:
        return not re.search(r"[,|\n\[]|\s;|;\s|slack|SLACK", cell)
    return not field.known or cell in field.known or cell.lower() not in {k.lower() for k in field.known}
