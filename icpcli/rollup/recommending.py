"""Who recommends you: answers to surveys, referrals given, references, reviews, case studies, and who says that they would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.rollup.columns import first_known, numbers

if TYPE_CHECKING:
    import pyarrow as pa

SIGNS = ("is_reference", "would_recommend", "has_review", "has_case_study")
EVANGELIST = re.compile(r"evang[eé]list|ambassad|promot(er|rice)|prescript", re.IGNORECASE)


def advocacy_columns(book: pd.DataFrame, accounts: pa.Table) -> dict[str, pd.Series]:
    """nps, satisfaction (each with _answers and _squares, the sum of squared answers), referrals, advocacy_signs.

    Answers come from surveys, else from the account's people, else from its own row, where they count as one.
    ``advocacy_signs`` counts references, reviews, case studies, a yes to whether they would recommend you and an evangelist's stage; missing where no column tells.
    """
    columns = {}
    for name in ("nps", "satisfaction"):
        for suffix in ("", "_answers", "_squares"):
            columns[name + suffix] = _answered(book, name, suffix)
    columns["referrals"] = _referrals(book, accounts)
    columns["advocacy_signs"] = _signs(book)
    return columns


def _answered(book: pd.DataFrame, name: str, suffix: str) -> pd.Series:
    """One figure of the answers, from the first source that has any of this account."""
    own = numbers(book, name)
    said = {"": own, "_answers": own.notna().astype(float).where(own.notna()), "_squares": own**2}[suffix]
    chosen = first_known(
        numbers(book, source + name + suffix).where(numbers(book, f"{source}{name}_answers") > 0)
        for source in ("survey_", "contact_")
    ).fillna(said)
    return chosen.fillna(0).astype(int) if suffix == "_answers" else chosen


def _referrals(book: pd.DataFrame, accounts: pa.Table) -> pd.Series:
    """Referrals given: the column that counts them, else how many companies name this one as who referred them."""
    counted = numbers(book, "referrals")
    if "referrer_key" not in accounts.column_names:
        return counted
    times = accounts.column("referrer_key").drop_null().to_pandas().value_counts()
    found = book["account_key"].map(times).fillna(0.0)
    return counted.fillna(found) if found.any() else counted


def _signs(book: pd.DataFrame) -> pd.Series:
    told = [book[name].astype("boolean").astype(float) for name in SIGNS if name in book]
    if "lifecycle_stage" in book:
        is_evangelist = book["lifecycle_stage"].map(
            lambda s: bool(EVANGELIST.search(s)) if isinstance(s, str) else False
        )
        if is_evangelist.any():
            told.append(is_evangelist.astype(float))
    if not told:
        return pd.Series(np.nan, index=book.index)
    return pd.concat(told, axis=1).sum(axis=1, min_count=1)
