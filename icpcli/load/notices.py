"""What a user should know of how the exports were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.fields.matching import matches_of
from icpcli.load.tables.conflicts import disagreements
from icpcli.load.texts.cells import blank_to_null
from icpcli.load.texts.headers import fold_header
from icpcli.load.texts.meanings import meant
from icpcli.load.texts.values import read_as
from icpcli.model.common import CrmObject, Finding
from icpcli.model.fields import FIELDS
from icpcli.model.tables import Reject
from icpcli.wording import count, values_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.fields.columns import Column
    from icpcli.load.fields.understood import Understood

NOT_USED_FILE = "ICP122"
AMBIGUOUS = "ICP124"
UNREADABLE = "ICP125"
NO_AMOUNTS = "ICP126"
NO_LOST_DEALS = "ICP128"
SEVERAL_AMOUNTS = "ICP137"
AS_THE_USER_SAYS = "ICP151"

MIN_UNREADABLE_SHARE = 0.02
SURE = 2  # the rank of headers seen in exports
EXAMPLES = 2


def notices(files: Sequence[Understood], tables: Mapping[CrmObject, pa.Table]) -> list[Finding]:
    """The findings on each file and column, and on the deals as a whole."""
    found = [notice for file in files for notice in _on_file(file)]
    return [*found, *_said_of_nothing(files), *_without_losses(tables.get(CrmObject.DEAL))]


def _on_file(file: Understood) -> list[Finding]:
    name = file.raw.path
    if file.object is CrmObject.OTHER:
        return [Finding(NOT_USED_FILE, f"{name} was not used: {file.reason}.", file.raw.read)]
    found = [*file.raw.findings]
    if file.object is CrmObject.INVOICE and "amount" not in file.of(CrmObject.INVOICE):
        message = f"{name}: no column holds the amounts of its orders; they count as orders of unknown value."
        found.append(Finding(NO_AMOUNTS, message, file.raw.cells.num_rows))
    return [
        *found,
        *_doubted(file),
        *(notice for column in file.columns if column.field for notice in _on_column(name, column)),
        *(notice for column in file.columns for notice in _as_the_user_says(file, column)),
    ]


def _doubted(file: Understood) -> list[Finding]:
    """Headers that are known for sure, of which most cells are not what they say, so that they stand for nothing."""
    folded = [fold_header(header, file.object) for header in file.raw.headers]
    used = {column.index for column in file.columns if column.field}
    found = []
    for field, matches in sorted(matches_of(folded, file.object).items()):
        if field in file.of(file.object):
            continue
        kind = FIELDS[file.object][field]
        for match in (m for m in matches if m.rank <= SURE and m.index not in used):
            cells = blank_to_null(file.raw.as_meant(match.index, field), field=field)
            unreadable = read_as(cells, kind, field=field, habit=file.raw.habit).unreadable
            if not unreadable:
                continue
            header = file.raw.headers[match.index]
            shown = ", ".join(cells.most_frequent(EXAMPLES))
            own = any(column.index == match.index for column in file.columns)
            used_as = (
                f"is read as a column of your own, not as {field.replace('_', ' ')}"
                if own
                else "was not used"
            )
            message = (
                f"{file.raw.path}: {header!r} {used_as}, since {unreadable:,} of its {len(cells) - cells.null_count:,} cells "
                f"could not be read as {kind} ({shown})."
            )
            found.append(Finding(UNREADABLE, message, unreadable))
    return found


def _on_column(name: str, column: Column) -> list[Finding]:
    typed = column.typed
    filled = len(typed.array) - typed.array.null_count + typed.unreadable
    found = []
    if typed.ambiguous:
        usual = "day before month" if typed.kind == "date" else "groups of thousands"
        message = (
            f"{name}: {column.header!r} could be read two ways (1,234 or 03/04); it was read as {usual}."
        )
        found.append(Finding(AMBIGUOUS, message))
    if typed.without_day:
        message = (
            f"{name}: {typed.without_day:,} of {filled:,} cells of {column.header!r} tell a month, a quarter or a year and no day; "
            "they were read as its middle."
        )
        found.append(Finding(AMBIGUOUS, message, typed.without_day))
    if typed.unreadable > MIN_UNREADABLE_SHARE * filled:
        message = (
            f"{name}: {typed.unreadable:,} of {filled:,} cells of {column.header!r} could not be read as {typed.kind} "
            "(icp inspect --rejects FILE.csv lists them)."
        )
        found.append(Finding(UNREADABLE, message, typed.unreadable))
    return found


def _as_the_user_says(file: Understood, column: Column) -> list[Finding]:
    """How many cells of a column are read as words that the user chose."""
    words = file.raw.words_for(column.index, column.field)
    if not words:
        return []
    times = file.raw.column(column.index).times()
    cells = sum(times[text] for text in meant(times, words))
    message = (
        f"{file.raw.path}: {count(cells, 'cell')} of {column.header!r} {'is' if cells == 1 else 'are'} read as [values] in icp.toml says"
        f"{'' if cells else ': none holds any of its words'}."
    )
    return [Finding(AS_THE_USER_SAYS, message, cells)]


def _said_of_nothing(files: Sequence[Understood]) -> list[Finding]:
    """The fields whose words the user says, and that no column holds; sectors follow from industries."""
    columns = [column for file in files for column in file.columns]
    held = {column.field for column in columns} | {column.header for column in columns}
    held |= {"sector"} if "industry" in held else set()
    lost = sorted({name for file in files for name in file.raw.meanings} - held)
    return [
        Finding(
            AS_THE_USER_SAYS,
            f"{values_table(name)} in icp.toml says what words mean, and no column that is read holds it.",
        )
        for name in lost
    ]


def cells_not_read(files: Sequence[Understood]) -> list[Reject]:
    """The cells that could not be read as what their column holds, with their rows."""
    return [
        reject
        for file in files
        for column in sorted(file.columns, key=lambda column: column.index)
        if column.field and column.typed.unreadable
        for reject in _not_read(file, column)
    ]


def _not_read(file: Understood, column: Column) -> list[Reject]:
    cells = blank_to_null(file.raw.as_meant(column.index, column.field), field=column.field).texts()
    unread = pc.and_(pc.is_valid(cells), pc.is_null(column.typed.array))
    if pc.sum(unread).as_py() != column.typed.unreadable:
        return []  # others were read, and are kept apart: amounts in another currency, days of no customer
    reason = f"{column.header!r} could not be read as {column.typed.kind}"
    pairs = zip(file.raw.lines.filter(unread).to_pylist(), cells.filter(unread).to_pylist(), strict=True)
    return [Reject(file.raw.path, line, reason, text) for line, text in pairs]


def _without_losses(deals: pa.Table | None) -> list[Finding]:
    """That no deal was lost: Odoo archives them, and a view may leave them out."""
    if deals is None or set(pc.unique(deals.column("outcome")).to_pylist()) & {"lost"}:
        return []
    if not pc.any(pc.equal(deals.column("outcome"), "won")).as_py():
        return []
    message = (
        f"None of the {deals.num_rows:,} deals is lost, so how many are won cannot be known, nor what losing costs: "
        "export the lost ones too (in Odoo the archived ones, in HubSpot a view of all deals)."
    )
    return [Finding(NO_LOST_DEALS, message, deals.num_rows)]


def contradictions(table: pa.Table, keys: Sequence[str | None]) -> list[Finding]:
    """Companies that pay differently from row to row, of which one amount is kept, and those whose rows disagree in traits.

    ``keys``: the company of each row of the table.
    """
    found = disagreements(table, keys)
    for name in ("mrr", "arr"):
        if name not in table.column_names:
            continue
        told = pa.table({"key": pa.array(keys, pa.string()), "amount": table.column(name)}).drop_null()
        each = (
            told.group_by(["key"]).aggregate([("amount", "count_distinct")]).column("amount_count_distinct")
        )
        several = pc.sum(pc.greater(each, 1)).as_py() or 0
        if several:
            message = (
                f"{several:,} companies have several amounts of {name.upper()} on their rows; the one that most rows have counts, else the least. "
                f'If each row is a contract: --column "FILE:subscription.{name}=THAT COLUMN". If each is a month: --column "FILE:subscription.month=THAT COLUMN".'
            )
            found.append(Finding(SEVERAL_AMOUNTS, message, several))
    return found


__all__ = ["cells_not_read", "contradictions", "notices"]
