"""Who takes part in which deal, and in which role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from icpcli.load.companies.identity import all_ids
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


def deal_contacts(tables: Mapping[CrmObject, pa.Table]) -> pa.Table | None:
    """Distinct (deal_id, contact_key, buying_role), sorted; None where no export says who takes part.

    A person with several roles in a deal has a row for each; the role is null where none is known.
    """
    contacts, deals = tables.get(CrmObject.CONTACT), tables.get(CrmObject.DEAL)
    if contacts is None or deals is None:
        return None
    if "contact_id" not in contacts.column_names or "deal_id" not in deals.column_names:
        return None
    keys = dict(zip(_cells(contacts, "contact_id"), _cells(contacts, "contact_key"), strict=True))
    keys.pop(None, None)
    roles: dict[_Tie, set[str]] = {}
    for deal, cell in _filled(deals, "deal_id", "contact_ids"):
        for contact in all_ids(cell):
            _add(roles, deal, keys.get(contact))
    for contact, cell in _filled(contacts, "contact_id", "deal_ids"):
        for deal in all_ids(cell):
            _add(roles, deal, keys.get(contact))
    table = tables.get(CrmObject.ROLE)
    if table is not None:
        words = _cells(table, "buying_role")
        for deal, contact, word in zip(
            _cells(table, "deal_id"), _cells(table, "contact_id"), words, strict=True
        ):
            _add(roles, deal, keys.get(contact), word)
    return _table(roles) if roles else None


_Tie = tuple[str, str]  # deal_id, contact_key


def _add(roles: dict[_Tie, set[str]], deal: str | None, contact: str | None, word: str | None = None) -> None:
    if deal is not None and contact is not None:
        known = roles.setdefault((deal, contact), set())
        if word is not None:
            known.add(word)


def _table(roles: Mapping[_Tie, set[str]]) -> pa.Table:
    rows: list[tuple[str, str, str | None]] = []
    for deal, contact in sorted(roles):
        words: Iterable[str | None] = sorted(roles[deal, contact]) or [None]
        rows += [(deal, contact, word) for word in words]
    names = ("deal_id", "contact_key", "buying_role")
    return pa.table({n: pa.array([row[i] for row in rows], pa.string()) for i, n in enumerate(names)})


def _cells(table: pa.Table, name: str) -> list[Any]:
    return table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows


def _filled(table: pa.Table, one: str, other: str) -> list[tuple[str, str]]:
    both = zip(_cells(table, one), _cells(table, other), strict=True)
    return [(a, b) for a, b in both if a is not None and b is not None]
