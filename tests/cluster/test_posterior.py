"""The chains draw rules as often as the model says, and the trends they see beside the rule stay small."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import logsumexp

from icpcli.cluster.attributes import Attribute
from icpcli.cluster.levels import Floor
from icpcli.cluster.likelihood import MOST_TREND, Likelihood
from icpcli.cluster.posterior import Sampler
from icpcli.cluster.prior import ATTRIBUTE_COST
from icpcli.cluster.sampled import deserved

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
    weights = np.ones(parts.shape[1])
    return Sampler(
        attributes, parts, weights, everybody, ladders=ladders, floor=floor, rng=np.random.default_rng(0)
    )


def log_evidence(inside: np.ndarray, parts: np.ndarray) -> float:
    """The log evidence of a rule that these accounts (1 or 0) are inside, against that of knowing nothing of any rule."""
    likelihood = Likelihood(
        np.zeros((len(parts), 0)), parts, np.ones(parts.shape[1]), np.ones((1, len(parts)))
    )
    logs, _ = likelihood.evidence(np.stack([inside, np.zeros(len(parts))]))
    return float(logs[0] - logs[1] + np.log(0.5))


def standardised(parts: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and standard deviation 1."""
    return (parts - parts.mean(axis=0)) / parts.std(axis=0)


def test_rules_are_drawn_as_often_as_enumerating_them_all_says():
    """On two fields of three values, every rule's share of the draws is its share of the enumerated posterior, nearly."""
    rng = np.random.default_rng(3)
    codes = [rng.integers(0, 3, ACCOUNTS), rng.integers(0, 3, ACCOUNTS)]
    parts = standardised(rng.standard_normal((ACCOUNTS, 2)) + 0.9 * (codes[0] == 1)[:, None])
    attributes = [attribute("a", codes[0]), attribute("b", codes[1])]

    draws = sampler_of(attributes, parts, ladders=16).draw(1500)
    drawn: dict[tuple[bool, ...], float] = {}
    for d in draws:
        for chosen in d.chosen[100:]:
            key = tuple(map(bool, chosen))
            drawn[key] = drawn.get(key, 0) + 1 / (16 * 1400)

    exact = enumerated(codes, parts)
    distance = sum(abs(exact.get(k, 0) - drawn.get(k, 0)) for k in exact.keys() | drawn.keys()) / 2
    assert (
        distance < 0.08
    )  # means and variances are refitted, not drawn, which moves shares by a few per cent


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
    likelihood = Likelihood(np.zeros((ACCOUNTS, 0)), part, np.ones(1), np.ones((1, ACCOUNTS)))

    said, expected = likelihood.evidence(inside[None, :])

    variance, gap = likelihood.variance[0, 0], part[inside == 1].mean() - part[inside == 0].mean()
    precision = inside.sum() * (1 - inside).sum() / ACCOUNTS / variance

    def density(delta: float) -> float:
        return np.sqrt(2 / np.pi) * np.exp(-(delta**2) / 2 + precision * (delta * gap - delta**2 / 2))

    integral, _ = quad(density, 0, 8)
    without = -(ACCOUNTS / variance + ACCOUNTS * np.log(variance)) / 2
    assert said[0] + np.log(2) == pytest.approx(without + np.log(integral), abs=1e-6)
    assert expected[0] == pytest.approx(quad(lambda d: d * density(d), 0, 8)[0] / integral, abs=1e-4)


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


def test_rules_drawn_once_keep_their_share_and_the_others_share_by_their_posterior():
    """Of ten draws two were of rules drawn once; the other eight go 3 : 1, as computed, though they were counted 1 : 1."""
    weight = deserved(np.array([4.0, 1.0, 4.0, 1.0]), np.log([3.0, 9.0, 1.0, 9.0]))

    assert weight == pytest.approx([0.6, 0.1, 0.2, 0.1])
