"""Which accounts belong together."""

from __future__ import annotations

import pandas as pd
from books import words

from icpcli.rollup.groups import related_accounts


def test_parents_children_and_shared_domains_are_one_group():
    """A parent, its child, and a company on the child's domain move together; the others by themselves."""
    book = pd.DataFrame(
        {
            "account_key": words(["1", "2", "3", "4", "5"]),
            "parent_key": words([None, "1", None, None, "name:nobody here"]),
            "site": words([None, "beta.example", "beta.example", "delta.example", None]),
        }
    )

    assert related_accounts(book).tolist() == [0, 0, 0, 3, 4]


def test_children_of_a_parent_that_is_no_account_are_one_group():
    """Two subsidiaries of a holding that nobody sold to are related all the same."""
    book = pd.DataFrame({"account_key": words(["1", "2"]), "parent_key": words(["name:holding"] * 2)})

    assert related_accounts(book).tolist() == [0, 0]


def test_without_any_tie_everybody_is_a_group():
    """Where neither parents nor domains are known, each account stands for itself."""
    assert related_accounts(pd.DataFrame({"account_key": words(["a", "b"])})).tolist() == [0, 1]
