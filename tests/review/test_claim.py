"""A claim is what the rules of the posterior say of customers to come, part by part."""

from __future__ import annotations

import numpy as np
import pytest

from icpcli.model.claim import LEAVING, WINNING
from icpcli.model.scale import Scale
from icpcli.review.claim import claim_of
from icpcli.review.signals import Signals

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
