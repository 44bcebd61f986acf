"""Write the monthly exports of history/ anew, byte for byte: ``python examples/make_history.py [FOLDER]``.

One invented company's CRM, exported at the end of each month. The profile that holds at first stops holding for customers
acquired from June on, when another kind of company becomes the good one. Only the standard library and one seed are used.
"""

from __future__ import annotations

import csv
import io
import math
import random
import sys
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SEED = 20260131
DAYS_PER_MONTH = 30.436875
MONTHS = 7  # exports, from January to July 2026
YEAR = 2026
MOVED_ON = date(2026, 6, 1)
AT_FIRST = 260
A_MONTH = 24
EFFECT = 1.8
BLANK_SHARE = 0.04
INDUSTRIES = (
    "Manufacturing",
    "Logistics",
    "Wholesale",
    "Retail",
    "Software",
    "Media",
    "Education",
    "Hospitality",
)
PLANTED_AT_FIRST = frozenset({"Manufacturing", "Logistics"})
PLANTED_LATER = frozenset({"Software", "Media"})
EMPLOYEES = (20, 500)
COUNTRIES = ("United Kingdom", "Ireland", "Germany", "Netherlands")
HEADERS = ("Company name", "Industry", "Employees", "Country", "Customer since", "Churn date", "MRR", "Acquisition cost")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, and what becomes of it. ``life_days``: how long it stays; cost and MRR in one unnamed currency."""

    name: str
    industry: str
    employees: int
    country: str
    since: date
    life_days: int
    cost: float
    mrr: float


def customers() -> list[Customer]:
    """Every customer to the last export, in the order of acquisition."""
    chance = random.Random(SEED)  # noqa: S311  an example, no secret
    first = date(YEAR, 1, 31)
    days = [first - timedelta(days=round(chance.uniform(1, 40) * DAYS_PER_MONTH)) for _ in range(AT_FIRST)]
    for month in range(2, MONTHS + 1):
        days += [date(YEAR, month, chance.randint(1, monthrange(YEAR, month)[1] - 1)) for _ in range(A_MONTH)]
    return [_customer(number, day, chance) for number, day in enumerate(sorted(days), start=1)]


def _customer(number: int, since: date, chance: random.Random) -> Customer:
    industry = chance.choice(INDUSTRIES)
    employees = max(1, round(math.exp(chance.gauss(4.4, 1.1))))
    planted = PLANTED_AT_FIRST if since < MOVED_ON else PLANTED_LATER
    e = EFFECT * (industry in planted and EMPLOYEES[0] <= employees < EMPLOYEES[1])
    return Customer(
        name=f"Company {number:03d}",
        industry=industry if chance.random() >= BLANK_SHARE else "",
        employees=employees,
        country=chance.choice(COUNTRIES),
        since=since,
        life_days=round(chance.expovariate(math.exp(math.log(1 / 20) - 0.8 * e)) * DAYS_PER_MONTH),
        cost=math.exp(chance.gauss(8 - 0.45 * e, 0.6)),
        mrr=math.exp(chance.gauss(5.7 + 0.35 * e, 0.7)),
    )


def export(everyone: list[Customer], day: date) -> bytes:
    """What the CRM holds on a day: customers so far, and who has left by then."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADERS)
    for c in everyone:
        if c.since > day:
            continue
        left = c.since + timedelta(days=c.life_days)
        rows.writerow(
            (
                c.name,
                c.industry,
                c.employees,
                c.country,
                c.since.isoformat(),
                left.isoformat() if left <= day else "",
                f"{c.mrr:.0f}",
                f"{c.cost:.0f}",
            )
        )
    return text.getvalue().encode()


def files() -> dict[str, bytes]:
    """The exports by name, the first of January."""
    everyone = customers()
    days = [date(YEAR, month, monthrange(YEAR, month)[1]) for month in range(1, MONTHS + 1)]
    return {f"history/{day:%Y-%m}.csv": export(everyone, day) for day in days}


def main(folder: Path) -> None:
    """Write every export."""
    for name, data in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(f"{path}: {len(data):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
