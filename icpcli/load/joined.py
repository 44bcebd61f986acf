"""Parts of files to one table for each object, joined by company; every row is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.companies.identity import (
    CompanyRow,
    companies_from,
    company_keys,
    domain_of,
    first_id,
    merged,
)
from icpcli.load.companies.links import NAMED, named_roles, with_ids_of_deals
from icpcli.load.companies.partners import people_in, with_people
from icpcli.load.companies.relatives import with_relatives
from icpcli.load.companies.same_person import people_known
from icpcli.load.companies.strangers import Strangers, strangers_beside
from icpcli.load.fields.understood import SOLD
from icpcli.load.notices import contradictions
from icpcli.load.sales.business import with_business, with_business_of_rows
from icpcli.load.sales.contracts import with_contracts
from icpcli.load.sales.endings import with_endings
from icpcli.load.sales.movements import with_movements
from icpcli.load.sales.spells import with_spells
from icpcli.load.sales.spend import (
    over_their_months,
    with_channels_said,
    with_months_told,
    without_spend_told_twice,
)
from icpcli.load.sales.told_twice import without_told_twice
from icpcli.load.tables.derived import with_monthly
from icpcli.load.tables.ledger import Ledger
from icpcli.load.tables.outcome import EVIDENCE, EVIDENT_IF_FILLED, outcomes
from icpcli.load.tables.parts import Part
from icpcli.load.tables.repeats import without_repeats
from icpcli.load.tables.snapshots import keys_of_newest
from icpcli.load.tables.stack import distinct_rows, stacked
from icpcli.load.tables.standing import PAYS_ELSEWHERE, account_outcomes, has_left
from icpcli.load.tables.until import decided_until
from icpcli.load.texts.cells import Cells
from icpcli.load.texts.surveys import with_kinds_apart
from icpcli.model.common import CrmObject, Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from icpcli.load.companies.partners import Partners
    from icpcli.load.tables.ledger import Ledger
    from icpcli.load.tables.parts import Part
    from icpcli.settings import Settings

NO_COMPANY = "ICP120"
DUPLICATES = "ICP121"

FACTS = (
    CrmObject.CONTACT,
    CrmObject.DEAL,
    CrmObject.INVOICE,
    CrmObject.SUBSCRIPTION,
    CrmObject.ACTIVITY,
    CrmObject.CHURN,
    CrmObject.SURVEY,
)
OF_PEOPLE = frozenset({CrmObject.ACTIVITY, CrmObject.SURVEY})  # what names a person, whose company it is of
SAID_BY_OUTCOME = frozenset({PAYS_ELSEWHERE, "has_churned", "is_active"})


def joined(parts: Sequence[Part], settings: Settings, ledger: Ledger) -> dict[CrmObject, pa.Table]:
    """Every object's table with its account keys; the account table has one row per company."""
    own = [part for part in parts if part.object is CrmObject.ACCOUNT]
    rows = [row for part in own for row in _company_rows(part)]
    keys = company_keys(rows, merge=settings.merge)
    accounts = _accounts(own, keys, ledger, {p.path for p in parts if p.object is CrmObject.CONTACT})
    partners = with_people(own, _keys_by_file(own, keys), companies_from(rows, keys))
    strangers = _strangers(parts, partners)
    tables = _facts(parts, partners, strangers, ledger)
    costs = _costs(parts, settings, ledger)
    if costs:
        tables[CrmObject.COST] = stacked(costs)
    tables = _completed(tables, settings, ledger)
    everyone = _with_strangers(accounts, strangers.found)
    if settings.row_per_company:  # a row is then a deal, and may say with whom
        everyone = with_business_of_rows(everyone)
    related = with_relatives(
        everyone, companies_from([*rows, *strangers.found.values()], [*keys, *strangers.found])
    )
    ledger.findings.extend(related.findings)
    tables[CrmObject.ACCOUNT] = _with_standing(related.accounts, account_outcomes(everyone, settings.stages))
    return tables


def _strangers(parts: Sequence[Part], partners: Partners) -> Strangers:
    """Who is found beside the companies listed, by the files of what was sold."""
    orders = (_with_ids_cleaned(part.table) for part in parts if part.object is CrmObject.INVOICE)
    sales = (_with_ids_cleaned(part.table) for part in parts if part.object in SOLD)
    return strangers_beside(partners.companies, orders, sales)


def _facts(
    parts: Sequence[Part], partners: Partners, strangers: Strangers, ledger: Ledger
) -> dict[CrmObject, pa.Table]:
    """What happened to companies, and their people, each told once, with account keys; and who has which role in which deal."""
    tables: dict[CrmObject, pa.Table] = {}
    roles = [_with_ids_cleaned(p.table) for p in parts if p.object is CrmObject.ROLE]
    for wanted in FACTS:
        those = [part for part in parts if part.object is wanted]
        keyed = with_ids_of_deals([_keyed(part, partners, strangers) for part in those])
        roles += [named_roles(table) for table in keyed if NAMED in table.column_names]
        told_once = without_repeats(keyed, wanted)
        for part, told, once in zip(those, keyed, told_once, strict=True):
            are_rows = wanted is part.understood.object or part.path in partners.people
            ledger.count_repeats(part, told.num_rows - once.num_rows, are_rows=are_rows)
        told_once = _counted_once(wanted, those, told_once, ledger)
        if those:
            tables[wanted] = stacked(told_once)
    for wanted in tables.keys() & OF_PEOPLE if CrmObject.CONTACT in tables else ():
        tables[wanted] = _through_people(tables[wanted], tables[CrmObject.CONTACT])
    _note_nowhere(tables, ledger)
    return {**tables, CrmObject.ROLE: stacked(roles)} if roles else tables


def _costs(parts: Sequence[Part], settings: Settings, ledger: Ledger) -> list[pa.Table]:
    """What was spent on channels, told once and by the month."""
    return [
        with_months_told(over_their_months(part)).table
        for part in with_channels_said(without_spend_told_twice(parts, ledger), settings.channels)
        if part.object is CrmObject.COST
    ]


def _with_standing(accounts: pa.Table, outcome: pa.Array) -> pa.Table:
    """The companies with their outcome, and with who has left where that is told."""
    left = has_left(accounts)
    told = accounts.select([n for n in accounts.column_names if n not in SAID_BY_OUTCOME])
    told = told.append_column("outcome", outcome)
    return told if left is None else told.append_column("has_churned", left)


def _keyed(part: Part, partners: Partners, strangers: Strangers) -> pa.Table:
    """The rows of a part with their account keys; of a file of companies and people the rows of people."""
    on_rows = partners.keys.get(part.path)
    if on_rows is not None:
        keyed = part.table.set_column(0, "account_key", on_rows)
        return keyed.filter(partners.people[part.path]) if part.path in partners.people else keyed
    table = _with_ids_cleaned(part.table)
    return table.set_column(0, "account_key", strangers.keys_of(table))


def _completed(
    tables: Mapping[CrmObject, pa.Table], settings: Settings, ledger: Ledger
) -> dict[CrmObject, pa.Table]:
    """The tables with what follows from their own columns: outcomes, contracts, monthly revenue, people's keys."""
    whole = dict(tables)
    if CrmObject.DEAL in whole:
        settled = decided_until(_with_outcomes(whole[CrmObject.DEAL], settings), settings.as_of)
        whole[CrmObject.DEAL] = with_contracts(with_business(settled))
    if CrmObject.SUBSCRIPTION in whole:
        recurring = with_movements(with_spells(with_monthly(with_endings(whole[CrmObject.SUBSCRIPTION]))))
        whole[CrmObject.SUBSCRIPTION] = recurring.subscriptions
        ledger.findings.extend(recurring.findings)
    if CrmObject.SURVEY in whole:
        whole[CrmObject.SURVEY] = with_kinds_apart(whole[CrmObject.SURVEY])
    return whole


def _company_rows(part: Part) -> list[CompanyRow]:
    """What each row says of its company; the town of a person or a deal is not where a company without an id is known to be."""
    table = part.table
    is_of_others = part.is_aside or bool(part.understood.of(CrmObject.CONTACT))

    def column(name: str) -> list[Any]:
        return table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows

    names = ("account_id", "name", "domain", "country", "city", "is_company")
    return [
        CompanyRow(
            first_id(identifier) if identifier else None,
            name,
            domain_of(domain) if domain else None,
            *((None, None) if is_of_others and not identifier else (country, city)),
        )
        if is_company is not False  # Odoo keeps people and companies in one table
        else CompanyRow(None, None, None)
        for identifier, name, domain, country, city, is_company in zip(*map(column, names), strict=True)
    ]


def _accounts(
    own: Sequence[Part], keys: Sequence[str | None], ledger: Ledger, with_contacts: Collection[str]
) -> pa.Table:
    """One row per company; what became of the others is in the ledger. People are kept in files ``with_contacts``."""
    if not own:
        return pa.table({"account_key": pa.array([], pa.string())})
    position, seen = 0, set[str]()
    for part in own:
        here = keys[position : position + part.table.num_rows]
        position += part.table.num_rows
        if part.is_aside:
            continue
        path = part.path
        mask = people_in(part)
        people = 0 if mask is None else pc.sum(mask).as_py() or 0
        nameless = sum(key is None for key in here) - people
        ledger.dropped[path].update(
            {"a person, no company": 0 if path in with_contacts else people, "names no company": nameless}
        )
        known = [key for key in here if key is not None]
        ledger.merged[path] += len(known) - len(set(known) - seen)
        seen |= set(known)
    if total := sum(ledger.merged.values()):
        message = f"{total:,} row(s) named a company that another row had named, and were merged into it."
        ledger.findings.append(Finding(DUPLICATES, message, total))
    table = stacked([part.table for part in own]).drop_columns("account_key")
    newest = keys_of_newest(own, keys)
    ledger.findings.extend(contradictions(table, newest))
    return merged(table, pa.array(newest, pa.string()))


def _keys_by_file(own: Sequence[Part], keys: Sequence[str | None]) -> dict[str, pa.Array]:
    """The account keys of each file that lists companies, for the people who share its rows."""
    by_file, position = {}, 0
    for part in own:
        here = keys[position : position + part.table.num_rows]
        position += part.table.num_rows
        if not part.is_aside:
            by_file[part.path] = pa.array(here, pa.string())
    return by_file


def _with_ids_cleaned(table: pa.Table) -> pa.Table:
    """Ids of one company or deal out of cells such as ``Acme (5551)`` or ``1;2``."""
    for name in ("account_id", "deal_id", "contact_id"):
        if name in table.column_names:
            column = table.column(name)
            if pc.any(pc.or_(pc.match_substring(column, ";"), pc.match_substring(column, "("))).as_py():
                cleaned = Cells.of(column).mapped(first_id, pa.string())
                table = table.set_column(table.column_names.index(name), name, cleaned)
    return table


def _counted_once(
    wanted: CrmObject, parts: Sequence[Part], tables: list[pa.Table], ledger: Ledger
) -> list[pa.Table]:
    """The files' tables of one object: invoices that two exports tell once, rows of people with the key of each person."""
    if wanted is CrmObject.INVOICE:
        return _sold_once(parts, tables, ledger)
    return people_known(parts, tables, ledger) if wanted is CrmObject.CONTACT and parts else tables


def _sold_once(parts: Sequence[Part], tables: Sequence[pa.Table], ledger: Ledger) -> list[pa.Table]:
    """The invoices with those that two exports tell counted once; the rows of files of invoices are merged."""
    once = without_told_twice(parts, tables)
    ledger.findings.extend(once.findings)
    for part, told, left in zip(parts, tables, once.tables, strict=True):
        is_row = part.understood.object is CrmObject.INVOICE
        ledger.merged[part.path] += told.num_rows - left.num_rows if is_row else 0
    return once.tables


def _note_nowhere(tables: Mapping[CrmObject, pa.Table], ledger: Ledger) -> None:
    """Of each object, how many rows are of no company, be it by the person that they name."""
    for wanted, table in tables.items():
        nowhere = table.column("account_key").null_count
        if nowhere:
            message = f"{nowhere:,} of {table.num_rows:,} {wanted} rows name no company, and count for none."
            ledger.findings.append(Finding(NO_COMPANY, message, nowhere))


def _with_outcomes(deals: pa.Table, settings: Settings) -> pa.Table:
    """The deals with their outcome, settled once for all deals of which the same is known."""
    evidence = [deals.column(name) for name in EVIDENCE if name in deals.column_names]
    evidence += [pc.is_valid(deals.column(name)) for name in EVIDENT_IF_FILLED if name in deals.column_names]
    distinct = distinct_rows(evidence, deals.num_rows)
    settled = outcomes(deals.take(distinct.firsts), settings.stages)
    return deals.append_column("outcome", settled.take(distinct.places))


def _through_people(rows: pa.Table, contacts: pa.Table) -> pa.Table:
    """The rows with the company of the person they name, where they name no company themselves."""
    if "contact_id" not in rows.column_names or "contact_id" not in contacts.column_names:
        return rows
    pairs = zip(*(contacts.column(n).to_pylist() for n in ("contact_id", "account_key")), strict=True)
    companies = {person: key for person, key in sorted(pairs, key=str) if person and key}
    found = pa.array([companies.get(p) for p in rows.column("contact_id").to_pylist()], pa.string())
    place = rows.column_names.index("account_key")
    return rows.set_column(place, "account_key", pc.coalesce(rows.column("account_key"), found))


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


__all__ = ["joined"]
