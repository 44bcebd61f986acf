"""What is usually done instead, on the same worlds: clusters, a tree, a forest, subgroup discovery.

Each hears the mean of the parts an account has, as the utility, and answers which fresh companies are the best type.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import silhouette_score
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeRegressor

from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS
from planted.play import FRESH, f1_of
from planted.worlds import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from planted.families import Family

TOP_SHARE = 0.18  # near the middle of what hidden rules hold
BEAM = """
import json, sys
import pandas as pd, pysubgroup as ps
book = pd.read_json(sys.argv[1], orient="split", dtype=False)
space = ps.create_selectors(book, ignore=["utility"])
task = ps.SubgroupDiscoveryTask(book, ps.NumericTarget("utility"), space, result_set_size=1, depth=3,
                                qf=ps.StandardQFNumeric(0.5))
rule = ps.BeamSearch(beam_width=50).execute(task).to_descriptions()[0][1]
fresh = pd.read_json(sys.argv[2], orient="split", dtype=False)
print(json.dumps([bool(x) for x in rule.covers(fresh)]))
"""


def f1_of_peers(family: Family, seed: int, pysubgroup: str | None = None) -> dict[str, float]:
    """F1 on fresh companies of each peer in one world; ``pysubgroup``: a Python that can import it, None to leave it out."""
    world = World(family, seed)
    book = world.book(family.accounts)
    fresh = world.fresh(FRESH)
    truth = world.holds(fresh.attributes)
    parts = hear(book, DEFAULTS).parts
    utility = np.nanmean(parts, axis=1)
    train, test = one_hot(book.attributes, fresh.attributes)
    peers: dict[str, Callable[[], np.ndarray]] = {
        "k-means": lambda: _k_means(train, test, utility),
        "tree": lambda: tree(train, test, utility),
        "forest": lambda: _forest(train, test, utility),
    }
    if pysubgroup:
        peers["pysubgroup"] = lambda: _subgroup(pysubgroup, book.attributes, fresh.attributes, utility)
    return {name: f1_of(peer(), truth) for name, peer in peers.items()}


def one_hot(book: pd.DataFrame, fresh: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Categories as 0/1 columns, numbers as standardised logs; blanks of numbers at the median."""
    both = pd.concat([book, fresh], ignore_index=True)
    numbers = [c for c in both if both[c].dtype == float]
    logs = np.log1p(both[numbers]).fillna(np.log1p(book[numbers]).median())
    logs = (logs - logs.iloc[: len(book)].mean()) / logs.iloc[: len(book)].std()
    table = pd.concat([pd.get_dummies(both.drop(columns=numbers), dtype=float), logs], axis=1).to_numpy()
    return table[: len(book)], table[len(book) :]


def _k_means(train: np.ndarray, test: np.ndarray, utility: np.ndarray) -> np.ndarray:
    """The cluster with the best mean, of as many as silhouette prefers (2-10)."""
    models = [KMeans(k, n_init=5, random_state=0).fit(train) for k in range(2, 11)]
    best = max(models, key=lambda m: silhouette_score(train, m.labels_))
    means = [utility[best.labels_ == k].mean() for k in range(best.n_clusters)]
    return best.predict(test) == int(np.argmax(means))


def tree(train: np.ndarray, test: np.ndarray, utility: np.ndarray) -> np.ndarray:
    """The leaf with the best mean, of a tree whose size cross-validation chose."""
    grid = {"max_leaf_nodes": [2, 3, 4, 6, 8, 12, 16], "min_samples_leaf": [8, 16]}
    best = GridSearchCV(DecisionTreeRegressor(random_state=0), grid, cv=5).fit(train, utility).best_estimator_
    predicted = best.predict(test)
    return predicted == best.predict(train).max()


def _forest(train: np.ndarray, test: np.ndarray, utility: np.ndarray) -> np.ndarray:
    """The share of fresh companies that a random forest likes best."""
    predicted = (
        RandomForestRegressor(200, min_samples_leaf=5, random_state=0).fit(train, utility).predict(test)
    )
    return predicted >= np.quantile(predicted, 1 - TOP_SHARE)


def _subgroup(python: str, book: pd.DataFrame, fresh: pd.DataFrame, utility: np.ndarray) -> np.ndarray:
    """The best subgroup of pysubgroup's beam search, depth 3, in an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("book.json", "fresh.json")]
        for path, frame in zip(paths, (book.assign(utility=utility), fresh), strict=True):
            path.write_text(frame.to_json(orient="split"), encoding="utf-8")
        ran = subprocess.run(
            [python, "-c", BEAM, *map(str, paths)], capture_output=True, text=True, check=True
        )
    return np.array(json.loads(ran.stdout.strip().splitlines()[-1]), dtype=bool)
