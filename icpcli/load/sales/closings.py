"""Closing dates among companies: they begin a customer's time only where the deal was won, and end it only where one was a customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.tables.outcome import WON
from icpcli.load.tables.standing import account_outcomes
from icpcli.load.texts.headers import fold_header, synonyms
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.fields.understood import Understood

LOST_ON = frozenset(
    {
        "perdu le",
        "date de perte",
        "date perte",
        "lost on",
        "lost date",
        "date lost",
        "verloren am",
        "perdido el",
        "fecha de perdida",
    }
)
TELLING = ("deal_stage", "lifecycle_stage")


def with_won_closings(files: Sequence[Understood], stages: Mapping[str, str]) -> list[Understood]:
    """The files of companies, a "Close date" on the row of a deal that was lost, or is open, being nobody's first day.

    Where no stage stands on the row, the date is the customer's (so HubSpot's). ``stages``: the user's, as ``account_outcomes`` takes.
    """
    return [_won_alone(file, stages) for file in files]


def with_customers_lost(files: Sequence[Understood]) -> list[Understood]:
    """The files of companies, a day "lost on" being that on which a customer left only where the row says since when it was one.

    Elsewhere it is the day on which a deal was lost.
    """
    return [_lost_alone(file) for file in files]


def _lost_alone(file: Understood) -> Understood:
    held = file.of(CrmObject.ACCOUNT)
    left = held.get("churned_on")
    if left is None or fold_header(left.header, CrmObject.ACCOUNT) not in LOST_ON:
        return file
    since, nothing = held.get("customer_since"), pa.scalar(None, left.typed.array.type)
    is_told = [False] * len(left.typed.array)
    was_there = pa.array(is_told) if since is None else pc.is_valid(since.typed.array)
    array = pc.if_else(was_there, left.typed.array, nothing)
    told = replace(left, typed=replace(left.typed, array=array))
    return replace(file, columns=tuple(told if c is left else c for c in file.columns))


def _won_alone(file: Understood, stages: Mapping[str, str]) -> Understood:
    held = file.of(CrmObject.ACCOUNT)
    since = held.get("customer_since")
    told = {name: held[name].typed.array for name in TELLING if name in held}
    if since is None or not told or not _is_closing(since.header):
        return file
    outcome = account_outcomes(pa.table(told), stages)
    says_nothing = (
        pc.is_null(held["deal_stage"].typed.array) if "deal_stage" in held else pc.equal(outcome, "open")
    )
    keeps = pc.or_(pc.equal(outcome, WON), pc.and_(says_nothing, pc.equal(outcome, "open")))
    array = pc.if_else(keeps, since.typed.array, pa.scalar(None, since.typed.array.type))
    won = replace(since, typed=replace(since.typed, array=array))
    return replace(file, columns=tuple(won if c is since else c for c in file.columns))


def _is_closing(header: str) -> bool:
    return fold_header(header, CrmObject.ACCOUNT) in synonyms()[CrmObject.DEAL]["closed_on"]["sure"]


__all__ = ["with_customers_lost", "with_won_closings"]
