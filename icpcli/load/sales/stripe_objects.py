"""Objects of Stripe's interface, as scripts and warehouses write them: amounts in the smallest unit of their currency, tests among them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.tables.currencies import currency_code
from icpcli.load.texts.cells import Cells
from icpcli.load.texts.headers import fold_header, unit_of
from icpcli.load.texts.values import MONEY_TYPE, yes_or_no
from icpcli.model.common import CrmObject, Finding, Kind

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from icpcli.load.fields.columns import Column
    from icpcli.load.fields.understood import Understood
    from icpcli.load.files.read import RawTable
    from icpcli.load.tables.parts import Part

IN_CENTS = "ICP148"
IS_LIVE = "livemode"  # every object of the interface has it, and no export of the dashboard
SOLD = frozenset({CrmObject.INVOICE, CrmObject.SUBSCRIPTION})
# https://docs.stripe.com/currencies: those without a smaller unit, and those of thousandths.
WITHOUT_CENTS = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF".split())
IN_THOUSANDTHS = frozenset("BHD JOD KWD OMR TND".split())
SHARE = pa.decimal128(6, 3)


@dataclass(frozen=True, slots=True, eq=False)
class WholeUnits:
    """The files with amounts in units of their currency, and which columns were in cents."""

    files: list[Understood]
    findings: tuple[Finding, ...]


def in_whole_units(files: Sequence[Understood]) -> WholeUnits:
    """The files; of objects of Stripe's interface each amount, all of which are whole numbers of cents, in units of its currency."""
    findings: list[Finding] = []
    whole = [_whole(file, findings) if _is_live_of(file.raw) is not None else file for file in files]
    return WholeUnits(whole, tuple(findings))


def without_tests(parts: Sequence[Part], dropped: dict[str, Counter[str]]) -> list[Part]:
    """The parts without objects of Stripe's test mode, which are counted in ``dropped``."""
    return [_live(part, dropped) if part.object in SOLD else part for part in parts]


def _is_live_of(raw: RawTable) -> Cells | None:
    """What each row says of being no test; None where the file is not of Stripe's interface."""
    places = [i for i, header in enumerate(raw.headers) if fold_header(header) == IS_LIVE]
    return raw.column(places[0]) if places else None


def _whole(file: Understood, findings: list[Finding]) -> Understood:
    columns = tuple(
        _in_units(column, file) if column.object in SOLD and _is_in_cents(column) else column
        for column in file.columns
    )
    changed = [new.header for new, old in zip(columns, file.columns, strict=True) if new is not old]
    if not changed:
        return file
    message = f"{file.raw.path}: {', '.join(map(repr, changed))} in cents, as Stripe's interface tells amounts; read in units of their currency."
    findings.append(Finding(IN_CENTS, message))
    return replace(file, columns=columns)


def _is_in_cents(column: Column) -> bool:
    """Whether a column is of money, all whole numbers, and its header does not say in what unit."""
    if column.typed.kind is not Kind.MONEY or unit_of(column.header).factor != 1:
        return False
    amounts = pc.drop_null(column.typed.array)
    return bool(len(amounts)) and bool(pc.all(pc.equal(amounts, pc.round(amounts))).as_py())


def _in_units(column: Column, file: Understood) -> Column:
    stated = file.of(column.object).get("currency")
    count = len(column.typed.array)
    shares = pa.repeat(pa.scalar(0.01), count)
    if stated is not None:
        shares = pc.fill_null(Cells.of(stated.typed.array).mapped(_share_of, pa.float64()), 0.01)
    exact = pc.multiply(column.typed.array, pc.cast(shares, SHARE))
    whole = pc.cast(pc.round(exact, ndigits=4), MONEY_TYPE)
    return replace(column, typed=replace(column.typed, array=whole))


def _share_of(currency: str) -> float:
    """The smallest unit of a currency, as a share of it."""
    code = currency_code(currency)
    return 1.0 if code in WITHOUT_CENTS else 0.001 if code in IN_THOUSANDTHS else 0.01


def _live(part: Part, dropped: dict[str, Counter[str]]) -> Part:
    is_live = _is_live_of(part.understood.raw)
    if is_live is None:
        return part
    is_test = is_live.mapped(lambda text: yes_or_no(text) is False, pa.bool_())
    kept = pc.invert(pc.fill_null(is_test, False))
    tests = part.table.num_rows - (pc.sum(kept).as_py() or 0)
    if tests:
        dropped[part.path]["a test"] += tests
    return replace(part, table=part.table.filter(kept)) if tests else part


__all__ = ["in_whole_units", "without_tests"]
