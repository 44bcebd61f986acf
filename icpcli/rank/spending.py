"""Spend per channel and month, shared over the deals it was spent on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.spelling import same_word

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, eq=False)
class SharedSpend:
    """Currency per account key; ``unshared`` is the spend of channels without a deal, ``untold`` the deals without spend.

    ``costs`` holds only accounts of which every deal's channel has spend told for its time; what is spent on the others
    is not known. Shares and ``unshared`` add up to the spend but for what was spent on deals of such others.
    """

    costs: pd.Series
    unshared: Mapping[str, float]
    untold: Mapping[str, int]


def share_spend(spend: pd.DataFrame, pursuits: pd.DataFrame) -> SharedSpend:
    """What was spent on each account, won or lost (frames as ``Book.spend`` and ``Book.pursuits``).

    A month's spend of a channel goes in equal parts to the deals worked in that channel in that month, or,
    where there are none, in the next month that has some (else the last before). Spend of no month goes to all
    deals of the channel. Channels are compared without regard to case, accents and spaces. A deal of a channel without
    spend, or outside the months told for it, has a cost that is not known, not zero.
    """
    deals = pursuits.assign(
        key=_folded(pursuits["channel"]), month=pursuits["worked_on"].dt.to_period("M").dt.to_timestamp()
    ).reset_index(drop=True)
    shares = pd.Series(float("nan"), index=deals.index)
    unshared: dict[str, float] = {}
    for channel, spent in spend.assign(key=_folded(spend["channel"])).groupby("key", sort=True):
        of_channel = deals[deals["key"] == channel]
        if of_channel.empty:
            unshared[str(spent["channel"].iloc[0])] = float(spent["amount"].sum())
            continue
        shares.loc[of_channel.index] = _shares(spent, of_channel)
    known = shares.groupby(deals["account_key"], sort=True)
    costs = known.sum().where(known.count() == known.size()).dropna()
    untold = deals.loc[shares.isna() & deals["key"].notna(), "channel"].value_counts().sort_index()
    return SharedSpend(costs, unshared, {str(k): int(v) for k, v in untold.items()})


def _folded(channels: pd.Series) -> pd.Series:
    return channels.astype(object).map(lambda c: same_word(c) if isinstance(c, str) else None)


def _shares(spent: pd.DataFrame, deals: pd.DataFrame) -> pd.Series:
    """What each deal of one channel cost; NaN outside the months of which spend is told."""
    at_large = spent["month"].isna()
    shares = pd.Series(float(spent.loc[at_large, "amount"].sum()) / len(deals), index=deals.index)
    by_month = spent[~at_large].groupby("month", sort=True)["amount"].sum()
    if by_month.empty:
        return shares
    counts = deals.groupby("month", sort=True).size()
    told = (deals["month"] >= by_month.index[0]) & (deals["month"] <= by_month.index[-1])
    months = counts.index[(counts.index >= by_month.index[0]) & (counts.index <= by_month.index[-1])]
    if months.empty:
        return shares if at_large.any() else shares * float("nan")
    places = months.searchsorted(by_month.index).clip(max=len(months) - 1)
    carried = by_month.groupby(months[places]).sum()
    per_deal = (carried / counts.loc[months]).reindex(months).fillna(0.0)
    monthly: pd.Series = shares + deals["month"].map(per_deal)
    return monthly.where(told, other=shares if at_large.any() else float("nan"))
