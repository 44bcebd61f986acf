"""Won, lost or open."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpcli.load.tables.outcome import outcome_of, outcomes
from icpcli.load.tables.standing import account_outcomes


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
        "Accepted",
        "Acceptée",
        "Devis accepté",
        "Contract signed",
        "Angenommen",
        "Aceptado",
        "Vendu",
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
        "Refused",
        "Refusée",
        "Offre refusée",
        "Rejected",
        "Abgelehnt",
        "Rechazado",
        "Proposal declined",
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
        "Non signée",
        "Pas encore signé",
        "À signer",
        "Sales accepted",
        "Meeting declined",
        "NDA signed",
        "Not rejected",
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


def test_a_reason_for_losing_tells_where_nothing_else_does():
    """A list of lost deals may have no stage; one that was opened again keeps the reason of the first time."""
    assert settled(lost_reason=["Price", None]) == ["lost", "open"]
    assert settled(stage=["Proposal", "Closed Won"], lost_reason=["Price", "Price"]) == ["open", "won"]


def test_a_stage_called_closed_is_settled_by_its_probability():
    """Closed is not lost, unless its probability says so; an early stage of probability 0 stays open."""
    found = settled(
        stage=["Closed No Decision", "Closed Renewed", "Closed Duplicate", "Prospecting"],
        probability=[0.0, 100.0, None, 0.0],
    )

    assert found == ["lost", "won", "open", "open"]


WORDS_SEEN = Path(__file__).parents[4] / "shared" / "reference" / "value_synonyms.json"


@pytest.mark.skipif(
    not WORDS_SEEN.exists(), reason="the words seen in exports lie in ../shared, which is not here"
)
@pytest.mark.parametrize("outcome", ["won", "lost", "open"])
def test_every_word_seen_in_exports_is_read(outcome: str):
    """Each stage and status that the collection has seen is won, lost or open, and the doubtful ones are open."""
    words = json.loads(WORDS_SEEN.read_text(encoding="utf-8"))[f"deal_{outcome}"]

    assert {word: outcome_of(word) for word in words["seen"]} == dict.fromkeys(words["seen"], outcome)
    doubtful = words.get("ambiguous", [])
    assert {word: outcome_of(word) for word in doubtful} == dict.fromkeys(doubtful, "open")


@pytest.mark.parametrize(
    "stage",
    ["Not won", "Nicht gewonnen", "Won't proceed", "Closed Duplicate Opportunity", "Closed No Opportunity"],
)
def test_a_word_denied_and_a_deal_that_was_none_are_not_settled(stage: str):
    """What is not won is not won, and neither a duplicate nor a deal without an opportunity is won or lost by its name."""
    assert outcome_of(stage) == "open"


def test_flags_deny_what_a_stage_is_called():
    """A stage called Won whose flag says otherwise is open; closed and not won is lost, but for a duplicate."""
    denied = settled(stage=["Success call", "Closed Lost"], is_won=[False, False])
    hubspot = settled(stage=["Closed Lost", "x"], is_won=[False, True], is_lost=[False, False])
    salesforce = settled(
        stage=["Closed Duplicate Opportunity", "Closed No Opportunity"],
        is_won=[False] * 2,
        is_closed=[True] * 2,
    )

    assert denied == ["open", "lost"]
    assert hubspot == ["open", "won"]
    assert salesforce == ["open", "lost"]


def test_the_status_settles_it_whatever_the_stage_is_called():
    """In Pipedrive an open deal may stand in a stage called Success, and a lost one keeps its last stage."""
    found = settled(
        status=["En cours", "Perdue", "Offen", "Ganado"], stage=["Success", "Négociation", "Won", "Demo"]
    )

    assert found == ["open", "lost", "open", "won"]


def test_numbers_that_could_be_a_state_or_a_reason_tell_nothing():
    """1 and 2 are won and lost as states, in progress and on hold as reasons: alone they decide nothing."""
    assert settled(status=["1", "2"]) == ["open", "open"]
    assert settled({"1": "won", "2": "lost"}, status=["1", "2"]) == ["won", "lost"]


def test_dates_tell_only_where_no_words_do():
    """The date of winning says won; a deal in a stage with a name was reopened since."""
    dates = {"won_on": ["2024-01-31", None, "2024-01-31"], "lost_on": [None, "2024-02-28", None]}

    assert settled(stage=[None, "4711", "Negotiation"], **dates) == ["won", "lost", "open"]


def test_a_probability_that_the_crm_sets_by_stage_settles_stages_of_ones_own():
    """Where each stage has one probability and some lie between, 100 is won and 0 lost, whatever the stages are called."""
    mine = {"stage": ["Inscrit", "Parti", "Devis"], "probability": [100.0, 0.0, 40.0]}
    known = {"stage": ["Closed Lost", "New", "Devis"], "probability": [0.0, 0.0, 40.0]}
    by_hand = {"stage": ["Devis", "Devis", "Devis"], "probability": [100.0, 0.0, 40.0]}

    assert settled(**mine) == ["won", "lost", "open"]
    assert settled(**known) == ["lost", "open", "open"]
    assert settled(**by_hand) == ["open", "open", "open"]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Won", "Closed", "Closed Lost", "Demo", "4711", None]),
        st.sampled_from(["open", "lost", "New", None]),
        st.sampled_from([True, False, None]),
        st.sampled_from([0.0, 40.0, 100.0, None]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_the_order_of_deals_does_not_matter(rows: list[tuple], order):
    """A deal's outcome is the same wherever it stands in the export."""
    mixed = [*rows]
    order.shuffle(mixed)

    def told(some: list[tuple]) -> list[tuple]:
        stage, status, won, chance = (list(column) for column in zip(*some, strict=True))
        table = pa.table(
            {
                "stage": pa.array(stage, pa.string()),
                "status": pa.array(status, pa.string()),
                "is_won": pa.array(won, pa.bool_()),
                "probability": pa.array(chance, pa.float64()),
            }
        )
        return sorted(zip(map(str, some), outcomes(table).to_pylist(), strict=True))

    assert told(mixed) == told(rows)
