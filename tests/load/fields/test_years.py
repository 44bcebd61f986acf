"""Sales for each year, a column each, beside the companies that brought them in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from exported import rows

from icpcli.model.common import CrmObject
from icpcli.rollup import roll_up_accounts
from icpcli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = "Client,Secteur,Client depuis,Date de résiliation,CA 2022 (k€),CA 2023 (k€),CA 2024 (k€)"
TOTALS = ("total_revenue", "revenue_from", "revenue_until")


def clients(*, are_sales: bool) -> str:
    """Twelve clients since the first of July 2023, who pay 1,200 a month, the last of whom left at the end of March 2024."""
    before = "" if are_sales else "300"
    lines = [f"C{i},BTP,2023-07-01,,{before},7.2,14.4" for i in range(11)]
    return "\n".join([HEADER, *lines, f"C99,BTP,2023-07-01,2024-03-31,{before},7.2,3.6"]) + "\n"


def test_sales_that_begin_with_the_customer_are_summed_and_that_is_told(load: Callable):
    """They were traits of the company, and what customers are worth was said to be missing."""
    exports = load({"clients.csv": clients(are_sales=True)})

    found = rows(exports, CrmObject.ACCOUNT, "name", *TOTALS)
    assert found[0] == ("C0", 21_600, date(2022, 1, 1), date(2024, 12, 31))
    assert found[-1][:2] == ("C99", 10_800)
    assert not any(name.startswith("custom:CA") for name in exports.tables[CrmObject.ACCOUNT].column_names)
    (told,) = [finding for finding in exports.findings if finding.code == "ICP138"]
    assert "CA 2022 (k€), CA 2023 (k€), CA 2024 (k€)" in told.message


def test_what_is_paid_a_month_is_the_sum_over_the_months_of_its_years(load: Callable):
    """Of the months since 2024 the sum says nothing, so who is there longer does not look cheaper."""
    settings = Settings(as_of=date(2025, 12, 31))

    book = roll_up_accounts(load({"clients.csv": clients(are_sales=True)}, settings), settings)

    paid = dict(zip(book.accounts["name"], book.accounts["monthly_value"].round(-1), strict=True))
    assert (paid["C0"], paid["C99"]) == (1200, 1200)


def test_figures_of_years_before_a_company_was_a_customer_may_be_its_own_turnover(load: Callable):
    """A list bought from a register writes turnover in the same way: it is left as it stands."""
    exports = load({"clients.csv": clients(are_sales=False)})

    names = exports.tables[CrmObject.ACCOUNT].column_names
    assert "total_revenue" not in names
    assert {"custom:CA 2022 (k€)", "custom:CA 2024 (k€)"} <= set(names)
