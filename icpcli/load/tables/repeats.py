"""Rows that say again what another row has said: an id twice, a deal once for each of its contacts, an invoice in two files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.tables.as_of import EVENTS, EXPECTED
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

IDS = {
    CrmObject.CONTACT: "contact_id",
    CrmObject.DEAL: "deal_id",
    CrmObject.INVOICE: "invoice_id",
    CrmObject.SUBSCRIPTION: "subscription_id",
}
IN_LINES = frozenset({CrmObject.INVOICE})  # the rows of one file that share an id are lines of one thing
ITEMS = {CrmObject.SUBSCRIPTION: ("plan", "started_on")}
# What a deal without an id is known by; a report repeats it for each of its contacts or products.
LIKENESS = ("account_key", "deal_name", "amount", "mrr", "created_on", "closed_on", "stage", "status")
DATES = ("created_on", "closed_on")
EPOCH = date(1970, 1, 1).toordinal()
ROW_NUMBERS = frozenset({"contact_row", "row"})


def without_repeats(tables: Sequence[pa.Table], wanted: CrmObject) -> list[pa.Table]:
    """The files' tables of one object without rows that say again what others say: exports that overlap must not count twice.

    Within a file an id counts once, by the row that comes first in canonical order; the lines of an invoice share theirs
    and all count, as do the plans of a subscription, and what it was from another day on. What several files hold at the same company counts in the newest of them, by the latest event that it knows; an
    equal id at another company is another system's. No order of rows or files changes what is left.
    """
    ids = [_ids(table, wanted) for table in tables]
    kept = [np.ones(table.num_rows, dtype=bool) for table in tables]
    if wanted not in IN_LINES:
        for table, held, mask in zip(tables, ids, kept, strict=True):
            mask[_said_again(table, _with_items(table, held, wanted))] = False
    ends = [latest_day(table, wanted) for table in tables]
    for file, row in _told_elsewhere(tables, ids, kept, ends):
        kept[file][row] = False
    return [
        table if mask.all() else table.filter(pa.array(mask))
        for table, mask in zip(tables, kept, strict=True)
    ]


def latest_day(table: pa.Table, wanted: CrmObject) -> int:
    """The latest day since 1970 on which something happened in a file, none that is only expected; 0 where none is told."""
    days = [
        pc.max(table.column(n)).as_py()
        for n in EVENTS.get(wanted, ())
        if n in table.column_names and n not in EXPECTED
    ]
    return max((day.toordinal() - EPOCH for day in days if day is not None), default=0)


def _ids(table: pa.Table, wanted: CrmObject) -> pa.Array:
    """What each row is known by: its id, of deals without ids their likeness; null where nothing tells.

    Of invoices also the year, since many books number them anew in each.
    """
    name = IDS.get(wanted)
    if name in table.column_names:
        held = _whole(table.column(name))
        if wanted is not CrmObject.INVOICE or "invoiced_on" not in table.column_names:
            return held
        years = pc.fill_null(pc.cast(pc.year(_whole(table.column("invoiced_on"))), pa.string()), "")
        return pc.binary_join_element_wise(held, years, "\x1f")
    return likeness_of(table) if wanted is CrmObject.DEAL else pa.nulls(table.num_rows, pa.string())


def likeness_of(deals: pa.Table) -> pa.Array:
    """What deals without ids are known by; null where they have no name or no date."""
    likeness = [n for n in LIKENESS if n in deals.column_names]
    dates = [n for n in DATES if n in deals.column_names]
    if "deal_name" not in likeness or not dates:
        return pa.nulls(deals.num_rows, pa.string())
    texts = [pc.fill_null(pc.cast(_whole(deals.column(n)), pa.string()), "") for n in likeness]
    is_known = pc.and_(
        pc.is_valid(_whole(deals.column("deal_name"))),
        pc.is_valid(pc.coalesce(*[_whole(deals.column(n)) for n in dates])),
    )
    joined = pc.binary_join_element_wise(*texts, "\x1f")
    return pc.if_else(is_known, joined, pa.scalar(None, pa.string()))


def _with_items(table: pa.Table, ids: pa.Array, wanted: CrmObject) -> pa.Array:
    """What each row of one file is known by: of subscriptions, whose rows may be their items or phases, also its plan and start."""
    apart = [n for n in ITEMS.get(wanted, ()) if n in table.column_names]
    texts = [pc.fill_null(pc.cast(_whole(table.column(n)), pa.string()), "") for n in apart]
    return pc.binary_join_element_wise(ids, *texts, "\x1f") if texts else ids


def _said_again(table: pa.Table, ids: pa.Array) -> list[int]:
    """The rows of a file whose id another row of it has that comes first in canonical order."""
    codes = _codes(ids)
    order = np.argsort(codes, kind="stable")
    same = codes[order][1:] == codes[order][:-1]
    suspects = pa.array(np.union1d(order[1:][same], order[:-1][same]))
    if not len(suspects):
        return []
    ordered = canonical(_with_rows(table.take(suspects), ids.take(suspects), suspects))
    here: set[str] = set()
    repeated = []
    for held, row in zip(*(ordered.column(name).to_pylist() for name in ("id", "row")), strict=True):
        if held in here:
            repeated.append(row)
        here.add(held)
    return repeated


def _told_elsewhere(
    tables: Sequence[pa.Table], ids: Sequence[pa.Array], kept: Sequence[np.ndarray], ends: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """The rows, as file and place, of what a newer file says too at the same company, or one in more lines or with fewer blanks.

    Of files that say as much the one stays whose words come first by the alphabet, and of those that say the same the first.
    """
    shared = _shared(ids)
    if not len(shared):
        return
    names = sorted({n for table in tables for n in table.column_names} - ROW_NUMBERS)
    lines = pa.concat_tables(
        _lines(file, table, held, pa.array(np.flatnonzero(_is_in(held, shared) & mask)), names)
        for file, (table, held, mask) in enumerate(zip(tables, ids, kept, strict=True))
    ).sort_by([(name, "ascending") for name in ("what", "file", "words")])
    told = lines.group_by(["what", "file"], use_threads=False).aggregate(
        [("words", "list"), ("words", "count"), ("blanks", "sum")]
    )
    told = told.append_column("said", pc.binary_join(told.column("words_list"), "\x1e"))
    told = told.append_column("end", pa.array(ends, pa.int64()).take(told.column("file")))
    best = [
        ("what", "ascending"),
        ("end", "descending"),
        ("words_count", "descending"),
        ("blanks_sum", "ascending"),
    ]
    told = told.sort_by([*best, ("said", "ascending"), ("file", "ascending")])
    stays = told.group_by("what", use_threads=False).aggregate([("file", "first")])
    both = lines.select(["what", "file", "row"]).join(stays, "what")
    repeated = both.filter(pc.not_equal(both.column("file"), both.column("file_first")))
    yield from zip(repeated.column("file").to_pylist(), repeated.column("row").to_pylist(), strict=True)


def _shared(ids: Sequence[pa.Array]) -> pa.Array:
    """The ids that more than one file holds."""
    if len(ids) < 2:
        return pa.array([], pa.string())
    distinct = [pc.cast(pc.unique(pc.drop_null(held)), pa.string()) for held in ids]
    counts = pc.value_counts(pa.chunked_array(distinct, pa.string()))
    return counts.field("values").filter(pc.greater(counts.field("counts"), 1))


def _is_in(ids: pa.Array, shared: pa.Array) -> np.ndarray:
    return np.asarray(pc.is_in(ids, value_set=shared).to_numpy(zero_copy_only=False))


def _lines(file: int, table: pa.Table, ids: pa.Array, rows: pa.Array, names: Sequence[str]) -> pa.Table:
    """Rows of a file: what each tells of, all it says by the names of the columns of all files, and how often it says nothing."""
    here = table.take(rows)
    texts = [
        pc.fill_null(pc.cast(_whole(here.column(n)), pa.string()), "")
        if n in here.column_names
        else pa.repeat(pa.scalar(""), len(rows))
        for n in names
    ]
    blanks = sum((pc.equal(text, "").to_numpy(zero_copy_only=False).astype(int) for text in texts), start=0)
    key = pc.fill_null(_whole(here.column("account_key")), "\0")
    return pa.table(
        {
            "what": pc.binary_join_element_wise(key, ids.take(rows), "\x1f"),
            "file": pa.repeat(pa.scalar(file), len(rows)),
            "row": rows,
            "words": pc.binary_join_element_wise(*texts, "\x1f"),
            "blanks": pa.array(blanks, pa.int64()),
        }
    )


def canonical(table: pa.Table, first: Sequence[str] = ("account_key",)) -> pa.Table:
    """The same rows in an order that does not depend on the file's: ``first``, then all cells; columns by name.

    The row's number in its file tells nothing of it, and only settles what is equal in all else.
    """
    leading = [n for n in first if n in table.column_names]
    names = [*leading, *sorted(n for n in table.column_names if n not in leading)]
    table = table.select(names)
    texts = {
        str(i): pc.fill_null(pc.cast(table.column(n), pa.string()), "")
        for i, n in enumerate(names)
        if n not in ROW_NUMBERS
    }
    return table.take(pc.sort_indices(pa.table(texts), sort_keys=[(i, "ascending") for i in texts]))


def _with_rows(table: pa.Table, ids: pa.Array, rows: pa.Array) -> pa.Table:
    return table.append_column("id", ids).append_column("row", rows)


def _codes(ids: pa.Array) -> np.ndarray:
    """A number for each id, equal for equal ids; blanks have numbers that are nobody else's."""
    try:
        numbers = pc.cast(ids, pa.int64())
    except pa.ArrowInvalid:
        numbers = ids.dictionary_encode().indices
    codes = pc.fill_null(pc.cast(numbers, pa.int64()), 0).to_numpy(zero_copy_only=False)
    blank = np.asarray(ids.is_null().to_numpy(zero_copy_only=False))
    apart = np.iinfo(np.int64).min + np.arange(len(codes))
    return np.where(blank, apart, codes)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


__all__ = ["IDS", "canonical", "latest_day", "likeness_of", "without_repeats"]
