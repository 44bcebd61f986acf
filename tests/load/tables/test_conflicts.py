"""What stands for a company whose rows disagree, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from icpcli.load.exports import load_exports
from icpcli.load.tables.conflicts import DISAGREEING
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from icpcli.model.tables import Exports

DEALS = "Deal ID,Deal name,Organization,Status,Value,Won time"


def deals(path: Path, headers: str, rows: Sequence[tuple[str, str]]) -> Exports:
    """An export of won deals: the company of each, and what its row says of the company under ``headers``."""
    lines = [
        f"{n},Deal {n},{company},Won,100,2024-01-{n % 28 + 1:02},{said}"
        for n, (company, said) in enumerate(rows)
    ]
    (path / "deals.csv").write_text("\n".join([f"{DEALS},{headers}", *lines]) + "\n", encoding="utf-8")
    return load_exports([str(path / "deals.csv")], DEFAULTS)


def companies(exports: Exports, field: str) -> dict[str, object]:
    """What a field of each company is, by its name."""
    table = exports.tables[CrmObject.ACCOUNT]
    return dict(zip(*(table.column(name).to_pylist() for name in ("name", field)), strict=True))


def told(exports: Exports) -> list[str]:
    """What is said of companies whose rows disagree."""
    return [finding.message for finding in exports.findings if finding.code == DISAGREEING]


@pytest.mark.parametrize("turned", [1, -1])
def test_a_trait_that_a_companys_rows_disagree_on_is_what_most_say_or_unknown(tmp_path: Path, turned: int):
    """Two of three rows settle it, whatever else they differ in; of two that disagree neither is taken, and it is told."""
    rows = [("Acme", "Health,Lyon"), ("Acme", "Health,Paris"), ("Acme", "Food,Lyon"), ("Bolt", "Travel,Nice"),
            ("Bolt", "Food,Nice"), ("Cord", "Food,Nice"), ("Dove", "FOOD,Lyon"), ("Dove", "Food,Lyon")]  # fmt: skip

    exports = deals(tmp_path, "Organization - Sector,Organization - City", rows[::turned])

    known = companies(exports, "industry")
    assert known == {"Acme": "Health", "Bolt": None, "Cord": "Food", "Dove": "Food"}
    assert companies(exports, "city") == {"Acme": "Lyon", "Bolt": "Nice", "Cord": "Nice", "Dove": "Lyon"}
    assert ["'industry' (1 company)" in message for message in told(exports)] == [True]


def test_a_sector_told_by_dice_is_no_more_often_the_alphabets_first_where_there_are_more_deals(
    tmp_path: Path,
):
    """Ties that went to Food made a profile of Food companies, since good customers have more deals."""
    dice = np.random.default_rng(0)
    rows = [
        (f"Firm {firm}", dice.choice(["Food", "Health", "Travel"]))
        for firm in range(600)
        for _ in range(1 + 3 * (firm % 2))
    ]

    known = companies(deals(tmp_path, "Organization - Sector", rows), "industry")

    of_many = [sector for name, sector in known.items() if int(name.split()[1]) % 2 and sector]
    assert len(of_many) > 80
    assert 0.25 < of_many.count("Food") / len(of_many) < 0.42


@pytest.mark.parametrize(
    ("sizes", "size"),
    [("100 120 130", 120), ("100 130", 100), ("10 500", None), ("10 10 500", 10), ("11-50 51-200", None)],
)
def test_a_size_that_grew_is_known_and_one_that_is_another_on_every_row_is_not(
    tmp_path: Path, sizes: str, size: float | None
):
    """The least of several numbers would be smaller the more rows there are."""
    exports = deals(
        tmp_path, "Organization - Employees", [("Acme", said) for said in sizes.split()] + [("Bolt", "7")]
    )

    assert companies(exports, "employees") == {"Acme": size, "Bolt": 7}
    assert bool(told(exports)) is (size is None)


def test_names_days_and_notes_of_a_company_with_several_rows_are_kept(tmp_path: Path):
    """What describes no kind of company is still the most frequent, then the first: nothing of it is lost, or told."""
    text = (
        "Company ID,Company name,Create date,Lifecycle stage,Notes,Priority\n"
        "1,Acme,2024-01-02,Customer,Met at a fair,High\n1,Acme SAS,2024-01-01,Lead,Wants a demo,High\n2,Bolt,2024-02-01,Customer,x,Low\n"
    )
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")

    exports = load_exports([str(tmp_path)], DEFAULTS)

    first = exports.tables[CrmObject.ACCOUNT].to_pylist()[0]
    assert (first["name"], str(first["created_on"]), first["notes"]) == (
        "Acme",
        "2024-01-01",
        "Met at a fair",
    )
    assert (first["lifecycle_stage"], first["custom:Priority"]) == ("Customer", "High")
    assert told(exports) == []
