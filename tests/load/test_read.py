"""Bytes to tables of strings: encodings, delimiters, rows that do not fit, files that are no tables."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from icpcli.errors import IcpError, InputError
from icpcli.load import files
from icpcli.load.containers import contents_of
from icpcli.load.read import RawTable, read_exports, table_in

DATA = Path(__file__).parents[1] / "data"


def read_table(path: Path) -> RawTable:
    """The only table in a file, called by the file's name."""
    return table_in(path.read_bytes(), shown_as=path.name)


def table_of(name: str) -> RawTable:
    """A file of tests/data as read."""
    return read_table(DATA / name)


def rows_of(table: RawTable) -> list[list[str]]:
    """The cells kept, a list per record."""
    return [list(row.values()) for row in table.cells.to_pylist()]


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


def test_a_board_of_thousands_of_items_keeps_each_and_none_of_its_sub_items():
    """monday's board of 4,000 items, each with a block of sub-items: the items are the rows, and the rest is counted."""
    block = "Company {0},Retail,{0}\nSubitems,Name,Owner\n,Call,Sales\n,Mail,Support\n"
    text = "Name,Sector,Employees\n" + "".join(block.format(i) for i in range(10, 4010))

    table = table_in(text.encode(), shown_as="board.csv")

    assert table.cells.num_rows == 4000
    assert table.dropped == {"sub-item": 3 * 4000}


FOUND = ("ann@a.com", "verified", "linkedin.com/in/a")
NOT_FOUND = ("", "", "")


def test_a_row_for_which_no_email_was_found_is_no_more_of_the_row_above():
    """A list whose first columns an enrichment left blank keeps all its rows, each with its own industry."""
    people = [
        (*(FOUND if i % 4 == 0 else NOT_FOUND), f"Ann {i}", f"Firm {i // 2}", f"Trade {i}") for i in range(40)
    ]
    rows = [("Email", "Email status", "LinkedIn URL", "First name", "Company", "Industry"), *people]

    table = table_in("\n".join(map(",".join, rows)).encode(), shown_as="list.csv")

    assert rows_of(table) == [list(row) for row in people]
    assert not table.dropped


@pytest.mark.parametrize("further", ["Person,Mail", "Contacts/Name,Contacts/Email", "Deal name,Amount"])
def test_further_contacts_and_deals_below_a_company_still_go_on_with_it(further: str):
    """A row that leaves the company's own fields blank belongs to the company above, whomever it names."""
    text = f"Company,Industry,City,{further}\nAcme,Food,Paris,Ann,a\n,,,Bob,b\nBolt,Retail,Lyon,Cid,c\n,,,Dan,d\n"

    table = table_in(text.encode(), shown_as="companies.csv")

    assert [row[3] for row in rows_of(table)] == ["Ann; Bob", "Cid; Dan"]


def test_rows_swallowed_by_a_stray_quote_come_back():
    """A quote that is opened and not closed hides customers in one cell: the whole ones are read again, and counted."""
    table = table_of("unclosed_quote.csv")

    assert rows_of(table) == [
        ["1", "Acme", "Paris", "5"],
        ["2", "Bolt", "Lyon", "6"],
        ["3", "Crux", "Nice", "7"],
        ["4", "Dove", "Brest", "8"],
        ["5", "Echo", "Metz", "9"],
    ]
    assert [(f.code, f.rows) for f in table.findings] == [("ICP103", 4)]


def test_a_quote_that_is_never_closed_again_costs_no_row():
    """The rest of the file behind one quote is read again without it."""
    data = b'id,name,city\n1,Acme,Paris\n2,Bolt,Lyon\n3,"Crux,Nice\n4,Dove,Brest\n5,Echo,Metz\n'

    table = table_in(data, shown_as="crm.csv")

    assert rows_of(table)[2:] == [["3", "Crux", "Nice"], ["4", "Dove", "Brest"], ["5", "Echo", "Metz"]]
    assert {f.code: f.rows for f in table.findings} == {"ICP103": 3}
    assert table.read == 5


def test_a_footer_behind_a_quote_that_is_never_closed_takes_no_row_along():
    """Rows read again share the number of the record that had swallowed them: a line below them is left out alone."""
    data = b'id,name,city\n1,Acme,Paris\n2,"Bolt,Lyon\n3,Crux,Nice\n4,Dove,Brest\n"torn\nExported by Ann\n'

    table = table_in(data, shown_as="crm.csv")

    assert [row[0] for row in rows_of(table)] == ["1", "2", "3", "4"]
    assert table.read == 6
    assert table.dropped == {"footer": 2}


def test_notes_over_several_lines_are_no_fault():
    """Line breaks and commas inside a quoted note are text, whatever their number."""
    table = table_of("multi_line_cells.csv")

    assert rows_of(table)[0][1] == "Dear Bob,\nyes, well, of course.\nBye, Ann"
    assert table.findings == ()


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


def test_a_misspelt_path_suggests_its_neighbours(tmp_path: Path):
    """A missing file is an error that names the file that was probably meant."""
    (tmp_path / "crm_export.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"There is no file .*crm_exprot\.csv\.") as caught:
        read_exports([str(tmp_path / "crm_exprot.csv")])

    assert caught.value.details == ("Did you mean: crm_export.csv?",)


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Another user's file is refused with the path to make readable."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files.Path, "read_bytes", refuse)

    with pytest.raises(InputError, match=r"crm\.csv may not be read \(Permission denied\)"):
        read_exports([str(tmp_path / "crm.csv")])


def test_a_folder_gives_its_exports_in_order_and_nothing_else(tmp_path: Path):
    """Text, workbooks and archives count; hidden files, Excel's locks and folders inside do not."""
    for name in ("b.CSV", "a.tsv", "c.txt.gz", "d.xlsx", "e.zip", ".hidden.csv", "~$a.csv", "readme.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "inside.csv").mkdir()

    found = files.files_in(tmp_path)

    assert [path.name for path in found] == ["a.tsv", "b.CSV", "c.txt.gz", "d.xlsx", "e.zip"]


def test_a_bad_file_in_a_folder_is_left_out_and_named(tmp_path: Path):
    """One picture among the exports costs a finding; named by the user, it is an error."""
    (tmp_path / "crm.csv").write_bytes(b"id,name\n1,Acme\n")
    (tmp_path / "logo.csv").write_bytes((DATA / "picture.csv").read_bytes())

    tables, findings = read_exports([str(tmp_path)])

    assert [Path(table.path).name for table in tables] == ["crm.csv"]
    assert [finding.code for finding in findings] == ["ICP101"]
    assert "PNG" in findings[0].message
    with pytest.raises(InputError, match="PNG"):
        read_exports([str(tmp_path / "crm.csv"), str(tmp_path / "logo.csv")])


@pytest.mark.parametrize("name", ["logo.png", "logo.csv"])
def test_a_folder_with_nothing_readable_says_what_was_looked_for(tmp_path: Path, name: str):
    """Whether no file has the right ending or none is a table: what was looked for, and what is there."""
    (tmp_path / name).write_bytes((DATA / "picture.csv").read_bytes())

    with pytest.raises(InputError, match="holds no export that can be read") as caught:
        read_exports([str(tmp_path)])

    assert caught.value.details[0].startswith("Looked for: *.csv, *.tsv, *.txt, *.xlsx,")
    assert caught.value.details[1] == f"It has: {name}"


def test_the_same_export_twice_counts_once(tmp_path: Path):
    """A copy such as "deals (1).csv" would double every sale; it is left out and said so."""
    for name in ("deals.csv", "deals (1).csv"):
        (tmp_path / name).write_bytes(b"id,amount\n1,100\n2,50\n")

    tables, findings = read_exports([str(tmp_path)])

    assert len(tables) == 1
    assert [(finding.code, finding.rows) for finding in findings] == [("ICP106", 2)]


def test_an_export_can_come_from_a_pipe(monkeypatch: pytest.MonkeyPatch):
    """A single dash reads standard input."""
    stdin = io.TextIOWrapper(io.BytesIO(b"id,name\n1,Acme\n"))
    monkeypatch.setattr(files.sys, "stdin", stdin)

    tables, _ = read_exports(["-"])

    assert rows_of(tables[0]) == [["1", "Acme"]]


# What CRMs hold: names, prices, sentences with every sign that could be mistaken for a delimiter or a quote.
CELLS = st.text(st.sampled_from("aZ09 éçßœ€’\"',;|\t\n.-=:<>&"), max_size=12).map(
    lambda t: t.replace("\r", "")
)


@st.composite
def written_tables(draw):
    """Headers, rows, their delimiter, and the bytes of a program that wrote them."""
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12))
    headers = [f"Column {i}" for i in range(width)]
    rows = [[f"id{number}", *row[1:]] for number, row in enumerate(rows)]
    delimiter = draw(st.sampled_from(",;\t|"))
    stream = io.StringIO()
    quoting, line_end = draw(
        st.sampled_from(
            [
                (csv.QUOTE_ALL, "\n"),
                (csv.QUOTE_ALL, "\r"),  # the csv module leaves other line ends inside cells bare
                (csv.QUOTE_ALL, "\r\n"),
                (csv.QUOTE_MINIMAL, "\n"),
                (csv.QUOTE_MINIMAL, "\r\n"),
            ]
        )
    )
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerows([headers, *rows])
    above = draw(st.sampled_from(["", f"sep={delimiter}{line_end}", f'"sep={delimiter}"{line_end}']))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    data = (above + stream.getvalue()).encode(encoding)
    # A few old bytes in a row can be well-formed UTF-8 by chance: then nobody could tell.
    assume(encoding != "cp1252" or data.isascii() or "\ufffd" in data.decode("utf-8", "replace"))
    return headers, rows, delimiter, draw(st.sampled_from([data, gzip.compress(data, mtime=0)]))


@settings(max_examples=100, deadline=None)
@given(written_tables())
def test_what_a_program_wrote_is_read_back(written):
    """Any delimiter, quoting, line end, encoding and packing gives the same headers and the same cells."""
    headers, rows, delimiter, data = written

    table = table_in(contents_of(data, shown_as="crm.csv").tables[0].data, shown_as="crm.csv")

    assert table.delimiter == delimiter
    assert list(table.headers) == headers
    assert rows_of(table) == rows
    assert table.dropped == {}


def outcome_of(data: bytes) -> RawTable | IcpError:
    """The table these bytes hold, or our error that they hold none; any other error passes."""
    try:
        return table_in(data, shown_as="crm.csv")
    except IcpError as err:
        return err


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(st.sampled_from('a1,;|\t\n\r" é\ufeff\0='), max_size=200).map(str.encode)
)
@example(b"\xff\xfe\x00")
@example(b'a,b\n"')
@example(b"sep=\n\n")
@example(b"a\rb,c\r\n\r")
@example(b"\xef\xbb\xbf\n,\n")
def test_no_bytes_bring_the_reader_down(data: bytes):
    """Whatever the bytes: a table whose rows add up, or an error of ours that names the file."""
    found = outcome_of(data)

    if isinstance(found, IcpError):
        assert str(found).startswith("crm.csv ")
    else:
        lines = found.lines.to_pylist()
        assert found.read == found.cells.num_rows + sum(found.dropped.values())
        assert lines == sorted(lines)
        assert len(lines) == found.cells.num_rows
        assert found.cells.num_columns == len(found.headers)


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
