"""A scorecard field by field, in the columns and spellings of the export behind it: what every target writes down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icpcli.errors import DataError
from icpcli.model.lists import items_of
from icpcli.model.ranges import lies_across, points_of_range
from icpcli.model.spelling import same_word
from icpcli.wording import score_item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.model.common import Verdict
    from icpcli.model.profile import Condition, Derivation, FieldReport, FieldSource, LevelCount, ScoreItem


@dataclass(frozen=True, slots=True)
class Step:
    """Points for some spellings of a field (text), or for numbers in [at_least, below); what it is, in words."""

    points: int
    spellings: tuple[str, ...]
    at_least: float | None
    below: float | None
    words: str
    companies: int


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """What one field earns. ``column`` is the raw column that holds it.

    A list (``is_list``) holds several values in a cell, parted by ; | or line breaks, else by commas: of its steps each that
    holds adds its points, of others one does. ``known`` are all spellings that the export held (empty: too many to list, and any text is known); of a number, those
    that are no plain numbers, with the number each stands for in ``numbers``, and in ``ranges`` those that lie over several lines or
    bounds, with their points: what a condition is to those that are not among the numbers, nobody knows. ``is_unlisted``: there are
    too many to list. ``blank`` points go to a cell that is empty, or says what was never seen.
    """

    field: str
    column: str
    is_number: bool
    is_list: bool
    known: tuple[str, ...]
    numbers: tuple[tuple[str, float], ...]
    steps: tuple[Step, ...]
    blank: int
    ranges: tuple[tuple[str, int], ...] = ()
    is_unlisted: bool = False
    is_share: bool = False

    @property
    def is_blank_known(self) -> bool:
        """Whether a blank says something, as that of a box which is ticked or not does."""
        return any(not spelling.strip() for spelling in self.known)


@dataclass(frozen=True, slots=True)
class Test:
    """One condition of the profile: of words the spellings (of a list, items) that meet it, and those known that do not; or bounds."""

    plan: FieldPlan
    meets: tuple[str, ...]
    fails: tuple[str, ...]
    at_least: float | None
    below: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole scorecard: ``base`` and the fields' points, those for the whole rule, and the table from points to fit."""

    statement: str
    verdict: Verdict
    base: int
    fields: tuple[FieldPlan, ...]
    tests: tuple[Test, ...]
    together: int
    nothing_against: int
    fit_table: tuple[tuple[float, float], ...]


def plan_of(saved: Derivation, columns: Mapping[str, str]) -> Plan:
    """The scorecard of a saved profile; ``columns`` are the user's "account.FIELD" -> raw column words.

    Raises DataError where there is no scorecard to write, or a word of the user names a field that it does not have.
    """
    card = saved.scorecard
    if card is None or not saved.profile.conditions:
        raise DataError(
            "The saved profile has no scorecard, so there is nothing to export.", ("icp derive makes one.",)
        )
    named = {target.removeprefix("account."): column for target, column in columns.items()}
    fields = _fields(saved)
    _refuse_unknown(named, fields)
    reports = {report.field: report for report in saved.fields}
    plans = {field: _field_plan(field, items, saved, named.get(field)) for field, items in fields.items()}
    by_match = {item.match: round(item.points) for item in card.items if item.match is not None}
    return Plan(
        statement=saved.profile.statement,
        verdict=saved.profile.verdict,
        base=round(card.base),
        fields=tuple(plans[field] for field in sorted(plans)),
        tests=tuple(
            _test(condition, plans[condition.field], reports.get(condition.field))
            for condition in saved.profile.conditions
        ),
        together=by_match.get("yes", 0),
        nothing_against=by_match.get("unknown", 0),
        fit_table=card.fit_table,
    )


def number_text(value: float) -> str:
    """A bound as plain digits: 50, 0.5, 2000000."""
    return f"{value:.0f}" if value == int(value) else repr(float(value))


def _fields(saved: Derivation) -> dict[str, list[ScoreItem]]:
    """The items that each field earns points by; the profile's own fields have a place even without."""
    found: dict[str, list[ScoreItem]] = {condition.field: [] for condition in saved.profile.conditions}
    for item in _items(saved):
        if item.condition is not None:
            found.setdefault(item.condition.field, []).append(item)
        elif item.missing is not None:
            found.setdefault(item.missing, [])
    return found


def _refuse_unknown(named: Mapping[str, str], fields: Mapping[str, object]) -> None:
    for field in named:
        if field not in fields:
            raise DataError(
                f"--column account.{field}: the scorecard has no field {field!r}.",
                (f"It has: {', '.join(sorted(fields))}",),
            )


def _field_plan(field: str, items: Sequence[ScoreItem], saved: Derivation, named: str | None) -> FieldPlan:
    report = next((report for report in saved.fields if report.field == field), None)
    source = report.source if report else None
    levels = report.levels if report else ()
    conditions = [item.condition for item in items if item.condition is not None]
    conditions += [c for c in saved.profile.conditions if c.field == field]
    is_number = any(c.kind == "between" for c in conditions) or any(
        level.at_least is not None or level.below is not None for level in levels
    )
    is_list = any(c.kind == "has" for c in conditions)
    values = _spelled(source.values if source else {}, is_list=is_list)
    blank = sum(round(item.points) for item in _items(saved) if item.missing == field)
    spelled = _numbers(source) if source and is_number else {}
    asked = [c for c in saved.profile.conditions if c.field == field]
    ranges, is_open = _ranges(source, spelled, items, levels, asked)
    return FieldPlan(
        field=field,
        column=named or (source.header if source else field),
        is_number=is_number,
        is_list=is_list,
        known=() if is_number or is_list else _all_spellings(values),
        numbers=tuple((raw, low) for raw, low in spelled.items() if raw not in is_open),
        steps=tuple(
            Step(
                round(item.points),
                _spellings(item.condition, values),
                item.condition.at_least,
                item.condition.below,
                score_item(item),
                item.customers,
            )
            for item in items
            if item.condition is not None
        ),
        blank=blank,
        ranges=ranges,
        is_unlisted=is_number and source is not None and source.is_unlisted,
        is_share=any(c.unit == "%" for c in conditions),
    )


def _numbers(source: FieldSource) -> dict[str, float]:
    """The number that each spelling stands for; of a range its lower end."""
    return {raw: float(value) for value, raws in source.values.items() for raw in raws}


def _ranges(
    source: FieldSource | None,
    spelled: Mapping[str, float],
    items: Sequence[ScoreItem],
    levels: Sequence[LevelCount],
    asked: Sequence[Condition],
) -> tuple[tuple[tuple[str, int], ...], frozenset[str]]:
    """The points of the spellings that are ranges over several lines or bounds, and those that the profile's bounds part."""
    ends = source.ends if source else {}
    found, is_open = [], set[str]()
    for raw, low in spelled.items():
        if raw not in ends:
            continue
        end = ends[raw]
        high = math.inf if end is None else end
        points, is_mean = points_of_range(items, levels, low, high)
        if any(lies_across(condition, low, high) for condition in asked):
            is_open.add(raw)
        if is_mean or raw in is_open:
            found.append((raw, round(points)))
    return tuple(found), frozenset(is_open)


def _items(saved: Derivation) -> Sequence[ScoreItem]:
    return saved.scorecard.items if saved.scorecard else ()


def _test(condition: Condition, plan: FieldPlan, report: FieldReport | None) -> Test:
    values = _spelled(report.source.values if report and report.source else {}, is_list=plan.is_list)
    meets = _spellings(condition, values)
    fails = tuple(raw for raw in plan.known if raw not in meets)
    return Test(plan, meets, fails, condition.at_least, condition.below)


def _spelled(values: Mapping[str, Sequence[str]], *, is_list: bool) -> Mapping[str, Sequence[str]]:
    """The raw spellings behind each value; of a field of lists, behind each item, by its usual spelling."""
    if not is_list:
        return values
    raws: dict[str, dict[str, None]] = {}
    for value, cells in values.items():
        for cell in cells:
            for item, meant in _items_as_read(items_of(cell), items_of(value)):
                raws.setdefault(meant, {})[item] = None
    return {item: tuple(written) for item, written in raws.items()}


def _items_as_read(written: Sequence[str], read: Sequence[str]) -> list[tuple[str, str]]:
    """The items of a cell with what each was read as: the same word, else the one in its place (a meaning of the user's), else itself."""
    usual = {same_word(item): item for item in read}
    others = read if len(read) == len(written) else written
    return [(item, usual.get(same_word(item), other)) for item, other in zip(written, others, strict=True)]


def _spellings(condition: Condition, values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """How the values of a condition were written in the export: as they are, and as they were read."""
    return tuple(dict.fromkeys(raw for value in condition.values for raw in (value, *values.get(value, ()))))


def _all_spellings(values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(raw for value, raws in values.items() for raw in (value, *raws)))
