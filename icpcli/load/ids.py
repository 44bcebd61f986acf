"""Ids that no header tells: the column of a file of companies that other files name them by, as its values show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from icpcli.load.cells import blank_to_null
from icpcli.load.columns import Column
from icpcli.load.identity import first_id
from icpcli.load.values import read_as
from icpcli.model.common import CrmObject, Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.read import RawTable
    from icpcli.load.understood import Understood

FOUND_BY_VALUES = "ICP134"
NAMED_BY_NOBODY = "ICP135"
FEWEST_IDS = 10
HARDLY_ANY = 0.1  # of the ids that other files have, are known
MOST_OF_THEM = 0.5
UNIQUE = 0.9  # values per filled cell, of a column of ids


def with_ids_found(
    files: Sequence[Understood], overrides: Mapping[str, str]
) -> tuple[list[Understood], list[Finding]]:
    """The files with the ids of companies where other files name them by a column that no header tells, and what was noticed.

    Where hardly an id of the others is known, each deal would make a second company beside the one it belongs to: the column
    that holds their ids is taken, and where there is none that is told. What the user says of ids is left as it is.
    """
    companies = [f for f in files if f.object is CrmObject.ACCOUNT]
    is_told = any(target.rpartition(":")[2] in {"account_id", "account.account_id"} for target in overrides)
    named: dict[str, tuple[frozenset[str], str]] = {}
    for file in files:
        for wanted in {c.object for c in file.columns} - {CrmObject.ACCOUNT}:
            ids = file.of(wanted).get("account_id")
            if ids is not None and file not in companies:
                named[file.raw.path] = (_ids_in(file.raw, ids.index), ids.header)
    asked = frozenset().union(*(ids for ids, _ in named.values()))
    known = frozenset().union(*(_own_ids(file) for file in companies))
    if not companies or len(asked) < FEWEST_IDS or len(asked & known) >= HARDLY_ANY * len(asked):
        return list(files), []
    if not is_told:
        for place, file in enumerate(files):
            index = _holding(file, asked) if file in companies else None
            if index is not None:
                return _taken(files, place, index, sorted(named))
    return list(files), _strangers(named, known, companies)


def _own_ids(file: Understood) -> frozenset[str]:
    own = file.of(CrmObject.ACCOUNT).get("account_id")
    return frozenset() if own is None else _ids_in(file.raw, own.index)


def _ids_in(raw: RawTable, index: int) -> frozenset[str]:
    return frozenset(first_id(text) for text in blank_to_null(raw.column(index)).distinct)


def _holding(file: Understood, asked: frozenset[str]) -> int | None:
    """The column that holds most of these ids, each once."""
    found: list[tuple[float, int]] = []
    for index, header in enumerate(file.raw.headers):
        cells = blank_to_null(file.raw.column(index))
        filled = len(cells) - cells.null_count
        if header and filled and len(cells.distinct) >= UNIQUE * filled:
            held = len(asked & _ids_in(file.raw, index)) / len(asked)
            found.append((held, -index))
    most, place = max(found, default=(0.0, 0))
    return -place if most >= MOST_OF_THEM else None


def _taken(
    files: Sequence[Understood], place: int, index: int, others: Sequence[str]
) -> tuple[list[Understood], list[Finding]]:
    file = files[place]
    why = f"its values are the ids that {others[0]} names companies by"
    typed = read_as(file.raw.column(index), Kind.ID)
    column = Column(index, file.raw.headers[index], CrmObject.ACCOUNT, "account_id", why, typed)
    kept = [
        c
        for c in file.columns
        if c.object is not CrmObject.ACCOUNT or (c.index != index and c.field != "account_id")
    ]
    message = (
        f"{file.raw.path}: {column.header!r} is taken for the companies' id, since {why} "
        '(--column account.account_id="ANOTHER COLUMN" if it is not).'
    )
    changed = [*files[:place], replace(file, columns=(*kept, column)), *files[place + 1 :]]
    return changed, [Finding(FOUND_BY_VALUES, message)]


def _strangers(
    named: Mapping[str, tuple[frozenset[str], str]], known: frozenset[str], companies: Sequence[Understood]
) -> list[Finding]:
    """The files whose companies nobody knows by id; where no company has an id, names may join them."""
    if not known:
        return []
    listed = ", ".join(sorted(file.raw.path for file in companies))
    return [
        Finding(
            NAMED_BY_NOBODY,
            f"{path}: of {len(ids):,} companies that {header!r} names, {listed} knows {len(ids & known):,} by id. Those that no "
            'name or domain joins count as companies of their own (--column account.account_id="THAT COLUMN" says which column '
            "holds these ids).",
            len(ids - known),
        )
        for path, (ids, header) in sorted(named.items())
        if len(ids) >= FEWEST_IDS and len(ids & known) < HARDLY_ANY * len(ids)
    ]
