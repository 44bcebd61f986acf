"""What a rule is, and which companies it holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.lists import items_of
from icpcli.model.spelling import same_word, same_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from icpcli.model.profile import Condition

LEAST_ACCOUNTS = 8  # a rule that holds for fewer is none
MOST_CONDITIONS = 4


def membership(conditions: Sequence[Condition], companies: pd.DataFrame) -> np.ndarray:
    """Which companies the conditions hold for: 1 yes, 0 no, NaN unknown; no conditions hold for nobody.

    ``companies`` has a column per field (text or double). One condition that fails settles "no"; a blank
    is unknown, never a misfit. Words are compared without case, accents and double spaces: another export may spell them otherwise.
    """
    if not conditions:
        return np.zeros(len(companies))
    answers = np.column_stack([_meets(c, companies) for c in conditions])
    fails = (answers == 0).any(axis=1)
    unknown = np.isnan(answers).any(axis=1)
    return np.where(fails, 0.0, np.where(unknown, np.nan, 1.0))


def _meets(condition: Condition, companies: pd.DataFrame) -> np.ndarray:
    if condition.field not in companies:
        return np.full(len(companies), np.nan)
    column = companies[condition.field]
    if condition.kind == "one_of":
        return _told_by_words(column, lambda text: [text], condition.values)
    if condition.kind == "has":
        return _told_by_words(column, items_of, condition.values)
    numbers = column.to_numpy(dtype=float)
    at_least = -np.inf if condition.at_least is None else condition.at_least
    below = np.inf if condition.below is None else condition.below
    return np.where(np.isnan(numbers), np.nan, ((numbers >= at_least) & (numbers < below)).astype(float))


def _told_by_words(
    column: pd.Series, words_in: Callable[[str], Iterable[str]], values: Sequence[str]
) -> np.ndarray:
    """Which cells hold one of some values, NaN where blank; each distinct cell is asked once."""
    wanted = same_words(values)
    codes, distinct = pd.factorize(column)
    meets = [any(same_word(word) in wanted for word in words_in(str(cell))) for cell in distinct]
    answers: np.ndarray = np.array([*meets, np.nan], dtype=float)[codes]
    return answers
