"""Results that are tables, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pandas as pd

from icpcli.model.common import Criterion

if TYPE_CHECKING:
    from icpcli.model.tables import Exports, Ranking


def ranking_json(ranking: Ranking, top: int) -> str:
    """``customers`` (best first; missing null), ``criteria``, ``stability`` (the order under other weights) and ``findings``."""
    names = ["account_key", "name", "rank", "score", "criteria_known"]
    names += [name for c in Criterion for name in (c.value, f"{c}_percentile")]
    names += ["value_to_date", "value_expected"]
    rows = [{name: _plain(row[name]) for name in names} for _, row in ranking.customers.head(top).iterrows()]
    for told, (_, row) in zip(rows, ranking.customers.head(top).iterrows(), strict=True):
        told["realised_value"] = (
            None if pd.isna(row["realised_value"]) else round(float(row["realised_value"]), 2)
        )
    return _text(
        {
            "customers": rows,
            "criteria": msgspec.to_builtins(ranking.criteria),
            "stability": msgspec.to_builtins(ranking.stability),
            "findings": msgspec.to_builtins(ranking.findings),
        }
    )


def exports_json(exports: Exports) -> str:
    """``as_of``, ``sources``, ``columns``, ``rejects`` and ``findings``."""
    return _text(
        {
            "as_of": exports.as_of.isoformat(),
            "sources": msgspec.to_builtins(exports.sources),
            "columns": msgspec.to_builtins(exports.readings),
            "rejects": msgspec.to_builtins(exports.rejects),
            "findings": msgspec.to_builtins(exports.findings),
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return None
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else float(f"{number:.6g}")


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
