"""Whole runs: what is planted is found, and what must not matter does not."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def saved(folder: Path) -> dict[str, Any]:
    """The icp.json that a run left in a folder."""
    return json.loads((folder / "icp.json").read_text(encoding="utf-8"))


def without_sources(derivation: dict[str, Any]) -> dict[str, Any]:
    """A derivation less the hash and path of its files."""
    bare = [
        {k: v for k, v in source.items() if k not in {"path", "sha256"}} for source in derivation["sources"]
    ]
    return derivation | {"sources": bare}


def rewrite(path: Path, change: Callable[[list[list[str]]], list[list[str]]]) -> str:
    """A CSV file's text with its table changed; the first row of the table is the header."""
    table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(change(table))
    return text.getvalue()


def shuffled(table: list[list[str]]) -> list[list[str]]:
    """The same table, its rows and columns in another order."""
    chance = random.Random(7)  # noqa: S311  a shuffle, no secret
    order = list(range(len(table[0])))
    chance.shuffle(order)
    rows = [[row[i] for i in order] for row in table]
    body = rows[1:]
    chance.shuffle(body)
    return [rows[0], *body]


def test_the_same_export_gives_the_same_bytes_in_any_order(
    icp: Callable, derived: Callable, tmp_path: Path, examples: Path
):
    """Deriving twice, and with rows and columns shuffled, gives icp.json byte for byte but for the file itself."""
    source = examples / "crm.csv"
    derived("crm.csv")
    first = (tmp_path / "icp.json").read_bytes()
    icp("derive", source)
    assert (tmp_path / "icp.json").read_bytes() == first

    (tmp_path / "other.csv").write_text(rewrite(source, shuffled), encoding="utf-8")
    icp("derive", "other.csv")

    again = (tmp_path / "icp.json").read_bytes()
    assert json.dumps(without_sources(json.loads(again))) == json.dumps(without_sources(json.loads(first)))


def test_a_folder_in_any_order_gives_the_same_profile(
    icp: Callable, derived: Callable, tmp_path: Path, examples: Path
):
    """Shuffling the rows of the HubSpot deals and contacts changes nothing in the profile."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for path in sorted((examples / "hubspot-fr").glob("*.csv")):
        if path.name == "entreprises.csv":
            (folder / path.name).write_bytes(path.read_bytes())
        else:
            (folder / path.name).write_text(rewrite(path, shuffled), encoding="utf-8")
    derived("hubspot-fr")
    before = without_sources(saved(tmp_path))

    icp("derive", folder)

    assert without_sources(saved(tmp_path)) == before


def test_money_in_cents_gives_the_same_profile(
    icp: Callable, derived: Callable, tmp_path: Path, examples: Path
):
    """The currency's unit is no signal: a hundred times the cost and the MRR leaves profile and lift as they are."""

    def in_cents(table: list[list[str]]) -> list[list[str]]:
        money = [i for i, name in enumerate(table[0]) if name.casefold() in {"mrr", "acquisition cost"}]
        assert len(money) == 2
        cents = [
            [f"{float(c) * 100:.2f}" if i in money and c else c for i, c in enumerate(row)]
            for row in table[1:]
        ]
        return [table[0], *cents]

    (tmp_path / "cents.csv").write_text(rewrite(examples / "crm.csv", in_cents), encoding="utf-8")
    derived("crm.csv")
    units = saved(tmp_path)["profile"]
    icp("derive", "cents.csv")
    cents = saved(tmp_path)["profile"]

    assert [c["values"] or (c["at_least"], c["below"]) for c in cents["conditions"]] == [
        c["values"] or (c["at_least"], c["below"]) for c in units["conditions"]
    ]
    assert cents["lift"]["net"]["value"] == pytest.approx(units["lift"]["net"]["value"], rel=1e-3)


def test_an_export_in_two_files_is_scored_as_the_whole(icp: Callable, tmp_path: Path, examples: Path):
    """Split by industry, each file knows half the words: profile and scores are those of the one file."""

    def half(names: bool) -> Callable[[list[list[str]]], list[list[str]]]:
        def kept(table: list[list[str]]) -> list[list[str]]:
            at = table[0].index("Industry")
            return [table[0], *(row for row in table[1:] if (row[at] > "L") is names)]

        return kept

    for name, late in (("a.csv", False), ("b.csv", True)):
        (tmp_path / name).write_text(rewrite(examples / "crm.csv", half(late)), encoding="utf-8")
    told = []
    for words in ([examples / "crm.csv"], ["b.csv", "a.csv"]):
        icp("derive", *words)
        profile = saved(tmp_path)["profile"]
        told.append((profile, icp("score", examples / "crm.csv").stdout))

    assert told[0][0]["conditions"] == told[1][0]["conditions"]
    assert told[0][1] == told[1][1]


def test_a_careless_hand_that_types_words_in_other_letters_changes_nothing(
    icp: Callable, derived: Callable, tmp_path: Path, examples: Path
):
    """A fifth of the words of the export shouted or in small letters: the same profile, and a finding that says so."""
    chance = random.Random(3)  # noqa: S311  a shuffle, no secret

    def careless(table: list[list[str]]) -> list[list[str]]:
        words = [
            i for i, name in enumerate(table[0]) if name.casefold() in {"industry", "source", "current tool"}
        ]
        assert len(words) == 3
        hands = (str.upper, str.lower, *(str,) * 8)
        body = [[chance.choice(hands)(c) if i in words else c for i, c in enumerate(r)] for r in table[1:]]
        return [table[0], *body]

    (tmp_path / "careless.csv").write_text(rewrite(examples / "crm.csv", careless), encoding="utf-8")
    derived("crm.csv")
    careful = saved(tmp_path)
    icp("derive", "careless.csv")
    told = saved(tmp_path)

    assert told["profile"] == careful["profile"]
    assert {f["code"] for f in told["findings"]} - {f["code"] for f in careful["findings"]} == {"ICP132"}


def test_no_person_is_in_any_output(icp: Callable, tmp_path: Path, examples: Path):
    """No name, e-mail or phone of the exported people appears in icp.json, any report, or the rows about people."""
    people = [
        value
        for row in csv.DictReader(io.StringIO((examples / "crm.csv").read_text(encoding="utf-8-sig")))
        for header, value in row.items()
        if header.casefold() in {"contact name", "email"} and len(value) > 5
    ]
    assert len(people) > 300

    outputs = [
        icp("derive", examples / "crm.csv", "--format", chosen).stdout for chosen in ("terminal", "markdown")
    ]
    outputs.append((tmp_path / "icp.json").read_text(encoding="utf-8"))
    outputs.append(icp("inspect", examples / "crm.csv").stdout)
    icp("personas", "--rows", "people.csv")
    outputs.append((tmp_path / "people.csv").read_text(encoding="utf-8-sig"))

    assert [p for p in people for text in outputs if p in text] == []


ENGLISH = {
    "ID de fiche d'informations": "Record ID",
    "Nom de l'entreprise": "Company name",
    "Nom de domaine de l'entreprise": "Company Domain Name",
    "Secteur d'activité": "Industry",
    "Nombre d'employés": "Number of Employees",
    "Pays/Région": "Country/Region",
    "Région": "State/Region",
    "Source d'origine": "Original Source",
    "Année de création": "Year Founded",
    "Coût d'acquisition client": "Customer Acquisition Cost",
    "Client depuis": "Customer Since",
    "Date de résiliation": "Churn Date",
    "Revenu mensuel récurrent": "Monthly recurring revenue",
    "Statut du lead": "Lead Status",
    "Propriétaire de l'entreprise": "Company owner",
    "Prénom": "First Name",
    "Nom": "Last Name",
    "E-mail": "Email",
    "Intitulé du poste": "Job Title",
    "Rôle d'achat": "Buying Role",
    "Nombre de fois contacté": "Number of times contacted",
    "Nom de la transaction": "Deal Name",
    "Phase de la transaction": "Deal Stage",
    "Montant": "Amount",
    "Date de fermeture": "Close Date",
    "Date de création": "Create Date",
    "Type d'activité": "Activity type",
    "Date d'activité": "Activity date",
    "Sens": "Direction",
    "Résultat": "Outcome",
}


def test_hubspot_in_english_gives_what_hubspot_in_french_gives(
    icp: Callable, derived: Callable, tmp_path: Path, examples: Path
):
    """The same portal exported with English labels gives the same profile, posterior and personas."""
    names = {
        "entreprises.csv": "companies.csv",
        "contacts.csv": "contacts.csv",
        "transactions.csv": "deals.csv",
        "activites.csv": "activities.csv",
    }
    folder = tmp_path / "english"
    folder.mkdir()
    for french, english in names.items():
        path = examples / "hubspot-fr" / french
        is_excel = french == "entreprises.csv"
        text = path.read_text(encoding="cp1252" if is_excel else "utf-8")
        header, newline, body = text.partition("\n")
        sign = ";" if is_excel else ","
        labels = sign.join(ENGLISH.get(label, label) for label in header.rstrip("\r").split(sign))
        (folder / english).write_text(labels + newline + body.replace("\r\n", "\n"), encoding="utf-8")

    derived("hubspot-fr")
    french_one = saved(tmp_path)
    icp("derive", folder)
    english_one = saved(tmp_path)

    for part in ("accounts", "criteria", "profile", "posterior", "personas"):
        assert english_one[part] == french_one[part]


def rule_of(folder: Path) -> list[tuple[Any, ...]]:
    """The conditions that a run left in a folder, without their probabilities."""
    conditions = saved(folder)["profile"]["conditions"]
    return [(c["field"], c["values"], c["at_least"], c["below"]) for c in conditions]


def with_columns(table: list[list[str]], columns: dict[str, list[str]]) -> list[list[str]]:
    """The same table with more columns at its end."""
    rows = [[*row, *cells] for row, cells in zip(table[1:], zip(*columns.values(), strict=True), strict=True)]
    return [[*table[0], *columns], *rows]


def renamed(table: list[list[str]]) -> list[list[str]]:
    """Columns of the user's own under other headers."""
    names = {"Current tool": "Werkzeug", "Newsletter": "A letter", "Billing day": "Jour de facturation"}
    assert names.keys() <= set(table[0])
    return [[names.get(header, header) for header in table[0]], *table[1:]]


def with_noise(table: list[list[str]]) -> list[list[str]]:
    """Three more columns that say nothing, one of them with forty values."""
    chance = random.Random(11)  # noqa: S311  noise, no secret
    values = {
        "Moon": [chance.choice(["full", "new", "half"]) for _ in table[1:]],
        "Shelf": [f"s{chance.randrange(40):02d}" for _ in table[1:]],
        "Dice": [str(chance.randrange(1, 500)) for _ in table[1:]],
    }
    return with_columns(table, values)


def with_copies(table: list[list[str]]) -> list[list[str]]:
    """The industry and the size once more, under headers of the user's own."""
    copied = {"Branch letter": "Industry", "Size again": "Employees"}
    places = {header: table[0].index(source) for header, source in copied.items()}
    return with_columns(table, {header: [row[i] for row in table[1:]] for header, i in places.items()})


@pytest.mark.parametrize("change", [renamed, with_noise, with_copies])
def test_what_says_nothing_new_changes_no_condition(
    icp: Callable, tmp_path: Path, examples: Path, change: Callable[[list[list[str]]], list[list[str]]]
):
    """Other headers for columns of one's own, columns of noise and copies of columns leave the rule as it is."""
    (tmp_path / "icp.toml").write_text("permutations = 19\n", encoding="utf-8")
    (tmp_path / "changed.csv").write_text(rewrite(examples / "crm.csv", change), encoding="utf-8")
    icp("derive", examples / "crm.csv")
    before = rule_of(tmp_path)

    icp("derive", "changed.csv")

    assert rule_of(tmp_path) == before


def test_rows_copied_support_nothing_more(icp: Callable, tmp_path: Path, examples: Path):
    """With every row there twice the companies are merged: same counts, same p-value, same interval of the lift."""
    (tmp_path / "icp.toml").write_text("permutations = 19\n", encoding="utf-8")
    doubled = rewrite(examples / "crm.csv", lambda table: [*table, *table[1:]])
    (tmp_path / "doubled.csv").write_text(doubled, encoding="utf-8")
    icp("derive", examples / "crm.csv")
    once = saved(tmp_path)

    icp("derive", "doubled.csv")

    twice = saved(tmp_path)
    assert twice["sources"][0]["merged"] == once["sources"][0]["kept"]
    for part in ("accounts", "profile", "posterior"):
        assert twice[part] == once[part]
