"""What companies paid month by month, to subscriptions: from the first month of a spell to the last that was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.model.common import Finding

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BY_MONTH = "ICP138"
COMPLETE = 0.7  # of those who paid the month before must pay the last one, or that month is not over yet
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """Subscriptions, and what was made of the months."""

    subscriptions: pa.Table
    findings: tuple[Finding, ...]


def with_spells(subscriptions: pa.Table) -> Spells:
    """The subscriptions; of rows that are months, one for each spell of months paid without a break.

    A spell has ``started_on`` (the first of its first month), ``month`` (its last one, as exported), ``mrr`` (of its last month, rows of
    one company and month summed) and ``ended_on``: the first day after that month, null where the company paid in the last month
    of all. A blank, zero or negative amount is no payment. The last month is left out where so few paid it that it cannot be over.
    """
    if (
        "month" not in subscriptions.column_names
        or not pc.any(pc.is_valid(subscriptions.column("month"))).as_py()
    ):
        return Spells(subscriptions, ())
    is_month = pc.is_valid(subscriptions.column("month"))
    paid = _paid(subscriptions.filter(is_month))
    if paid.empty:
        return Spells(subscriptions.filter(pc.invert(is_month)), ())
    complete, left_out = _complete(paid)
    spells = _spells(complete)
    others = subscriptions.filter(pc.invert(is_month))
    whole = pa.concat_tables([others, _table(spells, subscriptions.schema)], promote_options="default")
    return Spells(whole, _noticed(spells, complete, left_out))


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


def _complete(paid: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The months without a last one that is not over yet, and which that was ("" for none)."""
    last = paid["number"].max()
    before = set(paid.loc[paid["number"] == last - 1, "account_key"])
    stayed = set(paid.loc[paid["number"] == last, "account_key"]) & before
    if not before or len(stayed) >= COMPLETE * len(before):
        return paid, ""
    return paid[paid["number"] < last].reset_index(drop=True), _month_name(last)


def _spells(paid: pd.DataFrame) -> pd.DataFrame:
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
    return spells.assign(is_running=spells["last"] == paid["number"].max())


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


def _noticed(spells: pd.DataFrame, paid: pd.DataFrame, left_out: str) -> tuple[Finding, ...]:
    running = set(spells.loc[spells["is_running"], "account_key"])
    companies = paid["account_key"].nunique()
    message = (
        f"{companies:,} companies have a row for each month they pay, from {_month_name(paid['number'].min())} to "
        f"{_month_name(paid['number'].max())}: they are customers from the first to the last month paid ({companies - len(running):,} have left)."
    )
    if left_out:
        message += f" {left_out} was left out: so few pay in it that it is not complete."
    return (Finding(BY_MONTH, message, companies),)


__all__ = ["Spells", "with_spells"]
