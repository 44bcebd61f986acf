"""Spend as files tell it: under the channels that the user says, in the months that it was spent in."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import reduce
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.fields.months import BY_MONTH
from icpcli.load.sales.told_twice import TOLD_TWICE
from icpcli.model.common import CrmObject, Finding
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.tables.ledger import Ledger
    from icpcli.load.tables.parts import Part

ROW = ("channel", "month", "until", "amount", "currency")
FEWEST_ALIKE = 3  # rows


def without_spend_told_twice(parts: Sequence[Part], ledger: Ledger) -> list[Part]:
    """The parts without spend that a file with the same headers tells, too: an export of a quarter beside that of its year.

    They tell the same where all rows of the months that both are about agree, and are more than chance would have alike.
    """
    kept: list[Part] = []
    for part in sorted((p for p in parts if p.object is CrmObject.COST), key=lambda p: p.path):
        kept.append(reduce(lambda left, other: _beside(left, other, ledger), kept, part))
    return [*(p for p in parts if p.object is not CrmObject.COST), *kept]


def _beside(part: Part, other: Part, ledger: Ledger) -> Part:
    """A part without the rows that the other has as well."""
    names = [n for n in ROW if n in part.table.column_names]
    if set(part.understood.raw.headers) != set(other.understood.raw.headers) or not {
        "month",
        "amount",
    } <= set(names):
        return part
    ours, theirs = (
        list(zip(*(p.table.column(n).to_pylist() for n in names), strict=True)) for p in (part, other)
    )
    at = names.index("month")
    days, others = ([row[at] for row in rows if row[at] is not None] for rows in (ours, theirs))
    if not days or not others:
        return part
    first, last = max(min(days), min(others)), min(max(days), max(others))
    is_shared = [row[at] is not None and first <= row[at] <= last for row in ours]
    repeated = Counter(row for row, shared in zip(ours, is_shared, strict=True) if shared)
    told = Counter(row for row in theirs if row[at] is not None and first <= row[at] <= last)
    if repeated != told or repeated.total() < FEWEST_ALIKE:
        return part
    ledger.dropped[part.path]["told by another file"] += repeated.total()
    message = f"{part.path} and {other.path} tell the same spend of {first} to {last}: it counts once ({repeated.total():,} rows left out)."
    ledger.findings.append(Finding(TOLD_TWICE, message, repeated.total()))
    return replace(part, table=part.table.filter(pc.invert(pa.array(is_shared))))


def with_channels_said(parts: Sequence[Part], channels: Mapping[str, str]) -> list[Part]:
    """The parts; spend of a channel or campaign that ``channels`` names, or of a file, is of the channel that it says.

    What is said of a campaign comes before what is said of its file.
    """
    if not channels:
        return list(parts)
    said = {words_of(name): channel for name, channel in channels.items()}
    return [_said(part, said) if part.object is CrmObject.COST else part for part in parts]


def _said(part: Part, said: Mapping[str, str]) -> Part:
    table = part.table
    count = table.num_rows
    has_channel = "channel" in table.column_names
    own = table.column("channel").to_pylist() if has_channel else [None] * count
    path = PurePath(part.path.removesuffix(BY_MONTH))
    of_file = said.get(words_of(path.name)) or said.get(words_of(str(path))) or said.get(words_of(path.stem))
    told = pa.array([said.get(words_of(text or "")) or of_file or text for text in own], pa.string())
    if has_channel:
        return replace(part, table=table.set_column(table.column_names.index("channel"), "channel", told))
    return (
        replace(part, table=table.append_column("channel", told))
        if pc.any(pc.is_valid(told)).as_py()
        else part
    )


def over_their_months(part: Part) -> Part:
    """Spend of several months, as its first and last day tell, in each of them: by days, to the last cent."""
    table = part.table
    if part.object is not CrmObject.COST or "until" not in table.column_names:
        return part
    names = table.column_names
    if "month" not in names or "amount" not in names:
        return replace(part, table=table.drop_columns("until"))
    rows = [piece for row in table.to_pylist() for piece in _in_months(row)]
    whole = pa.Table.from_pylist(rows, table.schema)
    return replace(part, table=whole.drop_columns("until"))


def _in_months(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A row of spend, or one for each month that it spans; one whose end is not told, or no later, stays as it is."""
    first, last, amount = row["month"], row["until"], row["amount"]
    if None in {first, last, amount} or last <= first or first.replace(day=1) == last.replace(day=1):
        return [row]
    starts = [first]
    while (following := (starts[-1].replace(day=1) + timedelta(days=32)).replace(day=1)) <= last:
        starts.append(following)
    ends = [*starts[1:], last + timedelta(days=1)]
    days = (last - first).days + 1
    until_then = [round(amount * (end - first).days / days, 2) for end in ends[:-1]]
    bounds = [Decimal(0), *until_then, amount]
    return [
        {**row, "month": start, "amount": b - a}
        for start, a, b in zip(starts, bounds, bounds[1:], strict=False)
    ]


def with_months_told(part: Part) -> Part:
    """Spend with the day ``through`` which its file tells of any: a channel without a row of its own was not spent on since."""
    table = part.table
    if part.object is not CrmObject.COST or "month" not in table.column_names:
        return part
    last = pc.max(table.column("month"))
    return replace(part, table=table.append_column("through", pa.repeat(last, table.num_rows)))


__all__ = ["over_their_months", "with_channels_said", "with_months_told", "without_spend_told_twice"]
