"""Whether a saved profile may be used to score companies, here or in another system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.errors import DataError, UnsupportedError
from icpcli.model.common import Verdict

if TYPE_CHECKING:
    from icpcli.model.profile import Derivation


def require_profile(saved: Derivation, *, hypothesis: bool) -> None:
    """Refuse to use a profile that is none, or that the data did not support unless it is asked for as a hypothesis."""
    if not saved.profile.conditions:
        raise DataError(
            "The saved profile has no conditions: these data held nothing to score with.",
            ("icp derive says what would change that.",),
        )
    if saved.profile.verdict is Verdict.UNSUPPORTED and not hypothesis:
        raise UnsupportedError(
            "The data behind this profile support no profile, so nothing is scored or exported.",
            ("--hypothesis uses its best candidate all the same, as a hypothesis to test.",),
        )
