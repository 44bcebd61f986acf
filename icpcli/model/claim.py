"""What a profile claims of customers to come, as icp.json holds it for the reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003  msgspec reads these annotations at run time

from icpcli.model.scale import Scale  # noqa: TC001  msgspec reads these annotations at run time

LEAVING = "leaving"
ORDERS = "orders"
WINNING = "winning"
EARLIER = "leaving of earlier customers"  # as LEAVING, of those who were there when the profile was derived


@dataclass(frozen=True, slots=True)
class ClaimedPart:
    """The lift that a profile claims for one part of what makes a customer good, with its standard deviation.

    ``part``: a criterion (standard deviations of the saved scale, higher is better), ``leaving`` (log of the rate inside
    over the rate outside; lower is better), ``orders`` (the same of repeat orders) or ``winning`` (log odds ratio).
    ``spread``: that of customers around their side's mean; of rates, by how much counts scatter more than Poisson's.
    """

    part: str
    lift: float
    sd: float
    spread: float = 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """What a profile says of customers to come. ``dependence`` (1 or more): how far its parts tell the same twice."""

    parts: tuple[ClaimedPart, ...]
    dependence: float
    scale: Scale


@dataclass(frozen=True, slots=True)
class ReviewBasis:
    """What icp.json holds for its reviews. ``next``: when one is due. No claim where no profile was supported.

    ``coverage_of_good_customers``: the share (0-1) of active customers in the top third whom the profile holds.
    """

    next: date
    coverage_of_good_customers: float | None
    claim: Claim | None
