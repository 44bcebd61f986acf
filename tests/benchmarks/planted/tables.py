"""One line per family of worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planted.families import Family
    from planted.play import Outcome

HEADER = (
    f"{'family':<28} {'n':>3} {'F1':>5} {'+-':>5} {'capt.':>5} {'said':>5} {'p<=.05':>6} {'supp.':>5} {'tent.':>5} "
    f"{'cover':>5} {'c.supp':>6} {'harm':>5} {'s':>5}"
)


def line_of(family: Family, played: Sequence[Outcome]) -> str:
    """Means over the worlds of a family, as in HEADER.

    F1 with its standard error, lift captured, agreement said, shares of p <= 0.05 and of verdicts, coverage of the
    net lift's interval (of all that state one, and of those supported), harm told, median seconds.
    """
    f1 = np.array([o.f1 for o in played])
    supported = [o for o in played if o.verdict == "supported"]
    cells = [
        _mean(f1),
        float(np.std(f1, ddof=1) / np.sqrt(len(f1))) if len(f1) > 1 else float("nan"),
        _mean([o.captured for o in played]),
        _mean([o.said for o in played]),
        _mean([o.p_value <= 0.05 for o in played]),
        len(supported) / len(played),
        _mean([o.verdict == "tentative" for o in played]),
        _mean([o.is_covered for o in played]),
        _mean([o.is_covered for o in supported]),
        _mean([o.harm_said for o in played]),
        float(np.median([o.seconds for o in played])),
    ]
    widths = (5, 5, 5, 5, 6, 5, 5, 5, 6, 5, 5)
    shown = " ".join(
        f"{'-' if np.isnan(c) else format(c, '.2f'):>{w}}" for c, w in zip(cells, widths, strict=True)
    )
    return f"{family.name:<28} {len(played):>3} {shown}"


def _mean(values: Sequence[float] | np.ndarray) -> float:
    known = np.array(values, dtype=float)
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else float("nan")


def peers_header(names: Sequence[str]) -> str:
    """The header of the peers' table."""
    return f"{'family':<28} {'n':>3} {'icpcli':>10} " + " ".join(f"{name:>10}" for name in names)


def peers_line(family: Family, ours: Sequence[Outcome], theirs: Sequence[dict[str, float]]) -> str:
    """Mean F1 of icpcli and of each peer on the same worlds."""
    means = [_mean([o.f1 for o in ours]), *(_mean([t[name] for t in theirs]) for name in theirs[0])]
    return f"{family.name:<28} {len(ours):>3} " + " ".join(f"{m:>10.2f}" for m in means)
