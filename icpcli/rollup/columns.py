"""Columns of a rolled-up frame, whether its exports had them or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable


def numbers(frame: pd.DataFrame, name: str) -> pd.Series:
    """A numeric column, all missing where the exports do not have it."""
    return frame[name].astype(float) if name in frame else pd.Series(np.nan, index=frame.index)


def dates(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column of days, all missing where the exports do not have it."""
    if name not in frame:
        return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    return pd.to_datetime(frame[name]).astype("datetime64[s]")


def first_known(columns: Iterable[pd.Series]) -> pd.Series:
    """For each row the first of the columns that is filled."""
    first, *others = columns
    for column in others:
        first = first.fillna(column)
    return first


def has_any(frame: pd.DataFrame, name: str) -> bool:
    """Whether a column is there and says anything: a number above zero, or any date or word."""
    if name not in frame:
        return False
    column = frame[name]
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return bool((column.fillna(0) > 0).any())
    return bool(column.notna().any())
