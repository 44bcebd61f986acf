"""A planted profile is found, nothing is found in nothing, and what must not matter does not."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from books import book_of, words
from scipy.stats import binom, rankdata

from icpcli.cluster.profile import MIN_CUSTOMERS, derive_profile
from icpcli.cluster.rules import membership
from icpcli.cluster.scorecard import _fit_table, recounted
from icpcli.errors import SettingsError
from icpcli.model.common import Criterion, Verdict
from icpcli.model.profile import Condition, Scorecard, ScoreItem
from icpcli.model.tables import Book, Utility
from icpcli.rank.ranking import rank_customers
from icpcli.scoring.scores import fit_of
from icpcli.settings import DEFAULTS, Settings

INDUSTRIES = ("Energy", "Logistics", "Media", "Retail", "Software")


def world(
    seed: int, *, n: int = 300, effect: float = 1.5, blanks: float = 0.1
) -> tuple[Book, Utility, np.ndarray]:
    """A book whose Logistics and Retail companies with 20 to 99 employees are better by ``effect``; and who they are."""
    rng = np.random.default_rng(seed)
    industry = rng.choice(INDUSTRIES, n)
    employees = np.round(rng.lognormal(3.8, 1.2, n)) + 1
    inside = np.isin(industry, ["Logistics", "Retail"]) & (employees >= 20) & (employees < 100)
    attributes = {
        "industry": words(
            [None if blank else v for v, blank in zip(industry, rng.random(n) < blanks, strict=True)]
        ),
        "employees": np.where(rng.random(n) < blanks, np.nan, employees),
        "colour": words(list(rng.choice(["blue", "green", "red"], n))),
        "floor": rng.integers(1, 9, n).astype(float),
    }
    parts = rng.standard_normal((n, 2)) + effect * inside[:, None] * [0.7, 0.9]
    parts = (parts - parts.mean(axis=0)) / parts.std(axis=0)
    utility = Utility(
        parts=np.round(parts * 2**20) / 2**20,
        criteria=(Criterion.RETENTION, Criterion.LIFETIME_VALUE),
        weights=np.ones(2),
        groups=np.arange(n),
    )
    return book_of(n, attributes=attributes, monthly_value=rng.lognormal(5, 1, n)), utility, inside


def found_in(book: Book, utility: Utility, settings: Settings = DEFAULTS):
    """The profile found in a world."""
    return derive_profile(book, rank_customers(book, settings), utility, settings)


def test_the_planted_profile_is_found_with_its_evidence():
    """In a clear world the rule, its verdict, its lift and its agreement are right."""
    book, utility, inside = world(1)

    found = found_in(book, utility)

    said = found.membership == 1
    known = ~np.isnan(found.membership)
    assert 2 * (said & inside).sum() / (said.sum() + inside[known].sum()) > 0.85
    assert found.profile.verdict is Verdict.SUPPORTED
    assert found.profile.evidence is not None
    assert found.profile.evidence.p_value <= 0.05
    assert found.profile.evidence.unseen["net"].low > 0
    assert found.profile.lift["net"].low > 0
    assert found.profile.agreement is not None
    assert found.profile.agreement > 0.7
    assert {c.field for c in found.profile.conditions} == {"industry", "employees"}


def test_rows_and_columns_in_another_order_give_the_same_profile():
    """The book comes in canonical order; the order of its columns changes nothing."""
    book, utility, _ = world(2)
    turned = dataclasses.replace(book, attributes=book.attributes[list(book.attributes)[::-1]])

    one, other = found_in(book, utility), found_in(turned, utility)

    assert other.profile == one.profile
    assert other.posterior == one.posterior
    assert other.scorecard == one.scorecard


def test_a_column_of_noise_changes_no_condition():
    """One more column that says nothing leaves the rule as it is."""
    book, utility, _ = world(3)
    noisy = book.attributes.assign(noise=words(list(np.random.default_rng(9).choice(["x", "y", "z"], 300))))
    kinds = {**book.attribute_kinds, "noise": book.attribute_kinds["colour"]}
    more = dataclasses.replace(book, attributes=noisy, attribute_kinds=kinds)

    def rule(b: Book) -> list[tuple[object, ...]]:
        return [(c.field, c.values, c.at_least, c.below) for c in found_in(b, utility).profile.conditions]

    assert rule(more) == rule(book)


def test_books_with_nothing_in_them_are_seldom_called_supported():
    """In null books the verdict is supported in at most 5 %, plus what chance allows in so few."""
    books = 16
    supported = 0
    for seed in range(books):
        book, utility, _ = world(100 + seed, n=150, effect=0.0)
        supported += found_in(book, utility).profile.verdict is Verdict.SUPPORTED

    assert supported <= binom.ppf(0.999, books, 0.05)


def test_an_unsupported_profile_shows_no_lift():
    """Where the data support nothing, the candidate is a hypothesis: conditions, and no lift."""
    profiles = [found_in(*world(seed, n=120, effect=0.0)[:2]).profile for seed in (200, 201, 202, 203)]

    unsupported = [p for p in profiles if p.verdict is Verdict.UNSUPPORTED]
    assert unsupported
    assert all(p.lift == {} and p.evidence is not None and p.evidence.power_note for p in unsupported)


def test_too_few_customers_say_what_would_be_enough():
    """With eighteen customers there is no search, and the note says from how many there is."""
    book, utility, _ = world(4, n=18)

    found = found_in(book, utility)

    assert found.profile.verdict is Verdict.UNSUPPORTED
    assert found.profile.conditions == ()
    assert f"a search starts at {MIN_CUSTOMERS}" in found.profile.evidence.power_note
    assert not found.membership.any()


def test_what_the_user_requires_and_forbids_is_kept_to():
    """A required condition is in the profile; a forbidden field and a forbidden value are not."""
    book, utility, _ = world(5)

    required = found_in(book, utility, Settings(require=("colour=red",))).profile
    forbidden = found_in(book, utility, Settings(forbid=("employees", "industry=Retail"))).profile

    assert ("colour", ("red",)) in [(c.field, c.values) for c in required.conditions]
    assert "employees" not in {c.field for c in forbidden.conditions}
    assert all("Retail" not in c.values for c in forbidden.conditions)


def test_a_least_share_of_customers_is_kept_to():
    """With --min-share 0.3 the profile holds at least three customers of ten."""
    book, utility, _ = world(6)

    assert found_in(book, utility, Settings(min_share=0.3)).profile.share_of_customers >= 0.3


def test_a_field_that_is_not_there_is_named_with_those_that_are():
    """Choosing a field that the export does not have is an error that lists the fields."""
    book, utility, _ = world(7, n=60)

    with pytest.raises(SettingsError, match="there is no field 'size'") as caught:
        found_in(book, utility, Settings(ignore=("size",)))
    assert "employees" in caught.value.details[0]


def test_two_seeds_print_the_same_rule():
    """Chance decides nothing in a clear world."""
    book, utility, _ = world(8)

    one, other = (found_in(book, utility, Settings(seed=seed)).profile.statement for seed in (0, 1))

    assert one == other


def test_membership_by_hand():
    """A failing condition settles no, a blank leaves open, and all that hold make a member."""
    companies = pd.DataFrame(
        {"industry": words(["Retail", "Energy", None, None]), "employees": [50.0, 50.0, 50.0, 5.0]}
    )
    conditions = (
        Condition("industry", "one_of", ("Retail",)),
        Condition("employees", "between", at_least=10.0, below=100.0),
    )

    answers = membership(conditions, companies)

    assert answers[[0, 1, 3]].tolist() == [1.0, 0.0, 0.0]
    assert np.isnan(answers[2])
    assert membership((), companies).tolist() == [0.0] * 4


def test_adventureworks_is_carried_by_type_size_or_product_and_not_by_its_bank(icp, exports_of_others):
    """A real book: supported, by business type, size or product line; bank name and order fields play no part."""
    ran = icp("derive", exports_of_others("adventureworks"), "--format", "json")

    profile = json.loads(ran.stdout)["profile"]
    fields = {c["field"] for c in profile["conditions"]}
    assert profile["verdict"] == "supported"
    assert fields <= {"account_type", "employees", "annual_revenue", "AnnualSales", "ProductLine"}


def test_a_developer_org_has_too_few_customers(icp, exports_of_others):
    """Salesforce's sample org runs through, exits 3, and says what would be enough."""
    ran = icp("derive", exports_of_others("salesforce_devorg"))

    assert ran.code == 3
    assert "too few to support a profile" in ran.stdout


@pytest.mark.parametrize("is_skewed", [False, True])
def test_the_fit_is_the_share_that_one_like_this_can_be_expected_to_beat(is_skewed: bool):
    """Over the companies worked it is 50 in the mean, also where most brought the same little, and it is how often those with such points won."""
    rng = np.random.default_rng(4)
    points = rng.integers(0, 101, 3000).astype(float)
    noise = np.maximum(rng.exponential(1, 3000) - 1, 0) if is_skewed else rng.standard_normal(3000)
    utility = 0.01 * points + noise

    fits = fit_of(points, _fit_table(points, 0.01 * points, utility))

    ranks = (rankdata(utility) - 0.5) / 3000
    assert fits.mean() == pytest.approx(50, abs=0.5)
    for low in (0, 40, 80):
        among = (points >= low) & (points < low + 20)
        assert fits[among].mean() == pytest.approx(100 * ranks[among].mean(), abs=2)


def test_a_card_drawn_from_a_sample_counts_all_companies():
    """The companies beside a line are those worked, not those the search heard; blanks are counted where the line is for blanks."""
    companies = pd.DataFrame({"industry": words(["Retail"] * 6 + ["Energy"] * 3 + [None])})
    retail = Condition("industry", "one_of", ("Retail",))
    items = (
        ScoreItem(retail, None, 5.0, 1),
        ScoreItem(None, "industry", 2.0, 0),
        ScoreItem(None, None, 3.0, 1, "yes"),
        ScoreItem(None, None, 1.0, 0, "unknown"),
    )

    card = recounted(Scorecard(0.0, items, (), 1.0), companies, membership([retail], companies))

    assert card is not None
    assert [item.customers for item in card.items] == [6, 1, 6, 1]
    assert recounted(None, companies, membership([retail], companies)) is None


def test_a_blank_that_the_book_never_has_is_no_misfit():
    """Where no company worked has a blank, one earns the mean of its field's lines, and "nothing known against" its share of all conditions."""
    book, utility, inside = world(3, blanks=0)
    card = found_in(book, utility).scorecard
    assert card is not None

    blank = {item.missing: item for item in card.items if item.missing}
    matched = {item.match: item for item in card.items if item.match}
    industries = [i for i in card.items if i.condition is not None and i.condition.field == "industry"]
    mean = sum(i.points * i.customers for i in industries) / len(inside)
    assert blank["industry"].points == np.floor(mean + 0.5)
    assert blank["industry"].customers == matched["unknown"].customers == 0
    of_industry = inside[book.attributes["employees"].between(20, 99)].mean()
    of_size = inside[book.attributes["industry"].isin(["Logistics", "Retail"])].mean()
    assert matched["unknown"].points == np.floor(matched["yes"].points * (of_industry + of_size) / 2 + 0.5)


def test_the_fit_rises_with_the_points_where_many_brought_the_same():
    """Companies that were lost all brought one utility: rounding must not let a company with more points fit worse."""
    rng = np.random.default_rng(4)
    for _ in range(40):
        points = rng.integers(0, 30, 300).astype(float)
        improvement = rng.random(30)[points.astype(int)] * 0.1
        utility = np.where(rng.random(300) < 0.7, -1 / 3, rng.normal(size=300))

        fits = [fit for _, fit in _fit_table(points, improvement, utility)]

        assert fits == sorted(fits)
