"""What is said about fields: also true, told by way of another, worth collecting or not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from books import book_of, words
from scipy.stats import binom, ttest_ind

from icpcli.cluster.attributes import candidates
from icpcli.cluster.collecting import advised, tellings, to_collect
from icpcli.cluster.companions import also_true
from icpcli.cluster.confounding import confounded, effect_within, told_confounded
from icpcli.cluster.remarks import _told_by_size
from icpcli.model.common import Criterion
from icpcli.model.profile import Condition, CriterionSource, FieldReport
from icpcli.model.tables import Book, Utility
from icpcli.settings import DEFAULTS, Settings


def heard(*parts: np.ndarray, criteria: tuple[Criterion, ...] = (Criterion.LIFETIME_VALUE,)) -> Utility:
    """A utility of standardised parts, every account a group of its own."""
    scaled = [(p - np.nanmean(p)) / np.nanstd(p) for p in parts]
    return Utility(np.column_stack(scaled), criteria, np.ones(len(parts)), np.arange(len(parts[0])))


def reported(book: Book, utility: Utility) -> dict[str, FieldReport]:
    """Every field's report with its advice."""
    found = candidates(book, DEFAULTS)
    bare = [FieldReport(field, 0.0, share, None) for field, share in found.filled.items()]
    return {r.field: r for r in advised(bare, found, utility, book, np.random.default_rng(0))}


# --- also true of them -----------------------------------------------------------------------------


def test_a_field_that_says_nearly_the_same_is_told_beside_the_condition():
    """Companies above a revenue also have a head count above some edge; a field of chance is not told."""
    rng = np.random.default_rng(0)
    revenue = np.exp(rng.normal(13, 1.5, 400))
    employees = np.maximum(np.round(revenue / 100_000 * np.exp(rng.normal(0, 0.05, 400))), 1)
    book = book_of(
        400,
        attributes={
            "annual_revenue": revenue,
            "employees": employees,
            "colour": words(list(rng.choice(["a", "b"], 400))),
        },
    )
    large = Condition("annual_revenue", "between", at_least=1_000_000.0)

    beside = also_true([large], candidates(book, DEFAULTS).attributes, book.attributes)

    assert [a.condition.field for a in beside] == ["employees"]
    assert beside[0].condition.at_least == 10
    assert beside[0].inside > 0.85
    assert beside[0].outside < 0.1


def test_what_says_the_same_as_two_conditions_is_told_once():
    """A trade code that goes with the industry and the sector stands beside the profile a single time."""
    industry = ["Banking", "Retail", "Energy"] * 40
    attributes = {
        name: words([value[:2] if name == "Code" else value for value in industry])
        for name in ("industry", "Trade", "Code")
    }
    book = book_of(120, attributes=attributes)
    rule = [Condition(name, "one_of", ("Banking",)) for name in ("industry", "Trade")]

    fields = tuple(
        a
        for name in attributes
        for a in candidates(book_of(120, attributes={name: attributes[name]}), DEFAULTS).attributes
    )
    beside = also_true(rule, fields, book.attributes)

    assert [(a.condition.field, a.condition.values) for a in beside] == [("Code", ("Ba",))]


def test_a_condition_that_holds_for_nearly_all_has_nothing_beside_it():
    """With nine of ten companies inside, any large set overlaps: that is not said."""
    rng = np.random.default_rng(1)
    place = words(list(np.where(rng.random(300) < 0.9, "France", "Malta")))
    book = book_of(
        300, attributes={"country": place, "mood": words(list(np.where(rng.random(300) < 0.9, "x", "y")))}
    )

    assert (
        also_true(
            [Condition("country", "one_of", ("France",))],
            candidates(book, DEFAULTS).attributes,
            book.attributes,
        )
        == ()
    )


# --- confounding -----------------------------------------------------------------------------------


def test_the_effect_of_a_yes_or_no_field_is_the_t_test():
    """Without strata, F of a two-level field is Student's t squared."""
    rng = np.random.default_rng(2)
    codes, part = rng.integers(0, 2, 80), rng.standard_normal(80)

    expected = ttest_ind(part[codes == 1], part[codes == 0]).pvalue

    effect = effect_within(codes, part)
    assert effect.p_value == pytest.approx(expected, rel=1e-9)
    assert all(type(figure) is float for figure in dataclasses.astuple(effect))  # icp.json knows no others


def test_the_effect_within_strata_is_the_weighted_contrast():
    """Two strata by hand: differences weighted by n1 n0 / (n1 + n0), over the spread within cells."""
    part = np.array([1.0, 3.0, 2.0, 6.0, 5.0, 9.0, 8.0, 7.0, 4.0, 6.0])
    codes = np.array([0, 1, 0, 1, 1, 1, 0, 0, 1, 0])
    strata = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    weights, differences, squares = [], [], 0.0
    for s in (0, 1):
        one, other = part[(strata == s) & (codes == 1)], part[(strata == s) & (codes == 0)]
        weights.append(len(one) * len(other) / (len(one) + len(other)))
        differences.append(one.mean() - other.mean())
    contrast = np.average(differences, weights=weights)
    fitted = part - contrast * codes
    for s in (0, 1):
        squares += ((fitted[strata == s] - fitted[strata == s].mean()) ** 2).sum()
    f = contrast**2 * sum(weights) / (squares / 7)

    found = effect_within(codes, part, strata)

    from scipy.stats import f as f_distribution  # noqa: PLC0415  only this check needs it

    assert found.p_value == pytest.approx(f_distribution.sf(f, 1, 7), rel=1e-9)


def a_confounded_book(seed: int, *, is_real: bool) -> tuple[Book, Utility]:
    """Existing clients are larger and buy more; size matters by itself only if ``is_real``."""
    rng = np.random.default_rng(seed)
    client = rng.random(400) < 0.5
    large = rng.random(400) < np.where(client, 0.8, 0.3)
    part = rng.standard_normal(400) + 1.2 * client + (0.8 * large if is_real else 0.0)
    attributes = {
        "Client": words(list(np.where(client, "Current", "New"))),
        "Size": words(list(np.where(large, "Big", "Small"))),
        "colour": words(list(rng.choice(["a", "b", "c"], 400))),
    }
    return book_of(400, attributes=attributes), heard(part)


def test_a_size_that_goes_with_being_a_client_is_named_as_confounded():
    """Size tells value only because existing clients are larger: the field, and a condition on it, are named."""
    book, utility = a_confounded_book(3, is_real=False)
    fields = candidates(book, DEFAULTS).attributes

    alone = confounded((), fields, book, utility)
    in_rule = confounded((Condition("Size", "one_of", ("Big",)),), fields, book, utility)

    assert [(c.field, c.by, c.in_profile) for c in alone] == [("Size", "Client", False)]
    assert [(c.field, c.by, c.in_profile) for c in in_rule] == [("Size", "Client", True)]
    assert alone[0].p_alone < 1e-3
    assert alone[0].p_within > 0.1
    assert "Size goes with lifetime value" in told_confounded(alone)[0].message


def test_an_item_in_the_profile_is_confounded_as_itself():
    """Two items of one list are two conditions: the one that only goes with being a client is named, once."""
    known, utility = a_confounded_book(3, is_real=False)
    size, client, tool = (known.attributes[name] for name in ("Size", "Client", "colour"))
    tags = [f"{one};{other}" for one, other in zip(size, tool, strict=True)]
    book = book_of(400, attributes={"Client": client, "Tags": words(tags)})
    attributes = candidates(book, DEFAULTS).attributes
    rule = (Condition("Tags", "has", ("Big",)), Condition("Tags", "has", ("a",)))

    found = confounded(rule, attributes, book, utility)

    assert [(c.field, c.by, c.in_profile) for c in found if c.by == "Client"] == [
        ("Tags: Big", "Client", True),
        ("Tags: Small", "Client", False),
    ]


def test_a_size_that_matters_by_itself_is_not():
    """With an effect of its own within clients and within the new, size stands."""
    book, utility = a_confounded_book(4, is_real=True)

    assert confounded((), candidates(book, DEFAULTS).attributes, book, utility) == ()


def test_what_wins_only_because_existing_clients_win_is_named():
    """The search hears only new business win; size, which existing clients have, is said to tell nothing among the new."""
    rng = np.random.default_rng(5)
    is_new = rng.random(400) < 0.5
    large = rng.random(400) < np.where(is_new, 0.3, 0.8)
    won = rng.random(400) < np.where(is_new, 0.2, 0.7)
    attributes = {"Size": words(list(np.where(large, "Big", "Small")))}
    book = book_of(400, attributes=attributes, is_customer=won, is_new_business=is_new)
    utility = heard(np.where(is_new, won.astype(float), np.nan), criteria=(Criterion.ACQUISITION_COST,))

    found = confounded((), candidates(book, DEFAULTS).attributes, book, utility)

    assert [(c.field, c.by, c.criterion) for c in found] == [
        ("Size", "new or existing business", Criterion.ACQUISITION_COST)
    ]


def test_a_type_that_is_merely_newer_is_named_where_prices_rise():
    """What a market pays more only because it was worked later, at higher prices, goes with the time; a real difference does not."""
    rng = np.random.default_rng(6)
    is_late = rng.random(400) < 0.4
    days = np.where(is_late, rng.integers(900, 1400, 400), rng.integers(0, 1400, 400))
    since = pd.Series(pd.Timestamp("2021-01-01") + pd.to_timedelta(days, unit="D"))
    attributes = {"Market": words(list(np.where(is_late, "Nordics", "Benelux")))}
    book = book_of(400, attributes=attributes, customer_since=since)
    searched = candidates(book, DEFAULTS).attributes
    luck = rng.standard_normal(400)

    by_time = confounded((), searched, book, heard(luck + days / 400))
    by_itself = confounded((), searched, book, heard(luck + 0.8 * is_late))

    assert [(c.field, c.by) for c in by_time] == [("Market", "the time they were first worked")]
    assert "only because it goes with the time they were first worked" in told_confounded(by_time)[0].message
    assert by_itself == ()


def test_noise_explains_nothing_away():
    """In books where size alone matters, a confounder is hardly ever named (5 % at most, plus chance)."""
    books, named = 40, 0
    for seed in range(books):
        rng = np.random.default_rng(500 + seed)
        size = rng.lognormal(3, 1, 200).round() + 1
        extra = {f"noise {i}": words(list(rng.choice(list("abcde"), 200))) for i in range(4)}
        book = book_of(200, attributes={"employees": size, **extra})
        utility = heard(rng.standard_normal(200) + 0.5 * np.log(size))
        named += len(confounded((), candidates(book, DEFAULTS).attributes, book, utility)) > 0

    assert named <= binom.ppf(0.999, books, 0.05)


# --- what to collect -------------------------------------------------------------------------------


def test_what_a_field_tells_is_right_and_chance_is_taken_out():
    """A field that explains a third of the variance is said to; one of chance with thirty values is said to tell nothing."""
    rng = np.random.default_rng(6)
    group = rng.integers(0, 2, 600)
    part = rng.standard_normal(600) + np.sqrt(2) * group  # variance 1 within, 0.5 between
    book = book_of(
        600,
        attributes={
            "kind": words(list(np.array(["a", "b"])[group])),
            "many": words([f"v{i:02d}" for i in rng.integers(0, 30, 600)]),
        },
    )

    told = tellings(candidates(book, DEFAULTS).attributes, heard(part), np.random.default_rng(0))

    assert told["kind"].tells == pytest.approx(1 / 3, abs=0.06)
    assert abs(told["many"].tells) <= told["many"].noise


def test_items_that_go_together_are_told_once():
    """A list tells what its items explain together (R2 by least squares), not the sum of what each explains alone."""
    rng = np.random.default_rng(3)
    first = rng.random(600) < 0.5
    second = np.where(rng.random(600) < 0.9, first, ~first)
    third = rng.random(600) < 0.5
    part = rng.standard_normal(600) + 2 * first
    part[:60] = np.nan
    tags = [
        ";".join(np.array(["a", "b", "c"])[list(held)]) or "d"
        for held in zip(first, second, third, strict=True)
    ]
    book = book_of(600, attributes={"Tags": words(tags)})

    told = tellings(candidates(book, DEFAULTS).attributes, heard(part), np.random.default_rng(0))["Tags"]

    neither = ~(first | second | third)
    design = np.column_stack([np.ones(600), first, second, third, neither]).astype(float)[60:]
    fitted = design @ np.linalg.lstsq(design, part[60:], rcond=None)[0]
    assert told.tells == pytest.approx(np.var(fitted) / np.var(part[60:]), abs=0.02)


def test_noise_is_what_chance_stays_below():
    """A field of chance passes its noise level in about one book of twenty."""
    books, above = 120, 0
    for seed in range(books):
        rng = np.random.default_rng(900 + seed)
        book = book_of(120, attributes={"kind": words(list(rng.choice(list("abcd"), 120)))})
        told = tellings(
            candidates(book, DEFAULTS).attributes, heard(rng.standard_normal(120)), np.random.default_rng(0)
        )
        above += told["kind"].tells > told["kind"].noise

    assert above <= binom.ppf(0.999, books, 0.05)


def test_each_field_gets_the_advice_it_deserves():
    """Keep what tells, collect what tells and is half blank, stop what tells nothing or is the same for all or a copy."""
    rng = np.random.default_rng(7)
    kind, tier = rng.integers(0, 2, 800), rng.integers(0, 2, 800)
    part = rng.standard_normal(800) + kind + tier
    names = np.array(["a", "b"])
    tiers = [None if rng.random() < 0.5 else names[t] for t in tier]
    book = book_of(
        800,
        attributes={
            "kind": words(list(names[kind])),
            "Kind again": words(list(names[kind])),
            "tier": words(tiers),
            "colour": words(list(rng.choice(["x", "y"], 800))),
            "flat": words(["same"] * 800),
        },
    )

    reports = reported(book, heard(part))

    assert {field: r.advice for field, r in reports.items()} == {
        "Kind again": "keep",
        "kind": "stop collecting",
        "tier": "collect",
        "colour": "stop collecting",
        "flat": "stop collecting",
    }


def test_a_small_book_does_not_say_stop():
    """With fifty companies a field worth having may not show: nothing is given up."""
    rng = np.random.default_rng(8)
    book = book_of(50, attributes={"colour": words(list(rng.choice(["x", "y", "z"], 50)))})

    assert reported(book, heard(rng.standard_normal(50)))["colour"].advice == "keep"


def test_what_is_missing_most_comes_first():
    """A criterion without figures comes before blanks of a telling field; fields never exported come last."""
    book = book_of(
        100,
        attributes={
            "industry": words(["a", "b"] * 50),
            "country": words(["x", "y"] * 50),
            "channel": words(["p", "q"] * 50),
        },
    )
    criteria = [
        CriterionSource(Criterion.ACQUISITION_COST, "", "", 1.0, 0),
        CriterionSource(Criterion.LIFETIME_VALUE, "", "", 1.0, 100),
    ]
    reports = [FieldReport("industry", 0.5, 0.8, None, tells=0.1, noise=0.02)]

    told = to_collect(reports, criteria, book, DEFAULTS)

    assert [t.field for t in told] == ["acquisition_cost", "industry", "employees"]
    assert [t.cost for t in told] == [0.5, pytest.approx(0.02), None]
    unweighed = to_collect(reports, criteria, book, Settings(weights={Criterion.ACQUISITION_COST: 0.0}))
    assert [t.field for t in unweighed] == ["industry", "employees"]


def test_a_field_of_customers_alone_is_said_to_be_one():
    """What is filled in once a deal is won is reported as speaking of customers."""
    won = np.arange(300) < 150
    rng = np.random.default_rng(9)
    book = book_of(
        300,
        attributes={
            "segment": words([("a" if i % 2 else "b") if w else None for i, w in enumerate(won)]),
            "kind": words(["x", "y", "z"] * 100),
        },
        is_customer=won,
    )
    reports = reported(book, heard(np.where(won, rng.standard_normal(300), np.nan)))

    assert reports["segment"].speaks_of == "customers"
    assert reports["kind"].speaks_of == "all"


def test_companies_without_a_cell_are_left_out_of_every_remark():
    """A field blank for all the companies a condition holds for is no companion of it."""
    attributes = {"a": words(["x"] * 30 + ["y"] * 30), "b": words([None] * 30 + ["p", "q"] * 15)}
    book = book_of(60, attributes=attributes)

    assert (
        also_true([Condition("a", "one_of", ("x",))], candidates(book, DEFAULTS).attributes, book.attributes)
        == ()
    )


def test_remarks_do_not_depend_on_the_order_of_columns():
    """The order of fields changes neither what is confounded nor what is told."""
    book, utility = a_confounded_book(10, is_real=False)
    turned = dataclasses.replace(book, attributes=pd.DataFrame(book.attributes[list(book.attributes)[::-1]]))

    assert reported(turned, utility) == reported(book, utility)


def test_a_type_that_is_cheap_only_by_its_channel_is_named():
    """Where spend per channel is all that is told of costs, an industry that comes by a cheap channel is cheap by that alone."""
    rng = np.random.default_rng(11)
    is_logistics = rng.random(300) < 0.3
    by_referral = rng.random(300) < np.where(is_logistics, 0.8, 0.2)
    attributes = {
        "channel": words(list(np.where(by_referral, "Referral", "Trade show"))),
        "industry": words(list(np.where(is_logistics, "Logistics", "Energy"))),
    }
    plain = book_of(300, attributes=attributes)
    spend = pd.DataFrame({"channel": ["Referral"], "month": ["2025-01"], "amount": [100.0]})
    book = dataclasses.replace(plain, spend=spend)
    utility = heard(1.2 * by_referral + rng.standard_normal(300), criteria=(Criterion.ACQUISITION_COST,))
    rule = (Condition("industry", "one_of", ("Logistics",)),)
    searched = candidates(book, DEFAULTS).attributes

    found = confounded(rule, searched, book, utility)

    assert [a.field for a in searched] == ["industry"]
    assert [(c.field, c.by, c.in_profile) for c in found] == [("industry", "channel", True)]


@pytest.mark.parametrize(("noise", "is_said"), [(0.1, True), (1.5, False)])
def test_that_prices_follow_size_is_said_of_a_profile_on_size(noise: float, is_said: bool):
    """Where employees all but say what is paid, larger companies pay more by the price list; where they only tend to, that is a finding."""
    rng = np.random.default_rng(12)
    employees = rng.lognormal(4, 1, 200).round() + 1
    book = book_of(
        200, attributes={"employees": employees}, monthly_value=7 * employees * rng.lognormal(0, noise, 200)
    )

    told = _told_by_size((Condition("employees", "between", at_least=100.0),), book)

    assert [f.code for f in told] == (["ICP315"] if is_said else [])
    assert not is_said or "employees: goes with what they pay a month" in told[0].message
