"""Which object one row of a file stands for, told from its headers and its name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from icpcli.load.fields.quotes import lists_quotes
from icpcli.load.texts.headers import fold_header, prefix_owner, synonyms
from icpcli.model.common import CrmObject
from icpcli.model.spelling import fold, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_USED = {
    "lead": "leads are no customers yet",
    "ticket": "support tickets are not read yet",
    "history": "the history of stages is not read",
    "committed": "it holds revenue that is agreed and not yet paid: export the movements of MRR themselves",
    "versions": "it holds every version of a subscription: export the subscriptions themselves",
    "supplier": "it is about suppliers, who are no customers",
    "ledger": "it holds debits and credits, payments among them: export the invoices themselves, and what was spent with a channel and a month on each row",
    "unknown": "its columns are none of a CRM's objects",
    "own": "it is a ranking that icp wrote",
    "offered": "it holds quotes, and another file the deals that they belong to",
    "months": "its months are read by themselves, and it says nothing else of companies",
    "told": "other files tell the same row by row",
    "unspent": "no column says what was spent: call it cost or amount spent, beside a channel and a month",
    "yearless": "its columns are months of no year: name the file after it, as in Budget 2024.csv",
    "nameless": "no column that names a company",
}

# Headers that hardly occur on another object weigh 3, likely ones 2, weak ones 1; those that decide beside two of another 4 or 5.
SIGNATURES: dict[CrmObject, dict[int, str]] = {
    CrmObject.ACCOUNT: {
        3: "company domain name|number of employees|employees|nombre d employes|effectif|acquisition cost|cac|customer since|"
        "client depuis|annual revenue|chiffre d affaires annuel|business type|reseller name|number employees|churn date|"
        "date de resiliation|cout d acquisition client|raison sociale|subsidiary of|account type|ownership|year established|"
        "kunde seit|mitarbeiter|mitarbeiterzahl|anzahl mitarbeiter|jahresumsatz|kundigungsdatum|gekundigt am|kundenbeginn|cliente desde|empleados|"
        "numero de empleados|facturacion anual|fecha de baja|coste de adquisicion|akquisitionskosten|resilie le|cout d acquisition",
        2: "industry|secteur d activite|secteur|company name|nom de l entreprise|account name|domain|nom de domaine de l entreprise|"
        "website|mrr|sector|lifecycle stage|phase du cycle de vie|year opened|referral source|customer id|branche|firma|firmenname|"
        "unternehmen|empresa|razon social|vertragsbeginn|fecha de alta|date de signature",
        1: "country|pays|city|ville|name|nom|parent id|account|company|pays region|country region",
    },
    CrmObject.CONTACT: {
        3: "first name|last name|prenom|vorname|nachname|job title|primary contact name|primary contact title|intitule du poste|contact name|contact type|person id|buying role|role d achat|"
        "contact id|jobtitle|firstname|lastname|id contact|poste fonction",
        2: "email|e mail|nom|title|poste|department|adresse e mail|primary associated company id|phone|fonction",
    },
    CrmObject.DEAL: {
        3: "deal name|deal stage|dealstage|stage name|stagename|opportunity name|opportunity id|nom de la transaction|"
        "phase de la transaction|close value|deal value|engage date|is closed won|is won|iswon|forecast category|"
        "nom de l affaire|closed lost reason|deal id|opportunity stage|nom de l opportunite|date de fermeture|expected revenue|"
        "opportunity|opportunite|nombre del negocio|etapa del negocio|propietario del negocio|empresa asociada|opportunityid|"
        "estimatedvalue|actualvalue|actualclosedate|revenu attendu|erwarteter umsatz|ingresos esperados|montant potentiel|"
        "mrr attendu|expected mrr|date closed|stage id name|verkaufschance|oportunidad|deal pipeline|probabilite|probability|wahrscheinlichkeit|probabilidad|lost reason|date won",
        2: "close date|closedate|closing date|date de cloture|stage|etape|step|pipeline|amount|montant|"
        "fecha de cierre|importe|etapa|phase|betrag|status reason|forecast|next step|status type|value",
    },
    CrmObject.INVOICE: {
        3: "invoice id|invoice number|invoice date|order id|order date|order number|sales order number|sales amount|line total|"
        "numero de facture|date de facture|facture|montant ht|total ht|date de facturation|invoice amount|numero de commande|"
        "lineitem name|lineitem price|order total|order total amount|order status|n piece|numero de piece|total ttc|montant ttc|"
        "amount refunded|converted amount refunded|seller message|payment intent id|charge id|"
        "credit note number|credit note id|credit note date|credit memo number|credit memo date|refund id|refund date|numero d avoir|n avoir|"
        "date d avoir|gutschriftnummer|gutschriftsnummer|gutschriftsdatum|"
        "line amount|transaction type|open balance|balance due|n facture|n de facture|reference de commande|rechnungsnummer|rechnungsdatum|"
        "tjm|taux journalier|day rate|daily rate|tagessatz|tarifa diaria|nb jours|nb de jours|jours factures|"
        "jours vendus|nombre de jours|invoice bill date|invoice partner display name|untaxed amount|untaxed amount signed|ref facture|date facturation",
        2: "mission|missions|nom de la mission|prestation|memo description|unit price|quantity|order quantity|product key|total product cost|prix unitaire|quantite|freight",
        1: "amount|montant|date|total",
    },
    CrmObject.SUBSCRIPTION: {
        5: "periodicite|frequence|frequence de facturation|periodicite de facturation|abrechnungszeitraum|abrechnungsintervall|zahlungsintervall|"
        "periodicidad|frecuencia|frecuencia de facturacion",
        3: "subscription id|subscription uuid|subscription number|billing frequency|mrr amount|arr amount|auto renew flag|trial end utc|billing period|"
        "cancellation reason|cancel at period end|movement type|mrr movement|mrr movement in account currency|mrr change|current period start|current period end|current period started at|current period ends at|"
        "prochaine facturation|prochaine echeance|billing cycle|next renewal date|next invoice date|next billing date|numero d abonnement|"
        "n abonnement|numero de contrat|ref contrat|id contrat|vertragsnummer|numero de contrato|date de renouvellement",
        2: "start date|end date|plan|plan tier|ended at|canceled at|interval|start|ended at utc|canceled at utc|start date utc|plan code|trial start|"
        "trial end|activated at|expires at|billing period unit",
        1: "subscription state|subscription status|plan name|date de debut|date de fin|debut|fin|date debut|date fin|date debut effective|"
        "date fin effective|starts on|ends on|startdatum|enddatum|vertragsbeginn|vertragsende|fecha de inicio|fecha de fin",
    },
    CrmObject.ROLE: {
        4: "contact role|opportunity contact role id",
        2: "opportunity id|contact id|role|is primary",
    },
    CrmObject.ACTIVITY: {
        3: "activity id|activity type|activity date|task subtype|who id|what id|type d activite|task id|note body|hs note body|"
        "call outcome|call notes|meeting outcome|engagement type|hs call body|email direction|call direction|corps de la note|"
        "resultat de l appel|date d activite|date de l activite|meeting notes|interaction type|type d interaction",
        2: "subject|sujet|priority|status",
    },
    CrmObject.CHURN: {4: "churn event id|reason code|churn reason", 3: "churn date|date de resiliation"},
    CrmObject.SURVEY: {
        3: "nps|nps score|nps rating|note nps|score nps|net promoter score|likelihood to recommend|survey name|survey id|csat|csat score|"
        "respondent|respondent email|respondent id|survey type|note de satisfaction|survey submission date|promoter score|survey responded at|survey submission id",
        2: "response date|answered on|date de reponse|responded at|score|rating|note|satisfaction|comment|commentaire",
    },
}
# A table of what was spent: an amount beside a channel, and no company, person or deal.
SPENT = frozenset(
    "spend|spent|ad spend|cost|costs|total cost|total spend|total spent|spend total|media spend|marketing spend|marketing cost|amount spent|"
    "depense|depenses|cout|couts|cout total|montant depense|depenses marketing|ausgaben|kosten|gasto|gastos|coste|budget spent|"
    "cout ht|couts ht|cout total ht|depense ht|depenses ht|cout ttc|couts ttc|cout total ttc|depense ttc|depenses ttc|metrics cost|"
    "importe gastado|ausgegebener betrag|gesamtkosten|coste total|marketing costs".split("|")
)
AMOUNTS = frozenset("amount|montant|montant ht|montant ttc|betrag|importe".split("|"))
SPENDING = re.compile(
    r"\b(?:budgets?|depenses?|spend\w*|spent|costs?|couts?|ausgaben|kosten|gastos?)\b"
)  # in a file's name
SPENT_ON = frozenset(
    "channel|source|traffic source|marketing channel|acquisition channel|lead source|campaign|campaign name|ad campaign name|canal|"
    "canal d acquisition|campagne|nom de la campagne|kanal|kampagne|kampagnenname|quelle|fuente|campana|nombre de la campana|utm source|"
    "utm campaign|original source|platform|plateforme|medium|network|ad network|salon|salons|nom du salon|evenement|nom de l evenement|"
    "event|event name|trade show|messe|feria".split("|")
)  # fmt: skip
# What a budget calls its lines, whose column often has no header; in other tables these are something else.
LINES_OF_A_BUDGET = frozenset(
    "poste|postes|poste de depense|ligne|lignes|rubrique|levier|leviers|action|actions|support|supports|media|medias|categorie|category|"
    "item|line item|activite|activity|depense|depenses|intitule|libelle|designation".split("|")
) | {""}
# What ads are measured by: beside it an account or a customer is the advertiser's own.
OF_ADS = frozenset(
    "impressions|impr|clicks|clics|klicks|impressionen|impresiones|reach|couverture|ctr|metrics clicks".split(
        "|"
    )
)
ADVERTISER = frozenset(
    "account|account name|account id|customer|customer id|nom du compte|id du compte".split("|")
)

# The day of a sale, beside who bought and for how much: headers that stand on nothing else.
SOLD_ON = frozenset(
    "date|datum|fecha|payment date|date of payment|paid at|paid on|paid date|date paid|date de paiement|date du paiement|date paiement|"
    "date de reglement|date du reglement|date reglement|date d encaissement|zahlungsdatum|bezahlt am|fecha de pago|sale date|date of sale|"
    "date de vente|date de la vente|verkaufsdatum|fecha de venta|transaction date|date de transaction|purchase date|date d achat".split("|")
)  # fmt: skip

OTHERS = {
    "lead": "lead id|is converted|converted date|converted account id|converted contact id|statut de la piste|id de piste|"
    "lead owner|lead owner id|lead status|proprietaire de la piste",
    "ticket": "ticket id|escalation flag|resolution time hours|first response time minutes|ticket name|satisfaction score",
    "committed": "cmrr movement|current cmrr",
    "versions": "version state|version created at|subscription version",
    "history": "opportunity history key|opportunity history id|stage name groups",
    "ledger": "debit|credit|soll|haben|debe|haber",
    "supplier": "supplier id|shipper id|id fournisseur|code fournisseur|lieferantennummer",
}
TOLD_BY_ONE = frozenset({"committed", "history", "supplier", "versions"})
OF_CUSTOMERS = frozenset(
    "code client|customer code|customer id|customer number|client id|client number|id client|numero client|n client|kundennummer|kunden nr|"
    "kundennr|numero de cliente|codigo de cliente|codigo cliente|client|customer|kunde|cliente".split("|")
)
FILE_NAMES = {
    CrmObject.ACCOUNT: r"accounts?|compan(y|ies)|entreprises?|societes?|customers?|clients?|organi[sz]ations?|comptes?|"
    r"kunden|kundenliste|firmen|unternehmen|clientes?|empresas?|adherents|membres|mitglieder",
    CrmObject.CONTACT: r"contacts?|people|persons?|personnes|personen|kontakte|ansprechpartner|contactos?|personas",
    CrmObject.DEAL: r"deals?|opportunit(y|ies|es?)|transactions?|affaires?|pipeline|sales_pipeline|"
    r"verkaufschancen|oportunidades|negocios",
    CrmObject.INVOICE: r"invoices?|orders?|factures?|invoice_lines|commandes?|refunds|credit_?notes?|credit_?memos?|avoirs|gutschriften|rechnungen|bestellungen|facturas?|pedidos?|"
    r"missions?|prestations?|chantiers?|ventes|ventas",
    CrmObject.SUBSCRIPTION: r"subscriptions?|abonnements?|suscripci(on|ones)",
    CrmObject.ROLE: r"roles?|opportunitycontactroles?",
    CrmObject.ACTIVITY: r"activit(y|ies|es)|tasks?|events?|notes?|calls?|meetings?|engagements?|interactions?|appels?|reunions?",
    CrmObject.CHURN: r"churn|churn_events",
    CrmObject.SURVEY: r"surveys?|nps|feedback|satisfaction|enquetes?|sondages?",
}
# Odoo's table of partners, companies and people together.
IS_COMPANY = frozenset(
    {"is company", "is a company", "est une societe", "ist ein unternehmen", "es una compania"}
)
OF_PEOPLE = frozenset(
    "email|e mail|job position|job title|function|poste|stelle|puesto de trabajo".split("|")
)
OF_SOMEBODY = OF_PEOPLE | frozenset(
    "company|company name|account|account name|account id|customer|customer id|client|nom de l entreprise|entreprise|societe|"
    "first name|last name|deal name|deal stage|stage|invoice id|order id|product|domain|name|nom".split("|")
)
NAMES_ONE = frozenset({"name", "domain"})
DESCRIBES_ONE = frozenset(
    {
        "industry",
        "employees",
        "annual_revenue",
        "mrr",
        "arr",
        "total_revenue",
        "acquisition_cost",
        "channel",
        "nps",
        "satisfaction",
        "churned_on",
    }
)
TRANSACTIONS = re.compile("transactions?", re.IGNORECASE)  # deals in French, payments in English
FEWEST_TOLD = 2
NAME_WEIGHT = 3
FEWEST_PREFIXED = 2
ENOUGH = 3
FLAT = 5  # of a second object's weight, for a file to hold both companies and people


@dataclass(frozen=True, slots=True)
class Inferred:
    """The object of a file; ``is_flat`` where companies and people share its rows, ``are_quotes`` where its deals are quotes."""

    object: CrmObject
    is_flat: bool = False
    reason: str = ""
    are_quotes: bool = False


def infer_object(names: Sequence[str], stem: str, *, is_alone: bool = False) -> Inferred:
    """What one row stands for, from the headers and the file's name; a file alone needs less to tell."""
    prefixed = _prefixed(names)
    if prefixed is not None:
        return prefixed
    headers = {fold_header(name) for name in names}
    for reason, words in OTHERS.items():
        if reason == "supplier" and headers & OF_CUSTOMERS:
            continue  # an ERP lists whom one buys from and whom one sells to together
        if len(headers & set(words.split("|"))) >= (1 if reason in TOLD_BY_ONE else 2):
            return Inferred(CrmObject.OTHER, reason=NOT_USED[reason])
    if _tells_spend(headers, stem):
        return Inferred(CrmObject.COST)
    return _by_scores(headers, stem, is_alone=is_alone)


def _by_scores(headers: set[str], stem: str, *, is_alone: bool) -> Inferred:
    """The object whose telling headers are there most."""
    if headers & IS_COMPANY:
        return Inferred(CrmObject.ACCOUNT, is_flat=bool(headers & OF_PEOPLE))
    if lists_quotes(headers, stem):
        return Inferred(CrmObject.DEAL, are_quotes=True)
    if _lists_sales(headers, stem):
        return Inferred(CrmObject.INVOICE)
    scores = {o: _score(headers, o) for o in SIGNATURES}
    named = {o: scores[o] + _named(stem, o) for o in SIGNATURES}
    if max(named.values()) < (1 if is_alone else ENOUGH):
        listed = _lists_companies(headers)
        return (
            Inferred(CrmObject.ACCOUNT) if listed else Inferred(CrmObject.OTHER, reason=NOT_USED["unknown"])
        )
    best = max(SIGNATURES, key=lambda o: (named[o], -list(SIGNATURES).index(o)))
    companies, people = scores[CrmObject.ACCOUNT], scores[CrmObject.CONTACT]
    if best in {CrmObject.ACCOUNT, CrmObject.CONTACT} or (best is CrmObject.CHURN and companies > 2 * FLAT):
        both = min(companies, people) >= FLAT
        has_company = bool(
            headers
            & {
                "company",
                "company name",
                "account",
                "account name",
                "name",
                "nom de l entreprise",
                "entreprise",
            }
        )
        return Inferred(CrmObject.ACCOUNT if both and has_company else best, is_flat=both)
    return Inferred(best)


def title_of(path: str) -> str:
    """What a file is called, and its sheet with it: "Budget.xlsx/2024" of "marketing/Budget.xlsx/2024"."""
    parts = PurePath(path).parts
    return " ".join(parts[-1:] if PurePath(path).suffix else parts[-2:])


def says_spending(path: str) -> bool:
    """Whether a file's name says that it holds what was spent: "Budget marketing 2024.csv"."""
    return SPENDING.search(words_of(title_of(path))) is not None


def _tells_spend(headers: set[str], stem: str) -> bool:
    """Whether a row is what was spent on a channel or campaign: the amount is called so, or the file."""
    somebody = OF_SOMEBODY - ADVERTISER if headers & OF_ADS else OF_SOMEBODY
    is_spent = bool(headers & SPENT or (headers & AMOUNTS and says_spending(stem)))
    return is_spent and bool(headers & SPENT_ON) and not headers & somebody


def _lists_companies(headers: set[str]) -> bool:
    """Whether headers that are known for sure name a company and tell several things of it, however a list calls them."""
    known = synonyms()[CrmObject.ACCOUNT]
    told = {field for field, lists in known.items() if headers & set(lists["sure"])}
    return bool(told & NAMES_ONE) and len(told & DESCRIBES_ONE) >= FEWEST_TOLD


def _lists_sales(headers: set[str], stem: str) -> bool:
    """Whether headers say who bought, when and for how much, and nothing that deals, people or companies are told by."""
    known = synonyms()[CrmObject.INVOICE]
    who = {h for field in ("account_id", "account_name", "email") for h in known[field]["sure"]} | {
        "customer"
    }
    how_much = set(known["amount"]["sure"]) | set(known["amount"]["last"])
    if not (headers & who and headers & SOLD_ON and headers & how_much):
        return False
    others = headers - who - how_much - SOLD_ON
    of_deals = synonyms()[CrmObject.DEAL]
    has_outcome = any(others & set(of_deals[field]["sure"]) for field in ("stage", "status", "is_won"))
    told = max(_score(others, o) for o in SIGNATURES if o is not CrmObject.INVOICE)
    return told <= 1 and not has_outcome and not _named(TRANSACTIONS.sub("", stem), CrmObject.DEAL)


def _prefixed(names: Sequence[str]) -> Inferred | None:
    """The object where headers carry its name ("Affaire - Valeur"): subscriptions and deals before people before companies.

    A list of deals or people also has columns of their companies, and never the other way round.
    """
    counts = Counter(prefix_owner(name) for name in names)
    if counts[None] > len(names) / 2:
        return None
    for candidate in (CrmObject.SUBSCRIPTION, CrmObject.DEAL, CrmObject.CONTACT, CrmObject.ACCOUNT):
        if counts[candidate] >= FEWEST_PREFIXED:
            is_flat = candidate is CrmObject.CONTACT and counts[CrmObject.ACCOUNT] >= FEWEST_PREFIXED
            return Inferred(CrmObject.ACCOUNT if is_flat else candidate, is_flat=is_flat)
    return None


def _score(headers: set[str], candidate: CrmObject) -> int:
    return sum(
        weight * len(headers & set(words.split("|"))) for weight, words in SIGNATURES[candidate].items()
    )


def _named(stem: str, candidate: CrmObject) -> int:
    words = re.sub(r"[^a-z_]+", "_", fold(stem)).replace("account_move", "invoice")  # what Odoo calls them
    pattern = rf"(?:^|.*_)(?:{FILE_NAMES[candidate]})(?:_.*|$)"
    return NAME_WEIGHT if re.fullmatch(pattern, words) else 0
