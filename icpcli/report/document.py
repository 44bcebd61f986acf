"""A report as a list of blocks, the same for every format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from icpcli.model.common import URGENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icpcli.model.common import Finding


class Tone(StrEnum):
    """What a block tells: good news, a warning, bad news, or neither."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Title:
    """The report's first line, and the verdict beside it."""

    text: str
    badge: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Statement:
    """The one sentence to remember."""

    text: str
    under: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader must know before anything else."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Opens a part of the report."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; shown as nothing where it is empty."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; ``numeric`` says which columns are figures and stand to the right."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A persona: a name, a line under it, and facts as label and text."""

    title: str
    under: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards side by side where there is room."""

    items: tuple[Card, ...]


Block = Title | Statement | Notice | Heading | Paragraph | Bullets | Table | Cards


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a report says, in order."""

    blocks: tuple[Block, ...]


def with_notices(document: Document, findings: Iterable[Finding]) -> Document:
    """The document with the urgent ones of the findings under its title."""
    title, *rest = document.blocks
    notices = (Notice(f"{f.code}  {f.message}") for f in findings if f.code in URGENT)
    return Document((title, *notices, *rest))
