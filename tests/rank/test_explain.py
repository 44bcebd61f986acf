"""One customer explained, and the groups of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from books import book_of, words

from icpcli.errors import DataError
from icpcli.model.common import Criterion
from icpcli.pipeline.rank import rank
from icpcli.rank.segments import segments_by
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from icpcli.pipeline.rank import Ranked


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Ranked:
    """Three customers with what they cost, pay and when they left; one of them with two invoices."""
    folder = tmp_path_factory.mktemp("exports")
    (folder / "companies.csv").write_text(
        "Company name,Industry,Customer since,Churn date,MRR,Acquisition cost\n"
        "Acme,Retail,2024-01-01,,100,500\nBeta,Retail,2024-01-01,2025-01-01,300,900\nGamma,Media,2025-01-01,,200,100\n"
    )
    (folder / "invoices.csv").write_text(
        "Invoice number,Customer,Invoice date,Amount\nI1,Acme,2024-02-01,1200\nI2,Acme,2025-02-01,1200.50\n"
        "I3,Beta,2024-02-01,3600\nI4,Gamma,2025-06-01,2400\n"
    )
    return rank([str(folder)], DEFAULTS)


def test_an_explanation_says_where_each_figure_was_read(ranked: Ranked):
    """File, column and number of rows stand beside each figure, and what the customer paid so far to the cent."""
    told = ranked.explanation("ACME")
    by_criterion = {row.criterion: row for row in told.rows}

    cost = by_criterion[Criterion.ACQUISITION_COST]
    assert (cost.figure, [(o.column, o.rows) for o in cost.origins]) == (500.0, [("Acquisition cost", 1)])
    value = by_criterion[Criterion.LIFETIME_VALUE].origins
    assert {(o.column, o.rows) for o in value} == {("MRR", 1), ("Amount", 2)}
    assert "2 purchases, the last on 2025-02-01" in told.facts
    assert any("2,400" in fact for fact in told.facts)


def test_an_explanation_says_what_would_move_the_customer(ranked: Ranked):
    """Beta left after a year: staying like the best would move it up, and its value already is the best."""
    told = {row.criterion: row.would_move for row in ranked.explanation("Beta").rows}

    assert "it would rank" in told[Criterion.RETENTION]
    assert "months" in told[Criterion.RETENTION]


def test_a_misspelt_customer_is_told_the_nearest(ranked: Ranked):
    """Nobody is called so: one clear error names who is."""
    with pytest.raises(DataError, match="No customer is called 'Acmee'") as caught:
        ranked.explanation("Acmee")
    assert "Acme" in caught.value.details[0]


def test_the_effect_of_horizon_and_discount_is_told(ranked: Ranked):
    """The notes say what lifetime value would be undiscounted and over other horizons."""
    notes = " ".join(ranked.notes())

    assert "36 months" in notes
    assert "undiscounted +" in notes
    assert "over 18 months -" in notes


def test_groups_are_drawn_to_the_mean_by_how_few_they_are():
    """One lucky customer in a group of its own is not shown at its own mean; a group of a hundred nearly is."""
    rng = np.random.default_rng(6)
    industry = words(["Retail"] * 100 + ["Media"] * 100 + ["Mining"] * 100 + ["Space"])
    monthly = np.concatenate([rng.normal(m, 60, 100) for m in (100, 130, 70)] + [[250.0]])
    book = book_of(301, monthly_value=monthly, attributes={"industry": industry})

    found = {s.name: s for s in segments_by(book, "industry", DEFAULTS)}

    raw = monthly[-1] / monthly[:100].mean()
    value = Criterion.LIFETIME_VALUE
    assert found["Space"].means[value] / found["Retail"].means[value] < 0.9 * raw
    assert found["Media"].means[value] > found["Retail"].means[value] > found["Mining"].means[value]
    assert (found["Space"].known[value], found["Media"].known[value]) == (1, 100)


def test_items_of_a_list_are_groups_whatever_stands_beside_them():
    """Slack; Jira and Jira; Slack are one group of Slack and one of Jira; the field is found in any letters."""
    tools = words(["Slack; Jira", "Jira; Slack", "Jira", "Slack", "Slack; Zoom", None] * 4)
    book = book_of(24, attributes={"Current tools": tools})

    found = segments_by(book, "current_TOOLS", DEFAULTS)

    assert {s.name: s.customers for s in found} == {"Slack": 16, "Jira": 12, "Zoom": 4, "(not said)": 4}


def test_thousands_of_groups_hold_who_they_hold():
    """Of 3,000 cities each holds the companies that are there, as counted one by one, however many cities there are."""
    rng = np.random.default_rng(8)
    city = words([f"City {place}" for place in rng.integers(0, 3000, 9000)])
    won, monthly = rng.random(9000) < 0.6, np.where(rng.random(9000) < 0.3, np.nan, rng.lognormal(5, 1, 9000))
    book = book_of(9000, is_customer=won, monthly_value=monthly, attributes={"city": city})

    found = {s.name: s for s in segments_by(book, "city", DEFAULTS)}

    told = pd.DataFrame({"worked": 1, "won": won, "known": won & np.isfinite(monthly)}).groupby(city).sum()
    assert set(found) == set(told.index)
    assert [found[c].worked for c in told.index] == told["worked"].tolist()
    assert [found[c].customers for c in told.index] == told["won"].tolist()
    assert [found[c].known[Criterion.LIFETIME_VALUE] for c in told.index] == told["known"].tolist()


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ([11, 51, 201, 501] * 2, ["11 to 50", "51 to 200", "201 to 500", "501 and more"]),
        ([0, 1, 3, 6] * 2, ["0", "1 to 2", "3 to 5", "6 and more"]),
        ([12, 51, 201, 320, 410, 470, 501, 640], ["10 to 49", "50 to 249", "250 to 999"]),
    ],
)
def test_ranges_are_groups_of_their_own(sizes: list[int], groups: list[str]):
    """A firm of 201-500 people is not told as one of 50 to 249, where numbers are put into the usual bands."""
    book = book_of(8, attributes={"employees": np.array(sizes, dtype=float)})

    found = segments_by(book, "employees", DEFAULTS)

    assert sorted(s.name for s in found) == sorted(groups)


def test_a_field_that_is_not_there_is_told_the_nearest():
    """A misspelt field names the one that was meant."""
    with pytest.raises(DataError, match="No column 'industri'") as caught:
        segments_by(book_of(5, attributes={"industry": words(["a"] * 5)}), "industri", Settings())
    assert "industry" in caught.value.details[0]


def test_the_invoices_of_real_resellers_add_up_to_the_cent(exports_of_others):
    """632 resellers are ranked, and what each paid is the sum of its invoice lines, written to the cent."""
    folder: Path = exports_of_others("adventureworks")
    lines = pd.read_csv(folder / "adventureworks_invoice_lines.csv", dtype=str)
    key = next(
        c for c in lines.columns if c.lower() in {"resellerkey", "account_id", "customer_id", "reseller_key"}
    )
    amount = next(
        c for c in lines.columns if c.lower() in {"salesamount", "amount", "sales_amount", "line_total"}
    )
    cents = lines[amount].astype(float).mul(10_000).round().astype("int64").groupby(lines[key]).sum()

    ranking = rank([str(folder)], DEFAULTS).ranking.customers

    realised = ranking.set_index("account_key")["realised_value"].mul(10_000).round().astype("int64")
    assert len(ranking) == 632
    assert sorted(realised) == sorted(cents)


def test_a_cost_by_spend_adds_up_by_hand(tmp_path: Path):
    """What was spent, on which channel, since when and by how many deals it was shared stand beside a customer's cost."""
    deals = ["Deal ID,Company,Deal stage,Amount,Create date,Close date,Source"]
    deals += [
        f"{i},Firm {i},Closed {'Won' if i < 3 else 'Lost'},10,2024-0{i}-10,2024-08-15,Salon"
        for i in range(1, 5)
    ]
    (tmp_path / "deals.csv").write_text("\n".join(deals), encoding="utf-8")
    (tmp_path / "spend.csv").write_text(
        "Month,Channel,Spend\n2024-01,Salons,300\n2024-03,Salons,900\n", encoding="utf-8"
    )

    told = rank([str(tmp_path)], DEFAULTS).explanation("Firm 2")

    cost = next(row for row in told.rows if row.criterion is Criterion.ACQUISITION_COST)
    assert cost.figure == 150
    assert {(o.column, o.rows) for o in cost.origins} >= {("Source", 1), ("Spend", 2)}
    assert told.facts[0] == "acquisition cost: 150 of 300 spent on Salon from 2024-01 on, shared by 2 deals"


def test_signs_of_effort_are_told_as_they_were_read(tmp_path: Path):
    """Beside an index stand the counts that it was made of."""
    deals = "Deal ID,Company,Deal stage,Amount,Close date,Hours spent\n1,Acme,Closed Won,10,2024-01-15,12.5\n2,Bolt,Closed Won,10,2024-01-15,40\n"
    (tmp_path / "deals.csv").write_text(deals, encoding="utf-8")

    assert rank([str(tmp_path)], DEFAULTS).explanation("Acme").facts[0] == "effort: hours of work 12.5"
