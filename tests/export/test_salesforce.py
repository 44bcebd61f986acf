"""icp export --to salesforce: the formulas give the points of icp score."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scored_cases import Case, exactly_spelled, fields_of, odd_case

from icpcli.export.plan import plan_of
from icpcli.export.salesforce import MOST_CHARACTERS, formulas_of
from icpcli.model.common import CrmObject
from icpcli.model.profile import (
    Condition,
    Derivation,
    FieldReport,
    FieldSource,
    ScoreItem,
)
from icpcli.store import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
MOST_ROWS = 25


NODE = """
const { parse } = require('formulon');
const { formulas, rows } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const typed = v => typeof v === 'number' ? { type: 'literal', dataType: 'number', value: v, options: { length: 16, scale: 2 } }
  : { type: 'literal', dataType: 'text', value: v, options: { length: v.length } };
const pick = v => ({ type: 'literal', dataType: 'picklist', value: v === null ? '' : v, options: { values: [] } });
const answers = rows.map(row => {
  const known = {};
  for (const [name, v] of Object.entries(row)) known[name] = name === 'Industry' ? pick(v)
    : name === 'Tools__c' ? { type: 'literal', dataType: 'multipicklist', value: v === null ? '' : v.split(';'), options: { values: [] } }
    : v === null && name === 'NumberOfEmployees' ? { type: 'literal', dataType: 'null', value: null, options: {} }
    : typed(v === null ? '' : v);
  let last = null;
  for (const [name, text] of formulas) {
    last = parse(text, known);
    if (last.type === 'error') return last;
    known[name] = last;
  }
  return Number(last.value);
});
console.log(JSON.stringify(answers));
"""


def salesforce_answers(formulas: list[tuple[str, str]], rows: list[dict[str, Any]]) -> list[Any]:
    """What formulon makes of formulas, each of which may use those before; skipped where it is not installed."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed on this machine")
    root = os.environ.get("ICP_NODE_MODULES", str(ROOT / "node_modules"))
    if not (Path(root) / "formulon").exists():
        pytest.skip("the npm package formulon is not installed (npm install formulon, or ICP_NODE_MODULES)")
    ran = subprocess.run(
        [node, "-e", NODE],
        input=json.dumps({"formulas": formulas, "rows": rows}),
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"NODE_PATH": root},
    )
    answers: list[Any] = json.loads(ran.stdout)
    return answers


def test_the_salesforce_formula_gives_the_points(case: Case):
    """Evaluated by formulon on the rows, the formula gives the points of icp score.

    Formulon knows no escaped signs in texts, so the odd value is spelled without them here, and no ISBLANK of a multi-select
    picklist, which is asked of a text beside it here.
    """
    plain = to_json(case.saved).replace(r"Bois \"brut\"\\Papier", "Bois brut")
    case = dataclasses.replace(
        case,
        saved=from_json(plain, where="icp.json"),
        rows=case.rows.replace('Bois "brut"\\Papier', "Bois brut"),
    )
    plan = plan_of(case.saved, {})
    names = {
        "industry": "Industry",
        "employees": "NumberOfEmployees",
        "city": "BillingCity",
        "technologies": "Tools__c",
        "Certified": "Certified__c",
    }
    rows = [{names[f]: v for f, v in row.items()} for row in fields_of(case)]
    every = exactly_spelled(case)
    exact = every[:: max(1, len(every) // MOST_ROWS)]  # formulon takes a good part of a second for a row

    formulas = [
        (f.name, f.text.replace("ISBLANK(Tools__c)", "ISBLANK(Tools_As_Text__c)")) for f in formulas_of(plan)
    ]
    for row in rows:
        row["Tools_As_Text__c"] = row.get("Tools__c")
    answers = salesforce_answers(formulas, [rows[i] for i in exact])

    assert answers == [case.points[i] for i in exact]


def test_salesforce_texts_are_escaped():
    """A quote and a backslash in a value are written as Salesforce reads them."""
    whole = formulas_of(plan_of(odd_case().saved, {}))[0].text

    assert r'"Bois \"brut\"\\Papier"' in whole


def test_headers_that_salesforce_cannot_spell_have_names_of_their_own():
    """Two columns without a Latin letter are two fields of the formula."""
    told = odd_case().saved
    fields = tuple(
        dataclasses.replace(f, source=FieldSource(CrmObject.ACCOUNT, header, {}))
        for f, header in zip(told.fields[:3], ("業種", "地域", "都市"), strict=True)
    )
    plan = plan_of(dataclasses.replace(told, fields=(*fields, *told.fields[3:])), {})
    plan = dataclasses.replace(
        plan,
        fields=tuple(dataclasses.replace(f, field=f"own {f.field}") for f in plan.fields),
        together=0,
        nothing_against=0,
    )

    text = formulas_of(plan)[0].text

    assert all(name in text for name in ("Field__c", "Field_2__c", "Field_3__c"))


def long_card(values: int) -> Derivation:
    """A profile whose industry has so many values that no single formula of Salesforce can hold them."""
    told = odd_case().saved
    names = [f"An industry with a rather long name, number {i}" for i in range(values)]
    spelled = {name: (name,) for name in names}
    items = tuple(
        ScoreItem(Condition("industry", "one_of", (name,)), None, float(i % 50 + 1), 5)
        for i, name in enumerate(names)
    )
    assert told.scorecard is not None
    return dataclasses.replace(
        told,
        profile=dataclasses.replace(
            told.profile,
            conditions=(Condition("industry", "one_of", tuple(names[:2])), told.profile.conditions[1]),
        ),
        scorecard=dataclasses.replace(told.scorecard, items=(*items, *told.scorecard.items[3:])),
        fields=(
            FieldReport("industry", 1.0, 1.0, FieldSource(CrmObject.ACCOUNT, "Industry", spelled)),
            *told.fields[1:],
        ),
    )


def test_a_card_too_long_for_one_salesforce_formula_becomes_several_or_says_so(icp: Callable, tmp_path: Path):
    """Beyond 3,900 characters there is a formula for each field; where even that is too long, it is told."""
    several = formulas_of(plan_of(long_card(40), {}))
    (tmp_path / "icp.json").write_text(to_json(long_card(200)), encoding="utf-8")

    told = icp("export", "--to", "salesforce")

    assert len(several) > 1
    assert all(formula.fits for formula in several[:1])
    assert several[-1].name == "ICP_Points__c"
    assert all(formula.name in several[-1].text for formula in several[:-1])
    assert told.code == 0
    assert re.search(
        rf"ICP_industry__c has [\d,]+ characters, and Salesforce takes {MOST_CHARACTERS:,}", told.stderr
    )
