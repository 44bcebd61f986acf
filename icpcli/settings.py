"""What a user may choose: the defaults, their bounds, and icp.toml."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping  # noqa: TC003  msgspec reads these annotations at run time
from dataclasses import dataclass, field
from datetime import date  # noqa: TC003  msgspec reads these annotations at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from icpcli.errors import SettingsError
from icpcli.model.common import Criterion

if TYPE_CHECKING:
    from pathlib import Path

HORIZON_MONTHS = 36
DISCOUNT_RATE_YEARLY = 0.10
PERMUTATIONS = 199
MAX_PERSONAS = 10
MAX_HORIZON_MONTHS = 120

Weight = Annotated[float, Meta(ge=0, le=100)]
Share = Annotated[float, Meta(ge=0, le=1)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
Rate = Annotated[float, Meta(gt=0)]


@dataclass(frozen=True, slots=True)
class Spend:
    """What was spent on a channel or campaign, in the book's currency: in a ``month`` (2026-03), or in all."""

    channel: str
    amount: Annotated[float, Meta(ge=0)]
    month: Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can change a result. Equal settings and equal exports give equal bytes.

    Names are those of icp.toml. ``columns`` maps "[FILE:]OBJECT.FIELD" to the header that holds it;
    ``stages`` says which deal stages (by name or id) mean won, lost or open, where their words do not;
    ``rates`` gives for a currency what one unit of it is worth in ``currency``, the book's own (else the one that
    occurs most); ``costs`` is the spend per channel, where no column holds what each customer cost;
    ``retention`` and ``churn`` say how customers stay and which evidence of leaving counts, where the data would be
    read otherwise; ``row_per_company`` makes rows that name no company companies of their own; ``weights`` gives a criterion's weight (1 where it is not named); ``require`` holds "FIELD=VALUE"
    conditions that the profile must have; ``as_of`` overrides the latest past event in the data.
    """

    sources: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[Criterion, Weight] = field(default_factory=dict)
    as_of: date | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    horizon_months: Annotated[int, Meta(ge=1, le=MAX_HORIZON_MONTHS)] = HORIZON_MONTHS
    discount_rate_yearly: Annotated[float, Meta(ge=0, le=1)] = DISCOUNT_RATE_YEARLY
    gross_margin: Annotated[float, Meta(gt=0, le=1)] | None = None
    permutations: Annotated[int, Meta(ge=19, le=9999)] = PERMUTATIONS
    max_personas: Annotated[int, Meta(ge=1, le=MAX_PERSONAS)] = 3
    min_share: Share = 0.0
    attribute: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    merge: bool = True
    row_per_company: bool = False
    retention: Literal["contract", "repeat", "single"] | None = None
    churn: Literal["account", "contracts", "subscriptions", "events"] | None = None
    costs: tuple[Spend, ...] = ()
    stages: Mapping[str, Literal["won", "lost", "open"]] = field(default_factory=dict)
    currency: Currency | None = None
    rates: Mapping[Currency, Rate] = field(default_factory=dict)

    def weight_of(self, criterion: Criterion) -> float:
        """The weight of a criterion: 1 unless the user chose another."""
        return self.weights.get(criterion, 1.0)


DEFAULTS = Settings()


def settings_from(choices: Mapping[str, Any], *, where: str) -> Settings:
    """Settings with ``choices`` over the defaults; raises SettingsError for a name or value that cannot be."""
    known = [f.name for f in dataclasses.fields(Settings)]
    for name in choices:
        if name not in known:
            raise SettingsError(f"{where}: there is no setting {name!r}.", (nearest(name, known),))
    try:
        settings = msgspec.convert(dict(choices), Settings, strict=True)
    except msgspec.ValidationError as err:
        raise SettingsError(f"{where}: {_plain(str(err), choices)}") from err
    if settings.weights and not any(settings.weight_of(c) for c in Criterion):
        raise SettingsError(f"{where}: every criterion has weight 0, so nothing could be ranked.")
    return settings


def nearest(name: str, known: list[str]) -> str:
    """The hint for a misspelt name: the nearest known one, else all of them."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else f"There is: {', '.join(known)}."


def read_toml(path: Path) -> dict[str, Any]:
    """The choices written in an icp.toml (or under [tool.icp] of a pyproject.toml), validated as a whole."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as err:
        raise SettingsError(f"{path}: cannot be read ({err.strerror}).") from err
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise SettingsError(f"{path}: is not valid TOML ({err}).") from err
    choices: dict[str, Any] = document
    if path.name == "pyproject.toml":
        choices = document.get("tool", {}).get("icp", {})
    settings_from(choices, where=str(path))
    return choices


def _plain(message: str, choices: Mapping[str, Any]) -> str:
    """Msgspec's message in a user's words: which setting, what it holds, what was expected."""
    problem, _, place = message.partition(" - at ")
    name = place.strip("`$.") or "the file"
    top = name.split(".")[0].split("[")[0]
    held = f" It is {choices[top]!r}." if top in choices else ""
    if "Invalid enum value" in problem:
        return f"weights: {problem.removeprefix('Invalid enum value ')} is no criterion; there is: {', '.join(Criterion)}."
    return f"{name}: {problem[:1].lower()}{problem[1:]}.{held}"
