"""One kind of people in words and counts: who they are, what sets them apart, how to reach them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.cluster.traits import TRAITS
from icpcli.model.profile import Interval, Persona, Share
from icpcli.wording import count, listed, number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

SHOWN_PEOPLE = 3
"""A value or title is shown from this many people on: what one or two carry could point to a person."""
SHOWN_VALUES = 5
USUAL = 0.40
APART = 0.10
MIN_TIED = 5
_PERSONAL = re.compile(r"@|\d{4}|https?:|www\.")

_CHIEFS = {
    "executive": "Founder or Chief Executive",
    "finance": "CFO",
    "marketing": "CMO",
    "sales": "Chief Revenue Officer",
    "engineering": "CTO",
    "IT": "CIO",
    "operations": "COO",
    "HR": "Chief People Officer",
    "legal": "General Counsel",
    "customer success": "Chief Customer Officer",
}
_LEVELS = {
    "executive": "are owners or C-level",
    "vp": "are vice presidents",
    "director": "are directors or heads",
    "manager": "are managers",
    "senior": "are senior staff",
    "individual": "manage nobody",
    "junior": "are junior",
}
_LEVEL_NAMES = {
    "executive": "Owner or C-level",
    "vp": "Vice President",
    "director": "Director",
    "manager": "Manager",
    "senior": "Senior Staff",
    "individual": "Staff",
    "junior": "Junior Staff",
}
_ENGAGED = {"none": "never contacted", "low": "seldom contacted", "high": "often contacted"}


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """The people counted: their traits, titles, how often they were contacted, and the kind each belongs to.

    ``involved`` gives for each kind people with a decided deal, and those of them with a won one; None where
    nobody knows.
    """

    traits: pd.DataFrame
    titles: pd.Series[str]
    times_contacted: pd.Series[float]
    kinds: NDArray[np.int64]
    involved: Mapping[int, Involved] | None


@dataclass(frozen=True, slots=True)
class Involved:
    """People of a kind who took part in a decided deal, and how many of them in a won one."""

    decided: int
    won: int


def portraits(crowd: Crowd) -> tuple[Persona, ...]:
    """Every kind of people described, in the order of their numbers; no two have the same name."""
    kinds = range(int(crowd.kinds.max()) + 1)
    names = _names([crowd.traits[crowd.kinds == kind] for kind in kinds])
    return tuple(_portrait(crowd, kind, names[kind]) for kind in kinds)


def _portrait(crowd: Crowd, kind: int, name: str) -> Persona:
    inside = crowd.kinds == kind
    mine, others = crowd.traits[inside], crowd.traits[~inside]
    involved = crowd.involved.get(kind) if crowd.involved is not None else None
    return Persona(
        name=name,
        statement=_statement(mine, len(crowd.traits)),
        contacts=len(mine),
        share=len(mine) / len(crowd.traits),
        functions=shares(mine["function"]),
        seniorities=shares(mine["seniority"]),
        buying_roles=shares(mine["buying_role"]),
        channels=shares(mine["channel"]),
        usual_titles=_usual_titles(crowd.titles[inside]),
        won_involvement=_involvement(involved) if involved is not None else None,
        how_to_reach=(*_by_channel(mine, others), *_by_contact(crowd.times_contacted, inside)),
        apart_by=_apart(mine, others),
    )


def shares(values: pd.Series[str]) -> tuple[Share, ...]:
    """The most frequent values that enough people have; shares are among those for whom it is known."""
    known = values.dropna()
    ranked = sorted(known.value_counts().items(), key=lambda item: (-item[1], str(item[0])))
    return tuple(
        Share(str(value), int(people), int(people) / len(known))
        for value, people in ranked[:SHOWN_VALUES]
        if people >= SHOWN_PEOPLE and not _PERSONAL.search(str(value))
    )


def _usual_titles(titles: pd.Series[str]) -> tuple[Share, ...]:
    """The titles that several people hold, in their most frequent spelling."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    known = [" ".join(title.split()) for title in titles.dropna() if title.strip()]
    for title in known:
        spellings[title.casefold()][title] += 1
    usual = {key: min(same, key=lambda title: (-same[title], title)) for key, same in spellings.items()}
    return shares(pd.Series([usual[title.casefold()] for title in known], dtype=object))


def _involvement(involved: Involved) -> Interval | None:
    """Share of this kind's people with a decided deal who took part in a won one.

    The interval is the 95 % one of the beta posterior with Jeffreys' prior (Brown, Cai & DasGupta 2001).
    """
    if involved.decided < MIN_TIED:
        return None
    from scipy.special import betaincinv  # noqa: PLC0415  books without deals do not pay for it

    won, lost = involved.won + 0.5, involved.decided - involved.won + 0.5
    low = float(betaincinv(won, lost, 0.025)) if involved.won else 0.0
    high = float(betaincinv(won, lost, 0.975)) if involved.won < involved.decided else 1.0
    return Interval(involved.won / involved.decided, low, high)


# ------------------------------------------------------------------------------------------ sentences


def _statement(mine: pd.DataFrame, people: int) -> str:
    facts = [
        f"{top.people} of {int(mine[trait].notna().sum())} {_says(trait, top.value)}"
        for trait in TRAITS[:4]
        if (top := _top(mine[trait])) is not None
    ]
    known = f": {listed(facts, 'and')}" if facts else ""
    return f"{count(len(mine), 'person', 'people')} of {people} ({percent(len(mine) / people)}){known}."


def _top(values: pd.Series[str]) -> Share | None:
    """The usual value, if one is."""
    found = shares(values)
    return found[0] if found and found[0].share >= USUAL else None


def _says(trait: str, value: str) -> str:
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
        case _:
            return f"were {_ENGAGED[value]}"


def _apart(mine: pd.DataFrame, others: pd.DataFrame) -> tuple[str, ...]:
    """What this kind is more often than the others, strongest first."""
    found = [
        (gap, line)
        for trait in ("function", "seniority", "buying_role")
        for gap, line in _gaps(mine, others, trait)
    ]
    return tuple(line for _, line in sorted(found, key=lambda item: (-item[0], item[1]))[:4])


def _gaps(mine: pd.DataFrame, others: pd.DataFrame, trait: str) -> list[tuple[float, str]]:
    """Each value that this kind has more often, by how much, with the figures behind it."""
    known, elsewhere = mine[trait].dropna(), others[trait].dropna()
    if len(known) < SHOWN_PEOPLE or len(elsewhere) < SHOWN_PEOPLE:
        return []
    lines = []
    for found in shares(known):
        theirs = float((elsewhere == found.value).mean())
        if found.share - theirs >= APART:
            figures = (
                f"{percent(found.share)} {_says(trait, found.value)}, against {percent(theirs)} of the others"
            )
            lines.append((round(found.share - theirs, 9), f"{figures} (n = {len(known)})"))
    return lines


def _by_channel(mine: pd.DataFrame, others: pd.DataFrame) -> tuple[str, ...]:
    """The channels that bring this kind more often than others; else the usual one."""
    gaps = sorted(_gaps(mine, others, "channel"), key=lambda item: (-item[0], item[1]))
    if gaps:
        return tuple(line for _, line in gaps[:2])
    top = _top(mine["channel"])
    return (
        (f"{percent(top.share)} came by {top.value} (n = {int(mine['channel'].notna().sum())})",)
        if top
        else ()
    )


def _by_contact(times: pd.Series[float], inside: NDArray[np.bool_]) -> tuple[str, ...]:
    """How often they were contacted, by the median, where that is another number than the others'."""
    mine, others = times[inside].dropna(), times[~inside].dropna()
    if min(len(mine), len(others)) < SHOWN_PEOPLE:
        return ()
    own, theirs = number(float(mine.median())), number(float(others.median()))
    if own == theirs:
        return ()
    return (f"contacted {own} times (median), against {theirs} for the others (n = {len(mine)})",)


# ---------------------------------------------------------------------------------------------- names


def _names(kinds: Sequence[pd.DataFrame]) -> list[str]:
    """A name for each kind from its usual traits; where two agree, with the trait that sets them apart."""
    usual = [_name(kind) for kind in kinds]
    names = list(usual)
    for i, name in enumerate(usual):
        twins = [kinds[j] for j, other in enumerate(usual) if other == name and j != i]
        if twins and (word := _apart_in_a_word(kinds[i], pd.concat(twins))):
            names[i] = f"{name}, {word}"
    return [f"{name} ({i + 1})" if names.count(name) > 1 else name for i, name in enumerate(names)]


def _name(kind: pd.DataFrame) -> str:
    function = _top(kind["function"])
    peers = kind[kind["function"] == function.value] if function else kind
    level = _top(peers["seniority"])
    role = _top(kind["buying_role"])
    job = _job(function.value if function else None, level.value if level else None)
    part = role.value if role and role.value != "other" else None
    return f"{job}, {part}" if job and part else job or (part or "mixed roles").capitalize()


def _job(function: str | None, level: str | None) -> str | None:  # noqa: PLR0911  one line per level
    """What such people would be called at work."""
    if function == "executive" and level is None:
        return "General Management"
    if function is None or function == "other" or (function == "executive" and level != "executive"):
        return _LEVEL_NAMES[level] if level else None
    field = " ".join(word if word.isupper() else word.capitalize() for word in function.split())
    match level:
        case "executive":
            return _CHIEFS.get(function, f"Chief of {field}")
        case "vp":
            return f"VP {field}"
        case "director":
            return f"Head of {field}"
        case "manager":
            return f"{field} Manager"
        case "senior":
            return f"Senior {field} Staff"
        case "junior":
            return f"Junior {field} Staff"
        case _:
            return f"{field} Staff"


def _apart_in_a_word(mine: pd.DataFrame, others: pd.DataFrame) -> str | None:
    """The trait in which two kinds of the same name differ most, short enough for a name."""
    found = [
        (-(top.share - float((elsewhere == top.value).mean())), place, top.value)
        for place, trait in enumerate(TRAITS)
        if len(elsewhere := others[trait].dropna())
        for top in shares(mine[trait])
    ]
    if not found or (best := min(found))[0] > -APART:
        return None
    _, place, value = best
    match TRAITS[place]:
        case "channel":
            return f"by {value}"
        case "engagement":
            return _ENGAGED[value]
        case "seniority":
            return _LEVEL_NAMES[value].lower()
        case _:
            return value
