"""Personas: who counts, how many kinds are claimed, what is said of them and what never is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from icpcli.model.tables import People
from icpcli.people.naming import names_of
from icpcli.people.personas import find_personas
from icpcli.people.portrait import shares
from icpcli.settings import Settings

KINDS = (
    (
        ("Head of Sales", "Sales Director", "Directrice commerciale"),
        ("DECISION_MAKER", "Budget Holder"),
        ("Referral",),
        9,
    ),
    (("RevOps Manager", "Responsable RevOps"), ("End User", "Utilisateur"), ("Webinar", "Organic search"), 3),
    (("CFO", "Directeur financier"), ("Blocker", "Détenteur du budget"), ("Outbound",), 1),
)


def planted_people(kinds: int, people: int, seed: int, *, blank: float = 0.1, ties: bool = True):
    """People of clear kinds, a tenth of whose cells are any kind's, with blanks; and the kind of each."""
    rng = np.random.default_rng(seed)
    kind = rng.permutation(np.arange(people) % kinds)

    def cell(which: int, column: int) -> str | None:
        if rng.random() < blank:
            return None
        own = which if rng.random() < 0.9 else int(rng.integers(kinds))
        return str(rng.choice(KINDS[own][column]))

    rows = [
        {
            "contact_key": f"key{i:05d}",
            "contact_id": f"id{i}",
            "contact_row": i + 1,
            "account_key": f"account{i % 30}",
            "job_title": cell(which, 0),
            "department": None,
            "seniority": None,
            "buying_role": cell(which, 1),
            "channel": cell(which, 2),
            "times_contacted": np.nan if rng.random() < blank else float(rng.poisson(KINDS[which][3])),
            "won_tie": ties and i % 3 > 0,
            "lost_tie": ties and i % 3 != 1,
        }
        for i, which in enumerate(kind)
    ]
    return kind, People(pd.DataFrame(rows), ties_known=ties)


ACCOUNTS = frozenset(f"account{i}" for i in range(30))


def found_among(people, *, inside=ACCOUNTS, customers=ACCOUNTS, supported=True, **choices):
    """The personas of these people, all of them at customers in the profile unless said otherwise."""
    return find_personas(
        people, inside=inside, customers=customers, profile_supported=supported, settings=Settings(**choices)
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kinds", [1, 2, 3])
def test_planted_kinds_are_found_and_named(kinds, seed):
    """One, two or three clear kinds among 240 people are counted right, found again and named for what they are."""
    kind, people = planted_people(kinds, 240, seed, ties=False)

    found = found_among(people)

    fields = {item.functions[0].value for item in found.personas.items}
    assert len(found.personas.items) == kinds
    assert fields == {"sales", "revenue operations", "finance"} - set(
        ("finance", "revenue operations")[: 3 - kinds]
    )
    assert "Head of Sales" in {item.name.split(",")[0] for item in found.personas.items}
    if kinds > 1:
        assert adjusted_rand_score(kind, found.rows["persona"].astype("category").cat.codes) > 0.7


def test_every_person_is_counted_once():
    """Head counts add up to the people counted, and the rows name each of them once."""
    _, people = planted_people(2, 150, 4)

    found = found_among(people)

    assert sum(item.contacts for item in found.personas.items) == found.personas.people == len(found.rows)
    assert found.rows["contact_id"].is_unique
    assert sum(item.share for item in found.personas.items) == pytest.approx(1)
    assert found.rows["probability"].between(0.3, 1).all()


def test_the_order_of_rows_changes_nothing():
    """People in another order give the same personas and the same row for each."""
    _, people = planted_people(2, 150, 5)
    shuffled = People(people.contacts.sample(frac=1, random_state=1), ties_known=True)

    straight, again = found_among(people), found_among(shuffled)

    assert straight.personas == again.personas
    assert straight.findings == again.findings
    ordered = [found.rows.sort_values("contact_id", ignore_index=True) for found in (straight, again)]
    pd.testing.assert_frame_equal(*ordered)


def test_people_on_won_deals_count_where_ties_are_known():
    """Where exports say who took part in which deal, only people on won deals are counted."""
    _, people = planted_people(2, 150, 6)

    found = found_among(people)

    assert found.personas.people == 100
    assert found.personas.basis == "people who took part in won deals, at customers in the profile"
    assert found.findings == ()


def test_everyone_counts_where_ties_are_unknown_and_it_is_said():
    """Without deals, everyone at the companies in the profile is counted, with a finding."""
    _, people = planted_people(2, 150, 7, ties=False)

    found = found_among(people)

    assert found.personas.people == 150
    assert found.personas.basis == "everyone known at customers in the profile"
    assert [f.code for f in found.findings] == ["ICP402"]
    assert all(item.won_involvement is None for item in found.personas.items)


def test_the_circle_widens_until_enough_people_are_known():
    """With too few people in the profile, those at all customers are counted, with a finding that says how few there were."""
    _, people = planted_people(2, 150, 8)

    found = found_among(people, inside=frozenset({"account1"}))

    assert found.personas.basis == "people who took part in won deals, at all customers"
    assert [(f.code, f.rows) for f in found.findings] == [("ICP403", 5)]


def test_an_unsupported_profile_counts_all_customers():
    """Where the data support no profile, its companies are not singled out."""
    _, people = planted_people(2, 150, 9)

    found = found_among(people, inside=frozenset({"account1"}), supported=False)

    assert found.personas.people == 100
    assert "all customers" in found.personas.basis
    assert "no profile" in found.personas.basis


@pytest.mark.parametrize("people", [0, 1, 9])
def test_too_few_people_give_no_persona_and_a_way_to_more(people):
    """Fewer than ten people are not described; the note says what to export from which CRM."""
    _, few = planted_people(2, people or 5, 10, ties=False)
    few = People(few.contacts.head(people), ties_known=False)

    found = found_among(few)

    assert found.personas.verdict == "none"
    assert found.personas.items == ()
    assert found.rows.empty
    assert list(found.rows.columns) == ["contact_id", "persona", "probability"]
    assert "ICP401" in {f.code for f in found.findings}
    assert all(crm in found.personas.note for crm in ("HubSpot", "Salesforce", "Pipedrive"))


def test_people_at_no_customer_are_not_said_to_be_missing():
    """Where many people are exported and none is at a customer, the note says that, and not to export people."""
    _, people = planted_people(2, 120, 10, ties=False)

    found = found_among(people, inside=frozenset({"elsewhere"}), customers=frozenset({"elsewhere"}))

    assert found.personas.note.startswith("120 people are exported, and none of them at customers")
    assert "ICP403" not in {f.code for f in found.findings}


def test_deals_that_name_one_person_each_are_told():
    """Where no deal names a second person, the report does not pass the main contacts off as everyone who takes part."""
    _, people = planted_people(2, 100, 10)

    several = found_among(people)
    single = found_among(dataclasses.replace(people, one_each=True))

    assert "ICP409" not in {f.code for f in several.findings}
    assert "ICP409" in {f.code for f in single.findings}


def test_an_export_without_people_says_where_to_find_them():
    """Where no file holds people, a finding of its own says what to export, and where in each CRM."""
    _, few = planted_people(2, 5, 10, ties=False)

    found = found_among(People(few.contacts.head(0), ties_known=False, exported=False))

    assert found.personas.verdict == "none"
    assert [f.code for f in found.findings] == ["ICP408"]
    assert all(
        crm in found.personas.note for crm in ("HubSpot: CRM > Contacts", "Salesforce: Setup", "Pipedrive")
    )


def test_where_nobody_is_known_to_be_a_customer_everyone_counts():
    """Customers unknown: all people of the export are described, and a finding says so."""
    _, people = planted_people(2, 150, 21)

    found = found_among(people, customers=None, supported=False)

    assert found.personas.people == 150
    assert found.personas.basis == "everyone in the exports"
    assert ("ICP407", 150) in {(f.code, f.rows) for f in found.findings}


def test_people_of_whom_nothing_is_known_give_no_persona():
    """People without job title and buying role are no persona, however many they are."""
    _, people = planted_people(2, 100, 11, ties=False)
    contacts = people.contacts.assign(job_title=None, buying_role=None)

    found = found_among(People(contacts, ties_known=False))

    assert found.personas.verdict == "none"
    assert "neither job titles nor buying roles" in found.personas.note


def test_job_titles_alone_claim_no_second_kind():
    """Where only job titles are known, one kind is described, and the note says what would tell two apart."""
    _, people = planted_people(2, 200, 12, ties=False)
    contacts = people.contacts.assign(buying_role=None, channel=None, times_contacted=np.nan)

    found = found_among(People(contacts, ties_known=False))

    assert len(found.personas.items) == 1
    assert "only the job title" in found.personas.note


def test_job_titles_and_sizes_of_companies_ask_for_traits_and_not_for_people():
    """Where no trait beside job titles is a person's own, more people would not tell a second kind: what is missing is said."""
    _, people = planted_people(2, 200, 12, ties=False)
    sizes = np.random.default_rng(1).choice([20.0, 100.0, 500.0], 200)
    contacts = people.contacts.assign(buying_role=None, channel=None, times_contacted=np.nan, employees=sizes)

    note = found_among(People(contacts, ties_known=False)).personas.note

    assert "buying roles, channels or times contacted would tell more" in note
    assert "people," not in note


def test_one_kind_says_how_many_people_would_tell_two_apart():
    """When the test finds no second kind, its p-value and the people needed are said."""
    _, people = planted_people(1, 60, 13, ties=False)

    found = found_among(people)

    assert len(found.personas.items) == 1
    assert "p = " in found.personas.note
    assert "some 20 more" in found.personas.note


def test_max_is_never_exceeded():
    """No more personas than asked for, though there are more kinds."""
    _, people = planted_people(3, 240, 14, ties=False)

    assert len(found_among(people, max_personas=2).personas.items) == 2
    assert len(found_among(people, max_personas=1).personas.items) == 1


def test_a_name_says_what_goes_together():
    """IT managers who influence, in one kind with end users of many functions, are not called end users for the others' sake."""
    rows = [("IT", "manager", "influencer")] * 10 + [
        (function, None, "end user") for function in ("HR", "legal", "sales", "support") for _ in range(3)
    ]
    kind = pd.DataFrame(rows, columns=["function", "seniority", "buying_role"])

    assert names_of([kind]) == ["IT Manager, influencer"]
    divided = kind.assign(buying_role=["blocker"] * 4 + list(kind["buying_role"][4:]))
    assert names_of([divided]) == ["IT Manager"]


@pytest.mark.parametrize(
    ("functions", "name"),
    [
        (
            ["IT"] * 3 + ["sales"] * 3 + ["revenue operations"] * 3 + ["legal"],
            "Manager in IT, revenue operations or sales",
        ),
        (["IT", "sales", "legal", "HR", "data"] * 3, "Manager"),
        (["IT"] * 5 + ["sales"] * 5 + ["legal"], "Manager in IT or sales"),
        (["IT"] * 6 + ["sales"] * 3 + ["legal"], "IT Manager"),
        (["IT"] * 8 + ["sales"] * 7 + ["legal", "HR", "data"], "Manager in IT or sales"),
    ],
)
def test_a_kind_of_several_functions_is_named_by_them(functions: list[str], name: str):
    """Where no function is usual, the few in which most work stand in the name; many do not."""
    kind = pd.DataFrame({"function": functions, "seniority": "manager", "buying_role": None})

    assert names_of([kind]) == [name]


@pytest.mark.parametrize("seed", range(4))
def test_no_two_personas_share_a_name(seed):
    """Kinds with the same job and part in buying are named by what sets them apart."""
    _, people = planted_people(3, 240, seed, ties=False)
    contacts = people.contacts.assign(job_title="Head of Sales", buying_role="Champion")

    names = [item.name for item in found_among(People(contacts, ties_known=False)).personas.items]

    assert len(names) == len(set(names)) >= 2
    assert all(name.startswith("Head of Sales, champion, ") for name in names)


def test_nothing_personal_is_shown():
    """E-mail addresses and numbers among titles and channels never reach a persona, nor does what fewer than three share."""
    _, people = planted_people(2, 200, 15, ties=False)
    titles = people.contacts["job_title"].where(
        np.arange(200) % 5 > 0, "Sales Director jane.roe@acme.example"
    )
    channels = people.contacts["channel"].where(np.arange(200) % 5 > 1, "call +33 6 1234 5678")
    titles.iloc[:2] = "Sales Director, old friend of John Doe"

    shown = str(
        dataclasses.asdict(
            found_among(
                People(people.contacts.assign(job_title=titles, channel=channels), ties_known=False)
            ).personas
        )
    )

    assert "Sales Director" in shown
    for personal in ("jane", "@", "1234", "John Doe"):
        assert personal not in shown


def test_shares_are_among_those_known():
    """Five of eight people known, three in sales: a share of 60 %; what two people have is not shown."""
    values = pd.Series(["sales", "sales", "sales", "IT", "IT", None, None, None], dtype=object)

    assert [(s.value, s.people, s.share) for s in shares(values)] == [("sales", 3, 0.6)]


def test_involvement_is_won_among_decided():
    """Of the people of a kind with a decided deal, two thirds took part in a won one, with its beta interval."""
    _, people = planted_people(1, 90, 16)

    (persona,) = found_among(people).personas.items

    assert persona.won_involvement is not None
    assert persona.won_involvement.value == pytest.approx(60 / 90)
    assert persona.won_involvement.low == pytest.approx(0.5650, abs=5e-3)
    assert persona.won_involvement.high == pytest.approx(0.7575, abs=5e-3)


def test_each_line_carries_its_figures():
    """Every line about reaching people or what sets them apart gives a figure and the people behind it."""
    _, people = planted_people(3, 240, 17, ties=False)

    for item in found_among(people).personas.items:
        assert item.how_to_reach
        assert item.apart_by
        assert all("(n = " in line for line in (*item.how_to_reach, *item.apart_by))
        assert item.statement.startswith(f"{item.contacts} people of 240")


def test_titles_that_cannot_be_read_are_counted():
    """When more than a fifth of the titles say nothing, a finding counts them."""
    _, people = planted_people(2, 100, 18, blank=0, ties=False)
    titles = people.contacts["job_title"].where(np.arange(100) % 2 > 0, "Zauberlehrling")

    found = found_among(People(people.contacts.assign(job_title=titles), ties_known=False))

    assert ("ICP406", 50) in {(f.code, f.rows) for f in found.findings}


def test_the_people_given_are_left_as_they_were():
    """The contacts handed in are not changed."""
    _, people = planted_people(2, 100, 19)
    before = people.contacts.copy()

    found_among(people)

    pd.testing.assert_frame_equal(people.contacts, before)
