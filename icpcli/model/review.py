"""What a review finds: plain values for the history and for reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003  msgspec reads these annotations at run time
from enum import StrEnum

from icpcli.model.common import Finding, Interval  # noqa: TC001  msgspec reads these annotations at run time


class Decision(StrEnum):
    """What to do with a saved profile."""

    KEEP = "keep"
    TOO_FEW = "too few newcomers to tell"
    REFRESH = "refresh"
    REVISE = "revise"
    REPLACE = "replace"
    NO_PROFILE = "no profile yet"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Companies decided since the profile was derived: customers by side (``unknown``: a blank leaves it open), and lost."""

    customers: int
    inside: int
    outside: int
    unknown: int
    lost: int


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part of the claim, and what newcomers show of it by themselves (None: nothing yet); in units of the claim.

    ``stopped``: the likeliest month since which this part by itself is gone, None where nothing says so.
    """

    part: str
    claimed: Interval
    shown: Interval | None
    stopped: date | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """Whether the lift stopped. Alarm at a ``statistic`` of 20; ``since``: the likeliest month, where there is an alarm.

    ``share``: of the claimed lift, what newcomers show (1 = all of it).
    """

    arrivals: Arrivals
    statistic: float
    alarm: bool
    can_tell: bool
    since: date | None
    share: Interval | None
    parts: tuple[PartShown, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the ``good`` customers (active, top third; those whose side is known) the profile holds."""

    good: int
    covered: int
    share: Interval | None


@dataclass(frozen=True, slots=True)
class SecondProfile:
    """A profile among those outside the first: what it says, how many customers and good customers it holds."""

    statement: str
    customers: int
    good: int
    p_value: float


@dataclass(frozen=True, slots=True)
class FieldShift:
    """How far a field's mix moved between earlier customers and newcomers: the population stability index, and its chance.

    ``moved``: what moved most, in words.
    """

    field: str
    index: float
    p_value: float
    moved: str = ""


@dataclass(frozen=True, slots=True)
class PersonaShift:
    """A persona's share of people when the profile was saved and now; None where it is gone, or is new.

    ``renamed``: what the same kind of people is called now, where that is another name.
    """

    name: str
    saved: float | None
    now: Interval | None
    renamed: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One line of the history. ``lift``: the share of the claimed lift that newcomers show. ``rederived``: at a due date."""

    reviewed_on: date
    profile_as_of: date
    as_of: date
    decision: Decision
    overdue: bool
    rederived: bool
    customers: int
    size: int
    newcomers: int
    newcomers_inside: int
    coverage: float | None
    lift: float | None
    statistic: float


@dataclass(frozen=True, slots=True)
class Review:
    """Everything a review says. ``another``: the profile that was derived to compare with, and how it differs."""

    decision: Decision
    reasons: tuple[str, ...]
    statement: str
    today: date
    profile_as_of: date
    as_of: date
    due: date
    latest: date
    is_due: bool
    is_overdue: bool
    rederived: bool
    customers: int
    size: int
    drift: Drift | None
    coverage: Coverage
    second: SecondProfile | None
    shifts: tuple[FieldShift, ...]
    personas: tuple[PersonaShift, ...]
    another: str | None
    differences: tuple[str, ...]
    findings: tuple[Finding, ...]
    trend: tuple[Reviewed, ...] = ()

    @property
    def has_stopped_parts(self) -> bool:
        """Whether a part of the claim is gone by itself."""
        return self.drift is not None and any(part.stopped for part in self.drift.parts)


@dataclass(frozen=True, slots=True)
class Checked:
    """What deriving again gave: lines that differ from the saved profile, and the settings that differ."""

    profile: str
    differences: tuple[str, ...]
    choices: tuple[str, ...]
    exports_changed: bool
