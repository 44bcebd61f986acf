"""Strings to typed values of any kind: yes and no, ids, words, and columns that no header tells."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_cells import column, values_of

from icpcli.load.files.read import table_in
from icpcli.load.texts.cells import blank_to_null
from icpcli.load.texts.values import guess_kind, read_as
from icpcli.model.common import Kind


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("0129.,'’- €$%kM()e+/:hàTZjanv\u202f\u00b2٣"), max_size=14), max_size=6),
    st.sampled_from(list(Kind)),
    st.sampled_from([None, "employees", "country"]),
)
def test_no_cell_brings_the_values_down(cells: list[str], kind: Kind, field: str | None):
    """Any cell of any kind is a value, or missing and counted; and every column has a kind."""
    typed = read_as(column(*cells), kind, field=field)

    filled = blank_to_null(column(*cells), field=field)
    assert len(typed.array) == len(cells)
    assert typed.unreadable == max(typed.array.null_count - filled.null_count, 0)
    assert guess_kind(column(*cells)) in Kind


def test_yes_and_no_are_read_in_french_and_english():
    """Words and signs of either language; what is neither is missing and counted."""
    typed = read_as(column("Oui", "non", "TRUE", "Faux", "1", "checked", "", "maybe"), Kind.BOOLEAN)

    assert values_of(typed) == [True, False, True, False, True, True, None, None]
    assert typed.unreadable == 1


def test_a_box_that_is_only_ever_ticked_is_unticked_where_blank():
    """Odoo writes False as an empty cell; but where people answered Yes, a blank is no answer."""
    assert values_of(read_as(column("True", "", "True"), Kind.BOOLEAN)) == [True, False, True]
    assert values_of(read_as(column("Yes", "", "Yes"), Kind.BOOLEAN)) == [True, None, True]
    assert values_of(read_as(column("", ""), Kind.BOOLEAN)) == [None, None]


def test_ids_keep_their_zeros_and_lose_a_spreadsheet_s_decimals():
    """00123 stays 00123; 585.0 becomes 585 and joins, unless another id shows that .0 means something."""
    assert values_of(read_as(column("00123", "7"), Kind.ID)) == ["00123", "7"]
    assert values_of(read_as(column("585.0", "", "12345678901234567.0"), Kind.ID)) == [
        "585",
        None,
        "12345678901234567",
    ]
    assert values_of(read_as(column("1.0", "1.1"), Kind.ID)) == ["1.0", "1.1"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["Retail", "Energy", "Retail"], Kind.CATEGORY),
        (["Yes", "No", ""], Kind.BOOLEAN),
        (["Oui", "Non"], Kind.BOOLEAN),
        (["12", "40", "7"], Kind.COUNT),
        (["12,5 %", "13 %"], Kind.SHARE),
        (["12,5 %", "13"], Kind.COUNT),
        (["12,50 €", "13 €"], Kind.MONEY),
        (["< 1 M€", "1 à 10 M€", "> 10 M€"], Kind.MONEY),
        (["under $1M", "$1M or so", "over $1M"], Kind.CATEGORY),
        (["10-19", "20-49", "50+"], Kind.COUNT),
        (["15/11/2026", "16/11/2026"], Kind.DATE),
        (["2705:47:48", "0012:00:01"], Kind.CATEGORY),
        (["2019", "2020", "2021"], Kind.COUNT),
        (["01000", "75011"], Kind.ID),
        ([str(n) for n in range(1, 40)], Kind.ID),
        ([str(70_000 + 137 * n) for n in range(40)], Kind.ID),
        ([str(n % 5) for n in range(40)], Kind.COUNT),
        ([f"C-{n}" for n in range(40)], Kind.ID),
        ([f"Customer number {n}" for n in range(40)], Kind.TEXT),
        (
            [
                "We met them at the fair and they would like to see a demo soon.",
                "Called back, no answer, try again in June.",
            ],
            Kind.TEXT,
        ),
        (["51-200", "11-50"], Kind.CATEGORY),
        (["", "n/a"], Kind.CATEGORY),
    ],
)
def test_a_column_of_your_own_is_understood_by_its_values(cells: list[str], kind: Kind):
    """Without a known header: row numbers and codes are ids, durations are no dates, percents are numbers."""
    assert guess_kind(column(*cells)) is kind


def test_row_order_does_not_matter():
    """The reading of a column, and its kind, are the same from the last row to the first."""
    cells = [f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/2024" for n in range(5000)] + ["1,234", "12,5"]

    for kind in Kind:
        forward, backward = read_as(column(*cells), kind), read_as(column(*reversed(cells)), kind)
        assert forward.array.to_pylist() == backward.array.to_pylist()[::-1]
        assert (forward.unreadable, forward.ambiguous) == (backward.unreadable, backward.ambiguous)
    assert guess_kind(column(*cells)) is guess_kind(column(*reversed(cells)))


def test_keys_of_real_files_join(exports_of_others):
    """AdventureWorks writes 585 in one file and 585.0 in another; as ids they are the same."""
    folder = exports_of_others("adventureworks")
    keys = {}
    for name in ("adventureworks_accounts.csv", "adventureworks_contacts.csv"):
        table = table_in((folder / name).read_bytes(), shown_as=name)
        cells = table.cells.column(table.headers.index("ResellerKey"))
        keys[name] = set(read_as(cells, Kind.ID).array.to_pylist()) - {None}

    accounts, contacts = keys.values()
    assert len(contacts) > 600
    assert contacts <= accounts


def test_lines_within_a_cell_of_words_are_several_values():
    """A list typed a line each is read like a;b; of a text, lines are one line."""
    cells = pa.array(["Slack\r\nZoom", " Teams \n\n Slack", "Teams"])

    assert read_as(cells, Kind.CATEGORY).array.to_pylist() == ["Slack; Zoom", "Teams; Slack", "Teams"]
    assert read_as(cells, Kind.TEXT).array.to_pylist() == ["Slack Zoom", "Teams Slack", "Teams"]
