"""Files to canonical tables: read, understood, joined, accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.errors import DataError
from icpcli.load.companies.ids import with_ids_found
from icpcli.load.companies.links import NAMED, deal_contacts
from icpcli.load.companies.names import names_in, with_names_as_text
from icpcli.load.fields.columns import check_overrides, with_meanings
from icpcli.load.fields.contacts_beside import with_people_apart
from icpcli.load.fields.months import with_months_as_rows
from icpcli.load.fields.persons import CALLED, with_names_cut
from icpcli.load.fields.understood import check_followed, understand_all
from icpcli.load.fields.years import with_years_summed
from icpcli.load.files.month_first import with_own_habits
from icpcli.load.files.read import read_exports
from icpcli.load.joined import joined
from icpcli.load.notices import cells_not_read, notices
from icpcli.load.readings import readings_of
from icpcli.load.sales.closings import with_customers_lost, with_won_closings
from icpcli.load.sales.discounts import with_discounts_off
from icpcli.load.sales.endings import with_notice_apart
from icpcli.load.sales.order_lines import with_whole_orders
from icpcli.load.sales.payments import without_payments
from icpcli.load.sales.quantities import with_whole_amounts
from icpcli.load.sales.quotes import with_answers
from icpcli.load.sales.returned import with_returns
from icpcli.load.sales.stripe_objects import in_whole_units, without_tests
from icpcli.load.sales.unsold import without_unsold
from icpcli.load.tables.as_of import latest_past_event
from icpcli.load.tables.currencies import in_one_currency
from icpcli.load.tables.derived import sector_readings, with_sectors
from icpcli.load.tables.ledger import Ledger
from icpcli.load.tables.parts import Part, parts_of
from icpcli.load.tables.repeats import IDS, canonical
from icpcli.load.tables.sheet_names import with_names_heard
from icpcli.load.tables.until import parts_until
from icpcli.load.texts.habits import habit_of
from icpcli.load.texts.spellings import in_usual_spelling
from icpcli.model.common import CrmObject, silent
from icpcli.model.tables import Exports

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from icpcli.load.fields.understood import Understood
    from icpcli.load.files.memory import Export
    from icpcli.model.common import Progress
    from icpcli.settings import Settings

PERSONAL_FIELDS = ("email", "full_name", NAMED, CALLED)


def load_exports(paths: Sequence[Export], settings: Settings, on_progress: Progress = silent) -> Exports:
    """Every export in these files and folders as canonical tables.

    Raises InputError where a file cannot be read, SettingsError where a ``--column`` names nothing, and
    DataError where no file has a column that names a company.
    """
    on_progress("Reading exports")
    raws, findings = read_exports(paths, habit_of(settings.language))
    raws = tuple(with_own_habits(raws))
    check_overrides(raws, settings.columns)
    on_progress("Understanding columns")
    raws = tuple(with_people_apart(raws, settings.columns))
    raws = tuple(with_years_summed(with_months_as_rows(raws, settings.columns), settings.columns))
    heard = with_meanings(with_names_heard(raws, settings.columns), settings.values)
    understood = understand_all(heard, settings.columns, row_per_company=settings.row_per_company)
    check_followed(understood, settings.columns)
    _require_companies(understood)
    identified, noticed = with_ids_found(understood, settings.columns)
    quotes = with_answers(with_names_as_text(identified), settings.stages)
    closed = with_customers_lost(with_won_closings(quotes.files, settings.stages))
    units = in_whole_units(closed)
    money = in_one_currency(units.files, settings)
    files = money.files
    ledger = Ledger([*findings, *noticed, *quotes.findings, *units.findings, *money.findings])
    parts = parts_until(_sold(parts_of(files), ledger), settings.as_of, ledger.dropped)
    on_progress("Joining companies")
    tables = joined(parts, settings, ledger)
    links = deal_contacts(tables)
    spelled = in_usual_spelling(tables, readings_of(files))
    accounts = with_sectors(spelled.tables[CrmObject.ACCOUNT], parts)
    tables = {**spelled.tables, CrmObject.ACCOUNT: accounts}
    event = latest_past_event(tables, settings.as_of)
    return Exports(
        tables={o: _in_order(_impersonal(with_names_cut(t)), o) for o, t in sorted(tables.items())},
        deal_contacts=links,
        sources=ledger.sources(files),
        readings=(*spelled.readings, *sector_readings(accounts, parts)),
        rejects=(*(r for file in files for r in file.raw.rejects), *cells_not_read(files)),
        findings=(*ledger.findings, *notices(files, tables), *spelled.findings, *event.findings),
        as_of=event.as_of,
        names=names_in(files, tables),
    )


def _sold(parts: Sequence[Part], ledger: Ledger) -> list[Part]:
    """The parts with what was sold, in whole and once; what was not is in the ledger."""
    billed = with_discounts_off(parts)
    orders = with_whole_orders(billed.parts)
    returned = with_returns(without_tests(orders.parts, ledger.dropped))
    unpaid = without_payments(returned.parts, ledger.dropped)
    whole = with_whole_amounts(unpaid.parts)
    for step in (billed, orders, returned, unpaid, whole):
        ledger.findings.extend(step.findings)
    return without_unsold(with_notice_apart(whole.parts), ledger.dropped)


def _require_companies(files: Sequence[Understood]) -> None:
    if any(file.object not in {CrmObject.OTHER, CrmObject.ROLE, CrmObject.COST} for file in files):
        return
    headers = ", ".join(dict.fromkeys(h for file in files for h in file.raw.headers[:12] if h))
    raise DataError(
        f"{files[0].raw.path} has no column that names a company.",
        (
            "Looked for: company name, account name, account id, domain, customer, Nom de l'entreprise, ...",
            f"It has: {headers}",
            'If one of these is it, say so: --column account.name="THAT COLUMN"',
            "If none is, and every row is a company of its own: --row-per-company",
        ),
    )


def _in_order(table: pa.Table, wanted: CrmObject) -> pa.Table:
    """Companies and people in an order that does not depend on the files'; of events, only sums and dates are asked."""
    if wanted not in {CrmObject.ACCOUNT, CrmObject.CONTACT}:
        return table
    return canonical(table, ("account_key", IDS.get(wanted, "")))


def _impersonal(table: pa.Table) -> pa.Table:
    """The table without what names a person: it has served to join and is needed no more."""
    return table.drop_columns([n for n in PERSONAL_FIELDS if n in table.column_names])
