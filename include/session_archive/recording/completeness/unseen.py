"""What no rule has looked at. A rule that cannot speak says so: what is missing there would pass as good."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.belong_together import belong_together
from session_archive.recording.completeness.finding import Finding

#: How much of a finding may be names; the catalog keeps 1024 characters.
_LONGEST = 800


def unseen_findings(files: Sequence[FileEntry], seen: Collection[str]) -> Iterator[Finding]:
    """One finding that counts and names the files that no rule has looked at.

    seen : paths of the files whose size or content some rule compares
    """
    unseen = [file for file in files if file.path not in seen]
    if unseen:
        yield _unseen(unseen, "files that no rule looks at")
    if empty := [file for file in unseen if not file.size]:
        yield _unseen(empty, "of the files that no rule looks at are empty")


def _unseen(files: Sequence[FileEntry], what: str) -> Finding:
    folder = posixpath.commonpath([posixpath.dirname(file.path) or "." for file in files])
    names = _listed([file.path.removeprefix(f"{folder}/") for file in files])
    # The folders of several cameras may have nothing in common.
    return Finding(folder or files[0].path, f"{len(files)} {what}: {names}")


def unread_findings(expected: Sequence[str], read: Collection[str]) -> Iterator[Finding]:
    """One finding that counts and names the texts that were not read.

    expected : paths of the texts that rules need
    """
    if unread := [path for path in expected if path not in read]:
        what = f"{len(unread)} texts were not read, so what they promise was not compared: {_listed(unread)}"
        yield Finding(unread[0], what)


def unended_findings(unended: Sequence[str]) -> Iterator[Finding]:
    """Texts that do not end with a line, as the programs that write them end theirs."""
    for path in unended:
        yield Finding(path, "its last line has no end: it was edited by hand, or its end was cut off")


def set_findings(files: Sequence[FileEntry]) -> Iterator[Finding]:
    """Files that one program writes together and of which some are missing, by belong_together.toml."""
    folders: dict[str, dict[str, str]] = {}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        first_of = folders.setdefault(folder, {})
        for one, matches in _set_patterns().items():
            if one not in first_of and matches(name.lower()):
                first_of[one] = file.path
    for each in belong_together().sets:
        for first_of in folders.values():
            found = {
                pattern: next((first_of[one] for one in pattern.split(" or ") if one in first_of), None)
                for pattern in each.files
            }
            missing = [pattern for pattern, path in found.items() if path is None]
            if missing and len(missing) < len(found):
                what = f"is there without {' and '.join(missing)}: {each.what} has all of {', '.join(each.files)}"
                yield Finding(next(path for path in found.values() if path is not None), what)


@cache
def _set_patterns() -> dict[str, Callable[[str], object]]:
    """The patterns of all sets, one by one; each takes a name in lower case."""
    patterns = {
        one for each in belong_together().sets for pattern in each.files for one in pattern.split(" or ")
    }
    return {one: re.compile(fnmatch.translate(one.lower())).match for one in sorted(patterns)}


def _listed(paths: Sequence[str]) -> str:
    """As many as fit, and how many there are besides."""
    names, length = [], 0
    for path in paths:
        length += len(path) + 2
        if length > _LONGEST:
            break
        names.append(path)
    more = len(paths) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
