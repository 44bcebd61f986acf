"""Subscriptions to several of a thing: whether their amount is the price of one seat or of all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.texts.values import MONEY_TYPE
from icpcli.model.common import CrmObject, Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from icpcli.load.tables.parts import Part

PRICE_OF_ONE = "ICP146"
OF_A_PRICE = ("plan", "interval", "interval_count", "currency")  # what two subscriptions of one price share
EQUAL = 0.01  # of each other: rounding
MOSTLY = 0.8  # of the prices that subscriptions to different numbers tell must be of one, or of all


@dataclass(frozen=True, slots=True, eq=False)
class WholeAmounts:
    """The parts with what each subscription pays in all, and what that rests on."""

    parts: list[Part]
    findings: tuple[Finding, ...]


def with_whole_amounts(parts: Sequence[Part]) -> WholeAmounts:
    """The parts; of subscriptions each amount is that of all their ``quantity``.

    A ``unit_price`` is of one. An amount is of one where the subscriptions to a plan have the same whatever they count, and of all where
    it goes with that; what nothing tells is taken for all, and told.
    """
    findings: list[Finding] = []
    whole = [_whole(part, findings) if part.object is CrmObject.SUBSCRIPTION else part for part in parts]
    return WholeAmounts(whole, tuple(findings))


def _whole(part: Part, findings: list[Finding]) -> Part:
    names = set(part.table.column_names)
    if "unit_price" in names and "amount" not in names:
        return replace(part, table=_multiplied(part.table, "unit_price"))
    if not {"quantity", "amount"} <= names:
        return part
    several = pc.fill_null(pc.not_equal(part.table.column("quantity"), 1.0), False)
    count = pc.sum(pc.and_(several, pc.is_valid(part.table.column("amount")))).as_py() or 0
    share = _share_of_one(part.table)
    if not count or (share is not None and share <= 1 - MOSTLY):
        return part
    columns = part.understood.of(CrmObject.SUBSCRIPTION)
    amount, quantity = columns["amount"].header, columns["quantity"].header
    if share is not None and share >= MOSTLY:
        message = f"{part.path}: {amount!r} is the price of one, since it is the same for subscriptions to a plan whatever {quantity!r} says: {count:,} pay it so many times."
        findings.append(Finding(PRICE_OF_ONE, message, count))
        return replace(part, table=_multiplied(part.table, "amount"))
    message = (
        f"{part.path}: nothing tells whether {amount!r} is the price of one or of all that {quantity!r} counts, which is not 1 in {count:,} "
        f'subscriptions: it is taken for that of all (if it is of one: --column subscription.unit_price="{amount}").'
    )
    findings.append(Finding(PRICE_OF_ONE, message, count))
    return part


def _multiplied(table: pa.Table, price: str) -> pa.Table:
    """The table with the amount of so many at a price; of one where no number is told."""
    amounts = table.column(price).combine_chunks()
    if "quantity" in table.column_names:
        times = pc.cast(
            pc.round(pc.fill_null(table.column("quantity").combine_chunks(), 1.0), 4), pa.decimal128(18, 4)
        )
        exact = pc.multiply(pc.cast(amounts, pa.decimal128(19, 4)), times)
        amounts = pc.cast(pc.round(exact, ndigits=4), MONEY_TYPE)
    return table.drop_columns([price]).append_column("amount", amounts)


def _share_of_one(table: pa.Table) -> float | None:
    """Of the prices that subscriptions of different numbers tell, the share that are of one; None where none is told."""
    shared = [name for name in OF_A_PRICE if name in table.column_names]
    if "plan" not in shared:
        return None
    columns = {name: table.column(name).to_pandas() for name in (*shared, "quantity")}
    rows = pd.DataFrame(columns).assign(amount=table.column("amount").cast(pa.float64()).to_pandas())
    rows = rows[(rows["amount"] > 0) & (rows["quantity"] > 0)].dropna(subset=["plan"])
    if rows.empty:
        return None
    keys = rows.groupby(shared, dropna=False, sort=True).ngroup()
    tells = ~_are_equal(rows["quantity"], keys)
    is_of_one = _are_equal(rows["amount"], keys) & tells
    is_of_all = _are_equal(rows["amount"] / rows["quantity"], keys) & tells
    told = int((is_of_one | is_of_all).sum())
    return int(is_of_one.sum()) / told if told else None


def _are_equal(figures: pd.Series, keys: pd.Series) -> np.ndarray:
    """Whether all figures of a group are the same, for each group."""
    groups = figures.groupby(keys)
    same: np.ndarray = (groups.max() <= groups.min() * (1 + EQUAL)).to_numpy()
    return same


__all__ = ["with_whole_amounts"]
