"""Answers about names, remembered by the names' shape: 800 trials differ in digits only."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

#: Shapes that are remembered; names of random letters must not fill the memory.
_MOST = 10_000

_RUN = re.compile("[0-9]+")


class ShapeMemo:
    """Remembers what `answer` says, once for all names that differ only in digits that it cannot tell apart."""

    __slots__ = ("_alike", "_answer", "_free", "_known", "_known_runs", "_numbers", "_told")

    def __init__(
        self, answer: Callable[[str], str], patterns: Iterable[str], numbers: Collection[int] = ()
    ) -> None:
        """Take `answer`, a pure function of names.

        patterns : every text and pattern that it compares names with
        numbers  : that it compares whole runs of digits with
        """
        text = " ".join(patterns).replace("[0-9]", "")
        alike = _alike(text + "".join(map(str, numbers)))
        self._answer = answer
        self._known: dict[bytes, str] = {}
        self._known_runs: dict[str, str] = {}
        self._alike = bytes.maketrans(alike.encode(), (alike[:1] * len(alike)).encode())
        self._free = alike[:1]
        self._told = frozenset(_RUN.findall(text))
        self._numbers = frozenset(numbers)

    def __call__(self, name: str) -> str:
        """What `answer` says of `name`."""
        try:
            shape = name.encode().translate(self._alike)
        except UnicodeEncodeError:  # bytes that were no UTF-8
            shape = name.encode("utf-8", "surrogatepass").translate(self._alike)
        try:
            return self._known[shape]
        except KeyError:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[shape] = self._of_runs(name)
            return known

    def _of_runs(self, name: str) -> str:
        """The same by whole runs of digits: slower to tell, and far fewer are left to ask for."""
        runs = _RUN.sub(self._freed, name)
        known = self._known_runs.get(runs)
        if known is None:
            if len(self._known_runs) >= _MOST:
                self._known_runs.clear()
            known = self._known_runs[runs] = self._answer(name)
        return known

    def _freed(self, found: re.Match[str]) -> str:
        """A run of digits as it is where a pattern or a number could have it, else with all digits alike."""
        run = found[0]
        if int(run) in self._numbers or any(told in run for told in self._told):
            return run
        return self._free * len(run) if self._free else run


def _alike(text: str) -> str:
    """The digits that no pattern has by itself."""
    # A class other than [0-9], such as [1-3] or [!0], may tell digits apart: then nothing is alike.
    classes = "".join(re.findall(r"\[[^\]]*\]", text))
    if any(sign.isdigit() or sign == "!" for sign in classes):
        return ""
    return "".join(digit for digit in "0123456789" if digit not in text)
