"""Words that every room shares: criteria, objects, kinds of columns, findings, intervals, progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, Protocol

SchemaVersion = Literal[1]
SCHEMA_VERSION: SchemaVersion = 1

NO_DATE = date(1970, 1, 1)
"""Stands for "as of" where the data hold no date at all: then nothing is measured in time."""

STDIN = "-"
"""Stands for standard input where a path is asked."""

MANY_RAGGED_ROWS = "ICP110"
"""The finding that a fifth or more of a file's rows did not fit and were left out."""

OLD_EXPORT = "ICP501"
"""The finding that an export is older than a profile may go without review."""

NOTHING_NEWER = "ICP503"
"""The finding that an export holds nothing newer than the profile."""

NOT_ALL_THERE = "ICP507"
"""The finding that an export lacks many of the companies behind the profile, or what tells of them."""

FIELDS_CHANGED = "ICP508"
"""The finding that the fields of the profile are told otherwise than when it was derived, or not at all."""

MONEY_CHANGED = "ICP509"
"""The finding that the same companies pay, or cost, a multiple of what they did when the profile was derived."""

URGENT = frozenset(
    {MANY_RAGGED_ROWS, OLD_EXPORT, NOTHING_NEWER, NOT_ALL_THERE, FIELDS_CHANGED, MONEY_CHANGED}
)
"""Findings that stand at the top of every report: a reader must know them before anything else."""


class Criterion(StrEnum):
    """The four economic questions that make a customer ideal."""

    ACQUISITION_COST = "acquisition_cost"
    RETENTION = "retention"
    LIFETIME_VALUE = "lifetime_value"
    ADVOCACY = "advocacy"


class CrmObject(StrEnum):
    """What one row of an exported file stands for."""

    ACCOUNT = "account"
    CONTACT = "contact"
    DEAL = "deal"
    INVOICE = "invoice"
    SUBSCRIPTION = "subscription"
    ROLE = "role"
    ACTIVITY = "activity"
    CHURN = "churn"
    SURVEY = "survey"
    COST = "cost"
    OTHER = "other"


class Kind(StrEnum):
    """How the cells of a column are to be read."""

    ID = "id"
    TEXT = "text"
    CATEGORY = "category"
    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    DATE = "date"
    BOOLEAN = "boolean"


NUMBERS = frozenset({Kind.MONEY, Kind.COUNT, Kind.SHARE})


class Verdict(StrEnum):
    """What the data say about the profile found in them."""

    SUPPORTED = "supported"
    TENTATIVE = "tentative"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something the data made the program do or notice; printed in every report.

    ``code`` is stable and listed in the README; ``rows`` counts the rows concerned, None where rows
    are not the matter.
    """

    code: str
    message: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


class Progress(Protocol):
    """Told of each stage as it advances; ``total`` 0 means the length is not known."""

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Report that ``done`` of ``total`` steps of ``stage`` are finished."""


def silent(stage: str, done: int = 0, total: int = 0) -> None:
    """Progress that nobody watches."""
