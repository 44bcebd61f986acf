"""Whether the mix of customers has moved: a note, never an alarm, for a profile holds in a changed mix as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.review import FieldShift

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHUFFLES = 499
BINS = 10
HALF = 0.5
LEAST = 0.1  # the usual threshold below which a population is called stable
SIGNIFICANT = 0.05
MIN_NEWCOMERS = 8
BLANK = -1


def stability_index(before: np.ndarray, after: np.ndarray) -> float:
    """PSI = sum over levels of (q - p) ln(q / p), of two rows of counts, a half added to each.

    Source: Kullback & Leibler (1951), symmetric; as used by Siddiqi (2006), Credit Risk Scorecards.
    """
    p = (before + HALF) / (before + HALF).sum(axis=-1, keepdims=True)
    q = (after + HALF) / (after + HALF).sum(axis=-1, keepdims=True)
    return float(np.sum((q - p) * np.log(q / p), axis=-1))


def shifts(
    fields: Mapping[str, np.ndarray], is_newcomer: np.ndarray, rng: np.random.Generator
) -> tuple[FieldShift, ...]:
    """The fields whose mix moved by more than chance, the furthest first.

    ``fields``: codes per customer (see ``levels_of``). The null shuffles who is a newcomer, the same for every field;
    a field is named at p <= 0.05 over the number of fields (Bonferroni) and an index of 0.1 or more.
    """
    if is_newcomer.sum() < MIN_NEWCOMERS or (~is_newcomer).sum() < MIN_NEWCOMERS or not fields:
        return ()
    masks = np.vstack([is_newcomer, *(rng.permutation(is_newcomer) for _ in range(SHUFFLES))]).astype(float)
    found = []
    for name in sorted(fields):
        indices = _indices(fields[name], masks)
        chance = float((1 + np.sum(indices[1:] >= indices[0] - 1e-12)) / (SHUFFLES + 1))
        found.append(FieldShift(name, float(indices[0]), chance))
    named = [f for f in found if f.p_value <= SIGNIFICANT / len(found) + 1 / SHUFFLES and f.index >= LEAST]
    return tuple(sorted(named, key=lambda f: (-f.index, f.field)))


def levels_of(cells: Sequence[object], *, is_number: bool) -> np.ndarray:
    """The level of each cell: numbers by tenths of those known, words as they are; -1 where blank (a level of its own)."""
    if is_number:
        figures = np.asarray(cells, dtype=float)
        known = figures[np.isfinite(figures)]
        cuts = np.linspace(0, 1, BINS + 1)[1:-1]
        edges = np.unique(np.quantile(known, cuts)) if len(known) else np.zeros(0)
        return np.where(np.isfinite(figures), np.searchsorted(edges, figures, side="right"), BLANK)
    words = [None if cell is None or cell != cell else str(cell) for cell in cells]  # noqa: PLR0124  NaN is not itself
    names = {word: place for place, word in enumerate(sorted({w for w in words if w is not None}))}
    return np.array([BLANK if word is None else names[word] for word in words], dtype=np.int64)


def _indices(codes: np.ndarray, masks: np.ndarray) -> np.ndarray:
    levels = np.unique(codes)
    indicators = (codes[:, None] == levels).astype(float)
    after = masks @ indicators
    before = indicators.sum(axis=0) - after
    return np.array([stability_index(b, a) for b, a in zip(before, after, strict=True)])
