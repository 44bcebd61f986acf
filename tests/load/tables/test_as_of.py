"""Today, for the data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from exported import HUBSPOT

from icpcli.load.exports import load_exports
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_as_of_is_the_latest_past_event(load: Callable):
    """The expected close of an open deal is no event; that the deal was created is."""
    assert load(HUBSPOT).as_of == date(2024, 4, 20)
    assert load(HUBSPOT, Settings(as_of=date(2024, 5, 31))).as_of == date(2024, 5, 31)


def test_the_agreed_end_of_a_subscription_is_not_today(load: Callable):
    """Subscriptions that end years ahead do not make everyone churned."""
    exports = load(
        {
            "accounts.csv": "account_id,account_name,industry\n1,Acme,Retail\n2,Bolt,Energy\n",
            "subscriptions.csv": "subscription_id,account_id,start_date,end_date,mrr_amount,billing_frequency\n"
            "1,1,2024-01-15,2027-12-31,100,monthly\n2,2,2024-02-20,2027-11-30,90,monthly\n",
        }
    )

    assert exports.as_of == date(2024, 2, 20)


def test_one_date_far_after_all_others_is_left_out_and_said(load: Callable):
    """A typing error of a decade does not move today."""
    days = "".join(f"C{i},Retail,5,2024-01-{i:02d}\n" for i in range(10, 30))
    exports = load(
        {"crm.csv": f"Company name,Industry,Employees,Customer since\n{days}Odd,Retail,5,2034-01-01\n"}
    )

    assert exports.as_of == date(2024, 1, 29)
    assert "ICP130" in [finding.code for finding in exports.findings]


@pytest.mark.parametrize(
    ("status", "mrr", "end"),
    [("Active", 10, date(2024, 12, 1)), ("Active", 0, date(2025, 6, 30)), ("Churned", 10, date(2025, 6, 30))],
)
def test_who_pays_nothing_any_more_has_left(tmp_path: Path, status: str, mrr: int, end: date):
    """Billing tools list who has left with an MRR of 0: that day has come, though nobody was won since."""
    started = [f"2024-{month:02d}-01" for month in range(1, 13)] * 5
    left = {i: f"2024-{i % 6 + 6:02d}-28" for i in range(24)}
    rows = [
        f"Firm {i},{day},{left.get(i, '')},{0 if i in left else 10},Active" for i, day in enumerate(started)
    ]
    rows[30] = f"Firm 30,2024-07-01,2025-06-30,{mrr},{status}"
    path = tmp_path / "customers.csv"
    path.write_text(
        "\n".join(["Company,Customer since,Canceled on,Current MRR,Status", *rows]), encoding="utf-8"
    )

    assert load_exports([str(path)], DEFAULTS).as_of == end


def test_announced_leavings_do_not_move_the_end_of_the_data(tmp_path: Path):
    """A few days of leaving beyond everything else have not come; as many as before, or none, are the end of the data."""
    started = [f"2024-{month:02d}-01" for month in range(1, 13)] * 5
    left = {i: f"2024-{i % 6 + 6:02d}-28" for i in range(24)}
    texts = {}
    for name, late in {
        "none": {},
        "few": {30: "2025-06-30"},
        "many": dict.fromkeys(range(30, 50), "2025-06-30"),
    }.items():
        rows = [f"Firm {i},{day},{(left | late).get(i, '')},10" for i, day in enumerate(started)]
        texts[name] = "\n".join(["Company,Customer since,Churn date,MRR", *rows])

    ends = {}
    for name, text in texts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(text, encoding="utf-8")
        exports = load_exports([str(tmp_path / name)], DEFAULTS)
        ends[name] = (exports.as_of, sum(f.code == "ICP136" for f in exports.findings))

    assert ends == {
        "none": (date(2024, 12, 1), 0),
        "few": (date(2024, 12, 1), 1),
        "many": (date(2025, 6, 30), 0),
    }
