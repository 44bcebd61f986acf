"""The examples: written from one seed, and what is planted in them is found again."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from icpcli.cluster.rules import membership
from icpcli.model.profile import Condition

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

EXAMPLES = {"crm.csv": "crm_example", "hubspot-fr": "hubspot_example"}
LEAKY_AND_NOISE = {
    "lead_status", "deal_stage", "owner", "Current tool", "Newsletter", "Billing day", "Outil actuel", "Couleur de la charte",
}  # fmt: skip


@pytest.fixture(scope="module")
def maker(examples: Path) -> ModuleType:
    """The script that wrote the examples."""
    spec = importlib.util.spec_from_file_location("make_examples", examples / "make_examples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_examples"] = module
    spec.loader.exec_module(module)
    return module


def companies_in_full(example: Any) -> pd.DataFrame:
    """The companies of an example with nothing blank, under the names of the fields."""
    frame = pd.DataFrame(
        [
            (c.industry, c.employees, c.country, c.source, c.region, c.founded, c.is_planted)
            for c in example.companies
        ],
        columns=["industry", "employees", "country", "channel", "region", "founded_year", "is_planted"],
    )
    return frame.astype({"industry": object, "country": object, "channel": object, "region": object})


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_script_writes_the_same_bytes(maker: ModuleType, examples: Path, name: str):
    """The examples in the repository are what their script writes."""
    for path, data in getattr(maker, EXAMPLES[name])().files.items():
        assert (examples / path).read_bytes() == data


def test_one_french_file_is_as_french_excel_saves_it(examples: Path):
    """The companies of the French example are in cp1252, with semicolons and decimal commas."""
    data = (examples / "hubspot-fr" / "entreprises.csv").read_bytes()

    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(data.decode("cp1252"), newline=""), delimiter=";"))
    costs = [row["Coût d'acquisition client"] for row in rows]
    assert any("," in cost for cost in costs)
    assert not any("." in cost for cost in costs)
    assert 0.05 < sum(not cost for cost in costs) / len(costs) < 0.15


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_of_the_promised_shape(maker: ModuleType, name: str):
    """Between 15 and 30 % of the companies are ideal, no two share a domain, nothing lies after the last day."""
    example = getattr(maker, EXAMPLES[name])()
    everyone = example.companies

    assert 0.15 <= sum(c.is_planted for c in everyone) / len(everyone) <= 0.30
    assert len({c.domain for c in everyone}) == len(everyone)
    assert all(c.domain.endswith(".example") for c in everyone)
    assert max(day for c in everyone for day in (c.since, c.churned) if day) <= maker.AS_OF
    assert all(c.since is None for c in everyone if c.outcome != "won")
    assert all(len(data) < 400_000 for data in example.files.values())


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_tenth_of_the_attribute_cells_is_blank(maker: ModuleType, name: str):
    """Industry, size, country, source and founding year are each blank in about a tenth of the rows."""
    path, data = next(iter(getattr(maker, EXAMPLES[name])().files.items()))
    is_french = path.endswith("entreprises.csv")
    text = io.StringIO(data.decode("cp1252" if is_french else "utf-8"), newline="")
    rows = list(csv.DictReader(text, delimiter=";" if is_french else ","))

    described = (
        ["Secteur d'activité", "Nombre d'employés", "Pays/Région", "Source d'origine", "Année de création"]
        if is_french
        else ["Industry", "Employees", "Country", "Source", "Founded"]
    )
    for header in described:
        # 4 standard errors of a share of 0.1 among 435 rows
        assert abs(sum(not row[header] for row in rows) / len(rows) - 0.1) < 0.06


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_planted_profile_is_found(derived: Callable, tmp_path: Path, maker: ModuleType, name: str):
    """The rule that is printed holds for the planted companies (F1 of at least 0.9), and says it is supported."""
    truth = companies_in_full(getattr(maker, EXAMPLES[name])())

    ran = derived(name)

    profile = json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))["profile"]
    conditions = [
        Condition(c["field"], c["kind"], tuple(c["values"]), c["at_least"], c["below"])
        for c in profile["conditions"]
    ]
    said = membership(conditions, truth.drop(columns="is_planted")) == 1
    both = (said & truth["is_planted"]).sum()
    assert ran.code == 0
    assert profile["verdict"] == "supported"
    assert 2 * both / (said.sum() + truth["is_planted"].sum()) >= 0.9
    assert not LEAKY_AND_NOISE.intersection(c["field"] for c in profile["conditions"])
    assert profile["lift"]["net"]["low"] > 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_leaks_are_named_and_never_searched(derived: Callable, tmp_path: Path, name: str):
    """The lead status, which tells the outcome, is no field of the search, and a finding says why."""
    derived(name)

    written = json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))
    assert "lead_status" not in {field["field"] for field in written["fields"]}
    assert any(f["code"] == "ICP301" and "lead_status" in f["message"] for f in written["findings"])


@pytest.mark.parametrize(("name", "functions"), [
    ("crm.csv", {"operations", "IT", "finance"}),
    ("hubspot-fr", {"marketing", "sales", "finance"}),
])  # fmt: skip
def test_the_planted_personas_are_found(
    icp: Callable, derived: Callable, tmp_path: Path, maker: ModuleType, name: str, functions: set[str]
):
    """Three kinds of people are told apart as they were planted, and named by what they do."""
    derived(name)
    icp("personas", "--max", "3", "--rows", "people.csv")

    items = json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))["personas"]["items"]
    assert {item["functions"][0]["value"] for item in items} == functions
    assert len({item["name"] for item in items}) == 3

    example = getattr(maker, EXAMPLES[name])()
    kinds = {person.key: person.kind for person in example.people}
    if name == "crm.csv":  # no person has an id there: rows are told by their number, the header being 1
        kinds = {str(row): kind for row, kind in enumerate(kinds.values(), start=2)}
    text = (tmp_path / "people.csv").read_text(encoding="utf-8-sig")
    rows = [
        row
        for row in csv.DictReader(io.StringIO(text))
        if kinds[row["contact_id"]] not in {"others", "autres"}
    ]
    assert len(rows) >= 70
    assert adjusted_rand_score([kinds[r["contact_id"]] for r in rows], [r["persona"] for r in rows]) >= 0.8


@pytest.mark.parametrize(("name", "planted"), [
    ("crm.csv", {"operations": {"shorter lead times", "downtime during the switch"}, "IT": {"open api", "data migration"},
                 "finance": {"month-end closing", "hidden fees", "predictable monthly costs"}}),
    ("hubspot-fr", {"marketing": {"suivi des campagnes", "prospects qualifiés"},
                    "sales": {"application mobile", "prise en main difficile"}, "finance": {"prévisions de trésorerie"}}),
])  # fmt: skip
def test_the_planted_words_are_found_and_nobody_is_named(
    derived: Callable, tmp_path: Path, maker: ModuleType, name: str, planted: dict[str, set[str]]
):
    """Each kind is quoted with its own planted words; of the names, numbers and addresses around them none is shown."""
    derived(name)

    personas = json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))["personas"]
    said = {item["functions"][0]["value"]: {w["said"] for w in item["words"]} for item in personas["items"]}
    for function, phrases in planted.items():
        assert phrases <= said[function]
    assert all(word["companies"] >= 3 for item in personas["items"] for word in item["words"])
    words = " ".join(phrase for phrases in said.values() for phrase in phrases)
    names = {n.casefold() for n in (*maker.FIRST, *maker.LAST, *maker.STEMS, *maker.FR_LAST, *maker.FR_STEMS)}
    assert not names & set(words.split())
    assert not any(character.isdigit() or character == "@" for character in words)


def test_when_and_how_people_answer_is_told(derived: Callable, tmp_path: Path):
    """Planted channels, weekdays and hours of answers are told for each kind of the French example, with counts."""
    derived("hubspot-fr")

    items = json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))["personas"]["items"]
    told = {item["functions"][0]["value"]: " ".join(item["answers"]) for item in items}
    for function, words in (
        ("marketing", ("e-mail", "before noon")),
        ("sales", ("phone", "Thursdays", "after 4 pm")),
        ("finance", ("meeting", "Mondays", "before noon")),
    ):
        assert all(word in told[function] for word in words)
        assert " of " in told[function]


def test_duplicate_companies_of_the_french_example_are_merged(derived: Callable, tmp_path: Path):
    """Five companies entered twice under one domain count once, and the accounting says so."""
    derived("hubspot-fr")

    sources = json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))["sources"]
    merged = {source["path"].rpartition("/")[2]: source["merged"] for source in sources}
    assert merged["entreprises.csv"] == 5
    for source in sources:
        assert source["read"] == source["kept"] + source["merged"] + sum(source["dropped"].values())
