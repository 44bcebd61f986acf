"""icp export --to hubspot: the formula follows its grammar and gives the points of icp score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubspot import evaluated
from scored_cases import Case, exactly_spelled, fields_of, odd_case

from icpcli.export.hubspot import formula_of
from icpcli.export.plan import plan_of
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_hubspot_formula_follows_its_grammar_and_gives_the_points(case: Case):
    """Parsed by the documented grammar and evaluated on the rows, the formula gives the points of icp score."""
    plan = plan_of(case.saved, {})
    names = {
        "industry": "industry",
        "employees": "numberofemployees",
        "city": "city",
        "technologies": "tools",
        "Certified": "certified",
    }
    formula = formula_of(plan)
    rows = fields_of(case)

    answer = {i: evaluated(formula, {names[f]: v for f, v in rows[i].items()}) for i in exactly_spelled(case)}

    assert answer == {i: case.points[i] for i in exactly_spelled(case)}


def test_what_hubspot_cannot_say_is_told(icp: Callable, tmp_path: Path):
    """A value with both kinds of quotes is left out of the formula, and named."""
    told = to_json(odd_case().saved).replace("L'Énergie verte", r"""L'Énergie \"verte\"""")
    (tmp_path / "icp.json").write_text(told, encoding="utf-8")

    ran = icp("export", "--to", "hubspot")

    assert ran.code == 0
    assert "holds both kinds of quotes" in ran.stderr
    assert '"verte"' not in ran.stdout.splitlines()[2]
