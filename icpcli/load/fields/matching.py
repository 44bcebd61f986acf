"""Which fields the headers of a file may stand for, and how surely."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from icpcli.load.texts.headers import synonyms
from icpcli.model.common import CrmObject
from icpcli.model.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# "last": only where no other header is the field
SURENESS = (("sure", "says"), ("last", "says"), ("hint", "may say"))
CONVERTED = (
    frozenset({"amount converted", "amount converted currency"}),  # Salesforce
    frozenset({"converted amount", "converted amount refunded", "converted currency"}),  # Stripe
)
OWN_CURRENCY = frozenset({"amount in company currency", "amount in home currency"})
# OPPORTUNITYID is one word, as Salesforce's Data Loader writes it.
IDS = re.compile(r"(?:\b|account|contact|opportunity|company|deal|customer|person|organi[sz]ation)ids?\b")
# The question of the Net Promoter Score, however it is put.
RECOMMENDING = re.compile(r"\b(?:recommend|recommand|empfehl|weiterempfehl|recomend)\w*")
HOW_LIKELY = re.compile(
    r"\b(?:likely|likelihood|probab\w+|echelle|scale|wahrscheinlich\w*|skala|escala|0 (?:a|to|bis) 10|0 10)\b"
)
BOOKED_AS, BOOKED_WITH = "transaction type", "name"  # QuickBooks calls customers and suppliers by name
# Chargebee and Recurly: 3 in "Billing Period", Month in "Billing Period Unit".
UNIT_OF_INTERVAL = re.compile(r"((?:(?:plan|billing|item) )?(?:period|interval|frequency)) unit")
SHOPS_LINE, SHOPS_ORDER = "lineitem name", "name"  # Shopify calls the number of an order its name
# Dolibarr writes an order's total beside each line's amount.
OF_ITS_LINE = re.compile(r"\b(?:ligne|line|zeile|position|linea)\b")
YIELDS = 2  # the rank of a match that stands only where no surer one does
FUZZY_SCORE = 92
SHORTEST_FUZZY = 7


@dataclass(frozen=True, slots=True)
class Match:
    """A column, by its place, that may be a field; ``why`` in words, the lower ``rank`` the surer."""

    index: int
    why: str
    # 0 the user's word, 1 and 2 headers seen in exports (2 yields to 1), 3 an unverified one, 4 a similar one
    rank: int


def matches_of(folded: Sequence[str], wanted: CrmObject) -> dict[str, list[Match]]:
    """For each field of an object the columns that may be it, from headers folded for that object.

    A column that only resembles a known header stands for a field that no other header names; whether its
    values agree is for the reader of the column to say.
    """
    matches: dict[str, list[Match]] = {}
    table = synonyms().get(wanted, {})
    for field in FIELDS.get(wanted, {}):
        lists = table.get(field, {})
        for rank, (sureness, verb) in enumerate(SURENESS, start=1):
            known = set(lists.get(sureness, ()))
            found = [i for i, header in enumerate(folded) if header in known]
            why = f"header {verb} {field.replace('_', ' ')}"
            matches.setdefault(field, []).extend(Match(index, why, rank) for index in found)
    matches = {field: found for field, found in matches.items() if found}
    if wanted is CrmObject.INVOICE and {SHOPS_LINE, SHOPS_ORDER} <= set(folded):
        matches["invoice_id"] = [
            Match(folded.index(SHOPS_ORDER), "the name of an order, beside its lines", 1)
        ]
    if (
        wanted is CrmObject.INVOICE
        and {BOOKED_AS, BOOKED_WITH} <= set(folded)
        and "account_name" not in matches
    ):
        matches["account_name"] = [
            Match(folded.index(BOOKED_WITH), "whom a transaction is with, beside its type", 1)
        ]
    if wanted is CrmObject.INVOICE and "amount" in matches:
        surest = min(match.rank for match in matches["amount"])
        of_lines = [m for m in matches["amount"] if m.rank == surest and OF_ITS_LINE.search(folded[m.index])]
        matches["amount"] = of_lines or matches["amount"]
    if "interval_count" in FIELDS.get(wanted, {}):
        matches |= _units_of_intervals(folded)
    if "nps" in FIELDS.get(wanted, {}) and (asked := _questions(folded)):
        matches.setdefault("nps", []).extend(asked)
    _keep_one_currency(folded, matches)
    for field, match in _similar(folded, table, matches).items():
        matches.setdefault(field, []).append(match)
    return matches


def _units_of_intervals(folded: Sequence[str]) -> dict[str, list[Match]]:
    """The columns that tell a billing interval by its unit, and those beside them that tell how many of it one is."""
    units = [(i, m[1]) for i, header in enumerate(folded) if (m := UNIT_OF_INTERVAL.fullmatch(header))]
    counts = {f"{base}{word}" for _, base in units for word in ("", " length", " count")}
    beside = [i for i, header in enumerate(folded) if header in counts]
    found = {}
    if units:
        found["interval"] = [Match(index, "header says the unit of an interval", 1) for index, _ in units]
    if beside:
        found["interval_count"] = [
            Match(index, "header says how many units are one interval", 1) for index in beside
        ]
    return found


def _questions(folded: Sequence[str]) -> list[Match]:
    """The columns that ask how likely somebody is to recommend you."""
    return [
        Match(index, "header asks how likely you are recommended", 1)
        for index, header in enumerate(folded)
        if RECOMMENDING.search(header) and HOW_LIKELY.search(header)
    ]


def _similar(
    folded: Sequence[str], table: Mapping[str, Mapping[str, list[str]]], matches: Mapping[str, list[Match]]
) -> dict[str, Match]:
    """Headers that nearly are a known one, for fields that no header names; their values must agree later."""
    taken = {m.index for found in matches.values() for m in found}
    names = {
        h: field
        for field, lists in table.items()
        if field not in matches
        for h in (*lists["sure"], *lists.get("last", ()))
        if len(h) >= SHORTEST_FUZZY
    }
    known = sorted(names)
    closest: dict[str, tuple[float, str]] = {}
    similar: dict[str, Match] = {}
    for index, header in enumerate(folded):
        if index in taken or len(header) < SHORTEST_FUZZY:
            continue
        best = process.extractOne(header, known, scorer=fuzz.ratio, score_cutoff=FUZZY_SCORE)
        if best is None or _is_id(header) is not _is_id(best[0]):
            continue  # "associated contact" names whom "associated contact id" numbers
        order = (-best[1], header)
        field = names[best[0]]
        if field not in closest or order < closest[field]:
            closest[field] = order
            similar[field] = Match(index, f"header resembles {best[0]!r}", 4)
    return similar


def _is_id(header: str) -> bool:
    return IDS.search(header) is not None


def _keep_one_currency(folded: Sequence[str], matches: dict[str, list[Match]]) -> None:
    """Of several amounts of a deal or a payment keep those that its currency column speaks of, or that are all in one currency.

    Salesforce and Stripe write an amount and its conversion, each with its currency; HubSpot the amount and what it is in
    the company's own currency, of which its currency column does not speak: where it is filled, nothing needs a rate.
    """
    converted = next((headers for headers in CONVERTED if headers <= set(folded)), None)
    if converted is not None:
        for field in {"amount", "refunded", "currency"} & set(matches):
            matches[field] = [m for m in matches[field] if folded[m.index] in converted] or matches[field]
    elif not OWN_CURRENCY.isdisjoint(folded) and "amount" in matches:
        matches["amount"] = [
            m if is_in_own_currency(folded[m.index]) else replace(m, rank=max(m.rank, YIELDS))
            for m in matches["amount"]
        ]


def is_in_own_currency(header: str) -> bool:
    """Whether a folded header says that its amounts are all in the user's own currency, whatever a column beside it says."""
    return header in OWN_CURRENCY


__all__ = ["Match", "is_in_own_currency", "matches_of"]
