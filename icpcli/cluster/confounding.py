"""Fields that tell a criterion only because they go with another field: within its groups nothing is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import fdtrc

from icpcli.cluster.heard import heard_of
from icpcli.cluster.rules import membership
from icpcli.cluster.strata import began_on, strata_of
from icpcli.model.common import Criterion, Finding
from icpcli.model.profile import Confounding
from icpcli.wording import CRITERION_NAMES, field_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.cluster.attributes import Attribute
    from icpcli.model.profile import Condition
    from icpcli.model.tables import Book, Utility

CONFOUNDED = "ICP314"

CLEAR = 0.01  # of a field alone, over all fields and criteria
LEFT_P = 0.10  # above, nothing is left within the groups
LEFT_SHARE = 0.25  # of what it explained may be left
OWN_VARIATION = 0.25  # of the field within the groups; below, the two cannot be told apart
PERSISTS = 0.001  # of the other field within this one's groups
MIN_ACCOUNTS = 30
BUSINESS = "new or existing business"
TIME = "the time they were first worked"


@dataclass(frozen=True, slots=True)
class Effect:
    """How much of a part's variance a field explains (0-1, corrected for its number of groups), with its p-value.

    ``variation``: the share of the field's own variation that is left within the strata.
    """

    explained: float
    p_value: float
    variation: float


def effect_within(
    codes: np.ndarray, part: np.ndarray, strata: np.ndarray | None = None, voices: np.ndarray | None = None
) -> Effect:
    """The effect of a field on a part within strata: differences of means, stratum by stratum, pooled.

    The part and the field's indicators are centred in each stratum; the sum of squares that the field then
    explains is tested by F. For a yes/no field this is the Mantel-Haenszel contrast: differences weighted by
    n1 n0 / (n1 + n0), over their standard error. Explained: 1 - (1 - R2) (n - s) / (n - s - k), over what lies within
    strata. ``codes`` and ``strata`` are whole numbers from 0, without blanks; ``voices``: how much each account counts,
    n being their sum (heard.py). Sources: Cochran (1954), Biometrics 10; Greenland
    and Robins (1985), Biometrics 41 (the weights); Frisch and Waugh (1933), Econometrica 1.
    """
    strata = np.zeros(len(codes), dtype=int) if strata is None else np.unique(strata, return_inverse=True)[1]
    levels = np.unique(codes, return_inverse=True)[1]
    hot = (levels[:, None] == np.arange(levels.max())).astype(
        float
    )  # the last level is what the others leave
    voices = np.ones(len(codes)) if voices is None else voices
    outcome = _centred(part[:, None], strata, voices)[:, 0]
    own = _centred(hot, strata, voices)
    alone = _centred(hot, np.zeros_like(strata), voices)
    variation = float((voices @ own**2).sum() / max((voices @ alone**2).sum(), 1e-12))
    cross = (own.T * voices) @ own
    k = int(np.linalg.matrix_rank(cross, tol=1e-8 * len(codes))) if len(cross) else 0
    free = float(voices.sum()) - (int(strata.max()) + 1) - k
    total = float((outcome * voices) @ outcome)
    if k == 0 or free <= 0 or total <= 1e-12:
        return Effect(0.0, 1.0, variation)
    moved = own.T @ (outcome * voices)
    gain = min(float(moved @ np.linalg.pinv(cross, rcond=1e-10, hermitian=True) @ moved), total)
    left = max(total - gain, 1e-12)
    explained = 1 - left / total * (free + k) / free
    return Effect(float(max(explained, 0.0)), float(fdtrc(k, free, (gain / k) / (left / free))), variation)


def _centred(columns: np.ndarray, strata: np.ndarray, voices: np.ndarray) -> np.ndarray:
    sizes = np.maximum(np.bincount(strata, weights=voices), 1e-12)
    means = np.stack([np.bincount(strata, weights=c * voices) / sizes for c in columns.T], axis=1)
    centred: np.ndarray = columns - means[strata]
    return centred


def confounded(
    conditions: Sequence[Condition], attributes: Sequence[Attribute], book: Book, utility: Utility
) -> tuple[Confounding, ...]:
    """The fields, and the profile's conditions, whose clear effect on a criterion vanishes within another field.

    Vanishes: no more than a quarter of it is left, with p above 0.1, although the field still varies within the
    other's groups and the other still tells within the field's. Of several others, the one that explains most. When companies were
    first worked is one of the others, or a merely newer type would tell whatever changes with the years; so is the channel where costs are
    told by it, though it is not searched then: a type that comes by a cheap one costs what that costs.
    Winning is also looked at over all business, new and existing, to say what only the difference of the two tells.
    """
    fields = {_key(a): a.codes for a in attributes}
    in_rule = {
        _named(c.field, c.values[0] if c.kind == "has" else None): _codes_of(membership([c], book.attributes))
        for c in conditions
    }
    asked = {key: codes for key, codes in fields.items() if key not in in_rule} | in_rule
    clear = CLEAR / max(len(asked) * len(utility.criteria), 1)
    heard = heard_of(utility.parts, utility.weights, utility.groups)
    began = began_on(book)
    others = (
        fields | {TIME: np.where(np.isfinite(began), strata_of(began, utility.groups), -1)} | _channels(book)
    )
    told = [
        _told(key, criterion, found, in_profile=key in in_rule)
        for key, codes in sorted(asked.items())
        for criterion, *spoken in zip(utility.criteria, heard.parts.T, heard.voices.T, strict=True)
        if (found := _explained_away(key, codes, others, spoken, clear)) is not None
    ]
    won = heard_of(book.accounts[["is_customer"]].to_numpy(dtype=float), np.ones(1), utility.groups)
    for key, codes in sorted(asked.items()):
        spoken = [won.parts[:, 0], won.voices[:, 0]]
        found = _explained_away(key, codes, _business(book), spoken, CLEAR / max(len(asked), 1))
        if found is not None:
            told.append(_told(key, Criterion.ACQUISITION_COST, found, in_profile=False))
    return tuple(told)


def _business(book: Book) -> dict[str, np.ndarray]:
    """New and existing business as groups, where the book holds both; the search itself hears only the new one win."""
    is_new = book.accounts["is_new_business"].to_numpy(dtype=bool)
    return {BUSINESS: is_new.astype(int)} if 0 < is_new.sum() < len(is_new) else {}


def _channels(book: Book) -> dict[str, np.ndarray]:
    """The channels of the accounts as groups, where all that is told of a company's cost is what its channel's deals cost."""
    if not book.costs_are_by_channel:
        return {}
    known = book.attributes.get("channel")
    if known is None:
        first = book.pursuits.dropna(subset=["channel"]).drop_duplicates("account_key")
        known = book.accounts["account_key"].map(first.set_index("account_key")["channel"])
    return {"channel": pd.factorize(known)[0].astype(int)}


def _codes_of(holds: np.ndarray) -> np.ndarray:
    codes: np.ndarray = np.where(np.isfinite(holds), holds, -1).astype(int)
    return codes


def _told(
    key: str, criterion: Criterion, found: tuple[str, Effect, Effect], *, in_profile: bool
) -> Confounding:
    by, alone, within = found
    return Confounding(
        key, by, criterion, alone.explained, within.explained, alone.p_value, within.p_value, in_profile
    )


def _key(attribute: Attribute) -> str:
    return _named(attribute.field, attribute.levels[0] if attribute.is_item else None)


def _named(field: str, item: str | None) -> str:
    """What a field, or an item of its lists, is told as."""
    return field if item is None else f"{field}: {item}"


def _explained_away(
    key: str, codes: np.ndarray, fields: Mapping[str, np.ndarray], spoken: Sequence[np.ndarray], clear: float
) -> tuple[str, Effect, Effect] | None:
    """What explains a field's effect on a criterion, and its effects alone and within; ``spoken``: the part and its voices."""
    part, voices = spoken
    known = (codes >= 0) & np.isfinite(part)
    if known.sum() < MIN_ACCOUNTS or len(np.unique(codes[known])) < 2:
        return None
    if effect_within(codes[known], part[known], voices=voices[known]).p_value >= clear:
        return None
    found = []
    for other, strata in sorted(fields.items()):
        both = known & (strata >= 0)
        if other == key or both.sum() < MIN_ACCOUNTS or len(np.unique(codes[both])) < 2:
            continue
        alone = effect_within(codes[both], part[both], voices=voices[both])
        within = effect_within(codes[both], part[both], strata[both], voices[both])
        vanishes = within.p_value > LEFT_P and within.explained <= LEFT_SHARE * alone.explained
        if alone.p_value < clear and vanishes and within.variation >= OWN_VARIATION:
            persists = effect_within(strata[both], part[both], codes[both], voices[both])
            if persists.p_value < PERSISTS:
                found.append((-persists.explained, other, alone, within))
    return min(found, key=lambda f: f[:2])[1:] if found else None


def told_confounded(found: Sequence[Confounding]) -> tuple[Finding, ...]:
    """One finding for each field that tells something only by way of another."""
    return tuple(Finding(CONFOUNDED, _in_words(c)) for c in found)


def _in_words(c: Confounding) -> str:
    left = f"nothing is left of it (p = {c.p_within:.2g})"
    if c.by == BUSINESS:
        return (
            f"{field_name(c.field)} goes with winning (p = {c.p_alone:.2g}) only because it differs between new and existing "
            f"business: within each, {left}."
        )
    return (
        f"{field_name(c.field)} goes with {CRITERION_NAMES[c.criterion]} (p = {c.p_alone:.2g}) only because it goes with "
        f"{field_name(c.by)}: among companies alike in that, {left}."
    )
