"""``icp derive``: exports to one profile and its personas."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from icpcli import __version__
from icpcli.cluster.profile import derive_profile
from icpcli.cluster.remarks import with_remarks
from icpcli.load.exports import load_exports
from icpcli.model.common import Verdict, silent
from icpcli.model.profile import AccountCounts, Derivation
from icpcli.people.personas import find_personas
from icpcli.pipeline.basis import basis_of
from icpcli.pipeline.sources import account_readings, field_sources, saved_settings, source_records
from icpcli.pipeline.threads import on_one_thread
from icpcli.pipeline.wishes import in_the_books_words
from icpcli.rank.figures import compare
from icpcli.rank.ranking import rank_customers
from icpcli.rank.utility import hear
from icpcli.rollup import roll_up_accounts, roll_up_people

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from icpcli.cluster.profile import ProfileFound
    from icpcli.load.files.memory import Export
    from icpcli.model.common import Progress
    from icpcli.model.tables import Book, Exports, Ranking
    from icpcli.people.personas import PersonasFound
    from icpcli.settings import Settings


def derive(
    paths: Sequence[Export], settings: Settings, *, base: Path, on_progress: Progress = silent
) -> Derivation:
    """The profile and personas that these exports support, as icp.json in the folder ``base`` would hold them.

    Raises IcpError where the exports cannot be read or hold no figure to rank by.
    """
    exports = load_exports(paths, settings, on_progress)
    on_progress("Rolling up to accounts")
    book = roll_up_accounts(exports, settings)
    return derived_from(exports, book, settings, base=base, on_progress=on_progress)


@on_one_thread
def derived_from(
    exports: Exports, book: Book, settings: Settings, *, base: Path, on_progress: Progress = silent
) -> Derivation:
    """The derivation of exports that are read and rolled up; see ``derive``."""
    people = roll_up_people(exports)
    on_progress("Ranking customers")
    ranking = rank_customers(book, settings)
    utility = hear(book, settings)
    asked = in_the_books_words(settings, exports, tuple(map(str, book.attributes)))
    found = derive_profile(book, ranking, utility, asked, on_progress)
    found = with_remarks(found, book, ranking, utility, asked)
    personas = find_personas(
        people,
        inside=customers_among(book, found.membership == 1),
        customers=customers_among(book, np.ones(len(book.accounts), dtype=bool)),
        profile_supported=found.profile.verdict is not Verdict.UNSUPPORTED,
        settings=settings,
        on_progress=on_progress,
    )
    basis = basis_of(book, ranking, utility, found, settings)
    return dataclasses.replace(
        _assemble(exports, book, ranking, found, personas, settings, base), review=basis
    )


def customers_among(book: Book, chosen: np.ndarray) -> frozenset[str]:
    """The account keys of the customers among the chosen accounts (lost ones left out)."""
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    return frozenset(book.accounts.loc[chosen & is_customer, "account_key"])


def _assemble(  # noqa: PLR0913, PLR0917  one argument per stage whose result is written down
    exports: Exports,
    book: Book,
    ranking: Ranking,
    found: ProfileFound,
    personas: PersonasFound,
    settings: Settings,
    base: Path,
) -> Derivation:
    profile = found.profile
    if profile.verdict is not Verdict.UNSUPPORTED:  # else the figures would be a lift on its own data
        profile = dataclasses.replace(profile, figures=compare(book, ranking, found.membership, settings))
    customers = int(book.accounts["is_customer"].sum())
    sources = field_sources(account_readings(exports))
    return Derivation(
        icpcli_version=__version__,
        as_of=book.as_of,
        settings=saved_settings(settings),
        sources=source_records(exports.sources, base),
        accounts=AccountCounts(
            customers=customers,
            lost=len(book.accounts) - customers,
            not_worked=book.not_worked,
            matching_not_worked=found.matching_not_worked,
            in_pipeline=book.in_pipeline,
        ),
        findings=(*exports.findings, *book.findings, *ranking.findings, *found.findings, *personas.findings),
        criteria=ranking.criteria,
        profile=profile,
        posterior=found.posterior,
        scorecard=found.scorecard,
        personas=personas.personas,
        fields=tuple(dataclasses.replace(f, source=sources.get(f.field)) for f in found.fields),
        to_collect=found.to_collect,
    )
