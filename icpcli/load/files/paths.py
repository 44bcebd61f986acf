"""Paths to files: folders and patterns opened, near names offered where a path leads nowhere."""

from __future__ import annotations

import difflib
import glob
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from icpcli.errors import InputError
from icpcli.model.common import STDIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLAIN = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SUFFIXES = (*PLAIN, *WORKBOOKS, ".zip")
LOCK_FILE = "~$"  # what Excel leaves beside a file that it has open


def is_export(name: str) -> bool:
    """Whether a file's name is an export's: csv, tsv, txt, a workbook, or an archive of one."""
    bare = PurePosixPath(name.lower())
    return (bare.with_suffix("") if bare.suffix == ".gz" else bare).suffix in SUFFIXES


def spelled_out(paths: Sequence[str]) -> tuple[str, ...]:
    """The paths, each once, with patterns (``exports/*.csv``) replaced by what they match, sorted by name.

    A shell has done so before, but not where the pattern was quoted, nor on Windows. Raises InputError
    where a pattern matches nothing.
    """
    return tuple(dict.fromkeys(found for path in paths for found in _matched(path)))


def _matched(path: str) -> Iterator[str]:
    if path == STDIN or not glob.has_magic(path) or Path(path).exists():
        yield path
        return
    matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207  a path may be absolute
    if not matches:
        raise InputError(f"No file matches {path}.", _near(Path(path)))
    yield from (match for match in matches if Path(match).is_dir() or is_export(match) or len(matches) == 1)


def files_in(folder: Path) -> tuple[Path, ...]:
    """The exports in a folder, sorted by name; hidden files and folders inside are left alone."""
    try:
        visible = sorted(p for p in folder.iterdir() if not p.name.startswith((".", LOCK_FILE)))
    except OSError as err:
        raise InputError(f"{folder} cannot be opened ({err.strerror}).", (_permissions(folder),)) from err
    files = tuple(p for p in visible if is_export(p.name) and p.is_file())
    if not files:
        raise nothing_in(folder)
    return files


def nothing_in(folder: Path, reasons: Sequence[str] = ()) -> InputError:
    """The error that a folder holds no export: what was looked for, what is there, why that was no table."""
    names = [p.name for p in sorted(folder.iterdir()) if not p.name.startswith(".")]
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "") if names else "nothing"
    return InputError(
        f"{folder} holds no export that can be read.",
        (f"Looked for: *{', *'.join(SUFFIXES)}, each also .gz", f"It has: {shown}", *reasons[:3]),
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
    exports = [name for name in here if is_export(name)]
    return (f"There is: {', '.join(exports[:5])}",) if exports else ()
