"""Which rows are the same company: by id, else web domain, else normalised name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import pyarrow as pa
from rapidfuzz import fuzz

from icpcli.load.tables.conflicts import ROWS_ALIKE, settled
from icpcli.load.texts.salesforce import short_id
from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

LEGAL_FORMS = frozenset(
    "sa sas sasu sarl eurl sci snc scop selarl gmbh ag kg ug ohg mbh ltd limited llc llp inc incorporated corp corporation "
    "co plc bv nv srl spa sl ab oy as aps pty sprl".split()
)
FREE_MAIL = frozenset(
    "gmail.com googlemail.com yahoo.com yahoo.fr hotmail.com hotmail.fr outlook.com outlook.fr live.com live.fr icloud.com "
    "me.com aol.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net gmx.de gmx.net web.de proton.me protonmail.com msn.com "
    "neuf.fr bbox.fr club-internet.fr numericable.fr aliceadsl.fr cegetel.net aol.fr t-online.de freenet.de arcor.de yahoo.de yahoo.es "
    "yahoo.co.uk hotmail.de hotmail.es hotmail.co.uk outlook.de outlook.es live.de live.co.uk gmx.at gmx.ch bluewin.ch telefonica.net "
    "terra.es libero.it skynet.be telenet.be btinternet.com mac.com mail.com pm.me".split()
)
DOMAIN = re.compile(r"^(?:[a-z]+://)?(?:www\d?\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)")
ID_IN_BRACKETS = re.compile(r"\((\w+)\)\s*$")
SAME_NAME_SCORE = 88
MOST_NAMES_OF_A_DOMAIN = 50
FIRST_OF_MANY = re.compile(r"\s*;\s*")


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """What tells one company from another, on one row; None where blank."""

    account_id: str | None
    name: str | None
    domain: str | None
    country: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Companies:
    """The companies found, and how any row of another file finds its own; Salesforce ids by their 15 characters."""

    by_id: Mapping[str, str]
    by_domain: Mapping[str, str]
    by_name: Mapping[str, str]

    def key(self, account_id: str | None, name: str | None, domain: str | None) -> str | None:
        """The account key of a row: by id, else domain, else name; None where it names no known company."""
        return (
            (self.by_id.get(short_id(account_id)) if account_id else None)
            or (self.by_domain.get(domain) if domain else None)
            or (self.by_name.get(folded) if name and (folded := normalised_name(name)) else None)
        )


@lru_cache(maxsize=200_000)
def normalised_name(name: str) -> str:
    """A company's name without case, accents, punctuation and legal forms, unless nothing else is left."""
    plain = fold(name.replace("&", " and ")).replace(".", "")
    words = re.findall(r"\w+", plain)
    essential = [w for w in words if w not in LEGAL_FORMS]
    return " ".join(essential or words)


@lru_cache(maxsize=200_000)
def domain_of(text: str) -> str | None:
    """The domain of a web site or an e-mail address; None for free-mail providers and for what is neither."""
    match = DOMAIN.match(text.strip().casefold().rpartition("@")[2])
    if match is None or match[1] in FREE_MAIL:
        return None
    return match[1]


def first_id(cell: str) -> str:
    """The first id in a cell: of ``1;2`` it is 1, of ``Acme (5551)`` it is 5551."""
    first = FIRST_OF_MANY.split(cell.strip())[0]
    match = ID_IN_BRACKETS.search(first)
    return match[1] if match else first


def all_ids(cell: str) -> list[str]:
    """Every id in a cell of several."""
    return [first_id(part) for part in FIRST_OF_MANY.split(cell.strip()) if part]


def company_keys(rows: Sequence[CompanyRow], *, merge: bool) -> list[str | None]:
    """One key per row, equal for rows that are the same company; None where a row names no company.

    The same id is the same company. With ``merge``, so are rows with the same normalised name whose
    domains and places do not contradict each other, and rows with the same domain whose names agree;
    an equal legal form or a common word never is enough.
    """
    clusters = _Clusters(len(rows))
    for same in _grouped(short_id(row.account_id) if row.account_id else None for row in rows):
        clusters.join(same)
    candidates = [i for i, row in enumerate(rows) if merge or not row.account_id]
    for same in _grouped(_name_key(rows[i]) for i in candidates):
        for agreeing in _agreeing(rows, [candidates[i] for i in same]):
            clusters.join(agreeing)
    for same in _grouped(rows[i].domain for i in candidates):
        for pair in _similar_names(rows, [candidates[i] for i in same]):
            clusters.join(pair)
    members = defaultdict(list)
    for i, row in enumerate(rows):
        members[clusters.root(i)].append(row)
    bearers = Counter(name for group in members.values() for name in {_name_key(row) for row in group})
    keys = {root: _key_of(group, bearers) for root, group in members.items()}
    return [keys[clusters.root(i)] for i in range(len(rows))]


class _Clusters:
    """Positions joined into groups (union-find)."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, i: int) -> int:
        """The smallest position of i's group."""
        while self._parents[i] != i:
            self._parents[i] = self._parents[self._parents[i]]
            i = self._parents[i]
        return i

    def join(self, positions: Iterable[int]) -> None:
        """Make one group of the groups of these positions."""
        roots = sorted({self.root(i) for i in positions})
        for other in roots[1:]:
            self._parents[other] = roots[0]


def _name_key(row: CompanyRow) -> str | None:
    return normalised_name(row.name) or None if row.name else None


def _grouped(keys: Iterable[Hashable | None]) -> list[list[int]]:
    """Positions that share a key, in order; single ones and None left out."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for position, key in enumerate(keys):
        if key is not None:
            groups[key].append(position)
    return [group for group in groups.values() if len(group) > 1]


def _agreeing(rows: Sequence[CompanyRow], positions: list[int]) -> list[list[int]]:
    """Rows of one name, split where domains or places say that they are different firms.

    Where neither is known, rows with different ids stay apart: two firms may share a name.
    """
    by_domain = _by(positions, lambda i: rows[i].domain)
    unknown = by_domain.pop(None, [])
    if len(by_domain) == 1:
        return [positions]
    ids = {short_id(held) for i in unknown if (held := rows[i].account_id)}
    alone = [
        i for i in unknown if len(ids) > 1 and rows[i].account_id and not (rows[i].country or rows[i].city)
    ]
    apart = set(alone)
    placed = [i for i in unknown if i not in apart]
    towns = [
        town
        for land in _parted(placed, lambda i: _plain(rows[i].country))
        for town in _parted(land, lambda i: _plain(rows[i].city))
    ]
    return [*by_domain.values(), *towns, *([i] for i in alone)]


def _by(positions: Iterable[int], key: Callable[[int], str | None]) -> dict[str | None, list[int]]:
    groups: dict[str | None, list[int]] = defaultdict(list)
    for i in positions:
        groups[key(i)].append(i)
    return groups


def _parted(positions: list[int], key: Callable[[int], str | None]) -> list[list[int]]:
    """Rows that tell different things, apart; those that tell nothing join the only others there are, else keep to themselves."""
    groups = _by(positions, key)
    return [positions] if len(groups.keys() - {None}) == 1 else list(groups.values())


def _plain(place: str | None) -> str | None:
    """A town or a country without case, accents and punctuation; None where it is not told."""
    return " ".join(re.findall(r"\w+", fold(place))) or None if place else None


def _similar_names(rows: Sequence[CompanyRow], positions: list[int]) -> list[list[int]]:
    """Rows on one domain whose names agree: all the words of one in the other, or a slip of the pen.

    A domain of very many names is a host's or a portal's, and makes nobody the same company; a row without a
    name belongs to the only name of its domain, and where there are two to neither.
    """
    named = _by(positions, lambda i: _name_key(rows[i]))
    nameless = named.pop(None, [])
    if len(named) > MOST_NAMES_OF_A_DOMAIN:
        return []
    agreeing = [same for same in (nameless, *named.values()) if len(same) > 1]
    if nameless and len(named) == 1:
        agreeing.append([nameless[0], *next(iter(named.values()))])
    for (one, here), (other, there) in combinations(named.items(), 2):
        if _is_same_name(one or "", other or ""):
            agreeing.append([here[0], there[0]])
    return agreeing


def _is_same_name(one: str, other: str) -> bool:
    few, many = sorted((set(one.split()), set(other.split())), key=len)
    return few <= many or fuzz.ratio(one, other) >= SAME_NAME_SCORE


def _key_of(group: Sequence[CompanyRow], bearers: Mapping[str | None, int]) -> str | None:
    """The first id, else the name with the domain; with the town where other companies are ``bearers`` of the name."""
    ids = sorted(row.account_id for row in group if row.account_id)
    if ids:
        return ids[0]
    domain = _first(row.domain for row in group)
    names = {_name_key(row) for row in group}
    name = _first(names)
    if name is None or None in names:
        return f"domain:{domain}" if domain else None
    place = domain
    if place is None and bearers[name] > 1:
        told = (_first(_plain(row.city) for row in group), _first(_plain(row.country) for row in group))
        place = ", ".join(filter(None, told))
    return f"name:{name}@{place}" if place else f"name:{name}"


def _first(texts: Iterable[str | None]) -> str | None:
    """The alphabetically first of the texts that are known."""
    return min((text for text in texts if text), default=None)


def companies_from(rows: Sequence[CompanyRow], keys: Sequence[str | None]) -> Companies:
    """How the rows of other files find these companies; a domain or name that two share finds neither."""
    by_id: dict[str, str] = {}
    domains: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for row, key in zip(rows, keys, strict=True):
        if key is None:
            continue
        if row.account_id:
            by_id[short_id(row.account_id)] = key
        if row.domain:
            domains[row.domain].add(key)
        if folded := _name_key(row):
            names[folded].add(key)
    return Companies(by_id, _unique(domains), _unique(names))


def _unique(found: Mapping[str, set[str]]) -> dict[str, str]:
    return {text: min(keys) for text, keys in found.items() if len(keys) == 1}


def merged(table: pa.Table, keys: pa.Array) -> pa.Table:
    """One row per key, in order of key, of several rows what is settled between them; rows without a key are left out."""
    groups: dict[str, list[int]] = defaultdict(list)
    for position, key in enumerate(keys.to_pylist()):
        if key is not None:
            groups[key].append(position)
    order = sorted(groups)
    firsts = pa.array([groups[key][0] for key in order], type=pa.int64())
    told = [name for name in table.column_names if name != ROWS_ALIKE]
    taken = {name: table.column(name).combine_chunks().take(firsts) for name in told}
    several = {i: groups[key] for i, key in enumerate(order) if len(groups[key]) > 1}
    columns = settled(table, several, taken) if several else pa.table(taken)
    return columns.add_column(0, "account_key", pa.array(order, type=pa.string()))
