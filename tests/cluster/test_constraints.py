"""What the user insists on is understood as people write it, and refused with a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from books import book_of, words

from icpcli.cluster.attributes import candidates
from icpcli.cluster.constraints import constraints_of, met
from icpcli.errors import SettingsError
from icpcli.settings import Settings

if TYPE_CHECKING:
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
    ],
)
def test_what_cannot_be_followed_is_refused_with_a_way_out(choice: Settings, said: str):
    """Unknown fields and values name the nearest, contradictions and empty choices say what they leave."""
    with pytest.raises(SettingsError) as caught:
        candidates(a_book(), choice)

    assert said in "\n".join([str(caught.value), *caught.value.details])


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
