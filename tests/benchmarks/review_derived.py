"""The histories of review_histories.py with the whole search, beside the same ones with the planted rule.

    python tests/benchmarks/review_derived.py [HISTORIES] [NEWCOMERS A MONTH ...]

The first book is derived as ``icp derive`` does, with six noise columns; the claim is that of its posterior, newcomers are
inside or outside the rule that was printed, blanks and all. Histories without a supported profile are left out, and counted.
Change and outcomes are those of the same seed in review_histories.py.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import review_histories as table
from books import AS_OF, book_of

from icpcli.cluster.profile import derive_profile
from icpcli.cluster.rules import membership
from icpcli.model.common import Verdict
from icpcli.model.units import DAYS_PER_MONTH
from icpcli.pipeline.basis import basis_of
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS

FIELDS = ("industry", "country", "channel", "crm")
NOISE = 6


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


def derived(raw: table.Raw, rng: np.random.Generator) -> table.History | None:
    """The history as the reviews of a derived profile see it; None where no profile is supported."""
    first, had, followed = raw.first, raw.had, raw.followed
    today = pd.Timestamp(AS_OF)
    since = today - pd.to_timedelta(np.round(followed * DAYS_PER_MONTH), unit="D")
    left = pd.Series(since + pd.to_timedelta(np.round(had.life * DAYS_PER_MONTH), unit="D"))
    book = book_of(
        len(followed),
        attributes=attributes_of(first, rng),
        customer_since=since,
        followed_from=since,
        churned_on=left.where(had.life < followed),
        monthly_value=np.exp(had.mrr),
        acquisition_cost=np.exp(had.cost),
    )
    ranking, utility = rank_customers(book, DEFAULTS), hear(book, DEFAULTS)
    found = derive_profile(book, ranking, utility, DEFAULTS)
    claim = basis_of(book, ranking, utility, found, DEFAULTS).claim
    if found.profile.verdict is not Verdict.SUPPORTED or claim is None:
        return None
    companies, got = raw.companies, raw.got
    later = book_of(
        len(got.mrr),
        attributes=attributes_of(companies, rng),
        monthly_value=np.exp(got.mrr),
        acquisition_cost=np.exp(got.cost),
    )
    heard = hear(later, DEFAULTS, claim.scale)
    names = [criterion.value for criterion in heard.criteria]
    figures = {name: heard.parts[:, names.index(name)] for name in (table.COST, table.VALUE)}
    inside = membership(found.profile.conditions, later.attributes)
    return replace(raw.history, claim=claim.parts, inside=inside, figures=figures, scale=claim.scale)


def main(words: list[str]) -> None:
    """Print a line per family, beside the same histories with the planted rule."""
    numbers = [int(word) for word in words]
    histories = numbers[0] if numbers else 40
    for per_month in numbers[1:] or (20, 50):
        for family in table.FAMILIES:
            if family.name not in {"unchanged", "moved"}:
                continue
            raws = [table.raw_of(family, per_month, seed) for seed in range(histories)]
            found = [derived(raw, np.random.default_rng([seed, 1])) for seed, raw in enumerate(raws)]
            pairs = [(h, raw.history) for h, raw in zip(found, raws, strict=True) if h is not None]
            for name, played in (
                ("derived", [table.play(h) for h, _ in pairs]),
                ("planted", [table.play(h) for _, h in pairs]),
            ):
                head = f"{per_month:>4}  {family.name:<10} {name}  {len(pairs)} of {histories} supported "
                if family.moves:
                    seen = [table.seen_within(played, "review", months) for months in (3, 6, 12)]
                    print(f"{head} seen {seen[0]:.2f} {seen[1]:.2f} {seen[2]:.2f}", flush=True)
                else:
                    first, second = table.false_alarms(played, "review")
                    print(f"{head} false {first:.2f} {second:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
