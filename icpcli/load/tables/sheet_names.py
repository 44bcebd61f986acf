"""Lists that say in their own name alone who stands there: "Anciens clients", "Prospects perdus", "Lost deals"."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import pyarrow as pa

from icpcli.load.fields.columns import columns_of
from icpcli.load.fields.objects import infer_object
from icpcli.load.tables.outcome import LOST, if_settled
from icpcli.load.tables.standing import says_gone
from icpcli.model.common import CrmObject, Finding
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.files.read import RawTable

TOLD_BY_NAME = "ICP143"
STATUS = "Status"
# What a column would have to hold for the name to be needless.
SAYING = {
    CrmObject.ACCOUNT: frozenset(
        {"lifecycle_stage", "deal_stage", "has_churned", "is_active", "churned_on", "account_type"}
    ),
    CrmObject.DEAL: frozenset({"stage", "status", "is_won", "is_lost", "is_closed", "won_on", "lost_on"}),
}
WORKED = re.compile(
    r"\b(prospects?|prospectos?|interessenten|leads?|deals?|opportunit(?:y|ies|es?)|oportunidades|affaires?|devis|quotes?|proposals?|propositions?|"
    r"angebote?|ofertas?|verkaufschancen)\b"
)


def with_names_heard(tables: Sequence[RawTable], overrides: Mapping[str, str]) -> list[RawTable]:
    """The tables; one whose name says that all its companies left, or its deals were lost, has that for a status, and it is told.

    Only where none of its columns says who left, or what was won.
    """
    return [_heard(table, overrides) for table in tables]


def _heard(table: RawTable, overrides: Mapping[str, str]) -> RawTable:
    name = words_of(PurePath(table.path).stem)
    is_gone = says_gone(name)
    if not is_gone and (if_settled(name) != LOST or not WORKED.search(name)):
        return table
    held = infer_object(table.headers, name).object
    if held not in SAYING or (is_gone and held is CrmObject.DEAL):
        return table
    if any(columns_of(table, wanted, overrides, fields=fields) for wanted, fields in SAYING.items()):
        return table
    said = "its companies count as customers who left" if is_gone else "what it lists counts as lost"
    finding = Finding(
        TOLD_BY_NAME,
        f"{table.path}: no column says who left or what was lost, and the name does: {said}.",
        table.cells.num_rows,
    )
    status = "former customer" if is_gone else "lost"
    cells = table.cells.append_column(
        f"c{table.cells.num_columns}", pa.array([status] * table.cells.num_rows, pa.string())
    )
    return replace(table, headers=(*table.headers, STATUS), cells=cells, findings=(*table.findings, finding))


__all__ = ["with_names_heard"]
