"""The kinds of worlds: what is planted, in how many companies, and what makes it hard to see."""

from __future__ import annotations

from dataclasses import dataclass

EVERY_CRITERION = (0.45, 0.8, 0.35)


@dataclass(frozen=True, slots=True)
class Family:
    """Worlds of one kind.

    ``effect`` 0 plants nothing. ``moves``: log cost, log hazard and log MRR per unit of effect (down, down, up).
    ``win``: log-odds of winning per unit of effect; ``has_lost``: lost deals are in the book. ``rule``: any (two or
    three conditions over five fields), sets, interval, interaction (neither condition shows by itself).
    ``twists``: decoys, missing by another field, missing by value, whales, heavy tails, subsidiaries, unequal follow-up, time (two sources are new, two industries were
    left, while costs and prices rise by the year), wide (forty fields more that say nothing).
    """

    name: str
    accounts: int
    effect: float
    moves: tuple[float, float, float] = EVERY_CRITERION
    has_lost: bool = False
    win: float = 0.6
    rule: str = "any"
    twists: tuple[str, ...] = ()

    @property
    def is_null(self) -> bool:
        """Whether nothing is planted."""
        return self.effect == 0


PLANTED = (
    Family("100, 1.4", 100, 1.4),
    Family("200, 1.4", 200, 1.4),
    Family("400, 1.0", 400, 1.0),
    Family("400, 1.4", 400, 1.4),
    Family("800, 1.0", 800, 1.0),
    Family("800, 1.4", 800, 1.4),
    Family("400, value alone", 400, 1.4, (0.0, 0.0, 0.8)),
    Family("400, cost and value", 400, 1.4, (0.45, 0.0, 0.35)),
    Family("400, cost down, hazard up", 400, 1.4, (0.6, -0.5, 0.35)),
    Family("1000 worked, lost deals", 1000, 1.0, has_lost=True),
    Family("1000 worked, win and cost", 1000, 1.4, (0.45, 0.0, 0.0), has_lost=True),
    Family("400, sets", 400, 1.4, rule="sets"),
    Family("400, interval", 400, 1.4, rule="interval"),
    Family("400, interaction", 400, 1.4, rule="interaction"),
    Family("400, decoys", 400, 1.4, twists=("decoys",)),
    Family("400, missing by field", 400, 1.4, twists=("missing by field",)),
    Family("400, missing by value", 400, 1.4, twists=("missing by value",)),
    Family("400, whales", 400, 1.4, twists=("whales",)),
    Family("400, heavy tails", 400, 1.4, twists=("heavy tails",)),
    Family("400, subsidiaries", 400, 1.4, twists=("subsidiaries",)),
    Family("400, unequal follow-up", 400, 1.4, twists=("unequal follow-up",)),
    Family("400, time", 400, 1.0, twists=("time",)),
    Family("400, wide", 400, 1.4, twists=("wide",)),
    Family("50, 1.4", 50, 1.4),
)

NULL = (
    Family("60, nothing", 60, 0.0),
    Family("200, nothing", 200, 0.0),
    Family("400, nothing", 400, 0.0),
    Family("1000 worked, nothing", 1000, 0.0, has_lost=True),
    Family("200, nothing, subsidiaries", 200, 0.0, twists=("subsidiaries",)),
    Family("200, nothing, whales", 200, 0.0, twists=("whales",)),
    Family("200, nothing, heavy tails", 200, 0.0, twists=("heavy tails",)),
    Family("200, nothing, follow-up", 200, 0.0, twists=("unequal follow-up",)),
    Family("400, nothing, time", 400, 0.0, twists=("time",)),
    Family("400, nothing, wide", 400, 0.0, twists=("wide",)),
    Family("200, nothing, by value", 200, 0.0, twists=("missing by value",)),
)

FAMILIES = PLANTED + NULL


def family(name: str) -> Family:
    """The family of this name."""
    return next(f for f in FAMILIES if f.name == name)
