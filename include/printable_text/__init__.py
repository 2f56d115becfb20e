"""Text from rigs, archives, databases and services, made safe to show: the one function that escapes it, and its limit.

Control characters can hide or forge lines of a log and take over a terminal; bidirectional ones show a name in another
order. Everything that leaves the project as text passes here: errors, consoles, XComs, pages and the catalog's prose.
"""

from __future__ import annotations

import re
from typing import Any

#: Most characters of one message.
LONGEST_MESSAGE = 4096

#: Control characters of ASCII and Latin-1, and the line separators of Unicode, as a class of a pattern.
CONTROL = "\x00-\x1f\x7f-\x9f\u2028\u2029"
#: The characters that change the direction of a text (Unicode Bidirectional Algorithm, 2), as a class of a pattern.
BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"

_UNSAFE = re.compile(f"[{CONTROL}{BIDIRECTIONAL}]")
_UNSAFE_IN_LINES = re.compile(f"(?!\n)[{CONTROL}{BIDIRECTIONAL}]")


def printable(text: str, *, lines: bool = False) -> str:
    """`text` with escapes for control and bidirectional characters, and for bytes that are not UTF-8.

    lines : keep line breaks, for text of several lines that this project has composed
    """
    plain = text.encode("utf-8", "backslashreplace").decode()
    unsafe = _UNSAFE_IN_LINES if lines else _UNSAFE
    return unsafe.sub(lambda match: ascii(match[0])[1:-1], plain)


def message(text: object) -> str:
    """The text of an error or a log line, printable; cut if it is too long, which it says."""
    plain = printable(str(text), lines=True)
    if len(plain) <= LONGEST_MESSAGE:
        return plain
    note = f" … (cut; {len(plain)} characters)"
    return plain[: LONGEST_MESSAGE - len(note)] + note


def printable_values(value: Any) -> Any:
    """A document of plain values, such as an XCom, with each line in it printable and cut like a message."""
    if isinstance(value, str):
        return "\n".join(map(message, value.split("\n")))
    if isinstance(value, dict):
        return {printable_values(key): printable_values(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable_values(each) for each in value]
    return value
