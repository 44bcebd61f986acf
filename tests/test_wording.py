"""How figures and conditions read."""

from __future__ import annotations

from datetime import date

import pytest

from icpcli.model.common import NO_DATE
from icpcli.model.profile import Condition
from icpcli.wording import as_of, chance, condition, count, figure, listed, number, percent, statement


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"),
        (0.004, "<1 %"),
        (0.38, "38 %"),
        (0.996, ">99 %"),
        (1.0, "100 %"),
        (float("nan"), "not known"),
    ],
)
def test_a_small_share_is_not_nothing_and_all_is_only_all(share: float, words: str):
    """Half a percent is not 0 %, and 99.6 % is not 100 %."""
    assert percent(share) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1240.4, "EUR", "€1,240"),
        (14.26, "months", "14.3 months"),
        (None, "months", "not known"),
        (1240.0, "currency", "1,240"),
        (8.0, "of 10", "8 of 10"),
    ],
)
def test_a_figure_carries_its_unit(value: float | None, unit: str, words: str):
    """Money, months and points each read as people write them; missing is said."""
    assert figure(value, unit) == words


def test_data_without_a_date_end_on_no_day():
    """Where nothing is dated, no invented day is shown."""
    assert as_of(NO_DATE) == "The data hold no date."
    assert as_of(date(2026, 9, 30)) == "Data as of 2026-09-30."


def test_counts_know_their_plural():
    """One customer, twelve customers, two companies."""
    assert (count(1, "customer"), count(1200, "customer")) == ("1 customer", "1,200 customers")
    assert count(2, "company", "companies") == "2 companies"
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert number(0.123456) == "0.123"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Condition("employees", "between", at_least=51, below=201), "51-200 employees"),
        (Condition("employees", "between", at_least=200), "at least 200 employees"),
        (Condition("employees", "between", below=50), "fewer than 50 employees"),
        (Condition("annual_revenue", "between", at_least=200_000), "annual revenue of at least 200,000"),
        (
            Condition("annual_revenue", "between", at_least=100.0, below=500.0),
            "annual revenue of 100 to below 500",
        ),
        (Condition("founded_year", "between", below=2000), "founded before 2000"),
        (Condition("industry", "one_of", ("Logistics", "Retail")), "industry is Logistics or Retail"),
        (Condition("Current tool", "one_of", ("SAP",)), "Current tool is SAP"),
    ],
)
def test_a_condition_reads_as_people_say_it(rule: Condition, words: str):
    """Half-open intervals become the ranges that people use."""
    assert condition(rule) == words


def test_a_figure_just_below_a_thousand_is_rounded_and_not_in_powers():
    """999.6 is 1,000, and 999.4 stays below."""
    assert (number(999.6), number(999.4), number(-999.7)) == ("1,000", "999", "-1,000")


def test_the_statement_is_one_sentence_that_a_salesperson_can_use():
    """Industry, size, place, age and what is left come in the order of speech."""
    conditions = (
        Condition("country", "one_of", ("France",)),
        Condition("employees", "between", at_least=50, below=500),
        Condition("industry", "one_of", ("Logistics", "Wholesale")),
        Condition("Plan", "one_of", ("Pro",)),
    )

    assert (
        statement(conditions)
        == "Logistics or Wholesale companies with 50-499 employees in France whose Plan is Pro."
    )
    assert statement(()) == "No type of company stands out."
    assert statement([Condition("industry", "one_of", ("santé",))]) == "Santé companies."


def test_chance_is_said_in_plain_words():
    """The smallest p says that no shuffle was as strong; another says how often one was."""
    assert chance(1 / 200, 199).endswith("no shuffle showed a pattern this strong.")
    assert "came up by chance 7 % of the time" in chance(0.07, 199)
