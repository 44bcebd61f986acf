"""Canonical tables to one row per account worked, and one per person."""

from __future__ import annotations

from icpcli.rollup.accounts import roll_up_accounts
from icpcli.rollup.people import roll_up_people

__all__ = ["roll_up_accounts", "roll_up_people"]
