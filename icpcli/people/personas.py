"""People to two or three kinds of people: who counts, how many kinds there are, and what each is like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.common import Finding, silent
from icpcli.model.personas import Personas
from icpcli.people.how_many import find_classes
from icpcli.people.mixture import class_probabilities
from icpcli.people.portrait import Crowd, Involved, portraits
from icpcli.people.traits import code, traits_of
from icpcli.people.words import themes, words_of_kinds
from icpcli.wording import count, listed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from icpcli.model.common import Progress
    from icpcli.model.tables import People
    from icpcli.people.how_many import Classes
    from icpcli.people.traits import Coding
    from icpcli.settings import Settings

TOO_FEW_PEOPLE = "ICP401"
TIES_UNKNOWN = "ICP402"
CIRCLE_WIDENED = "ICP403"
TRAITS_LEFT_OUT = "ICP404"
TITLES_NOT_UNDERSTOOD = "ICP406"
CUSTOMERS_UNKNOWN = "ICP407"
NO_PEOPLE = "ICP408"
ONE_PERSON_EACH = "ICP409"

NO_TEXTS = pd.DataFrame(columns=["contact_key", "account_key", "document", "source", "score", "text"])
NO_ACTIVITIES = pd.DataFrame(
    columns=["contact_key", "activity_type", "direction", "result", "weekday", "hour"]
)

TELLING = frozenset({"buying_role", "channel", "engagement", "theme"})
"""Traits of a person that no job title tells."""

_ROW_TYPES = {"contact_id": str, "persona": str, "probability": float}

ENOUGH_PEOPLE = 20
FEWEST_PEOPLE = 10
MANY_TITLES = 0.2

# People at which kinds are told apart in nine books of ten, measured on planted people
# (tests/benchmarks/planted_people.py): two clear kinds, three clear kinds, kinds that overlap.
PEOPLE_FOR_CLEAR_KINDS = 80
PEOPLE_FOR_THREE_KINDS = 250
PEOPLE_FOR_OVERLAPPING_KINDS = 1000

WHAT_TO_EXPORT = (
    "Export people with their job title, their company and the deals they took part in. HubSpot: CRM > Contacts > Export, "
    "all properties, with associations. Salesforce: Setup > Data Export > Contact and OpportunityContactRole, or a report on "
    "Opportunities with Contact Roles. Pipedrive: Contacts > People > ... > Export, and deals with their contact person."
)


@dataclass(frozen=True, slots=True, eq=False)
class PersonasFound:
    """The personas, one row per person counted (contact_id, persona, probability), and what was noticed.

    ``contact_id`` is the row number in the contacts file where the export has no id.
    """

    personas: Personas
    rows: pd.DataFrame
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """The people who count, the words for who they are, and what was noticed in choosing them."""

    contacts: pd.DataFrame
    basis: str
    findings: tuple[Finding, ...]


def find_personas(  # noqa: PLR0913  the companies, what is known of them, and the user's choices
    people: People,
    *,
    inside: frozenset[str],
    customers: frozenset[str] | None,
    profile_supported: bool,
    settings: Settings,
    on_progress: Progress = silent,
) -> PersonasFound:
    """The kinds of people who take part in buying, at customers in the profile where enough of them are known.

    ``inside`` and ``customers`` are the account keys of customers in the profile and of all customers; None where
    nothing says who is a customer: then everyone counts. One person counts once. Too few people, or nothing known that could tell them apart, give no persona.
    """
    on_progress("Finding personas")
    counted = _who_counts(people, inside, customers, profile_supported=profile_supported)
    contacts = counted.contacts.reset_index(drop=True)
    traits = traits_of(contacts, _themes(people, contacts))
    if len(contacts) < FEWEST_PEOPLE or traits[["function", "seniority", "buying_role"]].isna().all(
        axis=None
    ):
        return _none(counted, people, settings)
    coding = code(traits)
    codes = coding.encode(traits)
    classes = find_classes(
        codes, coding.sizes, blocks=coding.blocks, maximum=settings.max_personas, seed=settings.seed
    )
    kinds = classes.probabilities.argmax(axis=1)
    items = portraits(_crowd(people, contacts, traits, kinds, _involved(people, coding, classes, contacts)))
    personas = Personas(
        verdict="supported",
        basis=counted.basis,
        people=len(contacts),
        maximum=settings.max_personas,
        items=items,
        note=_note(len(contacts), classes, coding, settings.max_personas),
    )
    rows = pd.DataFrame(
        {
            "contact_id": _identity(contacts),
            "persona": [items[kind].name for kind in kinds],
            "probability": classes.probabilities.max(axis=1).round(4),
        }
    )
    return PersonasFound(personas, rows, (*counted.findings, *_noticed(contacts, traits, coding)))


def _crowd(
    people: People,
    contacts: pd.DataFrame,
    traits: pd.DataFrame,
    kinds: NDArray[np.int64],
    involved: dict[int, Involved] | None,
) -> Crowd:
    """Everything that is said of the people counted, beside the kind of each."""
    kind_of = dict(zip(contacts["contact_key"], (int(kind) for kind in kinds), strict=True))
    words = {} if people.texts is None else words_of_kinds(people.texts, kind_of, people.names)
    activities = NO_ACTIVITIES if people.activities is None else people.activities
    return Crowd(contacts, traits, kinds, activities, words, involved)


# ---------------------------------------------------------------------------------------- who counts


def _who_counts(
    people: People, inside: frozenset[str], customers: frozenset[str] | None, *, profile_supported: bool
) -> _Counted:
    """The narrowest circle with enough people: on won deals in the profile, then all there, then at all customers."""
    contacts = people.contacts
    if customers is None:
        message = "Nothing in these exports says who is a customer, so everyone known in them counts."
        return _Counted(
            contacts, "everyone in the exports", (Finding(CUSTOMERS_UNKNOWN, message, len(contacts)),)
        )
    tied = contacts["won_tie"].astype(bool) & people.ties_known
    in_profile = contacts["account_key"].isin(inside) & profile_supported
    at_customers = contacts["account_key"].isin(customers)
    circles = (
        (in_profile & tied, "people who took part in won deals, at customers in the profile"),
        (in_profile, "everyone known at customers in the profile"),
        (at_customers & tied, "people who took part in won deals, at all customers"),
        (at_customers, "everyone known at all customers"),
    )
    narrowest = (0 if profile_supported else 2) + (0 if people.ties_known else 1)
    chosen = next((i for i in range(narrowest, 4) if circles[i][0].sum() >= ENOUGH_PEOPLE), 3)
    mask, basis = circles[chosen]
    findings = []
    if not people.ties_known and len(contacts):
        message = "No export says who took part in which deal, so everyone known at these companies counts as a buyer."
        findings.append(Finding(TIES_UNKNOWN, message))
    if people.one_each and len(contacts):
        message = "Each deal names one person at most: who else took part in it is not known."
        findings.append(Finding(ONE_PERSON_EACH, message))
    if chosen > narrowest and mask.any():
        few = int(circles[narrowest][0].sum())
        message = f"Only {count(few, 'person', 'people')} would count among {circles[narrowest][1]}; counted instead: {basis}."
        findings.append(Finding(CIRCLE_WIDENED, message, few))
    if not profile_supported:
        basis = f"{basis}, since the data support no profile"
    return _Counted(contacts[mask], basis, tuple(findings))


def _involved(
    people: People, coding: Coding, classes: Classes, counted: pd.DataFrame
) -> dict[int, Involved] | None:
    """For each kind everyone in the export, at any company, who took part in a decided deal; None where unknown.

    Their traits are read as those of the people ``counted``, from whom the kinds were drawn.
    Somebody with a won and a lost deal counts as won. Without a single lost one there is nothing to compare.
    """
    contacts = people.contacts
    decided = (contacts["won_tie"] | contacts["lost_tie"]).astype(bool)
    if not people.ties_known or not contacts["lost_tie"].any():
        return None
    tied = contacts[decided].reset_index(drop=True)
    said = _themes(people, tied)
    codes = coding.encode(traits_of(tied, said, beside=counted))
    likely = class_probabilities(classes.mixture, codes, coding.sizes).argmax(axis=1)
    won = tied["won_tie"].to_numpy(dtype=bool)
    return {
        kind: Involved(int((likely == kind).sum()), int(won[likely == kind].sum()))
        for kind in range(len(classes.mixture.shares))
    }


def _themes(people: People, contacts: pd.DataFrame) -> dict[str, str]:
    """What is written of some people, by contact_key."""
    texts = people.texts if people.texts is not None else NO_TEXTS
    return themes(texts, set(contacts["contact_key"]), people.names)


def _identity(contacts: pd.DataFrame) -> list[str]:
    return [
        str(row) if pd.isna(known) else str(known)
        for known, row in zip(contacts["contact_id"], contacts["contact_row"], strict=True)
    ]


# ------------------------------------------------------------------------------------ what is said of it


def _none(counted: _Counted, known: People, settings: Settings) -> PersonasFound:
    """No persona, and what to export to get one."""
    people, code_said = len(counted.contacts), TOO_FEW_PEOPLE
    if not known.exported:
        code_said = NO_PEOPLE
        note = f"No file holds people, so no kind of buyer can be told. {WHAT_TO_EXPORT}"
    elif people >= FEWEST_PEOPLE:
        note = f"{count(people, 'person', 'people')}, but neither job titles nor buying roles are known. {WHAT_TO_EXPORT}"
    elif len(known.contacts) >= FEWEST_PEOPLE:
        note = (
            f"{count(len(known.contacts), 'person is', 'people are')} exported, and {people or 'none'} of them at customers, where at least "
            f"{FEWEST_PEOPLE} are needed to describe a kind of buyer. The others are at other companies, or their file names companies by "
            "another id or name than the list of companies does: icp inspect shows which columns join them."
        )
    else:
        found = count(people, "person is", "people are") if people else "nobody is"
        note = f"At least {FEWEST_PEOPLE} people are needed to describe a kind of buyer; {found} known here. {WHAT_TO_EXPORT}"
    personas = Personas("none", counted.basis, people, settings.max_personas, (), note)
    rows = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _ROW_TYPES.items()})
    return PersonasFound(personas, rows, (*counted.findings, Finding(code_said, note, people)))


def _noticed(contacts: pd.DataFrame, traits: pd.DataFrame, coding: Coding) -> tuple[Finding, ...]:
    findings = []
    if coding.left_out:
        message = f"Left out when people were told apart: {listed(coding.left_out, 'and')}."
        findings.append(Finding(TRAITS_LEFT_OUT, message))
    titled = contacts["job_title"].notna()
    unread = int((titled & traits[["function", "seniority"]].isna().all(axis=1)).sum())
    if unread > MANY_TITLES * titled.sum():
        message = f"{unread} of {int(titled.sum())} job titles were not understood; they count as unknown."
        findings.append(Finding(TITLES_NOT_UNDERSTOOD, message, unread))
    return tuple(findings)


def _note(people: int, classes: Classes, coding: Coding, maximum: int) -> str:
    """What the test says about the number of kinds, and what would change that."""
    if people < ENOUGH_PEOPLE:
        return f"Only {people} people: too few to tell kinds apart with any certainty. {_kinds_note(people, classes, coding, maximum)}"
    return _kinds_note(people, classes, coding, maximum)


def _kinds_note(people: int, classes: Classes, coding: Coding, maximum: int) -> str:
    kinds = len(classes.mixture.shares)
    if maximum == 1:
        return "One kind of people was asked for (--max 1)."
    if len(set(coding.blocks)) < 2:
        known = "only the job title" if coding.blocks else "nothing"
        return f"One kind: {known} tells these people apart; buying role, channel or times contacted beside it would be needed to look for a second."
    tests = ", ".join(f"{s.classes} or {s.classes + 1}: p = {s.p_value:.2g}" for s in classes.steps)
    if kinds > 1:
        beyond = f"; no more than {maximum} were looked for (--max)" if kinds == maximum else ""
        return f"{kinds} kinds told apart by simulated books ({tests}){beyond}."
    one = f"One kind: the test found no second one worth naming ({tests})."
    if not TELLING & set(coding.traits):
        return f"{one} Beside job titles only the size of their companies is known; buying roles, channels or times contacted would tell more."
    return f"{one} {_how_many_more(people)}"


def _how_many_more(people: int) -> str:
    if people >= PEOPLE_FOR_OVERLAPPING_KINDS:
        return "With this many people even kinds that overlap would mostly have shown."
    for needed, what in (
        (PEOPLE_FOR_CLEAR_KINDS, "two clearly different kinds"),
        (PEOPLE_FOR_THREE_KINDS, "two or three clearly different kinds"),
        (PEOPLE_FOR_OVERLAPPING_KINDS, "kinds that overlap"),
    ):
        if people < needed:
            more = f"some {needed - people:,} more than these"
            return f"To tell {what} apart in most books takes about {needed:,} people, {more}."
    raise AssertionError(people)
