"""Bytes to UTF-8: byte order mark, then UTF-8, then the likeliest of the old encodings; wrong decodings undone."""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from icpcli.errors import InputError
from icpcli.load.files.mojibake import repaired

if TYPE_CHECKING:
    from collections.abc import Iterator

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WESTERN = ("cp1252", "iso8859_15", "mac_roman", "cp850")
OTHERS = ("cp1250", "cp1251", "cp1253", "cp1254", "cp1257")
# What western names and prices are written with beyond ASCII. On lists with one accented name in 60, the encoding
# that yields most of these is right in all of cp1252; charset-normalizer, given the same four, in two of three.
WESTERN_SIGNS = frozenset("éèêëàâçùûîïôöüäßñáíóúœæÉÈÊÀÂÇÙÎÔÖÜÄÑÁÍÓÚŒ«»’“”–—…€°§·£\u00a0\u2018")
MIN_WESTERN_SHARE = 0.9
MAX_DAMAGED_SHARE = 0.1
CHUNK_BYTES = 1 << 20
SAMPLE_BYTES = 200_000
ASCII = bytes(range(128))

MAGIC = {
    b"\x89PNG": "it is a PNG picture",
    b"\xff\xd8\xff": "it is a JPEG picture",
    b"GIF8": "it is a GIF picture",
    b"%PDF": "it is a PDF document",
    b"PK\x05\x06": "it is an empty ZIP archive",
    b"SQLite format 3": "it is a SQLite database",
    b"PAR1": "it is a Parquet file",
}
MARKUP = {
    b"<!doctype": "it is a web page (a login page, perhaps)",
    b"<html": "it is a web page (a login page, perhaps)",
    b"<?xml": "it is an XML document",
    b"{": "it is a JSON document",
    b"[{": "it is a JSON document",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text in UTF-8 without mark and NULs, and the encoding it came in.

    ``damaged`` counts the characters that were lost, ``repaired`` the lines that had been decoded wrongly
    once (``Ã©`` for é) and were put right.
    """

    utf8: bytes
    encoding: str
    damaged: int
    repaired: int = 0


def decoded(data: bytes, *, shown_as: str) -> Text:
    """The text of a file; raises InputError where its bytes are no text, or text of another format."""
    _refuse(next((what for magic, what in MAGIC.items() if data.startswith(magic)), None), shown_as)
    mark, encoding = next((pair for pair in BOMS if data.startswith(pair[0])), (b"", _utf16_unmarked(data)))
    if encoding in {None, "utf-8"}:
        text = _of_bytes(data[len(mark) :] if mark else data, shown_as)
    else:
        text = _transcoded(data[len(mark) :], encoding)
    start = text.utf8[:200].lstrip().lower()
    _refuse(next((what for sign, what in MARKUP.items() if start.startswith(sign)), None), shown_as)
    mended = repaired(text.utf8)
    return replace(text, utf8=mended.utf8, repaired=mended.lines)


def _refuse(what: str | None, shown_as: str) -> None:
    if what is not None:
        raise InputError(f"{shown_as} is not a table: {what}.", ("Export or save it as CSV.",))


def _of_bytes(data: bytes, shown_as: str) -> Text:
    """Text in UTF-8 if it is that, or nearly; else in an old encoding of one byte a character."""
    _refuse("its bytes are no text" if _looks_binary(data) else None, shown_as)
    bare = data.replace(b"\0", b"") if b"\0" in data else data
    if bare.isascii() or _is_utf8(bare):
        return Text(bare, "utf-8", 0)
    as_utf8 = _transcoded(bare, "utf-8")
    kept = len(as_utf8.utf8.translate(None, ASCII)) // 2  # at least two bytes a character
    if as_utf8.damaged <= MAX_DAMAGED_SHARE * kept:
        return as_utf8
    return _transcoded(bare, _old_encoding(bare))


def _is_utf8(data: bytes) -> bool:
    try:
        for _ in _decoded_chunks(data, "utf-8", "strict"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _transcoded(data: bytes, encoding: str) -> Text:
    parts, damaged = [], 0
    for chunk in _decoded_chunks(data, encoding, "replace"):
        damaged += chunk.count("\ufffd")
        parts.append(chunk.replace("\0", "").encode())
    return Text(b"".join(parts), encoding, damaged)


def _decoded_chunks(data: bytes, encoding: str, errors: str) -> Iterator[str]:
    """The text a chunk at a time: whole, a large file would take four bytes a character."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for start in range(0, len(data), CHUNK_BYTES):
        yield decoder.decode(data[start : start + CHUNK_BYTES])
    yield decoder.decode(b"", final=True)


def _utf16_unmarked(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of mostly Latin text is 0."""
    sample = data[:SAMPLE_BYTES]
    half = len(sample) // 2
    if half < 2:
        return None
    if sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _looks_binary(data: bytes) -> bool:
    """More than a stray control character: text has next to none."""
    sample = data[:SAMPLE_BYTES]
    controls = sum(sample.count(bytes([code])) for code in (*range(9), *range(14, 32)))
    return controls > max(8, len(sample) // 200)


def _old_encoding(data: bytes) -> str:
    """The encoding that makes most of the bytes beyond ASCII what western text holds."""
    counts = Counter(data.translate(None, ASCII))
    total = sum(counts.values())
    readings = {
        encoding: sum(
            n for byte, n in counts.items() if bytes([byte]).decode(encoding, "replace") in WESTERN_SIGNS
        )
        for encoding in WESTERN
    }
    best = max(WESTERN, key=lambda encoding: readings[encoding])
    return best if readings[best] >= MIN_WESTERN_SHARE * total else _other_encoding(data)


def _other_encoding(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415  few files need it, and its import takes 30 ms

    found = from_bytes(data[:SAMPLE_BYTES], cp_isolation=[*WESTERN, *OTHERS]).best()
    return "cp1252" if found is None else str(found.encoding)
