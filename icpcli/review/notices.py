"""What a reader of a review must know of the exports: how old they are, and what they tell otherwise than those behind the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.model.common import NO_DATE, NOTHING_NEWER, OLD_EXPORT, Finding
from icpcli.rank.utility import in_other_units, units_of
from icpcli.review.decision import months_after
from icpcli.wording import CRITERION_NAMES, field_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from icpcli.model.review import FieldShift
    from icpcli.model.scale import Scale
    from icpcli.model.tables import Book

MIX_MOVED = "ICP502"
OTHER_SCALE = "ICP506"


def old_export(as_of: date, today: date, review_months: int) -> tuple[Finding, ...]:
    """A finding where the exports end longer ago than a profile may go without review."""
    if as_of == NO_DATE or today <= months_after(as_of, review_months):
        return ()
    message = (
        f"These exports end on {as_of.isoformat()}, more than {review_months} months before "
        f"{today.isoformat()}: review a fresh export."
    )
    return (Finding(OLD_EXPORT, message),)


def nothing_newer(saved: date, now: date) -> tuple[Finding, ...]:
    """That nobody can have come since a profile was derived; ``saved``, ``now``: the last day of its data, and of these exports."""
    if saved == NO_DATE:
        message = (
            "The data behind the profile hold no date, so nobody can be told to have come since, and newcomers are not compared: derive it "
            "from exports with days (customer since, deals closed)."
        )
        return (Finding(NOTHING_NEWER, message),)
    if now > saved:
        return ()
    message = (
        f"These exports hold nothing after {saved.isoformat()}, when the profile's data ended: export again, there is nothing "
        "new to review."
    )
    return (Finding(NOTHING_NEWER, message),)


def other_scale(book: Book, scale: Scale) -> tuple[Finding, ...]:
    """That a book tells how customers stay, who left, or money, otherwise than the one that a claim was measured by."""
    told = []
    if book.regime != scale.regime:
        told.append(
            f"The profile was derived from {scale.regime} customers and these exports tell of {book.regime} ones: "
            "how long newcomers stay cannot be compared. Review exports of the same kind, or derive the profile from these: icp derive."
        )
    elif scale.hazard is not None and scale.leaving_is_dated != book.leaving_is_dated:
        told.append(_other_leaving(is_dated=book.leaving_is_dated))
    units = units_of(book)
    told += [
        f"{CRITERION_NAMES[part.criterion].capitalize()} was told in {part.unit} and is now in {units[part.criterion]}: newcomers "
        "are not compared by it."
        for part in in_other_units(scale, book)
    ]
    return tuple(Finding(OTHER_SCALE, message) for message in told)


def _other_leaving(*, is_dated: bool) -> str:
    if is_dated:
        return (
            "The profile was derived from who had left, without a day, and these exports tell the days: how many newcomers should have left "
            "is worked out from the shares of then. icp derive on these exports tells retention better."
        )
    return (
        "The profile was derived from the days on which customers left, and these exports tell only who has: how many newcomers should have "
        "left by now is worked out from those days. Export the day of leaving to compare it as then."
    )


def mix_moved(moved: Sequence[FieldShift]) -> tuple[Finding, ...]:
    """The fields whose mix moved, and what in them did most."""
    if not moved:
        return ()
    told = ", ".join(f"{field_name(shift.field)} ({shift.index:.2f}; {shift.moved})" for shift in moved)
    message = f"The mix of customers moved (population stability index): {told}. That alone says nothing against the profile."
    return (Finding(MIX_MOVED, message),)


__all__ = ["mix_moved", "nothing_newer", "old_export", "other_scale"]
