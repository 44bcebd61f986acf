"""A document as Markdown that pastes into any issue, wiki or pull request."""

from __future__ import annotations

import re
from typing import assert_never

from icpcli.report.document import (
    Block,
    Bullets,
    Card,
    Cards,
    Document,
    Heading,
    Notice,
    Paragraph,
    Statement,
    Table,
    Title,
)

SPECIAL = re.compile(r"([\\`*_\[\]#|~])")


def render(document: Document) -> str:
    """The document as Markdown; names of companies cannot break a table or become HTML."""
    return "\n\n".join(text for block in document.blocks if (text := _rendered(block))) + "\n"


def _rendered(block: Block) -> str:  # noqa: PLR0911  one kind of block, one return
    match block:
        case Title():
            badge = f" ({_cell(block.badge)})" if block.badge else ""
            return f"# {_cell(block.text)}{badge}"
        case Statement():
            under = f"\n>\n> {_cell(block.under)}" if block.under else ""
            return f"> **{_cell(block.text)}**{under}"
        case Notice():
            return f"**Mind:** {_cell(block.text)}"
        case Heading():
            return f"## {_cell(block.text)}"
        case Paragraph():
            return _cell(block.text)
        case Bullets():
            return "\n".join(f"- {_cell(item)}" for item in block.items)
        case Table():
            return _table(block)
        case Cards():
            return "\n\n".join(_card(card) for card in block.items)
    assert_never(block)


def _table(block: Table) -> str:
    if not block.rows:
        return ""
    rule = ["---:" if place in block.numeric else "---" for place in range(len(block.headers))]
    rows = [[_cell(cell) for cell in row] for row in (block.headers, *block.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))


def _card(card: Card) -> str:
    facts = "\n".join(f"- **{_cell(label)}**: {_cell(text)}" for label, text in card.facts)
    return f"### {_cell(card.title)}\n\n{_cell(card.under)}\n\n{facts}"


def _cell(text: str) -> str:
    """Text that is only text: on one line, Markdown's signs escaped, no HTML."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    safe = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return SPECIAL.sub(r"\\\1", safe)
