"""What it cost and took to win a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from book_files import COMPANIES, DEALS, book_of_files, by_name

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rollup import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("first", "second", "lost", "alpha"),
    [("40", "900", "35", 75.0), ("40", "40", "40", 40.0), ("", "900", "", None), ("0", "7", "0", 0.0)],
    ids=["summed", "one figure repeated", "known of other deals", "free"],
)
def test_what_deals_cost_is_what_their_company_cost(
    tmp_path: Path, first: str, second: str, lost: str, alpha: float | None
):
    """New business won or lost adds up, a later purchase does not count, and a company's figure repeated counts once."""
    (tmp_path / "companies.csv").write_text(COMPANIES, encoding="utf-8")
    costs = ["Acquisition cost", first, second, "30", "", "", lost]
    rows = [f"{row},{cost}" for row, cost in zip(DEALS.splitlines(), costs, strict=True)]
    # lost before the first win, so that it was new business too
    rows[6] = rows[6].replace("2025-08-01,2025-06-01", "2025-01-02,2024-06-01")
    (tmp_path / "deals.csv").write_text("\n".join(rows), encoding="utf-8")

    accounts = by_name(roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS))

    found = accounts["acquisition_cost"].astype(object).where(accounts["acquisition_cost"].notna(), None)
    assert found.to_dict() == {"Alpha": alpha, "Beta": 30.0, "Gamma": None}


def test_totals_among_costs_are_no_spend(tmp_path: Path):
    """A total in the column of months, or of channels, doubles no cost."""
    costs = "Channel,Month,Spend\nAds,2024-01,300\nAds,2024-02,100\nAds,Total,400\nTotal,2024-01,300\n"
    deals = "Deal ID,Company,Deal stage,Amount,Close date,Source\n1,Alpha,Closed Won,10,2024-01-15,Ads\n2,Beta,Closed Won,10,2024-02-15,Ads\n"

    (tmp_path / "costs.csv").write_text(costs, encoding="utf-8")
    (tmp_path / "deals.csv").write_text(deals, encoding="utf-8")
    exports = load_exports([str(tmp_path)], DEFAULTS)
    book = roll_up_accounts(exports, DEFAULTS)

    assert book.spend["amount"].sum() == 400
    assert {s.object: s.dropped for s in exports.sources}[CrmObject.COST] == {"total": 2}


def test_the_care_of_a_customer_is_no_effort_to_win_one(tmp_path: Path):
    """Dated activities count until their company was won, by its deals or its own date; all of them where no day tells."""
    companies = "Company ID,Company name,Customer since\n1,Alpha,2024-09-01\n2,Beta,2024-03-01\n3,Gamma,\n4,Delta,2023-05-01\n"
    deals = (
        "Deal ID,Company ID,Deal stage,Close date\n1,1,Closed Won,2024-02-01\n2,3,Closed Lost,2024-02-01\n"
    )
    calls = [f"{company},2024-0{month}-01" for company in (1, 2, 3) for month in range(1, 7)]
    rows = "".join(
        f"{i},Call,{call}\n" for i, call in enumerate([*calls, "1,", "2,2024-02-05", "4,2024-02-05"])
    )

    book = book_of_files(
        tmp_path,
        companies=companies,
        deals=deals,
        activities=f"Activity ID,Activity type,Company ID,Date\n{rows}",
    )

    accounts = by_name(book)
    assert accounts["activities"].dropna().to_dict() == {"Alpha": 3, "Beta": 4, "Gamma": 6}
    assert accounts["activities_of_life"].to_dict() == {
        "Alpha": True,
        "Beta": False,
        "Gamma": True,
        "Delta": False,
    }


def test_touches_of_a_deal_end_with_it(tmp_path: Path):
    """A total of a company or of its people goes on after it was won; that of its deals does not."""
    companies = "Company ID,Company name,Number of times contacted\n1,Alpha,30\n2,Beta,\n3,Gamma,\n"
    deals = "Deal ID,Company ID,Deal stage,Close date,Number of times contacted\n"
    won = "1,1,Closed Won,2024-02-01,4\n2,2,Closed Won,2024-02-01,5\n3,3,Closed Won,2024-02-01,\n"
    people = "Contact ID,First name,Last name,Company ID,Number of times contacted\n7,Ann,Ash,3,9\n"

    accounts = by_name(book_of_files(tmp_path, companies=companies, deals=deals + won, contacts=people))

    assert accounts["touches"].to_dict() == {"Alpha": 30.0, "Beta": 5.0, "Gamma": 9.0}
    assert accounts["touches_of_life"].to_dict() == {"Alpha": True, "Beta": False, "Gamma": True}


def test_who_was_won_at_the_second_attempt_was_lost_at_the_first(tmp_path: Path):
    """The first deal decided tells how easy a company was to win, of one day a win; no deals, or a customer before them, tell nothing."""
    companies = "Company ID,Company name,Customer since\n" + "".join(
        f"{i},{name},{since}\n"
        for i, (name, since) in enumerate(
            [
                ("Again", ""),
                ("Once", ""),
                ("Never", ""),
                ("Twice", ""),
                ("Known", "2020-01-01"),
                ("Undated", ""),
            ]
        )
    )
    deals = [
        "0,Closed Lost,2023-02-01",
        "0,Closed Won,2024-02-01",
        "1,Closed Won,2024-02-01",
        "1,Closed Lost,2025-02-01",
        "2,Closed Lost,2024-03-01",
        "3,Closed Lost,2024-03-01",
        "3,Closed Won,2024-03-01",
        "4,Closed Lost,2023-02-01",
        "4,Closed Won,2024-02-01",
        "5,Closed Won,",
    ]
    text = "Deal ID,Company ID,Deal stage,Close date\n" + "".join(f"{i},{d}\n" for i, d in enumerate(deals))

    told = by_name(book_of_files(tmp_path, companies=companies, deals=text))["won_at_first"]

    assert told.dropna().to_dict() == {"Again": 0, "Once": 1, "Never": 0, "Twice": 1}
