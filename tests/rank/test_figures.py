"""Figures inside and outside: what they are called, and the bootstrap behind their intervals."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of

from icpcli.rank import figures
from icpcli.rank.figures import compare
from icpcli.rank.ranking import rank_customers
from icpcli.settings import DEFAULTS


def spread_of(values: np.ndarray) -> float:
    """The variance that the bootstrap gives the mean of these customers."""
    everyone = np.ones(len(values), dtype=bool)
    return figures._mean_side(values, everyone, everyone, figures._mean, DEFAULTS).variance


@pytest.mark.parametrize("cells", [1, 700, 5000, 99_999])
def test_some_redraws_at_a_time_give_what_all_at_once_give(cells: int, monkeypatch: pytest.MonkeyPatch):
    """The variance is the same to the last bit, whatever number of redraws is held at once."""
    values = np.random.default_rng(2).lognormal(8, 1, 333)
    draws = np.random.default_rng(DEFAULTS.seed).integers(0, 333, (figures.REDRAWS, 333))
    at_once = float(np.var(values[draws].mean(axis=1)))
    whole = spread_of(values)

    monkeypatch.setattr(figures, "CELLS_AT_ONCE", cells)

    assert whole == pytest.approx(at_once)
    assert spread_of(values) == whole


def test_a_book_of_30_000_customers_needs_no_more_memory_than_one_of_3_000():
    """400 redraws of 30,000 customers at once would be 366 MiB; some at a time are a tenth of that."""
    values = np.random.default_rng(2).lognormal(8, 1, 30_000)

    tracemalloc.start()
    spread_of(values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 64 * 2**20


def test_what_customers_pay_is_told_beside_what_they_are_worth():
    """A side that pays less and stays three times as long is worth more: both are said, each by its own name."""
    rng = np.random.default_rng(3)
    inside = np.arange(400) % 2 == 0
    followed, life = rng.uniform(12, 60, 400), rng.exponential(np.where(inside, 36, 12))
    since = pd.Timestamp(AS_OF) - pd.to_timedelta(np.round(followed * 30.44), "D")
    left = pd.Series(since + pd.to_timedelta(np.round(life * 30.44), "D")).where(life < followed)
    pays = rng.lognormal(np.where(inside, 4.6, 5.0), 0.3)
    book = book_of(400, customer_since=since, followed_from=since, churned_on=left, monthly_value=pays)

    found = compare(book, rank_customers(book, DEFAULTS), inside.astype(float), DEFAULTS)

    told = {f.of or str(f.criterion): f for f in found}
    month, worth = told["value a month"], told["lifetime_value"]
    assert month.inside is not None
    assert month.outside is not None
    assert month.inside == pytest.approx(np.exp(4.6), rel=0.1)
    assert month.outside == pytest.approx(np.exp(5.0), rel=0.1)
    assert worth.inside is not None
    assert worth.outside is not None
    assert worth.inside > 1.1 * worth.outside


def test_the_advocacy_of_a_type_is_what_its_customers_answered():
    """Customers who answer 8.5 in the mean, twice each, are not told as 7.5 because each one's two answers alone are little."""
    rng = np.random.default_rng(5)
    inside = np.arange(200) < 40
    answers = np.clip(rng.normal(np.where(inside, 8.5, 6.5)[:, None], 1.4, (200, 2)), 0, 10)
    book = book_of(
        200,
        nps=answers.mean(axis=1),
        nps_answers=np.full(200, 2),
        nps_squares=(answers**2).sum(axis=1),
        attributes={},
    )

    told = compare(book, rank_customers(book, DEFAULTS), inside.astype(float), DEFAULTS)

    advocacy = next(figure for figure in told if figure.criterion == "advocacy")
    assert advocacy.inside == pytest.approx(answers[inside].mean(), abs=0.1)
    assert advocacy.outside == pytest.approx(answers[~inside].mean(), abs=0.1)
    assert advocacy.low < answers[inside].mean() < advocacy.high


def _retention_of(n: int, inside: np.ndarray, rate: np.ndarray, seed: int):
    """The figure of retention in a book of customers followed for up to five years, who leave at this rate a month."""
    rng = np.random.default_rng(seed)
    followed, life = rng.uniform(1, 60, n), rng.exponential(1 / rate)
    since = pd.Timestamp(AS_OF) - pd.to_timedelta(np.round(followed * 30.44), "D")
    left = pd.Series(since + pd.to_timedelta(np.round(life * 30.44), "D")).where(life < followed)
    book = book_of(
        n, customer_since=since, followed_from=since, churned_on=left, has_left=left.notna().to_numpy()
    )
    found = compare(book, rank_customers(book, DEFAULTS), inside.astype(float), DEFAULTS)
    return next(f for f in found if f.criterion == "retention")


def test_the_interval_of_retention_holds_the_truth_where_few_leave():
    """Of 25 customers of whom one in a hundred leaves a month the interval holds the true months in 92 of 100 books or more."""
    inside = np.arange(125) < 25
    rate = np.where(inside, 0.01, 0.04)
    held = []
    for seed in range(120):
        figure = _retention_of(125, inside, rate, seed)
        months = figure.within_months or 36.0
        true = (1 - np.exp(-0.01 * months)) / 0.01
        held.append(figure.low <= true <= figure.high)

    assert np.mean(held) >= 0.92


def test_nobody_left_is_no_certainty_that_nobody_will():
    """Of 12 customers none of whom left the interval reaches down to where that happens once in forty."""
    inside = np.arange(112) < 12

    figure = _retention_of(112, inside, np.where(inside, 1e-5, 0.03), 2)

    months = figure.within_months or 36.0
    assert figure.inside > 0.9 * months
    assert 0.5 * months < figure.low < 0.9 * months
    assert figure.high == pytest.approx(months, rel=0.01)
