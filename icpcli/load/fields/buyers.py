"""Of several columns that may name the customer, those that name somebody else: whose books these are, or the person who bought."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from icpcli.load.texts.headers import fold_header, is_surname

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.fields.columns import Column
    from icpcli.load.texts.values import Typed

NAMING = frozenset({"name", "account_name"})  # may share their column with another field
COMPANY = re.compile(
    r"\b(?:company|companies|entreprise|societe|raison sociale|organi[sz]ation|firma|unternehmen|empresa)\b"
)
ANYBODY = re.compile(r"\b(?:client|customer|kunde\w*|cliente)\b")
MOST_OF_ONES_OWN = 5  # companies that write the invoices, beside a column of
FEWEST_CUSTOMERS = 20  # names or more
ENOUGH_FILLED = 0.5  # of the cells of the other: a shop's consumers have no company


def name_others(columns: Sequence[Column], headers: Sequence[str]) -> set[tuple[str, int]]:
    """The columns, by field and place, that give way to another that may name the customer and is as sure to.

    One company's name on every row, or a few beside the names of many, is whose CRM it is (Odoo exports it); a surname is
    nobody's; and where companies and customers have a column each, customers may be people.
    """
    found = {(c.field or "", c.index) for c in columns if _is_constant(c.typed)}
    naming = [c for c in columns if c.field in NAMING]
    found |= {(c.field or "", c.index) for c in naming if is_surname(c.header, headers)}
    for column in naming:
        others = [o for o in naming if o.field == column.field and o.index != column.index]
        if _is_ones_own(column, others) or _is_a_persons(column, others, found):
            found.add((column.field or "", column.index))
    return found


def may_be_people(header: str) -> bool:
    """Whether a column is of customers of whatever kind: where it does not name the company, they are people."""
    words = fold_header(header)
    return ANYBODY.search(words) is not None and COMPANY.search(words) is None


def _is_ones_own(column: Column, others: Sequence[Column]) -> bool:
    """Whether a column has few names beside another of many."""
    if not others or _different(column.typed) > MOST_OF_ONES_OWN:
        return False
    return max(_different(other.typed) for other in others) >= FEWEST_CUSTOMERS


def _is_a_persons(column: Column, others: Sequence[Column], found: set[tuple[str, int]]) -> bool:
    """Whether a column is of customers of whatever kind, and another well filled says that it is of companies."""
    if not may_be_people(column.header):
        return False
    firms = [
        _filled(other.typed)
        for other in others
        if COMPANY.search(fold_header(other.header))
        and (other.field or "", other.index) not in found
        and not _is_ones_own(other, [column])
    ]
    return max(firms, default=0) >= ENOUGH_FILLED * max(_filled(column.typed), 1)


def _is_constant(typed: Typed) -> bool:
    known = pc.drop_null(typed.array)
    return len(known) > 1 and bool(pc.all(pc.equal(known, known[0])).as_py())


def _different(typed: Typed) -> int:
    return int(pc.count_distinct(typed.array).as_py())


def _filled(typed: Typed) -> int:
    return int(pc.count(typed.array).as_py())


__all__ = ["NAMING", "may_be_people", "name_others"]
