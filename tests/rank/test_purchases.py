"""Repeat purchases against the published fits on CDNOW, and by simulation."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of

from icpcli.rank.figures import _order_rate
from icpcli.rank.purchases import bg_nbd, expectations_of, gamma_gamma, histories_of
from icpcli.rank.reordering import reordering_of
from icpcli.rank.retention import stays
from icpcli.rank.utility import hear
from icpcli.rank.value import expectations_in, lifetime_values
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from icpcli.model.tables import Book

DAYS_PER_WEEK = 7


@pytest.fixture(scope="module")
def cdnow_log(exports_of_others: Callable[[str], Path]) -> pd.DataFrame:
    """The raw purchase log of CDNOW's 1/10 sample up to 30 September 1997: customer, day, spent per day."""
    path = exports_of_others("cdnow") / "CDNOW_sample.txt"
    log = pd.read_csv(path, sep=r"\s+", header=None, names=["master", "customer", "day", "cds", "spent"])
    log["day"] = pd.to_datetime(log["day"].astype(str), format="%Y%m%d")
    log = log[log["day"] <= pd.Timestamp("1997-09-30")]
    return log.groupby(["customer", "day"], as_index=False)["spent"].sum()


@dataclasses.dataclass(frozen=True)
class Weeks:
    """Repeat purchases, weeks to the last and weeks observed, and the mean repeat spend of each customer."""

    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    spent: np.ndarray


@pytest.fixture(scope="module")
def cdnow(cdnow_log: pd.DataFrame) -> Weeks:
    """The histories of the 2,357 customers, in weeks."""
    days = cdnow_log.groupby("customer")["day"]
    first, last = days.min(), days.max()
    repeats = cdnow_log[cdnow_log["day"] > cdnow_log["customer"].map(first)]
    weeks = pd.Timedelta(days=DAYS_PER_WEEK)
    return Weeks(
        frequency=(days.size() - 1).to_numpy(float),
        recency=((last - first) / weeks).to_numpy(float),
        age=((pd.Timestamp("1997-09-30") - first) / weeks).to_numpy(float),
        spent=repeats.groupby("customer")["spent"].mean().reindex(first.index).to_numpy(float),
    )


def test_bg_nbd_reproduces_table_2_of_fader_hardie_and_lee_2005_from_the_raw_log(cdnow: Weeks):
    """CDNOW's purchase log gives r 0.243, alpha 4.414, a 0.793, b 2.426 and log-likelihood -9582.4."""
    fit = bg_nbd(cdnow.frequency, cdnow.recency, cdnow.age)

    assert len(cdnow.frequency) == 2357
    assert fit.converged
    assert [round(v, 3) for v in (fit.r, fit.alpha, fit.a, fit.b)] == [0.243, 4.414, 0.793, 2.426]
    assert round(fit.log_likelihood, 1) == -9582.4


def test_bg_nbd_gives_the_same_from_the_summary_that_is_published(exports_of_others: Callable[[str], Path]):
    """The published summary of the same customers (rounded to two decimals) gives the same parameters."""
    rows = pd.read_csv(exports_of_others("cdnow") / "cdnow_customers_summary.csv")

    fit = bg_nbd(rows["frequency"].to_numpy(), rows["recency"].to_numpy(), rows["T"].to_numpy())

    assert [round(v, 3) for v in (fit.r, fit.alpha, fit.a, fit.b)] == [0.243, 4.414, 0.793, 2.426]


def test_expected_purchases_reproduce_the_papers(cdnow: Weeks):
    """E[X(t)] of a new customer, and E[Y(39)] of one with two repeat purchases, are the printed ones.

    The last, E[X(78)], is printed as 1.8576: the sum of the first 150 terms of its hypergeometric series, which
    converges to 1.8580.
    """
    fit = bg_nbd(cdnow.frequency, cdnow.recency, cdnow.age)
    times = np.array([0.1429, 1, 3, 31.8571, 32, 78])

    expected = fit.purchases(times)
    further = fit.further_purchases(*(np.array([v]) for v in (39.0, 2.0, 30.43, 38.86)))

    assert np.round(expected[:5], 4).tolist() == [0.0078, 0.0532, 0.1506, 1.0405, 1.0437]
    assert 1.8576 < expected[5] < 1.8581
    assert round(float(further[0]), 3) == 1.226


def test_gamma_gamma_reproduces_fader_and_hardie_2013(cdnow: Weeks):
    """The 946 repeat buyers' mean spend gives p 6.25, q 3.74, v 15.44, log-likelihood -4055.92, mean 35.17."""
    buyers = cdnow.frequency > 0

    fit = gamma_gamma(cdnow.frequency[buyers], cdnow.spent[buyers])

    assert buyers.sum() == 946
    assert fit.converged
    assert [round(v, 2) for v in (fit.p, fit.q, fit.v)] == [6.25, 3.74, 15.44]
    assert round(fit.log_likelihood, 2) == -4055.92
    assert round(fit.mean_value, 2) == 35.17


def planted(rng: np.random.Generator, n: int = 3000) -> Weeks:
    """Buyers by BG/NBD with r 0.8, alpha 5, a 0.6, b 2.5, followed 5 to 60 weeks; they spend by gamma-gamma."""
    rate, stop, age = rng.gamma(0.8, 1 / 5.0, n), rng.beta(0.6, 2.5, n), rng.uniform(5, 60, n)
    frequency, recency = np.zeros(n), np.zeros(n)
    for i in range(n):
        when = 0.0
        while rng.uniform() > stop[i] or frequency[i] == 0:
            when += rng.exponential(1 / rate[i])
            if when > age[i]:
                break
            frequency[i] += 1
            recency[i] = when
            if rng.uniform() < stop[i]:
                break
    spent = rng.gamma(6.0 * np.maximum(frequency, 1), 1 / rng.gamma(4.0, 1 / 30.0, n)) / np.maximum(
        frequency, 1
    )
    return Weeks(frequency, recency, age, np.where(frequency > 0, spent, np.nan))


def test_gamma_gamma_recovers_planted_parameters():
    """Amounts drawn from the model give its mean back, and each customer's own is drawn towards it."""
    rng = np.random.default_rng(3)
    buyers = planted(rng)

    fit = gamma_gamma(buyers.frequency, buyers.spent)
    few, many = fit.expected_value(np.array([1.0, 50.0]), np.array([300.0, 300.0]))

    assert fit.converged
    assert fit.mean_value == pytest.approx(6.0 * 30 / 3, rel=0.1)
    assert fit.mean_value < few < many < 300


def test_a_unit_of_time_changes_nothing_but_the_unit():
    """Fitted in days or in weeks, a customer is as alive and buys as much again."""
    buyers = planted(np.random.default_rng(5), 600)
    weeks = bg_nbd(buyers.frequency, buyers.recency, buyers.age)
    days = bg_nbd(buyers.frequency, 7 * buyers.recency, 7 * buyers.age)
    times = np.full(600, 10.0)

    in_weeks = weeks.further_purchases(times, buyers.frequency, buyers.recency, buyers.age)
    in_days = days.further_purchases(7 * times, buyers.frequency, 7 * buyers.recency, 7 * buyers.age)

    assert in_days == pytest.approx(in_weeks, rel=1e-3, abs=1e-6)
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-3)


@pytest.mark.parametrize("frequency", [np.zeros(50), np.ones(5)])
def test_buyers_that_hold_no_model_say_so(frequency: np.ndarray):
    """Nobody bought again, or a handful did: no fit, and no figure that looks like one."""
    fit = bg_nbd(frequency, frequency, np.full(len(frequency), 10.0))

    assert not fit.converged


def buying_book(days: list[list[str]]) -> Book:
    """A book of repeat buyers, one list of order days per account, every order of 100."""
    keys = [f"A{i:05d}" for i, of in enumerate(days) for _ in of]
    ordered = pd.Series(pd.to_datetime([d for of in days for d in of])).astype("datetime64[s]")
    orders = pd.DataFrame(
        {"account_key": keys, "ordered_on": ordered, "amount": 100.0, "revenue": 100.0, "is_purchase": True}
    )
    plain = book_of(len(days), regime="repeat", orders=[len(of) for of in days])
    return dataclasses.replace(plain, orders=orders)


def test_two_orders_on_one_day_are_one_purchase():
    """Invoices split on the same day are one visit of 200, followed by a repeat purchase of 100."""
    book = buying_book([["2025-01-01", "2025-01-01", "2025-07-02"], ["2025-01-01"]])

    seen = histories_of(book)

    assert seen.frequency.tolist() == [1.0, 0.0]
    assert seen.mean_value.tolist() == [150.0, 100.0]
    assert seen.repeat_value[0] == 100.0
    assert np.isnan(seen.repeat_value[1])
    assert seen.recency[0] == pytest.approx(182 / 30.436875)


def test_where_no_model_fits_order_rates_are_pooled_and_it_is_said():
    """Two buyers hold no BG/NBD: the one who ordered more is expected to order more, and the source says why."""
    expected = expectations_of(buying_book([["2025-01-01", "2025-07-02"], ["2025-01-01"]]), horizon_months=36)

    assert "BG/NBD did not fit" in expected.source
    assert expected.orders[0] > expected.orders[1] > 0
    assert np.isnan(expected.alive).all()


def test_who_was_a_customer_before_the_first_invoice_exported_is_measured_from_it():
    """A customer-since date years before the invoices makes nobody worthless, nor a bad buyer: both are read from the first purchase on."""
    rng = np.random.default_rng(5)
    days = [
        sorted(
            f"{d:%Y-%m-%d}"
            for d in pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, n), "D")
        )
        for n in rng.integers(2, 9, 40)
    ]
    plain = buying_book(days)
    first = plain.orders.groupby("account_key")["ordered_on"].min().to_numpy()
    fresh = dataclasses.replace(plain, accounts=plain.accounts.assign(customer_since=first))
    older = first - np.where(np.arange(40) % 2 == 0, 3000, 0).astype("timedelta64[D]")
    imported = dataclasses.replace(plain, accounts=plain.accounts.assign(customer_since=older))

    worth = [
        lifetime_values(
            book, stays(book), np.full(40, 36.0), expectations_in(book, DEFAULTS), DEFAULTS
        ).figures
        for book in (fresh, imported)
    ]
    heard = [hear(book, DEFAULTS).parts for book in (fresh, imported)]

    assert (worth[0] > 0).all()
    assert worth[1].tolist() == worth[0].tolist()
    assert heard[1].tolist() == heard[0].tolist()


def test_a_younger_segment_that_orders_as_often_is_shown_as_ordering_as_often():
    """Orders come fast at first and slowly later, for all alike: who was followed for less time has the same rate, and half as many orders half the rate."""
    rng = np.random.default_rng(7)

    def days(start: str, keep: float) -> list[str]:
        gaps = np.cumsum(np.concatenate([[0], rng.exponential(20, 4), rng.exponential(150, 12)]))
        placed = pd.Timestamp(start) + pd.to_timedelta(np.round(gaps), "D")
        kept = [
            day
            for i, day in enumerate(placed)
            if day < pd.Timestamp(AS_OF) and (i == 0 or rng.random() < keep)
        ]
        return [f"{day:%Y-%m-%d}" for day in kept]

    def rates(starts: tuple[str, str], keep: tuple[float, float]) -> tuple[float, float]:
        book = buying_book([days(starts[i % 2], keep[i % 2]) for i in range(600)])
        again = reordering_of(book)
        sides = [_order_rate(again, np.arange(600) % 2 == side, DEFAULTS) for side in (0, 1)]
        assert all(side.variance > 0 for side in sides)
        return sides[0].value, sides[1].value

    young, old = rates(("2025-07-01", "2023-01-01"), (1.0, 1.0))
    often, seldom = rates(("2024-01-01", "2024-01-01"), (1.0, 0.5))

    assert young == pytest.approx(old, rel=0.08)
    assert seldom == pytest.approx(often / 2, rel=0.1)
