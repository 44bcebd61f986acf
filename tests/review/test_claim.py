"""A claim is what the rules of the posterior say of customers to come, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of

from icpcli.cluster.attributes import Attribute
from icpcli.cluster.heard import heard_of
from icpcli.cluster.levels import Levels
from icpcli.cluster.lift import lifts
from icpcli.cluster.sampled import Rules
from icpcli.model.claim import LEAVING, WINNING
from icpcli.model.scale import Scale
from icpcli.rank.utility import hear
from icpcli.review.claim import claim_of
from icpcli.review.signals import Signals, signals_of
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from icpcli.model.profile import Lift

N = 400
INSIDE = (np.arange(N) % 4 == 0).astype(float)


def signals(rng: np.random.Generator, lift: float = 0.8) -> Signals:
    """Companies inside worth more by ``lift``, leaving at 0.4 times the rate, won at three times the odds."""
    value = rng.normal(0, 1, N) + lift * INSIDE
    expected = rng.uniform(0.5, 1.5, N)
    seen = rng.poisson(expected * np.where(INSIDE == 1, 0.4, 1.0)).astype(float)
    won = (rng.random(N) < np.where(INSIDE == 1, 0.5, 0.25)).astype(float)
    return Signals({"lifetime_value": value}, {LEAVING: (seen, expected)}, won)


def claimed(found: Signals, rules: np.ndarray, weights: np.ndarray) -> dict[str, tuple[float, float]]:
    """Lift and standard deviation by part."""
    claim = claim_of(found, rules, weights, INSIDE, Scale("contract", ()))
    return {part.part: (part.lift, part.sd) for part in claim.parts}


def test_a_certain_rule_claims_what_was_planted():
    """Every part lies within three standard deviations of the truth."""
    found = claimed(signals(np.random.default_rng(2)), INSIDE[None, :], np.ones(1))

    for part, truth in {"lifetime_value": 0.8, LEAVING: np.log(0.4), WINNING: np.log(3)}.items():
        lift, sd = found[part]
        assert abs(lift - truth) <= 3 * sd


def test_another_rule_that_could_be_true_weakens_the_claim_and_widens_it():
    """Half the weight on a rule without overlap halves the lift and adds the doubt."""
    shown = signals(np.random.default_rng(2))
    other = (np.arange(N) % 4 == 1).astype(float)

    sure = claimed(shown, INSIDE[None, :], np.ones(1))
    torn = claimed(shown, np.vstack([INSIDE, other]), np.ones(2))

    assert torn["lifetime_value"][0] < 0.7 * sure["lifetime_value"][0]
    assert torn["lifetime_value"][1] > 2 * sure["lifetime_value"][1]


def test_what_is_not_improved_is_no_claim():
    """A part that is worse inside is not held against newcomers."""
    assert "lifetime_value" not in claimed(
        signals(np.random.default_rng(2), lift=-0.8), INSIDE[None, :], np.ones(1)
    )


def test_the_order_of_companies_does_not_matter():
    """Rows in another order give the same claim."""
    shown, order = signals(np.random.default_rng(2)), np.random.default_rng(0).permutation(N)
    seen, expected = shown.counts[LEAVING]
    mixed = Signals(
        {"lifetime_value": shown.figures["lifetime_value"][order]},
        {LEAVING: (seen[order], expected[order])},
        shown.won[order],
    )
    scale = Scale("contract", ())

    one = claim_of(shown, INSIDE[None, :], np.ones(1), INSIDE, scale)
    other = claim_of(mixed, INSIDE[order][None, :], np.ones(1), INSIDE[order], scale)

    for left, right in zip(one.parts, other.parts, strict=True):
        assert (left.lift, left.sd, left.spread) == pytest.approx((right.lift, right.sd, right.spread))


FIRMS, MEMBERS = 50, 8


def told_of_subsidiaries(seed: int) -> tuple[dict[str, tuple[float, float]], dict[str, Lift]]:
    """The claim and the printed lift of a book of firms whose subsidiaries pay, leave and are won much alike."""
    rng = np.random.default_rng(seed)
    firm = np.repeat(np.arange(FIRMS), MEMBERS)
    inside = firm % 3 == 0
    shared, own = rng.standard_normal((3, FIRMS))[:, firm], rng.standard_normal((3, len(firm)))
    pays, leaves, wins = np.sqrt(0.8) * shared + np.sqrt(0.2) * own
    days = rng.uniform(200, 1500, len(firm)).astype(int)
    stays = rng.exponential(1200 * np.exp(1.2 * leaves + inside)).astype(int)
    since = pd.Series(pd.Timestamp(AS_OF) - pd.to_timedelta(days, "D"))
    book = book_of(
        len(firm),
        group=firm,
        monthly_value=np.exp(5 + pays + inside),
        customer_since=since,
        followed_from=since,
        churned_on=(since + pd.to_timedelta(stays, "D")).where(stays < days),
        is_customer=wins + inside > 0,
    )
    utility = hear(book, DEFAULTS)
    attribute = Attribute("a", "one_of", ("0", "1"), (), inside.astype(int), np.ones(2, dtype=bool), None)
    member = inside[None, :]
    used = np.ones((1, 1), dtype=bool)
    rules = Rules(
        Levels([attribute]),
        np.array([[False, True]]),
        used,
        np.ones(1),
        np.ones(1),
        member,
        member.astype(float),
    )
    heard = heard_of(utility.parts, utility.weights, utility.groups)
    printed = lifts(rules, 0, heard, [c.value for c in utility.criteria], np.random.default_rng(0))
    claim = claim_of(
        signals_of(book, utility),
        rules.certain,
        np.ones(1),
        inside.astype(float),
        utility.scale or Scale("", ()),
    )
    return {part.part: (part.lift, part.sd) for part in claim.parts}, printed


def test_a_claim_is_as_sure_as_the_lift_that_is_printed_where_subsidiaries_are_many():
    """What customers pay is claimed with the lift of the report and its interval: relatives are no crowd in either."""
    claimed_of, printed = told_of_subsidiaries(3)

    lift, sd = claimed_of["lifetime_value"]
    told = printed["lifetime_value"]
    assert lift == pytest.approx(told.value, abs=0.02)
    assert sd == pytest.approx((told.high - told.low) / (2 * 1.96), rel=0.05)


@pytest.mark.parametrize("part", ["lifetime_value", LEAVING, WINNING])
def test_a_claim_of_subsidiaries_says_how_far_it_may_be_off(part: str):
    """Over 24 books the claimed lifts lie as far apart as their standard deviation says, or nearer."""
    told = [told_of_subsidiaries(seed)[0][part] for seed in range(24)]

    assert np.std([lift for lift, _ in told]) <= 1.15 * np.mean([sd for _, sd in told])
