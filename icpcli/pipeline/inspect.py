"""``icp inspect``: what was understood of the exports."""

from __future__ import annotations

from icpcli.load.exports import load_exports

inspect = load_exports
