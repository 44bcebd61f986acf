"""Files to what they hold: which objects, and which column is which field of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.errors import SettingsError
from icpcli.load.fields.anonymous import OF_THE_DEAL
from icpcli.load.fields.columns import Column, columns_of, custom_column, is_named, told_apart
from icpcli.load.fields.matching import matches_of
from icpcli.load.fields.months import BY_MONTH as MONTHS_OF
from icpcli.load.fields.months import bare_months, year_named
from icpcli.load.fields.objects import NOT_USED, Inferred, infer_object
from icpcli.load.fields.of_company import TRAITS
from icpcli.load.fields.quotes import are_of_quotes
from icpcli.load.texts.headers import fold_header, is_of_company, is_personal
from icpcli.model.common import CrmObject
from icpcli.model.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.files.read import RawTable

BARE_IDS = frozenset({"id", "record id", "contact id", "person id"})
OWN_RANKING = frozenset(
    {"account_key", "criteria_known", "value_to_date", "value_expected"}
)  # of icp rank --format csv
SEVERAL_EACH = 0.2  # of the companies stand on several rows
MOSTLY_MONTHS = 0.95  # of dates are the first or the last of a month where rows are months
CHANGE = "mrr_change"
BY_MONTH = (
    (CrmObject.SUBSCRIPTION, "month", {"mrr", "arr", CHANGE}),
    (CrmObject.INVOICE, "invoiced_on", {"amount"}),
)
MOSTLY_THEIR_OWN = 0.5  # of which differ in price or start
IDENTIFYING = frozenset({"name", "account_id", "domain"})
COMPANY_BESIDE = {"account_id": "account_id", "account_name": "name", "account_domain": "domain"}
DESCRIBES_COMPANIES = frozenset({*TRAITS, "acquisition_cost", "channel"})
SURE = 2  # the rank of headers seen in exports
ONE_DAY = pa.scalar(dt.timedelta(days=1), pa.duration("s"))
SOLD = frozenset({CrmObject.DEAL, CrmObject.INVOICE, CrmObject.SUBSCRIPTION})


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """A file and its columns. A flat file yields two objects: its companies and the people on their rows.

    ``reason`` says why a file of object OTHER is not used. ``is_row_per_company`` where the rows name no company, and
    the user says that each is one. ``pays_elsewhere`` (rows, bool or null): companies that pay in a currency kept apart.
    ``is_by_month`` where a row is what a company brought in a month, or by how much that changed. ``are_quotes`` where its deals
    are quotes.
    """

    raw: RawTable
    object: CrmObject
    reason: str
    columns: tuple[Column, ...]
    is_row_per_company: bool = False
    pays_elsewhere: pa.Array | None = None
    is_by_month: bool = False
    are_quotes: bool = False

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
    files = _offered_once(_told_once(files))
    if not any(file.object is CrmObject.ACCOUNT and not file.of(CrmObject.CONTACT) for file in files):
        return files
    return [_as_people(file, overrides) if _lists_people(file) else file for file in files]


def _told_once(files: Sequence[Understood]) -> list[Understood]:
    """The files; revenue by the month is left out where subscriptions or invoices tell it row by row."""
    exact = {file.object for file in files if not file.is_by_month}
    months = {file.raw.path for file in files if file.is_by_month}
    told = []
    for file in files:
        if file.is_by_month and file.object in exact:
            told.append(Understood(file.raw, CrmObject.OTHER, NOT_USED["told"], ()))
        elif file.object is CrmObject.OTHER and file.raw.path + MONTHS_OF in months:
            told.append(replace(file, reason=NOT_USED["months"]))
        else:
            told.append(file)
    return told


def _offered_once(files: Sequence[Understood]) -> list[Understood]:
    """The files; quotes are left out where another file tells the deals that they belong to."""
    if not any(file.object is CrmObject.DEAL and not file.are_quotes for file in files):
        return list(files)
    reason = NOT_USED["offered"]
    return [Understood(f.raw, CrmObject.OTHER, reason, ()) if f.are_quotes else f for f in files]


def check_followed(files: Sequence[Understood], overrides: Mapping[str, str]) -> None:
    """Raise SettingsError where a ``--column`` names a field of companies for a column of deals, and so stands for nothing."""
    for target, header in overrides.items():
        place = target.rpartition(":")[2]
        owner, _, field = place.rpartition(".")
        holders = [file for file in files if header in file.raw.headers]
        if any(
            c.field == field and c.header == header and (not owner or c.object == owner)
            for file in holders
            for c in file.columns
        ):
            continue
        holds = "; ".join(f"{file.raw.path} holds {file.object} rows" for file in holders)
        objects = sorted({str(file.object) for file in holders if field in FIELDS.get(file.object, ())})
        hint = (
            f"Perhaps: {', '.join(f'{o}.{field}' for o in objects)}"
            if objects
            else f"There is no {', '.join(sorted({f'{file.object}.{field}' for file in holders}))}."
        )
        raise SettingsError(
            f"--column {target}={header}: no {owner or 'such'} field stands in that column: {holds}.", (hint,)
        )


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
        custom_column(file.raw, c.index) if c.field in IDENTIFYING else c
        for c in columns_of(file.raw, CrmObject.ACCOUNT, overrides)
        if c.index not in taken
    ]
    columns = told_apart([*companies, *deals])
    return Understood(file.raw, CrmObject.ACCOUNT, "", tuple(columns), is_row_per_company=True)


def understand(raw: RawTable, overrides: Mapping[str, str], *, is_alone: bool = False) -> Understood:
    """What a file holds. ``overrides`` are the user's "[FILE:]OBJECT.FIELD" -> header words."""
    if OWN_RANKING.issubset(raw.headers):
        return Understood(raw, CrmObject.OTHER, NOT_USED["own"], ())
    found = infer_object(raw.headers, PurePath(raw.path).stem, is_alone=is_alone)
    said = _object_said(raw, overrides)
    if said is not None:
        found = _inferred_or_said(found, said, _as_object(raw, found, overrides).object)
    told = _as_object(raw, found, overrides)
    if said is None and _are_answered(told):
        return _as_object(raw, Inferred(CrmObject.DEAL, are_quotes=True), overrides)
    if said is None and (months := _by_month(told, overrides)) is not None:
        return months
    if said is None and _are_contracts(told):
        contracts = _as_object(raw, Inferred(CrmObject.SUBSCRIPTION), overrides)
        return contracts if {"started_on", "mrr"} <= set(contracts.of(CrmObject.SUBSCRIPTION)) else told
    if told.object is CrmObject.OTHER and bare_months(raw.headers) and year_named(raw.path) is None:
        return replace(told, reason=NOT_USED["yearless"])
    return told


def _by_month(file: Understood, overrides: Mapping[str, str]) -> Understood | None:
    """The file as a row for each company and month, with what it paid, or for each change of that; None where its rows are something else."""
    is_open = file.object is CrmObject.OTHER and file.reason in {NOT_USED["unknown"], NOT_USED["nameless"]}
    if not is_open and file.object not in {CrmObject.ACCOUNT, CrmObject.SUBSCRIPTION, CrmObject.INVOICE}:
        return None
    for wanted, month, figures in BY_MONTH:
        folded = [fold_header(header, wanted) for header in file.raw.headers]
        if month not in matches_of(folded, wanted):
            continue
        read = _as_object(file.raw, Inferred(wanted), overrides)
        held = read.of(wanted)
        is_whole = month in held and figures & set(held) and "started_on" not in held
        tells_itself = file.raw.path.endswith(MONTHS_OF) or CHANGE in held
        if is_whole and (tells_itself or _are_months(held, month)):
            of_months = tuple(c for c in read.columns if c.field != "subscription_id")
            return replace(read, columns=of_months, is_by_month=True)
    return None


def _are_months(held: Mapping[str, Column], month: str) -> bool:
    """Whether many companies stand on rows of several months, and the dates are those of months: their first or last day."""
    key = held.get("account_id") or held.get("account_name")
    if key is None:
        return False
    rows = pa.table({"key": key.typed.array, "day": held[month].typed.array}).drop_null()
    if not rows.num_rows:
        return False
    days = rows.column("day")
    is_edge = pc.or_(pc.equal(pc.day(days), 1), pc.equal(pc.day(pc.add(days, ONE_DAY)), 1))
    each = rows.group_by(["key"]).aggregate([("day", "count_distinct")]).column("day_count_distinct")
    several = pc.sum(pc.greater(each, 1)).as_py() or 0
    return several >= SEVERAL_EACH * len(each) and pc.mean(is_edge).as_py() >= MOSTLY_MONTHS


def _are_answered(file: Understood) -> bool:
    """Whether what looks like sales are quotes: some were accepted, some refused, and no row says that it is something else."""
    held = file.of(CrmObject.INVOICE)
    status = held.get("status")
    if status is None or "invoice_type" in held:
        return False
    folded = [fold_header(header, CrmObject.INVOICE) for header in file.raw.headers]
    return are_of_quotes(folded, pc.unique(status.typed.array.drop_null()).to_pylist())


def _are_contracts(file: Understood) -> bool:
    """Whether companies stand on several rows, each with a price and a start of its own: a row is then a contract, or a product."""
    held = file.of(CrmObject.ACCOUNT)
    key = held.get("account_id") or held.get("name")
    if file.object is not CrmObject.ACCOUNT or key is None or file.of(CrmObject.CONTACT):
        return False
    if not {"mrr", "customer_since"} <= set(held):
        return False
    rows = pa.table(
        {"key": key.typed.array, "mrr": held["mrr"].typed.array, "since": held["customer_since"].typed.array}
    )
    sizes = rows.drop_null().group_by(["key"]).aggregate([([], "count_all")]).column("count_all")
    kinds = rows.drop_null().group_by(["key", "mrr", "since"]).aggregate([]).group_by(["key"])
    several = pc.sum(pc.greater(kinds.aggregate([([], "count_all")]).column("count_all"), 1)).as_py() or 0
    repeated = pc.sum(pc.greater(sizes, 1)).as_py() or 0
    return repeated >= SEVERAL_EACH * len(sizes) and several >= MOSTLY_THEIR_OWN * max(repeated, 1)


def _as_object(raw: RawTable, found: Inferred, overrides: Mapping[str, str]) -> Understood:
    wanted = found.object
    if wanted is CrmObject.OTHER:
        return Understood(raw, wanted, found.reason, ())
    if found.is_flat:
        columns = _flat_columns(raw, overrides)
    else:
        columns = columns_of(raw, wanted, overrides)
        if wanted in SOLD:
            columns += _companies_beside(raw, columns, overrides)
        if wanted is CrmObject.DEAL:
            roles = _roles_beside(raw, overrides)
            columns = [c for c in columns if c.field != "contact_role" or not roles] + roles
    if found.are_quotes and not _names_a_company(columns, wanted):
        columns += _billed_to(raw, columns, overrides)
    if not _names_a_company(columns, wanted):
        return Understood(raw, CrmObject.OTHER, NOT_USED["nameless"], ())
    if wanted is CrmObject.COST and all(column.field != "amount" for column in columns):
        return Understood(raw, CrmObject.OTHER, NOT_USED["unspent"], ())
    return Understood(raw, wanted, "", tuple(told_apart(columns)), are_quotes=found.are_quotes)


def _billed_to(raw: RawTable, columns: Sequence[Column], overrides: Mapping[str, str]) -> list[Column]:
    """Who is offered something, called as on an invoice: Holded's "Contacto" is the customer."""
    named = columns_of(raw, CrmObject.INVOICE, overrides, fields=frozenset({"account_name"}))
    taken = {c.index for c in columns if c.field != "contact_names"}
    return [replace(c, object=CrmObject.DEAL) for c in named if c.index not in taken]


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
            else {"contact_id"}
            if wanted in {CrmObject.INVOICE, CrmObject.SUBSCRIPTION}
            else {"contact_id", "email"}
        )
    )


def _object_said(raw: RawTable, overrides: Mapping[str, str]) -> _Said | None:
    """What a ``--column [FILE:]OBJECT.FIELD=HEADER`` says of this file, where one of its headers is named."""
    heard = []
    for target, header in overrides.items():
        file, _, place = target.rpartition(":")
        owner = place.partition(".")[0]
        if header in raw.headers and owner in FIELDS and (not file or is_named(raw, file)):
            heard.append((not file, owner))
    if not heard:
        return None
    unnamed, owner = min(heard)
    return _Said(CrmObject(owner), not unnamed)


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
    """What a file of deals, invoices or people says of their companies: the industry or the country beside each.

    Only fields that describe a company, and that are none of the file's own, and what a prefix says is the company's;
    none where they would have no company to go to.
    """
    names = [c for c in columns if c.field in COMPANY_BESIDE]
    taken = {c.index for c in columns}
    about = [
        column
        for column in columns_of(raw, CrmObject.ACCOUNT, overrides, fields=DESCRIBES_COMPANIES)
        if column.index not in taken
    ]
    about += _custom_of_companies(raw, taken | {c.index for c in about})
    if not names or not about:
        return []
    own = [replace(c, object=CrmObject.ACCOUNT, field=COMPANY_BESIDE[c.field or ""]) for c in names]
    return [*own, *about]


def _custom_of_companies(raw: RawTable, taken: set[int]) -> list[Column]:
    """The columns that are the company's as their prefix says (Organization - Has shop), and that no synonym knows."""
    folded = [fold_header(header, CrmObject.ACCOUNT) for header in raw.headers]
    found = matches_of(folded, CrmObject.ACCOUNT)
    known = {m.index for field in found.keys() - DESCRIBES_COMPANIES for m in found[field] if m.rank <= SURE}
    return [
        custom_column(raw, index)
        for index, header in enumerate(raw.headers)
        if index not in taken | known and is_of_company(header)
    ]
