"""How well planted kinds of people are found again: python tests/benchmarks/planted_people.py [worlds] [people ...].

Per cell: how often the right number of kinds is answered (beside it by AIC), the adjusted Rand index of that answer; beside it
k-means on one-hot cells with the silhouette's number of kinds, and k-modes (package kmodes) told the right number; the
seconds a world took us. The column "known" is the adjusted Rand index of somebody who knows every planted share and need
only say whose each row is: about the best that those who have to learn them can reach.

Worlds: function (9 values), seniority (5), role (6) and engagement (4) are drawn per kind from a Dirichlet around a
common base (concentration 1: clear kinds; 3: overlapping), source (7) and noise (6) are alike for all; shares of the
kinds from a Dirichlet(8); world by world 10, 20, 30 or 40 % of the cells are blank. Under "titles" the seniority depends on
the function as it does in job titles, whatever the kind, and both are given as one fact.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import Pool
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a process per world is the better use of a core
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from kmodes.kmodes import KModes
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from icpcli.people.how_many import find_classes
from icpcli.people.mixture import BLANK, Mixture, class_probabilities, fit_mixture, log_likelihood

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES = (9, 5, 6, 4, 7, 6)
TELLING = 4
MAXIMUM = 3
BLANKS = (0.1, 0.2, 0.3, 0.4)
EACH_A_FACT = (0, 1, 2, 3, 4, 5)
TITLE_FIRST = (0, 0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Cell:
    """One kind of world."""

    people: int
    kinds: int
    concentration: float
    titles: bool = False

    @property
    def blocks(self) -> tuple[int, ...]:
        """Which columns are one fact."""
        return TITLE_FIRST if self.titles else EACH_A_FACT


@dataclass(frozen=True)
class World:
    """People as codes, the kind that each was drawn from, and the shares that they were drawn with."""

    codes: NDArray[np.int64]
    kind: NDArray[np.int64]
    planted: Mixture


@dataclass(frozen=True)
class Played:
    """What was answered in one world."""

    kinds: int
    by_aic: int
    known: float
    found: float
    k_means: float
    k_modes: float
    seconds: float


def world(cell: Cell, seed: int) -> World:
    """One world of this cell."""
    rng = np.random.default_rng([seed, cell.people, cell.kinds, int(10 * cell.concentration)])
    shares_of_kinds = rng.dirichlet([8.0] * cell.kinds)
    kind = rng.choice(cell.kinds, cell.people, p=shares_of_kinds)
    levels_of_kinds: list[list[NDArray[np.float64]]] = [[] for _ in range(cell.kinds)]
    codes = np.empty((cell.people, len(SIZES)), dtype=np.int64)
    for column, size in enumerate(SIZES):
        base = rng.dirichlet([3.0] * size)
        for k in range(cell.kinds):
            shares = rng.dirichlet(cell.concentration * base) if column < TELLING else base
            levels_of_kinds[k].append(shares)
            codes[kind == k, column] = rng.choice(size, int((kind == k).sum()), p=shares)
    if cell.titles:
        levels = rng.dirichlet([0.5] * SIZES[1], size=SIZES[0])
        codes[:, 1] = [rng.choice(SIZES[1], p=levels[function]) for function in codes[:, 0]]
        for kind_levels in levels_of_kinds:  # given the function, it says nothing of the kind
            kind_levels[1] = np.full(SIZES[1], 1 / SIZES[1])
    codes[rng.random(codes.shape) < BLANKS[seed % len(BLANKS)]] = BLANK
    return World(
        codes, kind, Mixture(shares_of_kinds, np.array([np.concatenate(k) for k in levels_of_kinds]))
    )


def by_aic(codes: NDArray[np.int64]) -> int:
    """The number of kinds by Akaike's criterion."""
    free = sum(SIZES) - len(SIZES)
    criterion = [
        2 * (kinds * free + kinds - 1)
        - 2 * log_likelihood(fit_mixture(codes, SIZES, kinds, seed=0), codes, SIZES)
        for kinds in range(1, MAXIMUM + 1)
    ]
    return 1 + int(np.argmin(criterion))


def k_means(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels by k-means on one-hot cells, the number of clusters by the silhouette (never one)."""
    hot = np.concatenate([codes[:, [f]] == np.arange(size) for f, size in enumerate(SIZES)], axis=1).astype(
        float
    )
    fits = [KMeans(k, n_init=10, random_state=0).fit_predict(hot) for k in range(2, MAXIMUM + 1)]
    return max(fits, key=lambda labels: float(silhouette_score(hot, labels)))


def k_modes(codes: NDArray[np.int64], kinds: int) -> NDArray[np.int64]:
    """Labels by k-modes (Huang 1998), told the right number of kinds, a blank being a value like any other."""
    labels: NDArray[np.int64] = KModes(kinds, init="Huang", n_init=3, random_state=0).fit_predict(codes)
    return labels


def play(cell: Cell, seed: int) -> Played:
    """One world, and what everybody answers."""
    planted = world(cell, seed)
    began = time.perf_counter()
    classes = find_classes(planted.codes, SIZES, blocks=cell.blocks, maximum=MAXIMUM, seed=0)
    seconds = time.perf_counter() - began
    known = class_probabilities(planted.planted, planted.codes, SIZES)
    return Played(
        kinds=len(classes.mixture.shares),
        by_aic=by_aic(planted.codes),
        known=adjusted_rand_score(planted.kind, known.argmax(axis=1)),
        found=adjusted_rand_score(planted.kind, classes.probabilities.argmax(axis=1)),
        k_means=adjusted_rand_score(planted.kind, k_means(planted.codes)),
        k_modes=adjusted_rand_score(planted.kind, k_modes(planted.codes, cell.kinds)),
        seconds=seconds,
    )


def measure(cell: Cell, worlds: int) -> str:
    """One printed line: what was answered in so many worlds of a cell."""
    with Pool(2) as pool:
        played = pool.map(partial(play, cell), range(worlds), chunksize=1)
    right, aic = (np.mean([getattr(p, name) == cell.kinds for p in played]) for name in ("kinds", "by_aic"))
    told = np.mean([p.kinds > 1 for p in played])
    rand = [np.mean([getattr(p, name) for p in played]) for name in ("known", "found", "k_means", "k_modes")]
    what = "titles" if cell.titles else "clear" if cell.concentration == 1 else "overlapping"
    return (
        f"{cell.people:6d} {cell.kinds:5d} {what:>12s}   {right:6.2f} {told:6.2f} {aic:6.2f}   "
        f"{rand[0]:6.2f} {rand[1]:6.2f} {rand[2]:7.2f} {rand[3]:7.2f}   {np.mean([p.seconds for p in played]):6.2f}"
    )


def cells(sizes: list[int]) -> list[Cell]:
    """The cells of the table."""
    planted = [
        Cell(people, kinds, concentration)
        for people, kinds, concentration in product(sizes, (1, 2, 3), (1.0, 3.0))
        if kinds > 1 or concentration == 1
    ]
    return [*planted, *(Cell(people, kinds, 1.0, titles=True) for people in sizes for kinds in (1, 2))]


def main(words: list[str]) -> None:
    """Print the table."""
    worlds = int(words[0]) if words else 5
    sizes = [int(word) for word in words[1:]] or [80, 250, 1000]
    print(
        f"{worlds} worlds a cell; adjusted Rand of our answer, of k-means + silhouette, of k-modes told the number"
    )
    print("people kinds         kind    right told>1    AIC    known   ours k-means k-modes   seconds")
    for cell in cells(sizes):
        print(measure(cell, worlds), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
