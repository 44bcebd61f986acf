"""Orders that stand on several rows of an export, as shops and accounting tools write them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.load.files.memory import InMemory
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.model.tables import Exports

TOTALS = {"1": "100", "2": "50", "3": "80", "4": "70", "5": "65", "6": "120"}
BUYERS = {"1": "Acme", "2": "Bolt", "3": "Acme", "4": "Bolt", "5": "Bolt", "6": "Crux"}


def loaded(header: str, lines: Sequence[str]) -> Exports:
    """The exports behind one file of orders."""
    return load_exports([InMemory("orders", "\n".join([header, *lines]).encode())], DEFAULTS)


def bought(exports: Exports) -> dict[str | None, Decimal]:
    """What each company bought, by its key."""
    sums: dict[str | None, Decimal] = {}
    for row in exports.tables[CrmObject.INVOICE].select(["account_key", "amount"]).to_pylist():
        sums[row["account_key"]] = sums.get(row["account_key"], Decimal(0)) + (row["amount"] or 0)
    return sums


def test_a_total_that_each_row_of_an_order_repeats_counts_once():
    """An order of three products for 80 brought 80, though its export says so three times; the finding counts the repeats."""
    lines = [
        f"{order},2024-01-0{order},{BUYERS[order]},{product},{total}"
        for order, total in TOTALS.items()
        for product in "abc"
    ]
    exports = loaded("Order ID,Order Date,Company,Product,Order Total", lines)

    assert bought(exports) == {"name:acme": 180, "name:bolt": 185, "name:crux": 120}
    assert [f.rows for f in exports.findings if f.code == "ICP140"] == [12]


@pytest.mark.parametrize(
    ("header", "amounts"),
    [("Order Total", ("20", "30")), ("Order Total", ("25", "25")), ("Line total", ())],
    ids=["each line its own", "one price for all lines of all orders", "equal lines, and the header says so"],
)
def test_the_amounts_of_lines_are_added_up(header: str, amounts: Sequence[str]):
    """Lines of one order are no repeated total where they differ, or are called lines; what costs the same in every order may be, and is told."""
    lines = [
        f"{order},2024-01-0{order},{BUYERS[order]},{amount}"
        for order, total in TOTALS.items()
        for amount in (amounts or (total, total))
    ]
    exports = loaded(f"Order ID,Order Date,Company,{header}", lines)

    in_doubt = [f.rows for f in exports.findings if f.code == "ICP149"]
    assert in_doubt == ([len(TOTALS)] if amounts == ("25", "25") else [])
    expected = {"name:acme": 100, "name:bolt": 150, "name:crux": 50}
    assert bought(exports) == (
        expected if amounts else {"name:acme": 360, "name:bolt": 370, "name:crux": 240}
    )


def test_what_an_order_says_on_its_first_row_holds_for_all():
    """Lines below the first name no customer and no status: they are their order's, and go with it when it was cancelled."""
    lines = [
        "1,2024-01-05,Acme,paid,100",
        "1,2024-01-05,,,",
        "2,2024-01-06,Bolt,cancelled,50",
        "2,2024-01-06,,,",
    ]
    exports = loaded("Order ID,Order Date,Company,Status,Order Total", lines)

    assert exports.tables[CrmObject.INVOICE].column("account_key").to_pylist() == ["name:acme"] * 2
    assert exports.sources[0].dropped == {"a draft, cancelled or refunded invoice": 2}


def test_the_orders_of_a_shop_go_to_the_companies_of_the_crm():
    """By the company billed, else by the domain of the e-mail address; of a guest nothing is known, and no address is kept."""
    companies = "Company name,Company Domain Name,Industry\nAcme SAS,acme.fr,Retail\nBolt,bolt.fr,Food\n"
    header = "Name,Email,Financial Status,Subtotal,Total,Created at,Lineitem name,Billing Company"
    lines = [
        "#1001,buy@acme.fr,paid,100,120,2024-01-05 10:00:00 +0100,Oil,Acme",
        "#1001,buy@acme.fr,,,,2024-01-05 10:00:00 +0100,Rice,",
        "#1002,ann@bolt.fr,paid,50,60,2024-01-06 10:00:00 +0100,Oil,",
        "#1003,jane@gmail.com,paid,30,36,2024-01-07 10:00:00 +0100,Oil,",
        "#1004,ann@bolt.fr,expired,70,84,2024-01-08 10:00:00 +0100,Oil,",
    ]
    orders = InMemory("orders_export", "\n".join([header, *lines]).encode())
    exports = load_exports([InMemory("companies", companies.encode()), orders], DEFAULTS)

    table = exports.tables[CrmObject.INVOICE]
    assert bought(exports) == {"name:acme@acme.fr": 100, "name:bolt@bolt.fr": 50, None: 30}
    assert table.column("invoice_id").to_pylist() == ["#1001", "#1001", "#1002", "#1003"]
    assert "email" not in table.column_names
    assert exports.tables[CrmObject.ACCOUNT].num_rows == 2


def test_what_was_paid_back_of_an_order_was_not_sold():
    """An order of 100 of which 30 was refunded brought 70, 72 with tax on one of 60 leaves nothing, and a blank is no refund."""
    lines = [
        "1,2024-01-05,Acme,partially_refunded,100,30",
        "2,2024-01-06,Bolt,partially_refunded,60,72",
        "3,2024-01-07,Crux,paid,50,",
        "4,2024-01-08,Acme,paid,40,0.00",
    ]
    exports = loaded("Order ID,Order Date,Company,Financial Status,Subtotal,Refunded Amount", lines)

    assert bought(exports) == {"name:acme": 110, "name:bolt": 0, "name:crux": 50}


def test_the_people_behind_orders_are_in_no_sample():
    """Who is billed, who it is sent to, and a customer beside a company are people: of their names one letter is shown."""
    lines = [f"{i},2024-01-05,Firm {i},Ann Lee{i},Bob Ray{i},Cy Fox{i},10" for i in range(30)]
    exports = loaded("Order ID,Order Date,Company,Customer,Billing Name,Shipping Name,Order Total", lines)

    shown = {reading.header: set(reading.samples) for reading in exports.readings}
    assert shown["Customer"] == {"A***"}
    assert shown["Billing Name"] == {"B***"}
    assert shown["Shipping Name"] == {"C***"}


def test_a_surname_with_an_initial_is_in_no_sample_nor_what_is_noted_of_an_order():
    """PrestaShop's "Client" is "J. Dupont", where no other column is the customer; notes may name anybody."""
    lines = [
        f"{i},2024-01-05,{'AJZ'[i % 3]}. Dupont{i % 20},Please call Ann Lee {i} in the morning,10"
        for i in range(60)
    ]
    exports = loaded("Order ID,Order Date,Client,Message,Order Total", lines)

    shown = {reading.header: set(reading.samples) for reading in exports.readings}
    assert shown["Client"] <= {"A***", "J***", "Z***"}
    assert shown["Message"] == {"P***"}


@pytest.mark.parametrize(("header", "tax"), [("Qty,Unit price", 1.0), ("Quantité,Prix unitaire HT", 1.2)])
def test_two_lines_of_one_price_are_no_total_where_each_is_so_many_at_so_much(header: str, tax: float):
    """An amount that is the price of one times how many is its line's, with tax or without, however often orders repeat it."""
    lines = [
        f"{order},2024-01-0{order},{BUYERS[order]},2,{int(total) / 2},{int(total) * tax:.2f}"
        for order, total in TOTALS.items()
        for _ in "ab"
    ]
    exports = loaded(f"Invoice number,Invoice date,Company,{header},Amount", lines)

    assert float(sum(bought(exports).values())) == pytest.approx(2 * sum(map(int, TOTALS.values())) * tax)
    assert not [f for f in exports.findings if f.code == "ICP140"]


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("Quantity,Item Price", "1,50", "3,10"),
        ("Item Total,Tax", "50,10", "30,6"),
        ("Quantité,Prix unitaire", "2,25", "1,30"),
    ],
)
def test_a_total_is_known_by_the_lines_that_it_sums_up(header: str, first: str, second: str):
    """Subscribers' invoices are all alike, as Zoho Books writes them: 80 on both lines of 50 and 30 was sold once, each month again."""
    lines = [
        f"{order},2024-01-0{order},{BUYERS[order]},{line},80" for order in BUYERS for line in (first, second)
    ]
    exports = loaded(f"Invoice number,Invoice date,Company,{header},SubTotal", lines)

    assert bought(exports) == {"name:acme": 160, "name:bolt": 240, "name:crux": 80}
    assert [f.rows for f in exports.findings if f.code == "ICP140"] == [6]
