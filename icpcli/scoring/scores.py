"""Match, probability, points, fit and reasons: the arithmetic of a saved profile, once per kind of company."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from icpcli.model.ranges import points_of_range
from icpcli.scoring.columns import answers_to, conditions_of, same_rule
from icpcli.wording import score_item, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.model.profile import Condition, Derivation, FieldReport, ScoreItem
    from icpcli.scoring.columns import Answers, Column

Match = Literal["yes", "no", "unknown"]
Ranges = list[tuple[float, float] | None]
YES: Match = "yes"
NO: Match = "no"
UNKNOWN: Match = "unknown"


@dataclass(frozen=True, slots=True)
class Score:
    """What a profile says of one company.

    ``match``: whether the rule holds, unknown where a blank leaves it open. ``probability`` (0-1) that the company
    belongs to the rule that is sought, whatever is blank; None where the profile keeps no posterior. ``points``: the
    scorecard's sum; ``fit`` (0-100): the share of the companies worked that one with these points can be expected to
    beat; both None where there is no scorecard. ``reasons``: the points and where they come from, in one line.
    """

    match: Match
    probability: float | None
    points: float | None
    fit: float | None
    reasons: str


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores of many companies: ``distinct`` ones, and for each company which is its own (``places``)."""

    distinct: tuple[Score, ...]
    places: np.ndarray

    def counts(self) -> dict[Match, int]:
        """How many companies match, do not, or may."""
        of_each = np.bincount(self.places, minlength=len(self.distinct))
        return {
            match: int(sum(n for n, s in zip(of_each, self.distinct, strict=True) if s.match == match))
            for match in (YES, NO, UNKNOWN)
        }


def score_columns(saved: Derivation, columns: Mapping[str, Column], rows: int) -> Scores:
    """The scores of ``rows`` companies of which these fields are known.

    Companies that no condition of the profile, its posterior or its scorecard tells apart are scored once. A blank is
    unknown and never a misfit; so is a value that the profile's own export never held.
    """
    card = _Card(saved)
    answers = {
        field: answers_to(asked, columns.get(field), card.report(field), rows)
        for field, asked in card.conditions.items()
    }
    kinds, places = _kinds(answers, rows)
    holds = {field: a.holds[kinds[:, i]] for i, (field, a) in enumerate(answers.items())}
    ranges = {
        field: [a.ranges.get(c) for c in kinds[:, i].tolist()]
        for i, (field, a) in enumerate(answers.items())
        if a.ranges
    }
    return Scores(tuple(card.scores(holds, ranges, len(kinds))), places)


def _kinds(answers: Mapping[str, Answers], rows: int) -> tuple[np.ndarray, np.ndarray]:
    """The combinations of classes that occur (kinds, fields), and which each company has."""
    joined = np.zeros(rows, dtype=np.int64)
    for answer in answers.values():
        joined = joined * len(answer.holds) + answer.classes
        _, joined = np.unique(joined, return_inverse=True)  # kept small, so that no product overflows
    _, first, places = np.unique(joined, return_index=True, return_inverse=True)
    kinds = [answer.classes[first] for answer in answers.values()]
    return np.array(kinds, dtype=np.int64).reshape(len(kinds), len(first)).T, places.ravel()


@dataclass(frozen=True, slots=True)
class _Mean:
    """A range over several lines of the card, in words, and the mean of what they earn."""

    words: str
    points: float


class _Card:
    """A saved profile, ready to be asked."""

    def __init__(self, saved: Derivation) -> None:
        self._saved = saved
        self._reports = {report.field: report for report in saved.fields}
        self.conditions = conditions_of(saved)
        self._place = {
            same_rule(condition): (field, i)
            for field, asked in self.conditions.items()
            for i, condition in enumerate(asked)
        }

    def report(self, field: str) -> FieldReport | None:
        return self._reports.get(field)

    def scores(
        self, holds: Mapping[str, np.ndarray], ranges: Mapping[str, Ranges], kinds: int
    ) -> list[Score]:
        """One score per kind of company; ``holds`` gives for each field the answers (kinds, conditions), ``ranges`` the ranges."""
        matches = self._matches(holds, kinds)
        probabilities = self._probabilities(holds, kinds)
        means = {field: self._means(field, found) for field, found in ranges.items()}
        met = [self._met(item, holds, matches, means) for item in self._items]
        points = self._base + sum(
            (i.points * m for i, m in zip(self._items, met, strict=True)), np.zeros(kinds)
        )
        for found in means.values():
            points += [0.0 if mean is None else mean.points for mean in found]
        fits = self._fits(points)
        shown = np.array(met, dtype=bool).reshape(len(met), kinds)
        return [
            Score(
                matches[k],
                None if np.isnan(probabilities[k]) else float(probabilities[k]),
                float(points[k]) if self._saved.scorecard else None,
                None if np.isnan(fits[k]) else float(fits[k]),
                self._reasons(
                    points[k], np.flatnonzero(shown[:, k]), [mean for m in means.values() if (mean := m[k])]
                ),
            )
            for k in range(kinds)
        ]

    def _answer(self, condition: Condition, holds: Mapping[str, np.ndarray]) -> np.ndarray:
        field, place = self._place[same_rule(condition)]
        answer: np.ndarray = holds[field][:, place]
        return answer

    def _matches(self, holds: Mapping[str, np.ndarray], kinds: int) -> list[Match]:
        """One condition that fails settles "no"; else one that is open leaves it unknown."""
        conditions = self._saved.profile.conditions
        if not conditions:
            return [NO] * kinds
        answers = np.column_stack([self._answer(c, holds) for c in conditions])
        fails = (answers == 0).any(axis=1)
        is_open = np.isnan(answers).any(axis=1)
        return [
            NO if fail else UNKNOWN if unsure else YES for fail, unsure in zip(fails, is_open, strict=True)
        ]

    def _probabilities(self, holds: Mapping[str, np.ndarray], kinds: int) -> np.ndarray:
        """The weighted share of the posterior's rules that hold; a blank meets a condition as often as known cells do."""
        rules = self._saved.posterior
        if not rules:
            return np.full(kinds, np.nan)
        total = np.zeros(kinds)
        for rule in rules:
            belongs = np.ones(kinds)
            for condition in rule.conditions:
                answer = self._answer(condition, holds)
                belongs *= np.where(np.isnan(answer), self._share(condition), answer)
            total += rule.weight * belongs
        share: np.ndarray = total / sum(rule.weight for rule in rules)
        return share

    def _share(self, condition: Condition) -> float:
        report = self._reports.get(condition.field)
        return share_meeting(condition, report) if report else np.nan

    def _means(self, field: str, ranges: Ranges) -> list[_Mean | None]:
        """What the ranges of a field earn that lie over several lines of the card."""
        items = [i for i in self._items if i.condition is not None and i.condition.field == field]
        report = self._reports.get(field)
        levels = report.levels if report else ()
        unit = next((i.condition.unit for i in items if i.condition is not None), None)
        means: dict[tuple[float, float], _Mean | None] = {}
        for ends in {ends for ends in ranges if ends is not None}:
            points, is_mean = points_of_range(items, levels, *ends)
            means[ends] = _Mean(span(field, *ends, unit=unit), points) if is_mean else None
        return [None if ends is None else means[ends] for ends in ranges]

    def _met(
        self,
        item: ScoreItem,
        holds: Mapping[str, np.ndarray],
        matches: Sequence[Match],
        means: Mapping[str, Sequence[_Mean | None]],
    ) -> np.ndarray:
        """For which kinds of company an item's points count: not where a range earns the mean of its field's."""
        if item.match is not None:
            return np.array([match == item.match for match in matches], dtype=bool)
        if item.condition is not None:
            holds_surely: np.ndarray = self._answer(item.condition, holds) == 1
            is_mean = [mean is not None for mean in means.get(item.condition.field, ())]
            return holds_surely & ~np.array(is_mean) if is_mean else holds_surely
        is_blank: np.ndarray = np.isnan(holds[item.missing or ""][:, -1])
        return is_blank

    @cached_property
    def _items(self) -> tuple[ScoreItem, ...]:
        return self._saved.scorecard.items if self._saved.scorecard else ()

    @cached_property
    def _base(self) -> float:
        return self._saved.scorecard.base if self._saved.scorecard else 0.0

    def _fits(self, points: np.ndarray) -> np.ndarray:
        table = self._saved.scorecard.fit_table if self._saved.scorecard else ()
        return fit_of(points, table)

    def _reasons(self, points: float, met: np.ndarray, means: Sequence[_Mean]) -> str:
        """The sum and its parts, the weightiest first: "68 points: 27 to start, industry is Logistics +36, ..."."""
        if self._saved.scorecard is None:
            return ""
        told = [(score_item(self._items[i]), self._items[i].points) for i in met]
        told += [(mean.words, mean.points) for mean in means]
        parts = [f"{words} {n:+.0f}" for words, n in sorted(told, key=lambda each: (-abs(each[1]), each[0]))]
        return ", ".join([f"{points:.0f} points: {self._base:.0f} to start", *parts])


def fit_of(points: np.ndarray, table: Sequence[tuple[float, float]]) -> np.ndarray:
    """The fit (0-100) for points, linear between the entries of a fit table and level beyond; NaN without a table."""
    if not table:
        return np.full(len(points), np.nan)
    known, fits = zip(*table, strict=True)
    fit: np.ndarray = np.interp(points, known, fits)
    return fit


def share_meeting(condition: Condition, report: FieldReport) -> float:
    """The share (0-1) of the companies worked whose field is known that meet a condition; NaN where none is counted."""
    counts = [level.companies for level in report.levels]
    known = counts[-1] if condition.kind == "has" and counts else sum(counts)
    if not known:
        return float("nan")
    if condition.kind == "between":
        low = -np.inf if condition.at_least is None else condition.at_least
        high = np.inf if condition.below is None else condition.below
        met = [
            level.companies
            for level in report.levels
            if (-np.inf if level.at_least is None else level.at_least) >= low
            and (np.inf if level.below is None else level.below) <= high
        ]
    else:
        met = [level.companies for level in report.levels if level.value in condition.values]
    return sum(met) / known
