"""New business, or more business with a customer one has: what a deal's type says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from icpcli.load.texts.cells import Cells
from icpcli.model.fields import CUSTOM_PREFIX
from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_TYPES = 8
# In English, French, German and Spanish. Renewals, upsells and lost customers won back go to who is known already.
EXISTING = re.compile(
    r"\b(existing\w*|renewals?|renew|renewed|upsells?|up sells?|up sale|cross sells?|cross sale|upgrades?|expansions?|extension|add ?on|"
    r"downgrade|replacement|current|past|former|repeat|recurring|winback|win back|renouvellements?|renouvele\w*|existante?s?|"
    r"actuelle?s?|montee en gamme|vente additionnelle|vente croisee|ancien(ne)?s?|avenant|fidele|bestandskunde\w*|bestehend\w*|"
    r"verlangerung|erneuerung|renovacion\w*|ampliacion\w*|actual(es)?)\b|existingbusiness"
)
NEW = re.compile(
    r"\b(new|net new|new business|new logo|acquisition|first sale|prospect|nouveau|nouvel|nouvelle|nouveaux|conquete|premiere vente|"
    r"neu|neukunde\w*|neugeschaft|nuevo|nueva|nuevos|nuevas)\b|newbusiness|newlogo"
)


RENEWAL = re.compile(
    r"\b(renewals?|renew|renewed|renouvellements?|renouvele\w*|verlangerung|erneuerung|renovacion\w*)\b"
)


def is_new_business(text: str) -> bool | None:
    """True for new business, False for a renewal, an upsell or any other deal with a customer; None where words tell neither."""
    words = fold(text)
    if EXISTING.search(words):
        return False
    return True if NEW.search(words) else None


def with_business(deals: pa.Table) -> pa.Table:
    """The deals with ``is_new_business`` and ``is_renewal``, where a type says so; null where the type tells neither."""
    if "deal_type" not in deals.column_names:
        return deals
    types = Cells.of(deals.column("deal_type"))
    told = types.mapped(is_new_business, pa.bool_())
    if told.null_count == len(told):
        return deals
    renewals = types.mapped(lambda text: bool(RENEWAL.search(fold(text))), pa.bool_())
    return deals.append_column("is_new_business", told).append_column("is_renewal", renewals)


def with_business_of_rows(accounts: pa.Table) -> pa.Table:
    """Companies with ``is_new_business``, where a column of the user's own tells new customers from existing ones.

    That column's few values must all be of the one or the other kind, and both must occur; it then describes
    no company and is left out.
    """
    for name in sorted(n for n in accounts.column_names if n.startswith(CUSTOM_PREFIX)):
        column = accounts.column(name)
        if pa.types.is_string(column.type) and _tells_business(_few_values(column)):
            told = Cells.of(column).mapped(is_new_business, pa.bool_())
            return accounts.drop_columns(name).append_column("is_new_business", told)
    return accounts


def _few_values(column: pa.ChunkedArray) -> list[str]:
    values = pc.unique(column.drop_null()).to_pylist()
    return values if len(values) <= MOST_TYPES else []


def _tells_business(values: Sequence[str]) -> bool:
    return {is_new_business(value) for value in values} == {True, False}


__all__ = ["is_new_business", "with_business", "with_business_of_rows"]
