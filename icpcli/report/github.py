"""A result as annotations of GitHub Actions: lines of standard output that GitHub shows beside the run.

Source of the form and its escapes: GitHub Docs, "Workflow commands for GitHub Actions", and ``toCommandValue``,
``escapeData`` and ``escapeProperty`` of actions/toolkit, packages/core/src/command.ts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from icpcli.model.common import URGENT, Verdict
from icpcli.model.review import Decision
from icpcli.wording import count, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icpcli.model.common import Finding
    from icpcli.model.profile import Derivation
    from icpcli.model.review import Review

MOST_LINES = 20  # of one annotation; the summary has them all


class Level(StrEnum):
    """How loud an annotation is; only an error is red."""

    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One message; ``file`` is the one in the repository that it is about, where there is one."""

    level: Level
    title: str
    message: str
    file: str = ""


def render(annotations: Iterable[Annotation]) -> str:
    """The annotations, a line each: nothing in a name of a company can begin another one."""
    return "".join(_line(annotation) for annotation in annotations)


def of_derivation(d: Derivation, file: str) -> tuple[Annotation, ...]:
    """The verdict with the profile's sentence, what must be known before anything else, and what was noticed."""
    return (_verdict(d, file), *of_findings(d.findings))


def of_findings(findings: Sequence[Finding]) -> tuple[Annotation, ...]:
    """Urgent findings as warnings of their own, the others together as one notice."""
    urgent = tuple(Annotation(Level.WARNING, f.code, f.message) for f in findings if f.code in URGENT)
    rest = [f"{f.code} {f.message}" for f in findings if f.code not in URGENT]
    if not rest:
        return urgent
    return (*urgent, Annotation(Level.NOTICE, count(len(rest), "finding"), _lines(rest)))


def of_differences(lines: Sequence[str], file: str) -> tuple[Annotation, ...]:
    """Whether a saved profile is what the exports give."""
    if not lines:
        return (Annotation(Level.NOTICE, "ICP: unchanged", f"{file} is what these exports give.", file),)
    return (Annotation(Level.ERROR, f"{file} is not what these exports give", _lines(lines), file),)


def of_review(review: Review, file: str) -> tuple[Annotation, ...]:
    """What to do with the profile, and why; an error where somebody must decide (exit code 4)."""
    reasons = [*review.reasons]
    if review.is_overdue:
        reasons.append(f"The review is overdue since {review.latest.isoformat()}.")
    title = f"ICP review: {review.decision}"
    return (Annotation(_level(review), title, _lines(reasons), file), *of_findings(review.findings))


def _level(review: Review) -> Level:
    if review.decision in {Decision.REVISE, Decision.REPLACE} or review.is_overdue:
        return Level.ERROR
    needs_a_look = review.decision is Decision.REFRESH or review.has_stopped_parts
    return Level.WARNING if needs_a_look else Level.NOTICE


def of_error(message: str, details: Sequence[str]) -> tuple[Annotation, ...]:
    """Why nothing could be done."""
    return (Annotation(Level.ERROR, "icp", _lines([message, *details])),)


def _verdict(d: Derivation, file: str) -> Annotation:
    profile = d.profile
    who = f"{count(profile.customers, 'customer')}, {percent(profile.share_of_customers)} of yours."
    match profile.verdict:
        case Verdict.SUPPORTED:
            return Annotation(Level.NOTICE, "ICP: supported", f"{profile.statement} {who}", file)
        case Verdict.TENTATIVE:
            return Annotation(Level.WARNING, "ICP: tentative", f"{profile.statement} {who}", file)
        case Verdict.UNSUPPORTED:
            note = profile.evidence.power_note if profile.evidence else ""
            return Annotation(Level.WARNING, "ICP: your data support no profile", note, file)


def _lines(lines: Sequence[str]) -> str:
    more = [f"... and {len(lines) - MOST_LINES:,} more"] if len(lines) > MOST_LINES else []
    return "\n".join([*lines[:MOST_LINES], *more])


def _line(a: Annotation) -> str:
    properties = {"file": a.file, "title": a.title}
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{a.level} {given}::{_data(a.message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
