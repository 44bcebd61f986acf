"""The scorecard as HubSpot's calculation property and list criteria.

The syntax is that of HubSpot's documentation of calculation properties: string("...") and number literals, ``string(name)`` for
a property of text (several checkboxes are a;b), a bare name for a number, ``if ... then ... elseif ... then ... else ...``, ``and``, ``or``, ``not``,
``is_present``, ``contains``, ``concatenate`` (the last two, which lists need, could not be checked against it). It was never
run in HubSpot.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icpcli.export.plan import number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.export.plan import FieldPlan, Plan, Test

INTERNAL = {
    "industry": "industry", "employees": "numberofemployees", "annual_revenue": "annualrevenue", "country": "country",
    "region": "state", "city": "city", "account_type": "type", "channel": "hs_analytics_source", "founded_year": "founded_year",
}  # fmt: skip


def hubspot_of(plan: Plan, chosen: frozenset[str] = frozenset()) -> tuple[str, tuple[str, ...]]:
    """The formula of a calculation property with the criteria of an active list, and what cannot be said there.

    ``chosen`` are the fields whose internal name the user gave.
    """
    lines = [
        f"# {' '.join(plan.statement.split())} ({plan.verdict.value})",
        "# Property icp_points: type number, field type calculation_equation, on companies.",
        formula_of(plan, chosen),
        "",
        "# Active list of companies that match: all of",
        *(f"- {_criterion(test, internal_name(test.plan, chosen))}" for test in plan.tests),
        "# Companies that may match: none of these is known to fail, and any of them is unknown:",
        *(
            f"- {internal_name(test.plan, chosen)} is unknown"
            for test in plan.tests
            if not test.plan.is_blank_known
        ),
    ]
    spellings = dict.fromkeys(s for f in plan.fields for step in f.steps for s in (*step.spellings, *f.known))
    notes = tuple(
        f"{spelling} holds both kinds of quotes, for which HubSpot documents no escape: it is left out, and unknown there."
        for spelling in spellings
        if not _is_sayable(spelling)
    )
    return "\n".join(lines) + "\n", notes


def formula_of(plan: Plan, chosen: frozenset[str] = frozenset()) -> str:
    """The points as one expression."""
    parts = [str(plan.base)]
    parts += [_points(f, internal_name(f, chosen)) for f in plan.fields if f.steps or f.blank]
    if plan.together or plan.nothing_against:
        fails = " or ".join(f"({_fails(t, internal_name(t.plan, chosen))})" for t in plan.tests)
        meets = " and ".join(f"({_meets(t, internal_name(t.plan, chosen))})" for t in plan.tests)
        parts.append(f"(if {fails} then 0 elseif {meets} then {plan.together} else {plan.nothing_against})")
    return " + ".join(parts)


def internal_name(field: FieldPlan, chosen: frozenset[str]) -> str:
    """The internal name of a property: the user's word, HubSpot's own, else the header in small letters."""
    if field.field in chosen:
        return field.column
    return (
        INTERNAL.get(field.field) or re.sub(r"[^a-z0-9]+", "_", field.column.lower()).strip("_") or "property"
    )


def _points(field: FieldPlan, name: str) -> str:
    branches: list[tuple[str, int]] = []
    if field.is_number:
        branches = [(_within(name, step.at_least, step.below), step.points) for step in field.steps]
        unknown = f"not is_present({name})"
        return _conditional([(unknown, field.blank), *branches], 0)
    if field.is_list:
        held = [f"(if {_holds(name, step.spellings)} then {step.points} else 0)" for step in field.steps]
        return " + ".join([_conditional([(f"not is_present(string({name}))", field.blank)], 0), *held])
    branches = [(_one_of(name, step.spellings), step.points) for step in field.steps]
    scored = {spelling for step in field.steps for spelling in step.spellings}
    others = [spelling for spelling in field.known if spelling not in scored]
    if field.known:
        if others and field.blank:
            branches.append((_one_of(name, others), 0))
        return _conditional(branches, field.blank)
    return _conditional([(f"not is_present(string({name}))", field.blank), *branches], 0)


def _conditional(branches: Sequence[tuple[str, int]], otherwise: int) -> str:
    if not branches:
        return str(otherwise)
    (first, points), *rest = branches
    more = "".join(f" elseif {condition} then {n}" for condition, n in rest)
    return f"(if {first} then {points}{more} else {otherwise})"


def _meets(test: Test, name: str) -> str:
    if test.plan.is_number:
        return f"is_present({name}) and {_within(name, test.at_least, test.below)}"
    return _holds(name, test.meets) if test.plan.is_list else _one_of(name, test.meets)


def _fails(test: Test, name: str) -> str:
    if test.plan.is_number:
        beyond = [f"{name} < {number_text(test.at_least)}"] if test.at_least is not None else []
        beyond += [f"{name} >= {number_text(test.below)}"] if test.below is not None else []
        return f"is_present({name}) and ({' or '.join(beyond)})"
    if test.plan.known:
        return _one_of(name, test.fails) if test.fails else "false"
    return f"is_present(string({name})) and not ({_meets(test, name)})"


def _within(name: str, at_least: float | None, below: float | None) -> str:
    bounds = [f"{name} >= {number_text(at_least)}"] if at_least is not None else []
    bounds += [f"{name} < {number_text(below)}"] if below is not None else []
    return " and ".join(bounds)


def _one_of(name: str, spellings: Sequence[str]) -> str:
    distinct = dict.fromkeys(s.strip() for s in spellings if _is_sayable(s))
    said = (
        f"string({name}) = {_literal(spelling)}" if spelling else f"not is_present(string({name}))"
        for spelling in distinct
    )
    return " or ".join(said) or "false"


def _holds(name: str, items: Sequence[str]) -> str:
    """Whether a property of several checkboxes has any of these."""
    whole = f'concatenate(";", string({name}), ";")'
    sayable = dict.fromkeys(item for item in items if _is_sayable(item))
    return " or ".join(f"contains({whole}, {_literal(f';{item};')})" for item in sayable) or "false"


def _is_sayable(text: str) -> bool:
    return "'" not in text or '"' not in text


def _literal(text: str) -> str:
    """A text between the quotes that it does not hold; HubSpot documents no escape."""
    return f"'{text}'" if '"' in text else f'"{text}"'


def _criterion(test: Test, name: str) -> str:
    if not test.plan.is_number:
        named = dict.fromkeys(spelling for spelling in test.meets if spelling.strip())
        return f"{name} is any of {'; '.join(named)}{' or unknown' if len(named) < len(test.meets) else ''}"
    bounds = (
        [f"is greater than or equal to {number_text(test.at_least)}"] if test.at_least is not None else []
    )
    bounds += [f"is less than {number_text(test.below)}"] if test.below is not None else []
    return f"{name} {' and '.join(bounds)}"


__all__ = ["formula_of", "hubspot_of", "internal_name"]
