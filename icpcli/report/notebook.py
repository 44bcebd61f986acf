"""A document as a fragment of HTML for a notebook: no script, no style sheet, every text escaped."""

from __future__ import annotations

from html import escape
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
    Tone,
)

COLOURS = {Tone.GOOD: "#1a7f37", Tone.CAUTION: "#9a6700", Tone.BAD: "#cf222e", Tone.PLAIN: "inherit"}
BOX = "border:1px solid #8886;border-radius:6px;padding:.6em .9em"


def render(document: Document) -> str:
    """The document as one ``div``; names of companies are text and never markup."""
    blocks = "\n".join(text for block in document.blocks if (text := _rendered(block)))
    return f'<div class="icpcli" style="max-width:60em">\n{blocks}\n</div>\n'


def _rendered(block: Block) -> str:  # noqa: PLR0911  one kind of block, one return
    match block:
        case Title():
            badge = f' <small style="color:{COLOURS[block.tone]}">{escape(block.badge)}</small>'
            return f"<h2>{escape(block.text)}{badge if block.badge else ''}</h2>"
        case Statement():
            under = f"<br>{escape(block.under)}" if block.under else ""
            border = f"border-left:4px solid {COLOURS[block.tone]};padding-left:.8em"
            return f'<p style="{border}"><b>{escape(block.text)}</b>{under}</p>'
        case Notice():
            return f"<p><b>Mind:</b> {escape(block.text)}</p>"
        case Heading():
            return f"<h3>{escape(block.text)}</h3>"
        case Paragraph():
            return f"<p>{escape(block.text)}</p>"
        case Bullets():
            items = "".join(f"<li>{escape(item)}</li>" for item in block.items)
            return f"<ul>{items}</ul>" if items else ""
        case Table():
            return _table(block)
        case Cards():
            cards = "".join(map(_card, block.items))
            return f'<div style="display:flex;flex-wrap:wrap;gap:.8em">{cards}</div>'
    assert_never(block)


def _table(block: Table) -> str:
    if not block.rows:
        return ""
    head = _row(block.headers, block.numeric, "th")
    body = "".join(_row(row, block.numeric, "td") for row in block.rows)
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def _row(cells: tuple[str, ...], numeric: tuple[int, ...], tag: str) -> str:
    sides = ("right" if place in numeric else "left" for place in range(len(cells)))
    filled = (
        f'<{tag} style="text-align:{side}">{escape(cell)}</{tag}>'
        for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(filled)}</tr>"


def _card(card: Card) -> str:
    facts = "".join(f"<dt><b>{escape(label)}</b></dt><dd>{escape(text)}</dd>" for label, text in card.facts)
    title = f"<b>{escape(card.title)}</b><br><small>{escape(card.under)}</small>"
    return f'<div style="{BOX};flex:1 1 16em">{title}<dl>{facts}</dl></div>'
