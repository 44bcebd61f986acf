"""Sales that two exports tell under numbers of their own: a shop's orders, and the invoices that were written for them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from icpcli.model.common import Finding
from icpcli.model.units import HIGHEST_TAX

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from icpcli.load.tables.parts import Part

TOLD_TWICE = "ICP142"
FEWEST_COMPANIES = 10  # in both files, for their sums to tell
MOSTLY = (
    0.8  # of the companies of the file with fewer are in the other, and of these have the same ratio of sums
)
SAME_RATIO = 0.03  # how far the ratio of a company may lie from the others': shipping, and what was invoiced a month later
FEWEST_SUMS = 0.5  # of the sums must differ from each other: where all pay one price, all ratios are one
NO_LETTERS = r"[^A-Za-z]+"


@dataclass(frozen=True, slots=True, eq=False)
class SoldOnce:
    """The files' invoices with each sale once, and what was left out."""

    tables: list[pa.Table]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _SameSales:
    """What two files both tell: which of them the sales of each company are left out of, and of which days."""

    first: pd.Timestamp
    last: pd.Timestamp
    left_out: tuple[pd.Index, pd.Index]


def without_told_twice(parts: Sequence[Part], tables: Sequence[pa.Table]) -> SoldOnce:
    """The invoices of these parts, without those that another file has for the same companies and months, at the same price but for tax.

    The file with the lower amounts, without tax, stays; of equal ones the fuller, then that of the earlier days. Of a company of
    which one file tells more than tax adds, that file stays.
    """
    if len(parts) < 2:
        return SoldOnce(list(tables), ())
    series = [
        (sorted(part.understood.raw.headers), _letters(table))
        for part, table in zip(parts, tables, strict=True)
    ]
    sales = [_sales(table) for table in tables]
    gone = [np.zeros(table.num_rows, dtype=bool) for table in tables]
    findings = []
    for pair in combinations(range(len(tables)), 2):
        if _are_of_one_tool(*(series[file] for file in pair)):
            continue
        same = _told_by_both(*(sales[file][~gone[file]] for file in pair))
        if same is None:
            continue
        paths = [parts[file].path for file in pair]
        for file, companies, path, other in zip(pair, same.left_out, paths, paths[::-1], strict=True):
            frame = sales[file]
            rows = frame["day"].between(same.first, same.last) & frame["key"].isin(companies) & ~gone[file]
            gone[file] |= rows.to_numpy()
            if rows.any():
                message = (
                    f"{path}: {rows.sum():,} row(s) of {len(companies):,} companies tell sales that {other} tells too, under other "
                    "numbers, at the same price but for tax, and count once."
                )
                findings.append(Finding(TOLD_TWICE, message, int(rows.sum())))
    left = [
        table.filter(pc.invert(mask)) if mask.any() else table
        for table, mask in zip(tables, gone, strict=True)
    ]
    return SoldOnce(left, tuple(findings))


def _are_of_one_tool(
    one: tuple[list[str], set[str | None]], other: tuple[list[str], set[str | None]]
) -> bool:
    """Whether two files have the same headers and number alike: one tool wrote all of these, and numbers no sale twice."""
    return one[0] == other[0] and bool(one[1] & other[1])


def _letters(table: pa.Table) -> set[str | None]:
    """The letters of the numbers of invoices: INV of INV-0012; {""} for none."""
    if "invoice_id" not in table.column_names:
        return {""}
    ids = pc.drop_null(table.column("invoice_id"))
    return set(pc.unique(pc.replace_substring_regex(ids, NO_LETTERS, "")).to_pylist()) or {""}


def _sales(table: pa.Table) -> pd.DataFrame:
    """The company, the day and the amount of each row; blank where the file says none."""
    held = {"account_key": "key", "invoiced_on": "day", "amount": "amount"}
    columns = {
        name: table.column(field).to_pandas() if field in table.column_names else None
        for field, name in held.items()
    }
    frame = pd.DataFrame(columns, index=range(table.num_rows))
    return frame.assign(day=pd.to_datetime(frame["day"]), amount=frame["amount"].astype(float))


def _told_by_both(one: pd.DataFrame, other: pd.DataFrame) -> _SameSales | None:
    """What both files tell, where these are the same sales; else None."""
    first, last = max(one["day"].min(), other["day"].min()), min(one["day"].max(), other["day"].max())
    if not first < last:
        return None
    within = [each[each["day"].between(first, last)] for each in (one, other)]
    sums = [each.groupby("key")["amount"].sum().round(2).loc[lambda s: s > 0] for each in within]
    companies = sums[0].index.intersection(sums[1].index)
    if len(companies) < max(FEWEST_COMPANIES, MOSTLY * min(map(len, sums))):
        return None
    here, there = (each.loc[companies] for each in sums)
    ratios = here / there
    middle = float(ratios.median())
    is_alike = (ratios / middle).between(1 - SAME_RATIO, 1 + SAME_RATIO)
    is_taxed = 1 / HIGHEST_TAX <= middle <= HIGHEST_TAX
    if not is_taxed or is_alike.mean() < MOSTLY or here.nunique() < FEWEST_SUMS * len(companies):
        return None
    both = [each[each["key"].isin(companies)] for each in within]
    goes = 0 if _is_left_out(middle, *map(_fullness, both)) else 1
    more, tax = (ratios / middle, middle) if goes == 0 else (middle / ratios, 1 / middle)
    stays_after_all = ~is_alike & (more > max(tax, 1.0))
    left_out = companies[~stays_after_all], companies[stays_after_all]
    return _SameSales(first, last, left_out if goes == 0 else left_out[::-1])


def _is_left_out(ratio: float, fullness: tuple[float, ...], others: tuple[float, ...]) -> bool:
    """Whether the first of two files gives way to the other; what both are called, and which is read first, does not tell."""
    if abs(ratio - 1) > SAME_RATIO:
        return ratio > 1
    return fullness < others


def _fullness(sales: pd.DataFrame) -> tuple[float, ...]:
    """How much a file tells, and how early, and on how many rows."""
    days = (sales["day"] - pd.Timestamp(0)).dt.days
    return round(float(sales["amount"].sum()), 2), -float(days.sum()), float(len(sales))


__all__ = ["TOLD_TWICE", "without_told_twice"]
