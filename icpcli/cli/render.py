"""A result in the format that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from icpcli.cli.asked import Format
from icpcli.cli.shell import PLAIN_WIDTH, report_width, wants_colour
from icpcli.report import as_csv, as_json, derivation, inspection, markdown, terminal
from icpcli.report import ranking as ranking_report
from icpcli.report import review as review_report
from icpcli.report.document import with_notices
from icpcli.store import json_text, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from icpcli.model.common import Finding
    from icpcli.model.profile import Derivation
    from icpcli.model.review import Checked, Review
    from icpcli.model.tables import Explanation, Exports
    from icpcli.pipeline.rank import Ranked
    from icpcli.report.document import Document

SCREEN_ROWS = 20  # of a ranking that a person reads

DOCUMENT_FORMATS = (Format.TERMINAL, Format.MARKDOWN, Format.JSON)
TABLE_FORMATS = (*DOCUMENT_FORMATS, Format.CSV)
CI_FORMATS = (*DOCUMENT_FORMATS, Format.GITHUB)


def derivation_text(result: Derivation, chosen: Format, output: Path | None) -> str:
    """The whole report of a derivation; as JSON, exactly icp.json."""
    if chosen is Format.JSON:
        return to_json(result)
    return document_text(derivation.of_derivation(result), result.findings, chosen, output)


def personas_text(result: Derivation, chosen: Format, output: Path | None) -> str:
    """The personas of a derivation; as JSON, the part of icp.json."""
    if chosen is Format.JSON:
        return json_text(result.personas)
    return document_text(derivation.of_personas(result), result.findings, chosen, output)


def ranking_text(ranked: Ranked, top: int | None, chosen: Format, output: Path | None) -> str:
    """The customers in order: the best on a screen, all of them in a file, unless ``top`` says how many."""
    ranking = ranked.ranking
    everyone = len(ranking.customers)
    match chosen:
        case Format.CSV:
            return as_csv.ranking_csv(ranking, top or everyone)
        case Format.JSON:
            return as_json.ranking_json(ranking, top or everyone)
        case Format.TERMINAL | Format.MARKDOWN | Format.GITHUB:
            shown = top or (SCREEN_ROWS if output is None else everyone)
            document = ranking_report.of_ranking(ranking, shown, ranked.notes())
            return document_text(document, ranked.findings, chosen, output)
    assert_never(chosen)


def segments_text(ranked: Ranked, field: str, chosen: Format, output: Path | None) -> str:
    """The groups of a field of companies."""
    found, criteria = ranked.segments(field), ranked.ranking.criteria
    match chosen:
        case Format.CSV:
            return as_csv.segments_csv(found)
        case Format.JSON:
            return json_text(found)
        case Format.TERMINAL | Format.MARKDOWN | Format.GITHUB:
            document = ranking_report.of_segments(field, found, criteria)
            return document_text(document, ranked.findings, chosen, output)
    assert_never(chosen)


def explanation_text(explanation: Explanation, chosen: Format, output: Path | None) -> str:
    """One customer's figures."""
    if chosen is Format.JSON:
        return json_text(explanation)
    return document_text(ranking_report.of_explanation(explanation), (), chosen, output)


def exports_text(exports: Exports, chosen: Format, output: Path | None) -> str:
    """What was understood of the exports."""
    if chosen is Format.JSON:
        return as_json.exports_json(exports)
    return document_text(inspection.of_exports(exports), exports.findings, chosen, output)


def check_text(checked: Checked, chosen: Format, output: Path | None) -> str:
    """What deriving again gave."""
    if chosen is Format.JSON:
        return json_text(checked)
    return document_text(review_report.of_check(checked), (), chosen, output)


def review_text(review: Review, chosen: Format, output: Path | None) -> str:
    """What a review found."""
    if chosen is Format.JSON:
        return json_text(review)
    return document_text(review_report.of_review(review), review.findings, chosen, output)


def document_text(plain: Document, findings: Sequence[Finding], chosen: Format, output: Path | None) -> str:
    """A document in the format that was asked for."""
    document = with_notices(plain, findings)
    if chosen is Format.MARKDOWN:
        return markdown.render(document)
    if output is not None:
        return terminal.render(document, width=PLAIN_WIDTH, colour=False)
    return terminal.render(document, width=report_width(), colour=wants_colour())
