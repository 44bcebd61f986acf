"""By how much companies' recurring revenue changed and when, to subscriptions: from the day it rises above nothing to the day it is nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.tables.derived import Monthly
from icpcli.load.texts.values import MONEY_TYPE
from icpcli.model.common import Finding

if TYPE_CHECKING:
    import pandas as pd

BY_MOVEMENT = "ICP150"
UNITS = 10_000  # of MONEY_TYPE in one: sums of whole units are exact
NOTHING = 0.01  # of the most a company paid: what currencies leave behind when all is cancelled


def with_movements(monthly: Monthly) -> Monthly:
    """The subscriptions; of rows that are changes of MRR, one for each time a company paid anything.

    Such a row has ``mrr_change`` (a month, negative for less) and ``month`` (the day), and perhaps ``mrr`` (what the company pays
    from then on). What is made of them has ``mrr`` (the last that was paid), ``started_on`` (null where the company paid before its
    first change, as where the export begins later than its business), ``ended_on`` (null while it pays) and ``month`` (the day of its
    last change). Of a company that other rows tell of, those stand.
    """
    subscriptions = monthly.subscriptions
    if not {"mrr_change", "month"} <= set(subscriptions.column_names):
        return monthly
    is_change = pc.and_(
        pc.is_valid(subscriptions.column("mrr_change")), pc.is_valid(subscriptions.column("month"))
    )
    others = subscriptions.filter(pc.invert(is_change)).drop_columns(["mrr_change"])
    changes = subscriptions.filter(pc.and_(is_change, pc.is_valid(subscriptions.column("account_key"))))
    is_told = pc.is_in(changes.column("account_key"), pc.unique(others.column("account_key")))
    levels = _levels(changes.filter(pc.invert(is_told)))
    if levels.empty:
        return Monthly(others, monthly.findings)
    spells = _spells(levels)
    whole = pa.concat_tables([others, _table(spells)], promote_options="default")
    found = _noticed(levels, spells, told_elsewhere=pc.sum(is_told).as_py() or 0)
    return Monthly(whole, (*monthly.findings, found))


def _levels(rows: pa.Table) -> pd.DataFrame:
    """Per company and day: account_key, day, mrr from that day on and before (units), those of a company in the order of days."""
    after = rows.column("mrr") if "mrr" in rows.column_names else pa.nulls(rows.num_rows, MONEY_TYPE)
    change = _units(rows.column("mrr_change"))
    told = pa.table(
        {
            "account_key": rows.column("account_key"),
            "day": rows.column("month"),
            "change": change,
            "before": pc.subtract(_units(after), change),
        }
    )
    days = told.group_by(["account_key", "day"], use_threads=False)
    frame: pd.DataFrame = days.aggregate([("change", "sum"), ("before", "min")]).to_pandas()
    frame = frame.sort_values(["account_key", "day"], ignore_index=True)
    by_company = frame.groupby("account_key", sort=False)
    net = by_company["change_sum"].cumsum()
    least = net.groupby(frame["account_key"], sort=False).transform("min")
    paid_before = by_company["before_min"].transform("first").fillna((-least).clip(lower=0))
    mrr = net + paid_before.clip(lower=0).astype("int64")
    return frame[["account_key", "day"]].assign(mrr=mrr, before=mrr - frame["change_sum"])


def _units(money: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.multiply(money, pa.scalar(UNITS, pa.decimal128(6, 0))), pa.int64())


def _spells(levels: pd.DataFrame) -> pd.DataFrame:
    """Per time a company paid: account_key, started_on and ended_on (NaT where not known or not yet), mrr (units)."""
    key = levels["account_key"]
    pays = levels["mrr"] > NOTHING * levels.groupby(key)["mrr"].transform("max")
    is_first = key.ne(key.shift())
    paid = (pays.shift(fill_value=False) & ~is_first) | (is_first & (levels["before"] > 0))
    number = (pays & ~paid).groupby(key).cumsum()
    here = levels.assign(number=number, pays=pays, paid=paid)[pays | paid]
    each = here.groupby(["account_key", "number"], sort=True)
    first, last = each.first(), each.last()
    spells = first[[]].assign(
        started_on=first["day"].where(~first["paid"]),
        ended_on=last["day"].where(~last["pays"]),
        month=last["day"],
        mrr=last["mrr"].where(last["pays"], last["before"]),
    )
    return spells.reset_index().drop(columns="number")


def _table(spells: pd.DataFrame) -> pa.Table:
    mrr = [Decimal(units) / UNITS for units in spells["mrr"].tolist()]
    return pa.table(
        {
            "account_key": pa.array(spells["account_key"], pa.string()),
            "started_on": pa.array(spells["started_on"], pa.date32()),
            "ended_on": pa.array(spells["ended_on"], pa.date32()),
            "month": pa.array(spells["month"], pa.date32()),
            "mrr": pa.array(mrr, MONEY_TYPE),
        }
    )


def _noticed(levels: pd.DataFrame, spells: pd.DataFrame, *, told_elsewhere: int) -> Finding:
    companies = spells["account_key"].nunique()
    left = companies - spells.loc[spells["ended_on"].isna(), "account_key"].nunique()
    before = spells.loc[spells["started_on"].isna(), "account_key"].nunique()
    message = (
        f"{companies:,} companies have a row for each change of their MRR, from {np.min(levels['day'])} to {np.max(levels['day'])}: they are "
        f"customers while it is above nothing ({left:,} have left)."
    )
    if before:
        message += f" {before:,} paid before their first change: since when is not known."
    if told_elsewhere:
        message += f" {told_elsewhere:,} change(s) of companies whose subscriptions are told otherwise were left out."
    return Finding(BY_MOVEMENT, message, companies)


__all__ = ["with_movements"]
