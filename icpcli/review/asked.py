"""What a saved profile asks, in exports that may have lost its columns or renamed its values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from icpcli.cluster.rules import membership
from icpcli.errors import DataError
from icpcli.review.basis import companies_with
from icpcli.scoring.columns import known_as
from icpcli.wording import listed

if TYPE_CHECKING:
    from icpcli.model.profile import Condition, Derivation, FieldReport

MOST_SHOWN = 12
LEAST_GONE = 10  # companies that had a value of which no filter or merger leaves none


def require_conditions(saved: Derivation, attributes: pd.DataFrame) -> None:
    """Raise DataError where a field of the profile is in no column, or none of the values it asks for is there any more.

    Nobody could then be found inside it, which says nothing of the market.
    """
    reports = {report.field: report for report in saved.fields}
    for condition in saved.profile.conditions:
        header = _header(reports.get(condition.field), condition.field)
        if condition.field not in attributes or not attributes[condition.field].notna().any():
            raise DataError(
                f"The profile asks for {condition.field}, and no column of these exports holds it.",
                (
                    f"Looked for: {header}, as when the profile was derived",
                    f"There is: {', '.join(map(str, attributes.columns[:MOST_SHOWN])) or 'no field of companies'}",
                    f'If another column holds it: --column account.{condition.field}="THAT COLUMN"',
                    "If it is gone for good: icp derive",
                ),
            )
        if condition.values and not (membership([condition], attributes) == 1).any():
            raise DataError(
                f"No company of these exports has {header} {listed(condition.values, 'or')}, which the profile asks for.",
                (
                    f"There is: {', '.join(_most_frequent(attributes[condition.field]))}",
                    "If the values were renamed, derive the profile again: icp derive",
                ),
            )
        _refuse_vanished(condition, reports.get(condition.field), header, attributes)


def _refuse_vanished(
    asked: Condition, report: FieldReport | None, header: str, attributes: pd.DataFrame
) -> None:
    """Raise DataError where one of the values was common when the profile was derived, and nobody has it any more."""
    for value in asked.values if asked.kind == "one_of" else ():
        one = replace(asked, values=(value,))
        was = companies_with(report, one)
        if was < LEAST_GONE or (membership([one], attributes) == 1).any():
            continue
        new = [v for v in _most_frequent(attributes[asked.field]) if known_as([v], report) == [None]]
        instead = (
            f"New since then: {', '.join(new)}" if new else "No value is new: it may stand under another one"
        )
        raise DataError(
            f"No company of these exports has {header} {value}, which {was:,} companies had when the profile was derived.",
            (
                instead,
                "If it was renamed, derive the profile again: icp derive",
                "If these companies were filtered out, review an export that holds them.",
            ),
        )


def in_saved_words(saved: Derivation, attributes: pd.DataFrame) -> pd.DataFrame:
    """The fields that the profile asks, in its own spellings; a value that its export never held is unknown, as for ``icp score``."""
    reports = {report.field: report for report in saved.fields}
    told = {c.field: attributes[c.field] for c in saved.profile.conditions}
    for condition in saved.profile.conditions:
        if condition.kind == "one_of":
            told[condition.field] = _known(told[condition.field], reports.get(condition.field))
    return pd.DataFrame(told, index=attributes.index)


def _known(column: pd.Series, report: FieldReport | None) -> pd.Series:
    distinct = [str(value) for value in column.dropna().unique()]
    return column.map(dict(zip(distinct, known_as(distinct, report), strict=True)), na_action="ignore")


def _header(report: FieldReport | None, field: str) -> str:
    return report.source.header if report and report.source else field


def _most_frequent(column: pd.Series) -> list[str]:
    counts = column.dropna().astype(str).value_counts()
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [str(value) for value, _ in ranked[:MOST_SHOWN]]


__all__ = ["in_saved_words", "require_conditions"]
