"""The profiles that every system must give the points of."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from scored_cases import EXPORTS, Case, case_of, lists_case, odd_case

from icpcli.store import from_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session", params=[*EXPORTS, "odd", "lists"])
def case(request: pytest.FixtureRequest, examples: Path, derivations: Callable) -> Case:
    """The examples with the profiles derived from them, and small ones with all that can be odd in spellings, and in lists."""
    if request.param == "odd":
        return odd_case()
    if request.param == "lists":
        return lists_case()
    ran, saved = derivations(request.param)
    assert ran.code == 0
    data = (examples / EXPORTS[request.param]).read_bytes()
    text = data.decode("utf-8" if request.param == "crm.csv" else "cp1252")
    delimiter = "," if request.param == "crm.csv" else ";"
    rows = pd.read_csv(io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False)
    return case_of(from_json(saved.decode("utf-8"), where="icp.json"), rows)
