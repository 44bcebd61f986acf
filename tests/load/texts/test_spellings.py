"""One value has one spelling, whatever hand typed it, whatever file it is in; what are two words stay two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpcli.load.exports import load_exports
from icpcli.load.texts.spellings import RESPELLED
from icpcli.model.common import CrmObject
from icpcli.model.lists import items_of, with_items
from icpcli.model.spelling import fold, same_word, usual_spellings
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from icpcli.model.tables import Exports


def written(path: Path, **columns: Sequence[str]) -> str:
    """A file of companies, one a row, with these columns."""
    rows = [";".join(["Company", "MRR", *columns])]
    rows += [f'"{path.stem} {i}";100;' + ";".join(f'"{c}"' for c in cells) for i, cells in enumerate(zip(*columns.values(), strict=True))]  # fmt: skip
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def column(exports: Exports, name: str) -> list[str | None]:
    """A column of the companies, in the order of their names."""
    table = exports.tables[CrmObject.ACCOUNT].sort_by("name")
    return table.column(name).to_pylist()


def told(exports: Exports) -> list[tuple[str, int | None]]:
    """What is said of spellings: the field, and how many cells."""
    return [(f.message.split("'")[1], f.rows) for f in exports.findings if f.code == RESPELLED]


def test_words_that_differ_in_case_or_accents_alone_are_one_in_their_usual_spelling(tmp_path: Path):
    """BANKING and banking are Banking where most write it so; how many cells were spelled otherwise is told."""
    cells = ["Banking", "BANKING", "Banking", "banking ", "Énergie", "Energie", "Énergie", "Retail", ""]

    exports = load_exports([written(tmp_path / "a.csv", Industry=cells)], DEFAULTS)

    assert column(exports, "industry") == ["Banking"] * 4 + ["Énergie"] * 3 + ["Retail", None]
    assert told(exports) == [("industry", 3)]
    (reading,) = (r for r in exports.readings if r.field == "industry" and r.object is CrmObject.ACCOUNT)
    assert reading.values["Banking"] == ("BANKING", "Banking", "banking")


def test_two_files_that_spell_a_value_otherwise_mean_the_same(tmp_path: Path):
    """The usual spelling is that of all companies, not of each file by itself, and in any order of the files."""
    one = written(tmp_path / "a.csv", Industry=["Banking", "Retail"] * 3, Tier=["Gold", "Silver"] * 3)
    other = written(tmp_path / "b.csv", Industry=["BANKING", "retail"] * 2, Tier=["GOLD", "silver"] * 2)

    both, turned = (load_exports(paths, DEFAULTS) for paths in ([one, other], [other, one]))

    for exports in (both, turned):
        assert column(exports, "industry") == ["Banking", "Retail"] * 5
        assert column(exports, "custom:Tier") == ["Gold", "Silver"] * 5
        assert told(exports) == [("Tier", 4), ("industry", 4)] or told(exports) == [
            ("industry", 4),
            ("Tier", 4),
        ]


def test_a_naf_code_is_one_value_however_a_source_writes_it(tmp_path: Path):
    """With its point, without it, or with its label: a trade is not three small ones."""
    cells = ["25.62B", "2562B", "25.62B", "25.62B - Mécanique industrielle", "25.62 B", "28.29B"]

    exports = load_exports([written(tmp_path / "a.csv", **{"Code NAF": cells})], DEFAULTS)

    assert column(exports, "industry") == ["25.62B"] * 5 + ["28.29B"]
    assert told(exports) == [("industry", 3)]


def test_items_of_lists_are_one_and_what_parts_them_stays(tmp_path: Path):
    """Shopify and SHOPIFY are one technology, in whatever list; the rest of the cell is as it was."""
    cells = ["Shopify; Slack", "SHOPIFY|Jira", "Shopify; Jira", "slack", "Slack; Jira", "Jira"] * 3

    exports = load_exports([written(tmp_path / "a.csv", Tools=cells)], DEFAULTS)

    firsts = sorted(set(column(exports, "custom:Tools")))
    assert firsts == ["Jira", "Shopify; Jira", "Shopify; Slack", "Shopify|Jira", "Slack", "Slack; Jira"]
    assert told(exports) == [("Tools", 6)]


def test_a_column_of_very_many_words_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Words that hardly repeat describe no kind of company, and are not gone through."""
    monkeypatch.setattr("icpcli.load.texts.spellings.MOST_WORDS", 2)

    exports = load_exports([written(tmp_path / "a.csv", Tier=["Gold", "GOLD", "Tin", "Gold"])], DEFAULTS)

    assert column(exports, "custom:Tier") == ["Gold", "GOLD", "Tin", "Gold"]
    assert told(exports) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Banking", " BANKING"),
        ("Énergie", "ENERGIE"),
        ("L\u2019Oréal", "l'oreal"),
        ("Cœur", "COEUR"),
        ("Tier 1", "tier 1"),
        ("25.62B", "2562B"),
        ("25.62B", "25.62 b"),
        ("2562B", "25.62B - Mécanique industrielle"),
        ("25.62B : Mécanique", "2562B – MECANIQUE INDUSTRIELLE"),
    ],
)
def test_case_accents_ligatures_and_spaces_make_no_other_word(one: str, other: str):
    """What a careless hand changes is no part of a value."""
    assert same_word(one) == same_word(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("バス", "ハス"),
        ("мой", "мои"),
        ("ข้าว", "ข่าว"),
        ("5²", "52"),
        ("001A0000006Vm9r", "001A0000006VM9R"),
        ("C", "C++"),
        ("25.62B", "25.62A"),
        ("25.62B", "25.62"),
        ("2562B", "2562B-21"),
    ],
)
def test_what_are_two_words_stay_two(one: str, other: str):
    """Marks of other scripts, raised digits, the case of ids and punctuation tell values apart."""
    assert same_word(one) != same_word(other)


def test_of_spellings_as_frequent_the_one_in_mixed_case_is_taken():
    """Neither shouted nor all small, whatever comes first."""
    assert usual_spellings({"SAAS": 1, "SaaS": 1, "saas": 1}) == {"SAAS": "SaaS", "saas": "SaaS"}


@given(st.dictionaries(st.sampled_from(["Oil", "oil", "OIL", "Öl", "ol", "Gas", "GAS"]), st.integers(1, 9)))
def test_the_usual_spelling_does_not_hang_on_order_and_is_found_once(times: dict[str, int]):
    """Counted in any order it is the same, it is one of those written, and is not respelled itself."""
    usual = usual_spellings(times)

    assert usual == usual_spellings(dict(reversed(times.items())))
    assert set(usual.values()) <= times.keys() - usual.keys()


@given(
    st.lists(st.sampled_from(["SAP", "sap", " Slack ", "Jira  Cloud"]), min_size=1),
    st.sampled_from([";", "|", ",", "; "]),
)
def test_a_list_keeps_its_signs_and_spaces(items: list[str], sign: str):
    """Only the items that are written otherwise change; without any the cell is the same."""
    cell = sign.join(items)

    assert with_items(cell, {}) == cell
    assert with_items(cell, {"sap": "SAP"}) == cell.replace("sap", "SAP")


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ('["Slack", "Salesforce"]', ("Slack", "Salesforce")),
        ("['Slack','L\u2019Atelier']", ("Slack", "L\u2019Atelier")),
        ('["T\\u00e9l\\u00e9com; TV"]', ("Télécom; TV",)),
        ("[]", ()),
        ("[Slack]", ("[Slack]",)),
        ("[\"it's\", 'x']", ("it's", "x")),
        ('["a", ' + "[" * 10_000 + "]" * 10_000 + "]", ('["a"', "[" * 10_000 + "]" * 10_001)),
        ('["Slack", 1]', ('["Slack"', "1]")),
    ],
)
def test_an_array_is_a_list_of_its_texts(cell: str, items: tuple[str, ...]):
    """Clay, BigQuery and pandas write lists as ["Slack", "Zoom"]; what is no array of texts is parted by its commas."""
    assert items_of(cell) == items
    assert with_items(cell, {}) == cell
    assert items_of(with_items(cell, {"Slack": "SLACK"})) == tuple(
        "SLACK" if item == "Slack" else item for item in items
    )


def test_folding_is_as_loose_with_names_as_with_the_words_they_are_kept_out_of():
    """A ligature is its letters, so that a name written with one is known without it."""
    assert fold("Lebœuf") == fold("LEBOEUF") == "leboeuf"
