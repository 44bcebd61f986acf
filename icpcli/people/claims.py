"""What can be said of one kind of people: shares with their counts, and what sets the kind apart from the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icpcli.model.personas import Share
from icpcli.wording import percent

if TYPE_CHECKING:
    import pandas as pd

SHOWN_PEOPLE = 3
"""A value or title is shown from this many people on: what one or two carry could point to a person."""
SHOWN_VALUES = 5
USUAL = 0.40
APART = 0.10
ENGAGED = {"none": "never contacted", "low": "seldom contacted", "high": "often contacted"}
_PERSONAL = re.compile(r"@|\d{4}|https?:|www\.")
_LEVELS = {
    "executive": "are owners or C-level",
    "vp": "are vice presidents",
    "director": "are directors or heads",
    "manager": "are managers",
    "senior": "are senior staff",
    "individual": "manage nobody",
    "junior": "are junior",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that one kind of people has more often than the others, by how much (share), and the line that says so."""

    trait: str
    value: str
    by: float
    line: str


def shares(values: pd.Series[str]) -> tuple[Share, ...]:
    """The most frequent values that enough people have; shares are among those for whom it is known."""
    known = values.dropna()
    ranked = sorted(known.value_counts().items(), key=lambda item: (-item[1], str(item[0])))
    return tuple(
        Share(str(value), int(people), int(people) / len(known))
        for value, people in ranked[:SHOWN_VALUES]
        if people >= SHOWN_PEOPLE and not _PERSONAL.search(str(value))
    )


def usual(values: pd.Series[str]) -> Share | None:
    """The usual value, if one is."""
    found = shares(values)
    return found[0] if found and found[0].share >= USUAL else None


def gaps(mine: pd.DataFrame, others: pd.DataFrame, trait: str) -> list[Gap]:
    """Each value of a trait that this kind has more often than the others, with the figures behind it; widest first."""
    known, elsewhere = mine[trait].dropna(), others[trait].dropna()
    if len(known) < SHOWN_PEOPLE or len(elsewhere) < SHOWN_PEOPLE:
        return []
    found = []
    for share in shares(known):
        theirs = float((elsewhere == share.value).mean())
        if share.share - theirs >= APART:
            line = (
                f"{percent(share.share)} {says(trait, share.value)}, against {percent(theirs)} of the others "
                f"(n = {len(known)} and {len(elsewhere)})"
            )
            found.append(Gap(trait, share.value, round(share.share - theirs, 9), line))
    return sorted(found, key=lambda gap: (-gap.by, gap.line))


def apart(mine: pd.DataFrame, others: pd.DataFrame) -> tuple[str, ...]:
    """What this kind is more often than the others, strongest first."""
    found = [
        gap
        for trait in ("function", "seniority", "buying_role", "company_size")
        for gap in gaps(mine, others, trait)
    ]
    return tuple(gap.line for gap in sorted(found, key=lambda gap: (-gap.by, gap.line))[:4])


def says(trait: str, value: str) -> str:
    """A trait's value as the end of a sentence about people."""
    match trait:
        case "function":
            words = {"executive": "run the company", "other": "work in another function"}
            return words.get(value, f"work in {value}")
        case "seniority":
            return _LEVELS[value]
        case "buying_role":
            words = {"other": "take another part in buying", "purchasing": "take part as purchasing"}
            return words.get(value, f"take part as {value}")
        case "channel":
            return f"came by {value}"
        case "company_size":
            return f"work at companies of {value} employees"
        case _:
            return f"were {ENGAGED[value]}"
