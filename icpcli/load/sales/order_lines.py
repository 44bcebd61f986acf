"""Orders that stand on several rows: what one row tells holds for all of them, and a total that each repeats counts once."""

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
from icpcli.model.units import HIGHEST_TAX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.tables.parts import Part

REPEATED_TOTALS = "ICP140"
AMOUNTS_IN_DOUBT = "ICP149"
NOTHING = pa.scalar(0, MONEY_TYPE)
OF_THE_ORDER = ("account_id", "account_name", "email", "invoiced_on", "status", "invoice_type")
TOTALS = ("amount", "refunded", "cost")
CLOSE = 0.01  # to a product that is rounded, or less a small discount
QUANTITY = re.compile(r"(?:lineitem |item |order )?(?:quantity|qty|quantite|qte|menge|anzahl|cantidad)")
UNIT_PRICE = re.compile(
    r"(?:lineitem|unit|item) price|unit amount|price|rate|(?:prix|p) ?(?:unitaire|u)(?: ht)?|einzelpreis|preis|precio(?: unitario)?"
)
LINE_TOTAL = re.compile(
    r"(?:line|item|lineitem|line item) (?:total|sub ?total|amount)|(?:montant|total) (?:de la )?ligne(?: ht)?|positionsbetrag|total (?:de )?linea"
)
OF_A_LINE = re.compile(r"\b(?:line|item|lignes?|articles?|position|linea)\b")
FEWEST_ORDERS = 5  # on several rows each, for their amounts to tell whether they are totals
MOSTLY_EQUAL = 0.95  # of these orders have one amount on all their rows
MOSTLY_PRICED = (
    0.8  # of the rows of such orders have an amount that is the price of one times how many: it is the line's
)
MOSTLY_APART = 0.5  # of these amounts are no other order's: two lines of a price that all pay are no total


@dataclass(frozen=True, slots=True, eq=False)
class WholeOrders:
    """The parts with their orders made whole, and which totals counted once."""

    parts: list[Part]
    findings: tuple[Finding, ...]


def with_whole_orders(parts: Sequence[Part]) -> WholeOrders:
    """The parts; of an order on several rows each tells what only one of them does, and one has the total that all repeat."""
    whole: list[Part] = []
    findings: list[Finding] = []
    for part in parts:
        if part.object is CrmObject.INVOICE and "invoice_id" in part.table.column_names:
            filled = replace(part, table=_with_blanks_filled(part.table))
            whole.append(_with_totals_once(filled, findings))
        else:
            whole.append(part)
    return WholeOrders(whole, tuple(findings))


def _with_blanks_filled(table: pa.Table) -> pa.Table:
    """The rows with what the others of their order say where they are blank; nothing where those say several things."""
    ids = table.column("invoice_id").combine_chunks()
    for name in OF_THE_ORDER:
        if name not in table.column_names or not table.column(name).null_count:
            continue
        held = table.column(name).combine_chunks()
        told = pa.table({"id": ids, "value": held}).drop_null().group_by(["id"], use_threads=False)
        each = told.aggregate([("value", "count_distinct"), ("value", "min")])
        sure = each.filter(pc.equal(each.column("value_count_distinct"), 1)).combine_chunks()
        places = pc.index_in(ids, value_set=sure.column("id"))
        filled = pc.coalesce(held, sure.column("value_min").combine_chunks().take(places))
        table = table.set_column(table.column_names.index(name), name, filled)
    return table


def _with_totals_once(part: Part, findings: list[Finding]) -> Part:
    """The part with nothing beside the first of the totals that all rows of an order repeat."""
    table = part.table
    for name in TOTALS:
        if name not in table.column_names:
            continue
        header = part.understood.of(CrmObject.INVOICE)[name].header
        repeated = _repeated(table, name)
        if OF_A_LINE.search(fold_header(header)) or not repeated.any() or _is_priced(part, name):
            continue
        if not _is_apart(table, name) and not _is_sum_of_lines(part, name):
            if name == "amount" and pc.any(pc.not_equal(table.column(name), NOTHING)).as_py():
                findings.append(_in_doubt(part.path, header, repeated))
            continue
        held = table.column(name).combine_chunks()
        once = pc.if_else(pa.array(repeated), pa.scalar(0, MONEY_TYPE), held)
        table = table.set_column(table.column_names.index(name), name, once)
        message = f"{part.path}: {header!r} holds the total of an order on each of its rows; it counts once."
        findings.append(Finding(REPEATED_TOTALS, message, int(repeated.sum())))
    return replace(part, table=table)


def _in_doubt(path: str, header: str, repeated: np.ndarray) -> Finding:
    """That amounts are added up of which nothing tells whose they are."""
    message = (
        f"{path}: {header!r} is the same on all rows of an order, and in many orders: nothing tells whether it is the total of an order or the "
        'amount of each row, and the rows are added up. If it is the total, name the amounts of the rows (--column invoice.amount="THAT '
        'COLUMN"), or export one row for each order.'
    )
    return Finding(AMOUNTS_IN_DOUBT, message, int(repeated.sum()))


def _amounts_of_orders(table: pa.Table, name: str) -> pa.Table:
    """The orders of several rows: the least and the most of their amounts, and the first row."""
    rows = pa.table({"order": _orders(table), "amount": table.column(name), "row": np.arange(table.num_rows)})
    figures = [("amount", "count"), ("amount", "min"), ("amount", "max"), ("row", "min")]
    orders = rows.drop_null().group_by(["order"], use_threads=False).aggregate(figures)
    return orders.filter(pc.greater(orders.column("amount_count"), 1)).combine_chunks()


def _is_apart(table: pa.Table, name: str) -> bool:
    """Whether most orders of several rows have an amount that is no other's: two lines of a price that all pay are no total."""
    several = _amounts_of_orders(table, name)
    return bool(len(pc.unique(several.column("amount_min"))) >= MOSTLY_APART * several.num_rows)


def _repeated(table: pa.Table, name: str) -> np.ndarray:
    """Which rows have the amount of another row of their order, where nearly all orders have one on all their rows."""
    several = _amounts_of_orders(table, name)
    repeated = np.zeros(table.num_rows, dtype=bool)
    if several.num_rows < FEWEST_ORDERS:
        return repeated
    is_one = pc.equal(several.column("amount_min"), several.column("amount_max"))
    if pc.mean(is_one).as_py() < MOSTLY_EQUAL:
        return repeated
    totals = several.filter(is_one).combine_chunks()
    rows = pa.table({"order": _orders(table), "amount": table.column(name), "row": np.arange(table.num_rows)})
    of_totals = rows.filter(pc.is_in(rows.column("order"), value_set=totals.column("order"))).drop_null()
    repeated[of_totals.column("row").to_numpy()] = True
    repeated[totals.column("row_min").to_numpy()] = False
    return repeated


def _is_sum_of_lines(part: Part, name: str) -> bool:
    """Whether what each row of an order repeats is the sum of its lines, which another column tells, or their prices and numbers."""
    lines = _line_totals(part)
    if lines is None:
        return False
    amount = part.table.column(name).to_numpy().astype(float)
    rows = pa.table({"order": _orders(part.table), "amount": amount, "line": lines}).drop_null()
    figures = [("amount", "min"), ("amount", "max"), ("line", "sum"), ("line", "count")]
    orders = rows.group_by(["order"], use_threads=False).aggregate(figures)
    least, most, sums, count = (orders.column("_".join(figure)).to_numpy() for figure in figures)
    several = (count > 1) & (sums > 0)
    is_sum = (least == most) & _is_with_tax(most, sums)
    return bool(several.any()) and bool(np.mean(is_sum[several]) >= MOSTLY_PRICED)


def _is_priced(part: Part, name: str) -> bool:
    """Whether an amount is that of its line, since it is the price of one times how many; an order's total is so of one line at most."""
    priced = _prices_times_quantities(part)
    if priced is None:
        return False
    amount = part.table.column(name).to_numpy().astype(float)
    rows = pa.table({"order": _orders(part.table), "row": np.arange(part.table.num_rows)}).drop_null()
    orders = rows.column("order").to_numpy()
    _, place, count = np.unique(orders.astype(str), return_inverse=True, return_counts=True)
    several = rows.column("row").to_numpy()[count[place] > 1]
    known = several[np.isfinite(priced * amount)[several] & (priced > 0)[several]]
    return bool(len(known)) and bool(np.mean(_is_with_tax(amount[known], priced[known])) >= MOSTLY_PRICED)


def _is_with_tax(amounts: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Whether amounts are these sums, with tax or without, to rounding."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = amounts / sums
    is_near: np.ndarray = (ratio > 1 - CLOSE) & (ratio < HIGHEST_TAX + CLOSE)
    return is_near


def _line_totals(part: Part) -> np.ndarray | None:
    """What each line comes to, as a column of its own tells, else its price and number; None where neither does."""
    raw = part.understood.raw
    named = [(header, i) for i, header in enumerate(raw.headers) if LINE_TOTAL.fullmatch(fold_header(header))]
    return _figures(part, min(named)[1]) if named else _prices_times_quantities(part)


def _prices_times_quantities(part: Part) -> np.ndarray | None:
    headers = [fold_header(header) for header in part.understood.raw.headers]
    places = [
        next((i for i, h in enumerate(headers) if of.fullmatch(h)), None) for of in (QUANTITY, UNIT_PRICE)
    ]
    found = [_figures(part, place) for place in places if place is not None]
    return found[0] * found[1] if len(found) == len(places) else None


def _figures(part: Part, place: int) -> np.ndarray:
    """A column of the file as figures; NaN where there is none."""
    read = column_as(part.understood.raw, place, Kind.MONEY, None).array
    figures: np.ndarray = pc.cast(read, pa.float64()).to_numpy(zero_copy_only=False)
    return figures


def _orders(table: pa.Table) -> pa.Array:
    """What each row's order is known by: its number and day, since many books number anew in each year."""
    ids = table.column("invoice_id").combine_chunks()
    if "invoiced_on" not in table.column_names:
        return ids
    days = pc.fill_null(pc.cast(table.column("invoiced_on").combine_chunks(), pa.string()), "")
    return pc.binary_join_element_wise(ids, days, "\x1f")


__all__ = ["REPEATED_TOTALS", "with_whole_orders"]
