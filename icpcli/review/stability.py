"""Whether the mix of customers has moved: a note, never an alarm, for a profile holds in a changed mix as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.review import FieldShift
from icpcli.wording import number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST_SHUFFLES = 499
BATCH = 500
LEAST_PLACES = 5  # places in the tail that a field may take and be named: with fewer, power is lost to the luck of the shuffles
BINS = 10
HALF = 0.5
LEAST = 0.1  # the usual threshold below which a population is called stable
SIGNIFICANT = 0.05
ROUNDING = 1e-12
MIN_NEWCOMERS = 8
BLANK = -1


def stability_index(before: np.ndarray, after: np.ndarray) -> float:
    """PSI = sum over levels of (q - p) ln(q / p), of two rows of counts, a half added to each.

    Source: Kullback & Leibler (1951), symmetric; as used by Siddiqi (2006), Credit Risk Scorecards.
    """
    return float(_index(before, after))


def _index(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The index of each pair of rows (the last axis)."""
    p = (before + HALF) / (before + HALF).sum(axis=-1, keepdims=True)
    q = (after + HALF) / (after + HALF).sum(axis=-1, keepdims=True)
    index: np.ndarray = np.sum((q - p) * np.log(q / p), axis=-1)
    return index


def shifts(
    fields: Mapping[str, np.ndarray], is_newcomer: np.ndarray, rng: np.random.Generator
) -> tuple[FieldShift, ...]:
    """The fields whose mix moved by more than chance, the furthest first.

    ``fields``: codes per customer (see ``levels_of``). The null shuffles who is a newcomer, the same for every field;
    a field is named at p <= 0.05 over the number of fields (Bonferroni) and an index of 0.1 or more. A field that cannot
    be named any more is shuffled no further (Besag & Clifford 1991, Biometrika 78).
    """
    if is_newcomer.sum() < MIN_NEWCOMERS or (~is_newcomer).sum() < MIN_NEWCOMERS or not fields:
        return ()
    now = {name: float(_indices(fields[name], is_newcomer[None])[0]) for name in sorted(fields)}
    chances = _chances(fields, {n: i for n, i in now.items() if i >= LEAST}, is_newcomer, rng)
    named = [FieldShift(name, now[name], chance) for name, chance in chances.items()]
    return tuple(sorted(named, key=lambda f: (-f.index, f.field)))


def _chances(
    fields: Mapping[str, np.ndarray],
    now: Mapping[str, float],
    is_newcomer: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, float]:
    """The p-value of each field that is beyond chance; asked of those whose index is given (``now``)."""
    shuffles = shuffles_for(len(fields))
    places = dict.fromkeys(now, 1)
    for start in range(0, shuffles, BATCH):
        if not places:
            break
        masks = np.vstack([rng.permutation(is_newcomer) for _ in range(min(BATCH, shuffles - start))])
        for name in tuple(places):
            places[name] += int(np.sum(_indices(fields[name], masks) >= now[name] - ROUNDING))
            if not is_beyond_chance(places[name] / (shuffles + 1), len(fields)):
                del places[name]
    return {name: held / (shuffles + 1) for name, held in places.items()}


def shuffles_for(fields: int) -> int:
    """So many shuffles that the level of one field of these is a whole number of places in their tail, five or more.

    p = (1 + shuffles that went as far) / (1 + shuffles) comes in steps, and the level is one: the test has its size
    exactly, and little less power than with endless shuffles. Source: Marriott (1979), Applied Statistics 28.
    """
    one_place = round(fields / SIGNIFICANT)
    return max(LEAST_PLACES, -(-(LEAST_SHUFFLES + 1) // one_place)) * one_place - 1


def is_beyond_chance(p_value: float, fields: int) -> bool:
    """Whether a field among so many moved by more than chance: p <= 0.05 over their number (Bonferroni)."""
    return p_value * fields <= SIGNIFICANT + ROUNDING


def levels_of(cells: Sequence[object], *, is_number: bool) -> np.ndarray:
    """The level of each cell: numbers by tenths of those known, words as they are; -1 where blank (a level of its own)."""
    if is_number:
        figures = np.asarray(cells, dtype=float)
        known = figures[np.isfinite(figures)]
        cuts = np.linspace(0, 1, BINS + 1)[1:-1]
        edges = np.unique(np.quantile(known, cuts)) if len(known) else np.zeros(0)
        return np.where(np.isfinite(figures), np.searchsorted(edges, figures, side="right"), BLANK)
    words = [None if _is_blank(cell) else str(cell) for cell in cells]
    names = {word: place for place, word in enumerate(sorted({w for w in words if w is not None}))}
    return np.array([BLANK if word is None else names[word] for word in words], dtype=np.int64)


def moved_most(cells: Sequence[object], is_newcomer: np.ndarray, *, is_number: bool) -> str:
    """What moved most from earlier customers to newcomers: the share of a value, or of blanks, else the median of numbers."""
    names = ["blank" if _is_blank(cell) else "filled" if is_number else str(cell) for cell in cells]
    shares = {}
    for name in sorted({*names} - {"filled"}):
        has = np.array([own == name for own in names])
        shares[name] = float(has[~is_newcomer].mean()), float(has[is_newcomer].mean())
    most = max(
        shares, key=lambda name: (abs(shares[name][1] - shares[name][0]), shares[name][1], name), default=None
    )
    if most is not None and (not is_number or abs(shares[most][1] - shares[most][0]) >= LEAST):
        before, after = shares[most]
        return f"{most} {percent(before)} -> {percent(after)}"
    figures = np.array(cells, dtype=float)
    before, after = np.nanmedian(figures[~is_newcomer]), np.nanmedian(figures[is_newcomer])
    return f"median {_plain(float(before))} -> {_plain(float(after))}"


def _plain(figure: float) -> str:
    """A figure without groups of thousands, for it may be a year."""
    return number(figure).replace(",", "")


def _is_blank(cell: object) -> bool:
    return cell is None or cell != cell  # noqa: PLR0124  NaN is not itself


def _indices(codes: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """The index of a field, for each way to say who is a newcomer (ways, customers)."""
    levels = np.unique(codes)
    indicators = (codes[:, None] == levels).astype(float)
    after = masks.astype(float) @ indicators
    return _index(indicators.sum(axis=0) - after, after)
