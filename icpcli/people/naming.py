"""A name for each kind of people from its usual traits: "Head of Sales, decision maker"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from icpcli.people.claims import APART, ENGAGED, SHOWN_PEOPLE, USUAL, shares, usual
from icpcli.people.traits import TRAITS
from icpcli.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.personas import Share

MOST_FIELDS = 3
NEARLY = 2 / 3
MOST_WORK = 2 / 3
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
_LEVEL_NAMES = {
    "executive": "Owner or C-level",
    "vp": "Vice President",
    "director": "Director",
    "manager": "Manager",
    "senior": "Senior Staff",
    "individual": "Staff",
    "junior": "Junior Staff",
}


def names_of(kinds: Sequence[pd.DataFrame]) -> list[str]:
    """A name for each kind from its usual traits; where two agree, with the trait that sets them apart."""
    plain = [_name(kind) for kind in kinds]
    names = list(plain)
    for i, name in enumerate(plain):
        twins = [kinds[j] for j, other in enumerate(plain) if other == name and j != i]
        if twins and (word := _apart_in_a_word(kinds[i], pd.concat(twins))):
            names[i] = f"{name}, {word}"
    return [f"{name} ({i + 1})" if names.count(name) > 1 else name for i, name in enumerate(names)]


def _name(kind: pd.DataFrame) -> str:
    function = _leading(kind["function"])
    peers = kind[kind["function"] == function.value] if function else kind
    level = usual(peers["seniority"])
    part = _role(kind, peers)
    job = _job(function.value if function else None, level.value if level else None)
    who = job or (part or "mixed roles").capitalize()
    if function is None and (fields := _fields(kind["function"])):
        who = f"{who} in {fields}"
    return f"{who}, {part}" if job and part else who


def _leading(functions: pd.Series[str]) -> Share | None:
    """The usual function; None where another is nearly as frequent, for as many people would be misnamed."""
    first, *others = shares(functions) or (None,)
    if first is None or first.share < USUAL:
        return None
    return None if any(share.people > NEARLY * first.people for share in others[:1]) else first


def _fields(functions: pd.Series[str]) -> str | None:
    """The functions in which most of a kind work, where none is usual: "finance, IT or sales"; None where they are too many."""
    found = [share for share in shares(functions) if share.value not in {"executive", "other"}][:MOST_FIELDS]
    covered = sum(share.share for share in found)
    return listed([share.value for share in found], "or") if covered >= MOST_WORK else None


def _role(kind: pd.DataFrame, peers: pd.DataFrame) -> str | None:
    """The role usual in a kind and, where enough are known, among those who share its function: what goes together."""
    of_peers, of_all = peers["buying_role"].dropna(), kind["buying_role"].dropna()
    role = usual(of_peers if len(of_peers) >= SHOWN_PEOPLE else of_all)
    if role is None or role.value == "other":
        return None
    return role.value if (of_all == role.value).mean() >= USUAL else None


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


def _apart_in_a_word(mine: pd.DataFrame, others: pd.DataFrame) -> str | None:  # noqa: PLR0911  one line per trait
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
            return ENGAGED[value]
        case "company_size":
            return f"at {value} employees"
        case "theme":
            return f"speaks of {value}"
        case "seniority":
            return _LEVEL_NAMES[value].lower()
        case _:
            return value
