"""Countries to one spelling."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typed_cells import column, values_of

from icpcli.load.texts.values import read_as
from icpcli.model.common import Kind


@pytest.mark.parametrize(
    ("spellings", "country"),
    [
        (
            "USA|US|U.S.A.|United States|Etats-Unis|États-Unis|Vereinigte Staaten|Estados Unidos",
            "United States",
        ),
        ("UK|GB|GBR|United Kingdom|Royaume-Uni|England|Grande-Bretagne", "United Kingdom"),
        ("France|FR|fra|FRANCE|Frankreich|Francia", "France"),
        ("Czech Republic|République tchèque|Tschechien|CZ", "Czechia"),
        ("Côte d’Ivoire|Cote d'Ivoire|Ivory Coast", "Côte d'Ivoire"),
        ("The Netherlands|Pays-Bas|Holland|NL", "Netherlands"),
        ("Hong Kong|Hong-Kong|HK", "Hong Kong"),
        ("Bosnia and Herzegovina|Bosnie-Herzégovine|BA", "Bosnia & Herzegovina"),
    ],
)
def test_a_country_has_one_spelling(spellings: str, country: str):
    """Names in four languages, codes of two and three letters, and habits such as UK give one country."""
    typed = read_as(column(*spellings.split("|")), Kind.CATEGORY, field="country")

    assert set(typed.array.to_pylist()) == {country}


def test_what_is_no_country_is_left_as_it_is():
    """A region typed into the country column is kept, not guessed at."""
    assert values_of(read_as(column("Benelux ", "Europe  du Nord"), Kind.CATEGORY, field="country")) == [
        "Benelux",
        "Europe du Nord",
    ]


def test_country_names_are_loaded_only_for_a_country():
    """Babel is not imported for an export without a country column."""
    code = "import sys, icpcli.load.texts.values; sys.exit('babel' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ("Lyon, Auvergne-Rhône-Alpes, France", "France"),
        ("Greater London, England, Royaume-Uni", "United Kingdom"),
        ("Austin, CA", "Austin, CA"),
        ("Atlanta, Georgia", "Atlanta, Georgia"),
    ],
)
def test_a_place_ends_in_its_country(place: str, country: str):
    """LinkedIn and its like put the country behind the town; a state of America is none."""
    assert values_of(read_as(column(place), Kind.CATEGORY, field="country")) == [country]
