"""All attributes' levels side by side, how accounts fall into them, and how few accounts a rule may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cluster.attributes import Attribute

SURE = 1 - 1e-9  # a blank belongs by a share below that


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """How few a rule may hold: ``least`` of the accounts that ``counts`` marks (1 or 0), certain members only."""

    counts: np.ndarray
    least: float

    def allows(self, certain: np.ndarray) -> np.ndarray:
        """Which rules hold enough, from who surely belongs (rules, accounts)."""
        enough: np.ndarray = certain @ self.counts >= self.least
        return enough


class Levels:
    """All attributes' levels side by side, and how accounts fall into them."""

    def __init__(self, attributes: Sequence[Attribute]) -> None:
        self.attributes = tuple(attributes)
        sizes = [a.size for a in attributes]
        self.offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
        self.is_required = np.array([a.required is not None for a in attributes], dtype=bool)
        empty = [np.zeros(a.size, dtype=bool) if a.required is None else a.required for a in attributes]
        self.start = np.concatenate(empty) if empty else np.zeros(0, dtype=bool)
        self.has_rest = [a.has_rest for a in attributes]
        self._rivals = [
            [b for b, other in enumerate(attributes) if other.field in a.rivals] for a in attributes
        ]
        self._and_all = [np.column_stack([a.indicators(), np.ones(len(a.codes))]) for a in attributes]
        self._indicators = [columns[:, :-1] for columns in self._and_all]
        self._runs = [_runs(a) for a in attributes]

    def trends(self) -> np.ndarray:
        """Each ordered attribute's levels as a straight line, mean 0 and sd 1, blanks at the mean (accounts, ordered)."""
        lines = [np.zeros((len(a.codes), 0)) for a in self.attributes[:1]]
        for attribute in self.attributes:
            known = attribute.codes >= 0
            place = attribute.codes[known].astype(float)
            if attribute.kind == "between" and len(place) and np.ptp(place) > 0:
                line = np.zeros((len(known), 1))
                line[known, 0] = (place - place.mean()) / place.std()
                lines.append(line)
        return np.concatenate(lines, axis=1)

    def of(self, a: int) -> slice:
        """The columns of one attribute's levels."""
        return slice(self.offsets[a], self.offsets[a + 1])

    def has_rival(self, a: int, used: np.ndarray) -> np.ndarray:
        """Which rules use a field that is never beside this attribute (bool), from what each uses (rules, attributes)."""
        if not self._rivals[a]:
            return np.zeros(len(used), dtype=bool)
        rival: np.ndarray = np.any(used[:, self._rivals[a]], axis=1)
        return rival

    def allowed(self, a: int) -> np.ndarray:
        """The levels of an attribute that may be chosen (bool)."""
        return self.attributes[a].is_allowed

    def runs(self, a: int) -> np.ndarray:
        """Every interval of an ordered attribute but the whole: first and last level (intervals, 2)."""
        return self._runs[a]

    def tells(self, a: int, chosen: np.ndarray) -> np.ndarray:
        """Which choices of levels (rows) say something: not none, nor all where nobody is left outside (bool)."""
        if self.attributes[a].kind == "between":
            return np.ones(len(chosen), dtype=bool)
        number = chosen.sum(axis=1)
        tells: np.ndarray = (number > 0) & (self.has_rest[a] | (number < chosen.shape[1]))
        return tells

    def scores(self, a: int, weighed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The sum over accounts that choosing each level adds (chains, levels), and that of not using the attribute (chains,)."""
        scores = weighed @ self._and_all[a]
        return scores[:, :-1], scores[:, -1]

    def belonging(self, chosen: np.ndarray, used: np.ndarray, heard: np.ndarray) -> np.ndarray:
        """How much each account that a rule hears (1, else 0) belongs to it (rules, accounts): the product of its shares."""
        belongs = np.array(np.broadcast_to(heard, (len(used), heard.shape[-1])), dtype=float)
        for a in map(int, np.flatnonzero(used.any(axis=0))):
            rows = np.flatnonzero(used[:, a])
            share = self.share(a, chosen[rows, self.of(a)])
            if len(rows) == len(used):
                belongs *= share
            else:
                belongs[rows] *= share
        return belongs

    def share(self, a: int, chosen: np.ndarray) -> np.ndarray:
        """How much each account belongs (rows of chosen, accounts): 1, 0, or for a blank the share chosen."""
        share: np.ndarray = chosen @ self._indicators[a].T
        return share


def _runs(attribute: Attribute) -> np.ndarray:
    size, allowed = attribute.size, attribute.is_allowed
    runs = [
        (low, high)
        for low in range(size)
        for high in range(low, size)
        if high - low + 1 < size and allowed[low : high + 1].all()
    ]
    return np.array(runs, dtype=int).reshape(-1, 2)
