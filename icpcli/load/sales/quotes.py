"""What became of quotes: one that was accepted is a deal won, one that was refused or left to expire a deal lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.fields.quotes import ALL_NUMBERS, answer_by_number, answer_to
from icpcli.load.tables.outcome import LOST, WON, mapped
from icpcli.model.common import CrmObject, Finding
from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.fields.columns import Column
    from icpcli.load.fields.understood import Understood

QUOTES = "ICP152"
TELLING = ("status", "stage")


@dataclass(frozen=True, slots=True)
class Answered:
    """The files, and what to say of those that hold quotes."""

    files: list[Understood]
    findings: list[Finding]


def with_answers(files: Sequence[Understood], stages: Mapping[str, str]) -> Answered:
    """The files, the words for what became of quotes put as those of deals; ``stages``: the user's, whose words stay as they are."""
    own = {fold(stage) for stage in stages}
    answered = [_whole(_answered(file, own)) if file.are_quotes else file for file in files]
    return Answered(answered, [_told(file) for file in answered if file.are_quotes])


def _answered(file: Understood, own: set[str]) -> Understood:
    held = file.of(CrmObject.DEAL)
    read = {held[name].index: _read(held[name], own) for name in TELLING if name in held}
    return replace(
        file,
        columns=tuple(read.get(c.index, c) if c.object is CrmObject.DEAL else c for c in file.columns),
    )


def _read(column: Column, own: set[str]) -> Column:
    array = column.typed.array
    seen = set(pc.unique(array.drop_null()).to_pylist())
    answer = answer_by_number if seen <= ALL_NUMBERS else answer_to

    def put(status: str) -> str:
        return status if fold(status) in own else answer(status) or status

    told = mapped(pa.table({"status": array}), "status", put)
    return replace(column, typed=replace(column.typed, array=told))


def _whole(file: Understood) -> Understood:
    """The file, each row with what its quote is worth in all; where the rows of most quotes differ in price, they are its lines."""
    held = file.of(CrmObject.DEAL)
    if not {"deal_id", "amount"} <= held.keys():
        return file
    ids, amount = held["deal_id"].typed.array, held["amount"]
    rows = pa.table({"id": ids, "amount": amount.typed.array})
    measures = [("amount", measure) for measure in ("sum", "min", "max", "count")]
    quotes = rows.drop_null().group_by(["id"], use_threads=False).aggregate(measures)
    several = quotes.filter(pc.greater(quotes.column("amount_count"), 1))
    differ = pc.sum(pc.not_equal(several.column("amount_min"), several.column("amount_max"))).as_py() or 0
    if 2 * differ <= several.num_rows:
        return file
    places = pc.index_in(ids, value_set=quotes.column("id").combine_chunks())
    sums = pc.cast(quotes.column("amount_sum").combine_chunks().take(places), amount.typed.array.type)
    whole = replace(amount, typed=replace(amount.typed, array=pc.coalesce(sums, amount.typed.array)))
    return replace(file, columns=tuple(whole if c is amount else c for c in file.columns))


def _told(file: Understood) -> Finding:
    """How many quotes count as won and lost, and what to do where no column says it."""
    held = file.of(CrmObject.DEAL)
    column = next((held[name].typed.array for name in TELLING if name in held), None)
    if column is None:
        message = (
            f"{file.raw.path} holds quotes, and no column says which were accepted: they count as open deals. Where all were, "
            "call the file after it (signed quotes), or leave it out and export the invoices."
        )
        return Finding(QUOTES, message, file.raw.cells.num_rows)
    told = pa.table({"answer": column})
    if "deal_id" in held:  # a quote may stand on several rows
        numbered = told.append_column("id", held["deal_id"].typed.array)
        known = pc.is_valid(numbered.column("id"))
        once = numbered.filter(known).group_by(["id", "answer"], use_threads=False).aggregate([])
        told = pa.concat_tables(
            [once.select(["answer"]), numbered.filter(pc.invert(known)).select(["answer"])]
        )
    counts = {c["values"]: c["counts"] for c in pc.value_counts(told.column("answer")).to_pylist()}
    won, lost = counts.get(WON, 0), counts.get(LOST, 0)
    message = (
        f"{file.raw.path} holds quotes, which are deals and no sales: {won:,} accepted count as won, {lost:,} refused or expired as "
        f"lost, {told.num_rows - won - lost:,} as open."
    )
    return Finding(QUOTES, message, file.raw.cells.num_rows)


__all__ = ["with_answers"]
