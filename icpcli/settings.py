"""What a user may choose: the defaults, their bounds, and what no choice can be."""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
import re
from collections.abc import Iterator, Mapping  # noqa: TC003  msgspec reads these annotations at run time
from dataclasses import dataclass, field
from datetime import date  # noqa: TC003  msgspec reads these annotations at run time
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from icpcli.errors import SettingsError
from icpcli.model.common import Criterion
from icpcli.model.fields import FIELDS
from icpcli.model.strict import nearest, unknown_names

HORIZON_MONTHS = 36
DISCOUNT_RATE_YEARLY = 0.10
PERMUTATIONS = 199
MAX_PERSONAS = 10
MAX_HORIZON_MONTHS = 120
REVIEW_MONTHS = 6
REVIEW_LATEST_MONTHS = 9
MOST_WEIGHT = 100

Weight = Annotated[float, Meta(ge=0, le=MOST_WEIGHT)]
Share = Annotated[float, Meta(ge=0, le=1)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
Rate = Annotated[float, Meta(gt=0)]
OUTCOMES = ("won", "lost", "open")
Language = Literal["en", "en-US", "fr", "de", "es"]


@dataclass(frozen=True, slots=True)
class Spend:
    """What was spent on a channel or campaign, in the book's currency: in a ``month`` (2026-03), or in all."""

    channel: str
    amount: Annotated[float, Meta(ge=0)]
    month: Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can change a result. Equal settings and equal exports give equal bytes.

    Names are those of icp.toml. ``columns`` maps "[FILE:]OBJECT.FIELD" to the header that holds it;
    ``stages`` says which deal stages (by name or id) mean won, lost or open, where their words do not;
    ``values`` says for a field, or a header, what words in its cells mean (``*`` stands for any letters, "" for a blank);
    ``rates`` gives for a currency what one unit of it is worth in ``currency``, the book's own (else the one that
    occurs most); ``costs`` is the spend per channel, where no column holds what each customer cost; ``channels`` says for a channel
    or campaign of the files of spend, or for all of such a file by its name, which channel of the deals it was for;
    ``retention`` and ``churn`` say how customers stay and which evidence of leaving counts, where the data would be
    read otherwise; ``row_per_company`` makes rows that name no company companies of their own; ``weights`` gives a
    criterion's weight (1 where it is not named); ``require`` holds "FIELD=VALUE" conditions that the profile must have;
    ``as_of`` overrides the latest past event in the data; ``language`` is the exports', and settles what could be read
    two ways (03/04, 1.234); a review is due ``review_months`` after ``as_of`` and overdue after ``review_latest_months``.
    """

    sources: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[Criterion, Weight] = field(default_factory=dict)
    as_of: date | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    horizon_months: Annotated[int, Meta(ge=1, le=MAX_HORIZON_MONTHS)] = HORIZON_MONTHS
    discount_rate_yearly: Annotated[float, Meta(ge=0, le=1)] = DISCOUNT_RATE_YEARLY
    gross_margin: Annotated[float, Meta(gt=0, le=1)] | None = None
    permutations: Annotated[int, Meta(ge=19, le=9999)] = PERMUTATIONS
    max_personas: Annotated[int, Meta(ge=1, le=MAX_PERSONAS)] = 3
    min_share: Share = 0.0
    attribute: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    merge: bool = True
    row_per_company: bool = False
    retention: Literal["contract", "repeat", "single"] | None = None
    churn: Literal["account", "contracts", "subscriptions", "events"] | None = None
    costs: tuple[Spend, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, Literal["won", "lost", "open"]] = field(default_factory=dict)
    currency: Currency | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rates: Mapping[Currency, Rate] = field(default_factory=dict)
    language: Language | None = None
    review_months: Annotated[int, Meta(ge=1, le=24)] = REVIEW_MONTHS
    review_latest_months: Annotated[int, Meta(ge=1, le=36)] = REVIEW_LATEST_MONTHS

    def weight_of(self, criterion: Criterion) -> float:
        """The weight of a criterion: 1 unless the user chose another."""
        return self.weights.get(criterion, 1.0)


DEFAULTS = Settings()
BARE = re.compile(r"[A-Za-z0-9_-]+")  # a key of TOML that needs no quotes
FLAGS = {name: f"ICP_{name.upper()}" for name in ("profile", "format", "history", "today", "config")}
SHARES = frozenset({"min_share", "gross_margin", "discount_rate_yearly"})
EXPECTED: Mapping[str, str] = {
    "sources": 'texts in quotes, between brackets: sources = ["exports/"]',
    "columns": 'for a field its header, both in quotes: "account.mrr" = "Monthly fee"',
    "weights": f"for a criterion a number from 0 to {MOST_WEIGHT}: retention = 2",
    "as_of": "a day: as_of = 2026-09-30",
    "seed": f"a whole number from 0 to {2**31 - 1}",
    "horizon_months": f"a whole number from 1 to {MAX_HORIZON_MONTHS}",
    "discount_rate_yearly": "a share from 0 to 1, as a number: 0.1 is 10 %",
    "gross_margin": "a share above 0 and up to 1, as a number: 0.8 is 80 %",
    "permutations": "a whole number from 19 to 9999",
    "max_personas": f"a whole number from 1 to {MAX_PERSONAS}",
    "min_share": "a share from 0 to 1, as a number: 0.2 is 20 %",
    "attribute": 'fields in quotes, between brackets: attribute = ["plan"]',
    "ignore": 'fields in quotes, between brackets: ignore = ["owner"]',
    "require": 'conditions in quotes, between brackets: require = ["employees>=50"]',
    "forbid": 'fields or conditions in quotes, between brackets: forbid = ["city"]',
    "merge": "true or false",
    "row_per_company": "true or false",
    "retention": '"contract", "repeat" or "single"',
    "churn": '"account", "subscriptions", "events" or "contracts"',
    "costs": 'below [[costs]] channel = "Trade show", amount = 12000 and, where it is known, month = "2026-03"',
    "channels": 'for a name the channel that it is, both in quotes: "google / cpc" = "Paid search"',
    "stages": 'for a stage "won", "lost" or "open": "Closed - signed" = "won"',
    "currency": 'a code of three capital letters: "EUR"',
    "values": 'below [values.FIELD], as in [values.industry], a word and its meaning, both in quotes: "IT services" = "Software"',
    "rates": "for a code of three capital letters a number above 0: USD = 0.92",
    "language": '"en", "en-US", "fr", "de" or "es"',
    "review_months": "a whole number from 1 to 24",
    "review_latest_months": "a whole number from 1 to 36",
}
"""What each setting takes, in the words of icp.toml."""


def settings_from(choices: Mapping[str, Any], *, where: str) -> Settings:
    """Settings with ``choices`` over the defaults; raises SettingsError that names everything that cannot be."""
    problems = [problem for name, value in choices.items() for problem in _problems(name, value)]
    if not problems:
        settings = msgspec.convert(dict(choices), Settings, strict=True)
        problems = list(_contradictions(settings))
    if len(problems) == 1:
        raise SettingsError(f"{where}: {problems[0].text}", problems[0].hints)
    if problems:
        lines = [" ".join((problem.text, *problem.hints)) for problem in problems]
        raise SettingsError(f"{where}: {len(problems)} settings cannot be followed.", lines)
    return settings


@dataclass(frozen=True, slots=True)
class _Problem:
    """Why a choice cannot be followed, and what could be meant."""

    text: str
    hints: tuple[str, ...] = ()


def toml_key(name: str) -> str:
    """A name as a key of icp.toml: in quotes where it needs some."""
    return name if BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


def _problems(name: str, value: Any) -> Iterator[_Problem]:
    """What is wrong with one choice, by itself."""
    known = [f.name for f in dataclasses.fields(Settings)]
    if name not in known:
        yield _Problem(f"there is no setting {name!r}.", (_meant(name) or nearest(name, tuple(known)),))
        return
    unknown = list(_unknown_names(name, value))
    if unknown:
        yield from unknown
        return
    if not _is_finite(value):
        yield _Problem(f"{name}: expected a number. It is {value!r}.")
        return
    out_of_bounds = list(_out_of_bounds(name, value))
    if out_of_bounds:
        yield from out_of_bounds
        return
    try:
        settings = msgspec.convert({name: value}, Settings, strict=True)
    except msgspec.ValidationError:
        yield _Problem(f"{name}: expected {EXPECTED[name]}. It is {_misfit((name,), value)}.")
        return
    for lost in unknown_names({name: value}, settings):
        yield _Problem(f"{lost.place.removeprefix('$.')}: there is no {lost.name!r}.", (lost.nearest(),))


def _unknown_names(name: str, value: Any) -> Iterator[_Problem]:
    """Names inside a setting that nothing goes by: misspelt criteria, outcomes, fields."""
    for key, held in value.items() if isinstance(value, dict) else ():
        if name == "weights" and key not in tuple(Criterion):
            near = _meant(key) or nearest(key, tuple(map(str, Criterion)))
            yield _Problem(f"weights: {key!r} is no criterion.", (near,))
        if name == "stages" and isinstance(held, str) and held not in OUTCOMES:
            yield _Problem(f"stages: {key!r} cannot be {held!r}.", (nearest(held, OUTCOMES),))
        if name == "columns" and isinstance(held, dict):
            some = next(iter(held), "FIELD")
            yield _Problem(
                f"columns: {key}.{some} stands in no quotes.", (f'Write "{key}.{some}" = "HEADER".',)
            )
        elif name == "columns":
            yield from _unknown_field(key)


def _meant(name: str) -> str | None:
    """Where a name belongs that is none of a setting, but has a place elsewhere; None where it has none."""
    if name == "tool":
        return "Leave [tool.icp] out: it is asked for in a pyproject.toml alone."
    if name in FLAGS:
        return f"It is a flag: --{name}, or {FLAGS[name]} in the environment."
    owner, _, field = name.rpartition(":")[2].partition(".")
    if field in {f for o, known in FIELDS.items() if o == owner for f in known}:
        table = "columns"
    elif name in tuple(map(str, Criterion)):
        table = "weights"
    else:
        return None
    return f'It belongs below [{table}]: remove the "#" in front of that line, too.'


def _out_of_bounds(name: str, value: Any) -> Iterator[_Problem]:
    """Shares that are percentages, and weights that are none."""
    if name in SHARES and _is_number(value) and not 0 <= value <= 1:
        is_percent = 1 < value <= 100
        example = f"{value:g} % is {value / 100:g}" if is_percent else "20 % is 0.2"
        yield _Problem(f"{name}: expected a share between 0 and 1 ({example}). It is {value:g}.")
    for criterion, weight in value.items() if name == "weights" and isinstance(value, dict) else ():
        if _is_number(weight) and not 0 <= weight <= MOST_WEIGHT:
            yield _Problem(f"weights: {criterion} takes a number from 0 to {MOST_WEIGHT}. It is {weight:g}.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unknown_field(place: str) -> Iterator[_Problem]:
    wanted = place.rpartition(":")[2]
    fields = [f"{o}.{f}" for o, known in FIELDS.items() for f in known]
    if wanted not in fields and wanted not in {f for known in FIELDS.values() for f in known}:
        close = difflib.get_close_matches(wanted, fields, n=3, cutoff=0.5)
        hint = f"The nearest: {', '.join(close)}" if close else "A field is OBJECT.FIELD, as in account.mrr."
        yield _Problem(f"columns: there is no field {wanted!r}.", (hint,))


def _contradictions(settings: Settings) -> Iterator[_Problem]:
    """Choices that are possible one by one and not together."""
    if settings.weights and not any(settings.weight_of(c) for c in Criterion):
        yield _Problem("every criterion has weight 0, so nothing could be ranked.")
    if settings.review_months > settings.review_latest_months:
        yield _Problem(
            f"review_months ({settings.review_months}) is later than review_latest_months "
            f"({settings.review_latest_months})."
        )
    for both in sorted(set(settings.attribute) & set(settings.ignore)):
        yield _Problem(f"{both!r} is to be searched (attribute) and to be left out (ignore).")
    for both in sorted(set(settings.require) & set(settings.forbid)):
        yield _Problem(f"{both!r} is both required and forbidden.")
    own = settings.currency
    if own is not None and settings.rates.get(own, 1.0) != 1:
        yield _Problem(f"rates: one {own} cannot be {settings.rates[own]:g} {own}.")


def _is_finite(value: Any) -> bool:
    """Whether no number in a value is nan or inf, which TOML can write."""
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def _misfit(place: tuple[str, ...], held: Any) -> str:
    """What cannot be followed at a place in a setting, as icp.toml would have it: of a table or list the first such entry."""
    if isinstance(held, dict) and not _fits(place, ""):
        for key, each in held.items():
            if not _fits(place, {key: each}):
                return _misfit((*place, str(key)), each)
    if isinstance(held, list | tuple):
        held = next((each for each in held if not _fits(place, [each])), held)
    written = json.dumps(held, ensure_ascii=False, default=str)
    return f"{'.'.join(map(toml_key, place[1:]))} = {written}" if len(place) > 1 else written


def _fits(place: tuple[str, ...], held: Any) -> bool:
    """Whether a setting could hold this at a place in it, and nothing else."""
    for key in reversed(place[1:]):
        held = {key: held}
    try:
        msgspec.convert({place[0]: held}, Settings, strict=True)
    except msgspec.ValidationError:
        return False
    return True
