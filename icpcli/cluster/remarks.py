"""What is said about the fields beside the profile: also true, told by another field, worth collecting or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.collecting import advised, to_collect
from icpcli.cluster.companions import also_true
from icpcli.cluster.confounding import confounded, told_confounded
from icpcli.cluster.leaks import told_by_size
from icpcli.model.common import Finding
from icpcli.wording import field_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.cluster.profile import ProfileFound
    from icpcli.model.profile import Condition
    from icpcli.model.tables import Book, Ranking, Utility
    from icpcli.settings import Settings

STEP = 20  # of chance: its own draws
BY_PRICE_LIST = "ICP315"


def with_remarks(
    found: ProfileFound, book: Book, ranking: Ranking, utility: Utility, settings: Settings
) -> ProfileFound:
    """The profile found with what is also true of its companies, what is confounded, and what to collect."""
    searched, conditions = found.searched, found.profile.conditions
    every = (*searched.attributes, *searched.copied)
    by_way = confounded(conditions, searched.attributes, book, utility)
    rng = np.random.default_rng([settings.seed, STEP])
    fields = advised(found.fields, searched, utility, book, rng)
    return replace(
        found,
        profile=replace(
            found.profile, also_true=also_true(conditions, every, book.attributes), confounded=by_way
        ),
        fields=fields,
        to_collect=to_collect(fields, ranking.criteria, book, settings),
        findings=(*found.findings, *told_confounded(by_way), *_told_by_size(conditions, book)),
    )


def _told_by_size(conditions: Sequence[Condition], book: Book) -> tuple[Finding, ...]:
    """That a condition on a company's size does no more than repeat the price list, as far as money goes."""
    found = []
    for name in sorted({c.field for c in conditions}):
        seen = told_by_size(name, book.attributes[name], book)
        if seen:
            message = (
                f"{field_name(name)}: {seen}. Where prices follow it, that such companies pay more says nothing else of them; "
                "what they cost to win and how long they stay does."
            )
            found.append(Finding(BY_PRICE_LIST, message))
    return tuple(found)
