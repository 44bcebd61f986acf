"""Files of refunds or credit notes alone, beside those of the sales that they take back."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.sales.told_twice import TOLD_TWICE
from icpcli.load.sales.unsold import BILLED, CREDIT, CREDIT_NOTE
from icpcli.load.texts.cells import blank_to_null
from icpcli.load.texts.headers import fold_header
from icpcli.model.common import CrmObject, Finding
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from icpcli.load.tables.parts import Part
    from icpcli.load.texts.cells import Cells

RETURNS = "ICP145"
NUMBERED = 0.9  # of the rows of such a file have a number
FEWEST_RETURNS = 3  # amounts in both, for that to be no coincidence
MOSTLY_THE_SAME = (
    0.7  # of the amounts of both sides: a sale may be paid back in parts, and exports are of different days
)
# The number of a refund or a credit note; in a file of sales a few rows may have one.
OWN_NUMBER = re.compile(
    r"(?:refund|credit ?notes?|credit ?memo) (?:id|number|no|num)|(?:n|no|num|numero)(?: d| de| del)? ?(?:avoir|remboursement|abono|nota de credito)|"
    r"gutschrift(?:s ?(?:nummer|nr)|nr)"
)
NAMED = re.compile(
    r"\b(?:refunds|credit ?notes|credit ?memos|avoirs|remboursements|gutschriften|erstattungen|abonos|reembolsos|notas de credito)\b"
)
NAMED_OTHERWISE = re.compile(r"\b(?:sales|orders|commandes|ventes|payments|paiements|charges|transactions)\b")


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """The parts, those of returns as credit notes, and what was noticed."""

    parts: list[Part]
    findings: tuple[Finding, ...]


def with_returns(parts: Sequence[Part]) -> Returned:
    """The parts; the rows of a file of refunds or credit notes are of that type, whatever sign they have.

    Their numbers, which may be those of the sales that they take back, are kept apart from these.
    """
    told: list[Part] = []
    findings: list[Finding] = []
    for part in parts:
        if part.object is not CrmObject.INVOICE or not _holds_returns(part):
            told.append(part)
            continue
        told.append(replace(part, table=_as_credit_notes(part.table)))
        message = f"{part.path}: its rows are refunds or credit notes, and are taken off what was sold."
        findings.append(Finding(RETURNS, message, part.table.num_rows))
    return _once(told, findings)


def _once(parts: Sequence[Part], findings: Sequence[Finding]) -> Returned:
    """The parts; what a column of sales says was paid back counts no more where a file of returns holds the same amounts."""
    returns = sorted(
        ((part.path, _amounts(part.table, "amount")) for part in parts if are_credit_notes(part.table)),
        key=lambda one: one[0],
    )
    told: list[Part] = []
    found = list(findings)
    for part in parts:
        refunded = _amounts(part.table, "refunded")
        path = next((path for path, amounts in returns if _are_the_same(refunded, amounts)), None)
        told.append(part if path is None else replace(part, table=part.table.drop_columns(["refunded"])))
        if path is not None:
            header = part.understood.of(CrmObject.INVOICE)["refunded"].header
            message = f"{part.path}: {refunded.total():,} refunds in {header!r} are those that {path} holds row by row, and count once."
            found.append(Finding(TOLD_TWICE, message, refunded.total()))
    return Returned(told, tuple(found))


def _amounts(table: pa.Table, field: str) -> Counter[Decimal]:
    """How often each amount is there, whatever its sign; none where it is nothing."""
    if field not in table.column_names:
        return Counter()
    amounts = pc.abs(pc.drop_null(table.column(field)))
    return Counter(amount for amount in amounts.to_pylist() if amount)


def _are_the_same(refunded: Counter[Decimal], returned: Counter[Decimal]) -> bool:
    """Whether most of either side's amounts are the other's too, one by one."""
    shared = (refunded & returned).total()
    return shared >= max(FEWEST_RETURNS, MOSTLY_THE_SAME * max(refunded.total(), returned.total()))


def are_credit_notes(table: pa.Table) -> bool:
    """Whether a part is one of returns, which name the invoices that they take back."""
    if "invoice_type" not in table.column_names:
        return False
    return bool(pc.all(pc.equal(table.column("invoice_type"), CREDIT_NOTE)).as_py())


def _holds_returns(part: Part) -> bool:
    """Whether nothing but returns stands in a file: by the number that each has, else by the file's name."""
    if _tells_types(part.table):
        return False
    raw = part.understood.raw
    for index, header in enumerate(raw.headers):
        if OWN_NUMBER.fullmatch(fold_header(header)) and _numbers_each_row(raw.column(index)):
            return True
    name = words_of(PurePath(part.path).stem)
    return (
        NAMED.search(name) is not None
        and BILLED.search(NAMED.sub(" ", name)) is None
        and NAMED_OTHERWISE.search(name) is None
    )


def _numbers_each_row(column: Cells) -> bool:
    """Whether nearly every row has a number: in a file of sales few have that of their refund, or all have none but a zero."""
    cells = blank_to_null(column)
    filled = len(cells) - cells.null_count
    return filled >= NUMBERED * len(cells) and len(cells.distinct) > (1 if filled > 1 else 0)


def _tells_types(table: pa.Table) -> bool:
    """Whether each row says itself whether it is an invoice or a credit note."""
    if "invoice_type" not in table.column_names:
        return False
    types = pc.unique(pc.drop_null(table.column("invoice_type"))).to_pylist()
    return any(BILLED.search(words_of(text)) or CREDIT.search(words_of(text)) for text in types)


def _as_credit_notes(table: pa.Table) -> pa.Table:
    """The rows as credit notes of what was paid back, with numbers that no sale has."""
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    if "refunded" in columns:
        columns["amount"] = columns.pop("refunded")
    if "invoice_id" in columns:
        apart = pc.binary_join_element_wise(pa.scalar(CREDIT_NOTE), columns["invoice_id"], " ")
        columns["invoice_id"] = apart
    columns["invoice_type"] = pa.repeat(pa.scalar(CREDIT_NOTE), table.num_rows)
    return pa.table(columns)


__all__ = ["are_credit_notes", "with_returns"]
