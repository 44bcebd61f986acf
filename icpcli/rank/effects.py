"""What the choices behind lifetime value do to it, and how much rests on the largest customers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.common import Criterion
from icpcli.rank.criteria import criteria_of
from icpcli.rank.value import top_share
from icpcli.settings import MAX_HORIZON_MONTHS
from icpcli.wording import listed, percent

if TYPE_CHECKING:
    from icpcli.model.tables import Book, Ranking
    from icpcli.settings import Settings


def effects_of(book: Book, ranking: Ranking, settings: Settings) -> tuple[str, ...]:
    """Sentences: what horizon and discount rate do to all lifetime values together, and the share of the top ten."""
    values = ranking.customers["lifetime_value"].to_numpy(dtype=float)
    total = float(np.nansum(values))
    if total <= 0:
        return ()
    first = (
        f"Lifetime value counts {settings.horizon_months} months from the first purchase at {percent(settings.discount_rate_yearly)} a "
        f"year (--horizon, --discount-rate). All customers together: {_changes(book, total, settings)}."
    )
    notes = [first]
    top = top_share(values)
    if top is not None:
        notes.append(f"The ten most valuable customers bring {percent(top)} of all lifetime value.")
    return tuple(notes)


def _changes(book: Book, total: float, settings: Settings) -> str:
    """How the sum of all lifetime values changes with other choices."""
    horizon = settings.horizon_months
    half, double = max(horizon // 2, 1), min(horizon * 2, MAX_HORIZON_MONTHS)
    others = {
        "undiscounted": dataclasses.replace(settings, discount_rate_yearly=0.0),
        f"over {half} months": dataclasses.replace(settings, horizon_months=half),
        f"over {double} months": dataclasses.replace(settings, horizon_months=double),
    }
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    told = []
    for words, other in others.items():
        then = criteria_of(book, other).figures[Criterion.LIFETIME_VALUE].to_numpy(dtype=float)[is_customer]
        told.append(f"{words} {100 * (float(np.nansum(then)) / total - 1):+.0f} %")
    return listed(told, "and")
