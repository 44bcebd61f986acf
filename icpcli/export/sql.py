"""The scorecard as a query: ANSI CASE expressions on the raw columns of an export."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from icpcli.export.plan import number_text
from icpcli.model.blank import NULLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icpcli.export.plan import FieldPlan, Plan, Test

PART = re.compile(r'("(?:[^"]|"")*")(?:\.|$)|([^.]+)(?:\.|$)')
HEAD = """\
-- {statement} ({verdict})
-- icp_match: yes, no, or unknown; icp_points: the scorecard; icp_fit: the share of companies worked (0-100) that a company
-- with so many points can be expected to beat. Spellings never seen in the export behind the profile are unknown.
"""


def sql_of(plan: Plan, table: str) -> str:
    """A SELECT with the columns of ``table`` and icp_match, icp_points and icp_fit beside them.

    Columns may be text or numbers; text is compared without case and outer spaces. A column of numbers must hold plain
    numbers or nothing, but for the spellings that the export held.
    """
    points = "\n    + ".join(
        [
            str(plan.base),
            *(_case(field) for field in plan.fields if field.steps or field.blank),
            *_together(plan),
        ]
    )
    head = HEAD.format(statement=" ".join(plan.statement.split()), verdict=plan.verdict.value)
    head += "".join(f"-- {_comment(note)}\n" for note in notes_of(plan))
    return (
        f"{head}SELECT\n  scored.*,\n  {_fit(plan)} AS icp_fit\nFROM (\n  SELECT\n    matched.*,\n    {points} AS icp_points\n"
        f"  FROM (\n    SELECT\n      companies.*,\n      {_match(plan.tests)} AS icp_match\n"
        f"    FROM {_table(table)} AS companies\n  ) AS matched\n) AS scored\n"
    )


def notes_of(plan: Plan) -> tuple[str, ...]:
    """What the query cannot read of the export's own cells."""
    unlisted = (
        f"{field.column}: the export wrote its figures with signs or words, in too many ways to list; the query reads plain numbers in "
        "that column, and takes every other cell for unknown."
        for field in plan.fields
        if field.is_unlisted
    )
    shares = (
        f"{field.column}: the export wrote percent; to the query a plain number in that column is a share of one, so 0.5 is 50 %."
        for field in plan.fields
        if field.is_share
    )
    return (*unlisted, *shares)


def _case(field: FieldPlan) -> str:
    lines = [f"CASE  -- {_comment(field.field)}"]
    if field.is_number:
        lines += _ranges(field)
        lines += [f"WHEN {_number(field)} IS NULL THEN {field.blank}"]
        for step in field.steps:
            lines.append(
                f"WHEN {_within(field, step.at_least, step.below)} THEN {step.points}  -- {_said(step.words, step.companies)}"
            )
        return "\n        ".join([*lines, "ELSE 0"]) + "\n      END"
    if field.is_list:
        lines = [f"(  -- {_comment(field.field)}"]
        lines += [f"CASE WHEN {_is_filled(field)} THEN 0 ELSE {field.blank} END"]
        lines += [
            f"+ CASE WHEN {_holds(field, step.spellings)} THEN {step.points} ELSE 0 END  -- {_said(step.words, step.companies)}"
            for step in field.steps
        ]
        return "\n        ".join(lines) + "\n      )"
    for step in field.steps:
        lines.append(
            f"WHEN {_text(field)} IN ({_list(step.spellings)}) THEN {step.points}  -- {_said(step.words, step.companies)}"
        )
    scored = {spelling for step in field.steps for spelling in step.spellings}
    others = [spelling for spelling in field.known if spelling not in scored]
    if others and field.blank:
        lines.append(f"WHEN {_text(field)} IN ({_list(others)}) THEN 0")
    if field.known:
        lines.append(f"ELSE {field.blank}")
    else:
        lines += [f"WHEN {_is_filled(field)} THEN 0", f"ELSE {field.blank}"]
    return "\n        ".join(lines) + "\n      END"


def _ranges(field: FieldPlan) -> list[str]:
    """What ranges earn that lie over several lines of the card."""
    by_points: dict[int, list[str]] = {}
    for raw, points in field.ranges:
        by_points.setdefault(points, []).append(raw)
    return [
        f"WHEN {_text(field)} IN ({_list(raws)}) THEN {points}  -- the mean of the lines that it lies over"
        for points, raws in sorted(by_points.items())
    ]


def _together(plan: Plan) -> list[str]:
    if not plan.together and not plan.nothing_against:
        return []
    return [
        f"CASE icp_match WHEN 'yes' THEN {plan.together} WHEN 'unknown' THEN {plan.nothing_against} ELSE 0 END"
    ]


def _match(tests: Sequence[Test]) -> str:
    fails = " OR ".join(f"({_fails(test)})" for test in tests)
    meets = " AND ".join(f"({_meets(test)})" for test in tests)
    return f"CASE WHEN {fails} THEN 'no'\n        WHEN {meets} THEN 'yes' ELSE 'unknown' END"


def _meets(test: Test) -> str:
    if test.plan.is_number:
        return _within(test.plan, test.at_least, test.below)
    if test.plan.is_list:
        return _holds(test.plan, test.meets)
    return f"{_text(test.plan)} IN ({_list(test.meets)})"


def _fails(test: Test) -> str:
    if test.plan.is_number:
        number = _number(test.plan)
        beyond = [f"{number} < {number_text(test.at_least)}"] if test.at_least is not None else []
        beyond += [f"{number} >= {number_text(test.below)}"] if test.below is not None else []
        return " OR ".join(beyond)
    if test.plan.is_list:
        return f"{_is_filled(test.plan)} AND NOT ({_holds(test.plan, test.meets)})"
    if test.plan.known:
        return f"{_text(test.plan)} IN ({_list(test.fails)})" if test.fails else "1 = 0"
    return f"{_is_filled(test.plan)} AND NOT {_text(test.plan)} IN ({_list(test.meets)})"


def _within(field: FieldPlan, at_least: float | None, below: float | None) -> str:
    number = _number(field)
    bounds = [f"{number} >= {number_text(at_least)}"] if at_least is not None else []
    bounds += [f"{number} < {number_text(below)}"] if below is not None else []
    return " AND ".join(bounds)


def _fit(plan: Plan) -> str:
    """The fit table, linear between its entries and level beyond, rounded half up."""
    if not plan.fit_table:
        return "CAST(NULL AS INTEGER)"
    (first, lowest), *rest = plan.fit_table
    lines = [f"WHEN icp_points <= {number_text(first)} THEN {_rounded(number_text(lowest))}"]
    before, low = first, lowest
    for place, fit in rest:
        slope = f"(icp_points - {number_text(before)}) * {round(fit - low, 6):.6f} / {number_text(place - before)}"
        lines.append(
            f"WHEN icp_points <= {number_text(place)} THEN {_rounded(f'{number_text(low)} + {slope}')}"
        )
        before, low = place, fit
    return "\n    ".join(["CASE", *lines, f"ELSE {_rounded(number_text(low))}"]) + "\n  END"


def _rounded(expression: str) -> str:
    return f"CAST(FLOOR({expression} + 0.5) AS INTEGER)"


def _text(field: FieldPlan) -> str:
    text = f"LOWER(TRIM(CAST({_identifier(field.column)} AS VARCHAR(1000))))"
    return f"COALESCE({text}, '')" if field.is_blank_known else text


def _is_filled(field: FieldPlan) -> str:
    """Whether a cell says anything; no answer where it is NULL. What a field's own export never held is unknown anyway."""
    return f"{_text(field)} NOT IN ({_list(sorted(NULLS))})"


def _holds(field: FieldPlan, items: Sequence[str]) -> str:
    """Whether a list has any of these items, whichever sign parts it; an array may write their letters as JSON does."""
    written = (form for item in items for form in (item, json.dumps(item)[1:-1]))
    forms = dict.fromkeys(form for item in written for form in _lowered(item))
    return " OR ".join(f"POSITION({_literal(f';{form};')} IN {_items(field)}) > 0" for form in forms)


def _items(field: FieldPlan) -> str:
    """A list as ;one;two; in small letters; ["one", "two"] is one, too."""
    text = f"REPLACE(REPLACE({_text(field)}, CHR(13), ''), '  ', ' ')"
    firm = f"REPLACE(REPLACE({text}, '|', ';'), CHR(10), ';')"
    is_firm = f"POSITION(';' IN {firm}) > 0"
    bare = f"SUBSTRING({text} FROM 3 FOR CHAR_LENGTH({text}) - 4)"
    for sign in ('"', "'"):
        for comma in (", ", ","):
            bare = f"REPLACE({bare}, {_literal(sign + comma + sign)}, ';')"
    is_array = f"{text} LIKE '[\"%\"]' OR {text} LIKE '[''%'']'"
    parted = f"CASE WHEN {is_array} THEN {bare} WHEN {is_firm} THEN {firm} ELSE REPLACE({text}, ',', ';') END"
    return f"(';' || REPLACE(REPLACE({parted}, '; ', ';'), ' ;', ';') || ';')"


def _number(field: FieldPlan) -> str:
    """A column as a number: plain ones are cast, spellings such as 51-200 stand for what they were read as, others are NULL."""
    whens = [
        f"WHEN {_text(field)} = {_literal(spelling)} THEN {number_text(number)}"
        for raw, number in field.numbers
        for spelling in _lowered(raw)
    ]
    plain = f"WHEN {_is_plain(field)} THEN CAST({_text(field)} AS DOUBLE PRECISION)"
    return f"(CASE {' '.join([*whens, plain])} END)"


def _is_plain(field: FieldPlan) -> str:
    """Whether a cell is a plain number: digits, at most one point, a sign before them."""
    signs = f"REPLACE(TRANSLATE({_text(field)}, '123456789', '000000000'), '0', '')"
    negative = f"{_text(field)} LIKE '-%' AND {signs} IN ('-', '-.')"
    return f"{_text(field)} NOT IN ('', '.', '-', '-.') AND ({signs} IN ('', '.') OR ({negative}))"


def _list(spellings: Iterable[str]) -> str:
    lowered = dict.fromkeys(form for spelling in spellings for form in _lowered(spelling))
    return ", ".join(map(_literal, lowered))


def _lowered(spelling: str) -> list[str]:
    """A spelling in small letters, as a database that knows only ASCII's writes it too."""
    ascii_only = "".join(c.lower() if c.isascii() else c for c in spelling.strip())
    return list(dict.fromkeys([spelling.strip().lower(), ascii_only]))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _table(name: str) -> str:
    """A table's name, each part of schema.table quoted by itself; a dot between quotes parts nothing."""
    parts = [quoted or plain for quoted, plain in PART.findall(name)]
    return ".".join(
        _identifier(part.removeprefix('"').removesuffix('"').replace('""', '"')) for part in parts
    )


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _said(words: str, companies: int) -> str:
    return _comment(f"{words}: {companies:,} companies worked")


def _comment(text: str) -> str:
    return " ".join(text.split())


__all__ = ["notes_of", "sql_of"]
