"""Caches answers about names by the shape of a name: the names of 800 trials differ only in digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

#: Shapes that are kept; random names must not fill the memory.
_MOST = 10_000

_RUN = re.compile("[0-9]+")


class ShapeMemo:
    """Caches `answer`, with one entry for all names that differ only in digits which it does not distinguish."""

    __slots__ = ("_alike", "_answer", "_free", "_known", "_known_runs", "_literals", "_numbers")

    def __init__(
        self, answer: Callable[[str], str], patterns: Iterable[str], numbers: Collection[int] = ()
    ) -> None:
        """Take `answer`, a pure function of names.

        patterns : every text and pattern that `answer` compares names with
        numbers  : the numbers that `answer` compares whole runs of digits with
        """
        text = " ".join(patterns).replace("[0-9]", "")
        alike = _alike(text + "".join(map(str, numbers)))
        self._answer = answer
        self._known: dict[bytes, str] = {}
        self._known_runs: dict[str, str] = {}
        self._alike = bytes.maketrans(alike.encode(), (alike[:1] * len(alike)).encode())
        self._free = alike[:1]
        self._literals = frozenset(_RUN.findall(text))
        self._numbers = frozenset(numbers)

    def __call__(self, name: str) -> str:
        """The answer for `name`."""
        try:
            shape = name.encode().translate(self._alike)
        except UnicodeEncodeError:  # bytes that were not UTF-8
            shape = name.encode("utf-8", "surrogatepass").translate(self._alike)
        try:
            return self._known[shape]
        except KeyError:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[shape] = self._of_runs(name)
            return known

    def _of_runs(self, name: str) -> str:
        """The same by whole runs of digits: a slower look-up, with far fewer entries."""
        runs = _RUN.sub(self._freed, name)
        known = self._known_runs.get(runs)
        if known is None:
            if len(self._known_runs) >= _MOST:
                self._known_runs.clear()
            known = self._known_runs[runs] = self._answer(name)
        return known

    def _freed(self, match: re.Match[str]) -> str:
        """A run of digits: unchanged if a pattern or a number could match it, else with all its digits alike."""
        run = match[0]
        if int(run) in self._numbers or any(literal in run for literal in self._literals):
            return run
        return self._free * len(run) if self._free else run


def runs_in(patterns: Iterable[str]) -> frozenset[str] | None:
    """The runs of digits that `patterns` name; None if they may distinguish any digits."""
    text = " ".join(patterns).replace("[0-9]", "")
    return None if _distinguishes(text) else frozenset(_RUN.findall(text))


def _alike(text: str) -> str:
    """The digits that no pattern names."""
    return "" if _distinguishes(text) else "".join(digit for digit in "0123456789" if digit not in text)


def _distinguishes(text: str) -> bool:
    """True if a class other than [0-9], such as [1-3] or [!0], may distinguish digits."""
    classes = "".join(re.findall(r"\[[^\]]*\]", text))
    return any(sign.isdigit() or sign == "!" for sign in classes)
