"""The histories of review_histories.py with the whole search, beside the same ones with the planted rule.

    python tests/benchmarks/review_derived.py [HISTORIES] [NEWCOMERS A MONTH ...]

The first book is derived as ``icp derive`` does, with six noise columns; the claim is that of its posterior, newcomers are
inside or outside the rule that was printed, blanks and all. Histories without a supported profile are left out, and counted.
Change and outcomes are those of the same seed in review_histories.py.

Beside it, on the same histories, the rule that comes to mind first: derive anew every month from all customers so far, and
alarm when another rule is printed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.setdefault("OMP_NUM_THREADS", "1")  # a process per history is the better use of a core
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
import review_histories as table
from books import AS_OF, book_of

from icpcli.cluster.attributes import candidates
from icpcli.cluster.profile import derive_profile
from icpcli.cluster.rules import membership
from icpcli.cluster.search import draw_rules, search_of
from icpcli.model.common import Verdict
from icpcli.model.units import DAYS_PER_MONTH
from icpcli.pipeline.basis import basis_of
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS
from icpcli.wording import statement

if TYPE_CHECKING:
    from icpcli.model.tables import Book

FIELDS = ("industry", "country", "channel", "crm")
NOISE = 6
AT_FIRST = -1


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The columns of the first customers, and of the newcomers."""

    first: dict[str, pd.Series]
    newcomers: dict[str, pd.Series]


def attributes_of(c: table.Companies, rng: np.random.Generator) -> dict[str, pd.Series]:
    """The companies' cells as the roll-up gives them, and six columns that say nothing."""
    cells = {
        name: pd.Series([f"{name} {code}" for code in c.codes[:, place]], dtype=object).where(
            ~c.blank[:, place], None
        )
        for place, name in enumerate(FIELDS)
    }
    cells["employees"] = pd.Series(np.where(c.blank[:, table.EMPLOYEES], np.nan, c.employees))
    for number in range(NOISE):
        words = rng.choice([f"n{i}" for i in range(4 + number)], len(c.employees))
        cells[f"noise {number}"] = pd.Series(words, dtype=object)
    return cells


def book_at(raw: table.Raw, cells: Cells, month: int) -> Book:
    """What the export at the end of a month holds; AT_FIRST: that of the profile, before any newcomer."""
    came = raw.history.month <= month
    months = month + 1
    followed = np.concatenate([raw.followed + months, months - raw.history.arrived[came]])

    def both(name: str) -> np.ndarray:
        return np.concatenate([getattr(raw.had, name), getattr(raw.got, name)[came]])

    today = pd.Timestamp(AS_OF)
    since = pd.Series(today - pd.to_timedelta(np.round(followed * DAYS_PER_MONTH), unit="D"))
    left = pd.Series(since + pd.to_timedelta(np.round(both("life") * DAYS_PER_MONTH), unit="D"))
    return book_of(
        len(followed),
        attributes={
            name: pd.concat([column, cells.newcomers[name][came]], ignore_index=True)
            for name, column in cells.first.items()
        },
        customer_since=since,
        followed_from=since,
        churned_on=left.where(both("life") < followed),
        monthly_value=np.exp(both("mrr")),
        acquisition_cost=np.exp(both("cost")),
    )


def derived(raw: table.Raw, cells: Cells) -> table.History | None:
    """The history as the reviews of a derived profile see it; None where no profile is supported."""
    book = book_at(raw, cells, AT_FIRST)
    ranking, utility = rank_customers(book, DEFAULTS), hear(book, DEFAULTS)
    found = derive_profile(book, ranking, utility, DEFAULTS)
    claim = basis_of(book, ranking, utility, found, DEFAULTS).claim
    if found.profile.verdict is not Verdict.SUPPORTED or claim is None:
        return None
    got = raw.got
    later = book_of(
        len(got.mrr),
        attributes=cells.newcomers,
        monthly_value=np.exp(got.mrr),
        acquisition_cost=np.exp(got.cost),
    )
    heard = hear(later, DEFAULTS, claim.scale)
    names = [criterion.value for criterion in heard.criteria]
    figures = {name: heard.parts[:, names.index(name)] for name in (table.COST, table.VALUE)}
    inside = membership(found.profile.conditions, later.attributes)
    return replace(raw.history, claim=claim.parts, inside=inside, figures=figures, scale=claim.scale)


def month_of_another_rule(raw: table.Raw, cells: Cells) -> int:
    """The first month whose whole book prints another rule than the first book did; 25 = never."""
    saved = rule_at(raw, cells, AT_FIRST)
    return next((m for m in range(table.MONTHS) if rule_at(raw, cells, m) != saved), table.NEVER)


def rule_at(raw: table.Raw, cells: Cells, month: int) -> str:
    """The rule that the book of a month prints, in words."""
    book = book_at(raw, cells, month)
    search, _ = search_of(book, candidates(book, DEFAULTS), hear(book, DEFAULTS), DEFAULTS)
    drawn = draw_rules(search)
    return statement(drawn.rules.conditions(drawn.profile)) if drawn.profile >= 0 else ""


def play(family: table.Family, per_month: int, seed: int) -> tuple[table.Played, table.Played] | None:
    """One history with the derived and with the planted rule; None where no profile is supported."""
    raw = table.raw_of(family, per_month, seed)
    rng = np.random.default_rng([seed, 1])
    cells = Cells(attributes_of(raw.first, rng), attributes_of(raw.companies, rng))
    found = derived(raw, cells)
    if found is None:
        return None
    told = table.play(found)
    alarms = {**told.alarms, "another rule": month_of_another_rule(raw, cells)}
    return replace(told, alarms=alarms), table.play(raw.history)


def main(words: list[str]) -> None:
    """Print a line per family and rule, and one of the same histories with the planted rule."""
    numbers = [int(word) for word in words]
    histories = numbers[0] if numbers else 40
    print(f"{histories} histories each; false alarms in year 1 and 2; seen within 3, 6, 12 months")
    with Pool(2) as pool:
        for per_month in numbers[1:] or (20, 50):
            for family in (f for f in table.FAMILIES if f.name in {"unchanged", "moved"}):
                played = pool.map(partial(play, family, per_month), range(histories), chunksize=1)
                print_lines(family, per_month, [pair for pair in played if pair is not None])


def print_lines(family: table.Family, per_month: int, pairs: list[tuple[table.Played, table.Played]]) -> None:
    """The lines of one family."""
    own, planted = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    for name, played, rule in (
        ("review", own, "review"),
        ("another rule", own, "another rule"),
        ("review, planted", planted, "review"),
    ):
        head = f"{per_month:>4}  {family.name:<10} {len(pairs)} supported  {name:<16}"
        if family.moves:
            seen = [table.seen_within(played, rule, months) for months in (3, 6, 12)]
            print(f"{head} seen {seen[0]:.2f} {seen[1]:.2f} {seen[2]:.2f}", flush=True)
        else:
            first, second = table.false_alarms(played, rule)
            print(f"{head} false {first:.2f} {second:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
