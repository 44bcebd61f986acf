"""The mix of customers is compared by the index that risk managers know, and against chance."""

from __future__ import annotations

import numpy as np
import pytest

from icpcli.review.coverage import share_of
from icpcli.review.stability import levels_of, shifts, stability_index


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
    assert found[0].p_value <= 0.01


def test_a_mix_that_did_not_move_is_seldom_named():
    """With 10 fields of pure chance, at most a few of 40 books name any."""
    named = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        fields = {f"field {i}": rng.integers(0, 6, 260) for i in range(10)}
        named += bool(shifts(fields, np.arange(260) >= 200, rng))

    assert named <= 6  # binomial(40, 0.05): 6 or more in 1 % of cases


def test_numbers_go_by_tenths_and_blanks_are_a_level():
    """A number falls in one of ten bins of those known; a blank is its own level, and words keep theirs."""
    assert levels_of([1.0, 50.0, 100.0, None], is_number=True).tolist()[-1] == -1
    assert len(np.unique(levels_of(list(range(1000)), is_number=True))) == 10
    assert levels_of(["b", None, "a", float("nan")], is_number=False).tolist() == [1, -1, 0, -1]


def test_the_share_has_wilsons_interval():
    """Eight of ten: 0.49 to 0.94, as published tables give it."""
    share = share_of(8, 10)

    assert (share.value, round(share.low, 2), round(share.high, 2)) == (0.8, 0.49, 0.94)
