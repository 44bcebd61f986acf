"""How many work there: numbers, ranges, classes of size, and ranges that a spreadsheet took for dates."""

from __future__ import annotations

import math

import pytest
from typed_cells import column, values_of

from icpcli.load.texts.values import read_as
from icpcli.model.common import Kind


@pytest.mark.parametrize(
    ("cell", "heads"),
    [
        ("51-200", 51),
        ("51–200", 51),
        ("10 à 19 salariés", 10),
        ("de 250 à 499 salariés", 250),
        ("1000+", 1000),
        ("1 000+", 1000),
        ("3,000 + Agents", 3000),
        ("5-6k agents", 5000),
        ("500-1k", 500),
        ("40-50 employees", 40),
        ("plus de 50", 50),
        ("> 500", 500),
        ("moins de 10", 0),
        ("2822", 2822),
        ("1.000 - 4.999 Mitarbeiter", 1000),
        ("1,001-5,000", 1001),
        ("50-11", None),
    ],
)
def test_head_counts_are_read_at_their_lower_end(cell: str, heads: float | None):
    """Ranges in English and French give their lower end; ends in the wrong order give nothing."""
    assert values_of(read_as(column(cell), Kind.COUNT, field="employees")) == [heads]


INSEE_LABELS = {
    "0 salarié": (0, None), "1 ou 2 salariés": (1, 2), "3 à 5 salariés": (3, 5), "6 à 9 salariés": (6, 9), "10 à 19 salariés": (10, 19),
    "20 à 49 salariés": (20, 49), "50 à 99 salariés": (50, 99), "100 à 199 salariés": (100, 199), "200 à 249 salariés": (200, 249),
    "250 à 499 salariés": (250, 499), "500 à 999 salariés": (500, 999), "1 000 à 1 999 salariés": (1000, 1999),
    "2 000 à 4 999 salariés": (2000, 4999), "5 000 à 9 999 salariés": (5000, 9999), "10 000 salariés et plus": (10_000, math.inf),
    "Unité non employeuse": (None, None), "Etablissement non-employeur": (None, None),
}  # fmt: skip


def test_every_label_of_the_french_size_classes_is_read():
    """INSEE writes "1 ou 2 salariés" beside "3 à 5": the smallest firms are not lost, and who employs nobody known is unknown."""
    typed = read_as(column(*INSEE_LABELS), Kind.COUNT, field="employees")

    assert typed.unreadable == 0
    assert list(zip(values_of(typed), typed.ends.to_pylist(), strict=True)) == list(INSEE_LABELS.values())


@pytest.mark.parametrize("pair", ["1 or 2", "1 oder 2 Mitarbeiter", "1 o 2 empleados", "entre 1 y 2"])
def test_one_or_two_is_a_range_in_four_languages(pair: str):
    """The smallest class is read whatever the language of the list."""
    typed = read_as(column(pair), Kind.COUNT, field="employees")

    assert (values_of(typed), typed.ends.to_pylist()) == ([1], [2])


def test_french_size_classes_are_not_head_counts():
    """INSEE's code 11 means 10 to 19 people, 53 means 10,000 and more, NN unknown; known by the closed set."""
    classes = read_as(column("11", "53", "03", "NN"), Kind.COUNT, field="employees")
    heads = read_as(column("11", "53", "3", "4"), Kind.COUNT, field="employees")

    assert values_of(classes) == [10, 10_000, 6, None]
    assert classes.unreadable == 0
    assert values_of(heads) == [11, 53, 3, 4]


@pytest.mark.parametrize(
    ("shown", "least"),
    [
        ("Nov-50", 11),
        ("nov.-50", 11),
        ("1950-11-01", 11),
        ("01/11/1950", 11),
        ("1-May", 1),
        ("5-Jan", 1),
        ("01-mai", 1),
        ("10-Jan", 1),
        ("Oct-02", 2),
        ("2024-10-01 00:00:00", 1),
        ("10/02/2024", 2),
    ],
)
def test_ranges_that_a_spreadsheet_took_for_dates_are_ranges_again(shown: str, least: int):
    """11-50 that Excel shows as Nov-50, or 1-10 as 1 October, gives the lower end in a column of employees."""
    assert values_of(read_as(column(shown, "51-200"), Kind.COUNT, field="employees")) == [least, 51]
    assert values_of(read_as(column(shown, "51-200"), Kind.COUNT, field="deal_count"))[0] != least
