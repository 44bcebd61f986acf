"""Fields that cannot describe whom to sell to: they tell the outcome, or what was bought, or who sold it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.cluster.association import MIN_EACH_SIDE, codes_of, cramers_v, cut_into, rank_correlation
from icpcli.model.fields import KNOWN_BEFOREHAND
from icpcli.model.spelling import words_of
from icpcli.wording import percent

if TYPE_CHECKING:
    from icpcli.model.tables import Book

TELLS = "tells the outcome in other words"
AFTER_SALE = "is known only after the sale"
BOUGHT = "is what was bought"
PAID = "is perhaps what customers pay"
AFTER_CLOSE = "is filled in only after the deal is decided"
AFTER_CHURN = "is filled in or emptied when a customer leaves"
IDENTIFIES = "identifies a row"

# By what a field is called, in English and French. A reason for each.
NAMED = {
    TELLS: re.compile(
        r"\b(lifecycle stage|lead status|deal stage|stage|statut du lead|etape|phase|outcome|status|statut|won|lost|closed deals|gagnee?s?|"
        r"perdue?s?|cloturee?s?|gewonnen\w*|verloren\w*|ganad[oa]s?|perdid[oa]s?|churn\w*|"
        r"upsell|up sale|cross sell|cross sale|renew\w*|renouvel\w*|health score|satisfaction|retention|nps|would recommend|recommanderai[st]?)\b"
        # what somebody judged, or a tool predicted, of companies already known: mostly of those that buy
        r"|\b(hub ?spot score|(lead|engagement|predictive|prediction|health|customer|client|account|fit) score|score (client|lead|prospect)|likelihood to close|"
        r"probability|probabilite|wahrscheinlichkeit|probabilidad|(lead|prospect|account|customer|client) rating|degree of trust|vip|key accounts?|"
        r"grands? comptes?|(customer|client|account) (health|priority|rank|grade|tier)|classement (du )?clients?|icp tier|ideal customer profile tier|target account|loyalty \w+|fidelite|fidelity|reference customer)\b|^(rating|score|priority|priorite|prioritat|prioridad|potential|potentiel|potenzial|potencial|temperature|(classe|klasse|clase) abc|abc (class|analysis))$"
    ),
    AFTER_SALE: re.compile(
        r"\b(deal count|number of deals|number of associated deals|contact count|days to close|times contacted|"
        r"(first|last|latest|recent) (order|purchase|deal|invoice)\w*( year| date| month)?|order (frequency|month|count)|"
        r"number of orders|derniere commande|premiere commande|nombre de commandes|onboarding|tenure|anciennete client|"
        # what goes on being counted, or is agreed, once somebody is a customer; HubSpot, Pipedrive, Odoo and Salesforce export most of it with every company
        r"(num|nb|nombre|number) (of |de |d )?(sessions|pageviews|page views|form submissions|sales activities|meetings?|opportunit\w+|activit\w+|log ?ins?|connexions|"
        r"open deals|rendez vous|rdv|notes|invoices|commandes)|(meeting|opportunity|activity|login|session|email messages|notes?) count|(total|done) activities|activities to do|total open deal value|"
        r"log ?ins?|last (log ?in|activity|seen|engagement)|derniere (activite|connexion)|(support|open|closed|sav|number of|nb|nombre de) tickets?|tickets? (count|sav|support)|"
        r"(support|service) level|sla|niveau de (support|service)|credit (limit|hold)|days overdue|"
        r"(payment|billing) (terms?|method|mode)|(mode|moyen|conditions?|delai) de (paiement|reglement)|price (list|level))\b(?! sold| vendus)"
    ),
    BOUGHT: re.compile(
        r"^(products?|produits?|produkte?|productos?)$|\b(seats?|licen[cs]es?|users|quantity|qty|utilisateurs|sieges|licences|plan|plan tier|package|edition|product bought|"
        r"subscription|abonnement|formule|contract (type|length)|billing (frequency|period)|is trial|min payment \w+)\b"
    ),
    PAID: re.compile(
        r"\b(montants?|mensualites?|cotisations?|honoraires|panier moyen|ticket moyen|facturee?s?|facturation|monthly (?:amount|price|fees?|payments?|spend)|"
        r"(?:amount|total|sum) (?:paid|billed|invoiced|spent)|(?:paid|billed|invoiced) (?:amount|to date)|(?:average|avg) (?:order value|basket)|aov|arpu|arpa|"
        r"retainer|betrag|monatsbeitrag|mitgliedsbeitrag|rechnungsbetrag|importes?|cuotas?|facturado|ticket medio|mrr|acv|tcv|ltv|clv)\b"
    ),
    "is about your own team": re.compile(
        r"\b(owner|account manager|sales (rep|agent|person)|seller|vendeur|verkaufer|vendedor|proprietaire|commercial|csm)\b"
    ),
    IDENTIFIES: re.compile(r"\b(key|id|ids|number|numero|latitude|longitude|row|index|is deleted|active)$"),
}
# Money of a company's own, whatever it is called.
OWN_MONEY = re.compile(
    r"\b(funding|funded|raised|leve|levee|levees|capital|subventions?|grants?|budget|bilan|salaires?|payroll)\b"
)
# Items of a list (tags) that say of a company what it is to the seller.
OF_THE_SALE = re.compile(
    r"vips?|key accounts?|strategic accounts?|grands? comptes?|compte cle|(ex |former |old |ancien |active )?(clients?|customers?|kunden?|clientes?)( (vip|actifs?|active|perdus?|lost))?|"
    r"churn\w*|lost|perdue?s?|won|gagnee?s?|resilie\w*|case study|reference( client)?|ambassad\w+|promoters?|champion|(hot|warm|cold)( leads?)?|upsell|renewals?|at risk"
)
CODE = re.compile(r"\bcode$")  # of a row, or of a trade, which many share
SHARED = 2  # rows a code, from which on it is no row's own
# Stages and statuses of a company's own, which no sale changes.
OF_THE_COMPANY = re.compile(
    r"\b(funding|growth|maturity|company|business|investment|legal|ownership|tax|development|financing) (stage|status|phase)\b"
    r"|\b(statut|stade|phase|etape) (juridique|de financement|de developpement|de croissance|legale?)\b"
)
ASSOCIATION = 0.6  # Cramer's V; the strongest planted profiles reach 0.4, a lead status 0.8 and more
FILLED_FOR_ONE_SIDE = 0.5  # difference in the filled share between won and lost
MIN_FIGURES = 30
FEWEST_QUANTITIES = 5
PRICES = 5
ON_THE_LIST = 0.6
SAME_RANKS = 0.9
GROWS = 0.5  # rank correlation with time since the sale, of those still there
ONE_IN_A_HUNDRED = 2.33  # standard errors, one-sided: of all customers, those who left included
TELLS_A_MONTH = "is the figure of a month"
TELLS_A_YEAR = "is the figure of a year, of what they paid you or of their own turnover"
SHARES_COSTS = "is what the costs of winning are told by, for all of one channel alike"
OF_A_MONTH = re.compile(
    r"(?:(?:mrr|arr|ca|revenue|sales) )?(?:(?:19|20)\d\d (?:0?[1-9]|1[0-2])(?: \d\d?)?|(?:0?[1-9]|1[0-2]) (?:19|20)\d\d|(?:19|20)\d\d q[1-4]|q[1-4] (?:19|20)\d\d|"
    r"(?:jan|feb|fev|mar|apr|avr|may|mai|jun|juin|jul|juil|aug|aou|sep|oct|okt|nov|dec|dez)[a-z]* (?:\d\d|20\d\d))"
)
OF_A_YEAR = re.compile(
    r"(?:20\d\d )?(?:revenues?|sales|ca|chiffre d affaires|turnover|invoiced|billed|facture|umsatz|ventas|facturacion)(?: (?:ht|ttc|net|eur|k))*(?: 20\d\d)?"
)
FEWEST_YEARS = 2  # one year's figure beside no other is most likely the company's own
COSTS = frozenset({"what they cost to win", "how often they were touched", "how long they took to win"})
FIGURES = {
    "acquisition_cost": "what they cost to win",
    "touches": "how often they were touched",
    "days_to_close": "how long they took to win",
    "monthly_value": "what they pay a month",
    "realised_revenue": "what they have paid",
    "order_value_log_mean": "what they pay an order",
    "orders": "how often they ordered",
    "won_deals": "how many deals they won",
    "nps": "how they rate you",
    "satisfaction": "how satisfied they are",
    "referrals": "whom they referred",
}
MONEY = ("monthly_value", "order_value_log_mean", "realised_revenue")


@dataclass(frozen=True, slots=True)
class Leak:
    """Why a field may not be searched, and what in the data says so ("" where its name does)."""

    reason: str
    seen: str = ""


def leak_of(field: str, column: pd.Series, book: Book) -> Leak | None:
    """Why a field must not be searched, from its name or from how it follows the outcome; None if it may."""
    leak = _by_what_it_tells(field, book) or _by_name(_fold(field), column)
    if leak is not None:
        return leak
    if field == "annual_revenue" and filled_for_customers_alone(column, book):
        return Leak(PAID)  # a turnover is known before anybody sells
    leak = _follows_winning(column, book) or _follows_churn(column, book)
    if leak is None and field not in KNOWN_BEFOREHAND:
        leak = _follows_figures(column, book) or _grows_with_time(column, book) or _is_bought(column, book)
    return leak


def told_by_size(field: str, column: pd.Series, book: Book) -> str:
    """How a number known beforehand all but says what customers pay, as a price list by size makes it; "" where it does not.

    No leak, for it is known of every company; but that who is larger pays more is then how prices are made.
    """
    if field not in KNOWN_BEFOREHAND or column.dtype == object:
        return ""
    numbers, is_customer = column.to_numpy(dtype=float), book.accounts["is_customer"].to_numpy(dtype=bool)
    for name in MONEY:
        paid = book.accounts[name].to_numpy(dtype=float)
        use = is_customer & np.isfinite(paid) & np.isfinite(numbers)
        strength = rank_correlation(numbers[use], paid[use]) if use.sum() >= MIN_FIGURES else 0.0
        if strength > SAME_RANKS:
            return f"goes with {FIGURES[name]}, rank correlation {strength:.2f}"
    return ""


def leak_of_item(item: str, held: pd.Series, book: Book) -> Leak | None:
    """Why an item of a field of lists (tags: VIP) must not be searched; ``held``: yes, no or blank, of each account."""
    if OF_THE_SALE.fullmatch(_fold(item)):
        return Leak(TELLS)
    return _follows_winning(held, book) or _follows_churn(held, book) or _follows_figures(held, book)


def _by_what_it_tells(field: str, book: Book) -> Leak | None:
    """The figure of a month or a year, or of a channel by which the costs are told."""
    name = _fold(field)
    if OF_A_MONTH.fullmatch(name):
        return Leak(TELLS_A_MONTH)
    years = sum(_tells_a_year(_fold(str(other))) for other in book.attributes)
    if _tells_a_year(name) and years >= FEWEST_YEARS:
        return Leak(TELLS_A_YEAR)
    return Leak(SHARES_COSTS) if field == "channel" and book.costs_are_by_channel else None


def _by_name(name: str, column: pd.Series) -> Leak | None:
    """What a field's name says that it is."""
    if OF_THE_COMPANY.search(name):
        return None
    for reason, pattern in NAMED.items():
        if pattern.search(name) and not (reason == PAID and OWN_MONEY.search(name)):
            return Leak(reason)
    is_code = CODE.search(name) and column.nunique() * SHARED > column.notna().sum()
    return Leak(IDENTIFIES) if is_code else None


def _tells_a_year(name: str) -> bool:
    return OF_A_YEAR.fullmatch(name) is not None and re.search(r"\d{4}", name) is not None


def filled_for_customers_alone(column: pd.Series, book: Book) -> bool:
    """Whether a field is filled in once a deal is won: it cannot say who is cheap to win, but speaks of customers."""
    shares = _shares_filled(column, book.accounts["is_customer"].to_numpy(dtype=bool))
    return shares is not None and shares[0] - shares[1] > FILLED_FOR_ONE_SIDE


def _shares_filled(column: pd.Series, is_one: np.ndarray) -> tuple[float, float] | None:
    """The share filled among the ones and among the others; None where either are too few to tell."""
    if min(is_one.sum(), (~is_one).sum()) < MIN_EACH_SIDE:
        return None
    known = column.notna().to_numpy()
    return float(known[is_one].mean()), float(known[~is_one].mean())


def _follows_winning(column: pd.Series, book: Book) -> Leak | None:
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    shares = _shares_filled(column, is_customer)
    if shares is None or filled_for_customers_alone(column, book):
        return None
    if shares[1] - shares[0] > FILLED_FOR_ONE_SIDE:
        return Leak(
            AFTER_CLOSE, f"filled for {percent(shares[1])} of the lost, {percent(shares[0])} of customers"
        )
    strength = cramers_v(column, is_customer)
    return Leak(TELLS, f"goes with won and lost, V = {strength:.2f}") if strength > ASSOCIATION else None


def _follows_churn(column: pd.Series, book: Book) -> Leak | None:
    accounts = book.accounts[book.accounts["is_customer"]]
    churned = accounts["has_left"].to_numpy(dtype=bool)
    own = column[book.accounts["is_customer"].to_numpy(dtype=bool)]
    shares = _shares_filled(own, churned)
    if shares is None:
        return None
    if abs(shares[0] - shares[1]) > FILLED_FOR_ONE_SIDE:
        seen = f"filled for {percent(shares[0])} of those who left, {percent(shares[1])} of those who stayed"
        return Leak(AFTER_CHURN, seen)
    strength = cramers_v(own, churned)
    return Leak(TELLS, f"goes with who left, V = {strength:.2f}") if strength > ASSOCIATION else None


def _is_bought(column: pd.Series, book: Book) -> Leak | None:
    """Whether money is this count times one of a few prices: then it is the quantity that was bought."""
    if column.dtype == object:
        return None
    counts = column.to_numpy(dtype=float)
    for figure in ("monthly_value", "realised_revenue"):
        money = book.accounts[figure].to_numpy(dtype=float)
        use = np.isfinite(counts) & np.isfinite(money) & (counts >= 1) & (money > 0)
        if use.sum() < MIN_FIGURES or len(np.unique(counts[use])) < FEWEST_QUANTITIES:
            continue
        prices = pd.Series([f"{price:.3g}" for price in money[use] / counts[use]]).value_counts()
        on_list = float(prices.iloc[:PRICES].sum() / use.sum())
        if on_list >= ON_THE_LIST and rank_correlation(counts[use], money[use]) > 0:
            return Leak(
                BOUGHT, f"money is this times one of {min(PRICES, len(prices))} prices for {percent(on_list)}"
            )
    return None


def _follows_figures(column: pd.Series, book: Book) -> Leak | None:
    """Whether a field all but says what a customer cost, paid or ordered, or for how long: ranks that go together."""
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    for name, figure in _figures(book).items():
        use = is_customer & np.isfinite(figure) & column.notna().to_numpy()
        if use.sum() < MIN_FIGURES or len(np.unique(figure[use])) < FEWEST_QUANTITIES:
            continue
        if column.dtype != object:
            numbers = column.to_numpy(dtype=float)[use]
            strength = abs(rank_correlation(numbers, figure[use])) if len(np.unique(numbers)) >= 3 else 0.0
        elif name in COSTS:  # a channel's cost is shared out over its companies, and says nothing of one
            continue
        else:
            strength = cut_into(codes_of(column[use]), figure[use])
        if strength > SAME_RANKS:
            is_word = column.dtype == object
            how = (
                f"{strength:.2f} of the most that such groups can"
                if is_word
                else f"rank correlation {strength:.2f}"
            )
            return Leak(TELLS, f"goes with {name}, {how}")
    return None


def _grows_with_time(column: pd.Series, book: Book) -> Leak | None:
    """Whether a number goes on growing (or falling) while a company is a customer: tickets, visits, anything counted.

    Who has much of it has stayed long, for who left early could not gather it. A trait that keeps customers goes with time as a
    customer too, but only among those still there: of all who ever came, those of one year had as much of it as those of another.
    """
    if column.dtype == object:
        return None
    accounts = book.accounts
    is_customer = accounts["is_customer"].to_numpy(dtype=bool)
    still = is_customer & ~accounts["has_left"].to_numpy(dtype=bool)
    days = (pd.Timestamp(book.as_of) - accounts["customer_since"]).dt.days.to_numpy(dtype=float)
    numbers = column.to_numpy(dtype=float)
    known = is_customer & np.isfinite(days) & np.isfinite(numbers)
    if (known & still).sum() < MIN_FIGURES:
        return None
    of_those_there = rank_correlation(numbers[known & still], days[known & still])
    of_all = rank_correlation(numbers[known], days[known])
    if abs(of_those_there) <= GROWS or of_all * np.sign(of_those_there) < ONE_IN_A_HUNDRED / np.sqrt(
        known.sum() - 1
    ):
        return None
    seen = f"goes with how long customers have been there, rank correlation {of_those_there:.2f}"
    return Leak(AFTER_SALE, seen)


def _figures(book: Book) -> dict[str, np.ndarray]:
    accounts = book.accounts
    figures = {
        words: accounts[name].to_numpy(dtype=float) for name, words in FIGURES.items() if name in accounts
    }
    tenure = (pd.Timestamp(book.as_of) - accounts["customer_since"]).dt.days
    return {**figures, "how long ago they became customers": tenure.to_numpy(dtype=float)}


def _fold(field: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", field)
    return words_of(spaced)
