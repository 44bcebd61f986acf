"""Points for a company that was never seen: the additive card nearest to the posterior."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import isotonic_regression

from icpcli.cluster.rules import membership
from icpcli.model.profile import LevelCount, Scorecard, ScoreItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from icpcli.cluster.attributes import Attribute
    from icpcli.cluster.sampled import Rules

LEAST_INFORMATION = 0.1
RIDGE = 1.0
TOP_POINTS = 100.0
FIT_STEPS = 20
DIGITS = 9  # that utilities are compared by: what many companies brought alike (all that were lost) must tie


def scorecard_of(
    rules: Rules, profile: int, information: np.ndarray, utility: np.ndarray
) -> Scorecard | None:
    """Points nearest (least squares over accounts worked) to the expected improvement under the posterior.

    First each level of every field with a probability of 0.1 or more, a blank among them; then, on what these leave,
    the profile's conditions together, which a sum over fields cannot say (the order of an analysis of variance: main
    effects before their interaction). A blank that no company has earns what may be expected of it. Points are whole and run over 100; R2 is that of the whole points. ``utility``
    (accounts,) is what the accounts brought, NaN where nothing is known. None where no field carries information.
    """
    fields = np.flatnonzero(information >= LEAST_INFORMATION)
    if not len(fields):
        return None
    target = expected_improvement(rules)
    design, owners = _design(rules, fields)
    points = _ridge(design, target)
    together = _together(rules, profile)
    points = np.concatenate([points, _ridge(together, target - design @ points)])
    design = np.concatenate([design, together], axis=1)
    fitted = design @ points
    scale = TOP_POINTS / max(float(np.ptp(fitted)), 1e-9)
    whole = np.round(scale * points)
    total = design @ whole
    items = [_item(rules, a, level, whole[i], design[:, i]) for i, (a, level) in enumerate(owners)]
    items += [
        ScoreItem(None, None, float(whole[-2]), int(together[:, 0].sum()), "yes"),
        ScoreItem(None, None, float(whole[-1]), int(together[:, 1].sum()), "unknown"),
    ]
    items += _of_blanks(rules, owners, design[:, :-2], whole[:-2])
    if not together[:, 1].any():
        items.append(ScoreItem(None, None, _whole(_share_together(rules, profile) * whole[-2]), 0, "unknown"))
    return Scorecard(
        base=-float(total.min()) + 0.0,
        items=tuple(item for item in items if item.points),
        fit_table=_fit_table(total - total.min(), target, utility),
        r_squared=_r_squared(total, target),
    )


def recounted(card: Scorecard | None, companies: pd.DataFrame, matches: np.ndarray) -> Scorecard | None:
    """The card with its companies counted among all that were worked, where it was drawn from a sample of them.

    ``matches`` (companies,): 1 where the profile holds, NaN where it may.
    """
    if card is None:
        return None
    items = (replace(item, customers=_worked(item, companies, matches)) for item in card.items)
    return replace(card, items=tuple(items))


def _worked(item: ScoreItem, companies: pd.DataFrame, matches: np.ndarray) -> int:
    """How many companies earn an item's points."""
    if item.condition is not None:
        return int((membership([item.condition], companies) == 1).sum())
    if item.missing is not None:
        return int(companies[item.missing].isna().sum())
    return int((matches == 1).sum() if item.match == "yes" else np.isnan(matches).sum())


def net_utility(parts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted mean of the parts that each account has (accounts,); NaN where it has none."""
    observed = np.isfinite(parts)
    voices = observed @ weights
    with np.errstate(invalid="ignore", divide="ignore"):
        net: np.ndarray = np.where(voices > 0, (np.nan_to_num(parts) @ weights) / voices, np.nan)
    return net


def levels_of(attributes: Sequence[Attribute]) -> tuple[LevelCount, ...]:
    """How many accounts have each level of a field, rare values last; blanks are not counted.

    Of a field of lists, each of whose items is an attribute, the last count is of all accounts whose list is known.
    """
    levels = []
    for attribute in attributes:
        counts = np.bincount(attribute.codes[attribute.codes >= 0], minlength=attribute.size + 1)
        for level in range(attribute.size):
            alone = attribute.condition(np.arange(attribute.size) == level)
            value = alone.values[0] if alone.values else None
            levels.append(LevelCount(int(counts[level]), value, alone.at_least, alone.below))
        rest = int(counts.sum() if attribute.is_item else counts[-1])
    return (*levels, *([LevelCount(rest)] if attributes and rest else []))


def expected_improvement(rules: Rules) -> np.ndarray:
    """What the posterior expects each account to be better by (accounts,), in standard deviations.

    A blank belongs by the share of the known accounts that do, so this needs no chance.
    """
    accounts = len(rules.levels.attributes[0].codes)
    belongs = np.ones((len(rules.weight), accounts))
    for a, attribute in enumerate(rules.levels.attributes):
        users = np.flatnonzero(rules.used[:, a])
        if not len(users):
            continue
        counts = np.bincount(attribute.codes[attribute.codes >= 0], minlength=attribute.size + 1)
        chosen = rules.chosen[users][:, rules.levels.of(a)].astype(float)
        rare = np.zeros((len(users), 1))
        share = np.concatenate([chosen, rare], axis=1) @ counts / max(counts.sum(), 1)
        holds = np.concatenate([chosen, rare, share[:, None]], axis=1)
        belongs[users] *= holds[:, attribute.codes]  # a blank's code, -1, is the last column
    expected: np.ndarray = (rules.weight * rules.improvement) @ belongs
    return expected


def _design(rules: Rules, fields: np.ndarray) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """One column per level of the fields, and one for blanks (level -1), with whose they are.

    The items of a list are attributes of one field, whose blanks are the same cells.
    """
    columns, owners = [], []
    told = set[str]()
    for a in fields:
        attribute = rules.levels.attributes[a]
        blank = [] if attribute.field in told else [-1]
        told.add(attribute.field)
        for level in [*range(attribute.size), *blank]:
            column = (attribute.codes == level).astype(float)
            if column.any():
                columns.append(column)
                owners.append((int(a), level))
    return np.column_stack(columns), owners


def _together(rules: Rules, profile: int) -> np.ndarray:
    """Of which accounts the profile's rule holds, and of which it may (accounts, 2); a lone condition adds nothing."""
    certain = rules.certain[profile]
    together = np.column_stack([certain == 1, np.isnan(certain)]).astype(float)
    return together if rules.used[profile].sum() > 1 else np.zeros_like(together)


def _of_blanks(
    rules: Rules, owners: Sequence[tuple[int, int]], design: np.ndarray, points: np.ndarray
) -> list[ScoreItem]:
    """What a blank earns where no company worked has one: the mean of its field's lines, for it may be any of them.

    Without such a line a blank would earn nothing, and look like the field's worse values wherever the better ones are common.
    """
    fields = [rules.levels.attributes[a].field for a, _ in owners]
    seen = {field for field, (_, level) in zip(fields, owners, strict=True) if level < 0}
    earned = design.mean(axis=0) * points
    means = {
        field: sum(n for f, n in zip(fields, earned, strict=True) if f == field)
        for field in dict.fromkeys(fields)
        if field not in seen
    }
    return [ScoreItem(None, field, _whole(mean), 0) for field, mean in means.items()]


def _share_together(rules: Rules, profile: int) -> float:
    """Of the companies that meet all conditions of a rule but one, the share (0-1) that meet that, too: the mean over conditions.

    Companies with a blank there are not counted.
    """
    used = [rules.levels.attributes[a] for a in np.flatnonzero(rules.used[profile])]
    chosen = [rules.chosen[profile][rules.levels.of(int(a))] for a in np.flatnonzero(rules.used[profile])]
    # no level beyond the last is ever chosen, and -1 is a blank
    meets = np.array([np.append(c, [False, False])[a.codes] for a, c in zip(used, chosen, strict=True)])
    known = np.array([attribute.codes >= 0 for attribute in used])
    shares = []
    for left_out in range(len(meets)):
        others = np.delete(meets, left_out, axis=0).all(axis=0) & known[left_out]
        shares.append(float(meets[left_out][others].mean()) if others.any() else 0.0)
    return float(np.mean(shares))


def _whole(points: float) -> float:
    return float(np.floor(points + 0.5))


def _ridge(design: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Coefficients of least squares with a small ridge, around the means."""
    centred = design - design.mean(axis=0)
    gram = centred.T @ centred + RIDGE * np.eye(design.shape[1])
    solved: np.ndarray = np.linalg.solve(gram, centred.T @ (target - target.mean()))
    return solved


def _item(rules: Rules, a: int, level: int, points: float, column: np.ndarray) -> ScoreItem:
    attribute = rules.levels.attributes[a]
    count = int(column.sum())
    if level < 0:
        return ScoreItem(None, attribute.field, float(points), count)
    chosen = np.arange(attribute.size) == level
    return ScoreItem(attribute.condition(chosen), None, float(points), count)


def _r_squared(points: np.ndarray, target: np.ndarray) -> float:
    """The share of the target's variance that a straight line through the points explains."""
    if np.ptp(points) == 0 or np.ptp(target) == 0:
        return 0.0
    return float(np.corrcoef(points, target)[0, 1] ** 2)


def _fit_table(
    points: np.ndarray, improvement: np.ndarray, utility: np.ndarray
) -> tuple[tuple[float, float], ...]:
    """Points to fit: the share of the companies worked that a company with so many points can be expected to beat, ties halved.

    The expectation rises with the points (isotonic regression of the expected improvement, Barlow et al. 1972) around the
    mean of what was brought. What the companies brought beyond it is added in turn, since one like these may fall as far from
    what is expected as they did: the mean of the mid-ranks among them is the fit (a probability of superiority, McGraw & Wong
    1992, Psychological Bulletin 111). So over the companies worked it is 50 in the mean, however skewed the utilities are.
    """
    known = np.isfinite(utility)
    brought = np.round(np.sort(utility[known]), DIGITS)
    if not len(brought):
        return ()
    order = np.argsort(points, kind="stable")
    expected = np.empty(len(points))
    expected[order] = brought.mean() + isotonic_regression(improvement[order]).x - improvement.mean()
    beyond = utility[known] - expected[known]
    places = np.unique(np.quantile(points, np.linspace(0, 1, FIT_STEPS + 1), method="nearest"))
    table = []
    for place in places:
        like_this = np.round(expected[points == place].mean() + beyond, DIGITS)
        ranks = np.searchsorted(brought, like_this, side="left") + np.searchsorted(
            brought, like_this, side="right"
        )
        table.append((float(place), float(np.round(50 * ranks.mean() / len(brought), 1))))
    return tuple(
        pair
        for i, pair in enumerate(table)
        if not 0 < i < len(table) - 1 or not table[i - 1][1] == pair[1] == table[i + 1][1]
    )
