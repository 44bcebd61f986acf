"""Headers to canonical columns: which object a file holds, and which field each column is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process

from icpcli.errors import SettingsError
from icpcli.load.anonymous import OF_THE_DEAL
from icpcli.load.headers import fold_header, is_personal, synonyms, unit_of
from icpcli.load.matching import Match, matches_of
from icpcli.load.objects import NOT_USED, Inferred, infer_object
from icpcli.load.values import MONEY_TYPE, guess_kind, read_as
from icpcli.model.common import CrmObject, Kind
from icpcli.model.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.read import RawTable
    from icpcli.load.values import Typed

BARE_IDS = frozenset({"id", "record id", "contact id", "person id"})
NAMING = frozenset({"name", "account_name"})  # may share their column with another field
IDENTIFYING = frozenset({"name", "account_id", "domain"})
COMPANY_BESIDE = {"account_id": "account_id", "account_name": "name", "account_domain": "domain"}
DESCRIBES_COMPANIES = frozenset(
    "industry employees annual_revenue country region city postal_code account_type founded_year".split()
)
KNOWN_FOR_SURE = ("sure", "last")
MOSTLY_UNREADABLE = 0.5
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


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """A file and its columns. A flat file yields two objects: its companies and the people on their rows.

    ``reason`` says why a file of object OTHER is not used. ``is_row_per_company`` where the rows name no company, and
    the user says that each is one.
    """

    raw: RawTable
    object: CrmObject
    reason: str
    columns: tuple[Column, ...]
    is_row_per_company: bool = False

    def of(self, wanted: CrmObject) -> dict[str, Column]:
        """The canonical columns for one object, by field."""
        return {c.field: c for c in self.columns if c.object is wanted and c.field is not None}

    def custom(self) -> list[Column]:
        """The columns that no synonym knows, personal ones apart."""
        return [c for c in self.columns if c.field is None and not is_personal(c.header)]


def understand_all(
    raws: Sequence[RawTable], overrides: Mapping[str, str], *, row_per_company: bool = False
) -> list[Understood]:
    """What each of several files holds; with ``row_per_company`` rows that name no company are companies of their own.

    Where a file lists the companies, a file of people who have companies' traits on their rows lists people: a
    person's lifecycle stage or range of employees must not stand for the company's.
    """
    files = [understand(raw, overrides, is_alone=len(raws) == 1) for raw in raws]
    if row_per_company:
        files = [_row_per_company(f, overrides) if f.object is CrmObject.OTHER else f for f in files]
    if not any(file.object is CrmObject.ACCOUNT and not file.of(CrmObject.CONTACT) for file in files):
        return files
    return [_as_people(file, overrides) if _lists_people(file) else file for file in files]


def _lists_people(file: Understood) -> bool:
    """Whether the rows of a flat file are people: they have an id of their own beside that of the company."""
    companies, people = file.of(CrmObject.ACCOUNT), file.of(CrmObject.CONTACT)
    is_flat = file.object is CrmObject.ACCOUNT and bool(people)
    return is_flat and "account_id" in companies and "contact_id" in people


def _as_people(file: Understood, overrides: Mapping[str, str]) -> Understood:
    people = columns_of(file.raw, CrmObject.CONTACT, overrides)
    columns = [*people, *_companies_beside(file.raw, people, overrides)]
    return Understood(file.raw, CrmObject.CONTACT, "", tuple(columns))


def _row_per_company(file: Understood, overrides: Mapping[str, str]) -> Understood:
    deals = [c for c in columns_of(file.raw, CrmObject.DEAL, overrides) if c.field in OF_THE_DEAL]
    taken = {c.index for c in deals}
    companies = [
        _custom(file.raw, c.index) if c.field in IDENTIFYING else c
        for c in columns_of(file.raw, CrmObject.ACCOUNT, overrides)
        if c.index not in taken
    ]
    columns = _told_apart([*companies, *deals])
    return Understood(file.raw, CrmObject.ACCOUNT, "", tuple(columns), is_row_per_company=True)


def understand(raw: RawTable, overrides: Mapping[str, str], *, is_alone: bool = False) -> Understood:
    """What a file holds. ``overrides`` are the user's "[FILE:]OBJECT.FIELD" -> header words."""
    found = infer_object(raw.headers, PurePath(raw.path).stem, is_alone=is_alone)
    said = _object_said(raw, overrides)
    if said is not None:
        found = _inferred_or_said(found, said, _as_object(raw, found, overrides).object)
    return _as_object(raw, found, overrides)


def _as_object(raw: RawTable, found: Inferred, overrides: Mapping[str, str]) -> Understood:
    wanted = found.object
    if wanted is CrmObject.OTHER:
        return Understood(raw, wanted, found.reason, ())
    if found.is_flat:
        columns = _flat_columns(raw, overrides)
    else:
        columns = columns_of(raw, wanted, overrides)
        if wanted is CrmObject.DEAL:
            columns += [*_companies_beside(raw, columns, overrides), *_roles_beside(raw, overrides)]
    if not _names_a_company(columns, wanted):
        return Understood(raw, CrmObject.OTHER, NOT_USED["nameless"], ())
    return Understood(raw, wanted, "", tuple(_told_apart(columns)))


def _told_apart(columns: Sequence[Column]) -> list[Column]:
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


@dataclass(frozen=True, slots=True)
class _Said:
    """The object of a ``--column`` that concerns a file, and whether it names the file."""

    object: CrmObject
    names_file: bool


def _inferred_or_said(found: Inferred, said: _Said, understood: CrmObject) -> Inferred:
    """The user's word where a file is not understood without it, or where the word is about this very file.

    Another file may have the same header, and must not change its object by that. Companies and people
    can share a file, so a word about the one never takes the other away.
    """
    if understood is CrmObject.OTHER:
        return Inferred(said.object)
    if said.object is found.object or not said.names_file:
        return found
    if {said.object, found.object} == {CrmObject.ACCOUNT, CrmObject.CONTACT}:
        return replace(found, is_flat=True)
    return Inferred(said.object)


def _names_a_company(columns: Sequence[Column], wanted: CrmObject) -> bool:
    if wanted in {CrmObject.ROLE, CrmObject.COST}:
        return True
    fields = {c.field for c in columns if c.object is wanted}
    return bool(
        fields
        & {
            "name",
            "account_id",
            "domain",
            "account_name",
            "account_domain",
            "email",
            "contact_id",
            "contact_ids",
        }
        - (
            set()
            if wanted in {CrmObject.CONTACT, CrmObject.ACTIVITY, CrmObject.SURVEY}
            else {"contact_id", "email"}
        )
    )


def _object_said(raw: RawTable, overrides: Mapping[str, str]) -> _Said | None:
    """What a ``--column [FILE:]OBJECT.FIELD=HEADER`` says of this file, where one of its headers is named."""
    heard = []
    for target, header in overrides.items():
        file, _, place = target.rpartition(":")
        owner = place.partition(".")[0]
        if header in raw.headers and owner in FIELDS and (not file or _is_named(raw, file)):
            heard.append((not file, owner))
    if not heard:
        return None
    unnamed, owner = min(heard)
    return _Said(CrmObject(owner), not unnamed)


def _is_named(raw: RawTable, file: str) -> bool:
    return file in {raw.path, PurePath(raw.path).name, raw.path.strip("<>")}


def _flat_columns(raw: RawTable, overrides: Mapping[str, str]) -> list[Column]:
    """Companies and people on the same rows. A bare id is the person's where another column has the company's."""
    people = columns_of(raw, CrmObject.CONTACT, overrides)
    company_id = next(
        (c for c in people if c.field == "account_id" and fold_header(c.header) not in BARE_IDS), None
    )
    companies = columns_of(raw, CrmObject.ACCOUNT, overrides)
    people = columns_of(raw, CrmObject.CONTACT, overrides, claimed=frozenset(c.index for c in companies))
    if company_id is None:
        taken = {c.index for c in companies if c.field == "account_id"}
        return [
            *companies,
            *(c for c in people if c.index not in taken or c.field not in {"contact_id", "account_id"}),
        ]
    own = [c for c in companies if c.field != "account_id" and c.index != company_id.index]
    return [*own, replace(company_id, object=CrmObject.ACCOUNT), *people]


def _roles_beside(raw: RawTable, overrides: Mapping[str, str]) -> list[Column]:
    """Who has which role in a deal, where a report of deals repeats each for the people who take part."""
    roles = columns_of(raw, CrmObject.ROLE, overrides)
    return roles if {c.field for c in roles} >= {"deal_id", "contact_id", "buying_role"} else []


def _companies_beside(raw: RawTable, columns: Sequence[Column], overrides: Mapping[str, str]) -> list[Column]:
    """What a file of deals or people says of their companies: the industry or the country beside each.

    Only fields that describe a company, and that are none of the file's own; none where they would have no
    company to go to.
    """
    names = [c for c in columns if c.field in COMPANY_BESIDE]
    taken = {c.index for c in columns}
    about = [
        column
        for column in columns_of(raw, CrmObject.ACCOUNT, overrides, fields=DESCRIBES_COMPANIES)
        if column.index not in taken
    ]
    if not names or not about:
        return []
    own = [replace(c, object=CrmObject.ACCOUNT, field=COMPANY_BESIDE[c.field or ""]) for c in names]
    return [*own, *about]


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
    for field, index in _chosen_by_user(raw, wanted, overrides).items():
        matches[field] = [Match(index, "you said so", 0)]
    own = {
        field: [m for m in found if m.index not in claimed] or found
        for field, found in matches.items()
        if not fields or field in fields
    }
    columns = _firmest(raw, wanted, own)
    taken = {c.index for c in columns}
    if wanted is CrmObject.ACCOUNT and not fields:
        of_people = _known_indices(raw, CrmObject.CONTACT) - _known_indices(raw, CrmObject.ACCOUNT)
        free = [
            i
            for i, h in enumerate(folded)
            if h and i not in taken | of_people and not _serves_another(raw.headers, i)
        ]
        columns += [_custom(raw, index) for index in free]
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
        if file and not _is_named(raw, file):
            continue
        if (owner and owner != wanted) or field not in FIELDS[wanted]:
            continue
        if header in raw.headers:
            chosen[field] = raw.headers.index(header)
    return chosen


def check_overrides(tables: Sequence[RawTable], overrides: Mapping[str, str]) -> None:
    """Raise SettingsError where a ``--column`` names a field or a header that is not there."""
    fields = {f"{o}.{f}" for o, known in FIELDS.items() for f in known}
    bare = {name.partition(".")[2] for name in fields}
    headers = sorted({h for t in tables for h in t.headers if h})
    for target, header in overrides.items():
        place = target.rpartition(":")[2]
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


def _firmest(raw: RawTable, wanted: CrmObject, matches: Mapping[str, Sequence[Match]]) -> list[Column]:
    """One column per field and one field per column: surest first, then the fullest, then by header.

    A column whose values disagree with the field's kind does not stand for it, unless the user said so.
    A header that two fields claim goes to the surer: a deal's bare ``id`` is the deal's, not its company's.
    """
    claims = []
    pairs = [(field, match) for field, candidates in matches.items() for match in candidates]
    with ThreadPoolExecutor(THREADS) as pool:  # Arrow works while Python waits
        read = pool.map(lambda pair: _read(raw, pair[1].index, FIELDS[wanted][pair[0]], pair[0]), pairs)
        for (field, match), typed in zip(pairs, read, strict=True):
            header = raw.headers[match.index]
            filled = len(typed.array) - typed.array.null_count
            if match.rank and typed.unreadable > MOSTLY_UNREADABLE * (filled + typed.unreadable):
                continue
            column = Column(match.index, header, wanted, field, match.why, typed)
            # One company's name on every row is whose CRM it is (Odoo exports it), where another column names customers.
            is_own = field in {*NAMING, "account_id"} and _is_constant(typed)
            claims.append(((match.rank, is_own, -filled, header, field, match.index), column))
    columns: dict[str, Column] = {}
    taken: set[int] = set()
    for _, column in sorted(claims, key=lambda claim: claim[0]):
        field = column.field or ""
        if field not in columns and (column.index not in taken or field in NAMING):
            columns[field] = column
            taken.add(column.index)
    return list(columns.values())


def _read(raw: RawTable, index: int, kind: Kind, field: str | None) -> Typed:
    return _in_units(read_as(raw.column(index), kind, field=field, habit=raw.habit), raw.headers[index])


def _is_constant(typed: Typed) -> bool:
    known = pc.drop_null(typed.array)
    return len(known) > 1 and pc.all(pc.equal(known, known[0])).as_py()


def _in_units(typed: Typed, header: str) -> Typed:
    """Money in single units of the currency that its header names: "CA (k€)" is in thousands of euros."""
    if typed.kind is not Kind.MONEY:
        return typed
    unit = unit_of(header)
    array = typed.array
    if unit.factor != 1:
        array = pc.cast(pc.multiply(array, pa.scalar(unit.factor, pa.decimal128(10, 0))), MONEY_TYPE)
    return replace(typed, array=array, unit=typed.unit or (unit.currency if typed.units is None else None))


def _custom(raw: RawTable, index: int) -> Column:
    typed = _read(raw, index, guess_kind(raw.column(index)), None)
    return Column(
        index, raw.headers[index], CrmObject.ACCOUNT, None, "header not known: a column of your own", typed
    )


__all__ = [
    "Column",
    "Kind",
    "Understood",
    "check_overrides",
    "columns_of",
    "understand",
    "understand_all",
]
