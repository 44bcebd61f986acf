"""Choices in the words of the export are followed as those of the book are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.cluster.constraints import constraints_of
from icpcli.errors import SettingsError
from icpcli.load.exports import load_exports
from icpcli.pipeline.wishes import in_the_books_words
from icpcli.rollup.accounts import roll_up_accounts
from icpcli.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

COUNTRIES = ("USA", "France", "Deutschland")
BANDS = ("1-10", "11-50", "51-200")
BOXES = ("Oui", "non", "OUI", "Non")


def followed(folder: Path, **choices: tuple[str, ...]) -> Settings:
    """The choices in the book's words, accepted by the search."""
    rows = [
        f"Firm {i},{COUNTRIES[i % 3]},{BOXES[i % 4]},{i % 20 + 5} %,{BANDS[i % 3]},{1990 + i % 30},100,2024-01-{i % 28 + 1:02d}"
        for i in range(60)
    ]
    head = "Société,Pays,Certifié ISO ?,Part à l'export,Effectif,Année de création,MRR,Client depuis"
    (folder / "a.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    exports = load_exports([str(folder / "a.csv")], Settings())
    book = roll_up_accounts(exports, Settings())
    settings = in_the_books_words(Settings(**choices), exports, tuple(book.attributes))
    constraints_of(book, settings)
    return settings


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Pays=USA", "country=United States"),
        ("country=usa", "country=United States"),
        ("PAYS=France", "country=France"),
        ("pays=Allemagne", "country=Germany"),
        ("country=de", "country=Germany"),
        ("Country=Deutschland", "Country=Germany"),
        ("Certifié ISO ?=oui", "Certifié ISO ?=yes"),
        ("Certifié ISO ?=no", "Certifié ISO ?=no"),
        ("Année de création>=2000", "founded_year>=2000"),
        ("Part à l'export>=20 %", "Part à l'export>=20 %"),
        ("Effectif=51-200", "employees=51-200"),
    ],
)
def test_a_header_and_a_spelling_of_the_export_are_understood(tmp_path: Path, said: str, meant: str):
    """A condition may name the column as the export does, and the value as a cell has it."""
    assert followed(tmp_path, require=(said,)).require == (meant,)


def test_fields_are_left_out_and_searched_by_their_headers(tmp_path: Path):
    """--ignore, --forbid and --attribute take a header for the field that it holds."""
    settings = followed(
        tmp_path, ignore=("Pays",), forbid=("Année de création",), attribute=("Part à l'export",)
    )

    assert (settings.ignore, settings.forbid) == (("country",), ("founded_year",))
    assert settings.attribute == ("Part à l'export",)


@pytest.mark.parametrize(
    "choices", [{"require": ("MRR>=500",)}, {"forbid": ("mrr",)}, {"attribute": ("MRR",)}]
)
def test_an_outcome_is_refused_as_one(tmp_path: Path, choices: dict[str, tuple[str, ...]]):
    """What a customer pays is in the export, so "there is no field" would be false: it is no trait to choose by."""
    with pytest.raises(SettingsError, match="mrr is an outcome"):
        followed(tmp_path, **choices)
