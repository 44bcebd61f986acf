"""Today, for the data: the latest past event they know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from icpcli.model.common import NO_DATE, CrmObject, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pyarrow as pa

ISOLATED_DATE = "ICP130"
NO_DATES = "ICP131"
ISOLATED_DAYS = 366

# Past events only: never an expected close, a contract's start or end (a subscription's end may be agreed years ahead),
# or the close date of an open deal.
SETTLED = frozenset({"closed_on", "won_on", "lost_on"})
EVENTS: dict[CrmObject, tuple[str, ...]] = {
    CrmObject.ACCOUNT: ("created_on", "customer_since", "churned_on", "last_activity_on"),
    CrmObject.CONTACT: ("created_on", "last_activity_on"),
    CrmObject.DEAL: ("created_on", "closed_on", "won_on", "lost_on"),
    CrmObject.INVOICE: ("invoiced_on",),
    CrmObject.SUBSCRIPTION: ("started_on",),
    CrmObject.ACTIVITY: ("occurred_on",),
    CrmObject.CHURN: ("churned_on",),
    CrmObject.SURVEY: ("answered_on",),
}


@dataclass(frozen=True, slots=True)
class LatestEvent:
    """The date on which the export was taken, as far as its events tell."""

    as_of: date
    findings: tuple[Finding, ...]


def latest_past_event(tables: Mapping[CrmObject, pa.Table], chosen: date | None) -> LatestEvent:
    """``chosen`` if the user said so, else the latest past event; one date far after all others is left out.

    Without any date the epoch stands in, with a finding: then nothing is measured in time.
    """
    if chosen is not None:
        return LatestEvent(chosen, ())
    latest: list[date] = []
    for wanted, names in EVENTS.items():
        table = tables.get(wanted)
        if table is None:
            continue
        for name in names:
            if name in table.column_names:
                column = table.column(name)
                if name in SETTLED:
                    column = column.filter(pc.not_equal(table.column("outcome"), "open"))
                column = pc.drop_null(column)
                latest += column.take(pc.sort_indices(column, sort_keys=[("", "descending")])[:2]).to_pylist()
    latest.sort(reverse=True)
    if not latest:
        message = "No column holds a date, so nothing could be measured in time."
        return LatestEvent(NO_DATE, (Finding(NO_DATES, message),))
    if len(latest) > 1 and (latest[0] - latest[1]).days > ISOLATED_DAYS:
        message = (
            f"One date, {latest[0]}, lies more than a year after all others; the data end on {latest[1]}."
        )
        return LatestEvent(latest[1], (Finding(ISOLATED_DATE, message, 1),))
    return LatestEvent(latest[0], ())
