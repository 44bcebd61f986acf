"""The scorecard as a Salesforce formula field (type Number, no decimals) on Account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from icpcli.export.plan import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.export.plan import FieldPlan, Plan, Test

MOST_CHARACTERS = 3900  # of one formula, by Salesforce's documentation
STANDARD = {
    "industry": "Industry", "employees": "NumberOfEmployees", "annual_revenue": "AnnualRevenue", "country": "BillingCountry",
    "region": "BillingState", "city": "BillingCity", "account_type": "Type", "channel": "AccountSource",
    "founded_year": "YearStarted",
}  # fmt: skip
PICKLISTS = frozenset({"Industry", "Type", "AccountSource"})
TEXT_FIELDS = frozenset({"BillingCountry", "BillingState", "BillingCity", "YearStarted"})


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula field: its API name, and its text. It fits where it has no more than 3,900 characters."""

    name: str
    text: str

    @property
    def fits(self) -> bool:
        """Whether Salesforce takes a formula of this length."""
        return len(self.text) <= MOST_CHARACTERS


def formulas_of(plan: Plan, chosen: frozenset[str] = frozenset()) -> tuple[Formula, ...]:
    """One formula for the points where it fits; else one for each field, and one that adds them up.

    ``chosen`` are the fields whose API name the user gave. Custom fields are taken for text or numbers, those with lists in
    their cells for multi-select picklists, Industry, Type and AccountSource for picklists.
    """
    api = _numbered({field.field: api_name(field, chosen) for field in plan.fields})
    parts = {
        field.field: _points(field, api[field.field]) for field in plan.fields if field.steps or field.blank
    }
    together = _together(plan, api)
    whole = Formula("ICP_Points__c", " +\n".join([str(plan.base), *parts.values(), *together]))
    if whole.fits:
        return (whole,)
    names = _numbered({field: f"ICP_{_slug(field)}__c" for field in parts})
    own = [Formula(names[field], text) for field, text in parts.items()]
    own += [Formula("ICP_Together__c", text) for text in together]
    return (*own, Formula("ICP_Points__c", " + ".join([str(plan.base), *(formula.name for formula in own)])))


def salesforce_of(plan: Plan, chosen: frozenset[str] = frozenset()) -> tuple[str, tuple[str, ...]]:
    """The formulas as text to copy, each under its API name, and what does not fit."""
    formulas = formulas_of(plan, chosen)
    blocks = [
        f"/* {formula.name}: Formula (Number, 0 decimals) on Account */\n{formula.text}\n"
        for formula in formulas
    ]
    head = f"/* {' '.join(plan.statement.replace('*/', '').split())} ({plan.verdict.value}) */\n"
    notes = [
        f"{formula.name} has {len(formula.text):,} characters, and Salesforce takes {MOST_CHARACTERS:,}: leave out values that "
        "earn little."
        for formula in formulas
        if not formula.fits
    ]
    if len(formulas) > 1:
        notes.insert(
            0,
            f"One formula would be longer than {MOST_CHARACTERS:,} characters, so there is one for each field and one that adds them up.",
        )
    return "\n".join([head, *blocks]), tuple(notes)


def api_name(field: FieldPlan, chosen: frozenset[str]) -> str:
    """The API name of a field: the user's word, the standard one, else that of a custom field called like its header."""
    if field.field in chosen:
        return field.column
    return STANDARD.get(field.field) or f"{_slug(field.column)}__c"


def _numbered(names: Mapping[str, str]) -> dict[str, str]:
    """The names by field; what several would be called (headers without a Latin letter) is numbered from the second on."""
    told: dict[str, str] = {}
    for field, name in names.items():
        stem, places = name.removesuffix("__c"), count(2)
        while name in told.values():
            name = f"{stem}_{next(places)}__c"  # noqa: PLW2901  the next name that is free
        told[field] = name
    return told


def _slug(text: str) -> str:
    return re.sub(r"_+", "_", re.sub(r"[^A-Za-z0-9]", "_", text)).strip("_") or "Field"


def _points(field: FieldPlan, api: str) -> str:
    if field.is_number:
        value = _value(api)
        text = "0"
        for step in reversed(field.steps):
            text = f"IF({_within(value, step.at_least, step.below)}, {step.points}, {text})"
        return f"IF(ISBLANK({api}), {field.blank}, {text})"
    if field.is_list:
        held = [f"IF({_includes(api, step.spellings)}, {step.points}, 0)" for step in field.steps]
        return " + ".join([f"IF({_is_blank(api)}, {field.blank}, 0)", *held])
    steps = [(spelling, step.points) for step in field.steps for spelling in _distinct(step.spellings)]
    scored = {spelling for spelling, _ in steps}
    others = [(spelling, 0) for spelling in _distinct(field.known) if spelling not in scored]
    blank = field.blank
    pairs = [*steps, *(others if blank else [])]
    cases = ", ".join(f"{_literal(spelling)}, {points}" for spelling, points in pairs)
    if field.known:
        told = f"CASE({_text(api)}, {cases}, {blank})" if cases else str(blank)
        return f"IF({_is_blank(api)}, {_of_blank(field)}, {told})" if field.is_blank_known else told
    return (
        f"IF({_is_blank(api)}, {blank}, CASE({_text(api)}, {cases}, 0))"
        if cases
        else f"IF({_is_blank(api)}, {blank}, 0)"
    )


def _of_blank(field: FieldPlan) -> int:
    """The points of a blank that says something."""
    return sum(
        step.points for step in field.steps if any(not spelling.strip() for spelling in step.spellings)
    )


def _together(plan: Plan, api: dict[str, str]) -> list[str]:
    if not plan.together and not plan.nothing_against:
        return []
    fails = _joined("OR", [_fails(test, api[test.plan.field]) for test in plan.tests])
    meets = _joined("AND", [_meets(test, api[test.plan.field]) for test in plan.tests])
    return [f"IF({fails}, 0, IF({meets}, {plan.together}, {plan.nothing_against}))"]


def _joined(function: str, parts: Sequence[str]) -> str:
    return f"{function}({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _meets(test: Test, api: str) -> str:
    if test.plan.is_number:
        return f"AND(NOT(ISBLANK({api})), {_within(_value(api), test.at_least, test.below)})"
    return _includes(api, test.meets) if test.plan.is_list else _one_of(api, test.meets)


def _fails(test: Test, api: str) -> str:
    if test.plan.is_number:
        return f"AND(NOT(ISBLANK({api})), NOT({_within(_value(api), test.at_least, test.below)}))"
    if test.plan.known:
        return _one_of(api, test.fails) if test.fails else "FALSE"
    return f"AND(NOT({_is_blank(api)}), NOT({_meets(test, api)}))"


def _one_of(api: str, spellings: Sequence[str]) -> str:
    cases = ", ".join(f"{_literal(spelling)}, 1" for spelling in _distinct(spellings))
    told = f"CASE({_text(api)}, {cases}, 0) = 1"
    if all(spelling.strip() for spelling in spellings):
        return told
    return f"OR({_is_blank(api)}, {told})" if cases else _is_blank(api)


def _includes(api: str, items: Sequence[str]) -> str:
    """Whether a multi-select picklist has any of these."""
    return _joined("OR", [f"INCLUDES({api}, {_literal(item)})" for item in _distinct(items)])


def _within(value: str, at_least: float | None, below: float | None) -> str:
    bounds = [f"{value} >= {number_text(at_least)}"] if at_least is not None else []
    bounds += [f"{value} < {number_text(below)}"] if below is not None else []
    return _joined("AND", bounds)


def _value(api: str) -> str:
    return f"VALUE({api})" if api in TEXT_FIELDS else api


def _text(api: str) -> str:
    return f"TEXT({api})" if api in PICKLISTS else api


def _is_blank(api: str) -> str:
    return f"ISBLANK({_text(api)})"


def _distinct(spellings: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(spelling.strip() for spelling in spellings if spelling.strip()))


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


__all__ = ["Formula", "formulas_of", "salesforce_of"]
