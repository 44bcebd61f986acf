"""The buyer personas as blocks of a report: every claim with its count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.report.document import Block, Card, Cards, Heading, Paragraph
from icpcli.wording import count, percent

if TYPE_CHECKING:
    from icpcli.model.personas import Persona, Personas, Share, Words

MOST_TITLES = 4
MOST_LINES = 2  # of a card's reasons; icp.json holds them all
MOST_WORDS = 4
MOST_SHARES = 3
ABOUT = {"pain": "Pains", "motive": "Motives", "objection": "Objections", "topic": "Speaks of"}


def personas_blocks(personas: Personas) -> list[Block]:
    """The personas as cards, who was counted, and what the test says of their number."""
    if not personas.items:
        return [Heading("Buyer personas"), Paragraph(personas.note or "No people were exported.")]
    found = count(len(personas.items), "persona")
    under = f"{found} among {count(personas.people, 'person', 'people')}: {personas.basis}."
    blocks: list[Block] = [
        Heading("Buyer personas"),
        Paragraph(under),
        Cards(tuple(_card(p) for p in personas.items)),
    ]
    return [*blocks, Paragraph(personas.note)] if personas.note else blocks


def _card(p: Persona) -> Card:
    facts = [
        ("Function", _shares(p.functions)),
        ("Seniority", _shares(p.seniorities)),
        ("Role in buying", _shares(p.buying_roles)),
        ("Comes by", _shares(p.channels)),
        ("Titles", ", ".join(f"{s.value} ({s.people})" for s in p.usual_titles[:MOST_TITLES])),
        ("Won deals", _involvement(p)),
        ("Apart by", "; ".join(p.apart_by[:MOST_LINES])),
        *_sayings(p.words),
        ("How to reach", "; ".join(p.how_to_reach)),
        ("Words to use", "; ".join(p.words_to_use)),
        ("To improve", "; ".join(p.to_improve[:MOST_LINES])),
    ]
    under = f"{count(p.contacts, 'person', 'people')}, {percent(p.share)}"
    return Card(p.name, under, tuple((label, text) for label, text in facts if text))


def _sayings(words: tuple[Words, ...]) -> list[tuple[str, str]]:
    """Their words by what they are about, each with the companies that used it."""
    return [
        (label, ", ".join(f"“{w.said}” ({w.companies})" for w in said[:MOST_WORDS]))
        for about, label in ABOUT.items()
        if (said := [w for w in words if w.about == about])
    ]


def _shares(shares: tuple[Share, ...]) -> str:
    """The values with their shares, and once how many people it is known of."""
    if not shares:
        return ""
    known = round(shares[0].people / shares[0].share)
    return f"{', '.join(f'{s.value} {percent(s.share)}' for s in shares[:MOST_SHARES])} (n = {known:,})"


def _involvement(p: Persona) -> str:
    won = p.won_involvement
    if won is None:
        return ""
    return (
        f"{percent(won.value)} of the {p.decided:,} with a closed deal took part in a won one "
        f"({percent(won.low)} to {percent(won.high)})"
    )


__all__ = ["personas_blocks"]
