"""What reports say, in every format, and what must not break them."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tellings import derivation_of

from icpcli.model.common import Criterion, Finding, Verdict
from icpcli.model.profile import Condition, CriterionSource, Lift, Sensitivity
from icpcli.model.tables import Ranking, Reject
from icpcli.report import as_csv, as_json, derivation, markdown, ranking, terminal
from icpcli.report.document import Document, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOSTILE = [
    "A | B",
    "line\nbreak",
    "[/x]",
    "[bold]Acme",
    "<script>alert(1)</script>",
    "`code`",
    "*star*",
    "=cmd()",
    "🚀 été",
    "\x1b[31mred",
]
RENDERERS = {"txt": lambda d: terminal.render(d, width=88, colour=False), "md": markdown.render}


@pytest.mark.parametrize("suffix", RENDERERS)
@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_whole_report_reads_as_it_was_approved(
    root: Path, verdict: Verdict, suffix: str, update_golden: bool
):
    """A report of each verdict, in each format, is the golden one; the actual text is left beside it otherwise."""
    text = RENDERERS[suffix](derivation.of_derivation(derivation_of(verdict)))
    golden = root / "tests" / "golden" / f"report_{verdict}.{suffix}"
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")

    if text != golden.read_text(encoding="utf-8"):
        golden.with_suffix(f".actual.{suffix}").write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_an_unsupported_report_promises_nothing():
    """Your data support no profile comes first; the candidate is a hypothesis, with no lift and no scorecard."""
    text = terminal.render(
        derivation.of_derivation(derivation_of(Verdict.UNSUPPORTED)), width=88, colour=False
    )

    assert "Your data support no profile." in text.splitlines()[2]
    assert "A hypothesis to test" in text
    assert "About 200 more companies would settle it." in text
    assert "sure to be positive" not in text
    assert "Scorecard" not in text


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("with retention counted twice", "or counted twice."),
        ("without the 3 largest customers", "or counted twice, and without the 3 largest customers."),
    ],
)
def test_what_changes_nothing_is_said_once(last: str, said: str):
    """Where every change prints much the same profile, the loss of the largest is named only if it was tried."""
    told = derivation_of(Verdict.SUPPORTED)
    changes = ("without retention", "with acquisition cost counted twice", last)
    kept = tuple(Sensitivity(change, told.profile.statement, 0.9) for change in changes)
    told = dataclasses.replace(told, profile=dataclasses.replace(told.profile, sensitivity=kept))

    text = " ".join(terminal.render(derivation.of_derivation(told), width=200, colour=False).split())

    assert f"whichever criterion is left out {said}" in text


def test_changes_that_leave_no_type_are_one_sentence():
    """Whatever makes the type vanish is listed once, and not in a line each."""
    told = derivation_of(Verdict.SUPPORTED)
    none = "No type of company stands out."
    changes = ("without retention", "with retention counted twice", "without the 3 largest customers")
    lost = tuple(Sensitivity(change, none, 0.0) for change in changes)
    told = dataclasses.replace(told, profile=dataclasses.replace(told.profile, sensitivity=lost))

    text = markdown.render(derivation.of_derivation(told))

    said = "No type of company would stand out without retention, with retention counted twice or without the 3 largest customers."
    assert text.count("stand out") == 1
    assert said in text


@pytest.mark.parametrize("report", [derivation.of_derivation, derivation.of_personas])
def test_a_finding_that_a_report_tells_already_is_not_told_again(report: Callable):
    """What to export so that buyers can be told stands under "Buyer personas", and not once more among the findings."""
    note = "No file holds people, so no kind of buyer can be told."
    told = derivation_of(Verdict.SUPPORTED, personas=0)
    told = dataclasses.replace(
        told,
        personas=dataclasses.replace(told.personas, items=(), note=note),
        findings=(Finding("ICP408", note), Finding("ICP406", "Many titles were not understood.")),
    )

    text = markdown.render(report(told))

    assert text.count(note) == 1
    assert "ICP406 Many titles" in text


def test_the_win_rate_has_a_line_where_no_cost_is_known():
    """Where deals tell how easily a type is won and nothing what it costs, how sure that is stands in the table, or as its price."""
    told = derivation_of(Verdict.SUPPORTED)
    figures = tuple(f for f in told.profile.figures if f.criterion is Criterion.LIFETIME_VALUE)
    paid = dataclasses.replace(figures[0], of="value an order")

    def report(improved: float) -> str:
        lift = {**told.profile.lift, "acquisition_cost": Lift(0.3, 0.1, 0.5, improved)}
        profile = dataclasses.replace(told.profile, lift=lift, figures=(paid, *figures))
        return markdown.render(derivation.of_derivation(dataclasses.replace(told, profile=profile)))

    assert "| win rate | - | - | - | - | 98 % sure |" in report(0.98)
    assert "It comes at a price: win rate is worse inside, 95 % sure." in report(0.05)
    assert "Lifetime value rests on what they pay: how sure that is, its line says." in report(0.98)
    assert "how long they stay" not in report(0.98)


@pytest.mark.parametrize(("field", "is_asked"), [("Label", True), ("industry", False)])
def test_a_profile_on_a_field_of_ones_own_asks_when_it_was_filled_in(field: str, is_asked: bool):
    """Nothing in an export tells a label typed in before the sale from one given to good customers; the report asks."""
    told = derivation_of(Verdict.SUPPORTED)
    conditions = (Condition(field, "one_of", ("A",), probability=1.0),)
    told = dataclasses.replace(told, profile=dataclasses.replace(told.profile, conditions=conditions))

    text = markdown.render(derivation.of_derivation(told))

    assert (f"{field}: was it known before the sale?" in text) == is_asked


def test_the_certainty_of_what_is_paid_is_not_that_of_lifetime_value():
    """What is heard has a line and a name of its own; beside lifetime value, which may be better all the same, no certainty stands."""
    told = derivation_of(Verdict.SUPPORTED)
    worth = next(f for f in told.profile.figures if f.criterion is Criterion.LIFETIME_VALUE)
    month = dataclasses.replace(worth, inside=403.0, outside=430.0, low=None, high=None, of="value a month")
    lift = {**told.profile.lift, "lifetime_value": Lift(-0.3, -0.5, -0.1, 0.04)}
    profile = dataclasses.replace(told.profile, figures=(month, worth), lift=lift)

    text = markdown.render(derivation.of_derivation(dataclasses.replace(told, profile=profile)))

    rows = [line for line in text.splitlines() if line.startswith(("| value a month", "| lifetime value"))]
    assert len(rows) == 2
    assert "worse, 96 % sure" in rows[0]
    assert "sure" not in rows[1]
    assert "value a month is the geometric mean, that of a typical one" in text
    assert "It comes at a price: value a month is worse inside, 96 % sure" in text


@pytest.mark.parametrize(
    ("source", "unit", "said"),
    [
        ("effort: touches, hours of work", "index", "No cost is exported; in its place stands what winning took (touches, hours of work)"),
        ("spend per channel over its deals", "EUR", "those of one channel and time cost the same, whatever the company"),
        ("acquisition cost column", "EUR", ""),
    ],
)  # fmt: skip
def test_what_stands_in_for_cost_is_said(source: str, unit: str, said: str):
    """An index of effort is no cost, and a share of what a channel cost says nothing of one company; a column needs no word."""
    told = derivation_of(Verdict.SUPPORTED)
    cost = CriterionSource(Criterion.ACQUISITION_COST, source, unit, 1.0, 9)
    others = tuple(c for c in told.criteria if c.criterion is not Criterion.ACQUISITION_COST)

    text = markdown.render(derivation.of_derivation(dataclasses.replace(told, criteria=(cost, *others))))

    assert said in text
    assert ("No cost is exported" in text, "shared over deals" in text) == (
        unit == "index",
        "spend" in source,
    )


def test_harm_to_a_criterion_is_said_as_plainly_as_gain():
    """A criterion that is likely worse inside is named, in the table and in words."""
    text = terminal.render(
        derivation.of_derivation(derivation_of(Verdict.SUPPORTED)), width=120, colour=False
    )

    assert "worse, 96 % sure" in text
    assert "It comes at a price: lifetime value is worse inside, 96 % sure" in text


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [40, 80, 110])
def test_hostile_names_break_no_terminal(name: str, width: int):
    """Brackets, newlines and control characters in a name are text: nothing raises, no line is too long."""
    text = terminal.render(
        derivation.of_derivation(derivation_of(Verdict.SUPPORTED, name=name)), width=width, colour=False
    )

    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) <= width
    if name.isascii() and name.isprintable() and width == 110:
        assert name in text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_break_no_markdown(name: str):
    """Pipes and newlines do not add cells, and tags are no HTML."""
    text = markdown.render(derivation.of_derivation(derivation_of(Verdict.SUPPORTED, name=name)))

    assert "<script>" not in text
    assert_tables_are_even(text)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
def test_any_text_makes_an_even_markdown_table(rows: list[tuple[str, str]]):
    """Whatever the cells hold, every row of a Markdown table has the header's cells."""
    assert_tables_are_even(markdown.render(Document((Table(("a", "b"), tuple(rows)),))))


def assert_tables_are_even(text: str) -> None:
    """Every line of each table has as many unescaped pipes as its first."""
    for table in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        pipes = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(pipes) == 1


def test_a_table_that_is_too_wide_breaks_its_headers_and_no_word():
    """Groups of companies with a figure and its number each stand on a line of their own, and no name is cut in two."""
    headers = ("Industry", "Customers", "Won of worked", "Acquisition cost", "Retention, months", "Lifetime value", "Advocacy, of 10")  # fmt: skip
    rows = (
        ("Manufacturing", "50", "77 % of 59", "3,298 (51)", "24.8 (50)", "18,033 (50)", "8.04 (13)"),
        ("Legal Services", "19", "77 % of 27", "4,282 (23)", "19.9 (19)", "7,898 (19)", "6.6 (4)"),
    )

    lines = terminal.render(
        Document((Table(headers, rows, numeric=(1, 2, 3, 4, 5, 6)),)), width=88, colour=False
    ).splitlines()

    assert len(lines) == 5  # two of headers, the rule, and a line for each row
    assert all(len(line) <= 88 for line in lines)
    assert all(cell in line for row, line in zip(rows, lines[3:], strict=True) for cell in row)


def test_colour_is_only_on_request():
    """With colour there are escape codes; without there are none, and the words are the same."""
    document = derivation.of_derivation(derivation_of(Verdict.SUPPORTED))
    plain = terminal.render(document, width=88, colour=False)
    coloured = terminal.render(document, width=88, colour=True)

    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_without_people_the_report_says_so():
    """No persona is invented: the note says that nobody was exported."""
    text = terminal.render(
        derivation.of_derivation(derivation_of(Verdict.SUPPORTED, personas=0)), width=88, colour=False
    )

    assert "No people were exported." in text


def customers_ranked(names: list[str]) -> Ranking:
    """A ranking of these customers, the last without any figure."""
    n = len(names)
    frame = pd.DataFrame(
        {
            "account_key": [f"A{i}" for i in range(n)],
            "name": names,
            "rank": pd.array([*range(1, n), pd.NA], dtype="Int64"),
            "score": [*[90.0 - i for i in range(n - 1)], float("nan")],
            "criteria_known": [*[1] * (n - 1), 0],
        }
    )
    for criterion in Criterion:
        known = criterion is Criterion.ACQUISITION_COST
        frame[criterion.value] = [100.5 + i if known and i < n - 1 else float("nan") for i in range(n)]
        frame[f"{criterion}_percentile"] = [50.0 if known and i < n - 1 else float("nan") for i in range(n)]
    for name in ("realised_value", "value_to_date", "value_expected"):
        frame[name] = [1234567.891 if i < n - 1 else float("nan") for i in range(n)]
    source = CriterionSource(Criterion.ACQUISITION_COST, "column", "EUR", 1.0, n - 1)
    return Ranking(frame, (source,), ())


def test_a_ranking_reads_as_csv_and_runs_no_formula():
    """Cells that a spreadsheet would run are escaped; a missing figure is an empty cell."""
    rows = list(csv.DictReader(io.StringIO(as_csv.ranking_csv(customers_ranked([*HOSTILE, "last"]), 99))))

    assert [row["name"] for row in rows][7] == "'=cmd()"
    assert (rows[0]["rank"], rows[0]["acquisition_cost"], rows[0]["retention"]) == ("1", "100.5", "")
    assert (rows[-1]["rank"], rows[-1]["score"], rows[-1]["realised_value"]) == ("", "", "")
    assert rows[0]["realised_value"] == "1234567.89"


def test_a_ranking_is_json_without_nan():
    """Missing is null, and --top counts customers."""
    held = json.loads(as_json.ranking_json(customers_ranked(["a", "b"]), 99))

    assert held["customers"][1]["score"] is None
    assert held["customers"][0]["rank"] == 1
    assert len(json.loads(as_json.ranking_json(customers_ranked(["a", "b"]), 1))["customers"]) == 1


def test_the_best_are_shown_in_their_unit():
    """The table shows rank, name, score and each criterion with its unit."""
    text = terminal.render(
        ranking.of_ranking(customers_ranked(["Alpha", "Beta"]), 1, ("A note.",)), width=88, colour=False
    )

    assert "The best 1 of 2 customers" in text
    assert re.search(r"1\s+Alpha\s+90\s+€100", text)
    assert "A note." in text
    assert "Beta" not in text


def test_rejects_are_written_with_their_place_and_reason():
    """A row that did not fit can be found in its file."""
    text = as_csv.rejects_csv([Reject("crm.csv", 21, "5 cells where the header has 3", "a,b,c,d,e")])

    assert text.splitlines()[1] == 'crm.csv,21,5 cells where the header has 3,"a,b,c,d,e"'
