"""Reports in groups: what a group is called stands on its first row, or above it, and a subtotal closes it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from icpcli.load.files.footers import is_total
from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Any text that may close a group; most tables hold none.
MAY_CLOSE = r"(?i)totals?\b|totaux|summe\b|gesamt|suma\b|\bcount\b|\bnombre\b|\banzahl\b|\bsomme\b|\bsum\b|r[ée]sultat\b|ergebnis"
COUNTS = re.compile(
    r"(?:record |row )?count|nombre(?: d'enregistrements)?|anzahl|sum|somme|resultat|result|ergebnis"
)
OF = re.compile(r"\b(?:for|of|de|du|des|pour|fur|von)\b|[:\-–]")
GROUPED_BY = re.compile(r"\b(?:by|par|nach|por)[ _]+([^\W\d_]+)", re.IGNORECASE)
FEWEST_GROUPS = 2
MOSTLY_CLOSED = 0.9  # of the groups end with a subtotal, or these are no groups
FEWEST_IN_ORDER = 4  # names in the order of the alphabet, none twice: by chance one time in 12, up or down
MOSTLY_GROUPED = (
    0.5  # of these names stand above a blank; sorted, a column that is often blank has its blanks together
)
AS_FULL = 0.8  # as the rows with names the others must be, but for the name: a record's further lines are not


@dataclass(frozen=True, slots=True)
class Groups:
    """For each row of a group but its first what the group is called, and which rows are titles and which totals.

    ``is_beside`` where rows have first cells of their own, so that the name of their group needs a column of its own.
    """

    labels: Mapping[int, str]
    titles: tuple[int, ...]
    totals: tuple[int, ...]
    is_beside: bool = False


def groups_in(firsts: Sequence[str], alone: Sequence[bool]) -> Groups | None:
    """The groups of a report by the ``firsts`` cells of its rows, in order; None where it has none.

    A row that is ``alone`` in what it says is its group's title. A company named Total closes nothing: all but a few
    groups must end with a row that is called a total, or by the group's name and that word.
    """
    return _with_names_once(firsts, alone) or _below_titles(firsts, alone)


def _with_names_once(firsts: Sequence[str], alone: Sequence[bool]) -> Groups | None:
    """Groups whose rows have blank first cells, but for the first of them, or the title above."""
    labels: dict[int, str] = {}
    titles, totals = [], []
    label, is_closed, groups, closed = "", True, 0, 0
    for row, text in enumerate(firsts):
        if not text:
            if label and not is_closed:
                labels[row] = label
        elif label and _closes(text, label) and not (is_closed and _heads_rows(firsts, row)):
            closed += not is_closed
            is_closed = True
            totals.append(row)
        else:
            label, is_closed, groups = text, False, groups + 1
            if alone[row]:
                titles.append(row)
    if not (firsts and firsts[0] and labels) or not _are_closed(closed, groups):
        return None
    return Groups(labels, tuple(titles), tuple(totals))


def _heads_rows(firsts: Sequence[str], row: int) -> bool:
    """Whether the row below has a blank first cell: behind a closed group a company named Total has rows, a grand total none."""
    return row + 1 < len(firsts) and not firsts[row + 1]


def _below_titles(firsts: Sequence[str], alone: Sequence[bool]) -> Groups | None:
    """Groups below a title each, whose rows have first cells of their own, up to the total that names the group."""
    labels: dict[int, str] = {}
    titles, totals = [], []
    label = ""
    for row, text in enumerate(firsts):
        if label and text and _closes(text, label):
            totals.append(row)
            label = ""
        elif label:
            labels[row] = label
        elif text and alone[row]:
            titles.append(row)
            label = text
        elif not titles or not is_total(text):
            return None
        else:
            totals.append(row)
    if label or not _are_closed(len(titles), len(titles)):
        return None
    return Groups(labels, tuple(titles), tuple(totals), is_beside=True)


def _are_closed(closed: int, groups: int) -> bool:
    return closed >= max(FEWEST_GROUPS, MOSTLY_CLOSED * groups)


def names_for_all(columns: Iterable[Sequence[str]], filled: Sequence[int]) -> list[list[str]]:
    """The leading columns of a pivot table that name a group on its first row alone, with the name on each row; [] for none.

    ``filled``: how many cells each row fills. The outer names stand in the order of the alphabet, none twice; the inner ones do
    within each outer group.
    """
    told: list[list[str]] = []
    outer = [0] * len(filled)
    rest = list(filled)
    for column in columns:
        named = [row for row, text in enumerate(column) if text]
        rest = [count - bool(text) for count, text in zip(rest, column, strict=True)]
        if not _name_groups(column, named, outer, rest):
            break
        outer = [bisect_right(named, row) for row in range(len(column))]
        told.append([column[named[place - 1]] for place in outer])
    return told


def _name_groups(
    column: Sequence[str], named: Sequence[int], outer: Sequence[int], rest: Sequence[int]
) -> bool:
    """Whether the texts of a column are names of groups: in order within each outer group, above blanks, the rows whole without them."""
    groups: dict[int, list[int]] = {}
    for row in named:
        groups.setdefault(outer[row], []).append(row)
    starts = [row for row, place in enumerate(outer) if not row or outer[row - 1] != place]
    blank = [row for row, text in enumerate(column) if not text]
    above_blank = sum(row + 1 < len(column) and not column[row + 1] for row in named)
    return (
        len(named) >= FEWEST_IN_ORDER
        and bool(blank)
        and above_blank >= MOSTLY_GROUPED * len(named)
        and starts == sorted(rows[0] for rows in groups.values())
        and all(_are_in_order([column[row] for row in rows]) for rows in groups.values())
        and _mean(rest, blank) >= AS_FULL * _mean(rest, named)
    )


def _are_in_order(names: Sequence[str]) -> bool:
    """Whether names stand in an order of the alphabet, with accents or without, up or down, and none twice."""
    folded = [fold(name) for name in names]
    return len(set(folded)) == len(names) and any(
        [*each] in (sorted(each), sorted(each, reverse=True)) for each in (folded, names)
    )


def _mean(counts: Sequence[int], rows: Sequence[int]) -> float:
    return sum(counts[row] for row in rows) / len(rows)


def name_of_groups(path: str) -> str:
    """What the groups of a report are, by its name: "Transaction List by Customer"."""
    match = GROUPED_BY.search(PurePath(path).stem)
    return match[1].capitalize() if match else "Group"


def _closes(text: str, label: str) -> bool:
    """Whether a row's name is that of a total, a count, or of the total of the group above it."""
    folded = fold(text)
    if is_total(text) or COUNTS.fullmatch(folded):
        return True
    rest = folded.replace(fold(label), " ", 1)
    return rest != folded and is_total(OF.sub(" ", rest).strip())


__all__ = ["MAY_CLOSE", "Groups", "groups_in", "name_of_groups", "names_for_all"]
