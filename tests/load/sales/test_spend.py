"""Spend as files tell it: whose it was, and of which months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from icpcli.load.exports import load_exports
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


def test_a_channel_has_no_spend_where_its_file_tells_only_of_others(tmp_path: Path):
    """Fairs in March of a budget from January to June cost nothing in January and June, and July is not told."""
    budget = "Channel,Jan 2024,Feb 2024,Mar 2024,Apr 2024,May 2024,Jun 2024\nAds,1,1,1,1,1,1\nFairs,,,90,,,\n"

    spend = spend_in(tmp_path, DEFAULTS, budget=budget)

    fairs = spend[spend["channel"] == "Fairs"]
    assert fairs["month"].min() == pd.Timestamp("2024-01-01")
    assert fairs["month"].max() == pd.Timestamp("2024-06-01")
    assert spend.groupby("channel")["amount"].sum().to_dict() == {"Ads": 6, "Fairs": 90}
