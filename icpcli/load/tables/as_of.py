"""Today, for the data: the latest past event they know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.texts.values import MONEY_TYPE
from icpcli.model.common import NO_DATE, CrmObject, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ISOLATED_DATE = "ICP130"
NO_DATES = "ICP131"
ANNOUNCED = "ICP136"
ISOLATED_DAYS = 366
LEAVING = "churned_on"
ENDED = "ended_on"
NOTICE_DAYS = 31  # beyond all other events: until then a customer may have left on any day
MOST_ANNOUNCED = 0.1  # of all who left
SPARSER = 0.5  # than in the year before
DAYS_PER_YEAR = 365

# Past events only: never an expected close, a contract's start or end (a subscription's end may be agreed years ahead),
# or the close date of an open deal.
SETTLED = frozenset({"closed_on", "won_on", "lost_on"})
EXPECTED = frozenset({"closed_on", ENDED})  # may lie ahead
EVENTS: dict[CrmObject, tuple[str, ...]] = {
    CrmObject.ACCOUNT: ("created_on", "customer_since", "churned_on", "last_activity_on"),
    CrmObject.CONTACT: ("created_on", "last_activity_on"),
    CrmObject.DEAL: ("created_on", "closed_on", "won_on", "lost_on"),
    CrmObject.INVOICE: ("invoiced_on",),
    CrmObject.SUBSCRIPTION: ("started_on", "ended_on", "month"),
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

    So are days on which a few customers are going to leave who are not said to be gone, nor to pay nothing any more. Without any date the epoch stands in, with a finding: then nothing is
    measured in time.
    """
    if chosen is not None:
        return LatestEvent(chosen, ())
    happened, left = _events(tables)
    announced = _announced(left, max(happened, default=None))
    latest = sorted([*happened, *(left[: len(left) - len(announced)])], reverse=True)
    if not latest:
        message = "No column holds a date, so nothing could be measured in time."
        return LatestEvent(NO_DATE, (Finding(NO_DATES, message),))
    if len(latest) > 1 and (latest[0] - latest[1]).days > ISOLATED_DAYS:
        message = (
            f"One date, {latest[0]}, lies more than a year after all others; the data end on {latest[1]}."
        )
        return LatestEvent(latest[1], (Finding(ISOLATED_DATE, message, 1),))
    if not announced:
        return LatestEvent(latest[0], ())
    message = (
        f"{len(announced):,} leave between {announced[0]} and {announced[-1]}, after everything else in the exports: that was announced and "
        f"has not come, so they count as still there on {latest[0]} (--as-of says otherwise)."
    )
    return LatestEvent(latest[0], (Finding(ANNOUNCED, message, len(announced)),))


def _events(tables: Mapping[CrmObject, pa.Table]) -> tuple[list[date], list[date]]:
    """The two latest days of each kind of event, and every day on which a customer left, in order."""
    happened: list[date] = []
    left: list[date] = []
    for wanted, names in EVENTS.items():
        table = tables.get(wanted)
        if table is None:
            continue
        for name in (name for name in names if name in table.column_names):
            column = table.column(name)
            if name in SETTLED:
                column = column.filter(pc.not_equal(table.column("outcome"), "open"))
            if name == ENDED:  # an end without a status may be agreed years ahead
                nowhere = pa.array([False] * len(column))
                column = column.filter(
                    table.column("has_ended") if "has_ended" in table.column_names else nowhere
                )
            column = pc.drop_null(column)
            ordered = column.take(pc.sort_indices(column, sort_keys=[("", "ascending")]))
            if name == LEAVING:
                left += ordered.to_pylist()
                happened += _days_of_the_gone(table)
            else:
                happened += ordered.slice(max(len(ordered) - 2, 0)).to_pylist()
    return happened, sorted(left)


def _days_of_the_gone(table: pa.Table) -> list[date]:
    """The two latest days on which customers left that are said to be gone, or to pay nothing now: these have come."""
    is_gone = pa.repeat(pa.scalar(False), table.num_rows)
    if "has_churned" in table.column_names:
        is_gone = pc.fill_null(table.column("has_churned").combine_chunks(), False)
    for name in {"mrr", "arr"} & set(table.column_names):
        pays_nothing = pc.equal(table.column(name).combine_chunks(), pa.scalar(0, MONEY_TYPE))
        is_gone = pc.or_(is_gone, pc.fill_null(pays_nothing, False))
    days = pc.drop_null(table.column(LEAVING).filter(is_gone)).to_pylist()
    return sorted(days)[-2:]


def _announced(left: list[date], last: date | None) -> list[date]:
    """The last of the days of leaving, where they lie beyond all other events, few and sparser than before."""
    if last is None:
        return []
    late = [day for day in left if (day - last).days > NOTICE_DAYS]
    year = [day for day in left if -DAYS_PER_YEAR < (day - last).days <= 0]
    if not late or len(late) > MOST_ANNOUNCED * len(left):
        return []
    pace = len(late) / (late[-1] - last).days
    return late if pace < SPARSER * len(year) / DAYS_PER_YEAR else []
