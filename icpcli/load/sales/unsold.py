"""Rows that sold nothing, or took a sale back: drafts and cancelled invoices, trials, credit notes without a sign."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.files.footers import is_total
from icpcli.load.sales.endings import says_ended
from icpcli.load.texts.cells import Cells
from icpcli.load.texts.values import MONEY_TYPE
from icpcli.model.common import CrmObject
from icpcli.model.spelling import fold, words_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from icpcli.load.tables.parts import Part

NOTHING = pa.scalar(0, MONEY_TYPE)
SAID_OF_SPEND = frozenset({"channel", "month"})
ALL_MONTHS = "all"
OF_A_PART = re.compile(r"(?:(?:sous|sub)[- ]?)?totals? [^\W\d]|(?:zwischensumme|summe|gesamt) [^\W\d]")
CLOSE_TO_SUM = 0.0005  # an export rounds each row
PAID_BACK = r"(?:refunded|rembourse\w*|returned|erstattet\w*|reembolsad[oa]s?)"
TAKEN_BACK = rf"(?:cancel+ed|annulee?s?|storniert\w*|cancelad[oa]s?|anulad[oa]s?|{PAID_BACK})"
PAID_OUT = re.compile(rf"\b{PAID_BACK}\b")
IN_PART = r"(?:partial(?:ly)?|partly|partiel(?:le)?(?:ment)?|en partie|teilweise|zum teil|parcial(?:mente)?|en parte)"
PARTLY_TAKEN_BACK = re.compile(rf"\b(?:{IN_PART} {TAKEN_BACK}|{TAKEN_BACK} {IN_PART})\b")
NO_SALE = {
    CrmObject.INVOICE: (
        re.compile(
            rf"\b(?:draft|void|voided|brouillons?|entwurf|borrador|pro ?forma|deleted|supprimee?s?|failed|echouee?s?|declined|expired|expiree?s?|erreur de paiement|payment error|uncollectible|written off|bad debt|irrecouvrables?|uneinbringlich|incobrables?|{TAKEN_BACK})\b|"
            r"^(?:devis|quote|quotation|angebot|presupuesto|cotizacion)(?: (?:envoyee?|sent|gesendet|enviad[oa]))?$"  # Odoo's, among orders
        ),
        "a draft, cancelled or refunded",
    ),
    CrmObject.SUBSCRIPTION: (
        re.compile(r"\b(incomplete|incomplete expired|trialing|trial|in trial|essai|en essai|testphase)\b"),
        "a trial or never begun",
    ),
}


# What a document is, where an export holds all kinds: an offer is no sale yet, what was bought is somebody else's, and what goes with an
# invoice counts only where none is exported.
BOUGHT = re.compile(
    r"\b(?:bills?|purchase orders?|(?:factures?|avoirs?) (?:d achat|fournisseurs?)|(?:vendor|supplier|bill) credits?|in invoice|in refund|"
    r"accpay(?:credit)?)\b"
)
OFFERED = re.compile(r"\b(?:quotes?|quotations?|estimates?|devis|angebote?|presupuestos?)\b")
PAYMENT = r"payments?|paiements?|reglements?|encaissements?|zahlung(?:en)?|pagos?"
PAID_BY = re.compile(rf"\b(?:{PAYMENT})\b")
WITH_INVOICE = re.compile(
    r"\b(?:orders?|bons? de commande|commandes?|auftrage?|auftragsbestatigung|pedidos?|delivery notes?|bons? de livraison|lieferscheine?|"
    rf"albaran(?:es)?|{PAYMENT}|deposits?|transfers?|journal entr(?:y|ies)|expenses?|che(?:ck|que)s?)\b"
)
BILLED = re.compile(r"\b(?:invoices?|sales receipts?|factures?|rechnung(?:en)?|facturas?)\b")
NOT_BILLED = "an offer, order, delivery, payment or bill, no"
CREDIT = re.compile(
    r"\b(credit ?notes?|credit ?memos?|accreccredit|avoirs?|gutschrift\w*|refunds?|nota de credito|abono|out refund|remboursements?|returns?)\b"
)

CREDIT_NOTE = "credit note"  # the type of what takes back


def without_unsold(parts: Sequence[Part], dropped: dict[str, Counter[str]]) -> list[Part]:
    """The parts without the rows whose status or kind says that nothing was sold; they are counted in ``dropped``, by file and reason."""
    sold = [
        _less_refunds(_credited(_billed(_sold(part, dropped), dropped))) if part.object in NO_SALE else part
        for part in parts
    ]
    paid = [_paid(part, dropped) if part.object is CrmObject.SUBSCRIPTION else part for part in sold]
    return [_spent(part, dropped) if part.object is CrmObject.COST else part for part in paid]


def _spent(part: Part, dropped: dict[str, Counter[str]]) -> Part:
    """Spend without the rows that sum up others: "Total" for a channel or for a month, "Total: Campaigns" in front.

    A row that names no channel is one where it holds what the others of its month, or of all, come to.
    """
    held = part.understood.of(CrmObject.COST)
    if not held:
        return part
    in_front = range(min(column.index for column in held.values()) + 1)
    labels = {*in_front, *(held[name].index for name in SAID_OF_SPEND & held.keys())}
    is_sum = pa.repeat(pa.scalar(False), part.table.num_rows)
    for index in sorted(labels):
        says = part.understood.raw.column(index).mapped(_sums_up, pa.bool_())
        is_sum = pc.or_(is_sum, pc.fill_null(says, False))
    part = _without(part, is_sum, "total", dropped)
    return _without(part, _unnamed_sums(part.table), "total", dropped)


def _sums_up(text: str) -> bool:
    """Whether a cell labels a total: "Total", "Total: Campaigns", "Sous-total Digital"."""
    return is_total(text.partition(":")[0].strip()) or OF_A_PART.match(fold(text)) is not None


def _unnamed_sums(table: pa.Table) -> pa.Array:
    """Which rows of spend name no channel and hold the sum of those that do, of their month or of all."""
    if not {"channel", "amount"} <= set(table.column_names):
        return pa.repeat(pa.scalar(False), table.num_rows)
    count = table.num_rows
    amounts = pc.cast(table.column("amount"), pa.float64()).to_pylist()
    months = table.column("month").to_pylist() if "month" in table.column_names else [None] * count
    rows = list(zip(table.column("channel").to_pylist(), months, amounts, strict=True))
    sums: dict[object, float] = defaultdict(float)
    for channel, month, amount in rows:
        for period in (ALL_MONTHS, month) if channel is not None and amount else ():
            sums[period] += amount

    def is_sum(month: object, amount: float) -> bool:
        """Whether an amount is what the named rows come to."""
        return any(math.isclose(amount, sums[p], rel_tol=CLOSE_TO_SUM) for p in (ALL_MONTHS, month))

    says = [channel is None and bool(amount) and is_sum(month, amount) for channel, month, amount in rows]
    return pa.array(says, pa.bool_())


def _paid(part: Part, dropped: dict[str, Counter[str]]) -> Part:
    """The part without subscriptions that nobody ever paid for: trials that ended before they were billed, and free plans beside others."""
    names = set(part.table.column_names)
    if {"ended_on", "trial_ends_on"} <= names:
        is_trial = pc.less_equal(part.table.column("ended_on"), part.table.column("trial_ends_on"))
        part = _without(part, is_trial.combine_chunks(), f"{NO_SALE[part.object][1]} {part.object}", dropped)
    if "month" in names:
        return part  # what is not paid in a month ends a spell
    price = _price_of(part.table)
    has_paying = pc.any(pc.greater(price, NOTHING)).as_py()
    return _without(part, pc.equal(price, NOTHING), f"a free {part.object}", dropped) if has_paying else part


def _price_of(table: pa.Table) -> pa.Array:
    """The most that each subscription is said to cost; null where it is not told: an MRR of 0 may be what is paid since it has ended."""
    price = pa.nulls(table.num_rows, MONEY_TYPE)
    runs = pa.repeat(pa.scalar(True), table.num_rows)
    if "ended_on" in table.column_names:
        runs = pc.is_null(table.column("ended_on").combine_chunks())
    if "status" in table.column_names:
        has_ended = Cells.of(table.column("status")).mapped(says_ended, pa.bool_())
        runs = pc.and_(runs, pc.invert(pc.fill_null(has_ended, False)))
    for name in ("mrr", "arr", "amount"):
        if name in table.column_names:
            told = table.column(name).combine_chunks()
            is_price = pc.or_(runs, pc.not_equal(told, NOTHING)) if name != "amount" else pc.is_valid(told)
            price = pc.max_element_wise(price, pc.if_else(is_price, told, pa.scalar(None, MONEY_TYPE)))
    return price


def _billed(part: Part, dropped: dict[str, Counter[str]]) -> Part:
    """The part without documents that are no invoice; orders among them where the file holds their invoices too."""
    if part.object is not CrmObject.INVOICE or "invoice_type" not in part.table.column_names:
        return part
    types = Cells.of(part.table.column("invoice_type"))
    has_invoices = any(map(_is_invoice, types.distinct))

    def is_none(text: str) -> bool:
        """Whether a document of this type is no invoice, nor a credit note to a customer."""
        words = words_of(text)
        if BOUGHT.search(words):
            return True
        if CREDIT.search(words) or _is_invoice(text):
            return False
        return OFFERED.search(words) is not None or (has_invoices and WITH_INVOICE.search(words) is not None)

    return _without(part, types.mapped(is_none, pa.bool_()), f"{NOT_BILLED} {part.object}", dropped)


def _is_invoice(text: str) -> bool:
    words = words_of(text)
    return bool(BILLED.search(words)) and not any(of.search(words) for of in (BOUGHT, OFFERED, PAID_BY))


def _without(part: Part, is_out: pa.Array, reason: str, dropped: dict[str, Counter[str]]) -> Part:
    """The part without some rows, which are counted; null stays."""
    is_out = pc.fill_null(is_out, False)
    count = pc.sum(is_out).as_py() or 0
    if not count:
        return part
    dropped[part.path][reason] += count
    return replace(part, table=part.table.filter(pc.invert(is_out)))


def _credited(part: Part) -> Part:
    """Amounts of credit notes below zero, whatever sign the export gives them."""
    is_credit = _are_credit_notes(part)
    if is_credit is None or "amount" not in part.table.column_names:
        return part
    table = part.table
    for name in ("amount", "cost"):
        if name in table.column_names:
            held = table.column(name).combine_chunks()
            signed = pc.if_else(is_credit, pc.negate(pc.abs(held)), held)
            table = table.set_column(table.column_names.index(name), name, signed)
    return replace(part, table=table)


def _are_credit_notes(part: Part) -> pa.Array | None:
    """Which rows say that they are credit notes; None where none does."""
    if part.object is not CrmObject.INVOICE or "invoice_type" not in part.table.column_names:
        return None
    types = Cells.of(part.table.column("invoice_type"))
    says_so = types.mapped(lambda text: CREDIT.search(words_of(text)) is not None, pa.bool_())
    is_credit = pc.fill_null(says_so, False)
    return is_credit if pc.any(is_credit).as_py() else None


def _less_refunds(part: Part) -> Part:
    """Amounts less what was paid back of them; no less than nothing, for a refund has the tax that an amount may lack."""
    names = part.table.column_names
    if part.object is not CrmObject.INVOICE or not {"refunded", "amount"} <= set(names):
        return part
    held = part.table.column("amount").combine_chunks()
    refunded = pc.abs(pc.fill_null(part.table.column("refunded").combine_chunks(), NOTHING))
    left = pc.cast(pc.subtract(held, refunded), MONEY_TYPE)
    kept = pc.if_else(pc.greater(held, NOTHING), pc.max_element_wise(left, NOTHING, skip_nulls=False), held)
    return replace(part, table=part.table.set_column(names.index("amount"), "amount", kept))


def _sold(part: Part, dropped: dict[str, Counter[str]]) -> Part:
    """The part without what its status says was not sold; a credit note that was paid out is one all the same."""
    if "status" not in part.table.column_names:
        return part
    pattern, reason = NO_SALE[part.object]

    def says_so(status: str) -> bool:
        """Whether nothing was sold; of what was taken back in part the rest was."""
        return pattern.search(PARTLY_TAKEN_BACK.sub("", words_of(status))) is not None

    statuses = Cells.of(part.table.column("status"))
    is_unsold = statuses.mapped(says_so, pa.bool_())
    is_credit = _are_credit_notes(part)
    if is_credit is not None:
        is_void = statuses.mapped(lambda text: says_so(PAID_OUT.sub("", words_of(text))), pa.bool_())
        is_unsold = pc.if_else(is_credit, is_void, is_unsold)
    return _without(part, is_unsold, f"{reason} {part.object}", dropped)


__all__ = ["BILLED", "CREDIT", "CREDIT_NOTE", "without_unsold"]
