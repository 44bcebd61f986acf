"""Who recommends you: scales are never mixed, few answers are drawn to the mean."""

from __future__ import annotations

import numpy as np
import pytest
from books import book_of

from icpcli.rank.advocacy import advocacy


def test_one_kind_of_evidence_stays_in_its_own_unit():
    """With NPS alone the figure is the rating."""
    found = advocacy(book_of(3, nps=[9.0, np.nan, 4.0], nps_answers=[1, 0, 1]))

    assert found.figures[[0, 2]].tolist() == [9.0, 4.0]
    assert np.isnan(found.figures[1])
    assert (found.unit, found.source) == ("of 10", "NPS")


def test_a_single_answer_is_drawn_further_to_the_mean_than_many():
    """Two customers rate 10, one of them twenty times: the one who answered once is believed less."""
    answers = np.array([1, 20, 20, 20, 20, 20])
    means = np.array([10.0, 10.0, 6.0, 7.0, 8.0, 5.0])
    squares = answers * means**2 + (answers - 1) * 4.0  # a variance of 4 within each account

    found = advocacy(book_of(6, nps=means, nps_answers=answers, nps_squares=squares)).figures

    assert found.mean() < found[0] < found[1] < 10.0


def test_ratings_on_another_scale_are_left_out_as_a_whole():
    """A column that runs to 100 is no NPS from 0 to 10; it is named and not used."""
    found = advocacy(book_of(3, nps=[9.0, 80.0, 100.0], nps_answers=[1] * 3))

    assert np.isnan(found.figures).all()
    assert [f.code for f in found.findings] == ["ICP215"]
    assert "from 9 to 100" in found.findings[0].message


def test_satisfaction_is_not_mixed_with_nps():
    """Where both are asked NPS counts, and a satisfaction from 1 to 5 never stands on its scale."""
    found = advocacy(book_of(3, nps=[9.0, 2.0, 5.0], nps_answers=[1] * 3, satisfaction=[1.0, 5.0, 3.0]))

    assert found.figures.tolist() == [9.0, 2.0, 5.0]


def test_several_kinds_make_an_index_of_those_that_are_known():
    """A promoter who gave three referrals stands above one who gave none, and a reference alone is known too."""
    found = advocacy(
        book_of(
            4,
            nps=[9.0, 9.0, 3.0, np.nan],
            nps_answers=[1, 1, 1, 0],
            referrals=[3.0, 0.0, 0.0, np.nan],
            advocacy_signs=[0.0, 0.0, 0.0, 1.0],
        )
    )

    assert found.unit == "index"
    assert found.figures[0] > found.figures[1] > found.figures[2]
    assert np.isfinite(found.figures[3])


def test_companies_never_won_recommend_nobody():
    """An answer of a lost company is no customer's advocacy."""
    found = advocacy(book_of(3, is_customer=[True, True, False], nps=[9.0, 3.0, 10.0], nps_answers=[1] * 3))

    assert np.isnan(found.figures[2])
    assert found.figures[:2].tolist() == pytest.approx([9.0, 3.0])


def test_what_a_group_is_told_by_is_not_drawn_to_the_mean_of_the_book_in_an_index_either():
    """Two answers that disagree draw each customer towards the others; an index for groups is made of what was answered."""
    answers, signs = np.array([9.0, 8.0, 3.0, 2.0]), [1.0, 0.0, 1.0, 0.0]
    told = {"nps": answers, "nps_answers": [2] * 4, "nps_squares": 2 * answers**2 + 8}

    found = advocacy(book_of(4, **told, advocacy_signs=signs))

    drawn, given = (
        figures[[0, 1]].mean() - figures[[2, 3]].mean() for figures in (found.figures, found.answered)
    )
    assert found.unit == "index"
    assert 0 < drawn < given
