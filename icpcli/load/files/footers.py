"""What a report writes below its table: totals, counts, copyright."""

from __future__ import annotations

import re

from icpcli.model.spelling import fold

# Salesforce's reports end with the first three; the others are seen below the exports of other tools.
FOOTER = re.compile(
    r"grand totals?\b.*|confidential information\b.*|copyright\b.*|© ?\d.*|.*\ball rights reserved\b.*"
    r"|informations? confidentielles?\b.*|.*\btous droits reserves\b.*|.*\balle rechte vorbehalten\b.*"
    r"|(?:exported|generated|exporte|genere|exportiert|erstellt|exportado|generado) (?:by|on|at|from|par|le|von|am|por|el)\b.*"
    r"|(?:record count|row count|nombre d'enregistrements|nombre total|anzahl)\b.*"
    r"|(?:nombre|nb|number|anzahl|numero) (?:de |d'|of |der )?[^\W\d]+ ?[:=]? ?\d+|(?:total|gesamt|summe)[^\d:=]{0,30}[:=] ?\d[\d ,.]*[^\d]{0,20}"
    r"|\(?\d[\d ,.]* (?:records?|rows?|enregistrements?|lignes?|datensatze|zeilen|registros)\)?"
    r"|(?:end of|fin du|ende des) .*"
)
TOTAL = re.compile(
    r"(?:grand |sub[- ]?|sous[- ]?)?totals?(?: general)?(?: (?:clients?|customers?|entreprises?|companies|societes?|comptes?|accounts?|ht|ttc|kunden"
    r"|clientes))?|totaux|sous-totaux|(?:gesamt|zwischen)?summe|gesamt|suma(?: total)?"
    r"|moyennes?|averages?|mean|medianes?|medians?|mittelwert|durchschnitt|media|mediana|promedio"
)
COUNTED = re.compile(r"\d[\d ]* [^\W\d]+")


def is_footer(text: str) -> bool:
    """Whether a line's only text is what reports end with: a count of records, a copyright, a confidentiality note."""
    return FOOTER.fullmatch(fold(text)) is not None


def is_counted(text: str) -> bool:
    """Whether a cell counts what stands above it: "85 clients"."""
    return COUNTED.fullmatch(fold(text)) is not None


def is_total(text: str) -> bool:
    """Whether a row's label is that of a total or a mean; a company may have that name too, so its figures must agree."""
    return TOTAL.fullmatch(fold(text).rstrip(" :")) is not None
