"""Whether the month stands before the day: what a file's own columns tell, else what those of the others do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from icpcli.load.texts.dates import month_comes_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.files.read import RawTable

SAMPLE = 4096  # cells of a column
SHORT_DATE = r"^\s*\d{1,2}[-/]\d{1,2}[-/]\d{2,4}\b"


def with_own_habits(tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with the order of day and month that their own columns tell, else that of all others, for columns that do not.

    What the user says stands, and columns that disagree tell nothing.
    """
    told = [_month_first(table) for table in tables]
    common = {order for order in told if order is not None}
    usual = common.pop() if len(common) == 1 else None
    return [
        replace(table, habit=replace(table.habit, month_first=usual if order is None else order))
        if table.habit.month_first is None
        else table
        for table, order in zip(tables, told, strict=True)
    ]


def _month_first(table: RawTable) -> bool | None:
    orders = set()
    for index in range(len(table.headers)):
        sample = pc.drop_null(table.column(index).values.slice(0, SAMPLE))
        dates = pc.unique(sample.filter(pc.match_substring_regex(sample, SHORT_DATE))).to_pylist()
        orders.add(month_comes_first([date.strip() for date in dates]))
    orders.discard(None)
    return orders.pop() if len(orders) == 1 else None
