"""Tables that hold people and companies together, as Odoo's partners do: which rows are people, and whose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.companies.identity import normalised_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icpcli.load.companies.identity import Companies
    from icpcli.load.tables.parts import Part

BETWEEN = ", "  # a person is shown as "Company, Person"


@dataclass(frozen=True, slots=True, eq=False)
class Partners:
    """The companies, found by the names of their people too, and for each file with people its rows' account keys.

    ``people`` says for such a file which rows are people.
    """

    companies: Companies
    keys: Mapping[str, pa.Array]
    people: Mapping[str, pa.Array]


def people_in(part: Part) -> pa.Array | None:
    """Which rows of a list of companies are people; None where it does not say."""
    if "is_company" not in part.table.column_names:
        return None
    return pc.fill_null(pc.invert(part.table.column("is_company")), fill_value=False).combine_chunks()


def with_people(parts: Sequence[Part], keys: Mapping[str, pa.Array], companies: Companies) -> Partners:
    """Every person's company: the related one, else the one that stands before the person's name."""
    settled, people, shown = dict(keys), {}, {}
    for part in parts:
        mask = people_in(part)
        if mask is None or part.path not in keys:
            continue
        own = keys[part.path].to_pylist()
        for position, name, related in zip(
            pc.indices_nonzero(mask).to_pylist(),
            *(_texts(part, mask, n) for n in ("name", "parent")),
            strict=True,
        ):
            company = related or (name or "").rpartition(BETWEEN)[0]
            own[position] = companies.key(None, company or None, None)
            if name and own[position] is not None:
                shown[normalised_name(name)] = own[position]
        settled[part.path], people[part.path] = pa.array(own, pa.string()), mask
    return Partners(replace(companies, by_name={**shown, **companies.by_name}), settled, people)


def _texts(part: Part, mask: pa.Array, name: str) -> list[str | None]:
    if name not in part.table.column_names:
        return [None] * int(pc.sum(mask).as_py() or 0)
    texts: list[str | None] = part.table.column(name).filter(mask).to_pylist()
    return texts


__all__ = ["Partners", "people_in", "with_people"]
