"""What companies paid month by month: a row, or a column, for each month."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpcli.load.exports import load_exports
from icpcli.load.files.memory import InMemory
from icpcli.model.common import CrmObject
from icpcli.rollup import roll_up_accounts
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from icpcli.model.tables import Exports

MONTHS = pd.period_range("2024-01", "2025-03", freq="M")
# What each company paid in each month from January 2024 on: one that stays, one that left, one that came back, one that was never there.
PAID = {
    "Alpha": [100] * 12 + [120] * 3,
    "Beta": [0, 0, 80, 80, 80, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    "Gamma": [50, 50, 50, 0, 0, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60],
    "Delta": [0] * 15,
    "Eta": [10] * 15,
}
SHOWN = {
    "iso": lambda month: f"{month}",
    "day": lambda month: f"{month}-01",
    "end": lambda month: f"{month.end_time:%d/%m/%Y}",
    "american": lambda month: f"{month.start_time:%m/%d/%Y}",
    "excel": lambda month: f"{month.start_time:%b-%y}",
    "words": lambda month: f"{month.start_time:%B %Y}",
}


def long(shown: str = "iso", figures: dict = PAID, header: str = "MRR") -> str:
    """A row for each company and month, blanks for months without a payment."""
    lines = [
        f"{name},{SHOWN[shown](month)},{amount or ''}"
        for name, amounts in figures.items()
        for month, amount in zip(MONTHS, amounts, strict=True)
    ]
    return "\n".join([f"Company,Month,{header}", *lines]) + "\n"


def wide(shown: str = "iso", figures: dict = PAID, before: str = "", after: str = "") -> str:
    """A row for each company, a column for each month, blanks for months without a payment."""
    heads = [f"{before}{SHOWN[shown](month)}{after}" for month in MONTHS]
    lines = [f"{name}," + ",".join(str(a or "") for a in amounts) for name, amounts in figures.items()]
    return "\n".join(["Company," + ",".join(heads), *lines]) + "\n"


def loaded(settings: Settings = DEFAULTS, **files: str) -> Exports:
    """These files, by their names."""
    return load_exports([InMemory(name, text.encode()) for name, text in files.items()], settings)


def spells(exports: Exports) -> list[tuple]:
    """Who paid what from when to when; None: still does."""
    table = exports.tables.get(CrmObject.SUBSCRIPTION, pa.table({}))
    if not table.num_rows:
        return []
    names = {r["account_key"]: r["name"] for r in exports.tables[CrmObject.ACCOUNT].to_pylist()}
    rows = table.select(["account_key", "started_on", "ended_on", "mrr"]).to_pylist()
    return sorted((names[r["account_key"]], r["started_on"], r["ended_on"], float(r["mrr"])) for r in rows)


SPELLS = [
    ("Alpha", date(2024, 1, 1), None, 120.0),
    ("Beta", date(2024, 3, 1), date(2024, 7, 1), 80.0),
    ("Eta", date(2024, 1, 1), None, 10.0),
    ("Gamma", date(2024, 1, 1), date(2024, 4, 1), 50.0),
    ("Gamma", date(2024, 6, 1), None, 60.0),
]


def by_text(rows: list[tuple]) -> list[tuple]:
    """In an order that None does not trouble."""
    return sorted(rows, key=str)


@pytest.mark.parametrize("shown", SHOWN)
def test_a_row_for_each_month_is_read_as_spells_of_payment(shown: str):
    """However months are written, a company is a customer from the first month paid to the last, with the MRR of the last."""
    exports = loaded(mrr_history=long(shown))

    assert by_text(spells(exports)) == by_text(SPELLS)
    assert [f.rows for f in exports.findings if f.code == "ICP138"] == [4]


@pytest.mark.parametrize("shown", SHOWN)
def test_a_column_for_each_month_says_the_same(shown: str):
    """The wide table gives the spells that the long one does, and its figures are all accounted for."""
    exports = loaded(mrr=wide(shown))

    assert by_text(spells(exports)) == by_text(SPELLS)
    figures = sum(amount > 0 for amounts in PAID.values() for amount in amounts)
    assert [(s.path, s.read, s.kept, s.dropped) for s in exports.sources] == [
        ("<mrr>/months", figures, figures, {})
    ]


def test_the_firsts_of_months_tell_which_comes_first():
    """1/1/2024, 2/1/2024, 3/1/2024, 4/1/2024 and so on are months, since days of one January they cannot be."""
    exports = loaded(
        deals="Deal ID,Company,Stage,Close date\n"
        + "".join(f"{m},F{m},Won,{m}/1/2024\n" for m in range(1, 7))
    )

    months = sorted(day.month for day in exports.tables[CrmObject.DEAL].column("closed_on").to_pylist())
    assert months == [1, 2, 3, 4, 5, 6]


def test_what_companies_are_stands_beside_their_months():
    """A sheet with an industry, a size and a column for each month describes companies and says what they paid."""
    lines = wide(before="MRR ").splitlines()
    sheet = [
        lines[0] + ",Industry",
        *(f"{line},{'Retail' if i % 2 else 'Energy'}" for i, line in enumerate(lines[1:])),
    ]

    exports = loaded(customers="\n".join(sheet))

    assert by_text(spells(exports)) == by_text(SPELLS)
    assert {(s.path, s.object.value, s.read) for s in exports.sources} == {
        ("<customers>", "account", 5),
        ("<customers>/months", "subscription", 47),
    }
    book = roll_up_accounts(exports, DEFAULTS)
    assert book.accounts.set_index("name")["monthly_value"].to_dict() == {
        "Alpha": 120,
        "Beta": 80,
        "Eta": 10,
        "Gamma": 60,
    }
    assert book.attributes.columns.tolist() == ["industry"]


def test_who_paid_last_month_stays_and_the_others_left():
    """A company leaves on the first day after the last month it paid; one that came back is still there."""
    accounts = roll_up_accounts(loaded(mrr=long()), DEFAULTS).accounts.set_index("name")

    assert accounts["churned_on"].dropna().to_dict() == {"Beta": pd.Timestamp("2024-07-01")}
    assert accounts["customer_since"].dt.strftime("%Y-%m").to_dict() == {
        "Alpha": "2024-01",
        "Beta": "2024-03",
        "Eta": "2024-01",
        "Gamma": "2024-01",
    }


def test_a_month_that_is_not_over_makes_nobody_leave():
    """Where only a few paid the last month so far, nobody is taken to have left in it, who came in it is a customer, and it is said."""
    figures = {f"Firm {i}": [100] * 14 + [100 * (i < 3)] for i in range(10)} | {"New": [0] * 14 + [70]}

    exports = loaded(mrr=long(figures=figures))

    assert {end for _, _, end, _ in spells(exports)} == {None}
    assert ("New", date(2025, 3, 1), None, 70.0) in spells(exports)
    assert "2025-03 that it is not over" in next(f.message for f in exports.findings if f.code == "ICP138")


def test_a_year_s_revenue_by_the_month_counts_a_twelfth():
    """ARR by the month is twelve times the MRR."""
    figures = {name: [12 * amount for amount in amounts] for name, amounts in PAID.items()}

    assert by_text(spells(loaded(arr=long(figures=figures, header="ARR")))) == by_text(SPELLS)
    assert by_text(spells(loaded(arr=wide(figures=figures)))) == by_text(SPELLS)


def test_sales_by_the_month_are_purchases():
    """Revenue that a header or the file's name calls so is bought, month by month, in long and wide tables and in thousands."""
    sales = {"Alpha": list(range(1, 16)), "Beta": [0, 7] * 7 + [3]}
    total = 1000 * sum(map(sum, sales.values()))
    for exports in (
        loaded(x=wide(figures=sales, before="CA ", after=" (k€)")),
        loaded(sales_by_month=wide(figures={n: [1000 * a for a in v] for n, v in sales.items()})),
        loaded(x=long(figures=sales, header="Revenue (k€)")),
    ):
        assert float(pd.Series(exports.tables[CrmObject.INVOICE].column("amount").to_pylist()).sum()) == total
        assert exports.as_of == date(2025, 3, 1)


def test_months_that_count_something_else_are_no_money():
    """Logins, orders and licences by the month, and figures that neither words nor steadiness call money, stay what they were."""
    usage = {"Alpha": list(range(1, 16)), "Beta": list(range(20, 35))}
    companies = "Company,Industry\nAlpha,Retail\nBeta,Energy\n"

    for table in (
        *(wide(figures=usage, before=f"{what} ") for what in ("Logins", "Orders", "Subscriptions")),
        wide(figures=usage),
    ):
        assert CrmObject.SUBSCRIPTION not in (tables := loaded(companies=companies, usage=table).tables)
        assert CrmObject.INVOICE not in tables


def test_spend_of_channels_by_the_month_is_cost():
    """A column for each month beside channels is what was spent; a row and a column of totals double nothing."""
    heads = [f"{m:%b %Y}" for m in MONTHS]
    rows = [
        "Channel," + ",".join(heads) + ",Total",
        "Ads," + ",".join(["10"] * 15) + ",150",
        "Total," + ",".join(["10"] * 15) + ",150",
    ]

    exports = loaded(budget="\n".join(rows), companies="Company,Industry\nAlpha,Retail\n")

    cost = exports.tables[CrmObject.COST]
    assert sum(cost.column("amount").to_pylist()) == 150
    assert cost.column("month").to_pylist()[0] == date(2024, 1, 1)


def test_what_subscriptions_say_is_not_counted_again_by_the_month():
    """Beside subscriptions row by row the months are left out, with the reason."""
    exact = "Subscription ID,Company,Start date,End date,MRR\n1,Alpha,2024-01-05,,100\n"

    exports = loaded(subscriptions=exact, mrr=long())

    assert [row[:2] for row in spells(exports)] == [("Alpha", date(2024, 1, 5))]
    assert {s.path: sum(s.dropped.values()) for s in exports.sources} == {"<subscriptions>": 0, "<mrr>": 75}


amounts = st.lists(st.sampled_from([0, 0, 20, 20, 20, 35]), min_size=15, max_size=15)


@settings(max_examples=25)
@given(
    figures=st.dictionaries(st.sampled_from(["Alpha", "Beta", "Gamma", "Delta"]), amounts, min_size=2),
    seed=st.randoms(),
)
def test_long_and_wide_tables_say_the_same_in_any_order(figures: dict, seed):
    """Whatever was paid when: both shapes, with rows in any order, give the same spells, and all months paid lie in one."""
    rows = long(figures=figures).splitlines()
    shuffled = "\n".join([rows[0], *seed.sample(rows[1:], len(rows) - 1)])

    book = "Company,Industry\n" + "".join(f"{name},Retail\n" for name in sorted(figures))
    tables = [
        loaded(companies=book, mrr=text) for text in (long(figures=figures), shuffled, wide(figures=figures))
    ]

    found = [by_text(spells(t)) for t in tables]
    assert found[0] == found[1] == found[2]
    assert {name for name, *_ in found[0]} == {name for name, paid in figures.items() if any(paid)}
