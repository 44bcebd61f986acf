"""What each column was understood to be, with samples that name nobody."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pyarrow as pa

from icpcli.load.companies.names import TEXT_FIELDS
from icpcli.load.fields.buyers import may_be_people
from icpcli.load.texts.cells import blank_to_null
from icpcli.load.texts.headers import is_personal
from icpcli.load.texts.values import guess_kind
from icpcli.model.common import NUMBERS, CrmObject, Kind
from icpcli.model.tables import ColumnReading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from icpcli.load.fields.columns import Column
    from icpcli.load.fields.understood import Understood
    from icpcli.load.texts.cells import Cells

SAMPLES = 3
SAMPLE_CHARACTERS = 40
MOST_SPELLINGS = 200
PLAIN = re.compile(r"-?\d+(\.\d+)?")
AN_ADDRESS = re.compile(r"\w@\w")  # of e-mail, whatever the header says
INITIALLED = re.compile(r"[^\W\d_]\. ?[^\W\d_]{2}")
REPEATING = frozenset({Kind.CATEGORY, Kind.BOOLEAN, Kind.COUNT, Kind.SHARE})
NAMES_OF_PEOPLE = frozenset({"contact_names", "email", "full_name", "owner"})
# Files whose unknown columns may name people: their own, and those that nobody understood.
ABOUT_PEOPLE = frozenset({CrmObject.CONTACT, CrmObject.OTHER})


def readings_of(files: Sequence[Understood]) -> tuple[ColumnReading, ...]:
    """One reading per column of each file, and per object it serves; sorted by (object, path, header)."""
    readings = [reading for file in files for reading in _of_file(file)]
    return tuple(sorted(readings, key=lambda r: (r.object, r.path, r.header, r.field or "")))


def _of_file(file: Understood) -> list[ColumnReading]:
    readings = [
        _of_column(file, column) for column in file.columns if column.field or not is_personal(column.header)
    ]
    seen = {column.index for column in file.columns if column.field or not is_personal(column.header)}
    for index, header in enumerate(file.raw.headers):
        if header and index not in seen:
            why = "names or reaches a person: not used" if is_personal(header) else "not used"
            filled = blank_to_null(file.raw.column(index))
            readings.append(
                ColumnReading(
                    path=file.raw.path,
                    object=file.object,
                    header=header,
                    field=None,
                    kind=Kind.TEXT,
                    why=why,
                    filled_share=filled.filled_share,
                    samples=_samples(
                        filled.most_frequent(SAMPLES),
                        is_masked=is_personal(header)
                        or may_be_people(header)
                        or file.object in ABOUT_PEOPLE
                        or guess_kind(filled) is Kind.TEXT,
                    ),
                )
            )
    return readings


def _of_column(file: Understood, column: Column) -> ColumnReading:
    cells = blank_to_null(file.raw.column(column.index), field=column.field)
    # Free text may name anybody, and describes no company.
    is_free = column.typed.kind is Kind.TEXT and (column.field is None or column.field in TEXT_FIELDS)
    masked = column.field in NAMES_OF_PEOPLE or is_personal(column.header) or is_free or _are_people(cells)
    is_spelled = column.object is CrmObject.ACCOUNT and not masked and _is_spelled(cells, column.typed.kind)
    values = _spellings(cells.texts(), column.typed.array) if is_spelled else {}
    return ColumnReading(
        path=file.raw.path,
        object=column.object,
        header=column.header,
        field=column.field,
        kind=column.typed.kind,
        why=column.why,
        filled_share=cells.filled_share,
        samples=_samples(_telling(cells, column.typed.kind), is_masked=masked),
        unit=column.typed.unit,
        unreadable=column.typed.unreadable,
        values=values,
        ends=_ends(cells.texts(), column.typed.ends) if values and column.typed.ends is not None else {},
        is_unlisted=is_spelled and not values and column.typed.kind in NUMBERS,
    )


def _are_people(cells: Cells) -> bool:
    """Whether most of a column's values, by the first of them, are an initial and a surname, as PrestaShop names who ordered: "J. Dupont"."""
    texts = cells.first(MOST_SPELLINGS)
    return sum(INITIALLED.match(text) is not None for text in texts) > len(texts) / 2


def _is_spelled(cells: Cells, kind: Kind) -> bool:
    """Whether a column's values can be written in other ways than they are read: not so plain numbers, dates and ids."""
    if kind in NUMBERS:
        return not all(PLAIN.fullmatch(text) for text in cells.most_frequent(MOST_SPELLINGS))
    return kind in {Kind.CATEGORY, Kind.BOOLEAN}


def _telling(cells: Cells, kind: Kind) -> list[str]:
    """Values to show: of words those that occur most, of what hardly repeats (ids, amounts, days) the first."""
    return cells.most_frequent(SAMPLES) if kind in REPEATING else cells.first(SAMPLES)


def _samples(texts: Sequence[str], *, is_masked: bool) -> tuple[str, ...]:
    """The values on one line and cut short; of a person only the first letter."""
    return tuple(_masked(t) if is_masked or AN_ADDRESS.search(t) else _shortened(t) for t in texts)


def _masked(text: str) -> str:
    return text[:1] + "***"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SAMPLE_CHARACTERS else line[: SAMPLE_CHARACTERS - 1] + "…"


def _named(value: str | float | Decimal) -> str:
    """A value as the profile names it: words as they are, yes and no, numbers in plain digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{float(value):.15g}"


def _spellings(cells: pa.Array, typed: pa.Array) -> Mapping[str, tuple[str, ...]]:
    """For each canonical value the raw spellings behind it, but for plain numbers; empty where there are too many to list."""
    pairs = pa.table({"raw": cells, "typed": typed}).group_by(["typed", "raw"]).aggregate([]).to_pylist()
    found = defaultdict(set)
    for pair in pairs:
        value, raw = pair["typed"], pair["raw"] or ""
        if value is not None and (isinstance(value, str | bool) or not _says_plainly(raw, value)):
            found[_named(value)].add(raw)
    if len(found) > MOST_SPELLINGS:
        return {}
    return {value: tuple(sorted(found[value])) for value in sorted(found)}


def _says_plainly(raw: str, value: float | Decimal) -> bool:
    """Whether a cell is a plain number, and no 1.234 that is a thousand and more."""
    return PLAIN.fullmatch(raw) is not None and float(raw) == float(value)


def _ends(cells: pa.Array, ends: pa.Array) -> Mapping[str, float]:
    """Where each spelling ends that is a range; infinity for one without an end."""
    pairs = (
        pa.table({"raw": cells, "end": ends}).drop_null().group_by(["raw", "end"]).aggregate([]).to_pylist()
    )
    return {pair["raw"]: float(pair["end"]) for pair in sorted(pairs, key=lambda pair: pair["raw"])}
