"""What a deal's contract says: until when it runs, and what it pays a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.texts.values import MONEY_TYPE
from icpcli.model.units import DAYS_PER_MONTH, MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

STARTS = ("contract_start", "won_on", "closed_on", "created_on")
LONGEST_MONTHS = 240  # a longer term is a typing error, or in days


def with_contracts(deals: pa.Table) -> pa.Table:
    """The deals with ``contract_start``, ``contract_end`` and ``mrr`` as far as they can be told.

    The end is the one written, else the start (else the day it was won) plus the term in months. The MRR is the
    one written, else ARR / 12, else the amount over the months of the contract: an amount is then the whole
    contract's. Deals of which no column says a term, an end, an MRR or an ARR stay as they are.
    """
    names = set(deals.column_names)
    if not names & {"contract_end", "term_months", "mrr", "arr"}:
        return deals
    start = _first_known(deals, STARTS)
    term = _numbers(deals, "term_months")
    term = np.where((term > 0) & (term <= LONGEST_MONTHS), term, np.nan)
    end = _dates(deals, "contract_end")
    end = end.fillna(_months_later(start, term))
    months = np.where(np.isfinite(term), term, _months_between(start, end))
    amount = _numbers(deals, "amount")
    mrr = _numbers(deals, "mrr")
    for guess in (_numbers(deals, "arr") / MONTHS_PER_YEAR, amount / np.where(months > 0, months, np.nan)):
        mrr = np.where(np.isfinite(mrr), mrr, guess)
    has_end = end.notna().to_numpy()
    columns = {
        "contract_start": pa.array(start.where(has_end).dt.date, pa.date32(), from_pandas=True),
        "contract_end": pa.array(end.dt.date, pa.date32(), from_pandas=True),
        "mrr": pc.cast(pc.round(pa.array(mrr, pa.float64(), from_pandas=True), ndigits=4), MONEY_TYPE),
    }
    kept = deals.drop_columns([n for n in columns if n in names])
    for name, column in columns.items():
        kept = kept.append_column(name, column)
    return kept


def _dates(deals: pa.Table, name: str) -> pd.Series:
    if name not in deals.column_names:
        return pd.Series(pd.NaT, index=range(deals.num_rows), dtype="datetime64[s]")
    days: pd.Series = pd.to_datetime(deals.column(name).to_pandas()).astype("datetime64[s]")
    return days


def _first_known(deals: pa.Table, names: Sequence[str]) -> pd.Series:
    known = _dates(deals, names[0])
    for name in names[1:]:
        known = known.fillna(_dates(deals, name))
    return known


def _numbers(deals: pa.Table, name: str) -> np.ndarray:
    if name not in deals.column_names:
        return np.full(deals.num_rows, np.nan)
    numbers: np.ndarray = pc.cast(deals.column(name), pa.float64()).to_numpy()
    return numbers


def _months_later(start: pd.Series, months: np.ndarray) -> pd.Series:
    """The day so many whole months on; of 31 January and one month the last of February."""
    later = pd.Series(pd.NaT, index=start.index, dtype="datetime64[s]")
    for term in np.unique(np.round(months[np.isfinite(months)])):
        of_term = np.round(months) == term
        later[of_term] = start[of_term] + pd.DateOffset(months=int(term))
    return later


def _months_between(start: pd.Series, end: pd.Series) -> np.ndarray:
    days = (end - start).dt.days.to_numpy(dtype=float, na_value=np.nan)
    return np.where(days > 0, days / DAYS_PER_MONTH, np.nan)


__all__ = ["with_contracts"]
