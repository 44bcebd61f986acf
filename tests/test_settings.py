"""What a user may choose, and how a wrong choice is told."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

import pytest

from icpcli.cli.options import read_settings
from icpcli.errors import SettingsError
from icpcli.model.common import Criterion
from icpcli.settings import DEFAULTS, Settings, read_toml, settings_from

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
    ("choices", "says"),
    [
        ({"seed": -1}, "seed: expected `int` >= 0. It is -1."),
        ({"seed": "three"}, "seed: expected `int`, got `str`. It is 'three'."),
        ({"gross_margin": 1.5}, "gross_margin: expected `float` <= 1.0. It is 1.5."),
        ({"max_personas": 0}, "max_personas: expected `int` >= 1. It is 0."),
        ({"weights": {"price": 1}}, "weights: 'price' is no criterion"),
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
