"""Bytes to text: byte order mark, then UTF-8, then the likeliest of the old encodings."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

from icpcli.errors import InputError

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
OLD_ENCODINGS = ("cp1252", "iso8859_15", "mac_roman", "cp1250")
SAMPLE_BYTES = 200_000

MAGIC = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "a SQLite database",
    b"PAR1": "a Parquet file",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, and the encoding it was read in."""

    text: str
    encoding: str


def decoded(data: bytes, *, shown_as: str) -> Text:
    """The text of a file; raises InputError where its bytes are no text."""
    for magic, what in MAGIC.items():
        if data.startswith(magic):
            raise InputError(f"{shown_as} is not a table: it is {what}.", ("Export or save it as CSV.",))
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return Text(data[len(bom) :].decode(encoding, errors="replace").replace("\0", ""), encoding)
    if _looks_binary(data):
        raise InputError(f"{shown_as} is not a table: its bytes are no text.", ("Export or save it as CSV.",))
    try:
        return Text(data.decode("utf-8").replace("\0", ""), "utf-8")
    except UnicodeDecodeError:
        encoding = _old_encoding(data)
        return Text(data.decode(encoding, errors="replace").replace("\0", ""), encoding)


def _looks_binary(data: bytes) -> bool:
    """More than a stray control character: text has next to none."""
    sample = data[:SAMPLE_BYTES]
    controls = sum(sample.count(bytes([code])) for code in (*range(9), *range(14, 32)))
    return controls > max(8, len(sample) // 200)


def _old_encoding(data: bytes) -> str:
    best = from_bytes(data[:SAMPLE_BYTES], cp_isolation=list(OLD_ENCODINGS)).best()
    return "cp1252" if best is None else best.encoding
