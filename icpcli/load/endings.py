"""Which subscriptions have ended by their status, with or without a date."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.cells import Cells
from icpcli.model.spelling import words_of

ENDED_WORDS = re.compile(
    r"\b(cancel+ed|ended|terminated|expired|churned|resilie|terminee?|annulee?|expiree?|gekundigt|beendet|cancelad[oa]|terminad[oa])\b"
)


def with_endings(subscriptions: pa.Table) -> pa.Table:
    """The subscriptions with ``has_ended`` (bool, never null): by their status; where none is exported, none says so."""
    if "status" not in subscriptions.column_names:
        return subscriptions
    ended = Cells.of(subscriptions.column("status")).mapped(says_ended, pa.bool_())
    return subscriptions.append_column("has_ended", pc.fill_null(ended, fill_value=False))


def says_ended(status: str) -> bool:
    """Whether a subscription of this status is over."""
    return ENDED_WORDS.search(words_of(status)) is not None


__all__ = ["says_ended", "with_endings"]
