"""Which accounts belong together."""

from __future__ import annotations

import pandas as pd
from books import words

from icpcli.rollup.groups import related_accounts


def test_parents_children_and_shared_domains_are_one_group():
    """A parent by id, its child, and a company on the child's domain move together; the others by themselves."""
    book = pd.DataFrame(
        {
            "account_id": words(["1", "2", "3", "4", "5"]),
            "name": words(["Alpha", "Beta", "Gamma", "Delta", "Epsilon"]),
            "parent": words([None, "1", None, None, "Nobody here"]),
            "domain": words([None, "beta.example", "beta.example", "delta.example", None]),
        }
    )

    assert related_accounts(book).tolist() == [0, 0, 0, 3, 4]


def test_without_any_tie_everybody_is_a_group():
    """Where neither parents nor domains are known, each account stands for itself."""
    assert related_accounts(pd.DataFrame({"name": words(["a", "b"])})).tolist() == [0, 1]
