"""What a report says of fields: what goes with the profile's conditions, what they rest on, what to collect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.model.common import Verdict
from icpcli.model.fields import KNOWN_BEFOREHAND
from icpcli.report.document import Block, Bullets, Heading, Paragraph, Table
from icpcli.wording import CRITERION_NAMES, condition, count, field_name, listed, percent

if TYPE_CHECKING:
    from icpcli.model.profile import AlsoTrue, Derivation, FieldReport

MOST_FIELDS = 12
LEAST_TOLD = 0.005


def beside_the_conditions(d: Derivation) -> list[Block]:
    """Below the conditions: what is also true of these companies, and what a condition cannot say or only repeats."""
    lines = [_also(a) for a in d.profile.also_true]
    speaks_of = {f.field: f.speaks_of for f in d.fields}
    narrow = [c.field for c in d.profile.conditions if speaks_of.get(c.field) == "customers"]
    if narrow:
        lines.append(
            f"{listed([field_name(f) for f in narrow], 'and')}: filled in only once a deal is won, so it speaks of retention and "
            "value among customers, not of who is cheap to win."
        )
    own = sorted({c.field for c in d.profile.conditions} - KNOWN_BEFOREHAND)
    if own and d.profile.verdict is not Verdict.UNSUPPORTED:
        lines.append(
            f"{listed([field_name(f) for f in own], 'and')}: was it known before the sale? No export tells. What is typed in or "
            "changed afterwards tells the outcome, and not whom to sell to; --ignore FIELD derives without it."
        )
    lines += [
        f"{field_name(c.field)} says nothing of {CRITERION_NAMES[c.criterion]} by itself: among companies alike in "
        f"{field_name(c.by)}, nothing is left of it."
        for c in d.profile.confounded
        if c.in_profile
    ]
    return [Bullets(tuple(lines))] if lines else []


def _also(a: AlsoTrue) -> str:
    return f"Also true of them: {condition(a.condition)} ({percent(a.inside)} of them, {percent(a.outside)} of the others)."


def what_to_collect(d: Derivation) -> list[Block]:
    """What each field tells, beside what chance alone would, and the few whose absence costs most."""
    measured = sorted(
        (f for f in d.fields if f.tells is not None), key=lambda f: (-(f.tells or 0.0), f.field)
    )
    useless = [field_name(f.field) for f in d.fields if f.tells is None and f.advice == "stop collecting"]
    if not measured and not d.to_collect:
        return []
    blocks: list[Block] = [Heading("What to collect")]
    if measured:
        note = (
            "How much of the differences between companies each field tells, less what shuffled companies tell; chance alone "
            "stays below the noise in 95 of 100 shuffles."
        )
        rows = tuple(_row(f) for f in measured[:MOST_FIELDS])
        blocks += [
            Paragraph(note),
            Table(("Field", "Tells", "Noise", "Filled", "Advice"), rows, numeric=(1, 2, 3)),
        ]
    if len(measured) > MOST_FIELDS:
        blocks.append(Paragraph(f"{count(len(measured) - MOST_FIELDS, 'more field')} in icp.json."))
    if useless:
        blocks.append(
            Paragraph(f"Empty, the same for all, or a copy of another field: {listed(useless, 'and')}.")
        )
    lines = tuple(f"{field_name(c.field)}: {c.why}" for c in d.to_collect)
    return [*blocks, Paragraph("Their absence costs most:"), Bullets(lines)] if lines else blocks


def _row(f: FieldReport) -> tuple[str, ...]:
    tells, noise = f.tells or 0.0, f.noise or 0.0
    told = percent(tells) if tells >= LEAST_TOLD else "nothing"
    return (field_name(f.field), told, percent(noise), percent(f.filled), f.advice or "-")
