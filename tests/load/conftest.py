"""Folders of exports, loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.exports import load_exports
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from icpcli.model.tables import Exports


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Exports]:
    """Loads a folder of these files."""

    def run(files: dict[str, str], settings: Settings = DEFAULTS) -> Exports:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return load_exports([str(tmp_path)], settings)

    return run
