"""Colleagues and partners who are recorded at customers are no buyers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.rollup import roll_up_people

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = "Record ID,First Name,Last Name,Email,Job Title,Company Name\n"


def _of_company(n: int, address: str) -> str:
    return f"{n}1,Ann,Lee{n},{address},CFO,Firm {n}\n"


def _colleague(n: int) -> str:
    return f"{n}2,Zoe,Ray{n},zoe{n}@ours.example,Account Executive,Firm {n}\n"


def test_people_of_one_domain_at_many_companies_are_left_out_and_told(load: Callable):
    """Twelve companies with their own buyer and a colleague of ours each have twelve people; nine such companies tell nothing."""
    many = "".join(_of_company(n, f"ann@firm{n}.example") + _colleague(n) for n in range(12))
    few = "".join(_of_company(n, f"ann@firm{n}.example") + _colleague(n) for n in range(9))

    exports = load({"contacts.csv": HEAD + many})

    assert set(roll_up_people(exports).contacts["job_title"]) == {"CFO"}
    (source,) = exports.sources
    assert (source.kept, source.dropped) == (12, {"a colleague or a partner": 12})
    assert any(f.code == "ICP410" for f in exports.findings)
    assert len(roll_up_people(load({"contacts.csv": HEAD + few})).contacts) == 18


def test_a_group_that_shares_a_domain_and_free_mail_stay(load: Callable):
    """Companies of a group have no other domain; a free provider's is nobody's."""
    group = "".join(_of_company(n, f"ann{n}@group.example") for n in range(12))
    free = "".join(
        f"{n}3,Bob,Fox{n},bob{n}@{'gmail.com' if n % 2 else 't-online.de'},CEO,Firm {n}\n" for n in range(12)
    )

    assert len(roll_up_people(load({"contacts.csv": HEAD + group + free})).contacts) == 24
