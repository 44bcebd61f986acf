"""What exports of subscriptions say beside a price: its currency, how many were bought, whom it bills, whether it was ever paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from exported import rows

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from icpcli.model.tables import Exports

STRIPE = "id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Start (UTC),Trial End (UTC),Canceled At (UTC),Ended At (UTC)"


def subscribed(folder: Path, *lines: str, settings: Settings = DEFAULTS) -> Exports:
    """Subscriptions under Stripe's headers, loaded."""
    (folder / "subscriptions.csv").write_text("\n".join([STRIPE, *lines]), encoding="utf-8")
    return load_exports([str(folder)], settings)


def paid(exports: Exports) -> list[tuple[Any, ...]]:
    """Who pays how much a month, in order of their keys."""
    return sorted(rows(exports, CrmObject.SUBSCRIPTION, "account_key", "mrr"))


@pytest.mark.parametrize(
    ("settings", "yen"), [(DEFAULTS, None), (Settings(rates={"JPY": 0.0065}), Decimal("97.5000"))]
)
def test_what_a_subscription_pays_has_the_currency_of_its_row(
    tmp_path: Path, settings: Settings, yen: Decimal | None
):
    """15,000 yen beside dollars are 15,000 of nothing: converted at the user's rate, else kept apart and told."""
    exports = subscribed(
        tmp_path,
        "sub_1,cus_1,,pro,1,usd,month,99.00,active,2024-01-05 10:00,,,",
        "sub_2,cus_2,,pro,1,jpy,month,15000,active,2024-02-05 10:00,,,",
        "sub_3,cus_3,,pro,1,usd,month,49.00,active,2024-03-05 10:00,,,",
        settings=settings,
    )

    assert paid(exports) == [("cus_1", 99), ("cus_2", yen), ("cus_3", 49)]
    assert [f.rows for f in exports.findings if f.code == "ICP127"] == [1]


CRM = "Record ID,Company name,Company Domain Name,Stripe Customer ID\n" + "".join(
    f"{9000 + n},Firm {n},firm{n}.com,cus_{n:014d}\n" for n in range(12)
)


def test_subscriptions_are_joined_by_the_domain_of_who_is_billed(tmp_path: Path):
    """Where the CRM knows nothing of Stripe's ids, the customer's e-mail address says which company it is; no second one is made."""
    (tmp_path / "companies.csv").write_text(CRM.replace("cus_", ""), encoding="utf-8")
    exports = subscribed(
        tmp_path, "sub_1,cus_x,billing@firm3.com,pro,1,usd,month,99.00,active,2024-01-05 10:00,,,"
    )

    assert paid(exports) == [("9003", 99)]
    assert exports.tables[CrmObject.ACCOUNT].num_rows == 12


def test_codes_that_stand_where_names_should_are_ids(tmp_path: Path):
    """Stripe's column "Customer" holds ids: they join with the CRM's column of these, and are never companies' names."""
    (tmp_path / "companies.csv").write_text(CRM, encoding="utf-8")
    lines = [
        "id,Customer,Customer Email,Number,Subtotal,Status,Date (UTC)",
        *(f"in_{n},cus_{n:014d},,A-{n},50.00,paid,2024-01-{n + 1:02d} 08:00" for n in range(12)),
    ]
    (tmp_path / "invoices.csv").write_text("\n".join(lines), encoding="utf-8")
    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert {key for (key,) in rows(exports, CrmObject.INVOICE, "account_key")} == set(
        exports.tables[CrmObject.ACCOUNT].column("account_key").to_pylist()
    )
    assert min(rows(exports, CrmObject.ACCOUNT, "name")) == ("Firm 0",)
    assert exports.tables[CrmObject.ACCOUNT].num_rows == 12


def test_what_was_cancelled_runs_until_it_expires(tmp_path: Path):
    """Recurly names who pays by the account's company, and tells when a subscription was cancelled and, later, when it ended."""
    (tmp_path / "recurly.csv").write_text(
        "subscription_uuid,account_code,account_company_name,subscription_state,plan_name,currency,activated_at,canceled_at,expires_at\n"
        "u1,a1,Acme,expired,pro,USD,2024-01-05T10:00:00Z,2024-02-01T10:00:00Z,2025-01-05T10:00:00Z\n"
        "u2,a2,Bolt,active,pro,USD,2024-03-05T10:00:00Z,,\n",
        encoding="utf-8",
    )
    table = load_exports([str(tmp_path)], DEFAULTS)

    assert rows(table, CrmObject.SUBSCRIPTION, "account_key", "started_on", "ended_on") == [
        ("a1", date(2024, 1, 5), date(2025, 1, 5)),
        ("a2", date(2024, 3, 5), None),
    ]
    assert rows(table, CrmObject.ACCOUNT, "name") == [("Acme",), ("Bolt",)]


PLANS = (("seat", "month"), ("seat", "year"), ("team", "month"))


def seats(price: Callable[[int, int], int]) -> list[str]:
    """Two subscriptions to each of three plans, to 2 and to 5 seats; ``price`` of a plan and so many seats."""
    return [
        f"sub_{n}{many},cus_{n}{many},,{plan},{many},usd,{interval},{price(n, many)},active,2024-01-05 10:00,,,"
        for n, (plan, interval) in enumerate(PLANS)
        for many in (2, 5)
    ]


@pytest.mark.parametrize(
    ("price", "two_seats", "told"),
    [
        (lambda n, _: 12 + n, (24, Decimal("2.1667"), 28), "'Amount' is the price of one"),
        (lambda n, many: (12 + n) * many, (24, Decimal("2.1667"), 28), None),
        (lambda n, many: 12 + n + many, (14, Decimal("1.25"), 16), "nothing tells whether 'Amount' is the price of one"),
    ],
    ids=["of one", "of all", "not told"],
)  # fmt: skip
def test_the_price_of_a_seat_counts_as_often_as_there_are_seats(
    tmp_path: Path, price: Callable[[int, int], int], two_seats: tuple[Decimal, ...], told: str | None
):
    """An amount is of one seat where a plan has one amount for any number of them, of all where it goes with these; else it is told."""
    exports = subscribed(tmp_path, *seats(price))

    assert [mrr for key, mrr in paid(exports) if key.endswith("2")] == list(two_seats)
    messages = [f.message for f in exports.findings if f.code == "ICP146"]
    assert [told in message for message in messages] == ([True] if told else [])


def test_the_user_may_say_that_an_amount_is_of_one(tmp_path: Path):
    """What the finding proposes is followed: the amount is then a price, and counts as often as there are seats."""
    chosen = Settings(columns={"subscription.unit_price": "Amount"})
    exports = subscribed(tmp_path, *seats(lambda n, many: 12 + n + many), settings=chosen)

    assert [mrr for key, mrr in paid(exports) if key.endswith("2")] == [28, Decimal("2.5"), 32]
    assert not [f for f in exports.findings if f.code == "ICP146"]


def test_what_nobody_ever_paid_for_makes_no_customer(tmp_path: Path):
    """A trial cancelled until its end was never billed, and a free plan beside paid ones never is: neither is a customer who stays, or left."""
    exports = subscribed(
        tmp_path,
        "sub_1,cus_1,,pro,1,usd,month,99.00,canceled,2024-01-05 10:00,2024-01-19 10:00,2024-01-08 10:00,2024-01-19 10:00",
        "sub_2,cus_2,,pro,1,usd,month,99.00,canceled,2024-01-05 10:00,2024-01-19 10:00,2024-03-08 10:00,2024-03-19 10:00",
        "sub_3,cus_3,,free,1,usd,month,0.00,active,2024-01-05 10:00,,,",
        "sub_4,cus_4,,free,1,usd,month,0.00,canceled,2024-01-05 10:00,,2024-02-05 10:00,2024-02-05 10:00",
        "sub_5,cus_4,,pro,1,usd,month,99.00,active,2024-02-05 10:00,,,",
        "sub_6,cus_6,,usage,1,usd,month,,active,2024-02-05 10:00,,,",
    )

    assert paid(exports) == [("cus_2", 99), ("cus_4", 99), ("cus_6", None)]
    assert exports.sources[0].dropped == {"a trial or never begun subscription": 1, "a free subscription": 2}


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["1,Acme,2024-01-05,,0,active", "2,Bolt,2024-01-05,,0,active"], 2),
        (["1,Acme,2024-01-05,2024-06-05,0,cancelled", "2,Bolt,2024-01-05,,20,active"], 2),
        (["1,Acme,2024-01-05,,0,cancelled", "2,Bolt,2024-01-05,,20,active"], 2),
        (["1,Acme,2024-01-05,,0,active", "2,Bolt,2024-01-05,,20,active"], 1),
    ],
    ids=["all of them", "ended", "ended on no day", "running"],
)
def test_an_mrr_of_nothing_is_a_free_plan_while_it_runs(tmp_path: Path, lines: list[str], kept: int):
    """Tools write an MRR of 0 for whoever has left: that was no free plan, nor is any where nobody pays."""
    header = "Subscription ID,Company,Start Date,End Date,MRR,Status"
    (tmp_path / "subscriptions.csv").write_text("\n".join([header, *lines]), encoding="utf-8")

    assert load_exports([str(tmp_path)], DEFAULTS).tables[CrmObject.SUBSCRIPTION].num_rows == kept


def test_the_items_and_phases_of_a_subscription_all_count(tmp_path: Path):
    """An add-on, and what a subscription was until it was upgraded, share its id and are no repetition of it; an equal row is one."""
    lines = (
        "S1,Acme,Base,2024-01-05,2024-06-05,ended,50,month",
        "S1,Acme,Base,2024-06-05,,active,90,month",
        "S1,Acme,Add-on,2024-06-05,,active,25,month",
        "S1,Acme,Add-on,2024-06-05,,active,25,month",
    )
    header = "Subscription ID,Company,Plan,Start Date,End Date,Status,Amount,Interval"
    (tmp_path / "items.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert [mrr for _, mrr in paid(exports)] == [25, 50, 90]
    assert [f.rows for f in exports.findings if f.code == "ICP123"] == [1]


def test_of_two_exports_of_a_subscription_the_newer_counts_with_all_its_items(tmp_path: Path):
    """A plan that the newer export no longer has was left: no items of two exports are mixed."""
    header = "Subscription ID,Company,Plan,Start Date,End Date,Amount,Interval\n"
    (tmp_path / "subscriptions-1.csv").write_text(
        header + "S1,Acme,Base,2024-01-05,,50,month\n", encoding="utf-8"
    )
    newer = "S1,Acme,Pro,2024-02-05,,90,month\nS1,Acme,Add-on,2024-02-05,,25,month\n"
    (tmp_path / "subscriptions-2.csv").write_text(header + newer, encoding="utf-8")

    assert [mrr for _, mrr in paid(load_exports([str(tmp_path)], DEFAULTS))] == [25, 90]


def test_a_header_may_say_that_it_is_the_subscriptions(tmp_path: Path):
    """Zuora's reports put the object before each field: the charges' MRR and days are those of subscriptions of an account."""
    (tmp_path / "zuora.csv").write_text(
        "Account: Name,Account: Currency,Subscription: Name,Subscription: Status,Rate Plan Charge: Name,Rate Plan Charge: MRR,"
        "Rate Plan Charge: Effective Start Date,Rate Plan Charge: Effective End Date\n"
        "Acme,USD,A-S1,Active,Base,90,2024-01-05,\nAcme,USD,A-S1,Active,Add-on,25,2024-02-05,\nBolt,USD,A-S2,Cancelled,Base,90,2024-01-05,2024-06-05\n",
        encoding="utf-8",
    )
    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert [mrr for _, mrr in paid(exports)] == [25, 90, 90]
    assert rows(exports, CrmObject.ACCOUNT, "name") == [("Acme",), ("Bolt",)]


@pytest.mark.parametrize(
    ("header", "status", "end"),
    [
        ("Canceled At (UTC)", "active", None),
        ("Canceled At (UTC)", "canceled", date(2024, 3, 1)),
        ("Canceled At (UTC)", "", date(2024, 3, 1)),
        ("Canceled At (UTC)", "inactive", date(2024, 3, 1)),
        ("Ended At (UTC)", "active", date(2024, 3, 1)),
    ],
)
def test_notice_is_no_end_of_what_is_still_active(tmp_path: Path, header: str, status: str, end: date | None):
    """Stripe tells the day on which a customer cancelled, long before the year that was paid is over: active says that it runs on."""
    (tmp_path / "subscriptions.csv").write_text(
        f"id,Customer ID,Plan,Interval,Amount,Status,Start (UTC),{header}\n"
        f"sub_1,cus_1,pro,year,990,{status},2024-01-05 10:00,2024-03-01 10:00\nsub_2,cus_2,pro,year,990,active,2024-09-05 10:00,\n",
        encoding="utf-8",
    )
    table = load_exports([str(tmp_path)], DEFAULTS).tables[CrmObject.SUBSCRIPTION]

    assert table.sort_by("account_key")["ended_on"].to_pylist() == [end, None]


def test_the_versions_of_a_subscription_are_no_subscriptions(tmp_path: Path):
    """Recurly's history has a row for each change of a subscription: added up they would all be paid; the file is left out, with what to export."""
    (tmp_path / "companies.csv").write_text("Company ID,Company name,MRR\na1,Acme,90\n", encoding="utf-8")
    (tmp_path / "history.csv").write_text(
        "subscription_uuid,account_code,plan_code,version_state,version_created_at,activated_at,unit_amount\n"
        "u1,a1,basic,open,2024-01-05,2024-01-05,50\nu1,a1,pro,open,2024-05-05,2024-01-05,90\n",
        encoding="utf-8",
    )
    exports = load_exports([str(tmp_path)], DEFAULTS)

    assert CrmObject.SUBSCRIPTION not in exports.tables
    left_out = next(source for source in exports.sources if source.path.endswith("history.csv"))
    assert left_out.dropped == {
        "not used: it holds every version of a subscription: export the subscriptions themselves": 2
    }


def test_a_french_list_of_contracts_says_who_pays_what_and_who_left(tmp_path: Path):
    """Each contract pays its amount before tax over its period, and one that is ended is no single sale."""
    text = (
        "Référence;Société;Montant HT;Montant TTC;Périodicité;Date de début;Date de fin;État\n"
        "A1;Acme;300,00;360,00;Trimestriel;01/02/2023;;En cours\n"
        "A2;Bolt;120,00;144,00;Mensuel;15/03/2023;14/03/2024;Clos\n"
    )
    (tmp_path / "contrats.csv").write_text(text, encoding="utf-8")

    held = load_exports([str(tmp_path)], DEFAULTS).tables[CrmObject.SUBSCRIPTION].to_pylist()

    assert sorted((float(r["mrr"]), r["started_on"], r["ended_on"], r["has_ended"]) for r in held) == [
        (100.0, date(2023, 2, 1), None, False),
        (120.0, date(2023, 3, 15), date(2024, 3, 14), True),
    ]
