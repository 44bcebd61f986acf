"""Cells that a spreadsheet would run, made harmless."""

from __future__ import annotations

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before a sign that would begin one."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
