"""Columns to levels worth searching; what is no description of a company is left out, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from icpcli.cluster.bins import binned, grouped
from icpcli.cluster.constraints import Constraints, constraints_of
from icpcli.cluster.copies import copies_of
from icpcli.cluster.leaks import Leak, filled_for_customers_alone, leak_of, leak_of_item
from icpcli.cluster.rules import LEAST_ACCOUNTS
from icpcli.cluster.wished import (
    refuse_to_require_twice,
    refuse_what_no_field_holds,
    ruled_out_by,
    with_wishes,
)
from icpcli.model.common import Finding, Kind
from icpcli.model.lists import holds_lists, items_of
from icpcli.model.profile import Condition

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from icpcli.model.tables import Book
    from icpcli.settings import Settings

LEFT_OUT = "ICP301"
FORCED = "ICP302"
CUSTOMERS_ONLY = "ICP303"
COPIES = "ICP304"

MIN_FILLED = 0.1
FEW_COMPANIES = 8
NEARLY_UNIQUE = 0.8
MOST_ITEMS = 20  # of a list's items, the most frequent, each an attribute of its own
EMPTY = "is almost empty"
CONSTANT = "always says the same"
UNIQUE = "is different for nearly every company"
TOO_RARE = "has too few values that occur often"
NO_GROUPS = frozenset({CONSTANT, TOO_RARE})  # to search these would find nothing to tell apart


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """A field as levels. ``codes``: level per account, -1 blank, len(levels) for those of no level (never chosen).

    one_of: ``levels`` are values, any set may be chosen. between: level k is [edges[k], edges[k + 1]),
    a run of levels may be chosen. ``is_item``: the one level is an item of the field's lists. ``is_allowed``:
    levels the user does not forbid. ``required``: the levels the user insists on, or None. ``rivals``: fields
    that are never in one rule with it.
    """

    field: str
    kind: Literal["one_of", "between"]
    levels: tuple[str, ...]
    edges: tuple[float, ...]
    codes: np.ndarray
    is_allowed: np.ndarray
    required: np.ndarray | None
    is_item: bool = False
    rivals: frozenset[str] = frozenset()
    is_of_customers: bool = False
    unit: Literal["%"] | None = None

    @property
    def size(self) -> int:
        """How many levels may be chosen from."""
        return len(self.levels)

    @property
    def has_rest(self) -> bool:
        """Whether accounts fall outside all levels, so that choosing every level still chooses."""
        return bool((self.codes == self.size).any())

    def at(self, accounts: np.ndarray) -> Attribute:
        """The same attribute for some of the accounts."""
        return replace(self, codes=self.codes[accounts])

    def completed(self, rng: np.random.Generator) -> Attribute:
        """The same attribute with its blanks drawn from its known cells, where it has any."""
        blank, known = self.codes < 0, np.sort(self.codes[self.codes >= 0])
        codes = self.codes.copy()
        if len(known):
            codes[blank] = known[rng.integers(0, len(known), int(blank.sum()))]
        return replace(self, codes=codes)

    def indicators(self) -> np.ndarray:
        """One column per level: 1 for its accounts, and for blanks the level's share of the known (accounts, levels)."""
        known = self.codes >= 0
        hot = (self.codes[:, None] == np.arange(self.size)).astype(float)
        share = hot[known].mean(axis=0) if known.any() else np.zeros(self.size)
        columns: np.ndarray = np.where(known[:, None], hot, share)
        return columns

    def condition(self, chosen: np.ndarray, probability: float | None = None) -> Condition:
        """The chosen levels (bool) as a condition in the field's own terms."""
        places = np.flatnonzero(chosen[: self.size])
        if self.kind == "one_of":
            values = tuple(self.levels[i] for i in places)
            return Condition(self.field, "has" if self.is_item else "one_of", values, probability=probability)
        first, last = int(places[0]), int(places[-1])
        return Condition(
            self.field,
            "between",
            at_least=self.edges[first] if first > 0 else None,
            below=self.edges[last + 1] if last + 1 < self.size else None,
            probability=probability,
            unit=self.unit,
        )


def is_forbidden(attributes: Sequence[Attribute]) -> np.ndarray:
    """Which accounts have a level that the user forbids (accounts,)."""
    neither = [False, False]  # of no level, and blank
    forbidden = [np.append(~a.is_allowed, neither)[a.codes] for a in attributes]
    held: np.ndarray = np.any(forbidden, axis=0)
    return held


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The attributes to search, by field, and what was left out and why.

    ``filled``: the share of accounts worked whose cell is known, of the fields searched. ``useless``: the fields
    that cannot tell companies apart, and why. ``copies``: searched field -> fields that say the same cell by
    cell, and ``copied`` those fields as levels. ``customers_only``: fields that are filled in once a deal is won.
    """

    attributes: tuple[Attribute, ...]
    filled: dict[str, float]
    findings: tuple[Finding, ...]
    useless: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    copied: tuple[Attribute, ...] = ()
    customers_only: frozenset[str] = frozenset()


def candidates(book: Book, settings: Settings) -> Candidates:
    """Every field that may describe a type of company, as levels; in alphabetical order of fields.

    Raises SettingsError where a choice of the user's cannot be followed.
    """
    wishes = constraints_of(book, settings)
    columns = _columns(book, wishes)
    copies = copies_of(columns.kept, preferred=(*wishes.required, *wishes.forbidden, *sorted(wishes.forced)))
    refuse_to_require_twice(copies, wishes)
    copied = {copy for same in copies.values() for copy in same}
    made = {
        name: _attributes(
            name, column, book.attribute_kinds[name], wishes, frozenset(columns.items_left_out.get(name, {}))
        )
        for name, column in columns.kept.items()
    }
    ruled_out = ruled_out_by(wishes, book)
    useless = columns.useless | {
        name: TOO_RARE for name, own in made.items() if not own and name not in copied
    }
    wished = {name: with_wishes(own, wishes, ruled_out) for name, own in made.items()}
    attributes = tuple(
        replace(a, is_of_customers=name in columns.customers_only)
        for name in sorted(wished.keys() - copied)
        for a in wished[name]
    )
    refuse_what_no_field_holds(wishes, attributes)
    searched = {a.field for a in attributes}
    findings = (
        *_left_out(useless, columns.leaks, columns.leaking_items),
        *_told_forced(wishes, searched, copied),
        *_told_customers_only(columns.customers_only & searched),
        *_told_copies(copies),
    )
    return Candidates(
        attributes,
        {name: float(columns.kept[name].notna().mean()) for name in sorted(searched)},
        findings,
        useless,
        copies,
        tuple(a for same in copies.values() for name in same for a in wished[name]),
        columns.customers_only & searched,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The columns that may describe a type of company, and why the others may not; those filled in for customers alone."""

    kept: dict[str, pd.Series]
    useless: dict[str, str]
    leaks: dict[str, Leak]
    customers_only: frozenset[str]
    items_left_out: dict[str, dict[str, Leak]]  # of fields of lists kept

    @property
    def leaking_items(self) -> dict[str, Leak]:
        """The items left out, by field and item as they are told."""
        return {
            f"{name}: {item}": leak
            for name, items in self.items_left_out.items()
            for item, leak in items.items()
        }


def _columns(book: Book, wishes: Constraints) -> _Columns:
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    kept, useless, leaks, customers_only = {}, {}, {}, set()
    items_left_out: dict[str, dict[str, Leak]] = {}
    for name in sorted(set(book.attributes.columns) - wishes.banned):
        column = book.attributes[name]
        asked_of = column
        if filled_for_customers_alone(column, book):
            customers_only.add(name)
            column, asked_of = column.where(is_customer), column[is_customer]
        is_forced = name in wishes.forced
        if reason := _useless(asked_of, book.attribute_kinds[name], is_forced=is_forced):
            useless[name] = reason
        elif is_forced:
            kept[name] = column
        elif leak := leak_of(name, _whether_filled(column) if _is_of_lists(column) else column, book):
            leaks[name] = leak
        else:
            kept[name] = column
            if _is_of_lists(column) and (items := _leaking_items(column, book)):
                items_left_out[name] = items
    return _Columns(kept, useless, leaks, frozenset(customers_only), items_left_out)


def _is_of_lists(column: pd.Series) -> bool:
    return column.dtype == object and holds_lists(column.dropna().astype(str).unique())


def _whether_filled(column: pd.Series) -> pd.Series:
    """A field of lists as no more than filled or blank: what its items tell is asked of each."""
    return column.where(column.isna(), "filled")


def _leaking_items(column: pd.Series, book: Book) -> dict[str, Leak]:
    """The items of a field of lists that tell the outcome."""
    lists = _lists(column)
    found = {}
    for item in _frequent(lists):
        held = pd.Series(
            [None if own is None else ("yes" if item in own else "no") for own in lists],
            index=column.index,
            dtype=object,
        )
        if leak := leak_of_item(item, held, book):
            found[item] = leak
    return found


def _useless(column: pd.Series, kind: Kind, *, is_forced: bool) -> str | None:
    known = column.dropna()
    if known.empty or (len(known) < MIN_FILLED * len(column) and not is_forced):
        return EMPTY
    distinct = known.nunique()
    if distinct < 2:
        return CONSTANT
    is_word = kind in {Kind.CATEGORY, Kind.BOOLEAN}
    is_nearly_unique = distinct > NEARLY_UNIQUE * len(known) and len(known) > FEW_COMPANIES
    if is_word and is_nearly_unique and not is_forced:
        return None if holds_lists(known.astype(str).unique()) else UNIQUE
    return None


def _attributes(
    name: str, column: pd.Series, kind: Kind, wishes: Constraints, left_out: frozenset[str]
) -> list[Attribute]:
    """A field as one attribute, or as one for each frequent item of its lists; none where it cannot choose."""
    if column.dtype != object:
        edges, codes = binned(column, kind, wishes.bounds_on(name))
        whole = _plain(name, "between", tuple(f"{low:g}" for low in edges[:-1]), codes, edges)
        made = [replace(whole, unit="%" if kind is Kind.SHARE else None)]
    elif _is_of_lists(column):
        made = _items(name, column, wishes.values_of(name), left_out)
    else:
        made = [_plain(name, "one_of", *grouped(column, wishes.values_of(name)))]
    return [a for a in made if a.size >= (1 if a.has_rest else 2)]


def _items(name: str, column: pd.Series, kept: frozenset[str], left_out: frozenset[str]) -> list[Attribute]:
    """Each frequent item that enough companies have and enough lack: has it or has it not.

    A cell of nothing but items left out is blank, as it would be had nobody typed them in.
    """
    lists = _lists(column, left_out - kept)
    counts = _counts(lists)
    known = sum(held is not None for held in lists)
    made = []
    searched = (
        i
        for i in _frequent(lists, kept)
        if i in kept or (i not in left_out and LEAST_ACCOUNTS <= counts[i] <= known - LEAST_ACCOUNTS)
    )
    for item in sorted(searched):
        codes = np.array([-1 if held is None else int(item not in held) for held in lists], dtype=np.int64)
        made.append(replace(_plain(name, "one_of", (item,), codes), is_item=True))
    return made


def _lists(column: pd.Series, without: frozenset[str] = frozenset()) -> list[set[str] | None]:
    """The items of each cell but some; None where it is blank, or holds nothing else."""
    lists = [None if pd.isna(cell) else set(items_of(str(cell))) for cell in column]
    return [None if items is None or (items and items <= without) else items - without for items in lists]


def _counts(lists: Sequence[set[str] | None]) -> Counter[str]:
    return Counter(item for held in lists for item in held or ())


def _frequent(lists: Sequence[set[str] | None], kept: Collection[str] = ()) -> list[str]:
    """The items that most cells hold, those to be kept whatever their number first."""
    counts = _counts(lists)
    return sorted(counts, key=lambda item: (item not in kept, -counts[item], item))[:MOST_ITEMS]


def _plain(
    name: str,
    kind: Literal["one_of", "between"],
    levels: tuple[str, ...],
    codes: np.ndarray,
    edges: tuple[float, ...] = (),
) -> Attribute:
    return Attribute(name, kind, levels, edges, codes, np.ones(len(levels), dtype=bool), None)


def _left_out(
    useless: Mapping[str, str], leaks: Mapping[str, Leak], items: Mapping[str, Leak]
) -> list[Finding]:
    """What is not searched, by the reason; ``items``: those of lists, as "FIELD: item"."""
    told: dict[str, list[str]] = defaultdict(list)
    for name, reason in useless.items():
        told[reason].append(name)
    for name, leak in (*leaks.items(), *items.items()):
        told[leak.reason].append(f"{name} ({leak.seen})" if leak.seen else name)
    of_lists = {leak.reason for leak in items.values()}
    findings = []
    for reason in sorted(told):
        named = sorted(told[reason])
        whole = "; of a list, all its items" if reason in of_lists else ""
        hint = "" if reason in NO_GROUPS else f" (--attribute FIELD searches one all the same{whole})"
        findings.append(
            Finding(LEFT_OUT, f"Not searched, because each {reason}: {', '.join(named)}{hint}.", len(named))
        )
    return findings


def _told_forced(wishes: Constraints, searched: set[str], copied: set[str]) -> list[Finding]:
    forced = sorted(wishes.forced - set(wishes.required))
    found = sorted(set(forced) & searched)
    findings = [Finding(FORCED, f"Searched because you said so: {', '.join(found)}.")] if found else []
    lost = sorted(set(forced) - searched - copied)
    if lost:
        message = (
            f"You asked to search {', '.join(lost)}, but no two groups of companies can be told apart by it."
        )
        findings.append(Finding(FORCED, message))
    return findings


def _told_customers_only(fields: Collection[str]) -> list[Finding]:
    if not fields:
        return []
    message = (
        f"Filled in only once a deal is won: {', '.join(sorted(fields))}. It may say who stays and who is worth most "
        "among customers, not who is cheap to win; what it says of companies lost was left out."
    )
    return [Finding(CUSTOMERS_ONLY, message, len(fields))]


def _told_copies(copies: Mapping[str, tuple[str, ...]]) -> list[Finding]:
    if not copies:
        return []
    pairs = "; ".join(f"{', '.join(same)} as {field}" for field, same in sorted(copies.items()))
    message = f"Fields that say the same in every row were searched as one: {pairs}."
    return [Finding(COPIES, message, sum(map(len, copies.values())))]
