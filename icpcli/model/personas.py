"""The people who take part in buying, as icp.json holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from icpcli.model.common import Interval  # noqa: TC001  msgspec reads these annotations at run time

About = Literal["pain", "motive", "objection", "topic"]


@dataclass(frozen=True, slots=True)
class Share:
    """A value, how many people have it, out of those for whom it is known."""

    value: str
    people: int
    share: float


@dataclass(frozen=True, slots=True)
class Words:
    """A phrase that one kind of people uses more than others, and at how many companies (their own, the others').

    ``about``: pain, motive, objection, or topic where its sentences do not tell. ``z_score``: how distinctive it is
    (log-odds over their standard error); None where nobody else has said anything.
    """

    said: str
    about: About
    companies: int
    other_companies: int
    z_score: float | None


@dataclass(frozen=True, slots=True)
class Persona:
    """One kind of person who takes part in buying. ``contacts`` counts them; ``share`` is of all people.

    ``won_involvement`` is the share of the ``decided`` people of this kind (all who took part in a closed deal, at any
    company) who took part in a won one. The lines of text all carry the figures they come from.
    """

    name: str
    statement: str
    contacts: int
    share: float
    functions: tuple[Share, ...]
    seniorities: tuple[Share, ...]
    buying_roles: tuple[Share, ...]
    channels: tuple[Share, ...]
    usual_titles: tuple[Share, ...]
    won_involvement: Interval | None
    how_to_reach: tuple[str, ...]
    apart_by: tuple[str, ...]
    decided: int = 0
    company_sizes: tuple[Share, ...] = ()
    words: tuple[Words, ...] = ()
    answers: tuple[str, ...] = ()
    words_to_use: tuple[str, ...] = ()
    to_improve: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Personas:
    """The people who take part in buying.

    ``verdict``: supported; or ``none`` (no people, or too few to describe). ``basis`` says who was
    counted (people on won deals, everyone at these companies, all customers).
    """

    verdict: Literal["supported", "none"]
    basis: str
    people: int
    maximum: int
    items: tuple[Persona, ...]
    note: str = ""
