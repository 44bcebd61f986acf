"""What the user asks for in the words of the export, in those that the book has."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from icpcli.cluster.constraints import CHOICE
from icpcli.errors import SettingsError
from icpcli.load.texts.countries import country_name
from icpcli.model.common import Kind
from icpcli.model.spelling import same_word
from icpcli.model.strict import meant
from icpcli.pipeline.sources import account_readings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from icpcli.model.tables import Exports
    from icpcli.settings import Settings

# What customers are judged by: a rule about it would be the answer, and nobody knows it of a company never met.
OUTCOMES = frozenset(
    "mrr arr amount contract_value total_revenue acquisition_cost churned_on has_churned is_active customer_since nps satisfaction "
    "referrals is_reference would_recommend has_review has_case_study".split()
)
OF_WORDS = frozenset({Kind.CATEGORY, Kind.BOOLEAN})


def in_the_books_words(settings: Settings, exports: Exports, fields: Collection[str]) -> Settings:
    """The settings with headers for fields, and spellings for values, turned into what the book calls them.

    ``fields`` are those of the book. "Pays=USA" is as good as "country=United States" where that header holds countries.
    Numbers are left as they are written; so is what is no header and no spelling, to be refused where it is followed.
    Raises SettingsError where an outcome is to choose companies.
    """
    words = _Words.of(exports, fields)
    return dataclasses.replace(
        settings,
        require=tuple(words.choice(text, "--require") for text in settings.require),
        forbid=tuple(words.choice(text, "--forbid") for text in settings.forbid),
        attribute=tuple(words.field(name, "--attribute") for name in settings.attribute),
        ignore=tuple(words.field(name) for name in settings.ignore),
    )


def in_the_books_word(name: str, exports: Exports, fields: Collection[str]) -> str:
    """The field that a header of the export holds; a name that is none stays as it is."""
    return _Words.of(exports, fields).field(name)


@dataclasses.dataclass(frozen=True, slots=True)
class _Words:
    """The book's fields, the field that each header holds, the outcomes likewise, and what each spelling of a field means."""

    fields: tuple[str, ...]
    headers: Mapping[str, str]
    outcomes: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, exports: Exports, fields: Collection[str]) -> _Words:
        """What the columns of companies were read as."""
        headers: dict[str, str] = {}
        values: dict[str, dict[str, str]] = {}
        outcomes: dict[str, str] = {}
        for reading in account_readings(exports):
            field = reading.field or reading.header
            if field not in fields:
                outcomes |= dict.fromkeys((reading.header, field), field) if field in OUTCOMES else {}
                continue
            headers.setdefault(reading.header, field)
            meanings = values.setdefault(field, {})
            for value, spelled in reading.values.items() if reading.kind in OF_WORDS else ():
                for spelling in spelled:
                    meanings.setdefault(same_word(spelling), value)
        return cls(tuple(sorted(fields)), headers, outcomes, values)

    def field(self, name: str, flag: str = "") -> str:
        """The field that is meant by a name or a header; no outcome where a ``flag`` is to be followed by it."""
        if meant(name, self.fields) is not None:
            return name
        header = meant(name, tuple(self.headers))
        if header is not None:
            return self.headers[header]
        outcome = meant(name, tuple(self.outcomes))
        if flag and outcome is not None:
            raise SettingsError(
                f"{flag} {name}: {self.outcomes[outcome].replace('_', ' ')} is an outcome, by which customers are judged, "
                "and a profile says who is good before that is known.",
                (f"It takes what describes companies: {', '.join(self.fields)}.",),
            )
        return name

    def choice(self, text: str, flag: str) -> str:
        """FIELD, FIELD=VALUE, FIELD>=N ... in the book's words."""
        parts = CHOICE.fullmatch(text)
        if parts is None:
            return self.field(text, flag)
        field, value = self.field(parts["name"].strip(), flag), parts["value"].strip()
        meanings = self.values.get(meant(field, self.fields) or field, {})
        known = {same_word(meaning) for meaning in meanings.values()}
        if parts["sign"] == "=" and same_word(value) not in known:
            is_country = meant(field, self.fields) == "country"
            value = meanings.get(same_word(value), country_name(value) if is_country else value)
        return f"{field}{parts['sign']}{value}"
