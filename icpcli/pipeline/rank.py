"""``icp rank``: exports to customers, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from icpcli.load.exports import load_exports
from icpcli.model.common import silent
from icpcli.rank.ranking import rank_customers
from icpcli.rollup import roll_up_accounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.common import Finding, Progress
    from icpcli.model.tables import Book, Ranking
    from icpcli.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The accounts worked, the customers among them in order, and what was noticed on the way."""

    book: Book
    ranking: Ranking
    findings: tuple[Finding, ...]


def rank(paths: Sequence[str], settings: Settings, *, on_progress: Progress = silent) -> Ranked:
    """The customers in these exports, best first; raises IcpError where nothing can be ranked."""
    exports = load_exports(paths, settings, on_progress)
    on_progress("Rolling up to accounts")
    book = roll_up_accounts(exports, settings)
    on_progress("Ranking customers")
    ranking = rank_customers(book, settings)
    return Ranked(book, ranking, (*exports.findings, *book.findings, *ranking.findings))
