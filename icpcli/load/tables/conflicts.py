"""What stands for a company whose rows disagree; never what would hang on how many rows it has."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from icpcli.load.texts.values import guess_kind
from icpcli.model.common import Finding, Kind
from icpcli.model.fields import CUSTOM_PREFIX
from icpcli.model.spelling import same_word
from icpcli.wording import count, field_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DISAGREEING = "ICP139"
# What describes a company and is searched; its names, notes, ids, days, stages and figures do not.
TRAITS = frozenset(
    "industry account_type country region city channel owner employees annual_revenue founded_year".split()
)
NEAR = 2  # times the least of a company's numbers the largest may be, for it to have grown in the meantime
ROWS_ALIKE = "rows_alike"  # a column: how many rows of a file say what this one says
MOST_NAMED = 5  # columns in a finding


def settled(table: pa.Table, groups: Mapping[int, Sequence[int]], taken: Mapping[str, pa.Array]) -> pa.Table:
    """The columns ``taken`` with what stands for each company, by place, whose rows are several.

    Of a trait what more than half of the rows say that say anything, of numbers close to each other the lower middle, else
    nothing: with the first of the alphabet, or the least, companies of many rows would resemble each other. Of all
    else the most frequent, then the alphabetically or numerically first.
    """
    weights = _weights(table)
    columns = {}
    for name, array in taken.items():
        column = table.column(name).combine_chunks()
        is_trait = _is_trait(name, column)
        values: list[Any] = array.to_pylist()
        for place, votes in _votes(column, groups, weights).items():
            values[place] = _of_trait(name, votes) if is_trait else _most_frequent(votes)
        columns[name] = pa.array(values, type=column.type)
    return pa.table(columns)


def disagreements(table: pa.Table, keys: Sequence[str | None]) -> list[Finding]:
    """In which traits companies' rows disagree so that the trait is not known; ``keys``: the company of each row of the table."""
    groups: dict[str, list[int]] = defaultdict(list)
    for position, key in enumerate(keys):
        if key is not None:
            groups[key].append(position)
    several = dict(enumerate(rows for rows in groups.values() if len(rows) > 1))
    weights = _weights(table)
    companies = Counter[str]()
    for name in table.column_names if several else ():
        column = table.column(name).combine_chunks()
        if _is_trait(name, column):
            votes = _votes(column, several, weights).values()
            companies[name] = sum(bool(each) and _of_trait(name, each) is None for each in votes)
    return _told({name: several for name, several in companies.items() if several})


def _told(companies: Mapping[str, int]) -> list[Finding]:
    if not companies:
        return []
    order = sorted(companies, key=lambda name: (-companies[name], name))
    named = [
        f"{field_name(name.removeprefix(CUSTOM_PREFIX))!r} ({count(companies[name], 'company', 'companies')})"
        for name in order[:MOST_NAMED]
    ]
    more = [f"{len(order) - MOST_NAMED} more columns"] if len(order) > MOST_NAMED else []
    message = (
        f"The rows of one company disagree, and no value stands on more than half of them, in {', '.join([*named, *more])}: of these it "
        "is not known. Where that is common, a column tells more of the deal or the person on a row than of the company."
    )
    return [Finding(DISAGREEING, message, max(companies.values()))]


def _weights(table: pa.Table) -> list[int]:
    """How many rows of a file stand behind each row of a table."""
    if ROWS_ALIKE not in table.column_names:
        return [1] * table.num_rows
    return [rows or 1 for rows in table.column(ROWS_ALIKE).to_pylist()]


def _is_trait(name: str, column: pa.Array) -> bool:
    """Whether a column describes companies: one of the user's own by its values, as far as they are neither days, texts nor ids."""
    if not name.startswith(CUSTOM_PREFIX) or pa.types.is_date(column.type):
        return name in TRAITS
    return not pa.types.is_string(column.type) or guess_kind(column) is Kind.CATEGORY


def _votes(
    column: pa.Array, groups: Mapping[int, Sequence[int]], weights: Sequence[int]
) -> dict[int, Counter[Any]]:
    """For each group of rows how many say which value."""
    cells = column.to_pylist()
    found: dict[int, Counter[Any]] = {}
    for place, positions in groups.items():
        found[place] = Counter()
        for position in positions:
            if cells[position] is not None:
                found[place][cells[position]] += weights[position]
    return found


def _most_frequent(votes: Mapping[Any, int]) -> Any:
    return min(votes, key=lambda value: (-votes[value], value)) if votes else None


def _of_trait(name: str, votes: Mapping[Any, int]) -> Any:
    """What more than half say, in whatever spelling; of numbers that are near each other the lower middle; else None."""
    alike: dict[Any, Counter[Any]] = defaultdict(Counter)
    for value, times in votes.items():
        alike[same_word(value) if isinstance(value, str) else value][value] += times
    best = max(alike.values(), key=Counter.total, default=Counter[Any]())
    if 2 * best.total() > sum(votes.values()):
        return _most_frequent(best)
    return _lower_middle(votes) if name != "founded_year" and _are_near(votes) else None


def _are_near(values: Iterable[Any]) -> bool:
    numbers = [v for v in values if isinstance(v, float | Decimal)]
    return bool(numbers) and 0 < max(numbers) <= NEAR * min(numbers)


def _lower_middle(votes: Mapping[Any, int]) -> Any:
    passed = 0
    for value in sorted(votes):
        passed += votes[value]
        if 2 * passed >= sum(votes.values()):
            return value
    return None


__all__ = ["ROWS_ALIKE", "disagreements", "settled"]
