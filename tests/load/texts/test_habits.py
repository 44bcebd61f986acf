"""What could be read two ways, as the language of the user settles it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from icpcli.load.texts.habits import habit_of
from icpcli.load.texts.values import read_as
from icpcli.model.common import Kind

if TYPE_CHECKING:
    from icpcli.load.texts.habits import Habit


@pytest.mark.parametrize(
    ("habit", "day", "ratio"),
    [
        (habit_of(None), date(2026, 4, 3), 1234),
        (habit_of("en"), date(2026, 4, 3), 1234),
        (habit_of("en-US"), date(2026, 3, 4), 1234),
        (habit_of("fr"), date(2026, 4, 3), 1.234),
    ],
)
def test_the_language_settles_what_no_cell_does(habit: Habit, day: date, ratio: float):
    """03/04/2026 and 1,234 are read as the user's language writes them, and are then no open question."""
    days = read_as(pa.array(["03/04/2026", "05/06/2026"]), Kind.DATE, habit=habit)
    ratios = read_as(pa.array(["1,234", "2,345"]), Kind.COUNT, habit=habit)

    assert days.array.to_pylist()[0] == day
    assert ratios.array.to_pylist()[0] == ratio
    assert days.ambiguous == ratios.ambiguous == (habit == habit_of(None))


def test_a_column_that_tells_beats_the_language():
    """13/04 shows that the day comes first, whatever language was named; money never has three decimals."""
    days = read_as(pa.array(["03/04/2026", "13/04/2026"]), Kind.DATE, habit=habit_of("en-US"))
    money = read_as(pa.array(["1,234", "2,345"]), Kind.MONEY, field="amount", habit=habit_of("fr"))

    assert days.array.to_pylist()[0] == date(2026, 4, 3)
    assert money.array.to_pylist()[0] == 1234
