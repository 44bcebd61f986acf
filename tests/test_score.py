"""icp score: every row of the input kept to the byte, and what is appended to it right and readable."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import io
import json
import random
import re
import zipfile
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tellings import derivation_of
from typer.testing import CliRunner

from icpcli.api import Profile
from icpcli.cli.app import app
from icpcli.errors import UnsupportedError
from icpcli.load.exports import load_exports
from icpcli.load.originals import originals_of
from icpcli.load.read import table_in
from icpcli.model.common import CrmObject, Verdict
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
from icpcli.pipeline.score import score_frame
from icpcli.pipeline.sources import account_readings, field_sources
from icpcli.scoring.columns import NumberColumn, TextColumn
from icpcli.scoring.scores import score_columns
from icpcli.settings import Settings
from icpcli.store import from_json, to_json
from icpcli.wording import condition

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


def test_scores_by_hand():
    """Points add up, a failing condition settles no, and blanks count for what they may be."""
    nan = float("nan")

    rows = scored_by_hand(["Logistics", "Energy", "Logistics", None, None], [60, 60, nan, 60, nan])

    assert rows == [
        ("yes", 1.0, 100.0, 90.0),  # 20 + 40 + 25 + 15
        ("no", 0.0, 25.0, 35.0),  # 20 - 20 + 25
        ("unknown", 0.625, 75.0, 65.0),  # (0.6 * 0.5 + 0.2) / 0.8; 20 + 40 + 10 + 5
        ("unknown", 0.6, 50.0, 40.0),  # six of ten; 20 + 25 + 5
        ("unknown", 0.375, 35.0, 37.0),  # (0.6 * 0.6 * 0.5 + 0.2 * 0.6) / 0.8; 20 + 10 + 5
    ]


@pytest.mark.parametrize(
    ("size", "match", "points"),
    [
        ("50-199", "yes", 100),
        ("50 à 200 salariés", "yes", 100),
        ("11-50", "no", 60),
        ("200+", "no", 60),
        ("11-100", "unknown", 81),  # 20 + 40 + 5, and (3 * 0 + 5 * 25) / 8
        ("1 000 - 5 000", "no", 60),
        ("100+", "unknown", 83),  # (5 * 25 + 2 * 0) / 7
        ("< 50", "no", 60),
        ("up to 500", "unknown", 78),  # (3 * 0 + 5 * 25 + 2 * 0) / 10, rounded up
        ("Nov-50", "no", 60),
    ],
)
def test_a_range_that_may_lie_on_either_side_of_a_bound_is_unknown(size: str, match: str, points: float):
    """A range counts as its line where it lies inside, as a misfit where it lies outside, else as the mean of what it may be."""
    frame = pd.DataFrame({"Branch": ["Logistics", "Logistics"], "Employees": [size, "51-100"]})

    scored = score_frame(by_hand(), frame)

    assert scored["icp_match"].tolist() == [match, "yes"]
    assert scored["icp_points"].tolist() == [points, 100]


def test_a_range_over_several_lines_earns_their_mean_and_says_so():
    """51-200 over lines of +10, +20 and +30 earns what its companies do, never "unknown"; a line that it lies in is that line."""
    bounds = [(None, 10.0), (10.0, 100.0), (100.0, 150.0), (150.0, 200.0), (200.0, None)]
    lines = [Condition("employees", "between", at_least=a, below=b) for a, b in bounds]
    worth = [-9.0, -9.0, 20.0, 30.0, -7.0]
    saved = of_one_figure(Condition("employees", "between", at_least=10.0, below=200.0))
    saved = dataclasses.replace(
        saved,
        scorecard=Scorecard(
            5.0,
            (
                *(ScoreItem(c, None, n, 4) for c, n in zip(lines, worth, strict=True) if n),
                ScoreItem(None, "employees", 1.0, 2),
            ),
            ((0.0, 10.0), (100.0, 90.0)),
            0.9,
        ),
        fields=(
            FieldReport(
                "employees",
                1.0,
                1.0,
                FieldSource("account", "Employees"),
                levels=tuple(LevelCount(n, None, *b) for n, b in zip((9, 5, 3, 1, 3), bounds, strict=True)),
            ),
        ),
    )

    scored = score_frame(saved, pd.DataFrame({"Employees": ["51-200", "11-50", "1-50", "500+", "100+", ""]}))

    assert scored["icp_match"].tolist() == ["yes", "yes", "unknown", "no", "unknown", "unknown"]
    assert scored["icp_reasons"].tolist() == [
        "10 points: 5 to start, 51-200 employees +5",  # (5 * -9 + 3 * 20 + 30) / 9
        "-4 points: 5 to start, 10-99 employees -9",
        "-4 points: 5 to start, 1-50 employees -9",
        "-2 points: 5 to start, at least 200 employees -7",
        "15 points: 5 to start, 100+ employees +10",  # (3 * 20 + 30 - 3 * 7) / 7
        "6 points: 5 to start, employees unknown +1",
    ]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Export share", "12 %"),
        ("Export share", "0.12"),
        ("Export share (%)", "12"),
        ("Export share %", "12,0 %"),
    ],
)
def test_a_share_is_known_by_the_sign_in_its_cells_or_its_header(header: str, cell: str):
    """12 % is below 20 %, whether the percent sign stands in the cells, in the header, or nowhere for 0.12."""
    low = Condition("Export share", "between", below=0.2, unit="%")
    saved = derivation_of(Verdict.SUPPORTED)
    saved = dataclasses.replace(saved, profile=dataclasses.replace(saved.profile, conditions=(low,)))

    scored = score_frame(saved, pd.DataFrame({header: [cell, cell.replace("1", "9")]}))

    assert condition(low) == "Export share below 20 %"
    assert scored["icp_match"].tolist() == ["yes", "no"]


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


def test_plain_numbers_beyond_one_are_percent_where_the_profile_is(icp: Callable, tmp_path: Path):
    """A list with 50, 5 and 85 under the header of the export's 45 % holds percent, no 5,000 %; so does one with 45 % beside 50."""
    high = Condition("Remote share", "between", at_least=0.4, unit="%")
    (tmp_path / "icp.json").write_text(to_json(of_one_figure(high)), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Remote share\n50\n5\n1\n45 %\n85\n", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert [row["icp_match"] for row in rows_of(ran.stdout)] == ["yes", "no", "no", "yes", "yes"]
    assert "plain numbers go up to 85, so they were read as percent" in ran.stderr


def test_a_sign_in_the_cells_is_known_where_the_export_had_it_in_the_header():
    """45 % is 45 to a profile whose export wrote 45 under "Remote (%)"."""
    high = Condition("Remote (%)", "between", at_least=40.0)

    scored = score_frame(of_one_figure(high), pd.DataFrame({"Remote (%)": ["45 %", "35 %", "45"]}))

    assert scored["icp_match"].tolist() == ["yes", "no", "yes"]


REVENUE = Condition("annual_revenue", "between", at_least=1e6, below=2e7)


@pytest.mark.parametrize("header", ["Chiffre d'affaires", "Annual Revenue"])
def test_ranges_of_money_are_ranges_and_what_is_none_is_told(icp: Callable, tmp_path: Path, header: str):
    """Revenue in ranges is read under the profile's header and under another; cells that say nothing readable are counted."""
    (tmp_path / "icp.json").write_text(
        to_json(of_one_figure(REVENUE, "Chiffre d'affaires")), encoding="utf-8"
    )
    cells = [
        "entre 2 et 10 M€",
        "Moins de 500 k€",
        "2 M€ à 10 M€",
        "> 50 M€",
        "10-50 M€",
        "$1M - $10M",
        "~ 3 M€",
        "~ 3 M€",
        "",
        "gros",
    ]
    (tmp_path / "leads.csv").write_text(
        "\n".join([f"Company;{header}", *(f"A;{c}" for c in cells)]), encoding="utf-8"
    )

    ran = icp("score", "leads.csv")

    told = [row["icp_match"] for row in rows_of(ran.stdout, ";")]
    assert told == ["yes", "no", "yes", "no", "unknown", "yes", "unknown", "unknown", "unknown", "unknown"]
    assert "3 of 9 filled cells could not be read as money (~ 3 M€, gros): unknown there" in ran.stderr
    assert "has no column" not in ran.stderr


def test_a_column_of_which_nothing_can_be_read_is_not_said_to_be_missing(icp: Callable, tmp_path: Path):
    """Of employees such as "about 120" the note says which column and shows two cells, for the fix is another than naming a column."""
    (tmp_path / "icp.json").write_text(to_json(of_one_figure(SIZE)), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Company,Employees\nA,~120\nB,env. 120\nC,~120\n", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert "'Employees': 3 of 3 filled cells could not be read as a number (~120, env. 120)" in ran.stderr
    assert "has no column" not in ran.stderr


@pytest.mark.parametrize(
    ("rates", "match", "told"),
    [
        (
            "",
            ["yes", "unknown", "unknown", "yes"],
            "1 amount in GBP and 1 amount in JPY, and the profile is in EUR: unknown there",
        ),
        ("[rates]\nJPY = 0.006\nGBP = 1.2\n", ["yes", "no", "yes", "yes"], "converted to EUR at your rates"),
    ],
)
def test_other_currencies_are_converted_or_unknown(
    icp: Callable, tmp_path: Path, rates: str, match: list[str], told: str
):
    """Two million yen are 12,000 euros: no company of a million, and without a rate nobody knows."""
    (tmp_path / "icp.json").write_text(
        to_json(of_one_figure(REVENUE, "CA", "EUR", currency="EUR")), encoding="utf-8"
    )
    (tmp_path / "icp.toml").write_text(rates, encoding="utf-8")
    (tmp_path / "leads.csv").write_text("CA\n2 000 000 €\n¥ 2000000\n900 000 £\n2000000\n", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert [row["icp_match"] for row in rows_of(ran.stdout)] == match
    assert told in ran.stderr


def test_the_currency_of_a_list_is_told_by_a_column_of_its_own_or_its_header(icp: Callable, tmp_path: Path):
    """Plain amounts beside a currency column, or under "(k$)", are in that currency."""
    (tmp_path / "icp.json").write_text(
        to_json(of_one_figure(REVENUE, "CA", "EUR", currency="EUR")), encoding="utf-8"
    )
    (tmp_path / "beside.csv").write_text(
        "Annual revenue,Currency\n2000000,EUR\n2000000,USD\n", encoding="utf-8"
    )
    (tmp_path / "header.csv").write_text("CA (k$)\n2000\n", encoding="utf-8")

    beside, header = (icp("score", name) for name in ("beside.csv", "header.csv"))

    assert [row["icp_match"] for row in rows_of(beside.stdout)] == ["yes", "unknown"]
    assert [row["icp_match"] for row in rows_of(header.stdout)] == ["unknown"]
    assert "amount in USD, and the profile is in EUR" in header.stderr


def test_the_profile_keeps_the_currency_and_the_ranges_of_its_fields(tmp_path: Path):
    """What revenue was told in is written down, so that a list in another currency is not compared with it; and where ranges end."""
    (tmp_path / "a.csv").write_text(
        "Company,Annual revenue,MRR,Employees\nA,1 200 k€,$5,51-200\nB,2 M€,$6,500+\nC,3 M€,$6,70\n",
        encoding="utf-8",
    )

    sources = field_sources(account_readings(load_exports([str(tmp_path / "a.csv")], Settings())))

    assert sources["annual_revenue"].unit == "EUR"
    assert sources["employees"].values == {
        "500": ("500+",),
        "51": ("51-200",),
    }  # a plain number is none of them
    assert sources["employees"].ends == {"500+": None, "51-200": 200.0}


def test_a_spelling_is_known_by_its_case_and_accents_or_not_at_all():
    """Another case is the same industry; one that the export never held is unknown; a rare one it held is no."""
    matches = [
        row[0] for row in scored_by_hand(["lógistics ", "LOGISTICS", "Aerospace", "Mining"], [60.0] * 4)
    ]

    assert matches == ["yes", "yes", "unknown", "no"]


def test_a_word_of_a_field_too_full_to_list_is_known_by_its_letters_whatever_stands_beside_it():
    """Of cities no spellings are kept: Paris is PARIS, alone or among others, and Lyon is another city."""
    paris = Condition("city", "one_of", ("Paris",))
    saved = dataclasses.replace(
        by_hand(),
        profile=dataclasses.replace(by_hand().profile, conditions=(paris,)),
        posterior=(WeightedRule((paris,), 1.0, 1.0),),
        fields=(FieldReport("city", 1.0, 1.0, FieldSource("account", "City", {})),),
    )

    def matches(cities: list[str | None]) -> list[str]:
        scores = score_columns(saved, {"city": TextColumn.of(cities)}, len(cities))
        return [scores.distinct[place].match for place in scores.places]

    assert matches(["PARIS"]) == ["yes"]
    assert matches(["PARIS", "PARIS", "Paris", "pâris", "Lyon", None]) == ["yes"] * 4 + ["no", "unknown"]


@given(
    industry=st.sampled_from(["Logistics", "Retail", "Energy", "Mining", "Aerospace", None]),
    employees=st.one_of(st.just(float("nan")), st.floats(1, 500)),
)
def test_a_blank_is_never_worse_than_the_worst_it_may_be(industry: str | None, employees: float):
    """Blanking a cell never turns a maybe into a no, and its probability lies between what it may be."""
    nan = float("nan")
    match, probability, *_ = scored_by_hand([industry], [employees])[0]
    blank_match, blank_probability, *_ = scored_by_hand([industry], [nan])[0]
    sizes = [scored_by_hand([industry], [size])[0][1] for size in (10.0, 60.0, 300.0)]

    assert not (match != "no" and blank_match == "no")
    assert min(sizes) <= blank_probability <= max(sizes)
    assert 0 <= probability <= 1


def rows_of(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a scored file."""
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """The icp.json of the first example, derived once."""
    path = tmp_path_factory.mktemp("profile") / "icp.json"
    ran = CliRunner().invoke(app, ["derive", str(examples / "crm.csv"), "--profile", str(path), "--quiet"])
    assert ran.exit_code == 0
    return path


def test_the_rows_of_the_example_keep_their_bytes_and_match_as_derive_counted(
    icp: Callable, tmp_path: Path, examples: Path, profile: Path
):
    """Without its last four cells the output is the input; its yes are the profile's customers, lost and not worked."""
    ran = icp("score", examples / "crm.csv", "--profile", profile, "-o", "scored.csv")

    before = (examples / "crm.csv").read_bytes().splitlines(keepends=True)
    after = (tmp_path / "scored.csv").read_bytes().splitlines(keepends=True)
    saved = from_json(profile.read_text(encoding="utf-8"), where="icp.json")
    assert ran.code == 0
    assert ran.stdout == ""
    assert len(before) == len(after)
    assert all(new.startswith(old.rstrip(b"\r\n") + b",") for old, new in zip(before, after, strict=True))
    rows = rows_of((tmp_path / "scored.csv").read_text(encoding="utf-8"))
    matching = [row for row in rows if row["icp_match"] == "yes"]
    assert sum(bool(row["Customer since"]) for row in matching) == saved.profile.customers
    assert (
        sum(row["Deal stage"] in {"Proposal", "Qualified"} for row in matching)
        == saved.accounts.matching_not_worked
    )
    assert all(0 <= int(row["icp_fit"]) <= 100 for row in rows)
    assert re.search(r"620 rows scored: \d+ yes, \d+ no, \d+ unknown\.", ran.stderr)


def test_the_reasons_of_every_row_add_up(icp: Callable, examples: Path, profile: Path):
    """A reader who adds the points in the reasons gets the sum in front of them, and a higher sum never fits worse."""
    rows = rows_of(icp("score", examples / "crm.csv", "--profile", profile).stdout)

    fits = {}
    for row in rows:
        total, parts = row["icp_reasons"].split(" points: ")
        start, *items = re.findall(r"([+-]?\d+)(?: to start|(?=, |$))", parts)
        assert int(total) == int(start) + sum(map(int, items))
        fits.setdefault(int(total), set()).add(int(row["icp_fit"]))
    ordered = [fits[total] for total in sorted(fits)]
    assert all(len(fit) == 1 for fit in ordered)
    assert [min(fit) for fit in ordered] == sorted(min(fit) for fit in ordered)


def test_another_export_is_scored_by_what_its_headers_mean(icp: Callable, tmp_path: Path, profile: Path):
    """Leads in French, or contacts, are read by their meaning; what is not there is unknown and said."""
    (tmp_path / "leads.csv").write_bytes(
        "Société;Secteur d'activité;Nombre d'employés;Pays\r\nAcmé;Logistics;120;Allemagne\r\nBolt;Software;1 200;\r\n".encode(
            "cp1252"
        )
    )
    (tmp_path / "people.tsv").write_text(
        "Email\tCompany\tCompany industry\nx@y.example\tAcme\tRetail\n", encoding="utf-16"
    )

    french = icp("score", "leads.csv", "--profile", profile, "-o", "out.csv")
    people = icp("score", "people.tsv", "--profile", profile, "-o", "people.csv")

    lines = (tmp_path / "out.csv").read_bytes().decode("cp1252").split("\r\n")
    assert lines[0].endswith("Pays;icp_fit;icp_match;icp_probability;icp_reasons")
    assert lines[1].startswith("Acmé;Logistics;120;Allemagne;")
    assert [line.split(";")[5] for line in lines[1:3]] == ["yes", "no"]
    assert french.code == 0
    assert "people.tsv has no column for employees: unknown for every row" in people.stderr
    assert "\tno\t" in (tmp_path / "people.csv").read_bytes().decode("utf-16")


def test_what_is_no_row_is_copied_as_it_stands_and_counted(icp: Callable, tmp_path: Path, profile: Path):
    """Title, ragged rows, blank lines, footer and quoted line breaks keep their bytes and their place."""
    head = 'Report of leads\r\n\r\n"Company name",Industry,Employees,Country,Note\r\n'
    rows = [f'"Acme, {n}",Logistics,{n},Germany,"two\nlines"\r\n' for n in range(90, 110)]
    torn = "Ragged,Logistics\r\n\r\n"
    foot = '"Copyright (c) 2026 salesforce.com, inc. All rights reserved."'
    source = (head + "".join(rows) + torn + rows[0] + foot).encode()
    (tmp_path / "leads.csv").write_bytes(source)

    ran = icp("score", "leads.csv", "--profile", profile, "-o", "out.csv")

    out = (tmp_path / "out.csv").read_bytes()
    assert ran.code == 0
    assert b'\r\nRagged,Logistics\r\n\r\n"Acme' in out
    assert out.startswith(b"Report of leads\r\n\r\n")
    assert out.endswith(foot.encode())
    assert re.sub(rb",(icp_fit.*|[0-9]+,(yes|no|unknown),[^\r\n]*)(?=\r\n)", b"", out) == source
    assert "21 rows scored" in ran.stderr
    assert "1 row could not be read" in ran.stderr


CELLS = st.text(st.sampled_from(list('ab,;"\n\t é=+')), max_size=6)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=8),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16-le", "utf-16-be"]),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_records_are_found_byte_for_byte_in_any_dialect(
    rows: list[list[str]], encoding: str, delimiter: str, line_end: str
):
    """Whatever the csv module writes comes apart into its records, which put together are the file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows([["A", "B", "C"], *rows])
    data = out.getvalue().encode(encoding)

    found = originals_of(data, encoding, delimiter, len(rows) + 1)

    assert found is not None
    for record, row in zip(range(1, len(found)), rows, strict=True):
        text = io.StringIO(found.text(record), newline="")
        assert next(csv.reader(text, delimiter=delimiter)) == row
    nothing = np.array([], dtype=np.int64)
    assert found.with_appended(0, b"", nothing, [], nothing) == data


def test_a_stray_quote_inside_a_cell_opens_nothing():
    """5" pipes are no quoted cell, and a guarded quote is counted as its reader counted it."""
    plain = b'Name,Size\nPipe,5" wide\nTube,7\n'
    guarded = b'Name,Note\nA,"say \\"hi\\"\nand go"\nB,x\n'

    assert len(originals_of(plain, "utf-8", ",", 3) or ()) == 3
    assert (
        len(originals_of(guarded, "utf-8", ",", table_in(guarded, shown_as="x.csv").last_record) or ()) == 3
    )


def test_formulas_are_escaped_only_in_the_columns_that_are_created(icp: Callable, tmp_path: Path):
    """The input's own =1+1 stays as it is; a reason can begin with nothing that a spreadsheet runs."""
    (tmp_path / "icp.json").write_text(to_json(by_hand()), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Company,Industry,Employees\n=1+1,Retail,60\n", encoding="utf-8")

    rows = rows_of(icp("score", "leads.csv").stdout)

    assert rows[0]["Company"] == "=1+1"
    assert (
        rows[0]["icp_reasons"] == "60 points: 20 to start, 50-199 employees +25, all conditions together +15"
    )


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


def test_a_file_without_any_field_of_the_profile_says_what_was_looked_for(
    icp: Callable, tmp_path: Path, profile: Path
):
    """The error names the fields, the headers that are there, and the flag that helps; and the flag does."""
    (tmp_path / "leads.csv").write_text(
        "Company,Branche X,Colour\nAcme,Retail,red\nBolt,Energy,blue\n", encoding="utf-8"
    )

    lost = icp("score", "leads.csv", "--profile", profile)
    told = icp("score", "leads.csv", "--profile", profile, "--column", "account.industry=Branche X")

    assert lost.code == 1
    assert "none of the fields that the profile asks" in lost.stderr
    assert "industry (Industry)" in lost.stderr
    assert "Branche X" in lost.stderr
    assert told.code == 0
    assert ",no," in told.stdout


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


def test_a_word_beside_yes_and_no_is_a_word(icp: Callable, tmp_path: Path):
    """Where the export said yes, no and maybe, maybe is as good an answer as no, and a blank is unknown."""
    told = own_field()
    source = FieldSource("account", "Certifié ISO ?", {"yes": ("yes",), "no": ("no",), "maybe": ("maybe",)})
    fields = (dataclasses.replace(told.fields[0], source=source), told.fields[1])
    (tmp_path / "icp.json").write_text(to_json(dataclasses.replace(told, fields=fields)), encoding="utf-8")
    rows = "".join(f"{cell},Retail\n" for cell in ("yes", "no", "maybe", ""))
    (tmp_path / "leads.csv").write_text(f"Certifié ISO ?,Secteur d'activité\n{rows}", encoding="utf-8")

    ran = icp("score", "leads.csv")

    assert [row["icp_match"] for row in rows_of(ran.stdout)] == ["yes", "no", "no", "unknown"]


def matches_of(icp: Callable, tmp_path: Path, text: str, *flags: str) -> list[str]:
    """What a list of leads is said to match."""
    (tmp_path / "icp.json").write_text(to_json(own_field()), encoding="utf-8")
    (tmp_path / "leads.csv").write_text(text, encoding="utf-8")
    ran = icp("score", "leads.csv", *flags)
    assert ran.code == 0, ran.stderr
    return [row["icp_match"] for row in rows_of(ran.stdout)]


def test_yes_and_no_are_read_cell_by_cell_and_a_blank_as_in_the_export(icp: Callable, tmp_path: Path):
    """Whatever else a column holds, Oui, X and 1 are yes, whatever spaces are around; a blank is a box not ticked; what says neither is unknown."""
    cells = ["x", "X ", "Oui", " 1", "", "Non", " non ", "NSP"]
    rows = "".join(f"{cell},Retail\n" for cell in cells)

    told = matches_of(icp, tmp_path, f"Certifié ISO ?,Secteur d'activité\n{rows}")

    assert told == ["yes", "yes", "yes", "yes", "no", "no", "no", "unknown"]


def test_the_header_of_the_export_behind_the_profile_comes_before_one_that_looks_like_it(
    icp: Callable, tmp_path: Path
):
    """Beside "Secteur d'activité", which the profile was derived from, a column "Secteur" is something else."""
    told = matches_of(icp, tmp_path, "Certifié ISO ?,Secteur,Secteur d'activité\nx,B2B,Retail\n")

    assert told == ["yes"]


@pytest.mark.parametrize("behind", ["Country/Region", "Pays", "Company Country"])
@pytest.mark.parametrize("person", ["Country", "Country/Region"])
@pytest.mark.parametrize(
    "company", ["Company Country", "Organization Country", "Pays de l'entreprise", "company_country"]
)
def test_in_a_list_of_people_the_country_is_that_of_the_company(behind: str, person: str, company: str):
    """However full it is, and whatever header the profile's export had: a bare country is where the person lives."""
    there = Condition("country", "one_of", ("United States",))
    saved = of_one_figure(there, behind)
    people = pd.DataFrame(
        {
            "First Name": ["A", "B", "C", "D"],
            person: ["France", "France", "United States", "United States"],
            company: ["United States", "USA", None, "France"],
        }
    )

    assert score_frame(saved, people)["icp_match"].tolist() == ["yes", "yes", "unknown", "no"]


def test_state_and_city_of_a_person_are_none_of_the_company():
    """Company State and Company City come before State and City, and the only country is taken for the company's."""
    saved = of_one_figure(Condition("region", "one_of", ("Texas",)))
    people = pd.DataFrame(
        {"Title": ["CFO", "CFO"], "State": ["Texas", "Ohio"], "Company State": ["Ohio", "Texas"]}
    )

    assert score_frame(saved, people)["icp_match"].tolist() == ["no", "yes"]
    assert score_frame(saved, people.drop(columns="Company State"))["icp_match"].tolist() == ["yes", "no"]


def test_a_column_for_a_field_of_ones_own_is_named_as_the_hint_says(icp: Callable, tmp_path: Path):
    """The flag that the note suggests, spaces and signs quoted for a shell, is taken; a header that is not there is refused."""
    (tmp_path / "icp.json").write_text(to_json(own_field()), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Iso,Secteur d'activité\nx,Retail\n,Retail\n", encoding="utf-8")

    lost = icp("score", "leads.csv")
    told = icp("score", "leads.csv", "--column", "account.Certifié ISO ?=Iso")
    wrong = icp("score", "leads.csv", "--column", "account.Certifié ISO ?=ISO 9001")

    assert """--column 'account.Certifié ISO ?'="THAT COLUMN" names one""" in lost.stderr
    assert [row["icp_match"] for row in rows_of(told.stdout)] == ["yes", "no"]
    assert wrong.code == 1
    assert "leads.csv has no column 'ISO 9001'" in wrong.stderr


def test_a_column_of_a_file_that_is_not_read_is_refused(icp: Callable, tmp_path: Path, profile: Path):
    """A misspelt file in --column is told with the one there is; without a word its rows would be scored unknown."""
    (tmp_path / "leads.csv").write_text("Company,Branche X,Employees\nAcme,Retail,60\n", encoding="utf-8")
    words = ("score", "leads.csv", "--profile", profile, "--column")

    right = icp(*words, "leads.csv:account.industry=Branche X")
    wrong = icp(*words, "lst.csv:account.industry=Branche X")

    assert "industry is Retail" in right.stdout
    assert wrong.code == 1
    assert "no file lst.csv is read" in wrong.stderr
    assert "There is: leads.csv" in wrong.stderr


def test_columns_of_icp_toml_are_followed_in_lists_that_have_them(
    icp: Callable, tmp_path: Path, profile: Path
):
    """What icp.toml says of the exports neither stops the score of a list without those headers nor is lost on one with them."""
    (tmp_path / "icp.toml").write_text(
        '[columns]\n"account.industry" = "Branche X"\n"account.mrr" = "Fee"\n"deals.csv:deal.amount" = "Employees"\n',
        encoding="utf-8",
    )
    (tmp_path / "leads.csv").write_text("Company,Branche X,Employees\nAcme,Retail,60\n", encoding="utf-8")

    ran = icp("score", "leads.csv", "--profile", profile)

    assert ran.code == 0
    assert "industry is Retail" in ran.stdout


def workbook_of(rows: list[list[str]], template: bytes) -> bytes:
    """A workbook whose first sheet holds these rows; its second is the template's."""
    cells = "".join(
        f'<row r="{r}">'
        + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row)
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = re.sub(
                    rb"<sheetData>.*</sheetData>",
                    lambda _: f"<sheetData>{cells}</sheetData>".encode(),
                    content,
                )
            new.writestr(name, content)
    return out.getvalue()


def test_archives_and_workbooks_are_scored_and_what_is_written_is_said(
    icp: Callable, tmp_path: Path, root: Path, examples: Path, profile: Path
):
    """A .gz or .zip gives the rows inside it; of several tables none is guessed; a workbook becomes CSV, said so."""
    data = (examples / "crm.csv").read_bytes()
    (tmp_path / "crm.csv.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("one.csv", data)
        archive.writestr("other.csv", data[: data.index(b"C0100")])
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))[:31]
    (tmp_path / "crm.xlsx").write_bytes(workbook_of(rows, (root / "tests/data/two_sheets.xlsx").read_bytes()))

    plain = icp("score", examples / "crm.csv", "--profile", profile)
    packed = icp("score", "crm.csv.gz", "--profile", profile)
    several = icp("score", "two.zip", "--profile", profile)
    book = icp("score", "crm.xlsx", "--profile", profile, "-o", "out.csv")

    assert packed.stdout == plain.stdout
    assert several.code == 1
    assert "two.zip/one.csv, two.zip/other.csv" in several.stderr
    assert "written as CSV in UTF-8" in book.stderr
    rows = rows_of((tmp_path / "out.csv").read_text(encoding="utf-8-sig"))
    assert [row["icp_match"] for row in rows] == [row["icp_match"] for row in rows_of(plain.stdout)[:30]]


def test_one_table_of_an_archive_is_scored_by_its_name(icp: Callable, tmp_path: Path, profile: Path):
    """Of several tables that could be scored, the error names one as it must be typed, and that is scored."""
    book = tmp_path / "leads.zip"
    with zipfile.ZipFile(book, "w") as archive:
        for name in ("north.csv", "south.csv"):
            archive.writestr(name, "Company,Industry,Employees\nAlpha,Logistics,60\nBeta,Retail,20\n")

    both = icp("score", book, "--profile", profile)
    named = re.search(r"icp score (\S+)", both.stderr)

    assert both.code == 1
    assert named is not None
    assert icp("score", named[1], "--profile", profile).code == 0
    assert "holds no table" in icp("score", f"{book}/nothing.csv", "--profile", profile).stderr


def test_scored_twice_the_new_columns_have_names_of_their_own(icp: Callable, tmp_path: Path, profile: Path):
    """A list that comes back from the CRM with last month's scores keeps them beside the new ones."""
    (tmp_path / "leads.csv").write_text(
        "Company,Industry,icp_fit\nAcme,Retail,3\nBolt,Energy,4\n", encoding="utf-8"
    )

    ran = icp("score", "leads.csv", "--profile", profile)

    assert (
        ran.stdout.splitlines()[0]
        == "Company,Industry,icp_fit,icp_fit_2,icp_match,icp_probability,icp_reasons"
    )
    assert "icp_fit already" in ran.stderr


def test_json_and_a_screen_tell_the_same_rows(icp: Callable, examples: Path, profile: Path):
    """JSON has every row by its record; the screen the best twenty with their names."""
    table = json.loads(icp("score", examples / "crm.csv", "--profile", profile, "--format", "json").stdout)
    screen = icp("score", examples / "crm.csv", "--profile", profile, "--format", "terminal").stdout

    assert [row["record"] for row in table["rows"]] == list(range(2, 622))
    assert table["counts"]["yes"] == sum(row["match"] == "yes" for row in table["rows"])
    assert "The best 20" in screen
    best = max(
        table["rows"], key=lambda row: (row["match"] == "yes", row["fit"], row["probability"], -row["record"])
    )
    lines = (examples / "crm.csv").read_text(encoding="utf-8").splitlines()
    assert lines[best["record"] - 1].split(",")[1] in screen


def test_row_and_column_order_and_extra_columns_change_no_score(
    icp: Callable, tmp_path: Path, examples: Path, profile: Path
):
    """A row's score depends on what it says, not on where it stands."""
    rows = list(csv.reader(io.StringIO((examples / "crm.csv").read_text(encoding="utf-8"))))
    order = list(range(len(rows[0])))
    random.Random(7).shuffle(order)  # noqa: S311  a shuffle, no secret
    turned = [[row[i] for i in order] for row in [rows[0], *rows[:0:-1]]]
    with (tmp_path / "turned.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(turned)

    here = rows_of(icp("score", examples / "crm.csv", "--profile", profile).stdout)
    there = rows_of(icp("score", "turned.csv", "--profile", profile).stdout)

    names = ("icp_fit", "icp_match", "icp_probability", "icp_reasons")
    assert {r["ID"]: [r[n] for n in names] for r in here} == {r["ID"]: [r[n] for n in names] for r in there}


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


def test_the_scored_leads_in_the_readme_are_what_is_printed(
    icp: Callable, tmp_path: Path, root: Path, profile: Path, update_golden: bool
):
    """The README's list of leads, scored with its command, gives its output to the letter."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    leads = re.search(r"<!-- leads -->\n```text\n(.*?)```", readme, re.DOTALL)
    assert leads is not None
    (tmp_path / "leads.csv").write_text(leads[1], encoding="utf-8")

    printed = icp("score", "leads.csv", "--profile", profile, "--column", "account.industry=Branche").stdout

    block = re.compile(r"(<!-- scored -->\n```text\n)(.*?)(```)", re.DOTALL)
    if update_golden:
        readme = block.sub(lambda m: m[1] + printed + m[3], readme)
        (root / "README.md").write_text(readme, encoding="utf-8")
    shown = block.search(readme)
    assert shown is not None
    assert shown[2] == printed
