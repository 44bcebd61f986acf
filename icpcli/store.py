"""icp.json: a derivation as text, and back."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import msgspec

from icpcli.errors import ProfileFileError
from icpcli.model.common import SCHEMA_VERSION
from icpcli.model.profile import Derivation

if TYPE_CHECKING:
    from pathlib import Path

SIGNIFICANT_DIGITS = 6


def to_json(derivation: Derivation) -> str:
    """The text of an icp.json: sorted keys, figures to six significant digits, missing null, no NaN.

    Equal derivations give equal text.
    """
    return json_text(derivation)


def json_text(value: Any) -> str:
    """Any value of the model as the same kind of text: a part of icp.json on its own."""
    plain = _rounded(msgspec.to_builtins(value))
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str, *, where: str) -> Derivation:
    """The derivation that ``text`` holds; raises ProfileFileError where it is none of ours."""
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as err:
        raise ProfileFileError(
            f"{where} is not a profile: line {err.lineno} is not valid JSON.",
            ("It may be half-written or edited by hand. Run icp derive again, or take it back from git.",),
        ) from err
    version = plain.get("schema_version") if isinstance(plain, dict) else None
    if not isinstance(version, int):
        raise ProfileFileError(
            f"{where} is not a profile: it has no schema_version.", ("Run icp derive again.",)
        )
    if version > SCHEMA_VERSION:
        raise ProfileFileError(
            f"{where} was written by a newer icpcli (schema {version}, this one reads {SCHEMA_VERSION}).",
            ("Upgrade: pip install --upgrade icpcli",),
        )
    try:
        return msgspec.convert(plain, Derivation)
    except msgspec.ValidationError as err:
        raise ProfileFileError(
            f"{where} is damaged: {err}.", ("Run icp derive again, or take it back from git.",)
        ) from err


def read_profile(path: Path) -> Derivation:
    """The derivation saved at ``path``; raises ProfileFileError where there is none that can be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as err:
        raise ProfileFileError(
            f"There is no profile at {path}.",
            ("Make one: icp derive crm.csv    or say where it is: --profile FILE",),
        ) from err
    except (OSError, UnicodeDecodeError) as err:
        raise ProfileFileError(f"{path} cannot be read ({err}).") from err
    return from_json(text, where=str(path))


def _rounded(value: Any) -> Any:
    """The same plain value with every float at SIGNIFICANT_DIGITS; what is no number is missing."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0
    if isinstance(value, dict):
        return {key: _rounded(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(held) for held in value]
    return value
