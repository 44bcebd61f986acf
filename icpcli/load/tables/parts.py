"""Understood files to tables, one for each object that a file holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.fields.anonymous import row_keys, row_names
from icpcli.load.fields.persons import CALLED, called_in
from icpcli.load.tables.conflicts import ROWS_ALIKE
from icpcli.load.tables.standing import PAYS_ELSEWHERE
from icpcli.load.texts.cells import blank_to_null
from icpcli.load.texts.hours import hours_of
from icpcli.model.common import CrmObject
from icpcli.model.fields import CUSTOM_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.fields.understood import Understood

NAMES_A_COMPANY = frozenset({"account_key", "account_id", "name", "domain"})


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The rows of one file for one object, with the file they came from; ``account_key`` is null so far.

    ``is_aside`` where a file of deals or people says things of their companies: its rows do not stand for companies.
    """

    understood: Understood
    object: CrmObject
    table: pa.Table
    is_aside: bool = False

    @property
    def path(self) -> str:
        """The file's path, as the user would type it."""
        return self.understood.raw.path


def parts_of(files: Sequence[Understood]) -> list[Part]:
    """The parts of all files; what other files say of companies once per company, and only what no list of companies says."""
    parts = [part for file in files for part in _of_file(file)]
    stated = {
        name
        for part in parts
        if part.object is CrmObject.ACCOUNT and not part.is_aside
        for name in part.table.column_names
    }
    return [_once_per_company(part, stated) if part.is_aside else part for part in parts]


def _of_file(file: Understood) -> list[Part]:
    objects = dict.fromkeys(c.object for c in file.columns)
    is_of_others = file.object is not CrmObject.ACCOUNT
    return [Part(file, o, _table_of(file, o), is_of_others and o is CrmObject.ACCOUNT) for o in objects]


def _once_per_company(part: Part, stated: set[str]) -> Part:
    """What the rows of a part say of their companies, each saying once with the number of its rows."""
    names = [n for n in part.table.column_names if n in NAMES_A_COMPANY or n not in stated]
    grouped = part.table.select(names).group_by(names, use_threads=False).aggregate([([], "count_all")])
    return replace(part, table=grouped.rename_columns([*names, ROWS_ALIKE]))


def _table_of(file: Understood, wanted: CrmObject) -> pa.Table:
    columns = {field: column.typed.array for field, column in file.of(wanted).items()}
    if wanted is CrmObject.ACCOUNT:
        columns |= {CUSTOM_PREFIX + column.header: column.typed.array for column in file.custom()}
        if file.pays_elsewhere is not None:
            columns[PAYS_ELSEWHERE] = pc.if_else(
                file.pays_elsewhere, pa.scalar(True), pa.scalar(None, pa.bool_())
            )
    if wanted is CrmObject.CONTACT:
        columns["contact_row"] = file.raw.lines
        columns[CALLED] = called_in(file)
    if file.is_row_per_company:
        columns["account_id"] = row_keys(file.raw)
        if wanted is CrmObject.ACCOUNT:
            columns["name"] = row_names(file.raw)
    if wanted is CrmObject.ACTIVITY and (held := file.of(wanted).get("occurred_on")) is not None:
        columns["hour"] = hours_of(blank_to_null(file.raw.column(held.index)))
    count = file.raw.cells.num_rows
    return pa.table({"account_key": pa.nulls(count, pa.string()), **columns})


__all__ = ["Part", "parts_of"]
