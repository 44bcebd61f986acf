"""Every row read is kept, merged or dropped, once, whatever the files hold."""

from __future__ import annotations

import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpcli.errors import DataError, InputError
from icpcli.load.exports import load_exports
from icpcli.load.files.memory import InMemory
from icpcli.model.common import CrmObject
from icpcli.model.tables import Source
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["Acme", "ACME SAS", "Bolt", "", "Total", "Acme (7)", "n/a"]
IDS = ["1", "2", "1;2", ""]
DAYS = ["2024-01-05", "2023-02-05", "", "soon"]
MONEY = ["100", "100 €", "$7", "-3", "", "x"]
EXPORTS = {
    "companies": {"Company ID": IDS, "Company name": NAMES, "City": ["Paris", "Lyon", ""], "MRR": MONEY},
    "flat": {"Company": NAMES, "MRR": MONEY, "Contact ID": IDS, "First name": ["Ann", ""], "Job title": ["CEO", ""]},
    "partners": {"Name": NAMES, "Is a Company": ["True", "False", ""], "Related Company": NAMES, "Job Position": ["CEO", ""]},
    "contacts": {"Contact ID": IDS, "Email": ["a@acme.com", "b@gmail.com", ""], "Company name": NAMES},
    "deals": {"Deal ID": IDS, "Deal name": ["d", ""], "Company name": NAMES, "Amount": MONEY, "Stage": ["Won", "Lost", ""]},
    "invoices": {"Invoice number": IDS, "Customer": NAMES, "Invoice date": DAYS, "Amount": MONEY, "Status": ["Paid", "Draft", ""]},
    "subscriptions": {"Subscription ID": IDS, "Customer": NAMES, "Start date": DAYS, "MRR": MONEY, "Status": ["active", "trialing"]},
    "products": {"Product": NAMES, "Series": IDS},
}  # fmt: skip
ODD_LINES = ["", ",,,,", "Total,,,,", "a,b", "1,2,3,4,5,6,7,8", '"torn', "Exported by Ann"]


@st.composite
def hostile_exports(draw: st.DrawFn) -> list[InMemory]:
    """One to four exports of a few rows, that repeat themselves and each other, with lines that are no records."""
    files = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(sorted(EXPORTS)), min_size=1, max_size=4))):
        columns = EXPORTS[kind]
        row = st.tuples(*map(st.sampled_from, columns.values())).map(",".join)
        lines = draw(st.lists(row, min_size=1, max_size=6))
        lines += draw(st.lists(st.sampled_from([*lines, *ODD_LINES, ",".join(columns)]), max_size=3))
        files.append(InMemory(f"{kind} {number}", "\n".join([",".join(columns), *lines]).encode()))
    return files


@settings(max_examples=60, deadline=None)
@given(hostile_exports())
def test_what_is_kept_stands_in_the_tables(files: list[InMemory]):
    """Read is kept, merged and dropped, none of them below zero, and what files keep of an object are the rows of its table."""
    try:
        exports = load_exports(files, DEFAULTS)
    except (InputError, DataError):
        return
    kept: Counter[CrmObject] = Counter()
    for source in exports.sources:
        counts = (source.kept, source.merged, *source.dropped.values())
        assert min(counts) >= 0
        assert source.read == sum(counts)
        kept[source.object] += source.kept
    for wanted in (CrmObject.DEAL, CrmObject.INVOICE, CrmObject.SUBSCRIPTION):
        if wanted in exports.tables:
            assert kept[wanted] == exports.tables[wanted].num_rows


@pytest.mark.parametrize(
    ("kept", "merged", "dropped"), [(-1, 3, {}), (3, -1, {}), (3, 0, {"blank": -1}), (1, 0, {})]
)
def test_a_source_whose_rows_do_not_add_up_is_refused(kept: int, merged: int, dropped: dict[str, int]):
    """A row lost or told twice is a fault of ours, and stops the run before it is saved."""
    with pytest.raises(AssertionError, match="2 rows read"):
        Source("a.csv", "", CrmObject.DEAL, 2, kept, merged, dropped)


def test_files_of_one_name_in_an_archive_are_accounted_for_apart(tmp_path: Path):
    """A ZIP archive may hold a name twice: what the one merges the other does not."""
    path = tmp_path / "exports.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "Company,MRR\nAcme,1\nBolt,0\n")
        for amount in (1, 2):
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("a.csv", f"Company,MRR\nAcme,1\nBolt,{amount}\n")

    sources = load_exports([str(path)], DEFAULTS).sources

    assert [(s.path.removeprefix(str(path)), s.kept, s.merged) for s in sources] == [
        ("/a.csv", 2, 0),
        ("/a.csv (2)", 0, 2),
        ("/a.csv (3)", 0, 2),
    ]
