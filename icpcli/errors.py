"""What can be wrong with a request or with the data: each error says what, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class IcpError(Exception):
    """The data or the request cannot be served. ``str()`` is one sentence; ``details`` follow it, a line each."""

    def __init__(self, message: str, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.details = tuple(details)


class InputError(IcpError):
    """A file or folder cannot be read, or holds no table."""


class DataError(IcpError):
    """The tables were read, but lack what the job needs."""


class NothingToRankError(DataError):
    """The exports hold no customer, or nothing to rank customers by; their people can be described all the same."""


class SettingsError(IcpError):
    """A choice in icp.toml, the environment or on the command line cannot be followed."""


class ProfileFileError(IcpError):
    """An icp.json is absent, damaged, or of another schema."""


class UnsupportedError(IcpError):
    """The data support no profile, and what was asked needs one."""


class OutputError(IcpError):
    """A result cannot be written where it was asked for."""
