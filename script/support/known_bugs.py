"""Known bugs as small patches (`tests/mutations/*.patch`): what each is, which tests notice it, how it is put back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: Where the patches are, from the project's root.
FOLDER = Path("tests/mutations")

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")


class PatchError(Exception):
    """A patch that cannot be read, or that no longer fits the code."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Consecutive lines of one file, as they are and as the bug has them."""

    path: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownBug:
    """One patch.

    what   : what goes wrong with it
    source : where the bug was found, or which rule it breaks
    tests  : as pytest names them; at least one of them fails with the bug
    """

    name: str
    what: str
    source: str
    tests: tuple[str, ...]
    hunks: tuple[Hunk, ...]

    def put_back(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The changed files. Raises PatchError where the patch fits nowhere, or in more than one place.

        texts : path -> text, at least of the files that the patch changes
        """
        changed: dict[str, str] = {}
        for hunk in self.hunks:
            text = changed.get(hunk.path, texts[hunk.path])
            changed[hunk.path] = "\n".join(self._applied(hunk, text.split("\n")))
        return changed

    def _applied(self, hunk: Hunk, lines: list[str]) -> list[str]:
        size = len(hunk.old)
        places = [at for at in range(len(lines)) if tuple(lines[at : at + size]) == hunk.old]
        if len(places) != 1:
            raise PatchError(
                f"{self.name}.patch fits {len(places)} places of {hunk.path}, expected 1: make it again as "
                "CONTRIBUTING.md says, or, if this bug can no longer be put back, remove it"
            )
        return [*lines[: places[0]], *hunk.new, *lines[places[0] + size :]]

    @property
    def paths(self) -> list[str]:
        """The files that it changes, each once."""
        return list(dict.fromkeys(hunk.path for hunk in self.hunks))


def known_bugs(root: Path) -> list[KnownBug]:
    """All of them, by name. Raises PatchError."""
    return [read(file.stem, file.read_text()) for file in sorted((root / FOLDER).glob("*.patch"))]


def read(name: str, text: str) -> KnownBug:
    """One patch: comments, then a unified diff as git writes it. Raises PatchError."""
    lines = text.splitlines()
    head = [line.removeprefix("#").strip() for line in lines if line.startswith("#")]
    tests = tuple(line.removeprefix("Red:").strip() for line in head if line.startswith("Red:"))
    source = " ".join(line.removeprefix("Source:").strip() for line in head if line.startswith("Source:"))
    what = " ".join(line for line in head if not line.startswith(("Red:", "Source:")))
    bug = KnownBug(name, what, source, tests, tuple(_hunks(name, lines)))
    for value, missing in (
        (what, "what the bug is"),
        (source, "Source:"),
        (tests, "Red:"),
        (bug.hunks, "a diff"),
    ):
        if not value:
            raise PatchError(
                f"{name}.patch lacks {missing}; its head says what the bug is, `# Source:` and `# Red:`"
            )
    return bug


def _hunks(name: str, lines: list[str]) -> Iterator[Hunk]:
    path, at = "", 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/")
        elif header := _HUNK.match(line):
            before, after = (int(count or 1) for count in header.groups())
            old: list[str] = []
            new: list[str] = []
            while at < len(lines) and (len(old), len(new)) != (before, after):
                # An editor may have removed the blank that begins an empty line.
                sign, rest, at = lines[at][:1] or " ", lines[at][1:], at + 1
                old += [rest] if sign in " -" else []
                new += [rest] if sign in " +" else []
            if not path or (len(old), len(new)) != (before, after):
                raise PatchError(f"{name}.patch: {line} does not count its lines, or names no file")
            yield Hunk(path, tuple(old), tuple(new))
