"""The first lines of a file: its delimiter, what stands above its header, and the header."""

from __future__ import annotations

import csv
import io
import re
import statistics
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icpcli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DELIMITERS = (",", ";", "\t", "|")
DECLARED = re.compile(r'"?sep=(?P<delimiter>[,;\t|:^~ ])"?', re.IGNORECASE)
SPACED = re.compile(r"\S {2,}\S")
NO_DELIMITER = "\x1f"  # of a single column, whose commas are text
SAMPLE_BYTES = 1 << 18
SAMPLE_LINES = 200
NARROW = 0.6  # of the usual width: a line that is narrower stands above the table
MIN_STEADINESS = 0.5
OFTEN = 0.5  # of a column's first cells are different where its texts repeat


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out: the byte its first record starts at, and the records that come before it.

    ``delimiter`` is ASCII's unit separator for a single column. ``header_record`` is the header's number, from
    1, as a spreadsheet shows it; ``titles`` and ``blanks`` count the records above it. ``repeating`` says of each
    column whether its first cells repeat: that changes how fast it is read, and no result.
    """

    delimiter: str
    headers: tuple[str, ...]
    body_start: int
    header_record: int
    titles: int
    blanks: int
    repeating: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class _Record:
    cells: tuple[str, ...]
    filled: int  # cells that are not blank
    end: int  # characters from the start of the text


def layout_of(utf8: bytes, *, shown_as: str, delimiter: str | None = None) -> Layout:
    """How the text of a file is laid out, judged by its first lines; ``delimiter`` where it is known."""
    lines = _first_lines(utf8)
    declared = DECLARED.fullmatch(lines[0].strip("\r\n")) if lines else None
    known = declared["delimiter"] if declared else delimiter
    chosen = known or max(DELIMITERS, key=lambda d: _steadiness(lines, d))
    records = _records(lines, chosen)
    first = 1 if declared else 0
    width = _usual_width(records[first:])
    if width < 2:
        if not known:
            _refuse_spaced(lines, shown_as)
        chosen, records = NO_DELIMITER, _records(lines, NO_DELIMITER)
    at = _header_at(records, first, width)
    if at is None:
        raise InputError(f"{shown_as} holds nothing but blank lines.", ("Export it again.",))
    above = [record for record in records[first:at] if record.filled]
    start = len("".join(lines)[: records[at].end].encode())
    headers = _headers(records, at, width)
    return Layout(
        delimiter=chosen,
        headers=headers,
        body_start=start,
        header_record=at + 1,
        titles=len(above),
        blanks=at - first - len(above),
        repeating=_repeating(records[at + 1 :], len(headers)),
    )


def _repeating(records: Sequence[_Record], width: int) -> tuple[bool, ...]:
    rows = [record.cells for record in records if len(record.cells) == width]
    return tuple(len(set(cells)) <= OFTEN * len(rows) for cells in zip(*rows, strict=True))


def _first_lines(utf8: bytes) -> list[str]:
    """Whole lines from the start of the text, ends included; the last may be cut where a line has no end."""
    sample = utf8[:SAMPLE_BYTES]
    if len(utf8) > SAMPLE_BYTES:
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1] or sample
    stream = io.StringIO(sample.decode("utf-8", "ignore"), newline="")
    return [line for _, line in zip(range(SAMPLE_LINES), stream, strict=False)]


def _records(lines: Sequence[str], delimiter: str) -> list[_Record]:
    """The records of these lines, and where each ends; as far as the csv module can read them."""
    consumed = 0

    def feed() -> Iterator[str]:
        nonlocal consumed
        for line in lines:
            consumed += len(line)
            yield line

    found: list[_Record] = []
    try:
        for row in csv.reader(feed(), delimiter=delimiter):
            found.append(_Record(tuple(row), sum(map(bool, map(str.strip, row))), consumed))  # noqa: PERF401  what was read before an error counts
    except csv.Error:  # a cell beyond the module's limit
        pass
    return found


def _steadiness(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """The share of records with a delimiter's usual width, then that width; nothing for a single column."""
    records = [r for r in _records(lines, delimiter) if r.filled]
    width = _usual_width(records)
    if width < 2:
        return (0.0, 0)
    share = sum(len(record.cells) == width for record in records) / len(records)
    if share < MIN_STEADINESS and len(records[0].cells) == 1:
        return (0.0, 0)  # commas within the sentences of a single column
    return (share, width)


def _usual_width(records: Sequence[_Record]) -> int:
    widths = Counter(len(record.cells) for record in records if record.filled)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _header_at(records: Sequence[_Record], first: int, width: int) -> int | None:
    """Which record is the header: the first that is filled and about as wide as the table.

    Excel pads a title to the table's width; it is known by cells that are blank below which records have values,
    in a table of three columns by a header below it.
    """
    filled = [record.filled for record in records]
    usual = statistics.median([n for n in filled[first:] if n] or [0])
    for at in range(first, len(records)):
        is_narrow = len(records[at].cells) < NARROW * width
        is_padded = (usual >= 4 and filled[at] <= usual / 2) or _is_title_of_three(records[at:], usual)
        if filled[at] and not is_narrow and not is_padded:
            return at
    return next((at for at in range(first, len(records)) if filled[at]), None)


def _is_title_of_three(records: Sequence[_Record], usual: float) -> bool:
    """Whether one cell stands above three words, which are the header, or above another title: no header holds a number."""
    below = next((record for record in records[1:] if record.filled > 1), None)
    if usual != 3 or records[0].filled != 1 or below is None or below.filled < 3:
        return False
    return not any(character.isdigit() for cell in below.cells for character in cell)


def _headers(records: Sequence[_Record], at: int, width: int) -> tuple[str, ...]:
    """The header's cells; a delimiter too many at the end of the header, or of all rows, is evened out."""
    headers = [cell.replace("\ufeff", "").strip() for cell in records[at].cells]
    if len(headers) > width and not any(headers[width:]):
        return tuple(headers[:width])
    rows = [record.cells for record in records[at + 1 :] if len(record.cells) == width]
    if (
        len(headers) < width
        and rows
        and not any(cell.strip() for row in rows for cell in row[len(headers) :])
    ):
        headers += [""] * (width - len(headers))
    return tuple(headers)


def _refuse_spaced(lines: Sequence[str], shown_as: str) -> None:
    """Columns set apart by runs of spaces are no delimited table; read as one column, they would mean nothing."""
    filled = [line for line in lines if line.strip()]
    spaced = [line for line in filled if SPACED.search(line)]
    if len(filled) > 1 and len(spaced) >= 0.9 * len(filled):
        raise InputError(
            f"{shown_as} is not a delimited table: spaces set its columns apart.",
            ("Save it with a comma, semicolon or tab between the cells.",),
        )
