"""Companies that no list holds, known by what orders say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERS = "Order ID,Order Date,Company,Email,Order Total\n"


def keys(exports: object, wanted: str = "invoice") -> list[str]:
    """The companies of the rows of one object."""
    return exports.tables[wanted].column("account_key").to_pylist()


def test_an_order_without_the_company_is_that_of_its_domain(load: Callable):
    """A shop's buyers leave the company out now and then: from an address of which all others name one, it is no second customer."""
    orders = "1,2024-01-05,Acme,a@acme.fr,10\n2,2024-02-05,,b@acme.fr,20\n3,2024-02-06,,c@bolt.fr,20\n"
    survey = "Email,NPS,Response date\nd@acme.fr,9,2024-03-01\n"

    exports = load({"a.csv": survey, "orders.csv": ORDERS + orders})

    assert keys(exports) == ["name:acme", "name:acme", "domain:bolt.fr"]
    assert keys(exports, "survey") == ["name:acme"]


def test_an_order_without_the_company_is_that_of_the_list(load: Callable):
    """The name that other orders give may be one that a list of companies holds without its domain."""
    orders = "1,2024-01-05,Acme SAS,a@acme.fr,10\n2,2024-02-05,,b@acme.fr,20\n"

    exports = load({"companies.csv": "Company name,Industry\nAcme,IT\n", "orders.csv": ORDERS + orders})

    assert keys(exports) == ["name:acme", "name:acme"]
    assert exports.tables["account"].num_rows == 1


def test_an_address_that_orders_for_several_companies_tells_none(load: Callable):
    """Who orders for others, or from a free-mail address, stands for nobody else."""
    orders = (
        "1,2024-01-05,Acme,a@buyers.fr,10\n2,2024-02-05,Bolt,a@buyers.fr,20\n3,2024-02-06,,a@buyers.fr,20\n"
    )
    free = "4,2024-01-05,Crux,a@gmail.com,10\n5,2024-02-05,,b@gmail.com,20\n"

    exports = load({"orders.csv": ORDERS + orders + free})

    assert set(keys(exports)) == {"name:acme", "name:bolt", "domain:buyers.fr", "name:crux", None}


def test_an_invoice_that_knows_but_the_name_is_its_who_bears_it_beside_an_id(load: Callable):
    """Without a list of companies, subscriptions know their customers by id and name, invoices by name: one company each, unless two bear it."""
    subscriptions = "Subscription ID,Customer ID,Customer Name,Start Date,MRR\n1,c1,Acme Ltd,2024-01-05,10\n2,c2,Bolt,2024-01-05,10\n3,c3,Bolt,2024-01-05,10\n"
    invoices = "Invoice Number,Customer,Invoice Date,Amount\n1,ACME,2024-01-05,10\n2,Bolt,2024-01-05,10\n"

    exports = load({"subscriptions.csv": subscriptions, "invoices.csv": invoices})

    assert keys(exports) == ["c1", "name:bolt"]
    assert exports.tables["account"].num_rows == 4
