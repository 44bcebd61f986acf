"""The kind of company that the data recommend, how sure that is, and what else it could be."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.attributes import Candidates, candidates
from icpcli.cluster.avoid import type_to_avoid
from icpcli.cluster.evidence import TENTATIVE_P, is_shown_later, power_note, verdict_of
from icpcli.cluster.lift import lifts
from icpcli.cluster.reweigh import sensitivities
from icpcli.cluster.rules import LEAST_ACCOUNTS, membership
from icpcli.cluster.scorecard import levels_of, net_utility, recounted, scorecard_of
from icpcli.cluster.search import MOST_SWEEPS, Drawn, Search, Unseen, draw_rules, lift_unseen, search_of
from icpcli.cluster.selection import (
    agreement,
    condition_probabilities,
    field_probabilities,
    kind_probability,
    runners_up,
)
from icpcli.model.common import Criterion, Finding, Verdict, silent
from icpcli.model.profile import (
    NET,
    Alternative,
    Evidence,
    FieldReport,
    Lift,
    Profile,
    Scorecard,
    ToCollect,
    WeightedRule,
)
from icpcli.wording import percent, statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icpcli.cluster.sampled import Rules
    from icpcli.model.common import Progress
    from icpcli.model.profile import Condition
    from icpcli.model.tables import Book, Ranking, Utility
    from icpcli.settings import Settings

TOO_FEW = "ICP311"
NO_FIELDS = "ICP312"

MIN_CUSTOMERS = 30  # ten folds of three; below, eight inside leave too few to compare with
MOST_SHUFFLED = 20_000
HYPOTHESIS_SWEEPS = (
    300  # where p is too high for a profile, rules that fit as well as one another need not be told apart
)
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
class _Outcome:
    """What the search of a book came to: the rules drawn, the p-value, and the lift on customers not heard."""

    book: Book
    ranking: Ranking
    search: Search
    drawn: Drawn
    p_value: float
    unseen: Unseen


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
    on_progress("Shuffling customers")
    p_value = _p_value(book, found, utility, settings)
    search, sampled = search_of(book, found, utility, settings)
    sweeps = MOST_SWEEPS if p_value <= TENTATIVE_P else HYPOTHESIS_SWEEPS
    drawn = draw_rules(search, most_sweeps=sweeps, on_progress=on_progress)
    on_progress("Testing on customers not seen")
    unseen = lift_unseen(search)
    noticed = (*drawn.findings, *sampled)
    outcome = _Outcome(book, ranking, search, drawn, p_value, unseen)
    if drawn.profile < 0:
        told = _nothing(book, found, _evidence(outcome, _none_large_enough(settings)))
        return dataclasses.replace(told, findings=(*told.findings, *noticed))
    told = _told(outcome, noticed)
    if len(search.places) < len(book.accounts):
        card = recounted(told.scorecard, book.attributes, told.membership)
        told = dataclasses.replace(told, scorecard=card, fields=_counted(told.fields, found))
    return dataclasses.replace(told, searched=found)


def _none_large_enough(settings: Settings) -> str:
    if settings.min_share:
        return f"No rule that was drawn holds for {percent(settings.min_share)} of your customers, as --min-share asks: ask for less."
    return f"No rule that was drawn holds for {LEAST_ACCOUNTS} companies or more."


def _p_value(book: Book, found: Candidates, utility: Utility, settings: Settings) -> float:
    """The p-value by shuffling the accounts, a sample where they are more than MOST_SHUFFLED."""
    return search_of(book, found, utility, settings, MOST_SHUFFLED)[0].p_value()


def _evidence(of: _Outcome, note: str) -> Evidence:
    unseen = of.unseen
    return Evidence(
        of.p_value, of.search.settings.permutations, unseen.folds, note, unseen.later, unseen.later_since
    )


def _obstacle(book: Book, found: Candidates, utility: Utility) -> Finding | None:
    """Why there is nothing to search, where there is not."""
    customers = int(book.accounts["is_customer"].sum())
    if customers < MIN_CUSTOMERS:
        message = (
            f"{customers} customers are too few to support a profile: a search starts at {MIN_CUSTOMERS}. A strong "
            "pattern shows in one book of four with 100 customers, in three of five with 200, in nine of ten with 400."
        )
        return Finding(TOO_FEW, message, customers)
    if not found.attributes:
        return Finding(NO_FIELDS, "No field that could describe a type of company has values that differ.")
    if not utility.criteria:
        message = "No figure of the customers differs from one to another: none is better than the others."
        return Finding(NO_FIELDS, message)
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


def _told(of: _Outcome, findings: tuple[Finding, ...]) -> ProfileFound:
    book, search, rules, rule = of.book, of.search, of.drawn.rules, of.drawn.profile
    information = field_probabilities(rules)
    conditions = rules.conditions(rule, condition_probabilities(rules, rule, of.drawn.completed))
    inside = membership(conditions, book.attributes)
    return ProfileFound(
        profile=_profile(of, conditions, inside),
        posterior=_weightiest(rules),
        scorecard=scorecard_of(
            rules, rule, information, net_utility(search.heard.parts, search.heard.weights)
        ),
        fields=_fields(search.found, information),
        membership=inside,
        matching_not_worked=int((membership(conditions, book.not_worked_attributes) == 1).sum()),
        findings=(*search.found.findings, *findings),
        searched=search.found,
    )


def _profile(of: _Outcome, conditions: tuple[Condition, ...], inside: np.ndarray) -> Profile:
    """The verdict on the rule that was drawn, and what may be said of it by that verdict."""
    book, ranking, search, unseen = of.book, of.ranking, of.search, of.unseen
    rules, rule = of.drawn.rules, of.drawn.profile
    lift = lifts(rules, rule, search.heard, search.names, search.rng(7))
    verdict = verdict_of(of.p_value, lift, unseen.folds, unseen.later, unseen.can_show)
    shown = is_shown_later(lift, unseen.later, unseen.can_show)
    note = power_note(of.p_value, verdict, len(book.accounts), shown_later=shown)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    members = is_customer & (inside == 1)
    is_told = verdict is not Verdict.UNSUPPORTED
    worth = _worth(book, ranking, search)
    return Profile(
        verdict=verdict,
        statement=statement(conditions),
        conditions=conditions,
        customers=int(members.sum()),
        share_of_customers=float(members.sum() / is_customer.sum()),
        share_of_value=_share_of_value(book, ranking, members),
        figures=(),
        agreement=agreement(rules, rule, of.drawn.exists),
        lift=lift if is_told else {},
        evidence=_evidence(of, note),
        alternatives=_alternatives(rules, rule, lift, search),
        avoid=type_to_avoid(book, search, inside) if is_told else None,
        sensitivity=sensitivities(rules, rule, search, worth, knows_costs=_knows_costs(ranking))
        if is_told
        else (),
    )


def _knows_costs(ranking: Ranking) -> bool:
    return any(c.criterion is Criterion.ACQUISITION_COST and c.customers for c in ranking.criteria)


def _worth(book: Book, ranking: Ranking, search: Search) -> np.ndarray:
    """The lifetime value of each account searched, NaN where unknown."""
    values = ranking.customers.set_index("account_key")["lifetime_value"]
    worth: np.ndarray = values.reindex(book.accounts["account_key"]).to_numpy(dtype=float)[search.places]
    return worth


def _share_of_value(book: Book, ranking: Ranking, members: np.ndarray) -> float | None:
    """The members' share of all lifetime value that is known and positive."""
    values = ranking.customers.set_index("account_key")["lifetime_value"].clip(lower=0)
    total = float(values.sum())
    inside = values.reindex(book.accounts.loc[members, "account_key"])
    return float(inside.sum() / total) if total > 0 else None


def _alternatives(
    rules: Rules, profile: int, lift: Mapping[str, Lift], search: Search
) -> tuple[Alternative, ...]:
    """The runners-up, each with what the profile has over it: how probable its kind is, and what it would bring."""
    found = runners_up(rules, profile)
    own = kind_probability(rules, profile)
    net = lift[NET].value
    told = []
    for number, r in enumerate(found):
        theirs = lifts(rules, r.rule, search.heard, search.names, search.rng(30 + number))[NET].value
        why = (
            f"{percent(r.probability)} of the rules that fit are of this kind, {percent(own)} of the profile's; "
            f"expected lift {theirs:.2f} against {net:.2f}."
        )
        conditions = rules.conditions(r.rule)
        told.append(Alternative(conditions, statement(conditions), r.probability, why))
    return tuple(told)


def _weightiest(rules: Rules) -> tuple[WeightedRule, ...]:
    shown = range(min(WEIGHTIEST, len(rules.weight)))
    return tuple(
        WeightedRule(rules.conditions(r), float(rules.weight[r]), float(rules.improvement[r])) for r in shown
    )


def _counted(reports: tuple[FieldReport, ...], found: Candidates) -> tuple[FieldReport, ...]:
    """The reports with their levels counted among all companies worked, where a sample was searched."""
    return tuple(
        dataclasses.replace(r, levels=levels_of([a for a in found.attributes if a.field == r.field]))
        for r in reports
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
