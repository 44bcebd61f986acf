"""What each command does once its words are read; returns the exit code."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import typer

from icpcli.api import Profile, derived
from icpcli.cli import render
from icpcli.cli.asked import Asked, Format, chosen_format, read_settings
from icpcli.cli.delivery import deliver
from icpcli.cli.shell import Exit, Shell
from icpcli.errors import NothingToRankError, ProfileFileError
from icpcli.model.common import Verdict
from icpcli.model.review import Checked, Decision
from icpcli.output import (
    Seen,
    ensure_apart,
    ensure_folder,
    ensure_named_as_text,
    ensure_writable,
    seen,
    write_whole,
)
from icpcli.report import github
from icpcli.report.as_csv import people_csv, rejects_csv
from icpcli.store import read_profile, refuse_to_replace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from icpcli.model.common import Finding
    from icpcli.model.profile import Derivation
    from icpcli.pipeline.personas import PersonasOfProfile
    from icpcli.settings import Settings

MOST_CHANGES = 10  # lines; git diff tells all


def derive(shell: Shell, asked: Asked) -> Exit:
    """Derive, write icp.json, print the report."""
    chosen = _ready(asked, render.CI_FORMATS, asked.profile)
    refuse_to_replace(asked.profile)
    before = seen(asked.profile)
    settings = read_settings(asked.config, asked.flags)
    earlier = _earlier(asked.profile)
    profile = _derived(shell, asked, settings)
    _save(shell, profile, asked.profile, before)
    result = profile.derivation
    if earlier is not None:
        _say_changes(shell, earlier, result)
    deliver(
        shell,
        asked,
        chosen,
        partial(render.derivation_text, result),
        github.of_derivation(result, asked.profile.as_posix()),
    )
    return _exit_of(result)


def check(shell: Shell, asked: Asked) -> Exit:
    """Derive again and compare with icp.json; write nothing but the report of what differs."""
    from icpcli.pipeline.sources import remembered_paths  # noqa: PLC0415  only --check pays for it
    from icpcli.review.difference import choices_changed, differences, exports_changed  # noqa: PLC0415  what only this needs is loaded here

    chosen = _ready(asked, render.CI_FORMATS)
    _keep_profile(asked)
    saved = read_profile(asked.profile)
    settings = read_settings(asked.config, asked.flags)
    if not asked.paths and not settings.sources:
        found = remembered_paths(saved, asked.profile.parent, "derive --check")
        asked = replace(asked, paths=tuple(found))
    result = _derived(shell, asked, settings).derivation
    checked = Checked(
        profile=str(asked.profile),
        differences=differences(saved, result),
        choices=choices_changed(saved, result),
        exports_changed=exports_changed(saved, result),
    )
    told = github.of_differences(checked.differences, asked.profile.as_posix())
    deliver(shell, asked, chosen, partial(render.check_text, checked), told)
    return Exit.DIFFERS if checked.differences else Exit.DONE


def review(shell: Shell, asked: Asked, today: date, history: Path | None) -> Exit:
    """Review the saved profile on these exports, or on those it came from; add a line to the history where asked."""
    from icpcli.pipeline.review import review as pipeline  # noqa: PLC0415  rank and inspect need no scikit-learn
    from icpcli.pipeline.sources import remembered_paths  # noqa: PLC0415  what only this needs is loaded here
    from icpcli.review.history import FILE_NAME, appended, line_of, read_history, with_trend  # noqa: PLC0415  what only this needs is loaded here

    file = history / FILE_NAME if history else None
    if history is not None:
        ensure_folder(history)
    chosen = _ready(asked, render.CI_FORMATS, file)
    _keep_profile(asked)
    saved = read_profile(asked.profile)
    before = seen(file) if file else None
    earlier, torn = read_history(file) if file else ((), ())
    choices = {name: choice for name, choice in saved.settings.items() if name != "as_of"}
    settings = read_settings(asked.config, asked.flags, choices)
    paths = asked.paths or settings.sources or remembered_paths(saved, asked.profile.parent, "review")
    found = pipeline(
        saved,
        paths,
        settings,
        base=asked.profile.parent,
        today=today,
        history=earlier,
        on_progress=shell.progress,
    )
    line = line_of(found)
    found = replace(found, findings=(*torn, *found.findings), trend=with_trend(earlier, line))
    if file is not None:
        write_whole(file, appended(file, line), expected=before)
        shell.say(f"Wrote {file}")
    told = github.of_review(found, asked.profile.as_posix())
    deliver(shell, asked, chosen, partial(render.review_text, found), told)
    needs_hands = found.decision in {Decision.REVISE, Decision.REPLACE} or found.is_overdue
    return Exit.DIFFERS if needs_hands else Exit.DONE


def personas(shell: Shell, asked: Asked, rows: Path | None) -> Exit:
    """Draw the personas of the saved profile anew and rewrite them there; derive first where there is none."""
    chosen = _ready(asked, render.DOCUMENT_FORMATS, asked.profile, rows)
    _keep_profile(asked)
    before = seen(asked.profile)
    try:
        found = _personas_of(shell, asked)
    except NothingToRankError as nothing:
        found = _people_alone(shell, asked)
        kept = f", and {asked.profile} is left as it is" if asked.profile.exists() else ""
        shell.say(f"These exports alone tell no profile{kept}: {nothing}")
    else:
        _save(shell, Profile(found.derivation, asked.profile.parent), asked.profile, before)
    if rows is not None:
        write_whole(rows, people_csv(found.rows), bom=True)
        shell.say(f"Wrote {rows}")
    shell.emit(render.personas_text(found.derivation, chosen, asked.output), asked.output)
    return _exit_of(found.derivation)


def _personas_of(shell: Shell, asked: Asked) -> PersonasOfProfile:
    """The personas of the saved profile, which is derived first where there is none."""
    from icpcli.pipeline.personas import personas_of  # noqa: PLC0415  rank and inspect need no scikit-learn
    from icpcli.pipeline.sources import remembered_paths  # noqa: PLC0415  what only this needs is loaded here

    if asked.paths and not asked.profile.exists():
        saved = _derived(shell, asked, read_settings(asked.config, asked.flags)).derivation
    else:
        saved = read_profile(asked.profile)
    settings = read_settings(asked.config, asked.flags, saved.settings)
    paths = asked.paths or remembered_paths(saved, asked.profile.parent, "personas")
    return personas_of(saved, paths, settings, on_progress=shell.progress)


def _people_alone(shell: Shell, asked: Asked) -> PersonasOfProfile:
    """The personas of exports that hold nothing to derive a profile from."""
    from icpcli.pipeline.personas import people_alone  # noqa: PLC0415  see above

    settings = read_settings(asked.config, asked.flags)
    paths = _paths(asked, settings)
    return people_alone(paths, settings, base=asked.profile.parent, on_progress=shell.progress)


def rank(shell: Shell, asked: Asked, top: int | None) -> Exit:
    """Rank the customers and print the best."""
    from icpcli.pipeline import rank as pipeline  # noqa: PLC0415  inspect needs no ranking

    chosen = _ready(asked, render.TABLE_FORMATS)
    settings = read_settings(asked.config, asked.flags)
    ranked = pipeline.rank(_paths(asked, settings), settings, on_progress=shell.progress)
    _say_findings(shell, ranked.findings)
    text = render.ranking_text(ranked, top, chosen, asked.output)
    shell.emit(text, asked.output, bom=chosen == "csv")
    return Exit.DONE


def segments(shell: Shell, asked: Asked, field: str) -> Exit:
    """Compare the groups of a field."""
    from icpcli.pipeline import rank as pipeline  # noqa: PLC0415  inspect needs no ranking

    chosen = _ready(asked, render.TABLE_FORMATS)
    settings = read_settings(asked.config, asked.flags)
    ranked = pipeline.rank(_paths(asked, settings), settings, on_progress=shell.progress)
    text = render.segments_text(ranked, field, chosen, asked.output)
    shell.emit(text, asked.output, bom=chosen == "csv")
    return Exit.DONE


def explain(shell: Shell, asked: Asked, name: str) -> Exit:
    """Explain one customer's place in the ranking."""
    from icpcli.pipeline import rank as pipeline  # noqa: PLC0415  inspect needs no ranking

    chosen = _ready(asked, render.DOCUMENT_FORMATS)
    settings = read_settings(asked.config, asked.flags)
    ranked = pipeline.rank(_paths(asked, settings), settings, on_progress=shell.progress)
    shell.emit(render.explanation_text(ranked.explanation(name), chosen, asked.output), asked.output)
    return Exit.DONE


def inspect(shell: Shell, asked: Asked, rejects: Path | None) -> Exit:
    """Show what was understood of the exports; write the rejects where asked."""
    from icpcli.pipeline.inspect import inspect as pipeline  # noqa: PLC0415  what only this needs is loaded here

    chosen = _ready(asked, render.DOCUMENT_FORMATS, rejects)
    settings = read_settings(asked.config, asked.flags)
    exports = pipeline(_paths(asked, settings), settings, shell.progress)
    if rejects is not None:
        write_whole(rejects, rejects_csv(exports.rejects), bom=True)
        shell.say(f"Wrote {rejects}")
    shell.emit(render.exports_text(exports, chosen, asked.output), asked.output)
    return Exit.DONE


def _ready(asked: Asked, formats: Sequence[Format], *targets: Path | None) -> Format:
    """The report's format, once every file to be written is known to be writable."""
    chosen = chosen_format(asked.format, asked.output, formats)
    for target in (asked.output, *targets):
        if target is not None:
            ensure_writable(target)
            for path in asked.paths:
                ensure_apart(target, path, "the export to be read")
    if asked.output is not None:
        ensure_named_as_text(asked.output, ".csv" if Format.CSV in formats else ".md")
    for target in targets:
        if target is not None:
            ensure_named_as_text(target, ".json" if target == asked.profile else ".csv")
    return chosen


def _keep_profile(asked: Asked) -> None:
    """Refuse to write a report over the profile that it is about."""
    if asked.output is not None:
        ensure_apart(asked.output, asked.profile, "the profile")


def _paths(asked: Asked, settings: Settings) -> Sequence[str]:
    paths = asked.paths or settings.sources
    if not paths:
        raise typer.BadParameter("Say which export to read: a file, a folder, or -.", param_hint="PATH")
    return paths


def _derived(shell: Shell, asked: Asked, settings: Settings) -> Profile:
    folder = asked.profile.parent
    return derived(_paths(asked, settings), settings, folder=folder, on_progress=shell.progress)


def _save(shell: Shell, profile: Profile, path: Path, before: Seen) -> None:
    profile.save(path, expected=before)
    shell.say(f"Wrote {path}")


def _earlier(path: Path) -> Derivation | None:
    """The profile that stands where one is to be written; None where there is none that can be read."""
    try:
        return read_profile(path)
    except ProfileFileError:
        return None


def _say_changes(shell: Shell, earlier: Derivation, result: Derivation) -> None:
    """What differs from the profile that was written over, for whoever derives again to see whether anything changed."""
    from icpcli.review.difference import differences  # noqa: PLC0415  what only this needs is loaded here

    lines = differences(earlier, result)
    if result.as_of < earlier.as_of:
        shell.say(
            f"These exports end on {result.as_of}, before those behind the profile that stood there ({earlier.as_of})."
        )
    if not lines:
        shell.say("Nothing differs from the profile that stood there by more than it can tell.")
        return
    shell.say("Against the profile that stood there:")
    for line in lines[:MOST_CHANGES]:
        shell.say(f"  {line}")
    if len(lines) > MOST_CHANGES:
        shell.say(f"  and {len(lines) - MOST_CHANGES} more")


def _say_findings(shell: Shell, findings: Sequence[Finding]) -> None:
    for finding in findings:
        shell.say(f"{finding.code} {finding.message}")


def _exit_of(result: Derivation) -> Exit:
    return Exit.UNSUPPORTED if result.profile.verdict is Verdict.UNSUPPORTED else Exit.DONE
