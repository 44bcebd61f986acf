"""One row per person: who they are at which account, and which deals they took part in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pyarrow.compute as pc

from icpcli.model.common import CrmObject
from icpcli.model.tables import People
from icpcli.rollup.engine import connect, fetch, table_of
from icpcli.rollup.texts import activities_of_people, texts_of_people

if TYPE_CHECKING:
    import pyarrow as pa

    from icpcli.model.tables import Exports

FIGURES = ("times_contacted", "emails_sent", "emails_opened", "emails_clicked", "emails_replied")
TEXTS = ("contact_id", "account_key", "job_title", "department", "seniority", "buying_role", "channel")


def roll_up_people(exports: Exports) -> People:
    """Everyone in the exports' contacts, with the outcome of the deals they took part in, where that is known."""
    table = exports.tables.get(CrmObject.CONTACT)
    if table is None:
        columns = ["contact_key", "contact_row", *TEXTS, *FIGURES, "employees", "won_tie", "lost_tie"]
        return People(pd.DataFrame(columns=columns), ties_known=False, exported=False)
    names = ["contact_key", "contact_row", *TEXTS, *FIGURES]
    frame = table.select([n for n in names if n in table.column_names]).to_pandas()
    contacts = pd.DataFrame({n: frame.get(n) for n in names}, index=frame.index)
    for name in TEXTS:
        column = contacts[name].astype(object)
        contacts[name] = column.where(column.notna(), None)
    contacts = _once(contacts.astype(dict.fromkeys(FIGURES, float)))
    contacts["employees"] = contacts["account_key"].map(_employees(exports)).astype(float)
    ties = _ties(exports)
    contacts = contacts.merge(ties, on="contact_key", how="left", validate="1:1")
    for name in ("won_tie", "lost_tie"):
        contacts[name] = contacts[name].fillna(value=0).astype(float) > 0
    contacts["buying_role"] = contacts["buying_role"].where(
        contacts["buying_role"].notna(), contacts["tie_role"]
    )
    acts = activities_of_people(exports)
    contacts["times_contacted"] = _times_contacted(contacts, acts)
    contacts = contacts.drop(columns="tie_role").sort_values("contact_key", ignore_index=True)
    return People(
        contacts,
        ties_known=exports.deal_contacts is not None,
        one_each=_is_one_each(exports.deal_contacts),
        texts=texts_of_people(exports, contacts),
        activities=acts,
        names=exports.names,
    )


def _is_one_each(links: pa.Table | None) -> bool:
    """Whether no deal names more than one person, as where a CRM shows but its main contact."""
    if links is None:
        return False
    people = links.group_by("deal_id").aggregate([("contact_key", "count_distinct")])
    return bool(pc.max(people.column("contact_key_count_distinct")).as_py() == 1)


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per person: of what several rows tell the first, of figures the greatest, since each may have been counted in both."""
    if rows["contact_key"].is_unique:
        return rows
    told = {name: "max" if name in FIGURES else "first" for name in rows.columns if name != "contact_key"}
    return rows.groupby("contact_key", sort=False).agg(told).reset_index()


def _times_contacted(contacts: pd.DataFrame, activities: pd.DataFrame) -> pd.Series[float]:
    """How often each person was contacted, as the CRM counts it, else by the activities exported; missing for those without any."""
    counted: pd.Series[float] = contacts["times_contacted"]
    if counted.notna().any():
        return counted
    return contacts["contact_key"].map(activities["contact_key"].value_counts()).astype(float)


def _employees(exports: Exports) -> dict[str, float]:
    """How many employees each company has, where that is known."""
    table = exports.tables.get(CrmObject.ACCOUNT)
    if table is None or "employees" not in table.column_names:
        return {}
    keys, counts = (table.column(name).to_pylist() for name in ("account_key", "employees"))
    return {key: float(count) for key, count in zip(keys, counts, strict=True) if count is not None}


def _ties(exports: Exports) -> pd.DataFrame:
    """Per contact: won_tie and lost_tie (counts of deals), and tie_role (the most frequent role, then the first by name)."""
    deals = exports.tables.get(CrmObject.DEAL)
    if exports.deal_contacts is None or deals is None:
        return pd.DataFrame(
            {"contact_key": pd.Series(dtype=str), "won_tie": 0, "lost_tie": 0, "tie_role": None}
        )
    links = ibis.memtable(exports.deal_contacts)
    outcome = table_of(deals, ("deal_id", "outcome")).distinct()
    tied = links.inner_join(outcome, "deal_id")
    ties = tied.group_by("contact_key").aggregate(
        won_tie=(tied.outcome == "won").cast("int64").sum(),
        lost_tie=(tied.outcome == "lost").cast("int64").sum(),
    )
    backend = connect()
    frame = fetch(backend, ties)
    roles = exports.deal_contacts.to_pandas().dropna(subset=["buying_role"])
    counts = roles.groupby(["contact_key", "buying_role"], sort=True).size().reset_index(name="times")
    first = counts.sort_values(
        ["contact_key", "times", "buying_role"], ascending=[True, False, True]
    ).drop_duplicates("contact_key")
    return frame.merge(
        first[["contact_key", "buying_role"]].rename(columns={"buying_role": "tie_role"}),
        on="contact_key",
        how="left",
    )
