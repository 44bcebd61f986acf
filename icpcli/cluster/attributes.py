"""Columns to levels worth searching: bins and value sets; leaks and identifiers left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from icpcli.cluster.leaks import leak_reason
from icpcli.errors import SettingsError
from icpcli.model.common import Finding, Kind
from icpcli.model.profile import Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from icpcli.model.tables import Book
    from icpcli.settings import Settings

LEFT_OUT = "ICP301"
FORCED = "ICP302"

MIN_FILLED = 0.1
RARE_SHARE = 0.01
RARE_COUNT = 4
OWN_EDGES = 12  # a numeric column with no more distinct values keeps them as edges
QUANTILE_BINS = 8
WIDE = 10.0  # ratio of the 95th to the 5th percentile from which people count in 1, 2, 5, 10
MAX_LEVELS = 40
NEARLY_UNIQUE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """A field as levels. ``codes``: level per account, -1 blank, len(levels) for rare values (never chosen).

    one_of: ``levels`` are values, any set may be chosen. between: level k is [edges[k], edges[k + 1]),
    a run of levels may be chosen. ``is_allowed``: levels the user does not forbid. ``required``: the
    levels the user insists on, or None.
    """

    field: str
    kind: Literal["one_of", "between"]
    levels: tuple[str, ...]
    edges: tuple[float, ...]
    codes: np.ndarray
    is_allowed: np.ndarray
    required: np.ndarray | None

    @property
    def size(self) -> int:
        """How many levels may be chosen from."""
        return len(self.levels)

    def at(self, accounts: np.ndarray) -> Attribute:
        """The same attribute for some of the accounts."""
        return replace(self, codes=self.codes[accounts])

    def indicators(self) -> np.ndarray:
        """One column per level: 1 for its accounts, and for blanks the level's share of the known (accounts, levels)."""
        known = self.codes >= 0
        hot = (self.codes[:, None] == np.arange(self.size)).astype(float)
        share = hot[known].mean(axis=0) if known.any() else np.zeros(self.size)
        columns: np.ndarray = np.where(known[:, None], hot, share)
        return columns

    def condition(self, chosen: np.ndarray, probability: float | None = None) -> Condition:
        """The chosen levels (bool) as a condition in the field's own terms."""
        places = np.flatnonzero(chosen[: self.size])
        if self.kind == "one_of":
            return Condition(
                self.field, "one_of", tuple(self.levels[i] for i in places), probability=probability
            )
        first, last = int(places[0]), int(places[-1])
        return Condition(
            self.field,
            "between",
            at_least=self.edges[first] if first > 0 else None,
            below=self.edges[last + 1] if last + 1 < self.size else None,
            probability=probability,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The attributes to search, by field, and what was left out and why."""

    attributes: tuple[Attribute, ...]
    filled: dict[str, float]
    findings: tuple[Finding, ...]


def candidates(book: Book, settings: Settings) -> Candidates:
    """Every field that may describe a type of company, as levels; in alphabetical order of fields."""
    _check_fields(book, settings)
    attributes: list[Attribute] = []
    filled: dict[str, float] = {}
    left_out: dict[str, list[str]] = defaultdict(list)
    for field in sorted(book.attributes.columns):
        column = book.attributes[field]
        is_forced = field in settings.attribute
        if field in settings.ignore or field in settings.forbid:
            continue
        reason = _useless(column, book.attribute_kinds[field]) or (
            None if is_forced else leak_reason(field, column, book)
        )
        if reason is not None:
            left_out[reason].append(field)
            continue
        attribute = _attribute(field, column, settings)
        if attribute.size >= 2:
            attributes.append(attribute)
            filled[field] = float(column.notna().mean())
        else:
            left_out["has too few values that occur often"].append(field)
    return Candidates(tuple(attributes), filled, tuple(_findings(left_out, settings)))


def _check_fields(book: Book, settings: Settings) -> None:
    """Raise SettingsError where a choice names a field that the export does not have."""
    named = [*settings.attribute, *settings.ignore]
    named += [text.partition("=")[0] for text in settings.forbid]
    named += [_split_requirement(text)[0] for text in settings.require]
    known = sorted(book.attributes.columns)
    for field in named:
        if field not in known:
            raise SettingsError(
                f"There is no field {field!r} to choose or leave out.", (f"There is: {', '.join(known)}",)
            )


def _useless(column: pd.Series, kind: Kind) -> str | None:
    known = column.dropna()
    if len(known) < MIN_FILLED * len(column):
        return "is almost empty"
    distinct = known.nunique()
    if distinct < 2:
        return "always says the same"
    if (
        kind in {Kind.CATEGORY, Kind.BOOLEAN}
        and distinct > NEARLY_UNIQUE * len(known)
        and len(known) > 2 * RARE_COUNT
    ):
        return "is different for nearly every company"
    return None


def _attribute(field: str, column: pd.Series, settings: Settings) -> Attribute:
    levels, edges, codes = _binned(column) if column.dtype != object else _grouped(column)
    kind: Literal["one_of", "between"] = "one_of" if column.dtype == object else "between"
    allowed = np.ones(len(levels), dtype=bool)
    forbidden = {text.partition("=")[2] for text in settings.forbid if text.partition("=")[0] == field}
    for place, level in enumerate(levels):
        if level in forbidden:
            allowed[place] = False
    required = _required(field, kind, levels, edges, settings)
    return Attribute(field, kind, levels, edges, codes, allowed, required)


def _grouped(column: pd.Series) -> tuple[tuple[str, ...], tuple[float, ...], np.ndarray]:
    """Values that occur often enough, alphabetically; the rare ones share a level that no rule chooses."""
    counts = column.dropna().astype(str).value_counts()
    enough = max(RARE_COUNT, RARE_SHARE * len(column))
    frequent = sorted(counts[counts >= enough].index, key=lambda value: (-counts[value], value))[:MAX_LEVELS]
    levels = tuple(sorted(frequent))
    place = {value: i for i, value in enumerate(levels)}
    blank = column.isna()
    codes = np.array(
        [-1 if b else place.get(str(v), len(levels)) for v, b in zip(column, blank, strict=True)],
        dtype=np.int64,
    )
    return levels, (), codes


def _binned(column: pd.Series) -> tuple[tuple[str, ...], tuple[float, ...], np.ndarray]:
    numbers = column.to_numpy(dtype=float)
    known = numbers[np.isfinite(numbers)]
    edges = _edges(known)
    codes = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
    codes = np.where(np.isfinite(numbers), codes, -1).astype(np.int64)
    return tuple(f"{low:g}" for low in edges[:-1]), tuple(float(e) for e in edges), codes


def _edges(known: np.ndarray) -> np.ndarray:
    """Where people cut: at every value of a few, at 1, 2, 5, 10, ... over a wide range, else at round quantiles."""
    distinct = np.unique(known)
    if len(distinct) <= OWN_EDGES:
        return np.append(distinct, np.inf)
    low, high = np.quantile(known, (0.05, 0.95))
    if distinct[0] >= 0 and high >= WIDE * max(low, 1e-9):
        powers = np.arange(np.floor(np.log10(max(low, 1.0))), np.ceil(np.log10(high)) + 1)
        cuts = np.array([step * 10**power for power in powers for step in (1, 2, 5)])
    else:
        step = _round_step((high - low) / QUANTILE_BINS)
        cuts = np.round(np.quantile(known, np.linspace(0, 1, QUANTILE_BINS + 1)[1:-1]) / step) * step
    cuts = np.unique(cuts)
    inner = cuts[(cuts > distinct[0]) & (cuts <= distinct[-1])]
    counts = np.diff(np.searchsorted(np.sort(known), np.concatenate([[distinct[0]], inner, [np.inf]])))
    kept = [
        cut
        for cut, before, after in zip(inner, counts[:-1], counts[1:], strict=True)
        if min(before, after) >= 2
    ]
    return np.concatenate([[distinct[0]], kept, [np.inf]])


def _round_step(width: float) -> float:
    """The nearest 1, 2 or 5 times a power of ten below a width."""
    power = 10.0 ** np.floor(np.log10(max(width, 1e-12)))
    return float(power * max(s for s in (1, 2, 5) if s * power <= max(width, power)))


def _split_requirement(text: str) -> tuple[str, str, str]:
    for sign in (">=", "<", "="):
        field, found, value = text.partition(sign)
        if found:
            return field, sign, value
    raise SettingsError(f"--require {text}: it takes FIELD=VALUE, FIELD>=N or FIELD<N.")


def _required(
    field: str, kind: str, levels: Sequence[str], edges: Sequence[float], settings: Settings
) -> np.ndarray | None:
    """The levels that the user's requirements leave; None where none concerns this field."""
    wanted = [_split_requirement(text) for text in settings.require if _split_requirement(text)[0] == field]
    if not wanted:
        return None
    if kind == "one_of":
        values = {value for _, sign, value in wanted if sign == "="}
        chosen = np.array([level in values for level in levels])
    else:
        lows = np.array(edges[:-1])
        chosen = np.ones(len(levels), dtype=bool)
        for _, sign, value in wanted:
            number = _number(field, value)
            chosen &= lows >= number if sign == ">=" else lows < number if sign == "<" else lows == number
    if not chosen.any() or chosen.all():
        raise SettingsError(
            f"--require on {field!r} leaves {'every' if chosen.all() else 'no'} company.",
            (f"Its values: {', '.join(levels[:20])}",),
        )
    return chosen


def _number(field: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as err:
        raise SettingsError(f"--require on {field!r} takes a number, and {value!r} is none.") from err


def _findings(left_out: dict[str, list[str]], settings: Settings) -> list[Finding]:
    findings = []
    for reason in sorted(left_out):
        fields = left_out[reason]
        message = f"Not searched, because each {reason}: {', '.join(fields)} (--attribute FIELD searches one all the same)."
        findings.append(Finding(LEFT_OUT, message, len(fields)))
    if settings.attribute:
        findings.append(
            Finding(FORCED, f"Searched because you said so: {', '.join(sorted(settings.attribute))}.")
        )
    return findings
