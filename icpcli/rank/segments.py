"""The criteria of groups of customers, each drawn towards all by how little it rests on."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from icpcli.errors import DataError
from icpcli.model.common import NUMBERS, Criterion, Kind
from icpcli.model.lists import holds_lists, items_of
from icpcli.model.strict import meant, nearest
from icpcli.model.tables import Segment
from icpcli.rank.criteria import criteria_of
from icpcli.rank.pooling import pooled_means, pooled_rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from icpcli.model.profile import CriterionSource
    from icpcli.model.tables import Book
    from icpcli.settings import Settings

NOT_SAID = "(not said)"
BANDS = (
    1,
    10,
    50,
    250,
    1000,
)  # lower edges of a field of numbers: micro, small, medium, large (EU 2003/361), beyond
SHARE_BANDS = (5, 10, 20, 30, 40, 50, 75)  # percent


def segments_by(book: Book, field: str, settings: Settings) -> tuple[Segment, ...]:
    """The groups of a field of companies, those with most customers first; raises DataError for a field there is not.

    Of a field of lists each item is a group, and a company in all of its items'.
    """
    held = _groups(book, field)
    criteria = criteria_of(book, settings)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    is_new = book.accounts["is_new_business"].to_numpy(dtype=bool)
    labels = sorted({label for several in held for label in several})
    inside = np.array([[label in several for several in held] for label in labels])
    worked = (inside & is_new).sum(axis=1)
    won = (inside & is_new & is_customer).sum(axis=1)
    has_lost = bool((~is_customer).any())
    rates = pooled_rates(won, worked).estimates if has_lost else np.full(len(labels), np.nan)
    pooled = {
        s.criterion: _pooled(criteria.figures[s.criterion], s, inside, is_customer) for s in criteria.sources
    }
    segments = [
        Segment(
            name=label,
            customers=int((inside[k] & is_customer).sum()),
            worked=int(worked[k]),
            win_rate=_plain(rates[k]),
            means={c: _plain(means[k]) for c, (means, _) in pooled.items()},
            known={c: int(known[k]) for c, (_, known) in pooled.items()},
        )
        for k, label in enumerate(labels)
    ]
    return tuple(sorted(segments, key=lambda s: (-s.customers, -s.worked, s.name)))


def _groups(book: Book, name: str) -> list[tuple[str, ...]]:
    """The groups that each company is in."""
    known = sorted(map(str, book.attributes))
    field = meant(name, known)
    if field is None:
        raise DataError(f"No column {name!r} describes companies.", (nearest(name, known),))
    column = book.attributes[field]
    kind = book.attribute_kinds[field]
    if kind in NUMBERS:
        return [(band,) for band in (_shares(column) if kind is Kind.SHARE else _bands(column))]
    are_lists = holds_lists(column.dropna().astype(str).unique())
    cells = [v if isinstance(v, str) else NOT_SAID for v in column]
    return [items_of(cell) if are_lists else (cell,) for cell in cells]


def _bands(column: pd.Series) -> list[str]:
    figures = column.to_numpy(dtype=float)
    words = [f"below {BANDS[0]:,}", *(f"{a:,} to {b - 1:,}" for a, b in pairwise(BANDS))]
    return _placed(figures, BANDS, [*words, f"{BANDS[-1]:,} and more"])


def _shares(column: pd.Series) -> list[str]:
    percents = np.round(100 * column.to_numpy(dtype=float), 9)
    words = [f"below {SHARE_BANDS[0]} %", *(f"{a} to below {b} %" for a, b in pairwise(SHARE_BANDS))]
    return _placed(percents, SHARE_BANDS, [*words, f"{SHARE_BANDS[-1]} % and more"])


def _placed(figures: np.ndarray, bounds: Sequence[int], names: Sequence[str]) -> list[str]:
    """The name of the band that each figure lies in."""
    place = np.searchsorted(bounds, np.nan_to_num(figures, nan=-1), side="right")
    bands: list[str] = np.where(np.isfinite(figures), np.array(names)[place], NOT_SAID).tolist()
    return bands


def _pooled(
    figures: pd.Series, source: CriterionSource, inside: np.ndarray, is_customer: np.ndarray
) -> tuple[np.ndarray, Sequence[int]]:
    """The pooled mean of each group, and how many stand behind it; of money spent, everything spent per customer won."""
    values = figures.to_numpy(dtype=float)
    per_win = source.criterion is Criterion.ACQUISITION_COST and source.unit != "index"
    use = inside & np.isfinite(values) & (True if per_win else is_customer)
    means, variances = (np.full(len(inside), np.nan) for _ in range(2))
    everyone = values[np.isfinite(values)]
    common = float(np.var(everyone)) if len(everyone) > 1 else 0.0
    for k, chosen in enumerate(use):
        count = int(chosen.sum())
        won = int((chosen & is_customer).sum())
        if not count or (per_win and not won):
            continue
        means[k] = float(values[chosen].sum()) / (won if per_win else count)
        variances[k] = common / count * (count / won if per_win else 1.0) ** 2
    return pooled_means(means, variances).estimates, use.sum(axis=1).tolist()


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
