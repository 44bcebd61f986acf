"""The reviews of a profile, one JSON line each, in a file that git can keep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from icpcli.errors import ProfileFileError
from icpcli.model.common import Finding
from icpcli.model.review import Review, Reviewed
from icpcli.store import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE_NAME = "reviews.jsonl"
UNREADABLE = "ICP504"


def line_of(review: Review) -> Reviewed:
    """What the history keeps of a review."""
    drift, coverage = review.drift, review.coverage.share
    return Reviewed(
        reviewed_on=review.today,
        profile_as_of=review.profile_as_of,
        as_of=review.as_of,
        decision=review.decision,
        overdue=review.is_overdue,
        rederived=review.rederived,
        customers=review.customers,
        size=review.size,
        newcomers=drift.arrivals.customers if drift else 0,
        newcomers_inside=drift.arrivals.inside if drift else 0,
        coverage=coverage.value if coverage else None,
        lift=drift.share.value if drift and drift.share else None,
        statistic=drift.statistic if drift else 0.0,
    )


def read_history(path: Path) -> tuple[tuple[Reviewed, ...], tuple[Finding, ...]]:
    """The reviews in a file by date, and a finding where lines could not be read; nothing where there is no file.

    Raises ProfileFileError where no line is a review: then the file is somebody else's.
    """
    text = _text(path)
    lines = [line for line in text.splitlines() if line.strip()]
    read = [_read(line) for line in lines]
    known = [review for review in read if review is not None]
    if lines and not known:
        raise ProfileFileError(
            f"{path} is no history of reviews: none of its {len(lines)} lines is one.",
            ("Name another folder with --history.",),
        )
    torn = [place + 1 for place, review in enumerate(read) if review is None]
    findings: tuple[Finding, ...] = ()
    if torn:
        where = ", ".join(map(str, torn))
        message = (
            f"{path}: line {where} is no review (half-written, or edited by hand); it is kept and left out."
        )
        findings = (Finding(UNREADABLE, message, len(torn)),)
    return tuple(sorted(known, key=lambda r: (r.reviewed_on, r.as_of))), findings


def appended(path: Path, line: Reviewed) -> str:
    """The file's text with this review at its end; one of the same day and data takes the place of the earlier one."""
    kept = []
    for text in _text(path).splitlines():
        earlier = _read(text)
        if earlier is None or (earlier.reviewed_on, earlier.as_of) != (line.reviewed_on, line.as_of):
            kept.append(text)
    return "".join(f"{text}\n" for text in [*kept, line_text(line)])


def line_text(line: Reviewed) -> str:
    """One review as JSON on one line, sorted keys, six significant digits."""
    plain = rounded(msgspec.to_builtins(line))
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, allow_nan=False)


def with_trend(earlier: Sequence[Reviewed], line: Reviewed) -> tuple[Reviewed, ...]:
    """The reviews so far and this one."""
    same = (line.reviewed_on, line.as_of)
    before = (r for r in earlier if r.reviewed_on <= line.reviewed_on and (r.reviewed_on, r.as_of) != same)
    return (*before, line)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as err:
        raise ProfileFileError(f"{path} cannot be read ({err}).") from err


def _read(line: str) -> Reviewed | None:
    try:
        return msgspec.json.decode(line.encode(), type=Reviewed)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
