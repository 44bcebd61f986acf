"""``icp init``: a settings file from what was understood of the exports."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from icpcli.cli.shell import Exit
from icpcli.configuration import PROJECT, read_toml
from icpcli.errors import IcpError, OutputError
from icpcli.load.files.paths import is_export
from icpcli.model.common import STDIN
from icpcli.output import ensure_writable, seen, write_whole
from icpcli.pipeline.inspect import inspect
from icpcli.report import settings_file
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cli.shell import Shell

USUAL_FOLDER = Path("exports")


def init(shell: Shell, paths: Sequence[str], target: Path, *, force: bool) -> Exit:
    """Read the exports (without a path, those in ./exports or here) and write ``target``."""
    _refuse_target(target, force=force)
    before = seen(target)
    sources = tuple(paths) or _exports_here()
    exports = inspect(sources, DEFAULTS, shell.progress) if sources else None
    shown = [_from(target.parent, source) for source in sources or (f"{USUAL_FOLDER}/",)]
    write_whole(target, settings_file.of_exports(exports, shown), expected=before)
    read_toml(target)
    if exports is None:
        shell.say("There is no export here: the file shows every setting with an example.")
    shell.say(f"Wrote {target}")
    return Exit.DONE


def _refuse_target(target: Path, *, force: bool) -> None:
    if target.name == PROJECT:
        raise OutputError(
            f"{target} belongs to your project and is not written.",
            ("Write an icp.toml (icp init), or copy its lines under [tool.icp].",),
        )
    if target.exists() and not force:
        raise OutputError(
            f"{target} exists already, and was left as it is.", (_state(target), "Write over it: --force")
        )
    ensure_writable(target)


def _state(target: Path) -> str:
    """Whether the file that is there can be used."""
    try:
        chosen = read_toml(target)
    except IcpError as err:
        return f"It cannot be used as it is: {err}"
    return f"It chooses: {', '.join(chosen) or 'nothing'}."


def _exports_here() -> tuple[str, ...]:
    if USUAL_FOLDER.is_dir() and any(is_export(p.name) for p in USUAL_FOLDER.iterdir()):
        return (f"{USUAL_FOLDER}/",)
    return tuple(sorted(p.name for p in Path().iterdir() if p.is_file() and is_export(p.name)))


def _from(folder: Path, source: str) -> str:
    """A source as it is found from the folder of the settings file."""
    if source == STDIN or Path(source).is_absolute():
        return source
    return Path(os.path.relpath(source, folder)).as_posix() + ("/" if source.endswith("/") else "")
