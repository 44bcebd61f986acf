"""The kind of company that the data recommend, how sure that is, and what else it could be."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.attributes import Candidates, candidates
from icpcli.cluster.evidence import FOLDS, evidence_of, folds_of, unseen_lift, verdict_of
from icpcli.cluster.lift import lifts
from icpcli.cluster.permutation import search_p_value
from icpcli.cluster.posterior import MIN_INSIDE, Draws, Floor, Sampler
from icpcli.cluster.rules import membership
from icpcli.cluster.scorecard import levels_of, net_utility, scorecard_of
from icpcli.cluster.selection import (
    Rules,
    agreement,
    best_rule,
    completed_codes,
    condition_probabilities,
    distinct_rules,
    field_probabilities,
    runners_up,
)
from icpcli.model.common import Finding, Verdict, silent
from icpcli.model.profile import (
    Alternative,
    Evidence,
    FieldReport,
    Interval,
    Profile,
    Scorecard,
    ToCollect,
    WeightedRule,
)
from icpcli.wording import percent, statement

if TYPE_CHECKING:
    from icpcli.model.common import Progress
    from icpcli.model.tables import Book, Ranking, Utility
    from icpcli.settings import Settings

NOT_SETTLED = "ICP310"
TOO_FEW = "ICP311"
NO_FIELDS = "ICP312"
SAMPLED = "ICP313"

LADDERS = 8
BURN_IN = 30
SWEEPS = 100
MOST_SWEEPS = 1000
FOLD_SWEEPS = 60
MIN_CUSTOMERS = 30  # ten folds of three; below, eight inside leave too few to compare with
MOST_ACCOUNTS = 5000
WEIGHTIEST = 50


@dataclass(frozen=True, slots=True, eq=False)
class ProfileFound:
    """The profile (its figures are filled in by who knows them) and what stands behind it.

    ``membership``: per account worked 1, 0 or NaN (a blank leaves it open). ``fields``: every field
    searched, with the probability that the rule uses it; where it came from is filled in later. ``searched``: the
    fields as levels, for all accounts worked.
    """

    profile: Profile
    posterior: tuple[WeightedRule, ...]
    scorecard: Scorecard | None
    fields: tuple[FieldReport, ...]
    membership: np.ndarray
    matching_not_worked: int
    findings: tuple[Finding, ...]
    searched: Candidates
    to_collect: tuple[ToCollect, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What every step of one search needs."""

    found: Candidates
    parts: np.ndarray
    weights: np.ndarray
    groups: np.ndarray
    names: tuple[str, ...]
    floor: Floor
    settings: Settings

    def rng(self, step: int) -> np.random.Generator:
        """Chance of its own for each step, so that one step's appetite does not change another's draws."""
        return np.random.default_rng([self.settings.seed, step])


def derive_profile(
    book: Book, ranking: Ranking, utility: Utility, settings: Settings, on_progress: Progress = silent
) -> ProfileFound:
    """The one profile of these accounts, with lift, evidence, verdict and alternatives.

    With fewer than 30 customers, no searchable field or no part, there is no search: the verdict is
    unsupported, and the power note says what would be enough.
    """
    on_progress("Choosing fields")
    found = candidates(book, settings)
    obstacle = _obstacle(book, found, utility)
    if obstacle is not None:
        return _nothing(book, found, obstacle)
    search, sampled = _search(book, found, utility, settings)
    drawn = _profile_rule(search, on_progress)
    on_progress("Shuffling customers")
    p_value = search_p_value(
        search.found.attributes,
        search.parts,
        search.weights,
        search.groups,
        permutations=settings.permutations,
        rng=search.rng(2),
    )
    on_progress("Testing on customers not seen")
    unseen = _unseen(search)
    if drawn.profile < 0:
        return _nothing(book, found, _no_rule(p_value, unseen, search))
    told = _told(book, ranking, search, drawn, p_value, unseen, (*drawn.findings, *sampled))
    return dataclasses.replace(told, searched=found)


def _obstacle(book: Book, found: Candidates, utility: Utility) -> Finding | None:
    """Why there is nothing to search, where there is not."""
    customers = int(book.accounts["is_customer"].sum())
    if customers < MIN_CUSTOMERS:
        message = (
            f"{customers} customers are too few to support a profile: a search starts at {MIN_CUSTOMERS}. A strong "
            "pattern shows in one book of four with 100 customers, in two of three with 200, in nine of ten with 400."
        )
        return Finding(TOO_FEW, message, customers)
    if not found.attributes or not utility.criteria:
        return Finding(NO_FIELDS, "No field that could describe a type of company has values that differ.")
    return None


def _nothing(book: Book, found: Candidates, why: Finding | Evidence) -> ProfileFound:
    evidence = why if isinstance(why, Evidence) else Evidence(1.0, 0, {}, why.message)
    profile = Profile(
        verdict=Verdict.UNSUPPORTED,
        statement=statement(()),
        conditions=(),
        customers=0,
        share_of_customers=0.0,
        share_of_value=None,
        figures=(),
        agreement=None,
        lift={},
        evidence=evidence,
        alternatives=(),
    )
    fields = tuple(FieldReport(field, 0.0, share, None) for field, share in sorted(found.filled.items()))
    findings = found.findings if isinstance(why, Evidence) else (*found.findings, why)
    return ProfileFound(profile, (), None, fields, np.zeros(len(book.accounts)), 0, findings, found)


def _search(
    book: Book, found: Candidates, utility: Utility, settings: Settings
) -> tuple[_Search, tuple[Finding, ...]]:
    """The accounts to search: all, or a seeded sample where they are very many."""
    names = tuple(c.value for c in utility.criteria)
    total = len(book.accounts)
    floor = _floor(book, settings)
    if total <= MOST_ACCOUNTS:
        return _Search(found, utility.parts, utility.weights, utility.groups, names, floor, settings), ()
    chosen = np.sort(np.random.default_rng([settings.seed, 0]).choice(total, MOST_ACCOUNTS, replace=False))
    smaller = dataclasses.replace(found, attributes=tuple(a.at(chosen) for a in found.attributes))
    search = _Search(
        smaller,
        utility.parts[chosen],
        utility.weights,
        utility.groups[chosen],
        names,
        Floor(floor.counts[chosen], max(MIN_INSIDE, floor.least * MOST_ACCOUNTS / total)),
        settings,
    )
    message = f"The search used a sample of {MOST_ACCOUNTS:,} of {total:,} companies worked."
    return search, (Finding(SAMPLED, message, MOST_ACCOUNTS),)


def _floor(book: Book, settings: Settings) -> Floor:
    """Eight accounts, or the share of customers that the user insists on."""
    if not settings.min_share:
        return Floor(np.ones(len(book.accounts)), MIN_INSIDE)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=float)
    return Floor(is_customer, max(MIN_INSIDE, settings.min_share * is_customer.sum()))


def _sampler(search: _Search, training: np.ndarray, ladders: int, step: int) -> Sampler:
    return Sampler(
        search.found.attributes,
        search.parts,
        search.weights,
        training,
        ladders=ladders,
        floor=Floor(search.floor.counts, max(MIN_INSIDE, search.floor.least * float(training.mean()))),
        rng=search.rng(step),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """The rules that were drawn and which of them is the profile (-1: none)."""

    rules: Rules
    profile: int
    completed: list[np.ndarray]
    findings: tuple[Finding, ...]


def _profile_rule(search: _Search, on_progress: Progress) -> _Drawn:
    """Draw rules until the two halves of the draws print the same profile."""
    sampler = _sampler(search, np.ones((1, len(search.parts)), dtype=bool), LADDERS, 1)
    completed = completed_codes(sampler.levels, search.rng(3))
    sampler.run(BURN_IN)
    batches: list[list[Draws]] = []
    done, settled = 0, False
    while done < MOST_SWEEPS and not settled:
        on_progress("Drawing rules", done, MOST_SWEEPS)
        batches.append(sampler.draw(SWEEPS))
        done += SWEEPS
        settled = _halves_agree(batches, sampler, completed, search.floor)
    on_progress("Drawing rules", MOST_SWEEPS, MOST_SWEEPS)
    rules = distinct_rules([d for batch in batches for d in batch], sampler.levels, completed)
    message = f"After {MOST_SWEEPS:,} sweeps two halves of the search still print different rules: it is a close call."
    noticed = () if settled else (Finding(NOT_SETTLED, message),)
    return _Drawn(rules, best_rule(rules, search.floor), completed, noticed)


def _halves_agree(
    batches: list[list[Draws]], sampler: Sampler, completed: list[np.ndarray], floor: Floor
) -> bool:
    printed = []
    for half in (0, 1):
        draws = [d for batch in batches for ladder, d in enumerate(batch) if ladder % 2 == half]
        rules = distinct_rules(draws, sampler.levels, completed)
        best = best_rule(rules, floor)
        printed.append(rules.conditions(best) if best >= 0 else ())
    return printed[0] == printed[1]


def _unseen(search: _Search) -> dict[str, Interval]:
    """The lift of rules drawn without a tenth of the accounts, on that tenth, for each tenth."""
    fold = folds_of(search.groups, search.rng(4))
    training = fold[None, :] != np.arange(FOLDS)[:, None]
    sampler = _sampler(search, training, 1, 5)
    completed = completed_codes(sampler.levels, search.rng(6))
    sampler.run(BURN_IN)
    inside = np.full(len(fold), np.nan)
    for number, draws in enumerate(sampler.draw(FOLD_SWEEPS)):
        rules = distinct_rules([draws], sampler.levels, completed)
        best = best_rule(rules, search.floor)
        held_out = fold == number
        inside[held_out] = rules.certain[best][held_out] if best >= 0 else 0.0
    return unseen_lift(inside, search.parts, search.weights, search.names)


def _no_rule(p_value: float, unseen: dict[str, Interval], search: _Search) -> Evidence:
    return evidence_of(
        p_value,
        unseen,
        Verdict.UNSUPPORTED,
        permutations=search.settings.permutations,
        accounts=len(search.parts),
    )


def _told(  # noqa: PLR0913, PLR0917  the last step meets all the others
    book: Book,
    ranking: Ranking,
    search: _Search,
    drawn: _Drawn,
    p_value: float,
    unseen: dict[str, Interval],
    findings: tuple[Finding, ...],
) -> ProfileFound:
    rules, profile = drawn.rules, drawn.profile
    lift = lifts(rules, profile, search.parts, search.weights, search.names, search.rng(7))
    verdict = verdict_of(p_value, lift, unseen)
    information = field_probabilities(rules)
    conditions = rules.conditions(profile, condition_probabilities(rules, profile, drawn.completed))
    inside = membership(conditions, book.attributes)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    members = is_customer & (inside == 1)
    is_supported = verdict is not Verdict.UNSUPPORTED
    told = Profile(
        verdict=verdict,
        statement=statement(conditions),
        conditions=conditions,
        customers=int(members.sum()),
        share_of_customers=float(members.sum() / is_customer.sum()),
        share_of_value=_share_of_value(book, ranking, members),
        figures=(),
        agreement=agreement(rules, profile),
        lift=lift if is_supported else {},
        evidence=evidence_of(
            p_value, unseen, verdict, permutations=search.settings.permutations, accounts=len(book.accounts)
        ),
        alternatives=_alternatives(rules, profile),
    )
    return ProfileFound(
        profile=told,
        posterior=_weightiest(rules),
        scorecard=scorecard_of(rules, profile, information, net_utility(search.parts, search.weights)),
        fields=_fields(search.found, information),
        membership=inside,
        matching_not_worked=int((membership(conditions, book.not_worked_attributes) == 1).sum()),
        findings=(*search.found.findings, *findings),
        searched=search.found,
    )


def _share_of_value(book: Book, ranking: Ranking, members: np.ndarray) -> float | None:
    """The members' share of all lifetime value that is known and positive."""
    values = ranking.customers.set_index("account_key")["lifetime_value"].clip(lower=0)
    total = float(values.sum())
    inside = values.reindex(book.accounts.loc[members, "account_key"])
    return float(inside.sum() / total) if total > 0 else None


def _alternatives(rules: Rules, profile: int) -> tuple[Alternative, ...]:
    own = 1 - sum(r.probability for r in runners_up(rules, profile, most=len(rules.weight)))
    return tuple(
        Alternative(
            conditions=rules.conditions(r.rule),
            statement=statement(rules.conditions(r.rule)),
            probability=r.probability,
            why_not=f"{percent(r.probability)} of the rules that fit are of this kind, {percent(own)} of the profile's.",
        )
        for r in runners_up(rules, profile)
    )


def _weightiest(rules: Rules) -> tuple[WeightedRule, ...]:
    shown = range(min(WEIGHTIEST, len(rules.weight)))
    return tuple(
        WeightedRule(rules.conditions(r), float(rules.weight[r]), float(rules.improvement[r])) for r in shown
    )


def _fields(found: Candidates, information: np.ndarray) -> tuple[FieldReport, ...]:
    """One report per field; a field of lists is in the rule with at most the sum of its items' probabilities."""
    certain: dict[str, float] = {}
    for a, i in zip(found.attributes, information, strict=True):
        certain[a.field] = min(certain.get(a.field, 0.0) + float(i), 1.0)
    reports = [
        FieldReport(
            field,
            i,
            found.filled[field],
            None,
            levels=levels_of([a for a in found.attributes if a.field == field]),
        )
        for field, i in certain.items()
    ]
    return tuple(sorted(reports, key=lambda r: (-r.information, r.field)))
