"""Paths to files: folders opened, near names offered where a path leads nowhere."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from icpcli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIXES = (".csv", ".tsv", ".txt")
STDIN = "-"
LOCK_FILE = "~$"  # what Excel leaves beside a file that it has open


def find_files(paths: Sequence[str]) -> tuple[Path, ...]:
    """Every file at these paths, once: files as they are, of folders the exports inside, sorted by name.

    Raises InputError where a path leads nowhere or a folder holds no export.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        for file in files_in(path) if path.is_dir() else (path,):
            found.setdefault(_identity(file), file)
    return tuple(found.values())


def files_in(folder: Path) -> tuple[Path, ...]:
    """The exports in a folder, sorted by name; hidden files and folders inside are left alone."""
    try:
        visible = sorted(p for p in folder.iterdir() if not p.name.startswith((".", LOCK_FILE)))
    except OSError as err:
        raise InputError(f"{folder} cannot be opened ({err.strerror}).", (_permissions(folder),)) from err
    files = tuple(p for p in visible if p.suffix.lower() in SUFFIXES and p.is_file())
    if not files:
        raise nothing_in(folder)
    return files


def nothing_in(folder: Path, reasons: Sequence[str] = ()) -> InputError:
    """The error that a folder holds no export: what was looked for, what is there, why that was no table."""
    names = [p.name for p in sorted(folder.iterdir()) if not p.name.startswith(".")]
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "") if names else "nothing"
    return InputError(
        f"{folder} holds no export that can be read.",
        (f"Looked for: *{', *'.join(SUFFIXES)}", f"It has: {shown}", *reasons[:3]),
    )


def bytes_of(path: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``; raises InputError where it cannot be read."""
    if path == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError as err:
        raise InputError(f"There is no file {path}.", _near(Path(path))) from err
    except NotADirectoryError as err:
        raise InputError(f"There is no file {path}: {Path(path).parent} is no folder.") from err
    except PermissionError as err:
        raise InputError(f"{path} may not be read ({err.strerror}).", (_permissions(Path(path)),)) from err
    except OSError as err:
        raise InputError(f"{path} cannot be read ({err.strerror}).") from err


def _identity(file: Path) -> Path:
    return file.resolve() if file.exists() else file


def _permissions(path: Path) -> str:
    return f"Give yourself the right to read it, or copy it elsewhere: {path.absolute()}"


def _near(path: Path) -> tuple[str, ...]:
    if not path.parent.is_dir():
        return (f"There is no folder {path.parent} either.",)
    here = sorted(p.name for p in path.parent.iterdir() if not p.name.startswith("."))
    folded = {name.casefold(): name for name in here}
    close = difflib.get_close_matches(path.name.casefold(), list(folded), n=3)
    if close:
        return (f"Did you mean: {', '.join(folded[name] for name in close)}?",)
    exports = [name for name in here if name.lower().endswith(SUFFIXES)]
    return (f"There is: {', '.join(exports[:5])}",) if exports else ()
