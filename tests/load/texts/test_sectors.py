"""Industries to sectors: codes of every standard, labels in four languages, and never a guess."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpcli.load.exports import load_exports
from icpcli.load.texts.sectors import sectors_of
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

GOLD = {
    "Agriculture": "FARMING|FISHERY|Landwirtschaft|Exploitation agricole|0111Z|01.11|A01|A",
    "Mining": "MINING_AND_METALS|Mining|05.10|0510Z",
    "Manufacturing": "MACHINERY|Pharmaceuticals|Agroalimentaire|Fabrication de meubles|Maschinenbau|10.71C|1071C|25.62 B|2562 B - Mécanique|C28|Food & Beverage|"
    "AUTOMOTIVE|Semiconductors",
    "Energy": "OIL_AND_ENERGY|Utilities|Energieversorgung|Énergie|35.11Z|Renewable energy",
    "Water and waste": "ENVIRONMENTAL_SERVICES|Waste management|38.11Z|Traitement des déchets",
    "Construction": "CONSTRUCTION|BTP|Baugewerbe|Travaux publics|43.21A|4321A|F",
    "Wholesale and retail": "RETAIL|Commerce de gros|Einzelhandel|E-commerce|47.11F|4711F - Hypermarchés|Wholesale/Retail",
    "Transport and logistics": "LOGISTICS_AND_SUPPLY_CHAIN|Transport routier|Logistik|49.41A|H49|Airlines & Aviation",
    "Hotels and restaurants": "RESTAURANTS|Hôtellerie|Restauration rapide|56.10C|Gastgewerbe",
    "Software, media and telecoms": "COMPUTER_SOFTWARE|Computer Software|SaaS|Logiciels informatiques|ESN|62.01Z|6201Z|J62|"
    "Information Technology And Services|Jeux vidéo|Cybersécurité|IT/Kommunikation|Informática/Comunicación",
    "Finance and insurance": "BANKING|Assurances|Fintech|64.19Z|Versicherung|Services financiers",
    "Real estate": "REAL_ESTATE|Immobilier|Immobilien|68.31Z|Bienes inmuebles",
    "Professional services": "MANAGEMENT_CONSULTING|Cabinet de conseil|Law Practice|Expertise comptable|69.20Z|Unternehmensberatung|"
    "Bureau d'études",
    "Business support services": "STAFFING_AND_RECRUITING|Travail temporaire|Nettoyage|81.21Z|Événementiel",
    "Public administration": "GOVERNMENT_ADMINISTRATION|Collectivités territoriales|84.11Z|Öffentliche Verwaltung",
    "Education": "HIGHER_EDUCATION|Formation professionnelle|85.59A|Bildung|Enseignement supérieur",
    "Health and social work": "HOSPITAL_AND_HEALTH_CARE|Santé|Healthcare|86.10Z|Gesundheitswesen|EHPAD",
    "Arts, sport and leisure": "SPORTS|Loisirs|Entertainment|93.11Z|Museums and Institutions",
    "Associations and personal services": "NON_PROFIT_ORGANIZATION_MANAGEMENT|Associations|94.99Z|Autres services",
}


@pytest.mark.parametrize("sector", GOLD)
def test_every_way_of_writing_a_sector_is_known(sector: str):
    """HubSpot's codes and labels, NAF and NACE codes, Odoo's sections and common labels in four languages."""
    texts = GOLD[sector].split("|")

    assert sectors_of(texts) == dict.fromkeys(sorted(texts), sector)


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        (
            "",
            {
                "541511": "Software, media and telecoms",
                "722511": "Hotels and restaurants",
                "112111": "Agriculture",
            },
        ),
        (
            "SIC code",
            {
                "7372": "Software, media and telecoms",
                "5812": "Hotels and restaurants",
                "2834": "Manufacturing",
            },
        ),
        (
            "NACE",
            {"6201": "Software, media and telecoms", "5610": "Hotels and restaurants", "0111": "Agriculture"},
        ),
        (
            "Code APE",
            {"62": "Software, media and telecoms", "56": "Hotels and restaurants", "01": "Agriculture"},
        ),
        (
            "",
            {
                "62012": "Software, media and telecoms",
                "56101": "Hotels and restaurants",
                "01110": "Agriculture",
            },
        ),
    ],
    ids=["NAICS", "US SIC", "NACE", "APE", "UK SIC"],
)
def test_bare_numbers_are_read_by_the_system_they_belong_to(header: str, codes: dict[str, str]):
    """Six digits are NAICS, five UK SIC; of four digits the header tells whether they are American."""
    assert sectors_of(list(codes), header=header) == dict(sorted(codes.items()))


@pytest.mark.parametrize(
    "texts",
    [["6201", "4711", "8610"], ["120", "30", "900"], ["2019", "2020", "2021"], ["Other", "Autre", "Divers"]],
)
def test_what_could_mean_two_things_has_no_sector(texts: list[str]):
    """Four digits under a header that tells nothing, head counts, years and "other" are left out, not guessed."""
    assert sectors_of(texts) == {}


@given(st.permutations(["SaaS", "BTP", "6201Z", "541511", "Autre"]))
def test_the_order_of_values_changes_nothing(texts: list[str]):
    """A column's values have the sectors they have, in any order."""
    assert sectors_of(texts) == sectors_of(sorted(texts))


@pytest.mark.parametrize("text", ["santé", "SANTE", "  Santé ", "Sante"])
def test_case_accents_and_spaces_do_not_matter(text: str):
    """One label in many spellings is one."""
    assert sectors_of([text]) == {text: "Health and social work"}


def test_sectors_bring_industries_together_where_there_are_many(tmp_path: Path):
    """Four industries of two sectors give a field of their own, with the industries behind each; two of two do not."""
    industries = ["COMPUTER_SOFTWARE", "INTERNET", "BANKING", "INSURANCE"]
    header = "Company name,Industry,MRR\n"
    (tmp_path / "many.csv").write_text(
        header + "".join(f"C{i},{industries[i % 4]},5\n" for i in range(40)), encoding="utf-8"
    )
    (tmp_path / "few.csv").write_text(header + "Acme,BANKING,5\nBolt,INTERNET,6\n", encoding="utf-8")

    many, few = (load_exports([str(tmp_path / name)], DEFAULTS) for name in ("many.csv", "few.csv"))

    assert set(many.tables[CrmObject.ACCOUNT]["sector"].to_pylist()) == {
        "Finance and insurance",
        "Software, media and telecoms",
    }
    assert [r.values for r in many.readings if r.field == "sector"] == [
        {
            "Finance and insurance": ("BANKING", "INSURANCE"),
            "Software, media and telecoms": ("COMPUTER_SOFTWARE", "INTERNET"),
        }
    ]
    assert "sector" not in few.tables[CrmObject.ACCOUNT].column_names


@pytest.mark.slow
def test_the_codes_are_those_of_the_standards(root: Path):
    """The package's table is what its script makes of the standards, byte for byte."""
    command = [sys.executable, str(root / ".ci" / "make_sectors.py"), "--check"]

    assert subprocess.run(command, check=False).returncode == 0
