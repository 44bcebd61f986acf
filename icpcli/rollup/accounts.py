"""One row per account worked: who is a customer, since when, until when, and worth what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.errors import DataError
from icpcli.model.common import CrmObject, Finding, Kind
from icpcli.model.tables import CUSTOM_PREFIX, FIELDS, Book
from icpcli.model.units import DAYS_PER_MONTH, positive_floor
from icpcli.rollup import facts
from icpcli.rollup.engine import connect, fetch
from icpcli.rollup.groups import related_accounts
from icpcli.rollup.regime import Retention, retention_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from icpcli.model.tables import Exports
    from icpcli.settings import Settings

MARGIN_USED = "ICP201"
MONEY_PARTS = 10_000  # money is decimal(18, 4)
MIN_COST_SHARE = 0.95  # of purchases must have a cost for margins to be told from it
MAX_LOSS_SHARE = 0.2  # of purchases may lose money; beyond, the cost column is not what it seems

# Company columns that describe it; the others are the program's own figures or name it.
ATTRIBUTES = (
    "industry",
    "sector",
    "account_type",
    "employees",
    "annual_revenue",
    "country",
    "region",
    "city",
    "channel",
    "founded_year",
    "lifecycle_stage",
    "deal_stage",
    "lead_status",
    "owner",
    "deal_count",
    "contact_count",
    "days_to_close",
    "times_contacted",
)
NO_ATTRIBUTE = frozenset({Kind.DATE, Kind.ID, Kind.TEXT})


def roll_up_accounts(exports: Exports, settings: Settings) -> Book:
    """The book of accounts worked: customers, and companies of which every deal was lost.

    Raises DataError where no company is a customer, or no figure stands behind any criterion.
    """
    backend = connect()
    known = _known_accounts(exports.tables)
    rolled = fetch(backend, facts.per_account(exports.tables, exports.as_of))
    everyone = known.merge(rolled, on="account_key", how="left", validate="1:1").sort_values(
        "account_key", ignore_index=True
    )
    purchases = facts.orders(exports.tables)
    orders = _margins(fetch(backend, purchases), settings) if purchases is not None else _no_orders()
    everyone = _with_orders(everyone, orders)
    is_customer = _is_customer(everyone)
    is_lost = ~is_customer & (
        (_column(everyone, "lost_deals").fillna(0) > 0) | (everyone["outcome"] == "lost")
    )
    _require_customers(is_customer, exports)
    worked = (is_customer | is_lost).to_numpy()
    attributes, kinds = _attributes(exports.tables[CrmObject.ACCOUNT], exports)
    book = everyone[worked].reset_index(drop=True)
    retention = retention_of(book, is_customer[worked].to_numpy(), orders, exports.as_of)
    accounts = _accounts(book, is_customer[worked].to_numpy(), retention, exports, settings)
    _require_figures(accounts, exports)
    return Book(
        accounts=accounts,
        attributes=attributes[worked].reset_index(drop=True),
        attribute_kinds=kinds,
        orders=orders,
        regime=retention.regime,
        currency=_currency(exports),
        as_of=exports.as_of,
        not_worked=int((~worked).sum()),
        not_worked_attributes=attributes[~worked].reset_index(drop=True),
        findings=(*retention.findings, *_margin_finding(orders, settings)),
    )


def _known_accounts(tables: Mapping[CrmObject, pa.Table]) -> pd.DataFrame:
    """What the account rows say themselves: text, dates, and money as doubles."""
    table = tables[CrmObject.ACCOUNT]
    fields = FIELDS[CrmObject.ACCOUNT]
    names = ["account_key", "outcome", *(n for n in table.column_names if n in fields)]
    frame: pd.DataFrame = table.select(names).to_pandas()
    for name in names[2:]:
        if fields[name] is Kind.MONEY:
            frame[name] = frame[name].astype(float)
        elif fields[name] is Kind.DATE:
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame


def _margins(orders: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The purchases with their margin: by the gross margin, else revenue less cost, else revenue itself.

    Costs are not believed where they are incomplete, or would make a fifth of all purchases a loss.
    """
    revenue, cost = orders["revenue"].astype(float), orders["cost"].astype(float)
    margin = revenue * (settings.gross_margin or 1.0)
    if settings.gross_margin is None and cost.notna().mean() >= MIN_COST_SHARE:
        after_cost = revenue - cost
        if (after_cost <= 0).mean() <= MAX_LOSS_SHARE:
            margin = after_cost
    dates = pd.to_datetime(orders["ordered_on"]).astype("datetime64[s]")
    frame = pd.DataFrame(
        {"account_key": orders["account_key"], "ordered_on": dates, "amount": margin, "revenue": revenue}
    )
    return frame.sort_values(["account_key", "ordered_on", "amount", "revenue"], ignore_index=True)


def _no_orders() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_key": pd.Series(dtype=str),
            "ordered_on": pd.Series(dtype="datetime64[s]"),
            "amount": pd.Series(dtype=float),
            "revenue": pd.Series(dtype=float),
        }
    )


def _with_orders(everyone: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """The accounts with their purchases summed: orders, realised_revenue, realised_margin, order_value_log_mean."""
    by_account = orders.groupby("account_key", sort=True)
    floor = positive_floor(orders["amount"].to_numpy(dtype=float))
    logs = np.log(orders["amount"].clip(lower=floor)) if len(orders) else orders["amount"]
    summed = pd.DataFrame(
        {
            "orders": by_account.size(),
            "first_order_on": by_account["ordered_on"].min(),
            "last_order_on": by_account["ordered_on"].max(),
            "realised_revenue": _exact_sums(orders["revenue"], orders["account_key"]),
            "realised_margin": _exact_sums(orders["amount"], orders["account_key"]),
            "order_value_log_mean": logs.groupby(orders["account_key"], sort=True).mean(),
        }
    )
    joined = everyone.merge(summed, left_on="account_key", right_index=True, how="left")
    return joined.assign(orders=joined["orders"].fillna(0).astype(int))


def _exact_sums(amounts: pd.Series, keys: pd.Series) -> pd.Series:
    """The sum of money per key in whole ten-thousandths, so that it is right to the cent in any order."""
    parts = (amounts * MONEY_PARTS).round().astype("Int64")
    sums: pd.Series = parts.groupby(keys, sort=True).sum(min_count=1).astype(float) / MONEY_PARTS
    return sums


def _is_customer(everyone: pd.DataFrame) -> pd.Series:
    signs = everyone["orders"] > 0
    for name in ("won_deals", "subscriptions", "mrr", "arr", "total_revenue"):
        signs |= _column(everyone, name).fillna(0) > 0
    for name in ("customer_since", "churned_on"):
        if name in everyone:
            signs |= everyone[name].notna()
    return signs | (everyone["outcome"] == "won")


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    """A numeric column, all missing where the exports do not have it."""
    return frame[name].astype(float) if name in frame else pd.Series(np.nan, index=frame.index)


def _attributes(table: pa.Table, exports: Exports) -> tuple[pd.DataFrame, dict[str, Kind]]:
    """Every column that may describe a company, text or double, by field or own header; canonical order."""
    custom = {r.header: r.kind for r in exports.readings if r.field is None and r.object is CrmObject.ACCOUNT}
    held, kinds = {}, {}
    for name in sorted(table.column_names):
        field = name.removeprefix(CUSTOM_PREFIX)
        is_custom = name.startswith(CUSTOM_PREFIX)
        kind = custom.get(field, Kind.TEXT) if is_custom else FIELDS[CrmObject.ACCOUNT].get(name, Kind.TEXT)
        if (not is_custom and name not in ATTRIBUTES) or kind in NO_ATTRIBUTE:
            continue
        field = field if not is_custom or field not in table.column_names else f"{field} (custom)"
        column = table.column(name).to_pandas()
        if kind in {Kind.MONEY, Kind.COUNT}:
            held[field] = column.astype(float)
        else:
            texts = column.map({True: "yes", False: "no"}) if kind is Kind.BOOLEAN else column
            held[field] = texts.astype(object).where(texts.notna(), None)
        kinds[field] = kind
    order = np.argsort(table.column("account_key").to_numpy(zero_copy_only=False))
    return pd.DataFrame(held, index=range(table.num_rows)).iloc[order].reset_index(drop=True), kinds


def _accounts(
    book: pd.DataFrame,
    is_customer: np.ndarray,
    retention: Retention,
    exports: Exports,
    settings: Settings,
) -> pd.DataFrame:
    """The columns that ``Book.accounts`` promises."""
    margin = settings.gross_margin or 1.0
    nps = _column(book, "nps").fillna(_column(book, "contact_nps"))
    answers = _column(book, "contact_nps_answers").fillna(0)
    return pd.DataFrame(
        {
            "account_key": book["account_key"],
            "name": book["name"].fillna(book["account_key"]) if "name" in book else book["account_key"],
            "group": related_accounts(book),
            "is_customer": is_customer,
            "won_deals": _column(book, "won_deals").fillna(0).astype(int),
            "lost_deals": _column(book, "lost_deals").fillna(0).astype(int),
            "customer_since": retention.customer_since,
            "churned_on": retention.churned_on,
            "followed_from": retention.followed_from,
            "last_order_on": book["last_order_on"],
            "orders": book["orders"],
            "realised_revenue": book["realised_revenue"].fillna(_column(book, "total_revenue")),
            "realised_margin": book["realised_margin"].fillna(_column(book, "total_revenue") * margin),
            "monthly_value": _monthly_value(book, retention, exports) * margin,
            "order_value_log_mean": _order_value(book, margin),
            "acquisition_cost": _column(book, "acquisition_cost"),
            "effort": _effort(book),
            "nps": nps,
            "nps_answers": answers.where(answers > 0, nps.notna().astype(float)).astype(int),
            "referrals": _column(book, "referrals"),
        }
    )


def _monthly_value(book: pd.DataFrame, retention: Retention, exports: Exports) -> pd.Series:
    """Recurring revenue a month: MRR, else ARR / 12, else that of subscriptions, else purchases over the tenure.

    A zero beside a churn date says what is paid now, not what was: missing.
    """
    running = _column(book, "running_mrr").where(_column(book, "running") > 0, _column(book, "largest_mrr"))
    monthly = _column(book, "mrr").fillna(_column(book, "arr") / 12).fillna(running)
    if monthly.notna().sum() == 0 and retention.regime == "contract":
        end = retention.churned_on.fillna(pd.Timestamp(exports.as_of))
        months = ((end - retention.customer_since).dt.days / DAYS_PER_MONTH).clip(lower=1)
        monthly = book["realised_margin"] / months
    return monthly.where(~((monthly <= 0) & retention.churned_on.notna()))


def _order_value(book: pd.DataFrame, margin: float) -> pd.Series:
    """Mean log margin per purchase; of a total or a contract value where purchases are not exported."""
    total = _column(book, "total_revenue").fillna(_column(book, "contract_value")) * margin
    return book["order_value_log_mean"].fillna(
        np.log(total.clip(lower=positive_floor(total.to_numpy(dtype=float))))
    )


def _effort(book: pd.DataFrame) -> pd.Series:
    """How much work an account took: mean z-score of the logs of touches, activities and days to close; no unit."""
    touches = (
        _column(book, "times_contacted")
        .fillna(_column(book, "deal_touches"))
        .fillna(_column(book, "contact_touches"))
    )
    days = _column(book, "days_to_close").fillna(_column(book, "deal_days_to_close"))
    logs = [np.log1p(part.clip(lower=0)) for part in (touches, days, _column(book, "activities"))]
    scores = [(log - log.mean()) / log.std() for log in logs if log.notna().sum() > 1 and log.std() > 0]
    if not scores:
        return pd.Series(np.nan, index=book.index)
    effort: pd.Series = pd.concat(scores, axis=1).mean(axis=1)
    return effort


def _currency(exports: Exports) -> str | None:
    units = {reading.unit for reading in exports.readings if reading.unit}
    return min(units) if len(units) == 1 else None


def _margin_finding(orders: pd.DataFrame, settings: Settings) -> tuple[Finding, ...]:
    if settings.gross_margin is not None:
        return (
            Finding(
                MARGIN_USED,
                f"Value is margin: revenue times the gross margin of {settings.gross_margin:.0%}.",
            ),
        )
    if len(orders) and not np.allclose(orders["amount"], orders["revenue"]):
        return (Finding(MARGIN_USED, "Value is margin: revenue less the cost of each purchase."),)
    return (
        Finding(
            MARGIN_USED,
            "Value is revenue: no complete and plausible costs are exported (--gross-margin makes it margin).",
        ),
    )


def _require_customers(is_customer: pd.Series, exports: Exports) -> None:
    if is_customer.any():
        return
    raise DataError(
        f"None of the {len(is_customer):,} companies is a customer, so there is nothing to rank.",
        (
            "Looked for: a won deal, an invoice, a subscription, a customer-since date, an MRR, a lifecycle stage customer.",
            f"Read: {', '.join(sorted({s.path for s in exports.sources}))}",
            'If a column says it, name it: --column account.customer_since="THAT COLUMN"',
        ),
    )


def _require_figures(accounts: pd.DataFrame, exports: Exports) -> None:
    figures = ("acquisition_cost", "effort", "monthly_value", "order_value_log_mean", "nps", "churned_on")
    if any(accounts[name].notna().any() for name in figures) or accounts["last_order_on"].notna().any():
        return
    raise DataError(
        "No column holds a figure for any criterion: acquisition cost, retention, lifetime value or advocacy.",
        (
            "Looked for: acquisition cost, times contacted, days to close, MRR, amounts, churn date, NPS.",
            f"Read: {', '.join(sorted({s.path for s in exports.sources}))}",
            'If a column holds one, name it: --column account.mrr="THAT COLUMN"',
        ),
    )
