"""Won, lost or open: each deal's outcome from the strongest evidence its export has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.countries import fold

if TYPE_CHECKING:
    from collections.abc import Callable

WON, LOST, OPEN = "won", "lost", "open"
WON_WORDS = re.compile(
    r"\b(won|gagne|gagnee|gagnes|gagnees|gewonnen\w*|ganad[oa]s?|signee?|success)\b|closedwon"
)
LOST_WORDS = re.compile(
    r"\b(lost|perdue?s?|verloren\w*|perdid[oa]s?|out sold|outsold|dead|disqualified|cancel+ed)\b|closedlost"
)
NOT_SETTLED = re.compile(r"\b(relancer|stand by|standby|on hold)\b")


def outcome_of(stage: str) -> str:
    """What a stage's words say: won, lost, or open. "Closed" alone is not lost."""
    words = re.sub(r"[^a-z0-9]+", " ", fold(stage))
    if NOT_SETTLED.search(words):
        return OPEN
    if WON_WORDS.search(words):
        return WON
    return LOST if LOST_WORDS.search(words) else OPEN


def outcomes(deals: pa.Table) -> pa.Array:
    """One outcome per deal: flags of won and lost first, then status, then stage, then probability 100 or 0.

    Where nothing tells, a deal is open.
    """
    decided: pa.Array = pa.nulls(deals.num_rows, pa.string())
    for name, read in (
        ("is_won", _if_true(WON)),
        ("is_lost", _if_true(LOST)),
        ("status", _if_settled),
        ("stage", _if_settled),
    ):
        if name in deals.column_names:
            decided = pc.coalesce(decided, _mapped(deals.column(name), read))
    if {"is_won", "is_closed"} <= set(deals.column_names):
        closed_not_won = pc.and_(
            pc.equal(deals.column("is_closed"), True), pc.equal(deals.column("is_won"), False)
        )
        lost = pc.if_else(pc.fill_null(closed_not_won, fill_value=False), LOST, pa.scalar(None, pa.string()))
        decided = pc.coalesce(decided, lost)
    has_words = {"is_won", "status", "stage"} & set(deals.column_names)
    if "probability" in deals.column_names and not has_words:
        decided = pc.coalesce(decided, _by_probability(deals.column("probability")))
    return pc.fill_null(decided, OPEN)


def _if_true(outcome: str) -> Callable[[Any], str | None]:
    return lambda flag: outcome if flag else None


def _if_settled(words: str | None) -> str | None:
    outcome = outcome_of(words) if words else OPEN
    return None if outcome == OPEN else outcome


def _by_probability(column: pa.ChunkedArray) -> pa.Array:
    top = pc.max(column).as_py()
    certain = 1.0 if top is not None and top <= 1 else 100.0
    return _mapped(column, lambda p: None if p is None else WON if p == certain else LOST if p == 0 else None)


def _mapped(column: pa.ChunkedArray, read: Callable[[Any], str | None]) -> pa.Array:
    encoded = column.combine_chunks().dictionary_encode()
    return pa.array([read(v) for v in encoded.dictionary.to_pylist()], type=pa.string()).take(encoded.indices)


CUSTOMER_WORDS = re.compile(
    r"\b(customer|client|evangelist|evangeliste|ambassadeur|ambassador|churned|resilie|former customer)\b"
)
NOT_YET_WORDS = re.compile(
    r"\b(prospect|prospective|potential|potentiel|futur|lead|non client|not a customer)\b"
)


def account_outcomes(accounts: pa.Table) -> pa.Array:
    """What an account row itself says: won for a customer, present or past, lost, or open.

    The stage of its deal speaks first, then its lifecycle stage; open where neither tells.
    """
    decided: pa.Array = pa.nulls(accounts.num_rows, pa.string())
    for name, read in (("deal_stage", _if_settled), ("lifecycle_stage", _of_lifecycle)):
        if name in accounts.column_names:
            decided = pc.coalesce(decided, _mapped(accounts.column(name), read))
    return pc.fill_null(decided, OPEN)


def _of_lifecycle(words: str | None) -> str | None:
    folded = fold(words or "")
    if CUSTOMER_WORDS.search(folded) and not NOT_YET_WORDS.search(folded):
        return WON
    return _if_settled(words)
