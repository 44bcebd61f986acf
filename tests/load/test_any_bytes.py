"""Whatever a program wrote is read back, and no bytes bring the reader down."""

from __future__ import annotations

import csv
import gzip
import io

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from raw_tables import rows_of

from icpcli.errors import IcpError
from icpcli.load.files.containers import contents_of
from icpcli.load.files.read import RawTable, table_in

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
