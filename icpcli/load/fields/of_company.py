"""Lists of people: which columns speak of their companies, where bare ones ("Country") are the people's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icpcli.load.texts.headers import BARE_NAMES, CAMEL, fold_header, synonyms
from icpcli.model.common import CrmObject
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COMPANY = "company|account|organization|organisation|employer|entreprise|societe|unternehmen|unternehmens|firma|empresa|compania"
NAMED = re.compile(rf"^(?:{COMPANY})\b|\b(?:of|de|du|der|des|del)(?: (?:the|l|la|le))? (?:{COMPANY})$")
PERSONAL = ("full_name", "job_title", "email")
# What a company and a person may both have, each their own.
TRAITS = (
    "industry",
    "employees",
    "annual_revenue",
    "country",
    "region",
    "city",
    "postal_code",
    "founded_year",
    "account_type",
)
SURE = ("sure", "last")


def company_columns(headers: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
    """For each trait the columns of a list of people whose header names the company ("Company Country"); of other lists none."""
    if not _are_of_people(headers):
        return {}
    words = [words_of(CAMEL.sub(" ", header)) for header in headers]
    found = {}
    for field in TRAITS:
        own = next(filter(None, (_known_as(field, words, sureness) for sureness in SURE)), ())
        if own:
            found[field] = own
    return found


def _known_as(field: str, words: Sequence[str], sureness: str) -> tuple[int, ...]:
    """The columns whose header names the company, and is known, with it or without, for a trait."""
    known = set(synonyms()[CrmObject.ACCOUNT][field].get(sureness, ()))
    return tuple(
        i
        for i, said in enumerate(words)
        if NAMED.search(said) and {said, NAMED.sub("", said).strip()} & known
    )


def _are_of_people(headers: Sequence[str]) -> bool:
    """Whether the rows have what only people have: a first name, a title, an e-mail address."""
    known = {h for field in PERSONAL for s in SURE for h in synonyms()[CrmObject.CONTACT][field].get(s, ())}
    return any(
        fold_header(header, CrmObject.CONTACT) in known - BARE_NAMES - {"contact"} for header in headers
    )


__all__ = ["company_columns"]
