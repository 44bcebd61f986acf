"""icp export: what other systems compute from a scorecard is what icp score gives, row for row."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hubspot import evaluated
from tellings import derivation_of
from typer.testing import CliRunner

from icpcli.cli.app import app
from icpcli.export.hubspot import formula_of
from icpcli.export.plan import FieldPlan, plan_of
from icpcli.export.salesforce import MOST_CHARACTERS, formulas_of
from icpcli.export.sql import sql_of
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
from icpcli.store import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
MOST_ROWS = 25
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


@pytest.fixture(scope="module", params=[*EXPORTS, "odd", "lists"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The examples with the profiles derived from them, and small ones with all that can be odd in spellings, and in lists."""
    if request.param == "odd":
        return odd_case()
    if request.param == "lists":
        return lists_case()
    path = tmp_path_factory.mktemp("profile") / "icp.json"
    words = ["derive", str(ROOT / "examples" / request.param), "--profile", str(path), "--quiet"]
    assert CliRunner().invoke(app, words).exit_code == 0
    data = (ROOT / "examples" / EXPORTS[request.param]).read_bytes()
    text = data.decode("utf-8" if request.param == "crm.csv" else "cp1252")
    delimiter = "," if request.param == "crm.csv" else ";"
    rows = pd.read_csv(io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False)
    return case_of(from_json(path.read_text(encoding="utf-8"), where="icp.json"), rows)


def odd_case() -> Case:
    """Quotes and accents in values, ranges for numbers, a field with too many values to list, spellings never seen."""
    branch = {
        "L'Énergie verte": ("L'Énergie verte", "l'énergie verte "),
        'Bois "brut"\\Papier': ('Bois "brut"\\Papier',),
        "Vente": ("VENTE",),
    }
    size = {"1": ("1-10",), "11": ("11 à 50",), "51": ("51-200",)}
    items = (
        ScoreItem(Condition("industry", "one_of", ("L'Énergie verte",)), None, 30.0, 9),
        ScoreItem(Condition("industry", "one_of", ("Vente",)), None, -12.0, 8),
        ScoreItem(None, "industry", 7.0, 3),
        ScoreItem(Condition("employees", "between", below=11.0), None, -5.0, 4),
        ScoreItem(Condition("employees", "between", at_least=51.0), None, 11.0, 4),
        ScoreItem(Condition("city", "one_of", ("Lyon",)), None, 4.0, 5),
        ScoreItem(None, "city", 2.0, 5),
        ScoreItem(None, None, 20.0, 5, "yes"),
        ScoreItem(None, None, 3.0, 5, "unknown"),
    )
    told = derivation_of(Verdict.SUPPORTED)
    rule = (
        Condition("industry", "one_of", ("L'Énergie verte", 'Bois "brut"\\Papier')),
        Condition("employees", "between", at_least=11.0),
    )
    saved = dataclasses.replace(
        told,
        profile=dataclasses.replace(told.profile, conditions=rule),
        posterior=(),
        scorecard=Scorecard(17.0, items, ((0.0, 20.0), (40.0, 45.5), (80.0, 90.0)), 0.8),
        fields=(
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
                FieldSource(CrmObject.ACCOUNT, "Effectif", size),
                levels=(LevelCount(9, at_least=11.0),),
            ),
            FieldReport(
                "city", 0.2, 1.0, FieldSource(CrmObject.ACCOUNT, "Ville", {}), levels=(LevelCount(9, "Lyon"),)
            ),
        ),
    )
    branches = ["L'Énergie verte", "vente", 'Bois "brut"\\Papier', "Aérospatiale", ""]
    sizes = ["1-10", "11 à 50", "51-200", ""]
    rows = [(b, s, c) for b in branches for s in sizes for c in ("Lyon", "Lille", "n/a", "")]
    columns = {"industry": 'Branch "A"', "employees": "Effectif", "city": "Ville"}
    frame = pd.DataFrame(rows, columns=list(columns))
    return dataclasses.replace(case_of(saved, frame), rows=frame.rename(columns=columns))


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
    ]  # fmt: skip
    rows = [(t, c) for t in tools for c in ("Lyon", "Lille", "Paris", "")]
    return case_of(saved, pd.DataFrame(rows, columns=list(sources.values())))


def query_of(case: Case) -> str:
    """The export as a query whose rows come back in their order."""
    query = sql_of(plan_of(case.saved, {}, hypothesis=False), "companies")
    return f'SELECT icp_points, icp_match, icp_fit FROM (\n{query}) AS answer ORDER BY "row number"'  # noqa: S608  our own query


def numbered(case: Case) -> pd.DataFrame:
    """The rows as texts, with their place."""
    return case.rows.assign(**{"row number": range(len(case.rows))})


def test_duckdb_gives_the_points_of_icp_score_row_for_row(case: Case):
    """The query runs on the raw columns, all text, and agrees in points, match and fit."""
    connection = duckdb.connect()
    connection.register("companies", pa.Table.from_pandas(numbered(case)))

    answer = connection.execute(query_of(case)).fetchall()

    assert [int(row[0]) for row in answer] == case.points
    assert [row[1] for row in answer] == case.matches
    assert [row[2] for row in answer] == case.fits


def test_the_query_survives_the_line_ends_of_any_editor(case: Case):
    """With Windows' line ends it answers the same: no text in it holds one."""
    rows = numbered(case)
    connection = duckdb.connect()
    connection.register("companies", rows)

    answer = connection.execute(query_of(case).replace("\n", "\r\n")).fetchall()

    assert [int(row[0]) for row in answer] == case.points


def test_duckdb_that_guesses_types_gives_the_same(case: Case, tmp_path: Path):
    """Where the database has made numbers of the columns, or NULL of blanks, nothing changes."""
    numbered(case).to_csv(tmp_path / "companies.csv", index=False)
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE companies AS SELECT * FROM read_csv('{tmp_path / 'companies.csv'}')")  # noqa: S608  our own path

    answer = connection.execute(query_of(case)).fetchall()

    assert [int(row[0]) for row in answer] == case.points


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server of the test's own on a socket; skipped where none is installed."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
        Path(p).parent for p in [shutil.which("initdb")] if p
    ]
    if not found:
        pytest.skip("PostgreSQL is not installed on this machine")
    as_user: dict[str, Any] = {"cwd": "/", "check": True}
    with tempfile.TemporaryDirectory(prefix="icp-pg-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            try:
                shutil.chown(name, "postgres")
            except LookupError:
                pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
            as_user["user"] = "postgres"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **as_user}
        data, binaries = Path(name) / "data", found[-1]
        run = subprocess.run
        run(
            [
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "icp",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale",
                "C",
                "-N",
            ],
            **quiet,
        )
        pg_ctl = [binaries / "pg_ctl", "-D", data, "-w", "-t", "120"]
        run([*pg_ctl, "-l", data / "log", "-o", f"-k {name} -c listen_addresses='' -F", "start"], **quiet)
        try:
            with psycopg.connect(host=name, user="icp", dbname="postgres", autocommit=True) as connection:
                yield connection
        finally:
            run([*pg_ctl, "-m", "immediate", "stop"], **quiet)


def test_postgresql_gives_the_points_of_icp_score_row_for_row(case: Case, postgres: Any):
    """The same text runs on PostgreSQL, in a locale that knows no accented capitals, and agrees."""
    rows = numbered(case)
    columns = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}" text' for name in case.rows)
    postgres.execute(
        f'DROP TABLE IF EXISTS companies; CREATE TABLE companies ({columns}, "row number" integer)'
    )
    with postgres.cursor() as cursor, cursor.copy("COPY companies FROM STDIN") as copy:
        for row in rows.itertuples(index=False):
            copy.write_row(row)

    answer = postgres.execute(query_of(case)).fetchall()

    assert [int(row[0]) for row in answer] == case.points
    assert [row[1] for row in answer] == case.matches
    assert [row[2] for row in answer] == case.fits


def fields_of(case: Case) -> list[dict[str, Any]]:
    """The rows by field, as a CRM holds them: numbers as numbers, blanks as nothing, spelled as the export has them."""
    plan = plan_of(case.saved, {}, hypothesis=False)
    numbers = {field.field: dict(field.numbers) for field in plan.fields if field.is_number}
    held = []
    for row in case.rows.to_dict("records"):
        values: dict[str, Any] = {}
        for field in plan.fields:
            text = row[field.column].strip()
            value: Any = text or None
            if field.is_number and text:
                value = numbers[field.field].get(text) if numbers[field.field] else float(text)
            values[field.field] = value
        held.append(values)
    return held


def exactly_spelled(case: Case) -> list[int]:
    """The rows whose words are spelled as the export had them; formulas of a CRM compare letter by letter."""
    plan = plan_of(case.saved, {}, hypothesis=False)
    return [
        i for i, row in enumerate(fields_of(case)) if all(is_spelled(f, row[f.field]) for f in plan.fields)
    ]


def is_spelled(field: FieldPlan, cell: Any) -> bool:
    """Whether a cell is written as the profile has it, or as something else; a list as CRMs hold them: a;b."""
    if cell is None or field.is_number:
        return True
    if cell.lower() in NULLS:  # to a CRM it is a value
        return False
    if field.is_list:
        return not re.search(r"[,|\n]|\s;|;\s|slack|SLACK", cell)
    return not field.known or cell in field.known or cell.lower() not in {k.lower() for k in field.known}


def test_the_hubspot_formula_follows_its_grammar_and_gives_the_points(case: Case):
    """Parsed by the documented grammar and evaluated on the rows, the formula gives the points of icp score."""
    plan = plan_of(case.saved, {}, hypothesis=False)
    names = {
        "industry": "industry",
        "employees": "numberofemployees",
        "city": "city",
        "technologies": "tools",
    }
    formula = formula_of(plan)
    rows = fields_of(case)

    answer = {i: evaluated(formula, {names[f]: v for f, v in rows[i].items()}) for i in exactly_spelled(case)}

    assert answer == {i: case.points[i] for i in exactly_spelled(case)}


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
    plan = plan_of(case.saved, {}, hypothesis=False)
    names = {
        "industry": "Industry",
        "employees": "NumberOfEmployees",
        "city": "BillingCity",
        "technologies": "Tools__c",
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
    whole = formulas_of(plan_of(odd_case().saved, {}, hypothesis=False))[0].text

    assert r'"Bois \"brut\"\\Papier"' in whole


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
    several = formulas_of(plan_of(long_card(40), {}, hypothesis=False))
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
        == 17 + 30 - 12 + 7 - 5 + 11 + 4 + 2 + 20 + 3 + 1
    )
    assert rows[-4]["field"] == "'=cmd"
    assert rows[-4]["values"] == "'@SUM(A1)"


def test_what_hubspot_cannot_say_is_told(icp: Callable, tmp_path: Path):
    """A value with both kinds of quotes is left out of the formula, and named."""
    told = to_json(odd_case().saved).replace("L'Énergie verte", r"""L'Énergie \"verte\"""")
    (tmp_path / "icp.json").write_text(told, encoding="utf-8")

    ran = icp("export", "--to", "hubspot")

    assert ran.code == 0
    assert "holds both kinds of quotes" in ran.stderr
    assert '"verte"' not in ran.stdout.splitlines()[2]


def test_columns_of_another_table_are_named_by_the_user(icp: Callable, tmp_path: Path):
    """--table and --column put the names of a warehouse into the query; a field that is not scored is refused."""
    (tmp_path / "icp.json").write_text(to_json(odd_case().saved), encoding="utf-8")

    named = icp("export", "--to", "sql", "--table", "crm accounts", "--column", "account.industry=branch")
    wrong = icp("export", "--to", "sql", "--column", "account.channel=source")

    assert 'FROM "crm accounts" AS companies' in named.stdout
    assert 'CAST("branch" AS VARCHAR' in named.stdout
    assert wrong.code == 1
    assert "the scorecard has no field 'channel'" in wrong.stderr


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
    assert allowed.code == 0
    assert "(unsupported)" in allowed.stdout
