"""Rows that say again what another row has said: an id twice, a deal once for each of its contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Sequence

IDS = {CrmObject.CONTACT: "contact_id", CrmObject.DEAL: "deal_id", CrmObject.SUBSCRIPTION: "subscription_id"}
# What a deal without an id is known by; a report repeats it for each of its contacts or products.
LIKENESS = ("account_key", "deal_name", "amount", "mrr", "created_on", "closed_on", "stage", "status")
DATES = ("created_on", "closed_on")
ROW_NUMBERS = frozenset({"contact_row", "row"})


class Repeats:
    """Remembers the ids of the files before, for one object: exports that overlap must not count a row twice."""

    def __init__(self, wanted: CrmObject) -> None:
        self._object = wanted
        self._earlier: list[pa.Table] = []

    def removed(self, table: pa.Table) -> pa.Table:
        """The table without rows that repeat an id of their own object, within the file or, at the same company, before.

        An equal id at another company is another system's. Of equal ids the row stays that comes first in
        canonical order.
        """
        ids = self._ids(table)
        if ids is None:
            return table
        keys = table.column("account_key")
        suspects = self._suspects(ids)
        self._earlier.append(pa.table({"key": keys, "id": ids}))
        if not len(suspects):
            return table
        repeated = self._repeated(canonical(_with_rows(table.take(suspects), ids.take(suspects), suspects)))
        if not repeated:
            return table
        kept = np.ones(table.num_rows, dtype=bool)
        kept[repeated] = False
        return table.filter(pa.array(kept))

    def _ids(self, table: pa.Table) -> pa.Array | None:
        """What each row is known by: its id, of deals without ids their likeness; null where nothing tells."""
        name = IDS.get(self._object)
        if name in table.column_names:
            return _whole(table.column(name))
        likeness = [n for n in LIKENESS if n in table.column_names]
        dates = [n for n in DATES if n in table.column_names]
        if self._object is not CrmObject.DEAL or "deal_name" not in likeness or not dates:
            return None
        texts = [pc.fill_null(pc.cast(_whole(table.column(n)), pa.string()), "") for n in likeness]
        is_known = pc.and_(
            pc.is_valid(_whole(table.column("deal_name"))),
            pc.is_valid(pc.coalesce(*[_whole(table.column(n)) for n in dates])),
        )
        joined = pc.binary_join_element_wise(*texts, "\x1f")
        return pc.if_else(is_known, joined, pa.scalar(None, pa.string()))

    def _suspects(self, ids: pa.Array) -> pa.Array:
        """The positions of ids that occur again, in this file or one before; a few too many do no harm."""
        again = np.zeros(len(ids), dtype=bool)
        codes = _codes(ids)
        order = np.argsort(codes, kind="stable")
        same = codes[order][1:] == codes[order][:-1]
        again[order[1:][same]] = True
        again[order[:-1][same]] = True
        for table in self._earlier:
            again |= pc.is_in(ids, value_set=_whole(table.column("id"))).to_numpy(zero_copy_only=False)
        return pa.array(np.flatnonzero(again & ids.is_valid().to_numpy(zero_copy_only=False)))

    def _repeated(self, suspects: pa.Table) -> list[int]:
        """The rows, by position in their file, of suspects in canonical order that repeat another."""
        before = {pair for table in self._earlier[:-1] for pair in _pairs(table, suspects.column("id"))}
        here: set[str] = set()
        repeated = []
        for key, held, row in zip(
            *(suspects.column(name).to_pylist() for name in ("account_key", "id", "row")), strict=True
        ):
            if held in here or (key, held) in before:
                repeated.append(row)
            here.add(held)
        return repeated


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


def _pairs(table: pa.Table, ids: pa.ChunkedArray) -> set[tuple[str | None, str]]:
    shared = table.filter(pc.is_in(table.column("id"), value_set=_whole(ids)))
    return set(zip(shared.column("key").to_pylist(), shared.column("id").to_pylist(), strict=True))


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


__all__ = ["IDS", "Repeats", "canonical"]
