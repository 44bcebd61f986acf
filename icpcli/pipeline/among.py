"""A profile among some of a book's accounts: those outside the first one, or those since a change."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from icpcli.cluster.constraints import constraints_of
from icpcli.cluster.profile import derive_profile
from icpcli.errors import SettingsError
from icpcli.model.common import Progress, silent
from icpcli.model.tables import Utility
from icpcli.rank.utility import hear
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    import numpy as np

    from icpcli.cluster.profile import ProfileFound
    from icpcli.model.tables import Book, Ranking
    from icpcli.settings import Settings


def profile_among(
    book: Book, ranking: Ranking, chosen: np.ndarray, settings: Settings, on_progress: Progress = silent
) -> ProfileFound | None:
    """The profile of the chosen accounts alone (bool, rows of the book), heard on the scale of the whole book.

    None where they cannot have what the user requires; what is forbidden and none of them has is no matter. ``settings`` are in the
    book's words.
    """
    heard = hear(book, settings)
    utility = Utility(
        heard.parts[chosen], heard.criteria, heard.weights, heard.groups[chosen], scale=heard.scale
    )
    part = dataclasses.replace(
        book,
        accounts=book.accounts.loc[chosen].reset_index(drop=True),
        attributes=book.attributes.loc[chosen].reset_index(drop=True),
    )
    asked = dataclasses.replace(settings, forbid=tuple(t for t in settings.forbid if _is_known(t, part)))
    try:
        return derive_profile(part, ranking, utility, asked, on_progress)
    except SettingsError:
        return None


def _is_known(forbidden: str, book: Book) -> bool:
    try:
        constraints_of(book, dataclasses.replace(DEFAULTS, forbid=(forbidden,)))
    except SettingsError:
        return False
    return True
