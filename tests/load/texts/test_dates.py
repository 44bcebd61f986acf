"""Days as exports write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_cells import column, values_of

from icpcli.load.texts.values import read_as
from icpcli.model.common import Kind


@pytest.mark.parametrize(
    "cells",
    ["1998|1887", "14/05/1998|31/12/1887", "05/14/98|12/31/1887", "1998-05-14T00:00:00Z|1887-12-31", "14 mai 1998|Dec 31, 1887",
     "05/1998|1887-12", "35929|1887", "mai 1998|12-1887"],
)  # fmt: skip
def test_the_year_of_a_day_of_foundation_is_read(cells: str):
    """Registers tell the day on which a company was founded: its age is not lost, though it is older than the CRM."""
    typed = read_as(column(*cells.split("|")), Kind.COUNT, field="founded_year")

    assert (values_of(typed), typed.unreadable) == ([1998, 1887], 0)
    assert not typed.ambiguous


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-05",
        "2026-03-05 15:27",
        "2026-03-05T23:15:33+01:00",
        "2026/3/5",
        "20260305",
        "05/03/2026",
        "5.3.26",
        "05-Mar-2026",
        "5 mars 2026",
        "jeudi 5 mars 2026 à 14:30",
        "Mar 5, 2026 2:15 PM",
        "Thursday, March 5th, 2026",
        "5. März 2026",
        "5 de marzo de 2026",
        "46086",
        "46086.75",
        "1772700000",
        "1772700000000",
    ],
)
def test_a_date_is_read_however_it_is_written(cell: str):
    """ISO, European, month names in four languages, Excel serials and epochs all give the same day."""
    typed = read_as(column(cell), Kind.DATE)

    assert values_of(typed) == [date(2026, 3, 5)]
    assert typed.array.type == pa.date32()


@pytest.mark.parametrize(
    "cell",
    [
        "2705:47:48",
        "12:30",
        "févr. 2024",
        "2024",
        "99999",
        "2024-02-31",
        "9999-12-31",
        "5 marketing 2024",
        "now",
    ],
)
def test_what_is_no_day_is_missing_and_counted(cell: str):
    """Durations, months without a day, impossible and placeholder dates are not guessed."""
    typed = read_as(column(cell, "2024-01-15"), Kind.DATE)

    assert values_of(typed) == [None, date(2024, 1, 15)]
    assert typed.unreadable == 1


@pytest.mark.parametrize(
    ("cells", "days", "ambiguous"),
    [
        (["15/11/2026", "03/04/2025"], [date(2026, 11, 15), date(2025, 4, 3)], False),
        (["11/15/2026", "03/04/2025"], [date(2026, 11, 15), date(2025, 3, 4)], False),
        (["03/04/2025", "05/06/2025"], [date(2025, 4, 3), date(2025, 6, 5)], True),
        (["05/05/2025"], [date(2025, 5, 5)], False),
        (["13/01/24", "14/01/24", "01/15/24"], [date(2024, 1, 13), date(2024, 1, 14), None], False),
        (["31/12/69", "31/12/70"], [date(2069, 12, 31), date(1970, 12, 31)], False),
    ],
)
def test_day_and_month_are_told_apart_by_the_column(cells: list[str], days: list, *, ambiguous: bool):
    """A part above 12 settles the whole column; where none does, the day comes first, and it is flagged."""
    typed = read_as(column(*cells), Kind.DATE)

    assert values_of(typed) == days
    assert typed.ambiguous is ambiguous


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dates(date(1971, 1, 1), date(2060, 1, 1)), min_size=1, max_size=8), st.sampled_from("-/."))
def test_days_come_back_from_every_order(days: list[date], sign: str):
    """Dates written year first, day first and month first come back, once one day above 12 is among them."""
    days = [*days, date(2024, 12, 31)]
    written = {
        order: column(*(d.strftime(order.replace("/", sign)) for d in days))
        for order in ("%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y")
    }

    for cells in written.values():
        assert read_as(cells, Kind.DATE).array.to_pylist() == days


@settings(max_examples=40, deadline=None)
@given(st.datetimes(datetime(2002, 1, 1), datetime(2060, 1, 1)))  # noqa: DTZ001  exports name no zone either
def test_excel_and_epoch_days_agree(moment: datetime):
    """A day as Excel's serial number is the same day as its epoch seconds and milliseconds."""
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    serial = (moment.date() - date(1899, 12, 30)) // timedelta(days=1)
    seconds = int(moment.timestamp())

    typed = read_as(column(str(serial), f"{serial}.25", str(seconds), f"{seconds}000"), Kind.DATE)

    assert values_of(typed) == [moment.date()] * 4


@pytest.mark.parametrize(
    "cell",
    ["5 December 2024", "5 décembre 2024", "5. Dezember 2024", "5 de diciembre de 2024", "05-Dec-2024"],
)
def test_december_begins_with_de_and_is_a_month_all_the_same(cell: str):
    """The "de" that Spanish writes between day and month is a word of its own."""
    assert values_of(read_as(column(cell), Kind.DATE)) == [date(2024, 12, 5)]


@pytest.mark.parametrize(
    ("cell", "middle"),
    [
        ("mars 2023", date(2023, 3, 15)),
        ("März 2023", date(2023, 3, 15)),
        ("03/2023", date(2023, 3, 15)),
        ("2023-03", date(2023, 3, 15)),
        ("T1 2023", date(2023, 2, 15)),
        ("Q1-2023", date(2023, 2, 15)),
        ("2023 Q1", date(2023, 2, 15)),
        ("S1 2023", date(2023, 4, 1)),
        ("2022-H2", date(2022, 10, 1)),
        ("2023", date(2023, 7, 1)),
        ("T5 2023", None),
        ("S3 2023", None),
        ("0", None),
    ],
)
def test_a_period_where_a_day_is_asked_for_counts_as_its_middle(cell: str, middle: date | None):
    """Who keeps a list by hand writes "mars 2023": a customer since some day of it, on the mean since its middle."""
    typed = read_as(column(cell, "15/01/2024"), Kind.DATE, field="customer_since")

    assert values_of(typed) == [middle, date(2024, 1, 15)]
    assert (typed.unreadable, typed.without_day) == ((0, 1) if middle else (1, 0))


def test_the_middle_of_the_last_period_is_no_day_that_the_list_had_not_reached():
    """A list whose days end in March tells of nobody who came in July."""
    typed = read_as(column("2025", "2024", "10/03/2025"), Kind.DATE, field="customer_since")
    assert values_of(typed) == [date(2025, 3, 10), date(2024, 7, 1), date(2025, 3, 10)]
