"""The hour at which something happened, from cells that hold a date with a time of day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from icpcli.load.texts.cells import Cells

TIME = re.compile(
    r"(?:^|[T\s,])(?P<hour>\d{1,2})(?::|h)(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?\s*(?P<half>[AaPp]\.?[Mm])?"
)
NOON = 12
HOURS = 24


def hours_of(cells: Cells) -> pa.Array:
    """The hour of each cell (0 to 23), as written, whatever its time zone; null where there is no time.

    A column in which every time is midnight holds days, and no hour.
    """
    hours = cells.mapped(_hour, pa.int64())
    known = set(hours.drop_null().to_pylist())
    return pa.nulls(len(hours), pa.int64()) if known <= {0} else hours


def _hour(text: str) -> int | None:
    match = TIME.search(text)
    if match is None or int(match["minute"]) >= 60:
        return None
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % NOON + (NOON if match["half"][0] in "Pp" else 0)
    return hour if hour < HOURS else None


__all__ = ["hours_of"]
