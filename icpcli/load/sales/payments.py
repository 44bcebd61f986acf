"""Payments, or lines, that name their invoices, beside a file of these: one sale each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.sales.returned import are_credit_notes
from icpcli.load.sales.told_twice import TOLD_TWICE
from icpcli.load.sales.unsold import CREDIT_NOTE
from icpcli.load.texts.cells import blank_to_null
from icpcli.load.texts.values import MONEY_TYPE
from icpcli.model.common import CrmObject, Finding

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence

    from icpcli.load.tables.parts import Part

FEWEST = 10  # documents that are named, for their numbers to be no coincidence
MOSTLY = (
    0.5  # of the documents that payments name are in the other file: the exports may be of different days
)
UNIQUE = 0.9  # values per filled cell, of a column of ids
CODE = re.compile(r"(?=.*[A-Za-z]).{4,}|.{8,}")  # of two files that count from 1 each numbers meet by chance
PAID = "a payment or line of an exported"


@dataclass(frozen=True, slots=True, eq=False)
class Unpaid:
    """The parts without payments of what other parts hold, and what was noticed."""

    parts: list[Part]
    findings: tuple[Finding, ...]


def without_payments(parts: Sequence[Part], dropped: dict[str, Counter[str]]) -> Unpaid:
    """The parts; of payments of invoices that another file holds only what was paid back of them is left, as credit notes.

    A file is of payments where the numbers that it has for invoices are the ids of another file's rows, which have numbers of their own.
    """
    invoices = [part for part in parts if part.object is CrmObject.INVOICE]
    if len(invoices) < 2:
        return Unpaid(list(parts), ())
    ids = {part.path: list(_ids_of_rows(part)) for part in invoices}
    left: list[Part] = []
    findings: list[Finding] = []
    for part in parts:
        paid = _paid_elsewhere(part, invoices, ids) if part in invoices else None
        if paid is None:
            left.append(part)
            continue
        by, is_payment = paid
        count = pc.sum(is_payment).as_py()
        message = f"{part.path}: {count:,} row(s) are payments, or lines, of invoices that {by} holds, which count once; what was refunded is taken off."
        findings.append(Finding(TOLD_TWICE, message, count))
        left.append(_without(part, is_payment, dropped))
    return Unpaid(left, tuple(findings))


def _ids_of_rows(part: Part) -> Iterable[frozenset[str]]:
    """The values of each column of a file that tells its rows apart, but for the one that is the number of its invoices."""
    number = part.understood.of(CrmObject.INVOICE).get("invoice_id")
    for index in range(len(part.understood.raw.headers)):
        if number is not None and index == number.index:
            continue
        cells = blank_to_null(part.understood.raw.column(index))
        if len(cells.distinct) >= max(UNIQUE * (len(cells) - cells.null_count), FEWEST):
            yield frozenset(cells.distinct)


def _paid_elsewhere(
    part: Part, invoices: Sequence[Part], ids: dict[str, list[frozenset[str]]]
) -> tuple[str, pa.Array] | None:
    """The file whose invoices a part pays, and which of its rows do; None where it is of no payments."""
    if "invoice_id" not in part.table.column_names or are_credit_notes(part.table):
        return None
    named = part.table.column("invoice_id").combine_chunks()
    documents = {text for text in pc.unique(pc.drop_null(named)).to_pylist() if CODE.fullmatch(text)}
    if len(documents) < max(FEWEST, MOSTLY * pc.count_distinct(named).as_py()):
        return None
    found = [
        (len(documents & held), other.path, held)
        for other in invoices
        if other is not part
        for held in ids[other.path]
    ]
    most, path, held = max(found, key=lambda one: one[:2], default=(0, "", frozenset()))
    if most < MOSTLY * len(documents):
        return None
    return path, pc.is_in(named, value_set=pa.array(sorted(held), pa.string()))


def _without(part: Part, is_payment: pa.Array, dropped: dict[str, Counter[str]]) -> Part:
    """The part without payments; one of which something was paid back is a credit note of that."""
    table = part.table
    nothing = pa.scalar(0, MONEY_TYPE)
    refunded = pa.repeat(nothing, table.num_rows)
    if "refunded" in table.column_names:
        refunded = pc.abs(pc.fill_null(table.column("refunded").combine_chunks(), nothing))
    is_returned = pc.and_(is_payment, pc.greater(refunded, nothing))
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    types = columns.get("invoice_type", pa.nulls(table.num_rows, pa.string()))
    columns["invoice_type"] = pc.if_else(is_returned, CREDIT_NOTE, types)
    if "amount" in columns:
        columns["amount"] = pc.if_else(is_returned, refunded, columns["amount"])
        columns["refunded"] = pc.if_else(is_returned, nothing, refunded)
    is_out = pc.and_(is_payment, pc.invert(is_returned))
    dropped[part.path][f"{PAID} {part.object}"] += pc.sum(is_out).as_py() or 0
    return replace(part, table=pa.table(columns).filter(pc.invert(is_out)))


__all__ = ["without_payments"]
