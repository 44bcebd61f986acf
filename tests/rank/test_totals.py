"""Revenue so far is heard beside that of customers of the same age."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of
from fair_books import DAYS_PER_MONTH, differs, younger_segment
from scipy.stats import binom

from icpcli.model.common import Criterion
from icpcli.model.scale import Scale
from icpcli.rank.criteria import criteria_of
from icpcli.rank.totals import mean_log_at, mean_totals
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from icpcli.model.tables import Book

BOOKS = 40
LEVEL = 0.07  # the share of null books in which a fair part may call a segment different at |t| > 1.96


def totals_book(months: np.ndarray, monthly: np.ndarray) -> Book:
    """Customers told by one total each: so many months, so much a month."""
    total = monthly * months
    since = pd.Timestamp(AS_OF) - pd.to_timedelta(np.round(months * DAYS_PER_MONTH), unit="D")
    return book_of(
        len(months),
        regime="single",
        customer_since=pd.Series(since),
        realised_margin=total,
        order_value_log_mean=np.log(total),
    )


def test_a_segment_that_is_merely_newer_is_not_called_worth_less():
    """Where all bring in the same a month, a segment of the last year differs in about 5 % of the books."""
    called = 0
    for seed in range(BOOKS):
        rng = np.random.default_rng([seed, 23])
        months = younger_segment(rng)
        heard = hear(totals_book(months, rng.lognormal(6, 0.6, len(months))), DEFAULTS)
        assert heard.criteria == (Criterion.LIFETIME_VALUE,)
        called += differs(heard.parts[:, 0], np.arange(len(months)) < 80)

    assert called <= binom.ppf(0.999, BOOKS, LEVEL)


def test_a_total_is_brought_to_one_age():
    """Customers who bring in the same a month are worth about as much, be they a year old or four; the source says at what age."""
    months = np.linspace(1, 48, 400)
    criteria = criteria_of(totals_book(months, np.full(400, 100.0)), DEFAULTS)

    values = criteria.figures[Criterion.LIFETIME_VALUE].to_numpy()
    assert values == pytest.approx(np.full(400, 3600.0), rel=0.01)
    assert criteria.values.source == "revenue so far, brought to 36 months"
    assert criteria.values.to_date[0] == pytest.approx(100.0)
    assert criteria.values.to_date[-1] == pytest.approx(3600.0, rel=0.01)


def test_a_book_younger_than_the_horizon_is_brought_to_its_oldest_age():
    """Nobody is a customer longer than 20 months: beyond them nothing is known, and nothing is added."""
    months = np.linspace(1, 20, 60)
    criteria = criteria_of(totals_book(months, np.full(60, 100.0)), DEFAULTS)

    assert criteria.values.source == "revenue so far, brought to 20 months"
    assert np.nanmax(criteria.values.figures) == pytest.approx(2000.0, rel=0.01)


def test_newcomers_are_measured_by_the_totals_of_the_first_book():
    """Newcomers of a year who bring in twice as much a month lie higher, those who bring in the same do not."""
    rng = np.random.default_rng(4)
    first = hear(totals_book(rng.uniform(1, 48, 400), rng.lognormal(6, 0.6, 400)), DEFAULTS)
    ages, monthly = rng.uniform(1, 12, 400), rng.lognormal(6, 0.6, 400)
    scale = msgspec.convert(msgspec.to_builtins(first.scale), Scale)

    same, better = (hear(totals_book(ages, times * monthly), DEFAULTS, scale).parts for times in (1, 2))

    assert abs(same.mean()) < 0.2
    assert better.mean() > 0.7


def test_a_saved_scale_without_totals_by_age_does_not_measure_totals():
    """What an earlier version saved took totals for purchases: they are in another unit, and not heard."""
    rng = np.random.default_rng(4)
    book = totals_book(rng.uniform(1, 48, 100), rng.lognormal(6, 0.6, 100))
    saved = msgspec.to_builtins(hear(book, DEFAULTS).scale)
    del saved["totals"]
    saved["parts"][0]["unit"] = "money a purchase"

    heard = hear(book, DEFAULTS, msgspec.convert(saved, Scale))

    assert np.isnan(heard.parts).all()


def test_a_handful_of_customers_is_told_by_what_they_brought_in():
    """Of a few customers an increasing fit would take all that differs: their totals stand as they are."""
    criteria = criteria_of(totals_book(np.arange(1.0, 11.0), np.full(10, 100.0)), DEFAULTS)

    assert criteria.values.source == "purchases so far"
    assert criteria.values.figures.tolist() == [100.0 * k for k in range(1, 11)]


def test_the_mean_total_by_age_never_falls_and_averages_equal_ages():
    """Pool-adjacent-violators by hand: totals of e^1, e^3 at the same age, then e^1: all pool to 5 / 3; e^4 stands alone."""
    months = np.repeat([2.0, 4.0, 8.0], [20, 10, 10])
    book = totals_book(months, np.ones(40))
    logs = np.concatenate([np.tile([1.0, 3.0], 10), np.full(10, 1.0), np.full(10, 4.0)])
    book.accounts["order_value_log_mean"] = logs

    mean = mean_totals(book)

    assert mean is not None
    assert mean.level == pytest.approx((5 / 3, 4.0))
    assert mean_log_at(mean, np.array([0.0, 3.0, 9.0, np.nan])) == pytest.approx(
        [5 / 3, 5 / 3, 4.0, np.nan], nan_ok=True
    )
