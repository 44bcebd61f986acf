"""What ``icp export`` does once its words are read; returns the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.cli.shell import Exit
from icpcli.cli.use_options import Target
from icpcli.export.hubspot import hubspot_of
from icpcli.export.plan import plan_of
from icpcli.export.salesforce import salesforce_of
from icpcli.export.sql import notes_of, sql_of
from icpcli.export.table import table_of
from icpcli.output import ensure_apart, ensure_named_as_text, ensure_writable
from icpcli.pipeline.usable import require_profile
from icpcli.store import read_profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from icpcli.cli.shell import Shell

SUFFIXES = {Target.SQL: ".sql", Target.CSV: ".csv"}


def export(  # noqa: PLR0913, PLR0917  one argument per word of the command
    shell: Shell,
    profile: Path,
    target: Target,
    columns: Mapping[str, str],
    table: str,
    output: Path | None,
    *,
    hypothesis: bool,
) -> Exit:
    """Write the saved scorecard in the words of another system; what it cannot take is said on stderr."""
    if output is not None:
        ensure_writable(output)
        ensure_apart(output, profile, "the profile")
        ensure_named_as_text(output, SUFFIXES.get(target, ".txt"))
    saved = read_profile(profile)
    require_profile(saved, hypothesis=hypothesis)
    plan = plan_of(saved, columns)
    chosen = frozenset(name.removeprefix("account.") for name in columns)
    notes: tuple[str, ...] = ()
    if target is Target.SQL:
        text, notes = sql_of(plan, table), notes_of(plan)
    elif target is Target.HUBSPOT:
        text, notes = hubspot_of(plan, chosen)
    elif target is Target.SALESFORCE:
        text, notes = salesforce_of(plan, chosen)
    else:
        text = table_of(saved)
    shell.emit(text, output, bom=target is Target.CSV)
    for note in notes:
        shell.say(note)
    return Exit.DONE
