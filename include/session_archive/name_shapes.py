"""Answers about names, remembered by the names' shape: 800 trials differ in digits only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

#: Shapes that are remembered; names of random letters must not fill the memory.
_MOST = 10_000


class ShapeMemo:
    """Remembers what `answer` says, once for all names that differ only in digits no pattern tells apart."""

    def __init__(self, answer: Callable[[str], str], patterns: Iterable[str]) -> None:
        """Take `answer`, a pure function of names that knows digits from `patterns` only."""
        self._answer = answer
        self._known: dict[bytes, str] = {}
        self._alike = _alike(" ".join(patterns))

    def __call__(self, name: str) -> str:
        """What `answer` says of `name`."""
        shape = name.encode("utf-8", "surrogatepass").translate(self._alike)
        known = self._known.get(shape)
        if known is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[shape] = self._answer(name)
        return known


def _alike(patterns: str) -> bytes:
    """A table that turns digits into one, but for those that a pattern has by themselves."""
    rest = patterns.replace("[0-9]", "")
    # Any other class, such as [1-3] or [!0], may tell digits apart: then nothing is alike.
    classes = "".join(re.findall(r"\[[^\]]*\]", rest))
    told = "0123456789" if any(sign.isdigit() or sign == "!" for sign in classes) else rest
    alike = "".join(digit for digit in "0123456789" if digit not in told)
    return bytes.maketrans(alike.encode(), (alike[:1] * len(alike)).encode())
