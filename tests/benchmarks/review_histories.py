"""Histories of two years: how often the review cries wolf, and how soon it sees that a rule has moved.

    python tests/benchmarks/review_histories.py [HISTORIES] [NEWCOMERS A MONTH ...]

Worlds as in planted_worlds.py: 400 customers at first (1,000 companies worked where deals are lost), followed for
uniform 1-48 months, effect 1.4; then so many new customers each month, and a look at the end of every month. A history
is unchanged, or its rule is replaced at a random month by one that overlaps it by less than 0.15 (F1). Unchanged ones
come with a shift common to all from the seventh month on (costs and hazard up, fees down by 0.3 in logs), with another
mix of companies (weights of all values times lognormal(0, 0.5), employees half as many again), with heavier tails (t with
three degrees of freedom, same variance), with a spread half as wide again, and with lost deals.

The claim is the posterior's for the planted rule, from the first book: so that thousands of histories can be played.
review_derived.py plays fewer of the same with the whole search.

Beside the rule of ``icp review``, on the same histories, what is usually done: (interval) the 95 % interval of the
newcomers' net lift reaches zero; (cusum) the monthly shortfall of the net lift, in standard errors less a half, adds up
to 4.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from icpcli.model.claim import LEAVING, ClaimedPart
from icpcli.model.scale import Scale
from icpcli.rank.survival import cumulative_hazard, level_at
from icpcli.review.claim import claim_of
from icpcli.review.drift import ALARM, odds_of
from icpcli.review.likelihoods import Newcomers
from icpcli.review.signals import Signals

MONTHS = 24
YEAR = 12
FIRST = 400
FIRST_WORKED = 1000
EFFECT = 1.4
BLANK_SHARE = 0.1
SIZES = (20, 8, 7, 6)  # industry, country, source, CRM used
ZIPF = (0.7, 0.9, 0.0, 0.0)
EDGES = np.array([5.0, 10, 20, 50, 100, 200, 500])
INDUSTRY, SOURCE, EMPLOYEES = 0, 2, 4
WIN_RATE = 0.3
COST, VALUE = "acquisition_cost", "lifetime_value"
NEVER = MONTHS + 1
LIMIT = 4.0
SLACK = 0.5
LEAST_INSIDE = 5
Z95 = 1.96
Rule = dict[int, np.ndarray]


@dataclass(frozen=True, slots=True)
class Family:
    """Histories of one kind."""

    name: str
    moves: bool = False
    shift: float = 0.0
    mix: bool = False
    tails: bool = False
    spread: float = 1.0
    has_lost: bool = False


FAMILIES = (
    Family("unchanged"),
    Family("common shift", shift=0.3),
    Family("mix shift", mix=True),
    Family("heavier tails", tails=True),
    Family("wider spread", spread=1.5),
    Family("unchanged, lost deals", has_lost=True),
    Family("moved", moves=True),
    Family("moved, lost deals", moves=True, has_lost=True),
)


@dataclass(frozen=True, slots=True, eq=False)
class Companies:
    """Codes of four fields, employees, and which of the five cells are blank."""

    codes: np.ndarray
    employees: np.ndarray
    blank: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Log cost, months until leaving, log MRR, and who was won."""

    cost: np.ndarray
    life: np.ndarray
    mrr: np.ndarray
    won: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What a review could see of two years: the claim, and each newcomer's month, side, figures and fate.

    ``life``: months until leaving; ``arrived``: months since the profile; ``changed``: the month of the change, 24 = never.
    """

    claim: tuple[ClaimedPart, ...]
    month: np.ndarray
    arrived: np.ndarray
    inside: np.ndarray
    figures: dict[str, np.ndarray]
    life: np.ndarray
    won: np.ndarray
    has_lost: bool
    scale: Scale
    changed: int

    def seen_in(self, month: int) -> Newcomers:
        """What the export at the end of a month tells."""
        here = self.month <= month
        followed = month + 1 - self.arrived[here]
        won, life = self.won[here], self.life[here]
        assert self.scale.hazard is not None
        expected = level_at(self.scale.hazard, np.minimum(life, followed))
        counts = (np.where(won, (life < followed).astype(float), np.nan), np.where(won, expected, np.nan))
        return Newcomers(
            self.month[here],
            self.inside[here],
            {name: figures[here] for name, figures in self.figures.items()},
            {LEAVING: counts},
            won.astype(float) if self.has_lost else np.full(len(won), np.nan),
        )


def companies(n: int, rng: np.random.Generator, mix: list[np.ndarray] | None = None) -> Companies:
    """``n`` companies; ``mix`` weighs the values of the fields."""
    columns = []
    for place, (size, slope) in enumerate(zip(SIZES, ZIPF, strict=True)):
        weight = 1 / np.arange(1, size + 1) ** slope * (1.0 if mix is None else mix[place])
        columns.append(rng.choice(size, n, p=weight / weight.sum()))
    middle = 3.8 if mix is None else 3.8 + np.log(1.5)
    employees = np.maximum(np.round(rng.lognormal(middle, 1.4, n)), 1.0)
    return Companies(np.column_stack(columns), employees, rng.random((n, 5)) < BLANK_SHARE)


def hidden_rule(rng: np.random.Generator) -> Rule:
    """Two or three conditions that 8-30 % of companies meet."""
    population = companies(4000, rng)
    while True:
        rule: Rule = {}
        for field in map(int, rng.choice(5, int(rng.integers(2, 4)), replace=False)):
            if field == EMPLOYEES:
                rule[field] = np.sort(rng.choice(EDGES, 2, replace=False))
            else:
                size = SIZES[field]
                values = rng.choice(size, int(rng.integers(1, size // 2 + 1)), replace=False)
                rule[field] = np.isin(np.arange(size), values)
        if 0.08 <= holds(rule, population).mean() <= 0.30:
            return rule


def _meets(rule: Rule, field: int, c: Companies) -> np.ndarray:
    if field == EMPLOYEES:
        return (c.employees >= rule[field][0]) & (c.employees < rule[field][1])
    return rule[field][c.codes[:, field]]


def holds(rule: Rule, c: Companies) -> np.ndarray:
    """For which companies a rule holds, in truth."""
    return np.logical_and.reduce([_meets(rule, field, c) for field in rule])


def membership(rule: Rule, c: Companies) -> np.ndarray:
    """The same as far as it can be seen: 1, 0, NaN where a blank leaves it open."""
    fails = np.logical_or.reduce([~_meets(rule, f, c) & ~c.blank[:, f] for f in rule])
    blank = np.logical_or.reduce([c.blank[:, f] for f in rule])
    return np.where(fails, 0.0, np.where(blank, np.nan, 1.0))


def outcomes(
    c: Companies,
    e: np.ndarray,
    b: np.ndarray,
    hit: np.ndarray | float,
    family: Family,
    rng: np.random.Generator,
) -> Outcomes:
    """What became of companies: ``e`` the effect inside the rule, ``b`` the confounder, ``hit`` what strikes all."""

    def noise() -> np.ndarray:
        if family.tails:
            return rng.standard_t(3, len(e)) / np.sqrt(3.0)
        return family.spread * rng.standard_normal(len(e))

    cost = 8 - 0.45 * e - 0.2 * b + hit + 0.7 * noise()
    life = rng.exponential(1 / np.exp(np.log(1 / 20) - 0.8 * e - 0.3 * b + hit))
    mrr = 5.5 + 0.35 * e + 0.1 * b + 0.15 * (np.log(c.employees) - 3.8) - hit + 0.9 * noise()
    won = np.ones(len(e), dtype=bool)
    if family.has_lost:
        won = rng.random(len(e)) < 1 / (1 + np.exp(-(np.log(1 / 3) + 0.6 * e + 0.3 * b)))
    return Outcomes(cost, life, mrr, won)


def newcomers_of(
    family: Family, rule: Rule, per_month: int, rng: np.random.Generator
) -> tuple[Companies, np.ndarray, np.ndarray, int]:
    """The companies of two years, their months, the effect on each, and the month of the change."""
    worked = round(per_month / WIN_RATE) if family.has_lost else per_month
    month = np.repeat(np.arange(MONTHS), worked)
    mix = [rng.lognormal(0, 0.5, size) for size in SIZES] if family.mix else None
    c = companies(len(month), rng, mix)
    inside = holds(rule, c)
    if not family.moves:
        return c, month, EFFECT * inside, MONTHS
    changed = int(rng.integers(0, MONTHS - 5))
    while True:
        then = holds(hidden_rule(rng), c)
        if 2 * (then & inside).sum() / (then.sum() + inside.sum()) < 0.15:
            return c, month, EFFECT * np.where(month >= changed, then, inside), changed


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """A history and the companies behind it: the first book (``had``, ``followed`` for so many months), then newcomers."""

    history: History
    first: Companies
    had: Outcomes
    followed: np.ndarray
    companies: Companies
    got: Outcomes


def history_of(family: Family, per_month: int, seed: int) -> History:
    """One history with the planted rule as the profile, its claim the posterior's."""
    return raw_of(family, per_month, seed).history


def raw_of(family: Family, per_month: int, seed: int) -> Raw:
    """One history, and what lies behind it."""
    rng = np.random.default_rng([seed, per_month])
    rule = hidden_rule(rng)
    by_source, by_industry = rng.normal(0, 0.25, SIZES[SOURCE]), rng.normal(0, 0.15, SIZES[INDUSTRY])

    def confounder(c: Companies) -> np.ndarray:
        return by_source[c.codes[:, SOURCE]] + by_industry[c.codes[:, INDUSTRY]]

    quiet = Family("first", has_lost=family.has_lost)
    first = companies(FIRST_WORKED if family.has_lost else FIRST, rng)
    had = outcomes(first, EFFECT * holds(rule, first), confounder(first), 0.0, quiet, rng)
    followed = rng.uniform(1, 48, len(had.cost))
    left, tenure = had.life < followed, np.minimum(had.life, followed)
    hazard = cumulative_hazard(np.zeros(had.won.sum()), tenure[had.won], left[had.won])
    scale = Scale("contract", (), hazard)
    means = {COST: -had.cost[had.won].mean(), VALUE: had.mrr[had.won].mean()}
    spreads = {COST: had.cost[had.won].std(), VALUE: had.mrr[had.won].std()}

    def figures(o: Outcomes) -> dict[str, np.ndarray]:
        raw = {COST: -o.cost, VALUE: o.mrr}
        return {name: np.where(o.won, (raw[name] - means[name]) / spreads[name], np.nan) for name in raw}

    own = membership(rule, first)
    signals = Signals(
        figures(had),
        {LEAVING: (np.where(had.won, left, np.nan), np.where(had.won, level_at(hazard, tenure), np.nan))},
        had.won.astype(float) if family.has_lost else np.full(len(own), np.nan),
    )
    claim = claim_of(signals, own[None, :], np.ones(1), own, scale)
    c, month, e, changed = newcomers_of(family, rule, per_month, rng)
    got = outcomes(c, e, confounder(c), np.where(month >= YEAR // 2, family.shift, 0.0), family, rng)
    arrived = month + rng.random(len(month))
    history = History(
        claim.parts, month, arrived, membership(rule, c), figures(got), got.life, got.won, family.has_lost, scale, changed
    )  # fmt: skip
    return Raw(history, first, had, followed, c, got)


@dataclass(frozen=True, slots=True)
class Played:
    """The month of the first alarm of each rule (25 = never), and of the 20th newcomer inside since the change."""

    changed: int
    twentieth: int
    alarms: dict[str, int]


def play(h: History) -> Played:
    """Look at the end of every month, with each rule."""
    alarms = {"review": NEVER, "interval": NEVER, "cusum": NEVER}
    for month in range(MONTHS):
        if odds_of(h.seen_in(month), h.claim).statistic >= ALARM:
            alarms["review"] = month
            break
    alarms["interval"], alarms["cusum"] = _interval(h), _cusum(h)
    inside = np.flatnonzero((h.inside == 1) & h.won & (h.month >= h.changed))
    twentieth = int(h.month[inside[19]]) if len(inside) >= 20 else NEVER
    return Played(h.changed, twentieth, alarms)


def _net(h: History, use: np.ndarray) -> tuple[float, float, float]:
    """The net lift of cost and value among some newcomers, its standard error, and how many are inside."""
    net = np.nanmean(np.vstack([h.figures[COST], h.figures[VALUE]])[:, use & h.won], axis=0)
    inside = h.inside[use & h.won]
    one, zero = net[inside == 1], net[inside == 0]
    if len(one) < 2 or len(zero) < 2:
        return np.nan, np.nan, len(one)
    error = np.sqrt(one.var(ddof=1) / len(one) + zero.var(ddof=1) / len(zero))
    return float(one.mean() - zero.mean()), float(error), len(one)


def _interval(h: History) -> int:
    for month in range(MONTHS):
        lift, error, inside = _net(h, h.month <= month)
        if inside >= LEAST_INSIDE and lift - Z95 * error <= 0:
            return month
    return NEVER


def _cusum(h: History) -> int:
    claimed = np.mean([part.lift for part in h.claim if part.part in h.figures])
    total = 0.0
    for month in range(MONTHS):
        lift, error, _ = _net(h, h.month == month)
        if np.isfinite(lift) and error > 0:
            total = max(0.0, total + (claimed - lift) / error - SLACK)
        if total >= LIMIT:
            return month
    return NEVER


def false_alarms(played: list[Played], rule: str) -> tuple[float, float]:
    """The share alarmed in the first year, and in the second of those left."""
    at = np.array([p.alarms[rule] for p in played])
    left = at >= YEAR
    return float((at < YEAR).mean()), float((at[left] < MONTHS).mean()) if left.any() else float("nan")


def seen_within(played: list[Played], rule: str, months: int) -> float:
    """Of the histories without an alarm before the change and followed so long: seen within so many months of it."""
    use = [p for p in played if p.alarms[rule] >= p.changed and p.changed + months <= MONTHS]
    return float(np.mean([p.alarms[rule] < p.changed + months for p in use])) if use else float("nan")


def seen_by_twentieth(played: list[Played], rule: str) -> float:
    """The same by the look at which the twentieth newcomer inside since the change has come."""
    use = [p for p in played if p.alarms[rule] >= p.changed and p.twentieth < MONTHS]
    return float(np.mean([p.alarms[rule] <= p.twentieth for p in use])) if use else float("nan")


def table(per_month: int, histories: int, make: object = history_of, rules: tuple[str, ...] = ()) -> None:
    """Print a line per family and rule."""
    for family in FAMILIES:
        played = [play(make(family, per_month, seed)) for seed in range(histories)]  # type: ignore[operator]  makers are told by name
        for rule in rules or ("review", "interval", "cusum"):
            head = f"{per_month:>5}  {family.name:<22} {rule:<9}"
            if family.moves:
                told = [seen_within(played, rule, months) for months in (3, 6, 12)]
                print(f"{head} seen {told[0]:.2f} {told[1]:.2f} {told[2]:.2f}  {seen_by_twentieth(played, rule):.2f}", flush=True)  # fmt: skip
            else:
                first, second = false_alarms(played, rule)
                print(f"{head} false {first:.3f} {second:.3f}", flush=True)


def main(words: list[str]) -> None:
    """Print the tables that are asked for."""
    numbers = [int(word) for word in words if word.isdigit()]
    histories = numbers[0] if numbers else 400
    print(
        f"{histories} histories each; false alarms in year 1 and 2; seen within 3, 6, 12 months and by the 20th inside"
    )
    for per_month in numbers[1:] or (10, 20, 50, 150):
        table(per_month, histories)


if __name__ == "__main__":
    main(sys.argv[1:])
