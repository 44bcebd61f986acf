"""icp.toml, [tool.icp] of a pyproject.toml, and ICP_* variables: what they choose, each validated as a whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from icpcli.errors import SettingsError
from icpcli.model.common import STDIN
from icpcli.settings import DEFAULTS, Settings, settings_from

FILE = "icp.toml"
PROJECT = "pyproject.toml"
PREFIX = "ICP_"

ABOUT: Mapping[str, str] = {
    "sources": 'Exports: files, folders, patterns, found from where this file is. Then "icp derive" needs no path.',
    "columns": 'Which column holds a field, where icp inspect got it wrong: "[FILE:]OBJECT.FIELD" = "HEADER".',
    "weights": "How much each criterion counts, 0 to 100; 1 where it is not named.",
    "as_of": "Today, for the data. Without it, their latest past event.",
    "seed": "Of all chance.",
    "horizon_months": "Retention and lifetime value are counted over so many months.",
    "discount_rate_yearly": "What money loses by coming a year later, 0 to 1.",
    "gross_margin": "Margin as a share of revenue, 0 to 1, where no cost is exported.",
    "permutations": "How often the customers are shuffled to tell a pattern from chance.",
    "max_personas": "At most so many personas, 1 to 10.",
    "min_share": "The least share of customers that the profile may hold, 0 to 1.",
    "attribute": "Fields to search although they look like leaks.",
    "ignore": "Fields to leave out of the search.",
    "require": 'Conditions that the profile must have: "FIELD=VALUE", "FIELD>=N", "FIELD<N".',
    "forbid": 'Fields or values that the profile must not use: "FIELD", "FIELD=VALUE".',
    "merge": "Whether duplicate companies are merged.",
    "row_per_company": "Whether rows that name no company are each a company of their own.",
    "stages": "What deal stages (their names or ids) mean: won, lost or open.",
    "values": 'What words of a field mean, in exports and in lists to score; "*" stands for anything, "" for a blank.',
    "currency": "The currency of the book, by its code.",
    "rates": "What one unit of another currency is worth in the book's.",
    "costs": "What was spent on a channel, in the book's currency; month is optional.",
    "channels": "For which channel of your deals a channel, campaign or file of spend was.",
    "retention": "How customers stay: contract, repeat or single. Without it, as the data say.",
    "churn": "Which evidence says who left: account, subscriptions, events or contracts.",
    "language": "The exports' language (en, en-US, fr, de, es): settles what could be read two ways, as 03/04 or 1.234.",
    "review_months": "A review is due so many months after the profile's data end.",
    "review_latest_months": "And overdue after so many.",
}
"""What each setting is for, in the words of icp.toml, its schema and the README."""


def combined(
    config: Path | None,
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    saved: Mapping[str, Any] | None = None,
    *,
    where: str = "command line",
) -> Settings:
    """Saved settings, then the file, then the environment, then the flags: each beats the one before.

    ``where`` is what an error calls the place of the flags. Without ``config``, ./icp.toml, else ./pyproject.toml where it has [tool.icp]. Raises SettingsError, which names
    where the wrong choice stands.
    """
    choices: dict[str, Any] = dict(saved or {})
    settings_from(choices, where="the profile's settings")
    path = config or found_in(Path())
    if path is not None:
        _take(choices, _from_here(read_toml(path), path))
    chosen = from_environment(environment)
    settings_from(chosen, where=f"environment ({', '.join(PREFIX + n.upper() for n in chosen)})")
    _take(choices, chosen)
    settings_from(flags, where=where)
    _take(choices, flags)
    return settings_from(choices, where="the settings together")


def found_in(folder: Path) -> Path | None:
    """The settings file of a folder: icp.toml, else a pyproject.toml with [tool.icp], else None."""
    if (folder / FILE).is_file():
        return folder / FILE
    project = folder / PROJECT
    try:
        return project if b"[tool.icp" in project.read_bytes() else None
    except OSError:
        return None


def read_toml(path: Path) -> dict[str, Any]:
    """The choices written in an icp.toml (or under [tool.icp] of a pyproject.toml), validated as a whole."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as err:
        raise SettingsError(f"There is no settings file {path}.", ("Write one: icp init",)) from err
    except OSError as err:
        raise SettingsError(f"{path}: cannot be read ({err.strerror}).") from err
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as err:
        raise SettingsError(f"{path}: is not valid TOML ({err}).", _hint(err)) from err
    choices: Any = document
    if path.name == PROJECT:
        tool = document.get("tool", {})
        choices = tool.get("icp", {}) if isinstance(tool, dict) else {}
    if not isinstance(choices, dict):
        raise SettingsError(f"{path}: [tool.icp] is no table of settings. It is {choices!r}.")
    settings_from(choices, where=str(path))
    return choices


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The choices in ICP_* variables, by the setting's name; empty ones choose nothing.

    Values are TOML (``ICP_WEIGHTS='{retention = 2}'``) or shorter: words, ``a,b`` for lists, ``a=1,b=2`` for tables.
    """
    choices = {}
    for name in Settings.__dataclass_fields__:
        text = environment.get(PREFIX + name.upper(), "").strip()
        if text:
            choices[name] = _value(text, getattr(DEFAULTS, name))
    return choices


def _value(text: str, default: Any) -> Any:
    if isinstance(default, tuple) and not text.startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(default, Mapping) and not text.startswith("{"):
        pairs = (part.partition("=") for part in text.split(",") if part.strip())
        return {name.strip(): _scalar(value.strip()) for name, _, value in pairs}
    if isinstance(default, bool):
        return {"1": True, "yes": True, "0": False, "no": False}.get(
            text.casefold(), _scalar(text.casefold())
        )
    return _scalar(text)


def _scalar(text: str) -> Any:
    """The TOML value that a text is, else the text itself."""
    try:
        document = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        return text
    return document["value"] if document.keys() == {"value"} else text


def _take(choices: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Put what was given over the choices; columns and weights entry by entry."""
    for name, value in given.items():
        is_merged = name in {"columns", "weights"} and isinstance(value, Mapping)
        choices[name] = {**choices.get(name, {}), **value} if is_merged else value


def _from_here(choices: Mapping[str, Any], config: Path) -> dict[str, Any]:
    """The choices of a settings file, with its sources as they are found from where the program runs."""
    sources = [s if s == STDIN else str(config.parent / s) for s in choices.get("sources", ())]
    return {**choices, "sources": sources} if "sources" in choices else dict(choices)


def _hint(err: Exception) -> tuple[str, ...]:
    """What a broken settings file probably is."""
    if isinstance(err, UnicodeDecodeError):
        return ("Save it as UTF-8.",)
    return ("It may be half-written. Text stands in quotes; what follows # is a comment.",)
