"""People as exports hold them: contacts alone, no people at all, real exports, activities and notes beside them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from tellings import derivation_of

from icpcli.load.exports import load_exports
from icpcli.load.texts.cells import Cells
from icpcli.load.texts.hours import hours_of
from icpcli.model.common import Verdict
from icpcli.rollup import roll_up_people
from icpcli.settings import Settings
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONTACTS = """Record ID,First Name,Last Name,Email,Job Title,Company Name,Buying Role,Notes
7001,Camille,Dupont,camille@acme.example,CFO,Acme,Budget Holder,Worried about hidden fees
7002,Ines,Morel,ines@bolt.example,IT Manager,Bolt,Influencer,
"""
DEALS = """Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Company,Associated Contact IDs,Deal Description,Closed Lost Reason
9001,One,Closed Won,100,2024-03-01,Acme,7001,Replaces spreadsheets,
9002,Two,Closed Lost,100,2024-04-01,Bolt,7002,,Price too high
9003,Three,Closed Won,100,2024-05-01,Bolt,,Wants an open API,
"""
CALLS = """Record ID,Activity type,Activity date,Call direction,Call outcome,Call notes,Associated Contact IDs
1,Call,2024-02-06 16:30,Inbound,,Asks for a mobile app,7001
2,Call,2024-02-07 09:05,Outbound,No answer,,7001
3,Call,2024-02-08 10:00,Outbound,Connected,,9999
"""


@pytest.fixture
def people(tmp_path: Path):
    """What is rolled up of three small exports."""
    for name, text in (("contacts.csv", CONTACTS), ("deals.csv", DEALS), ("calls.csv", CALLS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return roll_up_people(load_exports([str(tmp_path)], Settings()))


def test_texts_are_of_those_they_are_about(people):
    """Notes are a person's own, a deal's texts those of its people, or of the company's where nobody is known."""
    told = {(t.contact_key, t.source, t.text) for t in people.texts.itertuples()}

    assert told == {
        ("7001", "notes", "Worried about hidden fees"),
        ("7001", "notes", "Asks for a mobile app"),
        ("7001", "description", "Replaces spreadsheets"),
        ("7002", "lost_reason", "Price too high"),
        ("7002", "description", "Wants an open API"),
    }


def test_activities_are_of_known_people_with_weekday_and_hour(people):
    """Calls of known people keep who began them, what came of them, the weekday (0 is Monday) and the hour."""
    rows = people.activities[["contact_key", "direction", "weekday", "hour"]].to_dict("records")

    assert rows == [
        {"contact_key": "7001", "direction": "Inbound", "weekday": 1.0, "hour": 16.0},
        {"contact_key": "7001", "direction": "Outbound", "weekday": 2.0, "hour": 9.0},
    ]


def test_activities_count_how_often_people_were_contacted(people, tmp_path):
    """Without a count of the CRM's own the activities of each person are counted; who has none is not known, and no zero."""
    counted = CONTACTS.replace("Notes", "Notes,Number of times contacted").replace("fees", "fees,7")
    (tmp_path / "contacts.csv").write_text(counted, encoding="utf-8")
    by_crm = roll_up_people(load_exports([str(tmp_path)], Settings()))

    assert people.contacts["times_contacted"].dropna().to_dict() == {0: 2.0}
    assert by_crm.contacts["times_contacted"].dropna().to_dict() == {0: 7.0}


def test_names_are_known_so_that_they_are_never_shown(people):
    """The words of people's names and addresses, and the names of companies, are known to whoever quotes texts."""
    assert {"camille", "dupont", "ines", "morel"} <= people.names.people
    assert {("acme",), ("bolt",)} <= people.names.companies


@pytest.mark.parametrize(
    ("cell", "hour"),
    [
        ("2024-02-06 16:30", 16),
        ("06/02/2024 9:05", 9),
        ("2/6/2024 4:30 PM", 16),
        ("12:10 am", 0),
        ("2024-02-06T08:00:00.000Z", 8),
        ("6 février 2024 à 14h15", 14),
        ("2024-02-06", None),
        ("25:00", None),
    ],
)
def test_the_hour_is_read_as_it_is_written(cell: str, hour: int | None):
    """Times of 24 and of 12 hours, with or without a date, give their hour; a day gives none."""
    import pyarrow as pa  # noqa: PLC0415  beside its only use

    assert hours_of(Cells.of(pa.array([cell, "1:00"]))).to_pylist()[0] == hour


def test_a_column_of_midnights_holds_days():
    """Where every time is midnight, there is no hour to speak of."""
    import pyarrow as pa  # noqa: PLC0415  beside its only use

    midnights = Cells.of(pa.array(["2024-02-06 00:00", "2024-02-07 00:00:00"]))
    assert hours_of(midnights).to_pylist() == [None, None]


def test_contacts_alone_give_personas_and_no_profile(icp: Callable, tmp_path: Path, examples: Path):
    """A file of contacts without deals: the people are described, the report says who counted, icp.json is not written."""
    ran = icp(
        "personas", examples / "hubspot-fr" / "contacts.csv", "--rows", "people.csv", "--format", "json"
    )

    personas = json.loads(ran.stdout)
    assert ran.code == 3
    assert personas["basis"] == "everyone in the exports"
    assert len(personas["items"]) == 3
    assert not (tmp_path / "icp.json").exists()
    rows = list(csv.DictReader(io.StringIO((tmp_path / "people.csv").read_text(encoding="utf-8-sig"))))
    assert list(rows[0]) == ["contact_id", "persona", "probability"]
    assert len(rows) == personas["people"]


def test_contacts_alone_say_nothing_of_the_profile_that_is_saved(
    icp: Callable, tmp_path: Path, examples: Path
):
    """Beside a supported profile, the personas of a file of contacts do not read as if the profile had been lost."""
    saved = to_json(derivation_of(Verdict.SUPPORTED))
    (tmp_path / "icp.json").write_text(saved, encoding="utf-8")

    ran = icp("personas", examples / "hubspot-fr" / "contacts.csv")

    assert "The people in these exports." in ran.stdout
    assert "support no profile" not in ran.stdout + ran.stderr
    assert "icp.json is left as it is" in ran.stderr
    assert (tmp_path / "icp.json").read_text(encoding="utf-8") == saved


def test_derive_says_how_to_describe_contacts_alone(icp: Callable, examples: Path):
    """Deriving from contacts alone is an error that names the command for it."""
    ran = icp("derive", examples / "hubspot-fr" / "contacts.csv")

    assert ran.code == 1
    assert "icp personas PATH" in ran.stderr


def test_an_export_without_people_says_what_to_export(icp: Callable, tmp_path: Path, examples: Path):
    """Without a file of people the profile is derived, and a finding says where people are found in each CRM."""
    for name in ("entreprises.csv", "transactions.csv"):
        (tmp_path / name).write_bytes((examples / "hubspot-fr" / name).read_bytes())

    ran = icp("derive", "entreprises.csv", "transactions.csv")

    found = json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))
    assert ran.code == 0
    assert found["personas"]["items"] == []
    message = next(f["message"] for f in found["findings"] if f["code"] == "ICP408")
    assert all(crm in message for crm in ("HubSpot", "Salesforce", "Pipedrive"))


@pytest.mark.parametrize(
    ("name", "note"),
    [("salesforce_devorg", "too few to tell kinds apart"), ("northwind", "only the job title tells these people apart")],
)  # fmt: skip
def test_real_exports_claim_no_kinds_that_they_do_not_show(
    icp: Callable, exports_of_others: Callable, name: str, note: str
):
    """Thirteen people are too few, and titles alone tell no kinds apart: one kind, and the note says why."""
    personas = json.loads(icp("personas", exports_of_others(name), "--format", "json").stdout)

    assert len(personas["items"]) == 1
    assert note in personas["note"]


def test_purchasing_roles_are_reported_as_they_are(icp: Callable, exports_of_others: Callable):
    """The resellers' owners, purchasing managers and agents are counted as such."""
    personas = json.loads(icp("personas", exports_of_others("adventureworks"), "--format", "json").stdout)

    (item,) = personas["items"]
    titles = {title["value"]: title["people"] for title in item["usual_titles"]}
    assert set(titles) == {"Purchasing Agent", "Purchasing Manager", "Owner"}
    assert sum(titles.values()) == item["contacts"]
    assert item["functions"][0]["value"] == "procurement"
