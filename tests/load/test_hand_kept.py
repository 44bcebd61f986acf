"""Lists that somebody keeps by hand: what is written there instead of what a CRM would export."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from exported import rows

from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = CrmObject.ACCOUNT


def test_customers_since_a_month_or_a_year_are_customers_and_that_is_told(load: Callable):
    """A list of "Début: mars 2023" and "Résilié le: 2024" was refused as a list without a customer."""
    exports = load(
        {"clients.csv": "Client;Début;Résilié le\nAcme;mars 2023;\nBolt;T4 2022;2024\nCrux;2021;03/2023\n"}
    )

    assert rows(exports, ACCOUNT, "name", "customer_since", "churned_on") == [
        ("Acme", date(2023, 3, 15), None),
        ("Bolt", date(2022, 11, 15), date(2024, 7, 1)),
        ("Crux", date(2021, 7, 1), date(2023, 3, 15)),
    ]
    told = [finding.message for finding in exports.findings if finding.code == "ICP124"]
    assert ["2 of 2 cells of 'Résilié le'" in told[0], "3 of 3 cells of 'Début'" in told[1]] == [True, True]


def test_who_would_recommend_you_is_no_trait_of_a_company(load: Callable):
    """Companies "that would recommend you" were proposed as whom to sell to, which nobody knows of a company never met."""
    exports = load(
        {"clients.csv": "Client,Secteur,Would recommend?\nAcme,BTP,Yes\nBolt,Santé,No\nCrux,Santé,\n"}
    )

    assert rows(exports, ACCOUNT, "name", "would_recommend") == [
        ("Acme", True),
        ("Bolt", False),
        ("Crux", None),
    ]


def test_cells_that_cannot_be_read_are_listed_with_their_rows(load: Callable):
    """Told "1 of 3 cells", nobody finds the row; the cell itself may name somebody, and is shown in no report."""
    exports = load(
        {
            "clients.csv": "Mis à jour en mars\n\nClient;Secteur;MRR\nAcme;BTP;100\nBolt;BTP;voir Paul\nCrux;BTP;90\n"
        }
    )

    told = [(reject.line, reject.reason, reject.text) for reject in exports.rejects]
    assert told == [(5, "'MRR' could not be read as money", "voir Paul")]
    assert "Paul" not in str(exports.findings)


def test_the_total_of_a_column_with_remarks_is_no_company(load: Callable):
    """A spreadsheet sums the figures and passes over "80 € (renégocié)", which is text to it."""
    exports = load(
        {
            "clients.csv": "Client;Secteur;MRR\nAcme;BTP;100\nBolt;BTP;80 € (renégocié)\nCrux;Santé;90\nTOTAL;;190\n"
        }
    )

    assert rows(exports, ACCOUNT, "name", "mrr") == [("Acme", 100), ("Bolt", 80), ("Crux", 90)]


def test_sizes_in_words_are_a_column_of_your_own_and_that_is_said(load: Callable):
    """A column "Taille: PME" was said not to be used, and was searched all the same."""
    exports = load({"clients.csv": "Client;Secteur;Taille\nAcme;BTP;PME\nBolt;BTP;TPE\nCrux;Santé;ETI\n"})

    (told,) = [finding.message for finding in exports.findings if finding.code == "ICP125"]
    assert "'Taille' is read as a column of your own, not as employees, since 3 of its 3 cells" in told
    assert rows(exports, ACCOUNT, "custom:Taille") == [("PME",), ("TPE",), ("ETI",)]


def test_the_missions_of_an_agency_are_what_its_clients_bought(load: Callable):
    """A row for each mission was taken for a company's, and every amount but one of a client lost."""
    exports = load(
        {
            "Missions.csv": "Client;Mission;Secteur;Date de début;TJM;Jours;Montant HT\nAcme;Audit;BTP;01/02/2024;500;3;1500 €\n"
            "Acme;Conseil;BTP;15/03/2024;500;2;1000 €\nBolt;Audit;Santé;02/05/2024;600;1;600 €\n"
        }
    )

    sold = sorted(rows(exports, CrmObject.INVOICE, "account_name", "invoiced_on", "amount"))
    assert sold == [
        ("Acme", date(2024, 2, 1), 1500),
        ("Acme", date(2024, 3, 15), 1000),
        ("Bolt", date(2024, 5, 2), 600),
    ]


@pytest.mark.parametrize("line", ["Nombre de clients : 3", "Total : 3 clients", "Number of companies: 3"])
def test_a_count_below_the_list_is_no_company(load: Callable, line: str):
    """In a column of its own at the end of a list it was one company more, never worked."""
    exports = load(
        {"clients.csv": f"Client;Secteur;MRR\nAcme;BTP;100\nBolt;BTP;80\nCrux;Santé;90\n;;\n{line};;\n"}
    )

    assert rows(exports, ACCOUNT, "name") == [("Acme",), ("Bolt",), ("Crux",)]


def test_a_list_beside_others_is_one_of_companies_by_what_it_tells(load: Callable):
    """With "Nom du client" in it, a list was refused as one that names no company, and beside others it was left out."""
    exports = load(
        {
            "suivi.csv": "Nom du client;Activité;Tranche effectif;Coût acquisition\nAcme;BTP;10-19;100\nBolt;Santé;20-49;90\n",
            "clients.csv": "Société;Secteur;Client depuis\nAcme;BTP;2023-01-05\nBolt;Santé;2023-02-01\n",
        }
    )

    assert rows(exports, ACCOUNT, "name", "acquisition_cost") == [("Acme", 100), ("Bolt", 90)]
