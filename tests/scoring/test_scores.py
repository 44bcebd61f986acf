"""Match, probability, points and fit: what each row earns, worked out in the margin."""

from __future__ import annotations

import csv
import dataclasses
import io
import random
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles_by_hand import by_hand, of_one_figure, rows_of, scored_by_hand

from icpcli.model.profile import Condition, FieldReport, FieldSource, LevelCount, Scorecard, ScoreItem
from icpcli.pipeline.score import score_frame

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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
