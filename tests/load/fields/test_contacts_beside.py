"""Lists of companies with several people on a row: each person is one, and no trait of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.model.common import CrmObject
from icpcli.rollup import roll_up_people

if TYPE_CHECKING:
    from collections.abc import Callable


def _titles(exports) -> list[tuple[str | None, str | None]]:
    """(company, title) of everyone."""
    accounts = exports.tables[CrmObject.ACCOUNT]
    names = dict(
        zip(accounts.column("account_key").to_pylist(), accounts.column("name").to_pylist(), strict=True)
    )
    people = roll_up_people(exports).contacts
    return sorted((names.get(a), t) for a, t in zip(people["account_key"], people["job_title"], strict=True))


@pytest.mark.parametrize(
    "headers",
    [
        "Entreprise,Contact 1,Fonction 1,Email 1,Contact 2,Fonction 2,Email 2",
        "Entreprise,Nom contact 1,Poste contact 1,E-mail du contact 1,Nom contact 2,Poste contact 2,E-mail du contact 2",
        "Company,Contact 1 Name,Contact 1 Title,Contact 1 Email,Contact 2 Name,Contact 2 Title,Contact 2 Email",
        "Firma,Ansprechpartner 1,Position 1,E-Mail 1,Ansprechpartner 2,Position 2,E-Mail 2",
        "Empresa,Contacto 1,Cargo 1,Correo 1,Contacto 2,Cargo 2,Correo 2",
        "Société,Contact,Fonction,Email,Contact 2,Fonction 2,Email 2",
    ],
)
def test_numbered_columns_of_people_are_people(load: Callable, headers: str):
    """In four languages, with the number before or behind, and with a first person who has none."""
    rows = (
        "Acme,Marie Dupont,DAF,marie@acme.example,Paul Petit,DSI,paul@acme.example\nBolt,Ines Morel,CEO,,,,\n"
    )

    exports = load({"clients.csv": f"{headers}\n{rows}"})

    assert _titles(exports) == [("Acme", "DAF"), ("Acme", "DSI"), ("Bolt", "CEO")]
    assert not [n for n in exports.tables[CrmObject.ACCOUNT].column_names if n.startswith("custom:")]


def test_first_and_last_names_of_each_are_one_name(load: Callable):
    """Deals that name a person find him or her by first and last name."""
    exports = load(
        {
            "clients.csv": "Company,First name 1,Last name 1,Title 1,First name 2,Last name 2,Title 2\nAcme,Marie,Dupont,CFO,Paul,Petit,CIO\n",
            "deals.csv": "Deal ID,Company,Contact name,Stage\n1,Acme,Paul Petit,Closed Won\n",
        }
    )

    people = roll_up_people(exports).contacts
    assert dict(zip(people["job_title"], people["won_tie"], strict=True)) == {"CFO": False, "CIO": True}


def test_the_one_person_beside_each_customer_is_no_trait_of_the_company(load: Callable):
    """A hand-kept list of clients with their contact's title tells of people."""
    exports = load(
        {
            "clients.csv": "Client,Secteur,Effectif,Interlocuteur,Fonction,MRR,Client depuis\n"
            "Acme,Retail,20,Marie Dupont,DAF,100,2024-01-05\nBolt,Energy,50,Paul Petit,DSI,200,2024-02-05\n"
        }
    )

    assert _titles(exports) == [("Acme", "DAF"), ("Bolt", "DSI")]
    assert "custom:Fonction" not in exports.tables[CrmObject.ACCOUNT].column_names


def test_the_one_person_on_each_deal_took_part_in_it(load: Callable):
    """Of deals with a contact and his or her title, who took part is known; the title of the deal is nobody's."""
    deals = (
        "Titre,Société,Contact,Fonction,Étape,Montant,Date de clôture\nLot A,Acme,Marie Dupont,DAF,Gagné,100,2024-01-05\n"
        "Lot B,Acme,Marie Dupont,DAF,Perdu,100,2024-03-05\nLot C,Bolt,Paul Petit,,Perdu,50,2024-02-05\n"
    )

    people = roll_up_people(load({"affaires.csv": deals})).contacts

    told = zip(people["job_title"].fillna("-"), people["won_tie"], people["lost_tie"], strict=True)
    assert sorted(told) == [("-", False, True), ("DAF", True, True)]


@pytest.mark.parametrize(
    "headers",
    [
        "Company,Product 1,Email 1,Product 2,Email 2",
        "Company,Source 1,Source 2,Address 1,Address 2",
        "Company,Contact 1,Quarter,Note,Stage",
    ],
)
def test_other_numbered_columns_stay_where_they_are(load: Callable, headers: str):
    """Without a title, department or role, or with one person alone, nothing is taken apart."""
    exports = load({"clients.csv": f"{headers}\nAcme,a,b,c,d\nBolt,e,f,g,h\n"})

    assert [source.read for source in exports.sources] == [2]


def test_rows_of_both_tables_are_accounted_for(load: Callable):
    """The list keeps its rows, and the people taken out of it are told as rows of their own."""
    exports = load(
        {
            "clients.csv": "Company,Contact 1,Title 1,Contact 2,Title 2\nAcme,Ann Lee,CFO,Bob Ray,CIO\nBolt,,,Cy Fox,\n"
        }
    )

    told = [(s.path.rpartition("clients.csv")[2], s.object, s.read, s.kept) for s in exports.sources]
    assert told == [("", CrmObject.ACCOUNT, 2, 2), ("/people", CrmObject.CONTACT, 3, 3)]
