"""The mix of customers is compared by the index that risk managers know, and against chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from icpcli.review.coverage import share_of
from icpcli.review.stability import (
    is_beyond_chance,
    levels_of,
    moved_most,
    shifts,
    shuffles_for,
    stability_index,
)


def test_the_index_is_the_sum_by_hand():
    """Counts 60/40 against 45/55, a half added to each: (q - p) ln(q / p) over both levels."""
    p, q = np.array([60.5, 40.5]) / 101, np.array([45.5, 55.5]) / 101
    by_hand = (q[0] - p[0]) * np.log(q[0] / p[0]) + (q[1] - p[1]) * np.log(q[1] / p[1])

    assert stability_index(np.array([60.0, 40.0]), np.array([45.0, 55.0])) == pytest.approx(by_hand)
    assert by_hand == pytest.approx(0.0893, abs=5e-4)
    assert stability_index(np.array([30.0, 70.0]), np.array([30.0, 70.0])) == 0


def test_a_field_that_moved_is_named_and_others_are_not():
    """One field of six moved for newcomers: it alone is named, with a small p."""
    rng = np.random.default_rng(5)
    is_new = np.arange(400) >= 300
    fields = {f"field {i}": rng.integers(0, 4, 400) for i in range(5)}
    fields["country"] = np.where(is_new, rng.integers(2, 5, 400), rng.integers(0, 3, 400))

    found = shifts(fields, is_new, np.random.default_rng(0))

    assert [shift.field for shift in found] == ["country"]
    assert found[0].p_value <= 0.05 / 6


def test_a_mix_that_did_not_move_is_seldom_named():
    """With 10 fields of pure chance, a book names any in 5 % of cases or less."""
    books = 100
    named = 0
    for seed in range(books):
        rng = np.random.default_rng(seed)
        fields = {f"field {i}": rng.integers(0, 6, 260) for i in range(10)}
        named += bool(shifts(fields, np.arange(260) >= 200, rng))

    assert named <= binom.ppf(0.99, books, 0.05)


@pytest.mark.parametrize("fields", [1, 3, 10, 40, 150])
def test_the_level_is_divided_by_the_number_of_fields_and_by_nothing_else(fields: int):
    """p at 0.05 over the number of fields is beyond chance, the next p that shuffles can give is not; 5 places lie within."""
    shuffles = shuffles_for(fields)
    places = (shuffles + 1) * 0.05 / fields

    assert places == pytest.approx(round(places))
    assert round(places) >= 5
    assert is_beyond_chance(round(places) / (shuffles + 1), fields)
    assert not is_beyond_chance((round(places) + 1) / (shuffles + 1), fields)


def test_of_forty_fields_one_is_named_at_an_eight_hundredth():
    """By hand: 0.05 / 40 = 0.00125. What was named at 0.003 in a book of 40 fields was chance."""
    assert [is_beyond_chance(p, 40) for p in (0.001, 0.00125, 0.00126, 0.002, 0.00325)] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_numbers_go_by_tenths_and_blanks_are_a_level():
    """A number falls in one of ten bins of those known; a blank is its own level, and words keep theirs."""
    assert levels_of([1.0, 50.0, 100.0, None], is_number=True).tolist()[-1] == -1
    assert len(np.unique(levels_of(list(range(1000)), is_number=True))) == 10
    assert levels_of(["b", None, "a", float("nan")], is_number=False).tolist() == [1, -1, 0, -1]


def test_the_share_has_wilsons_interval():
    """Eight of ten: 0.49 to 0.94, as published tables give it."""
    share = share_of(8, 10)

    assert (share.value, round(share.low, 2), round(share.high, 2)) == (0.8, 0.49, 0.94)


def test_what_moved_most_is_told_in_words():
    """Of words the value whose share moved most, of numbers the median, and where they are blank now, that."""
    is_new = np.array([False] * 4 + [True] * 4)

    words = moved_most(
        ["Retail"] * 4 + ["Retail", "Aerospace", "Aerospace", "Aerospace"], is_new, is_number=False
    )
    figures = moved_most([10.0, 20.0, 30.0, 40.0, 100.0, 200.0, 300.0, 400.0], is_new, is_number=True)
    blanks = moved_most([10.0, 20.0, 30.0, 40.0, 100.0, np.nan, np.nan, np.nan], is_new, is_number=True)
    words_gone = moved_most(["Retail"] * 4 + [None, None, None, "Energy"], is_new, is_number=False)

    assert words == "Aerospace 0 % -> 75 %"
    assert figures == "median 25 -> 250"
    assert blanks == "blank 0 % -> 75 %"
    assert words_gone == "Retail 100 % -> 0 %"
