"""A column that holds people by name is no trait of a company, whatever its header says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.model.common import Kind
from icpcli.rollup.accounts import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

REPS = ["Zoé Lebœuf", "Karim Haddad", "Anne-Lise Roux"]


def loaded(path: Path, last: list[str]) -> tuple[set[str], list[tuple[str, ...]], Kind]:
    """The traits of companies with an owner and a column of one's own; the samples shown of it, and its kind."""
    rows = ["Company,MRR,Account owner,Went there last"]
    rows += [f"Firm {i},100,{REPS[i % 3]},{last[i % len(last)]}" for i in range(30)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    exports = load_exports([str(path)], DEFAULTS)
    (reading,) = (r for r in exports.readings if r.header == "Went there last")
    return set(roll_up_accounts(exports, DEFAULTS).attributes), [reading.samples], reading.kind


@pytest.mark.parametrize(
    "last",
    [
        ["Karim Haddad", "zoe leboeuf", "Roux Anne-Lise"],
        ["K. Haddad", "Z. Lebœuf", "A.-L. Roux"],
        ["M. Dupont", "Mme Petit-Jean", "Dr Martin"],
    ],
)
def test_names_of_our_own_people_describe_no_company_and_are_masked(tmp_path: Path, last: list[str]):
    """Who went there is one of the owners, in full or by initials, or somebody with a form of address: it is not searched, and only first letters are shown."""
    traits, samples, kind = loaded(tmp_path / "a.csv", last)

    assert "Went there last" not in traits
    assert kind is Kind.TEXT
    assert all(sample[1:] == "***" for several in samples for sample in several)


def test_words_that_are_no_names_stay_a_trait(tmp_path: Path):
    """Two words to a value make no name of it."""
    traits, _, kind = loaded(tmp_path / "a.csv", ["North America", "South America", "Western Europe"])

    assert "Went there last" in traits
    assert kind is Kind.CATEGORY


def test_a_name_beside_first_names_is_a_persons(tmp_path: Path):
    """A bare "Nom" beside the company's own name and a column of first names is masked, and no trait."""
    rows = ["Société,Secteur,Effectif,Client depuis,MRR,Prénom,Nom"]
    rows += [
        f"Firm {i},Retail,{i + 1},2024-01-{i % 28 + 1:02d},{i + 1},{['Ann', 'Bob'][i % 2]},{['Lund', 'Wagner', 'Girard'][i % 3]}"
        for i in range(30)
    ]
    (tmp_path / "a.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    exports = load_exports([str(tmp_path / "a.csv")], DEFAULTS)

    (reading,) = (r for r in exports.readings if r.header == "Nom")
    assert reading.kind is Kind.TEXT
    assert "Lund" not in reading.samples
    assert "Nom" not in set(roll_up_accounts(exports, DEFAULTS).attributes)


def test_a_cell_that_reaches_somebody_is_no_trait(tmp_path: Path):
    """An e-mail address or a telephone number among the values of a column is left out of it, and shown nowhere."""
    origins = [
        "Ads",
        "recommended by kevin.moreau@agence.example",
        "call back on 06 12 34 56 78",
        "+33 6 12 34 56 78",
        "Fair 2024",
    ]
    rows = [
        "Company,Industry,Customer since,MRR,Source",
        *(f"Firm {i},Retail,2024-01-01,{i + 1},{origins[i % 5]}" for i in range(40)),
    ]
    (tmp_path / "a.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    exports = load_exports([str(tmp_path / "a.csv")], DEFAULTS)
    book = roll_up_accounts(exports, DEFAULTS)

    (reading,) = (r for r in exports.readings if r.header == "Source")
    assert set(book.attributes["channel"].dropna()) == {"Ads", "Fair 2024"}
    assert "24 cells hold an address" in reading.why
    assert set(reading.values) == {"Ads", "Fair 2024"}
