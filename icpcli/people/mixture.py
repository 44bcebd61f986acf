"""A mixture of products of categorical distributions: kinds of people, each with its shares of every answer.

Lazarsfeld & Henry (1968); blanks are left out of the likelihood. Fitted by EM (Dempster, Laird & Rubin 1977) with many starts,
and many books, as one array. Equal rows are collapsed to sorted patterns with counts before anything is summed, so the order
of the rows cannot matter.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

BLANK = -1
RAREST = 1e-12  # keeps the logarithm of a level that nobody has finite

# Weight of one whole person at the book's own shares, spread over each class: no level is impossible.
SMOOTHING = 1.0

# The climb that data and simulated books share: random starts, sweeps before the best are kept, sweeps after.
STARTS = 6
SCREEN_SWEEPS = 8
KEPT_STARTS = 2
CLIMB_SWEEPS = 25

# The climb to the mixture that is printed.
FINAL_STARTS = 24
FINAL_SCREEN_SWEEPS = 20
FINAL_KEPT_STARTS = 4
FINAL_SWEEPS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """``shares`` (k,) of the classes, largest first, and ``levels`` (k, D): each class's share of every level.

    The D levels are those of all columns side by side.
    """

    shares: Floats
    levels: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Different rows, sorted by content: codes (P, F), how many rows each, and the pattern of each row."""

    codes: Ints
    counts: Floats
    of_row: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Books:
    """Several books at once: one-hot cells (B, D, P), head counts (B, P), level shares (B, D), columns."""

    hot: Floats
    counts: Floats
    base: Floats
    columns: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Fits:
    """Mixtures for each book and start: shares (B, S, K), levels (B, S, K, D), log-likelihood (B, S)."""

    shares: Floats
    levels: Floats
    fit: Floats


def fit_mixture(codes: Ints, sizes: Sequence[int], classes: int, *, seed: int) -> Mixture:
    """The mixture with this number of classes, whatever the data say about the number."""
    return fit_patterns(collapse(codes), columns_of(sizes), classes, seed)


def fit_patterns(patterns: Patterns, columns: Ints, classes: int, seed: int) -> Mixture:
    """The likeliest mixture found, climbed to the top, its classes in canonical order."""
    books = _with_shares(_one_hot(patterns.codes, columns)[None], patterns.counts[None], columns)
    fits = _start(books, classes, 1 if classes == 1 else FINAL_STARTS, seed)
    if classes > 1:
        fits = _best(_climb(books, fits, FINAL_SCREEN_SWEEPS), FINAL_KEPT_STARTS)
    fits = _best(_climb(books, fits, FINAL_SWEEPS, tolerance=1e-6), 1)
    return _in_order(Mixture(fits.shares[0, 0], fits.levels[0, 0]))


def class_probabilities(mixture: Mixture, codes: Ints, sizes: Sequence[int]) -> Floats:
    """How probably each row belongs to each class (n, k), given its cells that are not blank."""
    patterns = collapse(codes)
    joint = joint_with(mixture, patterns.codes, columns_of(sizes))
    probabilities: Floats = joint / joint.sum(axis=1, keepdims=True)
    return probabilities[patterns.of_row]


def log_likelihood(mixture: Mixture, codes: Ints, sizes: Sequence[int]) -> float:
    """Log-likelihood of the rows under the mixture, blanks left out."""
    patterns = collapse(codes)
    return float(np.log(joint_with(mixture, patterns.codes, columns_of(sizes)).sum(axis=1)) @ patterns.counts)


def short_fit(books: Books, classes: int, seed: int) -> Floats:
    """The log-likelihood of each book that a short climb reaches, the same for data and simulated books."""
    if classes == 1:
        return _climb(books, _start(books, 1, 1, seed), 2).fit[:, 0]
    screened = _best(_climb(books, _start(books, classes, STARTS, seed), SCREEN_SWEEPS), KEPT_STARTS)
    fit: Floats = _climb(books, screened, CLIMB_SWEEPS).fit.max(axis=1)
    return fit


def joint_with(mixture: Mixture, codes: Ints, columns: Ints) -> Floats:
    """How probable each row is together with each class (n, k)."""
    logs = np.log(np.maximum(mixture.levels, RAREST)) @ _one_hot(codes, columns)
    joint: Floats = np.exp(logs).T * mixture.shares
    return joint


def columns_of(sizes: Sequence[int]) -> Ints:
    """Where each column's levels begin among all levels, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def collapse(codes: Ints) -> Patterns:
    """The different rows of codes (n, F), and how many of each."""
    distinct, of_row, counts = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    return Patterns(distinct, counts.astype(np.float64), of_row.reshape(-1))


def _one_hot(codes: Ints, columns: Ints) -> Floats:
    """Levels by rows (..., D, n) from codes (..., n, F); a blank cell is a column of zeros."""
    hot = np.zeros((*codes.shape[:-2], columns[-1], codes.shape[-2]))
    for column, (start, end) in enumerate(itertools.pairwise(columns)):
        levels = np.arange(end - start)[:, None]
        hot[..., start:end, :] = codes[..., None, :, column] == levels
    return hot


def books_of(codes: Ints, columns: Ints) -> Books:
    """Books as patterns with counts, padded to the longest; a padded pattern is blank and nobody's."""
    patterns = [_collapse_quickly(book, columns) for book in codes]
    longest = max(len(p.counts) for p in patterns)
    padded = np.full((len(codes), longest, codes.shape[2]), BLANK, dtype=np.int64)
    counts = np.zeros((len(codes), longest))
    for book, found in enumerate(patterns):
        padded[book, : len(found.counts)] = found.codes
        counts[book, : len(found.counts)] = found.counts
    return _with_shares(_one_hot(padded, columns), counts, columns)


def _collapse_quickly(codes: Ints, columns: Ints) -> Patterns:
    """As ``collapse``, by one number per row."""
    radix = np.concatenate([np.cumprod((np.diff(columns) + 1)[::-1])[-2::-1], [1]])
    _, first, of_row, counts = np.unique(
        (codes + 1) @ radix, return_index=True, return_inverse=True, return_counts=True
    )
    return Patterns(codes[first], counts.astype(np.float64), of_row)


def _with_shares(hot: Floats, counts: Floats, columns: Ints) -> Books:
    seen = np.matmul(hot, counts[..., None])[..., 0]
    return Books(hot, counts, seen / _per_column(seen, columns), columns)


def _per_column(levels: Floats, columns: Ints) -> Floats:
    """The sum over a column's levels, repeated for each of them; 1 where a column is blank throughout."""
    sums = np.add.reduceat(levels, columns[:-1], axis=-1)
    return np.repeat(np.where(sums > 0, sums, 1.0), np.diff(columns), axis=-1)


def _start(books: Books, classes: int, starts: int, seed: int) -> _Fits:
    """Random starts around the books' own shares, the same for every book."""
    rng = np.random.default_rng([seed, classes])
    noise = rng.gamma(1.0, size=(starts, classes, books.columns[-1])) + 0.05
    levels = books.base[:, None, None, :] * noise
    levels /= _per_column(levels, books.columns)
    shape = (len(levels), starts)
    return _Fits(np.full((*shape, classes), 1.0 / classes), levels, np.full(shape, -np.inf))


def _climb(books: Books, fits: _Fits, sweeps: int, tolerance: float = 0.0) -> _Fits:
    """EM sweeps from the given mixtures; the log-likelihood is that before the last sweep."""
    shares, levels, fit = fits.shares, fits.levels, fits.fit
    n_books, starts, classes, width = levels.shape
    back = np.ascontiguousarray(books.hot.transpose(0, 2, 1))
    prior = SMOOTHING * books.base[:, None, None, :]
    people = books.counts.sum(axis=1)[:, None, None]
    for _ in range(sweeps):
        logs = np.log(np.maximum(levels, RAREST)).reshape(n_books, starts * classes, width)
        joint = np.exp(np.matmul(logs, books.hot)).reshape(n_books, starts, classes, -1)
        joint *= shares[..., None]
        total = joint.sum(axis=2)
        before, fit = fit, np.einsum("bsp,bp->bs", np.log(total), books.counts)
        joint *= (books.counts[:, None, :] / total)[:, :, None, :]
        seen = np.matmul(joint.reshape(n_books, starts * classes, -1), back).reshape(levels.shape) + prior
        levels = seen / _per_column(seen, books.columns)
        shares = (joint.sum(axis=3) + SMOOTHING / classes) / (people + SMOOTHING)
        if tolerance and np.all(np.abs(fit - before) < tolerance):
            break
    return _Fits(shares, levels, fit)


def _best(fits: _Fits, keep: int) -> _Fits:
    """The ``keep`` likeliest starts of each book; ties go to the earlier start."""
    order = np.argsort(-fits.fit, axis=1, kind="stable")[:, :keep]
    return _Fits(
        np.take_along_axis(fits.shares, order[..., None], axis=1),
        np.take_along_axis(fits.levels, order[..., None, None], axis=1),
        np.take_along_axis(fits.fit, order, axis=1),
    )


def _in_order(mixture: Mixture) -> Mixture:
    """Largest class first; equal ones by content."""
    rounded = np.round(mixture.levels, 9)
    keys = (*rounded.T[::-1], -np.round(mixture.shares, 9))
    order = np.lexsort(keys)
    return Mixture(mixture.shares[order], mixture.levels[order])
