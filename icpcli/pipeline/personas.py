"""``icp personas``: the people of the last profile."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from icpcli import __version__
from icpcli.cluster.rules import membership
from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject, Finding, Verdict, silent
from icpcli.model.profile import AccountCounts, Derivation, Profile
from icpcli.people.personas import find_personas
from icpcli.pipeline.derive import customers_among
from icpcli.pipeline.sources import saved_settings, source_records
from icpcli.pipeline.threads import on_one_thread
from icpcli.rollup import roll_up_accounts, roll_up_people
from icpcli.wording import statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from icpcli.model.common import Progress
    from icpcli.model.tables import Exports
    from icpcli.settings import Settings

CHANGED_SOURCES = "ICP405"


@dataclass(frozen=True, slots=True, eq=False)
class PersonasOfProfile:
    """The derivation with its personas drawn anew, and one row per person (contact_id, persona, probability)."""

    derivation: Derivation
    rows: pd.DataFrame


@on_one_thread
def personas_of(
    saved: Derivation, paths: Sequence[str], settings: Settings, *, on_progress: Progress = silent
) -> PersonasOfProfile:
    """The personas at the companies of a saved profile, from these exports; the profile itself stays as it is."""
    exports = load_exports(paths, settings, on_progress)
    on_progress("Rolling up to accounts")
    book = roll_up_accounts(exports, settings)
    inside = membership(saved.profile.conditions, book.attributes)
    found = find_personas(
        roll_up_people(exports),
        inside=customers_among(book, inside == 1),
        customers=customers_among(book, np.ones(len(book.accounts), dtype=bool)),
        profile_supported=saved.profile.verdict is not Verdict.UNSUPPORTED,
        settings=settings,
        on_progress=on_progress,
    )
    kept = tuple(f for f in saved.findings if not f.code.startswith("ICP4"))
    derivation = dataclasses.replace(
        saved,
        personas=found.personas,
        findings=(*kept, *_changed(saved, exports), *found.findings),
        settings={**saved.settings, "max_personas": settings.max_personas},
    )
    return PersonasOfProfile(derivation, found.rows)


@on_one_thread
def people_alone(
    paths: Sequence[str], settings: Settings, *, base: Path, on_progress: Progress = silent
) -> PersonasOfProfile:
    """The personas of exports from which no profile can be derived: those of all customers, else of everyone known.

    The derivation has no profile, and is not one to be saved.
    """
    exports = load_exports(paths, settings, on_progress)
    accounts = exports.tables[CrmObject.ACCOUNT].select(["account_key", "outcome"]).to_pydict()
    pairs = list(zip(accounts["account_key"], accounts["outcome"], strict=True))
    customers = frozenset(key for key, outcome in pairs if outcome == "won")
    found = find_personas(
        roll_up_people(exports),
        inside=frozenset(),
        customers=customers or None,
        profile_supported=False,
        settings=settings,
        on_progress=on_progress,
    )
    lost = sum(outcome == "lost" for _, outcome in pairs)
    no_profile = Profile(Verdict.UNSUPPORTED, statement(()), (), 0, 0.0, None, (), None, {}, None, ())
    derivation = Derivation(
        icpcli_version=__version__,
        as_of=exports.as_of,
        settings=saved_settings(settings),
        sources=source_records(exports.sources, base),
        accounts=AccountCounts(len(customers), lost, len(pairs) - len(customers) - lost, 0),
        findings=(*exports.findings, *found.findings),
        criteria=(),
        profile=no_profile,
        posterior=(),
        scorecard=None,
        personas=found.personas,
        fields=(),
    )
    return PersonasOfProfile(derivation, found.rows)


def _changed(saved: Derivation, exports: Exports) -> tuple[Finding, ...]:
    """A finding where the exports are no longer those that the profile was derived from."""
    if {s.sha256 for s in saved.sources} == {s.sha256 for s in exports.sources}:
        return ()
    message = "These exports differ from those behind the profile; its rule is applied to them as it stands."
    return (Finding(CHANGED_SOURCES, message),)
