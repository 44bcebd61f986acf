"""Quotes in cells: opened and never closed, or around several lines."""

from __future__ import annotations

from raw_tables import rows_of, table_of

from icpcli.load.files.read import table_in


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
