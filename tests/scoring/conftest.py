"""The profile of the first example, which lists are scored by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory, derivations: Callable) -> Path:
    """The icp.json of the first example, derived once."""
    ran, saved = derivations("crm.csv")
    assert ran.code == 0
    path: Path = tmp_path_factory.mktemp("profile") / "icp.json"
    path.write_bytes(saved)
    return path
