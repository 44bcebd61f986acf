"""Several currencies in one export: converted at the user's rates, else kept apart, never summed."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpcli.load.exports import load_exports
from icpcli.load.tables.currencies import currency_code
from icpcli.model.common import CrmObject
from icpcli.rollup.accounts import roll_up_accounts
from icpcli.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

BY_COLUMN = "Deal ID,Company name,Amount,Currency,Stage\n1,Acme,100,EUR,Closed Won\n2,Bolt,200,USD,Closed Won\n3,Crux,300,EUR,Closed Won\n"
BY_SIGN = "Deal ID,Company name,Amount,Stage\n1,Acme,100 €,Closed Won\n2,Bolt,$200,Closed Won\n3,Crux,300 €,Closed Won\n"


def amounts_of(folder: Path, text: str, chosen: Settings) -> list[Decimal | None]:
    """The amounts of the deals in order of their ids, as loaded."""
    (folder / "deals.csv").write_text(text, encoding="utf-8")
    return load_exports([str(folder)], chosen).tables[CrmObject.DEAL].sort_by("deal_id")["amount"].to_pylist()


@pytest.mark.parametrize("text", [BY_COLUMN, BY_SIGN], ids=["by column", "by sign"])
def test_without_a_rate_the_rarer_currency_is_kept_apart(tmp_path: Path, text: str):
    """Dollars beside euros are neither summed nor guessed: they are missing, and a finding counts them."""
    amounts = amounts_of(tmp_path, text, Settings())
    findings = load_exports([str(tmp_path)], Settings()).findings

    assert amounts == [Decimal(100), None, Decimal(300)]
    assert [(f.code, f.rows) for f in findings if f.code == "ICP127"] == [("ICP127", 1)]


@pytest.mark.parametrize("text", [BY_COLUMN, BY_SIGN], ids=["by column", "by sign"])
def test_a_rate_makes_them_count(tmp_path: Path, text: str):
    """With the rate in icp.toml each dollar is worth what the user says, to the hundredth of a cent."""
    assert amounts_of(tmp_path, text, Settings(rates={"USD": 0.92345})) == [
        Decimal(100),
        Decimal("184.69"),
        Decimal(300),
    ]


def test_who_pays_in_a_currency_kept_apart_is_a_customer_all_the_same(tmp_path: Path):
    """Of companies that pay a month in dollars or in euros all are customers, though only the euros can be compared."""
    rows = [f"Firm {i},{'$' if i % 3 == 0 else '€'}{100 + i}" for i in range(9)]
    (tmp_path / "a.csv").write_text("\n".join(["Company,MRR", *rows, "Firm 9,"]) + "\n", encoding="utf-8")

    exports = load_exports([str(tmp_path)], Settings())
    accounts = roll_up_accounts(exports, Settings()).accounts

    assert accounts["is_customer"].sum() == 9
    assert accounts["monthly_value"].notna().sum() == 6


def test_the_user_may_name_the_currency_of_the_book(tmp_path: Path):
    """With dollars as the book's currency it is the euros that need a rate."""
    chosen = Settings(currency="USD", rates={"EUR": 1.25})

    assert amounts_of(tmp_path, BY_COLUMN, chosen) == [Decimal(125), Decimal(200), Decimal(375)]


def test_one_currency_needs_no_word(tmp_path: Path):
    """An export all in euros is read as it is, and its readings name the currency."""
    text = BY_SIGN.replace("$200", "200 €")
    (tmp_path / "deals.csv").write_text(text, encoding="utf-8")

    exports = load_exports([str(tmp_path)], Settings())

    assert [f for f in exports.findings if f.code == "ICP127"] == []
    assert {r.unit for r in exports.readings if r.field == "amount"} == {"EUR"}


def test_the_size_of_companies_has_a_currency_of_its_own(tmp_path: Path):
    """Turnover in dollars beside deals in euros is compared only with turnover, and stays."""
    (tmp_path / "deals.csv").write_text(BY_SIGN.replace("$200", "200 €"), encoding="utf-8")
    (tmp_path / "companies.csv").write_text(
        "Company name,Annual Revenue,Industry\nAcme,$1000000,A\nBolt,$2000000,B\nCrux,$3000000,A\n",
        encoding="utf-8",
    )

    exports = load_exports([str(tmp_path)], Settings())

    assert exports.tables[CrmObject.ACCOUNT]["annual_revenue"].null_count == 0
    assert [f for f in exports.findings if f.code == "ICP127"] == []


def sizes_of(folder: Path, rates: dict[str, float]) -> tuple[list[Decimal | None], list[str]]:
    """What companies turn over, mostly in dollars beside deals in euros, and what is said of currencies."""
    (folder / "deals.csv").write_text(BY_SIGN.replace("$200", "200 €"), encoding="utf-8")
    rows = ["Acme,$1000000", "Bolt,$2000000", "Crux,£1000000", "Dune,1000000 €"]
    (folder / "companies.csv").write_text("\n".join(["Company name,Annual Revenue", *rows]), encoding="utf-8")
    exports = load_exports([str(folder)], Settings(rates=rates))
    accounts = exports.tables[CrmObject.ACCOUNT].sort_by("name")
    said = [f.message for f in exports.findings if f.code == "ICP127"]
    return accounts["annual_revenue"].to_pylist(), said


def test_the_size_of_companies_is_converted_by_way_of_the_books_currency(tmp_path: Path):
    """Rates are into euros: a pound of a column of dollars is what it is in euros, over what a dollar is in euros."""
    amounts, said = sizes_of(tmp_path, {"USD": 0.8, "GBP": 1.2})

    assert amounts == [Decimal(1_000_000), Decimal(2_000_000), Decimal(1_500_000), Decimal(1_250_000)]
    assert "1 amounts in EUR, 1 amounts in GBP converted to USD at your rates" in said[0]


def test_both_ends_of_a_range_are_converted(tmp_path: Path):
    """A band of dollars in a column of euros is told in euros, and what it says stands beside it with its end."""
    bands = ["Acme,1-2 M€", "Bolt,2-5 M€", "Crux,> 5 M€", "Dyne,$10M-$20M", "Ecru,£1M-£2M"]
    (tmp_path / "a.csv").write_text("\n".join(["Company name,Annual Revenue", *bands]), encoding="utf-8")

    exports = load_exports([str(tmp_path)], Settings(rates={"USD": 0.8}))

    accounts = exports.tables[CrmObject.ACCOUNT].sort_by("name")
    lows = [1_000_000, 2_000_000, 5_000_000, 8_000_000, None]
    assert accounts["annual_revenue"].to_pylist() == [None if n is None else Decimal(n) for n in lows]
    reading = next(r for r in exports.readings if r.field == "annual_revenue")
    assert reading.ends["$10M-$20M"] == 16_000_000
    assert reading.ends["> 5 M€"] == math.inf
    assert "£1M-£2M" not in reading.ends


def test_the_size_of_companies_is_kept_apart_where_a_rate_is_missing_on_the_way(tmp_path: Path):
    """Without a rate for the dollar no pound and no euro is told in dollars, and the rate to give is named."""
    amounts, said = sizes_of(tmp_path, {"GBP": 1.17})

    assert amounts == [Decimal(1_000_000), Decimal(2_000_000), None, None]
    assert "under [rates]: USD = ... says what one is in EUR" in said[0]
    assert "converted" not in said[0]


def test_where_only_sizes_have_a_currency_rates_are_into_their_commonest(tmp_path: Path):
    """Without a deal that names a currency the book's is that of most turnovers."""
    rows = ["Acme,$1000000", "Bolt,$2000000", "Crux,£1000000"]
    (tmp_path / "a.csv").write_text("\n".join(["Company name,Annual Revenue", *rows]), encoding="utf-8")

    exports = load_exports([str(tmp_path)], Settings(rates={"GBP": 1.25}))

    assert Decimal(1_250_000) in exports.tables[CrmObject.ACCOUNT]["annual_revenue"].to_pylist()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EUR", "EUR"),
        ("eur", "EUR"),
        ("€", "EUR"),
        ("USD - US Dollar", "USD"),
        ("US Dollar", "USD"),
        ("dollar des États-Unis", "USD"),
        ("£", "GBP"),
        ("franc suisse", "CHF"),
        ("", None),
        ("monthly", None),
    ],
)
def test_a_currency_is_known_by_code_sign_or_name(text: str, code: str | None):
    """However a CRM writes a currency, it is one ISO code; what is none is none."""
    assert currency_code(text) == code


@settings(max_examples=25, deadline=None)
@given(st.permutations(BY_COLUMN.splitlines()[1:]))
def test_the_order_of_rows_does_not_choose_the_currency(tmp_path_factory: pytest.TempPathFactory, rows):
    """The book's currency is the one told most, whatever row comes first."""
    text = "\n".join([BY_COLUMN.splitlines()[0], *rows])

    assert amounts_of(tmp_path_factory.mktemp("crm"), text, Settings()) == [Decimal(100), None, Decimal(300)]


def test_what_stripe_converted_is_counted_as_it_came_in(tmp_path: Path):
    """Stripe tells of each payment what it was in the seller's own currency: no rate is asked for, and refunds are told in it too."""
    text = (
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Converted Amount,Converted Amount Refunded,Converted Currency,Status,Customer ID\n"
        "ch_1,2024-01-05 08:00,80.00,8.00,eur,100.00,10.00,usd,Paid,cus_1\nch_2,2024-01-06 08:00,50.00,0.00,usd,50.00,0.00,usd,Paid,cus_2\n"
    )
    (tmp_path / "unified_payments.csv").write_text(text, encoding="utf-8")
    exports = load_exports([str(tmp_path)], Settings())

    assert exports.tables[CrmObject.INVOICE].sort_by("account_key")["amount"].to_pylist() == [90, 50]
    assert not [f for f in exports.findings if f.code == "ICP127"]


@pytest.mark.parametrize(("others", "is_named"), [(10, True), (0, False)])
def test_money_without_a_currency_beside_several_is_named(tmp_path: Path, others: int, is_named: bool):
    """An MRR of which nothing tells the currency is named where deals are in two: those of PLN may be four times too high."""
    names = [f"Firm{n}" for n in range(30)]
    deals = "".join(f"{n},Closed won,100,{'PLN' if k < others else 'EUR'}\n" for k, n in enumerate(names))
    (tmp_path / "companies.csv").write_text(
        "Company name,Industry,MRR\n" + "".join(f"{n},Retail,50\n" for n in names)
    )
    (tmp_path / "deals.csv").write_text("Associated Company,Deal Stage,Amount,Currency\n" + deals)

    told = [f.message for f in load_exports([str(tmp_path)], Settings()).findings if f.code == "ICP127"]

    assert any("nothing tells the currency of 'MRR', which counts as EUR" in m for m in told) == is_named


@pytest.mark.parametrize(("own", "first"), [("100", Decimal(100)), ("", None)])
def test_what_hubspot_converts_itself_needs_no_rate(tmp_path: Path, own: str, first: Decimal | None):
    """Beside "Amount in company currency" the amount in zlotys is not asked for; where that is empty it is, and is missing."""
    rows = [
        f"1,Acme,430,{own},PLN,Closed Won",
        *(f"{k},Firm{k},{k}00,{own and f'{k}00'},EUR,Closed Won" for k in (2, 3)),
    ]
    header = "Deal ID,Company name,Amount,Amount in company currency,Currency,Stage"

    amounts = amounts_of(tmp_path, "\n".join([header, *rows]) + "\n", Settings())

    assert amounts == [first, Decimal(200), Decimal(300)]
