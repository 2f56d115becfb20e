"""Finds a file's type by its name: exact names before wildcards, in about a microsecond."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileType:
    """One row of the catalog's table of file types.

    patterns : names, or wildcards (`*`, `?`, `[0-9]`), of the last part of a path; none for an unknown type
    """

    name: str
    patterns: tuple[str, ...] = ()


class NameTable:
    """Patterns of names and what each stands for, case-insensitive.

    The most exact pattern wins: a whole name, then the longest `*.ending`, then other wildcards in order.
    """

    def __init__(self, patterns: Iterable[tuple[str, str]]) -> None:
        """Sort `patterns`, pairs of (pattern, what it stands for), by how they are looked up."""
        self._exact: dict[str, str] = {}
        self._endings: dict[str, str] = {}
        wildcards: list[tuple[str, str]] = []
        patterns = list(patterns)
        self.patterns = tuple(pattern for pattern, _ in patterns)
        for pattern, value in patterns:
            text = pattern.lower()
            if not _wild(text):
                self._exact.setdefault(text, value)
            elif text.startswith("*.") and not _wild(text[1:]):
                self._endings.setdefault(text[1:], value)
            else:
                wildcards.append((text, value))
        self._dots = max((ending.count(".") for ending in self._endings), default=0)
        self._values = [value for _, value in wildcards]
        translated = (f"({fnmatch.translate(pattern)})" for pattern, _ in wildcards)
        self._wildcards = re.compile("|".join(translated)) if wildcards else None
        # Most names begin and end unlike any wildcard, and need no regular expression.
        heads = {re.split(r"[*?[]", pattern)[0]: pattern for pattern, _ in wildcards}
        headless = heads.pop("", None) and [each for each, _ in wildcards if each[0] in "*?["]
        tails = {each: re.split(r"[*?\]]", each)[-1] for each in headless or ()}
        self._heads, self._tails = tuple(heads), tuple({tail for tail in tails.values() if tail})
        self._middles = tuple({_longest_text(each) for each, tail in tails.items() if not tail})

    def find(self, name: str) -> str | None:
        """What the last part of a path stands for, None when no pattern matches it."""
        name = name.lower()
        return self._exact.get(name) or (self._endings and self._ending(name)) or self._wildcard(name)

    def _ending(self, name: str) -> str | None:
        value, dot = None, len(name)
        for _ in range(self._dots):
            dot = name.rfind(".", 0, dot)
            if dot < 0:
                break
            value = self._endings.get(name[dot:], value)
        return value

    def _wildcard(self, name: str) -> str | None:
        if not (name.startswith(self._heads) or name.endswith(self._tails)):
            for text in self._middles:
                if text in name:
                    break
            else:
                return None
        match = self._wildcards.match(name) if self._wildcards else None
        return self._values[match.lastindex - 1] if match and match.lastindex else None


def _longest_text(pattern: str) -> str:
    """A text that every name of a wildcard pattern contains; '' if there is none."""
    return max(re.split(r"[*?]|\[.*\]", pattern), key=len)


def pattern_problem(pattern: str) -> str:
    """Why `pattern` cannot be used for names; '' when it can."""
    if not pattern or "/" in pattern or "\\" in pattern:
        return "not a pattern of a name; expected the last part of a path, such as '*.ap.bin'"
    if pattern == "*":
        return "matches every name; expected a narrower pattern, since unmatched files have the unknown type"
    return ""


def _wild(pattern: str) -> bool:
    return any(sign in pattern for sign in "*?[")
