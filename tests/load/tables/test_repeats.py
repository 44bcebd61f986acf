"""What several exports tell counts once, whichever of them is read first."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.load.tables.ledger import REPEATED_ID
from icpcli.model.common import CrmObject
from icpcli.rollup.accounts import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

    from icpcli.model.tables import Exports

INVOICES = "Invoice number,Customer,Invoice date,Amount"
DEALS = "Deal ID,Company name,Amount,Stage,Close date"


def loaded(folder: Path, *files: tuple[str, list[str]], header: str = INVOICES) -> Exports:
    """Files of these names and rows, read in this order."""
    for name, lines in files:
        (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return load_exports([str(folder / name) for name, _ in files], DEFAULTS)


def amounts(exports: Exports, wanted: CrmObject = CrmObject.INVOICE) -> list[Decimal]:
    """The amounts of all rows that count, by size."""
    return sorted(exports.tables[wanted].column("amount").to_pylist())


def test_invoices_that_two_exports_hold_are_sold_once(tmp_path: Path):
    """60 invoices of 100, twenty of them in both files: 6,000 are sold, and the repeats are merged and told."""
    lines = [f"F{n},Firm {n % 7},2024-{n % 12 + 1:02d}-05,100" for n in range(60)]

    exports = loaded(tmp_path, ("early.csv", lines[:40]), ("late.csv", lines[20:]))

    assert roll_up_accounts(exports, DEFAULTS).accounts["realised_revenue"].sum() == 6000
    assert [(s.read, s.kept, s.merged) for s in exports.sources] == [(40, 40, 0), (40, 20, 20)]
    assert [f.rows for f in exports.findings if f.code == REPEATED_ID] == [20]


def test_the_order_of_the_files_given_changes_nothing(tmp_path: Path):
    """Which file a row that both hold counts in, what is said of it and the order of what is said are the same."""
    lines = [f"F{n},Firm {n % 7},2024-{n % 12 + 1:02d}-05,100" for n in range(60)]
    files = [("early.csv", lines[:40]), ("late.csv", lines[20:])]

    straight, turned = loaded(tmp_path, *files), loaded(tmp_path, *reversed(files))

    assert (turned.sources, turned.findings) == (straight.sources, straight.findings)
    assert all(turned.tables[o].equals(table) for o, table in straight.tables.items())


FLAT = "Company,Website,MRR,Contact ID,First name,Last name,Email,Job title"


def test_a_row_of_a_company_and_a_person_is_merged_once(tmp_path: Path):
    """A flat file given again with one byte changed: its 30 rows are merged into those of the other, each once."""
    lines = [f"Firm {n},firm{n}.example,100,P{n},Ann,A{n},ann@firm{n}.example,CEO" for n in range(30)]
    changed = [*lines[:-1], lines[-1].replace("CEO", "CFO")]

    exports = loaded(tmp_path, ("a.csv", lines), ("b.csv", changed), header=FLAT)

    assert [(s.read, s.kept, s.merged) for s in exports.sources] == [(30, 30, 0), (30, 0, 30)]
    assert exports.tables[CrmObject.CONTACT].num_rows == 30
    assert [f.rows for f in exports.findings if f.code == REPEATED_ID] == [30]


def test_the_lines_of_an_invoice_all_count_and_once(tmp_path: Path):
    """Two equal lines of one invoice are two sales; in the other file they are the same two."""
    lines = ["F1,Acme,2024-01-05,100", "F1,Acme,2024-01-05,100", "F1,Acme,2024-01-05,30"]

    exports = loaded(tmp_path, ("a.csv", lines), ("b.csv", [*lines, "F2,Acme,2024-02-05,7"]))

    assert amounts(exports) == [7, 30, 100, 100]


def test_a_number_at_another_company_or_of_another_year_is_another_invoice(tmp_path: Path):
    """Books that number their invoices anew each year, and two systems that both begin at 1, lose none."""
    first = ["1,Acme,2023-01-05,10", "2,Acme,2023-02-05,20"]
    second = ["1,Acme,2024-01-05,30", "2,Bolt,2023-02-05,40"]

    assert amounts(loaded(tmp_path, ("2023.csv", first), ("2024.csv", second))) == [10, 20, 30, 40]


@pytest.mark.parametrize(
    ("wanted", "header", "fuller", "other"),
    [
        (
            CrmObject.INVOICE,
            INVOICES,
            ["F1,Acme,2024-01-05,10", "F1,Acme,2024-01-05,20"],
            ["F1,Acme,2024-01-05,10"],
        ),
        (CrmObject.INVOICE, INVOICES, ["F1,Acme,2024-01-05,10"], ["F1,Acme,2024-01-05,20"]),
        (CrmObject.DEAL, DEALS, ["D1,Acme,10,Closed Won,2024-01-05"], ["D1,Acme,20,Closed Won,2024-01-05"]),
        (CrmObject.DEAL, DEALS, ["D1,Acme,30,Closed Won,2024-01-05"], ["D1,Acme,,Closed Won,2024-01-05"]),
    ],
    ids=["more lines", "another amount", "another amount of a deal", "a blank amount"],
)
def test_where_two_exports_disagree_neither_their_order_nor_their_names_decide(
    tmp_path: Path, wanted: CrmObject, header: str, fuller: list[str], other: list[str]
):
    """The file that says more of an invoice or a deal is believed, of equals the one that comes first by what it says."""
    told = [
        loaded(tmp_path, *files, header=header)
        for files in (
            [("a.csv", fuller), ("b.csv", other)],
            [("b.csv", other), ("a.csv", fuller)],
            [("a.csv", other), ("b.csv", fuller)],
        )
    ]

    expected = [Decimal(line.split(",")[3 if wanted is CrmObject.INVOICE else 2]) for line in fuller]
    assert [amounts(exports, wanted) for exports in told] == [expected] * 3
