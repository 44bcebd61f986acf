"""Write the examples anew, byte for byte: ``python examples/make_examples.py [FOLDER]``.

Two CRM exports of invented companies and people, with a planted profile and planted personas; what is
planted is told in README.md beside this file. Only the standard library and one seed are used.
"""

from __future__ import annotations

import csv
import io
import math
import random
import sys
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEED = 20260930
AS_OF = date(2026, 9, 30)
DAYS_PER_MONTH = 30.436875
BLANK_SHARE = 0.10
EFFECT = 1.8

CRM_COMPANIES = 620
CRM_INDUSTRIES = ("Manufacturing", "Logistics", "Wholesale", "Retail", "Software", "Construction", "Healthcare",
                  "Media", "Education", "Hospitality", "Energy", "Legal Services")  # fmt: skip
CRM_PLANTED_INDUSTRIES = frozenset({"Manufacturing", "Logistics", "Wholesale"})
CRM_COUNTRIES = ("United Kingdom", "Ireland", "United States", "Canada", "Germany", "Netherlands")
CRM_SOURCES = ("Referral", "Organic search", "Trade show", "Paid search", "Outbound", "Partner")
CRM_TOOLS = ("Spreadsheets", "In-house", "SAP", "Oracle", "None")
NEWSLETTERS = ("Monthly", "Weekly", "None", "Product news")

FR_COMPANIES = 430
FR_SECTORS = ("Logiciels informatiques", "Services financiers", "Conseil en management", "Assurance", "Immobilier", "BTP",
              "Commerce de détail", "Santé", "Formation", "Agroalimentaire", "Transport")  # fmt: skip
FR_PLANTED_SECTORS = frozenset({"Logiciels informatiques", "Services financiers", "Conseil en management"})
FR_COUNTRIES = ("France", "Belgique", "Suisse", "Luxembourg")
FR_SOURCES = (
    "Recherche organique",
    "Recommandations",
    "Salons",
    "Publicité payante",
    "Trafic direct",
    "E-mail marketing",
)
FR_REGIONS = (
    "Île-de-France",
    "Auvergne-Rhône-Alpes",
    "Occitanie",
    "Bretagne",
    "Nouvelle-Aquitaine",
    "Grand Est",
)

STEMS = ("Alder", "Brack", "Calder", "Dunmore", "Elm", "Farrow", "Gable", "Harrow", "Ivel", "Juniper", "Kestrel", "Larch",
         "Marlow", "Norwood", "Orchard", "Penrose", "Quill", "Rowan", "Sable", "Thorn", "Umber", "Vale", "Wren", "Yarrow",
         "Zephyr", "Ashby", "Birch", "Cobalt", "Dorset", "Everly")  # fmt: skip
ENDS = ("field", "bridge", "gate", "point", "mark", "stone", "wick", "ford", "line", "works", "port", "hall")
TRADES = ("Foods", "Systems", "Freight", "Tools", "Supplies", "Trading", "Design", "Care", "Media", "Parts")
FORMS = ("Ltd", "Inc", "Group", "& Sons", "Partners", "Co")
FR_STEMS = ("Aubrac", "Belcour", "Chanteloup", "Dorval", "Estaing", "Fontenay", "Garance", "Hautvent", "Isère", "Jonquille",
            "Lavande", "Mirabel", "Noisette", "Olivier", "Pervenche", "Quercy", "Rochelle", "Sologne", "Tilleul", "Valmont",
            "Vercors", "Beaulieu", "Clairval", "Montfleur", "Rivage")  # fmt: skip
FR_ENDS = (
    "Conseil",
    "Services",
    "Solutions",
    "Industrie",
    "Digital",
    "Développement",
    "Partenaires",
    "Atelier",
    "Énergie",
)
FR_PLACES = ("Ouest", "Nord", "Sud", "Est", "Centre", "Alpes", "Océan", "Rhône")
FR_FORMS = ("SAS", "SARL", "SA", "SASU")
FIRST = ("Amelia", "Bruno", "Clara", "Dylan", "Elise", "Farid", "Greta", "Hugo", "Iris", "Jonas", "Keira", "Liam", "Maya",
         "Nolan", "Olga", "Pablo", "Quentin", "Rosa", "Simon", "Tess", "Umar", "Vera", "Walter", "Xenia", "Yann", "Zoe")  # fmt: skip
LAST = ("Abbott", "Barlow", "Carver", "Delane", "Ellery", "Fenwick", "Garrow", "Hollis", "Ingram", "Jessop", "Kirby", "Lomax",
        "Mercer", "Nayland", "Oakes", "Pryce", "Quarles", "Renfrew", "Selwyn", "Tolland", "Upton", "Vickers", "Whitlow")  # fmt: skip
FR_FIRST = (("Camille", "F"), ("Julien", "M"), ("Sophie", "F"), ("Antoine", "M"), ("Nadia", "F"), ("Karim", "M"), ("Élodie", "F"),
            ("Mathieu", "M"), ("Claire", "F"), ("Thomas", "M"), ("Inès", "F"), ("Olivier", "M"), ("Hélène", "F"), ("Rémi", "M"))  # fmt: skip
FR_LAST = ("Aubert", "Bonnard", "Carlier", "Delmas", "Fauvel", "Garnier", "Hamel", "Joubert", "Lacroix", "Marchal", "Noiret",
           "Pasquier", "Rivière", "Sorel", "Tessier", "Vasseur", "Wagner", "Boulanger", "Chevallier", "Dumont")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One planted kind of person: titles, roles and channels with their weights, mean touches, what is noted of them.

    ``answers``: how they answer mostly, the weekday (0 = Monday) and the hour around which they do.
    """

    name: str
    titles: tuple[str, ...]
    roles: Mapping[str, float]
    channels: Mapping[str, float]
    touches: float
    notes: tuple[str, ...]
    answers: tuple[str, int, int] = ("", 2, 13)


CRM_KINDS = (
    Kind(
        "operations",
        (
            "Operations Director",
            "Director of Operations",
            "Head of Operations",
            "VP Operations",
            "Supply Chain Director",
        ),
        {"Decision maker": 8, "Champion": 1, "Influencer": 1},
        {"Referral": 7, "Trade show": 1, "Partner": 1, "Organic search": 1},
        6,
        (
            "Stock levels are typed by hand at every site, with errors each week.",
            "Late deliveries are their biggest problem.",
            "Wants shorter lead times before the season.",
            "But worried about downtime during the switch.",
        ),
    ),
    Kind(
        "it",
        (
            "IT Manager",
            "IT Systems Manager",
            "Infrastructure Manager",
            "IT Applications Manager",
            "Systems Engineer",
        ),
        {"Influencer": 7, "End user": 2, "Champion": 1},
        {"Organic search": 7, "Paid search": 2, "Outbound": 1},
        14,
        (
            "Needs single sign-on and an open API.",
            "Struggles with manual exports between systems.",
            "Concerned about data migration from the old system.",
        ),
    ),
    Kind(
        "finance",
        ("CFO", "Chief Financial Officer", "Finance Director", "VP Finance", "Financial Controller"),
        {"Budget holder": 8, "Blocker": 1, "Decision maker": 1},
        {"Trade show": 6, "Outbound": 3, "Partner": 1},
        2,
        (
            "The month-end closing takes too long.",
            "Wants predictable monthly costs.",
            "Afraid of hidden fees in the contract.",
        ),
    ),
)
CRM_OTHERS = Kind(
    "others",
    ("Office Manager", "Marketing Manager", "HR Manager", "CEO", "Founder", "Sales Director", "Account Manager", "Owner",
     "Operations Manager", "IT Manager", "Finance Manager", "Product Manager"),
    {"Decision maker": 2, "Influencer": 2, "End user": 2, "Champion": 1, "Budget holder": 1},
    dict.fromkeys(CRM_SOURCES, 1),
    6,
    ("No budget before next year.", "Compares several suppliers.", "Likes the product tour."),
)  # fmt: skip

# Each French title in its masculine and feminine form.
FR_KINDS = (
    Kind(
        "marketing",
        ("Directeur marketing|Directrice marketing", "Responsable marketing|Responsable marketing",
         "Directeur du marketing et de la communication|Directrice du marketing et de la communication", "CMO|CMO"),
        {"Décisionnaire": 8, "Influenceur": 1, "Champion": 1},
        {"Recommandations": 7, "Salons": 2, "Trafic direct": 1},
        9,
        (
            "Perd trop de temps sur le suivi des campagnes.",
            "Veut générer davantage de prospects qualifiés.",
            "Mais craint un manque d'accompagnement au démarrage.",
        ),
        ("E-mail", 1, 9),
    ),
    Kind(
        "ventes",
        ("Commercial|Commerciale", "Chargé d'affaires|Chargée d'affaires", "Ingénieur commercial|Ingénieure commerciale",
         "Business developer|Business developer"),
        {"Utilisateur final": 8, "Champion": 2},
        {"Recherche organique": 7, "Publicité payante": 3},
        3,
        (
            "Double saisie des comptes rendus de visite, très pénible.",
            "Besoin d'une application mobile pour les tournées.",
            "Mais trouve la prise en main difficile.",
        ),
        ("Appel", 3, 17),
    ),
    Kind(
        "finance",
        ("DAF|DAF", "Directeur administratif et financier|Directrice administrative et financière",
         "Directeur financier|Directrice financière", "Responsable administratif et financier|Responsable administrative et financière"),
        {"Détenteur du budget": 8, "Décisionnaire": 1, "Opposant": 1},
        {"Salons": 6, "E-mail marketing": 4},
        2,
        (
            "Problème de retards de paiement chez leurs propres acheteurs.",
            "Veut améliorer les prévisions de trésorerie.",
            "Inquiet du coût de la mise en place.",
        ),
        ("Réunion", 0, 10),
    ),
)  # fmt: skip
FR_OTHERS = Kind(
    "autres",
    ("Gérant|Gérante", "PDG|PDG", "Responsable informatique|Responsable informatique", "Assistant de direction|Assistante de direction",
     "Directeur des ressources humaines|Directrice des ressources humaines", "Acheteur|Acheteuse",
     "Responsable marketing|Responsable marketing", "Chef de projet|Cheffe de projet", "Comptable|Comptable"),
    {"Décisionnaire": 2, "Influenceur": 2, "Utilisateur final": 2, "Champion": 1},
    dict.fromkeys(FR_SOURCES, 1),
    5,
    ("Pas de budget avant l'année prochaine.", "Compare plusieurs fournisseurs.", "Apprécie la visite du produit."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Company:
    """A company, and what its CRM comes to know of it. Cost, MRR in the account's currency; dates None = never."""

    number: int
    name: str
    domain: str
    industry: str
    employees: int
    country: str
    source: str
    region: str
    founded: int
    outcome: str  # won, lost, open
    cost: float
    mrr: float
    since: date | None
    churned: date | None
    is_planted: bool


@dataclass(frozen=True, slots=True)
class World:
    """The vocabulary of one example, and which companies its profile holds."""

    companies: int
    industries: Sequence[str]
    planted_industries: frozenset[str]
    employees: tuple[int, int]
    countries: Sequence[str]
    sources: Sequence[str]
    regions: Sequence[str]
    mrr_log_mean: float


CRM = World(
    CRM_COMPANIES, CRM_INDUSTRIES, CRM_PLANTED_INDUSTRIES, (50, 500), CRM_COUNTRIES, CRM_SOURCES, (), 5.9
)
FRENCH = World(
    FR_COMPANIES, FR_SECTORS, FR_PLANTED_SECTORS, (20, 200), FR_COUNTRIES, FR_SOURCES, FR_REGIONS, 5.6
)


def companies(world: World, chance: random.Random, names: Sequence[str]) -> list[Company]:
    """The companies of a world: cheaper to win, longer to stay, worth more where the planted profile holds."""
    confounder = {source: chance.gauss(0, 0.2) for source in world.sources}
    return [_company(world, chance, number, name, confounder) for number, name in enumerate(names, start=1)]


def _company(
    world: World, chance: random.Random, number: int, name: str, confounder: Mapping[str, float]
) -> Company:
    industry = chance.choices(
        world.industries, weights=[1 / (i + 1) ** 0.4 for i in range(len(world.industries))]
    )[0]
    employees = max(
        1, round(math.exp(chance.gauss(math.log(math.sqrt(world.employees[0] * world.employees[1])), 1.2)))
    )
    source = chance.choice(world.sources)
    is_planted = industry in world.planted_industries and world.employees[0] <= employees < world.employees[1]
    e, b = EFFECT * is_planted, confounder[source]
    odds = math.exp(math.log(3.2) + 0.6 * e + 0.3 * b)
    outcome = "open" if chance.random() < 0.09 else "won" if chance.random() < odds / (1 + odds) else "lost"
    followed = chance.uniform(1, 48)
    life = chance.expovariate(math.exp(math.log(1 / 22) - 0.8 * e - 0.3 * b))
    since = AS_OF - timedelta(days=round(followed * DAYS_PER_MONTH)) if outcome == "won" else None
    churned = since + timedelta(days=round(life * DAYS_PER_MONTH)) if since and life < followed else None
    size = 0.15 * (math.log(employees) - 4.5)
    return Company(
        number=number,
        name=name,
        domain=domain_of(name),
        industry=industry,
        employees=employees,
        country=chance.choices(world.countries, weights=[1 / (i + 1) for i in range(len(world.countries))])[
            0
        ],
        source=source,
        region=chance.choice(world.regions) if world.regions else "",
        founded=chance.randint(1965, 2022),
        outcome=outcome,
        cost=round(math.exp(chance.gauss(8 - 0.45 * e - 0.2 * b, 0.6)), 2),
        mrr=round(math.exp(chance.gauss(world.mrr_log_mean + 0.35 * e + 0.1 * b + size, 0.7)), 2),
        since=since,
        churned=churned,
        is_planted=is_planted,
    )


def domain_of(name: str) -> str:
    """The web domain of an invented company."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if c.isascii() and c.isalnum()) + ".example"


def distinct_names(count: int, chance: random.Random, bare: Sequence[str], forms: Sequence[str]) -> list[str]:
    """As many different company names, each with a legal form."""
    return [f"{name} {chance.choice(forms)}" for name in chance.sample(sorted(bare), count)]


def drawn(weights: Mapping[str, float], chance: random.Random) -> str:
    """One of the words, by weight."""
    return chance.choices(list(weights), weights=list(weights.values()))[0]


def maybe(text: str, chance: random.Random) -> str:
    """The cell, or a blank in a tenth of cases."""
    return "" if chance.random() < BLANK_SHARE else text


def kind_of(company: Company, kinds: Sequence[Kind], others: Kind, chance: random.Random) -> Kind:
    """The kind of a person at a company: mostly a planted one where the profile holds, mostly another elsewhere."""
    return chance.choice(kinds) if chance.random() < (0.94 if company.is_planted else 0.25) else others


SMALL_TALK = (
    "Spoke on the phone with {name} of {company}.",
    "To be called back on 020 7946 0{digits}.",
    "Wrote to {email}.",
)
FR_SMALL_TALK = (
    "Échange avec {name} de {company}.",
    "À rappeler au 01 99 00 {digits} 12.",
    "Écrit à {email}.",
)


def note_of(kind: Kind, talk: Sequence[str], chance: random.Random, **whom: str) -> str:
    """What is noted of a person: what such people say, between names and numbers; blank for four in ten."""
    if chance.random() < 0.4:
        return ""
    said = chance.sample(kind.notes, min(2, len(kind.notes)))
    about = chance.choice(talk).format(digits=f"{chance.randint(10, 99)}", **whom)
    return " ".join((about, *said))


CRM_HEADERS = (
    "ID", "Company name", "Website", "Industry", "Employees", "Country", "Source", "Founded", "Acquisition cost",
    "Customer since", "Churn date", "MRR", "NPS", "Deal stage", "Lead status", "Current tool", "Newsletter", "Billing day",
    "Account owner", "Contact name", "Email", "Job title", "Buying role", "Contact source", "Times contacted", "Notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A person drawn for an example, and the kind they were drawn from."""

    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Example:
    """An example: its files (name to bytes), its companies with nothing blank, and each person's kind."""

    files: Mapping[str, bytes]
    companies: tuple[Company, ...]
    people: tuple[Person, ...]


def crm_example() -> Example:
    """The flat file: a row per company with its main contact."""
    chance = random.Random(SEED)  # noqa: S311  an example, no secret
    names = distinct_names(
        CRM.companies, chance, [f"{s}{e} {t}" for s in STEMS for e in ENDS for t in TRADES], FORMS
    )
    talking = random.Random(SEED + 2)  # noqa: S311  an example, no secret
    rows: list[Sequence[str]] = [CRM_HEADERS]
    everyone = companies(CRM, chance, names)
    people = []
    for company in everyone:
        kind = kind_of(company, CRM_KINDS, CRM_OTHERS, chance)
        row = _crm_row(company, kind, chance)
        name, email = (row[CRM_HEADERS.index(header)] for header in ("Contact name", "Email"))
        note = note_of(kind, SMALL_TALK, talking, name=name, company=company.name, email=email)
        rows.append([*row, note])
        people.append(Person(f"C{company.number:04d}", kind.name))
    data = _csv_bytes(rows, delimiter=",", encoding="utf-8")
    return Example({"crm.csv": data}, tuple(everyone), tuple(people))


def _crm_row(company: Company, kind: Kind, chance: random.Random) -> list[str]:
    person = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    stage = {"won": "Closed Won", "lost": "Closed Lost", "open": chance.choice(("Proposal", "Qualified"))}[
        company.outcome
    ]
    lead = {"won": "Converted", "lost": "Disqualified", "open": "Working"}[company.outcome]
    is_customer = company.outcome == "won"
    nps = min(10, max(0, round(chance.gauss(8.4 if company.is_planted else 7.0, 1.6))))
    return [
        f"C{company.number:04d}",
        company.name,
        company.domain,
        maybe(company.industry, chance),
        maybe(str(company.employees), chance),
        maybe(company.country, chance),
        maybe(company.source, chance),
        maybe(str(company.founded), chance),
        maybe(f"{company.cost:.2f}", chance),
        company.since.isoformat() if company.since else "",
        company.churned.isoformat() if company.churned else "",
        f"{company.mrr:.2f}" if is_customer else "",
        str(nps) if is_customer and chance.random() < 0.35 else "",
        stage,
        lead if chance.random() < 0.95 else "Open",
        maybe(chance.choice(CRM_TOOLS), chance),
        maybe(chance.choice(NEWSLETTERS), chance),
        maybe(str(chance.choice((1, 5, 10, 15, 28))), chance),
        chance.choice(("M. Teague", "S. Orwin", "J. Pell")),
        person,
        f"{person.lower().replace(' ', '.')}@{company.domain}",
        maybe(chance.choice(kind.titles), chance),
        maybe(drawn(kind.roles, chance), chance),
        maybe(drawn(kind.channels, chance), chance),
        maybe(str(max(0, round(chance.gauss(kind.touches, 1 + kind.touches / 4)))), chance),
    ]


FR_COMPANY_HEADERS = (
    "ID de fiche d'informations", "Nom de l'entreprise", "Nom de domaine de l'entreprise", "Secteur d'activité",
    "Nombre d'employés", "Pays/Région", "Région", "Source d'origine", "Année de création", "Coût d'acquisition client",
    "Client depuis", "Date de résiliation", "Revenu mensuel récurrent", "Statut du lead", "Outil actuel",
    "Couleur de la charte", "Propriétaire de l'entreprise",
)  # fmt: skip
FR_CONTACT_HEADERS = (
    "ID de fiche d'informations", "Prénom", "Nom", "E-mail", "Intitulé du poste", "Rôle d'achat", "Source d'origine",
    "Nombre de fois contacté", "Primary Associated Company ID", "Date de création", "Notes",
)  # fmt: skip
FR_DEAL_HEADERS = (
    "ID de fiche d'informations", "Nom de la transaction", "Phase de la transaction", "Montant", "Date de fermeture",
    "Date de création", "Associated Company IDs", "Associated Contact IDs",
)  # fmt: skip
FR_ACTIVITY_HEADERS = (
    "ID de fiche d'informations", "Type d'activité", "Date d'activité", "Sens", "Résultat", "Associated Contact IDs",
)  # fmt: skip
FIRST_COMPANY_ID, FIRST_CONTACT_ID, FIRST_DEAL_ID = 21_458_000_000, 88_120_000_000, 31_700_000_000
FIRST_ACTIVITY_ID = 64_900_000_000


def hubspot_example() -> Example:
    """The folder of three HubSpot exports with French labels; companies as French Excel saves them."""
    chance = random.Random(SEED + 1)  # noqa: S311  an example, no secret
    names = distinct_names(
        FRENCH.companies,
        chance,
        [f"{s} {e} {p}" for s in FR_STEMS for e in FR_ENDS for p in FR_PLACES],
        FR_FORMS,
    )
    everyone = companies(FRENCH, chance, names)
    company_rows = [
        FR_COMPANY_HEADERS,
        *(_french_company(c, c.name, str(FIRST_COMPANY_ID + c.number), chance) for c in everyone),
    ]
    for copy, company in enumerate(chance.sample(everyone, 5), start=1):  # the same company entered twice
        bare = company.name.rpartition(" ")[0]
        company_rows.append(
            _french_company(company, bare, str(FIRST_COMPANY_ID + FRENCH.companies + copy), chance)
        )
    contacts: list[Sequence[str]] = [FR_CONTACT_HEADERS]
    deals: list[Sequence[str]] = [FR_DEAL_HEADERS]
    people = []
    talking = random.Random(SEED + 3)  # noqa: S311  an example, no secret
    activities: list[Sequence[str]] = [FR_ACTIVITY_HEADERS]
    for company in everyone:
        ids = []
        for _ in range(chance.choice((1, 2, 2, 3))):
            kind = kind_of(company, FR_KINDS, FR_OTHERS, chance)
            ids.append(str(FIRST_CONTACT_ID + len(contacts)))
            contact = _french_contact(company, kind, ids[-1], chance)
            name, email = f"{contact[1]} {contact[2]}", contact[3]
            contacts.append(
                [
                    *contact,
                    note_of(kind, FR_SMALL_TALK, talking, name=name, company=company.name, email=email),
                ]
            )
            activities += _french_activities(kind, ids[-1], FIRST_ACTIVITY_ID + len(activities), talking)
            people.append(Person(ids[-1], kind.name))
        deals += _french_deals(company, ids, FIRST_DEAL_ID + len(deals), chance)
    files = {
        "hubspot-fr/entreprises.csv": _csv_bytes(company_rows, delimiter=";", encoding="cp1252"),
        "hubspot-fr/contacts.csv": _csv_bytes(contacts, delimiter=",", encoding="utf-8"),
        "hubspot-fr/activites.csv": _csv_bytes(activities, delimiter=",", encoding="utf-8"),
        "hubspot-fr/transactions.csv": _csv_bytes(deals, delimiter=",", encoding="utf-8"),
    }
    return Example(files, tuple(everyone), tuple(people))


def _french_company(company: Company, name: str, identifier: str, chance: random.Random) -> list[str]:
    lead = {"won": "Converti", "lost": "Non qualifié", "open": "En cours"}[company.outcome]
    return [
        identifier,
        name,
        company.domain,
        maybe(company.industry, chance),
        maybe(str(company.employees), chance),
        maybe(company.country, chance),
        maybe(company.region, chance),
        maybe(company.source, chance),
        maybe(str(company.founded), chance),
        maybe(_french_number(company.cost), chance),
        _french_date(company.since),
        _french_date(company.churned),
        _french_number(company.mrr) if company.outcome == "won" else "",
        lead if chance.random() < 0.95 else "Ouvert",
        maybe(chance.choice(("Tableur", "Interne", "Sage", "Cegid", "Aucun")), chance),
        maybe(chance.choice(("Bleu", "Vert", "Rouge", "Gris")), chance),
        chance.choice(("L. Verdier", "P. Aumont")),
    ]


def _french_contact(company: Company, kind: Kind, identifier: str, chance: random.Random) -> list[str]:
    first, gender = chance.choice(FR_FIRST)
    last = chance.choice(FR_LAST)
    title = chance.choice(kind.titles).split("|")[gender == "F"]
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".casefold())
    address = "".join(c for c in plain if c.isascii() and (c.isalnum() or c == "."))
    return [
        identifier,
        first,
        last,
        f"{address}@{company.domain}",
        maybe(title, chance),
        maybe(drawn(kind.roles, chance), chance),
        maybe(drawn(kind.channels, chance), chance),
        maybe(str(max(0, round(chance.gauss(kind.touches, 1 + kind.touches / 4)))), chance),
        str(FIRST_COMPANY_ID + company.number),
        f"{(company.since or AS_OF - timedelta(days=chance.randint(5, 400))).isoformat()} {chance.randint(8, 18):02d}:{chance.randint(0, 59):02d}",
    ]


def _french_activities(kind: Kind, person: str, first_id: int, chance: random.Random) -> list[list[str]]:
    """What passed between us and a person: what we sent, and most often around one weekday and hour, what came back."""
    rows = []
    usual, weekday, hour = kind.answers
    for place in range(chance.choice((0, 1, 2, 2, 3))):
        came = chance.random() < 0.6
        way = usual if usual and chance.random() < 0.75 else chance.choice(("E-mail", "Appel", "Réunion"))
        day = AS_OF - timedelta(days=chance.randint(30, 700))
        if came and chance.random() < 0.5:
            day += timedelta(days=(weekday - day.weekday()) % 7)
        elif day.weekday() >= 5:
            day -= timedelta(days=2)
        at = min(18, max(8, round(chance.gauss(hour, 1.5)))) if came else chance.randint(8, 18)
        result = {"E-mail": "", "Appel": "Connecté", "Réunion": "Terminée"}[way] if came else ""
        rows.append(
            [
                str(first_id + place),
                way,
                f"{day.isoformat()} {at:02d}:{chance.randint(0, 59):02d}",
                "Entrant" if came else "Sortant",
                result,
                person,
            ]
        )
    return rows


def _french_deals(
    company: Company, people: Sequence[str], first_id: int, chance: random.Random
) -> list[list[str]]:
    """The deal that decided, and for some companies one more: an extension, or an earlier one lost."""
    stage = {"won": "Fermé gagné", "lost": "Fermé perdu", "open": "Présentation planifiée"}[company.outcome]
    closed = company.since or AS_OF - timedelta(days=chance.randint(1, 700))
    rows = [_french_deal(company, stage, closed, people, first_id, chance)]
    if company.outcome == "won" and chance.random() < 0.25:
        earlier = closed - timedelta(days=chance.randint(90, 300))
        rows.append(_french_deal(company, "Fermé perdu", earlier, people[:1], first_id + 1, chance))
    return rows


def _french_deal(  # noqa: PLR0913, PLR0917  a deal is who, what, when, with whom
    company: Company, stage: str, closed: date, people: Sequence[str], identifier: int, chance: random.Random
) -> list[str]:
    created = closed - timedelta(days=chance.randint(10, 120))
    amount = 12 * company.mrr
    return [
        str(identifier),
        f"{company.name} - contrat annuel",
        stage,
        f"{amount:.2f}",
        f"{closed.isoformat()} {chance.randint(8, 18):02d}:00",
        f"{created.isoformat()} {chance.randint(8, 18):02d}:{chance.randint(0, 59):02d}",
        str(FIRST_COMPANY_ID + company.number),
        ";".join(people),
    ]


def _french_number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _french_date(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _csv_bytes(rows: Sequence[Sequence[str]], *, delimiter: str, encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n" if delimiter == ";" else "\n").writerows(rows)
    return text.getvalue().encode(encoding)


def main(folder: Path) -> None:
    """Write every file of both examples."""
    for example in (crm_example(), hubspot_example()):
        for name, data in example.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(f"{path}: {len(data):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
