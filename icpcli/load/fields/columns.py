"""Headers to canonical columns: which field of an object each column is."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process

from icpcli.errors import SettingsError
from icpcli.load.fields.buyers import NAMING, name_others
from icpcli.load.fields.matching import Match, matches_of
from icpcli.load.fields.of_company import company_columns
from icpcli.load.texts.cells import blank_to_null
from icpcli.load.texts.headers import fold_header, synonyms, unit_of
from icpcli.load.texts.values import MONEY_TYPE, MOSTLY, guess_kind, read_as
from icpcli.model.common import CrmObject, Kind
from icpcli.model.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.files.read import RawTable
    from icpcli.load.texts.values import Typed

WHOSE = NAMING | {"account_id"}
KNOWN_FOR_SURE = ("sure", "last")
MOSTLY_UNREADABLE = 0.5
# How Stripe and Paddle number customers (cus_..., ctm_...), and how many databases do (UUID).
CODE = re.compile(r"(?:cus|gcus|ctm)_\w{8,}|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
FACTOR_TYPE = pa.decimal128(16, 6)  # from millionths to billions
NOT_FILLED = 2.5  # the rank of a sure header above nothing: before what is unverified or similar
LEAST_SURE = 5  # the rank of what, in a list of people, is theirs rather than their company's
THREADS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of a file: the field it is for an object, as values, and why. ``field`` None = custom."""

    index: int
    header: str
    object: CrmObject
    field: str | None
    why: str
    typed: Typed


def columns_of(
    raw: RawTable,
    wanted: CrmObject,
    overrides: Mapping[str, str],
    *,
    claimed: frozenset[int] = frozenset(),
    fields: frozenset[str] = frozenset(),
) -> list[Column]:
    """The columns that are a field of one object; for companies, also those that no synonym knows.

    A column ``claimed`` by the other object on the same rows stands here only where no other would. With
    ``fields``, no others are looked for.
    """
    folded = [fold_header(header, wanted) for header in raw.headers]
    matches = matches_of(folded, wanted)
    if wanted is CrmObject.ACCOUNT:
        for field, indices in company_columns(raw.headers).items():
            others = [replace(m, rank=LEAST_SURE) for m in matches.get(field, ()) if m.index not in indices]
            why = f"header says {field.replace('_', ' ')} of the company"
            matches[field] = [*(Match(index, why, 1) for index in indices), *others]
    for field, index in _chosen_by_user(raw, wanted, overrides).items():
        matches[field] = [Match(index, "you said so", 0)]
    own = {
        field: [m for m in found if m.index not in claimed] or found
        for field, found in matches.items()
        if not fields or field in fields
    }
    columns = _firmest(raw, wanted, _with_codes_as_ids(raw, wanted, own))
    taken = {c.index for c in columns}
    if wanted is CrmObject.ACCOUNT and not fields:
        of_people = _known_indices(raw, CrmObject.CONTACT) - _known_indices(raw, CrmObject.ACCOUNT)
        free = [
            i
            for i, h in enumerate(folded)
            if h and i not in taken | of_people and not _serves_another(raw.headers, i)
        ]
        columns += [custom_column(raw, index) for index in free]
    return columns


def _serves_another(headers: Sequence[str], index: int) -> bool:
    """Whether a column says nothing of its own: Dynamics' checksum of a row, the currency of the column beside it."""
    header = headers[index]
    of_currency = header.removesuffix(" Currency")
    return fold_header(header).startswith("do not modify") or (
        of_currency != header and of_currency in headers
    )


def _known_indices(raw: RawTable, wanted: CrmObject) -> set[int]:
    headers = {h for lists in synonyms()[wanted].values() for s in KNOWN_FOR_SURE for h in lists.get(s, ())}
    return {i for i, h in enumerate(raw.headers) if fold_header(h, wanted) in headers}


def _chosen_by_user(raw: RawTable, wanted: CrmObject, overrides: Mapping[str, str]) -> dict[str, int]:
    chosen = {}
    for target, header in overrides.items():
        file, _, place = target.rpartition(":")
        owner, _, field = place.rpartition(".")
        if file and not is_named(raw, file):
            continue
        if (owner and owner != wanted) or field not in FIELDS[wanted]:
            continue
        if header in raw.headers:
            chosen[field] = raw.headers.index(header)
    return chosen


def is_named(raw: RawTable, file: str) -> bool:
    """Whether a ``--column FILE:...`` means this file: by its path or its name."""
    return file in {raw.path, PurePath(raw.path).name, raw.path.strip("<>")}


def check_overrides(tables: Sequence[RawTable], overrides: Mapping[str, str]) -> None:
    """Raise SettingsError where a ``--column`` names a file, a field or a header that is not there."""
    fields = {f"{o}.{f}" for o, known in FIELDS.items() for f in known}
    bare = {name.partition(".")[2] for name in fields}
    headers = sorted({h for t in tables for h in t.headers if h})
    for target, header in overrides.items():
        file, _, place = target.rpartition(":")
        if file and not any(is_named(table, file) for table in tables):
            raise SettingsError(
                f"--column {target}={header}: no file {file} is read.",
                (f"There is: {', '.join(table.path for table in tables)}",),
            )
        if place not in fields and place not in bare:
            near = process.extract(place, sorted(fields), limit=3)
            raise SettingsError(
                f"--column {target}={header}: there is no field {place!r}.",
                (f"The nearest: {', '.join(match[0] for match in near)}",),
            )
        if header not in headers:
            raise SettingsError(
                f"--column {target}={header}: no file has a column {header!r}.",
                (f"There is: {', '.join(headers[:30])}",),
            )


def with_meanings(tables: Sequence[RawTable], values: Mapping[str, Mapping[str, str]]) -> list[RawTable]:
    """The tables with what the user says that words of their columns mean; ``values``: by field or header.

    Raises SettingsError where something is neither a field nor a header here.
    """
    fields = {name for known in FIELDS.values() for name in known}
    headers = {header for table in tables for header in table.headers if header}
    for name in sorted(values.keys() - fields - headers):
        near = process.extract(name, sorted(fields | headers), limit=3)
        raise SettingsError(
            f"values: there is no field or column {name!r}.",
            (f"The nearest: {', '.join(match[0] for match in near)}",),
        )
    return [replace(table, meanings=values) for table in tables] if values else list(tables)


def _with_codes_as_ids(
    raw: RawTable, wanted: CrmObject, matches: Mapping[str, Sequence[Match]]
) -> Mapping[str, Sequence[Match]]:
    """The columns by field; one that should name companies, and holds codes (cus_9s6XKzkNRiz8i3), tells their ids."""
    named = matches.get("account_name", ())
    codes = [match for match in named if match.rank and _holds_codes(raw, match.index)]
    if not codes or "account_id" not in FIELDS[wanted]:
        return matches
    ids = [replace(match, why="its values are codes, and no names") for match in codes]
    names = [match for match in named if match not in codes]
    return {**matches, "account_name": names, "account_id": [*matches.get("account_id", ()), *ids]}


def _holds_codes(raw: RawTable, index: int) -> bool:
    values = blank_to_null(raw.column(index)).distinct
    return bool(values) and sum(CODE.fullmatch(text) is not None for text in values) >= MOSTLY * len(values)


def _firmest(raw: RawTable, wanted: CrmObject, matches: Mapping[str, Sequence[Match]]) -> list[Column]:
    """One column per field and one field per column: surest first, then the fullest, then by header.

    A column whose values disagree with the field's kind does not stand for it, unless the user said so; one without any yields to others
    seen in exports. A header that two fields claim goes to the surer: a deal's bare ``id`` is the deal's, not its company's.
    """
    claims = []
    pairs = [(field, match) for field, candidates in matches.items() for match in candidates]
    with ThreadPoolExecutor(THREADS) as pool:  # Arrow works while Python waits
        read = pool.map(lambda pair: column_as(raw, pair[1].index, FIELDS[wanted][pair[0]], pair[0]), pairs)
        for (field, match), typed in zip(pairs, read, strict=True):
            header = raw.headers[match.index]
            filled = len(typed.array) - typed.array.null_count
            if match.rank and typed.unreadable > MOSTLY_UNREADABLE * (filled + typed.unreadable):
                continue
            rank = NOT_FILLED if not filled and 0 < match.rank < NOT_FILLED else match.rank
            claims.append((rank, filled, Column(match.index, header, wanted, field, match.why, typed)))
    others = name_others([column for _, _, column in claims if column.field in WHOSE], raw.headers)

    def order(claim: tuple[float, int, Column]) -> tuple[float, bool, int, str, str, int]:
        """The surest first, then who names the customer, then the fullest."""
        rank, filled, column = claim
        field = column.field or ""
        return rank, (field, column.index) in others, -filled, column.header, field, column.index

    columns: dict[str, Column] = {}
    taken: set[int] = set()
    for _, _, column in sorted(claims, key=order):
        field = column.field or ""
        if field not in columns and (column.index not in taken or field in NAMING):
            columns[field] = column
            taken.add(column.index)
    return list(columns.values())


def column_as(raw: RawTable, index: int, kind: Kind, field: str | None) -> Typed:
    """A column read as ``kind``, its words as the user says that they are meant, money in single units of the currency that its header names."""
    return _in_units(
        read_as(raw.as_meant(index, field), kind, field=field, habit=raw.habit), raw.headers[index]
    )


def _in_units(typed: Typed, header: str) -> Typed:
    """Money in single units of the currency that its header names: "CA (k€)" is in thousands of euros."""
    if typed.kind is not Kind.MONEY:
        return typed
    unit = unit_of(header)
    array, ends = typed.array, typed.ends
    if unit.factor != 1:
        exact = pc.multiply(array, pa.scalar(unit.factor, FACTOR_TYPE))
        array = pc.cast(pc.round(exact, ndigits=4), MONEY_TYPE)
        ends = None if ends is None else pc.multiply(ends, float(unit.factor))
    return replace(
        typed, array=array, ends=ends, unit=typed.unit or (unit.currency if typed.units is None else None)
    )


def custom_column(raw: RawTable, index: int) -> Column:
    """A column that no synonym knows, read as what its values look like."""
    typed = column_as(raw, index, guess_kind(raw.as_meant(index, None)), None)
    return Column(
        index, raw.headers[index], CrmObject.ACCOUNT, None, "header not known: a column of your own", typed
    )


def told_apart(columns: Sequence[Column]) -> list[Column]:
    """The columns; of several of the user's own with one header the fuller keeps it, the others are numbered.

    Columns as full as each other are told apart by what they hold, so that their order in the file does not matter.
    """
    alike: dict[str, list[Column]] = {}
    for column in columns:
        if column.field is None:
            alike.setdefault(column.header, []).append(column)
    names = {
        column.index: f"{header} ({copy})"
        for header, same in alike.items()
        if len(same) > 1
        for copy, column in enumerate(sorted(same, key=_fuller_first), 1)
        if copy > 1
    }
    return [replace(c, header=names.get(c.index, c.header)) if c.field is None else c for c in columns]


def _fuller_first(column: Column) -> tuple[int, list[str]]:
    array = column.typed.array
    return array.null_count, sorted({str(value) for value in array.to_pylist() if value is not None})
