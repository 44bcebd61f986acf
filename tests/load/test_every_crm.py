"""The same book, exported by seven CRMs, gives the same ranking and the same profile."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from crms import CRMS, LOST, OPEN, PLANTED, WON, book_of

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.pipeline.derive import derive
from icpcli.pipeline.rank import rank
from icpcli.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from icpcli.model.profile import Derivation, Profile
    from icpcli.model.tables import Exports

BOOK = book_of()
SETTINGS = Settings(permutations=19)


@dataclass(frozen=True)
class Read:
    """What became of one CRM's files."""

    folder: Path
    exports: Exports


@pytest.fixture(scope="module", params=list(CRMS))
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The book as one CRM exports it, loaded."""
    folder = tmp_path_factory.mktemp("crm")
    for name, data in CRMS[request.param](BOOK).items():
        (folder / name).write_bytes(data)
    return Read(folder, load_exports([str(folder)], SETTINGS))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book as the first CRM exports it."""
    folder = tmp_path_factory.mktemp("first")
    for name, data in next(iter(CRMS.values()))(BOOK).items():
        (folder / name).write_bytes(data)
    return folder


def without_units(found: Derivation) -> Profile:
    """The profile of a derivation; only Zoho and the French spreadsheet write a sign of currency."""
    figures = tuple(replace(figure, unit="") for figure in found.profile.figures)
    return replace(found.profile, figures=figures)


def test_every_deal_is_read_with_its_amount_and_its_outcome(read: Read):
    """As many deals as there are, won, lost and open as they are, worth the same to the cent."""
    deals = read.exports.tables[CrmObject.DEAL]

    assert Counter(deals["outcome"].to_pylist()) == Counter(d.outcome for d in BOOK.deals)
    assert sum(deals["amount"].to_pylist(), Decimal(0)) == sum((d.amount for d in BOOK.deals), Decimal(0))
    assert deals["created_on"].to_pylist().count(None) == 0
    assert sorted(deals["created_on"].to_pylist()) == sorted(d.created for d in BOOK.deals)


def test_every_company_is_read_with_what_describes_it(read: Read):
    """Each of the 300 companies once, with its industry, its employees and its country."""
    accounts = read.exports.tables[CrmObject.ACCOUNT].select(["name", "industry", "employees", "country"])

    assert sorted(tuple(row.values()) for row in accounts.to_pylist()) == sorted(
        (c.name, c.industry, float(c.employees), c.country) for c in BOOK.companies
    )


def test_no_row_is_rejected_and_all_are_accounted_for(read: Read):
    """Footers, totals and continuation rows are no rejects, and every deal stands with its company."""
    assert read.exports.rejects == ()
    assert read.exports.tables[CrmObject.DEAL]["account_key"].null_count == 0
    for source in read.exports.sources:
        assert source.object in {CrmObject.ACCOUNT, CrmObject.DEAL}
        assert source.kept == len(BOOK.deals if source.object is CrmObject.DEAL else BOOK.companies)


def test_the_ranking_is_the_same(read: Read, first: Path):
    """Every customer has the rank and the score that any other CRM's export gives it."""
    ours, theirs = (
        rank([str(folder)], SETTINGS).ranking.customers[
            ["name", "rank", "score", "lifetime_value", "retention"]
        ]
        for folder in (read.folder, first)
    )

    assert len(ours) == len({d.company.id for d in BOOK.deals if d.outcome == WON})
    pd.testing.assert_frame_equal(ours, theirs)


def test_the_profile_is_the_same_and_the_planted_one(read: Read, first: Path):
    """Conditions, how sure each is, evidence and head counts agree; the industries that buy for more are found."""
    ours, theirs = (derive([str(folder)], SETTINGS, base=folder) for folder in (read.folder, first))

    assert without_units(ours) == without_units(theirs)
    assert ours.accounts == theirs.accounts
    assert [set(c.values) for c in ours.profile.conditions if c.field == "industry"] == [set(PLANTED)]


def test_the_book_has_deals_of_every_outcome():
    """The book itself is no easy one: every outcome is in it, and companies with several deals."""
    assert set(Counter(d.outcome for d in BOOK.deals)) == {WON, LOST, OPEN}
    assert len(BOOK.deals) > 1.5 * len(BOOK.companies)
