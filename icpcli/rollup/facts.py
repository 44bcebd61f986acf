"""What deals, invoices, subscriptions, activities and surveys say of each account: Ibis expressions, portable SQL.

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
LOST_DATES = ("lost_on", "closed_on", "created_on")
WORKED_DATES = ("created_on", "closed_on", "won_on", "lost_on")
EXACT = "decimal(18, 4)"
EFFORT_OF_DEALS = {
    "days_to_close": "deal_days_to_close",
    "times_contacted": "deal_touches",
    "discount": "deal_discount",
    "hours_spent": "deal_hours",
}


def deals(table: pa.Table) -> ir.Table:
    """Per account: won_deals, lost_deals, open_deals, new_deals (closed, new business), first_won_on, last_lost_on, deal_mrr, effort.

    first_decided_on is the day the first of its new business was won or lost, first_won whether it was won (1, else 0).
    The MRR is that of won deals, renewals not added to what they renew; deal_days_to_close, deal_touches, deal_hours
    and deal_discount are means over the new business. Of what the new business cost, where it is told: costed_deals,
    cost_of_deals (their sum), least_cost and largest_cost of one.
    """
    names = (
        "is_new_business",
        "is_renewal",
        "days_to_close",
        "times_contacted",
        "discount",
        "hours_spent",
        "mrr",
        "acquisition_cost",
    )
    rows = _with_decisions(_with_first_win(table_of(table, ("account_key", "outcome", *names, *_dates()))))
    is_won, is_new = rows.outcome == "won", _is_new_business(rows)
    figures = {
        "won_deals": is_won.cast("int64").sum(),
        "lost_deals": (rows.outcome == "lost").cast("int64").sum(),
        "open_deals": (rows.outcome == "open").cast("int64").sum(),
        "new_deals": (is_new & rows.outcome.isin(["won", "lost"])).cast("int64").sum(),
        "first_won_on": rows.first_won_on.min(),
        "last_lost_on": rows.lost_day.max(where=rows.outcome == "lost"),
        "first_decided_on": rows.decided_on.min(),
        "first_won": is_won.cast("int64").max(where=rows.is_first_decision),
    }
    if "mrr" in rows.columns:
        renews = (
            rows.is_renewal.fill_null(False) if "is_renewal" in rows.columns else ibis.literal(value=False)
        )
        bought = rows.mrr.sum(where=is_won & ~renews)
        figures["deal_mrr"] = ibis.coalesce(bought, rows.mrr.max(where=is_won)).cast("float64")
    return rows.group_by("account_key").aggregate(**figures, **_work_of(rows, is_new))


def _work_of(rows: ir.Table, is_new: ir.BooleanValue) -> dict[str, ir.Value]:
    """What new business took: means of effort, and its costs, as far as the deals tell."""
    figures: dict[str, ir.Value] = {}
    for source, name in EFFORT_OF_DEALS.items():
        if source in rows.columns:
            total = rows[source].cast(EXACT).sum(where=is_new).cast("float64")
            figures[name] = total / rows[source].count(where=is_new).nullif(0)
    if "acquisition_cost" in rows.columns:
        spent = rows.acquisition_cost
        figures["costed_deals"] = spent.count(where=is_new)
        figures["cost_of_deals"] = spent.sum(where=is_new).cast("float64")
        figures["least_cost"] = spent.min(where=is_new).cast("float64")
        figures["largest_cost"] = spent.max(where=is_new).cast("float64")
    return figures


def pursuits(table: pa.Table) -> ir.Table:
    """One row per deal of new business, open ones too: account_key, channel (null where not said), worked_on (date)."""
    rows = _with_first_win(
        table_of(table, ("account_key", "outcome", "channel", "is_new_business", *_dates()))
    )
    rows = rows.filter(_is_new_business(rows))
    return rows.select(
        account_key=rows.account_key,
        channel=rows.channel if "channel" in rows.columns else ibis.null("string"),
        worked_on=_first_date(rows, WORKED_DATES),
    )


def _dates() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*WON_DATES, *LOST_DATES, *WORKED_DATES)))


def _with_first_win(rows: ir.Table) -> ir.Table:
    """The deals of known accounts, each with the day its account was first won."""
    rows = rows.filter(rows.account_key.notnull())
    if not set(WON_DATES) & set(rows.columns):
        return rows.mutate(first_won_on=ibis.null("date"))
    won = rows.filter(rows.outcome == "won")
    firsts = won.group_by("account_key").aggregate(first_won_on=_first_date(won, WON_DATES).min())
    return rows.left_join(firsts, "account_key").drop("account_key_right")


def _with_decisions(rows: ir.Table) -> ir.Table:
    """The deals with ``lost_day``, and those of new business with the day they were won or lost, and whether that is their account's first."""
    is_new = _is_new_business(rows)
    won = ibis.ifelse(is_new & (rows.outcome == "won"), _first_date(rows, WON_DATES), None)
    lost = ibis.ifelse(is_new & (rows.outcome == "lost"), _first_date(rows, LOST_DATES), None)
    rows = rows.mutate(
        decided_on=ibis.coalesce(won, lost).cast("date"), lost_day=_first_date(rows, LOST_DATES).cast("date")
    )
    first = rows.decided_on.min().over(group_by="account_key")
    return rows.mutate(is_first_decision=(rows.decided_on == first).fill_null(False))


def _is_new_business(rows: ir.Table) -> ir.BooleanValue:
    """As the deal's type says; else whether it was opened no later than the account was first won."""
    if not set(WORKED_DATES) & set(rows.columns):
        return (
            ibis.coalesce(rows.is_new_business, True)
            if "is_new_business" in rows.columns
            else ibis.literal(True)
        )
    later = (_first_date(rows, WORKED_DATES) > rows.first_won_on).fill_null(False)
    if "is_new_business" not in rows.columns:
        return ~later
    return ibis.coalesce(rows.is_new_business, ~later)


def _first_date(rows: ir.Table, names: tuple[str, ...]) -> ir.DateValue:
    dates = [rows[name] for name in names if name in rows.columns]
    return ibis.coalesce(*dates) if dates else ibis.null("date")


def orders_from_deals(table: pa.Table) -> ir.Table:
    """One row per won deal with an amount: account_key, ordered_on, revenue, cost (null)."""
    rows = table_of(table, ("account_key", "outcome", "amount", *WON_DATES))
    won = rows.filter((rows.outcome == "won") & rows.account_key.notnull() & rows.amount.notnull())
    return won.select(
        account_key=won.account_key,
        ordered_on=_first_date(won, WON_DATES),
        revenue=won.amount.cast("float64"),
        cost=ibis.null("float64"),
    )


def orders_from_invoices(table: pa.Table) -> ir.Table:
    """One row per invoice, its lines summed: account_key, ordered_on, revenue, cost (null where a line has none).

    Lines without a number are one invoice a day.
    """
    names = ("account_key", "invoice_id", "invoiced_on", "amount", "cost")
    rows = table_of(table, names).filter(ibis._.account_key.notnull())
    day = rows.invoiced_on if "invoiced_on" in rows.columns else ibis.null("date")
    number = rows.invoice_id if "invoice_id" in rows.columns else ibis.null("string")
    rows = rows.mutate(number=number, day=ibis.ifelse(number.isnull(), day, ibis.null("date")))
    keys = ["account_key", "number", "day"]
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
    """Per account: subscriptions, running, ended_undated, first_start, last_end, running_mrr, last_mrr.

    Running is what has not ended by its date, else by its status; ended_undated, what has by its status alone. The last MRR is the sum
    of those that ended last, all that a customer paid when leaving.
    """
    rows = table_of(table, ("account_key", "started_on", "ended_on", "has_ended", "mrr", "arr"))
    rows = rows.filter(rows.account_key.notnull())
    ended = rows.ended_on if "ended_on" in rows.columns else ibis.null("date")
    says_ended = rows.has_ended.fill_null(False) if "has_ended" in rows.columns else ibis.literal(value=False)
    undated = (ended.isnull() & says_ended).cast("int64")
    runs = ((ended.isnull() & ~says_ended) | (ended > ibis.literal(as_of)).fill_null(False)).cast("int64")
    told = [rows.mrr.cast(EXACT)] if "mrr" in rows.columns else []
    told += [(rows.arr / 12).cast(EXACT)] if "arr" in rows.columns else []
    monthly = ibis.coalesce(*told) if told else ibis.null(EXACT)
    rows = rows.mutate(runs=runs, undated=undated, monthly=monthly, ends=ended)
    rows = rows.mutate(is_last=rows.ends == rows.ends.max().over(group_by="account_key"))
    figures = {
        "subscriptions": rows.count(),
        "running": rows.runs.sum(),
        "ended_undated": rows.undated.sum(),
        "last_end": rows.ends.max(),
        "running_mrr": rows.monthly.sum(where=rows.runs == 1).cast("float64"),
        "last_mrr": ibis.coalesce(rows.monthly.sum(where=rows.is_last), rows.monthly.max()).cast("float64"),
    }
    if "started_on" in rows.columns:
        figures["first_start"] = rows.started_on.min()
    return rows.group_by("account_key").aggregate(**figures)


def contracts(table: pa.Table, as_of: date) -> ir.Table:
    """Per account, of won deals with an end: contracts, running_contracts, contract_end (the last), contract_mrr.

    The MRR is the sum over contracts that run and have begun, else over those that will, else the largest: a renewal signed ahead
    pays nothing beside what it renews.
    """
    rows = table_of(table, ("account_key", "outcome", "contract_start", "contract_end", "mrr"))
    rows = rows.filter((rows.outcome == "won") & rows.account_key.notnull() & rows.contract_end.notnull())
    runs = rows.contract_end > ibis.literal(as_of)
    begun = (
        (rows.contract_start <= ibis.literal(as_of)).fill_null(True)
        if "contract_start" in rows.columns
        else ibis.literal(value=True)
    )
    return rows.group_by("account_key").aggregate(
        contracts=rows.count(),
        running_contracts=runs.cast("int64").sum(),
        contract_end=rows.contract_end.max(),
        contract_mrr=ibis.coalesce(
            rows.mrr.sum(where=runs & begun), rows.mrr.sum(where=runs), rows.mrr.max()
        ).cast("float64"),
    )


def churn_events(table: pa.Table) -> ir.Table:
    """Per account: event_churned_on, the latest churn event."""
    rows = table_of(table, ("account_key", "churned_on"))
    return (
        rows.filter(rows.account_key.notnull())
        .group_by("account_key")
        .aggregate(event_churned_on=rows.churned_on.max())
    )


def activities(table: pa.Table, won: ir.Table) -> ir.Table:
    """Per account: activities, those until it was won (null for none); unplaced_activities, of no day or an account with none.

    What came after is the care of a customer and no effort to win one; where all did, what came before is not recorded. ``won``:
    account_key, won_on (null for who was never won).
    """
    rows = table_of(table, ("account_key", "occurred_on")).filter(ibis._.account_key.notnull())
    rows = rows.left_join(won, "account_key").drop("account_key_right")
    occurred = rows.occurred_on if "occurred_on" in rows.columns else ibis.null("date")
    is_later = (occurred > rows.won_on).fill_null(False)
    unplaced = occurred.isnull() | rows.won_on.isnull()
    return rows.group_by("account_key").aggregate(
        activities=rows.count(where=~is_later).nullif(0), unplaced_activities=unplaced.cast("int64").sum()
    )


def _won_days(accounts: pa.Table, joined: ir.Table) -> ir.Table:
    """The day each account was won: of its first deal won, else its own customer-since date, else its first subscription."""
    own = table_of(accounts, ("account_key", "customer_since"))
    days = joined.left_join(own, "account_key").drop("account_key_right")
    won_on = _first_date(days, ("first_won_on", "customer_since", "first_start"))
    return days.select(account_key=days.account_key, won_on=won_on)


def contacts(table: pa.Table) -> ir.Table:
    """Per account: people, contact_touches (sum), and what its people answered (see ``answers``)."""
    rows = table_of(table, ("account_key", "times_contacted", "nps", "satisfaction"))
    rows = rows.filter(rows.account_key.notnull())
    figures: dict[str, ir.Value] = {"people": rows.count(), **_answers(rows, "contact_")}
    if "times_contacted" in rows.columns:
        figures["contact_touches"] = rows.times_contacted.cast(EXACT).sum().cast("float64")
    return rows.group_by("account_key").aggregate(**figures)


def surveys(table: pa.Table) -> ir.Table:
    """Per account, of the rows of surveys: what was answered."""
    rows = table_of(table, ("account_key", "nps", "satisfaction"))
    rows = rows.filter(rows.account_key.notnull())
    figures = _answers(rows, "survey_")
    return rows.group_by("account_key").aggregate(survey_rows=rows.count(), **figures)


def _answers(rows: ir.Table, prefix: str) -> dict[str, ir.Value]:
    """For NPS and satisfaction: the mean, how many answers, and the sum of their squares (to tell spread within an account)."""
    figures: dict[str, ir.Value] = {}
    for name in ("nps", "satisfaction"):
        if name in rows.columns:
            exact = rows[name].cast(EXACT)
            figures[f"{prefix}{name}"] = exact.sum().cast("float64") / rows[name].count().nullif(0)
            figures[f"{prefix}{name}_answers"] = rows[name].count()
            figures[f"{prefix}{name}_squares"] = (exact * exact).cast(EXACT).sum().cast("float64")
    return figures


def per_account(tables: Mapping[CrmObject, pa.Table], as_of: date) -> ir.Table:
    """One row per account known, with the figures of every table that is there; those absent are no column."""
    joined = table_of(tables[CrmObject.ACCOUNT], ("account_key",))
    makers = [
        (CrmObject.DEAL, deals),
        (CrmObject.SUBSCRIPTION, lambda table: subscriptions(table, as_of)),
        (CrmObject.CHURN, churn_events),
        (CrmObject.CONTACT, contacts),
        (CrmObject.SURVEY, surveys),
    ]
    if CrmObject.DEAL in tables and "contract_end" in tables[CrmObject.DEAL].column_names:
        makers.append((CrmObject.DEAL, lambda table: contracts(table, as_of)))
    for wanted, make in makers:
        if wanted in tables:
            joined = joined.left_join(make(tables[wanted]), "account_key").drop("account_key_right")
    if CrmObject.ACTIVITY in tables:
        won = _won_days(tables[CrmObject.ACCOUNT], joined)
        joined = joined.left_join(activities(tables[CrmObject.ACTIVITY], won), "account_key").drop(
            "account_key_right"
        )
    return joined


def orders(tables: Mapping[CrmObject, pa.Table]) -> ir.Table | None:
    """Every purchase: invoices where they are exported, else won deals with amounts; None where neither is there."""
    invoices, dealt = tables.get(CrmObject.INVOICE), tables.get(CrmObject.DEAL)
    if invoices is not None:
        return orders_from_invoices(invoices)
    if dealt is not None and "amount" in dealt.column_names:
        return orders_from_deals(dealt)
    return None
