"""Notion writes a link behind the name of a related page, and a file for a view beside that of all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.load.files.read import table_in
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "0f3a1b2c3d4e5f60718293a4b5c6d7e8"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (f"Acme SAS (https://www.notion.so/Acme-SAS-{PAGE}?pvs=21)", "Acme SAS"),
        (f"Acme (Lyon) (https://www.notion.so/{PAGE})", "Acme (Lyon)"),
        (f"Acme (https://notion.so/{PAGE}), Bolt (https://notion.so/{PAGE})", "Acme, Bolt"),
        (f"Acme (Clients%20{PAGE}/Acme%20{PAGE}.md)", "Acme"),
        (
            "Acme (a page of https://www.notion.so/ is no link)",
            "Acme (a page of https://www.notion.so/ is no link)",
        ),
        (f"https://www.notion.so/{PAGE}", f"https://www.notion.so/{PAGE}"),
    ],
)
def test_a_name_stands_without_its_link(cell: str, name: str):
    """A link in brackets behind a name goes; brackets of another kind and bare addresses stay."""
    table = table_in(f'Client,Montant\n"{cell}",10\n'.encode(), shown_as="deals.csv")

    assert table.column(0).values.to_pylist() == [name]


def test_deals_join_the_company_that_they_link_to(tmp_path: Path):
    """A relation names the company as its own list does: one company, and not two."""
    (tmp_path / f"Clients {PAGE}.csv").write_text(
        "Nom,Secteur,Effectif\nAcme,Santé,40\nBolt,Négoce,12\n", encoding="utf-8"
    )
    link = f"https://www.notion.so/{PAGE}?pvs=21"
    rows = f"Site,Acme ({link}),10,Gagné\nAudit,Bolt ({link}),20,Perdu\n"
    (tmp_path / f"Deals {PAGE}.csv").write_text(f"Nom,Client,Montant,Étape\n{rows}", encoding="utf-8")

    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert exports.tables[CrmObject.ACCOUNT]["name"].to_pylist() == ["Acme", "Bolt"]


def test_a_view_is_left_out_beside_all_rows(tmp_path: Path):
    """Each row counts once where a view and the whole table are exported together, and the view is told."""
    rows = ["Site,Acme,10,Gagné", "Audit,Bolt,20,Perdu"]
    (tmp_path / f"Deals {PAGE}.csv").write_text(
        "Nom,Client,Montant,Étape\n" + rows[0] + "\n", encoding="utf-8"
    )
    (tmp_path / f"Deals {PAGE}_all.csv").write_text(
        "Nom,Client,Montant,Étape\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )

    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert exports.tables[CrmObject.DEAL].num_rows == 2
    assert ["is a view of" in f.message for f in exports.findings if f.code == "ICP106"] == [True]
