"""What a range earns on a scorecard, and how it stands to a condition: one arithmetic for all who score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.profile import Condition, LevelCount, ScoreItem


def points_of_range(
    items: Sequence[ScoreItem], levels: Sequence[LevelCount], low: float, high: float
) -> tuple[float, bool]:
    """The points of a range (``low``-``high``) by the lines of its field, and whether it lies over several of them.

    Over several it earns their mean, in whole points, weighted by the companies behind each stretch of the field (``levels``), or
    evenly where none are counted.
    """
    counted = {(_low(level), _high(level)): level.companies for level in levels}
    lines = [item.condition for item in items if item.condition is not None]
    points = [item.points for item in items if item.condition is not None]
    edges = {end for bounds in counted for end in bounds} | {
        end for c in lines for end in (_low(c), _high(c))
    }
    inner = sorted(edge for edge in edges if math.isfinite(edge))
    stretches = list(zip([-math.inf, *inner], [*inner, math.inf], strict=True))
    covered = [(a, b) for a, b in stretches if _overlap(a, b, low, high)]
    held = [tuple(i for i, c in enumerate(lines) if _low(c) <= a and b <= _high(c)) for a, b in covered]
    earned = [sum(points[i] for i in several) for several in held]
    if len(set(held)) == 1:
        return earned[0], False
    weights = [counted.get(stretch, 0) for stretch in covered]
    if not sum(weights):
        weights = [1] * len(covered)
    mean = sum(w * n for w, n in zip(weights, earned, strict=True)) / sum(weights)
    return math.floor(mean + 0.5), True


def lies_across(condition: Condition, low: float, high: float) -> bool:
    """Whether a condition holds for a part of a range only."""
    inside = _overlap(_low(condition), _high(condition), low, high)
    below = _overlap(-math.inf, _low(condition), low, high)
    above = _overlap(_high(condition), math.inf, low, high)
    return inside and (below or above)


def _overlap(a: float, b: float, low: float, high: float) -> bool:
    """Whether [a, b) holds any of a range; 51-100 ends where the next begins, be that 100 or 101."""
    return a < b and b > low and (a < high or a <= low)


def _low(bounds: Condition | LevelCount) -> float:
    return -math.inf if bounds.at_least is None else bounds.at_least


def _high(bounds: Condition | LevelCount) -> float:
    return math.inf if bounds.below is None else bounds.below


__all__ = ["lies_across", "points_of_range"]
