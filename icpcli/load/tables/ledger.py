"""What became of each file's rows: kept, merged into another, or dropped for a named reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from icpcli.model.common import CrmObject, Finding
from icpcli.model.tables import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icpcli.load.fields.understood import Understood
    from icpcli.load.tables.parts import Part

OUTSIDERS = "ICP410"
REPEATED_ID = "ICP123"


@dataclass(slots=True)
class Ledger:
    """Rows by file; a row that holds a company and a person is accounted for as a company."""

    findings: list[Finding]
    merged: Counter[str] = field(default_factory=Counter)
    dropped: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def count_repeats(self, part: Part, repeated: int, *, are_rows: bool) -> None:
        """Tell how much of a part says again what another row says; merged ``are_rows`` that stand for nothing else."""
        if repeated:
            self.merged[part.path] += repeated if are_rows else 0
            message = f"{part.path}: {repeated:,} row(s) repeat another {part.object} and count once."
            self.findings.append(Finding(REPEATED_ID, message, repeated))

    def count_same_people(self, part: Part, rows: int, *, are_rows: bool) -> None:
        """Tell how many rows of people are of somebody whom another row tells too."""
        if rows:
            self.merged[part.path] += rows if are_rows else 0
            message = f"{part.path}: {rows:,} row(s) are of people whom another row has told, by e-mail address or name at one company; each counts once."
            self.findings.append(Finding(REPEATED_ID, message, rows))

    def count_outsiders(self, part: Part, rows: int, *, are_rows: bool) -> None:
        """Tell how many rows of people are of none of their company's."""
        if rows:
            self.dropped[part.path]["a colleague or a partner"] += rows if are_rows else 0
            message = (
                f"{part.path}: {rows:,} people write from an e-mail domain that stands at ten companies or more, whose own people write from "
                "others: colleagues or partners, and no buyers."
            )
            self.findings.append(Finding(OUTSIDERS, message, rows))

    def sources(self, files: Sequence[Understood]) -> tuple[Source, ...]:
        """The files with the account of their rows, by object and path."""
        return tuple(sorted(self._told(files), key=lambda source: (source.object, source.path)))

    def _told(self, files: Sequence[Understood]) -> Iterable[Source]:
        for file in files:
            raw = file.raw
            dropped = Counter(raw.dropped) + self.dropped.get(raw.path, Counter())
            merged = self.merged[raw.path]
            if file.object is CrmObject.OTHER:
                dropped[f"not used: {file.reason}"] += raw.cells.num_rows
            kept = raw.read - merged - sum(dropped.values())
            yield Source(raw.path, raw.sha256, file.object, raw.read, kept, merged, dict(dropped))


__all__ = ["Ledger"]
