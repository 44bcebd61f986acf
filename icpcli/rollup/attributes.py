"""The columns that may describe a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from icpcli.model.common import NUMBERS, CrmObject, Kind
from icpcli.model.fields import ATTRIBUTES, CUSTOM_PREFIX, FIELDS, NO_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Collection

    import pyarrow as pa

    from icpcli.model.tables import Exports


def attributes_of(
    table: pa.Table, exports: Exports, asked_for: Collection[str] = ()
) -> tuple[pd.DataFrame, dict[str, Kind]]:
    """Every column that may describe a company, text or double, by field or own header; canonical order.

    Codes are none, but for those ``asked_for``.
    """
    custom = {r.header: r.kind for r in exports.readings if r.field is None and r.object is CrmObject.ACCOUNT}
    held, kinds = {}, {}
    for name in sorted(table.column_names):
        field = name.removeprefix(CUSTOM_PREFIX)
        is_custom = name.startswith(CUSTOM_PREFIX)
        kind = custom.get(field, Kind.TEXT) if is_custom else FIELDS[CrmObject.ACCOUNT].get(name, Kind.TEXT)
        is_asked_for = field in asked_for and kind is Kind.ID
        if (not is_custom and name not in ATTRIBUTES) or (kind in NO_ATTRIBUTE and not is_asked_for):
            continue
        field = field if not is_custom or field not in table.column_names else f"{field} (custom)"
        column = table.column(name).to_pandas()
        if kind in NUMBERS:
            held[field] = column.astype(float)
        else:
            texts = column.map({True: "yes", False: "no"}) if kind is Kind.BOOLEAN else column
            held[field] = texts.astype(object).where(texts.notna(), None)
        kinds[field] = kind
    order = np.argsort(table.column("account_key").to_numpy(zero_copy_only=False))
    return pd.DataFrame(held, index=range(table.num_rows)).iloc[order].reset_index(drop=True), kinds
