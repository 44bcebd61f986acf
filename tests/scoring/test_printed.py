"""What is appended to a list, and told of it in JSON and on a screen."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from profiles_by_hand import by_hand, rows_of

from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_formulas_are_escaped_only_in_the_columns_that_are_created(icp: Callable, tmp_path: Path):
    """The input's own =1+1 stays as it is; a reason can begin with nothing that a spreadsheet runs."""
    (tmp_path / "icp.json").write_text(to_json(by_hand()), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Company,Industry,Employees\n=1+1,Retail,60\n", encoding="utf-8")

    rows = rows_of(icp("score", "leads.csv").stdout)

    assert rows[0]["Company"] == "=1+1"
    assert (
        rows[0]["icp_reasons"] == "60 points: 20 to start, 50-199 employees +25, all conditions together +15"
    )


def test_scored_twice_the_new_columns_have_names_of_their_own(icp: Callable, tmp_path: Path, profile: Path):
    """A list that comes back from the CRM with last month's scores keeps them beside the new ones."""
    (tmp_path / "leads.csv").write_text(
        "Company,Industry,icp_fit\nAcme,Retail,3\nBolt,Energy,4\n", encoding="utf-8"
    )

    ran = icp("score", "leads.csv", "--profile", profile)

    assert (
        ran.stdout.splitlines()[0]
        == "Company,Industry,icp_fit,icp_fit_2,icp_match,icp_probability,icp_reasons"
    )
    assert "icp_fit already" in ran.stderr


def test_json_and_a_screen_tell_the_same_rows(icp: Callable, examples: Path, profile: Path):
    """JSON has every row by its record; the screen the best twenty with their names."""
    table = json.loads(icp("score", examples / "crm.csv", "--profile", profile, "--format", "json").stdout)
    screen = icp("score", examples / "crm.csv", "--profile", profile, "--format", "terminal").stdout

    assert [row["record"] for row in table["rows"]] == list(range(2, 622))
    assert table["counts"]["yes"] == sum(row["match"] == "yes" for row in table["rows"])
    assert "The best 20" in screen
    best = max(
        table["rows"], key=lambda row: (row["match"] == "yes", row["fit"], row["probability"], -row["record"])
    )
    lines = (examples / "crm.csv").read_text(encoding="utf-8").splitlines()
    assert lines[best["record"] - 1].split(",")[1] in screen


def test_the_scored_leads_in_the_readme_are_what_is_printed(
    icp: Callable, tmp_path: Path, root: Path, profile: Path, update_golden: bool
):
    """The README's list of leads, scored with its command, gives its output to the letter."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    leads = re.search(r"<!-- leads -->\n```text\n(.*?)```", readme, re.DOTALL)
    assert leads is not None
    (tmp_path / "leads.csv").write_text(leads[1], encoding="utf-8")

    printed = icp("score", "leads.csv", "--profile", profile, "--column", "account.industry=Branche").stdout

    block = re.compile(r"(<!-- scored -->\n```text\n)(.*?)(```)", re.DOTALL)
    if update_golden:
        readme = block.sub(lambda m: m[1] + printed + m[3], readme)
        (root / "README.md").write_text(readme, encoding="utf-8")
    shown = block.search(readme)
    assert shown is not None
    assert shown[2] == printed
