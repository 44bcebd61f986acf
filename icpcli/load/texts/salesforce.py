"""Ids of Salesforce, which are written with 15 characters or with 18."""

from __future__ import annotations

from icpcli.model.spelling import CODE

SHORT, LONG, GROUP = 15, 18, 5
# The published algorithm: a character for each five of the id, whose bits say which of them are upper-case letters.
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def short_id(identifier: str) -> str:
    """The 15 characters, which tell upper from lower case, of a Salesforce id of 18; any other id as it is.

    Other systems have ids of 18 characters too, and the first 15 of those are many records'.
    """
    if len(identifier) != LONG or CODE.fullmatch(identifier) is None:
        return identifier
    short, suffix = identifier[:SHORT], identifier[SHORT:]
    return short if _checksum(short) == suffix else identifier


def _checksum(short: str) -> str:
    groups = (short[start : start + GROUP] for start in range(0, SHORT, GROUP))
    return "".join(CHECKSUM[sum(sign.isupper() << bit for bit, sign in enumerate(group))] for group in groups)


__all__ = ["short_id"]
