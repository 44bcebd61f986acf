"""Who is a customer, was one, or never was, by what the rows of companies say of themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.tables.outcome import LOST, NO_STAGES, NOT_SETTLED, OPEN, OPEN_WORDS, WON, if_settled, mapped
from icpcli.model.spelling import fold, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

PAYS_ELSEWHERE = "pays_elsewhere"  # a column of companies: pays in a currency that is kept apart
WHO = r"(?:customers?|clients?|kund(?:e|en|in)|clientes?|adherents?|membres?|mitglied(?:er)?)"
BEFORE_GONE = r"(?:ex|former|past|previous|lost|anciens?|anciennes?|ehemalig(?:e|er|es)?|verloren(?:e|er|es)?|antiguos?)"
AFTER_GONE = r"(?:perdue?s?|parti(?:e|s|es)?|lost|verloren|perdid[oa]s?|gekundigt)"
CUSTOMER_WORDS = re.compile(
    rf"\b({WHO}|bestandskunden?|neukunden?|stammkunden?|evangelist|evangeliste|ambassadeur|ambassador)\b"
)
GONE_WORDS = re.compile(
    rf"\b(churned|resilie(?:e|s|es)?|gekundigt|altkunden?|exkunden?|exclientes?|(?:dad[oa] de )?baja|{BEFORE_GONE}[- ]{WHO}|"
    rf"{WHO}(?: -)?[ -]{AFTER_GONE}|perdu client)\b"
)
GONE_ALONE = frozenset({"former", "ancien", "ancienne", "ehemalig", "ehemaliger", "ehemalige", "ex"})
NOT_YET_WORDS = re.compile(
    r"\b(prospects?|prospective|prospectos?|potentials?|potentiels?|potenziell\w*|potentiell\w*|potencial(?:es)?|posibles?|futurs?|leads?|"
    rf"interessent(?:en|in)?|(?:non|not an?|not yet an?|no|no es|aun no|kein|noch kein|pas|pas encore)[- ]{WHO})\b"
)
ACTIVE_WORDS = re.compile(r"\b(active?s?|actif|actifs|aktiv|activ[oa]s?|current|aktuell|actuel(?:le)?)\b")


def account_outcomes(accounts: pa.Table, stages: Mapping[str, str] = NO_STAGES) -> pa.Array:
    """What an account row itself says: won for a customer, present or past, lost, or open.

    The stage of its deal speaks first (as the user's ``stages`` say, else by its words), then its lifecycle
    stage, then a reason why it was lost, then that it pays in a currency kept apart; open where none tells.
    """
    known = {fold(stage): outcome for stage, outcome in stages.items()}
    decided = mapped(accounts, "deal_stage", lambda words: known.get(fold(words)) or if_settled(words))
    told = pc.coalesce(decided, mapped(accounts, "lifecycle_stage", _of_lifecycle))
    told = pc.coalesce(told, _by_reason(accounts))
    if _active_are_customers(accounts):
        active = mapped(accounts, "lifecycle_stage", lambda words: WON if _is_active(words) else None)
        told = pc.coalesce(told, active)
    if PAYS_ELSEWHERE in accounts.column_names:
        pays = pc.fill_null(accounts.column(PAYS_ELSEWHERE), fill_value=False)
        told = pc.coalesce(told, pc.if_else(pays, pa.scalar(WON), pa.scalar(None, pa.string())))
    return pc.fill_null(told, OPEN)


def has_left(accounts: pa.Table) -> pa.Array | None:
    """Whether each company that was a customer is none any more; None where nothing tells.

    By the flag of those who left, else by the words of the stage (one lost has left where its row says since when it was a
    customer), else by the flag of those who are active.
    """
    flags = _column(accounts, "has_churned", pa.bool_())
    staged = mapped(accounts, "lifecycle_stage", lambda words: WON if says_gone(words) else None)
    gone = pc.if_else(pc.is_valid(staged), pa.scalar(True), pa.scalar(None, pa.bool_()))
    lost = pc.equal(mapped(accounts, "lifecycle_stage", _of_lifecycle), LOST)
    was_there = pc.is_valid(_column(accounts, "customer_since", pa.date32()))
    left = pc.if_else(pc.and_(pc.fill_null(lost, False), was_there), pa.scalar(True), gone)
    inactive = pc.equal(_column(accounts, "is_active", pa.bool_()), False)
    left = pc.coalesce(flags, left, pc.if_else(inactive, pa.scalar(True), pa.scalar(None, pa.bool_())))
    return None if left.null_count == len(left) else left


def _by_reason(accounts: pa.Table) -> pa.Array:
    """Lost where a reason for it is given, but for a customer's own row (there it is why it left) and what is called open."""
    given = pc.is_valid(_column(accounts, "lost_reason", pa.string()))
    is_customers = pc.or_(
        *(pc.is_valid(_column(accounts, name, pa.date32())) for name in ("customer_since", "churned_on"))
    )
    is_open = pc.is_valid(
        mapped(accounts, "lifecycle_stage", lambda words: words if _is_open(words) else None)
    )
    lost = pc.and_(given, pc.invert(pc.or_(is_customers, is_open)))
    return pc.if_else(lost, pa.scalar(LOST), pa.scalar(None, pa.string()))


def _is_open(words: str) -> bool:
    folded = words_of(words)
    return OPEN_WORDS.search(folded) is not None or NOT_SETTLED.search(folded) is not None


def _of_lifecycle(words: str) -> str | None:
    """Won for whoever is or was a customer; a prospect is none, nor is one that was lost."""
    folded = fold(words)
    is_customer = CUSTOMER_WORDS.search(folded) and not NOT_YET_WORDS.search(folded)
    return WON if is_customer or says_gone(words) else if_settled(words)


def says_gone(words: str) -> bool:
    """Whether words call somebody a customer who left."""
    folded = fold(words)
    is_gone = GONE_WORDS.search(folded) is not None or folded in GONE_ALONE
    return is_gone and not NOT_YET_WORDS.search(folded)


def _is_active(words: str) -> bool:
    return ACTIVE_WORDS.search(fold(words)) is not None and if_settled(words) is None


def _active_are_customers(accounts: pa.Table) -> bool:
    """Whether "active" means a customer: beside who left or is a prospect, where no other word says customer.

    Alone, or beside "inactive", it may be no more than the state of the record (so Dynamics').
    """
    stages = _column(accounts, "lifecycle_stage", pa.string())
    folded = {fold(words) for words in pc.unique(stages).to_pylist() if words is not None}
    others = {words for words in folded if not ACTIVE_WORDS.search(words)}
    gone = {words for words in others if says_gone(words)}
    prospects = {words for words in others if NOT_YET_WORDS.search(words)}
    return bool(gone | prospects) and not any(
        CUSTOMER_WORDS.search(words) for words in others - gone - prospects
    )


def _column(accounts: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    """A column as one array, of nulls where there is none."""
    if name not in accounts.column_names:
        return pa.nulls(accounts.num_rows, kind)
    return accounts.column(name).combine_chunks()


__all__ = ["PAYS_ELSEWHERE", "account_outcomes", "has_left", "says_gone"]
