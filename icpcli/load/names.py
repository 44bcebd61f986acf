"""Who is named in the exports: the words of persons' names and addresses, and the names of companies.

Nothing of it is ever shown; it serves to keep names out of the words that people are quoted with.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icpcli.load.cells import blank_to_null
from icpcli.load.headers import fold_header, is_personal
from icpcli.load.identity import normalised_name
from icpcli.model.common import CrmObject
from icpcli.model.fields import FIELDS
from icpcli.model.spelling import fold
from icpcli.model.tables import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from icpcli.load.understood import Understood

# Personal columns whose words are those of a street or a form of address, and no name.
NO_NAMES = re.compile(
    r"\b(address|adresse|direccion|anschrift|street|rue|strasse|calle|phone|telephone|mobile|fax|salutation|civilite|anrede|"
    r"gender|sexe|birth\w*|naissance|linked ?in|twitter|facebook)\b"
)
OF_PEOPLE = frozenset({"full_name", "email", "owner"})
TEXT_FIELDS = frozenset(
    "notes description won_reason lost_reason nps_comment body".split()
)  # those that people are quoted from
SHORTEST = 2
WORD = re.compile(r"[^\W\d_]+")


def names_in(files: Sequence[Understood], tables: Mapping[CrmObject, pa.Table]) -> Names:
    """The names in these files; none where no file has text that people could be quoted from."""
    if not any(column.field in TEXT_FIELDS for file in files for column in file.columns):
        return Names(frozenset(), frozenset())
    people = {word for text in _personal_texts(files) for word in _words(text.partition("@")[0])}
    accounts = tables[CrmObject.ACCOUNT]
    called = accounts.column("name").to_pylist() if "name" in accounts.column_names else []
    companies = {tuple(_words(normalised_name(name))) for name in called if name}
    return Names(frozenset(people), frozenset(companies - {()}))


def _personal_texts(files: Sequence[Understood]) -> Iterable[str]:
    for file in files:
        named = {c.index for c in file.columns if c.field in OF_PEOPLE and c.field in FIELDS[c.object]}
        for index, header in enumerate(file.raw.headers):
            personal = is_personal(header) and not NO_NAMES.search(fold_header(header))
            if index in named or personal:
                yield from blank_to_null(file.raw.column(index)).distinct


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(fold(text)) if len(word) >= SHORTEST]


__all__ = ["names_in"]
