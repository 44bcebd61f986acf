"""A document for a terminal: readable at any width, with or without colour."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING, assert_never

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

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

if TYPE_CHECKING:
    from collections.abc import Iterable

STYLES = {Tone.GOOD: "green", Tone.CAUTION: "yellow", Tone.BAD: "red", Tone.PLAIN: ""}
NARROW = 60  # columns, below which a table becomes a list of rows
CARD_WIDTH = 40
LEAST_COLUMN = 11
GAP = 3  # between two columns; a table that is too wide is set with one less


def render(document: Document, *, width: int, colour: bool) -> str:
    """The document as text of at most ``width`` columns; without colour, plain characters only.

    Every data string is wrapped as Text: brackets in a company's name are no markup.
    """
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        no_color=not colour,
        color_system="truecolor" if colour else None,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    for before, block in zip((None, *document.blocks), document.blocks, strict=False):
        if isinstance(before, Paragraph) and isinstance(block, Table | Cards):
            console.print()
        for part in _rendered(block, width):
            console.print(part)
    lines = (
        [line.rstrip() for line in out.getvalue().splitlines()] if not colour else out.getvalue().splitlines()
    )
    return "\n".join(lines).rstrip("\n") + "\n"


def _rendered(block: Block, width: int) -> Iterable[RenderableType]:  # noqa: PLR0911  one kind of block, one return
    match block:
        case Title():
            return _title(block)
        case Statement():
            return _statement(block, width)
        case Notice():
            return [Text(f"Mind: {_clean(block.text)}", style=STYLES[Tone.CAUTION])]
        case Heading():
            return [
                Text(),
                Text(block.text, style="bold"),
                Text("─" * min(len(block.text), width), style="dim"),
            ]
        case Paragraph():
            return [Text(_clean(block.text))] if block.text else []
        case Bullets():
            return [_hanging("•", item) for item in block.items]
        case Table():
            return [_table(block, width)] if block.rows else []
        case Cards():
            return [_cards(block.items, width)]
    assert_never(block)


def _title(block: Title) -> list[RenderableType]:
    text = Text(_clean(block.text), style="bold")
    if block.badge:
        text.append("  ")
        text.append(f"[ {block.badge} ]", style=STYLES[block.tone])
    return [text]


def _statement(block: Statement, width: int) -> list[RenderableType]:
    style = STYLES[block.tone]
    inner = Text(_clean(block.text), style=f"bold {style}".strip())
    body: RenderableType = Group(inner, Text(_clean(block.under))) if block.under else inner
    return [Panel(body, box=box.ROUNDED, border_style=style or "none", width=width, padding=(0, 1)), Text()]


def _hanging(mark: str, item: str) -> RenderableType:
    grid = RichTable.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(ratio=1)
    grid.add_row(Text(mark), Text(_clean(item)))
    return grid


def _table(block: Table, width: int) -> RenderableType:
    """A table where its columns fit, else each row as a small list of labels."""
    if width < NARROW or width < LEAST_COLUMN * len(block.headers):
        return Group(*(_row_as_list(block.headers, row) for row in block.rows))
    columns = [[_clean(row[place]) for row in block.rows] for place in range(len(block.headers))]
    whole = [max(map(len, (header, *cells))) for header, cells in zip(block.headers, columns, strict=True)]
    is_tight = sum(whole) + GAP * (len(whole) - 1) > width
    table = RichTable(
        box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False, collapse_padding=is_tight
    )
    for place, (header, cells) in enumerate(zip(block.headers, columns, strict=True)):
        is_number = place in block.numeric
        is_one_word = is_number and not any(" " in cell for cell in cells)
        table.add_column(
            Text(_narrowed(_clean(header), cells) if is_tight and is_number else _clean(header)),
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=is_one_word,  # a figure is never broken: other columns give way
        )
    for row in block.rows:
        table.add_row(*(Text(_clean(cell)) for cell in row))
    return table


def _narrowed(header: str, cells: list[str]) -> str:
    """A header on as many lines as make it no wider than its figures, but for whole words: it breaks before they do."""
    widest = max(len(part) for part in (*header.split(), *cells, " "))
    return textwrap.fill(header, widest)


def _row_as_list(headers: tuple[str, ...], row: tuple[str, ...]) -> RenderableType:
    lines = [Text(_clean(row[0]), style="bold")]
    lines += [Text(f"  {_clean(h)}: {_clean(c)}") for h, c in zip(headers[1:], row[1:], strict=True) if c]
    return Group(*lines)


def _cards(items: tuple[Card, ...], width: int) -> RenderableType:
    """As many cards in a row as there is room for, all of one width."""
    per_row = max(1, min(len(items), width // CARD_WIDTH))
    card_width = (width - (per_row - 1)) // per_row
    grid = RichTable.grid(padding=(0, 1, 0, 0))
    for start in range(0, len(items), per_row):
        grid.add_row(*(_card(item, card_width) for item in items[start : start + per_row]))
    return grid


def _card(item: Card, width: int) -> RenderableType:
    lines: list[RenderableType] = [Text(_clean(item.under)), Text()]
    for label, text in item.facts:
        line = Text(f"{label}: ", style="dim")
        line.append(Text(_clean(text), style="not dim"))
        lines.append(line)
    title = Text(_clean(item.title), style="bold", overflow="ellipsis", no_wrap=True)
    return Panel(Group(*lines), title=title, title_align="left", box=box.ROUNDED, width=width)


def _clean(text: str) -> str:
    """The text on one line, without characters that would move the cursor or colour the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
