"""A column's cells, cleaned once for all that reads them: each distinct text a single time where texts repeat."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icpcli.model.blank import NULLS

if TYPE_CHECKING:
    from collections.abc import Callable

ODD_SPACES = "[\u00a0\u202f\u2007\u2009]"
FORMULA_GUARD = r"^'([=+@-])"  # the apostrophe some CRMs write before what a spreadsheet would compute
# Namibia and New Caledonia, North America and North Carolina; "NN" is INSEE's unknown head count: no employer, or
# presumed to be none since nothing was declared.
NOT_NULL_IN = dict.fromkeys(("country", "region"), frozenset({"na", "nc"}))
NO_EMPLOYER = "unité non employeuse|établissement non employeur|etablissement non employeur"
ALSO_NULL_IN = {"employees": frozenset(f"nn|{NO_EMPLOYER}|{NO_EMPLOYER.replace('non ', 'non-')}".split("|"))}
OTHER_REGIONS = pa.array(["emea", "apac", "latam", "amer", "anz"])
LONGEST_NULL = 4 * max(map(len, NULLS))  # bytes

SAMPLE = 4096  # cells by which to tell whether texts repeat; the answer changes speed, and no result
OFTEN = 0.5


@dataclass(frozen=True, eq=False)
class Cells:
    """A column of text. Cell i is ``values[indices[i]]``, or ``values[i]`` where ``indices`` is None; null = blank."""

    values: pa.Array
    indices: pa.Array | None = None
    _cleaned: dict[str, Cells] = dataclasses.field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> Cells:
        """The cells of a column as read: distinct texts once, unless they hardly repeat."""
        if pa.types.is_dictionary(column.type):
            encoded = column.unify_dictionaries().combine_chunks()
            return cls(encoded.dictionary, encoded.indices)
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        sample = whole.slice(0, SAMPLE)
        if len(pc.unique(sample)) > OFTEN * len(sample) and len(sample) > 1:
            return cls(whole)
        encoded = whole.dictionary_encode()
        return cls(encoded.dictionary, encoded.indices)

    def __len__(self) -> int:
        """How many cells there are, blank ones counted."""
        return len(self.values if self.indices is None else self.indices)

    @cached_property
    def null_count(self) -> int:
        """How many cells are blank."""
        if self.indices is None or not self.values.null_count:
            return int(self.values.null_count) if self.indices is None else int(self.indices.null_count)
        return int(pc.sum(pc.is_null(self.values).take(self.indices)).as_py() or 0)

    @cached_property
    def distinct(self) -> list[str]:
        """Every text once, sorted; blanks apart."""
        texts = self.values if self.indices is not None else pc.unique(self.values)
        return sorted({text for text in texts.to_pylist() if text is not None})

    @property
    def filled_share(self) -> float:
        """The share of cells that are not blank; 0 of no cells."""
        return 1 - self.null_count / len(self) if len(self) else 0.0

    def placed(self, array: pa.Array) -> pa.Array:
        """What was made of ``values``, one for each cell."""
        return array if self.indices is None else array.take(self.indices)

    def texts(self) -> pa.Array:
        """The cells themselves, null where blank."""
        return self.placed(self.values)

    def mapped(self, read: Callable[[str], Any], value_type: pa.DataType) -> pa.Array:
        """What ``read`` makes of each distinct text, one for each cell; null stays null."""
        if self.indices is None:
            encoded = self.values.dictionary_encode()
            return Cells(encoded.dictionary, encoded.indices).mapped(read, value_type)
        made = [None if text is None else read(text) for text in self.values.to_pylist()]
        return pa.array(made, type=value_type).take(self.indices)

    def changed(self, values: pa.Array) -> Cells:
        """The same column with other texts in the place of its own."""
        return Cells(values, self.indices)

    def most_frequent(self, count: int) -> list[str]:
        """The texts that occur most, then the alphabetically first."""
        order = sorted((-times, text) for text, times in self.times().items())
        return [text for _, text in order[:count]]

    def times(self) -> dict[str, int]:
        """How many cells hold each text; blanks apart."""
        if self.indices is None:
            encoded = self.values.dictionary_encode()
            return Cells(encoded.dictionary, encoded.indices).times()
        known = pc.drop_null(self.indices).to_numpy()
        counts = np.bincount(known, minlength=len(self.values)).tolist()
        found: dict[str, int] = defaultdict(int)
        for text, count in zip(self.values.to_pylist(), counts, strict=True):
            if text is not None and count:
                found[text] += count
        return dict(found)

    def first(self, count: int) -> list[str]:
        """The alphabetically first texts."""
        known = pc.drop_null(self.values)
        smallest = pc.select_k_unstable(known, count * 4, [("", "ascending")])
        texts = list(dict.fromkeys(sorted(known.take(smallest).to_pylist())))
        return texts[:count] if len(texts) >= count else self.distinct[:count]


def blank_to_null(cells: Cells | pa.Array | pa.ChunkedArray, *, field: str | None = None) -> Cells:
    """The same cells trimmed, with every way of writing "nothing" as null; NA is Namibia in a country column."""
    raw = cells if isinstance(cells, Cells) else Cells.of(cells)
    own = field if field in {*NOT_NULL_IN, *ALSO_NULL_IN} else ""
    if own not in raw._cleaned:  # noqa: SLF001  a memory of this function's
        raw._cleaned[own] = raw.changed(_cleaned(raw.values, own))  # noqa: SLF001  see above
    return raw._cleaned[own]  # noqa: SLF001  see above


def _cleaned(text: pa.Array, field: str) -> pa.Array:
    if pc.all(pc.string_is_ascii(text)).as_py() is False and _any(pc.match_substring_regex(text, ODD_SPACES)):
        text = pc.replace_substring_regex(text, ODD_SPACES, " ")
    text = pc.utf8_trim_whitespace(text)
    if _any(pc.starts_with(text, "'")):
        text = pc.replace_substring_regex(text, FORMULA_GUARD, r"\1")
    return pc.if_else(_says_nothing(text, field), pa.scalar(None, pa.string()), text)


def _says_nothing(text: pa.Array, field: str) -> pa.Array:
    """Which texts mean that there is nothing; only short ones are looked at."""
    nulls = (NULLS - NOT_NULL_IN.get(field, frozenset())) | ALSO_NULL_IN.get(field, frozenset())
    lengths = pc.binary_length(text)
    empty = pc.equal(lengths, 0)
    first = pc.utf8_slice_codeunits(text, 0, 1)
    starts = pa.array(
        sorted({null[0] for null in nulls if null} | {null[0].upper() for null in nulls if null})
    )
    may_be = pc.and_(pc.is_in(first, value_set=starts), pc.less_equal(lengths, LONGEST_NULL))
    candidates = int(pc.sum(may_be).as_py() or 0)
    if not candidates:
        return empty
    folded = pc.utf8_lower(text)
    if field in NOT_NULL_IN or _any(pc.is_in(folded, value_set=OTHER_REGIONS)):
        nulls -= {"na"}  # beside EMEA it is North America
    return pc.is_in(folded, value_set=pa.array(sorted(nulls)))


def _any(flags: pa.Array) -> bool:
    return bool(pc.any(flags).as_py())


__all__ = ["Cells", "blank_to_null"]
