"""What a profile costs in books of more and more companies, beside a regression tree with cross-validation on the same.

    python tests/benchmarks/derive_sizes.py [SIZE ...]

Each size in a process of its own: seconds of ranking and the whole search (rules, shuffles, customers not seen, the type to
avoid), what that is of the smallest size and of the tree (one-hot fields; leaves and their size by five-fold
cross-validation), and the most memory held. The search hears at most 5,000 companies and the shuffles 20,000, so that time
stays level from there on.
"""

from __future__ import annotations

import dataclasses
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from planted.families import family
from planted.peers import one_hot, tree
from planted.worlds import World

from icpcli.cluster.profile import derive_profile
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS

SIZES = (400, 1000, 2500, 5000, 10_000, 20_000, 40_000)
SEED = 5


def cost_of(companies: int) -> tuple[float, float, float]:
    """Seconds of ours, seconds of the tree, and MiB at most, ours alone."""
    book = World(dataclasses.replace(family("400, 1.4"), accounts=companies), SEED).book(companies)
    start = time.perf_counter()
    utility = hear(book, DEFAULTS)
    derive_profile(book, rank_customers(book, DEFAULTS), utility, DEFAULTS)
    ours = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    train, _ = one_hot(book.attributes, book.attributes)
    tree(train, train, np.nanmean(utility.parts, axis=1))
    return ours, time.perf_counter() - start, memory


def main(sizes: tuple[int, ...]) -> None:
    """Print one line per size."""
    print(f"{'companies':>9} {'seconds':>8} {'x first':>8} {'tree, s':>8} {'x tree':>7} {'MiB':>6}")
    first = None
    for size in sizes:
        with ProcessPoolExecutor(1) as alone:
            ours, theirs, memory = alone.submit(cost_of, size).result()
        first = first or ours
        print(
            f"{size:>9,} {ours:>8.2f} {ours / first:>8.2f} {theirs:>8.2f} {ours / theirs:>7.2f} {memory:>6.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
