"""Scored rows: the input's own records with fields appended, a table, or a document."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from icpcli.load.files.dialect import NO_DELIMITER
from icpcli.load.files.records import texts_of
from icpcli.model.common import Verdict
from icpcli.report.document import Bullets, Document, Heading, Paragraph, Statement, Table, Title, Tone
from icpcli.wording import count, guarded, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.prospects import Prospects
    from icpcli.model.profile import Derivation
    from icpcli.scoring.scores import Score, Scores

NAMES = ("icp_fit", "icp_match", "icp_probability", "icp_reasons")
DECIMAL_COMMA = re.compile(r"-?\d{1,3}(?:[ .\u00a0\u202f]?\d{3})*,\d+")
LOOKED_AT = 500  # rows, for the decimal sign they are written with
UTF8_BOM = b"\xef\xbb\xbf"


def appended(prospects: Prospects, scores: Scores) -> bytes:
    """The input's bytes with the fields appended to its header and to each row that was scored.

    They are written in the file's encoding, with its delimiter, and with a decimal comma where its figures have one.
    All other records, ragged ones too, stand as they stood. A workbook becomes CSV in UTF-8.
    """
    originals, raw = prospects.originals, prospects.raw
    if originals is None:
        return _rewritten(prospects, scores)
    delimiter = "," if raw.delimiter == NO_DELIMITER else raw.delimiter
    comma = delimiter != "," and _has_decimal_commas(prospects)
    header = raw.header_record - 1
    added = delimiter.join(["", *new_names(raw.headers)])
    width = len(raw.headers) - raw.columns_added
    added = delimiter * (width - _width(originals.text(header), delimiter)) + added
    endings = [
        _ending(score, delimiter, comma=comma).encode(raw.encoding, "replace") for score in scores.distinct
    ]
    return originals.with_appended(
        header, added.encode(raw.encoding), prospects.numbers, endings, scores.places
    )


def new_names(headers: Sequence[str]) -> list[str]:
    """What the new columns are called; numbered where the input has columns of these names."""
    taken, names = set(headers), []
    for name in NAMES:
        copies = (f"{name}_{copy}" for copy in range(2, len(taken) + 3))
        names.append(name if name not in taken else next(n for n in copies if n not in taken))
    return names


def cells_of(score: Score, *, comma: bool = False) -> list[str]:
    """A score as cells: fit without decimals, probability with two; empty where not known; formulas escaped."""
    probability = "" if score.probability is None else f"{score.probability:.2f}"
    fit = "" if score.fit is None else f"{np.floor(score.fit + 0.5):.0f}"
    return [fit, score.match, probability.replace(".", ",") if comma else probability, guarded(score.reasons)]


def rows_json(prospects: Prospects, scores: Scores, findings: Sequence[str]) -> str:
    """``counts``, ``notes`` and ``rows``: each row's record number, as a spreadsheet counts it, and its score."""
    plain = [
        {
            "fit": s.fit,
            "match": s.match,
            "points": s.points,
            "probability": s.probability,
            "reasons": s.reasons,
        }
        for s in scores.distinct
    ]
    rows: list[dict[str, Any]] = [
        {"record": int(number) + 1, **_rounded(plain[place])}
        for number, place in zip(prospects.numbers, scores.places, strict=True)
    ]
    whole = {"counts": scores.counts(), "notes": list(findings), "rows": rows}
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def of_scores(
    saved: Derivation, prospects: Prospects, scores: Scores, notes: Sequence[str], top: int
) -> Document:
    """Who is in it, and the best ``top`` rows: by match, fit and probability, then in the order of the file."""
    counts = scores.counts()
    hypothesis = saved.profile.verdict is Verdict.UNSUPPORTED
    badge = "a hypothesis: your data support no profile" if hypothesis else saved.profile.verdict.value
    order = np.array(
        [(s.match != "yes", -(s.fit or 0), -(s.probability or 0)) for s in scores.distinct], dtype=float
    )
    _, ranks = np.unique(order.reshape(-1, 3), axis=0, return_inverse=True)
    best = np.argsort(ranks.ravel()[scores.places], kind="stable")[:top].tolist()
    names = prospects.names.take(best).to_pylist() if prospects.names is not None else [None] * len(best)
    rows = tuple(
        (name or f"row {prospects.numbers[row] + 1}", *_shown(scores.distinct[scores.places[row]]))
        for name, row in zip(names, best, strict=True)
    )
    return Document(
        (
            Title(
                "Companies against the Ideal Customer Profile", badge, Tone.BAD if hypothesis else Tone.PLAIN
            ),
            Statement(saved.profile.statement, summary(counts, prospects)),
            Heading(f"The best {len(rows)}"),
            Table(("Company", "Fit", "Match", "Belongs", "Why"), rows, numeric=(1, 3)),
            Paragraph(
                "Fit: the share of the companies you worked that one like this can be expected to beat."
            ),
            Bullets(tuple(notes)),
        )
    )


def summary(counts: dict[Any, int], prospects: Prospects) -> str:
    """How many rows match, do not and may, and what was not scored."""
    said = f"{counts['yes']:,} yes, {counts['no']:,} no, {counts['unknown']:,} unknown"
    rows = count(prospects.rows, "row")
    torn = f"; {count(prospects.unreadable, 'row')} could not be read" if prospects.unreadable else ""
    beside = ", ".join(f"{n:,} {reason}" for reason, n in prospects.beside.items())
    return f"{rows} scored: {said}{torn}{f'; not rows: {beside}' if beside else ''}."


def _shown(score: Score) -> tuple[str, str, str, str]:
    fit = "" if score.fit is None else f"{np.floor(score.fit + 0.5):.0f}"
    return fit, score.match, "" if score.probability is None else percent(score.probability), score.reasons


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: float(f"{value:.6g}") if isinstance(value, float) else value for name, value in row.items()}


def _ending(score: Score, delimiter: str, *, comma: bool) -> str:
    """The cells after the last of a record, quoted where they need it."""
    cells = [_quoted(cell, delimiter) for cell in cells_of(score, comma=comma)]
    return delimiter.join(["", *cells])


def _quoted(cell: str, delimiter: str) -> str:
    if not any(sign in cell for sign in (delimiter, '"', "\n", "\r")):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _width(header: str, delimiter: str) -> int:
    return len(next(csv.reader(io.StringIO(header, newline=""), delimiter=delimiter), []))


def _has_decimal_commas(prospects: Prospects) -> bool:
    cells = [
        text.strip()
        for column in prospects.raw.cells.columns
        for text in texts_of(column.slice(0, LOOKED_AT)).to_pylist()
    ]
    return any(DECIMAL_COMMA.fullmatch(cell) for cell in cells)


def _rewritten(prospects: Prospects, scores: Scores) -> bytes:
    """A workbook's rows as CSV with the fields appended; rows that only shape the page are not there."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*prospects.raw.headers, *new_names(prospects.raw.headers)])
    endings = [cells_of(score) for score in scores.distinct]
    numbers = prospects.raw.lines.to_numpy() - 1
    of_record = dict(zip(prospects.numbers.tolist(), scores.places.tolist(), strict=True))
    columns = [texts_of(column).to_pylist() for column in prospects.raw.cells.columns]
    for number, *cells in zip(numbers.tolist(), *columns, strict=True):
        writer.writerow([*cells, *(endings[of_record[number]] if number in of_record else [])])
    return UTF8_BOM + out.getvalue().encode()
