"""What icp.json holds: plain values that need neither pandas nor numpy to be read, printed or compared."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  msgspec reads these annotations at run time
from dataclasses import dataclass, field
from datetime import date  # noqa: TC003  msgspec reads these annotations at run time
from typing import Any, Literal

from icpcli.model.claim import ReviewBasis  # noqa: TC001  msgspec reads these annotations at run time
from icpcli.model.common import (
    SCHEMA_VERSION,
    Criterion,
    CrmObject,
    Finding,
    Interval,
    SchemaVersion,
    Verdict,
)
from icpcli.model.personas import Personas  # noqa: TC001  msgspec reads these annotations at run time


@dataclass(frozen=True, slots=True)
class CriterionSource:
    """Where a criterion's figures come from. ``customers`` counts those who have one; weight 0 = absent."""

    criterion: Criterion
    source: str
    unit: str
    weight: float
    customers: int


NET = "net"  # the name of the lift over all criteria, beside theirs


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule: a field is one of some values, lies in [at_least, below), or has a value among others.

    ``has`` is for cells that are lists (technologies, tags): one of ``values`` is among the cell's items.
    ``probability`` (0-1) is the posterior's, None where it was not asked for. ``unit`` is % where the export writes the field
    in percent; the bounds are shares of one.
    """

    field: str
    kind: Literal["one_of", "between", "has"]
    values: tuple[str, ...] = ()
    at_least: float | None = None
    below: float | None = None
    probability: float | None = None
    unit: Literal["%"] | None = None


@dataclass(frozen=True, slots=True)
class Lift:
    """How much better customers inside are, in standard deviations, with its 95 % interval.

    ``improved`` is the posterior probability (0-1) that the criterion is better inside.
    """

    value: float
    low: float
    high: float
    improved: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A criterion in its own unit: inside and outside the profile, and the 95 % interval of the inside.

    None where nobody on that side has a figure. ``within_months``: the months from the first day that it counts, those for
    which both sides were followed; None where they are the horizon of the settings. ``of``: what the search hears of the
    criterion, told by itself; "" where the figure is the criterion's own.
    """

    criterion: Criterion
    unit: str
    inside: float | None
    outside: float | None
    low: float | None
    high: float | None
    customers_inside: int
    customers_outside: int
    within_months: float | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Is the pattern real? Apart from the model that found it.

    ``p_value`` is for the whole search, by permutation; ``unseen`` the lift on customers the rule had
    not seen (net, and per criterion), in standard deviations. ``later`` is the lift on the customers won
    since ``later_since`` of a rule drawn from the others; empty and None where dates do not allow it.
    """

    p_value: float
    permutations: int
    unseen: Mapping[str, Interval]
    power_note: str
    later: Mapping[str, Interval] = field(default_factory=dict)
    later_since: date | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """A rather different rule that could be the profile, how probable it is, and why it was not chosen."""

    conditions: tuple[Condition, ...]
    statement: str
    probability: float
    why_not: str


@dataclass(frozen=True, slots=True)
class AlsoTrue:
    """What is true of nearly the same companies as the profile's condition on the field ``beside``.

    ``inside`` and ``outside``: the share (0-1) of companies for which it holds, among those the profile's condition
    holds for and the others.
    """

    condition: Condition
    beside: str
    inside: float
    outside: float


@dataclass(frozen=True, slots=True)
class Confounding:
    """A field, or the profile's condition on it, that tells a criterion only because it goes with the field ``by``.

    ``alone`` and ``within``: the share (0-1) of the criterion's variance that it explains by itself and within the
    groups of ``by``, each with its p-value.
    """

    field: str
    by: str
    criterion: Criterion
    alone: float
    within: float
    p_alone: float
    p_within: float
    in_profile: bool


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What would be printed if something were otherwise; ``agreement`` (0-1) is that rule's F1 with the profile."""

    change: str
    statement: str
    agreement: float


@dataclass(frozen=True, slots=True)
class Avoid:
    """The type of company to stop selling to, found like the profile with every criterion turned, among companies outside it.

    ``lift`` and ``unseen`` are in standard deviations, negative where these companies are worse; ``agreement``
    and ``evidence`` mean what they mean for the profile.
    """

    conditions: tuple[Condition, ...]
    statement: str
    customers: int
    share_of_customers: float
    agreement: float
    lift: Mapping[str, Lift]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Profile:
    """The one Ideal Customer Profile: a rule about companies, and what is known of it.

    ``agreement`` (0-1): expected F1 with the true rule, 0 where there is none. ``lift`` has net and each criterion.
    ``conditions`` is empty where no rule could be searched for. ``avoid`` is None where no type is surely bad;
    ``sensitivity`` is empty where the profile is not supported.
    """

    verdict: Verdict
    statement: str
    conditions: tuple[Condition, ...]
    customers: int
    share_of_customers: float
    share_of_value: float | None
    figures: tuple[Figure, ...]
    agreement: float | None
    lift: Mapping[str, Lift]
    evidence: Evidence | None
    alternatives: tuple[Alternative, ...]
    also_true: tuple[AlsoTrue, ...] = ()
    confounded: tuple[Confounding, ...] = ()
    avoid: Avoid | None = None
    sensitivity: tuple[Sensitivity, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightedRule:
    """One rule of the posterior, its weight (0-1, all sum to at most 1) and the improvement it brings (sd)."""

    conditions: tuple[Condition, ...]
    weight: float
    improvement: float


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """Whole points, and the companies worked (won or lost) that earn them: ``customers`` counts those.

    They go to a company that meets ``condition``; or whose field ``missing`` is blank; or of which the whole rule of
    the profile holds (``match`` is yes), or may hold (unknown: nothing known speaks against it).
    """

    condition: Condition | None
    missing: str | None
    points: float
    customers: int
    match: Literal["yes", "unknown"] | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Additive points nearest to the posterior's expected improvement; R2 says how near (0-1).

    A company's points are ``base`` and those of every item it meets. ``fit_table`` holds (points, fit), both rising;
    between them fit (0-100) is linear, beyond them level.
    """

    base: float
    items: tuple[ScoreItem, ...]
    fit_table: tuple[tuple[float, float], ...]
    r_squared: float


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where a field came from: object, header, and the raw spellings behind each canonical value.

    ``unit`` is the currency of its money, where its cells or header told one. ``ends`` says where spellings end that are ranges (None:
    nowhere). ``is_unlisted``: its figures are no plain numbers, and written in too many ways to list.
    """

    object: CrmObject
    header: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unit: str | None = None
    ends: Mapping[str, float | None] = field(default_factory=dict)
    is_unlisted: bool = False


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many of the companies worked have a value, or lie in [at_least, below); neither is said of rare values."""

    companies: int
    value: str | None = None
    at_least: float | None = None
    below: float | None = None


@dataclass(frozen=True, slots=True)
class FieldReport:
    """A field that the search looked at: probability (0-1) that it belongs to the rule, share filled (0-1).

    ``tells``: the share (0-1) of the differences between companies that it explains, less what shuffled companies
    give; ``noise``: what chance alone stays below in 95 of 100 shuffles; both None where not measured. ``speaks_of``:
    customers, where it is filled in only once a deal is won.
    ``levels`` counts the companies worked by what they have in it: what a blank may be.
    """

    field: str
    information: float
    filled: float
    source: FieldSource | None
    tells: float | None = None
    noise: float | None = None
    advice: Literal["keep", "stop collecting", "collect"] | None = None
    speaks_of: Literal["all", "customers"] = "all"
    levels: tuple[LevelCount, ...] = ()


@dataclass(frozen=True, slots=True)
class ToCollect:
    """A field whose absence costs most. ``cost``: the share (0-1) of the differences that goes untold; None = not known."""

    field: str
    why: str
    cost: float | None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A file behind the profile; ``path`` is relative to icp.json, with ``/``."""

    path: str
    sha256: str
    object: CrmObject
    read: int
    kept: int
    merged: int
    dropped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """Companies: customers, lost (worked, never won), in the pipeline (a first deal is open), not worked, and those not worked that match."""

    customers: int
    lost: int
    not_worked: int
    matching_not_worked: int
    in_pipeline: int = 0


@dataclass(frozen=True, slots=True)
class Derivation:
    """A whole icp.json."""

    icpcli_version: str
    as_of: date
    settings: Mapping[str, Any]
    sources: tuple[SourceRecord, ...]
    accounts: AccountCounts
    findings: tuple[Finding, ...]
    criteria: tuple[CriterionSource, ...]
    profile: Profile
    posterior: tuple[WeightedRule, ...]
    scorecard: Scorecard | None
    personas: Personas
    fields: tuple[FieldReport, ...]
    to_collect: tuple[ToCollect, ...] = ()
    review: ReviewBasis | None = None
    schema_version: SchemaVersion = SCHEMA_VERSION
