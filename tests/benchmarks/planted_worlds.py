"""Worlds with a hidden rule: how often the search finds it, and what it says when there is none.

    python tests/benchmarks/planted_worlds.py [WORLDS] [FAMILY ...]

A world: industry (20 values, Zipf 0.7), country (8, Zipf 0.9), source (7), CRM used (6), employees
lognormal(3.8, 1.4), annual revenue = employees x lognormal(11.5, 0.6), founding year, six noise columns; a
hidden rule of two or three conditions over the first five, held by 8-30 % of companies. With e = effect
inside the rule, else 0, and a confounder b (source effects sd 0.25, industry effects sd 0.15): log
acquisition cost N(8 - 0.45 e - 0.2 b, 0.7), churn hazard exp(log(1 / 20) - 0.8 e - 0.3 b) a month, log MRR
N(5.5 + 0.35 e + 0.1 b + 0.15 (log employees - 3.8), 0.9), followed for uniform 1-48 months, 10 % of
attribute cells blank. A world with nothing in it has no rule, no b and no effect of size. F1 is that of membership on 20,000 fresh companies.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from icpcli.cluster.profile import derive_profile
from icpcli.cluster.rules import membership
from icpcli.model.common import Kind
from icpcli.model.tables import Book
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS

AS_OF = date(2026, 9, 30)
NUMBERS = ("employees", "annual_revenue", "founded_year")
FRESH = 20_000
BLANK_SHARE = 0.1
DAYS_PER_MONTH = 30.436875


@dataclass(frozen=True, slots=True)
class Family:
    """Worlds of one kind: accounts, effect (0 = nothing planted), which criteria it moves, and lost deals."""

    name: str
    accounts: int
    effect: float
    moves: tuple[float, float, float] = (0.45, 0.8, 0.35)  # log cost, log hazard, log MRR per unit of effect
    has_lost: bool = False


FAMILIES = (
    Family("100, 1.4", 100, 1.4),
    Family("200, 1.4", 200, 1.4),
    Family("400, 1.0", 400, 1.0),
    Family("400, 1.4", 400, 1.4),
    Family("400, 1.4, value alone", 400, 1.4, (0.0, 0.0, 0.8)),
    Family("1000 worked, 1.0", 1000, 1.0, has_lost=True),
    Family("200, nothing", 200, 0.0),
    Family("400, nothing", 400, 0.0),
)


def companies(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Complete attributes of ``n`` companies."""
    zipf = lambda k, s: (w := 1 / np.arange(1, k + 1) ** s) / w.sum()  # noqa: E731  two uses, one line
    employees = np.maximum(np.round(rng.lognormal(3.8, 1.4, n)), 1.0)
    frame = {
        "industry": rng.choice([f"industry {i:02d}" for i in range(20)], n, p=zipf(20, 0.7)),
        "country": rng.choice([f"country {i}" for i in range(8)], n, p=zipf(8, 0.9)),
        "channel": rng.choice([f"source {i}" for i in range(7)], n),
        "crm": rng.choice([f"crm {i}" for i in range(6)], n),
        "employees": employees,
        "annual_revenue": employees * rng.lognormal(11.5, 0.6, n),
        "founded_year": rng.integers(1960, 2024, n).astype(float),
    }
    frame |= {f"noise {i}": rng.choice([f"n{j}" for j in range(4 + i)], n) for i in range(6)}
    return pd.DataFrame({k: pd.Series(v, dtype=float if k in NUMBERS else object) for k, v in frame.items()})


def hidden_rule(population: pd.DataFrame, rng: np.random.Generator) -> dict[str, object]:
    """Two or three conditions that 8-30 % of companies meet: value sets, or an interval of employees."""
    while True:
        fields = rng.choice(
            ["industry", "country", "channel", "crm", "employees"], int(rng.integers(2, 4)), replace=False
        )
        rule: dict[str, object] = {}
        for field in fields:
            if field == "employees":
                low, high = np.sort(rng.choice([5, 10, 20, 50, 100, 200, 500], 2, replace=False))
                rule[field] = (float(low), float(high))
            else:
                values = sorted(population[field].unique())
                rule[field] = frozenset(
                    rng.choice(values, int(rng.integers(1, len(values) // 2 + 1)), replace=False)
                )
        if 0.08 <= holds(rule, population).mean() <= 0.30:
            return rule


def holds(rule: dict[str, object], frame: pd.DataFrame) -> np.ndarray:
    """Which complete companies a hidden rule holds for."""
    inside = np.ones(len(frame), dtype=bool)
    for field, wanted in rule.items():
        if isinstance(wanted, tuple):
            inside &= (frame[field] >= wanted[0]).to_numpy() & (frame[field] < wanted[1]).to_numpy()
        else:
            inside &= frame[field].isin(wanted).to_numpy()
    return inside


def book_of(frame: pd.DataFrame, inside: np.ndarray, family: Family, rng: np.random.Generator) -> Book:
    """What these companies' CRM would hold."""
    n = len(frame)
    e = family.effect * inside
    b = np.zeros(n)
    if family.effect:
        for field, spread in (("channel", 0.25), ("industry", 0.15)):
            effects = {v: rng.normal(0, spread) for v in sorted(frame[field].unique())}
            b += frame[field].map(effects).to_numpy(dtype=float)
    to_cost, to_hazard, to_value = family.moves
    won = np.ones(n, dtype=bool)
    if family.has_lost:
        won = rng.random(n) < 1 / (1 + np.exp(-(np.log(1 / 3) + 0.6 * e + 0.3 * b)))
    cost = np.exp(rng.normal(8 - to_cost * e - 0.2 * b, 0.7))
    followed = rng.uniform(1, 48, n)
    life = rng.exponential(1 / np.exp(np.log(1 / 20) - to_hazard * e - 0.3 * b))
    size = 0.15 * (np.log(frame["employees"].to_numpy()) - 3.8) if family.effect else 0.0
    mrr = np.exp(rng.normal(5.5 + to_value * e + 0.1 * b + size, 0.9))
    today = pd.Timestamp(AS_OF)
    since = pd.Series(today - pd.to_timedelta(np.round(followed * DAYS_PER_MONTH), unit="D")).astype(
        "datetime64[s]"
    )
    left = since + pd.to_timedelta(np.round(life * DAYS_PER_MONTH), unit="D")
    churned = left.where((life < followed) & won).astype("datetime64[s]")
    since = since.where(won)
    accounts = pd.DataFrame(
        {
            "account_key": [f"A{i:05d}" for i in range(n)],
            "name": [f"A{i:05d}" for i in range(n)],
            "group": np.arange(n),
            "is_customer": won,
            "won_deals": won.astype(int),
            "lost_deals": (~won).astype(int),
            "customer_since": since,
            "churned_on": churned,
            "followed_from": since,
            "last_order_on": pd.Series(pd.NaT, index=range(n), dtype="datetime64[s]"),
            "orders": 0,
            "realised_revenue": np.nan,
            "realised_margin": np.nan,
            "monthly_value": np.where(won, mrr, np.nan),
            "order_value_log_mean": np.nan,
            "acquisition_cost": cost,
            "effort": np.nan,
            "nps": np.nan,
            "nps_answers": 0,
            "referrals": np.nan,
        }
    )
    blanked = frame.mask(rng.random(frame.shape) < BLANK_SHARE)
    seen = pd.DataFrame(
        {
            k: blanked[k] if k in NUMBERS else blanked[k].astype(object).where(blanked[k].notna(), None)
            for k in frame
        }
    )
    no_orders = pd.DataFrame(
        {"account_key": [], "ordered_on": pd.Series([], dtype="datetime64[s]"), "amount": []}
    )
    return Book(
        accounts=accounts,
        attributes=seen,
        attribute_kinds={k: Kind.COUNT if k in NUMBERS else Kind.CATEGORY for k in frame},
        orders=no_orders,
        regime="contract",
        currency=None,
        as_of=AS_OF,
        not_worked=0,
        not_worked_attributes=seen.iloc[:0],
        findings=(),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one world gave."""

    f1: float
    said: float
    p_value: float
    verdict: str
    unseen: float
    seconds: float


def play(family: Family, seed: int) -> Outcome:
    """Derive a profile in one world."""
    rng = np.random.default_rng([seed, family.accounts])
    frame, fresh = companies(family.accounts, rng), companies(FRESH, rng)
    rule = hidden_rule(fresh, rng)
    book = book_of(frame, holds(rule, frame), family, rng)
    start = time.perf_counter()
    found = derive_profile(book, rank_customers(book, DEFAULTS), hear(book, DEFAULTS), DEFAULTS).profile
    seconds = time.perf_counter() - start
    truth, said = holds(rule, fresh), membership(found.conditions, fresh) == 1
    f1 = 2 * (truth & said).sum() / max(truth.sum() + said.sum(), 1) if family.effect else float("nan")
    assert found.evidence is not None
    unseen = found.evidence.unseen["net"].value if "net" in found.evidence.unseen else float("nan")
    agreement = float("nan") if found.agreement is None else found.agreement
    return Outcome(f1, agreement, found.evidence.p_value, str(found.verdict), unseen, seconds)


def main(worlds: int, names: list[str]) -> None:
    """Print one line per family."""
    print(
        f"{'family':<24} {'F1':>5} {'said':>5} {'p<=.05':>7} {'supported':>9} {'tentative':>9} {'unseen':>7} {'s':>5}"
    )
    for family in FAMILIES:
        if names and not any(name in family.name for name in names):
            continue
        played = [play(family, seed) for seed in range(worlds)]
        verdicts = [o.verdict for o in played]
        print(
            f"{family.name:<24} {np.mean([o.f1 for o in played]):5.2f} {np.nanmean([o.said for o in played]):5.2f} "
            f"{np.mean([o.p_value <= 0.05 for o in played]):7.2f} {verdicts.count('supported') / worlds:9.2f} "
            f"{verdicts.count('tentative') / worlds:9.2f} {np.nanmean([o.unseen for o in played]):7.2f} "
            f"{np.median([o.seconds for o in played]):5.2f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60, sys.argv[2:])
