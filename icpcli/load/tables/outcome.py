"""Won, lost or open: each deal's outcome from the strongest evidence its export has."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.model.spelling import fold, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

WON, LOST, OPEN = "won", "lost", "open"
NOTHING = pa.scalar(None, pa.string())
EVIDENCE = ("stage", "status", "is_won", "is_lost", "is_closed", "is_active", "probability")
EVIDENT_IF_FILLED = ("won_on", "lost_on", "lost_reason")  # of which only matters whether they are
NO_STAGES: Mapping[str, str] = MappingProxyType({})
WON_WORDS = re.compile(
    r"\b(won(?! t\b)|gagnee?s?|gewonnen\w*|ganad[oa]s?|signee?|success)\b|closedwon",
)
LOST_WORDS = re.compile(
    r"\b(lost|perdue?s?|verloren\w*|perdid[oa]s?|out sold|outsold|dead|disqualified|cancel+ed|cancelad[oa]s?|annulee?s?|"
    r"storniert\w*|refus(?:ed|ee?s?)|rejected|rejetee?s?|abgelehnt\w*|rechazad[oa]s?|absage|abgesagt|"
    r"non retenue?s?|descartad[oa]s?)\b|closedlost"
)
# Words that settle a deal by themselves, or of what was offered: "Accepted", "Devis accepté"; "Sales accepted" is a stage on the way.
OFFER = (
    r"(?:(?:contract|agreement|deal|offer|quote|quotation|proposal|order|contrat|devis|offre|proposition|commande|affaire|vertrag|angebot|"
    r"auftrag|contrato|oferta|presupuesto|propuesta) )?"
)
WON_ALONE = re.compile(
    rf"{OFFER}(?:accepted|acceptee?s?|signed|sold|vendue?s?|conclue?s?|angenommen|akzeptiert|unterschrieben|unterzeichnet|beauftragt|"
    r"aceptad[oa]|firmad[oa])"
)
LOST_ALONE = re.compile(rf"{OFFER}(?:declined|declinee?s?)")
OPEN_WORDS = re.compile(
    r"\b(open|en cours|in progress|ouverte?s?|offen\w*|abiert[oa]s?|in bearbeitung|en curso)\b"
)
# Neither: a deal that may come back, one that was never a deal of its own, and a word that is denied.
NOT_SETTLED = re.compile(
    r"\b(relancer|stand by|standby|on hold|duplicat\w*|doublons?|dublette|(?:not|non|pas|nicht|no|nunca)(?: (?:yet|encore|noch))? (won|lost|gagn|perdu|gewonn|"
    r"verlor|ganad|perdid|sign|refus|reject|rejet|abgelehnt|rechazad)\w*)\b"
)
CLOSED_WORDS = re.compile(r"\b(closed|fermee?s?|cloturee?s?|geschlossen\w*|abgeschlossen\w*|cerrad[oa]s?)\b")
NO_DEAL = re.compile(r"\b(duplicat\w*|doublons?|dublette)\b")
# Dynamics 365 with internal values: its state, and the finer reason of its status.
STATE_CODES = {"0": OPEN, "1": WON, "2": LOST}
STATUS_CODES = {"1": OPEN, "2": OPEN, "3": WON, "4": LOST, "5": LOST}


def outcome_of(stage: str) -> str:
    """What a stage's words say: won, lost, or open. "Closed" alone is not lost, a duplicate neither."""
    words = _words(stage)
    if NOT_SETTLED.search(words):
        return OPEN
    if WON_WORDS.search(words) or WON_ALONE.fullmatch(words):
        return WON
    return LOST if LOST_WORDS.search(words) or LOST_ALONE.fullmatch(words) else OPEN


def outcomes(deals: pa.Table, stages: Mapping[str, str] = NO_STAGES) -> pa.Array:
    """One outcome per deal, from the first of these that tells; where none does, a deal is open.

    The user's ``stages`` (a stage or status as the file writes it -> won, lost or open); the flags of won,
    lost and closed; status, as words or as Dynamics' numbers; archived with a probability of 0 (Odoo's way
    to lose a deal); the words of the stage, unless a flag denies them; and where no words tell, the dates of
    winning and losing and a probability of 100 or 0 (that also where the stage says no more than closed), and a reason for losing.
    """
    decided = _told_by_user(deals, stages)
    for tell in (
        _told_by_flags,
        _told_by_status,
        _told_by_archive,
        _told_by_stage,
        _told_by_dates,
        _told_by_probability,
        _told_by_reason,
    ):
        decided = pc.coalesce(decided, tell(deals))
    return pc.fill_null(decided, OPEN)


def _told_by_user(deals: pa.Table, stages: Mapping[str, str]) -> pa.Array:
    told = pa.nulls(deals.num_rows, pa.string())
    if not stages:
        return told
    known = {fold(stage): outcome for stage, outcome in stages.items()}
    for name in ("stage", "status"):
        told = pc.coalesce(told, mapped(deals, name, lambda words: known.get(fold(words))))
    return told


def _told_by_flags(deals: pa.Table) -> pa.Array:
    """What the flags say together. Closed and not won is lost, but for a duplicate, which was no deal of its own."""
    won, lost, closed = (_flag(deals, name) for name in ("is_won", "is_lost", "is_closed"))
    contradict = pc.fill_null(pc.and_kleene(won, lost), fill_value=False)
    not_won, not_lost = pc.invert(won), pc.invert(lost)
    no_deal = pc.fill_null(
        pc.is_valid(mapped(deals, "stage", lambda s: OPEN if NO_DEAL.search(_words(s)) else None)),
        fill_value=False,
    )
    return pc.if_else(
        contradict,
        NOTHING,
        _first(
            (won, WON),
            (lost, LOST),
            (pc.and_kleene(not_won, not_lost), OPEN),
            (pc.and_kleene(closed, pc.and_kleene(not_won, no_deal)), OPEN),
            (pc.and_kleene(closed, not_won), LOST),
            (pc.and_kleene(closed, not_lost), WON),
            (pc.invert(closed), OPEN),
        ),
    )


def _told_by_status(deals: pa.Table) -> pa.Array:
    if "status" not in deals.column_names:
        return pa.nulls(deals.num_rows, pa.string())
    codes = _codes(v for v in pc.unique(deals.column("status")).to_pylist() if v is not None)
    if codes is not None:
        return mapped(deals, "status", codes.get)
    return mapped(deals, "status", _settled_or_open)


def _codes(values: Iterable[str]) -> Mapping[str, str] | None:
    """Which numbers of Dynamics a status holds, None where it holds words; 1 and 2 alone could be either's and tell nothing."""
    seen = set(values)
    if not seen or not all(value.isdecimal() for value in seen):
        return None
    if "0" in seen and seen <= set(STATE_CODES):
        return STATE_CODES
    return STATUS_CODES if seen & {"3", "4", "5"} and seen <= set(STATUS_CODES) else {}


def _told_by_archive(deals: pa.Table) -> pa.Array:
    """Lost where archived with a probability of 0; a flag that is set nowhere is a column of blanks and says nothing."""
    active = _flag(deals, "is_active")
    if "probability" not in deals.column_names or not pc.any(active).as_py():
        return pa.nulls(deals.num_rows, pa.string())
    return _first((pc.and_kleene(pc.invert(active), pc.equal(deals.column("probability"), 0)), LOST))


def _told_by_stage(deals: pa.Table) -> pa.Array:
    """What the stage's words say; a flag that is False denies them."""
    told = mapped(deals, "stage", if_settled)
    denied = pc.or_(
        pc.and_(pc.equal(told, WON), _is(deals, "is_won", value=False)),
        pc.and_(pc.equal(told, LOST), _is(deals, "is_lost", value=False)),
    )
    return pc.if_else(pc.fill_null(denied, fill_value=False), OPEN, told)


def _told_by_dates(deals: pa.Table) -> pa.Array:
    """The only date of the two that is filled; a stage in words is the fresher news, for a deal can be reopened."""
    won, lost = (
        pc.is_valid(deals.column(name)) if name in deals.column_names else pa.array([False] * deals.num_rows)
        for name in ("won_on", "lost_on")
    )
    one = _first((pc.and_(won, pc.invert(lost)), WON), (pc.and_(lost, pc.invert(won)), LOST))
    return pc.if_else(_is_wordless(deals), one, NOTHING)


def _told_by_probability(deals: pa.Table) -> pa.Array:
    """A probability of 100 or 0, where no words tell, where they only say closed, or where the CRM sets it by the stage."""
    if "probability" not in deals.column_names:
        return pa.nulls(deals.num_rows, pa.string())
    column = deals.column("probability")
    top = pc.max(column).as_py()
    certain = 1.0 if top is not None and top <= 1 else 100.0
    told = _first((pc.equal(column, certain), WON), (pc.equal(column, 0.0), LOST))
    by_stage = _set_by_stage(deals, certain)
    speaks = mapped(deals, "stage", lambda s: OPEN if s in by_stage or _only_says_closed(s) else None)
    return pc.if_else(pc.or_(_is_wordless(deals), pc.is_valid(speaks)), told, NOTHING)


def _told_by_reason(deals: pa.Table) -> pa.Array:
    """Lost where a reason for it is given and nothing else tells; a stage in words may say that the deal was opened again."""
    if "lost_reason" not in deals.column_names:
        return pa.nulls(deals.num_rows, pa.string())
    return _first((pc.and_(_is_wordless(deals), pc.is_valid(deals.column("lost_reason"))), LOST))


def _only_says_closed(stage: str) -> bool:
    words = _words(stage)
    return bool(CLOSED_WORDS.search(words)) and not NOT_SETTLED.search(words)


def _set_by_stage(deals: pa.Table, certain: float) -> set[str]:
    """Stages of unknown words that are certain to be won or lost, where each stage has one probability.

    Some stage must lie between. Where the words of another stage with the same certainty are known, nothing is
    concluded: a first stage can have a probability of 0 too.
    """
    if "stage" not in deals.column_names:
        return set()
    pairs = (
        deals.select(["stage", "probability"]).group_by(["stage", "probability"]).aggregate([]).drop_null()
    )
    chances = dict(zip(*(pairs.column(n).to_pylist() for n in ("stage", "probability")), strict=True))
    if len(chances) < pairs.num_rows or not any(0 < chance < certain for chance in chances.values()):
        return set()
    known = {chance for stage, chance in chances.items() if outcome_of(stage) != OPEN}
    return {
        stage
        for stage, chance in chances.items()
        if chance in {0, certain} - known and not NOT_SETTLED.search(_words(stage))
    }


def _is_wordless(deals: pa.Table) -> pa.Array:
    """Rows that neither status nor stage describe in words: blank, or the number that a CRM gave its stage."""
    wordless = pa.array([True] * deals.num_rows)
    for name in ("status", "stage"):
        if name in deals.column_names:
            worded = pc.match_substring_regex(deals.column(name).combine_chunks(), r"\D")
            wordless = pc.and_(wordless, pc.invert(pc.fill_null(worded, fill_value=False)))
    return wordless


def _first(*cases: tuple[pa.Array, str]) -> pa.Array:
    """For each row the outcome of the first condition that holds; missing where none does."""
    conditions = [pc.fill_null(condition, fill_value=False) for condition, _ in cases]
    plain = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in conditions]
    names = [str(i) for i in range(len(plain))]
    return pc.case_when(pc.make_struct(*plain, field_names=names), *(pa.scalar(o) for _, o in cases))


def _flag(deals: pa.Table, name: str) -> pa.Array:
    if name not in deals.column_names:
        return pa.nulls(deals.num_rows, pa.bool_())
    return deals.column(name).combine_chunks()


def _is(deals: pa.Table, name: str, *, value: bool) -> pa.Array:
    return pc.fill_null(pc.equal(_flag(deals, name), value), fill_value=False)


def _words(text: str) -> str:
    return words_of(text)


def if_settled(words: str) -> str | None:
    """Won or lost, where words say so."""
    outcome = outcome_of(words)
    return None if outcome == OPEN else outcome


def _settled_or_open(words: str) -> str | None:
    """A status in words; one that is known to be open settles it too, whatever the stage is called."""
    told = if_settled(words)
    is_open = OPEN_WORDS.search(_words(words)) or NOT_SETTLED.search(_words(words))
    return OPEN if told is None and is_open else told


def mapped(table: pa.Table, name: str, read: Callable[[str], str | None]) -> pa.Array:
    """What ``read`` makes of each text of a column, null where it is blank or there is no such column."""
    if name not in table.column_names:
        return pa.nulls(table.num_rows, pa.string())
    encoded = table.column(name).combine_chunks().dictionary_encode()
    told = [None if value is None else read(value) for value in encoded.dictionary.to_pylist()]
    return pa.array(told, type=pa.string()).take(encoded.indices)
