"""Which columns are searched, how they are cut, and which are left out and why."""

from __future__ import annotations

import numpy as np
import pandas as pd
from books import book_of, words
from scipy.stats import binom
from searched_fields import searched

from icpcli.cluster.association import cramers_v
from icpcli.cluster.attributes import candidates
from icpcli.cluster.heard import heard_of
from icpcli.cluster.permutation import search_p_value
from icpcli.cluster.rules import membership
from icpcli.settings import DEFAULTS


def test_sizes_are_cut_where_people_cut():
    """Counts over a wide range are cut at 1, 2, 5, 10, 20, 50, ..."""
    employees = np.random.default_rng(0).lognormal(4, 1.5, 400).round() + 1

    fields, _ = searched({"employees": employees})

    inner = fields["employees"].edges[1:-1]
    assert {10.0, 20.0, 50.0, 100.0, 200.0, 500.0} <= set(inner)
    assert all(f"{edge:.0f}".rstrip("0") in {"1", "2", "5"} for edge in inner)


def test_a_part_time_job_leaves_head_counts_cut_where_people_cut():
    """One decimal among whole numbers moves no edge."""
    employees = np.random.default_rng(0).lognormal(4, 1.5, 400).round() + 1
    odd = np.append(employees[1:], 12.5)

    edges = [searched({"employees": heads})[0]["employees"].edges[1:] for heads in (employees, odd)]

    assert edges[0] == edges[1]


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


def test_lists_are_searched_item_by_item():
    """Technologies in one cell are items that a company has or lacks; a comma within a name makes no list."""
    rng = np.random.default_rng(6)
    tools = ["Slack", "Zoom", "Shopify"]
    cells = words(
        [";".join(rng.permutation([t for t in tools if rng.random() < 0.5])) or None for _ in range(120)]
    )
    trade = words(["Hotels, Restaurants & Leisure", "Energy"] * 60)
    found = candidates(book_of(120, attributes={"Tools": cells, "Trade": trade}), DEFAULTS).attributes

    items = {a.levels[0]: a for a in found if a.field == "Tools"}
    assert set(items) == set(tools)
    has = np.array(["Zoom" in (cell or "").split(";") for cell in cells])
    assert ((items["Zoom"].codes == 0) == has).all()
    assert ((items["Zoom"].codes == -1) == cells.isna()).all()
    zoom = items["Zoom"].condition(np.array([True]))
    assert (zoom.kind, zoom.values) == ("has", ("Zoom",))
    assert (membership([zoom], pd.DataFrame({"Tools": cells}))[has] == 1).all()
    assert [a.levels for a in found if a.field == "Trade"] == [("Energy", "Hotels, Restaurants & Leisure")]


def test_copies_are_searched_once():
    """A second column with the same words or the same order of numbers, under any name or unit, is told, not searched."""
    rng = np.random.default_rng(7)
    size = rng.integers(1, 500, 100).astype(float)
    place = rng.choice(["FR", "DE", "US"], 100)
    names = {"FR": "France", "DE": "Germany", "US": "United States"}
    found = candidates(
        book_of(
            100,
            attributes={
                "A size": size * 10,
                "employees": size,
                "country": words([names[p] for p in place]),
                "Land": words(list(place)),
                "Other": words(list(rng.choice(["x", "y"], 100))),
            },
        ),
        DEFAULTS,
    )

    assert {a.field for a in found.attributes} == {"employees", "country", "Other"}
    assert found.copies == {"employees": ("A size",), "country": ("Land",)}
    assert any(f.code == "ICP304" for f in found.findings)


def test_shares_are_cut_at_round_quantiles():
    """Scores between 0 and 1 are no counts: they are cut near their quantiles, at round values."""
    fields, _ = searched({"Intent": np.random.default_rng(8).random(300)})

    inner = fields["Intent"].edges[1:-1]
    assert 5 <= len(inner) <= 8
    assert all(abs(edge * 20 - round(edge * 20)) < 1e-9 for edge in inner)


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


def test_a_field_of_customers_alone_looks_no_more_telling_than_it_is():
    """In null books with lost deals, p of 0.05 or less comes up in 5 % at most, plus what chance allows in so few."""
    books, small = 60, 0
    for seed in range(books):
        rng = np.random.default_rng(3000 + seed)
        won = rng.random(240) < 0.35
        segment = words([rng.choice(list("abcdef")) if w else None for w in won])
        found = candidates(book_of(240, attributes={"segment": segment}, is_customer=won), DEFAULTS)
        parts = np.column_stack([won - won.mean(), np.where(won, rng.standard_normal(240), np.nan)])
        p_value = search_p_value(
            found.attributes,
            heard_of(parts, np.ones(2), np.arange(240)),
            permutations=39,
            rng=np.random.default_rng(seed),
        )
        assert found.customers_only == {"segment"}
        small += p_value <= 0.05

    assert small <= binom.ppf(0.999, books, 0.05)
