"""Fields that cannot describe whom to sell to: they tell the outcome, or what was bought, or who sold it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from icpcli.model.tables import Book

# By what a field is called, in English and French. A reason for each.
NAMED = {
    "tells the outcome in other words": re.compile(
        r"\b(lifecycle stage|lead status|deal stage|stage|statut du lead|etape|phase|outcome|status|statut|won|lost|closed deals|gagnee?s?|"
        r"perdue?s?|cloturee?s?|gewonnen\w*|verloren\w*|ganad[oa]s?|perdid[oa]s?|churn\w*|"
        r"upsell|up sale|cross sell|cross sale|renew\w*|renouvel\w*|health score|satisfaction|retention)\b"
    ),
    "is known only after the sale": re.compile(
        r"\b(deal count|number of deals|number of associated deals|contact count|days to close|times contacted|"
        r"(first|last|latest|recent) (order|purchase|deal|invoice)\w*( year| date| month)?|order (frequency|month|count)|"
        r"number of orders|derniere commande|premiere commande|nombre de commandes|onboarding|tenure|anciennete client)\b"
    ),
    "is what was bought": re.compile(
        r"\b(seats?|licen[cs]es?|users|quantity|qty|utilisateurs|sieges|licences|plan|plan tier|package|edition|product bought|"
        r"subscription|abonnement|formule|contract (type|length)|billing (frequency|period)|is trial|min payment \w+)\b"
    ),
    "is about your own team": re.compile(
        r"\b(owner|account manager|sales (rep|agent|person)|proprietaire|commercial|csm)\b"
    ),
    "identifies a row": re.compile(
        r"\b(key|id|ids|code|number|numero|latitude|longitude|row|index|is deleted|active)$"
    ),
}
ASSOCIATION = 0.6  # Cramer's V; the strongest planted profiles reach 0.4, a lead status 0.8 and more
FILLED_FOR_ONE_SIDE = 0.5  # difference in the filled share between won and lost
MIN_EACH_SIDE = 10


def leak_reason(field: str, column: pd.Series, book: Book) -> str | None:
    """Why a field must not be searched, from its name or from how it follows the outcome; None if it may."""
    name = _fold(field)
    for reason, pattern in NAMED.items():
        if pattern.search(name):
            return reason
    accounts = book.accounts
    is_customer = accounts["is_customer"].to_numpy(dtype=bool)
    known = column.notna().to_numpy()
    if min(is_customer.sum(), (~is_customer).sum()) >= MIN_EACH_SIDE:
        if abs(known[is_customer].mean() - known[~is_customer].mean()) > FILLED_FOR_ONE_SIDE:
            return "is filled in only after the deal is decided"
        if cramers_v(column, is_customer) > ASSOCIATION:
            return "tells the outcome in other words"
    churned = accounts["churned_on"].notna().to_numpy()[is_customer]
    if (
        min(churned.sum(), (~churned).sum()) >= MIN_EACH_SIDE
        and cramers_v(column[is_customer], churned) > ASSOCIATION
    ):
        return "tells the outcome in other words"
    return None


def cramers_v(column: pd.Series, outcome: np.ndarray) -> float:
    """How strongly a column's known values go with a yes/no outcome, 0-1, corrected for chance.

    phi2 = chi2 / n - (r - 1) / (n - 1), over the smaller dimension less one, corrected alike.
    Numbers are cut at their deciles. Source: Bergsma (2013), J. Korean Statistical Society 42.
    """
    known = column.notna().to_numpy()
    values, happened = column[known], outcome[known].astype(float)
    n = len(values)
    if n < 2 * MIN_EACH_SIDE or happened.min() == happened.max():
        return 0.0
    codes = _codes(values)
    rows = int(codes.max()) + 1
    total = np.bincount(codes, minlength=rows).astype(float)
    yes = np.bincount(codes, weights=happened, minlength=rows)
    share = happened.mean()
    chi2 = float(np.sum((yes - total * share) ** 2 / (total * share * (1 - share))))
    phi2 = max(0.0, chi2 / n - (rows - 1) / (n - 1))
    rows_corrected = rows - (rows - 1) ** 2 / (n - 1)
    columns_corrected = 2 - 1 / (n - 1)
    return float(np.sqrt(phi2 / max(min(rows_corrected, columns_corrected) - 1, 1e-9)))


def _codes(values: pd.Series) -> np.ndarray:
    if values.dtype == object:
        return np.unique(values.to_numpy(dtype=str), return_inverse=True)[1]
    numbers = values.to_numpy(dtype=float)
    edges = np.unique(np.quantile(numbers, np.linspace(0.1, 0.9, 9)))
    return np.unique(np.searchsorted(edges, numbers, side="right"), return_inverse=True)[1]


def _fold(field: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", field)
    decomposed = unicodedata.normalize("NFKD", spaced.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", plain))
