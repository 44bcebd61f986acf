"""How often books with nothing in them show a difference: the parts of the utility beside percentiles.

    python tests/benchmarks/fairness.py [BOOKS]

Prints, for each family of null books and each criterion, the share of books in which a segment that is merely younger
(or older than the export) is called different at |t| > 1.96: by the part that the search hears, by the percentile
that the ranking shows (of months, orders and values to expect), and by the percentile of months stayed and money
paid so far, which a spreadsheet would rank by. Fair is about 5 %.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fair_books import FAMILIES, NullBook, differs, so_far_percentiles

from icpcli.model.common import Criterion
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS

CRITERIA = (Criterion.RETENTION, Criterion.LIFETIME_VALUE)


def shares(family: str, books: int) -> dict[Criterion, list[float]]:
    """By criterion: the share of null books called different by the part heard, the percentile shown, and the one so far."""
    called = {c: np.zeros(3) for c in CRITERIA}
    for seed in range(books):
        null: NullBook = FAMILIES[family](np.random.default_rng([seed, 17]))
        heard = hear(null.book, DEFAULTS)
        ranked = rank_customers(null.book, DEFAULTS).customers.set_index("account_key")
        for criterion, so_far in zip(CRITERIA, so_far_percentiles(null.book), strict=True):
            part = heard.parts[:, heard.criteria.index(criterion)]
            shown = (
                ranked[f"{criterion}_percentile"].reindex(null.book.accounts["account_key"]).to_numpy(float)
            )
            called[criterion] += [differs(figures, null.is_segment) for figures in (part, shown, so_far)]
    return {c: [float(share) for share in counts / books] for c, counts in called.items()}


def main(books: int) -> None:
    """Print the table."""
    print(f"{books} null books a family of 200 customers; share in which the segment is called different\n")
    print(f"{'family':36s}{'criterion':18s}{'heard':>8s}{'percentile':>12s}{'so far':>10s}")
    for family in FAMILIES:
        for criterion, (heard, shown, so_far) in shares(family, books).items():
            print(f"{family:36s}{criterion.value:18s}{heard:8.3f}{shown:12.3f}{so_far:10.3f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
