"""When two rows are the same company."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpcli.load.companies.identity import (
    CompanyRow,
    all_ids,
    companies_from,
    company_keys,
    domain_of,
    first_id,
    normalised_name,
)
from icpcli.load.texts.salesforce import short_id


def row(
    account_id: str | None = None,
    name: str | None = None,
    domain: str | None = None,
    place: str | None = None,
) -> CompanyRow:
    """What one row says of its company; ``place`` is its country|town."""
    country, _, city = (place or "").partition("|")
    return CompanyRow(account_id, name, domain, country or None, city or None)


@pytest.mark.parametrize("name", ["ACME", "Acme Inc.", "acme, S.A.S.", "Ácme GmbH", "Acme  Ltd"])
def test_legal_forms_accents_and_punctuation_do_not_make_another_company(name: str):
    """One firm in five spellings has one name."""
    assert normalised_name(name) == "acme"


def test_a_name_that_is_only_a_legal_form_keeps_it():
    """SA, the company, does not become nameless."""
    assert normalised_name("SA") == "sa"


def test_a_site_an_address_and_a_bare_domain_are_one_domain():
    """Whatever a column holds, the domain is read off it; free mail says nothing about a company."""
    assert {domain_of(t) for t in ("https://www.Acme.com/fr?x=1", "ann@acme.com", "acme.com")} == {"acme.com"}
    assert domain_of("ann@gmail.com") is None
    assert domain_of("n/a") is None


def test_ids_are_found_in_lists_and_behind_names():
    """HubSpot writes ``Name (id)`` and joins several by semicolons."""
    assert first_id("Boulangeries Durand (5551)") == "5551"
    assert all_ids("1; 2;Acme (3)") == ["1", "2", "3"]


def test_same_id_is_the_same_company_and_ids_keep_their_case():
    """Salesforce ids that differ by case alone are two companies."""
    assert company_keys([row("a1", "Acme"), row("a1", "Other"), row("A1", "Acme 2")], merge=True) == [
        "a1",
        "a1",
        "A1",
    ]


def test_duplicates_with_different_ids_merge_unless_told_otherwise():
    """Two records of one name and domain are one company; --no-merge keeps them apart."""
    rows = [row("1", "Acme", "acme.com"), row("2", "ACME Inc.", "acme.com")]

    assert company_keys(rows, merge=True) == ["1", "1"]
    assert company_keys(rows, merge=False) == ["1", "2"]


def test_namesakes_in_other_places_or_on_other_domains_stay_apart():
    """A name alone does not make two firms one where their domains or towns differ."""
    assert (
        len(
            set(
                company_keys(
                    [
                        row("1", "Bike Shop", place="FR|Lille"),
                        row("2", "Bike Shop", place="US|Santa Ana"),
                    ],
                    merge=True,
                )
            )
        )
        == 2
    )
    assert (
        len(
            set(
                company_keys(
                    [row("1", "Acme", "acme.com"), row("2", "Acme", "acme.de")],
                    merge=True,
                )
            )
        )
        == 2
    )


NAMESAKES = [
    row(None, "Acme", place="FR|Paris"),
    row(None, "ACME SAS", place="|paris"),
    row(None, "Acme", place="FR|Lyon"),
    row(None, "Acme", place="FR|"),
    row(None, "Acme"),
    row(None, "Bolt", place="FR|Paris"),
    row(None, "Bolt", place="FR|"),
    row(None, "Bolt"),
]


@given(st.permutations(range(len(NAMESAKES))))
def test_namesakes_without_ids_in_other_towns_have_keys_of_their_own(order: list[int]):
    """Acme of Paris is not Acme of Lyon, rows that say neither are neither's, and Bolt is one where nothing contradicts."""
    keys = company_keys([NAMESAKES[i] for i in order], merge=True)

    assert [keys[order.index(i)] for i in range(len(NAMESAKES))] == [
        "name:acme@paris, fr",
        "name:acme@paris, fr",
        "name:acme@lyon, fr",
        *["name:acme@fr"] * 2,
        *["name:bolt"] * 3,
    ]


def test_a_name_that_a_company_with_an_id_shares_is_not_the_key_of_the_other():
    """What another file says of the bare name must find neither, so neither has the bare name for a key."""
    rows = [row("1", "Acme", place="FR|Lyon"), row(None, "Acme", place="FR|Paris")]

    keys = company_keys(rows, merge=True)

    assert keys == ["1", "name:acme@paris, fr"]
    assert companies_from(rows, keys).key(None, "Acme", None) is None


def test_rows_without_a_domain_beside_two_that_have_one_are_told_apart_by_their_towns():
    """Two firms with sites do not make one firm of all their namesakes that have none."""
    sites = [row("1", "Acme", "acme.com"), row("2", "Acme", "acme.de")]
    others = [row("3", "Acme", place="FR|Paris"), row("4", "Acme", place="FR|Lyon"), row("5", "Acme")]

    assert len(set(company_keys([*sites, *others], merge=True))) == 5


def test_subsidiaries_on_one_domain_stay_apart():
    """A shared domain is a group, not one company."""
    rows = [
        row("1", "Northwind Foods", "north.com"),
        row("2", "Contoso Logistics", "north.com"),
    ]

    assert company_keys(rows, merge=True) == ["1", "2"]


def test_a_row_that_names_nothing_has_no_company():
    """Blank is not a company of its own."""
    assert company_keys([row(), row(name="Acme")], merge=True)[0] is None


def test_other_files_find_a_company_by_id_then_domain_then_name():
    """The surest evidence decides, and a name that two companies share finds neither."""
    rows = [
        row("1", "Acme", "acme.com"),
        row("2", "Bolt", "bolt.com"),
        row("3", "Bolt", "bolt.de"),
    ]
    companies = companies_from(rows, company_keys(rows, merge=True))

    assert companies.key("2", "Acme", "acme.com") == "2"
    assert companies.key(None, "Bolt", "acme.com") == "1"
    assert companies.key(None, "ACME SAS", None) == "1"
    assert companies.key(None, "Bolt", None) is None
    assert companies.key("9", None, None) is None


@pytest.mark.parametrize(
    ("listed", "named"),
    [("0015g00000ABCde", "0015g00000ABCdeAAH"), ("0015g00000ABCdeAAH", "0015g00000ABCde")],
)
def test_an_id_of_15_characters_is_the_same_as_one_of_18(listed: str, named: str):
    """A report writes Salesforce's short ids and Data Loader the long ones: each finds the other."""
    rows = [row(listed, "Acme", None), row("0015g00000ABCDE", "Bolt", None)]

    companies = companies_from(rows, company_keys(rows, merge=True))

    assert companies.key(named, None, None) == listed


@pytest.mark.parametrize(
    "identifier",
    ["a0D30000001n7PiEAI", "70130000001tcyIAAQ", "00558000001N0KeAAK", "0036000000QKv5TAAT"],
)
def test_the_last_three_characters_of_a_salesforce_id_tell_the_case_of_the_first(identifier: str):
    """An id is Salesforce's where its suffix is the one that Salesforce computes, as in ids that are public."""
    assert short_id(identifier) == identifier[:15]
    assert short_id(identifier[:15]) == identifier[:15]
    assert short_id(identifier[:15] + "ABC") == identifier[:15] + "ABC"


@pytest.mark.parametrize("other", ["415086800000624777", "415086800000624", "0015g00000ABCdeAAB"])
def test_a_long_id_of_another_system_joins_no_stranger_by_its_first_characters(other: str):
    """Zoho numbers records with 18 digits of which the first 15 are the same for many firms."""
    rows = [row("415086800000624001", "Acme"), row("0015g00000ABCde", "Bolt")]

    companies = companies_from(rows, company_keys(rows, merge=True))

    assert companies.key(other, None, None) is None


def test_the_two_lengths_of_one_id_are_one_company_in_any_order():
    """One file lists a firm by the short id and one by the long: it counts once, and either finds it."""
    rows = [row("0015g00000ABCdeAAH", "Acme"), row("0015g00000ABCde", "Acme France")]

    for order in permutations(rows):
        keys = company_keys(order, merge=False)
        assert set(keys) == {"0015g00000ABCde"}
        assert companies_from(order, keys).key("0015g00000ABCdeAAH", None, None) == "0015g00000ABCde"


ROWS = [
    row("1", "Acme", "acme.com"),
    row("2", "Acme Inc", "acme.com"),
    row(None, "ACME", None),
    row(None, "Bolt", "bolt.com"),
    row(None, "Bolt France", "bolt.com"),
]


@given(st.permutations(range(len(ROWS))))
def test_row_order_does_not_change_a_key(order: list[int]):
    """Each row has the same company wherever it stands in the file."""
    straight = company_keys(ROWS, merge=True)

    shuffled = company_keys([ROWS[i] for i in order], merge=True)

    assert [shuffled[order.index(i)] for i in range(len(ROWS))] == straight


def test_three_spellings_are_one_company_in_any_order():
    """A name, a longer name and a name without a domain meet, whichever comes first."""
    spellings = [
        row(None, "Acme", "acme.com"),
        row(None, "Acme Inc."),
        row(None, "acme", "acme.com"),
    ]

    for order in permutations(spellings):
        assert set(company_keys(order, merge=True)) == {"name:acme@acme.com"}


def test_a_nameless_row_does_not_bring_two_firms_together():
    """On a domain that two firms share, a row without a name is neither's; where there is one firm, it is that one's."""
    two = company_keys(
        [row("1", "Acme", "hub.fr"), row("2", "Bolt", "hub.fr"), row("3", None, "hub.fr")], merge=True
    )
    one = company_keys([row("1", "Acme", "acme.fr"), row("3", None, "acme.fr")], merge=True)

    assert len(set(two)) == 3
    assert len(set(one)) == 1


def test_a_domain_of_very_many_names_makes_nobody_the_same_company():
    """Firms whose site is a page on a portal are not merged for resembling one another, and many cost little time."""
    rows = [row(str(i), f"Garage {i // 10} {i % 10}", "portal.fr") for i in range(5000)]

    assert len(set(company_keys(rows, merge=True))) == 5000


def test_a_list_without_places_is_joined_by_names_that_one_company_bears():
    """A file of customers that knows companies by name alone finds those with ids, unless two of them share the name."""
    companies = [CompanyRow(str(i), f"Northwind {i}", None) for i in range(3)]
    twins = [CompanyRow("8", "Acme", None), CompanyRow("9", "Acme", None)]
    customers = [CompanyRow(None, "Northwind 1", None), CompanyRow(None, "Acme", None)]

    keys = company_keys([*companies, *twins, *customers], merge=True)

    assert keys == ["0", "1", "2", "8", "9", "1", "name:acme"]
