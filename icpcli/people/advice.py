"""What to do about one kind of people: lines that each follow from a figure, and name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.people.claims import SHOWN_PEOPLE, gaps, usual
from icpcli.wording import count, number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from icpcli.model.personas import Words

MOST_LINES = 3
UNKNOWN = 0.40
NEVER = 0.30
NAMES = {
    "function": "job titles",
    "buying_role": "roles in buying",
    "channel": "the source of these contacts",
}


def how_to_reach(
    mine: pd.DataFrame,
    others: pd.DataFrame,
    contacts: pd.DataFrame,
    other_contacts: pd.DataFrame,
    answers: Sequence[str],
) -> tuple[str, ...]:
    """By which channel they come, how often it took to contact them, and when and how they answer."""
    contacted = _by_contact(contacts["times_contacted"], other_contacts["times_contacted"])
    return (*_by_channel(mine, others), *contacted, *answers)


def _by_channel(mine: pd.DataFrame, others: pd.DataFrame) -> tuple[str, ...]:
    """The channels that bring this kind more often than others; else the usual one."""
    found = gaps(mine, others, "channel")
    if found:
        return tuple(gap.line for gap in found[:2])
    top = usual(mine["channel"])
    known = int(mine["channel"].notna().sum())
    return (f"{percent(top.share)} came by {top.value} (n = {known})",) if top else ()


def _by_contact(mine: pd.Series[float], others: pd.Series[float]) -> tuple[str, ...]:
    """How often they were contacted, by the median, where that is another number than the others'."""
    own, theirs = mine.dropna(), others.dropna()
    if min(len(own), len(theirs)) < SHOWN_PEOPLE:
        return ()
    middle, their_middle = number(float(own.median())), number(float(theirs.median()))
    if middle == their_middle:
        return ()
    return (
        f"contacted {middle} times (median), against {their_middle} for the others (n = {len(own)} and {len(theirs)})",
    )


def words_to_use(words: Sequence[Words]) -> tuple[str, ...]:
    """Their own words for what they want, what hurts, and what they talk about: the most telling of each."""
    lines = {"motive": "promise", "pain": "name the problem", "topic": "speak of"}
    best = {about: next((w for w in words if w.about == about), None) for about in lines}
    return tuple(f"{line} “{w.said}” ({_counts(w)})" for about, line in lines.items() if (w := best[about]))


def to_improve(
    words: Sequence[Words], mine: pd.DataFrame, contacts: pd.DataFrame, others: pd.DataFrame
) -> tuple[str, ...]:
    """Objections to answer, people never contacted, and what is not recorded of them."""
    objections = [
        f"answer the objection “{w.said}” before it is raised ({_counts(w)})"
        for w in words
        if w.about == "objection"
    ]
    pains = [f"show how to solve “{w.said}” ({_counts(w)})" for w in words if w.about == "pain"]
    return (*objections[:MOST_LINES], *pains[:1], *_never(contacts, others), *_unknown(mine, contacts))


def _counts(words: Words) -> str:
    others = f", others {words.other_companies}" if words.z_score is not None else ""
    return f"{count(words.companies, 'company', 'companies')}{others}"


def _never(contacts: pd.DataFrame, others: pd.DataFrame) -> tuple[str, ...]:
    """Where many of them were never contacted, and more of them than of the others."""
    known, elsewhere = contacts["times_contacted"].dropna(), others["times_contacted"].dropna()
    never = int((known <= 0).sum())
    if len(known) < SHOWN_PEOPLE or never < max(SHOWN_PEOPLE, NEVER * len(known)):
        return ()
    if len(elsewhere) and never / len(known) <= float((elsewhere <= 0).mean()):
        return ()
    return (f"contact them: {never} of {len(known)} never were ({percent(never / len(known))})",)


def _unknown(mine: pd.DataFrame, contacts: pd.DataFrame) -> tuple[str, ...]:
    """What is not recorded for many of them, and would make them easier to tell; a title that tells no function is recorded."""
    untitled = contacts["job_title"].isna().to_numpy() & mine["function"].isna().to_numpy()
    found = [
        (name, int((untitled if trait == "function" else mine[trait].isna()).sum()))
        for trait, name in NAMES.items()
    ]
    return tuple(
        f"record {name}: unknown for {blank} of {len(mine)} ({percent(blank / len(mine))})"
        for name, blank in found
        if blank >= UNKNOWN * len(mine) and blank >= SHOWN_PEOPLE
    )


__all__ = ["how_to_reach", "to_improve", "words_to_use"]
