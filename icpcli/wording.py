"""How figures and conditions read, in one place."""

from __future__ import annotations

import math
import shlex
from typing import TYPE_CHECKING

from icpcli.model.claim import EARLIER, LEAVING, ORDERS, WINNING
from icpcli.model.common import NO_DATE, Criterion
from icpcli.settings import toml_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from icpcli.model.profile import Condition, ScoreItem

NOT_KNOWN = "not known"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# What is heard of a criterion, where that is not what people call it by: lifetime value is what customers pay times how long they stay.
HEARD_NAMES = {Criterion.LIFETIME_VALUE: "what they pay"}
CRITERION_NAMES = {
    Criterion.ACQUISITION_COST: "acquisition cost",
    Criterion.RETENTION: "retention",
    Criterion.LIFETIME_VALUE: "lifetime value",
    Criterion.ADVOCACY: "advocacy",
}
WIN_RATE = "win rate"  # what is heard of acquisition cost where no cost is known
RATE_NAMES = {
    LEAVING: "rate of leaving",
    EARLIER: "rate of leaving, earlier customers",
    ORDERS: "rate of ordering again",
    WINNING: "odds of winning",
}
COUNTED = {"employees": "employees"}
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
FIELD_NAMES = {
    "annual_revenue": "annual revenue",
    "account_type": "type",
    "founded_year": "founded",
    "channel": "channel",
}


def number(value: float) -> str:
    """A figure with thousands grouped, and three significant digits below a thousand."""
    if not math.isfinite(value):
        return NOT_KNOWN
    if abs(value) >= 999.5 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def figure(value: float | None, unit: str) -> str:
    """A figure with its unit: $1,240, 14 months, 8.2 of 10; "not known" where missing."""
    if value is None:
        return NOT_KNOWN
    if unit in SYMBOLS:
        return f"{SYMBOLS[unit]}{number(value)}"
    if unit == "currency":
        return number(value)
    return f"{number(value)} {unit}"


def percent(share: float) -> str:
    """A share in percent: <1 % where it is small but not nothing, and 100 % only when it is all."""
    if not math.isfinite(share):
        return NOT_KNOWN
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def as_of(day: date) -> str:
    """When the data end."""
    return "The data hold no date." if day == NO_DATE else f"Data as of {day.isoformat()}."


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A number of things: 1 customer, 12 customers."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listed(words: Sequence[str], last: str = "or") -> str:
    """Words in a row: a, b or c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def field_name(field: str) -> str:
    """A field as people call it; a column of the user's own keeps its header."""
    return FIELD_NAMES.get(field, field.replace("_", " ") if field.islower() else field)


def condition(c: Condition) -> str:
    """A condition in words: "industry is Logistics or Wholesale", "50-499 employees", "annual revenue of at least 200,000"."""
    if c.kind == "one_of":
        return f"{field_name(c.field)} is {listed(c.values)}"
    if c.kind == "has":
        return f"{field_name(c.field)} include {listed(c.values)}"
    if c.field in COUNTED:
        return f"{_range(c)} {COUNTED[c.field]}"
    if c.field == "founded_year":
        return f"founded {_years(c)}"
    return f"{field_name(c.field)} {_amounts(c)}"


def part_name(part: str) -> str:
    """A part of a profile's claim: a criterion, or a rate."""
    return RATE_NAMES[part] if part in RATE_NAMES else (CRITERION_NAMES | HEARD_NAMES)[Criterion(part)]


def values_table(field: str) -> str:
    """The table of icp.toml that says what words of a field mean: [values.industry], [values."Our tier"]."""
    return f"[values.{toml_key(field)}]"


def column_flag(field: str) -> str:
    """The flag that says which column holds a field of companies, as a shell takes it."""
    return f'--column {shlex.quote(f"account.{field}")}="THAT COLUMN"'


def span(field: str, low: float, high: float, *, unit: str | None = None) -> str:
    """A range that a cell says, in words: "51-200 employees", "annual revenue 1,000,000-10,000,000", "500+ employees"."""
    ends = [_bound(field, end, unit) for end in (low, high) if math.isfinite(end)]
    said = "-".join(ends) if len(ends) > 1 else f"{ends[0]}+"
    return f"{said} {COUNTED[field]}" if field in COUNTED else f"{field_name(field)} {said}"


def _bound(field: str, bound: float, unit: str | None) -> str:
    """A bound as the export writes it: 0.125 of a field in percent is 12.5 %, and a year has no thousands."""
    if unit == "%":
        return f"{number(round(100 * bound, 9))} %"
    return f"{bound:.0f}" if field == "founded_year" else number(bound)


def score_item(item: ScoreItem) -> str:
    """What earns a scorecard's points, in words."""
    if item.match is not None:
        return "all conditions together" if item.match == "yes" else "nothing known against"
    return condition(item.condition) if item.condition else f"{field_name(item.missing or '')} unknown"


def _range(c: Condition) -> str:
    if c.at_least is None:
        return f"fewer than {number(c.below or 0)}"
    if c.below is None:
        return f"at least {number(c.at_least)}"
    return f"{number(c.at_least)}-{number(c.below - 1)}" if c.below - c.at_least > 1 else number(c.at_least)


def _years(c: Condition) -> str:
    if c.at_least is None:
        return f"before {c.below:.0f}"
    if c.below is None:
        return f"in {c.at_least:.0f} or later"
    last = c.below - 1
    return f"in {last:.0f}" if last == c.at_least else f"{c.at_least:.0f}-{last:.0f}"


def _amounts(c: Condition) -> str:
    if c.at_least is None:
        return f"below {_bound(c.field, c.below or 0, c.unit)}"
    if c.below is None:
        return f"of at least {_bound(c.field, c.at_least, c.unit)}"
    return f"of {_bound(c.field, c.at_least, c.unit)} to below {_bound(c.field, c.below, c.unit)}"


def statement(conditions: Sequence[Condition]) -> str:
    """The rule in one sentence that a salesperson can use."""
    if not conditions:
        return "No type of company stands out."
    by_field = {(c.field if c.kind != "has" else condition(c)): c for c in conditions}
    who = "Companies"
    if "industry" in by_field:
        who = f"{listed(by_field.pop('industry').values)} companies"
    elif "sector" in by_field:
        who = f"Companies in {listed(by_field.pop('sector').values)}"
    elif "account_type" in by_field:
        who = f"Companies of type {listed(by_field.pop('account_type').values)}"
    phrases = []
    if "employees" in by_field:
        phrases.append(f"with {condition(by_field.pop('employees'))}")
    places = [by_field.pop(field) for field in ("country", "region", "city") if field in by_field]
    phrases += [f"in {listed(place.values)}" for place in places]
    if "founded_year" in by_field:
        phrases.append(condition(by_field.pop("founded_year")))
    if "channel" in by_field:
        phrases.append(f"that came by {listed(by_field.pop('channel').values)}")
    amounts = [condition(c) for c in by_field.values() if c.kind == "between"]
    if amounts:
        phrases.append(f"with {listed(amounts, 'and')}")
    rest = [condition(c) for c in by_field.values() if c.kind != "between"]
    if rest:
        phrases.append(f"whose {listed(rest, 'and')}")
    sentence = " ".join([who, *phrases]) + "."
    return sentence[0].upper() + sentence[1:]


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before a sign that would begin one."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def chance(p_value: float, permutations: int) -> str:
    """A p-value in plain words."""
    shuffles = f"With the customers shuffled {permutations:,} times"
    if p_value <= 1.5 / (permutations + 1):
        return f"{shuffles}, no shuffle showed a pattern this strong."
    return f"{shuffles}, a pattern this strong came up by chance {percent(p_value)} of the time."
