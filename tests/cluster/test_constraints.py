"""What the user insists on is understood as people write it, and refused with a way out."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from books import book_of, words
from scipy.special import logsumexp
from scipy.stats import binom

from icpcli.cluster.attributes import candidates
from icpcli.cluster.constraints import constraints_of, met
from icpcli.cluster.heard import heard_of
from icpcli.cluster.levels import Levels
from icpcli.cluster.permutation import search_p_value
from icpcli.cluster.prior import log_mass_of_rules, log_prior_of_rules
from icpcli.errors import SettingsError
from icpcli.settings import Settings

if TYPE_CHECKING:
    from icpcli.cluster.attributes import Attribute, Candidates
    from icpcli.model.tables import Book


def a_book() -> Book:
    """Sixty companies in three countries, with a size and a list of tools."""
    return book_of(
        60,
        attributes={
            "country": words(["France"] * 30 + ["Germany"] * 25 + ["Malta"] * 5),
            "employees": np.arange(1, 61, dtype=float) * 10,
            "Tools": words(["Slack;Zoom", "Zoom", "Slack;Jira", "Jira;Zoom"] * 15),
        },
    )


def held(*required: str) -> int:
    """How many companies a requirement leaves."""
    book = a_book()
    conditions = constraints_of(book, Settings(require=required)).required
    return int(np.all([met(c, book.attributes) for c in conditions.values()], axis=0).sum())


@pytest.mark.parametrize(
    ("required", "companies"),
    [
        (("country=France",), 30),
        (("Country=france",), 30),
        (("country=France", "country=Germany"), 55),
        (("employees=50-499",), 45),
        (("employees=100+",), 51),
        (("employees>=100", "employees<200"), 10),
        (("country=France", "employees=0.1k-1k"), 21),
        (("Tools=Slack",), 30),
        (("Tools=SLÀCK",), 30),
    ],
)
def test_requirements_are_read_as_people_write_them(required: tuple[str, ...], companies: int):
    """Values in any case, with accents or without, either of two values, spans, open ends, thousands, items of lists, several fields at once."""
    assert held(*required) == companies


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Settings(require=("contry=France",)), "Did you mean 'country'"),
        (Settings(require=("country=Frence",)), "Did you mean 'France'"),
        (Settings(require=("country=Malta",)), "leaves 5 companies"),
        (Settings(require=("country=France", "employees>=590")), "leaves 0 companies"),
        (Settings(require=("employees>=1",)), "holds for every company"),
        (Settings(require=("employees=many",)), "is no number or span"),
        (Settings(require=("employees=99-10",)), "is no number or span"),
        (Settings(require=("country>=3",)), "holds words"),
        (Settings(require=("employees<=50",)), "FIELD>=N or FIELD<N"),
        (Settings(require=("country",)), "FIELD=VALUE"),
        (Settings(forbid=("chanel",)), "there is no field 'chanel'"),
        (Settings(forbid=("country=Spain",)), "France, Germany, Malta"),
        (Settings(attribute=("tool",)), "Did you mean 'Tools'"),
        (Settings(require=("country=France",), ignore=("country",)), "asked for and left out"),
        (Settings(require=("country=France",), forbid=("country=France",)), "leave no value of 'country'"),
        (Settings(require=("country=Germany",), min_share=0.5), "--min-share asks for 50 %"),
        (Settings(require=("employees=50-499",), forbid=("employees=100-199",)), "in two pieces"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_a_way_out(choice: Settings, said: str):
    """Unknown fields and values name the nearest, contradictions and empty choices say what they leave."""
    with pytest.raises(SettingsError) as caught:
        candidates(a_book(), choice)

    assert said in "\n".join([str(caught.value), *caught.value.details])


@pytest.mark.parametrize(
    ("text", "at_least", "below"),
    [
        ("centres=3", 3, 4),
        ("centres=3-5", 3, 6),
        ("margin=0.1-0.3", 0.1, 0.31),
        ("margin=0.25", 0.25, 0.26),
        ("margin>=-0.1", -0.1, None),
        ("margin=-0.2--0.1", -0.2, -0.09),
        ("margin>=30 %", 0.3, None),
        ("margin>=0,25", 0.25, None),
        ("area<1,234", None, 1234),
        ("area<1 234,5", None, 1234.5),
        ("Remote %>=30 %", 30, None),
    ],
)
def test_a_number_ends_where_the_next_one_would_begin(text: str, at_least: float, below: float | None):
    """The upper end of a span belongs to it, to as many places as the column is written with."""
    margins = [-0.2, -0.1, 0.1, 0.25, 0.3, 0.5]
    book = book_of(
        60,
        attributes={
            "centres": np.arange(60) % 6 + 1.0,
            "margin": np.array(margins * 10),
            "Remote %": np.arange(60) + 1.0,
            "area": np.arange(60) * 50.0,
        },
    )

    (condition,) = next(iter(constraints_of(book, Settings(require=(text,))).required.values()))

    assert (condition.at_least, condition.below) == (at_least, below)


def test_a_value_may_begin_with_a_sign():
    """The first sign parts field and value, so that what a band is called may hold another."""
    book = book_of(40, attributes={"Lanes": words(["<10", ">50"] * 20)})

    (condition,) = constraints_of(book, Settings(require=("Lanes=>50",))).required["Lanes"]

    assert condition.values == (">50",)


def test_a_requirement_is_never_dropped():
    """An item that nearly all have, or a town that stands out among towns of one company, is in the rule or refused."""
    tags = ["crm;erp", "crm;bi", "crm;erp;bi", "crm", "erp;crm;bi"] * 23 + ["bi"] * 5
    towns = ["Paris"] * 20 + [f"Town {i}" for i in range(100)]
    book = book_of(120, attributes={"Tags": words(tags), "city": words(towns)})

    found = candidates(book, Settings(require=("Tags=crm", "city=Paris"))).attributes

    required = [(a.field, a.condition(a.required).values) for a in found if a.required is not None]
    assert required == [("Tags", ("crm",)), ("city", ("Paris",))]


def test_items_of_one_list_are_conditions_each():
    """Five required items are one too many, as five fields are."""
    items = "abcde"
    tags = [";".join(items), ";".join(reversed(items)), "a;b;c", "c;d;e", "a;e", *items]
    book = book_of(100, attributes={"Tags": words(tags * 10)})

    candidates(book, Settings(require=tuple(f"Tags={item}" for item in items[:4])))
    with pytest.raises(SettingsError, match="makes 5 conditions"):
        candidates(book, Settings(require=tuple(f"Tags={item}" for item in items)))


def test_forbidding_a_value_leaves_bins_that_only_it_has():
    """A span of numbers is not forbidden because the companies in it happen to be of a forbidden country."""
    employees = np.repeat([10.0, 100.0, 1000.0], 20)
    book = book_of(
        60, attributes={"country": words(["France", "Spain", "Malta"] * 20), "employees": employees}
    )
    spain = book.attributes["country"].where(employees != 100, "Spain")
    book.attributes["country"] = spain.where((employees == 100) | (spain != "Spain"), "France")

    found = candidates(book, Settings(forbid=("country=Spain",))).attributes

    assert all(a.is_allowed.all() for a in found if a.field == "employees")


def test_a_required_interval_has_edges_of_its_own():
    """The ends that the user names cut the bins, so that the condition is exactly the one asked for."""
    employees = next(
        a
        for a in candidates(a_book(), Settings(require=("employees=75-333",))).attributes
        if a.field == "employees"
    )

    assert employees.required is not None
    asked = employees.condition(employees.required)
    assert (asked.at_least, asked.below) == (75, 334)


def test_a_forbidden_interval_is_in_no_run():
    """Small companies that the user rules out are in no interval that the search may choose."""
    employees = next(
        a
        for a in candidates(a_book(), Settings(forbid=("employees<100",))).attributes
        if a.field == "employees"
    )

    lows = np.array(employees.edges[:-1])
    assert (employees.is_allowed == (lows >= 100)).all()


def test_forbidding_a_value_forbids_what_only_it_has_under_any_name():
    """The code of a forbidden industry and the city of a forbidden country are forbidden with it; other levels are not."""
    industry = ["Retail", "Energy", "Media"] * 40
    book = book_of(
        120,
        attributes={
            "industry": words(industry),
            "Trade code": words([{"Retail": "R2", "Energy": "E1", "Media": "M7"}[i] for i in industry]),
            "city": words([f"{i[0]}-{n % 2}" for n, i in enumerate(industry)]),
        },
    )

    by_code = candidates(book, Settings(forbid=("Trade code=R2",))).attributes
    by_name = candidates(book, Settings(forbid=("industry=Retail",))).attributes

    assert {a.field: allowed(a) for a in by_code} == {
        "Trade code": ["E1", "M7"],
        "city": ["E-0", "E-1", "M-0", "M-1"],
    }
    assert {a.field: allowed(a) for a in by_name} == {
        "city": ["E-0", "E-1", "M-0", "M-1"],
        "industry": ["Energy", "Media"],
    }


def allowed(attribute: Attribute) -> list[str]:
    """The levels that a rule may name."""
    return [level for level, may in zip(attribute.levels, attribute.is_allowed, strict=True) if may]


def test_two_names_of_one_requirement_are_refused():
    """Columns that say the same are one condition: to require both is told, and not half followed."""
    columns = {"industry": words(["Retail", "Energy"] * 30), "Trade code": words(["R2", "E1"] * 30)}
    book = book_of(60, attributes=columns)

    with pytest.raises(SettingsError, match="Trade code and industry, which say the same"):
        candidates(book, Settings(require=("industry=Retail", "Trade code=R2")))


def p_value(found: Candidates, parts: np.ndarray) -> float:
    """Of the search among these fields."""
    heard = heard_of(parts, np.ones(parts.shape[1]), np.arange(len(parts)))
    return search_p_value(found.attributes, heard, permutations=99, rng=np.random.default_rng(0))


def test_a_pattern_that_is_forbidden_is_no_evidence_of_another():
    """Where retail alone is better, forbidding it leaves p-values of books with nothing in them."""
    books, free, forbidden, within = 40, 0, 0, 0
    for seed in range(books):
        rng = np.random.default_rng(seed)
        industry = rng.choice(["Retail", "Energy", "Media", "Health"], 200)
        country = rng.choice(["France", "Spain"], 200)
        book = book_of(
            200,
            attributes={
                "industry": words(list(industry)),
                "country": words(list(country)),
                **{f"noise {i}": words(list(rng.choice(list("abcd"), 200))) for i in range(3)},
            },
        )
        parts = rng.standard_normal((200, 2)) + 1.2 * (industry == "Retail")[:, None]
        forbids, asks = ("industry=Retail",), ("country=France",)
        free += p_value(candidates(book, Settings()), parts) <= 0.05
        forbidden += p_value(candidates(book, Settings(forbid=forbids)), parts) <= 0.05
        within += p_value(candidates(book, Settings(forbid=forbids, require=asks)), parts) <= 0.05

    assert free == books
    assert forbidden <= binom.ppf(0.999, books, 0.05)
    assert within <= binom.ppf(0.999, books, 0.05)


def test_what_is_required_may_be_the_pattern_itself_or_hold_it():
    """A better country that is required is evidence, and so is a better industry inside a required country."""
    rng = np.random.default_rng(3)
    industry = rng.choice(["Retail", "Energy", "Media", "Health"], 300)
    country = rng.choice(["France", "Spain"], 300)
    book = book_of(300, attributes={"industry": words(list(industry)), "country": words(list(country))})
    noise, asked = rng.standard_normal((300, 2)), Settings(require=("country=France",))
    french, retail = country == "France", industry == "Retail"

    itself = p_value(candidates(book, asked), noise + 0.6 * french[:, None])
    inside = p_value(candidates(book, asked), noise + 1.2 * (french & retail)[:, None])
    elsewhere = p_value(candidates(book, asked), noise + 1.2 * (~french & retail)[:, None])

    assert itself <= 0.05
    assert inside <= 0.05
    assert elsewhere > 0.05


@pytest.mark.parametrize(
    "choice",
    [
        Settings(),
        Settings(forbid=("industry=Retail",)),
        Settings(require=("country=France",)),
        Settings(require=("sector=Goods",), forbid=("country=Malta",)),
    ],
    ids=["free", "forbidden", "required", "both"],
)
def test_the_mass_of_all_rules_is_that_of_each_that_may_be_drawn(choice: Settings):
    """Summed one by one, the prior of the rules that the user's choices leave is the closed form's; rivals are never both used."""
    rng = np.random.default_rng(0)
    values = {
        "industry": ["Retail", "Energy", "Media"],
        "sector": ["Goods", "Services"],
        "country": ["France", "Spain", "Malta"],
    }
    columns = {field: words(list(rng.choice(named, 200))) for field, named in values.items()}
    levels = Levels(candidates(book_of(200, attributes=columns), choice).attributes)

    each = [subsets_of(a) for a in levels.attributes]
    rules = [np.concatenate(sets) for sets in product(*each)]
    used = [np.array([s.any() for s in sets]) for sets in product(*each)]
    may = [
        u.any() and not any(u[a] and levels.has_rival(a, u[None, :])[0] for a in range(len(u))) for u in used
    ]
    logs = log_prior_of_rules(levels, np.array(rules), np.array(used))

    assert log_mass_of_rules(levels) == pytest.approx(float(logsumexp(logs[may])))


def subsets_of(attribute: Attribute) -> list[np.ndarray]:
    """Every choice of levels that the user's wishes leave, none at all included: the required one, or allowed ones but not all."""
    if attribute.required is not None:
        return [attribute.required]
    every = [np.array(s) for s in product([False, True], repeat=attribute.size) if not all(s)]
    return [s for s in every if not (s & ~attribute.is_allowed).any()]
