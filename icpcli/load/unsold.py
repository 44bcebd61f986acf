"""Rows that sold nothing: drafts and cancelled invoices, trials and subscriptions that never began."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.cells import Cells
from icpcli.model.common import CrmObject
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from icpcli.load.parts import Part

NO_SALE = {
    CrmObject.INVOICE: (
        re.compile(
            r"\b(draft|void|voided|cancel+ed|brouillons?|annulee?s?|entwurf|storniert\w*|borrador|cancelad[oa]s?|anulad[oa]s?|pro ?forma)\b"
        ),
        "a draft or cancelled",
    ),
    CrmObject.SUBSCRIPTION: (
        re.compile(r"\b(incomplete|incomplete expired|trialing|trial|in trial|essai|en essai|testphase)\b"),
        "a trial or never begun",
    ),
}


def without_unsold(parts: Sequence[Part], dropped: dict[str, Counter[str]]) -> list[Part]:
    """The parts without the rows whose status says that nothing was sold; they are counted in ``dropped``, by file and reason."""
    return [_sold(part, dropped) if part.object in NO_SALE else part for part in parts]


def _sold(part: Part, dropped: dict[str, Counter[str]]) -> Part:
    if "status" not in part.table.column_names:
        return part
    pattern, reason = NO_SALE[part.object]
    statuses = Cells.of(part.table.column("status"))
    is_unsold = pc.fill_null(
        statuses.mapped(lambda status: pattern.search(words_of(status)) is not None, pa.bool_()), False
    )
    count = pc.sum(is_unsold).as_py() or 0
    if not count:
        return part
    dropped[part.path][f"{reason} {part.object}"] += count
    return replace(part, table=part.table.filter(pc.invert(is_unsold)))


__all__ = ["without_unsold"]
