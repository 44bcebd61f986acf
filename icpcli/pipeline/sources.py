"""What icp.json remembers of the exports behind it."""

from __future__ import annotations

import dataclasses
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from icpcli.errors import InputError
from icpcli.model.common import STDIN, CrmObject, Kind
from icpcli.model.profile import FieldSource, SourceRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from icpcli.model.profile import Derivation
    from icpcli.model.tables import ColumnReading, Exports, Source
    from icpcli.settings import Settings


def source_records(sources: Iterable[Source], base: Path) -> tuple[SourceRecord, ...]:
    """The files read, with paths relative to the folder of icp.json, so that a repository can be moved."""
    return tuple(
        SourceRecord(
            path=_relative(s.path, base),
            sha256=s.sha256,
            object=s.object,
            read=s.read,
            kept=s.kept,
            merged=s.merged,
            dropped=dict(sorted(s.dropped.items())),
        )
        for s in sources
    )


def remembered_paths(saved: Derivation, base: Path, command: str) -> list[str]:
    """The paths of the exports behind a saved profile; raises InputError where one is gone, with the ``command`` that takes others.

    Of a table in an archive or a workbook it is that file's path.
    """
    paths = list(dict.fromkeys(record.path for record in saved.sources))
    if any(path.split("/")[0] == STDIN for path in paths):
        raise InputError(
            "The profile was derived from standard input, so there is nothing to read again.",
            (f"Say which export to read: icp {command} PATH",),
        )
    if kept := [path for path in paths if is_memory(path)]:
        raise InputError(
            f"The profile was derived from tables in memory ({', '.join(kept)}), so there is nothing to read again.",
            (f"Say which export to read: icp {command} PATH",),
        )
    found = list(dict.fromkeys(_file_of(base / path) for path in paths))
    gone = [str(path) for path in found if not path.exists()]
    if gone:
        raise InputError(
            f"The exports behind the profile are gone: {', '.join(gone)}.",
            (f"Say where they are now: icp {command} PATH",),
        )
    return [str(path) for path in found]


def is_memory(path: str) -> bool:
    """Whether a saved path is that of a table in memory, which has a name and no place: ``<deals>``."""
    return path.startswith("<") and path.endswith(">")


def rebased(derivation: Derivation, old: Path, new: Path) -> Derivation:
    """The derivation with the paths of its sources as they are found from another folder."""
    if old.absolute() == new.absolute():
        return derivation
    moved = (dataclasses.replace(s, path=_relative(_joined(old, s.path), new)) for s in derivation.sources)
    return dataclasses.replace(derivation, sources=tuple(moved))


def _joined(folder: Path, path: str) -> str:
    return path if path == STDIN or is_memory(path) else str(folder / path)


def _file_of(path: Path) -> Path:
    """The file at a path, or the file that a path leads into."""
    return next((file for file in (path, *path.parents) if file.is_file()), path)


def saved_settings(settings: Settings) -> dict[str, Any]:
    """The choices behind a result as plain values; the sources have a place of their own."""
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    del plain["sources"]
    return plain


def account_readings(exports: Exports) -> list[ColumnReading]:
    """The columns that describe companies, in canonical order; those of account files first."""
    return sorted(
        exports.readings, key=lambda r: (r.object is not CrmObject.ACCOUNT, r.object, r.path, r.header)
    )


def field_sources(readings: Sequence[ColumnReading]) -> Mapping[str, FieldSource]:
    """Where each field of the profile came from, by the first of its readings; a custom column goes by its own header.

    Its spellings are those of all files of that object, or none where one holds too many to list.
    """
    found: dict[str, list[ColumnReading]] = {}
    for reading in readings:
        found.setdefault(reading.field or reading.header, []).append(reading)
    return {name: _source([r for r in same if r.object is same[0].object]) for name, same in found.items()}


def _source(readings: Sequence[ColumnReading]) -> FieldSource:
    values = _spellings(readings)
    ends = {raw: end for reading in readings for raw, end in reading.ends.items()} if values else {}
    return FieldSource(
        readings[0].object,
        readings[0].header,
        values,
        unit=next((r.unit for r in readings if r.unit is not None), None),
        ends={raw: ends[raw] if math.isfinite(ends[raw]) else None for raw in sorted(ends)},
        is_unlisted=any(r.is_unlisted for r in readings),
    )


def _spellings(readings: Sequence[ColumnReading]) -> Mapping[str, tuple[str, ...]]:
    filled = [r for r in readings if r.filled_share]
    if any(r.kind is Kind.CATEGORY and not r.values for r in filled):
        return {}
    raws: dict[str, set[str]] = {}
    for value, written in ((v, w) for r in filled for v, w in r.values.items()):
        raws.setdefault(value, set()).update(written)
    return {value: tuple(sorted(raws[value])) for value in sorted(raws)}


def _relative(path: str, base: Path) -> str:
    if path == STDIN or is_memory(path):
        return path
    try:
        return Path(os.path.relpath(path, base)).as_posix()
    except ValueError:  # another drive
        return Path(path).absolute().as_posix()
