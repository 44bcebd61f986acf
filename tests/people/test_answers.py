"""When people answer is told where it is more than the working day explains."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from icpcli.people.answers import _by_hour, _by_weekday

BOOKS = 200


@pytest.mark.parametrize("answers", [30, 100, 300])
def test_answers_that_come_evenly_are_said_to_come_at_no_time(answers: int):
    """Over a working day from 9 to 6, Monday to Friday, a time is told in at most 5 % of books, within chance."""
    rng = np.random.default_rng(answers)
    hours = weekdays = 0
    for _ in range(BOOKS):
        found = pd.DataFrame({"hour": rng.integers(9, 18, answers), "weekday": rng.integers(0, 5, answers)})
        hours += len(_by_hour(found))
        weekdays += len(_by_weekday(found))

    assert hours <= binom.ppf(0.999, BOOKS, 0.05)
    assert weekdays <= binom.ppf(0.999, BOOKS, 0.05)


def test_a_time_at_which_most_answer_is_told():
    """Eight of ten answers in the morning, on Tuesdays, are told with their count."""
    found = pd.DataFrame({"hour": [10] * 40 + [15] * 10, "weekday": [1] * 40 + [3] * 10})

    assert _by_hour(found) == ["answers most before noon: 40 of 50 answers (80 %)"]
    assert _by_weekday(found) == ["answers most on Tuesdays: 40 of 50 answers (80 %)"]
