"""What is known of people that tells kinds of them apart, as words and as numbers for the mixture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.people.mixture import BLANK
from icpcli.people.titles import SENIORITIES, read_buying_role, read_role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

TRAITS = ("function", "seniority", "buying_role", "channel", "engagement", "company_size", "theme")

OPTIONAL = frozenset({"company_size", "theme"})
"""Traits that few exports have, and nobody misses where they are not there."""

# A job title gives both function and seniority: what binds the two is how titles are made.
SOURCES = {"function": "job title", "seniority": "job title"}

COMPANY_SIZES = (("1-9", 10), ("10-49", 50), ("50-199", 200), ("200-999", 1000), ("1,000 or more", np.inf))
"""Bands of employees: name, and the number of employees that no longer belongs."""

MIN_FILLED = 0.20
MAX_ALIKE = 0.95
RARE_PEOPLE = 3
MAX_LEVELS = 12
REST = "(any other)"


@dataclass(frozen=True, slots=True, eq=False)
class Coding:
    """How traits become numbers: the traits that tell people apart, and the levels of each.

    ``left_out`` names the traits that are too blank or too alike, with the reason.
    """

    traits: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of levels of each trait."""
        return tuple(len(levels) for levels in self.levels)

    @property
    def blocks(self) -> tuple[int, ...]:
        """Traits read from the same fact carry the same number."""
        sources = [SOURCES.get(trait, trait) for trait in self.traits]
        return tuple(sources.index(source) for source in sources)

    def encode(self, traits: pd.DataFrame) -> NDArray[np.int64]:
        """The number of each person's level (people, traits); -1 where blank, or never met among those coded."""
        codes = np.full((len(traits), len(self.traits)), BLANK, dtype=np.int64)
        told = _told_once(traits)
        for column, (trait, levels) in enumerate(zip(self.traits, self.levels, strict=True)):
            rest = levels.index(REST) if REST in levels else BLANK
            number = {level: i for i, level in enumerate(levels)}
            codes[:, column] = [BLANK if v is None else number.get(v, rest) for v in told[trait]]
        return codes


def traits_of(
    contacts: pd.DataFrame, themes: Mapping[str, str] | None = None, *, beside: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The TRAITS of each person (text, None where unknown), rows as ``contacts``.

    ``engagement`` compares with the people given, or with those ``beside``: none, low (up to the median of those contacted), high. ``themes``
    says by contact_key what is written of somebody.
    """
    texts = {name: _texts(contacts[name]) for name in ("job_title", "department", "seniority")}
    roles = [read_role(*cells) for cells in zip(*texts.values(), strict=True)]
    parts = [None if role is None else read_buying_role(role) for role in _texts(contacts["buying_role"])]
    sized = contacts["employees"] if "employees" in contacts else pd.Series(np.nan, index=contacts.index)
    columns = {
        "function": [role.function for role in roles],
        "seniority": [role.seniority for role in roles],
        "buying_role": parts,
        "channel": _texts(contacts["channel"]),
        "engagement": _bands(
            contacts["times_contacted"], (contacts if beside is None else beside)["times_contacted"]
        ),
        "company_size": _sizes(sized),
        "theme": [(themes or {}).get(key) for key in contacts["contact_key"]],
    }
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


def code(traits: pd.DataFrame) -> Coding:
    """The coding of the traits that carry something: filled often enough, not nearly the same for all."""
    kept: list[str] = []
    levels: list[tuple[str, ...]] = []
    left_out: list[str] = []
    told = _told_once(traits)
    for trait in TRAITS:
        counts = told[trait].value_counts()
        known = int(counts.sum())
        if not known and trait in OPTIONAL:
            continue
        if known < MIN_FILLED * len(traits):
            left_out.append(f"{trait.replace('_', ' ')} (known for {known} of {len(traits)})")
        elif counts.max() > MAX_ALIKE * known or len(found := _levels(counts)) < 2:
            left_out.append(f"{trait.replace('_', ' ')} (nearly the same for all)")
        else:
            kept.append(trait)
            levels.append(found)
    return Coding(tuple(kept), tuple(levels), tuple(left_out))


def _levels(counts: pd.Series[int]) -> tuple[str, ...]:
    """The levels worth a number of their own, by name, and one for all others if there are any."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    common = [str(level) for level, people in ranked if people >= RARE_PEOPLE][:MAX_LEVELS]
    return tuple(sorted(common)) + ((REST,) if len(common) < len(ranked) else ())


def _told_once(traits: pd.DataFrame) -> pd.DataFrame:
    """Traits with the function of an owner or chief executive left blank: the level has already said it."""
    twice = (traits["function"] == "executive") & (traits["seniority"] == SENIORITIES[0])
    return traits.assign(function=traits["function"].where(~twice, None))


def _texts(column: pd.Series[str]) -> list[str | None]:
    return [None if pd.isna(cell) or not str(cell).strip() else str(cell).strip() for cell in column]


def _bands(times: pd.Series[float], others: pd.Series[float]) -> list[str | None]:
    """How often somebody was contacted, against the others: none, low, high."""
    middle = others[others > 0].median()
    bands = np.select([times.isna(), times <= 0, times <= middle], ["", "none", "low"], "high")
    return [str(band) or None for band in bands]


def _sizes(employees: pd.Series[float]) -> list[str | None]:
    """The band of employees of somebody's company."""
    return [
        None if pd.isna(n) or n <= 0 else next(name for name, below in COMPANY_SIZES if n < below)
        for n in employees
    ]
