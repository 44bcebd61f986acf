"""The JSON Schemas of icp.json and icp.toml, for editors and other programs; written by .ci/make_schemas.py."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Literal


def schema(of: Literal["icp.json", "icp.toml"]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file that icpcli reads or writes."""
    text = resources.files(__name__).joinpath(f"{of}.schema.json").read_text(encoding="utf-8")
    held: dict[str, Any] = json.loads(text)
    return held


__all__ = ["schema"]
