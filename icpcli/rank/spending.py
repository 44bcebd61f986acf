"""Spend per channel and month, shared over the deals it was spent on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.spelling import same_word
from icpcli.rank.channels import counted_for

if TYPE_CHECKING:
    from collections.abc import Mapping


NO_CHANNEL = "no channel"
A_YEAR = pd.Timedelta(days=366)


@dataclass(frozen=True, slots=True, eq=False)
class SharedSpend:
    """Currency per account key; ``unshared`` is the spend of channels without a deal, ``untold`` the deals without spend.

    ``at_large``: spend of no month that went to deals of more than a year. ``counted``: for spend under another name than the deals', their name. ``costs`` holds only accounts of which every deal's
    channel has spend told for its time; what is spent on the others is not known. Shares and ``unshared`` add up to the spend
    but for what was spent on deals of such others.
    """

    costs: pd.Series
    unshared: Mapping[str, float]
    untold: Mapping[str, int]
    counted: Mapping[str, str]
    at_large: Mapping[str, float]


def share_spend(spend: pd.DataFrame, pursuits: pd.DataFrame) -> SharedSpend:
    """What was spent on each account, won or lost (frames as ``Book.spend`` and ``Book.pursuits``).

    A month's spend of a channel goes in equal parts to the deals worked in that channel from that month on, until the next month of
    which its spend is told (a fair's until the next fair), or, where there are none, to the next that have some (else the last
    before). Spend of no month goes to all
    deals of the channel. Channels are compared without regard to case, accents and spaces, then as ``counted_for`` does. A deal
    of a channel without spend, before the first month told for it or after the last of its file, or of a month of which some is not known (NaN), has a cost that is
    not known, not zero.
    """
    deals = pursuits.assign(
        key=_folded(pursuits["channel"]), month=pursuits["worked_on"].dt.to_period("M").dt.to_timestamp()
    ).reset_index(drop=True)
    spent_on = _folded(spend["channel"])
    other_names = counted_for(spent_on.dropna().unique(), deals["key"].dropna().unique())
    shares = pd.Series(float("nan"), index=deals.index)
    unshared: dict[str, float] = {}
    counted: dict[str, str] = {}
    at_large: dict[str, float] = {}
    for own, spent in spend.assign(key=spent_on.replace(other_names)).groupby("key", sort=True, dropna=False):
        of_channel = deals[deals["key"] == own]
        if of_channel.empty:
            name = spent["channel"].iloc[0]
            unshared[name if isinstance(name, str) else NO_CHANNEL] = float(spent["amount"].sum())
            continue
        called = str(of_channel["channel"].min())
        counted |= {
            name: called
            for name, key in zip(spent["channel"], _folded(spent["channel"]), strict=True)
            if key != own
        }
        of_no_month = float(spent.loc[spent["month"].isna(), "amount"].sum())
        if of_no_month and of_channel["month"].max() - of_channel["month"].min() > A_YEAR:
            at_large[called] = of_no_month
        shares.loc[of_channel.index] = _shares(spent, of_channel)
    known = shares.groupby(deals["account_key"], sort=True)
    costs = known.sum().where(known.count() == known.size()).dropna()
    without = deals.loc[shares.isna(), "channel"].fillna(NO_CHANNEL).value_counts().sort_index()
    untold = {str(k): int(v) for k, v in without.items()}
    return SharedSpend(costs, unshared, untold, dict(sorted(counted.items())), at_large)


def _folded(channels: pd.Series) -> pd.Series:
    return channels.astype(object).map(lambda c: same_word(c) if isinstance(c, str) else None)


def _shares(spent: pd.DataFrame, deals: pd.DataFrame) -> pd.Series:
    """What each deal of one channel cost; NaN outside the months of which spend is told, and where some of it is not known."""
    at_large = spent["month"].isna()
    whole = float(spent.loc[at_large, "amount"].sum(skipna=False))
    shares = pd.Series(whole / len(deals), index=deals.index)
    by_month = _sums(spent["amount"][~at_large], spent["month"][~at_large])
    if by_month.empty:
        return shares
    months = pd.DatetimeIndex(by_month.index)
    is_told = (deals["month"] >= months[0]) & (
        deals["month"] <= max([months[-1], *spent["through"].dropna()])
    )
    of_deals = pd.Series(months.searchsorted(deals["month"], side="right") - 1, index=deals.index)[is_told]
    if of_deals.empty:
        return shares if at_large.any() else shares * float("nan")
    counts = of_deals.value_counts().sort_index()
    places = counts.index.to_numpy().searchsorted(range(len(months))).clip(max=len(counts) - 1)
    per_deal = _sums(by_month, counts.index[places]) / counts
    monthly: pd.Series = shares + of_deals.map(per_deal)
    return monthly.where(is_told, other=shares if at_large.any() else float("nan"))


def _sums(amounts: pd.Series, months: pd.Series | pd.Index) -> pd.Series:
    """The sum of each month; NaN where an amount of it is not known."""
    grouped = amounts.groupby(months.to_numpy(), sort=True)
    sums: pd.Series = grouped.sum().where(grouped.count() == grouped.size())
    return sums
