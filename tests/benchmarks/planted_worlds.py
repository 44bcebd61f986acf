"""Worlds with a hidden rule: how often the search finds it, what it says of itself, and what it says when there is none.

    python tests/benchmarks/planted_worlds.py [--worlds 60] [--first 0] [--processes 2] [--quick] [--peers] [FAMILY ...]

Families are named by a part of their name (all without one): planted/families.py lists them, planted/worlds.py says
what a world is. ``--quick`` leaves out the test on customers not seen, which takes half the time. ``--seeds`` derives every book with two seeds and prints how often the same rule is printed.

``--peers`` runs k-means, a decision tree and a random forest on the same worlds. pysubgroup needs numpy below 2, so it
lives in an environment of its own; name its Python: ``--pysubgroup DIR/bin/python``, made by

    python -m venv DIR && DIR/bin/pip install "pysubgroup==0.8.0" "numpy<2" "pandas<3"
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from functools import partial
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("OMP_NUM_THREADS", "1")  # a process per world is the better use of a core
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from planted.families import FAMILIES, Family
from planted.play import play, play_quickly
from planted.tables import HEADER, line_of, peers_header, peers_line

from icpcli.settings import DEFAULTS


def arguments() -> argparse.Namespace:
    """What to run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("families", nargs="*")
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--pysubgroup")
    parser.add_argument("--seeds", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Print one line per family."""
    chosen = arguments()
    families = [f for f in FAMILIES if not chosen.families or any(n in f.name for n in chosen.families)]
    seeds = range(chosen.first, chosen.first + chosen.worlds)
    if not chosen.peers and not chosen.seeds:
        print(HEADER, flush=True)
    one = play_quickly if chosen.quick else play
    with Pool(chosen.processes) as pool:
        for place, family in enumerate(families):
            played = pool.map(partial(one, family), seeds, chunksize=1)
            if chosen.seeds:
                again = pool.map(
                    partial(one, family, settings=dataclasses.replace(DEFAULTS, seed=1)), seeds, chunksize=1
                )
                same = sum(a.statement == b.statement for a, b in zip(played, again, strict=True))
                print(
                    f"{family.name:<28} two seeds print the same rule in {same} of {len(played)}", flush=True
                )
            elif chosen.peers:
                _print_peers(pool, family, seeds, played, chosen.pysubgroup, with_header=not place)
            else:
                print(line_of(family, played), flush=True)


def _print_peers(
    pool, family: Family, seeds: range, played, python: str | None, *, with_header: bool
) -> None:
    from planted.peers import f1_of_peers  # noqa: PLC0415  scikit-learn's models are slow to import

    theirs = pool.map(partial(f1_of_peers, family, pysubgroup=python), seeds, chunksize=1)
    if with_header:
        print(peers_header(list(theirs[0])))
    print(peers_line(family, played, theirs), flush=True)


if __name__ == "__main__":
    main()
