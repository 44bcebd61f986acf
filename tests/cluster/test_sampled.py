"""Rules are weighed by their computed posterior, compared with blanks filled in, and a close call goes to the more probable."""

from __future__ import annotations

import numpy as np
import pytest

from icpcli.cluster.attributes import Attribute
from icpcli.cluster.levels import Floor, Levels
from icpcli.cluster.sampled import ENOUGH_CELLS, Rules, Sampled, completed_codes, deserved
from icpcli.cluster.selection import best_rule

ACCOUNTS = 100


def attribute(field: str, codes: np.ndarray) -> Attribute:
    """An attribute of values 0, 1, 2, ... with these codes, -1 where blank."""
    size = int(codes.max()) + 1
    return Attribute(
        field, "one_of", tuple(map(str, range(size))), (), codes, np.ones(size, dtype=bool), None
    )


def rules_over(codes: np.ndarray, chosen: list[list[int]], weight: list[float]) -> Rules:
    """Rules that each want some values of one field, all bringing as much."""
    levels = Levels([attribute("a", codes)])
    wanted = np.array([[v in values for v in range(levels.attributes[0].size)] for values in chosen])
    inside = wanted[:, codes]
    used = np.ones((len(chosen), 1), dtype=bool)
    return Rules(levels, wanted, used, np.array(weight), np.ones(len(chosen)), inside, inside.astype(float))


def test_rules_drawn_once_keep_their_share_and_the_others_share_by_their_posterior():
    """Of ten draws two were of rules drawn once; the other eight go 3 : 1, as computed, though they were counted 1 : 1."""
    weight = deserved(np.array([4.0, 1.0, 4.0, 1.0]), np.log([3.0, 9.0, 1.0, 9.0]))

    assert weight == pytest.approx([0.6, 0.1, 0.2, 0.1])


def test_a_rule_of_too_many_weighs_less_by_the_prior_of_its_share():
    """Of two rules with the same posterior, one of a fifth and one of six tenths, the first is the weightier by the prior."""
    codes = np.repeat([0, 1, 2], [20, 60, 20])
    rules = rules_over(codes, [[1], [0]], [0.5, 0.5])

    weighed = Sampled(rules, np.full((2, 1), 5.0), np.zeros(2), 0.0).weighed()

    assert weighed.conditions(0)[0].values == ("0",)
    assert weighed.weight[1] / weighed.weight[0] == pytest.approx(np.exp(-((np.log(2) / 0.2) ** 2) / 2))


def test_where_every_rule_was_drawn_once_all_weigh_alike():
    """Nothing but the draws is known of a posterior so flat that no rule comes twice."""
    assert deserved(np.ones(5), np.arange(5.0)) == pytest.approx(np.full(5, 0.2))


def test_blanks_are_filled_evenly_from_their_column_and_the_rest_stays_as_it_is():
    """A blank takes a value as often, over the copies of a small book, as its column has it, to one copy."""
    codes = np.repeat([0, 1, 1, 1], ACCOUNTS // 4)
    codes[::10] = -1

    filled = completed_codes(Levels([attribute("a", codes), attribute("b", np.arange(ACCOUNTS) % 3)]))

    copies = ENOUGH_CELLS // ACCOUNTS
    table = filled[0].reshape(copies, ACCOUNTS)
    known = codes >= 0
    assert (table[:, known] == codes[known]).all()
    share = (codes[known] == 1).mean()
    assert np.abs((table[:, ~known] == 1).mean(axis=0) - share).max() <= 1 / copies
    assert (filled[1] == np.tile(np.arange(ACCOUNTS) % 3, copies)).all()


def test_a_book_without_blanks_is_not_copied():
    """There is nothing to fill in."""
    assert len(completed_codes(Levels([attribute("a", np.arange(ACCOUNTS) % 3)]))[0]) == ACCOUNTS


def test_of_rules_that_agree_as_well_the_most_probable_is_printed():
    """A rule a hundredth of F1 behind the best wins if it is likelier; a rule further behind does not."""
    codes = np.concatenate([np.zeros(60), [1], np.full(20, 2), np.full(19, 3)]).astype(int)
    near = rules_over(codes, [[0, 1], [0]], [0.45, 0.55])
    far = rules_over(codes, [[0, 2], [0], [0, 1, 2], [0, 2, 3]], [0.2, 0.35, 0.25, 0.2])
    floor = Floor(np.ones(ACCOUNTS), 8)

    assert near.conditions(best_rule(near, floor))[0].values == ("0",)
    assert far.conditions(best_rule(far, floor))[0].values == ("0", "1", "2")
