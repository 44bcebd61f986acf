"""The scale on which a book was heard: plain values, so that a later book can be measured on the same one."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  msgspec reads these annotations at run time
from dataclasses import dataclass, field

from icpcli.model.common import Criterion  # noqa: TC001  msgspec reads these annotations at run time


@dataclass(frozen=True, slots=True)
class Steps:
    """A rising step function: ``level[i]`` holds from ``months[i]`` on, 0 before the first."""

    months: tuple[float, ...] = ()
    level: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Standard:
    """A mean and a standard deviation, by which a figure is made comparable: (figure - mean) / spread."""

    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class PartScale:
    """By what a criterion's part was standardised, over the accounts that have it.

    ``unit``: what it was read in ("effort", "money a month, EUR"), empty where nothing else can be meant.
    """

    criterion: Criterion
    mean: float
    spread: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the parts of a book are measured against.

    ``regime`` is that of the book; ``parts`` has one entry per criterion heard; ``hazard`` is the accumulated hazard of
    leaving (contract; where nothing tells when customers left, the share that has), ``orders`` the mean cumulative repeat orders (repeat), both by months since the first day, None
    elsewhere. ``totals`` is the mean log of the total so far by months since the first day, where customers are told by one
    total each (before its first month it is level), None elsewhere. ``inner`` standardises what a part is made of, by name: "won", "cheap" (minus the log of the cost, or minus
    the index of effort) and what that index is made of ("touches", "activities", "days_to_close", "discount"); answers and
    signs of advocacy ("nps", "satisfaction", "referrals", "signs"). ``limits`` are the figures below and beyond which one
    counts as the limit, by name: "cost" and "value" (money, before its log is taken), "log value" (the log of what is paid
    a month, or for a purchase, or so far beside ``totals``). ``leaving_is_dated``: whether ``hazard`` is one, and no share.
    """

    regime: str
    parts: tuple[PartScale, ...]
    hazard: Steps | None = None
    orders: Steps | None = None
    inner: Mapping[str, Standard] = field(default_factory=dict)
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    totals: Steps | None = None
    leaving_is_dated: bool = True

    def of(self, criterion: Criterion) -> PartScale | None:
        """The scale of one criterion, None where the book did not have it."""
        return next((p for p in self.parts if p.criterion is criterion), None)
