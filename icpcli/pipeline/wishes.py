"""What the user asks for in the words of the export, in those that the book has."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from icpcli.cluster.constraints import CHOICE
from icpcli.load.countries import country_name
from icpcli.model.common import Kind
from icpcli.model.spelling import same_word
from icpcli.model.strict import meant
from icpcli.pipeline.sources import account_readings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from icpcli.model.tables import Exports
    from icpcli.settings import Settings

OF_WORDS = frozenset({Kind.CATEGORY, Kind.BOOLEAN})


def in_the_books_words(settings: Settings, exports: Exports, fields: Collection[str]) -> Settings:
    """The settings with headers for fields, and spellings for values, turned into what the book calls them.

    ``fields`` are those of the book. "Pays=USA" is as good as "country=United States" where that header holds countries.
    Numbers are left as they are written; so is what is no header and no spelling, to be refused where it is followed.
    """
    words = _Words.of(exports, fields)
    return dataclasses.replace(
        settings,
        require=tuple(words.choice(text) for text in settings.require),
        forbid=tuple(words.choice(text) for text in settings.forbid),
        attribute=tuple(words.field(name) for name in settings.attribute),
        ignore=tuple(words.field(name) for name in settings.ignore),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Words:
    """The book's fields, the field that each header holds, and for each field the value that each spelling means."""

    fields: tuple[str, ...]
    headers: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, exports: Exports, fields: Collection[str]) -> _Words:
        """What the columns of companies were read as."""
        headers: dict[str, str] = {}
        values: dict[str, dict[str, str]] = {}
        for reading in account_readings(exports):
            field = reading.field or reading.header
            if field not in fields:
                continue
            headers.setdefault(reading.header, field)
            meanings = values.setdefault(field, {})
            for value, spelled in reading.values.items() if reading.kind in OF_WORDS else ():
                for spelling in spelled:
                    meanings.setdefault(same_word(spelling), value)
        return cls(tuple(sorted(fields)), headers, values)

    def field(self, name: str) -> str:
        """The field that is meant by a name or a header."""
        if meant(name, self.fields) is not None:
            return name
        header = meant(name, tuple(self.headers))
        return name if header is None else self.headers[header]

    def choice(self, text: str) -> str:
        """FIELD, FIELD=VALUE, FIELD>=N ... in the book's words."""
        parts = CHOICE.fullmatch(text)
        if parts is None:
            return self.field(text)
        field, value = self.field(parts["name"].strip()), parts["value"].strip()
        meanings = self.values.get(meant(field, self.fields) or field, {})
        known = {same_word(meaning) for meaning in meanings.values()}
        if parts["sign"] == "=" and same_word(value) not in known:
            is_country = meant(field, self.fields) == "country"
            value = meanings.get(same_word(value), country_name(value) if is_country else value)
        return f"{field}{parts['sign']}{value}"
