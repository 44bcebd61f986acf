"""Results that are tables, as CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pandas as pd

from icpcli.model.common import Criterion
from icpcli.wording import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icpcli.model.tables import Ranking, Reject, Segment

MONEY = ("realised_value", "value_to_date", "value_expected")


def ranking_csv(ranking: Ranking, top: int) -> str:
    """One row per customer, best first; a missing figure is an empty cell."""
    names = ["rank", "account_key", "name", "score", "criteria_known"]
    names += [name for c in Criterion for name in (c.value, f"{c}_percentile")]
    customers = ranking.customers.head(top)
    rows = (
        [*(row[name] for name in names), *(_money(row[name]) for name in MONEY)]
        for _, row in customers.iterrows()
    )
    return _csv([*names, *MONEY], rows)


def segments_csv(segments: Sequence[Segment]) -> str:
    """One row per group of companies; beside each mean the number of those behind it."""
    names = ["group", "customers", "worked", "win_rate"]
    names += [name for c in Criterion for name in (c.value, f"{c}_known")]
    rows = (
        [s.name, s.customers, s.worked, s.win_rate, *(v for c in Criterion for v in (s.means[c], s.known[c]))]
        for s in segments
    )
    return _csv(names, rows)


def people_csv(people: pd.DataFrame) -> str:
    """One row per person: contact_id, persona, probability; nothing that names anybody."""
    names = ["contact_id", "persona", "probability"]
    return _csv(names, ([row[name] for name in names] for _, row in people.iterrows()))


def rejects_csv(rejects: Sequence[Reject]) -> str:
    """One row per record that did not fit: file, record number, reason, its text."""
    return _csv(["file", "record", "reason", "text"], ([r.path, r.line, r.reason, r.text] for r in rejects))


def _csv(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _money(amount: float) -> str:
    """An amount to the cent; an unknown one is an empty cell."""
    return "" if pd.isna(amount) else f"{amount:.2f}"


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return guarded(value)
    if pd.isna(value):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
