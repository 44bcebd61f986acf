"""Writes icpcli/schemas: the JSON Schemas of icp.json and icp.toml, from the dataclasses behind them.

    python .ci/make_schemas.py [--check]

``--check`` only says whether the files are what it would write.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from icpcli.configuration import ABOUT
from icpcli.model.profile import Derivation
from icpcli.settings import Settings

FOLDER = Path(__file__).parents[1] / "icpcli" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def made() -> dict[str, str]:
    """File name -> text, for both schemas."""
    profile = described(msgspec.json.schema(Derivation), "icp.json", "A profile that icpcli derived.")
    settings = described(
        msgspec.json.schema(Settings), "icp.toml", "Settings of icpcli; also [tool.icp] of pyproject.toml."
    )
    named = settings["$defs"]["Settings"]["properties"]
    settings["$defs"]["Settings"]["properties"] = {
        name: without_null(held) | {"description": ABOUT[name]} for name, held in named.items()
    }
    settings["$defs"]["Settings"]["properties"]["weights"]["propertyNames"] = {"$ref": "#/$defs/Criterion"}
    return {"icp.json.schema.json": text_of(profile), "icp.toml.schema.json": text_of(settings)}


def described(schema: dict[str, Any], title: str, description: str) -> dict[str, Any]:
    """The schema with its dialect and a title; objects with known names allow no others, as reading them does."""
    for held in schema["$defs"].values():
        if "properties" in held:
            held["additionalProperties"] = False
            held["description"] = held.get("description", "").partition("\n")[0]
    return {
        "$schema": DIALECT,
        "$id": f"urn:icpcli:{title}",
        "title": title,
        "description": description,
        **schema,
    }


def without_null(held: dict[str, Any]) -> dict[str, Any]:
    """A setting's schema without null, which TOML has no word for: what is not chosen is not written."""
    if {"type": "null"} not in held.get("anyOf", []):
        return held
    rest = [one for one in held["anyOf"] if one != {"type": "null"}]
    return rest[0] if len(rest) == 1 else {"anyOf": rest}


def text_of(schema: dict[str, Any]) -> str:
    """The schema as the text of its file."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the files, or say with ``--check`` whether they are up to date."""
    for name, text in made().items():
        path = FOLDER / name
        if "--check" in sys.argv:
            if path.read_text(encoding="utf-8") != text:
                return 1
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
