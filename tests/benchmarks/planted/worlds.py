"""A world: its hidden rule, and books of companies that live in it.

Industry (20 values, Zipf 0.7), country (8, Zipf 0.9), source (7), CRM used (6), employees lognormal(3.8, 1.4), annual
revenue = employees x lognormal(11.5, 0.6), founding year, six noise columns; a hidden rule over the first five, held by
8-30 % of companies. With e = effect inside the rule, else 0, and a confounder b (source effects sd 0.25 plus industry
effects sd 0.15): log acquisition cost N(8 - 0.45 e - 0.2 b, 0.7), churn hazard exp(log(1 / 20) - 0.8 e - 0.3 b) a month,
log MRR N(5.5 + 0.35 e + 0.1 b + 0.15 (log employees - 3.8), 0.9), followed for uniform 1-48 months, 10 % of attribute
cells blank. What is asked of a rule is asked of companies of one time. Where deals are lost, the log-odds of winning are log(1 / 3) + 0.6 e + 0.3 b. A world with nothing in it has
no rule and no b, and size moves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from books import AS_OF, book_of

if TYPE_CHECKING:
    from icpcli.model.tables import Book
    from planted.families import Family

NUMBERS = ("employees", "annual_revenue", "founded_year")
SET_FIELDS = ("industry", "country", "channel", "crm")
SIZES = (5, 10, 20, 50, 100, 200, 500)
BLANK_SHARE = 0.1
DAYS_PER_MONTH = 30.436875
MANY = 20_000
CUSTOM_FIELDS = 40


def companies(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Complete attributes of ``n`` companies."""
    employees = np.maximum(np.round(rng.lognormal(3.8, 1.4, n)), 1.0)
    frame = {
        "industry": rng.choice([f"industry {i:02d}" for i in range(20)], n, p=_zipf(20, 0.7)),
        "country": rng.choice([f"country {i}" for i in range(8)], n, p=_zipf(8, 0.9)),
        "channel": rng.choice([f"source {i}" for i in range(7)], n),
        "crm": rng.choice([f"crm {i}" for i in range(6)], n),
        "employees": employees,
        "annual_revenue": employees * rng.lognormal(11.5, 0.6, n),
        "founded_year": rng.integers(1960, 2024, n).astype(float),
    }
    frame |= {f"noise {i}": rng.choice([f"n{j}" for j in range(4 + i)], n) for i in range(6)}
    return pd.DataFrame({k: pd.Series(v, dtype=float if k in NUMBERS else object) for k, v in frame.items()})


def custom_fields(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Forty fields that say nothing, as portals grow them: short lists, counts, seldom ticked boxes and long lists."""
    drawn: dict[str, np.ndarray] = {}
    for i in range(0, CUSTOM_FIELDS, 4):
        drawn[f"list {i}"] = rng.choice([f"choice {j}" for j in range(2 + i % 9)], n)
        drawn[f"count {i}"] = np.round(rng.lognormal(2, 1.5, n))
        drawn[f"box {i}"] = np.where(rng.random(n) < 0.06 + 0.02 * (i % 5), "Yes", "No")
        drawn[f"long list {i}"] = rng.choice([f"option {j:02d}" for j in range(12 + i % 20)], n)
    is_count = {name: name.startswith("count") for name in drawn}
    return pd.DataFrame({k: pd.Series(v, dtype=float if is_count[k] else object) for k, v in drawn.items()})


def _zipf(values: int, power: float) -> np.ndarray:
    weights = 1 / np.arange(1, values + 1) ** power
    shares: np.ndarray = weights / weights.sum()
    return shares


class World:
    """One world of a family; ``rule`` maps fields to a frozenset of values or an interval (at least, below)."""

    def __init__(self, family: Family, seed: int) -> None:
        self.family = family
        self.rng = np.random.default_rng([seed, family.accounts])
        population = companies(MANY, self.rng)
        self.rule = _hidden_rule(population, family, self.rng)
        self.shares = [_meets(population[f], w).mean() for f, w in self.rule.items()]
        self.pulls = {
            field: {v: self.rng.normal(0, spread) for v in sorted(population[field].unique())}
            for field, spread in (("channel", 0.25), ("industry", 0.15))
        }

    def book(self, n: int) -> Book:
        """The book of ``n`` new companies, with the cells that this world leaves blank."""
        return self._book(n, BLANK_SHARE, rising=True)

    def fresh(self, n: int) -> Book:
        """A book of ``n`` companies without a blank, in which nothing rises with time: what differs is their merit."""
        return self._book(n, 0.0, rising=False)

    def _book(self, n: int, blank_share: float, *, rising: bool) -> Book:
        frame = self.companies(n)
        what = self._happened(frame, rising=rising)
        complete = frame.drop(columns="firm")
        for field in complete if "decoys" in self.family.twists else ():
            if field in (*SET_FIELDS, "employees"):
                other = complete[field].sample(frac=1, random_state=self.rng, ignore_index=True)
                complete[f"like {field}"] = complete[field].where(self.rng.random(n) < 0.7, other)
        blanked = (
            complete.mask(self._blanks(complete, np.asarray(what["monthly_value"]), blank_share))
            if blank_share
            else complete
        )
        return _as_book(what, blanked)

    def companies(self, n: int) -> pd.DataFrame:
        """Complete attributes and ``firm``, the number of the group that owns the company."""
        frame = companies(n, self.rng)
        if "wide" in self.family.twists:
            frame = pd.concat([frame, custom_fields(n, self.rng)], axis=1)
        frame["firm"] = np.arange(n)
        if (
            "subsidiaries" in self.family.twists
        ):  # a third of the rows belong to firms of four, alike in all they are
            owned = np.arange(n - n % 4).reshape(-1, 4)[: n // 12]
            for column in frame:
                cells = frame[column].to_numpy().copy()
                cells[owned] = cells[owned[:, :1]]
                frame[column] = pd.Series(cells, dtype=frame[column].dtype)
        return frame

    def holds(self, frame: pd.DataFrame) -> np.ndarray:
        """Which complete companies the hidden rule holds for."""
        return np.logical_and.reduce([_meets(frame[field], wanted) for field, wanted in self.rule.items()])

    def _effect(self, frame: pd.DataFrame) -> np.ndarray:
        if self.family.rule != "interaction":
            return self.family.effect * self.holds(frame)
        # such that the mean effect of meeting either condition alone is nothing
        a, b = (_meets(frame[field], wanted) for field, wanted in self.rule.items())
        p, q = self.shares
        signs = np.where(
            a, np.where(b, 1.0, -q / (1 - q)), np.where(b, -p / (1 - p), p * q / (1 - p) / (1 - q))
        )
        return self.family.effect * signs

    def _luck(self, firm: np.ndarray, spread: float) -> np.ndarray:
        n = len(firm)
        own = (
            self.rng.standard_t(2.5, n) / np.sqrt(5)
            if "heavy tails" in self.family.twists
            else self.rng.normal(size=n)
        )
        if "subsidiaries" in self.family.twists:
            own = (0.5 * own + np.sqrt(0.75) * self.rng.normal(size=n)[firm]) * 1.0
        return spread * own

    def _followed(self, frame: pd.DataFrame) -> np.ndarray:
        """For how many months each company was followed."""
        n, rng, twists = len(frame), self.rng, self.family.twists
        longest = np.full(n, 48.0)
        if "unequal follow-up" in twists:
            longest = np.where(frame["channel"].isin(["source 0", "source 1"]), 10.0, 48.0)
        followed: np.ndarray = rng.uniform(1, longest)
        if "time" in twists:
            followed = np.where(
                frame["channel"].isin(["source 0", "source 1"]), rng.uniform(1, 16, n), followed
            )
            is_old = frame["industry"].isin(["industry 01", "industry 02"])
            followed = np.where(is_old, rng.uniform(24, 48, n), followed)
        return followed

    def _happened(self, frame: pd.DataFrame, *, rising: bool) -> dict[str, object]:
        n, family, rng = len(frame), self.family, self.rng
        firm = frame["firm"].to_numpy()
        e, b, size = self._effect(frame), np.zeros(n), np.zeros(n)
        if not family.is_null:
            b = sum(frame[f].map(pulls).to_numpy(dtype=float) for f, pulls in self.pulls.items())
            size = 0.15 * (np.log(frame["employees"].to_numpy()) - 3.8)
        to_cost, to_hazard, to_value = family.moves
        won = np.ones(n, dtype=bool)
        if family.has_lost:
            won = rng.random(n) < 1 / (1 + np.exp(-(np.log(1 / 3) + family.win * e + 0.3 * b)))
        cost = np.exp(8 - to_cost * e - 0.2 * b + self._luck(firm, 0.7))
        followed = self._followed(frame)
        life = rng.exponential(1 / np.exp(np.log(1 / 20) - to_hazard * e - 0.3 * b))
        if "subsidiaries" in family.twists:
            life = life[firm]
        mrr = np.exp(5.5 + to_value * e + 0.1 * b + size + self._luck(firm, 0.9))
        if "whales" in family.twists:
            mrr = np.where(rng.random(n) < 0.02, 30 * mrr, mrr)
        if rising and "time" in family.twists:
            years = (48 - followed) / 12
            cost, mrr = cost * np.exp(0.15 * years), mrr * np.exp(0.2 * years)
        return _happened(firm, won, cost, followed, life, mrr)

    def _blanks(self, frame: pd.DataFrame, worth: np.ndarray, share: float) -> np.ndarray:
        chance = np.full(len(frame), share)
        if "missing by field" in self.family.twists:
            chance = np.where(frame["founded_year"] < 1990, 0.3, 0.05)
        if "missing by value" in self.family.twists:
            chance = np.where(worth < np.nanmedian(worth), 0.35, 0.05)
        return self.rng.random(frame.shape) < chance[:, None]


def _hidden_rule(
    population: pd.DataFrame, family: Family, rng: np.random.Generator
) -> dict[str, frozenset[str] | tuple[float, float]]:
    """Conditions that 8-30 % of companies meet together: value sets of up to half the values, an interval of employees."""
    while True:
        rule: dict[str, frozenset[str] | tuple[float, float]] = {}
        for field in map(str, _fields(family.rule, rng)):
            if field == "employees":
                low, high = np.sort(rng.choice(SIZES, 2, replace=False))
                rule[field] = (float(low), float(high))
            else:
                values = sorted(population[field].unique())
                count = int(rng.integers(1, len(values) // 2 + 1))
                rule[field] = frozenset(map(str, rng.choice(values, count, replace=False)))
        if 0.08 <= np.logical_and.reduce([_meets(population[f], w) for f, w in rule.items()]).mean() <= 0.30:
            return rule


def _fields(kind: str, rng: np.random.Generator) -> list[str]:
    if kind in {"sets", "interaction"}:
        return list(rng.choice(SET_FIELDS, 2, replace=False))
    if kind == "interval":
        return ["employees", *rng.choice(SET_FIELDS, 1)]
    return list(rng.choice([*SET_FIELDS, "employees"], int(rng.integers(2, 4)), replace=False))


def _meets(cells: pd.Series, wanted: frozenset[str] | tuple[float, float]) -> np.ndarray:
    if isinstance(wanted, tuple):
        return ((cells >= wanted[0]) & (cells < wanted[1])).to_numpy()
    return cells.isin(wanted).to_numpy()


def _as_book(what: dict[str, object], attributes: pd.DataFrame) -> Book:
    seen = {
        name: cells if cells.dtype == float else cells.astype(object).where(cells.notna(), None)
        for name, cells in attributes.items()
    }
    return book_of(len(attributes), attributes=seen, **what)


def _happened(
    firm: np.ndarray,
    won: np.ndarray,
    cost: np.ndarray,
    followed: np.ndarray,
    life: np.ndarray,
    mrr: np.ndarray,
) -> dict[str, object]:
    """What happened to each company, as columns of a book's accounts."""
    since = pd.Series(pd.Timestamp(AS_OF) - pd.to_timedelta(np.round(followed * DAYS_PER_MONTH), unit="D"))
    left = since + pd.to_timedelta(np.round(np.minimum(life, 1000) * DAYS_PER_MONTH), unit="D")
    _, first, place = np.unique(firm, return_index=True, return_inverse=True)
    return {
        "group": first[place],
        "is_customer": won,
        "won_deals": won.astype(int),
        "lost_deals": (~won).astype(int),
        "customer_since": since.where(won),
        "churned_on": left.where((life < followed) & won),
        "followed_from": since.where(won),
        "monthly_value": np.where(won, mrr, np.nan),
        "acquisition_cost": cost,
    }
