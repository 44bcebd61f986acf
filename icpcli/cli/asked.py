"""What was asked for, and how options become settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

from icpcli.configuration import combined
from icpcli.errors import SettingsError
from icpcli.model.strict import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from icpcli.settings import Settings


class Format(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"
    CSV = "csv"
    GITHUB = "github"


SUFFIX_FORMATS = {".md": Format.MARKDOWN, ".json": Format.JSON, ".csv": Format.CSV}


@dataclass(frozen=True, slots=True)
class Asked:
    """What every command is asked: which exports, with which choices, written where and how."""

    paths: tuple[str, ...]
    config: Path | None
    flags: Mapping[str, Any]
    profile: Path
    format: Format | None
    output: Path | None


def read_settings(
    config: Path | None, flags: Mapping[str, Any], saved: Mapping[str, Any] | None = None
) -> Settings:
    """Settings from saved ones, then icp.toml, then ICP_* variables, then the flags that were given; each beats the one before."""
    return combined(config, flags, os.environ, saved)


def given_flags(**given: Any) -> dict[str, Any]:
    """The flags that were given on the command line or by the environment."""
    return {name: value for name, value in given.items() if value not in (None, [])}


def date_of(text: str | None, option: str = "--as-of") -> date | None:
    """The date of an option; wrong usage where it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as err:
        raise typer.BadParameter(f"{text!r} is not a date (YYYY-MM-DD).", param_hint=option) from err


def assignment(text: str) -> str:
    """The text of an option, if it is of the form NAME=VALUE; wrong usage if not."""
    if "=" not in text.strip("="):
        raise typer.BadParameter(f"{text!r} is not of the form NAME=VALUE.")
    return text


def assignments(texts: Sequence[str] | None) -> dict[str, str] | None:
    """NAME=VALUE words as a mapping, split at the first ``=``; None where none were given."""
    return dict(text.split("=", 1) for text in texts) if texts else None


def weights_of(texts: Sequence[str] | None) -> dict[str, float] | None:
    """CRITERION=N words as a mapping to numbers."""
    named = assignments(texts)
    if named is None:
        return None
    try:
        return {name.replace("-", "_"): float(number) for name, number in named.items()}
    except ValueError as err:
        raise SettingsError(f"--weight takes CRITERION=N with a number N ({err}).") from err


def chosen_format(asked: Format | None, output: Path | None, allowed: Sequence[Format]) -> Format:
    """The format asked for, else the one of the output's suffix, else terminal."""
    if asked is None:
        asked = SUFFIX_FORMATS.get(output.suffix.lower(), Format.TERMINAL) if output else Format.TERMINAL
        return asked if asked in allowed else Format.TERMINAL
    if asked not in allowed:
        raise typer.BadParameter(nearest(asked, tuple(allowed)), param_hint="--format")
    return asked
