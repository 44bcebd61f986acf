"""What is written of people: notes, descriptions of their deals, reasons won or lost, comments beside an NPS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from icpcli.model.common import CrmObject

if TYPE_CHECKING:
    import pyarrow as pa

    from icpcli.model.tables import Exports

COLUMNS = ("contact_key", "account_key", "document", "source", "score", "text")

# The texts of each object, and what kind of text each is.
TEXTS = {
    CrmObject.CONTACT: {"notes": "notes", "nps_comment": "nps_comment"},
    CrmObject.ACTIVITY: {"body": "notes"},
    CrmObject.SURVEY: {"nps_comment": "nps_comment"},
    CrmObject.DEAL: {"description": "description", "won_reason": "won_reason", "lost_reason": "lost_reason"},
    CrmObject.ACCOUNT: {
        "notes": "notes",
        "nps_comment": "nps_comment",
        "won_reason": "won_reason",
        "lost_reason": "lost_reason",
    },
}


def texts_of_people(exports: Exports, contacts: pd.DataFrame) -> pd.DataFrame:
    """One row per text and person it is of, with COLUMNS; ``document`` is the same where several people share a text.

    A deal's texts are of those who took part in it; where nobody is known to have, of everyone at its company, as are
    the texts of companies. The same text of a company and of its person counts once.
    """
    found = [_of_object(exports, wanted) for wanted in TEXTS if wanted in exports.tables]
    texts = pd.concat([_empty(), *found], ignore_index=True) if found else _empty()
    if texts.empty:
        return texts
    told = texts[texts["contact_key"].notna()]
    untold = texts[texts["contact_key"].isna()].drop(columns="contact_key")
    people = contacts.loc[contacts["account_key"].notna(), ["account_key", "contact_key"]]
    shared = untold.merge(people, on="account_key")
    whole = pd.concat([told, shared], ignore_index=True)
    known = whole["contact_key"].map(contacts.set_index("contact_key")["account_key"])
    whole["account_key"] = known.where(known.notna(), whole["account_key"])
    whole = whole.drop_duplicates(["contact_key", "source", "text"])
    whole = whole.sort_values(["contact_key", "source", "text"], ignore_index=True)
    whole["document"] = pd.factorize(pd.Series(list(zip(whole["origin"], whole["text"], strict=True))))[0]
    return whole[list(COLUMNS)]


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in (*COLUMNS, "origin")})


def _of_object(exports: Exports, wanted: CrmObject) -> pd.DataFrame:
    """The texts of one object's rows; ``origin`` names the row, ``contact_key`` is None where it is of no one person."""
    table = exports.tables[wanted]
    rows = _whose(exports, wanted, table)
    parts = [_empty()]
    for name, source in TEXTS[wanted].items():
        if name in table.column_names:
            text = table.column(name).to_pandas().astype(object)
            score = table.column("nps").to_pandas() if {"nps", name} <= set(table.column_names) else None
            parts.append(_rows_of(rows, text, source, score if name == "nps_comment" else None))
    return pd.concat(parts, ignore_index=True)


def _rows_of(rows: pd.DataFrame, text: pd.Series, source: str, score: pd.Series | None) -> pd.DataFrame:
    texts = pd.DataFrame({"row": range(len(text)), "text": text, "source": source, "score": score})
    texts = texts[texts["text"].notna()]
    return texts.merge(rows, on="row").drop(columns="row")


def _whose(exports: Exports, wanted: CrmObject, table: pa.Table) -> pd.DataFrame:
    """For each row of the table (row, origin, account_key, contact_key); several where several took part."""
    keys = table.column("account_key").to_pandas().astype(object)
    rows = pd.DataFrame({"row": range(table.num_rows), "account_key": keys})
    if wanted is CrmObject.CONTACT:
        rows["contact_key"] = table.column("contact_key").to_pandas()
    elif wanted in {CrmObject.ACTIVITY, CrmObject.SURVEY} and "contact_id" in table.column_names:
        rows["contact_key"] = _by_id(exports, table.column("contact_id").to_pandas())
    elif wanted is CrmObject.DEAL and exports.deal_contacts is not None and "deal_id" in table.column_names:
        rows["deal_id"] = table.column("deal_id").to_pandas()
        links = exports.deal_contacts.select(["deal_id", "contact_key"]).to_pandas().drop_duplicates()
        rows = rows.merge(links, on="deal_id", how="left").drop(columns="deal_id")
    else:
        rows["contact_key"] = None
    origin = rows["account_key"].where(rows["account_key"].notna(), rows["contact_key"])
    return rows.assign(origin=f"{wanted} " + origin.astype(str))


def _by_id(exports: Exports, ids: pd.Series) -> pd.Series:
    """The keys of people known by these ids; None where nobody is."""
    contacts = exports.tables.get(CrmObject.CONTACT)
    if contacts is None or "contact_id" not in contacts.column_names:
        return pd.Series(None, index=ids.index, dtype=object)
    known = contacts.select(["contact_id", "contact_key"]).to_pandas().dropna()
    by_id = known.drop_duplicates("contact_id").set_index("contact_id")["contact_key"]
    found = ids.map(by_id)
    return found.astype(object).where(found.notna(), None)


def activities_of_people(exports: Exports) -> pd.DataFrame:
    """One row per activity with a known person: contact_key, activity_type, direction, result, weekday, hour."""
    names = ("activity_type", "direction", "result")
    columns = ("contact_key", *names, "weekday", "hour")
    table = exports.tables.get(CrmObject.ACTIVITY)
    if table is None or "contact_id" not in table.column_names:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    frame = pd.DataFrame({"contact_key": _by_id(exports, table.column("contact_id").to_pandas())})
    for name in names:
        held = table.column(name).to_pandas().astype(object) if name in table.column_names else None
        frame[name] = held
    days = table.column("occurred_on").to_pandas() if "occurred_on" in table.column_names else None
    frame["weekday"] = None if days is None else pd.to_datetime(days).dt.day_of_week
    frame["hour"] = table.column("hour").to_pandas() if "hour" in table.column_names else None
    known = frame[frame["contact_key"].notna()].astype({"weekday": float, "hour": float})
    return known.sort_values(list(columns), ignore_index=True)
