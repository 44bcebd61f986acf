"""What companies paid month by month, to subscriptions: from the first month of a spell to the last that was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.tables.derived import Monthly
from icpcli.model.common import Finding
from icpcli.model.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BY_MONTH = "ICP138"
COMPLETE = 0.7  # of those who paid the month before must pay the last one, or that month is not over yet


def with_spells(monthly: Monthly) -> Monthly:
    """The subscriptions; of rows that are months, one for each spell of months paid without a break.

    A spell has ``started_on`` (the first of its first month), ``month`` (its last one, as exported), ``mrr`` (of its last month, rows of
    one company and month summed) and ``ended_on``: the first day after that month, null where the company still paid in the last
    month that is over. A blank, zero or negative amount is no payment.
    """
    subscriptions = monthly.subscriptions
    if "month" not in subscriptions.column_names:
        return monthly
    is_month = pc.is_valid(subscriptions.column("month"))
    if "mrr_change" in subscriptions.column_names:
        is_month = pc.and_(is_month, pc.is_null(subscriptions.column("mrr_change")))
    paid = _paid(subscriptions.filter(is_month))
    if paid.empty:
        return Monthly(subscriptions.filter(pc.invert(is_month)), monthly.findings)
    over = _last_over(paid)
    spells = _spells(paid, over)
    others = subscriptions.filter(pc.invert(is_month))
    whole = pa.concat_tables([others, _table(spells, subscriptions.schema)], promote_options="default")
    return Monthly(whole, (*monthly.findings, _noticed(spells, over)))


def _paid(rows: pa.Table) -> pd.DataFrame:
    """Per company and month: account_key, number (months since the year 0), month (date), mrr (Decimal), where anything was paid."""
    names = rows.column_names
    mrr = rows.column("mrr") if "mrr" in names else pa.nulls(rows.num_rows, pa.decimal128(18, 4))
    if "arr" in names:
        yearly = pc.cast(rows.column("arr"), pa.decimal128(22, 8))
        monthly = pc.divide(yearly, pa.scalar(MONTHS_PER_YEAR, pa.decimal128(4, 0)))
        mrr = pc.coalesce(mrr, pc.cast(pc.round(monthly, ndigits=4), mrr.type))
    months = rows.column("month")
    number = pc.add(pc.multiply(pc.year(months), MONTHS_PER_YEAR), pc.subtract(pc.month(months), 1))
    held = pa.table(
        {"account_key": rows.column("account_key"), "number": number, "month": months, "mrr": mrr}
    )
    sums = (
        held.drop_null()
        .group_by(["account_key", "number"], use_threads=False)
        .aggregate([("month", "max"), ("mrr", "sum")])
        .rename_columns({"month_max": "month", "mrr_sum": "mrr"})
    )
    paid = sums.filter(pc.greater(sums.column("mrr"), pa.scalar(0, pa.decimal128(4, 0))))
    frame: pd.DataFrame = paid.to_pandas()
    return frame.sort_values(["account_key", "number"], ignore_index=True)


def _last_over(paid: pd.DataFrame) -> int:
    """The last month that is over: the one before the last where so few who paid in that have paid the last that it is not."""
    last = int(paid["number"].max())
    before = set(paid.loc[paid["number"] == last - 1, "account_key"])
    stayed = set(paid.loc[paid["number"] == last, "account_key"]) & before
    return last if len(stayed) >= COMPLETE * len(before) else last - 1


def _spells(paid: pd.DataFrame, over: int) -> pd.DataFrame:
    """Per spell: account_key, first and last (month numbers), month, mrr, is_running."""
    same = paid["account_key"].eq(paid["account_key"].shift())
    begins = ~(same & paid["number"].eq(paid["number"].shift() + 1))
    spells = paid.groupby(begins.cumsum(), sort=True).agg(
        account_key=("account_key", "last"),
        first=("number", "first"),
        last=("number", "last"),
        month=("month", "last"),
        mrr=("mrr", "last"),
    )
    return spells.assign(is_running=spells["last"] >= over)


def _table(spells: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    mrr_type = schema.field("mrr").type if "mrr" in schema.names else pa.decimal128(18, 4)
    ends = pa.array(_first_days(spells["last"] + 1), mask=spells["is_running"].to_numpy())
    return pa.table(
        {
            "account_key": pa.array(spells["account_key"], pa.string()),
            "started_on": pa.array(_first_days(spells["first"])),
            "ended_on": ends,
            "month": pa.array(spells["month"], pa.date32()),
            "mrr": pc.cast(pa.array(spells["mrr"]), mrr_type),
        }
    )


def _first_days(numbers: pd.Series) -> np.ndarray:
    """The first day of months numbered since the year 0."""
    since_epoch = numbers.to_numpy() - 1970 * MONTHS_PER_YEAR
    days: np.ndarray = since_epoch.astype("datetime64[M]").astype("datetime64[D]")
    return days


def _month_name(number: int) -> str:
    year, month = divmod(int(number), MONTHS_PER_YEAR)
    return f"{year}-{month + 1:02d}"


def _noticed(spells: pd.DataFrame, over: int) -> Finding:
    companies = spells["account_key"].nunique()
    left = companies - spells.loc[spells["is_running"], "account_key"].nunique()
    first, last = int(spells["first"].min()), int(spells["last"].max())
    message = (
        f"{companies:,} companies have a row for each month they pay, from {_month_name(first)} to {_month_name(last)}: they are customers "
        f"from the first to the last month paid ({left:,} have left)."
    )
    if last > over:
        message += (
            f" So few have paid {_month_name(last)} that it is not over: nobody is taken to have left in it."
        )
    return Finding(BY_MONTH, message, companies)


__all__ = ["with_spells"]
