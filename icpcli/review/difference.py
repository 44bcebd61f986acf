"""What differs between a saved profile and one derived again, beyond its own uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.selection import overlap
from icpcli.model.common import Criterion
from icpcli.model.profile import NET
from icpcli.model.spelling import same_word, same_words
from icpcli.review.coverage import share_of
from icpcli.review.personas import paired
from icpcli.wording import CRITERION_NAMES, HEARD_NAMES, condition, figure, percent, score_item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icpcli.model.personas import Personas
    from icpcli.model.profile import Condition, Derivation, Figure, Profile, Scorecard

POINTS_SHARE = 0.1  # of the range of attainable points; by less, points differ within what they can tell


def differences(saved: Derivation, derived: Derivation) -> tuple[str, ...]:
    """What would change in verdict, conditions, lift, figures, personas and scorecard, a line each; empty if nothing.

    Figures and lifts count as equal within the saved 95 % interval, a persona's share within that of its head count,
    points within a tenth of the range of attainable points; sources, as_of and version may differ.
    """
    return (
        *_verdict(saved.profile, derived.profile),
        *condition_differences(saved.profile, derived.profile),
        *_lift(saved.profile, derived.profile),
        *_figures(saved.profile.figures, derived.profile.figures),
        *_personas(saved.personas, derived.personas),
        *_scorecard(saved.scorecard, derived.scorecard),
    )


def choices_changed(saved: Derivation, derived: Derivation) -> tuple[str, ...]:
    """The settings that differ between two derivations, a line each: why a result may differ."""
    before, after = dict(saved.settings), dict(derived.settings)
    both = sorted(before.keys() & after.keys())
    return tuple(line for name in both for line in _changes(f"setting {name}", before[name], after[name]))


def exports_changed(saved: Derivation, derived: Derivation) -> bool:
    """Whether the two were derived from different bytes."""
    return sorted(s.sha256 for s in saved.sources) != sorted(s.sha256 for s in derived.sources)


def overlap_of(one: np.ndarray, other: np.ndarray) -> float:
    """The F1 of two memberships (1, 0, NaN = not known) over the accounts known to both; see ``overlap``."""
    known = np.isfinite(one) & np.isfinite(other)
    return float(overlap(one[None, known], other[None, known])[0, 0])


def expected_overlap(inside: np.ndarray, rules: Sequence[np.ndarray], weights: Sequence[float]) -> float:
    """The expected F1 of a profile with the true one: its mean overlap with the rules of a posterior."""
    share = np.asarray(weights, dtype=float)
    return float(share @ [overlap_of(inside, rule) for rule in rules] / share.sum())


def _verdict(saved: Profile, derived: Profile) -> list[str]:
    if saved.verdict == derived.verdict:
        return []
    return [f"verdict: {saved.verdict} -> {derived.verdict}"]


def condition_differences(saved: Profile, derived: Profile) -> tuple[str, ...]:
    """The conditions that are gone and those that are new, a line each."""
    before, after = _worded(saved.conditions), _worded(derived.conditions)
    gone = [f"condition gone: {words}" for words in before if same_word(words) not in same_words(after)]
    new = [f"condition new: {words}" for words in after if same_word(words) not in same_words(before)]
    return (*gone, *new)


def _worded(conditions: tuple[Condition, ...]) -> list[str]:
    return [condition(c) for c in conditions]


def _lift(saved: Profile, derived: Profile) -> list[str]:
    lines = []
    for name in sorted(saved.lift.keys() | derived.lift.keys()):
        before, after = saved.lift.get(name), derived.lift.get(name)
        if before is None or after is None:
            lines.append(f"{_lifted(name)}: {'gone' if after is None else 'new'}")
        elif not before.low <= after.value <= before.high:
            lines.append(f"{_lifted(name)}: {before.value:.2f} -> {after.value:.2f} sd")
    return lines


def _lifted(name: str) -> str:
    """A lift by what the report calls it; ``net`` is the one over all criteria."""
    return "lift to expect" if name == NET else f"lift in {(CRITERION_NAMES | HEARD_NAMES)[Criterion(name)]}"


def _figures(saved: tuple[Figure, ...], derived: tuple[Figure, ...]) -> list[str]:
    after = {(held.criterion, held.of): held for held in derived}
    return [
        f"{held.of or CRITERION_NAMES[held.criterion]} inside: {figure(held.inside, held.unit)} -> {figure(now.inside, now.unit)}"
        for held in saved
        if (now := after.get((held.criterion, held.of))) is not None and not _same_figure(held, now)
    ]


def _same_figure(held: Figure, now: Figure) -> bool:
    if held.unit != now.unit or (held.inside is None) != (now.inside is None):
        return False
    if held.inside is None or now.inside is None:
        return True
    low = held.inside if held.low is None else held.low
    high = held.inside if held.high is None else held.high
    reach = 1e-5 * abs(held.inside)  # icp.json rounds to six digits
    return low - reach <= now.inside <= high + reach


def _personas(saved: Personas, derived: Personas) -> list[str]:
    pairs = paired(saved.items, derived.items)
    gone = [f"persona gone: {before.name}" for before, now in pairs if before and not now]
    new = [f"persona new: {now.name}" for before, now in pairs if now and not before]
    moved = []
    for before, now in pairs:
        if before is None or now is None or not saved.people:
            continue
        likely = share_of(min(before.contacts, saved.people), saved.people)
        if not likely.low <= now.share <= likely.high and now.contacts != before.contacts:
            moved.append(f"persona {before.name}: {percent(before.share)} -> {percent(now.share)} of people")
    return gone + new + moved


def _scorecard(saved: Scorecard | None, derived: Scorecard | None) -> list[str]:
    if saved is None or derived is None:
        return [] if saved is derived else [f"scorecard: {'gone' if derived is None else 'new'}"]
    words_of = {same_word(score_item(item)): score_item(item) for item in (*saved.items, *derived.items)}
    before, after = _points(saved), _points(derived)
    reach = POINTS_SHARE * max(sum(abs(points) for points in before.values()), 1e-9)
    return [
        f"points for {words}: {before.get(key, 0.0):+.0f} -> {after.get(key, 0.0):+.0f}"
        for key, words in sorted(words_of.items(), key=lambda found: found[1])
        if abs(before.get(key, 0.0) - after.get(key, 0.0)) > reach
    ]


def _points(card: Scorecard) -> Mapping[str, float]:
    return {same_word(score_item(item)): item.points for item in card.items}


def _changes(name: str, before: object, after: object) -> Iterator[str]:
    """What differs between two values of a setting, of tables entry by entry."""
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        held = before if isinstance(before, Mapping) else {}
        now = after if isinstance(after, Mapping) else {}
        for key in sorted(held.keys() | now.keys()):
            yield from _changes(f"{name}, {key}", held.get(key), now.get(key))
    elif _plain(before) != _plain(after):
        yield f"{name}: {_plain(before)} -> {_plain(after)}"


def _plain(value: object) -> str:
    if value in (None, [], (), {}):
        return "none"
    if value == "":
        return "a blank"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
