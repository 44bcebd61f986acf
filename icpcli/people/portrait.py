"""One kind of people in words and counts: who they are, what sets them apart, what they say, how to reach them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.common import Interval
from icpcli.model.personas import Persona
from icpcli.people.advice import how_to_reach, to_improve, words_to_use
from icpcli.people.answers import answers
from icpcli.people.claims import apart, says, shares, usual
from icpcli.people.intervals import proportion
from icpcli.people.naming import names_of
from icpcli.people.traits import TRAITS
from icpcli.wording import count, listed, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from icpcli.model.personas import Share, Words

MIN_TIED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """The people counted, one row each in every part, and the kind each belongs to.

    ``contacts`` as in ``People``, ``activities`` those of everybody; ``words`` by kind. ``involved`` gives for each
    kind people with a decided deal, and those of them with a won one; None where nobody knows.
    """

    contacts: pd.DataFrame
    traits: pd.DataFrame
    kinds: NDArray[np.int64]
    activities: pd.DataFrame
    words: Mapping[int, tuple[Words, ...]]
    involved: Mapping[int, Involved] | None


@dataclass(frozen=True, slots=True)
class Involved:
    """People of a kind who took part in a decided deal, and how many of them in a won one."""

    decided: int
    won: int


def portraits(crowd: Crowd) -> tuple[Persona, ...]:
    """Every kind of people described, in the order of their numbers; no two have the same name."""
    kinds = range(int(crowd.kinds.max()) + 1)
    names = names_of([crowd.traits[crowd.kinds == kind] for kind in kinds])
    return tuple(_portrait(crowd, kind, names[kind]) for kind in kinds)


def _portrait(crowd: Crowd, kind: int, name: str) -> Persona:
    inside = crowd.kinds == kind
    mine, others = crowd.traits[inside], crowd.traits[~inside]
    contacts = (crowd.contacts[inside], crowd.contacts[~inside])
    words = crowd.words.get(kind, ())
    involved = None if crowd.involved is None else _shown(crowd.involved[kind])
    elsewhere = None if crowd.involved is None else _shown(_all_but(crowd.involved, kind))
    won = None if involved is None else proportion(involved.won, involved.decided)
    told = answers(crowd.activities, *contacts)
    return Persona(
        name=name,
        statement=_statement(mine, len(crowd.traits)),
        contacts=len(mine),
        share=len(mine) / len(crowd.traits),
        functions=shares(mine["function"]),
        seniorities=shares(mine["seniority"]),
        buying_roles=shares(mine["buying_role"]),
        channels=shares(mine["channel"]),
        usual_titles=_usual_titles(contacts[0]["job_title"]),
        won_involvement=won,
        how_to_reach=how_to_reach(mine, others, *contacts, told),
        apart_by=apart(mine, others),
        decided=0 if involved is None else involved.decided,
        company_sizes=shares(mine["company_size"]),
        words=words,
        answers=told,
        words_to_use=words_to_use(words),
        to_improve=(*_won_less(involved, elsewhere), *to_improve(words, mine, *contacts)),
    )


def _usual_titles(titles: pd.Series[str]) -> tuple[Share, ...]:
    """The titles that several people hold, in their most frequent spelling."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    known = [" ".join(title.split()) for title in titles.dropna() if title.strip()]
    for title in known:
        spellings[title.casefold()][title] += 1
    best = {key: min(same, key=lambda title: (-same[title], title)) for key, same in spellings.items()}
    return shares(pd.Series([best[title.casefold()] for title in known], dtype=object))


def _statement(mine: pd.DataFrame, people: int) -> str:
    facts = [
        f"{top.people} of {int(mine[trait].notna().sum())} {says(trait, top.value)}"
        for trait in TRAITS[:4]
        if (top := usual(mine[trait])) is not None
    ]
    known = f": {listed(facts, 'and')}" if facts else ""
    return f"{count(len(mine), 'person', 'people')} of {people} ({percent(len(mine) / people)}){known}."


# ------------------------------------------------------------------------------------ won and lost deals


def _shown(involved: Involved) -> Involved | None:
    return involved if involved.decided >= MIN_TIED else None


def _all_but(involved: Mapping[int, Involved], kind: int) -> Involved:
    others = [found for number, found in involved.items() if number != kind]
    return Involved(sum(o.decided for o in others), sum(o.won for o in others))


def _won_less(mine: Involved | None, others: Involved | None) -> tuple[str, ...]:
    """Where this kind's deals are won less often than the others', surely: no overlap of the intervals."""
    if mine is None or others is None:
        return ()
    own, theirs = proportion(mine.won, mine.decided), proportion(others.won, others.decided)
    if own.high >= theirs.low:
        return ()
    figures = (
        f"{mine.won} of {mine.decided} of them with a closed deal took part in a won one ({percent(own.value)}), "
        f"against {others.won} of {others.decided} of the others ({percent(theirs.value)})"
    )
    return (f"find out what such buyers miss: {figures}",)


__all__ = ["Crowd", "Interval", "Involved", "portraits"]
