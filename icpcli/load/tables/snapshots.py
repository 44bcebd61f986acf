"""Lists of companies that were exported again and again, a month each: of a company the newest that holds it counts."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from icpcli.load.tables.repeats import latest_day
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.tables.parts import Part

DATE = re.compile(r"(?<!\d)(20\d\d)[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?([0-2]\d|3[01]))?(?!\d)")
Age = tuple[int, str]  # the latest day that a list knows, then the date in its name


def keys_of_newest(parts: Sequence[Part], keys: Sequence[str | None]) -> list[str | None]:
    """The company of each row of these lists; None where a newer list of the same headers holds the company too.

    Lists of other headers are other lists, and none of them is older.
    """
    by_list: dict[tuple[str, ...], list[tuple[Age, slice]]] = defaultdict(list)
    position = 0
    for part in parts:
        here = slice(position, position + part.table.num_rows)
        position = here.stop
        if not part.is_aside:
            headers = tuple(sorted(part.understood.raw.headers))
            by_list[headers].append(((latest_day(part.table, CrmObject.ACCOUNT), _dated(part.path)), here))
    left = list(keys)
    for lists in by_list.values():
        newest: dict[str | None, Age] = {}
        for age, here in sorted(_comparable(lists), key=lambda one: one[0], reverse=True):
            for row in range(here.start, here.stop):
                if newest.setdefault(keys[row], age) > age:
                    left[row] = None
    return left


def _comparable(lists: Sequence[tuple[Age, slice]]) -> list[tuple[Age, slice]]:
    """The lists with the dates in their names where all have one: "companies.csv" is no older than "companies 2024-01.csv"."""
    if all(dated for (_, dated), _ in lists):
        return list(lists)
    return [((day, ""), here) for (day, _), here in lists]


def _dated(path: str) -> str:
    """The last date in a path, as digits from the year on; "" for none. It settles what is new where nothing happened since."""
    dates = DATE.findall(path)
    return "".join(dates[-1]) if dates else ""


__all__ = ["keys_of_newest"]
