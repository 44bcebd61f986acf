"""Fields that tell the outcome, or are known only after the sale: found by name and by what they do, and nothing harmless with them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from books import AS_OF, book_of, words
from searched_fields import searched

from icpcli.cluster.attributes import candidates
from icpcli.settings import DEFAULTS, Settings


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("lead_status", "tells the outcome"),
        ("Statut du lead", "tells the outcome"),
        ("FirstOrderYear", "known only after the sale"),
        ("OrderFrequency", "known only after the sale"),
        ("days_to_close", "known only after the sale"),
        ("seats", "what was bought"),
        ("Montant / mois", "what customers pay"),
        ("Panier moyen", "what customers pay"),
        ("Monthly payment", "what customers pay"),
        ("Jan 2025", "figure of a month"),
        ("2025-01-31", "figure of a month"),
        ("MRR 2025-01", "figure of a month"),
        ("owner", "your own team"),
        ("GeographyKey", "identifies a row"),
    ],
)
def test_leaks_are_known_by_their_name(field: str, reason: str):
    """Fields that tell the outcome, come after the sale, or are what was bought are left out, and named."""
    fields, told = searched({field: words(["a", "b"] * 30), "industry": words(["x", "y"] * 30)})

    assert set(fields) == {"industry"}
    assert field in told
    assert reason in told


def test_a_turnover_that_is_known_of_customers_alone_is_perhaps_what_they_pay():
    """A column "CA annuel" may be either; a company's own is as well known of those that were lost."""
    won = np.arange(200) < 120
    figures = np.random.default_rng(3).lognormal(8, 1, 200).round()

    own, _ = searched({"annual_revenue": figures}, is_customer=won)
    paid, told = searched({"annual_revenue": np.where(won, figures, np.nan)}, is_customer=won)

    assert (list(own), list(paid)) == (["annual_revenue"], [])
    assert "what customers pay" in told


def test_money_of_a_companys_own_is_a_trait():
    """What a company has raised is known before anybody sells to it, though it is an amount too."""
    fields, _ = searched({"Montant levé": np.random.default_rng(3).lognormal(8, 1, 80).round()})

    assert list(fields) == ["Montant levé"]


def test_sales_by_the_year_are_no_trait_unless_there_is_one_year_alone():
    """Of several years nothing says whether they are what customers paid, or their own turnover; one alone is mostly the latter."""
    figures = np.random.default_rng(3).lognormal(8, 1, 80).round()

    both, told = searched({"CA 2023": figures, "CA 2024": figures[::-1]})
    one, _ = searched({"CA 2024": figures})

    assert (list(both), list(one)) == ([], ["CA 2024"])
    assert "figure of a year" in told


def test_the_flag_is_offered_where_it_can_help():
    """--attribute would search who owns a company, and could tell nobody apart by what is the same everywhere."""
    _, told = searched({"owner": ["Ann", "Bob"] * 50, "Plan": ["Pro"] * 100})

    assert "owner (--attribute FIELD searches one all the same)." in told
    assert "always says the same: Plan." in told


def test_a_field_the_user_insists_on_is_searched():
    """--attribute searches a field although it looks like a leak."""
    fields, told = searched({"seats": words(["a", "b"] * 30)}, Settings(attribute=("seats",)))

    assert set(fields) == {"seats"}
    assert "because you said so" in told


def test_a_column_that_follows_the_outcome_is_a_leak_whatever_its_name():
    """A column whose values all but tell won from lost is left out, by what it does."""
    won = np.arange(200) < 120
    rng = np.random.default_rng(2)
    telling = np.where(rng.random(200) < 0.95, won, ~won)

    fields, told = searched(
        {"Flag X": words(["up" if t else "down" for t in telling]), "industry": words(["x", "y"] * 100)},
        is_customer=won,
    )

    assert set(fields) == {"industry"}
    assert "Flag X" in told


@pytest.mark.parametrize("cuts", [(0.5,), (0.83,), (0.7, 0.9), (0.25, 0.5, 0.75)])
def test_a_tier_cut_from_what_customers_pay_is_a_leak(cuts: tuple[float, ...]):
    """Gold, silver and bronze by money say in other words what they pay, however many are gold."""
    rng = np.random.default_rng(4)
    pays = rng.lognormal(5, 1, 200)
    tier = np.searchsorted(np.quantile(pays, cuts), pays)

    fields, told = searched(
        {"Rank of ours": words([f"T{t}" for t in tier]), "industry": words(["x", "y"] * 100)},
        monthly_value=pays,
    )

    assert set(fields) == {"industry"}
    assert "Rank of ours" in told


def test_a_type_that_pays_three_times_as_much_is_no_leak():
    """Strong as it is, a type whose customers overlap with others in what they pay is searched."""
    rng = np.random.default_rng(5)
    better = rng.random(200) < 0.3
    pays = rng.lognormal(5, 0.9, 200) * np.where(better, 3.0, 1.0)

    fields, _ = searched({"Kind": words(np.where(better, "x", "y").tolist())}, monthly_value=pays)

    assert set(fields) == {"Kind"}


def test_a_code_that_many_share_is_no_rows_own():
    """The code of a trade describes companies; one that differs for nearly each is left out."""
    own = words([f"K{i // 1.2:.0f}" for i in range(120)])
    trade = words(["62.01Z", "70.22Z", "46.90Z"] * 40)

    fields, told = searched({"NAF code": trade, "File code": own})

    assert set(fields) == {"NAF code"}
    assert "File code" in told


def test_a_field_filled_in_for_a_few_customers_among_many_worked_is_searched():
    """How well a field of customers is filled is asked of customers: it is not almost empty because most deals were lost."""
    won = np.arange(1200) < 100
    rng = np.random.default_rng(6)
    values = words([str(v) if w else None for v, w in zip(rng.choice(["a", "b"], 1200), won, strict=True)])

    fields, _ = searched({"Segment": values, "industry": words(["x", "y"] * 600)}, is_customer=won)

    assert set(fields) == {"Segment", "industry"}


def test_a_field_filled_in_once_a_deal_is_won_speaks_of_customers_alone():
    """What the account manager types in after the sale is searched among customers, is blank for the lost, and said so."""
    won = np.arange(200) < 120
    values = words([("a" if i % 2 else "b") if w or i % 7 == 0 else None for i, w in enumerate(won)])

    fields, told = searched({"segment": values, "industry": words(["x", "y"] * 100)}, is_customer=won)

    assert set(fields) == {"industry", "segment"}
    assert (fields["segment"].codes[~won] == -1).all()
    assert "only once a deal is won: segment" in told
    assert "not who is cheap to win" in told


def test_a_field_filled_in_for_the_lost_is_a_leak():
    """A reason for losing is known of nobody who was won."""
    won = np.arange(200) < 120
    reasons = words([None if w else ("price" if i % 2 else "timing") for i, w in enumerate(won)])

    fields, told = searched({"Why": reasons, "industry": words(["x", "y"] * 100)}, is_customer=won)

    assert set(fields) == {"industry"}
    assert (
        "filled in only after the deal is decided: Why (filled for 100 % of the lost, 0 % of customers)"
        in told
    )


def test_a_field_filled_in_for_those_who_left_is_a_leak():
    """A date or reason of leaving, whatever it is called, is known of nobody who stayed."""
    left = np.arange(200) % 3 == 0
    exits = words([("a" if i % 2 else "b") if gone else None for i, gone in enumerate(left)])
    churned = [pd.Timestamp("2025-06-01") if gone else pd.NaT for gone in left]

    fields, told = searched({"Exit": exits, "industry": words(["x", "y"] * 100)}, churned_on=churned)

    assert set(fields) == {"industry"}
    assert "when a customer leaves: Exit" in told


def test_a_quantity_bought_is_known_by_its_prices():
    """A count that times one of a few prices is what is paid is the quantity bought; a company's size is no such count."""
    rng = np.random.default_rng(4)
    bought, size = rng.integers(1, 60, 200).astype(float), rng.integers(1, 60, 200).astype(float)
    paid = bought * rng.choice([19.0, 49.0, 99.0], 200)

    fields, told = searched({"Postes": bought, "Machines": size}, monthly_value=paid)

    assert set(fields) == {"Machines"}
    assert "what was bought: Postes (money is this times one of 3 prices for 100 %)" in told


def test_a_field_that_orders_customers_as_their_money_does_is_a_leak():
    """A spending band or a number of orders under a name of its own is told by its ranks; size and channel are not judged so."""
    rng = np.random.default_rng(5)
    paid = rng.lognormal(5, 1, 200)
    band = words(
        list(
            np.array(["bronze", "silver", "gold", "jade", "pearl"])[
                np.searchsorted(np.quantile(paid, [0.2, 0.4, 0.6, 0.8]), paid)
            ]
        )
    )

    fields, told = searched(
        {"Band": band, "Total": np.round(paid * 12), "employees": np.round(paid)}, monthly_value=paid
    )

    assert set(fields) == {"employees"}
    assert "Band (goes with what they pay a month" in told
    assert "Total (goes with what they pay a month" in told


def test_a_stage_of_the_company_itself_is_no_leak():
    """The stage of funding and the legal status describe a company; the stage of a deal tells the outcome."""
    half = words(["a", "b"] * 30)
    fields, _ = searched(
        {"Funding stage": half, "Statut juridique": words(["c", "d", "e"] * 20), "Deal stage": half}
    )

    assert set(fields) == {"Funding stage", "Statut juridique"}


@pytest.mark.parametrize(
    "field",
    [
        "HubSpot Score",
        "Lead Score",
        "Rating",
        "Customer Priority",
        "Client VIP",
        "Classement client",
        "Number of Pageviews",
        "Number of Sales Activities",
        "Support tickets",
        "Last Login",
        "Payment Terms",
        "Mode de règlement",
        "Credit Limit",
        "Email messages count",
        "Priorité",
        "Potentiel",
    ],
)
def test_what_crms_judge_and_count_of_customers_is_left_out(field: str):
    """A score, a rank among customers and what goes on being counted after the sale describe no company to be found."""
    fields, told = searched({field: words(["a", "b"] * 30), "industry": words(["x", "y"] * 30)})

    assert set(fields) == {"industry"}
    assert field in told


@pytest.mark.parametrize(
    "field",
    [
        "Credit rating",
        "Google rating",
        "Number of tickets sold",
        "Score Ecovadis",
        "City tier",
        "Business type",
    ],
)
def test_scores_and_counts_of_a_companys_own_are_searched(field: str):
    """What others say of a company, and what it sells itself, is known before anybody sells to it."""
    fields, _ = searched({field: words(["a", "b"] * 30)})

    assert set(fields) == {field}


def _stays(rng: np.random.Generator, n: int, rate: np.ndarray | float) -> dict[str, object]:
    """Customers who came over five years and left at this rate a month."""
    months = rng.uniform(1, 60, n)
    stayed = rng.exponential(1 / np.asarray(rate), n)
    return {
        "customer_since": pd.Timestamp(AS_OF) - pd.to_timedelta(np.round(months * 30.4), unit="D"),
        "has_left": stayed < months,
        "_stayed": np.minimum(stayed, months),
    }


def test_a_number_that_grows_with_time_as_a_customer_is_a_leak():
    """Incidents counted since the first day are many for who stayed long: they cannot say who will stay."""
    rng = np.random.default_rng(3)
    columns = _stays(rng, 250, 0.02)
    incidents = rng.poisson(0.3 * columns.pop("_stayed") * rng.lognormal(0, 0.5, 250)).astype(float)

    fields, told = searched({"Incidents": incidents, "industry": words(["x", "y"] * 125)}, **columns)

    assert set(fields) == {"industry"}
    assert "known only after the sale: Incidents (goes with how long customers have been there" in told


@pytest.mark.parametrize("seed", range(5))
def test_a_number_that_keeps_customers_is_no_leak(seed: int):
    """Those still there after years have more of what keeps customers, but who came in those years had no more of it."""
    rng = np.random.default_rng(seed)
    sites = rng.lognormal(3, 1, 250).round()
    columns = _stays(rng, 250, 0.04 * np.exp(-(np.log(np.maximum(sites, 1)) - 3)))
    del columns["_stayed"]

    fields, _ = searched({"Sites": sites}, **columns)

    assert set(fields) == {"Sites"}


def test_a_tag_that_says_what_a_company_is_to_the_seller_is_left_out_of_its_list():
    """Of tags "VIP" and one that only those who stayed have are left out and named; what they use is searched."""
    rng = np.random.default_rng(8)
    n = 200
    has_left = rng.random(n) < 0.5
    tags = [
        [t for t, has in zip(("VIP", "Roadmap call", "Slack", "Zoom"), held, strict=True) if has] or ["none"]
        for held in zip(rng.random(n) < 0.3, ~has_left, rng.random(n) < 0.5, rng.random(n) < 0.4, strict=True)
    ]

    found = candidates(
        book_of(n, attributes={"Tags": words([";".join(t) for t in tags])}, has_left=has_left), DEFAULTS
    )

    assert {a.levels[0] for a in found.attributes} >= {"Slack", "Zoom"}
    assert not {a.levels[0] for a in found.attributes} & {"VIP", "Roadmap call"}
    told = " ".join(f.message for f in found.findings)
    assert "Tags: Roadmap call (goes with who left" in told
    assert "Tags: VIP" in told
    assert "(--attribute FIELD searches one all the same; of a list, all its items)" in told


def test_a_cell_of_nothing_but_a_tag_left_out_is_blank():
    """Had nobody typed in "VIP", its cell would be empty: to be without "Slack" there is no trait of who is a VIP."""
    tags = words(["VIP"] * 30 + ["Slack"] * 30 + ["Slack;Zoom"] * 30 + ["Zoom;VIP"] * 30 + ["Slack;VIP"] * 30)

    found = candidates(book_of(150, attributes={"Tags": tags}), DEFAULTS).attributes

    codes = {a.levels[0]: a.codes.tolist() for a in found}
    assert codes == {
        "Slack": [-1] * 30 + [0] * 60 + [1] * 30 + [0] * 30,
        "Zoom": [-1] * 30 + [1] * 30 + [0] * 60 + [1] * 30,
    }
