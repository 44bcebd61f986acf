"""A ranking told: customers best first, each criterion in its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from icpcli.report.document import Block, Bullets, Document, Paragraph, Statement, Table, Title
from icpcli.wording import CRITERION_NAMES, NOT_KNOWN, SYMBOLS, count, field_name, figure, listed, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.profile import CriterionSource
    from icpcli.model.tables import Explanation, Origin, Ranking, Reweighing, Segment

PARTIAL = "*"


def of_ranking(ranking: Ranking, top: int, notes: Sequence[str]) -> Document:
    """The best ``top`` customers, where each criterion comes from, and what the order rests on."""
    heard = [s for s in ranking.criteria if s.customers]
    shown = ranking.customers.head(top)
    weighed = sum(s.weight > 0 for s in ranking.criteria)
    headers = ("Rank", "Customer", "Score", *(CRITERION_NAMES[s.criterion].capitalize() for s in heard))
    rows = tuple(
        (
            NOT_KNOWN if pd.isna(row["rank"]) else f"{row['rank']}",
            str(row["name"]),
            _score(row, weighed),
            *(figure(_known(row[s.criterion.value]), s.unit) for s in heard),
        )
        for _, row in shown.iterrows()
    )
    total = len(ranking.customers)
    title = Title(
        f"{count(total, 'customer')}, best first"
        if len(shown) == total
        else f"The best {len(shown):,} of {count(total, 'customer')}"
    )
    sources = tuple(
        f"{CRITERION_NAMES[s.criterion]}: {s.source}, weight {s.weight:g}, known for {s.customers:,}"
        for s in heard
    )
    note = "Score: the weighted mean of the percentiles of the criteria that are known (50 = in the middle)."
    if any(row[2].endswith(PARTIAL) for row in rows):
        note += f" {PARTIAL} A criterion is not known: ranked on the rest."
    beneath = (*sources, *notes, *_stability(ranking.stability))
    table = Table(headers, rows, numeric=(0, 2, *range(3, 3 + len(heard))))
    return Document((title, table, Paragraph(note), Bullets(beneath)))


def _score(row: pd.Series, weighed: int) -> str:
    if pd.isna(row["score"]):
        return NOT_KNOWN
    return f"{row['score']:.0f}{f' {PARTIAL}' if row['criteria_known'] < weighed else ''}"


def _stability(stability: Sequence[Reweighing]) -> tuple[str, ...]:
    """The weight that moves the order most, and by how much."""
    if not stability:
        return ()
    least = min(stability, key=lambda s: s.rank_correlation)
    change = "halved" if least.factor < 1 else "raised by half"
    words = (
        f"Any weight halved or raised by half leaves a rank correlation of at least {least.rank_correlation:.2f} with this "
        f"order (the least with {CRITERION_NAMES[least.criterion]} {change})"
    )
    return (words,)


def _with_unit(source: CriterionSource) -> str:
    name = CRITERION_NAMES[source.criterion].capitalize()
    return name if source.unit == "currency" else f"{name}, {SYMBOLS.get(source.unit, source.unit)}"


def of_segments(field: str, segments: Sequence[Segment], criteria: Sequence[CriterionSource]) -> Document:
    """The groups of a field: how many customers, how often they are won, and each criterion, with how many stand behind."""
    heard = [s for s in criteria if s.customers]
    has_rates = any(s.win_rate is not None for s in segments)
    headers = (
        field_name(field).capitalize(),
        "Customers",
        *(("Won of worked",) if has_rates else ()),
        *(_with_unit(s) for s in heard),
    )
    rows = tuple(
        (
            s.name,
            f"{s.customers:,}",
            *((f"{percent(s.win_rate or 0.0)} of {s.worked:,}",) if has_rates else ()),
            *(f"{figure(s.means[c.criterion], 'currency')} ({s.known[c.criterion]:,})" for c in heard),
        )
        for s in segments
    )
    note = Paragraph(
        "Rates and means are drawn towards those of all groups by how few stand behind them (in brackets): what differs by "
        "chance alone reads alike. A difference here is no evidence; icp derive tests for that."
    )
    title = Title(f"Customers by {field_name(field)}")
    return Document((title, Table(headers, rows, numeric=tuple(range(1, len(headers)))), note))


def of_explanation(e: Explanation) -> Document:
    """One customer's place, and the figures it comes from."""
    place = (
        "has no rank: none of its criteria is known"
        if e.rank is None
        else f"ranks {e.rank:,} of {e.customers:,}"
    )
    score = "" if e.score is None else f"score {e.score:.0f} of 100"
    since = "" if e.customer_since is None else f"customer since {e.customer_since.isoformat()}"
    left = "" if e.churned_on is None else f"left on {e.churned_on.isoformat()}"
    rows = tuple(
        (
            CRITERION_NAMES[r.criterion],
            figure(r.figure, r.unit),
            "-" if r.percentile is None else f"better than {percent(r.percentile / 100)}",
            f"{r.weight:g}",
            r.would_move or "-",
        )
        for r in e.rows
    )
    told = tuple(
        f"{CRITERION_NAMES[r.criterion]}: {r.source}{_read_from(r.origins)}"
        for r in e.rows
        if r.figure is not None
    )
    blocks: tuple[Block, ...] = (
        Title(e.name),
        Statement(f"{e.name} {place}.", ", ".join(part for part in (score, since, left) if part)),
        Table(("Criterion", "Figure", "Standing", "Weight", "What would move it"), rows, numeric=(1, 2, 3)),
        Bullets((*told, *e.facts)),
    )
    return Document(blocks)


def _read_from(origins: Sequence[Origin]) -> str:
    """The columns that a figure was read from, and how many rows of theirs are this customer's."""
    if not origins:
        return ""
    by_file = {o.path: [p for p in origins if p.path == o.path] for o in origins}
    files = [
        f"{path}, {listed([o.column for o in of], 'and')} ({count(of[0].rows, 'row')})"
        for path, of in by_file.items()
    ]
    return f"; read from {'; '.join(files)}"


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
