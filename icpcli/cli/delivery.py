"""A report to where it was asked for: standard output, a file, or GitHub."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from icpcli.cli.asked import Format, chosen_format
from icpcli.output import append
from icpcli.report import github

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from icpcli.cli.asked import Asked
    from icpcli.cli.shell import Shell
    from icpcli.report.github import Annotation

SUMMARY = "GITHUB_STEP_SUMMARY"


def deliver(
    shell: Shell,
    asked: Asked,
    chosen: Format,
    text: Callable[[Format, Path | None], str],
    annotations: Iterable[Annotation],
) -> None:
    """Write a report in the chosen format; ``text`` gives it in any but GitHub's.

    For GitHub the annotations go to standard output, the report as Markdown to the step's summary where there is one,
    and to ``-o FILE`` in the format of its suffix.
    """
    if chosen is not Format.GITHUB:
        shell.emit(text(chosen, asked.output), asked.output)
        return
    shell.emit(github.render(annotations), None)
    if summary := os.environ.get(SUMMARY):
        append(Path(summary), text(Format.MARKDOWN, Path(summary)))
    if asked.output is not None:
        plain = (Format.TERMINAL, Format.MARKDOWN, Format.JSON)
        shell.emit(text(chosen_format(None, asked.output, plain), asked.output), asked.output)
