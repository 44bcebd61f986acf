"""The history survives torn lines and refuses other people's files."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

import pytest

from icpcli.errors import ProfileFileError
from icpcli.model.review import Decision, Reviewed
from icpcli.review.history import appended, line_text, read_history, with_trend

if TYPE_CHECKING:
    from pathlib import Path

LINE = Reviewed(
    reviewed_on=date(2026, 3, 31),
    profile_as_of=date(2026, 1, 31),
    as_of=date(2026, 3, 30),
    decision=Decision.KEEP,
    overdue=False,
    rederived=False,
    customers=300,
    size=50,
    newcomers=40,
    newcomers_inside=9,
    coverage=1 / 3,
    lift=None,
    statistic=0.25,
)
LATER = dataclasses.replace(LINE, reviewed_on=date(2026, 4, 30), as_of=date(2026, 4, 29))


def test_a_line_is_small_sorted_and_read_back(tmp_path: Path):
    """One review is one short line with sorted keys; it is read back with figures to six digits."""
    (tmp_path / "reviews.jsonl").write_text(appended(tmp_path / "reviews.jsonl", LINE), encoding="utf-8")

    text = (tmp_path / "reviews.jsonl").read_text(encoding="utf-8")
    (read,), findings = read_history(tmp_path / "reviews.jsonl")

    assert len(text.splitlines()) == 1
    assert len(text) < 400
    assert text.index('"as_of"') < text.index('"coverage": 0.333333') < text.index('"statistic"')
    assert read == dataclasses.replace(LINE, coverage=0.333333)
    assert findings == ()


def test_a_torn_last_line_is_told_and_nothing_is_lost(tmp_path: Path):
    """A line half-written by a killed run is a finding; the next review goes on a line of its own."""
    file = tmp_path / "reviews.jsonl"
    file.write_text(line_text(LINE) + "\n" + line_text(LATER)[:60], encoding="utf-8")

    read, findings = read_history(file)
    file.write_text(appended(file, LATER), encoding="utf-8")

    assert read == (dataclasses.replace(LINE, coverage=0.333333),)
    assert [finding.code for finding in findings] == ["ICP504"]
    assert "line 2" in findings[0].message
    assert len(read_history(file)[0]) == 2
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3


def test_the_same_day_and_data_are_one_review(tmp_path: Path):
    """A job that is run again replaces its own line."""
    file = tmp_path / "reviews.jsonl"
    file.write_text(appended(file, LINE), encoding="utf-8")
    file.write_text(appended(file, dataclasses.replace(LINE, decision=Decision.REVISE)), encoding="utf-8")

    assert [line.decision for line in read_history(file)[0]] == [Decision.REVISE]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "[1, 2]\n", '{"date": "2026-01-01"}\n'])
def test_somebody_elses_file_is_refused(tmp_path: Path, text: str):
    """A file without a single review is not appended to: one clear error."""
    (tmp_path / "reviews.jsonl").write_text(text, encoding="utf-8")

    with pytest.raises(ProfileFileError, match="no history of reviews"):
        read_history(tmp_path / "reviews.jsonl")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path):
    """So is a binary file."""
    (tmp_path / "reviews.jsonl").write_bytes(b"\xff\xfe\x00\x80")

    with pytest.raises(ProfileFileError, match="cannot be read"):
        read_history(tmp_path / "reviews.jsonl")


def test_a_review_of_an_earlier_day_does_not_show_later_ones():
    """The trend ends with the review itself."""
    assert with_trend([LINE, LATER], LINE) == (LINE,)
    assert with_trend([LINE], LATER) == (LINE, LATER)
