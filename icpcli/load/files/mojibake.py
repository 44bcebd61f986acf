"""Text that was once decoded wrongly: ``DÃ©pensÃ©`` back to ``Dépensé``."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What the first bytes of é, “ and √ become in Windows' and the Mac's encodings, with a sign behind them that no word has
# there. Most files hold none of these, and are neither decoded nor copied.
MARKS = re.compile(
    rb"\xc3[\x82\x83](?:\xc2[\x80-\xbf]|\xc5|\xc6|\xcb|\xe2)|\xc3\xa2\xe2\x82\xac|\xe2\x88\x9a(?:\xc2|\xc3|\xe2)"
)
FIRST_BYTES = (b"\xc3\x82", b"\xc3\x83", b"\xc3\xa2\xe2", b"\xe2\x88\x9a")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text in UTF-8, and how many of its lines were repaired."""

    utf8: bytes
    lines: int


def repaired(utf8: bytes) -> Repaired:
    """The text with every line repaired that shows the marks of a wrong decoding; ftfy judges each of them.

    A line that means what it says (``SÃO PAULO``) stays as it is, and so does all of ASCII: no delimiter moves.
    """
    if utf8.isascii() or not any(sign in utf8 for sign in FIRST_BYTES) or MARKS.search(utf8) is None:
        return Repaired(utf8, 0)
    from ftfy import fix_encoding  # noqa: PLC0415  few files need it, and its import takes 90 ms

    lines = utf8.split(b"\n")
    changed = 0
    for position, line in enumerate(lines):
        if MARKS.search(line):
            fixed = fix_encoding(line.decode("utf-8", "replace")).encode()
            if fixed != line:
                lines[position] = fixed
                changed += 1
    return Repaired(b"\n".join(lines) if changed else utf8, changed)
