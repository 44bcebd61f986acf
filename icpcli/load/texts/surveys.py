"""Answers to surveys: the number in a cell that says more, and of several kinds of survey in one file each on its own scale."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.texts.cells import Cells
from icpcli.model.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# "9/10", "9 - Promoter", "10 (extremely likely)", "4,5 / 5"; 4/5 is on another scale than NPS.
ANSWERS = {
    "nps": re.compile(r"(\d{1,2})\s*(?:/\s*10|[-–—:=(]\s*[^\W\d].*)", re.DOTALL),
    "satisfaction": re.compile(
        r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:/\s*\d{1,3}|[-–—:=(]\s*[^\W\d].*)", re.DOTALL
    ),
}
OUT_OF = re.compile(r"[\d.,]+\s*/\s*(\d{1,3})")
OF_SATISFACTION = re.compile(r"\b(?:csat|satisfaction|zufriedenheit|satisfaccion)\b")
OF_EFFORT = re.compile(r"\b(?:ces|effort|aufwand|esfuerzo)\b")
OF_LOYALTY = re.compile(r"\b(?:nps|promoter|loyalty|recommand\w*|recommend\w*)\b")


def answer_in(text: str, field: str | None) -> float | None:
    """The number that an answer begins with; None where the cell is none, or the field holds no answers."""
    match = ANSWERS[field].fullmatch(text.strip()) if field in ANSWERS else None
    return float(match[1].replace(",", ".")) if match else None


def are_on_several_scales(texts: Iterable[str]) -> bool:
    """Whether answers tell how good the best would be, and not all the same: 4/5 and 8/10 have no mean."""
    return len({match[1] for text in texts if (match := OUT_OF.fullmatch(text.strip()))}) > 1


def with_kinds_apart(surveys: pa.Table) -> pa.Table:
    """The surveys with a rating of satisfaction or effort never taken for one of loyalty: a best 5 of 5 is no 5 of 10."""
    names = surveys.column_names
    if not {"survey_type", "nps"} <= set(names):
        return surveys
    kinds = Cells.of(surveys.column("survey_type"))
    rated = surveys.column("nps").combine_chunks()
    nothing = pa.scalar(None, rated.type)
    is_satisfaction = _says(kinds, OF_SATISFACTION)
    told = pc.if_else(is_satisfaction, rated, nothing)
    if "satisfaction" in names:
        told = pc.coalesce(surveys.column("satisfaction").combine_chunks(), told)
        surveys = surveys.drop_columns(["satisfaction"])
    is_other = pc.or_(is_satisfaction, _says(kinds, OF_EFFORT))
    kept = pc.if_else(is_other, nothing, rated)
    place = surveys.column_names.index("nps")
    return surveys.set_column(place, "nps", kept).append_column("satisfaction", told)


def _says(kinds: Cells, words: re.Pattern[str]) -> pa.Array:
    """Which surveys are of this kind, and not of loyalty."""

    def is_so(text: str) -> bool:
        """Whether a kind's name has these words, and none of loyalty."""
        folded = words_of(text)
        return words.search(folded) is not None and OF_LOYALTY.search(folded) is None

    return pc.fill_null(kinds.mapped(is_so, pa.bool_()), False)


__all__ = ["answer_in", "are_on_several_scales", "with_kinds_apart"]
