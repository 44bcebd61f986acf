"""Streams and exit codes: the terminal's width and colour, progress, findings, one clear error."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, TextIO

import typer

from icpcli.errors import IcpError, OutputError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.progress import Progress as ProgressBar
    from rich.progress import TaskID

PLAIN_WIDTH = 88  # of a report that goes to a file or a pipe
MAX_WIDTH = 110  # lines longer than that are hard to read


class Exit(IntEnum):
    """The exit codes, as the README lists them."""

    DONE = 0
    CANNOT_SERVE = 1
    WRONG_USAGE = 2
    UNSUPPORTED = 3
    DIFFERS = 4
    INTERRUPTED = 130


@dataclass(slots=True)
class Shell:
    """The streams of one command. The report goes to stdout, everything else to stderr.

    ``annotates``: an error is also an annotation on stdout, for GitHub to show.
    """

    quiet: bool = False
    debug: bool = False
    annotates: bool = False
    _bar: ProgressBar | None = field(default=None, init=False)
    _tasks: dict[str, TaskID] = field(default_factory=dict, init=False)

    @contextmanager
    def __call__(self) -> Iterator[Shell]:
        """Turn an IcpError into ``error: ...`` and its exit code; clear the progress bar on the way out."""
        try:
            yield self
        except IcpError as err:
            if self.debug:
                raise
            self._clear()
            typer.echo("\n".join([f"error: {err}", *(f"  {line}" for line in err.details)]), err=True)
            if self.annotates:
                from icpcli.report import github  # noqa: PLC0415  --help must stay light

                typer.echo(github.render(github.of_error(str(err), err.details)), nl=False)
            is_unsupported = isinstance(err, UnsupportedError)
            raise typer.Exit(Exit.UNSUPPORTED if is_unsupported else Exit.CANNOT_SERVE) from err
        finally:
            self._clear()

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Show a stage on a terminal; nothing in CI, in a pipe, or when quiet."""
        if self.quiet or not _is_interactive(sys.stderr):
            return
        if self._bar is None:
            self._bar = _progress_bar()
            self._bar.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total or None)
        self._bar.update(self._tasks[stage], completed=done, total=total or None)

    def say(self, text: str) -> None:
        """Tell the user something that is not the report."""
        if not self.quiet:
            self._clear()
            typer.echo(text, err=True)

    def emit(self, text: str, output: Path | None, *, bom: bool = False) -> None:
        """Write the report to stdout, or whole to ``output``."""
        from icpcli.output import write_whole  # noqa: PLC0415  --help must stay light

        self._clear()
        if output is None:
            _to_stdout(text)
        else:
            write_whole(output, text, bom=bom)
            self.say(f"Wrote {output}")

    def emit_bytes(self, data: bytes, output: Path | None) -> None:
        """The same of bytes, in whatever encoding they are."""
        from icpcli.output import write_bytes_whole  # noqa: PLC0415  --help must stay light

        self._clear()
        if output is None:
            typer.get_binary_stream("stdout").write(data)
        else:
            write_bytes_whole(output, data)
            self.say(f"Wrote {output}")

    def _clear(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
            self._tasks = {}


def _to_stdout(text: str) -> None:
    """Print a report; OutputError where a full disk does not take it. A reader who has seen enough is no error."""
    try:
        typer.echo(text, nl=False)
    except BrokenPipeError:
        raise
    except OSError as err:
        # What is left in the buffer would fail once more when Python ends, with a message of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(f"The report cannot be written to standard output ({err.strerror}).") from err


def report_width() -> int:
    """The width a report on stdout may take: the terminal's, or a fixed one for files and pipes."""
    if "COLUMNS" in os.environ or sys.stdout.isatty():
        return min(shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, MAX_WIDTH)
    return PLAIN_WIDTH


def wants_colour() -> bool:
    """Whether a report on stdout may be coloured: only on a terminal, never in CI, never against NO_COLOR."""
    return _is_interactive(sys.stdout) and not os.environ.get("NO_COLOR")


def _is_interactive(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def _progress_bar() -> ProgressBar:
    from rich.console import Console  # noqa: PLC0415  --help must stay light
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415  what only this needs is loaded here

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(bar_width=24))
    return Progress(*columns, console=Console(stderr=True), transient=True)
