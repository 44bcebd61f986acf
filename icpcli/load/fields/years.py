"""Tables with a column of sales for each year (CA 2022, CA 2023), to tables with their sum: what each company brought in so far."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.fields.columns import column_as, columns_of
from icpcli.load.fields.months import MEASURES, MOSTLY_NUMBERS
from icpcli.load.texts.headers import fold_header
from icpcli.model.common import CrmObject, Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.files.read import RawTable
    from icpcli.load.texts.values import Typed

BY_PERIOD = "ICP138"
TOTAL = "Total revenue"
WINDOW = ("Revenue from", "Revenue until")
OF_A_YEAR = re.compile(r"(?P<before>.*?) ?\b(?P<year>20\d\d)\b ?(?P<after>.*)")
FEWEST_YEARS = 2
FEWEST_BEFORE = 10  # cells of years before their company was a customer, for these to tell
BLANK_BEFORE, FILLED_SINCE = 0.95, 0.3
SINCE = "customer_since"


@dataclass(frozen=True, slots=True, eq=False)
class _Sales:
    """The columns of sales by place, in the order of their years, and what each row brought in (years, rows); NaN where blank."""

    columns: tuple[int, ...]
    years: np.ndarray
    figures: tuple[Typed, ...]
    amounts: np.ndarray


def with_years_summed(tables: Sequence[RawTable], overrides: Mapping[str, str]) -> list[RawTable]:
    """The tables; of a list of customers with sales for each year, the sum in the place of the years, which is told.

    A company's own turnover is written in the same way. They are sales where the cells of years before a company was a
    customer are blank; where nothing tells, or a column holds a total already, the table is left as it is.
    """
    return [_summed(table, overrides) for table in tables]


def _summed(table: RawTable, overrides: Mapping[str, str]) -> RawTable:
    columns = _columns_of_years(table.headers)
    if columns is None or {table.headers[index] for index in columns} & set(overrides.values()):
        return table
    wanted = frozenset({SINCE, "total_revenue"})
    known = {c.field: c for c in columns_of(table, CrmObject.ACCOUNT, overrides, fields=wanted)}
    sales = _sales(table, columns)
    if sales is None or SINCE not in known or "total_revenue" in known:
        return table
    since = known[SINCE].typed.array
    return _with_total(table, sales) if _begin_with_customers(sales, since) else table


def _columns_of_years(headers: Sequence[str]) -> dict[int, int] | None:
    """The columns of one measure of sales, each with its year; None where there are not several."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for index, header in enumerate(headers):
        match = OF_A_YEAR.fullmatch(fold_header(header))
        words = f"{match['before']} {match['after']}".strip() if match else ""
        if match and MEASURES["Amount"].search(words) and not re.search(r"\d", words):
            found[words][index] = int(match["year"])
    several = [
        years
        for _, years in sorted(found.items())
        if len(years) >= FEWEST_YEARS and len(set(years.values())) == len(years)
    ]
    return max(several, key=len) if several else None


def _sales(table: RawTable, columns: Mapping[int, int]) -> _Sales | None:
    """The figures of the columns; None where too few are numbers."""
    order = tuple(sorted(columns, key=lambda index: columns[index]))
    figures = tuple(column_as(table, index, Kind.MONEY, None) for index in order)
    unreadable = sum(figure.unreadable for figure in figures)
    known = sum(len(figure.array) - figure.array.null_count for figure in figures)
    if not known or unreadable > (1 - MOSTLY_NUMBERS) * (known + unreadable):
        return None
    amounts = [pc.cast(figure.array, pa.float64()).to_numpy(zero_copy_only=False) for figure in figures]
    return _Sales(order, np.array([columns[index] for index in order]), figures, np.array(amounts))


def _begin_with_customers(sales: _Sales, since: pa.Array) -> bool:
    """Whether companies bring in nothing in the years before they were customers, and something since."""
    first = pc.fill_null(pc.year(since), 0).to_numpy(zero_copy_only=False)
    brings = np.nan_to_num(sales.amounts) > 0
    before = (sales.years[:, None] < first) & (first > 0)
    later = (sales.years[:, None] > first) & (first > 0)
    if before.sum() < FEWEST_BEFORE or not later.any():
        return False
    return bool((~brings[before]).mean() >= BLANK_BEFORE and brings[later].mean() >= FILLED_SINCE)


def _with_total(table: RawTable, sales: _Sales) -> RawTable:
    kept = [index for index in range(len(table.headers)) if index not in sales.columns]
    cells = table.cells.select(kept).append_column("total", _total(sales.figures))
    for name, day in (("from", f"{sales.years[0]}-01-01"), ("until", f"{sales.years[-1]}-12-31")):
        cells = cells.append_column(name, pa.array([day] * cells.num_rows))
    headers = [table.headers[index] for index in sales.columns]
    units = {figure.unit for figure in sales.figures}
    unit = units.pop() if len(units) == 1 else None
    message = (
        f"{table.path}: {', '.join(headers)} are blank for years before a company was a customer, so they are what it paid you in a year: "
        f"their sum counts as its total revenue of {sales.years[0]} to {sales.years[-1]}."
    )
    return replace(
        table,
        headers=(*(table.headers[index] for index in kept), f"{TOTAL} ({unit})" if unit else TOTAL, *WINDOW),
        cells=cells.rename_columns([f"c{i}" for i in range(cells.num_columns)]),
        findings=(*table.findings, Finding(BY_PERIOD, message, table.cells.num_rows)),
    )


def _total(figures: Sequence[Typed]) -> pa.Array:
    """The sum of each row as text, "" where all its cells are blank."""
    total = figures[0].array
    for figure in figures[1:]:
        both = pc.add(pc.fill_null(total, 0), pc.fill_null(figure.array, 0))
        nothing = pc.and_(pc.is_null(total), pc.is_null(figure.array))
        total = pc.if_else(nothing, pa.scalar(None, both.type), both)
    return pc.fill_null(pc.cast(total, pa.string()), "")


__all__ = ["with_years_summed"]
