"""The fields that a profile asks of a list, and which of the list's columns stand for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from icpcli.errors import SettingsError
from icpcli.load.fields.columns import column_as, is_named
from icpcli.load.fields.matching import matches_of
from icpcli.load.fields.of_company import company_columns
from icpcli.load.measured import AS_WRITTEN
from icpcli.load.texts.cells import Cells
from icpcli.load.texts.headers import fold_header
from icpcli.model.common import CrmObject
from icpcli.model.fields import FIELDS
from icpcli.model.spelling import same_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.files.read import RawTable
    from icpcli.load.measured import Measure

MORE_THAN_ONE = 2
CLEARLY_MORE = 0.1  # of the rows


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field that a profile asks: its ``header`` in the export behind the profile, and whether it is a number.

    ``measure``: what its figures are compared in. ``values`` are those that the profile asks of it; ``is_yes_no`` where its export said nothing but yes and no, and ``blank``
    is the one that a blank meant there (a box not ticked), or None. ``labels``: what each of its words is known by, whatever the profile
    asks (``same_label``); empty where there were too many to be kept. ``is_list`` where its cells hold several words.
    """

    field: str
    header: str | None
    is_number: bool
    values: frozenset[str] = frozenset()
    measure: Measure = AS_WRITTEN
    is_yes_no: bool = False
    blank: str | None = None
    labels: frozenset[str] = frozenset()
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says of a list.

    ``columns`` ("OBJECT.FIELD" -> header) are its own, the ``usual`` ones those of exports, followed where they fit; ``values`` say for
    a field or a header what its words mean.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def as_in_the_export(raw: RawTable, wanted: Sequence[Wanted]) -> dict[str, str]:
    """The header that a field had in the export behind the profile is the surest that it stands under.

    A sector may have been read from an industry, whose header it then has. In a list of people it may be theirs: there a header that
    names the company is surer.
    """
    of_company = company_columns(raw.headers)
    return {
        f"account.{want.field}": want.header
        for want in wanted
        if want.field in FIELDS[CrmObject.ACCOUNT]
        and want.field != "sector"
        and want.header
        and raw.headers.count(want.header) == 1
        and raw.headers.index(want.header) in of_company.get(want.field, (raw.headers.index(want.header),))
    }


def by_their_words(raw: RawTable, wanted: Sequence[Wanted]) -> dict[str, str]:
    """Of several columns that may be a field of words (a code and its label), the one whose words the profile knows.

    A column that is named less surely comes before a surer one if it knows more by a tenth of the rows.
    """
    folded = [fold_header(header, CrmObject.ACCOUNT) for header in raw.headers]
    matches, of_company = matches_of(folded, CrmObject.ACCOUNT), company_columns(raw.headers)
    as_before = as_in_the_export(raw, wanted)
    chosen = {}
    for want in wanted:
        target = f"account.{want.field}"
        places = of_company.get(want.field) or [m.index for m in matches.get(want.field, ())]
        headers = dict.fromkeys(
            (*([as_before[target]] if target in as_before else []), *(raw.headers[i] for i in places))
        )
        if want.is_number or not want.labels or len(headers) < MORE_THAN_ONE:
            continue
        known = {header: _known_rows(raw, header, want) for header in headers}
        most = max(known.values())
        if most:
            chosen[target] = next(h for h in headers if known[h] >= most - CLEARLY_MORE * len(raw.lines))
    return chosen


def _known_rows(raw: RawTable, header: str, want: Wanted) -> int:
    """How many rows say a word under this header that the export behind the profile held."""
    typed = column_as(raw, raw.headers.index(header), FIELDS[CrmObject.ACCOUNT][want.field], want.field)
    return sum(n for text, n in Cells.of(typed.array).times().items() if same_label(text) in want.labels)


def fitting(raw: RawTable, usual: Mapping[str, str]) -> dict[str, str]:
    """The words on columns that hold for this file, too: those of a header that it has, and of no other file."""
    return {
        target: header
        for target, header in usual.items()
        if header in raw.headers and (":" not in target or is_named(raw, target.rpartition(":")[0]))
    }


def own_words(
    raw: RawTable, wanted: Sequence[Wanted], overrides: Mapping[str, str]
) -> tuple[dict[str, int], dict[str, str]]:
    """The user's words on columns of their own, which no canonical field stands for, and the other words."""
    fields = {want.field for want in wanted} - set(FIELDS[CrmObject.ACCOUNT])
    own, others = {}, {}
    for target, header in overrides.items():
        field = target.removeprefix("account.")
        if field in fields:
            if header not in raw.headers:
                raise SettingsError(
                    f"--column {target}={header}: {raw.path} has no column {header!r}.",
                    (f"There is: {', '.join(h for h in raw.headers[:30] if h)}",),
                )
            own[field] = raw.headers.index(header)
        else:
            others[target] = header
    return own, others


__all__ = ["Said", "Wanted", "as_in_the_export", "by_their_words", "fitting", "own_words"]
