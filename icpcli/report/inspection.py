"""What was understood of the exports: files, columns, rows left out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from icpcli.model.common import CrmObject
from icpcli.report.document import Block, Bullets, Document, Heading, Paragraph, Table, Title
from icpcli.wording import as_of, count, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icpcli.model.tables import ColumnReading, Exports

FIRST_REJECTS = 5
REJECT_CHARACTERS = 80

# What a field would add to the result where no file has it.
MISSING = {
    "acquisition_cost": "what each customer cost to win (else effort stands in)",
    "customer_since": "how long customers stay",
    "churned_on": "who left, and when",
    "mrr": "value by the month",
    "nps": "advocacy",
    "industry": "the strongest field of most profiles",
    "employees": "the size of companies",
    "country": "where they are",
    "channel": "how they came",
}
FOUND_ELSEWHERE = {
    "customer_since": ((CrmObject.DEAL, "closed_on"), (CrmObject.INVOICE, "invoiced_on"), (CrmObject.SUBSCRIPTION, "started_on")),
    "churned_on": ((CrmObject.SUBSCRIPTION, "ended_on"), (CrmObject.CHURN, "churned_on")),
    "mrr": ((CrmObject.DEAL, "amount"), (CrmObject.INVOICE, "amount"), (CrmObject.SUBSCRIPTION, "mrr"), (CrmObject.SUBSCRIPTION, "amount")),
    "acquisition_cost": ((CrmObject.DEAL, "acquisition_cost"), (CrmObject.COST, "amount")),
    "channel": ((CrmObject.DEAL, "channel"),),
    "nps": ((CrmObject.CONTACT, "nps"),),
}  # fmt: skip


def of_exports(e: Exports) -> Document:
    """Files with their rows, every column with its field and why, what is missing, what did not fit."""
    files = tuple(
        (s.path, str(s.object), f"{s.read:,}", f"{s.kept:,}", f"{s.merged:,}", _dropped(s.dropped))
        for s in e.sources
    )
    blocks: list[Block] = [
        Title("What was understood"),
        Paragraph(f"{count(len(e.sources), 'file')}. {as_of(e.as_of)}"),
        Table(("File", "Holds", "Read", "Kept", "Merged", "Dropped"), files, numeric=(2, 3, 4)),
    ]
    by_file: dict[str, list[ColumnReading]] = defaultdict(list)
    for reading in e.readings:
        by_file[reading.path].append(reading)
    for path in sorted(by_file):
        rows = tuple(_column_row(r) for r in by_file[path])
        blocks += [Heading(path), Table(("Column", "Is", "Because", "Filled", "Samples"), rows, numeric=(3,))]
    return Document((*blocks, *_missing(e), *_rejects(e), *_findings(e)))


def _column_row(r: ColumnReading) -> tuple[str, ...]:
    unit = f", {r.unit}" if r.unit else ""
    what = (
        f"{r.object}.{r.field}"
        if r.field
        else "-"
        if r.why.startswith(("not used", "names or"))
        else "your own"
    )
    return (r.header, f"{what} ({r.kind}{unit})", r.why, percent(r.filled_share), ", ".join(r.samples))


def _missing(e: Exports) -> list[Block]:
    known = {(r.object, r.field) for r in e.readings}
    absent = [
        f"{field.replace('_', ' ')}: {adds}"
        for field, adds in MISSING.items()
        if (CrmObject.ACCOUNT, field) not in known and not known.intersection(FOUND_ELSEWHERE.get(field, ()))
    ]
    return (
        [Heading("What these fields would add, were they exported"), Bullets(tuple(absent))] if absent else []
    )


def _rejects(e: Exports) -> list[Block]:
    if not e.rejects:
        return []
    rows = tuple(
        (r.path, f"{r.line:,}", r.reason, r.text.strip()[:REJECT_CHARACTERS])
        for r in e.rejects[:FIRST_REJECTS]
    )
    heading = Heading(
        f"The first of {count(len(e.rejects), 'row')} that did not fit (--rejects FILE writes all)"
    )
    return [heading, Table(("File", "Record", "Why", "Text"), rows, numeric=(1,))]


def _findings(e: Exports) -> list[Block]:
    return (
        [Heading("Findings"), Bullets(tuple(f"{f.code}  {f.message}" for f in e.findings))]
        if e.findings
        else []
    )


def _dropped(dropped: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {reason}" for reason, n in sorted(dropped.items())) or "none"
