"""What a file holds once it is unpacked: one table, the files of an archive, the sheets of a workbook."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from icpcli.errors import InputError
from icpcli.load.files.paths import is_export
from icpcli.load.files.workbook import DELIMITER, workbook_in
from icpcli.model.common import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
WORKBOOK_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
MAX_UNPACKED_BYTES = 8 << 30
# How the standard library says that an archive is damaged.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    EOFError,
    LookupError,
    OSError,
    ValueError,
)
DEEPEST = 3  # an archive in an archive in an archive is nobody's export

HIDDEN_SHEETS = "ICP107"
NOT_AN_EXPORT = "ICP108"


@dataclass(frozen=True, slots=True)
class Contained:
    """The bytes of one table. ``shown_as`` is the path, of several tables in a file with their names behind it.

    ``delimiter`` is known where the table came from a workbook.
    """

    shown_as: str
    data: bytes
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What one file holds; ``is_single`` where it stands for one table, as a plain file does."""

    tables: tuple[Contained, ...]
    findings: tuple[Finding, ...]

    @property
    def is_single(self) -> bool:
        """Whether the file stands for one table."""
        return len(self.tables) == 1


def contents_of(data: bytes, *, shown_as: str) -> Contents:
    """The tables in a file, unpacked as often as it takes; told by its first bytes and never by its name.

    Raises InputError where an archive or a workbook is locked, damaged, empty or too large to unpack.
    """
    findings: list[Finding] = []
    tables = list(_unpacked(Contained(shown_as, data), findings, DEEPEST))
    if len(tables) == 1:
        tables = [Contained(shown_as, tables[0].data, tables[0].delimiter)]
    return Contents(tuple(tables), tuple(findings))


def _unpacked(packed: Contained, findings: list[Finding], deepest: int) -> Iterator[Contained]:
    head = packed.data[:4]
    if head.startswith(GZIP):
        yield from _unpacked(Contained(packed.shown_as, _gunzipped(packed)), findings, deepest)
    elif head == OLD_WORKBOOK or (head == ZIP and _is_workbook(packed.data)):
        yield from _sheets(packed, findings)
    elif head == ZIP:
        if not deepest:
            raise InputError(f"{packed.shown_as} is an archive inside archives.", ("Unpack it first.",))
        for member in _members(packed, findings):
            yield from _unpacked(member, findings, deepest - 1)
    else:
        yield packed


def _gunzipped(packed: Contained) -> bytes:
    try:
        with gzip.open(io.BytesIO(packed.data)) as stream:
            data = stream.read(MAX_UNPACKED_BYTES + 1)
    except DAMAGED as err:
        raise InputError(
            f"{packed.shown_as} is a damaged gzip archive ({err}).", ("Copy or export it again.",)
        ) from err
    _refuse_too_large(len(data), packed.shown_as)
    return data


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(WORKBOOK_PARTS & set(archive.namelist()))
    except DAMAGED:
        return False


def _sheets(packed: Contained, findings: list[Finding]) -> Iterator[Contained]:
    book = workbook_in(packed.data, shown_as=packed.shown_as)
    if book.hidden:
        message = f"{packed.shown_as}: hidden sheets were left out: {', '.join(book.hidden)}."
        findings.append(Finding(HIDDEN_SHEETS, message))
    for sheet in book.sheets:
        yield Contained(f"{packed.shown_as}/{sheet.name}", sheet.text, DELIMITER)


def _members(packed: Contained, findings: list[Finding]) -> Iterator[Contained]:
    """The exports in a ZIP archive, sorted by name; what else it holds is named."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
            files = sorted((m for m in archive.infolist() if not m.is_dir()), key=lambda m: m.filename)
            _refuse_too_large(sum(member.file_size for member in files), packed.shown_as)
            seen = [member for member in files if _is_visible(member.filename)]
            exports = [member for member in seen if is_export(member.filename)]
            if not exports:
                names = ", ".join(member.filename for member in seen[:5]) or "nothing"
                raise InputError(f"{packed.shown_as} holds no export.", (f"It has: {names}",))
            others = [member.filename for member in seen if member not in exports]
            if others:
                message = f"{packed.shown_as}: left out, since no export by their names: {', '.join(others)}."
                findings.append(Finding(NOT_AN_EXPORT, message))
            for member in exports:
                yield Contained(f"{packed.shown_as}/{member.filename}", archive.read(member))
    except DAMAGED as err:
        raise InputError(
            f"{packed.shown_as} is a damaged ZIP archive ({err}).", ("Copy or export it again.",)
        ) from err
    except RuntimeError as err:  # how zipfile says that a password is needed
        raise InputError(f"{packed.shown_as} is locked by a password.", ("Unpack it first.",)) from err


def _is_visible(name: str) -> bool:
    """Whether a file in an archive is the user's: not a Mac's shadow, hidden, or Excel's lock."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" not in parts and not any(part.startswith((".", "~$")) for part in parts)


def _refuse_too_large(size: int, shown_as: str) -> None:
    if size > MAX_UNPACKED_BYTES:
        raise InputError(
            f"{shown_as} unpacks to more than {MAX_UNPACKED_BYTES >> 30} GiB.", ("Unpack it first.",)
        )
