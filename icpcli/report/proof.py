"""Why a profile can be believed, what it costs, what else it could have been, and whom to avoid: as blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.model.common import Criterion, Verdict
from icpcli.model.profile import NET
from icpcli.report.document import Block, Bullets, Heading, Paragraph
from icpcli.wording import CRITERION_NAMES, WIN_RATE, chance, count, figure, listed, percent, statement

if TYPE_CHECKING:
    from icpcli.model.common import Interval
    from icpcli.model.profile import Avoid, Derivation, Evidence, Figure, Lift

ALIKE = 0.8  # F1 from which two rules name much the same companies
WORSE = 0.2  # probability of being improved below which harm is told


def evidence_blocks(d: Derivation) -> list[Block]:
    """The evidence apart from the model, the lift to expect, and what the profile costs."""
    evidence = d.profile.evidence
    if evidence is None or not evidence.permutations:
        return []
    lines = [chance(evidence.p_value, evidence.permutations)]
    if d.profile.verdict is not Verdict.UNSUPPORTED:
        lines += [*_unseen_lines(evidence), *_lift_lines(d), *_harm_lines(d), *_sensitivity_lines(d)]
    lines.append(evidence.power_note)
    is_supported = d.profile.verdict is Verdict.SUPPORTED
    heading = Heading("Why you can believe it" if is_supported else "What the evidence says")
    return [heading, Bullets(tuple(lines))]


def _unseen_lines(evidence: Evidence) -> list[str]:
    """Lift in standard deviations: 0.5 means that two of three inside beat the average outside."""
    lines = []
    if NET in evidence.unseen:
        lines.append(
            f"On customers the rule had not seen, those inside were {_better(evidence.unseen[NET])}."
        )
    if NET in evidence.later:
        since = f"{evidence.later_since:%Y-%m-%d}"
        lines.append(
            f"A rule drawn without the customers won since {since} was tested on them: those inside were "
            f"{_better(evidence.later[NET])}."
        )
    return lines


def _better(lift: Interval | Lift) -> str:
    word = "better" if lift.value >= 0 else "worse"
    low, high = (lift.low, lift.high) if lift.value >= 0 else (-lift.high, -lift.low)
    return f"{word} by {abs(lift.value):.2f} standard deviations over all criteria (95 % interval {low:.2f} to {high:.2f})"


def _lift_lines(d: Derivation) -> list[str]:
    lines = []
    if NET in d.profile.lift:
        net = d.profile.lift[NET]
        lines.append(
            f"Lift to expect from the profile: {net.value:.2f} standard deviations ({net.low:.2f} to {net.high:.2f}), "
            f"{percent(net.improved)} sure to be positive."
        )
    if d.profile.agreement is not None:
        lines.append(
            f"The companies that it names are expected to overlap by {percent(d.profile.agreement)} with the right ones (F1, over "
            "every rule that fits; 0 where no type stands out)."
        )
    return lines


def _harm_lines(d: Derivation) -> list[str]:
    """Each criterion that is likely worse inside, in its unit, as plainly as a gain."""
    heard = {f.criterion: f for f in d.profile.figures} | {f.criterion: f for f in d.profile.figures if f.of}
    lines = []
    for source in d.criteria:
        lift, held = d.profile.lift.get(source.criterion), heard.get(source.criterion)
        if lift is not None and lift.improved < WORSE:
            is_rate = held is None and source.criterion is Criterion.ACQUISITION_COST
            name = WIN_RATE if is_rate else held.of if held and held.of else CRITERION_NAMES[source.criterion]
            lines.append(
                f"It comes at a price: {name} is worse inside, {percent(1 - lift.improved)} sure{_in_unit(held)}."
            )
    return lines


def _in_unit(f: Figure | None) -> str:
    if f is None or f.inside is None or f.outside is None:
        return ""
    return f" ({figure(f.inside, f.unit)} inside, {figure(f.outside, f.unit)} outside)"


def _sensitivity_lines(d: Derivation) -> list[str]:
    """Whether the profile survives other weights, and the loss of the largest customers."""
    if not d.profile.sensitivity:
        return []
    kept = [s for s in d.profile.sensitivity if s.agreement >= ALIKE]
    if len(kept) == len(d.profile.sensitivity) > 2:
        whatever = "whichever criterion is left out or counted twice"
        last = kept[-1].change
        tail = f", and {last}" if last.startswith("without the ") else ""
        return [f"Much the same profile would be printed {whatever}{tail}."]
    lost = [s for s in d.profile.sensitivity if s not in kept]
    none = [s.change for s in lost if s.statement == statement(())]
    return [
        *(
            [f"Much the same profile would be printed {listed([s.change for s in kept], 'or')}."]
            if kept
            else []
        ),
        *(f"It would be another {s.change}: {s.statement}" for s in lost if s.statement != statement(())),
        *([f"No type of company would stand out {listed(none, 'or')}."] if none else []),
    ]


def alternative_blocks(d: Derivation) -> list[Block]:
    """The runners-up and why they lost; none where the profile itself is no more than a hypothesis."""
    if not d.profile.alternatives or d.profile.verdict is Verdict.UNSUPPORTED:
        return []
    items = tuple(f"{a.statement} {a.why_not}" for a in d.profile.alternatives)
    return [Heading("What else it could have been"), Bullets(items)]


def avoid_blocks(avoid: Avoid | None) -> list[Block]:
    """The type of company to stop selling to, with its evidence."""
    if avoid is None:
        return []
    evidence = avoid.evidence
    lines = [chance(evidence.p_value, evidence.permutations)]
    if NET in evidence.unseen:
        lines.append(
            f"On customers this rule had not seen, those inside were {_better(evidence.unseen[NET])}."
        )
    for name, lift in avoid.lift.items():
        if name == NET:
            lines.append(
                f"Lift to expect: {lift.value:.2f} standard deviations ({lift.low:.2f} to {lift.high:.2f})."
            )
    who = f"Outside the profile, {count(avoid.customers, 'customer')}, {percent(avoid.share_of_customers)} of yours."
    return [Heading("Whom to avoid"), Paragraph(f"{avoid.statement} {who}"), Bullets(tuple(lines))]
