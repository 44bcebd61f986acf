"""What a saved profile says that cannot be so: shares above one, counts that do not add up, conditions that hold nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icpcli.model.profile import Condition, Derivation, SourceRecord

SHARES = frozenset(
    {
        "agreement",
        "filled",
        "improved",
        "information",
        "p_value",
        "probability",
        "share",
        "share_of_customers",
    }
)
COUNTS = frozenset(
    {
        "contacts",
        "customers",
        "customers_inside",
        "customers_outside",
        "in_pipeline",
        "kept",
        "lost",
        "matching_not_worked",
        "maximum",
        "merged",
        "not_worked",
        "people",
        "permutations",
        "read",
        "rows",
    }
)
ROUNDING = 1e-5  # figures are written with six digits


def contradictions(plain: Any, derivation: Derivation) -> Iterator[str]:
    """One line for each thing that cannot be so, with its place; ``plain`` is what the file holds."""
    yield from _out_of_bounds(plain, "$")
    for place, source in enumerate(derivation.sources):
        yield from _rows_lost(source, f"$.sources[{place}]")
    yield from _too_many(derivation)
    yield from _empty_conditions(derivation.profile.conditions, "$.profile.conditions")
    for place, rule in enumerate(derivation.posterior):
        yield from _empty_conditions(rule.conditions, f"$.posterior[{place}].conditions")
    weight = sum(rule.weight for rule in derivation.posterior)
    if weight > 1 + ROUNDING * len(derivation.posterior):
        yield f"$.posterior: the weights of its rules sum to {weight:.3g}, more than 1"


def _out_of_bounds(value: Any, place: str) -> Iterator[str]:
    """Probabilities outside 0 to 1, counts below 0, and intervals that end before they begin."""
    if isinstance(value, list):
        for position, held in enumerate(value):
            yield from _out_of_bounds(held, f"{place}[{position}]")
    if not isinstance(value, dict):
        return
    for name, held in value.items():
        is_number = isinstance(held, int | float) and not isinstance(held, bool)
        if is_number and name in SHARES and not 0 <= held <= 1:
            yield f"{place}.{name}: {held:g} is not between 0 and 1"
        if is_number and name in COUNTS and held < 0:
            yield f"{place}.{name}: {held:g} is below 0"
        if name != "settings":  # checked as settings
            yield from _out_of_bounds(held, f"{place}.{name}")
    low, high = value.get("low"), value.get("high")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield f"{place}: its interval ends ({high:g}) before it begins ({low:g})"


def _rows_lost(source: SourceRecord, place: str) -> Iterator[str]:
    accounted = source.kept + source.merged + sum(source.dropped.values())
    if source.read != accounted:
        yield f"{place}: {source.read:,} rows read, but {accounted:,} kept, merged or dropped"


def _too_many(d: Derivation) -> Iterator[str]:
    """Parts that are larger than their whole."""
    parts = (
        ("$.profile.customers", d.profile.customers, "customers", d.accounts.customers),
        (
            "$.accounts.matching_not_worked",
            d.accounts.matching_not_worked,
            "companies not worked",
            d.accounts.not_worked,
        ),
        ("$.personas.items", len(d.personas.items), "personas at most", d.personas.maximum),
        ("$.personas.items", sum(p.contacts for p in d.personas.items), "people", d.personas.people),
    )
    for place, part, noun, whole in parts:
        if part > whole:
            yield f"{place}: {part:,} of {whole:,} {noun}"


def _empty_conditions(conditions: Sequence[Condition], place: str) -> Iterator[str]:
    """Conditions that no company, or every company, meets."""
    for position, c in enumerate(conditions):
        where = f"{place}[{position}]"
        if c.kind != "between" and not c.values:
            yield f"{where}: {c.field} is one of no values"
        if c.kind == "between" and c.at_least is None and c.below is None:
            yield f"{where}: {c.field} has no bound"
        if c.at_least is not None and c.below is not None and c.at_least >= c.below:
            yield f"{where}: {c.field} of at least {c.at_least:g} and below {c.below:g} is nobody's"


__all__ = ["contradictions"]
