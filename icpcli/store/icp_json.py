"""A derivation as the text of an icp.json, and back."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from icpcli import __version__
from icpcli.errors import ProfileFileError, SettingsError
from icpcli.model.common import SCHEMA_VERSION
from icpcli.model.profile import Derivation
from icpcli.model.strict import unknown_names
from icpcli.settings import settings_from
from icpcli.store.consistency import contradictions

if TYPE_CHECKING:
    from pathlib import Path

SIGNIFICANT_DIGITS = 6
AGAIN = "Run icp derive again, or take it back from git."
MOST_SHOWN = 5


def to_json(derivation: Derivation) -> str:
    """The text of an icp.json: sorted keys, figures to six significant digits, missing null, no NaN.

    Equal derivations give equal text.
    """
    return json_text(derivation)


def json_text(value: Any) -> str:
    """Any value of the model as the same kind of text: a part of icp.json on its own."""
    plain = rounded(msgspec.to_builtins(value))
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str, *, where: str) -> Derivation:
    """The derivation that ``text`` holds; raises ProfileFileError where it is none of ours, or cannot be so."""
    plain = _plain(text, where)
    _require_schema(plain, where)
    try:
        derivation = msgspec.convert(plain, Derivation)
    except msgspec.ValidationError as err:
        raise ProfileFileError(f"{where} is damaged: {err}.", (AGAIN,)) from err
    _refuse_unknown_names(plain, derivation, where)
    try:
        settings_from(derivation.settings, where=f"{where} is damaged: settings")
    except SettingsError as err:
        raise ProfileFileError(str(err), (*err.details, AGAIN)) from err
    wrong = list(contradictions(plain, derivation))
    if len(wrong) == 1:
        raise ProfileFileError(f"{where} contradicts itself: {wrong[0]}.", (AGAIN,))
    if wrong:
        raise ProfileFileError(
            f"{where} contradicts itself in {len(wrong)} places.", (*wrong[:MOST_SHOWN], AGAIN)
        )
    return derivation


def read_profile(path: Path) -> Derivation:
    """The derivation saved at ``path``; raises ProfileFileError where there is none that can be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as err:
        raise ProfileFileError(
            f"There is no profile at {path}.",
            ("Make one: icp derive crm.csv    or say where it is: --profile FILE",),
        ) from err
    except OSError as err:
        raise ProfileFileError(f"{path} cannot be read ({err.strerror}).") from err
    except UnicodeDecodeError as err:
        raise ProfileFileError(f"{path} is not a profile: it is not UTF-8 text.", (AGAIN,)) from err
    return from_json(text, where=str(path))


def refuse_to_replace(path: Path) -> None:
    """Raise ProfileFileError where a profile must not be written over what stands at ``path``.

    That is a profile of a newer icpcli, or a file of another kind (an export named by mistake). What is left of a
    half-written or damaged profile may be replaced.
    """
    if not path.is_file():  # nothing yet, or a pipe
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as err:
        raise _foreign(path) from err
    if not text.strip():
        return
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as err:
        if text.lstrip().startswith("{"):
            return
        raise _foreign(path) from err
    if not isinstance(plain, dict) or "schema_version" not in plain:
        raise _foreign(path)
    if _is_newer(plain["schema_version"]):
        raise _too_new(str(path), plain["schema_version"], "Or write elsewhere: --profile FILE")


def _plain(text: str, where: str) -> Any:
    """What JSON holds, each name once and every number finite."""
    if not text.strip():
        raise ProfileFileError(f"{where} is not a profile: it is empty.", (AGAIN,))
    if any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in text.splitlines()):
        raise ProfileFileError(
            f"{where} is not a profile: it holds a merge conflict.",
            ("Choose one side (git checkout --ours or --theirs), or run icp derive again.",),
        )
    try:
        return json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except json.JSONDecodeError as err:
        raise ProfileFileError(
            f"{where} is not a profile: line {err.lineno} is not valid JSON.",
            (f"It may be half-written or edited by hand. {AGAIN}",),
        ) from err
    except (ValueError, RecursionError) as err:
        raise ProfileFileError(f"{where} is damaged: {err}.", (AGAIN,)) from err


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object as a dict; ValueError where a name occurs twice, or a number is beyond all bounds."""
    held = dict(pairs)
    if len(held) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(n for n in names if names.count(n) > 1)!r} is given twice")
    for name, value in pairs:
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name!r} is no number")
    return held


def _require_schema(plain: Any, where: str) -> None:
    version = plain.get("schema_version") if isinstance(plain, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise ProfileFileError(
            f"{where} is not a profile: it has no schema_version.", ("Run icp derive again.",)
        )
    if _is_newer(version):
        raise _too_new(where, version)
    if version < 1:
        raise ProfileFileError(f"{where} is damaged: there never was a schema {version}.", (AGAIN,))


def _is_newer(version: Any) -> bool:
    return isinstance(version, int) and version > SCHEMA_VERSION


def _too_new(where: str, version: int, *more: str) -> ProfileFileError:
    return ProfileFileError(
        f"{where} was written by a newer icpcli (schema {version}, this one reads {SCHEMA_VERSION}).",
        ("Upgrade: pip install --upgrade icpcli", *more),
    )


def _foreign(path: Path) -> ProfileFileError:
    return ProfileFileError(
        f"{path} is no profile, and would be lost.", ("Write the profile elsewhere: --profile FILE",)
    )


def _refuse_unknown_names(plain: Any, derivation: Derivation, where: str) -> None:
    unknown = next(unknown_names(plain, derivation), None)
    if unknown is None:
        return
    writer = derivation.icpcli_version
    newer = f"It was written by icpcli {writer}, this is {__version__}." if writer != __version__ else AGAIN
    raise ProfileFileError(
        f"{where} is damaged: {unknown.place} has no {unknown.name!r}.", (unknown.nearest(), newer)
    )


def rounded(value: Any) -> Any:
    """The same plain value with every float at SIGNIFICANT_DIGITS; what is no number is missing."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0
    if isinstance(value, dict):
        return {key: rounded(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(held) for held in value]
    return value


__all__ = ["from_json", "json_text", "read_profile", "refuse_to_replace", "to_json"]
