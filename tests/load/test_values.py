"""Strings to typed values: money, counts, dates, booleans, ids, countries, each settled on its column."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import example, given, settings
from hypothesis import strategies as st

from icpcli.load.cells import blank_to_null
from icpcli.load.habits import habit_of
from icpcli.load.read import table_in
from icpcli.load.values import guess_kind, read_as
from icpcli.model.common import Kind

if TYPE_CHECKING:
    from icpcli.load.habits import Habit
    from icpcli.load.values import Typed


def column(*cells: str) -> pa.ChunkedArray:
    """Cells as the reader gives them."""
    return pa.chunked_array([list(cells)], pa.string())


def values_of(typed: Typed) -> list:
    """The values of a column; decimals as numbers that are easy on the eye."""
    return [float(v) if isinstance(v, Decimal) else v for v in typed.array.to_pylist()]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1250.0", 1250),
        ("1\u202f234,50\u00a0€", 1234.5),
        ("1 234,50 EUR", 1234.5),
        ("CHF 1’234.50", 1234.5),
        ("1.234.567,89", 1_234_567.89),
        ("$1,234,567.89", 1_234_567.89),
        ("₹12,34,567.50", 1_234_567.5),
        ("(€1,234.50)", -1234.5),
        ("-$45.10", -45.1),
        ("45,10-", -45.1),
        ("−45.10", -45.1),
        ("12,5 k€", 12_500),
        ("$45k", 45_000),
        ("1.2M€", 1_200_000),
        ("3 MEUR", 3_000_000),
        ("2 Md€", 2e9),
        ("1.5bn", 1.5e9),
        ("-45%", -0.45),
        ("1.2E+06", 1_200_000),
        ("'-5.25", -5.25),
    ],
)
def test_an_amount_is_read_however_it_is_written(cell: str, amount: float):
    """Groups, signs, currencies and suffixes of EN, FR, DE, CH and IN exports, and of Excel."""
    typed = read_as(column(cell), Kind.MONEY)

    assert values_of(typed) == [amount]
    assert typed.array.type == pa.decimal128(18, 4)


@pytest.mark.parametrize(
    "cell",
    ["12.05.2025", "1.2.3", "06 12 34 56 78", "5 rue Hoche", "--5", "(5", "5-7", "k", "1e999", "9" * 16],
)
def test_what_is_no_amount_is_missing_and_counted(cell: str):
    """Dates, versions, telephone numbers and addresses are not turned into money; nor is anything into 0."""
    typed = read_as(column(cell, "5,50"), Kind.MONEY)

    assert values_of(typed) == [None, 5.5]
    assert typed.unreadable == 1


@pytest.mark.parametrize(
    ("cells", "amounts", "ambiguous"),
    [
        (["1.234", "12,50"], [1234, 12.5], False),
        (["1,234", "12.50"], [1234, 12.5], False),
        (["1,234", "12,5"], [1.234, 12.5], False),
        (["1.234", "1.234.567"], [1234, 1_234_567], False),
        (["1,234", "0,5"], [1.234, 0.5], False),
        (["1,234", "5,678"], [1234, 5678], True),
        (["1.234", "5.678"], [1234, 5678], True),
        (["1.234", "500"], [1234, 500], True),
        (["1,50", "1.50", "2,000"], [1.5, 1.5, 2000], True),
    ],
)
def test_a_thousand_and_a_decimal_are_told_apart_by_the_column(
    cells: list[str], amounts: list[float], *, ambiguous: bool
):
    """1,234 is read as the rest of its column tells; where nothing tells, as a thousand, and flagged."""
    typed = read_as(column(*cells), Kind.MONEY)

    assert values_of(typed) == amounts
    assert typed.ambiguous is ambiguous


def test_three_decimals_stay_decimals_in_a_column_of_your_own():
    """A ratio such as 1.234 in a column no synonym knows is not multiplied by a thousand; it is flagged."""
    typed = read_as(column("1.234", "2.345"), Kind.COUNT)

    assert values_of(typed) == [1.234, 2.345]
    assert typed.ambiguous


def test_the_currency_is_named_only_if_it_is_one():
    """Euros by sign and by code are euros; a column of two currencies has no unit."""
    assert read_as(column("5 €", "6 EUR", "7"), Kind.MONEY).unit == "EUR"
    assert read_as(column("5 €", "$6"), Kind.MONEY).unit is None
    assert read_as(column("5.5", "7"), Kind.MONEY).unit is None


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.sampled_from(["en", "fr", "fr_CA", "de", "de_CH", "es"]))
@example([Decimal("1000000000.00")], "de_CH")
def test_amounts_formatted_in_any_locale_come_back(amounts: list[Decimal], locale: str):
    """What babel writes as money or as a number in six locales is read as the same amount."""
    money = read_as(column(*(format_currency(a, "EUR", locale=locale) for a in amounts)), Kind.MONEY)
    numbers = read_as(column(*(format_decimal(a, "#,##0.00", locale=locale) for a in amounts)), Kind.MONEY)

    assert money.array.to_pylist() == amounts
    assert numbers.array.to_pylist() == amounts
    assert (money.unit, money.unreadable, money.ambiguous) == ("EUR", 0, False)


@settings(max_examples=60, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_the_fast_path_reads_what_the_careful_path_reads(amounts: list[Decimal]):
    """Plain numbers are read alike by Arrow and, behind a currency sign, by our own rules."""
    plain = read_as(column(*(f"{a:f}" for a in amounts)), Kind.MONEY)
    careful = read_as(column(*(f"{a:f} €" for a in amounts)), Kind.MONEY)

    assert plain.array.to_pylist() == careful.array.to_pylist() == amounts


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


@pytest.mark.parametrize(
    ("cell", "heads"),
    [
        ("51-200", 51),
        ("51–200", 51),
        ("10 à 19 salariés", 10),
        ("de 250 à 499 salariés", 250),
        ("1000+", 1000),
        ("1 000+", 1000),
        ("3,000 + Agents", 3000),
        ("5-6k agents", 5000),
        ("500-1k", 500),
        ("40-50 employees", 40),
        ("plus de 50", 50),
        ("> 500", 500),
        ("moins de 10", 0),
        ("2822", 2822),
        ("50-11", None),
    ],
)
def test_head_counts_are_read_at_their_lower_end(cell: str, heads: float | None):
    """Ranges in English and French give their lower end; ends in the wrong order give nothing."""
    assert values_of(read_as(column(cell), Kind.COUNT, field="employees")) == [heads]


INSEE_LABELS = {
    "0 salarié": (0, None), "1 ou 2 salariés": (1, 2), "3 à 5 salariés": (3, 5), "6 à 9 salariés": (6, 9), "10 à 19 salariés": (10, 19),
    "20 à 49 salariés": (20, 49), "50 à 99 salariés": (50, 99), "100 à 199 salariés": (100, 199), "200 à 249 salariés": (200, 249),
    "250 à 499 salariés": (250, 499), "500 à 999 salariés": (500, 999), "1 000 à 1 999 salariés": (1000, 1999),
    "2 000 à 4 999 salariés": (2000, 4999), "5 000 à 9 999 salariés": (5000, 9999), "10 000 salariés et plus": (10_000, math.inf),
    "Unité non employeuse": (None, None), "Etablissement non-employeur": (None, None),
}  # fmt: skip


def test_every_label_of_the_french_size_classes_is_read():
    """INSEE writes "1 ou 2 salariés" beside "3 à 5": the smallest firms are not lost, and who employs nobody known is unknown."""
    typed = read_as(column(*INSEE_LABELS), Kind.COUNT, field="employees")

    assert typed.unreadable == 0
    assert list(zip(values_of(typed), typed.ends.to_pylist(), strict=True)) == list(INSEE_LABELS.values())


@pytest.mark.parametrize("pair", ["1 or 2", "1 oder 2 Mitarbeiter", "1 o 2 empleados", "entre 1 y 2"])
def test_one_or_two_is_a_range_in_four_languages(pair: str):
    """The smallest class is read whatever the language of the list."""
    typed = read_as(column(pair), Kind.COUNT, field="employees")

    assert (values_of(typed), typed.ends.to_pylist()) == ([1], [2])


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


def test_french_size_classes_are_not_head_counts():
    """INSEE's code 11 means 10 to 19 people, 53 means 10,000 and more, NN unknown; known by the closed set."""
    classes = read_as(column("11", "53", "03", "NN"), Kind.COUNT, field="employees")
    heads = read_as(column("11", "53", "3", "4"), Kind.COUNT, field="employees")

    assert values_of(classes) == [10, 10_000, 6, None]
    assert classes.unreadable == 0
    assert values_of(heads) == [11, 53, 3, 4]


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


def test_nothing_is_written_in_many_ways():
    """Dashes, N/A, #REF!, unknown in French: all missing, while 0, No and a minus five are values."""
    cells = column(
        "",
        " ",
        "\u00a0",
        "-",
        "—",
        "N/A",
        "#REF!",
        "NULL",
        "(No value)",
        "Non renseigné",
        "'-",
        "0",
        "No",
        "-5",
    )

    assert blank_to_null(cells).texts().to_pylist() == [None] * 11 + ["0", "No", "-5"]


def test_namibia_and_north_america_are_not_missing():
    """NA is a country, a region, and a sales region beside EMEA; elsewhere it means not available."""
    assert values_of(read_as(column("NA", "FR"), Kind.CATEGORY, field="country")) == ["Namibia", "France"]
    assert values_of(read_as(column("NA", "NC"), Kind.CATEGORY, field="region")) == ["NA", "NC"]
    assert values_of(read_as(column("NA", "EMEA"), Kind.CATEGORY)) == ["NA", "EMEA"]
    assert values_of(read_as(column("NA", "Retail"), Kind.CATEGORY)) == [None, "Retail"]


@pytest.mark.parametrize(
    ("spellings", "country"),
    [
        (
            "USA|US|U.S.A.|United States|Etats-Unis|États-Unis|Vereinigte Staaten|Estados Unidos",
            "United States",
        ),
        ("UK|GB|GBR|United Kingdom|Royaume-Uni|England|Grande-Bretagne", "United Kingdom"),
        ("France|FR|fra|FRANCE|Frankreich|Francia", "France"),
        ("Czech Republic|République tchèque|Tschechien|CZ", "Czechia"),
        ("Côte d’Ivoire|Cote d'Ivoire|Ivory Coast", "Côte d'Ivoire"),
        ("The Netherlands|Pays-Bas|Holland|NL", "Netherlands"),
        ("Hong Kong|Hong-Kong|HK", "Hong Kong"),
        ("Bosnia and Herzegovina|Bosnie-Herzégovine|BA", "Bosnia & Herzegovina"),
    ],
)
def test_a_country_has_one_spelling(spellings: str, country: str):
    """Names in four languages, codes of two and three letters, and habits such as UK give one country."""
    typed = read_as(column(*spellings.split("|")), Kind.CATEGORY, field="country")

    assert set(typed.array.to_pylist()) == {country}


def test_what_is_no_country_is_left_as_it_is():
    """A region typed into the country column is kept, not guessed at."""
    assert values_of(read_as(column("Benelux ", "Europe  du Nord"), Kind.CATEGORY, field="country")) == [
        "Benelux",
        "Europe du Nord",
    ]


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


def test_country_names_are_loaded_only_for_a_country():
    """Babel is not imported for an export without a country column."""
    code = "import sys, icpcli.load.values; sys.exit('babel' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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


@pytest.mark.parametrize(
    "cell",
    ["5 December 2024", "5 décembre 2024", "5. Dezember 2024", "5 de diciembre de 2024", "05-Dec-2024"],
)
def test_december_begins_with_de_and_is_a_month_all_the_same(cell: str):
    """The "de" that Spanish writes between day and month is a word of its own."""
    assert values_of(read_as(column(cell), Kind.DATE)) == [date(2024, 12, 5)]


@pytest.mark.parametrize(
    "word", ["Unclassified", "not set", "Non précisé", "À définir", "keine Angabe", "Sin especificar"]
)
def test_a_word_for_not_said_yet_is_blank(word: str):
    """What a CRM fills in until somebody says more is no type of company: those who stay are described better."""
    assert blank_to_null(column(word, "Retail")).texts().to_pylist() == [None, "Retail"]


def test_an_empty_pick_list_is_blank():
    """What Zoho writes where nothing was picked is no value."""
    assert values_of(read_as(column("-None-", "Retail", "--None--"), Kind.CATEGORY)) == [None, "Retail", None]


@pytest.mark.parametrize(
    ("shown", "least"),
    [
        ("Nov-50", 11),
        ("nov.-50", 11),
        ("1950-11-01", 11),
        ("01/11/1950", 11),
        ("1-May", 1),
        ("5-Jan", 1),
        ("01-mai", 1),
        ("10-Jan", 1),
        ("Oct-02", 2),
        ("2024-10-01 00:00:00", 1),
        ("10/02/2024", 2),
    ],
)
def test_ranges_that_a_spreadsheet_took_for_dates_are_ranges_again(shown: str, least: int):
    """11-50 that Excel shows as Nov-50, or 1-10 as 1 October, gives the lower end in a column of employees."""
    assert values_of(read_as(column(shown, "51-200"), Kind.COUNT, field="employees")) == [least, 51]
    assert values_of(read_as(column(shown, "51-200"), Kind.COUNT, field="deal_count"))[0] != least


@pytest.mark.parametrize(
    ("habit", "day", "ratio"),
    [
        (habit_of(None), date(2026, 4, 3), 1234),
        (habit_of("en"), date(2026, 4, 3), 1234),
        (habit_of("en-US"), date(2026, 3, 4), 1234),
        (habit_of("fr"), date(2026, 4, 3), 1.234),
    ],
)
def test_the_language_settles_what_no_cell_does(habit: Habit, day: date, ratio: float):
    """03/04/2026 and 1,234 are read as the user's language writes them, and are then no open question."""
    days = read_as(pa.array(["03/04/2026", "05/06/2026"]), Kind.DATE, habit=habit)
    ratios = read_as(pa.array(["1,234", "2,345"]), Kind.COUNT, habit=habit)

    assert days.array.to_pylist()[0] == day
    assert ratios.array.to_pylist()[0] == ratio
    assert days.ambiguous == ratios.ambiguous == (habit == habit_of(None))


def test_a_column_that_tells_beats_the_language():
    """13/04 shows that the day comes first, whatever language was named; money never has three decimals."""
    days = read_as(pa.array(["03/04/2026", "13/04/2026"]), Kind.DATE, habit=habit_of("en-US"))
    money = read_as(pa.array(["1,234", "2,345"]), Kind.MONEY, field="amount", habit=habit_of("fr"))

    assert days.array.to_pylist()[0] == date(2026, 4, 3)
    assert money.array.to_pylist()[0] == 1234


def test_lines_within_a_cell_of_words_are_several_values():
    """A list typed a line each is read like a;b; of a text, lines are one line."""
    cells = pa.array(["Slack\r\nZoom", " Teams \n\n Slack", "Teams"])

    assert read_as(cells, Kind.CATEGORY).array.to_pylist() == ["Slack; Zoom", "Teams; Slack", "Teams"]
    assert read_as(cells, Kind.TEXT).array.to_pylist() == ["Slack Zoom", "Teams Slack", "Teams"]
