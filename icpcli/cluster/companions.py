"""What else is true of the companies in the profile, because another field says nearly the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.rules import membership
from icpcli.model.profile import AlsoTrue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from icpcli.cluster.attributes import Attribute
    from icpcli.model.profile import Condition

NEARLY_THE_SAME = 0.8  # F1
TIED = 0.6  # phi: with a condition that holds for nearly all, a high F1 says nothing
MOST = 3  # per condition


def also_true(
    conditions: Sequence[Condition], attributes: Iterable[Attribute], companies: pd.DataFrame
) -> tuple[AlsoTrue, ...]:
    """Conditions on other fields that hold for nearly the same companies (F1 of 0.8 or more), the nearest first, each once.

    ``attributes`` have the rows of ``companies``; blanks on either side are left out.
    """
    used = {c.field for c in conditions}
    others = [a for a in attributes if a.field not in used]
    told: dict[Condition, AlsoTrue] = {}
    for c in conditions:
        inside = membership([c], companies)
        found = [near for a in others if (near := _nearest(a, inside)) is not None]
        ranked = sorted(found, key=lambda near: (-near[0], near[1].field, near[1].values))
        for _, beside in ranked[:MOST]:
            told.setdefault(beside, _told(beside, c.field, inside, companies))
    return tuple(told.values())


def _told(beside: Condition, field: str, inside: np.ndarray, companies: pd.DataFrame) -> AlsoTrue:
    holds = membership([beside], companies)
    shares = [holds[(inside == side) & np.isfinite(holds)] for side in (1, 0)]
    return AlsoTrue(beside, field, *(float(np.mean(s == 1)) if len(s) else 0.0 for s in shares))


def _nearest(attribute: Attribute, inside: np.ndarray) -> tuple[float, Condition] | None:
    """The set or interval of an attribute that overlaps a condition best, with its F1; None where none is near."""
    known = np.isfinite(inside) & (attribute.codes >= 0)
    if not known.any():
        return None
    codes, is_in = attribute.codes[known], inside[known] == 1
    size = attribute.size
    both = np.bincount(codes[is_in], minlength=size + 1)[:size].astype(float)
    held = np.bincount(codes, minlength=size + 1)[:size].astype(float)
    choices = _sets(both, held) if attribute.kind == "one_of" else _intervals(size)
    hits, sizes = choices @ both, choices @ held
    f1 = np.round(2 * hits / np.maximum(sizes + is_in.sum(), 1), 9)
    best = int(np.argmax(f1))
    if f1[best] < NEARLY_THE_SAME or _phi(hits[best], sizes[best], is_in.sum(), len(codes)) < TIED:
        return None
    return float(f1[best]), attribute.condition(choices[best] > 0)


def _sets(both: np.ndarray, held: np.ndarray) -> np.ndarray:
    """The sets of values worth trying: those with the largest shares inside, ever more of them (sets, levels)."""
    order = np.argsort(-both / np.maximum(held, 1.0), kind="stable")
    rank = np.empty(len(order), dtype=int)
    rank[order] = np.arange(len(order))
    sets: np.ndarray = (rank[None, :] <= np.arange(len(order))[:, None]).astype(float)
    return sets


def _intervals(size: int) -> np.ndarray:
    """Every interval of levels but the whole (intervals, levels)."""
    runs = [(low, high) for low in range(size) for high in range(low, size) if high - low + 1 < size]
    low, high = np.array(runs or [(0, 0)]).T
    places = np.arange(size)
    intervals: np.ndarray = ((places >= low[:, None]) & (places <= high[:, None])).astype(float)
    return intervals


def _phi(both: float, one: float, other: float, total: float) -> float:
    """The correlation of two yes/no properties, from how many have both, each, and all there are."""
    spread = np.sqrt(one * (total - one) * other * (total - other))
    return float((both * total - one * other) / spread) if spread > 0 else 0.0
