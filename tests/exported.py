"""The exports of a French HubSpot, and the rows of what exports become."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from icpcli.model.common import CrmObject
    from icpcli.model.tables import Exports

HUBSPOT = {
    "tous-les-entreprises.csv": (
        "ID de fiche d'informations;Nom de l'entreprise;Nom de domaine de l'entreprise;Secteur d'activité;Nombre d'employés;"
        "Pays/Région;Chiffre d'affaires annuel\n"
        "5551;Boulangeries Durand;durand.fr;Agroalimentaire;120;France;1 200 000,50\n"
        "5552;Léa SAS;lea.fr;Logiciel;12;Belgique;800 000,00\n"
    ),
    "tous-les-contacts.csv": (
        "ID de fiche d'informations,Prénom,Nom,E-mail,Intitulé du poste,Nom de l'entreprise,Entreprise associée,Rôle d'achat\n"
        "1,Anne,Lebrun,a@durand.fr,DAF,Boulangeries Durand,Boulangeries Durand (5551),Décideur\n"
        "2,Bob,Martin,b@lea.fr,PDG,,,Influenceur\n"
        "3,Zoé,Petit,z@gmail.com,Acheteuse,LEA,,\n"
    ),
    "tous-les-transactions.csv": (
        "ID de fiche d'informations,Nom de la transaction,Phase de la transaction,Montant,Date de fermeture,Date de création,"
        "Associated Company IDs,Associated Contact IDs\n"
        '9,Durand 1,Fermé gagné,"1 234,50",2024-03-30 10:00,2024-01-05 09:00,5551,1;2\n'
        "10,Lea 1,Fermé perdu,100,2024-04-01 10:00,2024-02-01 10:00,Léa SAS (5552),2\n"
        "11,Lea 2,Devis envoyé,70,2030-12-31 10:00,2024-04-20 10:00,5552,\n"
    ),
}


def rows(exports: Exports, wanted: CrmObject, *names: str) -> list[tuple[Any, ...]]:
    """These columns of a table, row by row."""
    table = exports.tables[wanted]
    return list(zip(*(table.column(name).to_pylist() for name in names), strict=True))
