"""Related accounts that share their fate do not speak as so many witnesses; all others do."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from icpcli.cluster.attributes import Attribute
from icpcli.cluster.confounding import effect_within
from icpcli.cluster.heard import heard_of
from icpcli.cluster.levels import Levels
from icpcli.cluster.lift import lifts
from icpcli.cluster.likelihood import Likelihood
from icpcli.cluster.permutation import search_p_value
from icpcli.cluster.sampled import Rules
from icpcli.model.profile import NET

FIRMS = 60


def firm_parts(seed: int, members: int, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """One part (accounts, 1) of firms of as many members, any two of one firm with this correlation; and their groups."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(FIRMS), members)
    shared, own = rng.standard_normal(FIRMS)[group], rng.standard_normal(len(group))
    return (np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)[:, None], group


def attribute(field: str, codes: np.ndarray) -> Attribute:
    """An attribute of values 0, 1, 2, ... with these codes."""
    size = int(codes.max()) + 1
    return Attribute(
        field, "one_of", tuple(map(str, range(size))), (), codes, np.ones(size, dtype=bool), None
    )


def one_rule(is_inside: np.ndarray) -> Rules:
    """The rule that these accounts are inside, as the only one drawn."""
    codes = is_inside.astype(int)
    levels = Levels([attribute("a", codes)])
    wanted, used = np.array([[False, True]]), np.ones((1, 1), dtype=bool)
    inside = codes[None, :] == 1
    return Rules(levels, wanted, used, np.ones(1), np.ones(1), inside, inside.astype(float))


@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_accounts_that_stand_alone_are_heard_in_full_and_missing_parts_not_at_all(seed: int, blank: float):
    """Without related accounts each voice is 1, or 0 where the part is missing."""
    rng = np.random.default_rng(seed)
    parts = np.where(rng.random((30, 2)) < blank, np.nan, rng.standard_normal((30, 2)))

    heard = heard_of(parts, np.ones(2), np.arange(30))

    assert (heard.voices == np.isfinite(parts)).all()


@pytest.mark.parametrize(("members", "correlation"), [(2, 0.9), (4, 0.5), (5, 0.0)])
def test_a_voice_is_the_inverse_of_the_design_effect(members: int, correlation: float):
    """Related accounts count by 1 / (1 + (m - 1) r), with the correlation r they were given (Kish 1965)."""
    voices = [heard_of(*_with_weights(firm_parts(s, members, correlation))).voices.mean() for s in range(20)]

    assert np.mean(voices) == pytest.approx(1 / (1 + (members - 1) * correlation), rel=0.1)


def _with_weights(firms: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    parts, group = firms
    return parts, np.ones(1), group


@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 4, 8]))
def test_copies_of_an_account_say_no_more_than_the_account(seed: int, copies: int):
    """Every account written several times over as its own relative: the evidence of a rule and its lift stay as they were."""
    rng = np.random.default_rng(seed)
    inside = np.arange(FIRMS) < rng.integers(10, 50)
    parts = rng.standard_normal((FIRMS, 2)) + 0.5 * inside[:, None]
    parts -= parts.mean(axis=0)
    told = []
    for times in (1, copies):
        heard = heard_of(np.repeat(parts, times, axis=0), np.ones(2), np.repeat(np.arange(FIRMS), times))
        member = np.repeat(inside, times)
        likelihood = Likelihood(np.zeros((len(member), 0)), heard, np.ones((1, len(member))))
        logs, improvement = likelihood.evidence(np.stack([member, np.zeros(len(member))]).astype(float))
        lift = lifts(one_rule(member), 0, heard, ("a", "b"), np.random.default_rng(0))[NET]
        told.append([logs[0] - logs[1], improvement[0], lift.value, lift.low, lift.high])

    assert told[0] == pytest.approx(told[1], rel=1e-9)


@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 5]))
def test_copies_of_an_account_move_no_test_of_confounding(seed: int, copies: int):
    """The effect of a field within another, and its p-value, are those of the book without the copies."""
    rng = np.random.default_rng(seed)
    codes, strata, part = rng.integers(0, 3, FIRMS), rng.integers(0, 2, FIRMS), rng.standard_normal(FIRMS)
    once = effect_within(codes, part, strata)

    again = effect_within(
        *(np.repeat(x, copies) for x in (codes, part, strata)), np.full(FIRMS * copies, 1 / copies)
    )

    assert dataclasses.astuple(once) == pytest.approx(dataclasses.astuple(again), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("copies", [2, 4])
def test_copies_of_every_account_leave_the_p_value_of_the_search_as_it_is(copies: int):
    """Shuffled whole and each speaking softly, so many copies are no more evidence than one."""
    p_values = []
    for times in (1, copies):
        rng = np.random.default_rng(4)
        codes = [rng.integers(0, 4, FIRMS) for _ in range(3)]
        parts = rng.standard_normal((FIRMS, 2)) + 0.4 * (codes[0] == 1)[:, None]
        parts -= parts.mean(axis=0)
        attributes = [attribute(f"a{i}", np.repeat(c, times)) for i, c in enumerate(codes)]
        heard = heard_of(np.repeat(parts, times, axis=0), np.ones(2), np.repeat(np.arange(FIRMS), times))
        p_values.append(search_p_value(attributes, heard, permutations=199, rng=np.random.default_rng(0)))

    assert 0.01 < p_values[0] < 0.5
    assert p_values[0] == p_values[1]


@pytest.mark.parametrize("members", [3, 700, 5000])
def test_however_many_they_are_relatives_alike_in_all_speak_as_one(members: int):
    """The voices of a group of copies add up to one, among others who stand alone."""
    parts = np.concatenate([np.ones(members), np.linspace(-1, 1, 40)])[:, None]
    group = np.concatenate([np.zeros(members), np.arange(1, 41)]).astype(int)

    voices = heard_of(parts - parts.mean(), np.ones(1), group).voices

    assert voices[:members].sum() == pytest.approx(1, rel=0.01)
    assert (voices[members:] == 1).all()


def test_who_is_left_of_a_group_alone_speaks_in_full():
    """One survivor of each group has no relative any more; a missing part makes nobody's relatives quieter."""
    parts, group = firm_parts(3, 4, 0.9)
    heard = heard_of(parts, np.ones(1), group)
    missing = np.where(np.arange(len(parts)) % 4 == 0, parts[:, 0], np.nan)[:, None]

    assert heard.voices.max() < 0.5
    assert (heard.at(np.arange(0, len(parts), 4)).voices == 1).all()
    assert (heard_of(missing, np.ones(1), group).voices == np.isfinite(missing)).all()


def test_a_side_that_speaks_in_less_than_one_voice_keeps_its_own_mean():
    """Eight relatives of one group of forty are a fraction of a voice: their mean counts as theirs, very unsure."""
    parts = np.concatenate([np.full(40, 2.0), np.linspace(-1, 1, 60)])[:, None]
    group = np.concatenate([np.zeros(40), np.arange(1, 61)]).astype(int)
    heard = heard_of(parts - parts.mean(), np.ones(1), group)

    lift = lifts(one_rule(np.arange(100) < 8), 0, heard, ("a",), np.random.default_rng(0))[NET]

    assert heard.voices[:8].sum() < 0.3
    assert lift.value > 0.2
    assert lift.high - lift.low > 2.5


def test_the_interval_of_the_lift_knows_that_related_accounts_share_their_fate():
    """Of firms of four, alike in all and none truly better, the 95 % interval holds no lift at all in 90 % or more."""
    books, covered = 200, 0
    inside = np.repeat(np.arange(FIRMS) < 20, 4)
    for seed in range(books):
        parts, group = firm_parts(1000 + seed, 4, 0.7)
        lift = lifts(
            one_rule(inside), 0, heard_of(parts, np.ones(1), group), ("a",), np.random.default_rng(0)
        )
        covered += lift[NET].low <= 0 <= lift[NET].high

    assert covered >= binom.ppf(0.001, books, 0.90)


def test_a_customer_left_out_is_not_heard_in_any_part():
    """Without some accounts their parts are missing and their voices 0; the others stay as they were."""
    parts, group = firm_parts(1, 2, 0.5)
    heard = heard_of(parts, np.ones(1), group)

    without = heard.without(np.array([0, 3]))

    assert np.isnan(without.parts[[0, 3]]).all()
    assert (without.voices[[0, 3]] == 0).all()
    assert (without.voices[[1, 2]] == 1).all()
    assert without.voices[4:] == pytest.approx(heard.voices[4:], abs=0.05)
