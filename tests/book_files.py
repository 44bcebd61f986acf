"""Books rolled up from files, and the files of five companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icpcli.load.exports import load_exports
from icpcli.rollup import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from icpcli.model.tables import Book

COMPANIES = """Company ID,Company name,Industry,Parent company,Website
1,Alpha,Retail,,alpha.example
2,Beta,Energy,,beta.example
3,Gamma,Retail,Alpha,gamma.example
4,Delta,Energy,,delta.example
5,Epsilon,Media,,epsilon.example
"""
DEALS = """Deal ID,Deal name,Deal stage,Amount,Close date,Create date,Associated Company IDs,Associated Contact IDs
10,First,Closed Won,100.10,2025-01-15,2024-12-01,1,71
11,Second,Closed Won,200.20,2025-06-15,2025-05-01,1,71;72
12,Third,Closed Lost,50,2025-03-01,2025-02-01,2,73
13,Fourth,Proposal,70,2027-03-01,2025-02-01,4,
14,Fifth,Closed Won,300,2025-07-01,2025-06-01,3,
15,Sixth,Closed Lost,10,2025-08-01,2025-06-01,1,72
"""
CONTACTS = """Contact ID,First name,Last name,Job title,Company ID
71,Ann,Ash,CEO,1
72,Bob,Birch,CFO,1
73,Cid,Cole,CTO,2
"""


def by_name(book: Book) -> pd.DataFrame:
    """The accounts of a book under their names."""
    return book.accounts.set_index("name")


def book_of_files(folder: Path, **texts: str) -> Book:
    """The book of some files, by name."""
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return roll_up_accounts(load_exports([str(folder)], DEFAULTS), DEFAULTS)
