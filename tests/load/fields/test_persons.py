"""People's names: how they are told apart from what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.fields.persons import called
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("written", ["Marie Dupont", "DUPONT Marie", "Mme Marie Dupont", "Dupont, Marie"])
def test_a_name_is_the_same_in_any_order(written: str):
    """Order, capitals and forms of address do not make another person."""
    assert called(written) == "dupont marie"


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Marie Dupont, DAF", "DAF"),
        ("DSI - Dupont Marie", "DSI"),
        ("Acheteur (marie@acme.example)", "Acheteur"),
        ("RevOps Manager (contact: Marie Dupont 06 12 34 56 78)", "RevOps Manager"),
        ("Comptable 06 12 34 56 78", "Comptable"),
        ("Marie Dupont", None),
        ("Sales Manager", "Sales Manager"),
        ("Directeur financier, France", "Directeur financier, France"),
        ("ISO 9001 / 14001 Manager", "ISO 9001 / 14001 Manager"),
    ],
)
def test_titles_name_nobody(load: Callable, title: str, kept: str | None):
    """Names, addresses and numbers are cut out of titles; what several people have for a title is no name, though one is called so."""
    rows = "\n".join(f"{n},Sales,Manager{'' if n < 9 else n},Sales Manager,Acme" for n in range(8, 12))
    csv = f'Record ID,First Name,Last Name,Job Title,Company Name\n1,Marie,Dupont,CFO,Acme\n2,Paul,Petit,"{title}",Acme\n{rows}\n'

    contacts = load({"contacts.csv": csv}).tables[CrmObject.CONTACT]

    titles = dict(
        zip(contacts.column("contact_id").to_pylist(), contacts.column("job_title").to_pylist(), strict=True)
    )
    assert titles["2"] == kept


def test_channels_name_nobody(load: Callable):
    """Who recommended somebody is cut out of the channel, so that all recommended are one."""
    csv = (
        "Record ID,First Name,Last Name,Job Title,Company Name,Lead Source\n"
        "1,Marie,Dupont,CFO,Acme,Recommandé par Paul Petit\n2,Paul,Petit,CEO,Bolt,Recommandé par Marie Dupont\n"
    )

    contacts = load({"contacts.csv": csv}).tables[CrmObject.CONTACT]

    assert contacts.column("channel").to_pylist() == ["Recommandé par", "Recommandé par"]
