"""Spend as files tell it: whose it was, and of which months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rollup.spending import spend_of
from icpcli.settings import DEFAULTS, settings_from

if TYPE_CHECKING:
    from pathlib import Path

    from icpcli.settings import Settings

COMPANIES = "Company,Industry\nAcme,Retail\n"


def spend_in(folder: Path, settings: Settings, **files: str) -> pd.DataFrame:
    """The spend that these files hold, as the roll-up gives it."""
    for name, text in {"companies": COMPANIES, **files}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    paths = [str(path) for path in sorted(folder.iterdir())]
    return spend_of(load_exports(paths, settings).tables, settings)


def test_campaigns_and_files_are_for_the_channel_that_the_user_says(tmp_path: Path):
    """A campaign by its name, whatever its case, else all that its file holds; other files are left alone."""
    said = {"report.csv": "Google Ads", "brand - FR": "Brand"}
    settings = settings_from({"channels": said}, where="test")
    report = "Campaign,Cost\nGeneric,10\nBrand – fr,20\nOther,30\n"

    spend = spend_in(tmp_path, settings, report=report, other="Campaign,Cost\nGeneric,5\n")

    assert spend.groupby("channel")["amount"].sum().to_dict() == {"Brand": 20, "Generic": 5, "Google Ads": 40}


def test_spend_is_told_to_the_last_month_of_its_file(tmp_path: Path):
    """Fairs in March of a budget from January to June: that no other was paid for until June is told, and of July nothing is."""
    budget = "Channel,Jan 2024,Feb 2024,Mar 2024,Apr 2024,May 2024,Jun 2024\nAds,1,1,1,1,1,1\nFairs,,,90,,,\n"

    spend = spend_in(tmp_path, DEFAULTS, budget=budget)

    (fair,) = spend[spend["channel"] == "Fairs"].to_dict("records")
    assert (fair["month"], fair["amount"]) == (pd.Timestamp("2024-03-01"), 90)
    assert fair["through"] == pd.Timestamp("2024-06-01")


GOOGLE = """Campaign report
"January 1, 2024 - February 29, 2024"
Day,Campaign,Campaign ID,Currency code,Cost,Impr.,Clicks
2024-01-05,Brand,11,EUR,"1,100.50","1,234",7
2024-02-05,Brand,11,EUR,50.00,40,2
Total: Campaigns,--,--,EUR,"1,150.50","1,274",9
"""
LINKEDIN = """Campaign Performance Report (in UTC)
Report Start: January 1, 2024, 12:00 AM

Start Date (in UTC)\tAccount Name\tCurrency\tCampaign Group Name\tCampaign Name\tCampaign ID\tTotal Spent\tImpressions\tClicks
1/15/2024\tOurs\tEUR\tDefault\tBrand\t11\t1100.50\t1000\t4
2/20/2024\tOurs\tEUR\tDefault\tBrand\t11\t50.00\t1000\t4
"""
MICROSOFT = """"Report Name: Campaign Report"
"Report Time: 1/1/2024,2/29/2024"

"Month","Account name","Campaign","Currency code","Impressions","Clicks","Spend"
"2024-01-01","Ours","Brand","EUR","1000","30","1100.50"
"2024-02-01","Ours","Brand","EUR","1000","30","50.00"
"""
META = """"Début des rapports","Fin des rapports","Nom de la campagne","Couverture","Montant dépensé (EUR)"
2024-01-01,2024-01-31,Brand,1000,1100.50
2024-02-01,2024-02-29,Brand,1000,50.00
"""
MICROS = """segments.date,campaign.name,customer.currency_code,metrics.cost_micros,metrics.clicks
2024-01-05,Brand,EUR,1100500000,7
2024-02-05,Brand,EUR,50000000,2
"""
TAXED = "Mois;Canal;Montant TTC;Montant HT\n01/2024;Brand;1 320,60;1 100,50\n02/2024;Brand;60,00;50,00\n"
FAIRS = "Salon;Ville;Date début;Date fin;Coût TTC;Coût HT\nBrand;Lyon;30/01/2024;31/01/2024;1 320,60 €;1 100,50 €\nBrand;Nice;05/02/2024;06/02/2024;60 €;50 €\n"


@pytest.mark.parametrize(
    "text",
    [GOOGLE, LINKEDIN, MICROSOFT, META, MICROS, TAXED, FAIRS],
    ids=["Google", "LinkedIn", "Microsoft", "Meta", "Google's interface", "with and without tax", "fairs"],
)
def test_spend_as_it_is_exported(tmp_path: Path, text: str):
    """Each platform's report is spend of its days, without tax, and its account is no customer."""
    spend = spend_in(tmp_path, DEFAULTS, depenses=text)

    assert sorted(spend["channel"].unique()) == ["Brand"]
    assert spend["amount"].tolist() == [1100.5, 50]
    assert spend["month"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")]


def test_spend_of_a_year_is_spent_over_the_year(tmp_path: Path):
    """Meta's report without months is of all its days, and not of January."""
    meta = (
        "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR)\n2024-01-01,2024-12-31,Brand,366\n"
    )

    spend = spend_in(tmp_path, DEFAULTS, meta=meta)

    assert spend["amount"].tolist() == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_sales_of_a_channel_are_no_spend(tmp_path: Path):
    """An amount by channel is spent only where its header or its file says so."""
    (tmp_path / "revenue.csv").write_text("Mois;Canal;Montant\n01/2024;Ads;900\n", encoding="utf-8")

    assert spend_in(tmp_path, DEFAULTS).empty


IN_FRENCH = ("Janv", "Févr", "Mars", "Avr.", "Mai", "Juin", "Juil", "Août", "Sept", "Oct", "Nov", "Déc")


@pytest.mark.parametrize("key", ["Canal", "Poste", "Levier", ""])
@pytest.mark.parametrize("title", ["Budget marketing 2024 (HT);;;;;;;;;;;;;\n;;;;;;;;;;;;;\n", ""])
def test_months_of_a_budget_are_those_of_the_year_that_its_file_is_named_after(
    tmp_path: Path, key: str, title: str
):
    """The "Janv" of "Budget 2024" is January 2024, whatever the lines are called; totals of rows and months double nothing."""
    rows = [
        f"{key};{';'.join(IN_FRENCH)};Total",
        "Ads;1 000 €" + ";200 €" * 11 + ";3 200 €",
        "Salons;;;8 000 €" + ";" * 9 + ";8 000 €",
        "Total;1 000 €;200 €;8 200 €" + ";200 €" * 9 + ";11 200 €",
    ]

    spend = spend_in(tmp_path, DEFAULTS, **{"Budget 2024": title + "\n".join(rows)})

    assert spend.groupby("channel")["amount"].sum().to_dict() == {"Ads": 3200, "Salons": 8000}
    fairs = spend[(spend["channel"] == "Salons") & (spend["amount"] > 0)]
    assert fairs["month"].tolist() == [pd.Timestamp("2024-03-01")]


def test_months_of_no_year_are_told(tmp_path: Path):
    """A budget that nothing dates is left out with what to call it."""
    (tmp_path / "companies.csv").write_text(COMPANIES, encoding="utf-8")
    path = tmp_path / "budget.csv"
    path.write_text(f"Canal;{';'.join(IN_FRENCH)}\nAds{';9' * 12}\n", encoding="utf-8")

    exports = load_exports([str(p) for p in sorted(tmp_path.iterdir())], DEFAULTS)

    (finding,) = [f for f in exports.findings if f.code == "ICP122"]
    assert "months of no year: name the file after it, as in Budget 2024.csv" in finding.message


def test_a_column_for_each_channel_is_spend_of_each(tmp_path: Path):
    """A sheet of expenses with months down and channels across; the column and the row of totals double nothing."""
    lines = ["Mois;Google Ads;Salons;Total", "01/2024;100,50;;100,50", "02/2024;200;8 000;8 200"]
    depenses = "\n".join([*lines, "Total;300,50;8 000;8 300,50"])

    spend = spend_in(tmp_path, DEFAULTS, **{"dépenses marketing": depenses})

    spent = spend[spend["amount"] > 0]
    assert spent["channel"].tolist() == ["Google Ads", "Google Ads", "Salons"]
    assert spent["amount"].tolist() == [100.5, 200, 8000]
    assert spent["month"].dt.month.tolist() == [1, 2, 2]


def test_what_has_no_amount_is_not_taken_for_spend(tmp_path: Path):
    """A list of campaigns whose cost is not told is left out with what to export."""
    spend_in(tmp_path, DEFAULTS, costs="Month,Campaign,Cost\n2024-01,Brand,to be told\n")
    exports = load_exports([str(p) for p in sorted(tmp_path.iterdir())], DEFAULTS)

    assert CrmObject.COST not in exports.tables
    assert "no column says what was spent" in " ".join(f.message for f in exports.findings)


def test_spend_of_a_quarter_beside_that_of_its_year_counts_once(tmp_path: Path):
    """Rows of the months that two exports of a kind share are the same spend where all agree; of other files none is left out."""
    rows = [f"2024-{m:02d}-01,Brand,{m * 10}.50,4" for m in range(1, 13)]
    head = "Day,Campaign,Cost,Clicks"
    files = {"year": "\n".join([head, *rows]), "quarter": "\n".join([head, *rows[3:6]])}
    other = "\n".join([head, *(row.replace(".50", ".75") for row in rows[:4])])

    spend = spend_in(tmp_path, DEFAULTS, **files, germany=other)

    assert spend["amount"].sum() == 780 + 12 * 0.5 + 100 + 4 * 0.75
    exports = load_exports([str(p) for p in sorted(tmp_path.iterdir())], DEFAULTS)
    (finding,) = [f for f in exports.findings if f.code == "ICP142"]
    assert "2024-04-01 to 2024-06-01" in finding.message
    assert {s.path.rpartition("/")[2]: s.dropped for s in exports.sources}["year.csv"] == {
        "told by another file": 3
    }
