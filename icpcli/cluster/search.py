"""One search: which accounts it hears, the rules it draws, the rule it prints, and its lift on accounts it did not hear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.evidence import FOLDS, folds_of, unseen_lift
from icpcli.cluster.heard import Heard, heard_of
from icpcli.cluster.levels import Floor, Levels
from icpcli.cluster.likelihood import Likelihood
from icpcli.cluster.permutation import search_p_value
from icpcli.cluster.posterior import Draws, Sampler
from icpcli.cluster.rules import LEAST_ACCOUNTS
from icpcli.cluster.sampled import Rules, Sampled, completed_codes, distinct_rules
from icpcli.cluster.selection import best_rule
from icpcli.cluster.strata import began_on, levelled, strata_of
from icpcli.model.common import Criterion, Finding, silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from icpcli.cluster.attributes import Candidates
    from icpcli.model.common import Interval, Progress
    from icpcli.model.tables import Book, Utility
    from icpcli.settings import Settings

NOT_SETTLED = "ICP310"
SAMPLED = "ICP313"

LADDERS = 8
BURN_IN = 30
SWEEPS = 100
MOST_SWEEPS = 1000
FOLD_BURN_IN = 20
FOLD_SWEEPS = 50
MOST_ACCOUNTS = 5000
LATE_SHARE = 0.3  # the customers won last, on which a rule drawn from the others is tested
LEAST_LATE = 30


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What every step of one search needs.

    ``won_on``: days since 1970 on which each account was won, NaN where it was not; ``places``: those of the accounts
    in the book.
    """

    found: Candidates
    heard: Heard
    won_on: np.ndarray
    places: np.ndarray
    names: tuple[str, ...]
    floor: Floor
    settings: Settings
    first_step: int = 0

    def rng(self, step: int) -> np.random.Generator:
        """Chance of its own for each step, so that one step's appetite does not change another's draws."""
        return np.random.default_rng([self.settings.seed, self.first_step + step])

    def at(self, accounts: np.ndarray) -> Search:
        """The search of some of the accounts (places)."""
        smaller = replace(self.found, attributes=tuple(a.at(accounts) for a in self.found.attributes))
        least = max(LEAST_ACCOUNTS, self.floor.least * len(accounts) / len(self.heard.groups))
        return replace(
            self,
            found=smaller,
            heard=self.heard.at(accounts),
            won_on=self.won_on[accounts],
            places=self.places[accounts],
            floor=Floor(self.floor.counts[accounts], least),
        )

    def p_value(self) -> float:
        """The p-value of the whole search, by shuffling accounts among those first worked at about the same time."""
        return search_p_value(
            self.found.attributes,
            self.heard,
            permutations=self.settings.permutations,
            rng=self.rng(2),
        )

    def turned(self) -> Search:
        """The same search for the worst: every part negated, with chance of its own."""
        return replace(self, heard=self.heard.turned(), first_step=self.first_step + 100)


def search_of(
    book: Book, found: Candidates, utility: Utility, settings: Settings, most: int = MOST_ACCOUNTS
) -> tuple[Search, tuple[Finding, ...]]:
    """The accounts to search: all, or a seeded sample of whole groups where they are very many."""
    since = book.accounts["customer_since"]
    won_on = np.where(since.isna(), np.nan, since.to_numpy().astype("datetime64[D]").astype(float))
    names = tuple(c.value for c in utility.criteria)
    floor = _floor(book, settings)
    total = len(book.accounts)
    places = np.arange(total)
    heard = _heard_beside_time(book, utility)
    whole = Search(found, heard, won_on, places, names, floor, settings)
    if total <= most:
        return whole, ()
    chosen = _sample_of_groups(utility.groups, most, whole.rng(0))
    smaller = whole.at(chosen)
    message = f"The search used a sample of {len(chosen):,} of {total:,} companies worked, so that its time stays level."
    return smaller, (Finding(SAMPLED, message, len(chosen)),)


def _heard_beside_time(book: Book, utility: Utility) -> Heard:
    """What is heard of each account beside what goes with the time at which it was first worked."""
    began = began_on(book)
    strata = strata_of(began, utility.groups)
    return levelled(heard_of(utility.parts, utility.weights, utility.groups, strata), began)


def _sample_of_groups(groups: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Places of ``most`` accounts: whole groups in random order, of the one that no longer fits as many as there is room for."""
    distinct, group = np.unique(groups, return_inverse=True)
    place = np.argsort(rng.permutation(len(distinct)))[group]
    return np.sort(np.argsort(place, kind="stable")[:most])


def _floor(book: Book, settings: Settings) -> Floor:
    """Eight accounts, or the share of customers that the user insists on."""
    if not settings.min_share:
        return Floor(np.ones(len(book.accounts)), LEAST_ACCOUNTS)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=float)
    return Floor(is_customer, max(LEAST_ACCOUNTS, settings.min_share * is_customer.sum()))


def _sampler(search: Search, training: np.ndarray, ladders: int, step: int) -> Sampler:
    return Sampler(
        search.found.attributes,
        search.heard,
        training,
        ladders=ladders,
        floor=Floor(search.floor.counts, max(LEAST_ACCOUNTS, search.floor.least * float(training.mean()))),
        rng=search.rng(step),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The rules that were drawn and which of them is the profile (-1: none); ``exists``: how probable any type is (0-1)."""

    rules: Rules
    profile: int
    exists: float
    completed: list[np.ndarray]
    findings: tuple[Finding, ...]


def draw_rules(
    search: Search, *, ladders: int = LADDERS, most_sweeps: int = MOST_SWEEPS, on_progress: Progress = silent
) -> Drawn:
    """Draw rules until the halves of the draws print the same profile, or ``most_sweeps`` are done."""
    everybody = np.ones(len(search.heard.groups), dtype=bool)
    sampler = _sampler(search, everybody[None, :], ladders, 1)
    likelihood = _likelihood(search, sampler.levels, everybody)
    completed = completed_codes(sampler.levels)
    sampler.run(BURN_IN)
    batches: list[list[Draws]] = []
    settled = False
    for done in range(0, most_sweeps, SWEEPS):
        on_progress("Drawing rules", done, most_sweeps)
        batches.append(sampler.draw(SWEEPS))
        sampled = distinct_rules(batches, sampler.levels, completed, likelihood, everybody)
        settled = _halves_agree(sampled, search.floor)
        if settled:
            break
    on_progress("Drawing rules", most_sweeps, most_sweeps)
    rules = sampled.weighed()
    message = f"After {most_sweeps:,} sweeps two halves of the search still print different rules: it is a close call."
    noticed = () if settled else (Finding(NOT_SETTLED, message),)
    return Drawn(rules, best_rule(rules, search.floor), sampled.exists(), completed, noticed)


def _likelihood(search: Search, levels: Levels, training: np.ndarray) -> Likelihood:
    return Likelihood(levels.trends(), search.heard, training[None, :])


def _halves_agree(sampled: Sampled, floor: Floor) -> bool:
    """Whether all draws and their halves, the ladders halved in two ways, print one rule."""
    middle = sampled.visits.shape[1] // 2
    halves = (slice(0, None, 2), slice(1, None, 2), slice(middle), slice(middle, None))
    printed = set()
    for some in (slice(None), *halves):
        rules = sampled.weighed(some)
        best = best_rule(rules, floor)
        printed.add(rules.conditions(best) if best >= 0 else ())
    return len(printed) == 1


@dataclass(frozen=True, slots=True)
class Unseen:
    """The lift on accounts a rule had not heard: of ten folds, and of the customers won last (empty: dates do not allow).

    ``can_show``: how much of the lift of each criterion the net lift of those won last can hold, weights included.
    """

    folds: dict[str, Interval]
    later: dict[str, Interval]
    later_since: date | None
    can_show: dict[str, float]


def lift_unseen(search: Search) -> Unseen:
    """The lift of rules drawn without a tenth of the accounts, on that tenth; and without those won last, on them.

    All eleven are chains of one sampler; related accounts are left out together.
    """
    fold = folds_of(search.heard.groups, search.rng(4))
    late, since = _won_last(search)
    held_out = np.concatenate([fold[None, :] == np.arange(FOLDS)[:, None], late[None, :]])
    held_out = held_out if late.any() else held_out[:-1]
    sampler = _sampler(search, ~held_out, 1, 5)
    completed = completed_codes(sampler.levels)
    sampler.run(FOLD_BURN_IN)
    inside = np.full(held_out.shape, np.nan)
    for number, draws in enumerate(sampler.draw(FOLD_SWEEPS)):
        left = held_out[number]
        likelihood = _likelihood(search, sampler.levels, ~left)
        rules = distinct_rules([[draws]], sampler.levels, completed, likelihood, ~left).weighed()
        best = best_rule(rules, search.floor)
        inside[number, left] = rules.certain[best][left] if best >= 0 else 0.0
    each = np.where(held_out[:FOLDS], inside[:FOLDS], 0.0).sum(axis=0)
    folds = unseen_lift(each, search.heard.parts, search.heard.weights, search.names, search.heard.groups)
    later = (
        unseen_lift(inside[-1], search.heard.parts, search.heard.weights, search.names, search.heard.groups)
        if late.any()
        else {}
    )
    return Unseen(folds, later, since if later else None, _can_show(search, late, later))


def _can_show(search: Search, late: np.ndarray, later: Mapping[str, Interval]) -> dict[str, float]:
    """How much of each criterion's lift the net lift of those won last can hold: its weight's share.

    Who was followed for less time shows less of retention: its part is what was to be expected less what happened, so its mean and its
    variance grow with the events to expect (a martingale; Therneau & Grambsch 2000, section 4.2), and the share is their variance over that of all.
    """
    shares = {}
    for name, part, weight in zip(search.names, search.heard.parts.T, search.heard.weights, strict=True):
        if name in later:
            grows = name == Criterion.RETENTION
            told = float(np.nanvar(part[late]) / max(np.nanvar(part), 1e-12)) if grows else 1.0
            shares[name] = float(weight) * min(told, 1.0)
    total = sum(w for n, w in zip(search.names, search.heard.weights, strict=True) if n in later)
    return {name: share / float(total) for name, share in shares.items()}


def _won_last(search: Search) -> tuple[np.ndarray, date | None]:
    """The customers won last, with those related to them, and since when; nobody where dates do not allow it."""
    nobody = np.zeros(len(search.heard.groups), dtype=bool)
    known = search.won_on[np.isfinite(search.won_on)]
    if len(known) * LATE_SHARE < LEAST_LATE:
        return nobody, None
    since = float(np.ceil(np.quantile(known, 1 - LATE_SHARE)))
    late = np.isin(search.heard.groups, search.heard.groups[search.won_on >= since])
    if not LEAST_LATE <= late.sum() <= len(late) / 2:
        return nobody, None
    day: date = np.datetime64(int(since), "D").item()
    return late, day
