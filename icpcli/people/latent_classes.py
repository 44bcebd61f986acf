"""The latent classes as a scikit-learn estimator, for notebooks; the command line needs no scikit-learn for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from icpcli.people.how_many import find_classes
from icpcli.people.mixture import BLANK, class_probabilities, fit_mixture

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class LatentClasses(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Kinds of rows told apart by categories, blanks (None, NaN) left out of the likelihood.

    ``n_classes`` None lets the bootstrap likelihood ratio test choose, from one to ``max_classes``; classes that
    hold few rows are then not named. Every distinct value of a column is a level of its own; a value that was
    not met in ``fit`` counts as blank.

    Fitted: ``categories_`` (the levels per column), ``class_shares_`` (k,), ``level_shares_`` (k, all levels side by
    side), ``labels_`` (n,), ``p_values_`` (one per test; empty where ``n_classes`` was given), ``n_classes_``.
    """

    def __init__(
        self, n_classes: int | None = None, *, max_classes: int = 3, random_state: int | None = 0
    ) -> None:
        self.n_classes = n_classes
        self.max_classes = max_classes
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        return tags

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: ARG002, N803  scikit-learn's names
        """Find the classes of these rows, whose order does not matter."""
        rows = validate_data(self, X, dtype=None, ensure_all_finite="allow-nan", ensure_min_samples=2)
        self.categories_ = [_levels(column) for column in rows.T]
        codes = self._encode(rows)
        sizes = self._sizes()
        seed = self.random_state or 0
        self.p_values_ = np.empty(0)
        if self.n_classes is None:
            found = find_classes(codes, sizes, blocks=range(len(sizes)), maximum=self.max_classes, seed=seed)
            self._mixture = found.mixture
            self.p_values_ = np.array([step.p_value for step in found.steps])
        else:
            self._mixture = fit_mixture(codes, sizes, self.n_classes, seed=seed)
        self.class_shares_ = self._mixture.shares
        self.level_shares_ = self._mixture.levels
        self.n_classes_ = len(self.class_shares_)
        self.labels_ = class_probabilities(self._mixture, codes, sizes).argmax(axis=1)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803  scikit-learn calls it so
        """How probably each row belongs to each class (n, k)."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=None, ensure_all_finite="allow-nan", reset=False)
        return class_probabilities(self._mixture, self._encode(rows), self._sizes())

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:  # noqa: N803  scikit-learn calls it so
        """The likeliest class of each row; 0 is the largest class."""
        likeliest: NDArray[np.int64] = self.predict_proba(X).argmax(axis=1)
        return likeliest

    def _sizes(self) -> list[int]:
        # A column that is blank throughout keeps one level that nobody has.
        return [max(1, len(levels)) for levels in self.categories_]

    def _encode(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        codes = np.full(rows.shape, BLANK, dtype=np.int64)
        for column, levels in enumerate(self.categories_):
            number = {level: i for i, level in enumerate(levels)}
            codes[:, column] = [number.get(cell, BLANK) for cell in rows[:, column].tolist()]
        return codes


def _levels(column: NDArray[Any]) -> list[Any]:
    """The distinct values of a column, blanks apart, sorted (as text where kinds are mixed)."""
    known = {cell for cell in column.tolist() if cell is not None and cell == cell}  # noqa: PLR0124  NaN
    try:
        return sorted(known)
    except TypeError:
        return sorted(known, key=str)
