"""A review told: what to do, why, what newcomers show, and how it went so far."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from icpcli.model.common import NO_DATE
from icpcli.model.review import Decision
from icpcli.report.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Statement,
    Table,
    Title,
    Tone,
)
from icpcli.review.decision import coverage_words
from icpcli.wording import RATE_NAMES, count, part_name, percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from icpcli.model.common import Interval
    from icpcli.model.review import Checked, Drift, PersonaShift, Review, Reviewed

TONES = {
    Decision.KEEP: Tone.GOOD,
    Decision.TOO_FEW: Tone.PLAIN,
    Decision.REFRESH: Tone.CAUTION,
    Decision.REVISE: Tone.BAD,
    Decision.REPLACE: Tone.BAD,
    Decision.NO_PROFILE: Tone.PLAIN,
}
BARS = "▁▂▃▄▅▆▇█"
GAP = "·"
MOST_BARS = 36


def of_review(review: Review) -> Document:
    """The whole report of a review."""
    return Document(
        (
            *_opening(review),
            *(_newcomers(review.drift) if review.drift else ()),
            *_good_customers(review),
            *_personas(review.personas),
            *_another(review),
            *_trend(review.trend),
            *_noticed(review),
        )
    )


def of_check(checked: Checked) -> Document:
    """What ``--check`` found: whether a saved profile is what its exports give."""
    newer = (
        "These exports are not those behind the profile. On newer ones the printed rule moves in most months without "
        "meaning anything: whether it still holds is for icp review to say."
    )
    notes = (Paragraph(newer),) if checked.exports_changed else ()
    if not checked.differences:
        same = Statement(f"{checked.profile} is what these exports give.", "", Tone.GOOD)
        return Document((Title("Check", "the same", Tone.GOOD), same, *notes))
    differs = Statement(f"{checked.profile} is not what these exports give.", "", Tone.BAD)
    why = (Heading("Settings that differ"), Bullets(checked.choices)) if checked.choices else ()
    lines = Bullets(checked.differences)
    return Document((Title("Check", "it differs", Tone.BAD), differs, *notes, lines, *why))


def sparkline(values: Sequence[float | None]) -> str:
    """One bar per value from the lowest to the highest of them; a dot where there is none."""
    shown = list(values)[-MOST_BARS:]
    known = [value for value in shown if value is not None]
    if not known:
        return GAP * len(shown)
    low, span = min(known), max(known) - min(known)
    top = len(BARS) - 1
    return "".join(
        GAP if value is None else BARS[round(top * (value - low) / span) if span > 0 else top // 2]
        for value in shown
    )


def _opening(review: Review) -> list[Block]:
    badge = review.decision.value + (", overdue" if review.is_overdue else "")
    tone = Tone.BAD if review.is_overdue else TONES[review.decision]
    if tone in {Tone.GOOD, Tone.PLAIN} and review.has_stopped_parts:
        tone = Tone.CAUTION
    under = f"derived from {_data_until(review.profile_as_of)}; reviewed with {_data_until(review.as_of)}"
    return [
        Title("Review of the profile", badge, tone),
        Statement(_statement(review), under, tone),
        *(Paragraph(reason) for reason in review.reasons),
        Paragraph(_calendar(review)),
    ]


def _data_until(day: date) -> str:
    return "data without a date" if day == NO_DATE else f"data up to {day}"


def _statement(review: Review) -> str:
    if review.decision is Decision.NO_PROFILE:
        return "Your data support no profile."
    return review.statement


def _good_customers(review: Review) -> list[Block]:
    if review.decision is Decision.NO_PROFILE:
        return []
    return [Heading("Good customers"), Paragraph(coverage_words(review.coverage, review.second))]


def _calendar(review: Review) -> str:
    if review.is_overdue:
        return (
            f"Overdue since {review.latest}: run icp derive, or record this review with --history."
            if review.rederived
            else f"Overdue since {review.latest}: run icp derive."
        )
    if review.is_due:
        return f"A full review was due on {review.due}" + (": this is it." if review.rederived else ".")
    return f"Due for a full review on {review.due}."


def _newcomers(drift: Drift) -> list[Block]:
    a = drift.arrivals
    lost = f"; {a.lost:,} lost" if a.lost else ""
    told = (
        f"{count(a.customers, 'customer')} since: {a.inside:,} inside the profile, {a.outside:,} outside, "
        f"{a.unknown:,} not known{lost}."
    )
    rows = tuple(
        (
            part_name(p.part),
            _lift(p.part, p.claimed),
            "nothing yet" if p.shown is None else _lift(p.part, p.shown),
        )
        for p in drift.parts
    )
    table = Table(("Inside against outside", "Claimed (95 %)", "Newcomers (95 %)"), rows, numeric=(1, 2))
    since = f" since {drift.since:%B %Y}" if drift.since else ""
    note = (
        f"Newcomers{since} by themselves, an interval each; the decision weighs all parts, month by month, and is safe to "
        "look at as often as you like. A change in retention alone takes a year to show among newcomers."
    )
    return [Heading("Customers since"), Paragraph(told), table, Paragraph(note)]


def _lift(part: str, held: Interval) -> str:
    if part in RATE_NAMES:
        value, low, high = (math.exp(x) for x in (held.value, held.low, held.high))
        return f"x {value:.2f} ({low:.2f} to {high:.2f})"
    return f"{held.value:+.2f} sd ({held.low:+.2f} to {held.high:+.2f})"


def _personas(shifts: Sequence[PersonaShift]) -> list[Block]:
    if not shifts:
        return []
    rows = tuple(
        (
            f"{shift.name} (now {shift.renamed})" if shift.renamed else shift.name,
            "new" if shift.saved is None else percent(shift.saved),
            "gone" if shift.now is None else _share(shift.now),
        )
        for shift in shifts
    )
    return [Heading("Personas"), Table(("Persona", "Saved", "Now (95 %)"), rows, numeric=(1, 2))]


def _share(held: Interval) -> str:
    return f"{percent(held.value)} ({percent(held.low)} to {percent(held.high)})"


def _another(review: Review) -> list[Block]:
    if review.another is None:
        return []
    words = (
        "Derived again on all data" if review.decision is Decision.REFRESH else "What customers since support"
    )
    return [
        Heading("The other profile"),
        Paragraph(f"{words}: {review.another}"),
        Bullets(review.differences),
    ]


def _trend(trend: Sequence[Reviewed]) -> list[Block]:
    if len(trend) < 2:
        return []
    last = trend[-1]
    rows = (
        ("coverage of good customers", sparkline([r.coverage for r in trend]), _percent(last.coverage)),
        ("lift shown, of that claimed", sparkline([r.lift for r in trend]), _percent(last.lift)),
        ("customers in the profile", sparkline([float(r.size) for r in trend]), f"{last.size:,}"),
    )
    span = f"{count(len(trend), 'review')} since {trend[0].reviewed_on}: {', '.join(_runs(trend))}."
    return [Heading("So far"), Table(("Trend", "", "Now"), rows, numeric=(2,)), Paragraph(span)]


def _runs(trend: Sequence[Reviewed]) -> list[str]:
    """The decisions in order, those in a row counted: keep (3), revise."""
    runs: list[tuple[str, int]] = []
    for review in trend:
        word = review.decision.value
        if runs and runs[-1][0] == word:
            runs[-1] = (word, runs[-1][1] + 1)
        else:
            runs.append((word, 1))
    return [word if times == 1 else f"{word} ({times})" for word, times in runs]


def _percent(value: float | None) -> str:
    return "not known" if value is None else f"{100 * value:.0f} %"


def _noticed(review: Review) -> list[Block]:
    if not review.findings:
        return []
    return [Heading("What was noticed"), Bullets(tuple(f"{f.code}  {f.message}" for f in review.findings))]
