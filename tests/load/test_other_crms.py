"""The same book, as further CRMs and billing tools export it, is read as what it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from crms import OPEN, WON, book_of
from other_crms import OTHER_CRMS, case_id, number_of, range_of, stripe, title_of, way_in_of

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rank.ranking import rank_customers
from icpcli.rollup import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from icpcli.model.tables import Exports

BOOK = book_of()
WITH_RANGES = {"Attio"}
OBJECTS = {
    "account": CrmObject.ACCOUNT,
    "companies": CrmObject.ACCOUNT,
    "leads": CrmObject.ACCOUNT,
    "contact": CrmObject.CONTACT,
    "people": CrmObject.CONTACT,
    "deals": CrmObject.DEAL,
    "opportunit": CrmObject.DEAL,
    "opportunitycontactrole": CrmObject.ROLE,
}
ROWS = {
    CrmObject.ACCOUNT: len(BOOK.companies),
    CrmObject.CONTACT: len(BOOK.companies),
    CrmObject.DEAL: len(BOOK.deals),
    CrmObject.ROLE: len(BOOK.deals),
}


@dataclass(frozen=True)
class Read:
    """What became of one CRM's files."""

    crm: str
    exports: Exports


@pytest.fixture(scope="module", params=list(OTHER_CRMS))
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The book as one CRM exports it, loaded."""
    folder = tmp_path_factory.mktemp("crm")
    return Read(request.param, loaded(folder, OTHER_CRMS[request.param]))


def loaded(folder: Path, written: Callable[..., dict[str, bytes]]) -> Exports:
    """The book's files in a folder of their own, read."""
    for name, data in written(BOOK).items():
        (folder / name).write_bytes(data)
    return load_exports([str(folder)], DEFAULTS)


def test_every_file_is_the_object_that_its_name_says_and_keeps_every_record(read: Read):
    """Neither titles, groups, sub-items nor hidden sheets take a record away or add one."""
    for source in read.exports.sources:
        file = Path(source.path).name.casefold()
        said = max((words for words in OBJECTS if words in file), key=len)

        assert source.object is OBJECTS[said], source
        assert source.kept == ROWS[source.object], source

    assert read.exports.rejects == ()


def test_every_deal_has_its_amount_outcome_and_company(read: Read):
    """Won, lost and open as they are, the amounts right to the cent, each deal at its own company."""
    deals = read.exports.tables[CrmObject.DEAL].to_pandas()
    accounts = read.exports.tables[CrmObject.ACCOUNT].to_pandas().set_index("account_key")["name"]

    found = sorted(zip(deals["account_key"].map(accounts), deals["amount"], deals["outcome"], strict=True))

    assert found == sorted((d.company.name, d.amount, d.outcome) for d in BOOK.deals)


def test_deals_have_the_day_they_were_created_and_closed(read: Read):
    """Every way to write a date gives the day, and no expected day stands for a real one."""
    deals = read.exports.tables[CrmObject.DEAL].to_pandas()
    settled = deals[deals["outcome"] == WON]
    day = next((settled[n] for n in ("won_on", "closed_on") if n in settled), None)

    assert sorted(deals["created_on"]) == sorted(d.created for d in BOOK.deals)
    if read.crm != "Attio":  # exports no close date
        assert sorted(day) == sorted(d.closed for d in BOOK.deals if d.outcome == WON)


def test_every_company_has_what_describes_it(read: Read):
    """Each company once, with its industry, its country and its employees (the middle of a range where that is exported)."""
    accounts = read.exports.tables[CrmObject.ACCOUNT].to_pandas().sort_values("name")
    truth = sorted(BOOK.companies, key=lambda c: c.name)

    assert accounts["name"].tolist() == [c.name for c in truth]
    assert accounts["industry"].tolist() == [c.industry for c in truth]
    assert accounts["country"].tolist() == [c.country for c in truth]
    if read.crm in WITH_RANGES:
        assert accounts["employees"].notna().all()
        assert accounts["employees"].groupby([range_of(c) for c in truth]).nunique().eq(1).all()
    else:
        assert accounts["employees"].tolist() == [float(c.employees) for c in truth]


def test_customers_can_be_ranked(read: Read):
    """The customers are the companies with a deal won, and each is worth what it bought."""
    book = roll_up_accounts(read.exports, DEFAULTS)
    ranked = rank_customers(book, DEFAULTS).customers
    bought = dict.fromkeys((d.company.name for d in BOOK.deals), Decimal(0))
    for deal in BOOK.deals:
        bought[deal.company.name] += deal.amount if deal.outcome == WON else Decimal(0)
    worth = book.accounts.set_index("name")["realised_revenue"].dropna()

    assert len(ranked) == sum(total > 0 for total in bought.values())
    assert worth.round(2).to_dict() == {name: float(total) for name, total in bought.items() if total}


def test_ids_that_differ_in_case_alone_are_different(tmp_path: Path):
    """Salesforce's ids of 15 characters keep their case, and people and roles find their own deal."""
    exports = loaded(tmp_path, OTHER_CRMS["Salesforce Data Loader"])
    accounts = exports.tables[CrmObject.ACCOUNT].to_pandas().set_index("account_key")
    contacts = exports.tables[CrmObject.CONTACT].to_pandas()

    assert accounts["name"].to_dict() == {case_id("001", number_of(c)): c.name for c in BOOK.companies}
    assert accounts["channel"].to_dict() == {
        case_id("001", number_of(c)): way_in_of(c) for c in BOOK.companies
    }
    assert exports.deal_contacts is not None
    assert exports.deal_contacts.num_rows == len(BOOK.deals)
    assert dict(zip(contacts["contact_id"], contacts["job_title"], strict=True)) == {
        case_id("003", number_of(c)): title_of(c) for c in BOOK.companies
    }


def test_subscriptions_are_read_with_their_ends(tmp_path: Path):
    """A billing tool's file is subscriptions of customers, ended when service ended, and no open deals."""
    exports = loaded(tmp_path, stripe)
    table = exports.tables[CrmObject.SUBSCRIPTION].to_pandas()
    won = [d for d in BOOK.deals if d.outcome == WON]

    assert [s.object for s in exports.sources] == [CrmObject.SUBSCRIPTION]
    assert sorted(table["started_on"]) == sorted(d.created for d in won)
    assert sorted(table["ended_on"].dropna()) == sorted(d.closed for d in won if int(d.id) % 3 == 0)
    assert sum(table["amount"], Decimal(0)) == sum((d.amount for d in won), Decimal(0))
    assert set(exports.tables[CrmObject.ACCOUNT]["name"].to_pylist()) == {d.company.name for d in won}
    assert OPEN not in set(table["status"])
