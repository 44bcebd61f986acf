"""Lists of companies or deals with people on their rows (Contact, Fonction; Contact 1, Contact 2), to a table with a row for each person."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from icpcli.load.fields.columns import columns_of
from icpcli.load.fields.objects import infer_object
from icpcli.load.files.unfolded import alone, unfolded, without_columns
from icpcli.load.texts.headers import fold_header, is_first_name, is_surname_of, synonyms
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.files.read import RawTable

PEOPLE_OF = "/people"
KEYS = {"account_id": "Account ID", "name": "Account name"}
FIELDS = {
    "full_name": "Contact name",
    "job_title": "Job title",
    "email": "Email",
    "department": "Department",
    "seniority": "Seniority",
    "buying_role": "Buying role",
}
FIRST, LAST = "First name", "Last name"
DESCRIBES = frozenset({"Job title", "Department", "Seniority", "Buying role"})
NUMBER = re.compile(r"\b(?P<number>[1-9])(?:er|ere|e|eme|st|nd|rd|th)?\b")
OF_THE_CONTACT = frozenset(
    "contact contacts kontakt contacto person personne interlocuteur interlocutrice ansprechpartner n no num nr du de des del der l la le".split()
)
FEWEST = 2
WITH_ONE = frozenset({CrmObject.ACCOUNT, CrmObject.DEAL})


def with_people_apart(tables: Sequence[RawTable], overrides: Mapping[str, str]) -> list[RawTable]:
    """The tables; of a list of companies with columns of people, these as a table of their own, whose path ends in "/people".

    Only where their title, department or role stands beside their name or address. Several people have numbers, but for the first perhaps
    ("Contact", "Contact 2"). One alone is taken out of a list of companies that is not understood as one of people too, and copied from
    one of deals, which say by the name who took part.
    """
    return [part for table in tables for part in _apart(table, overrides)]


def _apart(table: RawTable, overrides: Mapping[str, str]) -> list[RawTable]:
    people = _people_of(table.headers)
    found = infer_object(table.headers, PurePath(table.path).stem)
    if people is None and not found.is_flat and found.object in WITH_ONE:
        people = _one_of(table.headers, also_last=found.object is CrmObject.ACCOUNT)
    if people is None or {table.headers[i] for person in people for i in person.values()} & set(
        overrides.values()
    ):
        return [table]
    named = columns_of(table, CrmObject.ACCOUNT, overrides, fields=frozenset(KEYS))
    taken = {i for person in people for i in person.values()}
    keys = {KEYS[c.field]: c.index for c in named if c.field in KEYS and c.index not in taken}
    if not keys:
        return [table]
    headers = sorted({told for person in people for told in person})
    rows = unfolded(table, keys, headers, [[person.get(header) for header in headers] for person in people])
    kept = table if found.object is CrmObject.DEAL else without_columns(table, taken)
    return [kept, alone(rows, table.path + PEOPLE_OF)]


def _one_of(headers: Sequence[str], *, also_last: bool) -> list[dict[str, int]] | None:
    """The columns of the one person on each row: a name that is said to be a contact's, and a title; None where there is none."""
    person: dict[str, int] = {}
    for index, header in enumerate(headers):
        told = _told_bare(header, also_last=also_last)
        if told is not None:
            person.setdefault(told, index)
    kept = {told: index for told, index in person.items() if told not in {FIRST, LAST}}
    return [kept] if {FIELDS["full_name"], FIELDS["job_title"]} <= set(kept) else None


def _people_of(headers: Sequence[str]) -> list[dict[str, int]] | None:
    """For each person on a row the columns by what they tell; None where there are not several."""
    numbered: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for index, header in enumerate(headers):
        folded = fold_header(header, CrmObject.CONTACT)
        match = NUMBER.search(folded)
        told = _told(f"{folded[: match.start()]} {folded[match.end() :]}") if match else None
        if match and told:
            numbered[int(match["number"])].setdefault(told, index)
    told_of_any = {told for person in numbered.values() for told in person}
    if 1 not in numbered:
        first = {told: i for i, h in enumerate(headers) if (told := _told_bare(h)) in told_of_any}
        numbered[1] = {told: first[told] for told in sorted(first) if told}
    people = [_with_one_name(numbered[number]) for number in sorted(numbered) if numbered[number]]
    told_of_any = {told for person in people for told in person}
    is_told = bool(told_of_any & DESCRIBES) and bool(told_of_any - DESCRIBES)
    return people if len(people) >= FEWEST and is_told else None


def _told_bare(header: str, *, also_last: bool = True) -> str | None:
    folded = fold_header(header, CrmObject.CONTACT)
    return None if NUMBER.search(folded) else _told(folded, also_last=also_last)


def _told(words: str, *, also_last: bool = True) -> str | None:
    """What a header of people, without its number, tells of them; None where it is something else.

    ``also_last``: by the headers, too, that are a field only where nothing else is ("Title"), as that of a deal is none.
    """
    whole = " ".join(words.split())
    rest = " ".join(word for word in whole.split() if word not in OF_THE_CONTACT)
    if whole and not rest:
        return FIELDS["full_name"]
    if is_first_name(rest):
        return FIRST
    if is_surname_of(rest):
        return LAST
    known = synonyms()[CrmObject.CONTACT]
    for field, header in FIELDS.items():
        lists = known[field]
        if {whole, rest} & {*lists["sure"], *(lists.get("last", ()) if also_last else ())}:
            return header
    return None


def _with_one_name(person: Mapping[str, int]) -> dict[str, int]:
    """A surname without a first name is the whole name ("Nom 1"), unless another column is that."""
    if LAST in person and FIRST not in person and FIELDS["full_name"] not in person:
        return {FIELDS["full_name"] if told == LAST else told: index for told, index in person.items()}
    return dict(person)


__all__ = ["PEOPLE_OF", "with_people_apart"]
