"""What deals, invoices, subscriptions and activities say of each account: Ibis expressions, portable SQL.

Sums are over decimal(18, 4), so that they are exact in any order; they become doubles afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from icpcli.model.common import CrmObject
from icpcli.rollup.engine import table_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import ibis.expr.types as ir
    import pyarrow as pa

WON_DATES = ("won_on", "closed_on", "created_on")


def deals(table: pa.Table) -> ir.Table:
    """Per account: won_deals, lost_deals, first_won_on, days_to_close and deal_touches (means over its deals)."""
    wanted = ("account_key", "outcome", *WON_DATES, "days_to_close", "times_contacted")
    rows = table_of(table, wanted).filter(ibis._.account_key.notnull())
    is_won = rows.outcome == "won"
    figures = {
        "won_deals": is_won.cast("int64").sum(),
        "lost_deals": (rows.outcome == "lost").cast("int64").sum(),
    }
    dates = [rows[name] for name in WON_DATES if name in rows.columns]
    if dates:
        figures["first_won_on"] = ibis.coalesce(*dates).min(where=is_won)
    for source, name in (("days_to_close", "deal_days_to_close"), ("times_contacted", "deal_touches")):
        if source in rows.columns:
            figures[name] = rows[source].cast("decimal(18, 4)").sum().cast("float64") / rows[source].count()
    return rows.group_by("account_key").aggregate(**figures)


def orders_from_deals(table: pa.Table) -> ir.Table:
    """One row per won deal with an amount: account_key, ordered_on, revenue, cost (null)."""
    rows = table_of(table, ("account_key", "outcome", "amount", *WON_DATES))
    dates = [rows[name] for name in WON_DATES if name in rows.columns]
    won = rows.filter((rows.outcome == "won") & rows.account_key.notnull() & rows.amount.notnull())
    return won.select(
        account_key=won.account_key,
        ordered_on=ibis.coalesce(*[won[d.get_name()] for d in dates]) if dates else ibis.null("date"),
        revenue=won.amount.cast("float64"),
        cost=ibis.null("float64"),
    )


def orders_from_invoices(table: pa.Table) -> ir.Table:
    """One row per invoice, its lines summed: account_key, ordered_on, revenue, cost (null where a line has none)."""
    names = ("account_key", "invoice_id", "invoiced_on", "amount", "cost")
    rows = table_of(table, names).filter(ibis._.account_key.notnull())
    keys = [name for name in ("account_key", "invoice_id") if name in rows.columns]
    if "invoice_id" not in rows.columns and "invoiced_on" in rows.columns:
        keys.append("invoiced_on")
    figures = {"lines": rows.count()}
    if "amount" in rows.columns:
        figures["revenue"] = rows.amount.sum().cast("float64")
    if "invoiced_on" in rows.columns:
        figures["ordered_on"] = rows.invoiced_on.min()
    if "cost" in rows.columns:
        complete = rows.cost.count() == rows.count()
        figures["cost"] = ibis.ifelse(complete, rows.cost.sum(), None).cast("float64")
    bills = rows.group_by(keys).aggregate(**figures)
    return bills.select(
        account_key=bills.account_key,
        ordered_on=bills.ordered_on if "ordered_on" in bills.columns else ibis.null("date"),
        revenue=bills.revenue if "revenue" in bills.columns else ibis.null("float64"),
        cost=bills.cost if "cost" in bills.columns else ibis.null("float64"),
    )


def subscriptions(table: pa.Table, as_of: date) -> ir.Table:
    """Per account: subscriptions, first_start, last_end (null while one runs), subscription_mrr.

    The MRR is the sum over running subscriptions, else the largest of those that ended last.
    """
    rows = table_of(table, ("account_key", "started_on", "ended_on", "mrr", "arr"))
    rows = rows.filter(rows.account_key.notnull())
    ended = rows.ended_on if "ended_on" in rows.columns else ibis.null("date")
    runs = (ended.isnull() | (ended > ibis.literal(as_of))).cast("int64")
    monthly = (
        rows.mrr
        if "mrr" in rows.columns
        else rows.arr / 12
        if "arr" in rows.columns
        else ibis.null("float64")
    )
    rows = rows.mutate(runs=runs, monthly=monthly.cast("decimal(18, 4)"), ends=ended)
    figures = {
        "subscriptions": rows.count(),
        "running": rows.runs.sum(),
        "last_end": rows.ends.max(),
        "running_mrr": rows.monthly.sum(where=rows.runs == 1).cast("float64"),
        "largest_mrr": rows.monthly.max().cast("float64"),
    }
    if "started_on" in rows.columns:
        figures["first_start"] = rows.started_on.min()
    return rows.group_by("account_key").aggregate(**figures)


def churn_events(table: pa.Table) -> ir.Table:
    """Per account: event_churned_on, the latest churn event."""
    rows = table_of(table, ("account_key", "churned_on"))
    return (
        rows.filter(rows.account_key.notnull())
        .group_by("account_key")
        .aggregate(event_churned_on=rows.churned_on.max())
    )


def activities(table: pa.Table) -> ir.Table:
    """Per account: activities, how many there were."""
    rows = table_of(table, ("account_key",))
    return rows.filter(rows.account_key.notnull()).group_by("account_key").aggregate(activities=rows.count())


def contacts(table: pa.Table) -> ir.Table:
    """Per account: contact_touches (sum), contact_nps (mean) and contact_nps_answers."""
    rows = table_of(table, ("account_key", "times_contacted", "nps"))
    rows = rows.filter(rows.account_key.notnull())
    figures: dict[str, ir.Value] = {"people": rows.count()}
    if "times_contacted" in rows.columns:
        figures["contact_touches"] = rows.times_contacted.cast("decimal(18, 4)").sum().cast("float64")
    if "nps" in rows.columns:
        figures["contact_nps"] = rows.nps.cast("decimal(18, 4)").sum().cast("float64") / rows.nps.count()
        figures["contact_nps_answers"] = rows.nps.count()
    return rows.group_by("account_key").aggregate(**figures)


def per_account(tables: Mapping[CrmObject, pa.Table], as_of: date) -> ir.Table:
    """One row per account known, with the figures of every table that is there; those absent are no column."""
    joined = table_of(tables[CrmObject.ACCOUNT], ("account_key",))
    makers = {
        CrmObject.DEAL: deals,
        CrmObject.SUBSCRIPTION: lambda table: subscriptions(table, as_of),
        CrmObject.CHURN: churn_events,
        CrmObject.ACTIVITY: activities,
        CrmObject.CONTACT: contacts,
    }
    for wanted, make in makers.items():
        if wanted in tables:
            joined = joined.left_join(make(tables[wanted]), "account_key").drop("account_key_right")
    return joined


def orders(tables: Mapping[CrmObject, pa.Table]) -> ir.Table | None:
    """Every purchase: invoices where they are exported, else won deals with amounts; None where neither is there."""
    invoices, dealt = tables.get(CrmObject.INVOICE), tables.get(CrmObject.DEAL)
    if invoices is not None:
        return orders_from_invoices(invoices)
    if dealt is not None and "amount" in dealt.column_names:
        return orders_from_deals(dealt)
    return None
