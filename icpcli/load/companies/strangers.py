"""Companies that no list of companies holds, but rows of deals, orders or people name, each by what it says of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from icpcli.load.companies.identity import CompanyRow, company_keys, domain_of, normalised_name
from icpcli.load.tables.stack import distinct_rows
from icpcli.load.texts.salesforce import short_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from icpcli.load.companies.identity import Companies

NAMING = (("account_id",), ("account_name",), ("account_domain", "email"))


@dataclass(frozen=True, slots=True)
class Strangers:
    """The companies that are ``listed``, and those ``found`` beside them, by their keys.

    ``by_domain``: who orders from a domain, where all orders from there that name a company name this one: an order that leaves
    the company out is its too. ``by_name``: who bears a name, where all rows that have an id beside it have this one's: an invoice that
    knows but the name is its too.
    """

    listed: Companies
    by_domain: Mapping[str, CompanyRow] = field(default_factory=dict)
    by_name: Mapping[str, CompanyRow] = field(default_factory=dict)
    found: dict[str, CompanyRow] = field(default_factory=dict)

    def keys_of(self, table: pa.Table) -> pa.Array:
        """The account key of each row; companies that no account file lists are added to those found."""
        rows, places = _rows_of(table)
        # In order of spelling, so that the row that comes first does not name a company of several spellings.
        keys = {
            place: self._key_of(row)
            for place, row in sorted(rows.items(), key=lambda item: _spelled(item[1]))
        }
        return pa.array([keys[i] for i in range(len(keys))], pa.string()).take(places)

    def _key_of(self, row: CompanyRow) -> str | None:
        domain = domain_of(row.domain) if row.domain else None
        key = self.listed.key(row.account_id, row.name, domain)
        if key is None:
            bare = _bare(row, domain)
            if bare.domain is not None:
                bare = self.by_domain.get(bare.domain, bare)
            if bare.account_id is None and bare.name is not None:
                bare = self.by_name.get(normalised_name(bare.name), bare)
            key = self.listed.key(bare.account_id, bare.name, bare.domain)
            if key is None and (key := company_keys([bare], merge=False)[0]) is not None:
                self.found.setdefault(key, bare)
        return key


def strangers_beside(listed: Companies, orders: Iterable[pa.Table], sales: Iterable[pa.Table]) -> Strangers:
    """Nobody yet, with who orders from which domain, and who of those that ``sales`` number bears which name."""
    named: dict[str, dict[str, CompanyRow]] = defaultdict(dict)
    for table in orders:
        for row in sorted(_rows_of(table)[0].values(), key=_spelled):
            domain = domain_of(row.domain) if row.domain else None
            if domain is None or not (row.account_id or row.name):
                continue
            bare = _bare(row, domain)
            key = listed.key(row.account_id, row.name, domain) or company_keys([bare], merge=False)[0]
            if key is not None:
                named[domain].setdefault(key, bare)
    by_domain = {d: next(iter(rows.values())) for d, rows in named.items() if len(rows) == 1}
    return Strangers(listed, by_domain, _by_name(sales))


def _by_name(sales: Iterable[pa.Table]) -> dict[str, CompanyRow]:
    """Who has an id and a name, by the name; not where companies of two ids bear it."""
    rows: dict[str, dict[str, CompanyRow]] = defaultdict(dict)
    for table in sales:
        for row in sorted(_rows_of(table)[0].values(), key=_spelled):
            if row.account_id and row.name:
                bare = CompanyRow(row.account_id, row.name, None)
                rows[normalised_name(row.name)].setdefault(short_id(row.account_id), bare)
    return {name: next(iter(held.values())) for name, held in rows.items() if len(held) == 1}


def _rows_of(table: pa.Table) -> tuple[dict[int, CompanyRow], pa.Array]:
    """The distinct rows that name a company, by number, and for each row of the table which of them it is."""
    held = [next((n for n in several if n in table.column_names), None) for several in NAMING]
    distinct = distinct_rows([table.column(n) for n in held if n], table.num_rows)
    cells = [
        table.column(n).take(distinct.firsts).to_pylist() if n else [None] * len(distinct.firsts)
        for n in held
    ]
    rows = (CompanyRow(*(cell or None for cell in row)) for row in zip(*cells, strict=True))
    return dict(enumerate(rows)), distinct.places


def _spelled(row: CompanyRow) -> tuple[str, str, str]:
    return row.account_id or "", row.name or "", row.domain or ""


def _bare(row: CompanyRow, domain: str | None) -> CompanyRow:
    """What names a company that is not listed: a domain only where nothing else does."""
    return CompanyRow(row.account_id, row.name, None if row.account_id or row.name else domain)


__all__ = ["Strangers", "strangers_beside"]
