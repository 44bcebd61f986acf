"""The JSON Schemas that ship with the package say what the program reads and writes."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import jsonschema
import pytest

from icpcli.configuration import read_toml
from icpcli.errors import SettingsError
from icpcli.schemas import schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jsonschema.protocols import Validator


def validator(of: str) -> Validator:
    """A validator of one of the schemas, itself checked."""
    jsonschema.Draft202012Validator.check_schema(schema(of))
    return jsonschema.Draft202012Validator(schema(of), format_checker=jsonschema.FormatChecker())


def test_the_schemas_are_those_of_the_types_behind_the_files(root: Path):
    """A field that is added to the profile or the settings is in the schema too (python .ci/make_schemas.py)."""
    ran = subprocess.run([sys.executable, root / ".ci" / "make_schemas.py", "--check"], check=False)

    assert ran.returncode == 0


@pytest.mark.parametrize("example", ["crm.csv", "hubspot-fr"])
def test_the_profiles_of_the_examples_keep_their_schema(derived: Callable, tmp_path: Path, example: str):
    """What icp derive writes for the examples is valid, to the last field."""
    derived(example)

    validator("icp.json").validate(json.loads((tmp_path / "icp.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "line",
    [
        "seed = -1",
        "sede = 1",
        'gross_margin = "high"',
        "weights = { price = 1 }",
        'stages = { "1" = "wonn" }',
        'language = "it"',
        'ignore = "industry"',
        'currency = "euro"',
    ],
)
def test_an_editor_sees_the_slips_that_the_program_refuses(tmp_path: Path, line: str):
    """What the schema of icp.toml calls wrong is what reading it calls wrong."""
    (tmp_path / "icp.toml").write_text(line + "\n", encoding="utf-8")

    assert not validator("icp.toml").is_valid(tomllib.loads(line))
    with pytest.raises(SettingsError):
        read_toml(tmp_path / "icp.toml")
