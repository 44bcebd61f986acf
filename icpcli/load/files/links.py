"""Links to pages behind the names that they belong to, as Notion exports its relations: "Acme (https://www.notion.so/Acme-0f3a...)"."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Collection

PAGE_ID = "[0-9a-f]{32}"
LINK = (
    rf" ?\((?:https?://(?:www\.)?notion\.(?:so|site)/[^()\s]*|[^()\s]*{PAGE_ID}(?:_all)?\.(?:md|csv|html))\)"
)
END = b")"
MARKS = (b"notion.s", b".md)", b".csv)", b".html)")  # one of which each link holds
OF_A_VIEW = re.compile(rf"(?P<name>.+ {PAGE_ID})")


def without_links(cells: pa.Table, utf8: bytes) -> pa.Table:
    """The cells of a table without the links behind their names; ``utf8`` is the text that they were read from."""
    if END not in utf8 or not any(mark in utf8 for mark in MARKS):  # of large files the first is told soonest
        return cells
    for place, name in enumerate(cells.column_names):
        texts = pc.cast(cells.column(place), pa.string())
        if pc.any(pc.match_substring_regex(texts, LINK)).as_py():
            cells = cells.set_column(place, name, pc.replace_substring_regex(texts, LINK, ""))
    return cells


def whole_of(path: str, paths: Collection[str]) -> str | None:
    """The file that holds all rows of which this one holds a view: "Deals 0f3a..._all.csv" of "Deals 0f3a....csv"; None where there is none."""
    place = PurePath(path)
    match = OF_A_VIEW.fullmatch(place.stem)
    whole = str(place.with_name(f"{match['name']}_all{place.suffix}")) if match else None
    return whole if whole in paths else None


__all__ = ["whole_of", "without_links"]
