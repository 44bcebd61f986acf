"""Job titles: what they say, and what they do not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpcli.people.titles import SENIORITIES, JobRole, read_buying_role, read_role, read_title

GOLD = Path(__file__).parent / "titles_gold.txt"
ACCURACY = 0.95


@dataclass(frozen=True)
class Gold:
    """A title, and what a person read in it."""

    title: str
    role: JobRole


def gold_titles() -> list[Gold]:
    """The titles of the gold list, in which | stands between title, function and seniority."""
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    cells = [line.rsplit(" | ", 2) for line in lines if line and not line.startswith("#")]
    answers = [[None if cell.strip() == "None" else cell.strip() for cell in line[1:]] for line in cells]
    return [Gold(line[0].strip(), JobRole(*answer)) for line, answer in zip(cells, answers, strict=True)]


def test_the_gold_list_is_read_as_people_read_it():
    """At least 95 % of the English and French titles of the gold list are read with both answers right."""
    gold = gold_titles()

    wrong = [(g.title, g.role, read_title(g.title)) for g in gold if read_title(g.title) != g.role]

    assert len(gold) >= 600
    assert len({g.title for g in gold}) == len(gold)
    assert len(wrong) <= (1 - ACCURACY) * len(gold), wrong


@pytest.mark.parametrize("title", ["MVP", "Wizard of Light Bulb Moments", "", "n/a", "Maria Anders", "12345"])
def test_an_unknown_title_stays_unknown(title):
    """A title without a known word has no function and no seniority, never a default."""
    assert read_title(title) == JobRole(None, None)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Dir. Commercial", "Directeur commercial"),
        ("Dir. Adm. & Fin.", "Directeur administratif et financier"),
        ("C.T.O", "CTO"),
        ("D.A.F", "DAF"),
        ("Resp. Mkt", "Responsable marketing"),
        ("Dtor. Financiero", "Director financiero"),
        ("Vertriebsleitung", "Vertriebsleiter"),
        ("Geschaeftsfuehrer", "Geschäftsführer"),
        ("Mng Director", "Managing Director"),
    ],
)
def test_an_abbreviation_says_what_it_stands_for(short, full):
    """What people type in short gives both answers of the title in full."""
    assert read_title(short) == read_title(full)
    assert read_title(short).function is not None
    assert read_title(short).seniority is not None


def test_a_former_post_and_a_word_of_another_title_make_no_executive():
    """Who once was CFO is none, and "gerente" runs the company only where it stands alone."""
    assert read_title("ex-CFO, advisor").function is None
    assert read_title("Gerente") == JobRole("executive", "executive")
    assert read_title("Gerente de compras") == JobRole("procurement", "manager")
    assert read_title("Assistenz der Geschäftsführung") == JobRole("other", "individual")


@pytest.mark.parametrize(
    ("masculine", "feminine"),
    [
        ("Directeur commercial", "Directrice commerciale"),
        ("Acheteur", "Acheteuse"),
        ("Gérant", "Gérante"),
        ("Chargé d'affaires", "Chargée d'affaires"),
        ("Développeur", "Développeuse"),
        ("Chef des ventes", "Cheffe des ventes"),
        ("Directeur commercial", "Directeur·rice commercial·e"),
        ("Chargé de communication", "Chargé(e) de communication (H/F)"),
        ("Vertriebsleiter", "Vertriebsleiterin"),
    ],
)
def test_either_gender_is_read_alike(masculine, feminine):
    """The gender of a title changes nothing in what it says."""
    assert read_title(masculine) == read_title(feminine)
    assert read_title(masculine).function is not None


@given(
    st.sampled_from(gold_titles()), st.sampled_from([str.upper, str.lower, str.title, lambda t: f"  {t} "])
)
def test_case_and_blanks_do_not_matter(gold, written):
    """A title says the same in capitals, in lower case, and between blanks."""
    assert read_title(written(gold.title)) == read_title(gold.title)


@given(st.text(max_size=60))
def test_any_text_can_be_read(text):
    """No text breaks the reading, and every seniority is one of the known levels."""
    assert read_title(text).seniority in {None, *SENIORITIES}


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("owner", "executive"), ("partner", "executive"), ("executive", "executive"), ("vp", "vp"), ("director", "director"),
        ("manager", "manager"), ("senior", "senior"), ("employee", "individual"), ("entry", "junior"),  # HubSpot
        ("Founder", "executive"), ("C suite", "executive"), ("c_suite", "executive"), ("Head", "director"), ("Intern", "junior"),
        ("Entry", "junior"),  # Apollo
        ("Propriétaire", "executive"), ("Directrice", "director"), ("Responsable", "manager"), ("Employé", "individual"),
        ("Débutant", "junior"),
    ],
)  # fmt: skip
def test_seniority_columns_of_hubspot_and_apollo_are_read(written, level):
    """Every level of HubSpot's employment seniority and Apollo's seniority is one of ours."""
    assert read_role(None, None, written).seniority == level


@pytest.mark.parametrize(
    ("written", "function"),
    [
        ("information_technology", "IT"), ("human_resources", "HR"), ("business_development", "sales"), ("accounting", "finance"),
        ("project_management", "operations"), ("public_relations", "marketing"), ("customer_service", "support"),
        ("entrepreneurship", "executive"), ("research", "engineering"), ("health_professional", "other"),  # HubSpot
        ("c_suite", "executive"), ("engineering_technical", "engineering"), ("master_sales", "sales"),
        ("master_information_technology", "IT"), ("product_management", "product"), ("medical_health", "other"),  # Apollo
        ("Direction générale", "executive"), ("Achats", "procurement"), ("Ressources humaines", "HR"), ("Comptabilité", "finance"),
    ],
)  # fmt: skip
def test_department_columns_of_hubspot_and_apollo_are_read(written, function):
    """HubSpot's employment roles and Apollo's departments, by their internal names, and French departments."""
    assert read_role(None, written).function == function


def test_columns_of_the_crm_fill_what_the_title_does_not_tell():
    """Department and seniority columns are used where the title is blank or silent, and never against it."""
    assert read_role(None, "Finance", "DIRECTOR") == JobRole("finance", "director")
    assert read_role("Ninja", "Human Resources", "c_suite") == JobRole("HR", "executive")
    assert read_role("CFO", "Marketing", "entry") == JobRole("finance", "executive")
    assert read_role("Director", "Ressources humaines", None) == JobRole("HR", "director")
    assert read_role(None, "75", "7") == JobRole(None, None)


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("DECISION_MAKER", "decision maker"),
        ("Décideur", "decision maker"),
        ("Economic Buyer", "budget holder"),
        ("Détenteur du budget", "budget holder"),
        ("CHAMPION;INFLUENCER", "champion"),
        ("Influencer; Decision Maker", "decision maker"),
        ("Prescripteur", "influencer"),
        ("Business User", "end user"),
        ("Utilisateur final", "end user"),
        ("Executive Sponsor", "executive sponsor"),
        ("LEGAL_AND_COMPLIANCE", "legal"),
        ("Developer/Evaluator", "technical evaluator"),
        ("Technical Buyer", "technical evaluator"),
        ("Purchasing", "purchasing"),
        ("BLOCKER", "blocker"),
        ("Bloqueur", "blocker"),
        ("Opposant", "blocker"),
        ("Juridique et conformité", "legal"),
        ("Sponsor exécutif", "executive sponsor"),
        ("Economic Decision Maker", "budget holder"),
        ("Décideur économique", "budget holder"),
        ("Acheteur technique", "technical evaluator"),
        ("Évaluateur", "technical evaluator"),
        ("Développeur/Évaluateur", "technical evaluator"),
        ("Engineering Lead", "technical evaluator"),
        ("Utilisateur métier", "end user"),
        ("Influenceur", "influencer"),
        ("Achats", "purchasing"),
        ("Autre", "other"),
        ("Product Management", "other"),
    ],
)
def test_buying_roles_of_all_crms_share_one_vocabulary(written, role):
    """HubSpot, Salesforce and Zoho say the same in different words; of several roles the weightiest counts."""
    assert read_buying_role(written) == role
