"""Words that companies and people are described with, each in one spelling, whatever file they were read from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.texts.cells import Cells
from icpcli.model.common import CrmObject, Finding, Kind
from icpcli.model.fields import CUSTOM_PREFIX, FIELDS
from icpcli.model.lists import holds_lists, items_of, with_items
from icpcli.model.spelling import usual_spellings
from icpcli.wording import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.model.tables import ColumnReading

RESPELLED = "ICP132"
MOST_WORDS = 20_000  # distinct values of a column; where there are more they describe no kind of company
OWNERS = {CrmObject.ACCOUNT: "companies", CrmObject.CONTACT: "people"}


@dataclass(frozen=True, slots=True, eq=False)
class Spelled:
    """The tables and readings, their words in the usual spelling, and how many cells were in another."""

    tables: dict[CrmObject, pa.Table]
    readings: tuple[ColumnReading, ...]
    findings: tuple[Finding, ...]


def in_usual_spelling(tables: Mapping[CrmObject, pa.Table], readings: Sequence[ColumnReading]) -> Spelled:
    """Every value of the columns of words (BANKING, Banking) as most cells of the column write it, items of lists too.

    ``readings`` keep the raw spellings behind each value.
    """
    spelled, usual, findings = dict(tables), dict[tuple[CrmObject, str], dict[str, str]](), []
    for owner in OWNERS.keys() & tables.keys():
        for name in _columns_of_words(tables[owner], owner, readings):
            field = name.removeprefix(CUSTOM_PREFIX)
            cells = Cells.of(tables[owner].column(name))
            other = _in_other_spelling(cells)
            if not other:
                continue
            usual[owner, field] = other
            place = spelled[owner].column_names.index(name)
            array = cells.mapped({text: other.get(text, text) for text in cells.distinct}.get, pa.string())
            spelled[owner] = spelled[owner].set_column(place, name, array)
            findings.append(_finding(owner, field, sum(n for t, n in cells.times().items() if t in other)))
    told = tuple(_respelled(r, usual.get((r.object, r.field or r.header))) for r in readings)
    return Spelled(spelled, told, tuple(sorted(findings, key=lambda f: f.message)))


def _columns_of_words(table: pa.Table, owner: CrmObject, readings: Sequence[ColumnReading]) -> list[str]:
    custom = {r.header for r in readings if r.field is None and r.object is owner and r.kind is Kind.CATEGORY}
    return [
        name
        for name in table.column_names
        if pa.types.is_string(table.schema.field(name).type)
        and (FIELDS[owner].get(name) is Kind.CATEGORY or name.removeprefix(CUSTOM_PREFIX) in custom)
    ]


def _in_other_spelling(cells: Cells) -> dict[str, str]:
    """The cells that are not in their column's usual spelling, with what they are in it."""
    if pc.count_distinct(cells.values).as_py() > MOST_WORDS:
        return {}
    times = cells.times()
    if not holds_lists(times):
        return usual_spellings(times)
    items = Counter[str]()
    for cell, often in times.items():
        items.update(dict.fromkeys(items_of(cell), often))
    usual = usual_spellings(items)
    whole = {cell: with_items(cell, usual) for cell in times} if usual else {}
    return {cell: other for cell, other in whole.items() if other != cell}


def _respelled(reading: ColumnReading, usual: Mapping[str, str] | None) -> ColumnReading:
    if not usual or not reading.values:
        return reading
    values: dict[str, set[str]] = {}
    for value, raws in reading.values.items():
        values.setdefault(usual.get(value, value), set()).update(raws)
    return replace(reading, values={value: tuple(sorted(values[value])) for value in sorted(values)})


def _finding(owner: CrmObject, field: str, cells: int) -> Finding:
    message = (
        f"{count(cells, 'cell', 'cells')} of {field!r} ({OWNERS[owner]}) {'spells' if cells == 1 else 'spell'} a value otherwise "
        f"than most do, in case, accents or the points of a code alone; {'it counts' if cells == 1 else 'they count'} as that value."
    )
    return Finding(RESPELLED, message, cells)
