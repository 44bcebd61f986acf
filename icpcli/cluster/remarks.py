"""What is said about the fields beside the profile: also true, told by another field, worth collecting or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from icpcli.cluster.collecting import advised, to_collect
from icpcli.cluster.companions import also_true
from icpcli.cluster.confounding import confounded, told_confounded

if TYPE_CHECKING:
    from icpcli.cluster.profile import ProfileFound
    from icpcli.model.tables import Book, Ranking, Utility
    from icpcli.settings import Settings

STEP = 20  # of chance: its own draws


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
        findings=(*found.findings, *told_confounded(by_way)),
    )
