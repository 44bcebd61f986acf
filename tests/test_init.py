"""icp init writes a settings file that changes nothing until its user does."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import jsonschema
import pytest

from icpcli.configuration import read_toml
from icpcli.schemas import schema
from icpcli.settings import DEFAULTS, settings_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTING = re.compile(r"^#(?=[\w\[\"])", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, examples: Path) -> Path:
    """A working folder whose exports are a HubSpot portal's."""
    shutil.copytree(examples / "hubspot-fr", tmp_path / "exports")
    return tmp_path


def test_what_is_written_chooses_the_sources_alone(icp: Callable, folder: Path):
    """Without a word of its user the file changes no result: only where the exports are."""
    ran = icp("init", "exports/")

    assert ran.code == 0
    assert read_toml(folder / "icp.toml") == {"sources": ["exports/"]}


def test_every_setting_stands_there_and_can_be_chosen(icp: Callable, folder: Path):
    """With every # taken away the file is still valid, for the program and for its schema, and names each setting."""
    icp("init", "exports/")
    path = folder / "icp.toml"
    path.write_text(SETTING.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")

    chosen = read_toml(path)

    assert chosen.keys() == set(DEFAULTS.__dataclass_fields__)
    jsonschema.Draft202012Validator(schema("icp.toml")).validate(json.loads(json.dumps(chosen, default=str)))


def test_each_example_of_a_wish_names_a_field_of_the_exports(icp: Callable, folder: Path):
    """Whoever takes away the # of attribute, ignore, forbid or require is not told that the field does not exist."""
    icp("init", "exports/")
    text = (folder / "icp.toml").read_text(encoding="utf-8")
    wishes = re.findall(r"^#((?:attribute|ignore|forbid|require) = .*)$", text, re.MULTILINE)
    told = re.search(r"^# Fields of your companies: (.*)\.$", text, re.MULTILINE)
    (folder / "icp.toml").write_text("\n".join(wishes), encoding="utf-8")

    ran = icp("derive", "exports/", "--quiet", "-o", "report.md")

    assert len(wishes) == 4
    assert (ran.code, ran.stderr) == (0, "")
    assert told is not None
    assert told[1].split(", ") == [
        *("Couleur de la charte", "Outil actuel", "channel", "country", "employees", "founded_year"),
        *("industry", "lead_status", "owner", "region"),
    ]


def test_what_is_understood_is_written_as_it_would_be_chosen(icp: Callable, folder: Path):
    """Each column stands with its field, each stage with how its deals were read: choosing all of it changes nothing."""
    icp("init", "exports/")
    icp("inspect", "exports/", "-o", "before.json")
    text = (folder / "icp.toml").read_text(encoding="utf-8")
    understood = text[text.index("#[columns]") : text.index("#[rates]")]
    chosen = "\n".join(line for line in SETTING.sub("", understood).splitlines() if not line.startswith("# "))
    settings = settings_from(tomllib.loads(chosen), where="icp.toml")
    (folder / "icp.toml").write_text(chosen, encoding="utf-8")
    icp("inspect", "exports/", "-o", "after.json")

    assert settings.columns["account.name"] == "Nom de l'entreprise"
    assert set(settings.stages.values()) >= {"won", "lost"}
    before, after = (
        json.loads((folder / f"{n}.json").read_text(encoding="utf-8")) for n in ("before", "after")
    )
    fields = [
        [(c["path"], c["header"], c["object"], c["field"]) for c in told["columns"]]
        for told in (before, after)
    ]
    assert fields[0] == fields[1]
    assert before["sources"] == after["sources"]


def test_a_file_that_is_there_is_not_overwritten(icp: Callable, folder: Path):
    """Choices made by hand are kept, unless --force says otherwise."""
    (folder / "icp.toml").write_text("seed = 7\n", encoding="utf-8")

    refused = icp("init", "exports/")
    kept = (folder / "icp.toml").read_text(encoding="utf-8")
    forced = icp("init", "exports/", "--force")

    assert (refused.code, forced.code) == (1, 0)
    assert "icp.toml exists already" in refused.stderr
    assert "It chooses: seed." in refused.stderr
    assert kept == "seed = 7\n"
    assert "sources" in (folder / "icp.toml").read_text(encoding="utf-8")


def test_the_exports_are_found_where_they_usually_are(icp: Callable, folder: Path):
    """icp init without a path takes ./exports; without any export the file shows examples and says so."""
    found = icp("init")
    shutil.rmtree(folder / "exports")
    nothing = icp("init", "-o", "other.toml")

    assert (found.code, nothing.code) == (0, 0)
    assert read_toml(folder / "icp.toml") == {"sources": ["exports/"]}
    assert read_toml(folder / "other.toml") == {}
    assert "There is no export here" in nothing.stderr


def test_a_project_and_an_unreadable_export_are_left_alone(icp: Callable, tmp_path: Path):
    """pyproject.toml is never written over, and what cannot be read leaves no settings file."""
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    project = icp("init", "-o", "pyproject.toml", "--force")
    missing = icp("init", "nowhere.csv")

    assert (project.code, missing.code) == (1, 1)
    assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") == "[project]\n"
    assert not (tmp_path / "icp.toml").exists()


def test_hostile_names_stay_inside_their_quotes(icp: Callable, tmp_path: Path):
    """Headers and stages with quotes, newlines and brackets make no other setting, and no broken file."""
    header = '"Na""me\n[weights]\nseed = 4",Company name,Deal name,Deal Stage,Amount,Closed Lost Reason\n'
    rows = "".join(f'x,Acme {n},D{n},"won ""]\n# {n % 2}",100,\n' for n in range(8))
    (tmp_path / "deals.csv").write_text(header + rows, encoding="utf-8")

    ran = icp("init", "deals.csv")
    text = (tmp_path / "icp.toml").read_text(encoding="utf-8")
    (tmp_path / "icp.toml").write_text(SETTING.sub("", text), encoding="utf-8")

    assert ran.code == 0
    assert read_toml(tmp_path / "icp.toml")["seed"] == 0
