"""The permutation test keeps its size, moves groups whole, and the verdict follows its rule."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from icpcli.cluster.attributes import Attribute
from icpcli.cluster.evidence import FOLDS, folds_of, is_shown_later, power_note, unseen_lift, verdict_of
from icpcli.cluster.heard import heard_of
from icpcli.cluster.permutation import permuted_orders, search_p_value
from icpcli.model.common import Interval, Verdict
from icpcli.model.profile import Lift


def attribute(field: str, codes: np.ndarray) -> Attribute:
    """An attribute of values 0, 1, 2, ... with these codes."""
    size = int(codes.max()) + 1
    return Attribute(
        field, "one_of", tuple(map(str, range(size))), (), codes, np.ones(size, dtype=bool), None
    )


def p_of(seed: int, *, effect: float, groups: np.ndarray | None = None, n: int = 120) -> float:
    """The p-value in a world of two columns; companies with value 0 in the first are better by ``effect``."""
    rng = np.random.default_rng(seed)
    own = np.arange(n) if groups is None else groups
    firm = rng.integers(0, 4, own.max() + 1)[own]
    parts = rng.standard_normal((n, 2))
    if groups is not None:
        parts = 0.3 * parts + rng.standard_normal((own.max() + 1, 2))[own]
    parts += effect * (firm == 0)[:, None]
    attributes = [attribute("a", firm), attribute("b", rng.integers(0, 3, n))]
    heard = heard_of(parts, np.ones(2), own)
    return search_p_value(attributes, heard, permutations=99, rng=np.random.default_rng(seed))


def test_a_pattern_is_found_and_its_p_is_the_smallest_there_is():
    """A strong pattern beats every shuffle."""
    assert p_of(1, effect=1.5) == pytest.approx(1 / 100)


def test_books_with_nothing_in_them_are_called_significant_in_about_five_percent():
    """The p-value is at most 0.05 in 5 % of null books, within chance."""
    books = 150
    called = sum(p_of(seed, effect=0.0) <= 0.05 for seed in range(books))

    assert called <= binom.ppf(0.999, books, 0.05)


def p_among_many(seed: int, parts: np.ndarray, better: np.ndarray) -> float:
    """The p-value where ``better`` (columns of codes) stand among twenty columns of noise."""
    rng = np.random.default_rng(seed)
    noise = [attribute(f"n{i}", rng.integers(0, 8, len(parts))) for i in range(20)]
    told = [attribute(f"a{i}", column) for i, column in enumerate(better.T)]
    groups = np.arange(len(parts))
    heard = heard_of(parts, np.ones(parts.shape[1]), groups)
    return search_p_value([*told, *noise], heard, permutations=199, rng=rng)


def test_one_criterion_that_moves_with_one_field_is_not_drowned_by_those_that_say_nothing():
    """Of three criteria one is better, by one column of twenty-one: most such books of 200 are called significant."""
    called = 0
    for seed in range(12):
        rng = np.random.default_rng(1000 + seed)
        codes, parts = rng.integers(0, 4, (200, 1)), rng.standard_normal((200, 3))
        parts[:, 0] += 1.0 * (codes[:, 0] == 0)
        called += p_among_many(seed, parts, codes) <= 0.05

    assert called >= 9


def test_a_rule_of_three_conditions_is_seen_though_none_shows_by_itself_much():
    """Half the values of three columns each, better together alone: most such books of 200 are called significant."""
    called = 0
    for seed in range(12):
        rng = np.random.default_rng(2000 + seed)
        codes, parts = rng.integers(0, 4, (200, 3)), rng.standard_normal((200, 3))
        parts += 1.0 * (codes < 2).all(axis=1)[:, None]
        called += p_among_many(seed, parts, codes) <= 0.05

    assert called >= 9


def test_subsidiaries_do_not_pretend_to_be_independent():
    """With four rows to a group that share value and luck, groups move whole and the size holds."""
    books = 150
    groups = np.repeat(np.arange(30), 4)
    called = sum(p_of(seed, effect=0.0, groups=groups) <= 0.05 for seed in range(books))

    assert called <= binom.ppf(0.999, books, 0.05)


def test_permutations_keep_groups_together_and_lose_nobody():
    """Every order holds every account once; accounts of a group stay neighbours of their group's places."""
    groups = np.array([0, 0, 2, 2, 4, 5, 6])

    orders = permuted_orders(groups, 20, np.random.default_rng(0))

    assert (orders[0] == np.arange(7)).all()
    for order in orders:
        assert sorted(order) == list(range(7))
        assert {tuple(order[0:2]), tuple(order[2:4])} == {(0, 1), (2, 3)}


def test_folds_hold_groups_whole():
    """Related accounts are left out together, and folds are of like size."""
    groups = np.repeat(np.arange(50), 2)

    folds = folds_of(groups, np.random.default_rng(0))

    assert (folds[::2] == folds[1::2]).all()
    assert set(np.bincount(folds)) == {10}
    assert folds.max() == FOLDS - 1


def test_unseen_lift_by_hand():
    """Inside 1 and 3, outside 0 and 0, unknown left out: the lift is 2, with the error of two means."""
    parts = np.array([[1.0], [3.0], [0.0], [0.0], [99.0]])

    lift = unseen_lift(np.array([1.0, 1.0, 0.0, 0.0, np.nan]), parts, np.ones(1), ["retention"], np.arange(5))

    assert lift["retention"].value == 2.0
    assert lift["net"] == lift["retention"]
    assert lift["net"].high - lift["net"].value == pytest.approx(1.959963984540054 * np.sqrt(0.5))


@pytest.mark.parametrize(
    ("p_value", "improved", "unseen", "verdict"),
    [
        (0.01, 0.95, 0.3, Verdict.SUPPORTED),
        (0.01, 0.95, -0.1, Verdict.TENTATIVE),
        (0.01, 0.70, 0.3, Verdict.TENTATIVE),
        (0.15, 0.95, 0.3, Verdict.TENTATIVE),
        (0.30, 0.95, 0.3, Verdict.UNSUPPORTED),
    ],
)
def test_the_verdict_follows_its_rule(p_value: float, improved: float, unseen: float, verdict: Verdict):
    """Supported needs all three; p up to 0.2 is tentative; the rest is unsupported."""
    lift = {"net": Lift(0.4, 0.1, 0.7, improved)}

    assert verdict_of(p_value, lift, {"net": Interval(unseen, unseen - 0.2, unseen + 0.2)}) is verdict


@pytest.mark.parametrize(
    ("later", "verdict", "words"),
    [
        (Interval(0.3, 0.0, 0.6), Verdict.SUPPORTED, "clear enough"),
        (Interval(0.05, -0.3, 0.4), Verdict.SUPPORTED, "clear enough"),
        (Interval(-0.05, -0.4, 0.3), Verdict.SUPPORTED, "clear enough"),
        (Interval(-0.2, -0.5, 0.1), Verdict.TENTATIVE, "won last do not show it"),
        (Interval(0.02, -0.1, 0.14), Verdict.TENTATIVE, "won last do not show it"),
    ],
)
def test_what_customers_won_later_do_not_show_is_not_supported(later: Interval, verdict: Verdict, words: str):
    """A pattern that was filled in with time is told apart by those on whom it was not drawn, where they surely lack half of it."""
    lift = {"net": Lift(0.4, 0.1, 0.7, 0.95)}

    found = verdict_of(0.01, lift, {"net": Interval(0.3, 0.1, 0.5)}, {"net": later})

    assert found is verdict
    assert words in power_note(0.01, found, 400, shown_later=is_shown_later(lift, {"net": later}))


def test_of_customers_followed_for_less_time_less_is_expected():
    """A lift in retention that the newest customers cannot show yet is not held against the profile; one in value is."""
    lift = {"retention": Lift(0.9, 0.6, 1.2, 1.0), "lifetime_value": Lift(0.3, 0.0, 0.6, 0.97)}
    lift["net"] = Lift(0.6, 0.4, 0.8, 1.0)
    later = {"net": Interval(0.1, -0.05, 0.25)}

    assert not is_shown_later(lift, later)
    assert not is_shown_later(lift, later, {"retention": 0.5, "lifetime_value": 0.5})
    assert is_shown_later(lift, later, {"retention": 0.1, "lifetime_value": 0.5})


def test_the_power_note_counts_how_many_more_would_settle_it():
    """At p = 0.1587 (z = 1) and 100 companies, (1.645 + 0.842)^2 times as many are needed: about 500 more."""
    assert "about 500 more companies" in power_note(0.15866, Verdict.TENTATIVE, 100)
    assert "better fields" in power_note(0.9, Verdict.UNSUPPORTED, 100)
