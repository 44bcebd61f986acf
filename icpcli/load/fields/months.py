"""Tables with a column for each month (MRR, sales, spend), to tables with a row for each: what a spreadsheet of revenue is."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.fields.columns import columns_of
from icpcli.load.fields.objects import (
    AMOUNTS,
    LINES_OF_A_BUDGET,
    OF_ADS,
    SPENT,
    SPENT_ON,
    says_spending,
    title_of,
)
from icpcli.load.files.footers import is_total
from icpcli.load.files.unfolded import alone, unfolded, without_columns
from icpcli.load.texts.dates import month_number
from icpcli.load.texts.headers import fold_header, unit_of
from icpcli.load.texts.values import read_as
from icpcli.model.common import CrmObject, Kind
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from icpcli.load.files.read import RawTable

BY_MONTH = "/months"
FEWEST_MONTHS = 6
MOSTLY_NUMBERS = 0.9
FEWEST_CHANNELS = 2  # columns beside the months of a table with a column for each
ROWS_OF_MONTHS = frozenset("month months mois monat mes periode period".split())
NO_CHANNELS = (
    AMOUNTS
    | OF_ADS
    | SPENT
    | (SPENT_ON - {"salon", "salons", "event", "events", "messe", "feria"})
    | {"budget"}
)
RATE = re.compile(
    r"\b(?:cp[acmlv]|cac|roi|roas|leads?|contacts?|clients?|customers?|deals?|ventes?|sales|revenues?|ca|per|par|taux|rate|prevu|planned)\b"
)
STEADY = 0.5  # of the months that follow another bring the same amount: a subscription, not sales
SPEND = "Spend"
KEYS = {"account_id": "Account ID", "name": "Account name"}

YEAR_THEN_MONTH = re.compile(r"\b(?P<year>20\d\d) ?m?(?P<month>0?[1-9]|1[0-2])(?: (?:0?1|2[89]|3[01]))?\b")
MONTH_THEN_YEAR = re.compile(r"\b(?P<month>0?[1-9]|1[0-2]) (?P<year>20\d\d)\b")
DAY_FIRST = re.compile(r"\b(?:0?1|2[89]|3[01]) (?P<month>0?[1-9]|1[0-2]) (?P<year>20\d\d)\b")
MONTH_FIRST = re.compile(r"\b(?P<month>0?[1-9]|1[0-2]) (?:0?1|2[89]|3[01]) (?P<year>20\d\d)\b")
NAMED = re.compile(r"\b(?P<name>[a-z]{3,10}) ?(?P<year>20\d\d|\d\d)\b")
BARE_MONTH = re.compile(r"[a-z]{3,10}")
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
ORDERS = ((DAY_FIRST, MONTH_FIRST), (MONTH_FIRST, DAY_FIRST))  # of 01/03/2024 alone nothing tells
BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
NO_UNIT = unit_of("x")

# What the figures are, by the header of the column that is made of them; orders and subscriptions may be counted.
MEASURES = {
    "ARR": re.compile(r"\b(arr|annual recurring)\b"),
    "MRR": re.compile(r"\b(mrr|recurring|recurrents?|mensualites?)\b"),
    "Amount": re.compile(
        r"\b(revenues?|sales|ca|chiffre d affaires|turnover|invoice[ds]?|invoicing|billed|billing|factures?|facturation|umsatz|umsatze|ventas|"
        r"ventes|amounts?|montants?|paid|payments?)\b"
    ),
}


@dataclass(frozen=True, slots=True)
class _Months:
    """The columns of one measure, by place, each with its month; ``rest``: the words their headers share."""

    columns: Mapping[int, date]
    rest: str


def with_months_as_rows(tables: Sequence[RawTable], overrides: Mapping[str, str]) -> list[RawTable]:
    """The tables; of one with a column for each month, those columns as a table of their own, a row for each month with a figure.

    Only where they are money: MRR, ARR or sales of companies, or spend of channels; the path of what is made ends in "/months".
    """
    return [part for table in tables for part in _apart(_with_channels_as_rows(table), overrides)]


def _apart(table: RawTable, overrides: Mapping[str, str]) -> list[RawTable]:
    for months in _months_of(table.headers, year_named(table.path)):
        keys = _keys_of(table, months, overrides)
        measure = _measure(table, months, keys) if keys else None
        if measure:
            in_order = sorted(months.columns.items(), key=lambda pair: pair[1])
            figures = [(month.isoformat(), index) for index, month in in_order]
            rows = unfolded(table, keys, ("Month", measure + _unit(table, months)), figures)
            path = table.path + BY_MONTH
            says_more = measure != SPEND and len(table.headers) > len(months.columns) + len(keys)
            if says_more:
                return [without_columns(table, months.columns), alone(rows, path)]
            return [replace(rows, path=path)]
    return [table]


def _with_channels_as_rows(table: RawTable) -> RawTable:
    """A row for each figure of a table of spend that has a row for each month and a column for each channel; others stay.

    Only of files named as spend of which every other column is figures, and none is called an amount, a measure of ads, a channel or a rate.
    """
    words = [fold_header(header) for header in table.headers]
    dated = [i for i, word in enumerate(words) if word in ROWS_OF_MONTHS]
    others = [i for i, word in enumerate(words) if i not in dated and not is_total(table.headers[i])]
    if not says_spending(table.path) or len(dated) != 1 or len(others) < FEWEST_CHANNELS:
        return table
    if any(words[i] in NO_CHANNELS or RATE.search(words[i]) or not words[i] for i in others):
        return table
    figures = [read_as(table.column(i), Kind.MONEY, habit=table.habit) for i in others]
    if any(figure.unreadable or len(figure.array) == figure.array.null_count for figure in figures):
        return table
    return unfolded(
        table, {"Month": dated[0]}, ("Channel", SPEND), [(table.headers[index], index) for index in others]
    )


def year_named(path: str) -> int | None:
    """The one year that a file's path names, its sheet's too: "Budget marketing 2024.csv"; None for none or several."""
    years = set(YEAR.findall(title_of(path)))
    return int(years.pop()) if len(years) == 1 else None


def bare_months(headers: Sequence[str]) -> dict[int, int]:
    """The columns whose headers are no more than a month's name ("Janv", "Févr."), with its number; empty for fewer than half a year."""
    words = [words_of(header) for header in headers]
    found = {i: month_number(word) for i, word in enumerate(words) if BARE_MONTH.fullmatch(word)}
    found = {index: month for index, month in found.items() if month}
    return found if FEWEST_MONTHS <= len(found) == len(set(found.values())) else {}


def _months_of(headers: Sequence[str], year: int | None) -> list[_Months]:
    """The columns that name a month, by the other words of their headers; those of most months first.

    Bare names of months are those of ``year``.
    """
    bare = bare_months(headers)
    readings = [
        [_Months({i: date(year, month, 1) for i, month in bare.items()}, "")] if year and bare else []
    ]
    for order in ORDERS:
        found: dict[str, dict[int, date]] = defaultdict(dict)
        for index, header in enumerate(headers):
            month = _month_in(words_of(header), order)
            if month is not None:
                found[month[1]][index] = month[0]
        readings.append([_Months(columns, rest) for rest, columns in sorted(found.items())])
    clearest = max(readings, key=lambda groups: sum(len(set(g.columns.values())) for g in groups))
    enough = [
        g
        for g in clearest
        if len(set(g.columns.values())) == len(g.columns) and len(g.columns) >= FEWEST_MONTHS
    ]
    return sorted(enough, key=lambda g: (-len(g.columns), g.rest))


def _month_in(text: str, order: Sequence[re.Pattern[str]]) -> tuple[date, str] | None:
    """The first day of the month that a header's words name, and its other words; None where it names none."""
    for pattern in (YEAR_THEN_MONTH, *order, MONTH_THEN_YEAR, NAMED):
        match = pattern.search(text)
        if match is None:
            continue
        parts = match.groupdict()
        month = month_number(parts["name"]) if "name" in parts else int(parts["month"])
        if month:
            year = int(parts["year"])
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            return date(year if year >= 2000 else 2000 + year, month, 1), " ".join(rest.split())
    return None


def _keys_of(table: RawTable, months: _Months, overrides: Mapping[str, str]) -> dict[str, int]:
    """The columns that say whose figures they are, by the header each gets: companies, else channels; empty: nobody's."""
    named = columns_of(table, CrmObject.ACCOUNT, overrides, fields=frozenset(KEYS))
    companies = {KEYS[c.field]: c.index for c in named if c.field in KEYS and c.index not in months.columns}
    if companies:
        return companies
    names = SPENT_ON | LINES_OF_A_BUDGET if says_spending(table.path) else SPENT_ON
    channels = [i for i, header in enumerate(table.headers) if fold_header(header) in names]
    return {"Channel": channels[0]} if channels else {}


def _measure(table: RawTable, months: _Months, keys: Collection[str]) -> str | None:
    """What the figures are; None where they are no numbers, or nothing says that they are money."""
    figures = [
        read_as(table.column(index), Kind.MONEY, habit=table.habit)
        for _, index in sorted((month, index) for index, month in months.columns.items())
    ]
    unreadable = sum(f.unreadable for f in figures)
    known = sum(len(f.array) - f.array.null_count for f in figures)
    if not known or unreadable > (1 - MOSTLY_NUMBERS) * (known + unreadable):
        return None
    if "Channel" in keys:
        return SPEND
    for words in (months.rest, words_of(PurePath(table.path).stem)):
        for measure, pattern in MEASURES.items():
            if pattern.search(words):
                return measure
        if words == months.rest and words:
            return None  # "Logins 2026-01" counts something else
    amounts = np.array([pc.cast(f.array, pa.float64()).to_numpy(zero_copy_only=False) for f in figures])
    return "MRR" if _is_steady(amounts) else None


def _is_steady(amounts: np.ndarray) -> bool:
    """Whether most amounts (months, rows) are those of the month before, where both months brought any."""
    paid = (amounts > 0)[1:] & (amounts > 0)[:-1]
    return bool(paid.any()) and float((amounts[1:] == amounts[:-1])[paid].mean()) >= STEADY


def _unit(table: RawTable, months: _Months) -> str:
    """The unit that all headers name in brackets, as a header names it; "" for none."""
    units = {" ".join(BRACKETS.findall(table.headers[index])) for index in months.columns}
    unit = units.pop() if len(units) == 1 else ""
    return f" {unit}" if unit_of(f"x {unit}") != NO_UNIT else ""
