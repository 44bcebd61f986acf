"""What a user may choose, and how a wrong choice is told."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

import pytest

from icpcli.cli.asked import read_settings
from icpcli.configuration import ABOUT, read_toml
from icpcli.errors import SettingsError
from icpcli.model.common import Criterion
from icpcli.settings import DEFAULTS, EXPECTED, Settings, settings_from

if TYPE_CHECKING:
    from pathlib import Path


def test_no_choice_gives_the_defaults():
    """Without icp.toml and flags, the settings are the documented defaults."""
    assert settings_from({}, where="icp.toml") == DEFAULTS == Settings()


def test_an_unknown_setting_is_refused_with_the_nearest_name():
    """A misspelt key in icp.toml is named, with the key that was probably meant."""
    with pytest.raises(SettingsError, match="there is no setting 'sede'") as caught:
        settings_from({"sede": 3}, where="icp.toml")

    assert caught.value.details == ("Did you mean 'seed'?",)


@pytest.mark.parametrize(
    ("choices", "table"),
    [
        ({"account.mrr": "Tarif"}, "columns"),
        ({"clients.csv:account.mrr": "Tarif"}, "columns"),
        ({"weights": {"deal.amount": "Prix"}}, "columns"),
        ({"advocacy": 2}, "weights"),
    ],
)
def test_a_line_chosen_without_the_one_above_it_is_told_where_it_belongs(choices: dict, table: str):
    """Whoever removes the "#" before a column of icp.toml, and not before [columns], was shown a list of all settings."""
    with pytest.raises(SettingsError) as caught:
        settings_from(choices, where="icp.toml")

    assert caught.value.details == (
        f'It belongs below [{table}]: remove the "#" in front of that line, too.',
    )


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"seed": -1}, "seed: expected a whole number from 0 to 2147483647. It is -1."),
        ({"seed": "three"}, 'seed: expected a whole number from 0 to 2147483647. It is "three".'),
        (
            {"gross_margin": 1.5},
            "gross_margin: expected a share between 0 and 1 (1.5 % is 0.015). It is 1.5.",
        ),
        (
            {"gross_margin": 0.0},
            "gross_margin: expected a share above 0 and up to 1, as a number: 0.8 is 80 %. It is 0.0.",
        ),
        ({"min_share": 20}, "min_share: expected a share between 0 and 1 (20 % is 0.2). It is 20."),
        ({"min_share": -0.1}, "min_share: expected a share between 0 and 1 (20 % is 0.2). It is -0.1."),
        ({"weights": {"retention": -1.0}}, "weights: retention takes a number from 0 to 100. It is -1."),
        ({"max_personas": 0}, "max_personas: expected a whole number from 1 to 10. It is 0."),
        ({"weights": {"price": 1}}, "weights: 'price' is no criterion."),
        ({"weights": dict.fromkeys(Criterion, 0)}, "every criterion has weight 0"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_its_bound(choices: dict[str, object], says: str):
    """A value that cannot be followed is quoted beside what was expected."""
    with pytest.raises(SettingsError) as caught:
        settings_from(choices, where="icp.toml")

    assert says in str(caught.value)


def test_a_flag_beats_icp_toml_and_icp_toml_beats_what_was_saved(tmp_path: Path):
    """The nearest word wins: command line, then icp.toml, then the settings inside icp.json."""
    config = tmp_path / "icp.toml"
    config.write_text("seed = 2\nmin_share = 0.1\n", encoding="utf-8")

    settings = read_settings(config, {"seed": 3}, {"seed": 1, "min_share": 0.2, "merge": False})

    assert dataclasses.asdict(settings) == dataclasses.asdict(DEFAULTS) | {
        "seed": 3,
        "min_share": 0.1,
        "merge": False,
    }


def test_sources_in_icp_toml_are_found_from_where_icp_toml_is(tmp_path: Path):
    """A scheduled job may run from any folder."""
    config = tmp_path / "icp.toml"
    config.write_text('sources = ["crm.csv", "-"]\nas_of = 2026-09-30\n', encoding="utf-8")

    settings = read_settings(config, {})

    assert settings.sources == (str(tmp_path / "crm.csv"), "-")
    assert settings.as_of == date(2026, 9, 30)


def test_pyproject_holds_settings_under_tool_icp(tmp_path: Path):
    """A project that has a pyproject.toml needs no second file."""
    config = tmp_path / "pyproject.toml"
    config.write_text('[project]\nname = "x"\n\n[tool.icp]\nseed = 5\n', encoding="utf-8")

    assert read_toml(config) == {"seed": 5}


def test_broken_toml_is_one_sentence_with_the_file(tmp_path: Path):
    """A syntax error names the file and the place."""
    config = tmp_path / "icp.toml"
    config.write_text("seed = = 2\n", encoding="utf-8")

    with pytest.raises(SettingsError, match=r"icp\.toml: is not valid TOML .*line 1"):
        read_toml(config)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path):
    """Three slips in icp.toml are one error with three lines, not three runs."""
    config = tmp_path / "icp.toml"
    config.write_text('seeed = 1\ngross_margin = 80\n[stages]\nclosed = "wonn"\n', encoding="utf-8")

    with pytest.raises(SettingsError, match=r"icp\.toml: 3 settings cannot be followed\.") as caught:
        read_toml(config)

    assert caught.value.details == (
        "there is no setting 'seeed'. Did you mean 'seed'?",
        "gross_margin: expected a share between 0 and 1 (80 % is 0.8). It is 80.",
        "stages: 'closed' cannot be 'wonn'. Did you mean 'won'?",
    )


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"columns": {"deals.csv:deal.amuont": "Price"}}, ("there is no field 'deal.amuont'", "deal.amount")),
        ({"weights": {"retentoin": 2}}, ("'retentoin' is no criterion", "Did you mean 'retention'?")),
        ({"stages": {"1": 2}}, ('"Closed - signed" = "won". It is 1 = 2.', "")),
        ({"rates": {"USD": float("nan")}}, ("rates: expected a number", "")),
        ({"rates": {"usd": 1.0}}, ("rates: expected for a code of three capital letters", "")),
        ({"currency": "EUR", "rates": {"EUR": 0.9}}, ("one EUR cannot be 0.9 EUR", "")),
        ({"ignore": "industry"}, ('between brackets: ignore = ["owner"]. It is "industry".', "")),
        ({"language": "it"}, ('expected "en", "en-US", "fr", "de" or "es". It is "it".', "")),
        ({"values": {"industry": "Software"}}, ("below [values.FIELD], as in [values.industry]", "")),
        ({"values": {"employees": {"PME": 100, "TPE": "1-9"}}}, ("It is employees.PME = 100.", "")),
        ({"columns": {"account": {"mrr": "Fee"}}}, ("account.mrr stands in no quotes", '"account.mrr" =')),
        ({"tool": {"icp": {}}}, ("there is no setting 'tool'", "Leave [tool.icp] out")),
        ({"history": "reviews"}, ("there is no setting 'history'", "--history, or ICP_HISTORY")),
        ({"review_months": 12}, ("review_months (12) is later than review_latest_months (9)", "")),
        ({"attribute": ["plan"], "ignore": ["plan"]}, ("'plan' is to be searched (attribute)", "")),
    ],
)
def test_a_slip_inside_a_setting_is_found(choices: dict[str, object], says: tuple[str, str]):
    """Names and values at every level are checked, and contradictions between settings too."""
    with pytest.raises(SettingsError) as caught:
        settings_from(choices, where="icp.toml")

    assert says[0] in str(caught.value)
    assert says[1] in " ".join(caught.value.details)


def test_the_environment_stands_between_the_flags_and_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A flag beats ICP_*, which beats icp.toml, for settings of every shape."""
    config = tmp_path / "icp.toml"
    config.write_text(
        'seed = 1\nhorizon_months = 12\nignore = ["city"]\nweights = { retention = 2, advocacy = 3 }\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("ICP_SEED", "2")
    monkeypatch.setenv("ICP_HORIZON_MONTHS", "24")
    monkeypatch.setenv("ICP_IGNORE", "Newsletter, owner")
    monkeypatch.setenv("ICP_WEIGHTS", "retention=4")
    monkeypatch.setenv("ICP_CURRENCY", "EUR")
    monkeypatch.setenv("ICP_RATES", "{ USD = 0.9 }")
    monkeypatch.setenv("ICP_AS_OF", "2026-09-30")
    monkeypatch.setenv("ICP_MERGE", "0")
    monkeypatch.setenv("ICP_MIN_SHARE", "")

    settings = read_settings(config, {"seed": 3})

    assert settings == Settings(
        seed=3,
        horizon_months=24,
        ignore=("Newsletter", "owner"),
        weights={Criterion.RETENTION: 4, Criterion.ADVOCACY: 3},
        currency="EUR",
        rates={"USD": 0.9},
        as_of=date(2026, 9, 30),
        merge=False,
    )


def test_a_wrong_variable_is_named_as_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Whoever set ICP_SEED in a pipeline is sent there, not to icp.toml."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ICP_SEED", "many")

    with pytest.raises(SettingsError, match=r"environment \(ICP_SEED\): seed: expected a whole number"):
        read_settings(None, {})


def test_pyproject_in_the_folder_is_read_where_there_is_no_icp_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """[tool.icp] is found without a flag; icp.toml beats it; a project of another tool is left alone."""
    monkeypatch.chdir(tmp_path)
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.other\n", encoding="utf-8")
    other = read_settings(None, {})
    project.write_text("[tool.icp]\nseed = 5\n", encoding="utf-8")
    from_project = read_settings(None, {})
    (tmp_path / "icp.toml").write_text("seed = 6\n", encoding="utf-8")

    assert (other.seed, from_project.seed, read_settings(None, {}).seed) == (0, 5, 6)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"seed = 1\n[weights", "is not valid TOML"),
        (b'[columns]\n"account.name" = "Soci\xe9t\xe9"\n', "is not valid TOML"),
        (b"seed = 1\nseed = 2\n", "is not valid TOML"),
        (b"<<<<<<< HEAD\nseed = 1\n", "is not valid TOML"),
        (b"gross_margin = nan\n", "gross_margin: expected a number"),
    ],
)
def test_a_half_written_or_foreign_file_is_one_sentence(tmp_path: Path, content: bytes, says: str):
    """Whatever became of icp.toml, the error names the file and what is wrong with it."""
    config = tmp_path / "icp.toml"
    config.write_bytes(content)

    with pytest.raises(SettingsError, match=f"icp.toml: .*{says}|{says}"):
        read_toml(config)


def test_a_settings_file_that_is_asked_for_and_absent_says_how_to_write_one(tmp_path: Path):
    """--config nowhere.toml does not silently mean the defaults."""
    with pytest.raises(SettingsError, match="There is no settings file") as caught:
        read_settings(tmp_path / "nowhere.toml", {})

    assert caught.value.details == ("Write one: icp init",)


def test_every_setting_is_described():
    """icp.toml's comments, its schema and the README have a word for each setting."""
    assert {f.name for f in dataclasses.fields(Settings)} <= ABOUT.keys()


@pytest.mark.parametrize("name", [f.name for f in dataclasses.fields(Settings)])
@pytest.mark.parametrize("wrong", ["some text", -7, 2.5, [3], {"a": {"b": {"c": 1}}}, {"a": 1}])
def test_a_wrong_type_is_told_in_words_of_icp_toml(name: str, wrong: object):
    """Whatever a setting is given, an error says what it takes, and names no type, pattern or place of a parser."""
    try:
        settings_from({name: wrong}, where="icp.toml")
    except SettingsError as err:
        told = " ".join((str(err), *err.details))
        assert name in told
        assert not any(jargon in told for jargon in ("`", "enum", "regex", "null", "object", "[...]", "RFC"))


def test_every_setting_says_what_it_takes():
    """No setting is left without words for what it takes."""
    assert EXPECTED.keys() == {f.name for f in dataclasses.fields(Settings)}
