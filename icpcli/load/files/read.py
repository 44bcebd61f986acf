"""Bytes to tables of strings: rows that do not fit set aside, every record accounted for."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from icpcli.errors import InputError
from icpcli.load.files.containers import contents_of
from icpcli.load.files.dialect import layout_of
from icpcli.load.files.encoding import decoded
from icpcli.load.files.groups import name_of_groups
from icpcli.load.files.links import whole_of, without_links
from icpcli.load.files.memory import DELIMITER, InMemory
from icpcli.load.files.paths import bytes_of, files_in, nothing_in, spelled_out
from icpcli.load.files.quotes import TORN, unswallowed, without_guards
from icpcli.load.files.records import records_of
from icpcli.load.files.structure import structured
from icpcli.load.texts.cells import Cells
from icpcli.load.texts.habits import UNKNOWN
from icpcli.load.texts.meanings import as_meant
from icpcli.model.common import MANY_RAGGED_ROWS, STDIN, Finding
from icpcli.model.tables import Reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from icpcli.load.files.containers import Contained
    from icpcli.load.files.dialect import Layout
    from icpcli.load.files.encoding import Text
    from icpcli.load.files.memory import Export
    from icpcli.load.files.quotes import Unswallowed
    from icpcli.load.files.records import Misfit
    from icpcli.load.texts.habits import Habit

MAX_RAGGED_SHARE = 0.5
MANY_RAGGED_SHARE = 0.2
EXPORT_AGAIN = "Export it again with at least one row."
RAGGED = "ragged"
UNCLOSED_QUOTE = "unclosed quote"
TITLE = "title"

NOT_A_TABLE = "ICP101"
RAGGED_ROWS = "ICP102"
SWALLOWED_ROWS = "ICP103"
STRUCTURAL_ROWS = "ICP104"
NAMES_OF_GROUPS = "ICP141"
LOST_CHARACTERS = "ICP105"
SAME_BYTES = "ICP106"
REPAIRED_LINES = "ICP109"


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """One file as strings.

    ``path`` is as the user would type it, of a table in an archive or a workbook with its name behind it; ``sha256``
    is that of the table's bytes, unpacked. ``headers`` are in file order, duplicates kept, blank ones "".
    ``cells`` has columns c0, c1, ... of text (strings, or dictionaries of them), blank cells "" and never null, the
    records kept in file order; ``lines`` (int64 array) numbers them as a spreadsheet does: records from 1, everything counted. ``dropped``
    gives for each reason (title, footer, blank, ragged, ...) the records left out: ``read == cells.num_rows +
    sum(dropped)``. ``rejects`` are the ragged and torn records, ``encoding`` and ``delimiter`` what the file was
    read with, ``habit`` what the user says of how its values are written. ``header_record`` and ``last_record`` are the
    numbers of the header and of the last record of all. ``columns_added`` counts those behind the file's own (the name of each row's group).
    ``meanings`` gives for a field or a header what the user says that its words mean; ``lists`` are fields of which it is known
    that their cells hold several (of others the cells tell).
    """

    path: str
    sha256: str
    headers: tuple[str, ...]
    cells: pa.Table
    lines: pa.Array
    read: int
    dropped: Mapping[str, int]
    rejects: tuple[Reject, ...]
    findings: tuple[Finding, ...]
    encoding: str
    delimiter: str
    habit: Habit = UNKNOWN
    header_record: int = 1
    last_record: int = 0
    columns_added: int = 0
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    _columns: dict[int, Cells] = field(default_factory=dict, init=False, repr=False)

    def column(self, index: int) -> Cells:
        """The cells of a column, prepared once for all that read them."""
        if index not in self._columns:
            self._columns[index] = Cells.of(self.cells.column(index))
        return self._columns[index]

    def words_for(self, index: int, name: str | None) -> dict[str, str]:
        """What the user says that the words of a column mean that holds a field (None: one of the user's own)."""
        return {**self.meanings.get(name or "", {}), **self.meanings.get(self.headers[index], {})}

    def as_meant(self, index: int, name: str | None) -> Cells:
        """The cells of a column that holds a field, as the user says that they are meant."""
        words = self.words_for(index, name)
        are_lists = True if name in self.lists else None
        return as_meant(self.column(index), words, are_lists=are_lists) if words else self.column(index)


def read_exports(
    paths: Sequence[Export], habit: Habit = UNKNOWN
) -> tuple[tuple[RawTable, ...], tuple[Finding, ...]]:
    """Every table in memory and in these files, folders and patterns, by path and not as they were given, and the files left out.

    In a folder, an archive or a workbook, what holds no table becomes a finding, as does a table with the bytes of
    another. Raises InputError where a path leads nowhere, a file named by the user holds no table, or a folder
    holds none.
    """
    tables = [
        table_in(path.data, shown_as=path.shown_as, delimiter=DELIMITER)
        for path in paths
        if isinstance(path, InMemory)
    ]
    findings: list[Finding] = []
    for path in sorted(spelled_out([path for path in paths if isinstance(path, str)])):
        read = _read_folder if path != STDIN and Path(path).is_dir() else _read_file
        found, noticed = read(path)
        tables += found
        findings += noticed
    tables.sort(key=lambda table: (table.path, table.sha256))
    return _without_copies([replace(table, habit=habit) for table in tables], findings)


def table_in(data: bytes, *, shown_as: str, delimiter: str | None = None) -> RawTable:
    """The table that these bytes hold, as strings; raises InputError where they hold none."""
    if not data[:1024].strip() and not data.strip():
        raise InputError(f"{shown_as} is empty.", (EXPORT_AGAIN,))
    text = decoded(data, shown_as=shown_as)
    layout, whole = _tidiest(text.utf8, shown_as, delimiter)
    page = structured(whole.records, layout)
    kept, misfits = without_links(page.records.cells, text.utf8), page.records.misfits
    _refuse_mostly_ragged(page.records.misfits, kept.num_rows, layout, shown_as)
    if not kept.num_rows:
        raise _no_rows(layout, shown_as)
    dropped = {
        TITLE: layout.titles,
        **page.dropped,
        "blank": layout.blanks + page.records.blanks,
        RAGGED: sum(m.reason != TORN for m in misfits),
        UNCLOSED_QUOTE: sum(m.reason == TORN for m in misfits),
    }
    dropped = {reason: n for reason, n in dropped.items() if n}
    return RawTable(
        path=shown_as,
        sha256=hashlib.sha256(data).hexdigest(),
        headers=_named(layout.headers, kept.num_columns, shown_as) if page.is_grouped else layout.headers,
        cells=kept,
        lines=page.records.line_numbers(),
        read=kept.num_rows + sum(dropped.values()),
        dropped=dropped,
        rejects=tuple(Reject(shown_as, m.number, m.reason, m.text) for m in misfits),
        findings=(
            *_noticed(shown_as, text, dropped, kept.num_rows, whole),
            *_on_groups(shown_as, layout.headers[: page.names_told]),
        ),
        encoding=text.encoding,
        delimiter=layout.delimiter,
        header_record=layout.header_record,
        last_record=whole.records.last,
        columns_added=kept.num_columns - len(layout.headers),
    )


def _named(headers: Sequence[str], count: int, shown_as: str) -> tuple[str, ...]:
    """The headers of so many columns of a report in groups, with a name for the column that holds their names."""
    first, *others = headers
    if count > len(headers):
        return (*headers, name_of_groups(shown_as))
    return (first.strip() or name_of_groups(shown_as), *others)


def _on_groups(shown_as: str, headers: Sequence[str]) -> Iterator[Finding]:
    """That blanks were taken for the name above them."""
    if headers:
        named = ", ".join(map(repr, headers))
        yield Finding(
            NAMES_OF_GROUPS,
            f"{shown_as}: {named} stands on the first row of each group alone, as in a pivot table, and was taken for all rows below it.",
        )


def _tidiest(utf8: bytes, shown_as: str, delimiter: str | None) -> tuple[Layout, Unswallowed]:
    """The records of a text; where a backslash before a quote may mean two things, the reading that fits better."""
    is_guarded = b"\\" in utf8 and b'\\"' in utf8  # one sign is sought many times faster than two
    versions = [utf8, without_guards(utf8)] if is_guarded else [utf8]
    layouts = [layout_of(version, shown_as=shown_as, delimiter=delimiter) for version in versions]
    readings = [
        unswallowed(records_of(version, layout, shown_as=shown_as), layout, version)
        for version, layout in zip(versions, layouts, strict=True)
    ]
    return min(zip(layouts, readings, strict=True), key=lambda pair: _misfitting(pair[1]))


def _misfitting(whole: Unswallowed) -> int:
    return len(whole.records.misfits) + whole.recovered


def _read_file(path: str) -> tuple[list[RawTable], list[Finding]]:
    contents = contents_of(bytes_of(path), shown_as=path)
    if contents.is_single:
        return [_table_of(contents.tables[0])], [*contents.findings]
    tables, findings = _read_all(contents.tables)
    if not tables:
        raise InputError(f"{path} holds no table.", tuple(finding.message for finding in findings[:3]))
    return tables, [*contents.findings, *findings]


def _read_folder(path: str) -> tuple[list[RawTable], list[Finding]]:
    folder = Path(path)
    tables, findings = [], []
    for file in files_in(folder):
        try:
            found, noticed = _read_file(str(file))
        except InputError as err:
            found, noticed = [], [_left_out(err)]
        tables += found
        findings += noticed
    if not tables:
        raise nothing_in(folder, [finding.message for finding in findings])
    return tables, findings


def _read_all(contained: Sequence[Contained]) -> tuple[list[RawTable], list[Finding]]:
    tables, findings = [], []
    for one in contained:
        try:
            tables.append(_table_of(one))
        except InputError as err:
            findings.append(_left_out(err))
    return tables, findings


def _table_of(one: Contained) -> RawTable:
    return table_in(one.data, shown_as=one.shown_as, delimiter=one.delimiter)


def _left_out(err: InputError) -> Finding:
    return Finding(NOT_A_TABLE, f"{err} It was left out.")


def _without_copies(
    tables: Sequence[RawTable], findings: Sequence[Finding]
) -> tuple[tuple[RawTable, ...], tuple[Finding, ...]]:
    """Of tables with the same bytes the first, and none that is a view of another: read twice, every sale would count twice."""
    first: dict[str, RawTable] = {}
    copies = []
    paths = {table.path for table in tables}
    for table in tables:
        if whole := whole_of(table.path, paths):
            message = f"{table.path} is a view of {whole} and was left out."
            copies.append(Finding(SAME_BYTES, message, table.read))
            continue
        original = first.setdefault(table.sha256, table)
        if original is not table:
            message = f"{table.path} has the same bytes as {original.path} and was left out."
            copies.append(Finding(SAME_BYTES, message, table.read))
    return tuple(_by_own_paths(first.values())), (*findings, *copies)


def _by_own_paths(tables: Iterable[RawTable]) -> Iterator[RawTable]:
    """The tables, each by a path that is nobody else's, since an archive may hold several files of one name."""
    seen: Counter[str] = Counter()
    for table in tables:
        seen[table.path] += 1
        yield table if seen[table.path] == 1 else replace(table, path=f"{table.path} ({seen[table.path]})")


def _refuse_mostly_ragged(misfits: Sequence[Misfit], kept: int, layout: Layout, shown_as: str) -> None:
    if len(misfits) <= MAX_RAGGED_SHARE * (kept + len(misfits)):
        return
    raise InputError(
        f"{shown_as} is not a table: {len(misfits):,} of its {kept + len(misfits):,} rows do not have the "
        f"{len(layout.headers)} cells of its header.",
        (f"First: row {misfits[0].number}, {misfits[0].reason}.", "Export it again as CSV."),
    )


def _no_rows(layout: Layout, shown_as: str) -> InputError:
    if any("\n" in header for header in layout.headers):
        return InputError(f"{shown_as} has no rows: a quote is opened in its header and not closed.")
    return InputError(f"{shown_as} has a header and no rows.", (EXPORT_AGAIN,))


def _noticed(
    shown_as: str, text: Text, dropped: Mapping[str, int], kept: int, whole: Unswallowed
) -> Iterator[Finding]:
    if text.damaged:
        message = f"{shown_as}: {text.damaged:,} character(s) could not be read as {text.encoding} and show as \ufffd."
        yield Finding(LOST_CHARACTERS, message)
    if text.repaired:
        message = f"{shown_as}: {text.repaired:,} line(s) had been saved in a wrong encoding once (Ã© for é) and were repaired."
        yield Finding(REPAIRED_LINES, message, text.repaired)
    structural = {r: n for r, n in dropped.items() if r not in {"blank", RAGGED, UNCLOSED_QUOTE}}
    if structural:
        parts = ", ".join(f"{reason}: {n:,}" for reason, n in structural.items())
        message = f"{shown_as}: rows that only shape the page were left out ({parts})."
        yield Finding(STRUCTURAL_ROWS, message, sum(structural.values()))
    if ragged := dropped.get(RAGGED, 0):
        rows = kept + ragged
        message = (
            f"{shown_as}: {ragged:,} of {rows:,} rows ({_percent(ragged, rows)}) do not have the header's number of cells and "
            "were left out (icp inspect --rejects FILE writes them)."
        )
        yield Finding(
            MANY_RAGGED_ROWS if ragged >= MANY_RAGGED_SHARE * rows else RAGGED_ROWS, message, ragged
        )
    if whole.recovered or whole.lost:
        message = (
            f"{shown_as}: a quote that is opened and not closed had swallowed rows: {whole.recovered:,} were read again "
            f"without it, {whole.lost:,} line(s) could not be and were left out."
        )
        yield Finding(SWALLOWED_ROWS, message, whole.recovered + whole.lost)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if 100 * part >= whole else "<1 %"


__all__ = ["RawTable", "read_exports", "table_in"]
