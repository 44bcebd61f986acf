"""Job titles, departments and seniority columns to function and seniority, in English and French.

German and Spanish are read where a word settles it. The words themselves stand in ``titles.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SENIORITIES = ("executive", "vp", "director", "manager", "senior", "individual", "junior")
"""Levels from the highest; ``executive`` means owners and C-level."""

_GENDERS = re.compile(r"\b[hf]\s*/\s*[hf]\b|\bm\s*/\s*[wf](?:\s*/\s*[dx])?\b")
_DOTTED = re.compile(r"(?<![\w.])(?:[a-z]\.)+[a-z]?(?![\w.])")
_ENDINGS = re.compile(
    r"(?:[·•.\-]|(?<=\w)/)(?:e|rice|trice|euse|se|ne|ere|in|innen)(?:s|[·•.]s)?(?=\W|$)|\((?:e|ne|rice|trice|euse|se|ere|in)\)"
)


@dataclass(frozen=True, slots=True)
class JobRole:
    """What somebody does and at what level; None where it is not known, never a default."""

    function: str | None
    seniority: str | None


@dataclass(frozen=True, slots=True)
class _Rule:
    """The first whose words are found names the answer."""

    answer: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    """``titles.toml``, its tables compiled line by line once a title comes that far."""

    joined: tuple[tuple[re.Pattern[str], str], ...]
    small: re.Pattern[str]
    hats: re.Pattern[str]
    whole: Mapping[str, JobRole]
    former: re.Pattern[str]
    deputies: re.Pattern[str]
    senior: re.Pattern[str]
    functions: tuple[_Rule, ...]
    seniorities: tuple[_Rule, ...]
    departments: tuple[_Rule, ...]
    column_levels: tuple[_Rule, ...]
    roles: tuple[_Rule, ...]


def read_role(title: str | None, department: str | None = None, seniority: str | None = None) -> JobRole:
    """Function and seniority by the title; the CRM's own columns fill what the title does not tell."""
    role = read_title(title) if title else JobRole(None, None)
    function = role.function or (_department(department) if department else None)
    return JobRole(function, role.seniority or (_column_level(seniority) if seniority else None))


@cache
def read_title(title: str) -> JobRole:
    """Function and seniority of a job title; somebody with several hats has the first function, the highest level.

    What somebody was once ("ex-CFO") is no hat.
    """
    hats = [_tidy(hat) for hat in _rules().hats.split(_folded(title))]
    hats = [hat for hat in hats if hat and not _rules().former.match(hat)]
    if len(hats) == 1 and hats[0] in _rules().whole:
        return _rules().whole[hats[0]]
    functions = [_first(_rules().functions, hat) for hat in hats]
    levels = [level for level in map(_seniority, hats) if level]
    return JobRole(
        next((f for f in functions if f), None),
        min(levels, key=SENIORITIES.index) if levels else None,
    )


@cache
def read_buying_role(role: str) -> str:
    """The part taken in buying, in one vocabulary for all CRMs; of several the weightiest; "other" where unheard of."""
    return _first(_rules().roles, _tidy(_folded(role).replace("_", " "))) or "other"


@cache
def _department(department: str) -> str | None:
    words = _tidy(_folded(department).replace("_", " "))
    return _first(_rules().departments, words) or _first(_rules().functions, words)


@cache
def _column_level(seniority: str) -> str | None:
    return _first(_rules().column_levels, _tidy(_folded(seniority).replace("_", " ")))


def _seniority(hat: str) -> str | None:
    """The level of one hat; a deputy stands one step below whom he or she stands in for."""
    if _rules().deputies.search(hat):
        rest = re.sub(
            r"\b(?:adjoint\w*|adj|deputy|assistant|sous|bras droit|stellvertret\w*|stv|vice(?= direct))\b",
            " ",
            hat,
        )
        level = _seniority(_tidy(rest.replace("subdirector", "director")))
        return SENIORITIES[min(SENIORITIES.index(level) + 1, 5)] if level else "individual"
    level = _first(_rules().seniorities, hat)
    if level in {None, "individual"} and _rules().senior.search(hat):
        return "senior"
    return level


def _first(rules: tuple[_Rule, ...], text: str) -> str | None:
    return next((rule.answer for rule in rules if _pattern(rule.words).search(text)), None)


def _folded(text: str) -> str:
    """Lower case, without accents, typographic marks, the points of "C.T.O", and the marks of either gender."""
    plain = unicodedata.normalize(
        "NFKD", text.replace("’", "'").replace("ß", "ss").replace("œ", "oe")
    ).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _DOTTED.sub(lambda dotted: dotted[0].replace(".", ""), plain)
    plain = _ENDINGS.sub(" ", _GENDERS.sub(" ", plain))
    for pattern, replacement in _rules().joined:
        plain = pattern.sub(replacement, plain)
    return plain


def _tidy(hat: str) -> str:
    """Words alone, single spaces, small words left out."""
    return " ".join(_rules().small.sub(" ", re.sub(r"[^a-z0-9]+", " ", hat)).split())


@cache
def _rules() -> _Rules:
    data = tomllib.loads((files(__package__) / "titles.toml").read_text(encoding="utf-8"))
    folding = data["folding"]
    return _Rules(
        joined=tuple(
            (re.compile(rf"(?<!\w){re.escape(said)}(?!\w)"), meant) for said, meant in folding["joined"]
        ),
        small=re.compile(rf"\b(?:{'|'.join(folding['small'])})\b"),
        hats=re.compile("|".join(re.escape(mark) for mark in folding["hats"])),
        whole={
            word: JobRole(line["function"], line["level"]) for line in data["whole"] for word in line["words"]
        },
        former=_pattern(tuple(folding["former"])),
        deputies=_pattern(tuple(folding["deputies"])),
        senior=_pattern(tuple(folding["senior"])),
        functions=_table(data["function"], "name"),
        seniorities=_table(data["seniority"], "level"),
        departments=_table(data["department"], "name"),
        column_levels=_table(data["column_level"], "level"),
        roles=_table(data["role"], "name"),
    )


def _table(lines: list[dict[str, Any]], answer: str) -> tuple[_Rule, ...]:
    return tuple(_Rule(line[answer], tuple(line["words"])) for line in lines)


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all words; ``*`` is any ending, beginning, or word of its own."""
    parts = (re.escape(word).replace(r"\ ", " ").replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"\b(?:{'|'.join(parts)})\b")
