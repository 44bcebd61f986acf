"""What scoring a million rows costs, against just reading the file.

    python tests/benchmarks/score_million.py [--rows 1000000] [--runs 3]

Derives a profile from examples/crm.csv, writes files of companies in the shape of a prospecting list (some 150 bytes a
row, an exact head count and a founding year on each, a tenth of the cells blank; plain, and with every cell quoted) and measures, each in a process of its own and
interleaved, the minimum of the wall-clock seconds:

- ``score``: the whole command, from the start of Python to the scored file on disk;
- ``read``: reading the same file into a table of texts with the same reader (``icpcli.load.files.read.read_exports``), nothing else;
- ``pandas``: ``pandas.read_csv(dtype=str, keep_default_na=False)`` and ``to_csv`` of what was read: to read and write it.

Goal: score near ``read``, and below ``pandas``.
"""

# ruff: noqa: PLC0415  each contender pays for its own imports

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEED = 20_240_131
EXAMPLES = Path(__file__).parents[2] / "examples"
CONTENDERS = ("score", "read", "pandas")


def write_companies(path: Path, rows: int, *, quoted: bool) -> None:
    """A list of companies under other headers than those of the profile's own export."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    rng = np.random.default_rng(SEED)
    industries = np.array(
        "Construction Education Energy Healthcare Logistics Manufacturing Retail Software Wholesale Mining".split()
    )
    countries = np.array(["Canada", "Germany", "Ireland", "Netherlands", "United Kingdom", "United States"])
    tools = np.array(["In-house", "Oracle", "SAP", "Spreadsheets"])

    def some(values: np.ndarray) -> np.ndarray:
        return np.where(rng.random(rows) < 0.1, "", values)

    number = np.arange(rows).astype(str)
    table = pa.table(
        {
            "Account Name": np.char.add("Company number ", number),
            "Website": np.char.add(np.char.add("https://www.company-", number), ".example"),
            "Industry": some(rng.choice(industries, rows)),
            "No. of Employees": some((rng.lognormal(4, 1.3, rows).astype(int) + 1).astype(str)),
            "Billing Country": some(rng.choice(countries, rows)),
            "Year Founded": some(rng.integers(1950, 2025, rows).astype(str)),
            "Current tool": some(rng.choice(tools, rows)),
            "Phone": np.char.add("+44 20 7946 ", number),
            "Description": np.full(rows, "Seen at the fair and to be called again"),
        }
    )
    csv.write_csv(table, path, csv.WriteOptions(quoting_style="all_valid" if quoted else "none"))


def run(what: str, path: Path, profile: Path) -> None:
    """One contender, in this process."""
    out = path.with_suffix(".out.csv")
    if what.startswith("write "):
        write_companies(path, int(what.split()[1]), quoted=path.stem == "quoted")
    elif what == "score":
        from icpcli.cli.app import app

        app(["score", str(path), "--profile", str(profile), "-o", str(out), "--quiet"], standalone_mode=False)
    elif what == "read":
        from icpcli.load.files.read import read_exports

        read_exports([str(path)])
    else:
        import pandas as pd

        pd.read_csv(path, dtype=str, keep_default_na=False).to_csv(out, index=False)


def measured(what: str, path: Path, profile: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of one run in a process of its own."""
    start = time.perf_counter()
    words = [sys.executable, __file__, "--contender", what, str(path), str(profile)]
    ran = subprocess.run(words, check=True, capture_output=True, text=True)
    return time.perf_counter() - start, float(ran.stdout.split()[-1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--contender", nargs=3)
    asked = parser.parse_args()
    if asked.contender:
        what, path, profile = asked.contender
        run(what, Path(path), Path(profile))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        profile = folder / "icp.json"
        words = ["derive", str(EXAMPLES / "crm.csv"), "--profile", str(profile), "--quiet"]
        subprocess.run([sys.executable, "-m", "icpcli", *words], check=True, stdout=subprocess.DEVNULL)
        for shape in ("plain", "quoted"):
            path = folder / f"{shape}.csv"
            measured(f"write {asked.rows}", path, profile)
            best: dict[str, tuple[float, float]] = {}
            for _ in range(asked.runs):
                for what in CONTENDERS:
                    best[what] = min(measured(what, path, profile), best.get(what, (float("inf"), 0.0)))
            print(
                f"{asked.rows:,} rows, {shape}, {path.stat().st_size / 2**20:.0f} MiB, best of {asked.runs}"
            )
            for what, (seconds, megabytes) in best.items():
                ratio = seconds / best["read"][0]
                print(f"  {what:<8}{seconds:7.2f} s {ratio:6.2f} x read {megabytes:8.0f} MiB")


if __name__ == "__main__":
    main()
