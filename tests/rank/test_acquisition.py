"""What winning costs: columns, spend shared over deals, effort; and what renewals cannot say of it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from books import book_of
from hypothesis import given, settings
from hypothesis import strategies as st

from icpcli.model.common import Criterion
from icpcli.rank.acquisition import acquisition_costs
from icpcli.rank.spending import share_spend
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS

CHANNELS = ["Ads", "Events", "Referral"]


def spend_of(*rows: tuple[str, str | None, float], through: str | None = None) -> pd.DataFrame:
    """Spend as the roll-up gives it; None is spend of no month, and ``through`` the last month of its file."""
    channels, months, amounts = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "channel": channels,
            "month": pd.Series(pd.to_datetime([f"{m}-01" if m else None for m in months])).astype(
                "datetime64[s]"
            ),
            "amount": [float(a) for a in amounts],
            "through": pd.Series(pd.to_datetime([through] * len(rows))).astype("datetime64[s]"),
        }
    )


def pursuits_of(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    """Deals of new business: account, channel, day they were opened."""
    keys, channels, days = zip(*rows, strict=True)
    worked = pd.Series(pd.to_datetime(list(days))).astype("datetime64[s]")
    return pd.DataFrame({"account_key": keys, "channel": list(channels), "worked_on": worked})


def test_a_months_spend_is_shared_over_the_deals_of_that_channel_and_month():
    """Of 900 spent on ads in January two deals cost 450 each, and the one of February the 500 of February."""
    spend = spend_of(("Ads", "2025-01", 900), ("Ads", "2025-02", 500))
    deals = pursuits_of(("A", "ads", "2025-01-03"), ("B", "Ads ", "2025-01-30"), ("C", "Ads", "2025-02-01"))

    shared = share_spend(spend, deals)

    assert shared.costs.to_dict() == {"A": 450.0, "B": 450.0, "C": 500.0}
    assert not shared.unshared
    assert not shared.untold


def test_a_channel_is_known_by_its_letters():
    """What was spent on "Evenement" was spent on the deals of "Événement"."""
    deals = pursuits_of(("A", "Événement", "2025-01-03"), ("B", "ÉVÉNEMENT", "2025-01-30"))

    assert share_spend(spend_of(("Evenement", None, 900)), deals).costs.to_dict() == {"A": 450.0, "B": 450.0}


def test_a_month_without_a_deal_goes_to_the_next_that_has_one():
    """What a campaign cost in January was spent on the deals that came of it in March."""
    spend = spend_of(("Events", "2025-01", 600), ("Events", "2025-03", 300), ("Events", "2025-05", 90))
    deals = pursuits_of(("A", "Events", "2025-03-05"), ("B", "Events", "2025-03-09"))

    assert share_spend(spend, deals).costs.to_dict() == {"A": 495.0, "B": 495.0}


def test_a_fair_is_shared_by_the_deals_until_the_next_fair():
    """Of fairs in March and September all deals until the next share each, to the end of their file; 0 is nothing, and before is not known."""
    spend = spend_of(
        ("Fairs", "2025-03", 900), ("Fairs", "2025-09", 400), ("Fairs", "2025-11", 0), through="2025-12-01"
    )
    days = ["2025-02-01", "2025-03-05", "2025-05-01", "2025-08-30", "2025-10-01", "2025-12-05", "2026-01-01"]
    deals = pursuits_of(*[(f"A{i}", "Fairs", day) for i, day in enumerate(days)])

    shared = share_spend(spend, deals)

    assert shared.costs.to_dict() == {"A1": 300, "A2": 300, "A3": 300, "A4": 400, "A5": 0}
    assert shared.untold == {"Fairs": 2}


def test_a_deal_without_spend_has_a_cost_that_is_not_known_rather_than_none():
    """Referrals without a line of spend, and ads before the first month told, are not known, and named."""
    spend = spend_of(("Ads", "2025-02", 100), ("Fairs", None, 70))
    deals = pursuits_of(
        ("A", "Ads", "2024-12-31"), ("B", "Ads", "2025-02-01"), ("C", "Referral", "2025-02-01")
    )

    shared = share_spend(spend, deals)

    assert shared.costs.to_dict() == {"B": 100.0}
    assert shared.unshared == {"Fairs": 70.0}
    assert shared.untold == {"Ads": 1, "Referral": 1}


@settings(max_examples=60, deadline=None)
@given(
    spent=st.lists(
        st.tuples(st.sampled_from(CHANNELS), st.integers(1, 12), st.integers(0, 10_000)),
        min_size=1,
        max_size=20,
    ),
    worked=st.lists(st.tuples(st.sampled_from(CHANNELS), st.integers(1, 12)), min_size=1, max_size=20),
)
def test_no_money_is_made_or_lost(spent: list[tuple[str, int, int]], worked: list[tuple[str, int]]):
    """Where every channel is told from January to December, shares and what no deal had add up to the spend."""
    whole_year = [(c, f"2025-{m:02d}", 0.0) for c in CHANNELS for m in (1, 12)]
    spend = spend_of(*[(c, f"2025-{m:02d}", a) for c, m, a in spent], *whole_year)
    deals = pursuits_of(*[(f"A{i}", c, f"2025-{m:02d}-15") for i, (c, m) in enumerate(worked)])

    shared = share_spend(spend, deals)

    total = float(shared.costs.sum()) + sum(shared.unshared.values())
    assert total == pytest.approx(sum(a for _, _, a in spent))


def test_spend_stands_in_where_no_column_says_what_a_customer_cost():
    """A book with spend per channel has money costs, a book with neither an index of effort."""
    plain = book_of(3, is_customer=[True, False, True], touches=[2.0, 8.0, 4.0])
    spend = spend_of(("Ads", None, 300))
    deals = pursuits_of(*[(f"A{i:05d}", "Ads", "2025-01-01") for i in range(3)])

    by_spend = acquisition_costs(dataclasses.replace(plain, spend=spend, pursuits=deals))
    by_effort = acquisition_costs(plain)

    assert by_spend.figures.tolist() == [100.0, 100.0, 100.0]
    assert (by_spend.is_money, by_effort.is_money) == (True, False)
    assert by_effort.source == "effort: touches"
    assert np.argsort(by_effort.figures).tolist() == [0, 2, 1]


def test_spend_that_no_deal_can_be_told_for_is_told_although_effort_stands_in():
    """Campaigns whose names no CRM knows are named with their amounts and the line that says whose they are."""
    book = book_of(3, touches=[2.0, 8.0, 4.0])
    spend = spend_of(("FR | Brand", "2025-01", 300), ("FR | Generic", "2025-02", 900), ("Old", None, 0))
    deals = pursuits_of(*[(f"A{i:05d}", "Google Ads", "2025-01-01") for i in range(3)])

    costs = acquisition_costs(dataclasses.replace(book, spend=spend, pursuits=deals))

    (finding,) = costs.findings
    assert (costs.is_money, finding.code) == (False, "ICP212")
    assert "FR | Generic (900) and FR | Brand (300), 1,200 in all" in finding.message
    assert (
        '"FR | Generic" = "..." says for which channel of your deals it was (Google Ads)' in finding.message
    )


def test_spend_under_another_name_counts_and_is_told():
    """What was spent on google / cpc was spent on the deals by Paid Search."""
    spend = spend_of(("google / cpc", None, 300), ("Adwords", None, 60))
    deals = pursuits_of(*[(f"A{i:05d}", "Paid Search", "2025-01-01") for i in range(3)])

    costs = acquisition_costs(dataclasses.replace(book_of(3), spend=spend, pursuits=deals))

    assert costs.figures.tolist() == [120.0, 120.0, 120.0]
    assert [f.code for f in costs.findings] == ["ICP217"]
    assert "Adwords for Paid Search and google / cpc for Paid Search" in costs.findings[0].message


def test_spend_of_no_month_over_deals_of_years_is_told():
    """A report without months that went to deals of three years is named with its amount; over one year it is not."""
    spend = spend_of(("Ads", None, 300), ("Fairs", None, 60))
    days = ["2023-01-01", "2025-01-01", "2025-01-01"]
    deals = pursuits_of(*[(f"A{i:05d}", "Fairs" if i == 2 else "Ads", day) for i, day in enumerate(days)])

    costs = acquisition_costs(dataclasses.replace(book_of(3), spend=spend, pursuits=deals))

    assert [f.code for f in costs.findings] == ["ICP218"]
    assert "of more than a year: Ads (300)" in costs.findings[0].message


def test_a_month_of_which_some_spend_is_not_known_has_deals_of_no_known_cost():
    """Dollars without a rate are not nothing: the deals of their month have no cost, those of other months have."""
    spend = spend_of(("Ads", "2025-01", 100), ("Ads", "2025-02", float("nan")), ("Ads", "2025-02", 50))
    deals = pursuits_of(("A", "Ads", "2025-01-03"), ("B", "Ads", "2025-02-01"), ("C", None, "2025-02-01"))

    shared = share_spend(spend, deals)

    assert shared.costs.to_dict() == {"A": 100.0}
    assert shared.untold == {"Ads": 1, "no channel": 1}


@pytest.mark.parametrize(("told", "counts"), [(1, "spend"), (2, "column")])
def test_a_cost_of_few_companies_does_not_stand_for_all(told: int, counts: str):
    """One commission among three companies stands back behind spend that tells of all; a column for most of them counts; both are told."""
    own = [700.0 if i < told else np.nan for i in range(3)]
    spend = spend_of(("Ads", None, 300))
    deals = pursuits_of(*[(f"A{i:05d}", "Ads", "2025-01-01") for i in range(3)])
    book = dataclasses.replace(book_of(3, acquisition_cost=own), spend=spend, pursuits=deals)

    costs = acquisition_costs(book)

    expected = [100.0] * 3 if counts == "spend" else own
    np.testing.assert_array_equal(costs.figures, expected)
    assert book.costs_are_by_channel is (counts == "spend")
    assert [f.code for f in costs.findings] == ["ICP219"]
    assert f"what winning {told} of 3 companies cost" in costs.findings[0].message
    assert f"the {counts} counts" in costs.findings[0].message


def test_hours_spent_on_deals_are_effort():
    """Where deals tell the hours of work, these order companies by what winning took, in hours as in days."""
    hours = np.array([4.0, 80.0, 20.0])

    by_hours = acquisition_costs(book_of(3, hours=hours))

    assert by_hours.source == "effort: hours of work"
    assert np.argsort(by_hours.figures).tolist() == [0, 2, 1]
    assert not by_hours.is_money


def test_touches_of_a_whole_life_cost_the_old_no_more_than_the_young():
    """Contacts that go on for as long as a company is a customer say nothing of its age once brought to one tenure."""
    rng = np.random.default_rng(2)
    years = np.repeat([1, 6], 100)
    columns = {
        "customer_since": [f"{2026 - y}-0{1 + i % 9}-01" for i, y in enumerate(years)],
        "touches": rng.poisson(8 + 6 * years).astype(float),
    }

    of_deals = acquisition_costs(book_of(200, **columns)).figures
    of_life = acquisition_costs(book_of(200, **columns, touches_of_life=[True] * 200)).figures
    kept = acquisition_costs(
        book_of(200, **columns, touches_of_life=[True] * 200, is_customer=[False] * 200)
    ).figures

    assert of_deals[years == 6].mean() - of_deals[years == 1].mean() > 1.5
    assert of_life[years == 6].mean() == pytest.approx(of_life[years == 1].mean(), abs=1e-9)
    assert np.std(of_life[years == 1]) > 0.5
    assert kept.tolist() == of_deals.tolist()


def test_deals_with_customers_one_has_say_nothing_of_winning_new_ones():
    """Where large companies win only because they are customers already, size says nothing of winning."""
    rng = np.random.default_rng(1)
    is_new = np.repeat([True, False], 100)
    won = np.where(is_new, rng.uniform(size=200) < 0.3, rng.uniform(size=200) < 0.9)
    book = book_of(200, is_customer=won, is_new_business=is_new)

    heard = hear(book, DEFAULTS)
    costs = acquisition_costs(book)

    part = heard.parts[:, heard.criteria.index(Criterion.ACQUISITION_COST)]
    assert np.isnan(part[~is_new]).all()
    assert np.isfinite(part[is_new]).all()
    assert [f.code for f in costs.findings] == ["ICP214"]
    assert "100 of 200 companies" in costs.findings[0].message
