"""Companies are known by the column that other files name them by, whatever its header; where there is none, it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.companies.ids import FOUND_BY_VALUES, NAMED_BY_NOBODY
from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rollup.accounts import roll_up_accounts
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from pathlib import Path

FIRMS = 40


def counted(folder: Path, headers: str, deal_ids: list[str], settings: Settings = DEFAULTS):
    """How many companies there are, how many of them customers, and what was noticed of ids."""
    rows = [f"Firm {i},{900 + i},{i % 7 + 1},Retail" for i in range(FIRMS)]
    (folder / "companies.csv").write_text("\n".join([headers, *rows]) + "\n", encoding="utf-8")
    deals = [f"D{n},{key},Closed Won,100,2025-01-{n % 28 + 1:02d}" for n, key in enumerate(deal_ids)]
    head = "Deal ID,Associated Company ID,Deal Stage,Amount,Close Date"
    (folder / "deals.csv").write_text("\n".join([head, *deals]) + "\n", encoding="utf-8")
    exports = load_exports([str(folder)], settings)
    accounts = roll_up_accounts(exports, settings).accounts
    noticed = {f.code: f.message for f in exports.findings if f.code in {FOUND_BY_VALUES, NAMED_BY_NOBODY}}
    return exports.tables[CrmObject.ACCOUNT].num_rows, int(accounts["is_customer"].sum()), noticed


@pytest.mark.parametrize(
    "headers", ["Company name,Ledger key,Stars,Industry", "Company name,Ledger key,Record ID,Industry"]
)
def test_the_column_whose_values_deals_name_is_the_companies_id(tmp_path: Path, headers: str):
    """With no id that a header tells, or one that no deal knows, the deals join the companies they name, and that is said."""
    firms = [str(900 + i) for i in range(0, FIRMS, 2)]

    accounts, customers, noticed = counted(tmp_path, headers, firms)

    assert (accounts, customers) == (FIRMS, FIRMS // 2)
    assert "'Ledger key' is taken for the companies' id" in noticed[FOUND_BY_VALUES]


def test_several_files_of_companies_are_known_by_the_same_column(tmp_path: Path):
    """Companies in two files join the deals that name them, whichever file lists them and whatever the order of columns."""
    for name, firms in (("a.csv", range(20)), ("b.csv", range(20, 40))):
        rows = [f"Retail,{900 + i},Firm {i}" for i in firms]
        (tmp_path / name).write_text(
            "\n".join(["Industry,Ledger key,Company name", *rows]) + "\n", encoding="utf-8"
        )
    deals = [f"D{i},{900 + i},Closed Won,100,2025-01-05" for i in range(40)]
    head = "Deal ID,Associated Company ID,Deal Stage,Amount,Close Date"
    (tmp_path / "deals.csv").write_text("\n".join([head, *deals]) + "\n", encoding="utf-8")

    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert exports.tables[CrmObject.ACCOUNT].num_rows == 40


def test_companies_that_deals_name_by_name_in_a_column_of_ids_keep_their_names(tmp_path: Path):
    """Where the ids of deals are the names of companies, they join, and the names are still names."""
    names = [f"Firm {i}" for i in range(20)]

    companies, customers, noticed = counted(tmp_path, "Company name,Ledger key,Stars,Industry", names)

    table = load_exports([str(tmp_path)], DEFAULTS).tables[CrmObject.ACCOUNT]
    assert (companies, customers) == (FIRMS, 20)
    assert "'Company name' is taken for the companies' id" in noticed[FOUND_BY_VALUES]
    assert sorted(table.column("name").to_pylist()) == sorted(f"Firm {i}" for i in range(FIRMS))


def test_companies_whose_long_ids_begin_alike_are_each_their_own(tmp_path: Path):
    """Zoho's ids of 18 digits differ in the last three alone: 60 firms that won a deal each stay 60 customers."""
    ids = [f"415086800000624{n:03d}" for n in range(100, 160)]
    rows = [f"Firm {key},{key},Retail" for key in ids[:20]]
    (tmp_path / "companies.csv").write_text(
        "\n".join(["Company name,Record Id,Industry", *rows]) + "\n", "utf-8"
    )
    deals = [f"D{key},{key},Closed Won,100,2025-01-05" for key in ids]
    head = "Deal ID,Associated Company ID,Deal Stage,Amount,Close Date"
    (tmp_path / "deals.csv").write_text("\n".join([head, *deals]) + "\n", "utf-8")

    accounts = roll_up_accounts(load_exports([str(tmp_path)], DEFAULTS), DEFAULTS).accounts

    assert accounts["won_deals"].tolist() == [1] * 60


def test_the_file_that_names_companies_by_the_column_is_the_one_told(tmp_path: Path):
    """Another file's ids, which nobody knows, are not what the column was taken for."""
    calls = [f"a{i},x{i},Call,2025-01-05" for i in range(12)]
    head = "Activity ID,Company ID,Activity type,Activity date"
    (tmp_path / "activities.csv").write_text("\n".join([head, *calls]) + "\n", encoding="utf-8")

    *_, noticed = counted(
        tmp_path, "Company name,Ledger key,Stars,Industry", [str(900 + i) for i in range(30)]
    )

    assert "deals.csv names companies by" in noticed[FOUND_BY_VALUES]


def test_ids_that_no_company_has_are_told(tmp_path: Path):
    """Where no column holds them, how many are unknown is said, with the flag that names another."""
    accounts, customers, noticed = counted(
        tmp_path, "Company name,Record ID,Stars,Industry", [f"X{i}" for i in range(20)]
    )

    assert (accounts, customers) == (FIRMS + 20, 20)
    assert "of 20 companies that 'Associated Company ID' names" in noticed[NAMED_BY_NOBODY]
    assert "--column account.account_id" in noticed[NAMED_BY_NOBODY]


def test_a_file_of_people_whose_ids_no_company_has_is_told_though_deals_join(tmp_path: Path):
    """That the deals know the companies does not hide that the people, from another system, know none."""
    people = ["Record ID,First Name,Job Title,Company ID", *(f"7{n},Ann,CFO,X{n}" for n in range(20))]
    (tmp_path / "contacts.csv").write_text("\n".join(people) + "\n", encoding="utf-8")

    _, customers, noticed = counted(
        tmp_path, "Company name,Record ID,Stars,Industry", [str(900 + i) for i in range(30)]
    )

    assert customers == 30
    assert "contacts.csv: of 20 companies that 'Company ID' names" in noticed[NAMED_BY_NOBODY]


def test_ids_that_a_file_writes_with_a_point_are_those_without(tmp_path: Path):
    """A tool that took ids for figures wrote 900.0 for 900: its people are at companies that are known."""
    people = ["Record ID,First Name,Job Title,Company ID", *(f"7{n},Ann,CFO,{900 + n}.0" for n in range(20))]
    (tmp_path / "contacts.csv").write_text("\n".join(people) + "\n", encoding="utf-8")

    companies, _, noticed = counted(
        tmp_path, "Company name,Record ID,Stars,Industry", [str(900 + i) for i in range(30)]
    )

    assert companies == FIRMS
    assert not noticed


def test_what_the_user_says_of_ids_is_left_as_it_is(tmp_path: Path):
    """A column that the user named is the id, however little others know it."""
    firms = [str(900 + i) for i in range(20)]
    chosen = Settings(columns={"account.account_id": "Company name"})

    _, _, noticed = counted(tmp_path, "Company name,Ledger key,Stars,Industry", firms, chosen)

    assert FOUND_BY_VALUES not in noticed
    assert NAMED_BY_NOBODY in noticed


def test_ids_that_some_companies_have_are_left_alone(tmp_path: Path):
    """Deals of companies that the export does not list are no reason to take another column."""
    firms = [str(900 + i) for i in range(10)]

    accounts, customers, noticed = counted(
        tmp_path, "Company name,Company ID,Stars,Industry", [*firms, *(f"Y{i}" for i in range(10))]
    )

    assert (accounts, customers, noticed) == (FIRMS + 10, 20, {})
