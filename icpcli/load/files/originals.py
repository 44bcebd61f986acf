"""The records of a file byte for byte, so that an output can append to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.files.dialect import NO_DELIMITER
from icpcli.load.files.encoding import BOMS

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS = {"utf-16-le": "<u2", "utf-16-be": ">u2", "utf-32-le": "<u4", "utf-32-be": ">u4"}
BEYOND_ASCII = 0xFF  # stands for every sign that structures nothing
GUARDED = re.compile(rb'(?<!\\)((?:\\\\)*)\\"')
CR, LF, QUOTE = 13, 10, 34


@dataclass(frozen=True, slots=True, eq=False)
class Originals:
    """The bytes of a file and where its records lie in them.

    Record i (from 0) is ``data[starts[i]:ends[i]]``; its line end, if it has one, reaches to ``starts[i + 1]``.
    ``encoding`` is that of the file. ``is_counted`` says whether the records are as many as the reader counted: only
    then do its record numbers (from 1) point at them.
    """

    data: bytes
    starts: np.ndarray
    ends: np.ndarray
    encoding: str

    def __len__(self) -> int:
        """How many records there are, the header and what stands above it counted."""
        return len(self.ends)

    def text(self, record: int) -> str:
        """One record as text, without its line end."""
        return self.data[self.starts[record] : self.ends[record]].decode(self.encoding, "replace")

    def with_appended(
        self, header: int, added: bytes, numbers: np.ndarray, endings: Sequence[bytes], which: np.ndarray
    ) -> bytes:
        """The same bytes with something before the line ends of some records, and nothing else changed.

        ``added`` goes to the record ``header`` (from 0); ``endings[which[i]]`` to the record ``numbers[i]`` (from 0).
        """
        of_each = np.full(len(self), len(endings) + 1, dtype=np.int64)
        of_each[numbers] = which
        of_each[header] = len(endings)
        kinds = pa.array([*endings, added, b""], pa.large_binary())
        # A record's piece begins with the line end before it, so that the pieces are the bytes as they lie.
        bounds = np.concatenate([self.starts[:1], self.ends])
        pieces = pa.Array.from_buffers(
            pa.large_binary(), len(self), [None, pa.py_buffer(bounds), pa.py_buffer(self.data)]
        )
        joined = pc.binary_join_element_wise(
            pieces, kinds.take(pa.array(of_each)), pa.scalar(b"", pa.large_binary())
        )
        return b"".join([self.data[: bounds[0]], _whole(joined), self.data[bounds[-1] :]])


def originals_of(data: bytes, encoding: str, delimiter: str, records: int) -> Originals | None:
    """Where ``records`` records lie in the bytes of a file, as the reader counted them; None where they cannot be found.

    A record ends at a line end outside quotes; a quote opens at the start of a cell. Where a backslash guards quotes
    the count tells which of the two readings was taken.
    """
    mark = next((len(sign) for sign, _ in BOMS if data.startswith(sign)), 0)
    unit = np.dtype(UNITS.get(encoding, "u1"))
    body = np.frombuffer(data, dtype=unit, offset=mark, count=(len(data) - mark) // unit.itemsize)
    signs = np.minimum(body, BEYOND_ASCII).astype(np.uint8) if unit.itemsize > 1 else body
    separator = ord("," if delimiter == NO_DELIMITER else delimiter)
    readings = [signs]
    if b"\\" in data and b'\\"' in (text := signs.tobytes()):
        readings.append(np.frombuffer(GUARDED.sub(rb"\1\\\\", text), dtype=np.uint8))
    for reading in readings:
        starts, ends = _records(reading, separator)
        if len(ends) == records:
            return Originals(data, mark + unit.itemsize * starts, mark + unit.itemsize * ends, encoding)
    return None


def _records(signs: np.ndarray, separator: int) -> tuple[np.ndarray, np.ndarray]:
    """Where records start (one more than there are: the end of the text) and where they end, line ends left out."""
    breaks = _line_ends(signs)
    breaks = breaks[~_inside_quotes(signs, breaks, separator)]
    after = breaks + 1
    is_pair = (breaks > 0) & (signs[breaks] == LF) & (signs[np.maximum(breaks - 1, 0)] == CR)
    before = breaks - is_pair
    if not len(after) or after[-1] < len(signs):
        after, before = np.append(after, len(signs)), np.append(before, len(signs))
    return np.concatenate([[0], after]), before


def _line_ends(signs: np.ndarray) -> np.ndarray:
    """The last sign of each line end: a carriage return before a line feed belongs to it."""
    feeds = np.flatnonzero(signs == LF)
    returns = np.flatnonzero(signs == CR)
    if len(returns):
        returns = returns[signs[np.minimum(returns + 1, len(signs) - 1)] != LF]
    return np.sort(np.concatenate([feeds, returns])) if len(returns) else feeds


def _inside_quotes(signs: np.ndarray, breaks: np.ndarray, separator: int) -> np.ndarray:
    """Which line ends lie within a quoted cell."""
    quotes = np.flatnonzero(signs == QUOTE)
    if not len(quotes):
        return np.zeros(len(breaks), dtype=bool)
    if not _are_tidy(signs, quotes, separator):
        quotes = _structural(signs, quotes, separator)
    inside: np.ndarray = np.searchsorted(quotes, breaks) % 2 == 1
    return inside


def _are_tidy(signs: np.ndarray, quotes: np.ndarray, separator: int) -> bool:
    """Whether every quote opens a cell, closes one or is doubled: then an odd number of them means "inside"."""
    if len(quotes) % 2:
        return False
    edges = (separator, CR, LF)
    opening, closing = quotes[::2], quotes[1::2]
    before = signs[np.maximum(opening - 1, 0)]
    after = signs[np.minimum(closing + 1, len(signs) - 1)]
    opens = (opening == 0) | np.isin(before, edges)
    closes = (closing == len(signs) - 1) | np.isin(after, edges)
    doubled = closing[:-1] + 1 == opening[1:]
    opens[1:] |= doubled
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())


def _structural(signs: np.ndarray, quotes: np.ndarray, separator: int) -> np.ndarray:
    """The quotes that open and close cells, in turn: one within an unquoted cell is a sign like any other."""
    text = signs.tobytes()
    edges = {separator, CR, LF}
    found: list[int] = []
    at = 0
    positions = quotes.tolist()
    while at < len(positions):
        place = positions[at]
        if len(found) % 2 == 0:
            if place == 0 or text[place - 1] in edges:
                found.append(place)
        elif place + 1 < len(text) and text[place + 1] == QUOTE:
            at += 1  # doubled
        else:
            found.append(place)
        at += 1
    return np.array(found, dtype=np.int64)


def _whole(pieces: pa.Array) -> pa.Buffer:
    """All the bytes of an array, one after the other."""
    offsets = np.frombuffer(pieces.buffers()[1], dtype=np.int64)
    first, last = int(offsets[pieces.offset]), int(offsets[pieces.offset + len(pieces)])
    return pieces.buffers()[2].slice(first, last - first)


__all__ = ["Originals", "originals_of"]
