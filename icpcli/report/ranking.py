"""A ranking told: customers best first, each criterion in its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from icpcli.report.document import Block, Bullets, Document, Paragraph, Statement, Table, Title
from icpcli.wording import CRITERION_NAMES, NOT_KNOWN, count, figure, percent

if TYPE_CHECKING:
    from icpcli.model.tables import Explanation, Ranking


def of_ranking(ranking: Ranking, top: int) -> Document:
    """The best ``top`` customers, and where each criterion comes from."""
    heard = [s for s in ranking.criteria if s.customers]
    shown = ranking.customers.head(top)
    headers = ("Rank", "Customer", "Score", *(CRITERION_NAMES[s.criterion].capitalize() for s in heard))
    rows = tuple(
        (
            NOT_KNOWN if pd.isna(row["rank"]) else f"{row['rank']}",
            str(row["name"]),
            NOT_KNOWN if pd.isna(row["score"]) else f"{row['score']:.0f}",
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
    note = Paragraph(
        "Score: the weighted mean of the percentiles of the criteria that are known (50 = in the middle)."
    )
    return Document(
        (title, Table(headers, rows, numeric=(0, 2, *range(3, 3 + len(heard)))), note, Bullets(sources))
    )


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
            r.source,
        )
        for r in e.rows
    )
    blocks: tuple[Block, ...] = (
        Title(e.name),
        Statement(f"{e.name} {place}.", ", ".join(part for part in (score, since, left) if part)),
        Table(("Criterion", "Figure", "Standing", "Weight", "From"), rows, numeric=(1, 2, 3)),
    )
    return Document(blocks)


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
