"""One row per account worked: who is a customer, since when, until when, and worth what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.common import CrmObject, Kind
from icpcli.model.fields import FIELDS, NEVER_SUMMED
from icpcli.model.tables import Book
from icpcli.model.units import positive_floor
from icpcli.rollup import facts
from icpcli.rollup.attributes import attributes_of
from icpcli.rollup.billing import billing_of
from icpcli.rollup.columns import dates, first_known, numbers
from icpcli.rollup.engine import connect, fetch
from icpcli.rollup.groups import related_accounts
from icpcli.rollup.monthly import monthly_value_of
from icpcli.rollup.purchases import NO_PURCHASES, summed_purchases, with_margins
from icpcli.rollup.recommending import advocacy_columns
from icpcli.rollup.regime import Retention, retention_of
from icpcli.rollup.requirements import margin_finding, require_customers, require_figures
from icpcli.rollup.spending import pursuits_of, spend_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis
    import pyarrow as pa

    from icpcli.model.tables import Exports
    from icpcli.settings import Settings

PURCHASES = frozenset({CrmObject.INVOICE, CrmObject.SUBSCRIPTION})


def roll_up_accounts(exports: Exports, settings: Settings) -> Book:
    """The book of accounts worked: customers, and companies that lost a deal and won none.

    Raises NothingToRankError where no company is a customer, or no figure stands behind any criterion.
    """
    backend = connect()
    orders = _orders(backend, exports.tables, settings)
    everyone = _everyone(backend, exports, orders)
    is_customer = _is_customer(everyone)
    is_lost = ~is_customer & ((numbers(everyone, "lost_deals") > 0) | (everyone["outcome"] == "lost"))
    require_customers(is_customer, exports, settings)
    worked = (is_customer | is_lost).to_numpy()
    in_pipeline = ~worked & (numbers(everyone, "open_deals") > 0).to_numpy()
    waiting = ~worked & ~in_pipeline
    attributes, kinds = attributes_of(exports.tables[CrmObject.ACCOUNT], exports, settings.attribute)
    book = everyone[worked].reset_index(drop=True)
    customers = is_customer[worked].to_numpy()
    retention = retention_of(
        book, customers, settings, exports.as_of, purchases_exported=bool(PURCHASES & set(exports.tables))
    )
    monthly = monthly_value_of(book, _realised(book, settings), retention, settings, exports.as_of)
    accounts = _accounts(book, customers, retention, exports, settings).assign(monthly_value=monthly.values)
    spend = spend_of(exports.tables, settings)
    require_figures(accounts, spend, exports)
    return Book(
        accounts=accounts,
        attributes=attributes[worked].reset_index(drop=True),
        attribute_kinds=kinds,
        orders=orders,
        spend=spend,
        pursuits=pursuits_of(backend, exports.tables, everyone),
        regime=retention.regime,
        currency=_currency(exports),
        as_of=exports.as_of,
        in_pipeline=int(in_pipeline.sum()),
        leaving_is_dated=retention.leaving_is_dated,
        not_worked=int(waiting.sum()),
        not_worked_attributes=attributes[waiting].reset_index(drop=True),
        findings=(*retention.findings, *monthly.findings, *margin_finding(orders, settings)),
    )


def _orders(
    backend: ibis.BaseBackend, tables: Mapping[CrmObject, pa.Table], settings: Settings
) -> pd.DataFrame:
    purchases = facts.orders(tables)
    return with_margins(fetch(backend, purchases), settings) if purchases is not None else NO_PURCHASES


def _everyone(backend: ibis.BaseBackend, exports: Exports, orders: pd.DataFrame) -> pd.DataFrame:
    """One row per account known, worked or not, with all that any table says of it; in order of their keys."""
    known = _known_accounts(exports.tables)
    rolled = fetch(backend, facts.per_account(exports.tables, exports.as_of))
    joined = known.merge(rolled, on="account_key", how="left", validate="1:1")
    for bought in (summed_purchases(orders), billing_of(orders)):
        joined = joined.merge(bought, left_on="account_key", right_index=True, how="left")
    return joined.assign(orders=joined["orders"].fillna(0).astype(int)).sort_values(
        "account_key", ignore_index=True
    )


def _known_accounts(tables: Mapping[CrmObject, pa.Table]) -> pd.DataFrame:
    """What the account rows say themselves: text, dates, and money as doubles."""
    table = tables[CrmObject.ACCOUNT]
    fields = FIELDS[CrmObject.ACCOUNT]
    own = [n for n in table.column_names if n in fields]
    extra = [n for n in ("is_new_business", "parent_key", "site") if n in table.column_names]
    frame: pd.DataFrame = table.select(["account_key", "outcome", *own, *extra]).to_pandas()
    for name in own:
        if fields[name] is Kind.MONEY:
            frame[name] = frame[name].astype(float)
        elif fields[name] is Kind.DATE:
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame


def _is_customer(everyone: pd.DataFrame) -> pd.Series:
    signs = everyone["orders"] > 0
    for name in ("won_deals", "subscriptions", "mrr", "arr", "total_revenue"):
        signs |= numbers(everyone, name) > 0
    for name in ("customer_since", "churned_on"):
        if name in everyone:
            signs |= everyone[name].notna()
    return signs | (everyone["outcome"] == "won")


def _accounts(
    book: pd.DataFrame,
    is_customer: np.ndarray,
    retention: Retention,
    exports: Exports,
    settings: Settings,
) -> pd.DataFrame:
    """The columns that ``Book.accounts`` promises, but what each pays a month."""
    return pd.DataFrame(
        {
            "account_key": book["account_key"],
            "name": book["name"].fillna(book["account_key"]) if "name" in book else book["account_key"],
            "group": related_accounts(book),
            "is_customer": is_customer,
            "is_new_business": _is_new_business(book),
            "won_at_first": _won_at_first(book, is_customer),
            "is_activated": retention.is_activated,
            "won_deals": numbers(book, "won_deals").fillna(0).astype(int),
            "lost_deals": numbers(book, "lost_deals").fillna(0).astype(int),
            "customer_since": retention.customer_since,
            "churned_on": retention.churned_on,
            "has_left": retention.has_left,
            "followed_from": retention.followed_from,
            "lost_on": dates(book, "last_lost_on").mask(is_customer),
            "last_order_on": book["last_order_on"],
            "orders": book["orders"],
            "realised_revenue": book["realised_revenue"].fillna(numbers(book, "total_revenue")),
            "realised_margin": _realised(book, settings),
            "order_value_log_mean": _order_value(book, settings.gross_margin or 1.0),
            "contract_value": numbers(book, "contract_value") * (settings.gross_margin or 1.0),
            "acquisition_cost": numbers(book, "acquisition_cost").fillna(_cost_of_deals(book)),
            **_effort(book),
            **advocacy_columns(book, exports.tables[CrmObject.ACCOUNT]),
        }
    )


def _realised(book: pd.DataFrame, settings: Settings) -> pd.Series:
    return book["realised_margin"].fillna(numbers(book, "total_revenue") * (settings.gross_margin or 1.0))


def _is_new_business(book: pd.DataFrame) -> pd.Series:
    """Whether an account was worked as new business: by its own row, else by its deals, else it was."""
    by_deals = (numbers(book, "new_deals") > 0).where(
        (numbers(book, "won_deals").fillna(0) + numbers(book, "lost_deals").fillna(0)) > 0
    )
    own = (
        book["is_new_business"]
        if "is_new_business" in book
        else pd.Series(None, index=book.index, dtype=object)
    )
    told = own.astype(object).where(own.notna(), by_deals)
    return told.where(told.notna(), other=True).astype(bool)


def _won_at_first(book: pd.DataFrame, is_customer: np.ndarray) -> pd.Series:
    """Whether the first deal of new business that was decided was won (1, else 0), where deals with dates tell it.

    Who was tried more often was won more often in the end, as older companies were. Deals do not tell how a customer was won that has
    none won, or was one before the first was decided.
    """
    is_told = ~pd.Series(is_customer, index=book.index) | (numbers(book, "won_deals") > 0)
    was_there = dates(book, "customer_since") < dates(book, "first_decided_on")
    return numbers(book, "first_won").where(is_told & ~was_there)


def _order_value(book: pd.DataFrame, margin: float) -> pd.Series:
    """Mean log margin per purchase; of a total or a contract value where purchases are not exported."""
    total = numbers(book, "total_revenue").fillna(numbers(book, "contract_value")) * margin
    return book["order_value_log_mean"].fillna(
        np.log(total.clip(lower=positive_floor(total.to_numpy(dtype=float))))
    )


def _cost_of_deals(book: pd.DataFrame) -> pd.Series:
    """What was spent on the deals of new business, won or lost; once where a company's cost is repeated in its deals."""
    largest = numbers(book, "largest_cost")
    has_several = (numbers(book, "costed_deals") > 1) & (largest > 0)
    is_repeated = has_several.any() and (numbers(book, "least_cost") == largest)[has_several].all()
    return largest if is_repeated else numbers(book, "cost_of_deals")


def _effort(book: pd.DataFrame) -> dict[str, pd.Series]:
    """What shows how much work an account took: touches, activities (counts), days_to_close (days), hours and discount (as exported).

    ``touches_of_life``, ``activities_of_life``: whether they are counted to this day, as totals of a company or its people are, and
    not until it was won, as those of a deal and dated activities are.
    """
    of_company, of_deals = numbers(book, "times_contacted"), numbers(book, "deal_touches")
    return {
        "touches": first_known((of_company, of_deals, numbers(book, "contact_touches"))),
        "touches_of_life": of_company.notna() | of_deals.isna(),
        "activities": numbers(book, "activities"),
        "activities_of_life": numbers(book, "unplaced_activities") > 0,
        "days_to_close": first_known(numbers(book, n) for n in ("days_to_close", "deal_days_to_close")),
        "hours": numbers(book, "deal_hours"),
        "discount": numbers(book, "deal_discount"),
    }


def _currency(exports: Exports) -> str | None:
    units = {r.unit for r in exports.readings if r.unit and r.field not in NEVER_SUMMED}
    return min(units) if len(units) == 1 else None
