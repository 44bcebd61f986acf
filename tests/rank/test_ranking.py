"""Who ranks where, and what must not change it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of
from hypothesis import given, settings
from hypothesis import strategies as st

from icpcli.errors import SettingsError
from icpcli.model.common import Criterion
from icpcli.rank.ranking import mid_rank_percentiles, rank_customers
from icpcli.rank.value import annuity_months
from icpcli.settings import DEFAULTS, Settings


def ranked(**columns: object) -> pd.DataFrame:
    """The ranking of a book with these columns, in the order of the accounts."""
    n = len(next(iter(columns.values())))
    return rank_customers(book_of(n, **columns), DEFAULTS).customers.sort_values(
        "account_key", ignore_index=True
    )


def test_all_the_weight_on_a_criterion_without_figures_is_refused():
    """Nobody could be ranked by it: the error names what has figures and the flag."""
    only_advocacy = Settings(weights={"acquisition_cost": 0, "retention": 0, "lifetime_value": 0})

    with pytest.raises(SettingsError, match="without figures") as caught:
        rank_customers(book_of(3, acquisition_cost=[1.0, 2.0, 3.0]), only_advocacy)

    assert "--weight acquisition_cost=1" in caught.value.details[0]


def test_a_book_without_any_figure_says_that_nobody_can_be_ranked():
    """Won and lost alone rank no customer: the finding does not speak of other criteria."""
    ranking = rank_customers(book_of(4, is_customer=[True, True, False, False]), DEFAULTS)

    message = next(f.message for f in ranking.findings if f.code == "ICP210")
    assert "customers cannot be ranked" in message
    assert ranking.customers["rank"].isna().all()


def test_mid_rank_percentiles_by_hand():
    """Four customers stand at 12.5, 37.5, 62.5 and 87.5; equal ones share their mean; a missing one has none."""
    figures = pd.Series([10.0, 20.0, 20.0, 40.0, np.nan])

    worth = mid_rank_percentiles(figures, lower_is_better=False)
    cost = mid_rank_percentiles(figures, lower_is_better=True)

    assert worth[:4].tolist() == [12.5, 50.0, 50.0, 87.5]
    assert cost[:4].tolist() == [87.5, 50.0, 50.0, 12.5]
    assert np.isnan(worth[4])


def test_a_customer_without_a_cost_is_not_ranked_as_free():
    """A missing acquisition cost leaves the criterion out instead of making the customer cheapest."""
    customers = ranked(acquisition_cost=[100.0, np.nan, 300.0])

    assert customers["rank"].isna().tolist() == [False, True, False]
    assert customers["score"][0] > customers["score"][2]


def test_one_euro_a_month_for_a_year_at_ten_percent_by_hand():
    """The annuity of 12 months at 10 % a year is (1 - 1/1.1) / (ln 1.1 / 12); without discount it is 12."""
    assert annuity_months(np.array([12.0]), 0.10)[0] == pytest.approx((1 - 1 / 1.1) / (np.log(1.1) / 12))
    assert annuity_months(np.array([12.0]), 0.0)[0] == 12.0


def test_who_left_is_worth_what_they_paid_and_who_stays_is_worth_more():
    """Of two customers who pay alike, the one still there after a year is worth more than the one who left."""
    customers = ranked(
        monthly_value=[100.0, 100.0, 100.0],
        churned_on=pd.to_datetime(["2025-07-02", None, None]),
    )

    assert customers["lifetime_value"][0] < customers["lifetime_value"][1]
    assert customers["lifetime_value"][0] == pytest.approx(
        100 * annuity_months(np.array([182 / 30.436875]), 0.10)[0]
    )


@settings(max_examples=25, deadline=None)
@given(
    costs=st.lists(st.floats(1, 1e5), min_size=3, max_size=12, unique=True),
    scale=st.sampled_from([0.01, 3.0, 1000.0]),
    seed=st.integers(0, 99),
)
def test_scaling_money_scales_values_and_leaves_ranks(costs: list[float], scale: float, seed: int):
    """Cents or thousands: ranks stay, lifetime values scale."""
    monthly = np.random.default_rng(seed).lognormal(5, 1, len(costs))
    plain = ranked(acquisition_cost=np.array(costs), monthly_value=monthly)
    scaled = ranked(acquisition_cost=np.array(costs) * scale, monthly_value=monthly * scale)

    assert scaled["rank"].tolist() == plain["rank"].tolist()
    assert scaled["lifetime_value"].to_numpy() == pytest.approx(plain["lifetime_value"].to_numpy() * scale)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_a_customer_better_in_everything_never_ranks_lower(seed: int):
    """Making one customer cheaper and worth more never costs it a place."""
    rng = np.random.default_rng(seed)
    cost, monthly = rng.lognormal(8, 1, 12), rng.lognormal(5, 1, 12)
    before = ranked(acquisition_cost=cost, monthly_value=monthly)["rank"][0]
    after = ranked(
        acquisition_cost=np.where(np.arange(12) == 0, cost / 2, cost),
        monthly_value=np.where(np.arange(12) == 0, monthly * 2, monthly),
    )["rank"][0]

    assert after <= before


def test_equal_scores_go_by_key_although_their_sums_are_rounded_differently():
    """Places 2, 3, 1 and 1, 2, 3 of six are the same mean (25), but sums of them differ in the last digit: the key decides."""
    places = np.array([[2, 3, 1], [1, 2, 3], [3, 1, 2], [4, 5, 6], [5, 6, 4], [6, 4, 5]], dtype=float)
    book = book_of(6, acquisition_cost=7 - places[:, 0], monthly_value=places[:, 1], nps=places[:, 2])

    customers = rank_customers(book, DEFAULTS).customers

    assert customers["rank"].tolist() == [1, 1, 1, 4, 4, 4]
    assert customers["account_key"].tolist() == [f"A{i:05d}" for i in (3, 4, 5, 0, 1, 2)]


def test_weights_decide_what_counts():
    """With all weight on value the cheapest customer is no longer the best."""
    book = book_of(3, acquisition_cost=[1.0, 500.0, 900.0], monthly_value=[10.0, 50.0, 90.0])
    on_value = Settings(
        weights={Criterion.ACQUISITION_COST: 0.0, Criterion.LIFETIME_VALUE: 1.0, Criterion.RETENTION: 0.0}
    )

    assert rank_customers(book, on_value).customers["account_key"].tolist() == ["A00002", "A00001", "A00000"]


def test_the_book_is_left_as_it_was():
    """Ranking changes nothing in what it was given."""
    book = book_of(4, acquisition_cost=[1.0, 2.0, 3.0, 4.0])
    before = book.accounts.copy(deep=True)

    rank_customers(book, DEFAULTS)

    pd.testing.assert_frame_equal(book.accounts, before)


def test_repeat_buyers_are_worth_their_purchases_and_those_to_expect():
    """A buyer with two orders of 100 in a year is worth more than 200 and less than three years at that rate."""
    days = pd.to_datetime(["2025-01-01", "2025-07-01", "2025-01-01"]).astype("datetime64[s]")
    orders = pd.DataFrame(
        {
            "account_key": ["A00000", "A00000", "A00001"],
            "ordered_on": days,
            "amount": [100.0] * 3,
            "revenue": [100.0] * 3,
            "is_purchase": True,
        }
    )
    plain = book_of(2, regime="repeat", orders=[2, 1], realised_margin=[200.0, 100.0])

    ranking = rank_customers(dataclasses.replace(plain, orders=orders), DEFAULTS).customers.set_index(
        "account_key"
    )

    assert AS_OF.year == 2026
    assert 190 < ranking["lifetime_value"]["A00000"] < 600
    assert ranking["lifetime_value"]["A00000"] > ranking["lifetime_value"]["A00001"]
