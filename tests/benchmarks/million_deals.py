"""What a million deals cost to read, type and roll up, and to derive a profile from, against what people do instead.

    python tests/benchmarks/million_deals.py [--rows 1000000] [--companies 5000] [--runs 3]

Writes a folder of two exports in the shape of HubSpot's (deals of 195 bytes a row, and their companies) and measures
each contender in processes of its own, interleaved: the minimum of the wall-clock seconds and of the peak memory.

- ``ours``: reading, typing and roll-up (``load_exports`` and ``roll_up_accounts``); ``derive``: the whole command.
- (a) ``pandas text``: ``pandas.read_csv(dtype=str, keep_default_na=False)`` and the same work: money and dates typed,
  one row per company with its deals won and lost, revenue, first and last date, joined with the companies.
- (b) ``duckdb scan``: DuckDB reads every cell as text and counts.
- (c) ``notebook``: what people write: ``pandas.read_csv``, dates, group-by, one-hot, scaling, k-means.

Goals: ours at most 0.6 times (a); derive at most 0.6 times (c), and in no more memory; ten times the rows in at most
eleven times the time of ours.
"""

# ruff: noqa: PLC0415, S608  each contender pays for its own imports; the only path in SQL is our own

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEED = 20_240_131
OURS, DERIVE, PANDAS, DUCKDB, NOTEBOOK = "ours", "derive", "pandas text", "duckdb scan", "notebook"
NOTE = "Met at the fair, sent the brochure, to be called again when the budget is voted."


def write_world(folder: Path, rows: int, companies: int) -> None:
    """Two exports in ``folder``, written in parts so that ten million rows fit in memory."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    rng = np.random.default_rng(SEED)
    ids = 5_551_000_000 + np.arange(companies)
    industries = np.array(["Retail", "Energy", "Software", "Banking", "Health", "Media"])
    countries = np.array(["France", "Germany", "Spain", "Belgium"])
    owners = np.array(["Ann Lee", "Bob Ray", "Cy Fox", "Di Moss"])
    accounts = pa.table(
        {
            "Record ID": ids.astype(str),
            "Company name": np.char.add("Company ", ids.astype(str)),
            "Industry": rng.choice(industries, companies),
            "Number of Employees": rng.lognormal(4, 1, companies).astype(int) + 1,
            "Country/Region": rng.choice(countries, companies),
        }
    )
    csv.write_csv(accounts, folder / "companies.csv")
    schema, writer = None, None
    for start in range(0, rows, 1_000_000):
        n = min(1_000_000, rows - start)
        number = (90_000_000_000 + start + np.arange(n)).astype(str)
        company = rng.choice(ids, n).astype(str)
        is_won, is_lost = rng.random(n) < 0.4, rng.random(n) < 0.5
        created = np.datetime64("2020-01-01T08:00") + rng.integers(0, 2_000_000, n)
        closed = created + rng.integers(1440, 200_000, n)
        part = pa.table(
            {
                "Record ID": number,
                "Deal Name": np.char.add("Deal ", number),
                "Associated Company IDs": company,
                "Deal Stage": np.where(is_won, "Closed Won", np.where(is_lost, "Closed Lost", "Proposal")),
                "Is Closed Won": np.where(is_won, "true", "false"),
                "Amount": np.char.mod("%.2f", rng.lognormal(7, 1, n)),
                "Create Date": np.char.replace(created.astype(str), "T", " "),
                "Close Date": np.char.replace(closed.astype(str), "T", " "),
                "Deal owner": rng.choice(owners, n),
                "Pipeline": np.full(n, "Sales Pipeline"),
                "Deal Type": rng.choice(np.array(["newbusiness", "existingbusiness", ""]), n),
                "Currency": np.full(n, "EUR"),
                "Deal Description": np.full(n, NOTE[: 195 - 145]),
            }
        )
        if writer is None:
            schema = part.schema
            writer = csv.CSVWriter(folder / "deals.csv", schema)
        writer.write_table(part)
    if writer is not None:
        writer.close()


def ours(folder: Path) -> object:
    """Reading, typing and roll-up."""
    from icpcli.load.exports import load_exports
    from icpcli.rollup import roll_up_accounts
    from icpcli.settings import DEFAULTS

    return roll_up_accounts(load_exports([str(folder)], DEFAULTS), DEFAULTS).accounts


def derive(folder: Path) -> object:
    """The whole command, its report and its profile file."""
    from icpcli.cli.app import app

    return app(["derive", str(folder), "--quiet", "--profile", f"{folder}/icp.json"], standalone_mode=False)


def pandas_text(folder: Path) -> object:
    """The same work on columns of text in pandas."""
    import pandas as pd

    deals = pd.read_csv(folder / "deals.csv", dtype=str, keep_default_na=False)
    companies = pd.read_csv(folder / "companies.csv", dtype=str, keep_default_na=False)
    deals = deals.apply(lambda column: column.str.strip())
    deals["Amount"] = pd.to_numeric(deals["Amount"].where(deals["Amount"] != ""))
    for name in ("Create Date", "Close Date"):
        deals[name] = pd.to_datetime(deals[name].where(deals[name] != ""))
    deals = deals.drop_duplicates("Record ID")
    deals["won"] = (deals["Is Closed Won"] == "true") | (deals["Deal Stage"] == "Closed Won")
    deals["lost"] = deals["Deal Stage"] == "Closed Lost"
    deals["revenue"] = deals["Amount"].where(deals["won"], 0.0)
    rolled = deals.groupby("Associated Company IDs").agg(
        won=("won", "sum"),
        lost=("lost", "sum"),
        revenue=("revenue", "sum"),
        first=("Close Date", "min"),
        last=("Close Date", "max"),
    )
    companies["Number of Employees"] = pd.to_numeric(companies["Number of Employees"])
    return companies.merge(rolled, left_on="Record ID", right_index=True, how="left")


def duckdb_scan(folder: Path) -> object:
    """Every cell read as text."""
    import duckdb

    query = f"SELECT count(COLUMNS(*)) FROM read_csv('{folder}/deals.csv', all_varchar = true)"
    return duckdb.sql(query).fetchall()


def notebook(folder: Path) -> object:
    """What people write: types inferred, one-hot, k-means."""
    import pandas as pd
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import StandardScaler

    deals = pd.read_csv(folder / "deals.csv")
    companies = pd.read_csv(folder / "companies.csv")
    for name in ("Create Date", "Close Date"):
        deals[name] = pd.to_datetime(deals[name])
    won = deals[deals["Deal Stage"] == "Closed Won"]
    rolled = won.groupby("Associated Company IDs").agg(
        revenue=("Amount", "sum"),
        deals=("Amount", "size"),
        first=("Close Date", "min"),
        last=("Close Date", "max"),
    )
    book = companies.merge(rolled, left_on="Record ID", right_index=True)
    book["tenure"] = (book["last"] - book["first"]).dt.days
    features = pd.get_dummies(
        book[["Industry", "Country/Region", "Number of Employees", "revenue", "deals", "tenure"]]
    )
    labels = KMeans(n_clusters=4, n_init=10, random_state=0).fit_predict(
        StandardScaler().fit_transform(features)
    )
    return book.assign(cluster=labels).groupby("cluster").mean(numeric_only=True)


CONTENDERS = {OURS: ours, DERIVE: derive, PANDAS: pandas_text, DUCKDB: duckdb_scan, NOTEBOOK: notebook}


def measured(name: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of one contender in a process of its own."""
    command = [sys.executable, __file__, "--contender", name, "--folder", str(folder)]
    start = time.perf_counter()
    result = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    seconds = time.perf_counter() - start
    return seconds, json.loads(result.stdout.splitlines()[-1])["peak_mb"]


def run_contender(name: str, folder: Path) -> None:
    """Run one contender here and print its peak memory."""
    CONTENDERS[name](folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"peak_mb": peak / (1024 if sys.platform != "darwin" else 1024**2)}))


def main(rows: int, companies: int, runs: int, wanted: list[str]) -> None:
    """Print each contender's minimum of seconds and memory, then the ratios that are goals."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write = [
            sys.executable,
            __file__,
            "--write",
            str(folder),
            "--rows",
            str(rows),
            "--companies",
            str(companies),
        ]
        subprocess.run(
            write, check=True
        )  # in a process of its own: children inherit a parent's peak of memory
        size = (folder / "deals.csv").stat().st_size / 1e6
        print(
            f"{rows:,} deals ({size:,.0f} MB) of {companies:,} companies; minimum of {runs} interleaved runs"
        )
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in wanted}
        for _ in range(runs):
            for name in wanted:
                results[name].append(measured(name, folder))
    best = {n: (min(s for s, _ in found), min(m for _, m in found)) for n, found in results.items()}
    for name, (seconds, peak) in best.items():
        print(f"{name:<12} {seconds:7.2f} s   {peak:7,.0f} MB")
    for mine, peer, place in (
        (OURS, PANDAS, 0),
        (DERIVE, NOTEBOOK, 0),
        (DERIVE, NOTEBOOK, 1),
        (OURS, DUCKDB, 0),
    ):
        if mine in best and peer in best:
            what = "seconds" if place == 0 else "memory"
            print(f"{mine} / {peer}: {best[mine][place] / best[peer][place]:.2f} ({what})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--companies", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=list(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--contender", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help="write the exports into this folder, and measure nothing")
    asked = parser.parse_args()
    if asked.write:
        write_world(asked.write, asked.rows, asked.companies)
    elif asked.contender:
        run_contender(asked.contender, asked.folder)
    else:
        main(asked.rows, asked.companies, asked.runs, asked.only)
