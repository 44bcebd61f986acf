"""Invoices whose amount is before discounts: what the customer was billed is less."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.fields.columns import column_as
from icpcli.load.texts.headers import fold_header
from icpcli.load.texts.values import MONEY_TYPE
from icpcli.model.common import CrmObject, Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.files.read import RawTable
    from icpcli.load.tables.parts import Part

BEFORE_DISCOUNTS = "ICP147"
DISCOUNT = re.compile(
    r"(?:total )?discounts?(?: amount| total)?|total discount amount|amount discount(?:ed)?|(?:montant (?:de la )?|total )?remises?|rabatt(?:betrag)?|descuentos?"
)
TAX = re.compile(
    r"(?:total |sales )?(?:tax(?:es)?|vat|tva|mwst|iva)(?: amount| total)?|(?:montant|total) tva"
)
TOTAL = re.compile(
    r"(?:invoice |order |grand )?total(?: amount| ttc)?|amount due|montant ttc|gesamtbetrag|importe total"
)
EXACT = 0.011  # of the currency: rounding of one figure
MOSTLY = 0.9  # of the invoices with a discount must add up


@dataclass(frozen=True, slots=True, eq=False)
class Discounted:
    """The parts with their invoices less discounts, and whose amounts that changed."""

    parts: list[Part]
    findings: tuple[Finding, ...]


def with_discounts_off(parts: Sequence[Part]) -> Discounted:
    """The parts; a discount is taken off an amount where that, less it and with the tax, gives the total that each row tells.

    Stripe's subtotal is before discounts, a shop's after them: no header says which, but the total does.
    """
    findings: list[Finding] = []
    less = [_less_discounts(part, findings) if part.object is CrmObject.INVOICE else part for part in parts]
    return Discounted(less, tuple(findings))


def _less_discounts(part: Part, findings: list[Finding]) -> Part:
    raw, column = part.understood.raw, part.understood.of(CrmObject.INVOICE).get("amount")
    discounts = _places(raw, DISCOUNT)
    if column is None or not discounts:
        return part
    before, off = _figures(raw, column.index), np.abs(np.nan_to_num(_figures(raw, discounts[0])))
    tax = np.nan_to_num(_figures(raw, next(iter(_places(raw, TAX)), None)))
    for total in _places(raw, TOTAL):
        billed = _figures(raw, total)
        has_discount = (off > 0) & (before != 0) & np.isfinite(before) & np.isfinite(billed)
        adds_up = has_discount & (np.abs(before - off + tax - billed) <= EXACT)
        if total == column.index or not has_discount.any() or adds_up.sum() < MOSTLY * has_discount.sum():
            continue
        count = int(adds_up.sum())
        message = (
            f"{part.path}: {column.header!r} is before discounts, as {raw.headers[total]!r} tells: {raw.headers[discounts[0]]!r} is taken off "
            f"in {count:,} rows."
        )
        findings.append(Finding(BEFORE_DISCOUNTS, message, count))
        left = np.where(adds_up, (before - off) / np.where(adds_up, before, 1.0), 1.0)
        return replace(part, table=_times(part.table, left))
    return part


def _times(table: pa.Table, left: np.ndarray) -> pa.Table:
    """The table with what is ``left`` of each amount, as a share: it may stand in another currency than the discount."""
    held = table.column("amount").combine_chunks()
    shares = pc.multiply(pc.cast(held, pa.float64()), pa.array(left))
    less = pc.if_else(pa.array(left == 1.0), held, pc.cast(pc.round(shares, ndigits=4), MONEY_TYPE))
    return table.set_column(table.column_names.index("amount"), "amount", less)


def _places(raw: RawTable, pattern: re.Pattern[str]) -> list[int]:
    """The columns whose headers a pattern describes, by the alphabet."""
    named = [(header, i) for i, header in enumerate(raw.headers) if pattern.fullmatch(fold_header(header))]
    return [i for _, i in sorted(named)]


def _figures(raw: RawTable, place: int | None) -> np.ndarray:
    """The figures of a column as exported; NaN where there is none."""
    if place is None:
        return np.full(raw.cells.num_rows, np.nan)
    read = column_as(raw, place, Kind.MONEY, None).array
    figures: np.ndarray = pc.cast(read, pa.float64()).to_numpy(zero_copy_only=False)
    return figures


__all__ = ["with_discounts_off"]
