"""What no export says in so many words: the sector behind an industry, what a subscription pays a month."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.texts.cells import Cells
from icpcli.load.texts.meanings import meant
from icpcli.load.texts.sectors import is_coarser, sectors_of
from icpcli.load.texts.values import MONEY_TYPE
from icpcli.model.common import CrmObject, Finding, Kind
from icpcli.model.spelling import fold
from icpcli.model.tables import ColumnReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.tables.parts import Part

NO_INTERVAL = "ICP129"
# How many months, or how many times a year, the words of a billing interval mean.
UNITS = {
    "month": r"m|mo|mos|months?|mois|monate?n?|monat|mes|meses",
    "quarter": r"q|quarters?|trimestres?|quartale?",
    "half": r"half[- ]?years?|semestres?|halbjahre?",
    "year": r"y|yr|yrs|years?|ans?|annees?|jahre?n?|anos?",
    "week": r"w|wk|weeks?|semaines?|wochen?|semanas?",
    "day": r"d|days?|jours?|tage?n?|dias?",
}
LENGTHS = {  # in months
    "month": Fraction(1),
    "quarter": Fraction(3),
    "half": Fraction(6),
    "year": Fraction(12),
    "week": Fraction(12, 52),
    "day": Fraction(12, 365),
}
COUNTED = re.compile(
    r"(\d+) ?[- ]?(?:" + "|".join(f"(?P<{unit}>{words})" for unit, words in UNITS.items()) + r")\b"
)
WORDS = (  # in this order, each taken out of the text where it stands
    (Fraction(24), r"biennial\w*|two[- ]year\w*|every two years"),
    (Fraction(6), r"half[- ]?year\w*|semest\w*|semi[- ]?annual\w*|halbjahr\w*"),
    (Fraction(3), r"quarter\w*|trimest\w*|quartal\w*|vierteljahr\w*"),
    (Fraction(2), r"bimestr\w*|every two months|zweimonatlich\w*"),
    (Fraction(12), r"year\w*|annual\w*|annuel\w*|\bans?\b|jahr\w*|\bano\b|anual\w*|per annum"),
    (Fraction(1), r"month\w*|mensuel\w*|\bmois\b|monat\w*|mensual\w*|\bmes\b"),
    (Fraction(12, 52), r"week\w*|hebdomadaire\w*|semaine\w*|woch\w*|wochentlich\w*|semanal\w*"),
    (Fraction(12, 365), r"\bdaily\b|\bday\b|quotidien\w*|taglich\w*|diario\w*"),
)
NOT_ONE = re.compile(
    r"\b(bi|every other|twice|deux fois)\b|bi-?month|bi-?week|bi-?annual|bis?annuel|bimensuel"
)
NEARLY = 0.03  # of a month: 30 days are one, 90 three, 365 twelve
MIN_PLACED = 0.5  # of the companies with an industry must have a sector for sectors to be worth a field
SAMPLES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Monthly:
    """Subscriptions with their ``mrr``, and what could not be told."""

    subscriptions: pa.Table
    findings: tuple[Finding, ...]


def with_monthly(subscriptions: pa.Table) -> Monthly:
    """The subscriptions with what each pays a month: its amount over the months of its billing interval.

    Where a row says MRR or ARR itself, that stands, but for the zero of what has ended, which is what it pays now; an interval that is
    not known leaves the MRR missing, since a yearly amount taken for a monthly one would be twelve times too much.
    """
    names = set(subscriptions.column_names)
    if "amount" not in names:
        return Monthly(subscriptions, ())
    told = {name: _while_it_ran(subscriptions, name) for name in ("mrr", "arr") if name in names}
    amounts = pc.cast(subscriptions.column("amount").combine_chunks(), pa.decimal128(22, 6))
    for own in told.values():
        amounts = pc.if_else(pc.is_valid(own), pa.scalar(None, amounts.type), amounts)
    months = _billed_months(subscriptions)
    shares = pc.divide(pc.cast(amounts, pa.float64()), months)
    mrr = pc.cast(pc.round(shares, ndigits=4), MONEY_TYPE)
    unknown = pc.sum(pc.and_(pc.is_valid(amounts), pc.is_null(months))).as_py() or 0
    findings: tuple[Finding, ...] = ()
    if unknown:
        message = f"{unknown:,} subscription(s) have an amount and no billing interval that is known, so what they pay a month is not."
        findings = (Finding(NO_INTERVAL, message, unknown),)
    if "mrr" in told:
        mrr = pc.coalesce(told.pop("mrr"), mrr)
        subscriptions = subscriptions.drop_columns(["mrr"])
    for name, own in told.items():
        subscriptions = subscriptions.set_column(subscriptions.column_names.index(name), name, own)
    return Monthly(subscriptions.append_column("mrr", mrr), findings)


def _while_it_ran(subscriptions: pa.Table, name: str) -> pa.Array:
    """An MRR or ARR; null for a zero of a subscription that has ended, whose price says what it paid."""
    own = subscriptions.column(name).combine_chunks()
    is_over = pa.repeat(pa.scalar(False), subscriptions.num_rows)
    if "has_ended" in subscriptions.column_names:
        is_over = subscriptions.column("has_ended").combine_chunks()
    if "ended_on" in subscriptions.column_names:
        is_over = pc.or_(is_over, pc.is_valid(subscriptions.column("ended_on").combine_chunks()))
    is_zero = pc.fill_null(pc.equal(own, pa.scalar(0, MONEY_TYPE)), False)
    return pc.if_else(pc.and_(is_zero, is_over), pa.scalar(None, own.type), own)


def _billed_months(subscriptions: pa.Table) -> pa.Array:
    """The months of each subscription's billing interval; a number in a column beside the unit says how many of it are one."""
    names = subscriptions.column_names
    if "interval" not in names:
        return pa.nulls(subscriptions.num_rows, pa.float64())
    intervals = Cells.of(subscriptions.column("interval"))
    months = intervals.mapped(lambda text: _as_float(months_in(text)), pa.float64())
    if "interval_count" not in names:
        return months
    counts = pc.fill_null(subscriptions.column("interval_count").combine_chunks(), 1.0)
    says_itself = intervals.mapped(lambda text: any(map(str.isdigit, text)), pa.bool_())
    is_one = pc.or_(pc.fill_null(says_itself, False), pc.less_equal(counts, 0.0))
    return pc.multiply(months, pc.if_else(is_one, 1.0, counts))


def months_in(interval: str) -> Fraction | None:
    """The months of a billing interval in four languages: "half-yearly", "12 mois", "every 3 months", "weekly".

    None where it is none, or could be two ("monthly, 12 months", "biannual").
    """
    text = fold(interval)
    if NOT_ONE.search(text):
        return None
    found = set()
    for match in COUNTED.finditer(text):
        unit = next(unit for unit in UNITS if match[unit])
        found.add(_in_whole_months(int(match[1]), unit))
    text = COUNTED.sub(" ", text)
    for months, words in WORDS:
        if re.search(words, text):
            found.add(months)
            text = re.sub(words, " ", text)
    return found.pop() if len(found) == 1 and not re.search(r"\d", text) else None


def _as_float(months: Fraction | None) -> float | None:
    return None if months is None else float(months)


def _in_whole_months(count: int, unit: str) -> Fraction:
    """The months of so many units; of 30, 90 or 365 days those that they stand for."""
    months = count * LENGTHS[unit]
    whole = round(months)
    return Fraction(whole) if unit == "day" and whole and abs(months - whole) < whole * NEARLY else months


def with_sectors(accounts: pa.Table, parts: Sequence[Part]) -> pa.Table:
    """The companies with the sector of their industry, where sectors bring industries together and place most."""
    if "industry" not in accounts.column_names:
        return accounts
    encoded = accounts.column("industry").combine_chunks().dictionary_encode()
    industries = encoded.dictionary.to_pylist()
    part = _source(parts)
    said = meant(industries, part.understood.raw.meanings.get("sector", {})) if part else {}
    told = sectors_of(industries, header=_header(parts)) | said
    sectors = {industry: sector for industry, sector in told.items() if sector}
    column = pa.array([sectors.get(text) for text in industries], pa.string()).take(encoded.indices)
    known = len(encoded) - encoded.null_count
    if not is_coarser(sectors) or len(column) - column.null_count < MIN_PLACED * known:
        return accounts
    return accounts.append_column("sector", column)


def sector_readings(accounts: pa.Table, parts: Sequence[Part]) -> tuple[ColumnReading, ...]:
    """How the sectors came about: from which column, and which industries stand behind each."""
    part = _source(parts)
    if part is None or "sector" not in accounts.column_names:
        return ()
    pairs = accounts.select(["sector", "industry"]).group_by(["sector", "industry"]).aggregate([]).to_pylist()
    behind = defaultdict(set)
    for pair in pairs:
        if pair["sector"] is not None:
            behind[pair["sector"]].add(pair["industry"])
    column = accounts.column("sector")
    counts = pc.value_counts(pc.drop_null(column)).to_pylist()
    ranked = sorted(counts, key=lambda pair: (-pair["counts"], pair["values"]))
    header = _header(parts)
    return (
        ColumnReading(
            path=part.path,
            object=CrmObject.ACCOUNT,
            header=header,
            field="sector",
            kind=Kind.CATEGORY,
            why=f"derived from {header!r}: sections of NACE",
            filled_share=1 - column.null_count / len(column),
            samples=tuple(pair["values"] for pair in ranked[:SAMPLES]),
            values={sector: tuple(sorted(behind[sector])) for sector in sorted(behind)},
        ),
    )


def _source(parts: Sequence[Part]) -> Part | None:
    """The first part by path that says industries; what deals say aside comes last."""
    said = [p for p in parts if p.object is CrmObject.ACCOUNT and "industry" in p.table.column_names]
    return min(said, key=lambda p: (p.is_aside, p.path), default=None)


def _header(parts: Sequence[Part]) -> str:
    part = _source(parts)
    return part.understood.of(CrmObject.ACCOUNT)["industry"].header if part else ""


__all__ = ["sector_readings", "with_monthly", "with_sectors"]
