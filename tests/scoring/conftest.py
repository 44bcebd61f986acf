"""The profile of the first example, which lists are scored by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from icpcli.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """The icp.json of the first example, derived once."""
    path = tmp_path_factory.mktemp("profile") / "icp.json"
    ran = CliRunner().invoke(app, ["derive", str(examples / "crm.csv"), "--profile", str(path), "--quiet"])
    assert ran.exit_code == 0
    return path
