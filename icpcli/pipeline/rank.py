"""``icp rank``: exports to customers, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from icpcli.load.exports import load_exports
from icpcli.model.common import silent
from icpcli.pipeline.wishes import in_the_books_word
from icpcli.rank.effects import effects_of
from icpcli.rank.explain import explain_customer
from icpcli.rank.ranking import rank_customers
from icpcli.rank.segments import segments_by
from icpcli.rollup import roll_up_accounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.common import Finding, Progress
    from icpcli.model.tables import Book, Explanation, Exports, Ranking, Segment
    from icpcli.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The exports, the accounts worked, the customers among them in order, and what was noticed on the way."""

    exports: Exports
    book: Book
    ranking: Ranking
    findings: tuple[Finding, ...]
    settings: Settings

    def notes(self) -> tuple[str, ...]:
        """What the choices behind lifetime value do to it, and how much rests on the largest customers."""
        return effects_of(self.book, self.ranking, self.settings)

    def explanation(self, name: str) -> Explanation:
        """One customer's figures; raises DataError where there is none so called."""
        return explain_customer(self.book, self.ranking, name, exports=self.exports, settings=self.settings)

    def segments(self, field: str) -> tuple[Segment, ...]:
        """The groups of a field of companies, named as the book or the export does; raises DataError where there is none."""
        fields = tuple(map(str, self.book.attributes))
        return segments_by(self.book, in_the_books_word(field, self.exports, fields), self.settings)


def rank(paths: Sequence[str], settings: Settings, *, on_progress: Progress = silent) -> Ranked:
    """The customers in these exports, best first; raises IcpError where nothing can be ranked."""
    exports = load_exports(paths, settings, on_progress)
    on_progress("Rolling up to accounts")
    book = roll_up_accounts(exports, settings)
    on_progress("Ranking customers")
    ranking = rank_customers(book, settings)
    findings = (*exports.findings, *book.findings, *ranking.findings)
    return Ranked(exports, book, ranking, findings, settings)
