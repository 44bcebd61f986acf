"""Sales that two exports tell under numbers of their own: a shop's orders, and the invoices that were written for them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

FEWEST_COMPANIES = 10  # in both files, for their sums to tell
MOSTLY = (
    0.8  # of the companies of the file with fewer are in the other, and of these have the same ratio of sums
)
HIGHEST_TAX = 1.27  # of value added, in Hungary: one of the files may hold amounts with tax
SAME_RATIO = 0.03  # how far the ratio of a company may lie from the others': shipping, and what was invoiced a month later
FEWEST_SUMS = 0.5  # of the sums must differ from each other: where all pay one price, all ratios are one


def without_told_twice(tables: Sequence[pa.Table]) -> list[pa.Table]:
    """The files' invoices, without those that another file has for the same companies and months, at the same price but for tax.

    The file with the lower amounts, without tax, stays; of equal ones the first.
    """
    sales = [_sales(table) for table in tables]
    gone = [np.zeros(table.num_rows, dtype=bool) for table in tables]
    for one, other in combinations(range(len(tables)), 2):
        told = _told_by_both(sales[one][~gone[one]], sales[other][~gone[other]])
        if told is None:
            continue
        ratio, first, last, companies = told
        file = one if ratio > 1 + SAME_RATIO else other
        days, keys = sales[file]["day"], sales[file]["key"]
        gone[file] |= (days.between(first, last) & keys.isin(companies)).to_numpy()
    return [
        table.filter(pc.invert(mask)) if mask.any() else table
        for table, mask in zip(tables, gone, strict=True)
    ]


def _sales(table: pa.Table) -> pd.DataFrame:
    """The company, the day and the amount of each row; blank where the file says none."""
    held = {"account_key": "key", "invoiced_on": "day", "amount": "amount"}
    columns = {
        name: table.column(field).to_pandas() if field in table.column_names else None
        for field, name in held.items()
    }
    frame = pd.DataFrame(columns, index=range(table.num_rows))
    return frame.assign(day=pd.to_datetime(frame["day"]), amount=frame["amount"].astype(float))


def _told_by_both(
    one: pd.DataFrame, other: pd.DataFrame
) -> tuple[float, pd.Timestamp, pd.Timestamp, pd.Index] | None:
    """The ratio of the sums, the days that both cover and the companies in both, where these are the same sales; else None."""
    first, last = max(one["day"].min(), other["day"].min()), min(one["day"].max(), other["day"].max())
    if not first < last:
        return None
    sums = [
        each[each["day"].between(first, last)].groupby("key")["amount"].sum().loc[lambda s: s > 0]
        for each in (one, other)
    ]
    companies = sums[0].index.intersection(sums[1].index)
    if len(companies) < max(FEWEST_COMPANIES, MOSTLY * min(map(len, sums))):
        return None
    here, there = (each.loc[companies] for each in sums)
    ratios = here / there
    middle = float(ratios.median())
    alike = float((ratios / middle).between(1 - SAME_RATIO, 1 + SAME_RATIO).mean())
    is_taxed = 1 / HIGHEST_TAX <= middle <= HIGHEST_TAX
    if not is_taxed or alike < MOSTLY or here.nunique() < FEWEST_SUMS * len(companies):
        return None
    return middle, first, last, companies


__all__ = ["without_told_twice"]
