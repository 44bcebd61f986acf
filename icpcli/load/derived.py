"""What no export says in so many words: the sector behind an industry."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.sectors import is_coarser, sectors_of
from icpcli.model.common import CrmObject, Kind
from icpcli.model.tables import ColumnReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.parts import Part

MIN_PLACED = 0.5  # of the companies with an industry must have a sector for sectors to be worth a field
SAMPLES = 3


def with_sectors(accounts: pa.Table, parts: Sequence[Part]) -> pa.Table:
    """The companies with the sector of their industry, where sectors bring industries together and place most."""
    if "industry" not in accounts.column_names:
        return accounts
    encoded = accounts.column("industry").combine_chunks().dictionary_encode()
    industries = encoded.dictionary.to_pylist()
    sectors = sectors_of(industries, header=_header(parts))
    column = pa.array([sectors.get(text) for text in industries], pa.string()).take(encoded.indices)
    known = len(encoded) - encoded.null_count
    if not is_coarser(sectors) or len(column) - column.null_count < MIN_PLACED * known:
        return accounts
    return accounts.append_column("sector", column)


def sector_readings(accounts: pa.Table, parts: Sequence[Part]) -> tuple[ColumnReading, ...]:
    """How the sectors came about: from which column, and which industries stand behind each."""
    part = _source(parts)
    if part is None or "sector" not in accounts.column_names:
        return ()
    pairs = accounts.select(["sector", "industry"]).group_by(["sector", "industry"]).aggregate([]).to_pylist()
    behind = defaultdict(set)
    for pair in pairs:
        if pair["sector"] is not None:
            behind[pair["sector"]].add(pair["industry"])
    column = accounts.column("sector")
    counts = pc.value_counts(pc.drop_null(column)).to_pylist()
    ranked = sorted(counts, key=lambda pair: (-pair["counts"], pair["values"]))
    header = _header(parts)
    return (
        ColumnReading(
            path=part.path,
            object=CrmObject.ACCOUNT,
            header=header,
            field="sector",
            kind=Kind.CATEGORY,
            why=f"derived from {header!r}: sections of NACE",
            filled_share=1 - column.null_count / len(column),
            samples=tuple(pair["values"] for pair in ranked[:SAMPLES]),
            values={sector: tuple(sorted(behind[sector])) for sector in sorted(behind)},
        ),
    )


def _source(parts: Sequence[Part]) -> Part | None:
    """The first part by path that says industries; what deals say aside comes last."""
    said = [p for p in parts if p.object is CrmObject.ACCOUNT and "industry" in p.table.column_names]
    return min(said, key=lambda p: (p.is_aside, p.path), default=None)


def _header(parts: Sequence[Part]) -> str:
    part = _source(parts)
    return part.understood.of(CrmObject.ACCOUNT)["industry"].header if part else ""


__all__ = ["sector_readings", "with_sectors"]
