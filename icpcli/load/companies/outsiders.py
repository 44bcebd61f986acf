"""Colleagues and partners among the people of customers: those of one e-mail domain at many companies that have domains of their own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyarrow as pa

from icpcli.load.companies.identity import domain_of

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_MANY = 10
"""Companies at which a domain must stand to be an outsider's."""
MOSTLY = 0.5


def are_outsiders(contacts: pa.Table) -> pa.Array:
    """Which rows are of people who write from one domain at ten companies or more, most of whose people write from another.

    A group whose companies share a domain has no other, and stays.
    """
    if not {"email", "account_key"} <= set(contacts.column_names):
        return pa.array([False] * contacts.num_rows, pa.bool_())
    accounts: Sequence[str | None] = contacts.column("account_key").to_pylist()
    domains = [
        domain_of(text) if text and "@" in text else None for text in contacts.column("email").to_pylist()
    ]
    at: defaultdict[str, set[str]] = defaultdict(set)
    people: defaultdict[str, set[str]] = defaultdict(set)
    for account, domain in zip(accounts, domains, strict=True):
        if account and domain:
            at[domain].add(account)
            people[account].add(domain)
    many = {domain for domain, companies in at.items() if len(companies) >= AT_MANY}
    outside = {d for d in many if sum(bool(people[a] - many) for a in at[d]) >= MOSTLY * len(at[d])}
    told = zip(accounts, domains, strict=True)
    return pa.array([account is not None and domain in outside for account, domain in told], pa.bool_())


__all__ = ["are_outsiders"]
