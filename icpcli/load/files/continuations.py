"""Rows that go on with the record above: one more tag, contact or order line, its own fields blank."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.files.records import is_blank, texts_of
from icpcli.load.texts.headers import fold_header, synonyms
from icpcli.load.texts.numbers import number_in
from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    from collections.abc import Sequence

MOSTLY = 0.9  # of the rows that may be continuations must be ones, or none is
FEWEST_OWN_FIELDS = 2  # of the records, blank in all continuations; but one is enough beside Odoo's paths
PATH = "/"  # in the headers of what belongs to a record: Contacts/Phone
OF_IDS = re.compile(r"(?:\bids?|/id|_id)$", re.IGNORECASE)
BETWEEN = "; "  # what stands between several values of a cell
# What tells one record from another: its company, then its deal, then its person.
IDENTITIES = (
    (
        (CrmObject.ACCOUNT, ("account_id", "name", "domain")),
        (CrmObject.DEAL, ("account_id", "account_name", "account_domain")),
        (CrmObject.CONTACT, ("account_id", "account_name")),
    ),
    ((CrmObject.DEAL, ("deal_id", "deal_name")),),
    ((CrmObject.CONTACT, ("contact_id", "full_name", "email")),),
)


@dataclass(frozen=True, slots=True, eq=False)
class Continuations:
    """The rows that continue another, by position, and the table with their values given to the rows above."""

    positions: np.ndarray
    cells: pa.Table


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Rows of a table: their positions in it, which cells they fill, and for each the row that it may continue."""

    rows: np.ndarray
    filled: np.ndarray
    parents: np.ndarray


def continuations_in(cells: pa.Table, rows: np.ndarray, headers: Sequence[str]) -> Continuations:
    """The continuations among ``rows``, known by three things.

    The record's own fields, which the others have, are blank in all of them, the first of all; what is filled is
    filled in the row above as well, where the first of the values stands; and no other company, deal or person is
    named: of a list, blank cells may say no more than that nothing was found.
    """
    none = Continuations(np.array([], dtype=np.int64), cells)
    if not cells.num_columns or not len(rows) or not is_blank(cells.column(0))[rows].any():
        return none
    filled = np.stack([~is_blank(column) for column in cells.columns], axis=1)[rows]
    candidates = ~filled[:, 0]
    if candidates[0] or candidates.all():
        return none
    parents = np.maximum.accumulate(np.where(candidates, 0, np.arange(len(rows))))
    grid = _Grid(rows, filled, parents)
    agrees = ~(filled & ~filled[parents]).any(axis=1)
    agrees[candidates] &= ~_name_another(cells, grid, np.flatnonzero(candidates), headers)
    used = filled[candidates].any(axis=0)
    own_fields = (~used & (filled[~candidates].mean(axis=0) >= MOSTLY)).sum()
    has_paths = all(PATH in header for header, is_used in zip(headers, used, strict=True) if is_used)
    if agrees[candidates].mean() < MOSTLY or (own_fields < FEWEST_OWN_FIELDS and not has_paths):
        return none
    found = np.flatnonzero(candidates & agrees)
    return Continuations(rows[found], _given_to_parents(cells, grid, found, headers))


def _name_another(cells: pa.Table, grid: _Grid, at: np.ndarray, headers: Sequence[str]) -> np.ndarray:
    """Which of the rows ``at`` name a company, a deal or a person other than the row above.

    One more contact below a company leaves the company's name blank; beside a company's name it stands for itself.
    """
    names_another = np.zeros(len(at), dtype=bool)
    is_told_whose = np.ones(len(at), dtype=bool)
    for columns in _identities(headers):
        for index in columns:
            texts = pc.utf8_lower(pc.utf8_trim_whitespace(texts_of(cells.column(index))))
            here, above = (texts.take(pa.array(grid.rows[of])) for of in (at, grid.parents[at]))
            names_another |= is_told_whose & grid.filled[at, index] & pc.not_equal(here, above).to_numpy()
        if columns:
            is_told_whose &= grid.filled[at][:, columns].any(axis=1)
    return names_another


def _identities(headers: Sequence[str]) -> list[list[int]]:
    """The columns that name companies, those that name deals and those that name people; none twice, none on Odoo's paths."""
    found: list[list[int]] = []
    left = {index for index, header in enumerate(headers) if PATH not in header}
    for kind in IDENTITIES:
        names = {
            index
            for owner, fields in kind
            for index in left
            if any(fold_header(headers[index], owner) in synonyms()[owner][field]["sure"] for field in fields)
        }
        found.append(sorted(names))
        left -= names
    return found


def _given_to_parents(cells: pa.Table, grid: _Grid, found: np.ndarray, headers: Sequence[str]) -> pa.Table:
    """The table with the further values of each record in one cell, as CRMs write several; figures stay single."""
    for index in np.flatnonzero(grid.filled[found].any(axis=0)).tolist():
        column = texts_of(cells.column(index))
        further: dict[int, list[str]] = defaultdict(list)
        for at in found[grid.filled[found, index]].tolist():
            further[int(grid.rows[grid.parents[at]])].append(column[int(grid.rows[at])].as_py().strip())
        joined = {at: [column[at].as_py().strip(), *values] for at, values in further.items()}
        is_of_ids = OF_IDS.search(headers[index]) is not None
        if not is_of_ids and all(number_in(value) for values in joined.values() for value in values):
            continue
        places = sorted(joined)
        mask = np.zeros(len(column), dtype=bool)
        mask[places] = True
        texts = pa.array([BETWEEN.join(dict.fromkeys(joined[at])) for at in places], pa.string())
        replaced = pc.replace_with_mask(column.combine_chunks(), pa.array(mask), texts)
        cells = cells.set_column(index, cells.column_names[index], replaced)
    return cells


__all__ = ["Continuations", "continuations_in"]
