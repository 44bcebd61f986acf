"""Who counts as a good customer whom the profile should cover."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from books import AS_OF, book_of

from icpcli.rank.ranking import rank_customers
from icpcli.review.coverage import coverage_of, good_customers
from icpcli.review.signals import decided_on
from icpcli.settings import DEFAULTS


def test_a_repeat_buyer_gone_quiet_is_no_good_customer():
    """Where nobody leaves on a date, those who have not ordered for long are left out, however much they were worth."""
    last = [pd.Timestamp(AS_OF) - pd.Timedelta(days=3000 if i % 2 else 10) for i in range(30)]
    book = book_of(30, regime="repeat", last_order_on=last)
    scored = book.accounts[["account_key"]].assign(score=np.linspace(1, 100, 30))
    ranking = dataclasses.replace(rank_customers(book, DEFAULTS), customers=scored)

    good = good_customers(book, ranking)

    assert good.any()
    assert not good[1::2].any()


def test_blanks_do_not_take_the_coverage_down():
    """Half of the good customers are inside, whether or not cells of either field are blank at random."""
    rng = np.random.default_rng(2)
    fits = rng.random((4000, 2)) < np.sqrt(0.5)
    cells = np.where(rng.random((4000, 2)) < 0.3, np.nan, fits.astype(float))
    inside = np.where((cells == 0).any(axis=1), 0.0, np.where(np.isnan(cells).any(axis=1), np.nan, 1.0))

    coverage = coverage_of(inside, np.isfinite(cells).all(axis=1))

    assert coverage.share is not None
    assert coverage.share.low < 0.5 < coverage.share.high


def test_companies_are_dated_by_the_day_they_were_won_or_lost():
    """A deal opened before the profile and lost after it is a loss of after, as a deal won after it is a win of after."""
    lost = pd.Series([pd.Timestamp("2025-09-01"), pd.NaT, pd.NaT])
    book = book_of(3, is_customer=[False, True, False], lost_on=lost)

    assert decided_on(book).tolist()[:2] == [pd.Timestamp("2025-09-01"), pd.Timestamp("2025-01-01")]
    assert pd.isna(decided_on(book)[2])
