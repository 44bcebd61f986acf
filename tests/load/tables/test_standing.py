"""Who is a customer, and who was one, by the words and boxes of a list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from exported import rows

from icpcli.load.tables.standing import account_outcomes, has_left
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Callable


def standing(*stages: str) -> list[str]:
    """What each status says of its company: a customer, one that left, one that was lost, or open."""
    accounts = pa.table({"lifecycle_stage": list(stages)})
    left = has_left(accounts)
    gone = [None] * len(stages) if left is None else left.to_pylist()
    return [
        "left" if is_gone else outcome
        for outcome, is_gone in zip(account_outcomes(accounts).to_pylist(), gone, strict=True)
    ]


@pytest.mark.parametrize(
    ("customer", "former", "prospect", "lost"),
    [
        ("Client", "Ex-client", "Prospect", "Perdu"),
        ("Client", "Ancienne cliente", "Client potentiel", "Prospect perdu"),
        ("Customer", "Former", "Not a customer", "Lost"),
        ("Client", "Past client", "Lead", "Closed lost"),
        ("Kunde", "Ehemaliger Kunde", "Interessent", "Verloren"),
        ("Bestandskunde", "Gekündigt", "Potenzieller Kunde", "Verloren"),
        ("Cliente", "Baja", "Prospecto", "Perdido"),
        ("Cliente", "Cliente perdido", "Cliente potencial", "Perdido"),
        ("Actif", "Résilié", "Prospect", "Perdu"),
        ("Active", "Lost customer", "Prospect", "Lost"),
        ("Aktiv", "Ehemalig", "Interessent", "Verloren"),
        ("Activo", "Excliente", "Prospecto", "Perdido"),
    ],
)
def test_a_status_says_who_is_and_who_was_a_customer(customer: str, former: str, prospect: str, lost: str):
    """In four languages, as people write it: who left is no customer still, nor a prospect that was never won."""
    assert standing(customer, former, prospect, lost) == ["won", "left", "open", "lost"]


def test_active_alone_is_the_state_of_a_record():
    """Dynamics calls every row of its tables Active or Inactive, and HubSpot says customer where it means one."""
    assert standing("Active", "Inactive") == ["open", "open"]
    assert standing("Active", "Customer", "Lead") == ["open", "won", "open"]


def test_a_customer_that_the_list_calls_lost_has_left():
    """Lost, and signed on a day, is a customer who left; without that day, a deal that was lost."""
    accounts = pa.table({"lifecycle_stage": ["Perdu", "Perdu"], "customer_since": [date(2023, 1, 1), None]})

    assert has_left(accounts).to_pylist() == [True, None]


@pytest.mark.parametrize("header", ["Actif O/N", "Actif ?", "Client actif", "Toujours client (O/N)"])
def test_who_is_not_active_any_more_has_left(load: Callable, header: str):
    """A box "active: no" on a customer's row was taken for a trait of the company."""
    exports = load(
        {
            "clients.csv": f"Client;Secteur;Client depuis;{header}\nAcme;BTP;2023-01-05;O\nBolt;Santé;2023-02-01;N\n"
        }
    )

    assert rows(exports, CrmObject.ACCOUNT, "name", "has_churned") == [("Acme", None), ("Bolt", True)]


def test_a_reason_for_losing_a_prospect_says_that_it_was_lost(load: Callable):
    """Sixty prospects with a "Motif de perte" were proposed as companies that match and were never worked."""
    exports = load(
        {
            "prospects.csv": "Société;Secteur;Effectif;Statut;Motif de perte\nAcme;BTP;20;;Prix\nBolt;BTP;30;Prospect;Délai\n"
            "Crux;Santé;40;En cours;Prix\nDove;Santé;50;;\n",
            "clients.csv": "Société;Secteur;Client depuis;Motif de perte\nEcho;BTP;2023-01-05;Prix\n",
        }
    )

    assert rows(exports, CrmObject.ACCOUNT, "name", "outcome") == [
        ("Acme", "lost"),
        ("Bolt", "lost"),
        ("Crux", "open"),
        ("Dove", "open"),
        ("Echo", "open"),
    ]


@pytest.mark.parametrize(
    ("name", "outcome", "left"),
    [
        ("Prospects perdus", "lost", None),
        ("Lost leads 2024", "lost", None),
        ("Anciens clients", "won", True),
        ("Ehemalige Kunden", "won", True),
        ("Clients", "open", None),
        ("Prospects", "open", None),
    ],
)
def test_a_list_may_say_in_its_name_alone_who_stands_there(
    load: Callable, name: str, outcome: str, left: bool | None
):
    """A sheet "Prospects perdus" is one whose companies were worked and lost; that its name was heard is told."""
    exports = load(
        {
            "Actifs.csv": "Client;Secteur;Client depuis;MRR\nZeta;BTP;2023-01-05;100\n",
            f"{name}.csv": "Société;Secteur;Effectif\nAcme;BTP;20\nBolt;BTP;30\n",
        }
    )

    held = exports.tables[CrmObject.ACCOUNT]
    gone = held.column("has_churned").to_pylist()[0] if "has_churned" in held.column_names else None
    assert (rows(exports, CrmObject.ACCOUNT, "name", "outcome")[0], gone) == (("Acme", outcome), left)
    assert any(finding.code == "ICP143" for finding in exports.findings) is (outcome != "open")


def test_a_column_that_says_it_is_believed_before_the_name_of_its_list(load: Callable):
    """Of the companies in "Prospects perdus" some may have come back since."""
    exports = load({"Prospects perdus.csv": "Société;Secteur;Statut\nAcme;BTP;Client\nBolt;BTP;Perdu\n"})

    assert rows(exports, CrmObject.ACCOUNT, "name", "outcome") == [("Acme", "won"), ("Bolt", "lost")]


def test_who_was_a_customer_and_lost_on_a_day_left_on_it(load: Callable):
    """Beside "Client depuis" a "Perdu le" is a customer's; with nobody's first day it is a prospect's, and no customer's."""
    exports = load(
        {
            "clients.csv": "Client;Secteur;Client depuis;Perdu le\nAcme;BTP;2023-01-05;2024-02-01\nBolt;BTP;2023-01-05;\nCrux;BTP;;2024-03-01\n",
            "devis.csv": "Société;Secteur;Effectif;Date de perte\nDove;BTP;20;2024-01-01\n",
        }
    )

    left = dict(rows(exports, CrmObject.ACCOUNT, "name", "churned_on"))
    assert left == {"Acme": date(2024, 2, 1), "Bolt": None, "Crux": None, "Dove": None}
