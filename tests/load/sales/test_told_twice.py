"""Sales that two exports tell under numbers of their own."""

from __future__ import annotations

import numpy as np
import pytest

from icpcli.load.exports import load_exports
from icpcli.load.files.memory import InMemory
from icpcli.load.sales.told_twice import TOLD_TWICE
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

BILLED = np.round(np.random.default_rng(4).lognormal(5, 0.6, 120), 2)
DAYS = [f"2024-{1 + i // 10:02d}-{1 + i % 28:02d},Firm {i % 30}" for i in range(120)]
INVOICES = "Invoice number,Invoice date,Customer,Total HT"
ORDERS = "Order ID,Order Date,Company,Order Total"
DIRECT = [f"F{900 + i},2024-{2 + i:02d}-05,Firm {i},5000" for i in range(5)]


def table(header: str, first: str, amounts: np.ndarray) -> list[str]:
    """A file of sales of these amounts, with numbers that begin so."""
    rows = zip(DAYS, amounts, strict=True)
    return [header, *(f"{first}{100 + i},{day},{amount:.2f}" for i, (day, amount) in enumerate(rows))]


def told(*files: tuple[str, list[str]]) -> tuple[float, dict[str, int], list[str]]:
    """What was sold, the rows of each file that were merged, and what is said of it."""
    exports = load_exports([InMemory(name, "\n".join(lines).encode()) for name, lines in files], DEFAULTS)
    total = float(sum(exports.tables[CrmObject.INVOICE].column("amount").to_pylist()))
    merged = {source.path.strip("<>"): source.merged for source in exports.sources}
    return total, merged, [f.message for f in exports.findings if f.code == TOLD_TWICE]


@pytest.mark.parametrize(
    ("factor", "spread", "is_once"),
    [(1.2, 0.0, True), (1.0, 0.0, True), (1.2, 0.5, False), (0.2, 0.0, False)],
    ids=["with tax", "as much", "other sales", "support for what was sold"],
)
def test_orders_and_their_invoices_are_one_sale(factor: float, spread: float, is_once: bool):
    """A shop's orders, with tax, and their invoices, under numbers of their own, are told once; what sells beside them counts too."""
    ordered = np.round(BILLED * factor * np.exp(np.random.default_rng(5).normal(0, spread, 120)), 2)

    total, merged, _ = told(
        ("invoices", table(INVOICES, "F", BILLED)), ("orders", table(ORDERS, "7", ordered))
    )

    assert total == pytest.approx(BILLED.sum() + (0 if is_once else ordered.sum()))
    assert sorted(merged.values()) == [0, 120 if is_once else 0]


@pytest.mark.parametrize("tax", [1.0, 1.2])
def test_what_is_sold_beside_the_shop_is_not_lost_with_the_orders(tax: float):
    """Invoices that no order stands for count, whatever the files are called and whichever is read first; what went is said."""
    invoices = table(INVOICES, "F", BILLED) + DIRECT
    orders = table(ORDERS, "7", np.round(BILLED * tax, 2))
    readings = [
        told(("a", invoices), ("b", orders)),
        told(("b", orders), ("a", invoices)),
        told(("z", invoices), ("b", orders)),
    ]

    assert [total for total, *_ in readings] == [pytest.approx(BILLED.sum() + 25_000)] * 3
    assert [merged["b"] for _, merged, _ in readings] == [120] * 3
    assert "120 row(s) of 30 companies tell sales that <a> tells too" in readings[0][2][0]


def test_what_the_shop_sells_beside_invoices_is_not_lost_either():
    """Of a company of which the dearer file tells more than tax adds, that file's sales count."""
    orders = table(ORDERS, "7", np.round(BILLED * 1.2, 2))
    direct = [line.replace("F", "8", 1) for line in DIRECT]

    total, merged, _ = told(("invoices", table(INVOICES, "F", BILLED)), ("orders", orders + direct))

    of_those = np.arange(120) % 30 < 5
    assert total == pytest.approx(
        BILLED[~of_those].sum() + np.round(BILLED[of_those] * 1.2, 2).sum() + 25_000
    )
    assert merged == {"invoices": 20, "orders": 100}


def test_two_lists_of_one_tool_are_two_sales():
    """Invoices for hosting and for support with one numbering and the same headers both count, though prices go together."""
    hosting, support = table(INVOICES, "F", BILLED), table(INVOICES, "F2", np.round(BILLED * 1.1, 2))

    total, merged, said = told(("hosting", hosting), ("support", support))

    assert total == pytest.approx(BILLED.sum() + np.round(BILLED * 1.1, 2).sum())
    assert (merged, said) == ({"hosting": 0, "support": 0}, [])
