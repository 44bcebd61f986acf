"""Latent classes: planted kinds are found again, none are found where none were planted."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import check_estimator

from icpcli.people.how_many import find_classes
from icpcli.people.latent_classes import LatentClasses
from icpcli.people.mixture import BLANK, class_probabilities, fit_mixture, log_likelihood

SIZES = (6, 4, 5, 3)
APART = range(4)


def planted(kinds: int, people: int, seed: int, *, blank: float = 0.1, noise: int = 1):
    """Kinds that prefer different levels of each column (70 % of their cells), with blanks and noise columns."""
    rng = np.random.default_rng(seed)
    sizes = (*SIZES, *[5] * noise)
    kind = rng.permutation(np.arange(people) % kinds)
    codes = np.stack([rng.integers(size, size=people) for size in sizes], axis=1)
    for column, size in enumerate(SIZES):
        typical = rng.random(people) < 0.7
        codes[typical, column] = (kind[typical] + column) % size
    codes[rng.random(codes.shape) < blank] = BLANK
    return kind, codes, sizes


def found_in(codes, sizes, *, maximum=3, blocks=None):
    """What the test says, each column a fact of its own unless blocks are given."""
    return find_classes(codes, sizes, blocks=blocks or range(len(sizes)), maximum=maximum, seed=0)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kinds", [2, 3])
def test_clear_kinds_are_counted_and_found(kinds, seed):
    """Two or three clear kinds among 240 people are counted right and found again."""
    kind, codes, sizes = planted(kinds, 240, seed)

    found = found_in(codes, sizes)

    assert len(found.mixture.shares) == kinds
    assert adjusted_rand_score(kind, found.probabilities.argmax(axis=1)) > 0.75


def test_one_kind_is_answered_where_one_is_true():
    """Where nothing binds the columns, a second kind is claimed in at most 12 of 100 books (binomial noise on 5)."""
    claimed = sum(
        len(found_in(codes, sizes, maximum=2).mixture.shares) > 1
        for _, codes, sizes in (planted(1, 80, seed) for seed in range(100))
    )

    assert claimed <= 12


def test_the_order_of_rows_changes_nothing():
    """Rows in another order give the same classes, to the last bit, and the same p-values."""
    _, codes, sizes = planted(2, 150, 4)
    order = np.random.default_rng(5).permutation(len(codes))

    straight, shuffled = found_in(codes, sizes), found_in(codes[order], sizes)

    assert straight.steps == shuffled.steps
    assert np.array_equal(straight.mixture.levels, shuffled.mixture.levels)
    assert np.array_equal(straight.probabilities[order], shuffled.probabilities)


@pytest.mark.parametrize("blank", [0.1, 0.25, 0.4])
def test_blank_cells_are_left_out_not_made_up(blank):
    """With 10 to 40 % blank cells two clear kinds are still told apart, and blank rows belong by the shares alone."""
    kind, codes, sizes = planted(2, 250, 6, blank=blank)

    found = found_in(codes, sizes)
    nobody = class_probabilities(found.mixture, np.full((1, len(sizes)), BLANK), sizes)

    assert len(found.mixture.shares) == 2
    known = (codes[:, :4] != BLANK).sum(axis=1) >= 3
    assert adjusted_rand_score(kind[known], found.probabilities.argmax(axis=1)[known]) > 0.6
    assert nobody[0] == pytest.approx(found.mixture.shares / found.mixture.shares.sum())


def test_two_readings_of_one_fact_are_no_second_kind():
    """Columns read from the same title agree by construction, which alone never makes a second kind."""
    rng = np.random.default_rng(7)
    title = rng.integers(4, size=200)
    codes = np.stack([title, title // 2, rng.integers(4, size=200), rng.integers(3, size=200)], axis=1)
    sizes = (4, 2, 4, 3)

    assert len(found_in(codes, sizes, blocks=(0, 0, 1, 2)).mixture.shares) == 1
    assert len(found_in(codes, sizes).mixture.shares) > 1


def test_titles_alone_are_never_tested():
    """With one fact per person no test is run and one kind is answered."""
    _, codes, sizes = planted(2, 100, 8)

    found = found_in(codes, sizes, blocks=[0] * len(sizes))

    assert found.steps == ()
    assert len(found.mixture.shares) == 1


def test_no_class_is_too_small_to_name():
    """However many kinds are allowed, each has five people and a tenth of them (a twentieth of ten kinds)."""
    _, codes, sizes = planted(3, 120, 9)

    found = found_in(codes, sizes, maximum=10)

    heads = np.bincount(found.probabilities.argmax(axis=1), minlength=len(found.mixture.shares))
    assert heads.min() >= 6


def test_many_people_are_told_apart_by_few_books():
    """From a thousand people on, nine books settle the number of kinds."""
    kind, codes, sizes = planted(2, 1500, 10)

    found = found_in(codes, sizes)

    assert [step.books for step in found.steps] == [9, 9]
    assert adjusted_rand_score(kind, found.probabilities.argmax(axis=1)) > 0.75


def test_the_likelihood_is_that_of_the_formula():
    """The log-likelihood equals the sum written out cell by cell, blanks left out (Lazarsfeld & Henry 1968)."""
    _, codes, sizes = planted(2, 12, 11, blank=0.3, noise=0)
    mixture = fit_mixture(codes, sizes, 2, seed=0)
    starts = [0, *itertools.accumulate(sizes)]

    by_hand = 0.0
    for row in codes:
        by_class = [
            share * math.prod(levels[starts[f] + cell] for f, cell in enumerate(row) if cell != BLANK)
            for share, levels in zip(mixture.shares, mixture.levels, strict=True)
        ]
        by_hand += math.log(sum(by_class))

    assert log_likelihood(mixture, codes, sizes) == pytest.approx(by_hand)


def test_one_class_is_the_shares_of_the_book():
    """With a single class, each level's share is its share among the known cells."""
    codes = np.array([[0, 1], [0, BLANK], [1, 1], [0, 0]])

    mixture = fit_mixture(codes, (2, 2), 1, seed=0)

    assert mixture.levels[0] == pytest.approx([3 / 4, 1 / 4, 1 / 3, 2 / 3])


# How often each of the 16 answers to four yes/no items was given.
VALUES = np.repeat(
    np.array(list(itertools.product((0, 1), repeat=4))),
    [42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20],
    axis=0,
)


@pytest.mark.parametrize(("classes", "published"), [(1, -543.6498), (2, -504.4677), (3, -503.3011)])
def test_the_published_likelihoods_are_reached(monkeypatch, classes, published):
    """The log-likelihoods that the R package poLCA documents for its data set ``values``, without smoothing.

    Stouffer & Toby's four items, 216 people; Goodman (2002), tables 5b and 5c, as replicated in poLCA's manual
    (Linzer & Lewis 2011, Journal of Statistical Software 42(10)). Our iterations stop within 0.0003.
    """
    monkeypatch.setattr("icpcli.people.mixture.SMOOTHING", 1e-9)

    mixture = fit_mixture(VALUES, (2, 2, 2, 2), classes, seed=0)

    assert log_likelihood(mixture, VALUES, (2, 2, 2, 2)) == pytest.approx(published, abs=3e-4)


@pytest.mark.filterwarnings(
    "ignore"
)  # whatever another package's release has to say of the libraries below it
@pytest.mark.parametrize(("kinds", "seed"), [(2, 4), (3, 5)])
def test_stepmix_finds_the_same_classes(monkeypatch, kinds, seed):
    """StepMix, told the number, blanks left out too, reaches no higher likelihood than ours, and the same classes."""
    stepmix = pytest.importorskip("stepmix", reason="stepmix, of the extra dev, is not installed")
    monkeypatch.setattr("icpcli.people.mixture.SMOOTHING", 1e-9)
    _, codes, sizes = planted(kinds, 300, seed, blank=0.2)
    cells = np.where(codes == BLANK, np.nan, codes)
    other = stepmix.StepMix(
        n_components=kinds,
        measurement="categorical_nan",
        n_init=10,
        random_state=0,
        progress_bar=0,
        verbose=0,
    ).fit(cells)

    mixture = fit_mixture(codes, sizes, kinds, seed=0)

    theirs = other.score(cells) * len(cells)
    ours = log_likelihood(mixture, codes, sizes)
    assert ours >= theirs - 0.05
    assert ours == pytest.approx(theirs, abs=1.0)
    likeliest = class_probabilities(mixture, codes, sizes).argmax(axis=1)
    assert adjusted_rand_score(other.predict(cells), likeliest) > 0.95
    assert np.sort(other.weights_) == pytest.approx(np.sort(mixture.shares), abs=0.02)


def test_the_two_classes_of_the_published_data_are_found(monkeypatch):
    """One person in four nearly always gives the first answer; three in four do by the item."""
    monkeypatch.setattr("icpcli.people.mixture.SMOOTHING", 1e-9)

    mixture = fit_mixture(VALUES, (2, 2, 2, 2), 2, seed=0)

    assert mixture.shares == pytest.approx([0.721, 0.279], abs=5e-4)
    assert mixture.levels[0, 0::2] == pytest.approx([0.714, 0.330, 0.354, 0.132], abs=5e-4)
    assert mixture.levels[1, 0::2] == pytest.approx([0.993, 0.940, 0.927, 0.769], abs=5e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 4), st.integers(10, 60), st.integers(0, 10_000))
def test_every_mixture_is_one(classes, people, seed):
    """Shares and each column's levels add up to one, and classes come largest first."""
    _, codes, sizes = planted(2, people, seed)

    mixture = fit_mixture(codes, sizes, classes, seed=0)

    assert mixture.shares.sum() == pytest.approx(1)
    assert np.all(np.diff(mixture.shares) <= 1e-9)
    columns = np.split(mixture.levels, np.cumsum(sizes)[:-1], axis=1)
    assert all(np.all(np.abs(column.sum(axis=1) - 1) < 1e-9) for column in columns)


# The checks that cannot hold, with the reason.
REFUSED = {"check_clustering": "plants blobs of decimal numbers, of which each is a category of its own"}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize("model", [LatentClasses(), LatentClasses(3)])
def test_the_estimator_keeps_the_conventions(model):
    """LatentClasses passes scikit-learn's own checks but for those named with reasons."""
    checks = check_estimator(model, expected_failed_checks=REFUSED, on_skip=None, on_fail=None)

    failed = {check["check_name"] for check in checks if check["status"] == "failed"}
    assert len(checks) > 30
    assert failed == set()


def test_the_estimator_reads_words_and_blanks():
    """Words, None and a value never met before are read; the labels are those of the classes, largest first."""
    kind, codes, _ = planted(2, 200, 12)
    words = np.array(
        [[None if cell == BLANK else f"level {cell}" for cell in row] for row in codes], dtype=object
    )

    model = LatentClasses(max_classes=3).fit(words)

    assert model.n_classes_ == 2
    assert len(model.p_values_) == 2
    assert adjusted_rand_score(kind, model.labels_) > 0.75
    assert np.array_equal(model.predict(words), model.labels_)
    assert model.predict_proba([["never met", None, None, None, None]])[0] == pytest.approx(
        model.class_shares_
    )
