"""icpcli derives an Ideal Customer Profile and its buyer personas from CRM exports.

``icpcli.derive`` and ``icpcli.Profile`` are loaded when they are first asked for: importing icpcli costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icpcli.api import Profile, derive
    from icpcli.errors import IcpError

__version__ = "0.1.0"
__all__ = ["IcpError", "Profile", "__version__", "derive"]

_HOMES = {"IcpError": "icpcli.errors", "Profile": "icpcli.api", "derive": "icpcli.api"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
