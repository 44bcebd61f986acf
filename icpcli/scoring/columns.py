"""What is known of the companies to score, and for which of them each condition holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.lists import items_of
from icpcli.model.spelling import same_label, same_word, same_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from icpcli.model.profile import Condition, Derivation, FieldReport

BLANK = -1


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """A field in words: ``distinct`` texts, and for each company which it has (``codes``, -1 blank)."""

    distinct: tuple[str, ...]
    codes: np.ndarray

    @classmethod
    def of(cls, cells: Sequence[str | None]) -> TextColumn:
        """The column of these cells, None where blank."""
        places: dict[str, int] = {}
        codes = [BLANK if cell is None else places.setdefault(cell, len(places)) for cell in cells]
        return cls(tuple(places), np.array(codes, dtype=np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class NumberColumn:
    """A field in numbers (float64), NaN where blank; of ranges the lower ends, and ``ends`` where they end (NaN: one number)."""

    numbers: np.ndarray
    ends: np.ndarray | None = None


Column = TextColumn | NumberColumn


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The companies in classes that no condition on a field tells apart.

    ``classes`` (companies,) int; ``holds`` (classes, conditions + 1): 1 yes, 0 no, NaN where the field is blank, or a range that lies
    on both sides of a bound; the last column, that it is known at all. ``ranges``: the ends of each such range, by its class.
    """

    classes: np.ndarray
    holds: np.ndarray
    ranges: Mapping[int, tuple[float, float]] = field(default_factory=dict)


def same_rule(condition: Condition) -> tuple[object, ...]:
    """What makes two conditions the same, whatever their probability."""
    return (condition.field, condition.kind, condition.values, condition.at_least, condition.below)


def answers_to(
    conditions: Sequence[Condition], column: Column | None, report: FieldReport | None, rows: int
) -> Answers:
    """Which of some conditions on one field hold for each company; all are open where there is no such column."""
    if isinstance(column, NumberColumn):
        return _by_number(conditions, column)
    if isinstance(column, TextColumn):
        return _by_text(conditions, column, report)
    return Answers(np.zeros(rows, dtype=np.int64), np.full((1, len(conditions) + 1), np.nan))


def known_as(texts: Sequence[str], report: FieldReport | None) -> list[str | None]:
    """The values that spellings stand for in the profile's own export; None where one was never seen there.

    Spellings are compared as they are, then without case, accents and double spaces, then without what joins their words ("&", "and", "_"); what then could
    be two values is neither. Where the export held too many to be kept (cities), every text is known.
    """
    values = report.source.values if report and report.source else {}
    if not values:
        return list(texts)
    exact = {raw: value for value, spellings in values.items() for raw in spellings} | {v: v for v in values}
    alike, joined = _alike(exact, same_word), _alike(exact, same_label)
    return [exact.get(text) or alike.get(same_word(text)) or joined.get(same_label(text)) for text in texts]


def _alike(exact: Mapping[str, str], shared: Callable[[str], str]) -> dict[str, str]:
    """The value behind what its spellings share, where it is that of one value only."""
    found: dict[str, set[str]] = {}
    for raw, value in exact.items():
        found.setdefault(shared(raw), set()).add(value)
    return {text: values.pop() for text, values in found.items() if len(values) == 1}


def _by_text(conditions: Sequence[Condition], column: TextColumn, report: FieldReport | None) -> Answers:
    is_list = any(condition.kind == "has" for condition in conditions)
    values = list(column.distinct) if is_list else known_as(column.distinct, report)
    rows = [
        [np.nan] * (len(conditions) + 1) if value is None else [*(_meets(c, value) for c in conditions), 1.0]
        for value in [*values, None]
    ]
    return _classed(np.array(rows, dtype=float), column.codes)


def _meets(condition: Condition, value: str) -> float:
    if condition.kind == "has":
        return float(not same_words(condition.values).isdisjoint(map(same_word, items_of(value))))
    return float(same_word(value) in same_words(condition.values))


def _by_number(conditions: Sequence[Condition], column: NumberColumn) -> Answers:
    """The conditions asked of one number in each interval between their bounds, of a range over several, and of a blank."""
    bounds = {b for c in conditions for b in (c.at_least, c.below) if b is not None}
    edges = np.array(sorted(bounds), dtype=float)
    lows = np.concatenate([[-np.inf], edges])
    holds = [
        (lows >= (-np.inf if c.at_least is None else c.at_least))
        & (lows < (np.inf if c.below is None else c.below))
        for c in conditions
    ]
    table = np.array([*holds, np.ones(len(lows))], dtype=float).T
    first = np.searchsorted(edges, column.numbers, side="right")
    blank = np.full((1, len(conditions) + 1), np.nan)
    codes = np.where(np.isnan(column.numbers), BLANK, first)
    if column.ends is None:
        return _classed(np.concatenate([table, blank]), codes)
    # 51-100 ends where the next begins, be that 100 or 101
    last = np.searchsorted(edges, column.ends, side="left")
    is_wide = ~np.isnan(column.ends) & (last > first)
    ends = np.column_stack([column.numbers, column.ends, first, last])[is_wide]
    wide, places = np.unique(ends, axis=0, return_inverse=True)
    rows = [_of_range(table[int(a) : int(b) + 1])[None] for _, _, a, b in wide.tolist()]
    codes[is_wide] = len(table) + places.ravel()
    held = np.concatenate([table, *rows, blank])
    ranges = {len(table) + k: (low, high) for k, (low, high, _, _) in enumerate(wide.tolist())}
    return Answers(np.where(codes == BLANK, len(held) - 1, codes), held, ranges)


def _of_range(answers: np.ndarray) -> np.ndarray:
    """What is sure of a number that may lie in several intervals (intervals, conditions + 1)."""
    row: np.ndarray = np.where(answers.min(axis=0) == answers.max(axis=0), answers[0], np.nan)
    return row


def _classed(rows: np.ndarray, codes: np.ndarray) -> Answers:
    """Equal rows made one; ``codes`` says which row each company has, -1 the last."""
    distinct, places = np.unique(np.nan_to_num(rows, nan=2.0), axis=0, return_inverse=True)
    holds = np.where(distinct == 2.0, np.nan, distinct)
    return Answers(places.ravel()[codes], holds)


def conditions_of(saved: Derivation) -> dict[str, list[Condition]]:
    """Every condition that the profile, its posterior or its scorecard asks, by field, each once."""
    asked = [*saved.profile.conditions, *(c for rule in saved.posterior for c in rule.conditions)]
    items = saved.scorecard.items if saved.scorecard else ()
    asked += [item.condition for item in items if item.condition is not None]
    found: dict[str, dict[tuple[object, ...], Condition]] = {}
    for condition in asked:
        found.setdefault(condition.field, {}).setdefault(same_rule(condition), condition)
    for item in items:
        if item.missing is not None:
            found.setdefault(item.missing, {})
    return {field: list(found[field].values()) for field in sorted(found)}
