"""Sheets of a workbook (Excel, OpenDocument) to delimited text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from icpcli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DELIMITER = ","
SAVE_AS_CSV = "Save its sheet as CSV (UTF-8)."


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet that holds anything, as comma-separated UTF-8; rows keep their numbers."""

    name: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible sheets in their order, and the names of the hidden ones that were left out."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...]


def workbook_in(data: bytes, *, shown_as: str) -> Workbook:
    """The sheets of a workbook; raises InputError where it is locked by a password, damaged or empty."""
    from python_calamine import (  # noqa: PLC0415  only workbooks need it
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    sheets, hidden = [], []
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(data))
        for about in book.sheets_metadata:
            if about.typ is not SheetTypeEnum.WorkSheet:
                continue
            if about.visible is not SheetVisibleEnum.Visible:
                hidden.append(about.name)
                continue
            rows = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
            if any(cell != "" for row in rows for cell in row):
                sheets.append(Sheet(about.name, _delimited(rows)))
    except PasswordError as err:
        raise InputError(f"{shown_as} is locked by a password.", (SAVE_AS_CSV,)) from err
    except CalamineError as err:
        raise InputError(f"{shown_as} cannot be read as a workbook ({err}).", (SAVE_AS_CSV,)) from err
    if not sheets:
        raise InputError(f"{shown_as} has no visible sheet that holds anything.", (SAVE_AS_CSV,))
    return Workbook(tuple(sheets), tuple(hidden))


def _delimited(rows: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=DELIMITER, lineterminator="\n").writerows(
        [_written(cell) for cell in row] for row in rows
    )
    return stream.getvalue().encode("utf-8", "replace")


def _written(cell: object) -> str:
    """A cell as an export would write it: whole numbers without a point, dates as ISO writes them."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
        case date():
            return cell.isoformat()
        case timedelta():
            minutes, seconds = divmod(int(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(cell)
