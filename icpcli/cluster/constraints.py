"""What the user insists on: fields to search or leave out, conditions the profile must have or must not."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from icpcli.cluster.rules import LEAST_ACCOUNTS, MOST_CONDITIONS, membership
from icpcli.errors import SettingsError
from icpcli.model.common import Kind
from icpcli.model.lists import holds_lists, items_of
from icpcli.model.profile import Condition
from icpcli.model.spelling import same_word
from icpcli.model.strict import meant, nearest
from icpcli.wording import condition as in_words
from icpcli.wording import count, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from icpcli.model.tables import Book
    from icpcli.settings import Settings

MOST_SHOWN = 20
MOST_PLACES = 6  # decimals that are told apart
CHOICE = re.compile(r"(?P<name>[^=<>]*)(?P<sign>>=|<=|=|<|>)(?P<value>.*)", re.DOTALL)
GROUPED = re.compile(r"(?<![\d.,])(\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+)(?!\d|,\d{3})")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
AMOUNT = r"(-?\d+(?:\.\d+)?)([kKmM%]?)"
SPAN = re.compile(rf"{AMOUNT}\s*(?:-|–|to|à)\s*{AMOUNT}")
AT_LEAST = re.compile(rf"{AMOUNT}\s*\+")
TIMES = {"": 1.0, "k": 1e3, "m": 1e6, "%": 0.01}


@dataclass(frozen=True, slots=True)
class Constraints:
    """The user's choices, checked against the book: real fields, real values, enough companies.

    ``required`` and ``forbidden`` hold conditions by field; ``banned`` fields are never searched; ``forced`` ones
    are although they look like leaks.
    """

    forced: frozenset[str]
    banned: frozenset[str]
    required: Mapping[str, tuple[Condition, ...]]
    forbidden: Mapping[str, tuple[Condition, ...]]

    def bounds_on(self, field: str) -> list[float]:
        """The ends of the intervals that the user named, which must be edges of bins."""
        ends = [
            end
            for named in (self.required, self.forbidden)
            for c in named.get(field, ())
            for end in (c.at_least, c.below)
        ]
        return [end for end in ends if end is not None and math.isfinite(end)]

    def values_of(self, field: str) -> frozenset[str]:
        """The values that the user requires, which may not vanish among the rare ones."""
        return frozenset(v for c in self.required.get(field, ()) for v in c.values)


def constraints_of(book: Book, settings: Settings) -> Constraints:
    """The choices of these settings; raises SettingsError, with the nearest names, where one cannot be followed."""
    known = sorted(book.attributes.columns)
    banned = [_field(name, known, "--ignore") for name in settings.ignore]
    banned += [_field(text, known, "--forbid") for text in settings.forbid if not _has_sign(text)]
    required = _by_field([_parsed(t, book, "--require") for t in settings.require])
    forbidden = _by_field([_parsed(t, book, "--forbid") for t in settings.forbid if _has_sign(t)])
    forced = {_field(name, known, "--attribute") for name in settings.attribute} | set(required)
    for field in sorted(set(banned) & set(forced)):
        raise SettingsError(
            f"{field!r} is asked for and left out at once: --require or --attribute against --ignore or --forbid."
        )
    _require_enough(required, book, settings.min_share)
    return Constraints(frozenset(forced), frozenset(banned), required, forbidden)


def _by_field(conditions: Sequence[Condition]) -> dict[str, tuple[Condition, ...]]:
    fields = sorted({c.field for c in conditions})
    return {field: tuple(c for c in conditions if c.field == field) for field in fields}


def _has_sign(text: str) -> bool:
    return "=" in text or "<" in text


def _field(name: str, known: Sequence[str], flag: str) -> str:
    field = meant(name, known)
    if field is not None:
        return field
    close = nearest(name, list(known))
    every = () if close.startswith("There is") else (f"There is: {', '.join(known)}.",)
    raise SettingsError(f"{flag} {name}: there is no field {name!r} in these exports.", (close, *every))


def _parsed(text: str, book: Book, flag: str) -> Condition:
    """FIELD=VALUE, FIELD=LOW-HIGH, FIELD>=N or FIELD<N as a condition on a field of the book."""
    name, sign, value = _split(text, flag)
    field = _field(name, sorted(book.attributes.columns), flag)
    column = book.attributes[field]
    if column.dtype == object:
        return _on_words(f"{flag} {text}", field, sign, value, column)
    ends = _ends(
        sign,
        _without_percent(value, column),
        _step(column),
        is_money=book.attribute_kinds[field] is Kind.MONEY,
    )
    at_least, below = ends or (math.nan, math.nan)
    if math.isnan(at_least) or not at_least < below:
        raise SettingsError(
            f"{flag} {text}: {field!r} holds numbers, and {value!r} is no number or span of them.",
            (f"Write, say, '{field}=50-499', '{field}>=50' or '{field}<500'.",),
        )
    low = None if at_least == -math.inf else at_least
    unit: Literal["%"] | None = "%" if book.attribute_kinds[field] is Kind.SHARE else None
    return Condition(field, "between", at_least=low, below=None if below == math.inf else below, unit=unit)


def _split(text: str, flag: str) -> tuple[str, str, str]:
    parts = CHOICE.fullmatch(text)
    if parts is not None and parts["sign"] not in {"<=", ">"}:
        field, value = parts["name"].strip(), parts["value"].strip()
        if field and value:
            return field, parts["sign"], value
    raise SettingsError(f"{flag} {text}: it takes FIELD=VALUE, FIELD=LOW-HIGH, FIELD>=N or FIELD<N.")


def _on_words(where: str, field: str, sign: str, value: str, column: pd.Series) -> Condition:
    if sign != "=":
        raise SettingsError(f"{where}: {field!r} holds words, so it takes {field}=VALUE.")
    cells = column.dropna().astype(str)
    are_lists = holds_lists(cells.unique())
    held = cells.map(items_of).explode() if are_lists else cells
    kind: Literal["has", "one_of"] = "has" if are_lists else "one_of"
    return Condition(field, kind, (_value(value, held, where),))


def _value(value: str, held: pd.Series, where: str) -> str:
    """The value meant, as the export spells it."""
    counts = held.value_counts()
    known = sorted((str(v) for v in counts.index), key=lambda v: (-counts[v], v))
    alike = [v for v in known if v == value] or [v for v in known if same_word(v) == same_word(value)]
    if alike:
        return alike[0]
    close = nearest(value, known)
    more = f" and {len(known) - MOST_SHOWN:,} more" if len(known) > MOST_SHOWN else ""
    shown = f"Its values: {', '.join(known[:MOST_SHOWN])}{more}."
    details = (shown,) if close.startswith("There is") else (close, shown)
    raise SettingsError(f"{where}: no company has the value {value!r}.", details)


def _without_percent(value: str, column: pd.Series) -> str:
    """A value as a column holds percentages: cells such as "20 %" are 0.2, those under a header with the sign are 20."""
    return value.replace("%", "").strip() if column.abs().median() > 1 else value.replace(" %", "%")


def _step(column: pd.Series) -> float:
    """The least difference that the numbers of a column are written to: 1 of whole ones, 0.1, 0.01 ..."""
    numbers = column.dropna().to_numpy(dtype=float)
    places = range(MOST_PLACES)
    fits = (k for k in places if np.allclose(numbers * 10**k, np.round(numbers * 10**k), rtol=0, atol=1e-6))
    return float(10 ** -next(fits, MOST_PLACES))


def _ends(sign: str, value: str, step: float, *, is_money: bool) -> tuple[float, float] | None:
    """The half-open interval meant; the upper end of a span of counts belongs to it, that of money does not."""
    plain = _plain(value)
    if (span := SPAN.fullmatch(plain)) and sign == "=":
        low, high = _amount(span[1], span[2]), _amount(span[3], span[4])
        return low, high if is_money else _up(high, step)
    if (open_ended := AT_LEAST.fullmatch(plain)) and sign == "=":
        return _amount(open_ended[1], open_ended[2]), math.inf
    single = re.fullmatch(AMOUNT, plain)
    if single is None:
        return None
    number = _amount(single[1], single[2])
    if sign == ">=":
        return number, math.inf
    return (-math.inf, number) if sign == "<" else (number, _up(number, step))


def _plain(value: str) -> str:
    """Numbers with a point for decimals and nothing between thousands: 1,234 and 1 234 are 1234, 4,5 is 4.5."""
    grouped = GROUPED.sub(lambda m: re.sub(r"\D", "", m[1]), value.replace("_", ""))
    return DECIMAL_COMMA.sub(".", grouped)


def _up(number: float, step: float) -> float:
    """The next number that a column could hold."""
    return round(number + step, MOST_PLACES)


def _amount(digits: str, unit: str) -> float:
    return round(float(digits) * TIMES[unit.lower()], MOST_PLACES)


def met(conditions: Sequence[Condition], companies: pd.DataFrame) -> np.ndarray:
    """For which companies the conditions on one field surely hold: any of the values, all of the bounds."""
    words = [c for c in conditions if c.kind == "one_of"]
    others = [c for c in conditions if c.kind != "one_of"]
    held = np.ones(len(companies), dtype=bool)
    if words:
        held = np.any([membership([c], companies) == 1 for c in words], axis=0)
    for c in others:
        held &= membership([c], companies) == 1
    return held


def _require_enough(required: Mapping[str, tuple[Condition, ...]], book: Book, min_share: float) -> None:
    """Raise SettingsError where the requirements leave too few companies, or all of them."""
    fields = [c.field for conditions in required.values() for c in conditions if c.kind != "has"]
    items = [c for conditions in required.values() for c in conditions if c.kind == "has"]
    asked = len(set(fields)) + len(set(items))
    if asked > MOST_CONDITIONS:
        raise SettingsError(f"--require makes {asked} conditions; a profile has {MOST_CONDITIONS} at most.")
    everyone = np.ones(len(book.accounts), dtype=bool)
    for field, conditions in required.items():
        held = met(conditions, book.attributes)
        said = " and ".join(in_words(c) for c in conditions)
        if held[book.attributes[field].notna().to_numpy()].all():
            raise SettingsError(f"--require: {said} holds for every company, so it chooses none.")
        everyone &= held
    if required and everyone.sum() < LEAST_ACCOUNTS:
        said = "; ".join(in_words(c) for conditions in required.values() for c in conditions)
        left = count(int(everyone.sum()), "company", "companies")
        raise SettingsError(
            f"--require leaves {left} ({said}), and a profile needs {LEAST_ACCOUNTS}.",
            ("Require less, or spell a value as the export does (icp inspect shows them).",),
        )
    is_customer = book.accounts["is_customer"].to_numpy(dtype=bool)
    share = float((everyone & is_customer).sum() / max(is_customer.sum(), 1))
    if required and min_share and share < min_share:
        raise SettingsError(
            f"--require leaves {percent(share)} of the customers, and --min-share asks for {percent(min_share)}."
        )
