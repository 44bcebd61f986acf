"""What stands for nothing in a cell, and what only looks like it."""

from __future__ import annotations

import pytest
from typed_cells import column, values_of

from icpcli.load.texts.cells import blank_to_null
from icpcli.load.texts.values import read_as
from icpcli.model.common import Kind


def test_nothing_is_written_in_many_ways():
    """Dashes, N/A, #REF!, unknown in French: all missing, while 0, No and a minus five are values."""
    cells = column(
        "",
        " ",
        "\u00a0",
        "-",
        "—",
        "N/A",
        "#REF!",
        "NULL",
        "(No value)",
        "Non renseigné",
        "'-",
        "0",
        "No",
        "-5",
    )

    assert blank_to_null(cells).texts().to_pylist() == [None] * 11 + ["0", "No", "-5"]


def test_namibia_and_north_america_are_not_missing():
    """NA is a country, a region, and a sales region beside EMEA; elsewhere it means not available."""
    assert values_of(read_as(column("NA", "FR"), Kind.CATEGORY, field="country")) == ["Namibia", "France"]
    assert values_of(read_as(column("NA", "NC"), Kind.CATEGORY, field="region")) == ["NA", "NC"]
    assert values_of(read_as(column("NA", "EMEA"), Kind.CATEGORY)) == ["NA", "EMEA"]
    assert values_of(read_as(column("NA", "Retail"), Kind.CATEGORY)) == [None, "Retail"]


@pytest.mark.parametrize(
    "word",
    [
        "Unclassified",
        "not set",
        "Non précisé",
        "À définir",
        "keine Angabe",
        "Sin especificar",
        "à compléter",
        "TBC",
        "???",
        "Pendiente",
    ],
)
def test_a_word_for_not_said_yet_is_blank(word: str):
    """What a CRM fills in until somebody says more is no type of company: those who stay are described better."""
    assert blank_to_null(column(word, "Retail")).texts().to_pylist() == [None, "Retail"]


def test_an_empty_pick_list_is_blank():
    """What Zoho writes where nothing was picked is no value."""
    assert values_of(read_as(column("-None-", "Retail", "--None--"), Kind.CATEGORY)) == [None, "Retail", None]
