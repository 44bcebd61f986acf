"""How a language writes what could be read two ways: 03/04 and 1.234."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icpcli.settings import Language


@dataclass(frozen=True, slots=True)
class Habit:
    """The decimal sign, and whether the month comes before the day; None = nobody said."""

    decimal: str | None = None
    month_first: bool | None = None


UNKNOWN = Habit()
# CLDR 46, numbers/symbols and dateFormats/short of each locale; "en" is that of Great Britain.
HABITS: Mapping[Language, Habit] = {
    "en": Habit(".", month_first=False),
    "en-US": Habit(".", month_first=True),
    "fr": Habit(",", month_first=False),
    "de": Habit(",", month_first=False),
    "es": Habit(",", month_first=False),
}


def habit_of(language: Language | None) -> Habit:
    """The habit of a language; unknown where the user names none."""
    return HABITS[language] if language else UNKNOWN
