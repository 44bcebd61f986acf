"""How long the command takes against what nobody can avoid: importing the libraries it stands on.

    python tests/benchmarks/start_up.py [RUNS]

Runs are interleaved and the minimum of each is compared, so a busy machine harms both sides alike. Goals:
``icp --help`` at most 3 times ``import typer``; ``icp derive examples/crm.csv`` (some 420 customers, 600 companies worked) at
most twice the libraries it stands on with one trivial query.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "crm.csv"
LIBRARIES = "import pandas, ibis, duckdb, sklearn.base; print(ibis.memtable({'a': [1]}).count().execute())"
ICP = (sys.executable, "-m", "icpcli")


@dataclass(frozen=True, slots=True)
class Pair:
    """A command of ours and the Python it is measured against."""

    name: str
    ours: tuple[str, ...]
    name_of_peer: str
    peer: str
    at_most: float


def pairs(folder: str) -> tuple[Pair, ...]:
    """What is measured; results go to ``folder``."""
    derive = (*ICP, "derive", str(EXAMPLE), "--quiet", "--profile", f"{folder}/icp.json")
    return (
        Pair("icp --help", (*ICP, "--help"), "import typer", "import typer", 3.0),
        Pair("icp derive examples/crm.csv", derive, "its libraries and one query", LIBRARIES, 2.0),
    )


def seconds(command: tuple[str, ...]) -> float:
    """Wall-clock seconds of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main(runs: int) -> None:
    """Print one line per pair: both minima, their ratio, and the goal."""
    with tempfile.TemporaryDirectory() as folder:
        for pair in pairs(folder):
            peer = (sys.executable, "-c", pair.peer)
            seconds(pair.ours)
            seconds(peer)
            measured = [(seconds(pair.ours), seconds(peer)) for _ in range(runs)]
            ours, theirs = (min(column) for column in zip(*measured, strict=True))
            print(
                f"{pair.name:<30} {ours:.3f} s   {pair.name_of_peer:<32} {theirs:.3f} s   "
                f"ratio {ours / theirs:.2f} (goal {pair.at_most:.0f})"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
