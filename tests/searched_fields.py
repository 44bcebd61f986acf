"""Fields of a book as the search takes them."""

from __future__ import annotations

from books import book_of

from icpcli.cluster.attributes import candidates
from icpcli.settings import DEFAULTS, Settings


def searched(attributes: dict, settings: Settings = DEFAULTS, **columns: object):
    """The attributes of a book, by field, and what was left out by reason."""
    n = len(next(iter(attributes.values())))
    found = candidates(book_of(n, attributes=attributes, **columns), settings)
    return {a.field: a for a in found.attributes}, " ".join(f.message for f in found.findings)
