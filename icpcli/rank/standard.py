"""Figures made comparable: mean 0 and standard deviation 1 over those who have them."""

from __future__ import annotations

import numpy as np

from icpcli.model.scale import Standard

LEAST_SPREAD = 1e-12


def standard_of(figures: np.ndarray) -> Standard | None:
    """Mean and standard deviation of the known figures; None where fewer than two are, or all are the same."""
    known = figures[np.isfinite(figures)]
    if len(known) < 2:
        return None
    spread = float(np.std(known))
    return Standard(float(np.mean(known)), spread) if spread >= LEAST_SPREAD else None


def standardised_by(figures: np.ndarray, standard: Standard | None) -> np.ndarray:
    """(figure - mean) / spread; missing where the figure is, and everywhere without a standard."""
    if standard is None:
        return np.full(len(figures), np.nan)
    return (figures - standard.mean) / standard.spread


def standardised(figures: np.ndarray) -> np.ndarray:
    """The figures with mean 0 and standard deviation 1 over those who have them; all NaN where they do not vary."""
    return standardised_by(figures, standard_of(figures))


def mean_of_known(columns: list[np.ndarray]) -> np.ndarray:
    """For each row the mean of the columns that are known there; NaN where none is."""
    stacked = np.vstack(columns)
    known = np.isfinite(stacked).sum(axis=0)
    mean: np.ndarray = np.where(known > 0, np.nansum(stacked, axis=0) / np.maximum(known, 1), np.nan)
    return mean
