"""Which columns are searched, how they are cut, and which are left out and why."""

from __future__ import annotations

import numpy as np
import pytest
from books import book_of, words

from icpcli.cluster.attributes import candidates
from icpcli.cluster.leaks import cramers_v
from icpcli.settings import DEFAULTS, Settings


def searched(attributes: dict, settings: Settings = DEFAULTS, **columns: object):
    """The attributes of a book, by field, and what was left out by reason."""
    n = len(next(iter(attributes.values())))
    found = candidates(book_of(n, attributes=attributes, **columns), settings)
    return {a.field: a for a in found.attributes}, " ".join(f.message for f in found.findings)


def test_sizes_are_cut_where_people_cut():
    """Counts over a wide range are cut at 1, 2, 5, 10, 20, 50, ..."""
    employees = np.random.default_rng(0).lognormal(4, 1.5, 400).round() + 1

    fields, _ = searched({"employees": employees})

    inner = fields["employees"].edges[1:-1]
    assert {10.0, 20.0, 50.0, 100.0, 200.0, 500.0} <= set(inner)
    assert all(f"{edge:.0f}".rstrip("0") in {"1", "2", "5"} for edge in inner)


def test_ranges_in_the_export_keep_their_own_edges():
    """A column of few distinct numbers, such as the lower ends of ranges, is cut at each of them."""
    fields, _ = searched({"employees": np.array([1.0, 11.0, 51.0, 201.0] * 20)})

    assert fields["employees"].edges == (1.0, 11.0, 51.0, 201.0, np.inf)


def test_years_are_cut_at_round_ones():
    """Founding years are cut near their quantiles, at fives or tens."""
    fields, _ = searched({"founded_year": np.random.default_rng(1).integers(1960, 2020, 300).astype(float)})

    assert all(edge % 5 == 0 for edge in fields["founded_year"].edges[1:-1])


def test_rare_values_share_a_level_that_no_rule_chooses():
    """A value held by two companies cannot carry a rule; a blank is another matter than a rare value."""
    fields, _ = searched({"industry": words(["Retail"] * 30 + ["Energy"] * 30 + ["Odd"] * 2 + [None] * 3)})

    industry = fields["industry"]
    assert industry.levels == ("Energy", "Retail")
    assert (industry.codes == 2).sum() == 2
    assert (industry.codes == -1).sum() == 3


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("lead_status", "tells the outcome"),
        ("Statut du lead", "tells the outcome"),
        ("FirstOrderYear", "known only after the sale"),
        ("OrderFrequency", "known only after the sale"),
        ("days_to_close", "known only after the sale"),
        ("seats", "what was bought"),
        ("owner", "your own team"),
        ("GeographyKey", "identifies a row"),
    ],
)
def test_leaks_are_known_by_their_name(field: str, reason: str):
    """Fields that tell the outcome, come after the sale, or are what was bought are left out, and named."""
    fields, told = searched({field: words(["a", "b"] * 30), "industry": words(["x", "y"] * 30)})

    assert set(fields) == {"industry"}
    assert field in told
    assert reason in told


def test_a_field_the_user_insists_on_is_searched():
    """--attribute searches a field although it looks like a leak."""
    fields, told = searched({"seats": words(["a", "b"] * 30)}, Settings(attribute=("seats",)))

    assert set(fields) == {"seats"}
    assert "because you said so" in told


def test_a_column_that_follows_the_outcome_is_a_leak_whatever_its_name():
    """A column whose values all but tell won from lost is left out, by what it does."""
    won = np.arange(200) < 120
    rng = np.random.default_rng(2)
    telling = np.where(rng.random(200) < 0.95, won, ~won)

    fields, told = searched(
        {"Flag X": words(["up" if t else "down" for t in telling]), "industry": words(["x", "y"] * 100)},
        is_customer=won,
    )

    assert set(fields) == {"industry"}
    assert "Flag X" in told


def test_a_column_filled_in_only_for_customers_is_a_leak():
    """What the account manager types in after the sale cannot say whom to sell to."""
    won = np.arange(200) < 120
    values = words([("a" if i % 2 else "b") if w else None for i, w in enumerate(won)])

    fields, told = searched({"segment": values, "industry": words(["x", "y"] * 100)}, is_customer=won)

    assert set(fields) == {"industry"}
    assert "filled in only after the deal is decided" in told


def test_a_bank_for_each_company_is_no_type_of_company():
    """Nearly unique values, constants and almost empty columns are left out."""
    fields, told = searched(
        {
            "bank": words([f"bank {i}" for i in range(60)]),
            "same": words(["one"] * 60),
            "empty": words(["x", "y", *[None] * 58]),
            "industry": words(["x", "y"] * 30),
        }
    )

    assert set(fields) == {"industry"}
    assert all(name in told for name in ("bank", "same", "empty"))


def test_association_is_none_for_independence_and_one_for_a_copy():
    """Cramer's V, corrected for chance, is about 0 for noise and about 1 for the outcome itself."""
    rng = np.random.default_rng(3)
    outcome = rng.random(500) < 0.5

    assert cramers_v(words(list(rng.choice(list("abcdef"), 500))), outcome) < 0.15
    assert cramers_v(words(["yes" if o else "no" for o in outcome]), outcome) > 0.97
