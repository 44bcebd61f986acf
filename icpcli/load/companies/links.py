"""Who takes part in which deal, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.companies.identity import all_ids
from icpcli.load.fields.persons import persons_of
from icpcli.load.tables.repeats import likeness_of
from icpcli.model.common import CrmObject
from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


NAMED = "contact_names"


def deal_contacts(tables: Mapping[CrmObject, pa.Table]) -> pa.Table | None:
    """Distinct (deal_id, contact_key, buying_role), sorted; None where no export says who takes part.

    A person with several roles in a deal has a row for each; the role is null where none is known.
    """
    contacts, deals = tables.get(CrmObject.CONTACT), tables.get(CrmObject.DEAL)
    if contacts is None or deals is None:
        return None
    if "deal_id" not in deals.column_names:
        return None
    roles: dict[_Tie, set[str]] = {}
    _add_by_id(roles, contacts, deals)
    table = tables.get(CrmObject.ROLE)
    if table is not None:
        _add_roles(roles, contacts, table)
    return _table(roles) if roles else None


def _add_by_id(roles: dict[_Tie, set[str]], contacts: pa.Table, deals: pa.Table) -> None:
    """The ties that the rows of deals and of people tell by each other's ids."""
    keys = _keys_by_id(contacts)
    for deal, cell in _filled(deals, "deal_id", "contact_ids"):
        for contact in all_ids(cell):
            _add(roles, deal, keys.get(contact))
    for contact, cell in _filled(contacts, "contact_id", "deal_ids"):
        for deal in all_ids(cell):
            _add(roles, deal, keys.get(contact))


def _add_roles(roles: dict[_Tie, set[str]], contacts: pa.Table, table: pa.Table) -> None:
    """The ties that rows of roles tell, by a person's id or name."""
    keys, persons = _keys_by_id(contacts), persons_of(contacts)
    names = ("deal_id", "contact_id", "buying_role", NAMED, "account_key")
    for deal, held, word, cell, account in zip(*(_cells(table, n) for n in names), strict=True):
        _add(roles, deal, keys.get(held), word)
        for contact in persons.named_in(cell, account) if cell else ():
            _add(roles, deal, contact, word)


def _keys_by_id(contacts: pa.Table) -> dict[str, str]:
    keys = dict(zip(_cells(contacts, "contact_id"), _cells(contacts, "contact_key"), strict=True))
    keys.pop(None, None)
    return keys


def with_ids_of_deals(tables: Sequence[pa.Table]) -> list[pa.Table]:
    """The files' deals; of a file without ids those that another file numbers, by name at one company, have that number.

    Those that name their people and are nowhere numbered are known by their likeness, which each row repeats.
    """
    named = [table for table in tables if "deal_name" in table.column_names]
    nowhere = {id(table) for table in named if "deal_id" not in table.column_names}
    if not nowhere:
        return list(tables)
    numbered = _numbers([table for table in named if id(table) not in nowhere])
    return [_with_ids(table, numbered) if id(table) in nowhere else table for table in tables]


_Name = tuple[str, str]  # account_key, folded name of a deal
AGREEING = ("amount", "closed_on")


@dataclass(frozen=True, slots=True)
class _Numbered:
    """The id of a deal, and what another telling of it must agree with."""

    deal_id: str
    told: tuple[Any, ...]

    def agrees(self, told: Iterable[Any]) -> bool:
        """Whether nothing of what both tell differs."""
        return all(None in pair or pair[0] == pair[1] for pair in zip(self.told, told, strict=True))


def _numbers(tables: Sequence[pa.Table]) -> dict[_Name, _Numbered]:
    """The number of each deal whose name no other deal of its company has."""
    found: dict[_Name, set[_Numbered]] = {}
    for table in tables:
        columns = (_cells(table, n) for n in ("account_key", "deal_name", "deal_id", *AGREEING))
        for account, name, held, *told in zip(*columns, strict=True):
            if account and name and held:
                found.setdefault((account, fold(name)), set()).add(_Numbered(held, tuple(told)))
    return {name: next(iter(deals)) for name, deals in found.items() if len(deals) == 1}


def _with_ids(deals: pa.Table, numbered: Mapping[_Name, _Numbered]) -> pa.Table:
    columns = (_cells(deals, n) for n in ("account_key", "deal_name", *AGREEING))
    ids: list[str | None] = []
    for account, name, *told in zip(*columns, strict=True):
        deal = numbered.get((account, fold(name))) if account and name else None
        ids.append(deal.deal_id if deal is not None and deal.agrees(told) else None)
    if not any(ids) and NAMED not in deals.column_names:
        return deals
    return deals.append_column("deal_id", pc.coalesce(pa.array(ids, pa.string()), likeness_of(deals)))


def named_roles(deals: pa.Table) -> pa.Table:
    """Whom each row of a file of deals names, at which company and in which role: deal_id, contact_names, account_key, buying_role."""
    words = "contact_role" if "contact_role" in deals.column_names else None
    return pa.table(
        {
            "deal_id": deals.column("deal_id"),
            NAMED: deals.column(NAMED),
            "account_key": deals.column("account_key"),
            "buying_role": deals.column(words) if words else pa.nulls(deals.num_rows, pa.string()),
        }
    ).filter(pc.is_valid(deals.column(NAMED)))


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
