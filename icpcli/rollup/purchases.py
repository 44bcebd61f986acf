"""What each account bought, with its margin; credit notes take purchases back."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.units import positive_floor

if TYPE_CHECKING:
    from icpcli.settings import Settings

MONEY_PARTS = 10_000  # money is decimal(18, 4)
MIN_COST_SHARE = 0.95  # of purchases must have a cost for margins to be told from it
MAX_LOSS_SHARE = 0.2  # of purchases may lose money; beyond, the cost column is not what it seems
NO_PURCHASES = pd.DataFrame(
    {
        "account_key": pd.Series(dtype=str),
        "ordered_on": pd.Series(dtype="datetime64[s]"),
        "amount": pd.Series(dtype=float),
        "revenue": pd.Series(dtype=float),
        "is_purchase": pd.Series(dtype=bool),
    }
)


def with_margins(orders: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The purchases and credit notes as ``Book.orders``: account_key, ordered_on, amount (margin), revenue, is_purchase.

    The margin is by the gross margin, else revenue less cost, else revenue itself. Costs are not believed where
    they are incomplete, or would make a fifth of all purchases a loss.
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
    ).sort_values(["account_key", "ordered_on", "amount", "revenue"], ignore_index=True)
    return frame.assign(is_purchase=_are_purchases(frame))


def _are_purchases(orders: pd.DataFrame) -> np.ndarray:
    """Which rows count as a purchase: not credit notes, nor an invoice that a later credit note takes back whole."""
    revenue = orders["revenue"].to_numpy()
    counts = ~(revenue < 0)
    concerned = orders.index[orders["account_key"].isin(set(orders["account_key"][~counts]))]
    open_invoices: dict[tuple[str, int], list[int]] = defaultdict(list)
    # By day, invoices before credit notes; an undated row comes last.
    dated = orders.loc[concerned].assign(is_credit=~counts[concerned])
    for place in dated.sort_values(["ordered_on", "is_credit"], kind="stable").index:
        parts = round(abs(float(revenue[place])) * MONEY_PARTS) if np.isfinite(revenue[place]) else 0
        same = open_invoices[str(orders["account_key"][place]), parts]
        if counts[place]:
            same.append(int(place))
        elif same:
            counts[same.pop()] = False
    return counts


def summed_purchases(orders: pd.DataFrame) -> pd.DataFrame:
    """Per account: orders, first_order_on, last_order_on, realised_revenue, realised_margin, order_value_log_mean.

    Money is net of credit notes; what is counted and averaged are purchases.
    """
    bought = orders[orders["is_purchase"]]
    by_account = bought.groupby("account_key", sort=True)
    floor = positive_floor(bought["amount"].to_numpy(dtype=float))
    logs = np.log(bought["amount"].clip(lower=floor)) if len(bought) else bought["amount"]
    return pd.DataFrame(
        {
            "realised_revenue": _exact_sums(orders["revenue"], orders["account_key"]),
            "realised_margin": _exact_sums(orders["amount"], orders["account_key"]),
            "orders": by_account.size(),
            "first_order_on": by_account["ordered_on"].min(),
            "last_order_on": by_account["ordered_on"].max(),
            "order_value_log_mean": logs.groupby(bought["account_key"], sort=True).mean(),
        }
    )


def _exact_sums(amounts: pd.Series, keys: pd.Series) -> pd.Series:
    """The sum of money per key in whole ten-thousandths, so that it is right to the cent in any order."""
    parts = (amounts * MONEY_PARTS).round().astype("Int64")
    sums: pd.Series = parts.groupby(keys, sort=True).sum(min_count=1).astype(float) / MONEY_PARTS
    return sums
