"""``icp review``: whether a saved profile still holds in these exports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.rules import membership
from icpcli.load.exports import load_exports
from icpcli.model.claim import EARLIER, LEAVING
from icpcli.model.common import (
    FIELDS_CHANGED,
    NUMBERS,
    Finding,
    Interval,
    Verdict,
    silent,
)
from icpcli.model.review import (
    Arrivals,
    Decision,
    Drift,
    FieldShift,
    PartShown,
    PersonaShift,
    Review,
    SecondProfile,
)
from icpcli.model.units import Z95
from icpcli.people.personas import find_personas
from icpcli.pipeline.among import profile_among
from icpcli.pipeline.derive import customers_among, derived_from
from icpcli.pipeline.threads import on_one_thread
from icpcli.pipeline.wishes import in_the_books_words
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear, in_other_units
from icpcli.review.asked import in_saved_words, require_conditions
from icpcli.review.basis import basis_findings, figures_missing, money_by_then, money_findings, then_of
from icpcli.review.coverage import coverage_of, good_customers
from icpcli.review.decision import Calendar, Facts, calendar_of, decide, months_after
from icpcli.review.difference import condition_differences, differences, expected_overlap, overlap_of
from icpcli.review.drift import stopped_parts, watch
from icpcli.review.notices import mix_moved, nothing_newer, old_export, other_scale
from icpcli.review.personas import persona_shifts
from icpcli.review.signals import decided_after, earlier_customers, newcomers_of, signals_of
from icpcli.review.stability import levels_of, moved_most, shifts
from icpcli.rollup import roll_up_accounts, roll_up_people

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from icpcli.model.claim import Claim
    from icpcli.model.common import Progress
    from icpcli.model.profile import Derivation, Profile
    from icpcli.model.review import Reviewed
    from icpcli.model.tables import Book, Exports, Ranking
    from icpcli.review.basis import Then
    from icpcli.review.drift import Watch
    from icpcli.review.likelihoods import Newcomers
    from icpcli.settings import Settings

NO_CLAIM = "ICP505"

HALF = 0.5
SURENESS = {Verdict.UNSUPPORTED: 0, Verdict.TENTATIVE: 1, Verdict.SUPPORTED: 2}


@dataclass(frozen=True, slots=True, eq=False)
class _Now:
    """The exports of today, and who is inside the saved profile; ``is_told``: of whom every field that it asks is known.

    ``then``: those who were there when it was derived.
    """

    saved: Derivation
    exports: Exports
    book: Book
    ranking: Ranking
    inside: np.ndarray
    is_told: np.ndarray
    then: Then
    settings: Settings
    base: Path
    on_progress: Progress

    @property
    def is_customer(self) -> np.ndarray:
        """Which accounts are customers."""
        customers: np.ndarray = self.book.accounts["is_customer"].to_numpy(dtype=bool)
        return customers


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What was decided, from what, and when; ``another`` and ``replacement`` only where they are to be told."""

    dates: Calendar
    drift: Drift | None
    decision: Decision
    reasons: tuple[str, ...]
    another: Derivation | None
    replacement: Profile | None
    is_rederived: bool
    noticed: tuple[Finding, ...]


@on_one_thread
def review(  # noqa: PLR0913  what is reviewed, with what, and when
    saved: Derivation,
    paths: Sequence[str],
    settings: Settings,
    *,
    base: Path,
    today: date,
    history: Sequence[Reviewed] = (),
    on_progress: Progress = silent,
) -> Review:
    """What these exports say of a saved profile, on ``today``; nothing is written.

    Raises IcpError where the exports cannot be read or hold no figure to rank by.
    """
    now = _read(saved, paths, settings, base, on_progress)
    dates = calendar_of(saved.as_of, today, settings.review_months, settings.review_latest_months, history)
    on_progress("Comparing newcomers")
    claim = saved.review.claim if saved.review and saved.profile.conditions else None
    drift, noticed = _drift(now, claim)
    is_rederived = drift is None or (dates.is_due and not drift.alarm)
    another = (
        derived_from(now.exports, now.book, settings, base=base, on_progress=on_progress)
        if is_rederived
        else None
    )
    replacement = _replacement(now, drift) if drift is not None and drift.alarm else None
    decision, reasons = decide(
        Facts(
            drift,
            replacement.statement if replacement else None,
            gain=_gain(now, another) if another and drift else None,
            now_supported=bool(another and another.profile.verdict is not Verdict.UNSUPPORTED),
            was_supported=bool(saved.profile.conditions) and saved.profile.verdict is not Verdict.UNSUPPORTED,
        )
    )
    told = another if decision is Decision.REFRESH else None
    return _told(now, _Outcome(dates, drift, decision, reasons, told, replacement, is_rederived, noticed))


def _read(
    saved: Derivation, paths: Sequence[str], settings: Settings, base: Path, on_progress: Progress
) -> _Now:
    exports = load_exports(paths, settings, on_progress)
    on_progress("Rolling up to accounts")
    book = roll_up_accounts(exports, settings)
    on_progress("Ranking customers")
    ranking = rank_customers(book, settings)
    require_conditions(saved, book.attributes)
    told = in_saved_words(saved, book.attributes)
    inside = membership(saved.profile.conditions, told)
    asked = in_the_books_words(settings, exports, tuple(map(str, book.attributes)))
    is_told = told[[c.field for c in saved.profile.conditions]].notna().all(axis=1).to_numpy(dtype=bool)
    then = then_of(saved, book, told, inside)
    return _Now(saved, exports, book, ranking, inside, is_told, then, asked, base, on_progress)


def _drift(now: _Now, claim: Claim | None) -> tuple[Drift | None, tuple[Finding, ...]]:
    """What customers acquired since the profile's data end say of its claim."""
    if claim is None:
        if not now.saved.profile.conditions or now.saved.profile.verdict is Verdict.UNSUPPORTED:
            return None, ()
        message = "The saved profile holds no claim to hold newcomers against (it was written by an earlier version): run icp derive."
        return None, (Finding(NO_CLAIM, message),)
    signals = signals_of(now.book, hear(now.book, now.settings, claim.scale))
    otherwise = money_by_then(claim.scale, now.then)
    newcomers = newcomers_of(now.book, signals.without(otherwise), now.inside, now.saved.as_of)
    watched = watch(newcomers, claim.parts, claim.dependence)
    since = months_after(now.saved.as_of, watched.start) + timedelta(days=1) if watched.alarms else None
    drift = Drift(
        arrivals=_arrivals(now),
        statistic=watched.statistic,
        alarm=watched.alarms,
        can_tell=watched.can_tell,
        since=since,
        share=watched.share,
        parts=_parts_shown(now, claim, newcomers, watched),
    )
    told = {*signals.figures, *(part.criterion for part in in_other_units(claim.scale, now.book))}
    missing = figures_missing(now.saved, claim, told)
    return drift, (
        *nothing_newer(now.saved.as_of, now.book.as_of),
        *other_scale(now.book, claim.scale),
        *money_findings(otherwise),
        *missing,
    )


def _parts_shown(now: _Now, claim: Claim, newcomers: Newcomers, watched: Watch) -> tuple[PartShown, ...]:
    """Each part of the claim beside what newcomers show, and of leaving what the customers of then do."""
    leaving = [replace(part, part=EARLIER) for part in claim.parts if part.part == LEAVING]
    earlier = earlier_customers(now.book, claim.scale, now.inside, now.saved.as_of)
    looks = len(claim.parts) + len(leaving)
    stopped = stopped_parts(newcomers, claim.parts, looks) | stopped_parts(earlier, leaving, looks)
    shown = {**watched.shown, **watch(earlier, leaving).shown}
    return tuple(
        PartShown(
            part.part,
            Interval(part.lift, part.lift - Z95 * part.sd, part.lift + Z95 * part.sd),
            shown.get(part.part),
            months_after(now.saved.as_of, stopped[part.part]) + timedelta(days=1)
            if part.part in stopped
            else None,
        )
        for part in (*claim.parts, *leaving)
        if part.part != EARLIER or EARLIER in shown
    )


def _arrivals(now: _Now) -> Arrivals:
    since = decided_after(now.book, now.saved.as_of)
    new = since & now.is_customer
    return Arrivals(
        customers=int(new.sum()),
        inside=int((now.inside[new] == 1).sum()),
        outside=int((now.inside[new] == 0).sum()),
        unknown=int(np.isnan(now.inside[new]).sum()),
        lost=int((since & ~now.is_customer).sum()),
    )


def _replacement(now: _Now, drift: Drift) -> Profile | None:
    """What customers since the change support, where it is another kind of company than the saved profile."""
    start = drift.since or now.saved.as_of
    found = profile_among(
        now.book,
        now.ranking,
        decided_after(now.book, start - timedelta(days=1)),
        now.settings,
        now.on_progress,
    )
    if found is None or found.profile.verdict is not Verdict.SUPPORTED:
        return None
    theirs = membership(found.profile.conditions, now.book.attributes)
    return found.profile if overlap_of(theirs, now.inside) < HALF else None


def _gain(now: _Now, another: Derivation) -> float:
    """By how much the expected F1 of the profile derived again exceeds that of the saved one; 0 where it is less sure."""
    if SURENESS[another.profile.verdict] < SURENESS[now.saved.profile.verdict] or not another.posterior:
        return 0.0
    rules = [membership(rule.conditions, now.book.attributes) for rule in another.posterior]
    weights = [rule.weight for rule in another.posterior]
    theirs = membership(another.profile.conditions, now.book.attributes)
    return expected_overlap(theirs, rules, weights) - expected_overlap(now.inside, rules, weights)


def _second(now: _Now, good: np.ndarray) -> SecondProfile | None:
    """A profile with evidence of its own among those outside, where the saved one holds less than half of the good."""
    coverage = coverage_of(now.inside, good & now.is_told)
    if coverage.share is None or coverage.share.high >= HALF:
        return None
    outside = now.inside == 0
    found = profile_among(now.book, now.ranking, outside, now.settings, now.on_progress)
    if found is None or found.profile.verdict is not Verdict.SUPPORTED or found.profile.evidence is None:
        return None
    held = int((good[outside] & (found.membership == 1)).sum())
    return SecondProfile(
        found.profile.statement, found.profile.customers, held, found.profile.evidence.p_value
    )


def _shifts(now: _Now) -> tuple[FieldShift, ...]:
    """The fields that were searched whose mix moved among customers."""
    customers = now.is_customer
    attributes, kinds = now.book.attributes.loc[customers], now.book.attribute_kinds
    codes = {
        report.field: levels_of(
            attributes[report.field].tolist(), is_number=kinds.get(report.field) in NUMBERS
        )
        for report in now.saved.fields
        if report.field in attributes
    }
    rng = np.random.default_rng([now.settings.seed, 20])
    is_new = decided_after(now.book, now.saved.as_of)[customers]
    return tuple(
        replace(
            shift,
            moved=moved_most(
                attributes[shift.field].tolist(), is_new, is_number=kinds.get(shift.field) in NUMBERS
            ),
        )
        for shift in shifts(codes, is_new, rng)
    )


def _personas(now: _Now) -> tuple[PersonaShift, ...]:
    if not now.saved.personas.items:
        return ()
    found = find_personas(
        roll_up_people(now.exports),
        inside=customers_among(now.book, now.inside == 1),
        customers=customers_among(now.book, np.ones(len(now.inside), dtype=bool)),
        profile_supported=now.saved.profile.verdict is not Verdict.UNSUPPORTED,
        settings=now.settings,
        on_progress=now.on_progress,
    )
    return persona_shifts(now.saved.personas, found.personas)


def _told(now: _Now, out: _Outcome) -> Review:
    """The review, with what is told beside the decision: coverage, a second profile, mix, personas."""
    has_profile = out.drift is not None
    good = good_customers(now.book, now.ranking)
    moved = _shifts(now) if has_profile else ()
    basis = basis_findings(now.then) if has_profile else ()
    is_same = not any(finding.code == FIELDS_CHANGED for finding in basis)
    return Review(
        decision=out.decision,
        reasons=out.reasons,
        statement=now.saved.profile.statement,
        today=out.dates.today,
        profile_as_of=now.saved.as_of,
        as_of=now.book.as_of,
        due=out.dates.due,
        latest=out.dates.latest,
        is_due=out.dates.is_due,
        is_overdue=out.dates.is_overdue,
        rederived=out.is_rederived,
        customers=int(now.is_customer.sum()),
        size=int((now.is_customer & (now.inside == 1)).sum()),
        drift=out.drift,
        coverage=coverage_of(now.inside, good & now.is_told),
        second=_second(now, good) if has_profile and is_same else None,
        shifts=moved,
        personas=_personas(now),
        another=_another(out),
        differences=_differences(now, out),
        findings=(
            *old_export(now.book.as_of, out.dates.today, now.settings.review_months),
            *basis,
            *_findings(now, out, moved),
        ),
    )


def _findings(now: _Now, out: _Outcome, moved: tuple[FieldShift, ...]) -> tuple[Finding, ...]:
    """What was noticed: of the review itself, then of the exports."""
    return (
        *out.noticed,
        *mix_moved(moved),
        *now.exports.findings,
        *now.book.findings,
        *now.ranking.findings,
    )


def _another(out: _Outcome) -> str | None:
    """The statement of the profile to be had instead."""
    other = out.another.profile if out.another else out.replacement
    return other.statement if other else None


def _differences(now: _Now, out: _Outcome) -> tuple[str, ...]:
    """What would change with the profile to be had instead, a line each."""
    if out.another is not None:
        return differences(now.saved, out.another)
    if out.replacement is not None:
        return condition_differences(now.saved.profile, out.replacement)
    return ()
