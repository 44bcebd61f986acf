"""What was understood of the exports, as an icp.toml to be corrected: every setting, with its meaning and default.

A line that begins with ``#name =`` is a setting that is not chosen; one that begins with ``# `` is prose.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from icpcli.configuration import ABOUT
from icpcli.model.common import Criterion, CrmObject
from icpcli.model.fields import ATTRIBUTES, NO_ATTRIBUTE
from icpcli.settings import DEFAULTS, Settings, toml_key
from icpcli.wording import as_of, count, values_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icpcli.model.tables import ColumnReading, Exports

FIRST = ("sources", "language", "currency", "gross_margin", "horizon_months", "discount_rate_yearly")
TABLES = ("weights", "columns", "stages", "values", "rates", "channels", "costs")  # TOML wants tables last
# For which of the exports' fields each is an example, the likeliest first.
WISHES: dict[str, tuple[str, ...]] = {
    "attribute": ("lead_status", "lifecycle_stage", "deal_stage", "times_contacted"),
    "ignore": ("owner", "channel", "account_type"),
    "forbid": ("city", "region", "country"),
}
EXAMPLES: dict[str, str] = {
    "as_of": "2026-09-30",
    "currency": '"EUR"',
    "gross_margin": "0.8",
    "attribute": '["plan"]',
    "ignore": '["owner"]',
    "require": '["employees>=50"]',
    "forbid": '["city"]',
    "retention": '"contract"',
    "churn": '"account"',
    "language": '"fr"',
}
EXAMPLE_TABLES: dict[str, list[str]] = {
    "weights": ["#[weights]", *(f"#{c} = 1" for c in Criterion)],
    "channels": ["#[channels]", '#"google / cpc" = "Paid search"'],
    "costs": ["#[[costs]]", '#channel = "Trade show"', "#amount = 12000", '#month = "2026-03"'],
}
CODE = re.compile(r"[A-Z]{3}")
MOST_STAGES = 40
MOST_WORDS = 40
TELLING = ("industry", "country", "channel")  # fields whose words are most often several for one thing


def of_exports(exports: Exports | None, sources: Sequence[str]) -> str:
    """The text of an icp.toml: ``sources`` chosen, everything else commented out; without exports, examples instead."""
    lines = [
        "# icp.toml: what icp reads beside the exports. A flag beats ICP_* in the environment beats this file."
    ]
    if exports is not None:
        read = count(sum(s.read for s in exports.sources), "row")
        lines += [
            f"# Written from {count(len(exports.sources), 'table')} with {read}. {as_of(exports.as_of)}"
        ]
    lines += [
        '# Remove the "#" in front of a setting to choose it; what stands there is its default, or an example.'
    ]
    names = [f.name for f in fields(Settings) if f.name not in {*FIRST, *TABLES}]
    for name in (*FIRST, *names):
        lines += ["", f"# {ABOUT[name]}", *_notes(name, exports), _scalar(name, exports, sources)]
    for name in TABLES:
        if name in Settings.__dataclass_fields__:
            lines += ["", f"# {ABOUT[name]}", *_table(name, exports)]
    return "\n".join(lines) + "\n"


def _scalar(name: str, exports: Exports | None, sources: Sequence[str]) -> str:
    if name == "sources":
        return f"{'' if exports else '#'}sources = {_toml(list(sources))}"
    if name == "currency" and exports is not None and (told := _currencies(exports)):
        return f"#currency = {_toml(told[0])}"
    if name == "as_of" and exports is not None:
        return f"#as_of = {exports.as_of.isoformat()}"
    if exports is not None and (some := _first(WISHES.get(name, ()), _company_fields(exports))):
        return f"#{name} = {_toml([some])}"
    return f"#{name} = {EXAMPLES.get(name) or _toml(getattr(DEFAULTS, name))}"


def _notes(name: str, exports: Exports | None) -> Iterator[str]:
    """What the exports say of a setting, as prose."""
    if exports is None:
        return
    if name == "language":
        for finding in exports.findings:
            if finding.code == "ICP124":
                yield f"# {_prose(finding.message)}"
    if name == "currency" and (told := _currencies(exports)):
        yield f"# Your exports name: {', '.join(told)}."
    if name == "attribute":
        yield f"# Fields of your companies: {_prose(', '.join(_company_fields(exports)))}."


def _table(name: str, exports: Exports | None) -> list[str]:
    """A table of settings as it could be chosen; the others than these are shown by an example."""
    of_exports = {"columns": _columns, "stages": _stages, "values": _words, "rates": _rates}
    return of_exports[name](exports) if name in of_exports else EXAMPLE_TABLES[name]


def _rates(exports: Exports | None) -> list[str]:
    """The other currencies that the exports name, to be filled in."""
    told = _currencies(exports) if exports else []
    example = "#EUR = 1.08" if told == ["USD"] else "#USD = 0.92"
    rates = [f"#{code} = 1.0" for code in told[1:]] or [example]
    return [
        *([f"# One of each, in {told[0]}: to be filled in."] if len(told) > 1 else []),
        "#[rates]",
        *rates,
    ]


def _columns(exports: Exports | None) -> list[str]:
    """Each column as it was read, as the setting that would say so; those of no field as prose."""
    if exports is None:
        return ["#[columns]", '#"account.acquisition_cost" = "Total cost"']
    by_file: dict[str, list[ColumnReading]] = defaultdict(list)
    for reading in exports.readings:
        by_file[reading.path].append(reading)
    lines, taken = ["#[columns]"], set[str]()
    for path in sorted(by_file):
        lines.append(f"# {_prose(path)}")
        for reading in by_file[path]:
            key = f"{reading.object}.{reading.field}"
            if reading.field is None or reading.why.startswith("derived"):
                lines.append(f"#   {_prose(reading.header)}: {_prose(reading.why)}")
                continue
            place = key if key not in taken else f"{path.rpartition('/')[2]}:{key}"
            if place in taken:
                continue
            taken.add(place)
            lines.append(f"#{_toml(place)} = {_toml(reading.header)}")
    return lines


def _stages(exports: Exports | None) -> list[str]:
    """The stages of the deals and how they were read; all outcomes of one that has several are named."""
    deals = exports.tables.get(CrmObject.DEAL) if exports else None
    if deals is None or "stage" not in deals.column_names:
        return ["#[stages]", '#"Closed - signed" = "won"']
    grouped = deals.select(["stage", "outcome"]).group_by(["stage", "outcome"]).aggregate([([], "count_all")])
    outcomes: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in grouped.to_pylist():
        if row["stage"] is not None:
            outcomes[row["stage"]].append((-row["count_all"], row["outcome"]))
    lines = ["#[stages]"]
    for stage in sorted(outcomes)[:MOST_STAGES]:
        read = sorted(outcomes[stage])
        told = ", ".join(f"{-n:,} {outcome}" for n, outcome in read)
        lines.append(
            f"#{toml_key(stage)} = {_toml(read[0][1])}  # {count(-sum(n for n, _ in read), 'deal')}: {told}"
        )
    return lines


def _words(exports: Exports | None) -> list[str]:
    """The words of the first telling field of companies that has some, each with its own meaning."""
    readings = exports.readings if exports else ()
    words = {r.field: r.values for r in readings if r.object is CrmObject.ACCOUNT and r.field and r.values}
    field = next((field for field in TELLING if field in words), None)
    if field is None:
        return [f"#{values_table(TELLING[0])}", '#"62.*" = "Software"', '#"Other" = ""']
    some = list(words[field])[:MOST_WORDS]
    return [f"#{values_table(field)}", *(f"#{toml_key(word)} = {_toml(word)}" for word in some)]


def _currencies(exports: Exports) -> list[str]:
    """The currencies that the exports name, the most frequent first."""
    told: dict[str, int] = defaultdict(int)
    for reading in exports.readings:
        for code in (reading.unit or "", *(reading.values if reading.field == "currency" else ())):
            if CODE.fullmatch(code):
                told[code] += 1
    return sorted(told, key=lambda code: (-told[code], code))


def _first(likely: Sequence[str], held: Sequence[str]) -> str | None:
    return next((field for field in likely if field in held), None)


def _company_fields(exports: Exports) -> list[str]:
    """The fields that can be searched, ignored, required and forbidden: what describes companies, and does not name them."""
    told = (r for r in exports.readings if r.object is CrmObject.ACCOUNT and r.kind not in NO_ATTRIBUTE)
    return sorted({r.field or r.header for r in told if r.field is None or r.field in ATTRIBUTES})


def _toml(value: Any) -> str:
    """A value as TOML; JSON's strings are TOML's, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _prose(text: str) -> str:
    """Text of an export on one line of comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
