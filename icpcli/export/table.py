"""The scorecard as a table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from icpcli.wording import guarded, score_item

if TYPE_CHECKING:
    from icpcli.model.profile import Derivation, ScoreItem

NAMES = ("what", "field", "kind", "values", "at_least", "below", "points", "companies")


def table_of(saved: Derivation) -> str:
    """One row per line of the scorecard (``what`` is base, an item in words, or fit), as CSV with formulas escaped.

    Of the rows called fit, ``points`` is where the fit in ``values`` is reached; between them it is linear.
    """
    card = saved.scorecard
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(NAMES)
    if card is not None:
        writer.writerow(["base", "", "", "", "", "", f"{card.base:g}", ""])
        writer.writerows(_row(item) for item in card.items)
        writer.writerows(
            ["fit", "", "", f"{fit:g}", "", "", f"{points:g}", ""] for points, fit in card.fit_table
        )
    return out.getvalue()


def _row(item: ScoreItem) -> list[str]:
    condition = item.condition
    kind = condition.kind if condition else "blank" if item.missing else f"match {item.match}"
    bounds = [condition.at_least, condition.below] if condition else [None, None]
    return [
        guarded(score_item(item)),
        guarded(condition.field if condition else item.missing or ""),
        kind,
        guarded("; ".join(condition.values) if condition else ""),
        *("" if bound is None else f"{bound:.15g}" for bound in bounds),
        f"{item.points:g}",
        str(item.customers),
    ]
