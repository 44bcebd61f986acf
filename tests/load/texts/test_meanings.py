"""What a user says that words mean: which texts are meant, and what columns then hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.errors import SettingsError
from icpcli.load.texts.meanings import meant
from icpcli.model.common import CrmObject
from icpcli.settings import settings_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from icpcli.model.tables import Exports


@pytest.mark.parametrize(
    ("words", "texts", "meaning"),
    [
        ({"Autre": ""}, ("Autre", " autre ", "AUTRE"), ""),
        ({"Hôpitaux et santé": "Health"}, ("hopitaux & santé", "HOPITAUX_SANTE"), "Health"),
        ({"62*": "Software"}, ("62.01Z", "6201Z", "62 - Programmation"), "Software"),
        ({"*cloud*": "Software"}, ("The Cloud, Inc", "CLOUD"), "Software"),
        ({"C++ [new]*": "Software"}, ("c++ [NEW] shops",), "Software"),
        ({"": "none"}, ("", "  "), "none"),
        ({"n/a": "none"}, ("N/A", "n/a "), "none"),
    ],
)
def test_a_word_is_meant_however_it_is_written(words: dict[str, str], texts: tuple[str, ...], meaning: str):
    """Case, accents and joints do not matter; a star stands for anything, and other signs for themselves."""
    assert meant(texts, words) == dict.fromkeys(texts, meaning)
    assert meant(("Retail", "C++ n"), words) == {}


def test_the_word_itself_comes_before_patterns_and_long_patterns_before_short_ones():
    """Two words alike but for their case keep their own meanings; a pattern takes what is left."""
    words = {"IT": "Software", "it": "Italy", "6*": "Other", "62*": "Software", "62.02A": "Consulting"}

    told = meant(("IT", "it", "It", "62.02A", "62.01Z", "68.20B"), words)

    assert told == {
        "IT": "Software",
        "it": "Italy",
        "It": "Software",
        "62.02A": "Consulting",
        "62.01Z": "Software",
        "68.20B": "Other",
    }


def test_a_pattern_takes_no_blank():
    """Whoever calls all other words "Other" leaves unknown what nobody filled in."""
    assert meant(("", " ", "N/A", "?", "Retail"), {"*": "Other"}) == {"Retail": "Other"}


def test_in_lists_each_item_is_a_word():
    """A tool that goes by two names is one wherever it stands in a list; a pattern takes its item, and not the whole list."""
    words = {"MS Teams": "Teams", "Zoom*": "Zoom", "Fax": ""}
    cells = ["MS Teams;SAP", "ms teams", "SAP;Zoom Pro", "Zoom Pro;SAP;Slack", "Fax;SAP", "SAP", "Slack;SAP"]

    assert meant(cells, words) == {
        "MS Teams;SAP": "Teams;SAP",
        "ms teams": "Teams",
        "SAP;Zoom Pro": "SAP;Zoom",
        "Zoom Pro;SAP;Slack": "Zoom;SAP;Slack",
        "Fax;SAP": ";SAP",
    }
    assert meant(["MS Teams, SAP"], words) == {}
    assert meant(["MS Teams, SAP"], words, are_lists=True) == {"MS Teams, SAP": "Teams, SAP"}


COMPANIES = """Company,Industry,Employees,Country,Our tier
Acme,62.01Z,PME,FR,A
Bolt,Logiciels,ETI,France,a+
Crux,Software,120,,B
Dove,Other,GE,FR,B
"""


def columns_of(exports: Exports, *names: str) -> list[list[object]]:
    """Columns of the table of companies, in the order of their names."""
    table = exports.tables[CrmObject.ACCOUNT].sort_by("name")
    return [table.column(name).to_pylist() for name in names]


def test_words_count_as_what_the_user_says_and_their_spellings_are_kept(load: Callable):
    """Codes and labels are one industry, words of size are ranges, another is a blank; how a cell was written stays known."""
    values = {
        "industry": {"62*": "Software", "Logiciels": "Software", "Other": ""},
        "employees": {"PME": "10-249", "ETI": "250-4999", "GE": "5000+"},
        "Our tier": {"A*": "A"},
    }

    exports = load({"companies.csv": COMPANIES}, settings_from({"values": values}, where="test"))

    industries, employees, tiers = columns_of(exports, "industry", "employees", "custom:Our tier")
    assert industries == ["Software", "Software", "Software", None]
    assert employees == [10, 250, 120, 5000]
    assert tiers == ["A", "A", "B", "B"]
    spelled = {r.field or r.header: r.values for r in exports.readings}
    assert spelled["industry"] == {"Software": ("62.01Z", "Logiciels", "Software")}
    assert spelled["employees"]["10"] == ("PME",)
    told = [f.message for f in exports.findings if f.code == "ICP151"]
    assert sorted(m.partition(": ")[2] for m in told) == [
        "2 cells of 'Our tier' are read as [values] in icp.toml says.",
        "3 cells of 'Employees' are read as [values] in icp.toml says.",
        "3 cells of 'Industry' are read as [values] in icp.toml says.",
    ]


def test_a_sector_may_be_said_of_an_industry(load: Callable):
    """Where sectors follow from industries, those of the user come first, and none is one, too."""
    rows = "".join(f"N{i},{w}\n" for i, w in enumerate(("Software", "SaaS", "Banking", "Fintech", "Retail")))
    said = {"sector": {"Fintech": "Software, media and telecoms", "Retail": ""}}

    exports = load(
        {"companies.csv": f"Company,Industry\n{rows}"}, settings_from({"values": said}, where="test")
    )

    assert columns_of(exports, "sector") == [
        [*["Software, media and telecoms"] * 2, "Finance and insurance", "Software, media and telecoms", None]
    ]


def test_words_that_no_cell_holds_are_told(load: Callable):
    """A list of words that meets nothing is no silent one."""
    settings = settings_from({"values": {"industry": {"Sofware": "Software"}}}, where="test")

    exports = load({"companies.csv": COMPANIES}, settings)

    (told,) = [f.message for f in exports.findings if f.code == "ICP151"]
    assert told.endswith(
        "0 cells of 'Industry' are read as [values] in icp.toml says: none holds any of its words."
    )


def test_words_of_a_field_that_no_column_holds_are_told(load: Callable):
    """A field by its right name that these exports do not have; of sectors, which follow from industries, nothing is to be told."""
    values = {"channel": {"Salon": "Fair"}, "sector": {"Software": "IT"}}

    exports = load({"companies.csv": COMPANIES}, settings_from({"values": values}, where="test"))

    told = [f.message for f in exports.findings if f.code == "ICP151"]
    assert told == ["[values.channel] in icp.toml says what words mean, and no column that is read holds it."]


def test_words_for_what_is_no_field_and_no_column_are_an_error(load: Callable):
    """The nearest names are told."""
    settings = settings_from({"values": {"Industri": {"a": "b"}}}, where="test")

    with pytest.raises(SettingsError, match="there is no field or column 'Industri'") as raised:
        load({"companies.csv": COMPANIES}, settings)

    assert any("Industry" in hint for hint in raised.value.details)
