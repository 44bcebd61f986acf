"""How strongly two columns go together: words or figures with a yes or no, with ranks, and ranks with ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd

MIN_EACH_SIDE = 10  # fewer tell nothing
FEWEST_OF_GROUP = 5


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's, with mid-ranks; 0 where either does not vary."""
    ranks = np.stack([_ranks(one), _ranks(other)])
    if min(ranks.std(axis=1)) < 1e-9:
        return 0.0
    return float(np.corrcoef(ranks)[0, 1])


def _ranks(figure: np.ndarray) -> np.ndarray:
    """Mid-ranks, from 1."""
    return pd.Series(figure).rank().to_numpy()


def cut_into(codes: np.ndarray, figure: np.ndarray) -> float:
    """How nearly a figure's ranks are cut into these groups, one above the other (0-1): gold, silver, bronze.

    The correlation ratio, as a share of that of groups of the same sizes, in the order of their means, that do not overlap:
    two halves reach no more than 0.87. Groups of a few alone could be at one end by chance, and are left out of that.
    """
    ranks = _ranks(figure)
    enough = np.bincount(codes)[codes] >= FEWEST_OF_GROUP
    within, held = np.unique(codes[enough], return_inverse=True)[1], ranks[enough]
    plain = _correlation_ratio(codes, ranks)
    if not len(held) or np.ptp(within) == 0:
        return plain
    sizes = np.bincount(within)
    order = np.argsort(np.bincount(within, weights=held) / sizes, kind="stable")
    most = _correlation_ratio(np.repeat(np.arange(len(sizes)), sizes[order]), np.sort(held))
    return max(plain, _correlation_ratio(within, held) / most if most > 0 else 0.0)


def _correlation_ratio(codes: np.ndarray, ranks: np.ndarray) -> float:
    """The correlation ratio of ranks over groups, corrected for their number (0-1).

    epsilon2 = 1 - (1 - eta2) (n - 1) / (n - k). Source: Kelley (1935), PNAS 21; Okada (2013), Behaviormetrika 40.
    """
    n, k = len(ranks), int(codes.max()) + 1
    spread = float(((ranks - ranks.mean()) ** 2).sum())
    if k < 2 or n <= k or spread <= 0:
        return 0.0
    sizes = np.bincount(codes, minlength=k)
    means = np.bincount(codes, weights=ranks, minlength=k) / np.maximum(sizes, 1)
    within = float(((ranks - means[codes]) ** 2).sum())
    return float(np.sqrt(max(0.0, 1 - within / spread * (n - 1) / (n - k))))


def cramers_v(column: pd.Series, outcome: np.ndarray) -> float:
    """How strongly a column's known values go with a yes/no outcome, 0-1, corrected for chance.

    phi2 = chi2 / n - (r - 1) / (n - 1), over the smaller dimension less one, corrected alike.
    Numbers are cut at their deciles. Source: Bergsma (2013), J. Korean Statistical Society 42.
    """
    known = column.notna().to_numpy()
    values, happened = column[known], outcome[known].astype(float)
    n = len(values)
    if n < 2 * MIN_EACH_SIDE or happened.min() == happened.max():
        return 0.0
    codes = codes_of(values)
    rows = int(codes.max()) + 1
    total = np.bincount(codes, minlength=rows).astype(float)
    yes = np.bincount(codes, weights=happened, minlength=rows)
    share = happened.mean()
    chi2 = float(np.sum((yes - total * share) ** 2 / (total * share * (1 - share))))
    phi2 = max(0.0, chi2 / n - (rows - 1) / (n - 1))
    rows_corrected = rows - (rows - 1) ** 2 / (n - 1)
    columns_corrected = 2 - 1 / (n - 1)
    return float(np.sqrt(phi2 / max(min(rows_corrected, columns_corrected) - 1, 1e-9)))


def codes_of(values: pd.Series) -> np.ndarray:
    """The group of each value, from 0: words as they are, numbers by the tenths of the column."""
    if values.dtype == object:
        return np.unique(values.to_numpy(dtype=str), return_inverse=True)[1]
    numbers = values.to_numpy(dtype=float)
    edges = np.unique(np.quantile(numbers, np.linspace(0.1, 0.9, 9)))
    return np.unique(np.searchsorted(edges, numbers, side="right"), return_inverse=True)[1]
