"""Related accounts that share their fate do not speak as so many witnesses; all others do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from icpcli.cluster.attributes import Attribute
from icpcli.cluster.heard import heard_of
from icpcli.cluster.levels import Levels
from icpcli.cluster.lift import NET, lifts
from icpcli.cluster.likelihood import Likelihood
from icpcli.cluster.sampled import Rules

FIRMS = 60


def firm_parts(seed: int, members: int, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """One part (accounts, 1) of firms of as many members, any two of one firm with this correlation; and their groups."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(FIRMS), members)
    shared, own = rng.standard_normal(FIRMS)[group], rng.standard_normal(len(group))
    return (np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)[:, None], group


def one_rule(is_inside: np.ndarray) -> Rules:
    """The rule that these accounts are inside, as the only one drawn."""
    codes = is_inside.astype(int)
    levels = Levels([Attribute("a", "one_of", ("0", "1"), (), codes, np.ones(2, dtype=bool), None)])
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
    assert (without.voices[4:] == heard.voices[4:]).all()
