"""Whose subsidiary a company is, on which web site it lives and who referred it, however each is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from icpcli.load.companies.identity import ID_IN_BRACKETS, domain_of, first_id, normalised_name
from icpcli.model.common import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icpcli.load.companies.identity import Companies

EVERYBODYS = "ICP133"
# Of the companies; a parent that is none of them, or a site, that more of them share says nothing.
MOST_RELATED = 1 / 3
FEWEST = 10
NO_PARENT = frozenset(
    "0 no non false aucun aucune neant sans ninguno ninguna nein keine keiner independent independant independante "
    "independiente unabhangig self".split()
)


@dataclass(frozen=True, slots=True, eq=False)
class Related:
    """The companies with ``parent_key``, ``site`` and ``referrer_key`` (text, null where there is none), and what was not believed."""

    accounts: pa.Table
    findings: tuple[Finding, ...]


def with_relatives(accounts: pa.Table, companies: Companies) -> Related:
    """Each company's parent as an account key, or as a name that no company has; its web domain; who referred it, as a key.

    Words that mean "none" are no parent, and free-mail providers no site. Nor is what more than a third of the companies
    share and no company is called: a default that somebody's form filled in.
    """
    parents = [_parent(text, companies) for text in _texts(accounts, "parent")]
    sites = [domain_of(text) if text else None for text in _texts(accounts, "domain")]
    known = set(accounts.column("account_key").to_pylist())
    findings = []
    for header, column in (("parent", parents), ("domain", sites)):
        for value in _shared_by_most(column):
            if value in known:
                continue
            count = column.count(value)
            column[:] = [None if v == value else v for v in column]
            findings.append(_finding(header, value, count, len(column)))
    referrers = [_known(text, companies) if text else None for text in _texts(accounts, "referred_by")]
    added = {"parent_key": parents, "site": sites, "referrer_key": referrers}
    for name, values in added.items():
        accounts = accounts.append_column(name, pa.array(values, pa.string()))
    return Related(accounts, tuple(findings))


def _texts(table: pa.Table, name: str) -> Sequence[str | None]:
    texts: list[str | None] = (
        table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows
    )
    return texts


def _parent(text: str | None, companies: Companies) -> str | None:
    if not text:
        return None
    bare = normalised_name(_name_in(text))
    if bare in NO_PARENT:
        return None
    return _known(text, companies) or (f"name:{bare}" if bare else None)


def _known(text: str, companies: Companies) -> str | None:
    """The account key of the company that a cell names by id, domain or name, or by a name with the id in brackets."""
    return companies.key(first_id(text), _name_in(text), domain_of(text))


def _name_in(text: str) -> str:
    return ID_IN_BRACKETS.sub("", text).strip()


def _shared_by_most(column: Sequence[str | None]) -> list[str]:
    counts = Counter(value for value in column if value is not None)
    return sorted(v for v, n in counts.items() if n > max(FEWEST, MOST_RELATED * len(column)))


def _finding(column: str, value: str, count: int, companies: int) -> Finding:
    shown = value.removeprefix("name:")
    message = (
        f"The {column} {shown!r} stands at {count:,} of {companies:,} companies: so many are not taken for relatives of "
        "each other."
    )
    return Finding(EVERYBODYS, message, count)
