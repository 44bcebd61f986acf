"""Bytes to tables of strings: encodings, delimiters, headers, rows that do not fit, files that are no tables."""

from __future__ import annotations

import pytest
from raw_tables import read_table, rows_of, table_of

from icpcli.errors import InputError
from icpcli.load.files.read import table_in


@pytest.mark.parametrize(
    ("name", "encoding", "company"),
    [
        ("cp1252.csv", "cp1252", "Crèche Étoile"),
        ("mac_roman.csv", "mac_roman", "Crèche Étoile"),
        ("utf16_tabs.tsv", "utf-16-le", "Élysée"),
        ("utf8_mark.csv", "utf-8", "Acme"),
        ("nul_bytes.csv", "utf-8", "Acme"),
    ],
)
def test_names_survive_whatever_program_saved_the_file(name: str, encoding: str, company: str):
    """French Excel, an old Mac, a UTF-16 export, marks and stray NULs all give the names as they were typed."""
    table = table_of(name)

    assert table.encoding == encoding
    assert rows_of(table)[0][0] == company
    assert table.headers[0] in {"Société", "Company name"}


def test_one_damaged_name_does_not_garble_all_the_others():
    """A UTF-8 file with one bad byte stays UTF-8: that character is lost, counted, and nothing else changes."""
    table = table_of("damaged_utf8.csv")

    assert [row[0] for row in rows_of(table)] == ["Crèche Étoile", "Hôtel d’Été", "Noël", "Caf\ufffd"]
    assert [finding.code for finding in table.findings] == ["ICP105"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "имя;город\nПривет;Москва\nКомпания;Казань\n"),  # noqa: RUF001  Russian is the point
        ("cp1250", "nazwa;miasto\nŁódź Spółka;Kraków ąęśćż\n"),
    ],
)
def test_text_beyond_western_europe_is_recognised(encoding: str, text: str):
    """Russian and Polish names are not read as French letters."""
    table = table_in(text.encode(encoding), shown_as="crm.csv")

    assert [list(table.headers), *rows_of(table)] == [line.split(";") for line in text.splitlines()]


@pytest.mark.parametrize(
    ("name", "delimiter", "first"),
    [
        ("semicolons.csv", ";", ["Acme", "1,5", "18,0"]),
        ("sep_line.csv", ";", ["Acme", "1,5"]),
        ("utf16_tabs.tsv", "\t", ["Élysée", "Paris"]),
        ("one_column.csv", "\x1f", ["Acme"]),
    ],
)
def test_the_delimiter_is_the_one_that_gives_a_table(name: str, delimiter: str, first: list[str]):
    """Decimal commas do not split a semicolon file, and commas in a single column of names split nothing."""
    table = table_of(name)

    assert table.delimiter == delimiter
    assert rows_of(table)[0] == first
    assert not table.rejects


def test_columns_of_the_same_name_are_all_kept():
    """Two id columns and a nameless one stay three columns, each with its own cells."""
    table = table_of("two_id_columns.csv")

    assert table.headers == ("id", "name", "id", "")
    assert rows_of(table)[1] == ["2", "Bolt", "B8", "y"]


def test_a_title_above_the_header_is_left_out_and_counted():
    """A title padded to the table's width, and the blank row below it, do not become the header."""
    table = table_of("title_above_header.csv")

    assert table.headers == ("id", "name", "city", "MRR")
    assert table.lines.to_pylist() == [4, 5]
    assert table.dropped == {"title": 1, "blank": 1}
    assert table.read == 4
    assert [finding.code for finding in table.findings] == ["ICP104"]


@pytest.mark.parametrize(
    "titles", [["Customers"], ["Customers", "Exported by Ann"], ["Customers", "", "As of March", ""]]
)
def test_titles_padded_to_three_columns_are_no_header(titles: list[str]):
    """Excel pads every line of a title: the header is found below one, below two, and below blank lines between them."""
    lines = [
        *(f"{title},," for title in titles),
        "Company,Industry,Country",
        "Acme,Food,FR",
        "Bolt,Retail,DE",
        "Cord,Food,FR",
    ]

    table = table_in("\n".join(lines).encode(), shown_as="customers.csv")

    assert table.headers == ("Company", "Industry", "Country")
    assert rows_of(table)[0] == ["Acme", "Food", "FR"]
    assert table.dropped["title"] == len([title for title in titles if title])


def test_a_row_that_does_not_fit_is_reported_and_never_shifted():
    """An unquoted comma in an address costs its row, with the row's number and text, not the other columns."""
    table = table_of("ragged.csv")

    assert [row[0] for row in rows_of(table)] == ["1", "3", "5"]
    assert table.lines.to_pylist() == [2, 4, 6]
    assert [(r.line, r.reason, r.text) for r in table.rejects] == [
        (3, "4 cells where the header has 3", "2,Bolt,2 Main Street, Leeds"),
        (5, "2 cells where the header has 3", "4,Dove"),
    ]
    assert table.dropped == {"ragged": 2}
    assert "2 of 5 rows (40 %)" in table.findings[0].message


def test_blank_rows_are_counted_not_kept():
    """Empty lines, lines of delimiters and lines of spaces are no companies, but they are accounted for."""
    table = table_of("blank_lines.csv")

    assert [row[0] for row in rows_of(table)] == ["1", "2"]
    assert table.lines.to_pylist() == [2, 5]
    assert table.dropped == {"blank": 3}
    assert table.read == 5


def test_delimiters_too_many_at_every_row_end_cost_no_row():
    """A trailing delimiter on the header only, or on the rows only, is evened out."""
    on_header = table_in(b"a;b;\n1;2\n3;4\n", shown_as="crm.csv")
    on_rows = table_in(b"a;b\n1;2;\n3;4;\n", shown_as="crm.csv")

    assert on_header.headers == ("a", "b")
    assert on_rows.headers == ("a", "b", "")
    assert rows_of(on_header) == [["1", "2"], ["3", "4"]]
    assert not on_rows.rejects


def test_a_name_longer_than_a_block_is_read():
    """A cell of two megabytes neither stops the reader nor moves the record numbers."""
    data = b"id,note\n1,short\n2,x,y\n3," + b"x" * 2_000_000 + b"\n4,end\n"

    table = table_in(data, shown_as="crm.csv")

    assert table.lines.to_pylist() == [2, 4, 5]
    assert table.rejects[0].line == 3


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("empty.csv", "empty.csv is empty."),
        ("only_headers.csv", "only_headers.csv has a header and no rows."),
        ("only_blank_rows.csv", "only_blank_rows.csv has a header and no rows."),
        ("picture.csv", "picture.csv is not a table: it is a PNG picture."),
        ("document.csv", "document.csv is not a table: it is a PDF document."),
        ("web_page.csv", "web_page.csv is not a table: it is a web page (a login page, perhaps)."),
        ("random_bytes.csv", "random_bytes.csv is not a table: its bytes are no text."),
        ("spaced_columns.txt", "spaced_columns.txt is not a delimited table: spaces set its columns apart."),
        ("open_header.csv", "open_header.csv has no rows: a quote is opened in its header and not closed."),
        (
            "mostly_ragged.csv",
            "mostly_ragged.csv is not a table: 2 of its 3 rows do not have the 2 cells of its header.",
        ),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(name: str, says: str):
    """The sentence names the file and says what it is instead of a table."""
    with pytest.raises(InputError) as caught:
        table_of(name)

    assert str(caught.value) == says


@pytest.mark.parametrize(("name", "kept", "ragged"), [("customers.csv", 67, 24), ("orders.csv", 654, 176)])
def test_unquoted_commas_of_a_real_export_are_all_reported(
    exports_of_others, name: str, kept: int, ragged: int
):
    """Northwind's addresses break 24 of 91 customers and 176 of 830 orders, counted apart by the csv module."""
    table = read_table(exports_of_others("northwind") / name)

    assert table.cells.num_rows == kept
    assert len(table.rejects) == ragged


def test_hundreds_of_empty_columns_and_a_script_are_only_text(exports_of_others):
    """A real file in cp1252 with 243 nameless columns and a script in a cell reads whole."""
    path = exports_of_others("hostile") / "CustomerDemographic.csv"

    table = read_table(path)

    assert (table.encoding, table.cells.num_rows, table.headers.count("")) == ("cp1252", 4000, 243)
    assert "<script>alert('hi')</script>" in table.cells.column(10).to_pylist()
