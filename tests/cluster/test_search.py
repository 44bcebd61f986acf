"""What is told beside the profile: whom to avoid, what other weights would print, and the customers won last."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from books import book_of, words

from icpcli.cluster.attributes import candidates
from icpcli.cluster.heard import heard_of
from icpcli.cluster.likelihood import Likelihood
from icpcli.cluster.profile import derive_profile
from icpcli.cluster.rules import membership
from icpcli.cluster.search import LEAST_LATE, MOST_ACCOUNTS, _sample_of_groups, lift_unseen, search_of
from icpcli.model.common import Criterion
from icpcli.model.tables import Utility
from icpcli.rank.ranking import rank_customers
from icpcli.settings import DEFAULTS, Settings


def standardised(parts: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and standard deviation 1, on a grid."""
    return np.round((parts - parts.mean(axis=0)) / parts.std(axis=0) * 2**20) / 2**20


def world(seed: int, *, n: int = 300, good: float = 0.0, bad: float = 0.0):
    """A book whose Retail companies are better, and Media companies worse, in two criteria."""
    rng = np.random.default_rng(seed)
    industry = rng.choice(["Energy", "Media", "Retail", "Software"], n)
    effect = good * (industry == "Retail") - bad * (industry == "Media")
    parts = standardised(rng.standard_normal((n, 2)) + effect[:, None])
    criteria = (Criterion.RETENTION, Criterion.LIFETIME_VALUE)
    attributes = {"industry": words(list(industry)), "colour": words(list(rng.choice(["blue", "red"], n)))}
    since = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 1000, n), unit="D")
    book = book_of(n, attributes=attributes, customer_since=since, monthly_value=rng.lognormal(5, 1, n))
    return book, Utility(parts, criteria, np.ones(2), np.arange(n))


def profile_of(book, utility, settings: Settings = DEFAULTS):
    """The profile of a book."""
    return derive_profile(book, rank_customers(book, settings), utility, settings).profile


def test_the_type_to_avoid_is_found_with_its_own_evidence():
    """A planted bad type is named, with a lift below zero in the model and on customers not seen."""
    avoid = profile_of(*world(1, good=1.2, bad=1.2)).avoid

    assert avoid is not None
    assert [(c.field, c.values) for c in avoid.conditions] == [("industry", ("Media",))]
    assert avoid.lift["net"].high < 0
    assert avoid.evidence.unseen["net"].high < 0
    assert avoid.evidence.p_value <= 0.05


def test_whom_to_avoid_is_nobody_of_the_profile():
    """Where a bad country runs through the good industry too, the customers counted are those outside the profile."""
    rng = np.random.default_rng(5)
    n = 500
    industry = rng.choice(["Energy", "Media", "Retail", "Software"], n)
    country = rng.choice(["France", "Spain", "Italy"], n)
    effect = 2.0 * (industry == "Retail") - 1.2 * ((country == "Spain") & (industry != "Retail"))
    parts = standardised(rng.standard_normal((n, 2)) + effect[:, None])
    attributes = {"industry": words(list(industry)), "country": words(list(country))}
    book = book_of(n, attributes=attributes, monthly_value=rng.lognormal(5, 1, n))
    utility = Utility(parts, (Criterion.RETENTION, Criterion.LIFETIME_VALUE), np.ones(2), np.arange(n))

    profile = profile_of(book, utility)

    assert profile.avoid is not None
    holds = membership(profile.avoid.conditions, book.attributes) == 1
    ideal = membership(profile.conditions, book.attributes) == 1
    assert (holds & ideal).any()
    assert profile.avoid.customers == (holds & ~ideal).sum()


def test_without_a_criterion_is_as_if_it_had_never_been_heard():
    """Leaving a criterion out gives the evidence of a book without it: the others do not speak louder."""
    rng = np.random.default_rng(0)
    parts, groups = standardised(rng.standard_normal((90, 3))), np.arange(90)
    inside = (rng.random((4, 90)) < 0.3).astype(float)
    without = heard_of(parts, np.array([1.0, 2.0, 1.0]), groups).without_part(1)
    never = heard_of(parts[:, [0, 2]], np.ones(2), groups)

    logs = [
        Likelihood(np.zeros((90, 0)), heard, np.ones((1, 90))).evidence(inside)[0]
        for heard in (without, never)
    ]

    assert logs[0] == pytest.approx(logs[1])


def test_a_family_larger_than_the_sample_does_not_empty_it():
    """Of a group that no longer fits, as many accounts are heard as there is room for."""
    groups = np.concatenate([np.zeros(6000, dtype=int), np.arange(1, 2001)])

    taken = _sample_of_groups(groups, 5000, np.random.default_rng(0))

    assert len(taken) == len(np.unique(taken)) == 5000
    assert len(_sample_of_groups(np.zeros(6000, dtype=int), 5000, np.random.default_rng(0))) == 5000


def test_the_profile_survives_other_weights_where_every_criterion_agrees():
    """Without either criterion, with either counted twice and without the largest customers, the same is printed."""
    profile = profile_of(*world(2, good=1.2))

    changes = [s.change for s in profile.sensitivity]
    assert changes[:2] == ["without retention", "without lifetime value"]
    assert changes[-1] == "without the 3 largest customers"
    assert all(s.agreement > 0.9 for s in profile.sensitivity)


def test_a_profile_that_rests_on_one_criterion_says_so():
    """Where only value is better inside, nothing would stand out without it, and all the same without the other."""
    book, utility = world(3, good=1.2)
    parts = utility.parts.copy()
    parts[:, 0] = np.random.default_rng(9).permutation(parts[:, 0])
    profile = profile_of(book, dataclasses.replace(utility, parts=parts))

    changed = {s.change: s for s in profile.sensitivity}
    assert changed["without lifetime value"].statement == "No type of company stands out."
    assert changed["without lifetime value"].agreement == 0
    assert changed["without retention"].agreement > 0.9


def test_a_rule_is_tested_on_the_customers_won_last():
    """The latest three of ten customers are left out, and the lift on them is that of a planted rule."""
    book, utility = world(4, n=400, good=1.2)
    search, _ = search_of(book, candidates(book, DEFAULTS), utility, DEFAULTS)

    unseen = lift_unseen(search)

    since = book.accounts["customer_since"]
    late = (since >= pd.Timestamp(unseen.later_since)).sum()
    assert 0.25 * len(since) < late < 0.35 * len(since)
    assert unseen.later["net"].low > 0
    assert set(unseen.later) == set(unseen.folds) == {"net", "retention", "lifetime_value"}


def test_customers_won_last_can_show_less_of_retention():
    """Where the latest customers' retention part varies half as much, they can show a quarter of its lift, and all of value's."""
    book, utility = world(4, n=400, good=1.2)
    since = book.accounts["customer_since"].to_numpy()
    late = since >= np.sort(since)[-len(since) * 3 // 10]
    parts = utility.parts.copy()
    column = list(map(str, utility.criteria)).index("retention")
    everybody = np.nanstd(parts[:, column])
    parts[late, column] *= 0.5 * everybody / np.nanstd(parts[late, column])
    search, _ = search_of(
        book, candidates(book, DEFAULTS), dataclasses.replace(utility, parts=parts), DEFAULTS
    )

    can_show = lift_unseen(search).can_show

    assert can_show["lifetime_value"] == 0.5
    assert 0.2 < can_show["retention"] / 0.5 < 0.4


def test_dates_that_do_not_allow_it_are_not_forced():
    """With too few late customers, or all won on one day, nothing is said of the customers won last."""
    book, utility = world(5, n=3 * LEAST_LATE)
    few, _ = search_of(book, candidates(book, DEFAULTS), utility, DEFAULTS)
    accounts = book.accounts.assign(customer_since=pd.Timestamp("2025-01-01"))
    same, _ = search_of(
        dataclasses.replace(book, accounts=accounts), candidates(book, DEFAULTS), utility, DEFAULTS
    )

    assert lift_unseen(few).later == {}
    assert lift_unseen(same).later_since is None


@pytest.mark.parametrize("size", [1, 4])
def test_a_very_large_book_is_sampled_in_whole_groups_and_says_so(size: int):
    """Above 5,000 companies the search hears a sample that holds related companies together."""
    n = MOST_ACCOUNTS + 600
    book, utility = world(6, n=n)
    groups = np.arange(n) // size
    search, findings = search_of(
        book, candidates(book, DEFAULTS), dataclasses.replace(utility, groups=groups), DEFAULTS
    )

    assert [f.code for f in findings] == ["ICP313"]
    assert MOST_ACCOUNTS - size < len(search.heard.groups) <= MOST_ACCOUNTS
    assert (np.bincount(np.unique(search.heard.groups, return_inverse=True)[1]) == size).all()
