"""icpcli derives an Ideal Customer Profile and its buyer personas from CRM exports."""

from __future__ import annotations

__version__ = "0.1.0"
