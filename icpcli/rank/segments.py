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
MOST_RANGES = 12  # of a column; the search takes the values of such a column for edges too
OFTEN = 2  # companies for each range, at least in the mean
SHARE_BANDS = (5, 10, 20, 30, 40, 50, 75)  # percent


def segments_by(book: Book, field: str, settings: Settings) -> tuple[Segment, ...]:
    """The groups of a field of companies, those with most customers first; raises DataError for a field there is not.

    Of a field of lists each item is a group, and a company in all of its items'.
    """
    held = _groups(book, field)
    criteria = criteria_of(book, settings)
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    is_new = book.accounts["is_new_business"].to_numpy(dtype=bool)
    members = _members(held)
    worked = np.array([int(is_new[places].sum()) for places in members.values()])
    was_won = is_new & is_customer
    won = np.array([int(was_won[places].sum()) for places in members.values()])
    has_lost = bool((~is_customer).any())
    rates = pooled_rates(won, worked).estimates if has_lost else np.full(len(members), np.nan)
    pooled = {
        s.criterion: _pooled(criteria.of_groups[s.criterion], s, tuple(members.values()), is_customer)
        for s in criteria.sources
    }
    segments = [
        Segment(
            name=label,
            customers=int(is_customer[places].sum()),
            worked=int(worked[k]),
            win_rate=_plain(rates[k]),
            means={c: _plain(means[k]) for c, (means, _) in pooled.items()},
            known={c: int(known[k]) for c, (_, known) in pooled.items()},
        )
        for k, (label, places) in enumerate(members.items())
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


def _members(held: Sequence[tuple[str, ...]]) -> dict[str, np.ndarray]:
    """The places of the companies in each group, by its name: as many as there are memberships, however many the groups."""
    labels = sorted({label for several in held for label in several})
    numbers = {label: number for number, label in enumerate(labels)}
    codes = np.array([numbers[label] for several in held for label in several], dtype=np.int64)
    places = np.repeat(np.arange(len(held)), [len(several) for several in held])
    ends = np.cumsum(np.bincount(codes, minlength=len(labels)))
    return dict(zip(labels, np.split(places[np.argsort(codes, kind="stable")], ends[:-1]), strict=True))


def _bands(column: pd.Series) -> list[str]:
    """The band that each number lies in: of a column of ranges (51-200) these themselves."""
    figures = column.to_numpy(dtype=float)
    edges = _own_edges(figures) or BANDS
    between = [f"{a:,} to {b - 1:,}" if b - a > 1 else f"{a:,}" for a, b in pairwise(edges)]
    return _placed(figures, edges, [f"below {edges[0]:,}", *between, f"{edges[-1]:,} and more"])


def _own_edges(figures: np.ndarray) -> tuple[int, ...]:
    """The lower ends of ranges, which few values for many companies are; none where numbers hardly repeat.

    A range cut by the usual bands would be told by its lower end alone: 201-500 as "50 to 249".
    """
    known = figures[np.isfinite(figures)]
    lows = np.unique(known)
    is_few = 0 < len(lows) <= MOST_RANGES and len(known) >= OFTEN * len(lows)
    return tuple(int(low) for low in lows) if is_few and (lows == np.round(lows)).all() else ()


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
    figures: pd.Series, source: CriterionSource, members: Sequence[np.ndarray], is_customer: np.ndarray
) -> tuple[np.ndarray, list[int]]:
    """The pooled mean of each group, and how many stand behind it; of money spent, everything spent per customer won."""
    values = figures.to_numpy(dtype=float)
    per_win = source.criterion is Criterion.ACQUISITION_COST and source.unit != "index"
    use = np.isfinite(values) & (True if per_win else is_customer)
    means, variances = (np.full(len(members), np.nan) for _ in range(2))
    everyone = values[np.isfinite(values)]
    common = float(np.var(everyone)) if len(everyone) > 1 else 0.0
    known = [places[use[places]] for places in members]
    for k, chosen in enumerate(known):
        count = len(chosen)
        won = int(is_customer[chosen].sum())
        if not count or (per_win and not won):
            continue
        means[k] = float(values[chosen].sum()) / (won if per_win else count)
        variances[k] = common / count * (count / won if per_win else 1.0) ** 2
    return pooled_means(means, variances).estimates, [len(chosen) for chosen in known]


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
