"""What differs between a saved profile and one derived again, beyond its own uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.wording import condition

if TYPE_CHECKING:
    from icpcli.model.profile import Condition, Derivation, Persona, Profile


def differences(saved: Derivation, derived: Derivation) -> tuple[str, ...]:
    """What would change in verdict, conditions, lift, personas and scorecard, a line each; empty if nothing.

    Figures count as equal within the saved 95 % interval; sources, as_of and version may differ.
    """
    return (
        *_verdict(saved.profile, derived.profile),
        *_conditions(saved.profile, derived.profile),
        *_lift(saved.profile, derived.profile),
        *_personas(saved.personas.items, derived.personas.items),
        *_scorecard(saved, derived),
    )


def exports_changed(saved: Derivation, derived: Derivation) -> bool:
    """Whether the two were derived from different bytes."""
    return sorted(s.sha256 for s in saved.sources) != sorted(s.sha256 for s in derived.sources)


def _verdict(saved: Profile, derived: Profile) -> list[str]:
    if saved.verdict == derived.verdict:
        return []
    return [f"verdict: {saved.verdict} -> {derived.verdict}"]


def _conditions(saved: Profile, derived: Profile) -> list[str]:
    before, after = _worded(saved.conditions), _worded(derived.conditions)
    gone = [f"condition gone: {words}" for words in before if words not in after]
    return gone + [f"condition new: {words}" for words in after if words not in before]


def _worded(conditions: tuple[Condition, ...]) -> list[str]:
    return [condition(c) for c in conditions]


def _lift(saved: Profile, derived: Profile) -> list[str]:
    lines = []
    for name in sorted(saved.lift.keys() | derived.lift.keys()):
        before, after = saved.lift.get(name), derived.lift.get(name)
        if before is None or after is None:
            lines.append(f"lift of {name}: {'gone' if after is None else 'new'}")
        elif not before.low <= after.value <= before.high:
            lines.append(f"lift of {name}: {before.value:.2f} -> {after.value:.2f}")
    return lines


def _personas(saved: tuple[Persona, ...], derived: tuple[Persona, ...]) -> list[str]:
    before, after = {p.name: p.contacts for p in saved}, {p.name: p.contacts for p in derived}
    gone = [f"persona gone: {name}" for name in before if name not in after]
    new = [f"persona new: {name}" for name in after if name not in before]
    moved = [
        f"persona {name}: {count} -> {after[name]} people"
        for name, count in before.items()
        if after.get(name, count) != count
    ]
    return gone + new + moved


def _scorecard(saved: Derivation, derived: Derivation) -> list[str]:
    if (saved.scorecard is None) != (derived.scorecard is None):
        return ["scorecard: " + ("gone" if derived.scorecard is None else "new")]
    if saved.scorecard is None or derived.scorecard is None:
        return []
    before = {(i.condition, i.missing): f"{i.points:.3g}" for i in saved.scorecard.items}
    after = {(i.condition, i.missing): f"{i.points:.3g}" for i in derived.scorecard.items}
    return [] if before == after else ["scorecard: its points differ"]
