"""What was spent per channel and month, and the deals it was spent on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.common import CrmObject
from icpcli.rollup import facts
from icpcli.rollup.columns import dates, first_known
from icpcli.rollup.engine import fetch

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis
    import pyarrow as pa

    from icpcli.settings import Settings

NO_SPEND = pd.DataFrame(
    {
        "channel": pd.Series(dtype=object),
        "month": pd.Series(dtype="datetime64[s]"),
        "amount": pd.Series(dtype=float),
        "through": pd.Series(dtype="datetime64[s]"),
    }
)


def spend_of(tables: Mapping[CrmObject, pa.Table], settings: Settings) -> pd.DataFrame:
    """``Book.spend``: channel, month, amount (NaN = not known), through; files first, then icp.toml.

    Months are their first days, NaT for spend of no month; ``through`` is the last month of which its file tells spend of any channel.
    """
    told = [NO_SPEND]
    table = tables.get(CrmObject.COST)
    if table is not None and "amount" in table.column_names:
        frame = table.select([n for n in NO_SPEND if n in table.column_names]).to_pandas()
        amounts = frame["amount"].astype(float)
        told.append(
            frame.assign(amount=amounts, month=dates(frame, "month"), through=dates(frame, "through"))
        )
    if settings.costs:
        rows = [
            (s.channel, pd.Timestamp(f"{s.month}-01") if s.month else pd.NaT, s.amount, pd.NaT)
            for s in settings.costs
        ]
        told.append(pd.DataFrame(rows, columns=list(NO_SPEND)))
    told = [frame for frame in told if len(frame)]
    if not told:
        return NO_SPEND
    spend = pd.concat(told, ignore_index=True)
    months = {name: _month_of(spend[name]) for name in ("month", "through")}
    return spend.assign(**months).sort_values(["channel", "month", "amount"], ignore_index=True)


def _month_of(days: pd.Series) -> pd.Series:
    return pd.Series(pd.to_datetime(days).dt.to_period("M").dt.to_timestamp().astype("datetime64[s]"))


def pursuits_of(
    backend: ibis.BaseBackend, tables: Mapping[CrmObject, pa.Table], everyone: pd.DataFrame
) -> pd.DataFrame:
    """``Book.pursuits``: account_key, channel, worked_on; one row per deal of new business, else one per company.

    A deal without a channel has its company's.
    """
    channels = everyone.set_index("account_key")["channel"] if "channel" in everyone else None
    if CrmObject.DEAL in tables:
        frame = fetch(backend, facts.pursuits(tables[CrmObject.DEAL]))
        of_company = (
            frame["account_key"].map(channels) if channels is not None else pd.Series(None, index=frame.index)
        )
        channel = frame["channel"].astype(object).where(frame["channel"].notna(), of_company)
    else:
        frame = pd.DataFrame(
            {
                "account_key": everyone["account_key"],
                "worked_on": first_known(dates(everyone, n) for n in ("created_on", "customer_since")),
            }
        )
        channel = everyone["channel"] if channels is not None else pd.Series(None, index=frame.index)
    worked = frame.assign(channel=channel.astype(object), worked_on=dates(frame, "worked_on"))
    return worked[["account_key", "channel", "worked_on"]].sort_values(
        ["account_key", "worked_on", "channel"], ignore_index=True
    )
