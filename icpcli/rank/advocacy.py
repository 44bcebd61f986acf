"""Who recommends you: answers to surveys, referrals given, references, reviews and case studies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli.model.common import Finding
from icpcli.rank.pooling import pooled_means
from icpcli.rank.standard import mean_of_known, standard_of, standardised_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icpcli.model.scale import Standard
    from icpcli.model.tables import Book

LARGEST_NPS = 10
OTHER_SCALE = "ICP215"
UNITS = {"nps": "of 10", "satisfaction": "as answered", "referrals": "referrals", "signs": "signs"}
ANSWERS = frozenset({"nps", "satisfaction"})
SOURCES = {
    "nps": "NPS",
    "satisfaction": "satisfaction",
    "referrals": "referrals given",
    "signs": "references, reviews, case studies, willing to recommend",
}


@dataclass(frozen=True, slots=True, eq=False)
class Advocacy:
    """One figure per account (NaN = nobody answered or told), its source and unit, and how its kinds were standardised.

    With one kind of evidence the figure is in that kind's unit; with several it is an index, the mean of
    their z-scores: scales are never mixed. ``answered`` is what each said, not drawn to the book's mean: what a group's mean is
    made of, which would else be drawn there as often as it has customers.
    """

    figures: np.ndarray
    answered: np.ndarray
    source: str
    unit: str
    inner: Mapping[str, Standard]
    findings: tuple[Finding, ...] = ()


def advocacy(book: Book, inner: Mapping[str, Standard] | None = None) -> Advocacy:
    """How much each customer recommends you: NPS, else satisfaction; referrals given; public signs.

    Answers are drawn to the book's mean by how few they are. NPS on another scale than 0-10 is left out as a whole.
    ``inner`` measures a later book as an earlier one was.
    """
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    kinds, findings = _kinds(book)
    kinds = {name: np.where(is_customer, figures, np.nan) for name, figures in kinds.items()}
    told = (
        inner if inner is not None else {n: s for n, f in kinds.items() if (s := standard_of(f)) is not None}
    )
    kinds = {name: figures for name, figures in kinds.items() if name in told}
    if not kinds:
        unknown = np.full(len(is_customer), np.nan)
        return Advocacy(unknown, unknown, "not exported", "of 10", {}, findings)
    source = ", ".join(SOURCES[name] for name in kinds)
    answered = {name: _as_given(book, name, figures) for name, figures in kinds.items()}
    if len(kinds) == 1:
        (name, figures), *_ = kinds.items()
        return Advocacy(figures, answered[name], source, UNITS[name], told, findings)
    index, given = (
        mean_of_known([standardised_by(figures, told[name]) for name, figures in of.items()])
        for of in (kinds, answered)
    )
    return Advocacy(index, given, source, "index", told, findings)


def _as_given(book: Book, name: str, figures: np.ndarray) -> np.ndarray:
    """The figures of a kind of evidence where they are known, its answers not drawn to the book's mean."""
    given = book.accounts[name].to_numpy(dtype=float) if name in ANSWERS else figures
    return np.where(np.isfinite(figures), given, np.nan)


def _kinds(book: Book) -> tuple[dict[str, np.ndarray], tuple[Finding, ...]]:
    """The kinds of evidence there are, by name; one kind of answer only, NPS first."""
    accounts = book.accounts
    nps, findings = _nps(book)
    answers = nps if np.isfinite(nps).any() else _shrunk(book, "satisfaction")
    name = "nps" if np.isfinite(nps).any() else "satisfaction"
    kinds = {
        name: answers,
        "referrals": np.log1p(np.maximum(accounts["referrals"].to_numpy(dtype=float), 0.0)),
        "signs": accounts["advocacy_signs"].to_numpy(dtype=float),
    }
    if not any(np.isfinite(kinds[n]).any() for n in (name, "signs")):
        kinds["referrals"] = accounts["referrals"].to_numpy(dtype=float)  # alone it is a count, not an index
    return {n: f for n, f in kinds.items() if np.isfinite(f).any()}, findings


def _nps(book: Book) -> tuple[np.ndarray, tuple[Finding, ...]]:
    ratings = book.accounts["nps"].to_numpy(dtype=float)
    known = ratings[np.isfinite(ratings)]
    if not len(known):
        return ratings, ()
    if known.min() < 0 or known.max() > LARGEST_NPS:
        message = (
            f"NPS answers run from {known.min():g} to {known.max():g}, not from 0 to 10: they are on another scale, or on several, and "
            "were left out."
        )
        return np.full(len(ratings), np.nan), (Finding(OTHER_SCALE, message, len(known)),)
    return _shrunk(book, "nps"), ()


def _shrunk(book: Book, name: str) -> np.ndarray:
    """Mean answers drawn to the book's mean: (mean - centre) * between / (between + within / answers).

    The variance within accounts is pooled over those who answered more than once, (squares - n mean^2) / (n - 1);
    where nobody did, answers are all alike uncertain and stay as they are. Source: ``pooled_means``.
    """
    means = book.accounts[name].to_numpy(dtype=float)
    answers = book.accounts[f"{name}_answers"].to_numpy(dtype=float)
    squares = book.accounts[f"{name}_squares"].to_numpy(dtype=float)
    several = np.isfinite(means) & (answers > 1)
    freedom = float((answers[several] - 1).sum())
    if freedom <= 0:
        return means
    spread = np.maximum(squares[several] - answers[several] * means[several] ** 2, 0.0)
    within = float(spread.sum()) / freedom
    return pooled_means(means, within / np.maximum(answers, 1.0)).estimates
