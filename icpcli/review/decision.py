"""Keep, too few to tell, refresh, revise or replace: what a review comes to, and why."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from icpcli.model.common import NO_DATE
from icpcli.model.review import Coverage, Decision, Drift, SecondProfile
from icpcli.model.units import MONTHS_PER_YEAR
from icpcli.review.drift import ALARM
from icpcli.wording import count, listed, part_name, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.review import Reviewed

REFRESH_GAIN = 0.1  # of expected F1; less is not worth restarting the watch for
OUTWEIGHED = (
    "Do not count on this one meanwhile. icp derive on all data would mostly print it again, for earlier customers outweigh those "
    "since, and the watch would begin anew: find out what changed, and review again next month."
)
HALF = 0.5
LEAST_SHOWN = 0.01
MOST_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a review is due (the profile is derived again and compared), and when it is overdue at the latest."""

    due: date
    latest: date
    today: date

    @property
    def is_due(self) -> bool:
        """Whether the date has come."""
        return self.today >= self.due

    @property
    def is_overdue(self) -> bool:
        """Whether it has been missed."""
        return self.today > self.latest


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision rests on. ``drift``: None where the saved profile claims nothing.

    ``replacement``: the profile that customers since the change support, where it is another kind of company; ``gain``:
    by how much the expected F1 of a profile derived on all data exceeds the saved one's, None where none was derived;
    ``was_supported``, ``now_supported``: whether the data behind the saved profile supported it, and whether those of today do.
    """

    drift: Drift | None
    replacement: str | None = None
    gain: float | None = None
    now_supported: bool = False
    was_supported: bool = True


def calendar_of(
    profile_as_of: date, today: date, months: int, latest_months: int, history: Sequence[Reviewed] = ()
) -> Calendar:
    """Due ``months`` after the profile's data end, or after the last review at which it was derived again and kept.

    Where the data hold no date, the first review recorded stands for their end, or else today.
    """
    past = [line for line in history if line.profile_as_of == profile_as_of and line.reviewed_on <= today]
    if profile_as_of == NO_DATE:
        profile_as_of = min((line.reviewed_on for line in past), default=today)
    start = max([profile_as_of, *(line.reviewed_on for line in past if line.rederived)])
    return Calendar(months_after(start, months), months_after(start, latest_months), today)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def decide(facts: Facts) -> tuple[Decision, tuple[str, ...]]:
    """The decision and its reasons, the weightiest first. Calendar and coverage speak for themselves."""
    drift = facts.drift
    if drift is None:
        return _without_claim(facts)
    if drift.alarm:
        return _alarmed(drift, facts.replacement)
    if facts.gain is not None and facts.gain >= REFRESH_GAIN:
        return Decision.REFRESH, (
            f"Derived again on all data, the profile is expected to overlap the true one by {facts.gain:.2f} more (F1).",
            "Adopting it (icp derive) restarts the watch: for some months a change is then harder to see.",
            *_stopped(drift),
        )
    again = (*_stopped(drift), *(() if facts.gain is None else (_no_better(facts.gain),)))
    if not drift.can_tell:
        return Decision.TOO_FEW, (_too_few(drift), *again)
    return Decision.KEEP, (_holds(drift), *again)


def coverage_words(coverage: Coverage, second: SecondProfile | None) -> str:
    """What the coverage of good customers asks for."""
    if coverage.share is None:
        return "No active customer is ranked, so whom the profile covers cannot be said."
    told = (
        f"The profile holds {coverage.covered} of {count(coverage.good, 'good customer')} (active, top third): "
        f"{percent(coverage.share.value)}, between {percent(coverage.share.low)} and {percent(coverage.share.high)}."
    )
    if second is not None:
        return f"{told} Those outside support a profile of their own: a second ICP is justified. {second.statement}"
    if coverage.share.high < HALF:
        return f"{told} Those outside are no type of their own, so there is nothing to make a second ICP of."
    return f"{told} No second ICP is called for."


def _without_claim(facts: Facts) -> tuple[Decision, tuple[str, ...]]:
    if facts.now_supported:
        told = "These data support a profile" if facts.was_supported else "These data now support a profile"
        why = ", and the saved one holds no claim to hold newcomers against" if facts.was_supported else ""
        return Decision.REFRESH, (f"{told}{why}: run icp derive.",)
    if facts.was_supported:
        return Decision.TOO_FEW, (
            "The saved profile holds no claim, so newcomers cannot tell whether it holds: run icp derive.",
        )
    return Decision.NO_PROFILE, (
        "The data behind icp.json supported no profile, and these support none either.",
    )


def _alarmed(drift: Drift, replacement: str | None) -> tuple[Decision, tuple[str, ...]]:
    if replacement is None:
        return Decision.REVISE, (
            _alarm(drift),
            f"Customers since then support no other profile yet. {OUTWEIGHED}",
        )
    told = f"Customers since then support another profile: {replacement} To adopt it, run icp derive on an export of these customers and deals."
    return Decision.REPLACE, (_alarm(drift), told)


def _alarm(drift: Drift) -> str:
    since = f" since about {drift.since:%B %Y}" if drift.since else ""
    return (
        f"The lift has stopped{since}: customers inside the profile are no better than those outside "
        f"(evidence {_evidence(drift.statistic)}; an alarm from {ALARM:.0f})."
    )


def _stopped(drift: Drift) -> tuple[str, ...]:
    """What no longer sets those inside apart, though the claim as a whole is not gone."""
    parts = [(part_name(p.part), p.stopped) for p in drift.parts if p.stopped]
    if not parts:
        return ()
    told = listed([f"{name} (since about {since:%B %Y})" for name, since in parts], "and")
    return (
        f"But those inside are no better any more by {told}: do not count on that part of the claim, and find out why.",
    )


def _no_better(gain: float) -> str:
    return (
        f"Derived again on all data, the profile is expected to overlap the true one by {max(gain, 0.0):.2f} more (F1): "
        f"less than {REFRESH_GAIN:g}, so that changing it is not worth it."
    )


def _evidence(statistic: float) -> str:
    """The statistic as people read it: no powers of ten."""
    if statistic < LEAST_SHOWN:
        return f"below {LEAST_SHOWN:g}"
    if statistic > MOST_SHOWN:
        return f"above {MOST_SHOWN:,}"
    return f"{statistic:.0f}" if statistic >= ALARM / 2 else f"{statistic:.2g}"


def _too_few(drift: Drift) -> str:
    arrivals = drift.arrivals
    if not arrivals.customers:
        return "No customer is known to have come since the profile was derived, so nothing can be told of a change yet."
    return (
        f"{count(arrivals.customers, 'customer')} since the profile was derived, {arrivals.inside} of them inside it: "
        f"too few to tell a lift that is gone from one that holds. {_so_far(drift)}"
    )


def _so_far(drift: Drift) -> str:
    share = drift.share
    if share is None:
        return "Nothing speaks against the profile."
    return (
        f"So far they show {percent(share.value)} of what was claimed ({percent(share.low)} to {percent(share.high)}; evidence of a change "
        f"{_evidence(drift.statistic)}, an alarm from {ALARM:.0f})."
    )


def _holds(drift: Drift) -> str:
    shown = f": newcomers show {percent(drift.share.value)} of what was claimed" if drift.share else ""
    return f"The profile still lifts value{shown} (evidence of a change {_evidence(drift.statistic)}; an alarm from {ALARM:.0f})."
