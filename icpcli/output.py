"""Results to stdout, or to a file whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from icpcli.errors import OutputError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

UTF8_BOM = b"\xef\xbb\xbf"
UNFINISHED = ".unfinished"  # what a killed run leaves beside its target, until the next one clears it away
LONGEST_WAIT_SECONDS = 5.0  # for another run's turn: a write takes milliseconds
STEP_SECONDS = 0.02
NOT_TEXT = frozenset(
    {
        ".xlsx",
        ".xlsm",
        ".xlsb",
        ".xls",
        ".ods",
        ".gz",
        ".zip",
        ".bz2",
        ".xz",
        ".zst",
        ".7z",
        ".parquet",
        ".pdf",
        ".docx",
    }
)
ELSEWHERE = "Choose another place (-o FILE, --profile FILE)."


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood at a path when somebody looked: the digest of its bytes, None for nothing."""

    digest: str | None


def ensure_writable(path: Path) -> None:
    """Raise OutputError now, before any work, if ``path`` could not be written afterwards."""
    folder = path.parent
    if path.is_dir():
        raise OutputError(f"{path} is a folder, so no file can be written there.", ("Name a file in it.",))
    if not folder.is_dir():
        raise OutputError(f"{path} cannot be written: there is no folder {folder}.", ("Create it first.",))
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"{path} cannot be written: it is read-only.", (ELSEWHERE,))
    if _is_ordinary(path):
        try:
            with tempfile.TemporaryFile(dir=_beside(path)):
                pass
        except OSError as err:
            raise OutputError(f"{path} cannot be written: {err.strerror} in {folder}.", (ELSEWHERE,)) from err


def ensure_apart(target: Path, path: str | Path, what: str) -> None:
    """Raise OutputError where ``target`` is the file at ``path``, or the workbook of which that names a table."""
    files = [place for place in (Path(path), *Path(path).parents) if place.is_file()]
    if target.exists() and any(target.samefile(file) for file in files):
        raise OutputError(f"{target} is {what}, and would be lost.", (ELSEWHERE,))


def ensure_named_as_text(target: Path, suffix: str) -> None:
    """Raise OutputError where a name promises a workbook or an archive: what is written is text, and no program would open it."""
    stem = target.name
    while Path(stem).suffix.lower() in NOT_TEXT:
        stem = Path(stem).stem
    if stem != target.name:
        named = Path(stem).with_suffix(suffix)
        raise OutputError(
            f"{target} would hold plain text, which is no {target.suffix.lower()} file.",
            (f"Name it {target.with_name(named.name)}.",),
        )


def seen(path: Path) -> Seen:
    """What stands at ``path`` now, for ``write_whole`` to compare with."""
    try:
        return Seen(hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None)
    except OSError:
        return Seen(None)


def ensure_folder(path: Path) -> None:
    """Make the folder where it is missing; raise OutputError where it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as err:
        raise OutputError(f"{path} is a file, and a folder is needed.", ("Name a folder.",)) from err
    except OSError as err:
        raise OutputError(f"The folder {path} cannot be made ({err.strerror}).") from err


def write_whole(path: Path, text: str, *, bom: bool = False, expected: Seen | None = None) -> None:
    """Write ``text`` (UTF-8) to ``path``: a reader sees the old file or the new one, never a part.

    The new file stands beside the target until it is complete and on disk, then takes its place with
    the target's permissions. What is no ordinary file (a pipe, /dev/stdout) is written to directly. Raises
    OutputError where it cannot be written, or where another run has written there since ``expected`` was seen.
    """
    write_bytes_whole(path, (UTF8_BOM if bom else b"") + text.encode("utf-8"), expected=expected)


def write_bytes_whole(path: Path, data: bytes, *, expected: Seen | None = None) -> None:
    """Write ``data`` to ``path``, whole or not at all, as ``write_whole`` does."""
    try:
        if _is_ordinary(path):
            with _turn(path) as is_alone:
                _refuse_if_changed(path, data, expected)
                _replace(path, data, may_clear=is_alone)
        else:
            path.write_bytes(data)
    except OSError as err:
        raise OutputError(f"{path} cannot be written ({err.strerror}).") from err


def append(path: Path, text: str) -> None:
    """Add ``text`` (UTF-8) to the end of a file that others write to as well; raises OutputError where it cannot be."""
    try:
        with path.open("ab") as file:
            file.write(text.encode("utf-8"))
    except OSError as err:
        raise OutputError(f"{path} cannot be written ({err.strerror}).") from err


def _is_ordinary(path: Path) -> bool:
    """Whether ``path`` is a regular file, or nothing yet."""
    return not path.exists() or path.is_file()


def _beside(path: Path) -> Path:
    """The folder of the file that ``path`` is, or leads to: a link keeps pointing at the file it pointed at."""
    return Path(os.path.realpath(path)).parent


@contextmanager
def _turn(path: Path) -> Iterator[bool]:
    """Wait for other runs that write in the same folder; yields whether none does.

    Gives up after a while, and where a folder cannot be locked: then a write is still whole, only unclear who comes last.
    """
    if sys.platform == "win32":
        yield False
        return
    folder = os.open(_beside(path), os.O_RDONLY)
    try:
        yield _is_locked(folder)
    finally:
        os.close(folder)  # which unlocks it


def _is_locked(folder: int) -> bool:
    if sys.platform == "win32":
        return False
    last = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > last:
                return False
            time.sleep(STEP_SECONDS)
        except OSError:  # a file system without locks
            return False
        else:
            return True


def _refuse_if_changed(path: Path, data: bytes, expected: Seen | None) -> None:
    if expected is None:
        return
    now = seen(path)
    if now not in {expected, Seen(hashlib.sha256(data).hexdigest())}:
        raise OutputError(
            f"{path} was written by another run in the meantime, and was left as it is.", ("Run this again.",)
        )


def _replace(path: Path, data: bytes, *, may_clear: bool) -> None:
    target = Path(os.path.realpath(path))
    if may_clear:
        _clear_unfinished(target)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=UNFINISHED)
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


def _clear_unfinished(target: Path) -> None:
    """Remove what killed runs left beside the target; nobody else is writing in the folder."""
    for left in target.parent.glob(f".{_literal(target.name)}.*{UNFINISHED}"):
        with suppress(OSError):
            left.unlink()


def _literal(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _usual_mode(target: Path) -> int:
    """The permissions of the file to be replaced, else those any new file would get."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
