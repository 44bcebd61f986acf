"""Which subscriptions have ended by their status, with or without a date, and which only will."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.texts.cells import Cells
from icpcli.load.texts.headers import fold_header
from icpcli.model.common import CrmObject
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.tables.parts import Part

ENDED_WORDS = re.compile(
    r"\b(cancel+ed|ended|terminated|expired|churned|resilie|terminee?|annulee?|expiree?|gekundigt|beendet|cancelad[oa]|terminad[oa]|finalizad[oa]|deactivated|desactivee?|clos|closed|cloturee?|arretee?|stopped)\b"
)


CANCELLED_WORDS = re.compile(r"\b(?:cancel\w*|resiliation|kundigung\w*|cancelacion)\b")
RUNNING_WORDS = re.compile(
    r"\b(?:active|live|non renewing|past due|actif|actifs|en cours|aktiv|laufend|activ[oa]|vigente)\b"
)


def with_notice_apart(parts: Sequence[Part]) -> list[Part]:
    """The parts; a subscription that was cancelled, and is active, runs on until its period ends: the day of notice is no end."""
    return [_with_notice_apart(part) if part.object is CrmObject.SUBSCRIPTION else part for part in parts]


def _with_notice_apart(part: Part) -> Part:
    end = part.understood.of(CrmObject.SUBSCRIPTION).get("ended_on")
    if end is None or "status" not in part.table.column_names:
        return part
    if CANCELLED_WORDS.search(fold_header(end.header)) is None:
        return part
    runs = Cells.of(part.table.column("status")).mapped(_says_it_runs, pa.bool_())
    held = part.table.column("ended_on").combine_chunks()
    ends = pc.if_else(pc.fill_null(runs, False), pa.scalar(None, held.type), held)
    return replace(
        part, table=part.table.set_column(part.table.column_names.index("ended_on"), "ended_on", ends)
    )


def _says_it_runs(status: str) -> bool:
    return RUNNING_WORDS.search(words_of(status)) is not None and not says_ended(status)


def with_endings(subscriptions: pa.Table) -> pa.Table:
    """The subscriptions with ``has_ended`` (bool, never null): by their status; where none is exported, none says so."""
    if "status" not in subscriptions.column_names:
        return subscriptions
    ended = Cells.of(subscriptions.column("status")).mapped(says_ended, pa.bool_())
    return subscriptions.append_column("has_ended", pc.fill_null(ended, fill_value=False))


def says_ended(status: str) -> bool:
    """Whether a subscription of this status is over."""
    return ENDED_WORDS.search(words_of(status)) is not None


__all__ = ["says_ended", "with_endings", "with_notice_apart"]
