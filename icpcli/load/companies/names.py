"""Who is named in the exports: the words of persons' names and addresses, and the names of companies.

Nothing of it is ever shown; it serves to keep names out of the words that people are quoted with, and to know a column that
holds people by name though its header does not say so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.companies.identity import normalised_name
from icpcli.load.fields.persons import FORMS_OF_ADDRESS
from icpcli.load.texts.cells import Cells, blank_to_null
from icpcli.load.texts.headers import fold_header, is_personal, is_surname
from icpcli.model.common import CrmObject, Kind
from icpcli.model.fields import FIELDS
from icpcli.model.spelling import fold
from icpcli.model.tables import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from icpcli.load.fields.columns import Column
    from icpcli.load.fields.understood import Understood

# Personal columns whose words are those of a street or a form of address, and no name.
NO_NAMES = re.compile(
    r"\b(address|adresse|direccion|anschrift|street|rue|strasse|calle|phone|telephone|mobile|fax|salutation|civilite|anrede|"
    r"gender|sexe|birth\w*|naissance|linked ?in|twitter|facebook)\b"
)
OF_PEOPLE = frozenset({"full_name", "email", "owner", "contact_names"})
TEXT_FIELDS = frozenset(
    "notes description won_reason lost_reason nps_comment body".split()
)  # those that people are quoted from
REACHES = r"\w@\w|(?:^|[^\d])(?:\+\d{1,3}[ .-]?\(?\d|0\d)(?:[ .-]?\d{2}){4}(?:[^\d]|$)"
SHORTEST = 2
NAME_WORDS = (2, 4)
MOSTLY_NAMED = 0.8  # of a column's distinct values
WORD = re.compile(r"[^\W\d_]+")


def names_in(files: Sequence[Understood], tables: Mapping[CrmObject, pa.Table]) -> Names:
    """The names in these files; none where no file has text that people could be quoted from."""
    if not any(column.field in TEXT_FIELDS for file in files for column in file.columns):
        return Names(frozenset(), frozenset())
    people = _words_of_people(files)
    accounts = tables[CrmObject.ACCOUNT]
    called = accounts.column("name").to_pylist() if "name" in accounts.column_names else []
    companies = {tuple(_words(normalised_name(name))) for name in called if name}
    return Names(people, frozenset(companies - {()}))


def with_names_as_text(files: Sequence[Understood]) -> list[Understood]:
    """The files, a column of their own that holds people by name read as text: masked, and no trait of a company.

    Its header says nothing of people ("Went there last"); its values are all made of words that stand in a column of
    names in these files, two or more in each or one with initials, or begin with a form of address. Or it is called "Nom" beside
    a column of first names.
    """
    suspects = [c for file in files for c in file.columns if _may_name(c)]
    people = _words_of_people(files) if suspects else frozenset[str]()
    named = {c for c in suspects if _share_of(c, lambda words: _are_names(words, people)) >= MOSTLY_NAMED}
    named |= {c for file in files for c in _surnames(file)}
    return [
        replace(
            file, columns=tuple(_as_text(c) if c in named else _without_addresses(c) for c in file.columns)
        )
        for file in files
    ]


def _without_addresses(column: Column) -> Column:
    """A column of words without the cells that hold an e-mail address or a telephone number: they reach somebody."""
    if column.typed.kind is not Kind.CATEGORY or column.object is CrmObject.ACTIVITY:
        return column
    cells = Cells.of(column.typed.array)
    reaches = pc.fill_null(cells.placed(pc.match_substring_regex(cells.values, REACHES)), fill_value=False)
    count = pc.sum(reaches).as_py() or 0
    if not count:
        return column
    array = pc.if_else(reaches, pa.scalar(None, pa.string()), cells.texts())
    why = f"{column.why}; {count:,} cells hold an address or a number of somebody and were left out"
    return replace(column, why=why, typed=replace(column.typed, array=array))


def _surnames(file: Understood) -> list[Column]:
    return [c for c in file.columns if c.field is None and is_surname(c.header, file.raw.headers)]


def _may_name(column: Column) -> bool:
    return (
        column.field is None
        and column.typed.kind is Kind.CATEGORY
        and _share_of(column, lambda words: NAME_WORDS[0] <= len(words) <= NAME_WORDS[1]) >= MOSTLY_NAMED
    )


def _share_of(column: Column, holds: Callable[[list[str]], bool]) -> float:
    """The share (0-1) of the distinct values whose words, initials among them, are so."""
    values = pc.drop_null(pc.unique(column.typed.array)).to_pylist()
    return sum(holds(WORD.findall(fold(value))) for value in values) / len(values) if values else 0.0


def _are_names(words: Sequence[str], people: frozenset[str]) -> bool:
    spelled = {word for word in words if len(word) >= SHORTEST}
    return _is_addressed(words) or (bool(spelled) and spelled <= people)


def _is_addressed(words: Sequence[str]) -> bool:
    return len(words) > 1 and words[0] in FORMS_OF_ADDRESS and len(words[1]) > SHORTEST


def _as_text(column: Column) -> Column:
    why = "its values name people: not used"
    return replace(column, typed=replace(column.typed, kind=Kind.TEXT), why=why)


def _words_of_people(files: Sequence[Understood]) -> frozenset[str]:
    return frozenset(word for text in _personal_texts(files) for word in _words(text.partition("@")[0]))


def _personal_texts(files: Sequence[Understood]) -> Iterable[str]:
    for file in files:
        named = {c.index for c in file.columns if c.field in OF_PEOPLE and c.field in FIELDS[c.object]}
        for index, header in enumerate(file.raw.headers):
            personal = is_personal(header) and not NO_NAMES.search(fold_header(header))
            if index in named or personal:
                yield from blank_to_null(file.raw.column(index)).distinct


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(fold(text)) if len(word) >= SHORTEST]


__all__ = ["names_in", "with_names_as_text"]
