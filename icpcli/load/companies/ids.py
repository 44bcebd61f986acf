"""Ids that no header tells: the column of a file of companies that other files name them by, as its values show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from icpcli.load.companies.identity import first_id
from icpcli.load.fields.columns import Column
from icpcli.load.texts.cells import Cells, blank_to_null
from icpcli.load.texts.salesforce import short_id
from icpcli.load.texts.values import read_as
from icpcli.model.common import CrmObject, Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.fields.understood import Understood
    from icpcli.load.files.read import RawTable

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
        for wanted in sorted({c.object for c in file.columns} - {CrmObject.ACCOUNT}):
            ids = file.of(wanted).get("account_id")
            if ids is not None and file not in companies:
                before, _ = named.get(file.raw.path, (frozenset(), ""))
                named[file.raw.path] = (before | _ids_in(file.raw, ids.index), ids.header)
    asked = frozenset().union(*(ids for ids, _ in named.values()))
    known = frozenset().union(*(_own_ids(file) for file in companies))
    if not companies or len(asked) < FEWEST_IDS:
        return list(files), []
    is_known = len(asked & known) >= HARDLY_ANY * len(asked)
    header = None if is_told or is_known else _header_of(companies, asked)
    if header is None:
        return list(files), _strangers(named, known, companies)
    theirs = frozenset().union(
        *(_ids_in(f.raw, f.raw.headers.index(header)) for f in companies if header in f.raw.headers)
    )
    by = max(sorted(named), key=lambda path: len(named[path][0] & theirs))
    why = f"its values are the ids that {by} names companies by"
    places = ", ".join(sorted(file.raw.path for file in companies if header in file.raw.headers))
    message = (
        f"{places}: {header!r} is taken for the companies' id, since {why} "
        '(--column account.account_id="ANOTHER COLUMN" if it is not).'
    )
    found = [_identified(f, header, why) if f in companies and header in f.raw.headers else f for f in files]
    return found, [Finding(FOUND_BY_VALUES, message)]


def _own_ids(file: Understood) -> frozenset[str]:
    own = file.of(CrmObject.ACCOUNT).get("account_id")
    return frozenset() if own is None else _ids_in(file.raw, own.index)


def _ids_in(raw: RawTable, index: int) -> frozenset[str]:
    """The ids in a column, 585.0 as 585; Salesforce's of 18 characters as those of 15 that they lengthen."""
    ids = Cells.of(read_as(raw.column(index), Kind.ID).array)
    return frozenset(short_id(first_id(text)) for text in blank_to_null(ids).distinct)


def _header_of(companies: Sequence[Understood], asked: frozenset[str]) -> str | None:
    """The header under which most of these ids stand, each once in a file; the first by the alphabet of equals."""
    held: dict[str, frozenset[str]] = {}
    for file in companies:
        for index, header in enumerate(file.raw.headers):
            cells = blank_to_null(file.raw.column(index))
            filled = len(cells) - cells.null_count
            if header and filled and len(cells.distinct) >= UNIQUE * filled:
                held[header] = held.get(header, frozenset()) | (_ids_in(file.raw, index) & asked)
    best = min(held, key=lambda header: (-len(held[header]), header), default=None)
    return best if best is not None and len(held[best]) >= MOST_OF_THEM * len(asked) else None


def _identified(file: Understood, header: str, why: str) -> Understood:
    """A file of companies whose id stands under a header."""
    index = file.raw.headers.index(header)
    typed = read_as(file.raw.column(index), Kind.ID)
    kept = [
        c
        for c in file.columns
        if c.object is not CrmObject.ACCOUNT
        or c.field not in {None, "account_id"}
        or (c.field is None and c.index != index)
    ]
    return replace(file, columns=(*kept, Column(index, header, CrmObject.ACCOUNT, "account_id", why, typed)))


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
