"""What a review comes to, from what it found."""

from __future__ import annotations

from datetime import date

import pytest

from icpcli.model.common import Interval
from icpcli.model.review import Arrivals, Decision, Drift, Reviewed
from icpcli.review.decision import Facts, calendar_of, decide, months_after


def drift(*, alarm: bool = False, can_tell: bool = True) -> Drift:
    """What newcomers showed."""
    since = date(2026, 6, 1) if alarm else None
    return Drift(
        Arrivals(120, 20, 95, 5, 0),
        12.5 if alarm else 0.1,
        alarm,
        can_tell,
        since,
        Interval(0.9, 0.5, 1.3),
        (),
    )


@pytest.mark.parametrize(
    ("facts", "decision", "words"),
    [
        (Facts(drift()), Decision.KEEP, "still lifts value"),
        (Facts(drift(), gain=0.04), Decision.KEEP, "not worth it"),
        (Facts(drift(can_tell=False)), Decision.TOO_FEW, "20 of them inside"),
        (
            Facts(drift(can_tell=False)),
            Decision.TOO_FEW,
            "90 % of what was claimed (50 % to 130 %; evidence of a change 0.1",
        ),
        (Facts(drift(), gain=0.12), Decision.REFRESH, "0.12 more"),
        (Facts(drift(can_tell=False), gain=0.12), Decision.REFRESH, "0.12 more"),
        (Facts(drift(alarm=True)), Decision.REVISE, "since about June 2026"),
        (Facts(drift(alarm=True), replacement="Media companies."), Decision.REPLACE, "Media companies."),
        (Facts(None), Decision.TOO_FEW, "holds no claim"),
        (Facts(None, was_supported=False), Decision.NO_PROFILE, "support none"),
        (Facts(None, now_supported=True), Decision.REFRESH, "run icp derive"),
    ],
)
def test_the_decision_and_its_reason(facts: Facts, decision: Decision, words: str):
    """Each finding leads to one decision, and the reason is said."""
    found, reasons = decide(facts)

    assert found is decision
    assert words in " ".join(reasons)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 6, date(2026, 7, 31)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int, later: date):
    """The end of a shorter month stands for a day it lacks."""
    assert months_after(day, months) == later


def test_a_recorded_full_review_starts_the_clock_again():
    """Six months after the data end a review is due; one that derived again counts, one that did not does not."""
    as_of = date(2026, 1, 31)

    def line(day: date, *, rederived: bool) -> Reviewed:
        return Reviewed(day, as_of, as_of, Decision.KEEP, False, rederived, 300, 50, 40, 9, 0.5, 0.9, 0.2)

    def dates(today: date, *lines: Reviewed):
        return calendar_of(as_of, today, 6, 9, lines)

    assert not dates(date(2026, 7, 30)).is_due
    assert dates(date(2026, 7, 31)).is_due
    assert not dates(date(2026, 10, 31)).is_overdue
    assert dates(date(2026, 11, 1)).is_overdue
    assert dates(date(2026, 11, 1), line(date(2026, 7, 1), rederived=False)).is_overdue
    assert not dates(date(2026, 11, 1), line(date(2026, 8, 1), rederived=True)).is_due
