"""Who counts as a good customer whom the profile should cover."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from books import AS_OF, book_of

from icpcli.rank.ranking import rank_customers
from icpcli.review.coverage import good_customers
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
