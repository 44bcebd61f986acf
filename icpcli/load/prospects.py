"""A file of companies to score, or of people or leads with their companies' traits on the rows."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.errors import DataError, InputError
from icpcli.load.fields.columns import check_overrides, column_as, columns_of
from icpcli.load.fields.matching import matches_of
from icpcli.load.files.containers import contents_of
from icpcli.load.files.originals import originals_of
from icpcli.load.files.paths import bytes_of
from icpcli.load.files.read import RAGGED, UNCLOSED_QUOTE, table_in
from icpcli.load.measured import measured
from icpcli.load.texts.cells import Cells, blank_to_null
from icpcli.load.texts.headers import fold_header
from icpcli.load.texts.meanings import meant
from icpcli.load.texts.sectors import sectors_of
from icpcli.load.texts.values import guess_kind, read_as, yes_or_no
from icpcli.load.wanted import as_in_the_export, by_their_words, fitting, own_words
from icpcli.model.common import NUMBERS, STDIN, CrmObject, Kind
from icpcli.model.fields import FIELDS
from icpcli.wording import column_flag, count, values_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.fields.columns import Column
    from icpcli.load.files.containers import Contained
    from icpcli.load.files.originals import Originals
    from icpcli.load.files.read import RawTable
    from icpcli.load.texts.values import Typed
    from icpcli.load.wanted import Said, Wanted

SURE = 2  # the rank of headers seen in exports
YES_NO = frozenset({"yes", "no"})
CALLED = {Kind.MONEY: "money", Kind.SHARE: "a share"}
EXAMPLES = 2  # of cells that could not be read
NAMES = ("name", "domain", "account_id")


@dataclass(frozen=True, slots=True, eq=False)
class Prospects:
    """The rows to score.

    ``columns`` (field -> array of ``rows`` texts or doubles, null where blank) holds the fields that were found, of ranges
    the lower ends; ``ends`` (doubles, null where a cell is one number) where they end. ``headers``: where each stood. ``numbers`` (rows,) are their records, from 0, ``originals`` the bytes of all records;
    None where the input is no delimited text (a workbook, a frame) or its records cannot be told apart.
    ``unreadable`` counts the records that could not be read, ``beside`` those that only shape the page, by reason; ``notes`` tell of
    cells that could not be read or were converted.
    """

    raw: RawTable
    columns: Mapping[str, pa.Array]
    ends: Mapping[str, pa.Array]
    headers: Mapping[str, str]
    names: pa.Array | None
    numbers: np.ndarray
    originals: Originals | None
    unreadable: int
    beside: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are to score."""
        return len(self.numbers)


def read_prospects(
    path: str,
    wanted: Sequence[Wanted],
    said: Said,
    *,
    named: bool = False,
) -> Prospects:
    """The rows of one file, and what they say of the fields that are wanted, whatever the headers are called.

    With ``named``, what the companies are called is read too.

    Raises InputError where the path is no file or holds several tables that could be meant, DataError where none
    of the fields is there.
    """
    if path != STDIN and Path(path).is_dir():
        raise InputError(f"{path} is a folder; score takes one file.", ("Score its files one by one.",))
    container = _container_of(path)
    contents = contents_of(bytes_of(container), shown_as=container)
    chosen = [t for t in contents.tables if path in {container, t.shown_as}]
    if not chosen:
        held = ", ".join(table.shown_as for table in contents.tables)
        raise InputError(f"{container} holds no table {path}.", (f"It has: {held}",))
    read = [_prospects(table, wanted, said, named=named) for table in _tables(chosen, path)]
    useful = [found for found in read if found.columns]
    if len(useful) > 1:
        names = ", ".join(found.raw.path for found in useful)
        raise InputError(
            f"{path} holds several tables that could be scored.",
            (f"It has: {names}", f"Score one of them: icp score {shlex.quote(useful[0].raw.path)}"),
        )
    if not useful:
        raise _nothing_known(read[0].raw, wanted)
    return useful[0]


def _container_of(path: str) -> str:
    """The workbook or archive of which a path names one table (leads.xlsx/Leads), else the path itself."""
    if path == STDIN or Path(path).exists():
        return path
    return next((str(parent) for parent in Path(path).parents if parent.is_file()), path)


def prospects_in(data: bytes, wanted: Sequence[Wanted], said: Said, *, shown_as: str) -> Prospects:
    """The same of text in UTF-8 that is at hand, comma-separated; no field need be there."""
    from icpcli.load.files.containers import Contained  # noqa: PLC0415  its only use outside of types

    return _prospects(Contained(shown_as, data, ","), wanted, said, named=False)


def _tables(tables: Sequence[Contained], path: str) -> list[Contained]:
    """The tables of a file; of several, those that can be read."""
    if len(tables) == 1:
        return list(tables)
    readable = []
    for table in tables:
        try:
            table_in(table.data, shown_as=table.shown_as, delimiter=table.delimiter)
        except InputError:
            continue
        readable.append(table)
    if not readable:
        raise InputError(f"{path} holds no table.")
    return readable


def _prospects(table: Contained, wanted: Sequence[Wanted], said: Said, *, named: bool) -> Prospects:
    raw = table_in(table.data, shown_as=table.shown_as, delimiter=table.delimiter)
    if said.values:
        raw = replace(raw, meanings=said.values, lists=frozenset(w.field for w in wanted if w.is_list))
    own, others = own_words(raw, wanted, said.columns)
    check_overrides([raw], others)
    others = as_in_the_export(raw, wanted) | by_their_words(raw, wanted) | fitting(raw, said.usual) | others
    asked = {want.field for want in wanted} | (
        {"industry"} if any(w.field == "sector" for w in wanted) else set()
    )
    asked |= {"currency"} if any(w.measure.currency for w in wanted) else set()
    known = columns_of(raw, CrmObject.ACCOUNT, others, fields=frozenset(asked | set(NAMES if named else ())))
    found = {want.field: each for want in wanted if (each := _found(raw, want, known, own)) is not None}
    numbers, left = _numbers(raw)
    is_left = None if left.all() else pa.array(left)
    dropped = dict(raw.dropped)
    torn = dropped.pop(RAGGED, 0) + dropped.pop(UNCLOSED_QUOTE, 0) + int((~left).sum())
    is_text = table.delimiter is None
    return Prospects(
        raw=raw,
        columns={field: _those(each.array, is_left) for field, each in found.items()},
        ends={field: _those(each.ends, is_left) for field, each in found.items() if each.ends is not None},
        headers={field: each.header for field, each in found.items()},
        names=_names(known, is_left),
        numbers=numbers,
        originals=originals_of(table.data, raw.encoding, raw.delimiter, raw.last_record) if is_text else None,
        unreadable=torn,
        beside=dropped,
        notes=tuple(f"{raw.path}: {note}" for each in found.values() for note in each.notes),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A field's values, the header they stand under, where the ranges among them end, and what to tell of them."""

    array: pa.Array
    header: str
    ends: pa.Array | None = None
    notes: tuple[str, ...] = ()


def _found(raw: RawTable, want: Wanted, known: Sequence[Column], own: Mapping[str, int]) -> _Found | None:
    """A field's values and the header they stand under: the user's word, else what the header says, else its old header."""
    by_field = {column.field: column for column in known if column.field is not None}
    currency = by_field.get("currency")
    stated = None if currency is None else currency.typed.array
    column = by_field.get(want.field)
    if column is not None and want.field not in own:
        if not want.is_number:
            return _Found(_plain(column.typed.array), column.header)
        if column.typed.kind in NUMBERS:
            return _figures(raw, column.index, column.typed, want, stated)
        return _typed(raw, column.index, want, stated)
    if want.field == "sector" and "industry" in by_field:
        column = by_field["industry"]
        cells = Cells.of(column.typed.array)
        sectors = sectors_of(cells.distinct, header=column.header) | meant(
            cells.distinct, raw.meanings.get("sector", {})
        )
        return _Found(cells.mapped(lambda text: sectors.get(text) or None, pa.string()), column.header)
    taken = {column.index for column in by_field.values()}
    index = own.get(want.field, _by_header(raw, want, taken))
    return None if index is None else _typed(raw, index, want, stated)


def _by_header(raw: RawTable, want: Wanted, taken: set[int]) -> int | None:
    """The column whose header surely is a field of numbers, though hardly a cell is one; else that of the old header."""
    folded = [fold_header(header, CrmObject.ACCOUNT) for header in raw.headers]
    matches = matches_of(folded, CrmObject.ACCOUNT).get(want.field, ()) if want.is_number else ()
    sure = (match.index for match in matches if match.rank <= SURE and match.index not in taken)
    return next(sure, _under_old_header(raw, want, taken))


def _under_old_header(raw: RawTable, want: Wanted, taken: set[int]) -> int | None:
    old = want.header or want.field
    exact = [i for i, header in enumerate(raw.headers) if header == old]
    alike = [i for i, header in enumerate(raw.headers) if fold_header(header) == fold_header(old)]
    return next((i for i in (*exact, *alike) if i not in taken), None)


def _typed(raw: RawTable, index: int, want: Wanted, stated: pa.Array | None) -> _Found:
    """A column as the profile reads its field: numbers, yes and no, or words."""
    cells, header = raw.as_meant(index, want.field), raw.headers[index]
    if want.is_yes_no:
        return _boxes(cells, header, want)
    if want.is_number:
        kind = FIELDS[CrmObject.ACCOUNT].get(want.field) or guess_kind(cells)
        field = want.field if want.field in FIELDS[CrmObject.ACCOUNT] else None
        typed = column_as(raw, index, kind if kind in NUMBERS else Kind.COUNT, field)
        return _figures(raw, index, typed, want, stated)
    guessed = guess_kind(cells)
    is_ticked = guessed is Kind.BOOLEAN and want.values <= YES_NO
    return _Found(_plain(read_as(cells, Kind.BOOLEAN if is_ticked else Kind.CATEGORY).array), header)


def _figures(raw: RawTable, index: int, typed: Typed, want: Wanted, stated: pa.Array | None) -> _Found:
    """A column of numbers in the measure of the profile; ``stated``: the currency of each row, unless a column says this one's own."""
    header = raw.headers[index]
    if want.measure.currency and (own := f"{header} Currency") in raw.headers:  # as Salesforce calls it
        stated = blank_to_null(raw.column(raw.headers.index(own))).texts()
    cells = raw.as_meant(index, want.field)
    figures = measured(cells, typed, header, want.measure, stated=stated)
    lost = pc.is_null(typed.array) if typed.unreadable else None
    notes = () if lost is None else _unread(cells, lost, header, CALLED.get(typed.kind, "a number"), want)
    return _Found(figures.array, header, figures.ends, (*notes, *figures.notes))


def _unread(cells: Cells, lost: pa.Array, header: str, called: str, want: Wanted) -> tuple[str, ...]:
    """How many filled cells are ``lost``, two of them, and what helps; nothing where none is."""
    filled = blank_to_null(cells)
    times = pc.value_counts(filled.texts().filter(lost).drop_null()).to_pylist()
    if not times:
        return ()
    shown = sorted(times, key=lambda each: (-each["counts"], each["values"]))[:EXAMPLES]
    found = sum(each["counts"] for each in times)
    of = count(len(filled) - filled.null_count, "filled cell")
    return (
        (
            f"{header!r}: {found:,} of {of} could not be read as {called} ({', '.join(each['values'] for each in shown)}): unknown there. "
            f"What words mean is said below {values_table(want.field)} in icp.toml."
        ),
    )


def _boxes(cells: Cells, header: str, want: Wanted) -> _Found:
    """Yes, no or null, with a note on what is neither."""
    said = _yes_or_no(cells, want.blank)
    return _Found(said, header, notes=_unread(cells, pc.is_null(said), header, "yes or no", want))


def _yes_or_no(cells: Cells, blank: str | None) -> pa.Array:
    """Yes, no or null, whatever the other cells of the list say; a blank is what it is in the export behind the profile."""
    said = _plain(cells.mapped(yes_or_no, pa.bool_()))
    if blank is None:
        return said
    is_blank = cells.placed(pc.equal(pc.utf8_trim_whitespace(cells.values), ""))
    return pc.if_else(pc.fill_null(is_blank, fill_value=True), pa.scalar(blank), said)


def _plain(array: pa.Array) -> pa.Array:
    """Numbers as doubles, booleans as yes and no, the rest as text."""
    if pa.types.is_boolean(array.type):
        return pc.if_else(array, pa.scalar("yes"), pa.scalar("no"))
    return array if pa.types.is_string(array.type) else pc.cast(array, pa.float64())


def _those(column: pa.Array, is_left: pa.Array | None) -> pa.Array:
    return column if is_left is None else column.filter(is_left)


def _names(known: Sequence[Column], is_left: pa.Array | None) -> pa.Array | None:
    """What the companies are called, for a list that a person reads."""
    by_field = {column.field: column for column in known}
    named = next((by_field[field] for field in NAMES if field in by_field), None)
    return None if named is None else _those(named.typed.array, is_left)


def _numbers(raw: RawTable) -> tuple[np.ndarray, np.ndarray]:
    """The record of each row to score, from 0, and which rows those are: records torn by a stray quote hold several."""
    lines = raw.lines.to_numpy()
    torn = np.array([reject.line for reject in raw.rejects], dtype=np.int64)
    distinct, counts = np.unique(lines, return_counts=True)
    left = ~np.isin(lines, np.concatenate([distinct[counts > 1], torn]))
    return lines[left] - 1, left


def _nothing_known(raw: RawTable, wanted: Sequence[Wanted]) -> DataError:
    looked_for = ", ".join(f"{w.field} ({w.header})" if w.header else w.field for w in wanted[:12])
    field = wanted[0].field if wanted else "industry"
    return DataError(
        f"{raw.path} has none of the fields that the profile asks.",
        (
            f"Looked for: {looked_for}",
            f"It has: {', '.join(h for h in raw.headers[:30] if h)}",
            f"If one of these is it, say so: {column_flag(field)}",
        ),
    )


__all__ = ["Prospects", "prospects_in", "read_prospects"]
