"""How well planted kinds of people are found again: python tests/benchmarks/planted_people.py [worlds] [people ...].

Per cell: how often the right number of kinds is answered and the adjusted Rand index of that answer; beside it k-means
on one-hot cells with the silhouette's number of kinds, and k-modes told the right number; and the seconds a world took.

Worlds: function (9 values), seniority (5), role (6) and engagement (4) are drawn per kind from a Dirichlet around a
common base (concentration 1: clear kinds; 3: overlapping), source (7) and noise (6) are alike for all; shares of the
kinds from a Dirichlet(8); 10, 20 or 40 % of the cells are blank.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from icpcli.cluster.latent import BLANK, find_classes

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES = (9, 5, 6, 4, 7, 6)
TELLING = 4
MAXIMUM = 3
TITLE_FIRST = (0, 0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Cell:
    """One kind of world."""

    people: int
    kinds: int
    concentration: float
    blank: float


@dataclass(frozen=True)
class World:
    """People as codes, and the kind that each was drawn from."""

    codes: NDArray[np.int64]
    kind: NDArray[np.int64]


def world(cell: Cell, seed: int) -> World:
    """One world of this cell."""
    rng = np.random.default_rng(
        [seed, cell.people, cell.kinds, int(10 * cell.concentration), int(100 * cell.blank)]
    )
    kind = rng.choice(cell.kinds, cell.people, p=rng.dirichlet([8.0] * cell.kinds))
    codes = np.empty((cell.people, len(SIZES)), dtype=np.int64)
    for column, size in enumerate(SIZES):
        base = rng.dirichlet([3.0] * size)
        for k in range(cell.kinds):
            shares = rng.dirichlet(cell.concentration * base) if column < TELLING else base
            codes[kind == k, column] = rng.choice(size, int((kind == k).sum()), p=shares)
    codes[rng.random(codes.shape) < cell.blank] = BLANK
    return World(codes, kind)


def k_means(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels by k-means on one-hot cells, the number of clusters by the silhouette (never one)."""
    hot = np.concatenate([codes[:, [f]] == np.arange(size) for f, size in enumerate(SIZES)], axis=1).astype(
        float
    )
    fits = [KMeans(k, n_init=10, random_state=0).fit_predict(hot) for k in range(2, MAXIMUM + 1)]
    return max(fits, key=lambda labels: float(silhouette_score(hot, labels)))


def k_modes(codes: NDArray[np.int64], kinds: int) -> NDArray[np.int64]:
    """Labels by k-modes (Huang 1998), told the right number of kinds; the best of ten starts."""
    rng = np.random.default_rng(0)
    best, least = np.zeros(len(codes), dtype=np.int64), np.inf
    for _ in range(10):
        modes = codes[rng.choice(len(codes), kinds, replace=False)]
        for _ in range(20):
            distance = (codes[:, None, :] != modes[None]).sum(axis=2)
            labels = distance.argmin(axis=1)
            modes = np.array([_mode(codes[labels == k], modes[k]) for k in range(kinds)])
        if (cost := distance.min(axis=1).sum()) < least:
            best, least = labels, cost
    return best


def _mode(codes: NDArray[np.int64], otherwise: NDArray[np.int64]) -> NDArray[np.int64]:
    columns = (column[column != BLANK] for column in codes.T)
    return np.array(
        [np.bincount(c).argmax() if len(c) else o for c, o in zip(columns, otherwise, strict=True)]
    )


def measure(cell: Cell, worlds: int, blocks: tuple[int, ...]) -> str:
    """One printed line: what was answered in so many worlds of a cell."""
    right, found, means, modes, seconds = [], [], [], [], 0.0
    for seed in range(worlds):
        planted = world(cell, seed)
        began = time.perf_counter()
        classes = find_classes(planted.codes, SIZES, blocks=blocks, maximum=MAXIMUM, seed=0)
        seconds += time.perf_counter() - began
        right.append(len(classes.mixture.shares) == cell.kinds)
        found.append(adjusted_rand_score(planted.kind, classes.probabilities.argmax(axis=1)))
        means.append(adjusted_rand_score(planted.kind, k_means(planted.codes)))
        modes.append(adjusted_rand_score(planted.kind, k_modes(planted.codes, cell.kinds)))
    return (
        f"{cell.people:6d} {cell.kinds:5d} {cell.concentration:13.0f} {cell.blank:5.0%}   {np.mean(right):6.2f} {np.mean(found):6.2f}"
        f"   {np.mean(means):7.2f} {np.mean(modes):7.2f}   {seconds / worlds:6.2f}"
    )


def main(words: list[str]) -> None:
    """Print the table."""
    worlds = int(words[0]) if words else 5
    sizes = [int(word) for word in words[1:]] or [80, 250, 1000]
    for name, blocks in (
        ("each column a fact", tuple(range(len(SIZES)))),
        ("function, seniority: one fact", TITLE_FIRST),
    ):
        print(f"{name}, {worlds} worlds a cell")
        print("people kinds concentration blank    right    ARI   k-means k-modes   seconds")
        for people, kinds, concentration, blank in product(sizes, (1, 2, 3), (1.0, 3.0), (0.1, 0.2, 0.4)):
            if kinds > 1 or concentration == 1:
                print(measure(Cell(people, kinds, concentration, blank), worlds, blocks), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
