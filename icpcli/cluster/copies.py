"""Columns that say the same in every row: one of them is searched, the others are told beside it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.common import CrmObject
from icpcli.model.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def copies_of(
    columns: Mapping[str, pd.Series], *, preferred: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """For each field with copies, the copies: cell by cell the same values, under other names or in other units.

    Words are the same when they part the companies alike (a code beside its label); numbers when they order
    them alike. Of copies those ``preferred`` come first, in their order, then known fields, then the user's own by
    the alphabet.
    """
    rank = {name: place for place, name in reversed([*enumerate(preferred)])}
    alike: dict[bytes, list[str]] = defaultdict(list)
    for name in sorted(columns):
        alike[_pattern(columns[name])].append(name)
    found = {}
    for names in alike.values():
        first, *rest = sorted(
            names, key=lambda n: (rank.get(n, len(preferred)), n not in FIELDS[CrmObject.ACCOUNT], n)
        )
        if rest:
            found[first] = tuple(rest)
    return found


def _pattern(column: pd.Series) -> bytes:
    """What two copies share: the order of numbers, or which cells hold the same word; blanks where they are."""
    if column.dtype == object:
        codes = pd.factorize(column)[0]
    else:
        numbers = column.to_numpy(dtype=float)
        known = np.isfinite(numbers)
        codes = np.full(len(numbers), -1)
        codes[known] = np.unique(numbers[known], return_inverse=True)[1]
    kind = b"words" if column.dtype == object else b"numbers"
    return kind + codes.astype(np.int64).tobytes()
