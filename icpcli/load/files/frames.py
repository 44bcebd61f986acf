"""DataFrames as the bytes of the CSV files that they would have been exported as.

They are read as files are, so that the same data give the same profile, from a file or from a frame.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

import pandas as pd

from icpcli.errors import InputError
from icpcli.load.files.memory import DELIMITER, InMemory

LIST_SEPARATOR = ";"  # as HubSpot writes several ids in one cell


def in_memory(name: str, frame: pd.DataFrame) -> InMemory:
    """The frame as an export by that name; the frame itself is left as it is.

    Missing cells are blank; whole numbers are written without a point, since a column of ids with a gap is one of
    floats; dates are ISO, without the time where it is midnight all along. An index that has a name is a column.
    Raises InputError for headers of several levels.
    """
    if frame.columns.nlevels > 1:
        raise InputError(
            f"{name} has headers of {frame.columns.nlevels} levels; an export has one row of them."
        )
    named = [level for level in frame.index.names if level is not None]
    whole = frame.reset_index(level=named) if named else frame
    columns = [_texts(whole.iloc[:, position]) for position in range(whole.shape[1])]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DELIMITER)
    writer.writerow([str(header) for header in whole.columns])
    writer.writerows(zip(*columns, strict=True))
    return InMemory(name, out.getvalue().encode("utf-8", "replace"))


def _texts(column: pd.Series) -> list[str]:
    """The cells of a column as an export would write them."""
    if pd.api.types.is_datetime64_any_dtype(column):
        known = column.dropna()
        is_days = bool((known == known.dt.normalize()).all())
        return ["" if pd.isna(at) else (at.date() if is_days else at).isoformat() for at in column]
    return [_text(cell) for cell in column.astype(object)]


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, list | tuple | set | frozenset):
        texts = [_text(one) for one in cell]
        return LIST_SEPARATOR.join(sorted(texts) if isinstance(cell, set | frozenset) else texts)
    if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)):
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
