"""The profile as a Python object: what notebooks and other programs use, and the command line too.

    import icpcli

    profile = icpcli.derive("exports/", gross_margin=0.8)           # files and folders
    profile = icpcli.derive({"companies": df, "deals": other_df})   # or DataFrames
    profile.statement, profile.personas
    profile.save("icp.json")

What stands in ``icpcli.__all__`` is stable: a change of it is announced in the CHANGELOG one version before.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict

import msgspec

from icpcli.configuration import combined
from icpcli.errors import InputError
from icpcli.model.common import silent
from icpcli.output import Seen, ensure_writable, write_whole
from icpcli.store import read_profile, refuse_to_replace, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import Self, Unpack

    import pandas as pd

    from icpcli.load.files.memory import Export
    from icpcli.model.common import Finding, Progress, Verdict
    from icpcli.model.personas import Persona
    from icpcli.model.profile import Condition, Derivation, Scorecard
    from icpcli.settings import Settings

    Source = str | os.PathLike[str] | pd.DataFrame
    Sources = Source | Iterable[Source] | Mapping[str, pd.DataFrame]

DEFAULT_FILE = "icp.json"
WIDTH = 88  # of the report as plain text


class Choices(TypedDict, total=False):
    """The settings that ``derive`` takes, named and bounded as in icp.toml; the README tells what each is for."""

    columns: Mapping[str, str]
    weights: Mapping[str, float]
    as_of: date | str | None
    seed: int
    horizon_months: int
    discount_rate_yearly: float
    gross_margin: float | None
    permutations: int
    max_personas: int
    min_share: float
    attribute: Sequence[str]
    ignore: Sequence[str]
    require: Sequence[str]
    forbid: Sequence[str]
    merge: bool
    row_per_company: bool
    retention: Literal["contract", "repeat", "single"] | None
    churn: Literal["account", "contracts", "subscriptions", "events"] | None
    costs: Sequence[Mapping[str, Any]]
    channels: Mapping[str, str]
    stages: Mapping[str, Literal["won", "lost", "open"]]
    values: Mapping[str, Mapping[str, str]]
    currency: str | None
    rates: Mapping[str, float]
    language: Literal["en", "en-US", "fr", "de", "es"] | None
    review_months: int
    review_latest_months: int


@dataclass(frozen=True, slots=True, repr=False)
class Profile:
    """An Ideal Customer Profile and its buyer personas: what an icp.json holds.

    ``derivation`` is all of it; the properties are its parts that are asked for most. ``folder`` is the one that the
    paths of its sources start from.
    """

    derivation: Derivation
    folder: Path = Path()

    @classmethod
    def load(cls, path: str | os.PathLike[str] = DEFAULT_FILE) -> Self:
        """The profile saved at ``path``; raises ProfileFileError where there is none that can be read."""
        return cls(read_profile(Path(path)), Path(path).parent.absolute())

    def save(self, path: str | os.PathLike[str] = DEFAULT_FILE, *, expected: Seen | None = None) -> Path:
        """Write the profile to ``path``, whole or not at all, and return it.

        Raises OutputError where it cannot be written, or where another run has written there since ``expected`` was
        seen; ProfileFileError where what stands there is no profile, or one of a newer icpcli.
        """
        from icpcli.pipeline.sources import rebased  # noqa: PLC0415  importing icpcli must stay light

        target = Path(path)
        ensure_writable(target)
        refuse_to_replace(target)
        write_whole(target, to_json(rebased(self.derivation, self.folder, target.parent)), expected=expected)
        return target

    @property
    def verdict(self) -> Verdict:
        """Whether the data support the profile: supported, tentative or unsupported."""
        return self.derivation.profile.verdict

    @property
    def is_supported(self) -> bool:
        """Whether there is a profile to use: supported, or tentative."""
        return self.verdict != "unsupported"

    @property
    def statement(self) -> str:
        """The profile in one sentence; without support, the hypothesis."""
        return self.derivation.profile.statement

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The rule: a company of this type meets every one of these."""
        return self.derivation.profile.conditions

    @property
    def personas(self) -> tuple[Persona, ...]:
        """The kinds of people who take part in buying; empty where no people are known."""
        return self.derivation.personas.items

    @property
    def scorecard(self) -> Scorecard | None:
        """Points for a company that was never seen."""
        return self.derivation.scorecard

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the data made the program do or notice, each with a code that the README explains."""
        return self.derivation.findings

    @property
    def as_of(self) -> date:
        """When the data behind it end."""
        return self.derivation.as_of

    def score(
        self, frame: pd.DataFrame, columns: Mapping[str, str] | None = None, *, hypothesis: bool = False
    ) -> pd.DataFrame:
        """How well the companies on the rows of a frame fit, under its index.

        ``frame`` may have the columns of any export, or canonical fields (industry, employees, ...); ``columns`` maps
        "account.FIELD" to a column of another name. Returns ``icp_fit`` (0-100: the share of the companies worked that such
        a company can be expected to beat), ``icp_match`` (yes, no, unknown), ``icp_probability`` (0-1), ``icp_points``
        and ``icp_reasons``; a figure is missing where the profile has none. Raises UnsupportedError where the data
        support no profile and it is not asked for as a ``hypothesis``, DataError where there is none at all, InputError where
        there is no frame.
        """
        if not _is_frame(frame):
            raise InputError(f"A {type(frame).__name__} is no list of companies: pass a DataFrame.")
        from icpcli.pipeline.score import score_frame  # noqa: PLC0415  importing icpcli must stay light

        return score_frame(self.derivation, frame, columns, hypothesis=hypothesis)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values, named as in icp.json (``icpcli.schemas.schema("icp.json")``)."""
        plain: dict[str, Any] = msgspec.json.decode(self.to_json())
        return plain

    def to_json(self) -> str:
        """The text that ``save`` writes into ``folder``."""
        return to_json(self.derivation)

    def to_markdown(self) -> str:
        """The whole report as Markdown."""
        from icpcli.report import derivation, markdown  # noqa: PLC0415  importing icpcli must stay light

        return markdown.render(derivation.of_derivation(self.derivation))

    def __str__(self) -> str:
        """The whole report as plain text."""
        from icpcli.report import derivation, terminal  # noqa: PLC0415  importing icpcli must stay light

        return terminal.render(derivation.of_derivation(self.derivation), width=WIDTH, colour=False)

    def __repr__(self) -> str:
        return f"<Profile {self.verdict}: {self.statement}>"

    def _repr_html_(self) -> str:
        """The whole report, as a notebook shows it."""
        from icpcli.report import derivation, notebook  # noqa: PLC0415  importing icpcli must stay light

        return notebook.render(derivation.of_derivation(self.derivation))


def derive(
    sources: Sources | None = None,
    /,
    *,
    config: str | os.PathLike[str] | None = None,
    on_progress: Progress = silent,
    **settings: Unpack[Choices],
) -> Profile:
    """The profile and personas that these exports support; nothing is written.

    ``sources``: a path (file, folder or pattern) or a DataFrame, several of them, or names with a DataFrame each, where
    a name ("deals") tells as much as a file's; None for those of ``config``. A frame has one row per company, person, deal, ... as an export has; it
    is read as the CSV of the same cells would be, and stays as it is. ``settings`` are those of icp.toml and beat those
    of the file ``config``; neither ./icp.toml nor the environment is read unasked. Raises IcpError (InputError,
    DataError, SettingsError) with one sentence where the exports cannot be read or hold no figure to rank by.
    """
    chosen = _settings(config, settings)
    exports = chosen.sources if sources is None else exports_of(sources)
    if not exports:
        raise InputError("There is no export to read: pass paths or DataFrames.")
    return derived(exports, chosen, on_progress=on_progress)


def derived(
    exports: Sequence[Export], settings: Settings, *, folder: Path = Path(), on_progress: Progress = silent
) -> Profile:
    """The same, once the words are understood; paths of sources are kept relative to ``folder``."""
    from icpcli.pipeline.derive import derive as pipeline  # noqa: PLC0415  importing icpcli must stay light

    here = folder.absolute()  # a notebook may go elsewhere before it saves
    return Profile(pipeline(exports, settings, base=here, on_progress=on_progress), here)


def exports_of(sources: Sources) -> tuple[Export, ...]:
    """Paths as they are, and frames as tables in memory; raises InputError for anything else."""
    if isinstance(sources, Mapping):
        return tuple(_export(frame, str(name)) for name, frame in sources.items())
    if isinstance(sources, str | os.PathLike) or _is_frame(sources):
        return (_export(sources, "frame"),)
    if not isinstance(sources, Iterable):
        raise InputError(f"A {type(sources).__name__} is no export: pass paths or DataFrames.")
    return tuple(_export(source, f"frame {place}") for place, source in enumerate(sources, 1))


def _export(source: Any, name: str) -> Export:
    if isinstance(source, str | os.PathLike):
        return os.fsdecode(source)
    if not _is_frame(source):
        raise InputError(f"{name}: a {type(source).__name__} is no export: pass a path or a DataFrame.")
    from icpcli.load.files.frames import in_memory  # noqa: PLC0415  paths need no pandas here

    return in_memory(name, source)


def _is_frame(source: Any) -> bool:
    """Whether a value is a DataFrame; pandas is loaded by whoever made one."""
    return hasattr(source, "columns") and hasattr(source, "iloc")


def _settings(config: str | os.PathLike[str] | None, choices: Mapping[str, Any]) -> Settings:
    """The settings of a file with the choices over them."""
    if config is None:
        from icpcli.settings import settings_from  # noqa: PLC0415  what only this needs is loaded here

        return settings_from(choices, where="derive()")
    return combined(Path(config), choices, {}, where="derive()")


__all__ = ["Choices", "Profile", "derive"]
