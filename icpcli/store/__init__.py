"""icp.json: a derivation as text, and back; what is damaged, foreign or contradicts itself is refused."""

from __future__ import annotations

from icpcli.store.icp_json import from_json, json_text, read_profile, refuse_to_replace, rounded, to_json

__all__ = ["from_json", "json_text", "read_profile", "refuse_to_replace", "rounded", "to_json"]
