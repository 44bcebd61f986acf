"""What one kind of people says that others do not, in words that several companies used."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.personas import About, Words
from icpcli.people.phrases import hidden_among, names_a_thing, says_something, sentences_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from icpcli.model.tables import Names
    from icpcli.people.phrases import Hidden

FEWEST_COMPANIES = 3
MOST_WORDS = 8
FALSE_SHARE = 0.10
"""Of the phrases shown so many may stand there by chance (Benjamini & Hochberg 1995)."""
PRIOR_WEIGHT = 0.25
NEARLY = 0.7
MOST_THEMES = 6
MOST_OF_ALL = 0.5
LEAST_THEME = 0.05
OTHER_THEME = "(other)"
PROMOTER, DETRACTOR = 9, 6

# What a text is about by where it stands; the others by the words of each sentence.
ABOUT: Mapping[str, About] = {"lost_reason": "objection", "won_reason": "motive"}
ORDER: tuple[About, ...] = ("objection", "pain", "motive", "topic")


@dataclass(frozen=True, slots=True, eq=False)
class Sayings:
    """Who used which phrase: for each phrase the companies by kind of people, and how it was written and meant.

    ``companies``: phrase -> kind -> account keys; ``said``: phrase -> spellings; ``about``: (kind, phrase) -> what it
    was about, counted by company.
    """

    companies: Mapping[str, Mapping[int, set[str]]]
    said: Mapping[str, Counter[str]]
    about: Mapping[tuple[int, str], Counter[About]]


def words_of_kinds(
    texts: pd.DataFrame, kinds: Mapping[str, int], names: Names | None
) -> dict[int, tuple[Words, ...]]:
    """For each kind of people the phrases that set it apart, the most telling first.

    ``texts`` as ``People.texts``; ``kinds`` gives the kind of each contact_key. People who are of no kind serve as the
    others where there is but one kind. A phrase counts once per company; it is shown from three companies on.
    """
    numbers = sorted(set(kinds.values()))
    if texts.empty:
        return {}
    among = texts.assign(kind=texts["contact_key"].map(kinds))
    among = among[among["kind"].notna()] if len(numbers) > 1 else among.fillna({"kind": -1})
    hidden = hidden_among(sorted(set(texts["text"])), names)
    sayings = _sayings(among, hidden)
    return {kind: _words(sayings, kind) for kind in numbers}


def _sayings(texts: pd.DataFrame, hidden: Hidden) -> Sayings:
    companies: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    said: dict[str, Counter[str]] = defaultdict(Counter)
    meant: dict[tuple[int, str], set[tuple[str, About]]] = defaultdict(set)
    columns = ("kind", "account_key", "contact_key", "source", "score", "text")
    for number, account, contact, source, score, text in zip(*(texts[c] for c in columns), strict=True):
        kind, company = int(number), account if isinstance(account, str) else f"?{contact}"
        for sentence in sentences_of(text, hidden):
            meaning = _about(source, score) or sentence.about or "topic"
            for phrase in sentence.phrases:
                companies[phrase.key][kind].add(company)
                said[phrase.key][phrase.said] += 1
                meant[kind, phrase.key].add((company, meaning))
    about = {place: Counter(meaning for _, meaning in told) for place, told in meant.items()}
    return Sayings(companies, said, about)


def _about(source: str, score: float | None) -> About | None:
    if source == "nps_comment" and score is not None and score == score:  # noqa: PLR0124  NaN
        return "motive" if score >= PROMOTER else "pain" if score <= DETRACTOR else None
    return ABOUT.get(source)


def _words(sayings: Sayings, kind: int) -> tuple[Words, ...]:
    """The phrases of one kind; where nobody else has said anything, those that most companies used."""
    keys = sorted(sayings.companies)
    mine = np.array([len(sayings.companies[key].get(kind, ())) for key in keys], dtype=float)
    others = np.array(
        [len(set().union(*(c for k, c in sayings.companies[key].items() if k != kind))) for key in keys]
    ).astype(float)
    told = mine >= FEWEST_COMPANIES
    if not told.any():
        return ()
    if others.sum():
        z = distinctiveness(mine, others)
        shown = _significant(z, told)
        order = sorted(np.flatnonzero(shown), key=lambda i: (-round(float(z[i]), 9), *_clearest(keys[i])))
    else:
        z = np.full(len(keys), np.nan)
        order = sorted(np.flatnonzero(told), key=lambda i: (-mine[i], *_clearest(keys[i])))
    users = [sayings.companies[key].get(kind, set()) for key in keys]
    kept = _said_once([int(i) for i in order], keys, users)[:MOST_WORDS]
    return tuple(
        Words(
            said=_spelling(sayings.said[keys[i]]),
            about=_meaning(sayings.about[kind, keys[i]]),
            companies=int(mine[i]),
            other_companies=int(others[i]),
            z_score=None if np.isnan(z[i]) else float(z[i]),
        )
        for i in kept
    )


def distinctiveness(mine: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """The z-score of the log-odds ratio of each phrase, with an informative Dirichlet prior.

    The prior is the whole corpus at PRIOR_WEIGHT: so many pseudo-counts of each phrase per time it was used. Source: Monroe,
    Colaresi & Quinn (2008), "Fightin' Words", Political Analysis 16(4), equations 15, 16 and 22 (variance
    1 / (y_i + a) + 1 / (y_j + a)).
    """
    prior = PRIOR_WEIGHT * (mine + others)
    if len(prior) < 2:  # the only phrase there is cannot be used more often than others
        return np.zeros(len(prior))
    n_mine, n_others, n_prior = mine.sum(), others.sum(), prior.sum()
    odds_mine = np.log((mine + prior) / (n_mine + n_prior - mine - prior))
    odds_others = np.log((others + prior) / (n_others + n_prior - others - prior))
    variance = 1 / (mine + prior) + 1 / (others + prior)
    z: NDArray[np.float64] = (odds_mine - odds_others) / np.sqrt(variance)
    return z


def _significant(z: NDArray[np.float64], told: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the phrases told stand out, one-sided, when so many are looked at."""
    from scipy.special import ndtr  # noqa: PLC0415  exports without texts do not pay for it

    significant = np.zeros(len(told), dtype=bool)
    significant[told] = discoveries(ndtr(-z[told]), FALSE_SHARE)
    return significant


def discoveries(p_values: NDArray[np.float64], false_share: float) -> NDArray[np.bool_]:
    """Which p-values stand out so that of those that do ``false_share`` (0-1) are expected to be chance.

    All up to the last of the sorted p-values that is at most its place / number * false_share. Source: Benjamini &
    Hochberg (1995), JRSS-B 57(1); by hand, since scipy.stats takes as long to import as the rest of a derivation.
    """
    in_order = np.sort(p_values)
    places = np.arange(1, len(in_order) + 1)
    passed = np.flatnonzero(in_order <= places / max(len(in_order), 1) * false_share)
    found: NDArray[np.bool_] = p_values <= (in_order[passed[-1]] if len(passed) else -1.0)
    return found


def _clearest(key: str) -> tuple[int, int, int, str]:
    """Of phrases that are as telling the one of most words that name a thing, then that say something, then the shortest."""
    words = key.split()
    things = sum(names_a_thing(word) for word in words)
    return (-things, -sum(says_something(word) for word in words), len(words), key)


def _said_once(order: Sequence[int], keys: Sequence[str], users: Sequence[set[str]]) -> list[int]:
    """The phrases in order, each saying once: none that longer ones cover, none used by the same companies as one before."""
    whole = [i for i in order if not _is_covered(i, order, keys, users)]
    kept: list[int] = []
    for i in whole:
        if not any(len(users[i] & users[j]) >= NEARLY * len(users[i] | users[j]) for j in kept):
            kept.append(i)
    return kept


def _is_covered(i: int, order: Sequence[int], keys: Sequence[str], users: Sequence[set[str]]) -> bool:
    """Whether nearly all who used a phrase used it within longer ones that are shown too."""
    longer = [users[j] for j in order if len(keys[j]) > len(keys[i]) and f" {keys[i]} " in f" {keys[j]} "]
    return bool(longer) and len(users[i] & set().union(*longer)) >= NEARLY * len(users[i])


def _spelling(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda said: (-spellings[said], said))


def _meaning(counts: Counter[About]) -> About:
    """What a phrase was about at most companies; a tie goes to what says more."""
    return max(ORDER, key=lambda about: (counts[about], -ORDER.index(about)))


def themes(texts: pd.DataFrame, people: Collection[str], names: Names | None) -> dict[str, str]:
    """What each person's texts are about, as one word or phrase of a few; people without texts are left out.

    The phrases are chosen one after the other so that each tells most people of whom nothing is told yet; none that
    half of the people use, or companies fewer than three. The others' theme is "(other)".
    """
    told = texts[texts["contact_key"].isin(people)]
    if told.empty:
        return {}
    hidden = hidden_among(sorted(set(texts["text"])), names)
    used: dict[str, set[str]] = defaultdict(set)
    companies: dict[str, set[str]] = defaultdict(set)
    for contact, account, text in zip(told["contact_key"], told["account_key"], told["text"], strict=True):
        for sentence in sentences_of(text, hidden):
            for phrase in sentence.phrases:
                used[phrase.key].add(contact)
                companies[phrase.key].add(account if isinstance(account, str) else f"?{contact}")
    everyone = set(told["contact_key"])
    common = {
        k: who
        for k, who in used.items()
        if len(companies[k]) >= FEWEST_COMPANIES and len(who) <= MOST_OF_ALL * len(everyone)
    }
    theme: dict[str, str] = {}
    for _ in range(MOST_THEMES):
        left = everyone - set(theme)
        best = min(common, key=lambda k: (-len(common[k] & left), -len(k.split()), k), default=None)
        if best is None or len(common[best] & left) < max(FEWEST_COMPANIES, LEAST_THEME * len(everyone)):
            break
        theme |= dict.fromkeys(sorted(common[best] & left), best)
        del common[best]
    return {person: theme.get(person, OTHER_THEME) for person in sorted(everyone)} if theme else {}
