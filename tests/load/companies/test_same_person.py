"""One person on several rows: in two files, twice in one CRM, behind a mailbox that many share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.rollup import roll_up_people

if TYPE_CHECKING:
    from collections.abc import Callable

COMPANIES = "Company ID,Company name,Domain\n1,Acme,acme.example\n2,Bolt,bolt.example\n"
CRM = (
    "Record ID,First Name,Last Name,Email,Job Title,Company Name\n"
    "71,Marie,Dupont,marie@acme.example,,Acme\n72,Paul,Petit,paul@acme.example,Buyer,Acme\n"
)


def _people(load: Callable, files: dict[str, str]):
    return roll_up_people(load({"companies.csv": COMPANIES, **files})).contacts


def test_the_guest_of_a_webinar_is_the_person_of_the_crm(load: Callable):
    """The same address at the same company in two lists is one person, who keeps the id and gets the title that one of them tells."""
    webinar = "First Name,Last Name,Email,Company,Job Title\nMARIE,DUPONT,Marie@Acme.example,Acme,CFO\n"

    people = _people(load, {"contacts.csv": CRM, "webinar.csv": webinar})

    assert sorted(zip(people["contact_id"], people["job_title"], strict=True)) == [
        ("71", "CFO"),
        ("72", "Buyer"),
    ]


def test_rows_merged_are_counted_and_told(load: Callable):
    """The second list's row is merged and no longer kept, and a finding says why."""
    webinar = "First Name,Last Name,Email,Company\nMarie,Dupont,marie@acme.example,Acme\nZoe,New,zoe@acme.example,Acme\n"
    exports = load({"companies.csv": COMPANIES, "contacts.csv": CRM, "webinar.csv": webinar})

    counts = {s.path.rpartition("/")[2]: (s.kept, s.merged) for s in exports.sources}
    assert counts["contacts.csv"] == (2, 0)
    assert counts["webinar.csv"] == (1, 1)
    assert any(f.code == "ICP123" and "e-mail address" in f.message for f in exports.findings)


def test_a_person_twice_in_a_crm_takes_part_under_either_id(load: Callable):
    """Two records of one person are one, whose deals are those of both."""
    twice = CRM + "73,Marie,Dupont,marie@acme.example,CFO,Acme\n"
    deals = (
        "Deal ID,Company name,Stage,Associated Contact IDs\n9,Acme,Closed Won,73\n10,Acme,Closed Lost,71\n"
    )

    people = _people(load, {"contacts.csv": twice, "deals.csv": deals})

    marie = people[people["job_title"] == "CFO"]
    assert len(people) == 2
    assert marie[["won_tie", "lost_tie"]].to_numpy().tolist() == [[True, True]]


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ("73,Nadia,Weber,marie@acme.example,CEO,Acme", 3),  # a mailbox that two share
        ("73,Marie,Martin,marie@acme.example,CEO,Acme", 3),
        ("73,,,marie@acme.example,CEO,Acme", 2),  # only the address
        ("73,,,info@acme.example,CEO,Acme", 3),
        ("73,M.,Dupont,marie@acme.example,CEO,Acme", 2),
        ("73,Marie,Dupont,marie@bolt.example,CEO,Bolt", 3),  # who went elsewhere, or a namesake
        ("73,Marie,Dupont,,CEO,Acme", 3),  # two ids of a CRM and no address: namesakes are possible
        (",Marie,Dupont,,CEO,Acme", 2),
        (",Marie,Dupont,md@acme.example,CEO,Acme", 3),
    ],
)
def test_who_is_the_same_person(load: Callable, row: str, count: int):
    """One address and names that agree, or one name where an id and a second address are missing, are one person at one company."""
    assert len(_people(load, {"contacts.csv": CRM + row + "\n"})) == count


def test_the_order_of_rows_does_not_matter(load: Callable):
    """Turned around, the same rows give the same people."""
    rows = [
        *CRM.splitlines()[1:],
        "73,Marie,Dupont,marie@acme.example,CFO,Acme",
        ",Paul,Petit,,Head of Purchasing,Acme",
    ]
    head = CRM.splitlines()[0]

    one, other = (
        _people(load, {"contacts.csv": "\n".join([head, *order]) + "\n"}).drop(columns="contact_row")
        for order in (rows, rows[::-1])
    )

    assert one.astype(str).to_dict("records") == other.astype(str).to_dict("records")
