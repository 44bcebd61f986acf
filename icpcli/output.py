"""Results to stdout, or to a file whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from icpcli.errors import OutputError

UTF8_BOM = b"\xef\xbb\xbf"


def ensure_writable(path: Path) -> None:
    """Raise OutputError now, before any work, if ``path`` could not be written afterwards."""
    folder = path.parent
    if path.is_dir():
        raise OutputError(f"{path} is a folder, so no file can be written there.", ("Name a file in it.",))
    if not folder.is_dir():
        raise OutputError(f"{path} cannot be written: there is no folder {folder}.", ("Create it first.",))
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"{path} cannot be written: it is read-only.", ("Choose another file with -o.",))
    if _is_ordinary(path):
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as err:
            raise OutputError(f"{path} cannot be written: {err.strerror} in {folder}.") from err


def write_whole(path: Path, text: str, *, bom: bool = False) -> None:
    """Write ``text`` (UTF-8) to ``path``: a reader sees the old file or the new one, never a part.

    The new file stands beside the target until it is complete and on disk, then takes its place with
    the target's permissions. What is no ordinary file (a pipe, /dev/stdout) is written to directly.
    """
    data = (UTF8_BOM if bom else b"") + text.encode("utf-8")
    try:
        if _is_ordinary(path):
            _replace(path, data)
        else:
            path.write_bytes(data)
    except OSError as err:
        raise OutputError(f"{path} cannot be written ({err.strerror}).") from err


def _is_ordinary(path: Path) -> bool:
    """Whether ``path`` is a regular file, or nothing yet."""
    return not path.exists() or path.is_file()


def _replace(path: Path, data: bytes) -> None:
    target = Path(os.path.realpath(path))  # a link keeps pointing at the file it pointed at
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(_usual_mode(target))
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _usual_mode(target: Path) -> int:
    """The permissions of the file to be replaced, else those any new file would get."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
