"""Won, lost or open."""

from __future__ import annotations

import pyarrow as pa
import pytest

from icpcli.load.outcome import account_outcomes, outcome_of, outcomes


@pytest.mark.parametrize(
    "stage",
    [
        "Closed Won",
        "closedwon",
        "Won 🎉",
        "Gagnée",
        "Fermé (gagné)",
        "Clôturé gagné",
        "Geschlossene und gewonnene",
        "Cerrado ganado",
    ],
)
def test_won_in_four_languages(stage: str):
    """The words that CRMs write for a deal won are known."""
    assert outcome_of(stage) == "won"


@pytest.mark.parametrize(
    "stage",
    [
        "Closed Lost",
        "closedlost",
        "⚫ Fermé Perdu",
        "Perdue",
        "Geschlossene und verlorene",
        "Perdido",
        "Out-Sold",
        "Cancelled",
        "Canceled",
    ],
)
def test_lost_in_four_languages(stage: str):
    """The words that CRMs write for a deal lost are known."""
    assert outcome_of(stage) == "lost"


@pytest.mark.parametrize(
    "stage",
    [
        "Closed",
        "Closed - Duplicate",
        "Negotiation",
        "Wonder Inc. demo",
        "Perdu mais à relancer",
        "On Hold",
        "En cours",
    ],
)
def test_closed_alone_and_what_is_not_settled_is_open(stage: str):
    """Closed does not say lost, and a word inside another word says nothing."""
    assert outcome_of(stage) == "open"


def test_flags_beat_words_and_words_beat_probability():
    """A won flag decides against the stage, the status against the stage, and a probability only where nothing else is."""
    flags = pa.table(
        {
            "is_won": [True, False, False],
            "is_closed": [True, True, False],
            "stage": ["Negotiation"] * 3,
        }
    )
    words = pa.table(
        {
            "status": ["lost", "open", None],
            "stage": ["Negotiation", "Negotiation", "Won"],
        }
    )
    chances = pa.table({"probability": [100.0, 0.0, 40.0, None]})
    shares = pa.table({"probability": [1.0, 0.0, 0.4]})

    assert outcomes(flags).to_pylist() == ["won", "lost", "open"]
    assert outcomes(words).to_pylist() == ["lost", "open", "won"]
    assert outcomes(chances).to_pylist() == ["won", "lost", "open", "open"]
    assert outcomes(shares).to_pylist() == ["won", "lost", "open"]


def test_an_account_speaks_through_its_deal_then_its_lifecycle():
    """A customer, present or past, is won; a prospect that is called a potential customer is not."""
    accounts = pa.table(
        {
            "deal_stage": ["Closed Lost", None, None, None],
            "lifecycle_stage": ["Customer", "Client", "Potential customer", "Lead"],
        }
    )

    assert account_outcomes(accounts).to_pylist() == ["lost", "won", "open", "open"]


def settled(stages: dict[str, str] | None = None, **columns: list) -> list[str]:
    """The outcomes of deals with these columns."""
    return outcomes(pa.table(columns), stages or {}).to_pylist()


def test_an_archived_deal_without_a_chance_is_lost():
    """Odoo writes lost as archived with probability 0; an archived deal that is won stays won."""
    found = settled(
        stage=["New", "New", "Won", "Proposition"],
        is_active=[True, False, False, False],
        probability=[10.0, 0.0, 100.0, 40.0],
    )

    assert found == ["open", "lost", "won", "open"]


def test_no_deal_is_lost_by_an_archive_flag_that_nobody_sets():
    """A column of blanks says nothing: all its deals cannot be archived."""
    assert settled(stage=["New", "New"], is_active=[False, False]) == ["open", "open"]


def test_the_numbers_of_dynamics_are_states():
    """With internal values 0, 1, 2 are open, won, lost, and reasons 3, 4, 5 are won, cancelled, out-sold."""
    assert settled(status=["0", "1", "2", None]) == ["open", "won", "lost", "open"]
    assert settled(status=["1", "2", "3", "4", "5"]) == ["open", "open", "won", "lost", "lost"]


def test_stages_with_numbers_for_names_are_what_the_user_says():
    """HubSpot's own stages are numbers: icp.toml says what they mean, and beats every other evidence."""
    stages = {"3165428985": "won", "3165428986": "lost", "Closed Won": "open"}

    assert settled(stages, stage=["3165428985", "3165428986", "7", "Closed Won"]) == [
        "won",
        "lost",
        "open",
        "open",
    ]


def test_a_stage_called_closed_is_settled_by_its_probability():
    """Closed is not lost, unless its probability says so; an early stage of probability 0 stays open."""
    found = settled(
        stage=["Closed No Decision", "Closed Renewed", "Closed Duplicate", "Prospecting"],
        probability=[0.0, 100.0, None, 0.0],
    )

    assert found == ["lost", "won", "open", "open"]
