"""A derivation told: what to sell to, why it can be believed, who buys there, what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.model.common import Criterion, Verdict
from icpcli.report.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Statement,
    Table,
    Title,
    Tone,
)
from icpcli.report.fields import beside_the_conditions, what_to_collect
from icpcli.report.personas import personas_blocks
from icpcli.report.proof import alternative_blocks, avoid_blocks, evidence_blocks
from icpcli.wording import (
    CRITERION_NAMES,
    WIN_RATE,
    as_of,
    condition,
    count,
    figure,
    listed,
    percent,
    score_item,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.model.common import Finding
    from icpcli.model.profile import Derivation, Figure, Lift

VERDICTS = {
    Verdict.SUPPORTED: ("supported by your data", Tone.GOOD),
    Verdict.TENTATIVE: ("tentative", Tone.CAUTION),
    Verdict.UNSUPPORTED: ("your data support no profile", Tone.BAD),
}
TOP_POINTS = 8
TIMES_STAYED = (
    "Lifetime value is what they pay times how long they stay: how sure either is, the two lines say."
)
MEANS = "It is a mean over customers; {} is the geometric mean, that of a typical one, and less where a few pay much."
PAID = "Lifetime value rests on what they pay: how sure that is, its line says."


def of_derivation(d: Derivation) -> Document:
    """The whole report of a derivation."""
    told = (
        *_opening(d),
        *_criteria(d),
        *evidence_blocks(d),
        *alternative_blocks(d),
        *avoid_blocks(d.profile.avoid),
        *personas_blocks(d.personas),
        *_scorecard(d),
        *what_to_collect(d),
        *_left_out(d),
    )
    return Document((*told, _noticed(d.findings, told)))


def _noticed(findings: Sequence[Finding], told: Sequence[Block]) -> Bullets:
    """What was noticed, but for what a report tells already, word for word."""
    said = {block.text for block in told if isinstance(block, Paragraph)}
    return Bullets(tuple(f"{f.code}  {f.message}" for f in findings if f.message not in said))


def of_personas(d: Derivation) -> Document:
    """The personas alone, under the profile they belong to; of exports in which nothing was ranked, under none."""
    badge, tone = VERDICTS[d.profile.verdict]
    under = Statement(d.profile.statement, f"the profile: {badge}", tone)
    if not d.criteria:
        under = Statement(
            "The people in these exports.", "they say nothing of a profile, nor of who is in one"
        )
    opening = (Title("Buyer personas"), under)
    told = (*opening, *personas_blocks(d.personas))
    return Document((*told, _noticed([f for f in d.findings if f.code.startswith("ICP4")], told)))


def _opening(d: Derivation) -> list[Block]:
    badge, tone = VERDICTS[d.profile.verdict]
    title = Title("Ideal Customer Profile", badge, tone)
    if not d.profile.conditions:
        note = d.profile.evidence.power_note if d.profile.evidence else ""
        return [title, Statement("Your data support no profile.", "", tone), Paragraph(note)]
    if d.profile.verdict is Verdict.UNSUPPORTED:
        opening: list[Block] = [
            title,
            Statement("Your data support no profile.", "", tone),
            Paragraph(f"A hypothesis to test, and no more than that: {d.profile.statement}"),
        ]
    else:
        opening = [title, Statement(d.profile.statement, _reach(d), tone)]
    rows = tuple(
        (condition(c), "" if c.probability is None else percent(c.probability)) for c in d.profile.conditions
    )
    table = Table(("Condition", "How sure it belongs"), rows, numeric=(1,))
    return [*opening, table, *beside_the_conditions(d)]


def _reach(d: Derivation) -> str:
    """Whom the profile holds: customers, their share of the value, and companies still to be won."""
    customers = f"{count(d.profile.customers, 'customer')}, {percent(d.profile.share_of_customers)} of yours"
    value = (
        "" if d.profile.share_of_value is None else f" and {percent(d.profile.share_of_value)} of their value"
    )
    waiting = d.accounts.matching_not_worked
    more = (
        f"; {count(waiting, 'company', 'companies')} in your CRM {'matches and was' if waiting == 1 else 'match and were'} never worked"
        if waiting
        else ""
    )
    return f"{customers}{value}{more}"


def _criteria(d: Derivation) -> list[Block]:
    """The four criteria inside against outside; without support there are none, they would be in-sample lift."""
    figures = d.profile.figures
    if not figures or d.profile.verdict is Verdict.UNSUPPORTED:
        return []
    apart = {f.criterion for f in figures if f.of}
    rows = tuple(
        _criterion_row(f, d.profile.lift.get(f.criterion) if f.of or f.criterion not in apart else None)
        for f in figures
    )
    won = d.profile.lift.get(Criterion.ACQUISITION_COST)
    if won is not None and Criterion.ACQUISITION_COST not in {f.criterion for f in figures}:
        rows = ((WIN_RATE, "-", "-", "-", "-", _sure(won)), *rows)
    headers = ("Criterion", "Inside", "95 % interval", "Outside", "n in/out", "Improved")
    absent = [CRITERION_NAMES[c.criterion] for c in d.criteria if not c.customers]
    note = [Paragraph(f"Not in your export: {listed(absent, 'and')}.")] if absent else []
    if apart:
        stays = Criterion.RETENTION in {f.criterion for f in figures}
        paid = listed(sorted({f.of for f in figures if f.of}), "and")
        note = [Paragraph(f"{TIMES_STAYED if stays else PAID} {MEANS.format(paid)}"), *note]
    return [
        Heading("What sets these customers apart"),
        Table(headers, rows, numeric=(1, 2, 3, 4, 5)),
        *_of_the_cost(d),
        *note,
    ]


def _of_the_cost(d: Derivation) -> list[Block]:
    """What stands for acquisition cost where no column tells what each company cost."""
    cost = next((c for c in d.criteria if c.criterion is Criterion.ACQUISITION_COST and c.customers), None)
    if cost is None:
        return []
    if cost.unit == "index":
        signs = cost.source.removeprefix("effort: ")
        text = f"No cost is exported; in its place stands what winning took ({signs}): 0 is the mean of your companies, 1 a standard deviation more."
        return [Paragraph(text)]
    if "spend" in cost.source:
        return [
            Paragraph(
                "Acquisition cost is spend shared over deals: those of one channel and time cost the same, whatever the company."
            )
        ]
    return []


def _criterion_row(f: Figure, lift: Lift | None) -> tuple[str, ...]:
    interval = "-" if f.low is None or f.high is None else f"{_bare(f.low, f.unit)}–{_bare(f.high, f.unit)}"
    name = f.of or CRITERION_NAMES[f.criterion]
    if f.within_months is not None:
        name = f"{name} within {f.within_months:.0f} months"
    counts = f"{f.customers_inside:,}/{f.customers_outside:,}"
    return (name, figure(f.inside, f.unit), interval, figure(f.outside, f.unit), counts, _sure(lift))


def _sure(lift: Lift | None) -> str:
    """How sure it is that a criterion is better inside, or worse."""
    if lift is None:
        return "-"
    if lift.improved >= 0.5:
        return f"{percent(lift.improved)} sure"
    return f"worse, {percent(1 - lift.improved)} sure"


def _bare(value: float, unit: str) -> str:
    """A bound of an interval: the unit stands beside the figure already."""
    words = figure(value, unit)
    return words.removesuffix(f" {unit}")


def _scorecard(d: Derivation) -> list[Block]:
    card = d.scorecard
    if card is None or d.profile.verdict is Verdict.UNSUPPORTED:
        return []
    met = sorted((i for i in card.items if i.condition or i.match == "yes"), key=lambda i: -i.points)
    strongest = [
        *met[: TOP_POINTS // 2],
        *[i for i in met[-(TOP_POINTS // 2) :] if i not in met[: TOP_POINTS // 2]],
    ]
    rows = tuple((score_item(i), f"{i.points:+.0f}", f"{i.customers:,}") for i in strongest)
    note = (
        f"Points for a company never seen, from {card.base:+.0f}; they reproduce {percent(card.r_squared)} of the search's own "
        "judgement. icp score turns them into a fit."
    )
    return [
        Heading("Scorecard, its strongest lines"),
        Paragraph(note),
        Table(("What a company has", "Points", "Seen"), rows, numeric=(1, 2)),
    ]


def _left_out(d: Derivation) -> list[Block]:
    worked = (
        f"{count(d.accounts.customers, 'customer')}, {count(d.accounts.lost, 'company', 'companies')} lost"
    )
    opened = f", {d.accounts.in_pipeline:,} with a first deal still open" if d.accounts.in_pipeline else ""
    intro = f"{worked}{opened}, {d.accounts.not_worked:,} not worked yet. {as_of(d.as_of)}"
    rows = tuple(
        (s.path, str(s.object), f"{s.read:,}", f"{s.kept:,}", f"{s.merged:,}", _dropped(s.dropped))
        for s in d.sources
    )
    headers = ("File", "Holds", "Read", "Kept", "Merged", "Dropped")
    return [
        Heading("What stands behind this, and what was left out"),
        Paragraph(intro),
        Table(headers, rows, numeric=(2, 3, 4)),
    ]


def _dropped(dropped: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {reason}" for reason, n in dropped.items()) or "none"
