"""Quotes (devis, Angebote, presupuestos): what was offered to whom, at what price. They are deals, and no sales before they are accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icpcli.load.texts.headers import synonyms
from icpcli.model.common import CrmObject
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

NAMED = re.compile(
    r"\b(?:devis|quotes?|quotations?|estimates?|propales?|propositions?|proposals?|angebote?|offerten?|presupuestos?|cotizacion(?:es)?)\b"
)
# In a file's name: what it lists was bought.
NAMED_SOLD = re.compile(
    r"\b(?:factures?|invoices?|rechnung(?:en)?|facturas?|orders?|commandes?|auftrage|pedidos?|ventes|sales|signee?s?|signed|acceptee?s?|"
    r"accepted|gagnee?s?|won|angenommen\w*|gewonnen\w*|aceptad[oa]s?|ganad[oa]s?)\b"
)
# Headers of a quote that hardly stand on a sale; its number alone does, beside the sale that came of it.
NUMBERED = frozenset(
    "devis|numero de devis|numero devis|numero du devis|n devis|n de devis|num devis|reference devis|reference du devis|ref devis|"
    "ref propale|id propale|ref proposition|reference proposition|quote|quote number|quote no|quote id|quotation number|quotation no|"
    "estimate number|estimate no|estimate id|angebotsnummer|angebotsnr|numero de presupuesto|n presupuesto|num presupuesto".split(
        "|"
    )
)
DATED = frozenset(
    "date du devis|date de devis|date devis|date de proposition|date proposition|quote date|quotation date|estimate date|angebotsdatum|"
    "fecha de presupuesto|fecha del presupuesto".split("|")
)
ANSWERED = frozenset(
    "statut du devis|statut devis|etat du devis|etat devis|etat propale|statut propale|etat de la proposition|statut de la proposition|"
    "quote status|quotation status|estimate status|angebotsstatus|estado del presupuesto".split("|")
)
# Headers of an invoice or an order: its number, its date, its status.
OF_SALES = re.compile(
    r"(?:(?:n|no|num|numero|number|ref|reference|id|date|type|statut|etat|status|fecha|estado) (?:de |du |of )?(?:la |l )?)?"
    r"(?:factures?|facturation|invoice|rechnung|factura|commande|order|pedido)(?: (?:number|no|id|date|status|type|ref|reference))?|"
    r"rechnungs(?:nummer|nr|datum|status)|auftrags(?:nummer|nr|datum|status)"
)
ACCEPTED = re.compile(
    r"^(?:sign(?:ee?s?|ed)|accept(?:ee?s?|ed)|gagnee?s?|won|facturee?s?|(?:partially )?invoiced|billed|converti(?:e|s|es)?|converted|commandee?s?|"
    r"angenommen|akzeptiert|beauftragt|bestatigt|gewonnen|abgerechnet|berechnet|aceptad[oa]s?|aprobad[oa]s?|ganad[oa]s?|facturad[oa]s?)\b"
)
REFUSED = re.compile(
    r"^(?:refus(?:ee?s?|ed)|rejetee?s?|rejected|denied|declinee?s?|declined|perdue?s?|lost|expiree?s?|expired|annulee?s?|cancel+ed|non sign(?:ee?s?|ed)|"
    r"not (?:signed|accepted)|sans suite|abandonnee?s?|abgelehnt|abgelaufen|verloren|storniert|rechazad[oa]s?|denegad[oa]s?|"
    r"caducad[oa]s?|vencid[oa]s?|anulad[oa]s?|perdid[oa]s?)\b"
)
TAKEN = re.compile(r"accept|sign(?:ee?|ed)\b|angenommen|aceptad")
TURNED_DOWN = re.compile(r"refus|non sign|abgelehnt|rechazad|declin|reject")
WON, LOST = "won", "lost"
# Dolibarr: 1 open, 2 signed, 3 not signed, 4 billed; Dynamics 365: 1 active, 2 won, 3 closed.
NUMBERS = {"2": WON, "3": LOST, "4": WON}
ALL_NUMBERS = frozenset("01234") | {"-1"}


def lists_quotes(headers: Collection[str], stem: str) -> bool:
    """Whether the rows of a file are quotes, by what it or its columns are called; ``headers`` are folded.

    They must say at what price, and the number of an invoice or an order stands among them only beside a quote's own.
    """
    told = set(headers)
    if not told & _amounts() or (_are_of_sales(told) and not told & (NUMBERED | DATED | ANSWERED)):
        return False
    name = words_of(stem)
    is_named = NAMED.search(name) is not None and NAMED_SOLD.search(name) is None
    return is_named or bool(told & ANSWERED) or (bool(told & DATED) and bool(told & NUMBERED))


def are_of_quotes(headers: Collection[str], statuses: Iterable[str]) -> bool:
    """Whether the statuses of what looks like sales are those of quotes: some accepted, some refused; ``headers`` are folded."""
    if _are_of_sales(headers):
        return False
    folded = [words_of(status) for status in statuses]
    return any(TAKEN.match(words) for words in folded) and any(TURNED_DOWN.match(words) for words in folded)


def answer_to(status: str) -> str | None:
    """Won or lost, where a quote's status says that it was accepted, or refused or left to expire; None while it is open."""
    words = words_of(status)
    if REFUSED.search(words):
        return LOST
    return WON if ACCEPTED.search(words) else None


def answer_by_number(status: str) -> str | None:
    """Won or lost by the number of a quote's status."""
    return NUMBERS.get(status)


def _are_of_sales(headers: Collection[str]) -> bool:
    return any(OF_SALES.fullmatch(header) for header in headers)


def _amounts() -> set[str]:
    """The headers that hold what a deal or a sale is worth."""
    return {
        header
        for wanted in (CrmObject.DEAL, CrmObject.INVOICE)
        for headers in synonyms()[wanted]["amount"].values()
        for header in headers
    }


__all__ = ["ALL_NUMBERS", "answer_by_number", "answer_to", "are_of_quotes", "lists_quotes"]
