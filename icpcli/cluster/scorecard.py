"""Points for a company that was never seen: the additive card nearest to the posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.profile import Scorecard, ScoreItem

if TYPE_CHECKING:
    from icpcli.cluster.selection import Rules

LEAST_INFORMATION = 0.1
RIDGE = 1.0
TOP_POINTS = 100.0
FIT_STEPS = 20
SMALLEST_POINTS = 0.5


def scorecard_of(rules: Rules, information: np.ndarray) -> Scorecard | None:
    """Points nearest (least squares over accounts worked) to the expected improvement under the posterior.

    Fields with a probability below 0.1 carry none; a blank earns its field's mean. Points run over 100;
    ``fit_table`` gives for points the percentile (0-100) among companies worked; R2 says how near the
    additive card comes. None where no field carries information.
    """
    fields = np.flatnonzero(information >= LEAST_INFORMATION)
    if not len(fields):
        return None
    target = (rules.weight * rules.improvement) @ rules.inside
    design, owners = _design(rules, fields)
    centred = design - design.mean(axis=0)
    coefficients = np.linalg.solve(
        centred.T @ centred + RIDGE * np.eye(design.shape[1]), centred.T @ (target - target.mean())
    )
    fitted = target.mean() + centred @ coefficients
    spread = float(((target - target.mean()) ** 2).sum())
    r_squared = 1 - float(((target - fitted) ** 2).sum()) / spread if spread > 0 else 0.0
    scale = TOP_POINTS / max(float(np.ptp(fitted)), 1e-9)
    items = [
        _item(rules, a, level, scale * c, design[:, i])
        for i, ((a, level), c) in enumerate(zip(owners, coefficients, strict=True))
    ]
    total = scale * design @ coefficients
    return Scorecard(
        base=-float(np.round(total.min(), 1)),
        items=tuple(item for item in items if abs(item.points) >= SMALLEST_POINTS),
        fit_table=_fit_table(total - total.min()),
        r_squared=max(r_squared, 0.0),
    )


def _design(rules: Rules, fields: np.ndarray) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """One column per level of the fields, and one for blanks (level -1), with whose they are."""
    columns, owners = [], []
    for a in fields:
        attribute = rules.levels.attributes[a]
        for level in [*range(attribute.size), -1]:
            column = (attribute.codes == level).astype(float)
            if column.any():
                columns.append(column)
                owners.append((int(a), level))
    return np.column_stack(columns), owners


def _item(rules: Rules, a: int, level: int, points: float, column: np.ndarray) -> ScoreItem:
    attribute = rules.levels.attributes[a]
    count = int(column.sum())
    if level < 0:
        return ScoreItem(None, attribute.field, float(np.round(points, 1)), count)
    chosen = np.arange(attribute.size) == level
    return ScoreItem(attribute.condition(chosen), None, float(np.round(points, 1)), count)


def _fit_table(points: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Points to percentile among the companies worked, at twentieths."""
    shares = np.linspace(0, 1, FIT_STEPS + 1)
    places = np.round(np.quantile(points, shares), 1)
    return tuple((float(p), float(100 * s)) for p, s in zip(places, shares, strict=True))
