"""Which rows are the same person: an id, else an e-mail address, or a name, at one company."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.companies.outsiders import are_outsiders
from icpcli.load.fields.persons import CALLED
from icpcli.load.tables.stack import stacked
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icpcli.load.tables.ledger import Ledger
    from icpcli.load.tables.parts import Part

UNTOLD = frozenset({"contact_row", CALLED})
ANYBODYS = 5
"""An address that stands at more companies than this is a placeholder, and nobody's."""
FULL_NAME = 2
SHORTEST = 3
MOST_NAMESAKES = 20
"""Rows of one address or name at one company beyond this are not compared: a name so frequent there is none."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What tells one person from another; ``account`` is "" where no company is known."""

    account: str
    key: str
    has_id: bool
    address: str | None
    words: frozenset[str]


def people_known(parts: Sequence[Part], tables: Sequence[pa.Table], ledger: Ledger) -> list[pa.Table]:
    """Every row of people with its contact_key, colleagues and partners left out; rows of somebody whom another row has told are merged."""
    outside = are_outsiders(stacked(tables))
    kept, place = [], 0
    for part, table in zip(parts, tables, strict=True):
        here = outside.slice(place, table.num_rows)
        place += table.num_rows
        kept.append(table.filter(pc.invert(here)))
        is_row = part.understood.object is CrmObject.CONTACT
        ledger.count_outsiders(part, pc.sum(here).as_py() or 0, are_rows=is_row)
    whole = _with_keys(stacked(kept))
    repeated = _repeated(whole.column("contact_key"), [table.num_rows for table in kept])
    for part, rows in zip(parts, repeated, strict=True):
        ledger.count_same_people(part, rows, are_rows=part.understood.object is CrmObject.CONTACT)
    return [whole]


def _with_keys(contacts: pa.Table) -> pa.Table:
    """The rows with a key per person: the id, else a digest of all the row says, so that row order does not matter.

    Rows of one person at one company share the key of the first, by key, of those that have an id: rows with the same address whose
    names do not differ, as two people's do behind info@; and rows with the same name of which one has no id and no other address.
    """
    keys = _own_keys(contacts)
    rows = _rows(contacts, keys)
    with_id = {row.key for row in rows if row.has_id}
    first: dict[str, str] = {}
    for row, other in _pairs(rows):
        both = {_root(first, row.key), _root(first, other.key)}
        if len(both) > 1 and _is_same(row, other):
            kept, gone = sorted(both, key=lambda key: (key not in with_id, key))
            first[gone] = kept
    settled = [_root(first, row.key) for row in rows]
    return contacts.append_column("contact_key", pa.array(settled, pa.string()))


def _repeated(keys: pa.ChunkedArray, sizes: Sequence[int]) -> list[int]:
    """How many rows of each file, ``sizes`` long, are of a person whom a row before has told."""
    seen: set[str] = set()
    held = iter(keys.to_pylist())
    counts = []
    for size in sizes:
        here = [next(held) for _ in range(size)]
        counts.append(size - len(set(here) - seen))
        seen |= set(here)
    return counts


def _own_keys(contacts: pa.Table) -> list[str]:
    texts = [n for n in contacts.column_names if n not in UNTOLD]
    rows = zip(*(pc.cast(contacts.column(n), pa.string()).to_pylist() for n in texts), strict=True)
    ids = contacts.column("contact_id").to_pylist() if "contact_id" in texts else [None] * contacts.num_rows
    seen: Counter[str] = Counter()
    keys = []
    for held, row in zip(ids, rows, strict=True):
        key = held or hashlib.sha256("\x1f".join(cell or "" for cell in row).encode()).hexdigest()[:16]
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return keys


def _rows(contacts: pa.Table, keys: Sequence[str]) -> list[_Row]:
    names = ("account_key", "contact_id", "email", CALLED)
    columns = [
        contacts.column(n).to_pylist() if n in contacts.column_names else [None] * len(keys) for n in names
    ]
    return [
        _Row(
            account or "",
            key,
            held is not None,
            address.strip().casefold() if address and "@" in address else None,
            frozenset((words or "").split()),
        )
        for key, account, held, address, words in zip(keys, *columns, strict=True)
    ]


def _pairs(rows: Sequence[_Row]) -> Iterable[tuple[_Row, _Row]]:
    """The pairs of rows at one company that share an address or a name."""
    at: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.address:
            at[row.address].add(row.account)
    alike: defaultdict[tuple[str, str | frozenset[str]], list[_Row]] = defaultdict(list)
    for row in rows:
        if row.address and len(at[row.address]) <= ANYBODYS:
            alike[row.account, row.address].append(row)
        if row.account and len(row.words) >= FULL_NAME:
            alike[row.account, row.words].append(row)
    for same in alike.values():
        if 1 < len(same) <= MOST_NAMESAKES:
            yield from combinations(same, 2)


def _is_same(row: _Row, other: _Row) -> bool:
    if row.address is not None and row.address == other.address:
        if row.words and other.words:
            return row.words <= other.words or other.words <= row.words
        told = row.words | other.words
        return not told or _is_of(row.address, told)
    no_second_address = None in {row.address, other.address}
    return row.words == other.words and not (row.has_id and other.has_id) and no_second_address


def _is_of(address: str, words: frozenset[str]) -> bool:
    """Whether an address holds a word of somebody's name, as info@ does not."""
    local = address.partition("@")[0]
    return any(word in local for word in words if len(word) >= SHORTEST)


def _root(first: dict[str, str], key: str) -> str:
    while key in first:
        key = first[key]
    return key


__all__ = ["people_known"]
