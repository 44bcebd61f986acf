"""The frames of the first stages: exports as read, the book of accounts, the people, the ranking."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from icpcli.model.common import Criterion, CrmObject, Finding, Kind
    from icpcli.model.profile import CriterionSource
    from icpcli.model.scale import Scale


@dataclass(frozen=True, slots=True)
class Source:
    """One file read, with every row accounted for.

    ``path`` is as the user would type it. ``read`` counts data records (the header apart): each was
    kept, merged into another row, or dropped for a named reason.
    """

    path: str
    sha256: str
    object: CrmObject
    read: int
    kept: int
    merged: int
    dropped: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse totals that do not add up, or to which one below zero does: a row would have been lost, or told twice."""
        parts = (self.kept, self.merged, *self.dropped.values())
        if self.read != sum(parts) or min(parts) < 0:
            msg = (
                f"{self.path}: {self.read} rows read, but {self.kept} + {self.merged} + {dict(self.dropped)}"
            )
            raise AssertionError(msg)


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that did not fit its table, or a cell that could not be read. ``line`` is the file's line number, from 1."""

    path: str
    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What one column was understood to be.

    ``field`` is the canonical field (None for a custom column); ``why`` says in words how it was
    recognised; ``filled_share`` is 0-1; ``samples`` holds up to three values, masked where personal;
    ``values`` gives for each canonical value the raw spellings behind it, plain numbers left out; ``ends`` where those end that are ranges. ``is_unlisted``: its
    figures are no plain numbers, and written in too many ways to list.
    """

    path: str
    object: CrmObject
    header: str
    field: str | None
    kind: Kind
    why: str
    filled_share: float
    samples: tuple[str, ...]
    unit: str | None = None
    unreadable: int = 0
    values: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    ends: Mapping[str, float] = dataclasses.field(default_factory=dict)
    is_unlisted: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What names somebody in the exports, in lower case without accents; never shown.

    ``people``: the words of persons' names and addresses. ``companies``: the names of companies, each as its words,
    the legal form left out.
    """

    people: frozenset[str]
    companies: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Exports:
    """Every export as canonical tables, one per object.

    Companies and people are in canonical order, the rows of the other tables in that of the files: of events only
    sums, counts and dates are asked, which no order changes. Each table has ``account_key`` (text; null where the row belongs to no known account; unique in
    the account table), the columns of FIELDS that the files had, and ``custom:<header>`` columns
    (accounts only). The account table has ``parent_key`` (the account key of the parent, or a name that no account has),
    ``site`` (its web domain) and ``referrer_key`` (the account key of who referred it). The account and deal tables have ``outcome`` (won, lost, open). The contact
    table has ``contact_key`` (text, the same on all rows of one person) and ``contact_row`` (its row in the file). Links hold
    (deal_id, contact_key, buying_role). The activity table has ``hour`` (int, 0-23; null where its time has none).
    ``names`` are the words that name a person or a company in these files; of no use but to be kept out of what is
    shown. ``readings`` are sorted by (object, path, header).
    """

    tables: Mapping[CrmObject, pa.Table]
    deal_contacts: pa.Table | None
    sources: tuple[Source, ...]
    readings: tuple[ColumnReading, ...]
    rejects: tuple[Reject, ...]
    findings: tuple[Finding, ...]
    as_of: date
    names: Names = dataclasses.field(default_factory=lambda: Names(frozenset(), frozenset()))


MOSTLY_TOLD = 0.5  # of the companies worked have a cost of their own, where it counts rather than spend


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """One row per account worked, in canonical order of ``account_key``; ``not_worked`` and ``in_pipeline`` count the others.

    ``accounts`` columns (missing where unknown, never 0):
      account_key, name: text
      group: int, accounts that share a parent, a domain or a deal carry the same number
      is_customer: bool (else a deal was lost and none won); won_deals, lost_deals: int
      is_new_business: bool, False where all that was worked are renewals, upsells, known customers: they cannot
      say what winning costs; is_activated: bool, False for customers who never bought anything
      won_at_first: float, 1 where its first deal of new business to be decided was won, 0 where lost, NaN where no deals tell
      customer_since, churned_on, last_order_on: datetime64[s]
      has_left: bool, customers of whom it is told that they left, on a day that is told or not
      followed_from: datetime64[s], since when churn could have been seen (left truncation)
      lost_on: datetime64[s], of companies lost the day their last deal was
      orders: int, purchases counted (invoices, else won deals; credit notes are none)
      realised_revenue, realised_margin: float, account currency, net of credit notes
      monthly_value: float, margin (revenue where no margin) per month, subscriptions, contracts and MRR only
      order_value_log_mean: float, mean of the log of margin per order (repeat orders and single sales)
      contract_value: float, margin of all of a contract, as its company's own row tells it
      acquisition_cost: float, currency; touches, activities, days_to_close, hours (or days,
      of work), discount: float, signs of effort
      touches_of_life, activities_of_life: bool, counted to this day and not until the account was won
      nps, satisfaction: float, mean answer on the scale exported; each with _answers (int) and _squares (float, the sum
      of squared answers); referrals: float, given; advocacy_signs: float, references, reviews, case studies, willing to recommend
    ``attributes``: same rows, one column per candidate attribute, text or float, missing is None/NaN.
    ``attribute_kinds``: field -> Kind. ``orders``: account_key, ordered_on (datetime64[s]), amount (margin), revenue,
    is_purchase (False for credit notes and what they take back). ``spend``: channel, month (its first day, NaT for spend of
    no month), amount (NaN where not known), through (the last month of which its file tells spend). ``pursuits``: account_key, channel, worked_on; the deals of new business that spend was for.
    ``regime``: contract (churn dates), repeat (orders, no end dates) or single. ``leaving_is_dated``: False where it is told who
    left, and of nobody when: whether each had left by today is all that is known (current status). ``currency``: the ISO
    code of all money, None where no export names one.
    """

    accounts: pd.DataFrame
    attributes: pd.DataFrame
    attribute_kinds: Mapping[str, Kind]
    orders: pd.DataFrame
    spend: pd.DataFrame
    pursuits: pd.DataFrame
    regime: str
    currency: str | None
    as_of: date
    not_worked: int
    not_worked_attributes: pd.DataFrame
    findings: tuple[Finding, ...]
    in_pipeline: int = 0
    leaving_is_dated: bool = True

    @property
    def costs_are_by_channel(self) -> bool:
        """Whether what a company cost to win is only known as its share of what its channel cost.

        Costs told of few companies (a referral's commission) do not stand for all where spend is told.
        """
        told = self.accounts["acquisition_cost"].notna()
        return len(self.spend) > 0 and not (len(told) > 0 and float(told.mean()) >= MOSTLY_TOLD)


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """One row per person known, in canonical order of ``contact_key``.

    ``contacts`` columns: contact_key, contact_id (text or None), contact_row (int, row in its file),
    account_key, job_title, department, seniority, buying_role, channel (text or None),
    times_contacted, employees (of the company), emails_sent, emails_opened, emails_clicked, emails_replied (float),
    won_tie, lost_tie (bool: takes part in a won or lost deal).
    ``ties_known`` is False where no export says who took part in which deal; ``exported`` where no file holds people;
    ``one_each`` where no deal names more than one person.
    ``texts`` columns: contact_key, account_key, document (int, the same text of several people once), source (notes,
    description, won_reason, lost_reason, nps_comment), score (float, the NPS given with a comment), text.
    ``activities`` columns: contact_key, activity_type, direction, result (text or None), weekday (float, 0 = Monday),
    hour (float).
    """

    contacts: pd.DataFrame
    ties_known: bool
    exported: bool = True
    texts: pd.DataFrame | None = None
    activities: pd.DataFrame | None = None
    names: Names | None = None
    one_each: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Existing customers, best first.

    ``customers`` columns: account_key, name, rank (1 = best; missing where no criterion is known),
    score (0-100), then for each criterion its figure in its unit and ``<criterion>_percentile``
    (0-100, higher is better), ``criteria_known`` (how many of the criteria stand behind the score), and in currency
    ``realised_value`` (margin of all purchases so far, undiscounted), ``value_to_date`` and ``value_expected`` (the two parts of
    lifetime value: discounted, within the horizon). ``stability``: how the order changes with the weights.
    """

    customers: pd.DataFrame
    criteria: tuple[CriterionSource, ...]
    findings: tuple[Finding, ...]
    stability: tuple[Reweighing, ...] = ()


@dataclass(frozen=True, slots=True)
class Reweighing:
    """One weight changed by ``factor``: the rank correlation (-1 to 1, Spearman) of the order with the order as it is."""

    criterion: Criterion
    factor: float
    rank_correlation: float


@dataclass(frozen=True, slots=True)
class Segment:
    """One group of companies. Rates and means are partially pooled; None where nobody in any group has a figure.

    ``worked`` counts the companies worked as new business, ``win_rate`` is the share of them that was won (0-1); ``means`` by criterion, ``known`` how many customers
    stand behind each (of acquisition cost: companies worked, and it is all that was spent per customer won).
    """

    name: str
    customers: int
    worked: int
    win_rate: float | None
    means: Mapping[Criterion, float | None]
    known: Mapping[Criterion, int]


@dataclass(frozen=True, slots=True, eq=False)
class Utility:
    """What the search hears: one standardised part per criterion, for the rows of ``Book.accounts``.

    ``parts``: float64 (accounts, criteria), mean 0 and sd 1 over the accounts that have the part, higher
    is better, NaN where missing (never 0). ``criteria``: the columns of ``parts``, those that exist and
    weigh something. ``weights``: float64 (criteria,). ``groups``: int64 (accounts,), as ``Book.accounts.group``.
    ``scale``: by what the parts were measured; a later book measured by it has neither mean 0 nor sd 1.
    """

    parts: np.ndarray
    criteria: tuple[Criterion, ...]
    weights: np.ndarray
    groups: np.ndarray
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure was read: the column of a file, and how many of its rows are this customer's."""

    path: str
    column: str
    rows: int


@dataclass(frozen=True, slots=True)
class ExplanationRow:
    """One criterion of one customer; ``figure`` in ``unit``, ``percentile`` 0-100 (higher is better), None = not known.

    ``origins``: the columns read for it. ``would_move``: where the customer would stand with a better figure, in words.
    """

    criterion: Criterion
    figure: float | None
    unit: str
    percentile: float | None
    weight: float
    source: str
    origins: tuple[Origin, ...] = ()
    would_move: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one customer stands where it stands, among the ``customers`` that are ranked; ``facts`` are figures behind it."""

    name: str
    rank: int | None
    customers: int
    score: float | None
    customer_since: date | None
    churned_on: date | None
    rows: tuple[ExplanationRow, ...]
    facts: tuple[str, ...] = ()
