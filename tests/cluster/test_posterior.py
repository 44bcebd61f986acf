"""The chains draw rules as often as the model says, and the trends they see beside the rule stay small."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import logsumexp

from icpcli.cluster.attributes import Attribute
from icpcli.cluster.heard import Heard, heard_of
from icpcli.cluster.levels import Floor, Levels
from icpcli.cluster.likelihood import MOST_TREND, Likelihood
from icpcli.cluster.posterior import Sampler
from icpcli.cluster.prior import (
    ATTRIBUTE_COST,
    TYPE_EXISTS,
    log_mass_of_rules,
    log_prior_of_rules,
    log_prior_of_share,
    prior_share_seen,
)
from icpcli.cluster.sampled import completed_codes, distinct_rules

ACCOUNTS = 60


def attribute(field: str, codes: np.ndarray, kind: str = "one_of") -> Attribute:
    """An attribute of levels 0, 1, 2, ... with these codes."""
    size = int(codes.max()) + 1
    edges = () if kind == "one_of" else tuple(map(float, range(size + 1)))
    return Attribute(field, kind, tuple(map(str, range(size))), edges, codes, np.ones(size, dtype=bool), None)


def sampler_of(attributes: list[Attribute], parts: np.ndarray, *, ladders: int = 8) -> Sampler:
    """A sampler that hears all accounts."""
    n = len(parts)
    everybody = np.ones((1, n), dtype=bool)
    floor = Floor(np.ones(n), 8)
    rng = np.random.default_rng(0)
    return Sampler(attributes, unrelated(parts), everybody, ladders=ladders, floor=floor, rng=rng)


def unrelated(parts: np.ndarray) -> Heard:
    """What is heard of accounts that stand alone, every criterion alike."""
    return heard_of(parts, np.ones(parts.shape[1]), np.arange(len(parts)))


def log_evidence(inside: np.ndarray, parts: np.ndarray) -> float:
    """The log evidence of a rule that these accounts (1 or 0) are inside, against that of knowing nothing of any rule."""
    likelihood = Likelihood(np.zeros((len(parts), 0)), unrelated(parts), np.ones((1, len(parts))))
    logs, _ = likelihood.evidence(np.stack([inside, np.zeros(len(parts))]))
    return float(logs[0] - logs[1] + np.log(0.5))


def standardised(parts: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and standard deviation 1."""
    return (parts - parts.mean(axis=0)) / parts.std(axis=0)


def spread_out(seed: int) -> tuple[list[np.ndarray], np.ndarray, Sampler]:
    """Two fields of three values with little in them, so that many rules are possible; codes, parts, and a warm sampler."""
    rng = np.random.default_rng(seed)
    codes = [rng.integers(0, 3, ACCOUNTS), rng.integers(0, 3, ACCOUNTS)]
    parts = standardised(rng.standard_normal((ACCOUNTS, 2)) + 0.3 * (codes[0] == 1)[:, None])
    sampler = sampler_of([attribute("a", codes[0]), attribute("b", codes[1])], parts, ladders=16)
    sampler.run(50)
    return codes, parts, sampler


def distance(exact: dict[tuple[bool, ...], float], chosen: np.ndarray, weight: np.ndarray) -> float:
    """Half the sum of the differences between the enumerated shares and those of some rules, empty ones left out."""
    total = sum(share for rule, share in exact.items() if any(rule))
    told = dict(zip((tuple(map(bool, c)) for c in chosen), weight / weight.sum(), strict=True))
    rules = {k for k in exact.keys() | told.keys() if any(k)}
    return sum(abs(exact.get(k, 0) / total - told.get(k, 0)) for k in rules) / 2


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_rules_are_drawn_as_often_as_enumerating_them_all_says(seed: int):
    """On two fields of three values, every rule's share of the draws is its share of the enumerated posterior, nearly."""
    codes, parts, sampler = spread_out(seed)

    chosen = np.concatenate([d.chosen for d in sampler.draw(1400)])

    distinct, counts = np.unique(chosen[chosen.any(axis=1)], axis=0, return_counts=True)
    # means and variances are refitted, not drawn, which moves shares by a few per cent
    assert distance(enumerated(codes, parts), distinct, counts) < 0.05


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_few_draws_weighed_by_their_posterior_are_nearer_to_it_than_their_counts(seed: int):
    """What sixty draws of a few chains say is less noisy weighed than counted."""
    codes, parts, sampler = spread_out(seed)
    everybody = np.ones(ACCOUNTS, dtype=bool)
    likelihood = Likelihood(sampler.levels.trends(), unrelated(parts), everybody[None, :])

    sampled = distinct_rules(
        [sampler.draw(60)[:8]], sampler.levels, completed_codes(sampler.levels), likelihood, everybody
    )

    exact, weighed = enumerated(codes, parts), sampled.weighed()
    counted = distance(exact, sampled.rules.chosen, sampled.visits.sum(axis=1))
    by_share = np.exp(log_prior_of_share(weighed.inside.mean(axis=1)))
    assert distance(exact, weighed.chosen, weighed.weight / by_share) < min(counted, 0.06)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_whether_any_type_stands_out_is_as_probable_as_enumerating_all_rules_says(seed: int):
    """The evidence of all rules against none, of which so many were drawn, is that of the sum over every rule."""
    codes, parts, sampler = spread_out(seed)
    everybody = np.ones(ACCOUNTS, dtype=bool)
    likelihood = Likelihood(sampler.levels.trends(), unrelated(parts), everybody[None, :])

    sampled = distinct_rules(
        [sampler.draw(200)], sampler.levels, completed_codes(sampler.levels), likelihood, everybody
    )

    exact = enumerated(codes, parts)
    some = sum(share for rule, share in exact.items() if any(rule))
    before = TYPE_EXISTS * prior_share_seen(8 / ACCOUNTS)
    odds_before = before / (1 - before) / mass_of_rules()
    odds = some / (1 - some) * odds_before
    assert sampled.exists() == pytest.approx(odds / (1 + odds), abs=0.02)


def test_a_type_too_small_to_be_seen_is_looked_for_in_small_books_alone():
    """The prior puts a quarter of all types below eight of 50 accounts, and next to none below eight of 200."""
    below = quad(lambda s: np.exp(-((np.log(0.1 / s) / 0.2) ** 2) / 2), 0.01, 0.1)[0]
    above = quad(lambda s: np.exp(-((np.log(s / 0.3) / 0.2) ** 2) / 2), 0.3, 1)[0]

    assert prior_share_seen(8 / 50) == pytest.approx((0.14 + above) / (below + 0.2 + above), abs=1e-3)
    assert prior_share_seen(8 / 200) == pytest.approx(1, abs=1e-4)


def mass_of_rules() -> float:
    """The prior of all rules over two fields of three values against that of none, summed one by one."""
    own = [
        np.exp(-ATTRIBUTE_COST + sum(np.log(0.25 if c else 0.75) for c in s))
        for s in product([False, True], repeat=3)
        if any(s) and not all(s)
    ]
    return float(2 * sum(own) + sum(own) ** 2)


def enumerated(codes: list[np.ndarray], parts: np.ndarray) -> dict[tuple[bool, ...], float]:
    """The posterior of every rule over two fields of three values, from the evidence of each."""
    subsets = [s for s in product([False, True], repeat=3) if not all(s)]
    logs = {}
    for a, b in product(subsets, subsets):
        inside = np.ones(len(parts))
        prior = 0.0
        for chosen, own in ((a, codes[0]), (b, codes[1])):
            if any(chosen):
                inside *= np.array(chosen)[own]
                prior += -ATTRIBUTE_COST + sum(np.log(0.25 if c else 0.75) for c in chosen)
        if inside.sum() >= 8:
            whole = inside.all()
            evidence = np.log(0.5) if whole else log_evidence(inside, parts)
            logs[(*a, *b)] = prior + float(evidence)
    total = logsumexp(list(logs.values()))
    return {rule: float(np.exp(x - total)) for rule, x in logs.items()}


def test_the_evidence_of_a_rule_is_the_integral_over_its_improvement():
    """For one criterion, the closed form equals the likelihood ratio integrated over a half-normal delta."""
    rng = np.random.default_rng(1)
    inside = (rng.random(ACCOUNTS) < 0.3).astype(float)
    part = standardised(rng.standard_normal((ACCOUNTS, 1)) + 0.6 * inside[:, None])
    likelihood = Likelihood(np.zeros((ACCOUNTS, 0)), unrelated(part), np.ones((1, ACCOUNTS)))

    said, expected = likelihood.evidence(inside[None, :])

    variance, gap = likelihood.variance[0, 0], part[inside == 1].mean() - part[inside == 0].mean()
    precision = inside.sum() * (1 - inside).sum() / ACCOUNTS / variance

    def density(delta: float) -> float:
        return np.sqrt(2 / np.pi) * np.exp(-(delta**2) / 2 + precision * (delta * gap - delta**2 / 2))

    integral, _ = quad(density, 0, 8)
    without = -(ACCOUNTS / variance + ACCOUNTS * np.log(variance)) / 2
    assert said[0] + np.log(2) == pytest.approx(without + np.log(integral), abs=1e-6)
    assert expected[0] == pytest.approx(quad(lambda d: d * density(d), 0, 8)[0] / integral, abs=1e-4)


@pytest.mark.parametrize("seed", [6, 7, 8, 9])
def test_a_blank_is_heard_as_a_mixture_of_inside_and_outside(seed: int):
    """The evidence nears the integral over mean and delta in which a blank is inside or outside, and not a bit of both."""
    rng = np.random.default_rng(seed)
    member = rng.random(ACCOUNTS) < 0.4
    part = standardised(rng.standard_normal((ACCOUNTS, 1)) + 1.4 * member[:, None])
    inside = np.where(np.arange(ACCOUNTS) < 10, 0.4, member)
    likelihood = Likelihood(np.zeros((ACCOUNTS, 0)), unrelated(part), np.ones((1, ACCOUNTS)))

    said, _ = likelihood.evidence(inside[None, :])

    variance = likelihood.variance[0, 0]
    mean, delta = (grid.ravel() for grid in np.meshgrid(np.linspace(-2, 1, 301), np.linspace(0, 4, 401)))
    outside = -((part - mean) ** 2) / 2 / variance
    gain = delta * (part - mean - delta / 2) / variance
    cell = np.log(0.01 * 0.01 * np.sqrt(2 / np.pi) / np.sqrt(2 * np.pi * variance / ACCOUNTS))
    without = -(delta**2) / 2 + cell - ACCOUNTS * np.log(variance) / 2
    mixture = logsumexp((outside + np.log1p(inside[:, None] * np.expm1(gain))).sum(axis=0) + without)
    by_shares = logsumexp((outside + inside[:, None] * gain).sum(axis=0) + without)
    assert said[0] + np.log(2) == pytest.approx(mixture, abs=0.3 * (mixture - by_shares))


def test_a_trend_that_goes_with_size_takes_no_more_than_its_share():
    """However strongly a part follows an ordered field, the trend beside the rule reaches 0.15 sd and no further."""
    rng = np.random.default_rng(2)
    size = rng.integers(0, 8, 300)
    parts = standardised(size[:, None] + rng.standard_normal((300, 1)))
    sampler = sampler_of([attribute("size", size, "between"), attribute("a", rng.integers(0, 3, 300))], parts)

    sampler.run(20)

    line = (size - size.mean()) / size.std()
    assert np.abs(sampler.likelihood.slope[:, 0, :] * line.std()).max() <= MOST_TREND + 1e-9
    assert (sampler.used[sampler.heat == 1.0, 0]).mean() > 0.9


def test_a_type_of_a_tenth_to_three_tenths_is_expected_and_the_further_off_the_less():
    """The prior is level between, falls off evenly in the log on both sides, and never forbids."""
    level, small, large = (
        log_prior_of_share(np.array(s)) for s in ([0.1, 0.2, 0.3], [0.05, 0.01], [0.6, 1.0])
    )

    assert (level == 0).all()
    assert small[0] == pytest.approx(-((np.log(2) / 0.2) ** 2) / 2)
    assert large[0] == pytest.approx(small[0])
    assert small[1] < small[0]
    assert np.isfinite(log_prior_of_share(np.array([0.0]))).all()


def test_the_mass_of_all_rules_is_the_sum_over_them():
    """Over a field of three values, an interval of two levels and an item of a list, every rule's prior adds up to it."""
    codes = np.arange(ACCOUNTS)
    item = dataclasses.replace(attribute("c", codes * 0), codes=codes % 2)
    levels = Levels([attribute("a", codes % 3), attribute("b", codes % 2, "between"), item])
    own = [
        [c for c in product([False, True], repeat=3) if not all(c)],
        [(False, False), (True, False), (False, True)],
        [(False,), (True,)],
    ]
    chosen = np.array([sum(c, ()) for c in product(*own)])
    used = np.array([[any(part) for part in c] for c in product(*own)])

    total = np.exp(log_prior_of_rules(levels, chosen, used))[used.any(axis=1)].sum()
    assert log_mass_of_rules(levels) == pytest.approx(np.log(total))
