"""A scorecard field by field, in the columns and spellings of the export behind it: what every target writes down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from icpcli.errors import DataError, UnsupportedError
from icpcli.model.common import Verdict
from icpcli.wording import score_item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.model.profile import Condition, Derivation, FieldReport, Scorecard, ScoreItem

SAYABLE = frozenset({"one_of", "between"})


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

    ``known`` are all spellings that the export held (empty: too many to list, and any text is known); of a number, those
    that are no plain numbers, with the number each stands for in ``numbers``. ``blank`` points go to a cell that is
    empty, or says what was never seen.
    """

    field: str
    column: str
    is_number: bool
    known: tuple[str, ...]
    numbers: tuple[tuple[str, float], ...]
    steps: tuple[Step, ...]
    blank: int


@dataclass(frozen=True, slots=True)
class Test:
    """One condition of the profile: of words the spellings that meet it, and those known that do not; or bounds."""

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


def plan_of(saved: Derivation, columns: Mapping[str, str], *, hypothesis: bool) -> Plan:
    """The scorecard of a saved profile; ``columns`` are the user's "account.FIELD" -> raw column words.

    Raises UnsupportedError where the data supported no profile and it is not asked for as a ``hypothesis``, DataError
    where there is no scorecard to write, or a word of the user names a field that it does not have.
    """
    card = saved.scorecard
    if card is None or not saved.profile.conditions:
        raise DataError(
            "The saved profile has no scorecard, so there is nothing to export.", ("icp derive makes one.",)
        )
    if saved.profile.verdict is Verdict.UNSUPPORTED and not hypothesis:
        raise UnsupportedError(
            "The data behind this profile support no profile, so nothing is exported.",
            ("--hypothesis exports its best candidate all the same, as a hypothesis to test.",),
        )
    named = {target.removeprefix("account."): column for target, column in columns.items()}
    fields = _fields(saved, card)
    _refuse_unknown(named, fields)
    reports = {report.field: report for report in saved.fields}
    plans = {
        field: _field_plan(field, asked, card, reports.get(field), named) for field, asked in fields.items()
    }
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


def _fields(saved: Derivation, card: Scorecard) -> dict[str, list[ScoreItem]]:
    """The items that each field earns points by; the profile's own fields have a place even without."""
    found: dict[str, list[ScoreItem]] = {condition.field: [] for condition in saved.profile.conditions}
    for item in card.items:
        if item.condition is not None:
            found.setdefault(item.condition.field, []).append(item)
        elif item.missing is not None:
            found.setdefault(item.missing, [])
    for condition in (*saved.profile.conditions, *(i.condition for i in card.items if i.condition)):
        if condition.kind not in SAYABLE:
            raise DataError(
                f"{condition.field} holds several values in a cell, which an export cannot say yet.",
                (f"icp derive --ignore {condition.field!r} finds a profile without it.",),
            )
    return found


def _refuse_unknown(named: Mapping[str, str], fields: Mapping[str, object]) -> None:
    for field in named:
        if field not in fields:
            raise DataError(
                f"--column account.{field}: the scorecard has no field {field!r}.",
                (f"It has: {', '.join(sorted(fields))}",),
            )


def _field_plan(
    field: str,
    items: Sequence[ScoreItem],
    card: Scorecard,
    report: FieldReport | None,
    named: Mapping[str, str],
) -> FieldPlan:
    source = report.source if report else None
    levels = report.levels if report else ()
    is_number = any(item.condition.kind == "between" for item in items if item.condition) or any(
        level.at_least is not None or level.below is not None for level in levels
    )
    values = source.values if source else {}
    blank = next((round(item.points) for item in card.items if item.missing == field), 0)
    spelled = (
        tuple((raw, float(value)) for value, raws in values.items() for raw in raws) if is_number else ()
    )
    return FieldPlan(
        field=field,
        column=named.get(field) or (source.header if source else field),
        is_number=is_number,
        known=() if is_number else _all_spellings(values),
        numbers=spelled,
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
    )


def _test(condition: Condition, plan: FieldPlan, report: FieldReport | None) -> Test:
    values = report.source.values if report and report.source else {}
    meets = _spellings(condition, values)
    fails = tuple(raw for raw in plan.known if raw not in meets)
    return Test(plan, meets, fails, condition.at_least, condition.below)


def _spellings(condition: Condition, values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """How the values of a condition were written in the export: as they are, and as they were read."""
    return tuple(dict.fromkeys(raw for value in condition.values for raw in (value, *values.get(value, ()))))


def _all_spellings(values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(raw for value, raws in values.items() for raw in (value, *raws)))
