"""Customers who buy again with no contract: how often, whether they still do, and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import betaln, gammaln, hyp2f1

from icpcli.rank.fits import best_fit
from icpcli.rank.retention import months_between

if TYPE_CHECKING:
    from icpcli.model.tables import Book

MIN_CUSTOMERS = 10  # fewer hold no four parameters
# Of r, alpha (in mean ages), a and b: beyond, all buy at one rate (r), or all or none ever stop (a, b).
BG_NBD_LIMITS = ((1e-3, 50.0), (1e-6, 1e4), (1e-3, 50.0), (1e-3, 1e3))
NUDGE = 1e-6  # the expectations have removable poles at a = 1


@dataclass(frozen=True, slots=True)
class BgNbd:
    """BG/NBD: purchases at a rate of one's own (gamma(r, alpha)); after each one may stop for good (beta(a, b)).

    Time is in the unit of the data it was fitted to. ``converged`` False: the parameters are no estimate.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    converged: bool

    def purchases(self, time: np.ndarray) -> np.ndarray:
        """E[X(t)]: the repeat purchases of a new customer within so much time. Source: equation 9 of the paper."""
        nothing = np.zeros(np.shape(time))
        return self.further_purchases(time, nothing, nothing, nothing)

    def alive(self, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
        """The probability that a customer of this history still buys; 1 for who has not bought again.

        Source: Fader, Hardie & Lee (2008), "Computing P(alive) using the BG/NBD model".
        """
        repeats = frequency > 0
        x = np.where(repeats, frequency, 1.0)
        odds = np.exp(
            np.log(self.a / (self.b + x - 1))
            + (self.r + x) * (np.log(self.alpha + age) - np.log(self.alpha + recency))
        )
        probability: np.ndarray = np.where(repeats, 1 / (1 + odds), 1.0)
        return probability

    def further_purchases(
        self, time: np.ndarray, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray
    ) -> np.ndarray:
        """E[Y(t) | x, t_x, T]: the purchases to expect within so much more time, given the history.

        Source: equation 10 of the paper, with Euler's transformation of the hypergeometric function, which leaves
        no great power to overflow: (1 - z)^(a - 1) 2F1(a + b - 1 - r, a - 1; a + b + x - 1; z), z = t / (alpha + T + t).
        """
        a = self.a if abs(self.a - 1) > NUDGE else 1 + NUDGE
        z = time / (self.alpha + age + time)
        c = a + self.b + frequency - 1
        c = np.where(np.abs(c) < NUDGE, NUDGE, c)
        fading = (1 - z) ** (a - 1) * hyp2f1(a + self.b - 1 - self.r, a - 1, c, z)
        further = c / (a - 1) * (1 - fading) * self.alive(frequency, recency, age)
        expected: np.ndarray = np.maximum(further, 0.0)
        return expected


def bg_nbd(frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> BgNbd:
    """BG/NBD by maximum likelihood: repeat purchases, time of the last one and time observed, both since the first.

    All in one unit of time; recency is 0 where frequency is. Customers who bought on one day only count as
    frequency 0. Source: Fader, Hardie & Lee (2005), Marketing Science 24(2), equation 6.
    """
    x, t_x, t = (np.asarray(v, dtype=float) for v in (frequency, recency, age))
    if len(x) < MIN_CUSTOMERS or not (x > 0).any():
        return BgNbd(np.nan, np.nan, np.nan, np.nan, np.nan, converged=False)
    unit = max(float(t.mean()), 1e-12)  # so that starts and bounds do not depend on the unit of time
    cells, counts = np.unique(np.column_stack([x, t_x / unit, t / unit]), axis=0, return_counts=True)
    x, t_x, t = cells.T

    def log_likelihood(parameters: np.ndarray) -> float:
        r, alpha, a, b = parameters
        common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + t)
        repeats = np.where(x > 0, x, 1.0)
        stopped = betaln(a + 1, b + repeats - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
        both = np.where(x > 0, np.logaddexp(alive, stopped), alive)
        return float(np.sum(counts * (common + both)))

    fit = best_fit(
        log_likelihood, [(0.5, 0.5, 1.0, 2.0), (1.0, 1.0, 0.3, 3.0), (3.0, 1.0, 0.5, 5.0)], BG_NBD_LIMITS
    )
    r, alpha, a, b = map(float, fit.parameters)
    # densities are per unit of time: undoing the unit gives each purchase back its share
    shift = float(np.sum(counts * x)) * np.log(unit)
    return BgNbd(r, alpha * unit, a, b, fit.log_likelihood - shift, fit.converged)


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Gamma-gamma: amounts vary about a customer's own mean, and the means vary over customers.

    ``v`` is in currency. ``converged`` False: the parameters are no estimate.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    converged: bool

    @property
    def mean_value(self) -> float:
        """The mean amount over all customers, p v / (q - 1); NaN where q is at most 1 and it is not finite."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("nan")

    def expected_value(self, frequency: np.ndarray, mean_value: np.ndarray) -> np.ndarray:
        """A customer's own mean amount, drawn towards all customers' by how few purchases it rests on.

        E[M | x, m] = p (v + x m) / (p x + q - 1). Source: Fader & Hardie (2013), equation 5; without a purchase
        it is the mean over all.
        """
        value: np.ndarray = self.p * (self.v + frequency * mean_value) / (self.p * frequency + self.q - 1)
        return value


def gamma_gamma(frequency: np.ndarray, mean_value: np.ndarray) -> GammaGamma:
    """Gamma-gamma by maximum likelihood of each customer's number of purchases and their mean amount (both positive).

    Customers without a purchase or with a mean of zero or less say nothing and are left out. Source: Fader,
    Hardie & Lee (2005), J. Marketing Research 42(4); Fader & Hardie (2013), "The Gamma-Gamma Model of
    Monetary Value", equation 1a.
    """
    x, m = np.asarray(frequency, dtype=float), np.asarray(mean_value, dtype=float)
    known = (x > 0) & (m > 0)
    if known.sum() < MIN_CUSTOMERS:
        return GammaGamma(np.nan, np.nan, np.nan, np.nan, converged=False)
    unit = float(np.mean(m[known]))
    cells, counts = np.unique(np.column_stack([x[known], m[known] / unit]), axis=0, return_counts=True)
    x, m = cells.T

    def log_likelihood(parameters: np.ndarray) -> float:
        p, q, v = parameters
        terms = (
            gammaln(p * x + q)
            - gammaln(p * x)
            - gammaln(q)
            + q * np.log(v)
            + (p * x - 1) * np.log(m)
            + p * x * np.log(x)
            - (p * x + q) * np.log(v + x * m)
        )
        return float(np.sum(counts * terms))

    fit = best_fit(log_likelihood, [(2.0, 3.0, 1.0), (6.0, 4.0, 0.5), (1.0, 10.0, 10.0)])
    p, q, v = map(float, fit.parameters)
    shift = float(counts.sum()) * np.log(unit)
    return GammaGamma(p, q, v * unit, fit.log_likelihood - shift, fit.converged and q > 1)


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """What purchases of each customer BG/NBD and gamma-gamma need, by customer in the order asked for.

    ``frequency``: days with a purchase after the first (0 where there is none); ``recency`` and ``age``: months from
    the first to the last of them, and to the end; NaN where nothing was bought. ``repeat_value``: mean amount of a
    day's repeat purchases, NaN without any; ``mean_value``: that of all days.
    """

    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    repeat_value: np.ndarray
    mean_value: np.ndarray


def histories_of(book: Book) -> Histories:
    """The purchases of each account of a book; several on one day count as one, as the models want them."""
    orders = book.orders[book.orders["is_purchase"] & book.orders["ordered_on"].notna()]
    days = orders.groupby(["account_key", "ordered_on"], sort=True)["amount"].sum().reset_index()
    place = days.groupby("account_key", sort=True).cumcount()
    by_account = days.groupby("account_key", sort=True)
    repeats = days[place > 0].groupby("account_key", sort=True)["amount"]
    first, last = by_account["ordered_on"].min(), by_account["ordered_on"].max()
    keys = book.accounts["account_key"]
    since = keys.map(first)
    return Histories(
        frequency=np.nan_to_num(keys.map(by_account.size() - 1).to_numpy(dtype=float)),
        recency=months_between(since, keys.map(last)),
        age=months_between(since, pd.Timestamp(book.as_of)),
        repeat_value=keys.map(repeats.mean()).to_numpy(dtype=float),
        mean_value=keys.map(by_account["amount"].mean()).to_numpy(dtype=float),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Expectations:
    """What each buyer should still buy: ``orders`` within a year, ``orders_left`` within what is left of the horizon.

    ``value`` is the mean amount to expect of one, ``alive`` the probability of buying again at all (NaN where no model
    tells it); NaN where nothing was bought. ``source`` names the models, or says that they did not fit.
    """

    orders: np.ndarray
    orders_left: np.ndarray
    value: np.ndarray
    alive: np.ndarray
    source: str


def expectations_of(book: Book, *, horizon_months: float) -> Expectations:
    """Purchases and amounts to expect of each account: BG/NBD and gamma-gamma, else rates pooled with the book's."""
    seen = histories_of(book)
    bought = np.isfinite(seen.age)
    left = np.maximum(horizon_months - seen.age, 0.0)
    frequency, recency, age = (v[bought] for v in (seen.frequency, seen.recency, seen.age))
    model = bg_nbd(frequency, recency, age)
    orders, orders_left, alive = (np.full(len(bought), np.nan) for _ in range(3))
    if model.converged:
        orders[bought] = model.further_purchases(np.full(len(age), 12.0), frequency, recency, age)
        orders_left[bought] = model.further_purchases(left[bought], frequency, recency, age)
        alive[bought] = model.alive(frequency, recency, age)
    else:
        rate = _pooled_rates(frequency, age)
        orders[bought], orders_left[bought] = 12 * rate, left[bought] * rate
    amounts = gamma_gamma(seen.frequency, seen.repeat_value)
    value = seen.mean_value
    if amounts.converged:
        repeat = np.nan_to_num(seen.repeat_value)
        value = np.where(bought, amounts.expected_value(seen.frequency, repeat), np.nan)
    names = [
        "BG/NBD" if model.converged else "order rates pooled with the book's (BG/NBD did not fit)",
        "gamma-gamma" if amounts.converged else "each customer's mean order (gamma-gamma did not fit)",
    ]
    return Expectations(orders, orders_left, value, alive, " and ".join(names))


def _pooled_rates(frequency: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Repeat orders a month, each customer's averaged with the book's as if followed for its mean age once more.

    (x + rate * mean age) / (T + mean age): the mean of a gamma-Poisson of which the book is worth one customer.
    """
    whole = max(float(age.sum()), 1.0)
    mean_age = max(whole / max(len(age), 1), 1.0)
    rates: np.ndarray = (frequency + float(frequency.sum()) / whole * mean_age) / (age + mean_age)
    return rates


__all__ = [
    "BgNbd",
    "Expectations",
    "GammaGamma",
    "Histories",
    "bg_nbd",
    "expectations_of",
    "gamma_gamma",
    "histories_of",
]
