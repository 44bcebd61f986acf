"""Exports as they were on an earlier day: what came later is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence
    from datetime import date

    from icpcli.load.tables.parts import Part

CAME = {
    CrmObject.DEAL: "created_on",
    CrmObject.INVOICE: "invoiced_on",
    CrmObject.SUBSCRIPTION: "started_on",
    CrmObject.ACTIVITY: "occurred_on",
    CrmObject.CHURN: "churned_on",
    CrmObject.SURVEY: "answered_on",
    CrmObject.COST: "month",
}
OF_A_CUSTOMER = (
    "customer_since",
    "churned_on",
    "has_churned",
    "is_active",
    "mrr",
    "arr",
    "contract_value",
    "total_revenue",
    "lifecycle_stage",
    "deal_stage",
)
DECIDED = ("won_on", "lost_on", "closed_on")


def parts_until(parts: Sequence[Part], as_of: date | None, dropped: dict[str, Counter[str]]) -> list[Part]:
    """The parts without rows of after ``as_of`` (the user's word; None = keep all), counted in ``dropped`` by file and reason.

    Companies that became customers later are kept, and are none yet.
    """
    if as_of is None:
        return list(parts)
    return [
        _not_yet(part, as_of) if part.object is CrmObject.ACCOUNT else _until(part, as_of, dropped)
        for part in parts
    ]


def _until(part: Part, as_of: date, dropped: dict[str, Counter[str]]) -> Part:
    later = pa.array([False] * part.table.num_rows)
    for name in {CAME.get(part.object, ""), "month"} & set(part.table.column_names):
        later = pc.or_(later, _after(part.table, name, as_of))
    count = pc.sum(later).as_py() or 0
    if not count:
        return part
    dropped[part.path][f"after --as-of {as_of}"] += count
    return replace(part, table=part.table.filter(pc.invert(later)))


def _not_yet(part: Part, as_of: date) -> Part:
    table = part.table
    if "customer_since" not in table.column_names:
        return part
    later = _after(table, "customer_since", as_of)
    for name in (n for n in OF_A_CUSTOMER if n in table.column_names):
        column = table.column(name)
        known = pc.if_else(later, pa.scalar(None, column.type), column)
        table = table.set_column(table.column_names.index(name), name, known)
    return replace(part, table=table)


def decided_until(deals: pa.Table, as_of: date | None) -> pa.Table:
    """The deals with their ``outcome``: open where it was decided after ``as_of``."""
    names = [name for name in DECIDED if name in deals.column_names]
    if as_of is None or not names:
        return deals
    decided = pc.coalesce(*(deals.column(name) for name in names))
    outcome = deals.column("outcome")
    later = pc.fill_null(pc.greater(decided, pa.scalar(as_of)), fill_value=False)
    was = pc.if_else(later, pa.scalar("open"), outcome)
    return deals.set_column(deals.column_names.index("outcome"), "outcome", was)


def _after(table: pa.Table, name: str, as_of: date) -> pa.Array:
    whole = table.column(name).combine_chunks()
    return pc.fill_null(pc.greater(whole, pa.scalar(as_of)), fill_value=False)


__all__ = ["decided_until", "parts_until"]
