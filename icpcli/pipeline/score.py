"""``icp score``: a saved profile on companies never seen, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from icpcli.load.measured import Measure
from icpcli.load.prospects import YES_NO, prospects_in, read_prospects
from icpcli.load.wanted import Said, Wanted
from icpcli.model.spelling import same_label
from icpcli.pipeline.usable import require_profile
from icpcli.scoring.columns import NumberColumn, TextColumn, conditions_of, known_as
from icpcli.scoring.scores import score_columns
from icpcli.settings import DEFAULTS
from icpcli.wording import column_flag, count, listed, values_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from icpcli.load.prospects import Prospects
    from icpcli.model.profile import Derivation, FieldSource
    from icpcli.scoring.scores import Scores
    from icpcli.settings import Settings

NO_HEADER = ""
STRANGE_SHOWN = 5
CODE = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """The rows of a file with their scores (``scores.places`` follows the rows), the fields that it lacks, and what to tell of its words."""

    saved: Derivation
    prospects: Prospects
    scores: Scores
    missing: tuple[str, ...]
    notes: tuple[str, ...] = ()


def score(  # noqa: PLR0913  one argument per word of the command
    saved: Derivation,
    path: str,
    columns: Mapping[str, str],
    *,
    settings: Settings = DEFAULTS,
    hypothesis: bool = False,
    named: bool = False,
) -> Scored:
    """The scores of the companies on the rows of one file; ``columns`` are the user's "OBJECT.FIELD" -> header words on it.

    Of the ``settings`` the columns of exports are followed where the file has such headers, the rates in the book's currency, and what
    words mean beside what they meant in the exports. With ``named``, what the companies are called is read too.

    Raises UnsupportedError where the data supported no profile and it is not asked for as a ``hypothesis``, DataError
    where none was found at all, or none of its fields is in the file.
    """
    require_profile(saved, hypothesis=hypothesis)
    wanted = wanted_of(saved, settings.rates)
    said = Said(columns, settings.columns, _meanings(saved, settings.values))
    return _scored(saved, read_prospects(path, wanted, said, named=named))


def _meanings(
    saved: Derivation, chosen: Mapping[str, Mapping[str, str]] | None = None
) -> Mapping[str, Mapping[str, str]]:
    """What words mean, by field or header: as was said of the exports behind the profile, and over that, word by word, as is chosen now.

    What was said of a header there holds for its field, whatever that is called in a list; a sector has words of its own.
    """
    values: dict[str, dict[str, str]] = dict(saved.settings.get("values", {}))
    for report in saved.fields:
        header = report.source.header if report.source else report.field
        if header != report.field != "sector" and header in values:
            values[report.field] = {**values.get(report.field, {}), **values.pop(header)}
    for name, words in (chosen or {}).items():
        values[name] = {**values.get(name, {}), **words}
    return values


def score_frame(
    saved: Derivation,
    frame: pd.DataFrame,
    columns: Mapping[str, str] | None = None,
    *,
    hypothesis: bool = False,
) -> pd.DataFrame:
    """The scores of the companies on the rows of a frame, under its index.

    ``frame`` may have the columns of any export, or canonical fields (industry, employees, ...); values are read as
    those of a file are. Returns ``icp_fit`` (0-100, missing without a scorecard), ``icp_match`` (yes, no, unknown),
    ``icp_probability`` (0-1), ``icp_points`` and ``icp_reasons``. Raises as ``score`` does,
    but for fields that are missing: what a frame does not hold is unknown.
    """
    import pandas as pd  # noqa: PLC0415  the command needs none

    from icpcli.load.files.frames import in_memory  # noqa: PLC0415  what only this needs is loaded here

    require_profile(saved, hypothesis=hypothesis)
    nothing_known = score_columns(saved, {}, 1).distinct[0]
    rows = [nothing_known] * len(frame)
    if len(frame):
        # The constant keeps rows that are blank all over.
        data = in_memory("the frame", frame.assign(**{NO_HEADER: "x"})).data
        said = Said(columns or {}, values=_meanings(saved))
        scored = _scored(saved, prospects_in(data, wanted_of(saved), said, shown_as="the frame"))
        for record, place in zip(scored.prospects.numbers, scored.scores.places, strict=True):
            rows[record - 1] = scored.scores.distinct[place]
    return pd.DataFrame(
        {
            "icp_fit": pd.Series([r.fit for r in rows], frame.index, dtype=float),
            "icp_match": pd.Series([r.match for r in rows], frame.index, dtype=str),
            "icp_probability": pd.Series([r.probability for r in rows], frame.index, dtype=float),
            "icp_points": pd.Series([r.points for r in rows], frame.index, dtype=float),
            "icp_reasons": pd.Series([r.reasons for r in rows], frame.index, dtype=str),
        }
    )


def wanted_of(saved: Derivation, rates: Mapping[str, float] | None = None) -> tuple[Wanted, ...]:
    """The fields that the profile, its posterior or its scorecard asks, those of the profile first.

    ``rates``: what one unit of other currencies is worth in that of the book, beside those behind the profile.
    """
    sources = {report.field: report.source for report in saved.fields}
    first = {condition.field for condition in saved.profile.conditions}
    asked = conditions_of(saved)
    wanted = []
    for field in sorted(asked, key=lambda field: (field not in first, field)):
        source = sources.get(field)
        wanted.append(
            Wanted(
                field,
                source.header if source else None,
                any(condition.kind == "between" for condition in asked[field]),
                frozenset(value for condition in asked[field] for value in condition.values),
                measure=_measure_of(saved, source, rates, is_share=any(c.unit == "%" for c in asked[field])),
                is_yes_no=source is not None and len(source.values) > 0 and source.values.keys() <= YES_NO,
                blank=_said_by_blanks(source.values) if source else None,
                labels=_labels(source.values) if source else frozenset(),
                is_list=any(condition.kind == "has" for condition in asked[field]),
            )
        )
    return tuple(wanted)


def _labels(values: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """What the words of a field, however spelled, are known by."""
    return frozenset(
        same_label(text) for value, spelled in values.items() for text in (value, *spelled) if text
    )


def _measure_of(
    saved: Derivation, source: FieldSource | None, rates: Mapping[str, float] | None, *, is_share: bool
) -> Measure:
    """What a field is compared in: its own currency, else the book's, with the rates told in that.

    Where nothing tells the book's currency, rates are in the field's own.
    """
    units = (criterion.unit for criterion in saved.criteria)
    told = source.unit if source else None
    book = saved.settings.get("currency") or next((unit for unit in units if CODE.fullmatch(unit)), told)
    own = told or book
    worth = {**saved.settings.get("rates", {}), **(rates or {}), **({book: 1.0} if book else {})}
    base = worth.get(own) if own else None
    return Measure(
        is_share=is_share,
        in_percent=not is_share and source is not None and "%" in source.header,
        currency=own,
        rates={code: rate / base for code, rate in worth.items()} if base else {},
    )


def _said_by_blanks(values: Mapping[str, Sequence[str]]) -> str | None:
    """The value that blanks were read as in the export behind the profile."""
    return next((value for value, spelled in values.items() if "" in spelled), None)


def _scored(saved: Derivation, prospects: Prospects) -> Scored:
    columns = {f: _column(array, prospects.ends.get(f)) for f, array in prospects.columns.items()}
    scores = score_columns(saved, columns, prospects.rows)
    missing = tuple(w.field for w in wanted_of(saved) if w.field not in columns)
    return Scored(saved, prospects, scores, missing, tuple(_strange_words(saved, prospects, columns)))


def _strange_words(
    saved: Derivation, prospects: Prospects, columns: Mapping[str, TextColumn | NumberColumn]
) -> Iterator[str]:
    """Of each field that the profile asks in words: how many rows say words that its export never held, and which."""
    reports = {report.field: report for report in saved.fields}
    for asked in saved.profile.conditions:
        column = columns.get(asked.field)
        if asked.kind != "one_of" or not isinstance(column, TextColumn):
            continue
        times = np.bincount(column.codes[column.codes >= 0], minlength=len(column.distinct)).tolist()
        known = known_as(column.distinct, reports.get(asked.field))
        strange = sorted(
            (-n, text)
            for text, value, n in zip(column.distinct, known, times, strict=True)
            if value is None and n
        )
        if not strange:
            continue
        shown = [f"{text} ({-n:,})" for n, text in strange[:STRANGE_SHOWN]]
        if more := len(strange) - len(shown):
            shown.append(f"{more:,} more")
        yield (
            f"{prospects.raw.path}: {prospects.headers[asked.field]!r}: {-sum(n for n, _ in strange):,} of "
            f"{count(sum(times), 'filled cell')} say what the export behind the profile never held: unknown there ({listed(shown, 'and')}). "
            f"The profile asks for {listed(asked.values)}: say what other words mean below {values_table(asked.field)} in icp.toml, or name a "
            f"column that says it ({column_flag(asked.field)})."
        )


def _column(
    array: pa.Array | pa.ChunkedArray, ends: pa.Array | pa.ChunkedArray | None
) -> TextColumn | NumberColumn:
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if pa.types.is_floating(whole.type):
        return NumberColumn(_with_nan(whole), None if ends is None else _with_nan(ends))
    encoded = whole.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return TextColumn(tuple(encoded.dictionary.to_pylist()), codes)


def _with_nan(numbers: pa.Array | pa.ChunkedArray) -> np.ndarray:
    found: np.ndarray = numbers.fill_null(np.nan).to_numpy(zero_copy_only=False)
    return found
