"""What a derivation leaves behind for the reviews to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.rules import membership
from icpcli.model.claim import ReviewBasis
from icpcli.model.common import Verdict
from icpcli.review.claim import claim_of
from icpcli.review.coverage import coverage_of, good_customers
from icpcli.review.decision import months_after
from icpcli.review.signals import signals_of

if TYPE_CHECKING:
    from icpcli.cluster.profile import ProfileFound
    from icpcli.model.claim import Claim
    from icpcli.model.tables import Book, Ranking, Utility
    from icpcli.settings import Settings


def basis_of(
    book: Book, ranking: Ranking, utility: Utility, found: ProfileFound, settings: Settings
) -> ReviewBasis:
    """When to review, whom the profile covers, and what it claims of customers to come."""
    is_told = found.profile.verdict is not Verdict.UNSUPPORTED
    share = coverage_of(found.membership, good_customers(book, ranking)).share if is_told else None
    return ReviewBasis(
        next=months_after(book.as_of, settings.review_months),
        coverage_of_good_customers=share.value if share else None,
        claim=_claim(book, utility, found) if is_told else None,
    )


def _claim(book: Book, utility: Utility, found: ProfileFound) -> Claim | None:
    if utility.scale is None or not found.posterior:
        return None
    rules = np.vstack([membership(rule.conditions, book.attributes) for rule in found.posterior])
    weights = np.array([rule.weight for rule in found.posterior])
    return claim_of(signals_of(book, utility), rules, weights, found.membership, utility.scale)
