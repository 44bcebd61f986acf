"""Files to canonical tables: read, understood, joined, accounted for."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.errors import DataError
from icpcli.load.as_of import latest_past_event
from icpcli.load.columns import check_overrides, understand
from icpcli.load.currencies import in_one_currency
from icpcli.load.identity import (
    Companies,
    CompanyRow,
    companies_from,
    company_keys,
    domain_of,
    first_id,
    merged,
)
from icpcli.load.links import deal_contacts
from icpcli.load.outcome import account_outcomes, outcomes
from icpcli.load.read import read_exports
from icpcli.load.readings import readings_of
from icpcli.load.stack import stacked
from icpcli.model.common import CrmObject, Finding, silent
from icpcli.model.tables import CUSTOM_PREFIX, Exports, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.columns import Understood
    from icpcli.model.common import Progress
    from icpcli.settings import Settings

NO_COMPANY = "ICP120"
DUPLICATES = "ICP121"
NOT_USED_FILE = "ICP122"
REPEATED_ID = "ICP123"
AMBIGUOUS = "ICP124"
UNREADABLE = "ICP125"
NO_AMOUNTS = "ICP126"
NO_LOST_DEALS = "ICP128"

IDS = {CrmObject.CONTACT: "contact_id", CrmObject.DEAL: "deal_id", CrmObject.SUBSCRIPTION: "subscription_id"}
FACTS = (
    CrmObject.CONTACT,
    CrmObject.DEAL,
    CrmObject.INVOICE,
    CrmObject.SUBSCRIPTION,
    CrmObject.ACTIVITY,
    CrmObject.CHURN,
)
NAMES_A_COMPANY = frozenset({"account_key", "account_id", "name", "domain"})
PERSONAL_FIELDS = ("email", "full_name")
MIN_UNREADABLE_SHARE = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The rows of one file for one object, with the file they came from.

    ``is_aside`` where a file of deals says things of their companies: those rows stand for deals, not companies.
    """

    understood: Understood
    object: CrmObject
    table: pa.Table
    is_aside: bool = False


@dataclass(slots=True)
class _Ledger:
    """What became of each file's rows."""

    merged: Counter[str]
    dropped: dict[str, Counter[str]]
    findings: list[Finding]


def load_exports(paths: Sequence[str], settings: Settings, on_progress: Progress = silent) -> Exports:
    """Every export in these files and folders as canonical tables.

    Raises InputError where a file cannot be read, SettingsError where a ``--column`` names nothing, and
    DataError where no file has a column that names a company.
    """
    on_progress("Reading exports")
    raws, findings = read_exports(paths)
    check_overrides(raws, settings.columns)
    on_progress("Understanding columns")
    understood = [understand(raw, settings.columns, is_alone=len(raws) == 1) for raw in raws]
    _require_companies(understood)
    money = in_one_currency(understood, settings)
    files = money.files
    ledger = _Ledger(Counter(), {}, [*findings, *money.findings])
    parts = _with_asides_settled([part for file in files for part in _parts(file)])
    on_progress("Joining companies")
    tables = _joined(parts, settings, ledger)
    links = deal_contacts(tables)
    sources = tuple(sorted((_source(file, ledger) for file in files), key=lambda s: (s.object, s.path)))
    event = latest_past_event(tables, settings.as_of)
    ledger.findings.extend(_without_losses(tables))
    return Exports(
        tables={o: _canonical(_impersonal(t), o) for o, t in sorted(tables.items())},
        deal_contacts=links,
        sources=sources,
        readings=readings_of(files),
        rejects=tuple(r for file in files for r in file.raw.rejects),
        findings=(*ledger.findings, *_notices(files), *event.findings),
        as_of=event.as_of,
    )


def _require_companies(files: Sequence[Understood]) -> None:
    if any(file.object not in {CrmObject.OTHER, CrmObject.ROLE} for file in files):
        return
    headers = ", ".join(dict.fromkeys(h for file in files for h in file.raw.headers[:12] if h))
    raise DataError(
        f"{files[0].raw.path} has no column that names a company.",
        (
            "Looked for: company name, account name, account id, domain, customer, Nom de l'entreprise, ...",
            f"It has: {headers}",
            'If one of these is it, say so: --column account.name="THAT COLUMN"',
        ),
    )


def _parts(file: Understood) -> list[_Part]:
    objects = dict.fromkeys(c.object for c in file.columns)
    is_of_deals = file.object is CrmObject.DEAL
    return [_Part(file, o, _table_of(file, o), is_of_deals and o is CrmObject.ACCOUNT) for o in objects]


def _with_asides_settled(parts: Sequence[_Part]) -> list[_Part]:
    """The parts; what deals say of companies once per company, and only what no list of companies says."""
    stated = {
        name
        for part in parts
        if part.object is CrmObject.ACCOUNT and not part.is_aside
        for name in part.table.column_names
    }
    settled = []
    for part in parts:
        if part.is_aside:
            names = [n for n in part.table.column_names if n in NAMES_A_COMPANY or n not in stated]
            distinct = part.table.select(names).group_by(names, use_threads=False).aggregate([])
            part = replace(part, table=distinct)  # noqa: PLW2901  the same part, shorter
        settled.append(part)
    return settled


def _table_of(file: Understood, wanted: CrmObject) -> pa.Table:
    columns = {field: column.typed.array for field, column in file.of(wanted).items()}
    if wanted is CrmObject.ACCOUNT:
        # Of two columns with one header the fuller, so that their order does not matter.
        for column in sorted(file.custom(), key=lambda c: c.typed.array.null_count):
            columns.setdefault(CUSTOM_PREFIX + column.header, column.typed.array)
    if wanted is CrmObject.CONTACT:
        columns["contact_row"] = file.raw.lines
    count = file.raw.cells.num_rows
    return pa.table({"account_key": pa.nulls(count, pa.string()), **columns})


def _joined(parts: Sequence[_Part], settings: Settings, ledger: _Ledger) -> dict[CrmObject, pa.Table]:
    """Every object's table with its account keys; the account table has one row per company."""
    own = [part for part in parts if part.object is CrmObject.ACCOUNT]
    rows = [row for part in own for row in _company_rows(part.table)]
    keys = company_keys(rows, merge=settings.merge)
    companies = companies_from(rows, keys)
    accounts = _accounts(own, keys, ledger)
    tables: dict[CrmObject, pa.Table] = {}
    strangers: dict[str, CompanyRow] = {}
    shared = _keys_by_file(own, keys)
    for wanted in FACTS:
        found: list[pa.Table] = []
        seen: set[tuple[str | None, str]] = set()
        for part in (p for p in parts if p.object is wanted):
            on_rows = shared.get(part.understood.raw.path)
            table = part.table if on_rows is not None else _with_ids_cleaned(part.table)
            key_column = on_rows if on_rows is not None else _keys_of(table, companies, strangers)
            found.append(_without_repeats(part, table.set_column(0, "account_key", key_column), ledger, seen))
        if found:
            tables[wanted] = _counted(stacked(found), wanted, ledger)
    roles = [_with_ids_cleaned(p.table) for p in parts if p.object is CrmObject.ROLE]
    if roles:
        tables[CrmObject.ROLE] = stacked(roles)
    if CrmObject.DEAL in tables:
        tables[CrmObject.DEAL] = _with_outcomes(tables[CrmObject.DEAL], settings)
    if CrmObject.CONTACT in tables:
        tables[CrmObject.CONTACT] = _with_contact_keys(tables[CrmObject.CONTACT])
    everyone = _with_strangers(accounts, strangers)
    tables[CrmObject.ACCOUNT] = everyone.append_column("outcome", account_outcomes(everyone))
    return tables


def _company_rows(table: pa.Table) -> list[CompanyRow]:
    def column(name: str) -> list[str | None]:
        return table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows

    cells = zip(*(column(name) for name in ("account_id", "name", "domain", "country", "city")), strict=True)
    return [
        CompanyRow(
            account_id=first_id(identifier) if identifier else None,
            name=name,
            domain=domain_of(domain) if domain else None,
            place=f"{country or ''}|{city or ''}" if country or city else None,
        )
        for identifier, name, domain, country, city in cells
    ]


def _accounts(own: Sequence[_Part], keys: Sequence[str | None], ledger: _Ledger) -> pa.Table:
    if not own:
        return pa.table({"account_key": pa.array([], pa.string())})
    position, seen = 0, set[str]()
    for part in own:
        here = keys[position : position + part.table.num_rows]
        position += part.table.num_rows
        if part.is_aside:
            continue
        path = part.understood.raw.path
        nameless = sum(key is None for key in here)
        if nameless:
            ledger.dropped.setdefault(path, Counter())["names no company"] += nameless
        known = [key for key in here if key is not None]
        ledger.merged[path] += len(known) - len(set(known) - seen)
        seen |= set(known)
    if total := sum(ledger.merged.values()):
        message = f"{total:,} row(s) named a company that another row had named, and were merged into it."
        ledger.findings.append(Finding(DUPLICATES, message, total))
    table = stacked([part.table for part in own]).drop_columns("account_key")
    return merged(table, pa.array(keys, pa.string()))


def _keys_by_file(own: Sequence[_Part], keys: Sequence[str | None]) -> dict[str, pa.Array]:
    """The account keys of each file that lists companies, for the people who share its rows."""
    by_file, position = {}, 0
    for part in own:
        here = keys[position : position + part.table.num_rows]
        position += part.table.num_rows
        if not part.is_aside:
            by_file[part.understood.raw.path] = pa.array(here, pa.string())
    return by_file


def _with_ids_cleaned(table: pa.Table) -> pa.Table:
    """Ids of one company or deal out of cells such as ``Acme (5551)`` or ``1;2``."""
    for name in ("account_id", "deal_id", "contact_id"):
        if name in table.column_names:
            encoded = table.column(name).combine_chunks().dictionary_encode()
            ids = pa.array([first_id(text) for text in encoded.dictionary.to_pylist()], pa.string())
            table = table.set_column(table.column_names.index(name), name, ids.take(encoded.indices))
    return table


def _keys_of(table: pa.Table, companies: Companies, strangers: dict[str, CompanyRow]) -> pa.Array:
    """The account key of each row; companies that no account file lists are added to ``strangers``."""

    def column(*names: str) -> list[str | None]:
        name = next((n for n in names if n in table.column_names), None)
        return table.column(name).to_pylist() if name else [None] * table.num_rows

    known: dict[tuple[str | None, str | None, str | None], str | None] = {}
    cells = list(
        zip(column("account_id"), column("account_name"), column("account_domain", "email"), strict=True)
    )
    # In order of spelling, so that the row that comes first does not name a company of several spellings.
    for named in sorted(set(cells), key=lambda cell: tuple(text or "" for text in cell)):
        known[named] = _key_of_row(CompanyRow(*named, None), companies, strangers)
    return pa.array([known[named] for named in cells], pa.string())


def _key_of_row(row: CompanyRow, companies: Companies, strangers: dict[str, CompanyRow]) -> str | None:
    domain = domain_of(row.domain) if row.domain else None
    key = companies.key(row.account_id, row.name, domain)
    if key is None:
        bare = CompanyRow(row.account_id, row.name, None if row.account_id or row.name else domain, None)
        key = company_keys([bare], merge=False)[0]
        if key is not None:
            strangers.setdefault(key, bare)
    return key


def _without_repeats(
    part: _Part, table: pa.Table, ledger: _Ledger, seen: set[tuple[str | None, str]]
) -> pa.Table:
    """Rows that repeat an id of their own object, and of the same company, count once.

    ``seen`` holds the (account_key, id) of the files before, so that exports that overlap do not count
    twice; an equal id at another company is another system's.
    """
    name = IDS.get(part.object)
    if name is None or name not in table.column_names:
        return table
    table = _canonical(table, part.object)
    here: set[str] = set()
    first: list[int] = []
    for position, (key, held) in enumerate(
        zip(table.column("account_key").to_pylist(), table.column(name).to_pylist(), strict=True)
    ):
        if held is None or (held not in here and (key, held) not in seen):
            first.append(position)
        if held is not None:
            here.add(held)
            seen.add((key, held))
    if len(first) == table.num_rows:
        return table
    repeated = table.num_rows - len(first)
    ledger.merged[part.understood.raw.path] += repeated
    message = f"{part.understood.raw.path}: {repeated:,} row(s) repeat the {name.replace('_', ' ')} of another and count once."
    ledger.findings.append(Finding(REPEATED_ID, message, repeated))
    return table.take(pa.array(first, pa.int64()))


def _counted(table: pa.Table, wanted: CrmObject, ledger: _Ledger) -> pa.Table:
    nowhere = table.column("account_key").null_count
    if nowhere:
        message = f"{nowhere:,} of {table.num_rows:,} {wanted} rows name no company and stand for none."
        ledger.findings.append(Finding(NO_COMPANY, message, nowhere))
    return table


def _with_outcomes(deals: pa.Table, settings: Settings) -> pa.Table:
    return deals.append_column("outcome", outcomes(deals, settings.stages))


def _with_contact_keys(contacts: pa.Table) -> pa.Table:
    """A key per person: the id, else a digest of all the row says, so that row order does not matter."""
    texts = [n for n in contacts.column_names if n != "contact_row"]
    rows = zip(*(pc.cast(contacts.column(n), pa.string()).to_pylist() for n in texts), strict=True)
    ids = contacts.column("contact_id").to_pylist() if "contact_id" in texts else [None] * contacts.num_rows
    seen: Counter[str] = Counter()
    keys = []
    for held, row in zip(ids, rows, strict=True):
        key = held or hashlib.sha256("\x1f".join(cell or "" for cell in row).encode()).hexdigest()[:16]
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return contacts.append_column("contact_key", pa.array(keys, pa.string()))


def _with_strangers(accounts: pa.Table, strangers: Mapping[str, CompanyRow]) -> pa.Table:
    """The account table with the companies that only other files name."""
    known = set(accounts.column("account_key").to_pylist())
    new = sorted(key for key in strangers if key not in known)
    if not new:
        return accounts
    added = {
        "account_key": pa.array(new, pa.string()),
        "account_id": pa.array([strangers[k].account_id for k in new], pa.string()),
        "name": pa.array([strangers[k].name for k in new], pa.string()),
    }
    return pa.concat_tables([accounts, pa.table(added)], promote_options="default")


def _impersonal(table: pa.Table) -> pa.Table:
    """The table without what names a person: it has served to join and is needed no more."""
    return table.drop_columns([n for n in PERSONAL_FIELDS if n in table.column_names])


def _canonical(table: pa.Table, wanted: CrmObject) -> pa.Table:
    """The same rows in an order that does not depend on the file's: id, then all cells; columns by name."""
    first = [n for n in ("account_key", IDS.get(wanted, "")) if n in table.column_names]
    names = [*first, *sorted(n for n in table.column_names if n not in first)]
    table = table.select(names)
    texts = pa.table(
        {str(i): pc.fill_null(pc.cast(table.column(n), pa.string()), "") for i, n in enumerate(names)}
    )
    order = [str(i) for i, n in enumerate(names) if n != "contact_row"]
    return table.take(pc.sort_indices(texts, sort_keys=[(name, "ascending") for name in order]))


def _source(file: Understood, ledger: _Ledger) -> Source:
    raw = file.raw
    dropped = Counter(raw.dropped) + ledger.dropped.get(raw.path, Counter())
    merged_rows = ledger.merged[raw.path]
    if file.object is CrmObject.OTHER:
        dropped[f"not used: {file.reason}"] += raw.cells.num_rows
    kept = raw.read - merged_rows - sum(dropped.values())
    return Source(raw.path, raw.sha256, file.object, raw.read, kept, merged_rows, dict(dropped))


def _without_losses(tables: Mapping[CrmObject, pa.Table]) -> list[Finding]:
    """That an export of deals has none that was lost: Odoo archives them, and a view may leave them out."""
    deals = tables.get(CrmObject.DEAL)
    if deals is None or "lost" in pc.unique(deals.column("outcome")).to_pylist():
        return []
    won = pc.sum(pc.equal(deals.column("outcome"), "won")).as_py() or 0
    if not won:
        return []
    message = (
        f"None of the {deals.num_rows:,} deals is lost, so how many are won cannot be known, nor what losing costs: "
        "export the lost ones too (in Odoo the archived ones, in HubSpot a view of all deals)."
    )
    return [Finding(NO_LOST_DEALS, message, deals.num_rows)]


def _notices(files: Sequence[Understood]) -> list[Finding]:
    found: list[Finding] = []
    for file in files:
        name = file.raw.path
        if file.object is CrmObject.OTHER:
            found.append(Finding(NOT_USED_FILE, f"{name} was not used: {file.reason}.", file.raw.read))
            continue
        found += file.raw.findings
        if file.object is CrmObject.INVOICE and "amount" not in file.of(CrmObject.INVOICE):
            message = (
                f"{name}: no column holds the amounts of its orders; they count as orders of unknown value."
            )
            found.append(Finding(NO_AMOUNTS, message, file.raw.cells.num_rows))
        for column in file.columns:
            typed = column.typed
            filled = len(typed.array) - typed.array.null_count + typed.unreadable
            if typed.ambiguous and column.field:
                message = f"{name}: {column.header!r} could be read two ways (1,234 or 03/04); it was read as {_usual(typed.kind)}."
                found.append(Finding(AMBIGUOUS, message))
            if column.field and typed.unreadable > MIN_UNREADABLE_SHARE * filled:
                message = f"{name}: {typed.unreadable:,} of {filled:,} cells of {column.header!r} could not be read as {typed.kind}."
                found.append(Finding(UNREADABLE, message, typed.unreadable))
    return found


def _usual(kind: str) -> str:
    return "day before month" if kind == "date" else "groups of thousands"
