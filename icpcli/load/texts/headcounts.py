"""Head counts in disguise: INSEE's classes, and ranges that a spreadsheet took for dates."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from icpcli.load.texts.dates import day_and_month, month_and_year

if TYPE_CHECKING:
    from collections.abc import Iterable

# The lower ends of INSEE's classes of head count ("tranche d'effectif"), 1 to 2 people up to 10,000 and more.
INSEE_CLASSES = {
    "00": 0, "01": 1, "02": 3, "03": 6, "11": 10, "12": 20, "21": 50, "22": 100, "31": 200, "32": 250, "41": 500,
    "42": 1000, "51": 2000, "52": 5000, "53": 10000,
}  # fmt: skip
DOLIBARRS_CLASS = re.compile(r"EF(?P<range>\d+-\d+)|EF(?P<least>\d+)-")  # EF11-50; EF500- has no end
ENOUGH_CLASSES = 8  # all of them in the closed set: head counts would have a 4, 5 or 8 between them


def insee_classes(distinct: Iterable[str]) -> bool:
    """Whether a column of head counts holds INSEE's class codes, known by their closed set."""
    codes = list(distinct)
    padded = [code.zfill(2) for code in codes]
    if not all(code in INSEE_CLASSES for code in padded):
        return False
    return any(code.startswith("0") and len(code) == 2 for code in codes) or len(codes) >= ENOUGH_CLASSES


def class_between(code: str) -> tuple[float, float]:
    """The lower end of an INSEE class and that of the next; infinity after the last."""
    lower = INSEE_CLASSES[code.zfill(2)]
    return float(lower), min((float(end) for end in INSEE_CLASSES.values() if end > lower), default=math.inf)


def class_as_range(text: str) -> str:
    """A head count without the code of Dolibarr's classes: EF11-50 is 11-50, EF500- is 500+."""
    match = DOLIBARRS_CLASS.fullmatch(text)
    return text if match is None else match["range"] or f"{match['least']}+"


def range_behind_date(text: str) -> tuple[float, float] | None:
    """The ends of the range that a spreadsheet turned into a date; None where a text is no date.

    11-50 became November 1950, which is shown as Nov-50; 1-10 became the 1st of October or the 10th of January of
    the year in which it was typed.
    """
    ends = month_and_year(text) or day_and_month(text)
    return None if ends is None else (float(min(ends)), float(max(ends)))


__all__ = ["class_as_range", "class_between", "insee_classes", "range_behind_date"]
