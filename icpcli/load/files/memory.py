"""Tables that are in memory already, beside those that have a path."""

from __future__ import annotations

from dataclasses import dataclass

DELIMITER = ","


@dataclass(frozen=True, slots=True)
class InMemory:
    """A table in memory: the name it goes by, as a file has one, and the bytes of a CSV."""

    name: str
    data: bytes

    @property
    def shown_as(self) -> str:
        """What stands for a path: ``<deals>``."""
        return f"<{self.name}>"


Export = str | InMemory
"""What can be read: a path, ``-`` for standard input, or a table in memory."""
