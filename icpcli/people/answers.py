"""When and how people answer, from activities and from the counts of e-mails in the export."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icpcli.people.claims import SHOWN_PEOPLE, USUAL
from icpcli.people.intervals import proportion
from icpcli.wording import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

FEWEST_ANSWERS = 10
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
WORKING_DAYS = 5
FALSE_TIMES = 0.05  # of people who answer evenly, are said to prefer a time
# Parts of the day: name, first hour, hour after the last; and how much of a working day from 9 to 6 is in each.
PARTS_OF_DAY = (("before noon", 0, 12), ("from noon to 4 pm", 12, 16), ("after 4 pm", 16, 24))
IN_WORKING_DAY = {"before noon": 3 / 9, "from noon to 4 pm": 4 / 9, "after 4 pm": 2 / 9}
CHANNELS = (
    ("e-mail", r"e ?-?mail|courriel|mail"),
    ("phone", r"call|phone|appel|telephon|téléphon|anruf"),
    ("meeting", r"meeting|reunion|réunion|rendez|rdv|visit|demo|démo|lunch|event|termin"),
    ("LinkedIn", r"linked ?in"),
    ("chat or text message", r"chat|sms|whats ?app|text message|messag"),
)
_CAME_FROM_THEM = re.compile(
    r"\b(in ?-?bound|incoming(_\w+)?|received|entrant(e|s|es)?|re[cç]u(e|s|es)?|repl(y|ied|ies)|respon(se|ded)|r[ée]ponse|r[ée]pondu)\b",
    re.IGNORECASE,
)
_REACHED = re.compile(
    r"\b(connect(ed|[ée])|answered|completed|held|attended|repondu|répondu|joint|abouti(e)?|effectu[ée]e?|tenue?|termin[ée]e?|replied)\b",
    re.IGNORECASE,
)
_NOT_REACHED = re.compile(
    r"\b(no|not|pas|non|un\w+|left|voicemail|messagerie|missed|manqu[ée]e?|no.show|cancel\w*|annul\w*|busy|wrong|outbound|sortant)\b",
    re.IGNORECASE,
)


def answers(activities: pd.DataFrame, mine: pd.DataFrame, others: pd.DataFrame) -> tuple[str, ...]:
    """Lines on the usual channel, weekday and part of the day of answers, and on e-mails opened and replied to.

    An answer is an activity that came from the person, or a call or meeting in which somebody was reached.
    """
    own = activities[activities["contact_key"].isin(mine["contact_key"])]
    found = _answered(own) if len(own) else own
    lines = []
    if len(found) >= FEWEST_ANSWERS and found["contact_key"].nunique() >= SHOWN_PEOPLE:
        n = f"of {len(found)} answers of {found['contact_key'].nunique()} people"
        lines = [*_by_channel(found, n), *_by_weekday(found), *_by_hour(found)]
    return (*lines, *_e_mails(mine, others))


def _answered(activities: pd.DataFrame) -> pd.DataFrame:
    words = activities[["activity_type", "direction", "result"]].fillna("").astype(str).agg(" ".join, axis=1)
    return activities[words.map(_is_answer).astype(bool)]


def _is_answer(words: str) -> bool:
    if _CAME_FROM_THEM.search(words):
        return True
    was_reached = _REACHED.search(words) is not None and _NOT_REACHED.search(words) is None
    return was_reached and _channel(words) in {"phone", "meeting"}


def _channel(text: str) -> str | None:
    folded = text.replace("_", " ").casefold()
    return next((name for name, words in CHANNELS if re.search(words, folded)), None)


def _by_channel(found: pd.DataFrame, n: str) -> list[str]:
    counts = found["activity_type"].fillna("").map(_channel).dropna().value_counts()
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    if not ranked or ranked[0][1] < max(USUAL * len(found), SHOWN_PEOPLE):
        return []
    name, times = ranked[0]
    return [f"answers mostly by {name}: {times} {n} ({percent(times / len(found))})"]


def _by_weekday(found: pd.DataFrame) -> list[str]:
    """The weekday of most answers, where it is more than a fifth of them, surely."""
    days = found["weekday"].dropna().astype(int)
    return _most(
        days.map(lambda day: WEEKDAYS[day]), dict.fromkeys(WEEKDAYS[:WORKING_DAYS], 1 / WORKING_DAYS), "on"
    )


def _by_hour(found: pd.DataFrame) -> list[str]:
    """The part of the day of most answers, where it is more than the share of the working hours in it, surely."""
    parts = found["hour"].dropna().map(lambda hour: next(p[0] for p in PARTS_OF_DAY if p[1] <= hour < p[2]))
    return _most(parts, IN_WORKING_DAY, "")


def _most(values: pd.Series[str], by_chance: Mapping[str, float], word: str) -> list[str]:
    """When most answers come, if surely more than ``by_chance`` (0-1 each): any of these times could have been the one."""
    if len(values) < FEWEST_ANSWERS:
        return []
    ranked = sorted(values.value_counts().items(), key=lambda item: (-item[1], str(item[0])))
    name, times = ranked[0]
    share = proportion(int(times), len(values), tail=FALSE_TIMES / len(by_chance))
    if share.low <= by_chance.get(str(name), 0.0):
        return []
    when = f"{word} {name}".strip()
    return [f"answers most {when}: {times} of {len(values)} answers ({percent(share.value)})"]


def _e_mails(mine: pd.DataFrame, others: pd.DataFrame) -> list[str]:
    """E-mails opened, clicked and replied to out of those sent, against the others'."""
    lines = []
    for name, verb in (
        ("emails_opened", "opened"),
        ("emails_clicked", "clicked"),
        ("emails_replied", "replied to"),
    ):
        own, theirs = _rate(mine, name), _rate(others, name)
        if own is None:
            continue
        against = (
            ""
            if theirs is None
            else f", against {percent(theirs[0] / theirs[1])} of the others' {theirs[1]:,}"
        )
        lines.append(
            f"{own[0]:,} of {own[1]:,} e-mails {verb} ({percent(own[0] / own[1])}, {own[2]} people){against}"
        )
    return lines


def _rate(people: pd.DataFrame, name: str) -> tuple[int, int, int] | None:
    """Times, e-mails sent and people, among people for whom both are known; None where too few are."""
    if name not in people or "emails_sent" not in people:
        return None
    known = people[
        people[name].notna() & (people["emails_sent"] > 0) & (people[name] <= people["emails_sent"])
    ]
    if len(known) < SHOWN_PEOPLE:
        return None
    return int(known[name].sum()), int(known["emails_sent"].sum()), len(known)


__all__ = ["answers"]
