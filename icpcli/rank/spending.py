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
NO_PORTIONS = pd.DataFrame(
    {
        "spent": pd.Series(dtype=float),
        "since": pd.Series(dtype="datetime64[ns]"),
        "among": pd.Series(dtype=float),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class SharedSpend:
    """Currency per account key; ``unshared`` is the spend of channels without a deal, ``untold`` the deals without spend.

    ``at_large``: spend of no month that went to deals of more than a year. ``counted``: for spend under another name than the
    deals', their name. ``costs`` holds only accounts of which every deal's channel has spend told for its time; what is spent on
    the others is not known. Shares and ``unshared`` add up to the spend but for what was spent on deals of such others.
    ``portions`` says of what each deal has a share: account_key, channel, spent, since (its first month; NaT for spend of no month)
    and among how many deals.
    """

    costs: pd.Series
    unshared: Mapping[str, float]
    untold: Mapping[str, int]
    counted: Mapping[str, str]
    at_large: Mapping[str, float]
    portions: pd.DataFrame


def share_spend(spend: pd.DataFrame, pursuits: pd.DataFrame) -> SharedSpend:
    """What was spent on each account, won or lost (frames as ``Book.spend`` and ``Book.pursuits``).

    A month's spend of a channel goes in equal parts to the deals worked in that channel from that month on, until the next month
    of which its spend is told (a fair's until the next fair), or, where there are none, to the next that have some (else the last
    before). Spend of no month goes to all deals of the channel. Channels are compared without regard to case, accents and spaces,
    then as ``counted_for`` does. A deal of a channel without spend, before the first month told for it or after the last of its
    file, or of a month of which some is not known (NaN), has a cost that is not known, not zero.
    """
    deals = pursuits.assign(
        key=_folded(pursuits["channel"]), month=pursuits["worked_on"].dt.to_period("M").dt.to_timestamp()
    ).reset_index(drop=True)
    spent_on = _folded(spend["channel"])
    other_names = counted_for(spent_on.dropna().unique(), deals["key"].dropna().unique())
    found = [NO_PORTIONS]
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
        names = spent["channel"][_folded(spent["channel"]) != own]
        counted |= dict.fromkeys(names, called)
        of_no_month = float(spent.loc[spent["month"].isna(), "amount"].sum())
        if of_no_month and of_channel["month"].max() - of_channel["month"].min() > A_YEAR:
            at_large[called] = of_no_month
        found += _portions(spent, of_channel)
    portions = pd.concat([frame for frame in found if len(frame)] or found)
    of_deals = (portions["spent"] / portions["among"]).groupby(level=0)
    shares = of_deals.sum().where(of_deals.count() == of_deals.size()).reindex(deals.index)
    known = shares.groupby(deals["account_key"], sort=True)
    costs = known.sum().where(known.count() == known.size()).dropna()
    without = deals.loc[shares.isna(), "channel"].fillna(NO_CHANNEL).value_counts().sort_index()
    untold = {str(k): int(v) for k, v in without.items()}
    told = deals[["account_key", "channel"]].join(portions, how="inner").reset_index(drop=True)
    return SharedSpend(costs, unshared, untold, dict(sorted(counted.items())), at_large, told)


def _folded(channels: pd.Series) -> pd.Series:
    return channels.astype(object).map(lambda c: same_word(c) if isinstance(c, str) else None)


def _portions(spent: pd.DataFrame, deals: pd.DataFrame) -> list[pd.DataFrame]:
    """Of what the deals of one channel have a share, by their place: none outside the months of which spend is told."""
    is_dated = spent["month"].notna()
    found = []
    if not is_dated.all():
        whole = float(spent.loc[~is_dated, "amount"].sum(skipna=False))
        found.append(NO_PORTIONS.reindex(deals.index).assign(spent=whole, among=float(len(deals))))
    if not is_dated.any():
        return found
    by_month = _sums(spent["amount"][is_dated], spent["month"][is_dated])
    months = pd.DatetimeIndex(by_month.index)
    last = max([months[-1], *spent["through"].dropna()])
    worked = deals.loc[(deals["month"] >= months[0]) & (deals["month"] <= last), "month"]
    if worked.empty:
        return found
    turns = pd.Series(months.searchsorted(worked, side="right") - 1, index=worked.index)
    counts = turns.value_counts().sort_index()
    places = counts.index[counts.index.searchsorted(range(len(months))).clip(max=len(counts) - 1)]
    firsts = pd.Series(months).groupby(places.to_numpy()).min()
    columns = {"spent": _sums(by_month, places), "since": firsts, "among": counts.astype(float)}
    return [*found, pd.DataFrame({name: turns.map(of_turn) for name, of_turn in columns.items()})]


def _sums(amounts: pd.Series, months: pd.Series | pd.Index) -> pd.Series:
    """The sum of each month; NaN where an amount of it is not known."""
    grouped = amounts.groupby(months.to_numpy(), sort=True)
    sums: pd.Series = grouped.sum().where(grouped.count() == grouped.size())
    return sums
