"""Companies first worked at about the same time are shuffled among each other and compared, less what goes with time."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from books import book_of
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from icpcli.cluster.attributes import Attribute
from icpcli.cluster.heard import heard_of
from icpcli.cluster.lift import LEAST_VARIANCE, effects
from icpcli.cluster.permutation import permuted_orders, search_p_value
from icpcli.cluster.strata import LEAST_GROUPS, MOST_STRATA, began_on, levelled, strata_of


def newer_segment(seed: int, *, drift: float, effect: float, n: int = 200) -> tuple[np.ndarray, ...]:
    """Who is of a segment (a fifth) that is merely newer, when each began, and a part that drifts with time (n, 1)."""
    rng = np.random.default_rng(seed)
    newer = rng.random(n) < 0.2
    began = rng.uniform(0, 1000, n) * np.where(newer, 0.3, 1.0) + np.where(newer, 700.0, 0.0)
    parts = rng.standard_normal((n, 1)) + drift * (began[:, None] - 500) / 290 + effect * newer[:, None]
    return newer, began, parts


def p_values(seed: int, *, drift: float, effect: float, n: int = 200) -> tuple[float, float]:
    """By shuffles over all and within strata, where one of five countries is merely newer."""
    newer, began, parts = newer_segment(seed, drift=drift, effect=effect, n=n)
    codes = np.where(newer, 0, np.random.default_rng([seed, 1]).integers(1, 5, n))
    values, allowed = tuple("abcde"), np.ones(5, dtype=bool)
    attributes = [Attribute("country", "one_of", values, (), codes, allowed, None)]
    over_all, within = (
        search_p_value(
            attributes,
            heard_of(parts, np.ones(1), np.arange(n), some),
            permutations=99,
            rng=np.random.default_rng(seed),
        )
        for some in (None, strata_of(began, np.arange(n)))
    )
    return over_all, within


def lifts_of(seed: int, *, drift: float, effect: float, n: int = 200) -> tuple[float, float, float]:
    """The lift of the newer segment as it is, once what goes with time is taken off, and so among companies of one time."""
    newer, began, parts = newer_segment(seed, drift=drift, effect=effect, n=n)
    heard = heard_of(parts, np.ones(1), np.arange(n), strata_of(began, np.arange(n)))
    level, anybody, inside = levelled(heard, began), np.zeros(n, dtype=int), newer[None, :].astype(float)
    asked = ((parts, anybody), (level.parts, anybody), (level.parts, level.strata))
    plain, off, within = (float(effects(inside, of, heard.voices, strata)[0][0, 0]) for of, strata in asked)
    return plain, off, within


def test_what_goes_with_time_alone_is_no_lift():
    """Where figures rise with time, a segment that is merely newer shows a lift, and next to none of it among those of its time."""
    plain, off, within = np.mean([lifts_of(seed, drift=0.5, effect=0.0) for seed in range(40)], axis=0)

    assert plain > 0.5
    assert abs(off) < 0.15
    assert abs(within) < 0.1


def test_the_lift_of_a_newer_segment_that_is_better_is_not_taken_off_with_time():
    """A segment that is better is so among companies of its time, however much it alone makes later ones better."""
    _, off, within = np.mean([lifts_of(seed, drift=0.0, effect=1.0) for seed in range(40)], axis=0)

    assert off < 0.9
    assert abs(within - 1.0) < 0.1


def test_where_nothing_goes_with_time_next_to_nothing_is_taken_off():
    """Means of strata that differ by chance alone are left as they are, or nearly."""
    moved = []
    for seed in range(40):
        _, began, parts = newer_segment(seed, drift=0.0, effect=0.0)
        heard = heard_of(parts, np.ones(1), np.arange(200), strata_of(began, np.arange(200)))
        moved.append(float(np.std(levelled(heard, began).parts - parts)))

    assert np.median(moved) < 1e-6
    assert np.mean(moved) < 0.06


def test_of_whom_no_day_is_told_nothing_is_taken_off():
    """Accounts without a day keep their parts, and missing parts stay missing."""
    began = np.concatenate([np.full(3, np.nan), np.arange(197.0)])
    parts = np.arange(200)[:, None] / 64.0
    parts[5] = np.nan
    heard = heard_of(parts, np.ones(1), np.arange(200), strata_of(began, np.arange(200)))

    level = levelled(heard, began).parts[:, 0]

    assert level[:3].tolist() == parts[:3, 0].tolist()
    assert np.isnan(level[5])
    assert np.nanstd(level[3:]) < 0.2 * np.nanstd(parts[3:, 0])


def test_who_counts_less_says_less_of_what_goes_with_time():
    """Where half the accounts count a tenth, the shrinkage is that of their weighted squares, worked out by hand."""
    voices = np.where(np.arange(200) % 2 == 1, 1.0, 0.1)
    began = np.repeat([0.0, 100.0], 100)
    part = (
        np.where(began > 0, 0.25, -0.25) + np.where(np.arange(200) % 4 < 2, 1.0, -1.0) + 3.0 * (voices == 1)
    )
    groups, weights = np.arange(200), np.ones(1)
    heard = dataclasses.replace(
        heard_of(part[:, None], weights, groups, (began > 0).astype(int)), voices=voices[:, None]
    )
    means = [np.average(part[began == day], weights=voices[began == day]) for day in (0, 100)]
    left = part - np.where(began > 0, means[1], means[0])
    within, between = voices @ left**2 / (voices.sum() - 2), voices.sum() * ((means[1] - means[0]) / 2) ** 2

    taken = part - levelled(heard, began).parts[:, 0]

    assert taken[-1] - taken[0] == pytest.approx((1 - within / between) * (means[1] - means[0]), abs=1e-5)


def test_accounts_without_a_day_stand_beside_those_with_one():
    """Where all began on one day there is one stratum, and nobody stands alone in another."""
    began = np.concatenate([np.full(200, 5.0), np.full(100, np.nan)])

    assert len(np.unique(strata_of(began, np.arange(300)))) == 1


def test_an_effect_within_strata_by_hand():
    """Two strata whose differences are 2 and 4, weighed by 1 and 2/3: the effect is 2.8."""
    parts = np.array([[2.0], [2.0], [0.0], [0.0], [9.0], [5.0], [5.0]])
    inside = np.array([[1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]])
    strata = np.array([3, 3, 3, 3, 7, 7, 7])

    effect, error = effects(inside, parts, np.ones((7, 1)), strata)

    assert effect[0, 0] == pytest.approx((1 * 2 + 2 / 3 * 4) / (1 + 2 / 3))
    assert error[0, 0] == pytest.approx(LEAST_VARIANCE * 7 / 5 / (1 + 2 / 3))


def test_a_segment_that_is_merely_newer_is_not_called_a_type():
    """Prices that rise with time make it look better in most null books; among companies of the same time it does not."""
    p = np.array([p_values(seed, drift=0.5, effect=0.0) for seed in range(60)])

    assert (p[:, 0] <= 0.05).mean() > 0.5
    assert (p[:, 1] <= 0.05).sum() <= binom.ppf(0.999, 60, 0.08)  # a tenth of the drift is left within strata


def test_a_newer_segment_that_is_better_is_still_found():
    """A real difference among companies of the same time is seen although the segment is young."""
    p = np.array([p_values(seed, drift=0.0, effect=1.5)[1] for seed in range(20)])

    assert (p <= 0.05).mean() >= 0.8


def test_shuffles_keep_to_their_strata():
    """Every order holds every account once, in its own stratum, and groups stay whole."""
    groups = np.array([0, 0, 2, 2, 4, 4, 6, 6, 8, 9])
    strata = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 1])

    orders = permuted_orders(groups, 20, np.random.default_rng(0), strata)

    for order in orders:
        assert sorted(order) == list(range(10))
        assert (strata[order] == strata).all()
        assert {tuple(order[0:2]), tuple(order[2:4])} == {(0, 1), (2, 3)}
    assert len({tuple(order) for order in orders}) > 2


@given(
    days=st.lists(st.one_of(st.none(), st.integers(0, 3000)), min_size=1, max_size=400),
    of_group=st.integers(1, 3),
)
def test_strata_go_by_time_hold_enough_and_keep_groups_whole(days: list[int | None], of_group: int):
    """Related accounts share a stratum, later ones are in no earlier one, and nobody is left out."""
    began = np.array([np.nan if day is None else float(day) for day in days])
    groups = np.arange(len(days)) // of_group

    strata = strata_of(began, groups)

    assert len(strata) == len(days)
    assert strata.max() < max(1, min(MOST_STRATA, len(np.unique(groups)) // LEAST_GROUPS))
    first = pd.Series(began).groupby(groups).min()
    of = pd.Series(strata).groupby(groups)
    assert (of.min() == of.max()).all()
    told = first.dropna().sort_values()
    assert of.first()[told.index].is_monotonic_increasing


def test_the_first_day_told_is_when_a_company_was_first_worked():
    """The day its first deal was opened, else when it became a customer or was lost; NaN where nothing is told."""
    book = book_of(
        4,
        customer_since=pd.to_datetime(["2025-01-10", "2025-01-10", None, None]),
        lost_on=pd.to_datetime([None, None, "2025-01-05", None]),
    )
    opened = pd.DataFrame(
        {
            "account_key": ["A00000", "A00000"],
            "channel": None,
            "worked_on": pd.to_datetime(["2025-01-02", "2025-02-01"]),
        }
    )

    began = began_on(dataclasses.replace(book, pursuits=opened))

    day = float(np.datetime64("2025-01-01", "D").astype(int))
    assert began[:3].tolist() == [day + 1, day + 9, day + 4]
    assert np.isnan(began[3])
