"""What ``icp score`` does once its words are read; returns the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from icpcli.cli.asked import Format, chosen_format, read_settings
from icpcli.cli.shell import Exit
from icpcli.model.common import CrmObject
from icpcli.model.fields import FIELDS
from icpcli.output import ensure_apart, ensure_named_as_text, ensure_writable
from icpcli.pipeline.score import score as pipeline
from icpcli.report import scored as report
from icpcli.store import read_profile
from icpcli.wording import column_flag

if TYPE_CHECKING:
    from icpcli.cli.asked import Asked
    from icpcli.cli.shell import Shell
    from icpcli.model.profile import Derivation
    from icpcli.pipeline.score import Scored
    from icpcli.settings import Settings

FORMATS = (Format.CSV, Format.TERMINAL, Format.MARKDOWN, Format.JSON)
SUFFIXES = {Format.JSON: ".json", Format.MARKDOWN: ".md", Format.TERMINAL: ".txt"}
SCREEN_ROWS = 20


def score(shell: Shell, asked: Asked, *, hypothesis: bool) -> Exit:
    """Score the rows of one file and write them with the fields appended; the summary goes to stderr."""
    chosen = _format(asked)
    if asked.output is not None:
        ensure_writable(asked.output)
        ensure_apart(asked.output, asked.paths[0], "the file to be read")
        ensure_apart(asked.output, asked.profile, "the profile")
        ensure_named_as_text(asked.output, SUFFIXES.get(chosen, ".csv"))
    saved = read_profile(asked.profile)
    settings = _settings(saved, asked)
    shell.progress("Scoring companies")
    named = chosen in {Format.TERMINAL, Format.MARKDOWN}
    result = pipeline(
        saved,
        asked.paths[0],
        asked.flags.get("columns", {}),
        settings=settings,
        hypothesis=hypothesis,
        named=named,
    )
    notes = _notes(result)
    if chosen is Format.CSV:
        shell.emit_bytes(report.appended(result.prospects, result.scores), asked.output)
    elif chosen is Format.JSON:
        shell.emit(report.rows_json(result.prospects, result.scores, notes), asked.output)
    else:
        from icpcli.cli import render  # noqa: PLC0415  the other reports load pandas, which a million rows can do without

        document = report.of_scores(saved, result.prospects, result.scores, notes, SCREEN_ROWS)
        shell.emit(render.document_text(document, (), chosen, asked.output), asked.output)
    for note in notes:
        shell.say(note)
    shell.say(report.summary(result.scores.counts(), result.prospects))
    return Exit.DONE


def _settings(saved: Derivation, asked: Asked) -> Settings:
    """The settings, with the user's columns checked but for those of the profile's own fields, which no setting can know."""
    own = {f"account.{report.field}" for report in saved.fields}
    own -= {f"account.{field}" for field in FIELDS[CrmObject.ACCOUNT]}
    given: dict[str, str] = asked.flags.get("columns", {})
    read_settings(asked.config, {**asked.flags, "columns": {t: h for t, h in given.items() if t not in own}})
    return read_settings(asked.config, {})


def _format(asked: Asked) -> Format:
    """What was asked for, else by the suffix; else a table on a terminal, and the rows in a pipe or a file."""
    if asked.format is None and asked.output is None and not sys.stdout.isatty():
        return Format.CSV
    if asked.format is None and asked.output is not None:
        named = {".json": Format.JSON, ".md": Format.MARKDOWN}
        return named.get(asked.output.suffix.lower(), Format.CSV)
    return chosen_format(asked.format, asked.output, FORMATS)


def _notes(result: Scored) -> list[str]:
    """What a reader of the scores must know of the file."""
    prospects = result.prospects
    path = prospects.raw.path
    notes = []
    if result.missing:
        notes.append(
            f"{path} has no column for {', '.join(result.missing)}: unknown for every row "
            f"({column_flag(result.missing[0])} names one)."
        )
    notes += [*prospects.notes, *result.notes]
    if prospects.originals is None:
        notes.append(
            f"{path} is no plain text whose records can be kept as they are: the rows are written as CSV in UTF-8."
        )
    taken = [name for name in report.NAMES if name in prospects.raw.headers]
    if taken:
        notes.append(
            f"{path} has {', '.join(taken)} already; the new columns are called {', '.join(report.new_names(prospects.raw.headers))}."
        )
    return notes
